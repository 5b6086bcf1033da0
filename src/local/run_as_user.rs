//! The user that containers run as.
//!
//! Restricted fields: `spec.securityContext.runAsUser`, `spec.containers[*].securityContext.runAsUser` (init and
//! ephemeral containers too), and `runAsNonRoot` under MustRunAsNonRoot. A container's own value counts, else the pod's.
//!
//! Allowed: under MustRunAs a value in a range; under MustRunAsNonRoot any uid but 0 and runAsNonRoot not false, one of
//! the two set.
//! Source: `user/mustrunas.go`, `user/nonroot.go`.

use super::go;
use super::pod::{Container, Pod};
use super::range::{IdRange, IdRule, in_ranges, show};
use super::refusal::Refusal;
use crate::pod_security::check::Violation;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/runAsUser");

/// Judges one container.
pub(super) fn container(pod: &Pod, container: &Container<'_>, rule: IdRule<'_>) -> Option<Refusal> {
    match rule {
        IdRule::RunAsAny => None,
        IdRule::MustRunAs(ranges) => must_run_as(pod, container, ranges, true),
        IdRule::MayRunAs(ranges) => must_run_as(pod, container, ranges, false),
        IdRule::MustRunAsNonRoot => must_run_as_non_root(pod, container),
    }
}

fn must_run_as(pod: &Pod, container: &Container<'_>, ranges: &[IdRange], must: bool) -> Option<Refusal> {
    let path = container.security_path("runAsUser");
    let Some(user) = pod.effective(container, |context| context.run_as_user, |context| context.run_as_user) else {
        let first = ranges.first().filter(|_| must)?;
        let text = format!("must set securityContext.runAsUser to a uid in {}", show(ranges));
        let refusal = Refusal::of_container(RULE, go::required(&path, ""), container, path.clone(), &text);
        return Some(refusal.mended_by(path, first.min));
    };
    if in_ranges(user, ranges) {
        return None;
    }
    let error = go::invalid(&path, user, &format!("must be in the ranges: {}", go::ranges(ranges)));
    let text = format!("must not set securityContext.runAsUser={user}: allowed is {}", show(ranges));
    Some(Refusal { violation: at_setter(container, "runAsUser", &text, is_own(container)), ..plain(error, container) })
}

fn must_run_as_non_root(pod: &Pod, container: &Container<'_>) -> Option<Refusal> {
    let path = container.security_path("runAsNonRoot");
    let non_root = pod.effective(container, |context| context.run_as_non_root, |context| context.run_as_non_root);
    let user = pod.effective(container, |context| context.run_as_user, |context| context.run_as_user);
    match (non_root, user) {
        (None, None) => {
            let text = "must set securityContext.runAsNonRoot=true, or a runAsUser other than 0";
            let refusal =
                Refusal::of_container(RULE, go::required(&path, "must be true"), container, path.clone(), text);
            Some(refusal.mended_by(path, true))
        }
        (Some(false), _) => {
            let error = go::invalid(&path, false, "must be true");
            let own = container.security_context.is_some_and(|context| context.run_as_non_root.is_some());
            let text = "must not set securityContext.runAsNonRoot=false";
            Some(Refusal { violation: at_setter(container, "runAsNonRoot", text, own), ..plain(error, container) })
        }
        (_, Some(0)) => {
            let path = container.security_path("runAsUser");
            let error = go::invalid(&path, 0, "running with the root UID is forbidden");
            let text = "must not set securityContext.runAsUser=0";
            let violation = at_setter(container, "runAsUser", text, is_own(container));
            Some(Refusal { violation, ..plain(error, container) })
        }
        _ => None,
    }
}

fn is_own(container: &Container<'_>) -> bool {
    container.security_context.is_some_and(|context| context.run_as_user.is_some())
}

/// A violation where the value stands: in the container, or in the pod that it inherits from.
pub(super) fn at_setter(container: &Container<'_>, field: &'static str, text: &str, own: bool) -> Violation {
    let path = if own { container.security_path(field) } else { FieldPath::of("spec.securityContext").field(field) };
    container.violation(path, text)
}

/// A refusal whose place is still to be said.
fn plain(error: String, container: &Container<'_>) -> Refusal {
    Refusal::of_container(RULE, error, container, FieldPath::ROOT, "")
}
