//! The pods that controllers make.

use podline_defaulting::{Request, defaulted, pod};
use serde_json::{Value, json};

use super::{of, pod_of};

fn template() -> Value {
    json!({
        "metadata": { "labels": { "app": "x" }, "annotations": { "a": "b" }, "finalizers": ["f.io/f"], "name": "unused" },
        "spec": { "containers": [{ "name": "c" }], "automountServiceAccountToken": false },
    })
}

/// The metadata of a pod, as it should be.
fn metadata(owner: (&str, &str, &str), labels: Value, fields: Value) -> Value {
    let (api_version, kind, name) = owner;
    let mut all = json!({ "app": "x" });
    super::merge(&mut all, labels);
    let mut metadata = json!({
        "name": "x", "namespace": "default", "generation": 1, "generateName": format!("{name}-"),
        "labels": all, "annotations": { "a": "b" }, "finalizers": ["f.io/f"],
        "ownerReferences": [{
            "apiVersion": api_version, "kind": kind, "name": name, "uid": "00000000-0000-0000-0000-000000000000",
            "controller": true, "blockOwnerDeletion": true,
        }],
    });
    super::merge(&mut metadata, fields);
    metadata
}

#[test]
fn the_pod_of_a_deployment_belongs_to_its_replica_set() {
    let pod = pod_of("apps/v1", "Deployment", json!({ "template": template() }));
    let owner = ("apps/v1", "ReplicaSet", "x-0000000000");
    assert_eq!(pod["metadata"], metadata(owner, json!({ "pod-template-hash": "0000000000" }), json!({})));
    assert_eq!((&pod["apiVersion"], &pod["kind"]), (&json!("v1"), &json!("Pod")));
    assert_eq!(pod["spec"]["enableServiceLinks"], true, "the rules of pods apply");
}

#[test]
fn the_pod_of_a_replica_set_or_replication_controller_belongs_to_it() {
    let spec = json!({ "template": template() });
    let owner = ("apps/v1", "ReplicaSet", "x");
    assert_eq!(pod_of("apps/v1", "ReplicaSet", spec.clone())["metadata"], metadata(owner, json!({}), json!({})));
    let owner = ("v1", "ReplicationController", "x");
    assert_eq!(pod_of("v1", "ReplicationController", spec)["metadata"], metadata(owner, json!({}), json!({})));
}

#[test]
fn the_pod_of_a_stateful_set_has_a_name_a_place_and_claims() {
    let mut template = template();
    template["spec"]["volumes"] = json!([{ "name": "data" }, { "name": "tmp" }]);
    let claims = json!([{ "metadata": { "name": "data" } }, { "metadata": { "name": "log" } }]);
    let spec = json!({
        "template": template, "serviceName": "s", "ordinals": { "start": 3 }, "volumeClaimTemplates": claims,
    });
    let pod = pod_of("apps/v1", "StatefulSet", spec);
    let labels = json!({
        "statefulset.kubernetes.io/pod-name": "x-3", "apps.kubernetes.io/pod-index": "3",
        "controller-revision-hash": "0000000000",
    });
    assert_eq!(pod["metadata"], metadata(("apps/v1", "StatefulSet", "x"), labels, json!({ "name": "x-3" })));
    assert_eq!((&pod["spec"]["hostname"], &pod["spec"]["subdomain"]), (&json!("x-3"), &json!("s")));
    let claim = |name: &str| json!({ "name": name, "persistentVolumeClaim": { "claimName": format!("{name}-x-3") } });
    assert_eq!(pod["spec"]["volumes"], json!([claim("data"), claim("log"), { "name": "tmp", "emptyDir": {} }]));
}

#[test]
fn the_pod_of_a_daemon_set_is_bound_to_its_node_and_tolerates_its_troubles() {
    let pod = pod_of("apps/v1", "DaemonSet", json!({ "template": template() }));
    let labels = json!({ "controller-revision-hash": "0000000000", "pod-template-generation": "1" });
    assert_eq!(pod["metadata"], metadata(("apps/v1", "DaemonSet", "x"), labels, json!({})));
    let term = json!({ "matchFields": [{ "key": "metadata.name", "operator": "In", "values": ["node"] }] });
    let required = &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    assert_eq!(required["nodeSelectorTerms"], json!([term]));
    let toleration = |key: &str, effect: &str| json!({ "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": effect });
    let mut expected = vec![toleration("not-ready", "NoExecute"), toleration("unreachable", "NoExecute")];
    for key in ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"] {
        expected.push(toleration(key, "NoSchedule"));
    }
    assert_eq!(pod["spec"]["tolerations"], json!(expected));
    let mut on_host = template();
    on_host["spec"]["hostNetwork"] = json!(true);
    on_host["spec"]["tolerations"] = json!([{ "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5 }]);
    let pod = pod_of("apps/v1", "DaemonSet", json!({ "template": on_host }));
    expected.push(toleration("network-unavailable", "NoSchedule"));
    assert_eq!(pod["spec"]["tolerations"], json!(expected), "an equal one loses its seconds");
}

#[test]
fn affinity_to_nodes_is_replaced_only_where_it_is_required() {
    let affinity = json!({ "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": [{}, {}] },
        "preferredDuringSchedulingIgnoredDuringExecution": [{ "weight": 1, "preference": {} }],
    } });
    let mut template = template();
    template["spec"]["affinity"] = affinity.clone();
    let pod = pod_of("apps/v1", "DaemonSet", json!({ "template": template }));
    let given = &pod["spec"]["affinity"]["nodeAffinity"];
    let terms = &given["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    assert_eq!(terms.as_array().map(Vec::len), Some(1));
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    assert_eq!(given[preferred], affinity["nodeAffinity"][preferred]);
}

fn job_labels(name: &str) -> Value {
    json!({
        "batch.kubernetes.io/job-name": name, "job-name": name,
        "batch.kubernetes.io/controller-uid": "00000000-0000-0000-0000-000000000000",
        "controller-uid": "00000000-0000-0000-0000-000000000000",
    })
}

#[test]
fn the_pod_of_a_job_has_its_labels_and_is_tracked() {
    let pod = pod_of("batch/v1", "Job", json!({ "template": template() }));
    let finalizers = json!({ "finalizers": ["f.io/f", "batch.kubernetes.io/job-tracking"] });
    assert_eq!(pod["metadata"], metadata(("batch/v1", "Job", "x"), job_labels("x"), finalizers));
}

#[test]
fn the_pod_of_an_indexed_job_knows_its_index() {
    let mut template = template();
    template["spec"]["initContainers"] = json!([{ "env": [{ "name": "JOB_COMPLETION_INDEX", "value": "own" }] }]);
    let spec = json!({ "template": template, "completionMode": "Indexed", "backoffLimitPerIndex": 1 });
    let pod = pod_of("batch/v1", "Job", spec);
    let index = "batch.kubernetes.io/job-completion-index";
    assert_eq!(pod["metadata"]["labels"][index], "0");
    let annotations = json!({ "a": "b", index: "0", "batch.kubernetes.io/job-index-failure-count": "0" });
    assert_eq!(pod["metadata"]["annotations"], annotations);
    assert_eq!(pod["metadata"]["generateName"], "x-0-");
    assert_eq!(pod["spec"]["hostname"], "x-0");
    let reference = json!({ "apiVersion": "v1", "fieldPath": format!("metadata.labels['{index}']") });
    let variable = json!({ "name": "JOB_COMPLETION_INDEX", "valueFrom": { "fieldRef": reference } });
    assert_eq!(pod["spec"]["containers"][0]["env"], json!([variable]));
    assert_eq!(pod["spec"]["initContainers"][0]["env"], json!([{ "name": "JOB_COMPLETION_INDEX", "value": "own" }]));
}

#[test]
fn the_pod_of_a_cron_job_is_that_of_its_job() {
    let pod = pod_of("batch/v1", "CronJob", json!({ "jobTemplate": { "spec": { "template": template() } } }));
    let finalizers = json!({ "finalizers": ["f.io/f", "batch.kubernetes.io/job-tracking"] });
    let owner = ("batch/v1", "Job", "x-00000000");
    assert_eq!(pod["metadata"], metadata(owner, job_labels("x-00000000"), finalizers));
}

#[test]
fn pods_are_created_by_the_accounts_of_their_controllers() {
    for (api_version, kind, account) in [
        ("apps/v1", "Deployment", "replicaset-controller"),
        ("apps/v1", "ReplicaSet", "replicaset-controller"),
        ("v1", "ReplicationController", "replication-controller"),
        ("apps/v1", "StatefulSet", "statefulset-controller"),
        ("apps/v1", "DaemonSet", "daemon-set-controller"),
        ("batch/v1", "Job", "job-controller"),
        ("batch/v1", "CronJob", "job-controller"),
    ] {
        let spec = json!({ "template": template(), "jobTemplate": { "spec": { "template": template() } } });
        let manifest = json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "x" }, "spec": spec });
        let stored = defaulted(&manifest, &Request::default()).expect("the manifest is valid");
        let made = pod(&stored).expect("it makes pods");
        assert_eq!(made.user, format!("system:serviceaccount:kube-system:{account}"), "{kind}");
    }
}

fn makes_a_pod(api_version: &str, kind: &str, spec: Value) -> bool {
    let manifest = json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "x" }, "spec": spec });
    pod(&defaulted(&manifest, &Request::default()).expect("the manifest is valid")).is_some()
}

#[test]
fn other_kinds_make_no_pods() {
    for (api_version, kind) in [("v1", "Pod"), ("v1", "Service"), ("example.com/v1", "Deployment")] {
        assert!(!makes_a_pod(api_version, kind, json!({ "template": template() })), "{kind}");
    }
    assert!(!makes_a_pod("v1", "PodTemplate", json!({})));
    assert!(!makes_a_pod("v1", "ReplicationController", json!({})), "it has no template");
}

#[test]
fn no_policy_sees_a_pod_that_the_api_server_refuses_itself() {
    let makes = |spec: Value| makes_a_pod("apps/v1", "Deployment", json!({ "template": { "spec": spec } }));
    let ports = json!({ "ports": [{ "containerPort": 80 }] });
    assert!(makes(json!({ "containers": [ports, ports] })));
    assert!(!makes(json!({ "hostNetwork": true, "containers": [ports, ports] })), "one port for two");
    assert!(makes(json!({ "hostNetwork": true, "containers": [ports], "initContainers": [ports, ports] })));
    assert!(!makes(json!({ "containers": [{ "image": "nginx " }] })), "blanks around an image");
    assert!(!makes(json!({ "containers": [], "priority": 5 })), "a priority without its class");
    assert!(makes(json!({ "containers": [], "priority": 5, "priorityClassName": "own" })));
    assert!(!makes(json!({ "containers": [], "nodeName": "n", "schedulingGates": [{ "name": "g" }] })));
}

#[test]
fn a_cron_job_itself_has_only_the_defaults_of_pods_in_its_template() {
    let stored =
        of("batch/v1", "CronJob", json!({ "spec": { "jobTemplate": { "spec": { "template": template() } } } }));
    let spec = &stored["spec"]["jobTemplate"]["spec"];
    assert_eq!(spec.as_object().map(|spec| spec.keys().collect::<Vec<_>>()), Some(vec![&"template".to_owned()]));
    assert_eq!(spec["template"]["metadata"]["labels"], json!({ "app": "x" }));
}
