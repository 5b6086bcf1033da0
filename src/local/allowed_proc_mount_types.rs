//! How /proc is mounted.
//!
//! Restricted field: `spec.containers[*].securityContext.procMount` (init and ephemeral containers too).
//!
//! Allowed: what is listed, and nothing but Default if the list is empty. Absent counts as Default.
//! Source: `validateContainer` in `provider.go`.

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/allowedProcMountTypes");
const DEFAULT: &str = "Default";

/// Judges one container.
pub(super) fn container(container: &Container<'_>, allowed: &[String]) -> Option<Refusal> {
    let set = container.security_context.and_then(|context| context.proc_mount.as_deref());
    let proc_mount = set.unwrap_or(DEFAULT);
    let is_allowed =
        if allowed.is_empty() { proc_mount == DEFAULT } else { allowed.iter().any(|one| one == proc_mount) };
    if is_allowed {
        return None;
    }
    let path = container.security_path("procMount");
    let error = go::invalid(&path, go_quote(proc_mount), "ProcMountType is not allowed");
    let allowed = if allowed.is_empty() { DEFAULT.to_owned() } else { allowed.join(", ") };
    let text = match set {
        Some(set) => format!("must not set securityContext.procMount={set}: allowed is {allowed}"),
        None => format!("must set securityContext.procMount, which is Default otherwise: allowed is {allowed}"),
    };
    Some(Refusal::of_container(RULE, error, container, path, &text))
}
