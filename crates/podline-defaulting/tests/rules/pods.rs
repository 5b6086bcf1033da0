//! What happens to pods only.

use serde_json::{Value, json};

use super::{pod_spec, v1};

/// A pod without a token, so that little else is added.
fn plain(spec: Value) -> Value {
    let mut all = json!({ "automountServiceAccountToken": false });
    super::merge(&mut all, spec);
    pod_spec(all)
}

#[test]
fn service_links_are_on_and_a_negative_grace_period_is_one_second() {
    assert_eq!(plain(json!({}))["enableServiceLinks"], true);
    assert_eq!(plain(json!({ "enableServiceLinks": false }))["enableServiceLinks"], false);
    let spec = plain(json!({ "terminationGracePeriodSeconds": -1 }));
    assert_eq!(spec["terminationGracePeriodSeconds"], 1);
}

#[test]
fn limits_become_requests() {
    let resources = json!({ "limits": { "cpu": "1", "memory": "1Gi" }, "requests": { "cpu": "500m" } });
    let spec =
        plain(json!({ "containers": [{ "resources": resources }], "initContainers": [{ "resources": resources }] }));
    for containers in ["containers", "initContainers"] {
        let requests = &spec[containers][0]["resources"]["requests"];
        assert_eq!(requests, &json!({ "cpu": "500m", "memory": "1Gi" }), "{containers}");
    }
}

#[test]
fn ports_on_the_host_network_are_ports_of_the_host() {
    let ports = json!([{ "containerPort": 80 }, { "containerPort": 81, "hostPort": 90 }]);
    let containers = json!([{ "ports": ports }]);
    let spec = plain(json!({ "hostNetwork": true, "containers": containers, "initContainers": containers }));
    for list in ["containers", "initContainers"] {
        let ports = &spec[list][0]["ports"];
        assert_eq!((&ports[0]["hostPort"], &ports[1]["hostPort"]), (&json!(80), &json!(90)), "{list}");
    }
    let spec = plain(json!({ "containers": containers }));
    assert_eq!(spec["containers"][0]["ports"][0].get("hostPort"), None);
}

/// The resources of a pod as stored.
fn resources(pod: Value, containers: Value, init: Value) -> Value {
    plain(json!({ "resources": pod, "containers": containers, "initContainers": init }))["resources"].take()
}

#[test]
fn requests_of_a_pod_are_the_sum_of_its_containers_or_its_limits() {
    let containers = json!([
        { "resources": { "requests": { "cpu": "250m", "x.io/a": "1" } } },
        { "resources": { "requests": { "cpu": "100m" } } },
    ]);
    let given = resources(json!({ "limits": { "cpu": "2", "memory": "2Gi" } }), containers, json!([]));
    assert_eq!(given["requests"], json!({ "cpu": "350m", "memory": "2Gi" }));
    assert_eq!(given["limits"], json!({ "cpu": "2", "memory": "2Gi" }));
    assert_eq!(resources(json!({}), json!([]), json!([])), json!({}));
}

#[test]
fn init_containers_need_their_most_beside_those_that_were_started() {
    let request = |cpu: &str| json!({ "resources": { "requests": { "cpu": cpu } } });
    let mut sidecar = request("1");
    sidecar["restartPolicy"] = json!("Always");
    let init = json!([sidecar, request("3")]);
    let given = resources(json!({ "limits": { "cpu": "8" } }), json!([request("2")]), init);
    assert_eq!(given["requests"]["cpu"], "4", "the second init container runs beside the sidecar");
}

#[test]
fn limits_of_a_pod_are_those_that_every_container_has() {
    let limit = |cpu: &str| json!({ "resources": { "limits": { "cpu": cpu, "hugepages-2Mi": "4Mi" } } });
    let given =
        resources(json!({ "requests": { "cpu": "1", "memory": "1Gi" } }), json!([limit("1"), limit("2")]), json!([]));
    assert_eq!(given["limits"], json!({ "cpu": "3", "hugepages-2Mi": "8Mi" }));
    assert_eq!(given["requests"], json!({ "cpu": "1", "memory": "1Gi", "hugepages-2Mi": "8Mi" }));
    let given = resources(json!({ "requests": { "cpu": "5" } }), json!([limit("1")]), json!([]));
    assert_eq!(given["limits"]["cpu"], "5", "never below the request");
    let given = resources(json!({ "requests": { "cpu": "1" } }), json!([limit("1"), {}]), json!([]));
    assert_eq!(given["limits"].get("cpu"), None);
}

#[test]
fn the_service_account_is_default() {
    let spec = plain(json!({}));
    assert_eq!((&spec["serviceAccountName"], &spec["serviceAccount"]), (&json!("default"), &json!("default")));
    assert_eq!(plain(json!({ "serviceAccountName": "a" }))["serviceAccount"], "a");
}

#[test]
fn the_token_is_mounted_last() {
    let spec = pod_spec(json!({
        "containers": [{ "volumeMounts": [{ "name": "v", "mountPath": "/v" }] }], "initContainers": [{}],
        "volumes": [{ "name": "v" }],
    }));
    let mount = json!({
        "name": "kube-api-access-00000", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true,
    });
    assert_eq!(spec["containers"][0]["volumeMounts"], json!([{ "name": "v", "mountPath": "/v" }, mount]));
    assert_eq!(spec["initContainers"][0]["volumeMounts"], json!([mount]));
    let reference = json!({ "apiVersion": "v1", "fieldPath": "metadata.namespace" });
    let sources = json!([
        { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
        { "configMap": { "name": "kube-root-ca.crt", "items": [{ "key": "ca.crt", "path": "ca.crt" }] } },
        { "downwardAPI": { "items": [{ "path": "namespace", "fieldRef": reference }] } },
    ]);
    let token = json!({ "name": "kube-api-access-00000", "projected": { "defaultMode": 420, "sources": sources } });
    assert_eq!(spec["volumes"], json!([{ "name": "v", "emptyDir": {} }, token]));
}

#[test]
fn the_token_is_not_mounted_where_it_is_unwanted_or_in_the_way() {
    let path = "/var/run/secrets/kubernetes.io/serviceaccount";
    let spec = plain(json!({ "containers": [{}] }));
    assert_eq!((spec.get("volumes"), spec["containers"][0].get("volumeMounts")), (None, None));
    let mounted = json!([{ "volumeMounts": [{ "name": "own", "mountPath": path }] }]);
    let spec = pod_spec(json!({ "containers": mounted }));
    assert_eq!(spec.get("volumes"), None);
    assert_eq!(spec["containers"][0]["volumeMounts"], json!([{ "name": "own", "mountPath": path }]));
    let spec = pod_spec(json!({ "containers": [{}], "volumes": [{ "name": "kube-api-access-abcde" }] }));
    assert_eq!(spec["volumes"].as_array().map(Vec::len), Some(1), "one of that name is taken");
    assert_eq!(spec["containers"][0]["volumeMounts"][0]["name"], "kube-api-access-abcde");
}

#[test]
fn mirror_pods_keep_their_service_account() {
    let metadata = json!({ "name": "x", "annotations": { "kubernetes.io/config.mirror": "h" } });
    let pod = v1("Pod", json!({ "metadata": metadata, "spec": { "containers": [{}] } }));
    assert_eq!((pod["spec"].get("serviceAccountName"), pod["spec"].get("volumes")), (None, None));
}

#[test]
fn pods_tolerate_nodes_that_are_away_for_a_while() {
    let toleration = |key: &str| json!({ "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 });
    let tolerations = |written: Value| plain(json!({ "tolerations": written }))["tolerations"].take();
    assert_eq!(tolerations(json!([])), json!([toleration("not-ready"), toleration("unreachable")]));
    let all = json!([{ "operator": "Exists" }]);
    assert_eq!(tolerations(all.clone()), all);
    let one = json!({ "key": "node.kubernetes.io/not-ready", "operator": "Exists" });
    assert_eq!(tolerations(json!([one])), json!([one, toleration("unreachable")]));
    let other = json!({ "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule" });
    assert_eq!(tolerations(json!([other])), json!([other, toleration("not-ready"), toleration("unreachable")]));
}

#[test]
fn the_priority_is_that_of_the_class() {
    for (class, priority) in [
        ("", json!(0)),
        ("system-cluster-critical", json!(2_000_000_000)),
        ("system-node-critical", json!(2_000_001_000)),
    ] {
        let spec = plain(json!({ "priorityClassName": class }));
        assert_eq!(
            (&spec["priority"], &spec["preemptionPolicy"]),
            (&priority, &json!("PreemptLowerPriority")),
            "{class}"
        );
    }
    let spec = plain(json!({ "priorityClassName": "own" }));
    assert_eq!((spec.get("priority"), spec.get("preemptionPolicy")), (None, None), "an object says more");
}

#[test]
fn app_armor_annotations_become_fields() {
    let pod = |annotation: &str, spec: Value| {
        let annotations = json!({ "container.apparmor.security.beta.kubernetes.io/a": annotation });
        v1("Pod", json!({ "metadata": { "name": "x", "annotations": annotations }, "spec": spec }))
    };
    let context = |annotation: &str| {
        pod(annotation, json!({ "containers": [{ "name": "a" }] }))["spec"]["containers"][0]["securityContext"].take()
    };
    let profile = |kind: &str| json!({ "appArmorProfile": { "type": kind } });
    assert_eq!(context("unconfined"), profile("Unconfined"));
    assert_eq!(context("runtime/default"), profile("RuntimeDefault"));
    let local = json!({ "appArmorProfile": { "type": "Localhost", "localhostProfile": "p" } });
    assert_eq!(context("localhost/p"), local);
    for unreadable in ["", "localhost/", "localhost/ p", "other"] {
        assert_eq!(context(unreadable), Value::Null, "{unreadable:?}");
    }
    let same =
        json!({ "containers": [{ "name": "a" }], "securityContext": { "appArmorProfile": { "type": "Unconfined" } } });
    assert_eq!(pod("unconfined", same)["spec"]["containers"][0].get("securityContext"), None);
    let written = json!({ "containers": [{ "name": "a", "securityContext": { "appArmorProfile": { "type": "RuntimeDefault" } } }] });
    let kept = pod("unconfined", written)["spec"]["containers"][0]["securityContext"].take();
    assert_eq!(kept, profile("RuntimeDefault"));
    let windows = json!({ "containers": [{ "name": "a" }], "os": { "name": "windows" } });
    assert_eq!(pod("unconfined", windows)["spec"]["containers"][0].get("securityContext"), None);
}

#[test]
fn keys_of_labels_become_expressions() {
    let selector = json!({ "matchLabels": { "a": "b" } });
    let keys = json!({ "topologyKey": "zone", "labelSelector": selector, "matchLabelKeys": ["app", "absent"], "mismatchLabelKeys": ["team"] });
    let spec = json!({
        "topologySpreadConstraints": [
            { "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector, "matchLabelKeys": ["app"] },
        ],
        "affinity": {
            "podAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [keys] },
            "podAntiAffinity": { "preferredDuringSchedulingIgnoredDuringExecution": [{ "weight": 1, "podAffinityTerm": keys }] },
        },
    });
    let stored =
        v1("Pod", json!({ "metadata": { "name": "x", "labels": { "app": "web", "team": "red" } }, "spec": spec }));
    let app = json!({ "key": "app", "operator": "In", "values": ["web"] });
    let team = json!({ "key": "team", "operator": "NotIn", "values": ["red"] });
    let spec = &stored["spec"];
    assert_eq!(spec["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"], json!([app]));
    let affinity = &spec["affinity"];
    let required = &affinity["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0];
    assert_eq!(required["labelSelector"]["matchExpressions"], json!([app, team]));
    let preferred = &affinity["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0];
    assert_eq!(preferred["podAffinityTerm"]["labelSelector"]["matchExpressions"], json!([app, team]));
}

#[test]
fn the_quality_of_service_follows_from_cpu_and_memory() {
    let quality = |containers: Value, pod: Value| {
        v1("Pod", json!({ "spec": { "containers": containers, "resources": pod } }))["status"]["qosClass"].take()
    };
    let full =
        json!({ "resources": { "limits": { "cpu": "1", "memory": "1Gi" }, "requests": { "memory": "1024Mi" } } });
    let part = json!({ "resources": { "limits": { "cpu": "1" } } });
    let other = json!({ "resources": { "limits": { "x.io/a": "1" } } });
    assert_eq!(quality(json!([full, full]), Value::Null), "Guaranteed");
    assert_eq!(quality(json!([full, part]), Value::Null), "Burstable");
    assert_eq!(quality(json!([full, {}]), Value::Null), "Burstable");
    assert_eq!(quality(json!([{}, {}]), Value::Null), "BestEffort");
    assert_eq!(quality(json!([{}]), json!({ "limits": { "cpu": "1", "memory": "1Gi" } })), "Guaranteed");
    assert_eq!(quality(json!([part]), json!({ "requests": { "cpu": "1" } })), "Burstable");
    assert_eq!(quality(json!([other]), Value::Null), "BestEffort");
}

#[test]
fn a_pod_with_gates_waits_for_them() {
    let pod = v1("Pod", json!({ "spec": { "schedulingGates": [{ "name": "g" }] } }));
    assert_eq!(pod["status"]["conditions"][0]["reason"], "SchedulingGated");
}
