//! The first pod of a StatefulSet.

use std::collections::BTreeSet;

use super::{HASH, Made, controlled, labels, owner, set_text};
use crate::node::{Data, Map, Node, map};

/// `newVersionedStatefulSetPod`
pub(super) fn pod(object: &Map, name: &str) -> Option<Made> {
    let spec = object.map("spec")?;
    let ordinal = spec.map("ordinals").and_then(|ordinals| ordinals.int("start")).unwrap_or(0);
    let pod_name = format!("{name}-{ordinal}");
    let mut made = controlled(object, &owner("apps/v1", "StatefulSet", name))?;
    made.pod.map_or_new("metadata").insert("name", Node::new(pod_name.clone()));
    let of_pod = labels(&mut made.pod);
    of_pod.insert("statefulset.kubernetes.io/pod-name", Node::new(pod_name.clone()));
    of_pod.insert("apps.kubernetes.io/pod-index", Node::new(ordinal.to_string()));
    of_pod.insert("controller-revision-hash", Node::new(HASH));
    let pod = made.pod.map_or_new("spec");
    set_text(pod, "hostname", pod_name.clone());
    match spec.get("serviceName").filter(|name| !name.data.is_empty()) {
        Some(service) => pod.insert("subdomain", service.clone()),
        None => {
            pod.remove("subdomain");
        }
    }
    volumes(pod, spec, &pod_name);
    Some(made)
}

/// `updateStorage`: one volume for each claim, then those of the template that are no claims.
fn volumes(pod: &mut Map, spec: &Map, pod_name: &str) {
    let unnamed = Node::new("");
    let claims = spec.maps("volumeClaimTemplates").map(|claim| claim.map("metadata"));
    let claims = claims.map(|metadata| metadata.and_then(|metadata| metadata.get("name")).unwrap_or(&unnamed));
    let mut names = BTreeSet::new();
    let claims: Vec<&Node> = claims.filter(|name| names.insert(name.as_text())).collect();
    if claims.is_empty() {
        return;
    }
    let volume = |name: &Node| {
        let claim = map([("claimName", format!("{}-{pod_name}", name.as_text()).into())]);
        let mut volume = map([("persistentVolumeClaim", claim.into())]);
        volume.insert("name", name.clone());
        Node::new(volume)
    };
    let is_claim = |volume: &Node| names.contains(volume.as_map().map_or("", |volume| volume.text("name")));
    let mut volumes: Vec<Node> = claims.into_iter().map(volume).collect();
    volumes.extend(pod.list("volumes").iter().filter(|volume| !is_claim(volume)).cloned());
    match pod.get_mut("volumes") {
        Some(node) => node.data = Data::List(volumes),
        None => pod.insert("volumes", Node::new(volumes)),
    }
}
