//! The kinds that need little: storage, access control, networking, quotas.
//!
//! Source: `pkg/apis/*/v1/defaults.go`, `pkg/registry/*/*/strategy.go`, and the admission plugin
//! StorageObjectInUseProtection.

use crate::decode::to_base64;
use crate::metadata::A_TIME;
use crate::node::{Data, Map, Node};

pub(super) fn finish(kind: &str, object: &mut Map) {
    match kind {
        "Secret" => secret(object),
        "ServiceAccount" => service_account(object),
        "Namespace" => namespace(object),
        "PersistentVolume" => persistent_volume(object),
        "PersistentVolumeClaim" => persistent_volume_claim(object),
        "StorageClass" => {
            object.set_default("reclaimPolicy", "Delete");
            object.set_default("volumeBindingMode", "Immediate");
        }
        "PriorityClass" => object.set_default("preemptionPolicy", "PreemptLowerPriority"),
        "IngressClass" => {
            if let Some(parameters) = object.map_or_new("spec").map_mut("parameters")
                && parameters.get("scope").is_none_or(|scope| scope.data == Data::Null)
            {
                parameters.insert("scope", Node::new("Cluster"));
            }
        }
        "NetworkPolicy" => network_policy(object),
        "PodDisruptionBudget" => pod_disruption_budget(object),
        "RoleBinding" | "ClusterRoleBinding" => {
            let reference = object.map_or_new("roleRef");
            if reference.text("apiGroup").is_empty() {
                reference.insert("apiGroup", Node::new("rbac.authorization.k8s.io"));
            }
        }
        _ => {}
    }
}

/// `stringData` becomes part of `data`.
fn secret(object: &mut Map) {
    object.set_default("type", "Opaque");
    let Some(written) = object.remove("stringData") else { return };
    let Some(written) = written.as_map() else { return };
    let data = object.map_or_new("data");
    for (key, node) in written.iter() {
        let bytes = to_base64(node.as_text().as_bytes());
        data.insert(key.clone(), Node { place: node.place, data: bytes.into() });
    }
}

/// Of the secrets only the names stay.
fn service_account(object: &mut Map) {
    for secret in object.maps_mut("secrets") {
        let name = secret.remove("name");
        *secret = Map::default();
        if let Some(name) = name {
            secret.insert("name", name);
        }
    }
}

fn namespace(object: &mut Map) {
    let metadata = object.map_or_new("metadata");
    if let Some(name) = metadata.get("name").cloned() {
        metadata.map_or_new("labels").insert("kubernetes.io/metadata.name", name);
    }
    let spec = object.map_or_new("spec");
    if spec.list("finalizers").iter().all(|finalizer| finalizer.as_text() != "kubernetes") {
        spec.push("finalizers", "kubernetes");
    }
    object.map_or_new("status").insert("phase", Node::new("Active"));
}

fn protect(object: &mut Map, finalizer: &'static str) {
    let metadata = object.map_or_new("metadata");
    if metadata.list("finalizers").iter().all(|other| other.as_text() != finalizer) {
        metadata.push("finalizers", finalizer);
    }
}

fn persistent_volume(object: &mut Map) {
    protect(object, "kubernetes.io/pv-protection");
    let spec = object.map_or_new("spec");
    spec.set_default("persistentVolumeReclaimPolicy", "Retain");
    spec.set_default("volumeMode", "Filesystem");
    let status = object.map_or_new("status");
    status.insert("phase", Node::new("Pending"));
    status.insert("lastPhaseTransitionTime", Node::new(A_TIME));
}

/// The two fields for the source of a claim's data say the same. References to other namespaces are behind a feature
/// gate that is off; other kinds of sources may stand in the newer field only.
fn persistent_volume_claim(object: &mut Map) {
    protect(object, "kubernetes.io/pvc-protection");
    let spec = object.map_or_new("spec");
    let names_namespace =
        |spec: &Map| spec.map("dataSourceRef").is_some_and(|source| !source.text("namespace").is_empty());
    if names_namespace(spec) {
        spec.remove("dataSourceRef");
    }
    if !spec.has("dataSourceRef") && !spec.map("dataSource").is_none_or(is_claim_or_snapshot) {
        spec.remove("dataSource");
    }
    match (spec.get("dataSource"), spec.get("dataSourceRef")) {
        (Some(source), None) => {
            let source = source.clone();
            spec.insert("dataSourceRef", source);
        }
        (None, Some(source)) => {
            let mut source = source.clone();
            if let Some(source) = source.as_map_mut() {
                source.remove("namespace");
            }
            spec.insert("dataSource", source);
        }
        _ => {}
    }
}

fn is_claim_or_snapshot(source: &Map) -> bool {
    matches!(
        (source.text("apiGroup"), source.text("kind")),
        ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
    )
}

fn network_policy(object: &mut Map) {
    let spec = object.map_or_new("spec");
    if spec.list("policyTypes").is_empty() {
        spec.push("policyTypes", "Ingress");
        if !spec.list("egress").is_empty() {
            spec.push("policyTypes", "Egress");
        }
    }
}

/// By this label an old version of the API told two empty selectors apart. It may stand alone, but beside nothing else.
const EMPTY_SELECTOR: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

/// `dropDisabledFields` in `pkg/registry/policy/poddisruptionbudget/strategy.go`
fn pod_disruption_budget(object: &mut Map) {
    let Some(selector) = object.map_or_new("spec").map_mut("selector") else { return };
    let is_marker = |expression: &Node| expression.as_map().is_some_and(|map| map.text("key") == EMPTY_SELECTOR);
    let matches_none = selector.len() == 1
        && matches!(selector.list("matchExpressions"), [only] if is_marker(only)
            && only.as_map().is_some_and(|map| map.text("operator") == "Exists" && !map.has("values")));
    if matches_none {
        return;
    }
    if let Some(Data::List(expressions)) = selector.get_mut("matchExpressions").map(|node| &mut node.data) {
        expressions.retain(|expression| !is_marker(expression));
        if expressions.is_empty() {
            selector.remove("matchExpressions");
        }
    }
}
