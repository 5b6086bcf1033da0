//! PodSecurityPolicy as its manifests are written.
//!
//! policy/v1beta1 and extensions/v1beta1 are the same schema; k8s-openapi has neither.
//! Source: `k8s.io/api/policy/v1beta1/types.go` of Kubernetes 1.24.

use k8s_openapi::api::core::v1::SELinuxOptions;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Serialize};

use crate::local::allowed_csi_drivers::AllowedCsiDriver;
use crate::local::allowed_flex_volumes::AllowedFlexVolume;
use crate::local::allowed_host_paths::AllowedHostPath;
use crate::local::host_ports::HostPortRange;
use crate::local::range::{IdRange, IdRule};

/// A PodSecurityPolicy.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSecurityPolicy {
    /// `policy/v1beta1`; the reader has looked at it.
    pub api_version: String,
    /// `PodSecurityPolicy`; the reader has looked at it.
    pub kind: String,
    /// Its name, and the annotations for seccomp and AppArmor.
    pub metadata: ObjectMeta,
    /// What it allows.
    pub spec: Spec,
}

impl PodSecurityPolicy {
    /// Its name; "" where there is none.
    pub fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }
}

/// What a PodSecurityPolicy allows. A list that is `None` was not written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the names of the API, each of which has its page")]
#[allow(clippy::struct_excessive_bools, reason = "the API's own shape")]
pub struct Spec {
    pub privileged: bool,
    pub default_add_capabilities: Option<Vec<String>>,
    pub required_drop_capabilities: Option<Vec<String>>,
    pub allowed_capabilities: Option<Vec<String>>,
    pub volumes: Vec<String>,
    pub host_network: bool,
    pub host_ports: Vec<HostPortRange>,
    #[serde(rename = "hostPID")]
    pub host_pid: bool,
    #[serde(rename = "hostIPC")]
    pub host_ipc: bool,
    pub se_linux: SeLinux,
    pub run_as_user: Ids,
    pub run_as_group: Option<Ids>,
    pub supplemental_groups: Ids,
    pub fs_group: Ids,
    pub read_only_root_filesystem: bool,
    pub default_allow_privilege_escalation: Option<bool>,
    pub allow_privilege_escalation: Option<bool>,
    pub allowed_host_paths: Vec<AllowedHostPath>,
    pub allowed_flex_volumes: Vec<AllowedFlexVolume>,
    #[serde(rename = "allowedCSIDrivers")]
    pub allowed_csi_drivers: Vec<AllowedCsiDriver>,
    pub allowed_unsafe_sysctls: Vec<String>,
    pub forbidden_sysctls: Vec<String>,
    pub allowed_proc_mount_types: Vec<String>,
    pub runtime_class: Option<RuntimeClass>,
}

impl Spec {
    /// Whether processes may gain privileges, which is so where nothing is said.
    pub fn allows_privilege_escalation(&self) -> bool {
        self.allow_privilege_escalation.unwrap_or(true)
    }
}

/// What a policy says of SELinux labels.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SeLinux {
    /// MustRunAs or RunAsAny.
    pub rule: String,
    /// What they must be.
    pub se_linux_options: Option<SELinuxOptions>,
}

/// What a policy says of a user or group id.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ids {
    /// MustRunAs, MayRunAs, MustRunAsNonRoot or RunAsAny.
    pub rule: String,
    /// Where it must lie; the first id is what is filled in.
    pub ranges: Option<Vec<IdRange>>,
}

impl Ids {
    /// Its ranges; none if they were not written.
    pub(crate) fn ranges(&self) -> &[IdRange] {
        self.ranges.as_deref().unwrap_or_default()
    }

    /// What it asks for.
    pub(crate) fn rule(&self) -> IdRule<'_> {
        match self.rule.as_str() {
            "MustRunAs" => IdRule::MustRunAs(self.ranges()),
            "MayRunAs" => IdRule::MayRunAs(self.ranges()),
            "MustRunAsNonRoot" => IdRule::MustRunAsNonRoot,
            _ => IdRule::RunAsAny,
        }
    }
}

/// What a policy says of the runtime.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RuntimeClass {
    /// The classes that may be named; `*` is all.
    pub allowed_runtime_class_names: Vec<String>,
    /// What is filled in.
    pub default_runtime_class_name: Option<String>,
}
