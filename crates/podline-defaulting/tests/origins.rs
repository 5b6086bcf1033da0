//! Every value knows the place in the manifest that it came from.

use podline_defaulting::{Request, Step, Stored, defaulted, pod};
use serde_json::{Value, json};

fn stored(manifest: &Value) -> Stored {
    defaulted(manifest, &Request::default()).expect("the manifest is valid")
}

/// `spec.containers.0.image` as steps.
fn steps(path: &str) -> Vec<Step<'_>> {
    path.split('/').map(|step| step.parse().map_or(Step::Key(step), Step::Index)).collect()
}

/// Where the value at a path comes from, and whether it is written there.
fn origin(stored: &Stored, path: &str) -> (String, bool) {
    let origin = stored.origin(&steps(path));
    (origin.to_string(), origin.is_written())
}

fn written(path: &str) -> (String, bool) {
    (path.to_owned(), true)
}

fn missing(path: &str) -> (String, bool) {
    (path.to_owned(), false)
}

fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "template": {
            "metadata": { "labels": { "app": "web" } },
            "spec": {
                "serviceAccountName": "web",
                "containers": [
                    { "name": "a", "image": "nginx" },
                    { "name": "b", "image": "nginx:1.25", "resources": { "limits": { "memory": "1024Mi" } } },
                ],
            },
        } },
    })
}

#[test]
fn what_is_written_leads_to_its_place() {
    let stored = stored(&deployment());
    let path = "spec/template/spec/containers/1/resources/limits/memory";
    assert_eq!(stored.object().pointer(&format!("/{path}")), Some(&json!("1Gi")));
    assert_eq!(origin(&stored, path), written("spec.template.spec.containers[1].resources.limits.memory"));
    assert!(stored.origin(&[]).is_written());
}

#[test]
fn a_default_leads_to_where_it_would_be_written() {
    let stored = stored(&deployment());
    assert_eq!(origin(&stored, "spec/replicas"), missing("spec.replicas"));
    let path = "spec/template/spec/containers/0/imagePullPolicy";
    assert_eq!(origin(&stored, path), missing("spec.template.spec.containers[0].imagePullPolicy"));
    let steps = steps(path);
    let origin = stored.origin(&steps);
    assert_eq!(origin.nearest().len(), 5, "the container is the nearest that is written");
}

#[test]
fn what_is_absent_has_a_place_too() {
    let stored = stored(&deployment());
    let path = "spec/template/spec/containers/0/securityContext/privileged";
    assert_eq!(origin(&stored, path), missing("spec.template.spec.containers[0].securityContext.privileged"));
}

#[test]
fn a_copy_leads_to_what_was_copied() {
    let stored = stored(&deployment());
    assert_eq!(origin(&stored, "spec/template/spec/serviceAccount"), written("spec.template.spec.serviceAccountName"));
    let pod = pod(&stored).expect("a Deployment makes pods").stored;
    let limit = "spec.template.spec.containers[1].resources.limits.memory";
    assert_eq!(origin(&pod, "spec/containers/1/resources/requests/memory"), written(limit));
}

#[test]
fn values_of_a_pod_lead_into_the_workload() {
    let pod = pod(&stored(&deployment())).expect("a Deployment makes pods");
    assert_eq!(pod.user, "system:serviceaccount:kube-system:replicaset-controller");
    let pod = pod.stored;
    assert_eq!(origin(&pod, "spec/containers/0/image"), written("spec.template.spec.containers[0].image"));
    assert_eq!(origin(&pod, "metadata/labels/app"), written("spec.template.metadata.labels.app"));
    assert_eq!(origin(&pod, "metadata/namespace"), written("metadata.namespace"));
    assert_eq!(origin(&pod, "metadata/labels/team"), missing("spec.template.metadata.labels.team"));
    assert_eq!(origin(&pod, "spec/hostNetwork"), missing("spec.template.spec.hostNetwork"));
    assert_eq!(origin(&pod, "spec/volumes/0/projected"), missing("spec.template.spec.volumes[0].projected"));
}

#[test]
fn what_the_server_replaces_is_written_nowhere() {
    let manifest = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "web", "uid": "u" },
        "spec": { "containers": [] },
        "status": { "phase": "Running" },
    });
    let stored = stored(&manifest);
    assert_eq!(stored.object()["status"]["phase"], "Pending");
    assert_eq!(origin(&stored, "status/phase"), missing("status.phase"));
    assert_eq!(origin(&stored, "metadata/uid"), missing("metadata.uid"));
}

#[test]
fn everything_of_a_custom_resource_but_its_metadata_is_written_where_it_stands() {
    let manifest = json!({
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": { "name": "w", "labels": {} },
        "spec": { "parts": [{ "size": 3.0 }], "none": null },
    });
    let stored = stored(&manifest);
    assert_eq!(origin(&stored, "spec/parts/0/size"), written("spec.parts[0].size"));
    assert_eq!(origin(&stored, "spec/none"), written("spec.none"));
    assert_eq!(origin(&stored, "spec/parts/0/color"), missing("spec.parts[0].color"));
    assert_eq!(origin(&stored, "metadata/namespace"), missing("metadata.namespace"));
}
