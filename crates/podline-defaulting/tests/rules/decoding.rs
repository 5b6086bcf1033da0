//! Decoding and what is left out.

use podline_defaulting::{Problem, Request, defaulted};
use serde_json::{Value, json};

use super::{container, of, pod_spec, template_spec, v1};

#[test]
fn unknown_fields_and_fields_in_the_wrong_case_are_dropped() {
    let stored = container(json!({ "name": "a", "Image": "nginx", "bogus": { "a": 1 } }));
    assert_eq!(stored.get("Image"), None);
    assert_eq!(stored.get("bogus"), None);
    assert_eq!(stored.get("image"), None);
}

#[test]
fn null_is_as_if_the_field_were_absent() {
    let stored = template_spec(json!({ "containers": null, "restartPolicy": null, "hostNetwork": null }));
    assert_eq!(stored["containers"], Value::Null);
    assert_eq!(stored["restartPolicy"], "Always");
    assert_eq!(stored.get("hostNetwork"), None);
}

#[test]
fn null_in_a_map_is_the_zero_of_what_it_holds() {
    let config =
        v1("ConfigMap", json!({ "metadata": { "name": "x", "labels": { "a": null } }, "data": { "k": null } }));
    assert_eq!(config["metadata"]["labels"], json!({ "a": "" }));
    assert_eq!(config["data"], json!({ "k": "" }));
    let resources = container(json!({ "resources": { "limits": { "cpu": null } } }))["resources"].take();
    assert_eq!(resources, json!({ "limits": { "cpu": "0" } }));
    assert_eq!(v1("Secret", json!({ "data": { "k": null } }))["data"], json!({ "k": null }));
}

#[test]
fn null_in_a_list_of_objects_is_an_empty_object() {
    let ingress = of("networking.k8s.io/v1", "Ingress", json!({ "spec": { "tls": [null, { "hosts": null }] } }));
    assert_eq!(ingress["spec"]["tls"], json!([{}, {}]));
}

#[test]
fn empty_values_of_plain_fields_are_left_out() {
    let stored = container(json!({
        "name": "a", "workingDir": "", "stdin": false, "ports": [], "command": null,
        "env": [{ "name": "A", "value": "" }],
        "volumeMounts": [{ "name": "m", "mountPath": "/m", "readOnly": false }],
        "livenessProbe": { "initialDelaySeconds": 0 },
    }));
    for field in ["workingDir", "stdin", "ports", "command"] {
        assert_eq!(stored.get(field), None, "{field}");
    }
    assert_eq!(stored["env"], json!([{ "name": "A" }]));
    assert_eq!(stored["volumeMounts"], json!([{ "name": "m", "mountPath": "/m" }]));
    assert_eq!(stored["livenessProbe"].get("initialDelaySeconds"), None);
    let spec = template_spec(json!({ "hostNetwork": false, "hostPID": false }));
    assert_eq!((spec.get("hostNetwork"), spec.get("hostPID")), (None, None));
    assert_eq!(v1("ConfigMap", json!({ "metadata": { "name": "x", "labels": {} } }))["metadata"].get("labels"), None);
}

#[test]
fn empty_values_of_pointers_stay() {
    let context = json!({ "privileged": false, "runAsUser": 0, "capabilities": {} });
    assert_eq!(container(json!({ "securityContext": context }))["securityContext"], context);
    assert_eq!(template_spec(json!({ "automountServiceAccountToken": false }))["automountServiceAccountToken"], false);
    assert_eq!(of("apps/v1", "Deployment", json!({ "spec": { "replicas": 0 } }))["spec"]["replicas"], 0);
    let claim = v1("PersistentVolumeClaim", json!({ "spec": { "storageClassName": "" } }));
    assert_eq!(claim["spec"]["storageClassName"], "");
    for (field, value) in [("securityContext", json!({})), ("lifecycle", json!({}))] {
        assert_eq!(container(json!({ field: value }))[field], json!({}), "{field}");
    }
    let volumes = template_spec(json!({ "volumes": [{ "name": "v", "emptyDir": {} }] }))["volumes"].take();
    assert_eq!(volumes, json!([{ "name": "v", "emptyDir": {} }]));
}

#[test]
fn structs_that_are_no_pointers_are_always_there() {
    assert_eq!(container(json!({}))["resources"], json!({}));
    let cron_job = of("batch/v1", "CronJob", json!({}));
    assert_eq!(cron_job["spec"]["jobTemplate"]["metadata"], json!({}));
    assert_eq!(of("apps/v1", "Deployment", json!({}))["status"], json!({}));
    assert_eq!(v1("Service", json!({}))["status"], json!({ "loadBalancer": {} }));
}

#[test]
fn required_fields_are_there_as_zero_or_null() {
    assert_eq!(of("rbac.authorization.k8s.io/v1", "ClusterRole", json!({}))["rules"], Value::Null);
    assert_eq!(of("rbac.authorization.k8s.io/v1", "Role", json!({ "rules": [] }))["rules"], json!([]));
    let env = json!([{ "name": "A", "valueFrom": { "resourceFieldRef": { "resource": "limits.cpu" } } }]);
    let stored = container(json!({ "env": env }));
    assert_eq!(stored["env"][0]["valueFrom"]["resourceFieldRef"]["divisor"], "0");
    assert_eq!(of("apps/v1", "Deployment", json!({}))["spec"]["selector"], Value::Null);
}

#[test]
fn whole_floats_are_integers() {
    let stored = of("apps/v1", "Deployment", json!({ "spec": { "replicas": 5.0 } }));
    assert_eq!(stored["spec"]["replicas"], json!(5));
    assert!(stored["spec"]["replicas"].is_i64());
}

#[test]
fn quantities_are_canonical_and_rounded_up_to_thousandths() {
    for (written, expected) in [
        (json!("0.5"), "500m"),
        (json!(0.5), "500m"),
        (json!(".25"), "250m"),
        (json!("0.0001"), "1m"),
        (json!("1.5Gi"), "1536Mi"),
        (json!("0.5Ki"), "512"),
        (json!("1024Mi"), "1Gi"),
        (json!("1e9"), "1e9"),
        (json!("1G"), "1G"),
        (json!(123_456_789), "123456789"),
        (json!(1), "1"),
        (json!(2.0), "2"),
    ] {
        let stored = container(json!({ "resources": { "limits": { "x.io/a": written } } }));
        assert_eq!(stored["resources"]["limits"]["x.io/a"], expected, "{written}");
    }
    let hpa = json!({ "type": "Pods", "pods": { "metric": { "name": "m" }, "target": { "averageValue": "100u" } } });
    let hpa = of("autoscaling/v2", "HorizontalPodAutoscaler", json!({ "spec": { "metrics": [hpa] } }));
    assert_eq!(hpa["spec"]["metrics"][0]["pods"]["target"]["averageValue"], "100u", "only resource lists are rounded");
}

#[test]
fn timestamps_are_in_utc_and_the_time_of_a_template_that_is_null_is_gone() {
    let template = |time: Value| {
        let metadata = json!({ "metadata": { "creationTimestamp": time } });
        v1("PodTemplate", json!({ "template": metadata }))["template"]["metadata"].take()
    };
    assert_eq!(template(Value::Null), json!({}));
    assert_eq!(template("2024-01-01T01:00:00.5+02:00".into()), json!({ "creationTimestamp": "2023-12-31T23:00:00Z" }));
}

#[test]
fn string_data_becomes_data() {
    let secret = v1("Secret", json!({ "data": { "a": "YQ==", "b": "Yg==" }, "stringData": { "b": "new", "c": "" } }));
    assert_eq!(secret["data"], json!({ "a": "YQ==", "b": "bmV3", "c": "" }));
    assert_eq!(secret.get("stringData"), None);
}

#[test]
fn line_breaks_in_base64_are_read_over() {
    assert_eq!(v1("Secret", json!({ "data": { "a": "Y\nQ==\n" } }))["data"]["a"], "YQ==");
}

#[test]
fn a_value_of_the_wrong_sort_refuses_the_whole_object() {
    let pod = |spec: Value| json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "x" }, "spec": spec });
    let containers = |container: Value| pod(json!({ "containers": [{}, container] }));
    for (manifest, path, problem) in [
        (containers(json!({ "image": 1 })), "spec.containers[1].image", Problem::WrongType("a string")),
        (
            containers(json!({ "securityContext": { "privileged": "true" } })),
            "spec.containers[1].securityContext.privileged",
            Problem::WrongType("true or false"),
        ),
        (containers(json!({ "command": "sh" })), "spec.containers[1].command", Problem::WrongType("a list")),
        (containers(json!({ "resources": [] })), "spec.containers[1].resources", Problem::WrongType("a map")),
        (
            containers(json!({ "resources": { "limits": { "cpu": "1x" } } })),
            "spec.containers[1].resources.limits.cpu",
            Problem::Quantity,
        ),
        (pod(json!({ "priority": 5_000_000_000_i64 })), "spec.priority", Problem::OutOfRange),
        (pod(json!({ "priority": 1.5 })), "spec.priority", Problem::OutOfRange),
        (pod(json!({ "priority": "1" })), "spec.priority", Problem::WrongType("an integer")),
        (
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "labels": { "a.b/c": true } } }),
            "metadata.labels[\"a.b/c\"]",
            Problem::WrongType("a string"),
        ),
        (json!({ "apiVersion": "v1", "kind": "Secret", "data": { "a": "%" } }), "data.a", Problem::Base64),
        (
            json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "creationTimestamp": "now" } }),
            "metadata.creationTimestamp",
            Problem::Time,
        ),
        (
            json!({ "apiVersion": "v1", "kind": "Pod", "status": { "phase": 1 } }),
            "status.phase",
            Problem::WrongType("a string"),
        ),
    ] {
        let error = defaulted(&manifest, &Request::default()).expect_err("it is refused");
        assert_eq!((error.path().as_str(), error.problem()), (path, &problem), "{manifest}");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for manifest in
        [json!(null), json!([]), json!({}), json!({ "kind": "Pod" }), json!({ "apiVersion": "v1", "kind": 1 })]
    {
        let error = defaulted(&manifest, &Request::default()).expect_err("it is refused");
        assert_eq!(error.problem(), &Problem::NoObject, "{manifest}");
    }
}

#[test]
fn fields_behind_feature_gates_that_are_off_are_dropped() {
    let spec = pod_spec(json!({
        "schedulingGroup": {},
        "containers": [{ "lifecycle": { "stopSignal": "SIGTERM" } }],
        "volumes": [{ "name": "v", "emptyDir": { "mode": 493 } }],
        "automountServiceAccountToken": false,
    }));
    assert_eq!(spec.get("schedulingGroup"), None);
    assert_eq!(spec["containers"][0].get("lifecycle"), None);
    assert_eq!(spec["volumes"][0], json!({ "name": "v", "emptyDir": {} }));
}
