//! Deployments, ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets.
//!
//! Source: `pkg/apis/{apps,core}/v1/{defaults,conversion}.go` and the strategies in `pkg/registry/apps`.

use crate::node::{Data, Map, Node, list, map};

/// Once a field of a Deployment: where to roll back to.
pub(super) const ROLLBACK_TO: &str = "deprecated.deployment.rollback.revision";
/// Once a field of a DaemonSet: how often its template changed.
pub(crate) const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// Go's `strconv.ParseInt`.
pub(super) fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

pub(super) fn deployment(object: &mut Map) {
    drop_annotations(object, |name, value| name == ROLLBACK_TO && value.is_empty());
    let spec = object.map_or_new("spec");
    spec.set_default("replicas", 1);
    spec.set_default("revisionHistoryLimit", 10);
    spec.set_default("progressDeadlineSeconds", 600);
    rolling_update(spec.map_or_new("strategy"), [("maxUnavailable", "25%"), ("maxSurge", "25%")]);
}

pub(super) fn daemon_set(object: &mut Map) {
    let spec = object.map_or_new("spec");
    spec.set_default("revisionHistoryLimit", 10);
    rolling_update(spec.map_or_new("updateStrategy"), [("maxUnavailable", 1), ("maxSurge", 0)]);
    // The generation of the template is an annotation, and at least 1. What is no number is refused later.
    let annotations = object.map_or_new("metadata").map_or_new("annotations");
    let is_number = annotations.get(TEMPLATE_GENERATION).is_none_or(|node| integer(node.as_text()).is_some());
    if is_number && integer(annotations.text(TEMPLATE_GENERATION)).is_none_or(|generation| generation < 1) {
        annotations.insert(TEMPLATE_GENERATION, Node::new("1"));
    }
}

/// The type of a strategy, and what a rolling update needs. Beside another type, what it lacks is 0: the internal types
/// have no pointers there.
fn rolling_update<T: Into<Data>>(strategy: &mut Map, limits: [(&'static str, T); 2]) {
    strategy.set_default("type", "RollingUpdate");
    let is_rolling = strategy.text("type") == "RollingUpdate";
    if is_rolling {
        strategy.map_or_new("rollingUpdate");
    }
    if let Some(rolling) = strategy.map_mut("rollingUpdate") {
        for (key, value) in limits {
            rolling.set_default(key, if is_rolling { value.into() } else { Data::Int(0) });
        }
    }
}

pub(super) fn replica_set(object: &mut Map) {
    object.map_or_new("spec").set_default("replicas", 1);
}

/// `SetDefaults_ReplicationController`: selector and labels come from the template.
pub(super) fn replication_controller(object: &mut Map) {
    let spec = object.map_or_new("spec");
    spec.set_default("replicas", 1);
    let metadata = spec.map("template").and_then(|template| template.map("metadata"));
    let Some(labels) = metadata.and_then(|metadata| metadata.get("labels")).cloned() else { return };
    if !spec.has("selector") {
        spec.insert("selector", labels.clone());
    }
    let metadata = object.map_or_new("metadata");
    if !metadata.has("labels") {
        metadata.insert("labels", labels);
    }
}

/// `SetDefaults_StatefulSet`, and its claims as they are written in version v1.
pub(super) fn stateful_set(object: &mut Map) {
    let spec = object.map_or_new("spec");
    spec.set_default("replicas", 1);
    spec.set_default("revisionHistoryLimit", 10);
    spec.set_default("podManagementPolicy", "OrderedReady");
    let retention = spec.map_or_new("persistentVolumeClaimRetentionPolicy");
    retention.set_default("whenDeleted", "Retain");
    retention.set_default("whenScaled", "Retain");
    let strategy = spec.map_or_new("updateStrategy");
    if !strategy.has("type") {
        strategy.set_default("type", "RollingUpdate");
        strategy.set_default("rollingUpdate", Map::default());
    }
    let is_rolling = strategy.text("type") == "RollingUpdate";
    if let Some(rolling) = strategy.map_mut("rollingUpdate") {
        rolling.set_default("partition", 0);
        if is_rolling {
            rolling.set_default("maxUnavailable", 1);
        }
    }
    for claim in spec.maps_mut("volumeClaimTemplates") {
        set_text(claim, "apiVersion", "v1");
        set_text(claim, "kind", "PersistentVolumeClaim");
        claim.map_or_new("status").set_default("phase", "Pending");
    }
}

/// Sets a text, but keeps the place of one that is the same.
fn set_text(map: &mut Map, key: &'static str, text: &'static str) {
    if map.text(key) != text {
        map.insert(key, Node::new(text));
    }
}

/// Annotations that once held init containers are dropped from pods and templates.
///
/// Source: `DropInitContainerAnnotations` in `pkg/api/pod/util.go`.
pub(super) fn drop_init_container_annotations(template: &mut Map) {
    drop_annotations(template, |name, _| {
        matches!(
            name,
            "pod.beta.kubernetes.io/init-containers"
                | "pod.alpha.kubernetes.io/init-containers"
                | "pod.beta.kubernetes.io/init-container-statuses"
                | "pod.alpha.kubernetes.io/init-container-statuses"
        )
    });
}

/// Drops some annotations, and the map if none is left.
pub(super) fn drop_annotations(object: &mut Map, drop: impl Fn(&str, &str) -> bool) {
    let Some(metadata) = object.map_mut("metadata") else { return };
    let Some(annotations) = metadata.map_mut("annotations") else { return };
    let names: Vec<String> = annotations
        .iter()
        .filter(|(name, node)| drop(name, node.as_text()))
        .map(|(name, _)| name.clone().into_owned())
        .collect();
    for name in names {
        annotations.remove(&name);
    }
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
}

/// The term of node affinity that binds a pod of a DaemonSet to its node.
pub(crate) fn node_terms() -> Node {
    let requirement =
        map([("key", "metadata.name".into()), ("operator", "In".into()), ("values", list(["node".into()]))]);
    Node::new(list([map([("matchFields", list([requirement.into()]))]).into()]))
}
