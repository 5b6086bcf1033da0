//! Settings of pods and containers wherever they stand in an object, found by the shape of their fields alone.
//!
//! Operators take them under many names (`containerSecurityContext`, `network.hostNetwork`). Each one found becomes a
//! pod with nothing but this setting, so that the checks themselves tell whether it is forbidden.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, Capabilities, Container, ContainerPort, Lifecycle, PodSecurityContext, PodSpec, Probe,
    SELinuxOptions, SeccompProfile, SecurityContext, Sysctl, Volume, WindowsSecurityContextOptions,
};
use serde::Deserialize;
use serde_json::Value;

use super::typed::{Template, decode_at};
use super::volumes;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::value::to_value;

/// A setting of a pod or of a container.
#[derive(Debug)]
pub struct Setting {
    /// Where it stands in the object.
    pub path: FieldPath,
    /// Its key.
    pub key: NodeId,
    /// Its value.
    pub value: NodeId,
    /// Whether it is spelt as in Go: what is below it cannot be found by the names of fields.
    pub is_of_go: bool,
    /// A pod that has it and nothing else.
    pub pod: Template,
    /// Where that pod has it.
    pub place: FieldPath,
}

/// The fields that [`at`] takes for settings, besides types of volumes, and that mean nothing else, whatever they are found
/// in.
const CLEAR: [&str; 15] = [
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostPort",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "capabilities",
    "runAsUser",
    "runAsNonRoot",
    "seccompProfile",
    "appArmorProfile",
    "seLinuxOptions",
    "windowsOptions",
    "sysctls",
];

/// Those that may mean something else.
const OTHERS: [&str; 6] =
    ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "annotations", "podAnnotations"];

/// All names of fields that may be settings.
fn names() -> impl Iterator<Item = &'static str> {
    CLEAR.into_iter().chain(OTHERS).chain(volumes::refused_fields())
}

/// Whether a key, or the last field on a way, is the name of a setting and of nothing else.
pub fn is_clear(text: &str) -> bool {
    let name = memchr::memrchr2(b'/', b'.', text.as_bytes()).map_or(text, |at| &text[at + 1..]);
    CLEAR.contains(&name) || name == "hostPath"
}

/// Whether a key is the name of a field that may be a setting.
pub fn is_name(key: &str) -> bool {
    name_of(key).is_some()
}

/// The field that a key means: the one of its name, or what Go calls so (`HostPID`).
fn name_of(key: &str) -> Option<&'static str> {
    // For each first letter, one bit for each length of a name: most keys are told apart by it.
    static LENGTHS: LazyLock<[u64; 256]> = LazyLock::new(|| {
        let mut lengths = [0; 256];
        for name in names() {
            lengths[usize::from(name.as_bytes()[0])] |= 1 << name.len();
        }
        lengths
    });
    let first = *key.as_bytes().first()?;
    let lengths = LENGTHS[usize::from(first.to_ascii_lowercase())];
    if key.len() >= 64 || lengths & 1 << key.len() == 0 {
        return None;
    }
    match first {
        b'a'..=b'z' => names().find(|name| *name == key),
        b'A'..=b'Z' => names().find(|name| name.eq_ignore_ascii_case(key)),
        _ => None,
    }
}

/// What may be a setting, at its key.
pub(super) fn at(tree: &Tree<'_>, key: NodeId, value: NodeId, path: &[Segment]) -> Option<Setting> {
    let Some(Segment::Field(key_text)) = path.last() else { return None };
    let name = name_of(key_text)?;
    let is_of_go = name != key_text;
    let written = Written { tree, node: tree.resolve(value), is_of_go };
    let (pod, place) = pod(&written, name, path)?;
    Some(Setting { path: FieldPath::new(path.to_vec()), key, value, is_of_go, pod, place })
}

/// Whether a text is the way to a field that may be a setting: `/spec/template/spec/hostPID`.
pub(super) fn is_path(text: &str) -> bool {
    named_by(text).is_some()
}

/// The last field on a way, with slashes as in JSON patches or with dots.
fn named_by(path: &str) -> Option<&str> {
    let name = &path[memchr::memrchr2(b'/', b'.', path.as_bytes())? + 1..];
    is_name(name).then_some(name)
}

/// What may be a setting that an operation on another object sets: its `path` names the field, and its `value` is what
/// the field shall hold.
pub(super) fn by_operation(tree: &Tree<'_>, operation: NodeId, path: &[Segment]) -> Option<Setting> {
    if tree.kind(operation) != Kind::Mapping {
        return None;
    }
    let pointer = tree.get_str(operation, "path")?;
    let name = named_by(&pointer)?;
    let (key, value) = tree.pairs(operation).find(|&(key, _)| tree.raw(key) == "value")?;
    let named: Vec<Segment> = path.iter().cloned().chain([Segment::Field(name.to_owned().into())]).collect();
    let setting = at(tree, key, value, &named)?;
    Some(Setting { path: FieldPath::new(path.to_vec()).field("value"), ..setting })
}

/// The value of a setting.
struct Written<'w, 't> {
    tree: &'w Tree<'t>,
    node: NodeId,
    is_of_go: bool,
}

impl Written<'_, '_> {
    /// It as this type; `None` where another stands.
    fn decoded<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
        let Self { tree, node, is_of_go } = *self;
        if tree.is_null(node) {
            return None;
        }
        if is_of_go && tree.kind(node) != Kind::Scalar {
            return T::deserialize(as_kubernetes_spells(to_value(tree, node)?)).ok();
        }
        let (value, problems) = decode_at::<T>(tree, node, &FieldPath::ROOT);
        let is_wrong = problems.iter().any(super::typed::is_wrong);
        if is_wrong && tree.kind(node) == Kind::Scalar {
            // An operator may read `"true"` and `"0"` as what they say.
            let said: Value = serde_json::from_str(&tree.string(node)?).ok()?;
            return T::deserialize(said).ok();
        }
        value.filter(|_| !is_wrong)
    }
}

/// A value whose keys are those of Go: `HTTPGet` is `httpGet`.
fn as_kubernetes_spells(value: Value) -> Value {
    let field = |key: String| {
        let upper = key.bytes().take_while(u8::is_ascii_uppercase).count();
        // The last capital of several begins the next word.
        let first = if upper > 1 && upper < key.len() { upper - 1 } else { upper };
        key[..first].to_ascii_lowercase() + &key[first..]
    };
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(key, value)| (field(key), as_kubernetes_spells(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(as_kubernetes_spells).collect(),
        scalar => scalar,
    }
}

/// The pod that has a setting, and where it has it; `None` where the value is none of the field's.
fn pod(value: &Written<'_, '_>, name: &'static str, path: &[Segment]) -> Option<(Template, FieldPath)> {
    let of_pod = |spec: PodSpec, place: &'static str| {
        Some((Template { spec, ..Template::default() }, FieldPath::of("spec").fields(place)))
    };
    let of_container = |container: Container, place: &'static str| {
        let spec = PodSpec { containers: vec![container], ..PodSpec::default() };
        let place = FieldPath::of("spec.containers").index(0).fields(place);
        Some((Template { spec, ..Template::default() }, place))
    };
    macro_rules! flag {
        ($field:ident, $name:literal) => {
            of_pod(PodSpec { $field: Some(value.decoded()?), ..PodSpec::default() }, $name)
        };
    }
    macro_rules! context {
        ($field:ident: $kind:ty, $name:literal) => {{
            let context = PodSecurityContext { $field: Some(value.decoded::<$kind>()?), ..Default::default() };
            let spec = PodSpec { security_context: Some(context), ..PodSpec::default() };
            of_pod(spec, concat!("securityContext.", $name))
        }};
    }
    macro_rules! container_context {
        ($field:ident: $kind:ty, $name:literal) => {{
            let context = SecurityContext { $field: Some(value.decoded::<$kind>()?), ..Default::default() };
            let container = Container { security_context: Some(context), ..Container::default() };
            of_container(container, concat!("securityContext.", $name))
        }};
    }
    macro_rules! container {
        ($field:ident: $kind:ty, $name:literal) => {{
            let container = Container { $field: Some(value.decoded::<$kind>()?), ..Container::default() };
            of_container(container, $name)
        }};
    }
    match name {
        "hostNetwork" => flag!(host_network, "hostNetwork"),
        "hostPID" => flag!(host_pid, "hostPID"),
        "hostIPC" => flag!(host_ipc, "hostIPC"),
        "hostPort" => {
            let host_port = Some(value.decoded()?);
            let ports = Some(vec![ContainerPort { host_port, ..ContainerPort::default() }]);
            let spec = PodSpec { containers: vec![Container { ports, ..Container::default() }], ..PodSpec::default() };
            let place = FieldPath::of("spec.containers").index(0).field("ports").index(0).field("hostPort");
            Some((Template { spec, ..Template::default() }, place))
        }
        "privileged" => container_context!(privileged: bool, "privileged"),
        "allowPrivilegeEscalation" => {
            container_context!(allow_privilege_escalation: bool, "allowPrivilegeEscalation")
        }
        "procMount" => container_context!(proc_mount: String, "procMount"),
        "capabilities" => container_context!(capabilities: Capabilities, "capabilities"),
        "runAsUser" => context!(run_as_user: i64, "runAsUser"),
        "runAsNonRoot" => context!(run_as_non_root: bool, "runAsNonRoot"),
        "seccompProfile" => context!(seccomp_profile: SeccompProfile, "seccompProfile"),
        "appArmorProfile" => context!(app_armor_profile: AppArmorProfile, "appArmorProfile"),
        "seLinuxOptions" => context!(se_linux_options: SELinuxOptions, "seLinuxOptions"),
        "windowsOptions" => context!(windows_options: WindowsSecurityContextOptions, "windowsOptions"),
        "sysctls" => context!(sysctls: Vec<Sysctl>, "sysctls"),
        "livenessProbe" => container!(liveness_probe: Probe, "livenessProbe"),
        "readinessProbe" => container!(readiness_probe: Probe, "readinessProbe"),
        "startupProbe" => container!(startup_probe: Probe, "startupProbe"),
        "lifecycle" => container!(lifecycle: Lifecycle, "lifecycle"),
        "annotations" | "podAnnotations" => {
            let annotations: BTreeMap<String, String> = value.decoded()?;
            Some((Template { annotations, ..Template::default() }, FieldPath::of("metadata.annotations")))
        }
        name => {
            let Written { tree, node, .. } = *value;
            let has_path = || ["path", "Path"].iter().any(|key| tree.get(node, key).is_some());
            let is_volume = if name == "hostPath" { has_path() } else { is_of_volumes(path) };
            if !is_volume || tree.kind(node) != Kind::Mapping {
                return None;
            }
            volume(name)
        }
    }
}

/// A pod with a volume of this kind.
fn volume(name: &'static str) -> Option<(Template, FieldPath)> {
    let json = serde_json::json!({"name": "volume", name: {}});
    // Only that the source is there counts, and not what it holds.
    let volume = Volume::deserialize(json).ok()?;
    let spec = PodSpec { volumes: Some(vec![volume]), ..PodSpec::default() };
    let place = FieldPath::of("spec.volumes").index(0).field(name);
    Some((Template { spec, ..Template::default() }, place))
}

/// Whether a field belongs to an element of a list of volumes: `extraVolumes[1].nfs`.
fn is_of_volumes(path: &[Segment]) -> bool {
    matches!(path, [.., Segment::Field(list), Segment::Index(_), Segment::Field(_)]
        if list.to_ascii_lowercase().ends_with("volumes"))
}
