//! What fixes which violation: one row per rule.
//!
//! A repair is *safe* where it only adds what is missing and cannot stop an image that ran before. All others change or
//! take away what somebody wrote, or may keep an image from starting. Where there is more than one right answer (which
//! volume instead of a hostPath?) there is no repair.

use k8s_openapi::api::core::v1::{AppArmorProfile, SeccompProfile, SecurityContext};
use serde_json::{Value, json};

use crate::finding::{Change, Repair};
use crate::pod_security::check::{Container, Pod, Violation, annotations_under};
use crate::pod_security::checks::app_armor_profile::ANNOTATION_PREFIX as APP_ARMOR;
use crate::yaml::path::{FieldPath, Segment};

/// What the annotations of seccomp, which came before the field, begin with.
const SECCOMP: [&str; 2] = ["seccomp.security.alpha.kubernetes.io/", "container.seccomp.security.alpha.kubernetes.io/"];

/// A setting of the pod level is not proposed where it would take `runAsUser: 0` from more containers than this: each of
/// them is then fixed by itself, since the repair of each would list all of them.
const MOST_ROOTS: usize = 16;

/// Finds repairs for the violations of one pod.
pub(crate) struct Repairer<'a> {
    pod: Pod<'a>,
    /// Whether a seccomp profile of the pod level is right for every container that has none.
    seccomp_of_pod: bool,
    /// Whether `runAsNonRoot` of the pod level is right for every container that does not say it.
    non_root_of_pod: bool,
    /// The security contexts of the containers that run as user 0.
    roots: Vec<FieldPath>,
    has_seccomp_annotations: bool,
}

impl<'a> Repairer<'a> {
    /// For a pod, as it was judged.
    pub fn new(pod: Pod<'a>) -> Self {
        let contexts = || pod.containers().filter_map(|container| container.security_context);
        let profile = |context: &'a SecurityContext| context.seccomp_profile.as_ref();
        let of_pod = pod.security_context();
        let is_root = |container: &Container| container.security_context.is_some_and(|one| one.run_as_user == Some(0));
        let roots = pod.containers().filter(is_root).map(|container| container.path().field("securityContext"));
        let roots: Vec<FieldPath> = roots.collect();
        Self {
            pod,
            seccomp_of_pod: of_pod.is_none_or(|context| context.seccomp_profile.is_none())
                && contexts().filter_map(profile).all(|profile| profile.type_ == "RuntimeDefault"),
            non_root_of_pod: of_pod.is_none_or(|context| context.run_as_non_root.is_none())
                && contexts().all(|context| context.run_as_non_root != Some(false))
                && roots.len() <= MOST_ROOTS,
            roots,
            has_seccomp_annotations: SECCOMP
                .into_iter()
                .any(|prefix| annotations_under(pod.annotations, prefix).next().is_some()),
        }
    }

    /// What fixes a violation of a check, with paths relative to the pod (template); `None` where there is no one
    /// right answer.
    pub fn repair(&self, check: &str, violation: &Violation) -> Option<Repair> {
        let path = &violation.path;
        match check {
            "allowPrivilegeEscalation" => self.allow_privilege_escalation(path),
            "appArmorProfile" => self.app_armor(path),
            "capabilities_restricted" => self.capabilities(path),
            "hostNamespaces" | "windowsHostProcess" => Some(not_safe(vec![set(path, json!(false))])),
            "hostPorts" => self.host_port(path).map(not_safe),
            "capabilities_baseline" | "hostProbesAndHostLifecycle" | "runAsUser" | "seLinuxOptions" => {
                Some(not_safe(vec![remove(path)]))
            }
            "privileged" => Some(not_safe(vec![self.set_on_linux(path, json!(false))])),
            "procMount" | "procMount_restricted" => Some(not_safe(vec![self.set_on_linux(path, json!("Default"))])),
            "runAsNonRoot" => Some(not_safe(self.non_root(path))),
            "seccompProfile_baseline" | "seccompProfile_restricted" => self.seccomp(path),
            // The name of the element is what is wrong; all of it goes.
            "sysctls" => Some(not_safe(vec![remove(&path.prefix(path.segments().len() - 1))])),
            // hostPathVolumes, restrictedVolumes: what the pod needs of the volume nobody can tell.
            _ => None,
        }
    }

    /// A container that says `runAsUser: 0` beside it would never start.
    fn non_root(&self, path: &FieldPath) -> Vec<Change> {
        let place = shared(path, self.non_root_of_pod);
        let mut changes = vec![set(&place, json!(true))];
        let of_pod = FieldPath::of("spec.securityContext");
        if self.pod.security_context().is_some_and(|context| context.run_as_user == Some(0)) {
            changes.push(remove(&of_pod.field("runAsUser")));
        }
        if place.segments().starts_with(of_pod.segments()) {
            changes.extend(self.roots.iter().map(|root| remove(&root.field("runAsUser"))));
        } else if self.context(&place).is_some_and(|context| context.run_as_user == Some(0)) {
            changes.push(remove(&place.prefix(place.segments().len() - 1).field("runAsUser")));
        }
        changes
    }

    fn allow_privilege_escalation(&self, path: &FieldPath) -> Option<Repair> {
        if self.pod.is_windows() {
            return None;
        }
        let context = self.context(path);
        let is_missing = context.is_none_or(|context| context.allow_privilege_escalation.is_none());
        let mut changes = vec![set(path, json!(false))];
        // The API server refuses `false` beside these two.
        // Source: `ValidateSecurityContext` in `pkg/apis/core/validation/validation.go`.
        let is_privileged = context.is_some_and(|context| context.privileged == Some(true));
        let parent = path.prefix(path.segments().len() - 1);
        if is_privileged {
            changes.push(set(&parent.field("privileged"), json!(false)));
        }
        for (index, _) in added(context).iter().enumerate().filter(|(_, name)| *name == "CAP_SYS_ADMIN") {
            changes.push(remove(&parent.fields("capabilities.add").index(index)));
        }
        Some(Repair { safe: is_missing && !is_privileged && self.needs_no_root(context), shared: false, changes })
    }

    fn capabilities(&self, path: &FieldPath) -> Option<Repair> {
        if matches!(path.segments().last(), Some(Segment::Index(_))) {
            return Some(not_safe(vec![remove(path)]));
        }
        if self.pod.is_windows() {
            return None;
        }
        let context = self.context(path);
        let dropped = context.and_then(|context| context.capabilities.as_ref()?.drop.as_deref()).unwrap_or_default();
        let lower = dropped.iter().position(|name| name.eq_ignore_ascii_case("ALL"));
        let change = set(&path.index(lower.unwrap_or(dropped.len())), json!("ALL"));
        Some(Repair { safe: lower.is_none() && self.needs_no_root(context), shared: false, changes: vec![change] })
    }

    fn host_port(&self, path: &FieldPath) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        if !self.pod.defaulted.contains(path) {
            // Without the port of the container, which the API asks for, nothing would be left.
            if self.container_port(path) == Some(0) {
                return None;
            }
            changes.push(remove(path));
        }
        // The API server would set it again.
        if self.pod.spec.host_network == Some(true) {
            changes.push(set(&FieldPath::of("spec.hostNetwork"), json!(false)));
        }
        Some(changes)
    }

    /// The port of the container beside a port of the host.
    fn container_port(&self, path: &FieldPath) -> Option<i32> {
        let spec = self.pod.spec;
        let [_, Segment::Field(list), Segment::Index(index), _, Segment::Index(port), ..] = path.segments() else {
            return None;
        };
        let ports = match list.as_ref() {
            "initContainers" => &spec.init_containers.as_ref()?.get(*index)?.ports,
            "containers" => &spec.containers.get(*index)?.ports,
            _ => &spec.ephemeral_containers.as_ref()?.get(*index)?.ports,
        };
        Some(ports.as_ref()?.get(*port)?.container_port)
    }

    fn app_armor(&self, path: &FieldPath) -> Option<Repair> {
        if is_annotation(path) {
            return Some(not_safe(vec![remove(path)]));
        }
        if self.pod.is_windows() {
            return None;
        }
        let profile = |profile: Option<&AppArmorProfile>| profile.is_some_and(|one| one.localhost_profile.is_some());
        let has_file = match self.context(path) {
            Some(context) => profile(context.app_armor_profile.as_ref()),
            None => profile(self.pod.security_context().and_then(|context| context.app_armor_profile.as_ref())),
        };
        let mut changes = profile_of_runtime(path, has_file);
        // The API server refuses an annotation that says something else than the field.
        if let Some(name) = self.container_name(path) {
            let key = format!("{APP_ARMOR}{name}");
            if self.pod.annotations.get(&key).is_some_and(|value| value != "runtime/default") {
                changes.push(remove(&FieldPath::of("metadata.annotations").field(key)));
            }
        }
        Some(not_safe(changes))
    }

    fn seccomp(&self, path: &FieldPath) -> Option<Repair> {
        if is_annotation(path) {
            return Some(not_safe(vec![remove(path)]));
        }
        if self.pod.is_windows() {
            return None;
        }
        let of_container = self.context(path).and_then(|context| context.seccomp_profile.as_ref());
        let of_pod = self.pod.security_context().and_then(|context| context.seccomp_profile.as_ref());
        let is_container = matches!(path.segments().get(2), Some(Segment::Index(_)));
        let own: Option<&SeccompProfile> = if is_container { of_container } else { of_pod };
        if let Some(profile) = own {
            let changes = profile_of_runtime(path, profile.localhost_profile.is_some());
            return Some(not_safe(changes));
        }
        let change = set(&shared(path, self.seccomp_of_pod), json!("RuntimeDefault"));
        Some(Repair { safe: !self.has_seccomp_annotations, shared: false, changes: vec![change] })
    }

    /// Sets a field that the API server refuses in a pod of Windows; there the field goes.
    fn set_on_linux(&self, path: &FieldPath, value: Value) -> Change {
        if self.pod.is_windows() { remove(path) } else { set(path, value) }
    }

    /// Whether the user of a container is stated and not root, and nothing is added that only root's rights would give.
    fn needs_no_root(&self, context: Option<&SecurityContext>) -> bool {
        let pod = self.pod.security_context();
        let user = context.and_then(|one| one.run_as_user).or(pod.and_then(|pod| pod.run_as_user));
        let non_root = context.and_then(|one| one.run_as_non_root).or(pod.and_then(|pod| pod.run_as_non_root));
        user.map_or(non_root == Some(true), |user| user > 0)
            && added(context).iter().all(|name| name == "NET_BIND_SERVICE")
    }

    /// The security context of the container that a path leads into.
    fn context(&self, path: &FieldPath) -> Option<&'a SecurityContext> {
        let spec = self.pod.spec;
        let [_, Segment::Field(list), Segment::Index(index), ..] = path.segments() else { return None };
        match list.as_ref() {
            "initContainers" => spec.init_containers.as_ref()?.get(*index)?.security_context.as_ref(),
            "containers" => spec.containers.get(*index)?.security_context.as_ref(),
            _ => spec.ephemeral_containers.as_ref()?.get(*index)?.security_context.as_ref(),
        }
    }

    fn container_name(&self, path: &FieldPath) -> Option<&'a str> {
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
fn shared(path: &FieldPath, of_pod: bool) -> FieldPath {
    match path.segments() {
        [spec, _, Segment::Index(_), rest @ ..] if of_pod => {
            FieldPath::new(std::iter::once(spec).chain(rest).cloned().collect())
        }
        _ => path.clone(),
    }
}

/// What a container adds to its capabilities.
fn added(context: Option<&SecurityContext>) -> &[String] {
    context.and_then(|context| context.capabilities.as_ref()?.add.as_deref()).unwrap_or_default()
}

/// The profile of the container runtime instead of another; a file that only `Localhost` takes goes.
fn profile_of_runtime(path: &FieldPath, has_file: bool) -> Vec<Change> {
    let mut changes = vec![set(path, json!("RuntimeDefault"))];
    if has_file {
        changes.push(remove(&path.prefix(path.segments().len() - 1).field("localhostProfile")));
    }
    changes
}

fn is_annotation(path: &FieldPath) -> bool {
    matches!(path.segments().first(), Some(Segment::Field(first)) if first == "metadata")
}

fn not_safe(changes: Vec<Change>) -> Repair {
    Repair { safe: false, shared: false, changes }
}

fn set(path: &FieldPath, value: Value) -> Change {
    Change { path: path.clone(), set: Some(value) }
}

fn remove(path: &FieldPath) -> Change {
    Change { path: path.clone(), set: None }
}
