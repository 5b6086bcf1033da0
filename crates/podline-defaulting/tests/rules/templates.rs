//! Defaults of pod specs, in pods and in templates alike.

use serde_json::{Value, json};

use super::{container, template_spec};

#[test]
fn a_spec_has_its_policies_and_an_empty_security_context() {
    assert_eq!(
        template_spec(json!({})),
        json!({
            "containers": null, "restartPolicy": "Always", "dnsPolicy": "ClusterFirst",
            "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30, "securityContext": {},
        })
    );
}

#[test]
fn the_two_names_of_the_service_account_are_the_same_and_the_new_one_wins() {
    for (written, expected) in [
        (json!({ "serviceAccountName": "a" }), "a"),
        (json!({ "serviceAccount": "b" }), "b"),
        (json!({ "serviceAccountName": "a", "serviceAccount": "b" }), "a"),
        (json!({ "serviceAccountName": "", "serviceAccount": "b" }), "b"),
    ] {
        let spec = template_spec(written);
        assert_eq!((&spec["serviceAccountName"], &spec["serviceAccount"]), (&expected.into(), &expected.into()));
    }
    assert_eq!(template_spec(json!({})).get("serviceAccountName"), None);
}

#[test]
fn every_sort_of_container_has_its_defaults() {
    let spec = template_spec(json!({
        "containers": [{ "image": "a:1" }], "initContainers": [{ "image": "b" }],
        "ephemeralContainers": [{ "image": "c:latest", "targetContainerName": "a" }],
    }));
    for (containers, policy) in
        [("containers", "IfNotPresent"), ("initContainers", "Always"), ("ephemeralContainers", "Always")]
    {
        let container = &spec[containers][0];
        assert_eq!(container["imagePullPolicy"], policy, "{containers}");
        assert_eq!(container["terminationMessagePath"], "/dev/termination-log");
        assert_eq!(container["terminationMessagePolicy"], "File");
        assert_eq!(container["resources"], json!({}));
    }
    assert_eq!(container(json!({ "image": "a", "imagePullPolicy": "Never" }))["imagePullPolicy"], "Never");
    assert_eq!(container(json!({ "image": "a", "imagePullPolicy": "" }))["imagePullPolicy"], "Always");
}

#[test]
fn empty_limits_and_requests_stay_out() {
    let stored = container(json!({ "resources": { "limits": {}, "requests": {} } }));
    assert_eq!(stored["resources"], json!({}));
}

#[test]
fn ports_variables_and_field_references_have_theirs() {
    let stored = container(json!({
        "ports": [{ "containerPort": 80 }, { "containerPort": 53, "protocol": "UDP" }],
        "env": [
            { "name": "A", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } },
            { "name": "B", "valueFrom": { "fileKeyRef": { "volumeName": "v", "path": "p", "key": "k" } } },
        ],
    }));
    assert_eq!(stored["ports"][0], json!({ "containerPort": 80, "protocol": "TCP" }));
    assert_eq!(stored["ports"][1], json!({ "containerPort": 53, "protocol": "UDP" }));
    let reference = json!({ "apiVersion": "v1", "fieldPath": "metadata.name" });
    assert_eq!(stored["env"][0]["valueFrom"]["fieldRef"], reference);
    assert_eq!(stored["env"][1]["valueFrom"]["fileKeyRef"]["optional"], false);
}

#[test]
fn probes_count_zero_as_unset() {
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let stored = container(json!({ probe: { "timeoutSeconds": 0, "periodSeconds": 5, "exec": {} } }));
        let expected = json!({
            "timeoutSeconds": 1, "periodSeconds": 5, "successThreshold": 1, "failureThreshold": 3, "exec": {},
        });
        assert_eq!(stored[probe], expected);
    }
}

#[test]
fn handlers_have_a_path_a_scheme_and_a_service() {
    let http = json!({ "port": 80, "path": "", "scheme": "" });
    let expected = json!({ "port": 80, "path": "/", "scheme": "HTTP" });
    let stored = container(json!({
        "livenessProbe": { "httpGet": http },
        "readinessProbe": { "grpc": { "port": 90 } },
        "lifecycle": { "postStart": { "httpGet": http }, "preStop": { "httpGet": http } },
    }));
    assert_eq!(stored["livenessProbe"]["httpGet"], expected);
    assert_eq!(stored["lifecycle"]["postStart"]["httpGet"], expected);
    assert_eq!(stored["lifecycle"]["preStop"]["httpGet"], expected);
    assert_eq!(stored["readinessProbe"]["grpc"], json!({ "port": 90, "service": "" }));
}

/// The source of a volume, as stored.
fn volume(source: Value) -> Value {
    let mut volume = json!({ "name": "v" });
    super::merge(&mut volume, source);
    let mut stored = template_spec(json!({ "volumes": [volume] }))["volumes"][0].take();
    stored.as_object_mut().expect("a map").remove("name");
    stored
}

#[test]
fn a_volume_without_a_source_is_an_empty_directory() {
    for source in [json!({}), json!({ "emptyDir": null }), json!({ "bogus": {} })] {
        assert_eq!(volume(source), json!({ "emptyDir": {} }));
    }
}

#[test]
fn volumes_of_files_have_a_mode() {
    for kind in ["configMap", "secret", "downwardAPI", "projected"] {
        assert_eq!(volume(json!({ kind: {} }))[kind]["defaultMode"], 420, "{kind}");
        assert_eq!(volume(json!({ kind: { "defaultMode": 0 } }))[kind]["defaultMode"], 0, "{kind}");
    }
    let sources = json!([{ "serviceAccountToken": { "path": "t" } }, { "configMap": {} }]);
    let projected = volume(json!({ "projected": { "sources": sources } }));
    let expected = json!([{ "serviceAccountToken": { "path": "t", "expirationSeconds": 3600 } }, { "configMap": {} }]);
    assert_eq!(projected["projected"]["sources"], expected);
    let items = json!([{ "path": "l", "fieldRef": { "fieldPath": "metadata.labels" } }]);
    let downward = volume(json!({ "downwardAPI": { "items": items } }));
    assert_eq!(downward["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"], "v1");
}

#[test]
fn other_volumes_have_what_their_drivers_need() {
    assert_eq!(volume(json!({ "hostPath": { "path": "/x" } }))["hostPath"], json!({ "path": "/x", "type": "" }));
    let iscsi = json!({ "targetPortal": "p", "iqn": "i", "lun": 0 });
    assert_eq!(volume(json!({ "iscsi": iscsi }))["iscsi"]["iscsiInterface"], "default");
    let rbd = volume(json!({ "rbd": { "monitors": ["m"], "image": "i" } }))["rbd"].take();
    let expected =
        json!({ "monitors": ["m"], "image": "i", "pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring" });
    assert_eq!(rbd, expected);
    assert_eq!(
        volume(json!({ "azureDisk": { "diskName": "d", "diskURI": "u" } }))["azureDisk"],
        json!({
            "diskName": "d", "diskURI": "u", "cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": false,
            "kind": "Shared",
        })
    );
    let scale = volume(json!({ "scaleIO": { "gateway": "g", "system": "s", "secretRef": null } }))["scaleIO"].take();
    let expected =
        json!({ "gateway": "g", "system": "s", "secretRef": null, "storageMode": "ThinProvisioned", "fsType": "xfs" });
    assert_eq!(scale, expected);
    assert_eq!(volume(json!({ "image": { "reference": "a:1" } }))["image"]["pullPolicy"], "IfNotPresent");
    assert_eq!(volume(json!({ "image": { "reference": "a" } }))["image"]["pullPolicy"], "Always");
    let claim = json!({ "ephemeral": { "volumeClaimTemplate": { "spec": {} } } });
    let claim = volume(claim)["ephemeral"]["volumeClaimTemplate"].take();
    assert_eq!(claim, json!({ "metadata": {}, "spec": { "resources": {}, "volumeMode": "Filesystem" } }));
}

#[test]
fn what_only_pods_have_is_not_in_templates() {
    let limited = container(json!({ "resources": { "limits": { "cpu": "1" } } }));
    assert_eq!(limited["resources"], json!({ "limits": { "cpu": "1" } }));
    let spec = template_spec(json!({
        "hostNetwork": true, "containers": [{ "ports": [{ "containerPort": 80 }] }],
        "resources": { "limits": { "cpu": "1" } },
    }));
    assert_eq!(spec["containers"][0]["ports"][0].get("hostPort"), None);
    assert_eq!(spec["resources"], json!({ "limits": { "cpu": "1" } }));
    for field in ["enableServiceLinks", "tolerations", "volumes", "priority", "preemptionPolicy"] {
        assert_eq!(spec.get(field), None, "{field}");
    }
}

#[test]
fn annotations_that_once_held_init_containers_are_dropped() {
    let annotations = json!({ "pod.beta.kubernetes.io/init-containers": "[]", "a": "b" });
    let template = json!({ "metadata": { "annotations": annotations } });
    let stored = super::of("apps/v1", "Deployment", json!({ "spec": { "template": template } }));
    assert_eq!(stored["spec"]["template"]["metadata"]["annotations"], json!({ "a": "b" }));
    let pod = super::v1(
        "Pod",
        json!({ "metadata": { "name": "x", "annotations": { "pod.alpha.kubernetes.io/init-containers": "" } } }),
    );
    assert_eq!(pod["metadata"].get("annotations"), None);
}
