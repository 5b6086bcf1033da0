//! What the API server does to the objects of each built-in kind beyond the defaults of their types: version
//! defaults, admission, allocation, and the preparation for creation.

mod autoscaling;
mod batch;
mod others;
mod pod;
mod service;
mod workloads;

use serde_json::Value;

use crate::error::{Error, Problem};
use crate::node::Map;
use crate::place::{Places, Step};

pub(crate) use autoscaling::convert;
pub(crate) use batch::job_labels;
pub(crate) use pod::{admit as admit_pod, known_priority};
pub(crate) use workloads::{TEMPLATE_GENERATION, node_terms};

/// Whether objects of a kind belong to a namespace.
pub(crate) fn is_namespaced(kind: &str) -> bool {
    !matches!(
        kind,
        "Namespace"
            | "PersistentVolume"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "StorageClass"
            | "PriorityClass"
            | "IngressClass"
    )
}

/// Whether the API server counts the generations of a kind from the creation on.
pub(crate) fn has_generation(kind: &str) -> bool {
    !matches!(
        kind,
        "ConfigMap"
            | "Secret"
            | "Service"
            | "ServiceAccount"
            | "PersistentVolumeClaim"
            | "PersistentVolume"
            | "Namespace"
            | "Role"
            | "RoleBinding"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "LimitRange"
            | "ResourceQuota"
            | "StorageClass"
    )
}

/// Carries out what belongs to the kind. `object` has its namespace and name, and an empty status.
///
/// # Errors
/// An annotation that is part of the object in other versions of its kind, and cannot be read.
pub(crate) fn finish(kind: &str, object: &mut Map, manifest: &Value, places: &Places) -> Result<(), Error> {
    match kind {
        "Pod" => pod::admit(object),
        "Deployment" => workloads::deployment(object),
        "DaemonSet" => workloads::daemon_set(object),
        "StatefulSet" => workloads::stateful_set(object),
        "ReplicaSet" => workloads::replica_set(object),
        "ReplicationController" => workloads::replication_controller(object),
        "Job" => batch::job(object, manifest.pointer("/spec/template/metadata/labels").is_some_and(Value::is_object)),
        "CronJob" => batch::cron_job(object),
        "Service" => service::service(object),
        "HorizontalPodAutoscaler" => autoscaling::horizontal_pod_autoscaler(object),
        _ => others::finish(kind, object),
    }
    if let Some(template) = template_mut(kind, object) {
        workloads::drop_init_container_annotations(template);
    }
    check_annotations(kind, object, places)
}

/// The pod template of a kind that has one.
fn template_mut<'o>(kind: &str, object: &'o mut Map) -> Option<&'o mut Map> {
    match kind {
        "PodTemplate" => object.map_mut("template"),
        "CronJob" => object.map_mut("spec")?.map_mut("jobTemplate")?.map_mut("spec")?.map_mut("template"),
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            object.map_mut("spec")?.map_mut("template")
        }
        _ => None,
    }
}

/// Annotations that older versions of the API held as numbers in the spec.
fn check_annotations(kind: &str, object: &mut Map, places: &Places) -> Result<(), Error> {
    let name = match kind {
        "Deployment" => workloads::ROLLBACK_TO,
        "DaemonSet" => workloads::TEMPLATE_GENERATION,
        _ => return Ok(()),
    };
    let annotations = object.map_mut("metadata").and_then(|metadata| metadata.map_mut("annotations"));
    let Some(node) = annotations.and_then(|annotations| annotations.get_mut(name)) else { return Ok(()) };
    let Some(number) = workloads::integer(node.as_text()) else {
        let mut steps = places.path(node.place);
        if steps.is_empty() {
            steps = vec![Step::Key("metadata"), Step::Key("annotations"), Step::Key(name)];
        }
        return Err(Error::new(&steps, Problem::Number));
    };
    let text = number.to_string();
    if node.as_text() != text {
        node.data = text.into();
    }
    Ok(())
}
