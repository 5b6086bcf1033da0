//! Metadata and status at validation.

use podline_defaulting::{Request, defaulted};
use serde_json::{Value, json};

use super::{of, v1};

#[test]
fn the_namespace_is_as_written_or_that_of_the_request() {
    let manifest = |metadata: Value| json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata });
    let request = Request { namespace: "team", ..Request::default() };
    let namespace = |metadata| {
        let stored = defaulted(&manifest(metadata), &request).expect("the manifest is valid");
        stored.object()["metadata"]["namespace"].clone()
    };
    assert_eq!(namespace(json!({ "name": "x" })), "team");
    assert_eq!(namespace(json!({ "name": "x", "namespace": "" })), "team");
    assert_eq!(namespace(json!({ "name": "x", "namespace": "shop" })), "shop");
}

#[test]
fn cluster_scoped_kinds_have_no_namespace() {
    for (api_version, kind) in [
        ("v1", "Namespace"),
        ("v1", "PersistentVolume"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("storage.k8s.io/v1", "StorageClass"),
        ("scheduling.k8s.io/v1", "PriorityClass"),
        ("networking.k8s.io/v1", "IngressClass"),
    ] {
        let stored = of(api_version, kind, json!({ "metadata": { "name": "x", "namespace": "shop" } }));
        assert_eq!(stored["metadata"].get("namespace"), None, "{kind}");
    }
}

#[test]
fn a_generated_name_is_expanded() {
    let stored = v1("ConfigMap", json!({ "metadata": { "generateName": "x-" } }));
    assert_eq!(stored["metadata"]["name"], "x-00000");
    assert_eq!(stored["metadata"]["generateName"], "x-");
    let long = v1("ConfigMap", json!({ "metadata": { "generateName": "x".repeat(100) } }));
    assert_eq!(long["metadata"]["name"], format!("{}00000", "x".repeat(58)));
}

#[test]
fn what_the_server_sets_is_there_whatever_was_written() {
    let written = json!({ "name": "x", "uid": "u", "resourceVersion": "1", "selfLink": "/", "generation": 7,
        "creationTimestamp": "1999-01-01T00:00:00Z", "deletionTimestamp": "1999-01-01T00:00:00Z",
        "deletionGracePeriodSeconds": 5, "managedFields": [{ "manager": "kubectl" }] });
    let manifest = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": written });
    let stored = defaulted(&manifest, &Request::default()).expect("the manifest is valid");
    let metadata = &stored.object()["metadata"];
    assert_eq!(metadata["uid"], "00000000-0000-0000-0000-000000000000");
    assert!(metadata["creationTimestamp"].as_str().is_some_and(|time| ("2020".."2030").contains(&&time[..4])));
    assert_eq!(metadata["managedFields"].as_array().map(Vec::len), Some(1));
    for field in ["resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        assert_eq!(metadata.get(field), None, "{field}");
    }
    assert_eq!(stored.known()["metadata"], json!({ "name": "x", "namespace": "default", "generation": 1 }));
}

#[test]
fn some_kinds_count_generations_and_the_others_keep_what_was_written() {
    let generation = |api_version, kind| {
        of(api_version, kind, json!({ "metadata": { "name": "x", "generation": 7 } }))["metadata"]["generation"].clone()
    };
    for (api_version, kind) in [
        ("v1", "Pod"),
        ("v1", "PodTemplate"),
        ("v1", "ReplicationController"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "IngressClass"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
        ("scheduling.k8s.io/v1", "PriorityClass"),
    ] {
        assert_eq!(generation(api_version, kind), 1, "{kind}");
    }
    for (api_version, kind) in [
        ("v1", "ConfigMap"),
        ("v1", "Secret"),
        ("v1", "Service"),
        ("v1", "ServiceAccount"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "PersistentVolume"),
        ("v1", "Namespace"),
        ("v1", "LimitRange"),
        ("v1", "ResourceQuota"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("storage.k8s.io/v1", "StorageClass"),
    ] {
        assert_eq!(generation(api_version, kind), 7, "{kind}");
    }
}

#[test]
fn the_status_is_that_of_a_new_object() {
    let zero = |fields: &[&str]| fields.iter().map(|field| ((*field).to_owned(), json!(0))).collect::<Value>();
    for (api_version, kind, expected) in [
        ("v1", "Namespace", json!({ "phase": "Active" })),
        ("v1", "PersistentVolume", json!({ "phase": "Pending" })),
        ("v1", "PersistentVolumeClaim", json!({})),
        ("v1", "ResourceQuota", json!({})),
        ("v1", "Pod", json!({ "phase": "Pending", "qosClass": "BestEffort" })),
        ("v1", "ReplicationController", json!({ "replicas": 0 })),
        ("v1", "Service", json!({ "loadBalancer": {} })),
        ("apps/v1", "Deployment", json!({})),
        ("apps/v1", "ReplicaSet", json!({ "replicas": 0 })),
        ("apps/v1", "StatefulSet", json!({ "availableReplicas": 0, "replicas": 0 })),
        (
            "apps/v1",
            "DaemonSet",
            zero(&["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"]),
        ),
        ("batch/v1", "Job", json!({})),
        ("batch/v1", "CronJob", json!({})),
        ("networking.k8s.io/v1", "Ingress", json!({ "loadBalancer": {} })),
        (
            "policy/v1",
            "PodDisruptionBudget",
            zero(&["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"]),
        ),
        ("autoscaling/v1", "HorizontalPodAutoscaler", zero(&["currentReplicas", "desiredReplicas"])),
        ("autoscaling/v2", "HorizontalPodAutoscaler", json!({ "currentMetrics": null, "desiredReplicas": 0 })),
    ] {
        let stored = of(api_version, kind, json!({ "status": { "observedGeneration": 3 } }));
        assert_eq!(stored["status"], expected, "{api_version} {kind}");
    }
    for (api_version, kind) in [("v1", "PodTemplate"), ("v1", "ConfigMap"), ("networking.k8s.io/v1", "NetworkPolicy")] {
        assert_eq!(of(api_version, kind, json!({ "status": {} })).get("status"), None, "{kind}");
    }
}

#[test]
fn a_namespace_has_its_name_as_a_label() {
    let stored =
        v1("Namespace", json!({ "metadata": { "name": "x", "labels": { "kubernetes.io/metadata.name": "y" } } }));
    assert_eq!(stored["metadata"]["labels"], json!({ "kubernetes.io/metadata.name": "x" }));
    assert_eq!(stored["spec"], json!({ "finalizers": ["kubernetes"] }));
    let generated = v1("Namespace", json!({ "metadata": { "generateName": "x-" } }));
    assert_eq!(generated["metadata"]["labels"], json!({ "kubernetes.io/metadata.name": "x-00000" }));
}

#[test]
fn volumes_and_claims_are_protected() {
    let finalizers = |kind| v1(kind, json!({}))["metadata"]["finalizers"].take();
    assert_eq!(finalizers("PersistentVolumeClaim"), json!(["kubernetes.io/pvc-protection"]));
    assert_eq!(finalizers("PersistentVolume"), json!(["kubernetes.io/pv-protection"]));
    let written = json!({ "metadata": { "name": "x", "finalizers": ["kubernetes.io/pvc-protection", "a/b"] } });
    let stored = v1("PersistentVolumeClaim", written);
    assert_eq!(stored["metadata"]["finalizers"], json!(["kubernetes.io/pvc-protection", "a/b"]));
}
