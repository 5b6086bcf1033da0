//! The pods that controllers make of workloads.
//!
//! Source: k8s.io/kubernetes v1.37.2 `pkg/controller/{controller_utils,deployment,replicaset,statefulset,daemon,job}`.

mod daemon_set;
mod job;
mod refused;
mod stateful_set;

use crate::decode;
use crate::kinds::admit_pod;
use crate::metadata::{self, ZERO_UID};
use crate::node::{Data, Map, Node, list, map};
use crate::schema;
use crate::stored::Stored;
use crate::{Request, kinds};

/// Stands for the hash of a template.
const HASH: &str = "0000000000";

/// A pod that a controller would create.
#[derive(Clone, Debug)]
pub struct ControllerPod {
    /// The pod as the API server would store it. Its origins lead into the manifest of the workload.
    pub stored: Stored,
    /// Who creates it: the service account of the controller.
    pub user: &'static str,
}

/// The pod that the controller of a workload would create, as policies would see it.
///
/// `None` for what makes no pods, and where the API server refuses the pod before policies see it although it took the
/// template: two containers on one port of the host, an image with blanks around its name, a priority that is not that
/// of its class.
pub fn pod(workload: &Stored) -> Option<ControllerPod> {
    if !workload.is_built_in() {
        return None;
    }
    let kind = workload.object().get("kind")?.as_str()?;
    let user = user(kind)?;
    let object = workload.to_map()?;
    let name = object.map("metadata").map(|metadata| metadata.text("name").to_owned()).unwrap_or_default();
    let made = match kind {
        "Deployment" => deployment(&object, &name),
        "ReplicaSet" => controlled(&object, &owner("apps/v1", kind, &name)),
        "ReplicationController" => controlled(&object, &owner("v1", kind, &name)),
        "StatefulSet" => stateful_set::pod(&object, &name),
        "DaemonSet" => daemon_set::pod(&object, &name),
        "Job" => job::pod(&object, object.map("spec")?, &name),
        _ => job::cron_pod(&object, &name),
    };
    let Made { place, mut pod } = made?;
    if refused::before_defaults(pod.map("spec")?) {
        return None;
    }
    finish(&mut pod, &object, name);
    if refused::after_defaults(pod.map("spec")?) {
        return None;
    }
    Some(ControllerPod { stored: workload.with(Node { place, data: pod.into() }), user })
}

/// The service account of the controller of a kind.
fn user(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Deployment" | "ReplicaSet" => "system:serviceaccount:kube-system:replicaset-controller",
        "ReplicationController" => "system:serviceaccount:kube-system:replication-controller",
        "StatefulSet" => "system:serviceaccount:kube-system:statefulset-controller",
        "DaemonSet" => "system:serviceaccount:kube-system:daemon-set-controller",
        "Job" | "CronJob" => "system:serviceaccount:kube-system:job-controller",
        _ => return None,
    })
}

/// A pod before the API server has seen it, and the place of its template.
struct Made {
    place: crate::place::Place,
    pod: Map,
}

/// What a pod says about its controller.
struct Owner {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

fn owner(api_version: &'static str, kind: &str, name: &str) -> Owner {
    let kind = match kind {
        "ReplicaSet" => "ReplicaSet",
        "ReplicationController" => "ReplicationController",
        "StatefulSet" => "StatefulSet",
        "DaemonSet" => "DaemonSet",
        _ => "Job",
    };
    Owner { api_version, kind, name: name.to_owned() }
}

/// A Deployment makes a ReplicaSet, which makes the pods.
fn deployment(object: &Map, name: &str) -> Option<Made> {
    let mut made = controlled(object, &owner("apps/v1", "ReplicaSet", &format!("{name}-{HASH}")))?;
    labels(&mut made.pod).insert("pod-template-hash", Node::new(HASH));
    Some(made)
}

/// The pod of the template in the spec.
fn controlled(object: &Map, owner: &Owner) -> Option<Made> {
    from_template(object.map("spec")?.get("template")?, owner)
}

/// `GetPodFromTemplate`
fn from_template(template: &Node, owner: &Owner) -> Option<Made> {
    let of = template.as_map()?;
    let mut metadata = Map::default();
    let written = of.get("metadata");
    for key in ["annotations", "finalizers", "labels"] {
        if let Some(node) = written.and_then(Node::as_map).and_then(|metadata| metadata.get(key)) {
            metadata.insert(key, node.clone());
        }
    }
    metadata.insert("generateName", Node::new(prefix(&owner.name)));
    let reference = map([
        ("apiVersion", owner.api_version.into()),
        ("kind", owner.kind.into()),
        ("name", owner.name.clone().into()),
        ("uid", ZERO_UID.into()),
        ("controller", true.into()),
        ("blockOwnerDeletion", true.into()),
    ]);
    metadata.insert("ownerReferences", Node::new(list([reference.into()])));
    let mut pod = map([("apiVersion", "v1".into()), ("kind", "Pod".into())]);
    pod.insert(
        "metadata",
        Node { place: written.map_or(crate::place::NOWHERE, |node| node.place), data: metadata.into() },
    );
    pod.insert("spec", of.get("spec")?.clone());
    Some(Made { place: template.place, pod })
}

/// `getPodsPrefix`: a dash is put behind the name where a pod may be called so.
fn prefix(name: &str) -> String {
    const LONGEST: usize = 253;
    let is_part = |part: &str| {
        let bytes = part.as_bytes();
        let is_plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        bytes.first().is_some_and(is_plain)
            && bytes.last().is_some_and(is_plain)
            && bytes.iter().all(|b| is_plain(b) || *b == b'-')
    };
    if name.len() < LONGEST && name.split('.').all(is_part) { format!("{name}-") } else { name.to_owned() }
}

/// What the API server does to the pod.
fn finish(pod: &mut Map, workload: &Map, name: String) {
    let metadata = pod.map_or_new("metadata");
    if let Some(namespace) = workload.map("metadata").and_then(|metadata| metadata.get("namespace")).cloned() {
        metadata.insert("namespace", namespace);
    }
    if !metadata.has("name") {
        metadata.insert("name", Node::new(name));
    }
    metadata::fill(metadata, "v1", kinds::is_namespaced("Pod"), &Request::default());
    metadata.insert("generation", Node::new(1));
    // Maps and lists that hold nothing are left out.
    for key in ["annotations", "finalizers", "labels"] {
        if metadata.get(key).is_some_and(|node| node.data.is_empty()) {
            metadata.remove(key);
        }
    }
    if let Some(of) = schema::type_of("v1", "Pod")
        && let Some(status) = decode::empty_field(of, "status")
    {
        pod.insert("status", Node::new(status));
    }
    admit_pod(pod);
}

/// The labels of a pod that is being made.
fn labels(pod: &mut Map) -> &mut Map {
    pod.map_or_new("metadata").map_or_new("labels")
}

/// Sets a text of the spec, but keeps the place of one that is the same.
fn set_text(spec: &mut Map, key: &'static str, text: String) {
    if spec.text(key) != text {
        spec.insert(key, Node::new(Data::from(text)));
    }
}
