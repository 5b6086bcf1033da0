//! Pods that the API server refuses although it took their template.
//!
//! Source: `ValidatePodCreate` and `AccumulateUniqueHostPorts` in k8s.io/kubernetes `pkg/apis/core/validation`, and
//! `admitPod` in `plugin/pkg/admission/priority`.

use std::collections::BTreeSet;

use crate::kinds::known_priority;
use crate::node::Map;

/// Whether a pod as its controller sends it is refused: its priority is not that of its class.
pub(super) fn before_defaults(spec: &Map) -> bool {
    let Some(priority) = known_priority(spec.text("priorityClassName")) else { return false };
    let policy = spec.text("preemptionPolicy");
    spec.int("priority").is_some_and(|written| written != priority) || !["", "PreemptLowerPriority"].contains(&policy)
}

/// Whether a pod is refused with its defaults.
pub(super) fn after_defaults(spec: &Map) -> bool {
    let has_blanks = |container: &Map| container.text("image").trim() != container.text("image");
    let is_bound = !spec.text("nodeName").is_empty() && !spec.list("schedulingGates").is_empty();
    // Init containers run one by one, so each may have the ports of the others.
    is_bound
        || !spec.list("ephemeralContainers").is_empty()
        || ["containers", "initContainers"].iter().any(|list| spec.maps(list).any(has_blanks))
        || share_host_ports(spec.maps("containers"))
        || spec.maps("initContainers").any(|container| share_host_ports(std::iter::once(container)))
}

fn share_host_ports<'a>(containers: impl Iterator<Item = &'a Map>) -> bool {
    let mut taken = BTreeSet::new();
    let ports = containers.flat_map(|container| container.maps("ports"));
    let on_host = ports.filter_map(|port| {
        let number = port.int("hostPort").filter(|number| *number != 0)?;
        Some((port.text("protocol"), port.text("hostIP"), number))
    });
    // The first that is taken already decides.
    on_host.into_iter().any(|port| !taken.insert(port))
}
