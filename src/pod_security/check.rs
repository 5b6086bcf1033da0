//! What a check is: the shapes that every control in [`super::checks`] speaks in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use k8s_openapi::api::core::v1::{ContainerPort, Lifecycle, PodSecurityContext, PodSpec, Probe, SecurityContext};

use super::Level;
use super::repair::RepairFn;
use super::setting::RequiredSetting;
use crate::yaml::path::{FieldPath, Segment};

/// One control of the Pod Security Standards.
#[derive(Debug)]
pub(crate) struct Check {
    /// Upstream's check id, which is also the rule's short name.
    pub id: &'static str,
    /// The level that the check belongs to: baseline or restricted.
    pub level: Level,
    /// The revisions of the check, in ascending order of version.
    pub versions: &'static [VersionedCheck],
    /// What fixes one of its violations; `None` where there never is one right answer.
    pub repair: Option<RepairFn>,
    /// The setting that it asks every container for, if it asks for one.
    pub setting: Option<RequiredSetting>,
}

impl Check {
    /// The revision in force at a minor version of Kubernetes 1; `None` before the first one.
    pub fn revision(&self, minor: u32) -> Option<&'static VersionedCheck> {
        self.versions.iter().rev().find(|revision| revision.since <= minor)
    }
}

/// One revision of a check, in force until the next one begins.
#[derive(Debug)]
pub(crate) struct VersionedCheck {
    /// The first minor version of Kubernetes 1 that it applies to.
    pub since: u32,
    /// Judges a pod.
    pub check: CheckFn,
    /// Baseline checks that do not run beside this one at the restricted level.
    pub overrides: &'static [&'static str],
}

/// Judges a pod: `None` allows it.
pub(crate) type CheckFn = fn(&Pod<'_>) -> Option<Forbidden>;

/// What a check looks at: a pod's annotations and its spec, after the API server's defaults.
#[derive(Clone, Copy)]
pub(crate) struct Pod<'a> {
    pub annotations: &'a BTreeMap<String, String>,
    pub spec: &'a PodSpec,
    /// The fields of `spec` that stand in no manifest: what [`super::defaults::apply`] returned.
    pub defaulted: &'a BTreeSet<FieldPath>,
}

/// Why a check refuses a pod.
#[derive(Clone, Debug)]
pub(crate) struct Forbidden {
    /// Upstream's `ForbiddenReason`, byte for byte.
    pub reason: Cow<'static, str>,
    /// Upstream's `ForbiddenDetail`, byte for byte.
    pub detail: String,
    /// Every place that must change, and no other: the pod's before the containers' in the order of visit; never
    /// empty.
    pub violations: Vec<Violation>,
}

/// One place in a pod that must change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The value that is wrong, or the field that is missing, relative to the pod (template): it begins with
    /// `spec` or `metadata`.
    pub path: FieldPath,
    /// The container that it belongs to; `None` for what stands at the level of the pod.
    pub container: Option<String>,
    /// What is there, what is allowed, and which container: one sentence without a full stop.
    pub message: String,
    /// The value that the pod level has where a container overrides it.
    pub related: Option<FieldPath>,
}

impl Violation {
    /// A violation at the level of the pod.
    pub fn of_pod(path: FieldPath, message: String) -> Self {
        Self { path, container: None, message, related: None }
    }
}

/// A container of any kind, with the fields that checks read.
#[derive(Clone, Copy)]
pub(crate) struct Container<'a> {
    list: &'static str,
    index: usize,
    pub name: &'a str,
    pub security_context: Option<&'a SecurityContext>,
    pub ports: &'a [ContainerPort],
    pub liveness_probe: Option<&'a Probe>,
    pub readiness_probe: Option<&'a Probe>,
    pub startup_probe: Option<&'a Probe>,
    pub lifecycle: Option<&'a Lifecycle>,
}

impl Container<'_> {
    /// Where the container stands: `spec.initContainers[0]`.
    pub fn path(&self) -> FieldPath {
        let field = |name| Segment::Field(Cow::Borrowed(name));
        FieldPath::new(vec![field("spec"), field(self.list), Segment::Index(self.index)])
    }

    /// A violation at a field of this container, named by its dotted path below the container.
    /// The message is the text behind the container's name.
    pub fn violation(&self, field: &'static str, text: &str) -> Violation {
        self.violation_at(self.path().fields(field), text)
    }

    /// A violation at a path of this container.
    pub fn violation_at(&self, path: FieldPath, text: &str) -> Violation {
        self.violation_saying(path, ["container \"", shown(self.name), "\" ", text].concat())
    }

    /// A violation at a path of this container, with the whole message.
    pub fn violation_saying(&self, path: FieldPath, message: String) -> Violation {
        Violation { path, container: Some(shown(self.name).to_owned()), message, related: None }
    }
}

impl<'a> Pod<'a> {
    /// The containers in upstream's order: init containers, containers, ephemeral containers.
    ///
    /// Source: `policy/visitor.go`.
    pub fn containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        let spec = self.spec;
        macro_rules! view {
            ($list:literal) => {
                |(index, c)| Container {
                    list: $list,
                    index,
                    name: &c.name,
                    security_context: c.security_context.as_ref(),
                    ports: c.ports.as_deref().unwrap_or_default(),
                    liveness_probe: c.liveness_probe.as_ref(),
                    readiness_probe: c.readiness_probe.as_ref(),
                    startup_probe: c.startup_probe.as_ref(),
                    lifecycle: c.lifecycle.as_ref(),
                }
            };
        }
        let init = spec.init_containers.iter().flatten().enumerate().map(view!("initContainers"));
        let main = spec.containers.iter().enumerate().map(view!("containers"));
        let ephemeral = spec.ephemeral_containers.iter().flatten().enumerate().map(view!("ephemeralContainers"));
        init.chain(main).chain(ephemeral)
    }

    /// The security context of the pod level.
    pub fn security_context(&self) -> Option<&'a PodSecurityContext> {
        self.spec.security_context.as_ref()
    }

    /// Whether the pod says that it runs on Windows. Nothing but this exact name counts.
    pub fn is_windows(&self) -> bool {
        self.spec.os.as_ref().is_some_and(|os| os.name == "windows")
    }

    /// Whether the pod runs in a user namespace of its own, for which later versions relax some checks.
    ///
    /// Source: `relaxPolicyForUserNamespacePod` in `policy/helpers.go`.
    pub fn has_user_namespace(&self) -> bool {
        self.spec.host_users == Some(false)
    }
}

/// The annotations whose keys begin with `prefix`, sorted by key.
pub(crate) fn annotations_under<'a>(
    annotations: &'a BTreeMap<String, String>,
    prefix: &'static str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    annotations
        .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .take_while(move |(key, _)| key.starts_with(prefix))
}

/// A name as violations show it: no valid one has more than 63 characters, and a thousand violations may repeat it.
pub(crate) fn shown(name: &str) -> &str {
    &name[..name.floor_char_boundary(1000)]
}

/// `"a", "b"`: names in upstream's quotes. Nothing inside is escaped.
///
/// Source: `joinQuote` in `policy/helpers.go`.
pub(crate) fn join_quote(items: impl IntoIterator<Item: AsRef<str>>) -> String {
    // Room for one name, which is what there is most often.
    let mut quoted = String::with_capacity(32);
    for item in items {
        quoted.push_str(if quoted.is_empty() { "\"" } else { ", \"" });
        quoted.push_str(item.as_ref());
        quoted.push('"');
    }
    quoted
}

/// The singular for exactly one, else the plural.
pub(crate) fn pluralize(singular: &'static str, plural: &'static str, count: usize) -> &'static str {
    if count == 1 { singular } else { plural }
}

/// `volume "a"` or `volumes "a", "b"`.
pub(crate) fn name_all(
    singular: &'static str,
    plural: &'static str,
    names: impl IntoIterator<Item: AsRef<str>, IntoIter: ExactSizeIterator>,
) -> String {
    let names = names.into_iter();
    [pluralize(singular, plural, names.len()), " ", &join_quote(names)].concat()
}

/// `container "a"` or `containers "a", "b"`.
pub(crate) fn name_containers(names: impl IntoIterator<Item: AsRef<str>, IntoIter: ExactSizeIterator>) -> String {
    name_all("container", "containers", names)
}
