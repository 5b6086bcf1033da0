//! The node's namespaces.
//!
//! Restricted fields: `spec.hostNetwork`, `spec.hostPID`, `spec.hostIPC`.
//!
//! Allowed: not true, unless the policy allows it.
//! Source: `ValidatePod` in `provider.go`.

use super::go;
use super::pod::Pod;
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/hostNamespaces");

/// Which of the node's namespaces a policy allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Allowed {
    pub network: bool,
    pub pid: bool,
    pub ipc: bool,
}

/// Judges a pod: one refusal a namespace.
pub(super) fn judge(pod: &Pod, allowed: Allowed) -> Vec<Refusal> {
    let spec = &pod.spec;
    let fields = [
        ("hostNetwork", spec.host_network, allowed.network, "Host network"),
        ("hostPID", spec.host_pid, allowed.pid, "Host PID"),
        ("hostIPC", spec.host_ipc, allowed.ipc, "Host IPC"),
    ];
    let forbidden = fields.into_iter().filter(|(_, set, allowed, _)| *set == Some(true) && !allowed);
    let refusal = |(field, _, _, what): (&'static str, _, _, _)| {
        // Upstream keeps these in its internal security context, and says so.
        let shown = FieldPath::of("spec.securityContext").field(field);
        let error = go::invalid(shown, true, &format!("{what} is not allowed to be used"));
        Refusal::of_pod(RULE, error, FieldPath::of("spec").field(field), format!("pod must not set {field}=true"))
    };
    forbidden.map(refusal).collect()
}
