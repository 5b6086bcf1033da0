//! The primary group that containers run with.
//!
//! Restricted fields: `spec.securityContext.runAsGroup`, `spec.containers[*].securityContext.runAsGroup` (init and
//! ephemeral containers too). A container's own value counts, else the pod's.
//!
//! Allowed: under MustRunAs a value in a range; under MayRunAs a value in a range, or none.
//! Source: `group/mustrunas.go`, `group/mayrunas.go`.

use super::go;
use super::pod::{Container, Pod};
use super::range::{IdRule, in_ranges, show};
use super::refusal::Refusal;
use super::run_as_user::at_setter;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/runAsGroup");

/// Judges one container.
pub(super) fn container(pod: &Pod, container: &Container<'_>, rule: IdRule<'_>) -> Option<Refusal> {
    let (ranges, must) = match rule {
        IdRule::MustRunAs(ranges) => (ranges, true),
        IdRule::MayRunAs(ranges) => (ranges, false),
        IdRule::MustRunAsNonRoot | IdRule::RunAsAny => return None,
    };
    // Upstream forgot the field in its path.
    let shown_path = container.path().field("securityContext");
    let path = container.security_path("runAsGroup");
    let Some(group) = pod.effective(container, |context| context.run_as_group, |context| context.run_as_group) else {
        let first = ranges.first().filter(|_| must)?;
        let detail = "unable to validate empty groups against required ranges";
        let error = go::invalid(shown_path, go::int64s(None), detail);
        let text = format!("must set securityContext.runAsGroup to a gid in {}", show(ranges));
        return Some(Refusal::of_container(RULE, error, container, path.clone(), &text).mended_by(path, first.min));
    };
    if in_ranges(group, ranges) {
        return None;
    }
    let detail = format!("group {group} must be in the ranges: {}", go::ranges(ranges));
    let error = go::invalid(shown_path, go::int64s(Some(&[group])), &detail);
    let text = format!("must not set securityContext.runAsGroup={group}: allowed is {}", show(ranges));
    let own = container.security_context.is_some_and(|context| context.run_as_group.is_some());
    let violation = at_setter(container, "runAsGroup", &text, own);
    Some(Refusal { violation, ..Refusal::of_container(RULE, error, container, path, "") })
}
