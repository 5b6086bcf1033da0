//! Processes that gain more privileges than their parent.
//!
//! Restricted field: `spec.containers[*].securityContext.allowPrivilegeEscalation` (init and ephemeral containers too).
//!
//! Allowed: false.
//! Source: `validateContainer` in `provider.go`.

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/allowPrivilegeEscalation");

/// Judges one container.
pub(super) fn container(container: &Container<'_>) -> Option<Refusal> {
    let path = container.security_path("allowPrivilegeEscalation");
    let set = container.security_context.and_then(|context| context.allow_privilege_escalation);
    if set == Some(false) {
        return None;
    }
    let value = if set.is_some() { "true" } else { go::NULL };
    let error = go::invalid(&path, value, "Allowing privilege escalation for containers is not allowed");
    let text = "must set securityContext.allowPrivilegeEscalation=false";
    let refusal = Refusal::of_container(RULE, error, container, path.clone(), text);
    // The API server refuses it beside either of these.
    let is_refused = container.security_context.is_some_and(|context| {
        let added = context.capabilities.iter().flat_map(|capabilities| capabilities.add.iter().flatten());
        context.privileged == Some(true) || added.into_iter().any(|added| added == "CAP_SYS_ADMIN")
    });
    Some(if set.is_none() && !is_refused { refusal.mended_by(path, false) } else { refusal })
}
