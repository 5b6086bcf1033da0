//! The pod of a DaemonSet on a node called `node`.

use super::{HASH, Made, controlled, labels, owner};
use crate::kinds::{TEMPLATE_GENERATION, node_terms};
use crate::node::{Data, Map, Node, map};

/// The taints of nodes in trouble, which pods of DaemonSets tolerate. The last one only on the host's network.
const TAINTS: [(&str, &str); 7] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ("node.kubernetes.io/network-unavailable", "NoSchedule"),
];

/// `CreatePodTemplate`, `ReplaceDaemonSetPodNodeNameNodeAffinity`
pub(super) fn pod(object: &Map, name: &str) -> Option<Made> {
    let mut made = controlled(object, &owner("apps/v1", "DaemonSet", name))?;
    let annotations = object.map("metadata").and_then(|metadata| metadata.map("annotations"));
    let generation = annotations.and_then(|annotations| annotations.get(TEMPLATE_GENERATION)).cloned();
    let of_pod = labels(&mut made.pod);
    of_pod.insert("pod-template-generation", generation.unwrap_or_else(|| Node::new("1")));
    of_pod.insert("controller-revision-hash", Node::new(HASH));
    let spec = made.pod.map_or_new("spec");
    let count = if spec.bool("hostNetwork") == Some(true) { TAINTS.len() } else { TAINTS.len() - 1 };
    for (key, effect) in &TAINTS[..count] {
        tolerate(spec, key, effect);
    }
    let required = spec.map_or_new("affinity").map_or_new("nodeAffinity");
    required.map_or_new("requiredDuringSchedulingIgnoredDuringExecution").insert("nodeSelectorTerms", node_terms());
    Some(made)
}

/// `AddOrUpdateTolerationInPodSpec`: one that differs only in its seconds loses them.
fn tolerate(spec: &mut Map, key: &'static str, effect: &'static str) {
    let mut is_there = false;
    for toleration in spec.maps_mut("tolerations") {
        let is_same = toleration.text("key") == key
            && toleration.text("effect") == effect
            && toleration.text("operator") == "Exists"
            && toleration.text("value").is_empty();
        if is_same {
            toleration.remove("tolerationSeconds");
            is_there = true;
        }
    }
    if !is_there {
        let toleration: [(&str, Data); 3] =
            [("key", key.into()), ("operator", "Exists".into()), ("effect", effect.into())];
        spec.push("tolerations", map(toleration));
    }
}
