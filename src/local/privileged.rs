//! Privileged containers.
//!
//! Restricted field: `spec.containers[*].securityContext.privileged` (init and ephemeral containers too).
//!
//! Allowed: not true, unless the policy allows it.
//! Source: `validateContainer` in `provider.go`.

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/privileged");

/// Judges one container.
pub(super) fn container(container: &Container<'_>, allowed: bool) -> Option<Refusal> {
    let is_privileged = container.security_context.is_some_and(|context| context.privileged == Some(true));
    let path = container.security_path("privileged");
    let error = || go::invalid(&path, true, "Privileged containers are not allowed");
    let text = "must not set securityContext.privileged=true";
    (is_privileged && !allowed).then(|| Refusal::of_container(RULE, error(), container, path.clone(), text))
}
