//! A local policy as a configuration says it: the vocabulary of PodSecurityPolicy, and what that never had.
//!
//! Unlike there, what is left out is not judged.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::SELinuxOptions;
use serde::{Deserialize, Serialize};

use super::allowed_csi_drivers::AllowedCsiDriver;
use super::allowed_flex_volumes::AllowedFlexVolume;
use super::allowed_host_paths::AllowedHostPath;
use super::host_ports::HostPortRange;
use super::range::IdRange;
use super::required_env::RequiredEnv;
use super::required_labels::RequiredLabel;
use super::required_volumes::RequiredVolume;
use crate::matching::Match;
use crate::source::digest::Pinned;

/// A named policy, or a file of PodSecurityPolicies, and what it is for. What it is for must all hold; what it asks for
/// is judged control by control.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "cli", schemars(deny_unknown_fields))]
pub struct LocalPolicy {
    /// The name by which findings call it.
    pub name: String,
    /// A file or directory of policies, relative to this one: ValidatingAdmissionPolicies with their bindings and params,
    /// Kyverno's, Gatekeeper's, Kubewarden's, PodSecurityPolicy manifests, or policies as they are written here. They judge in the place of controls written
    /// here, and only what this entry is for. With a digest only a file of just these bytes: FILE@sha256:DIGEST.
    pub file: Option<String>,
    /// The last day on which it judges, as in 2027-03-31.
    pub until: Option<String>,
    /// The objects that it is for; without it, all of them. Labels may be the object's or its pods'.
    #[serde(rename = "match", skip_serializing_if = "Match::is_empty")]
    pub objects: Match,
    /// Rules of the Standards that make way for this policy: pss/restrictedVolumes and pss/hostPathVolumes for what its
    /// allowedHostPaths allow.
    pub exceptions: Vec<String>,

    /// Whether containers may be privileged.
    pub privileged: Option<bool>,
    /// Whether processes may gain privileges.
    pub allow_privilege_escalation: Option<bool>,
    /// Capabilities that may be added; * is all.
    pub allowed_capabilities: Option<Vec<String>>,
    /// Capabilities that must be dropped, each by this name.
    pub required_drop_capabilities: Option<Vec<String>>,
    /// Types of volumes that may be used; * is all.
    pub volumes: Option<Vec<String>>,
    /// Paths of the node that may be mounted.
    pub allowed_host_paths: Option<Vec<AllowedHostPath>>,
    /// Drivers of flex volumes that may be used.
    pub allowed_flex_volumes: Option<Vec<AllowedFlexVolume>>,
    /// Drivers of inline CSI volumes that may be used.
    #[serde(rename = "allowedCSIDrivers")]
    pub allowed_csi_drivers: Option<Vec<AllowedCsiDriver>>,
    /// Whether pods may use the node's network.
    pub host_network: Option<bool>,
    /// Whether pods may use the node's process ids.
    #[serde(rename = "hostPID")]
    pub host_pid: Option<bool>,
    /// Whether pods may use the node's inter-process communication.
    #[serde(rename = "hostIPC")]
    pub host_ipc: Option<bool>,
    /// Ports of the node that may be used.
    pub host_ports: Option<Vec<HostPortRange>>,
    /// The users that containers may run as.
    pub run_as_user: Option<IdPolicy>,
    /// The primary groups that containers may run with.
    pub run_as_group: Option<IdPolicy>,
    /// The further groups that pods may have.
    pub supplemental_groups: Option<IdPolicy>,
    /// The groups that may own a pod's volumes.
    pub fs_group: Option<IdPolicy>,
    /// The SELinux label that pods and containers must have.
    pub se_linux: Option<SeLinuxPolicy>,
    /// Whether root file systems must be read-only.
    pub read_only_root_filesystem: Option<bool>,
    /// Ways to mount /proc that are allowed.
    pub allowed_proc_mount_types: Option<Vec<String>>,
    /// Unsafe sysctls that may be set; a trailing * stands for any rest.
    pub allowed_unsafe_sysctls: Option<Vec<String>>,
    /// Sysctls that must not be set; a trailing * stands for any rest.
    pub forbidden_sysctls: Option<Vec<String>>,
    /// Runtime classes that may be named; * is all.
    pub allowed_runtime_class_names: Option<Vec<String>>,
    /// Seccomp profiles that are allowed: runtime/default, localhost/PATH, unconfined; * is any.
    pub allowed_seccomp_profiles: Option<Vec<String>>,
    /// AppArmor profiles that are allowed: runtime/default, localhost/NAME, unconfined.
    pub allowed_app_armor_profiles: Option<Vec<String>>,

    /// Registries, or paths in them, that images may come from: docker.io/library, registry.example:5000, *.example.org.
    pub allowed_registries: Option<Vec<String>>,
    /// Whether images must be named by digest.
    pub require_image_digest: Option<bool>,
    /// Globs for tags that images must not have; no tag is latest.
    pub forbidden_image_tags: Option<Vec<String>>,
    /// Volumes that pods must have.
    pub required_volumes: Option<Vec<RequiredVolume>>,
    /// Environment variables that containers must have.
    pub required_env: Option<Vec<RequiredEnv>>,
    /// Labels that objects must have.
    pub required_labels: Option<Vec<RequiredLabel>>,
    /// Hosts that an Ingress may claim: {namespace}.example.org, *.example.org.
    pub allowed_ingress_hosts: Option<Vec<String>>,
    /// Ingress classes that may be named.
    pub allowed_ingress_classes: Option<Vec<String>>,
}

impl LocalPolicy {
    /// Whether it says nothing but what it is for.
    pub(super) fn only_selects(&self) -> bool {
        let Self { name, file, until, objects, .. } = self.clone();
        *self == Self { name, file, until, objects, ..Self::default() }
    }

    /// The file that it names, without its digest.
    pub fn path(&self) -> Option<&str> {
        self.file.as_deref().map(|file| Pinned::of(file).path)
    }

    /// Whether it asks anything of pods, besides labels.
    pub(super) fn asks_about_pods(&self) -> bool {
        let others = Self {
            exceptions: Vec::new(),
            required_labels: None,
            allowed_ingress_hosts: None,
            allowed_ingress_classes: None,
            ..self.clone()
        };
        !others.only_selects()
    }
}

/// What a policy says of an id.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "cli", schemars(deny_unknown_fields))]
pub struct IdPolicy {
    /// MustRunAs (also where it is left out), MayRunAs, RunAsAny, or for runAsUser MustRunAsNonRoot.
    pub rule: String,
    /// Where the id must lie; what is missing gets the first one.
    pub ranges: Vec<IdRange>,
    /// The ranges of single namespaces, which come before the others: 5000, 5000-5999, or 5000/1000 (first and size).
    pub ranges_by_namespace: BTreeMap<String, String>,
    /// An annotation of the Namespace that holds the ranges, such as openshift.io/sa.scc.uid-range.
    pub ranges_from_annotation: Option<String>,
}

/// What a policy says of SELinux labels.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "cli", schemars(deny_unknown_fields))]
pub struct SeLinuxPolicy {
    /// MustRunAs (also where it is left out) or RunAsAny.
    pub rule: String,
    /// What the label must be.
    pub se_linux_options: SeLinuxLabel,
}

/// An SELinux label.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "cli", schemars(deny_unknown_fields))]
pub struct SeLinuxLabel {
    /// Its level: s0:c1,c2.
    pub level: Option<String>,
    /// Its role.
    pub role: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// Its user.
    pub user: Option<String>,
}

impl SeLinuxLabel {
    pub(super) fn options(&self) -> SELinuxOptions {
        let Self { level, role, type_, user } = self.clone();
        SELinuxOptions { level, role, type_, user }
    }
}
