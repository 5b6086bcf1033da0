//! What fixes a violation: what the repairs of the checks share. Each stands in the file of its control.
//!
//! A repair is *safe* where what ran before runs after, which the file of each control argues. All others change or take
//! away what somebody wrote, or may keep an image from starting or from doing its work. Where there is more than one
//! right answer (which volume instead of a hostPath?) there is no repair.

#![allow(clippy::unnecessary_wraps, reason = "a repair may always find no right answer")]

use k8s_openapi::api::core::v1::SecurityContext;
use serde_json::{Value, json};

use super::check::{Container, Pod};
use crate::manifest::repair::{Change, Repair};
use crate::yaml::path::{FieldPath, Segment};

/// A setting of the pod level is not proposed where it would take `runAsUser: 0` from more containers than this: each of
/// them is then fixed by itself, since the repair of each would list all of them.
const MOST_ROOTS: usize = 16;

/// Finds what fixes a violation at a path of a pod (template); `None` where there is no one right answer. Paths of the
/// repair are relative to the pod.
pub(crate) type RepairFn = fn(&Repairer<'_>, &FieldPath) -> Option<Repair>;

/// What repairs have to know of one pod.
pub(crate) struct Repairer<'a> {
    pub pod: Pod<'a>,
    /// Whether a seccomp profile of the pod level is right for every container that has none.
    pub seccomp_of_pod: bool,
    /// Whether `runAsNonRoot` of the pod level is right for every container that does not say it.
    pub non_root_of_pod: bool,
    /// The security contexts of the containers that run as user 0.
    pub roots: Vec<FieldPath>,
}

impl<'a> Repairer<'a> {
    /// For a pod, as it was judged. Some resources do not let their users write what holds for all containers.
    pub fn new(pod: Pod<'a>, lets_pod: bool) -> Self {
        let contexts = || pod.containers().filter_map(|container| container.security_context);
        let profile = |context: &'a SecurityContext| context.seccomp_profile.as_ref();
        let of_pod = pod.security_context();
        let is_root = |container: &Container| container.security_context.is_some_and(|one| one.run_as_user == Some(0));
        let roots = pod.containers().filter(is_root).map(|container| container.path().field("securityContext"));
        let roots: Vec<FieldPath> = roots.collect();
        Self {
            pod,
            seccomp_of_pod: lets_pod
                && of_pod.is_none_or(|context| context.seccomp_profile.is_none())
                && contexts().filter_map(profile).all(|profile| profile.type_ == "RuntimeDefault"),
            non_root_of_pod: lets_pod
                && of_pod.is_none_or(|context| context.run_as_non_root.is_none())
                && contexts().all(|context| context.run_as_non_root != Some(false))
                && roots.len() <= MOST_ROOTS,
            roots,
        }
    }

    /// Sets a field that the API server refuses in a pod of Windows; there the field goes.
    pub fn set_on_linux(&self, path: &FieldPath, value: Value) -> Change {
        if self.pod.is_windows() { remove(path) } else { set(path, value) }
    }

    /// Whether a container is stated to run as a user other than root, and to add nothing to its capabilities: then its
    /// processes begin without any.
    pub fn begins_without_rights(&self, context: Option<&SecurityContext>) -> bool {
        let pod = self.pod.security_context();
        let user = context.and_then(|one| one.run_as_user).or(pod.and_then(|pod| pod.run_as_user));
        user.is_some_and(|user| user > 0) && added(context).is_empty()
    }

    /// The security context of the container that a path leads into.
    pub fn context(&self, path: &FieldPath) -> Option<&'a SecurityContext> {
        let spec = self.pod.spec;
        let [_, Segment::Field(list), Segment::Index(index), ..] = path.segments() else { return None };
        match list.as_ref() {
            "initContainers" => spec.init_containers.as_ref()?.get(*index)?.security_context.as_ref(),
            "containers" => spec.containers.get(*index)?.security_context.as_ref(),
            _ => spec.ephemeral_containers.as_ref()?.get(*index)?.security_context.as_ref(),
        }
    }

    /// Its name.
    pub fn container_name(&self, path: &FieldPath) -> Option<&'a str> {
        let spec = self.pod.spec;
        let [_, Segment::Field(list), Segment::Index(index), ..] = path.segments() else { return None };
        match list.as_ref() {
            "initContainers" => spec.init_containers.as_ref()?.get(*index).map(|one| one.name.as_str()),
            "containers" => spec.containers.get(*index).map(|one| one.name.as_str()),
            _ => spec.ephemeral_containers.as_ref()?.get(*index).map(|one| one.name.as_str()),
        }
    }
}

/// The place of a setting that containers inherit: at the pod level where that is right for all of them.
pub(super) fn shared(path: &FieldPath, of_pod: bool) -> FieldPath {
    match path.segments() {
        [spec, _, Segment::Index(_), rest @ ..] if of_pod => {
            FieldPath::new(std::iter::once(spec).chain(rest).cloned().collect())
        }
        _ => path.clone(),
    }
}

/// What a container adds to its capabilities.
pub(super) fn added(context: Option<&SecurityContext>) -> &[String] {
    context.and_then(|context| context.capabilities.as_ref()?.add.as_deref()).unwrap_or_default()
}

/// The profile of the container runtime instead of another; a file that only `Localhost` takes goes.
pub(super) fn profile_of_runtime(path: &FieldPath, has_file: bool) -> Vec<Change> {
    let mut changes = vec![set(path, json!("RuntimeDefault"))];
    if has_file {
        changes.push(remove(&path.prefix(path.segments().len() - 1).field("localhostProfile")));
    }
    changes
}

/// Whether a path leads to an annotation.
pub(super) fn is_annotation(path: &FieldPath) -> bool {
    matches!(path.segments().first(), Some(Segment::Field(first)) if first == "metadata")
}

/// Changes that take away or change what is written.
pub(super) fn not_safe(changes: Vec<Change>) -> Repair {
    Repair { safe: false, shared: false, changes }
}

/// A field that should hold a value.
pub(super) fn set(path: &FieldPath, value: Value) -> Change {
    Change { path: path.clone(), set: Some(value) }
}

/// A field that should not be there.
pub(super) fn remove(path: &FieldPath) -> Change {
    Change { path: path.clone(), set: None }
}

/// The repair of a field that should be `false`.
pub(super) fn set_false(_: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    Some(not_safe(vec![set(path, json!(false))]))
}

/// The repair of a field that should not be there.
pub(super) fn take_away(_: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    Some(not_safe(vec![remove(path)]))
}
