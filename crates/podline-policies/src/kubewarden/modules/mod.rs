//! The modules that podline knows, one in a file: its settings, what it looks at, and its words.
//!
//! Facts are those of their sources; versions stand in each file. A module asks for nothing but the object, but for
//! those in `undecided`.

mod allow_privilege_escalation;
mod apparmor;
mod capabilities;
mod criteria;
mod flexvolume_drivers;
mod fsgroups;
mod host_namespaces;
mod hostpaths;
mod ingress;
mod pod_ndots;
mod pod_privileged;
mod pod_runtime;
mod priority_class;
mod probes;
mod proc_mount_types;
mod psa_labels;
mod readonly_root_filesystem;
mod safe_keys;
mod seccomp;
mod selinux;
mod services;
mod share_pid_namespace;
mod storage_class;
mod sysctl;
mod trusted_repos;
mod undecided;
mod user_group;
mod volume_mounts;
mod volumes;

use serde_json::Value;

use super::answer::Module;

/// Reads the settings of a module, or says in its words why it refuses them.
type Load = fn(&Value) -> Result<Box<dyn Module>, String>;

const MODULES: [(&str, Load); 32] = [
    ("allow-privilege-escalation-psp", allow_privilege_escalation::load),
    ("allowed-fsgroups-psp", fsgroups::load),
    ("allowed-proc-mount-types-psp", proc_mount_types::load),
    ("annotations", criteria::load_annotations),
    ("apparmor-psp", apparmor::load),
    ("capabilities-psp", capabilities::load),
    ("disallow-service-loadbalancer", services::load_load_balancer),
    ("disallow-service-nodeport", services::load_node_port),
    ("environment-variable-policy", criteria::load_variables),
    ("flexvolume-drivers-psp", flexvolume_drivers::load),
    ("host-namespaces-psp", host_namespaces::load),
    ("hostpaths-psp", hostpaths::load),
    ("ingress", ingress::load),
    ("labels", criteria::load_labels),
    ("persistentvolumeclaim-storageclass-policy", storage_class::load),
    ("pod-ndots", pod_ndots::load),
    ("pod-privileged", pod_privileged::load),
    ("pod-runtime", pod_runtime::load),
    ("priority-class-policy", priority_class::load),
    ("probes", probes::load),
    ("psa-label-enforcer", psa_labels::load),
    ("readonly-root-filesystem-psp", readonly_root_filesystem::load),
    ("safe-annotations", safe_keys::load_annotations),
    ("safe-labels", safe_keys::load_labels),
    ("seccomp-psp", seccomp::load),
    ("selinux-psp", selinux::load),
    ("share-pid-namespace-policy", share_pid_namespace::load),
    ("sysctl-psp", sysctl::load),
    ("trusted-repos", trusted_repos::load),
    ("user-group-psp", user_group::load),
    ("volumemounts", volume_mounts::load),
    ("volumes-psp", volumes::load),
];

/// Official modules that podline knows, and whose rules it does not have.
const NOT_JUDGED: [&str; 5] =
    ["cel-policy", "container-resources", "deprecated-api-versions", "env-variable-secrets-scanner", "kyverno-dsl"];

/// Why a policy cannot be judged by.
pub(super) enum NotLoaded {
    /// The module refuses its settings, in its words.
    Refused(String),
    /// What the module does is not known here: the reason.
    Unknown(String),
}

/// The module of a name, with its settings.
///
/// # Errors
/// There is none, or it refuses its settings.
pub(super) fn load(name: &str, settings: &Value) -> Result<Box<dyn Module>, NotLoaded> {
    if let Some((_, load)) = MODULES.iter().find(|(known, _)| *known == name) {
        return load(settings).map_err(NotLoaded::Refused);
    }
    if let Some((_, why)) = undecided::KNOWN.iter().find(|(known, _)| *known == name) {
        return Ok(Box::new(undecided::Unknowable(why)));
    }
    let what = if NOT_JUDGED.contains(&name) { "does not judge by" } else { "does not know" };
    Err(NotLoaded::Unknown(format!("podline {what} the module {}", podline_cel::quote(name))))
}

/// The name of a module in its location: `registry://host/path/NAME:tag@digest`.
pub(super) fn name(location: &str) -> &str {
    let last = location.rsplit('/').next().unwrap_or_default();
    last.split(['@', ':']).next().unwrap_or_default()
}
