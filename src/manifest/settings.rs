//! Settings of pods and containers wherever they stand in an object, found by the shape of their fields alone.
//!
//! Operators take them under many names (`containerSecurityContext`, `network.hostNetwork`). Each one found becomes a
//! pod with nothing but this setting, so that the checks themselves tell whether it is forbidden.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, Capabilities, Container, ContainerPort, Lifecycle, PodSecurityContext, PodSpec, Probe,
    SELinuxOptions, SeccompProfile, SecurityContext, Sysctl, Volume, WindowsSecurityContextOptions,
};
use serde::Deserialize;

use super::typed::{Template, decode_at};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Volumes that restricted does not allow, beside `hostPath`; only the elements of a list of volumes are taken for them.
const VOLUMES: [&str; 20] = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

/// A setting of a pod or of a container.
#[derive(Debug)]
pub struct Setting {
    /// Where it stands in the object.
    pub path: FieldPath,
    /// Its key.
    pub key: NodeId,
    /// Its value.
    pub value: NodeId,
    /// A pod that has it and nothing else.
    pub pod: Template,
    /// Where that pod has it.
    pub place: FieldPath,
}

/// Whether a key is the name of a field that [`find`] takes for a setting.
pub fn is_name(key: &str) -> bool {
    matches!(
        key,
        "hostNetwork"
            | "hostPID"
            | "hostIPC"
            | "hostPath"
            | "hostPort"
            | "privileged"
            | "allowPrivilegeEscalation"
            | "procMount"
            | "capabilities"
            | "runAsUser"
            | "runAsNonRoot"
            | "seccompProfile"
            | "appArmorProfile"
            | "seLinuxOptions"
            | "windowsOptions"
            | "sysctls"
            | "livenessProbe"
            | "readinessProbe"
            | "startupProbe"
            | "lifecycle"
            | "annotations"
    ) || VOLUMES.contains(&key)
}

/// What may be a setting, at its key.
pub(super) fn at(tree: &Tree<'_>, key: NodeId, value: NodeId, path: &[Segment]) -> Option<Setting> {
    let Some(Segment::Field(name)) = path.last() else { return None };
    if !is_name(name) {
        return None;
    }
    let (pod, place) = pod(tree, tree.resolve(value), path)?;
    Some(Setting { path: FieldPath::new(path.to_vec()), key, value, pod, place })
}

/// The pod that has a setting, and where it has it; `None` where the value is none of the field's.
fn pod(tree: &Tree<'_>, value: NodeId, path: &[Segment]) -> Option<(Template, FieldPath)> {
    let Some(Segment::Field(name)) = path.last() else { return None };
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
            of_pod(PodSpec { $field: Some(decoded(tree, value)?), ..PodSpec::default() }, $name)
        };
    }
    macro_rules! context {
        ($field:ident: $kind:ty, $name:literal) => {{
            let context = PodSecurityContext { $field: Some(decoded::<$kind>(tree, value)?), ..Default::default() };
            let spec = PodSpec { security_context: Some(context), ..PodSpec::default() };
            of_pod(spec, concat!("securityContext.", $name))
        }};
    }
    macro_rules! container_context {
        ($field:ident: $kind:ty, $name:literal) => {{
            let context = SecurityContext { $field: Some(decoded::<$kind>(tree, value)?), ..Default::default() };
            let container = Container { security_context: Some(context), ..Container::default() };
            of_container(container, concat!("securityContext.", $name))
        }};
    }
    macro_rules! container {
        ($field:ident: $kind:ty, $name:literal) => {{
            let container = Container { $field: Some(decoded::<$kind>(tree, value)?), ..Container::default() };
            of_container(container, $name)
        }};
    }
    match name.as_ref() {
        "hostNetwork" => flag!(host_network, "hostNetwork"),
        "hostPID" => flag!(host_pid, "hostPID"),
        "hostIPC" => flag!(host_ipc, "hostIPC"),
        "hostPort" => {
            let host_port = Some(decoded(tree, value)?);
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
        "annotations" => {
            let annotations: BTreeMap<String, String> = decoded(tree, value)?;
            Some((Template { annotations, ..Template::default() }, FieldPath::of("metadata.annotations")))
        }
        name => {
            let is_volume = if name == "hostPath" { tree.get(value, "path").is_some() } else { is_of_volumes(path) };
            if !is_volume || tree.kind(value) != Kind::Mapping {
                return None;
            }
            volume(name)
        }
    }
}

/// A pod with a volume of this kind.
fn volume(name: &str) -> Option<(Template, FieldPath)> {
    let json = serde_json::json!({"name": "volume", name: {}});
    // Only that the source is there counts, and not what it holds.
    let volume = Volume::deserialize(json).ok()?;
    let spec = PodSpec { volumes: Some(vec![volume]), ..PodSpec::default() };
    let place = FieldPath::of("spec.volumes").index(0).field(name.to_owned());
    Some((Template { spec, ..Template::default() }, place))
}

/// Whether a field belongs to an element of a list of volumes: `extraVolumes[1].nfs`.
fn is_of_volumes(path: &[Segment]) -> bool {
    matches!(path, [.., Segment::Field(list), Segment::Index(_), Segment::Field(_)]
        if list.to_ascii_lowercase().ends_with("volumes"))
}

/// A value of this type; `None` where another stands.
fn decoded<T: for<'de> Deserialize<'de>>(tree: &Tree<'_>, value: NodeId) -> Option<T> {
    if tree.is_null(value) {
        return None;
    }
    let (value, problems) = decode_at::<T>(tree, value, &FieldPath::ROOT);
    let is_wrong = problems.iter().any(super::typed::is_wrong);
    value.filter(|_| !is_wrong)
}
