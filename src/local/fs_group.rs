//! The group that owns the pod's volumes.
//!
//! Restricted field: `spec.securityContext.fsGroup`.
//!
//! Allowed: under MustRunAs a value in a range; under MayRunAs a value in a range, or none.
//! Source: `group/mustrunas.go`, `group/mayrunas.go`.

use super::go;
use super::pod::Pod;
use super::range::{IdRule, in_ranges, show};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/fsGroup");

/// Judges a pod.
pub(super) fn judge(pod: &Pod, rule: IdRule<'_>) -> Option<Refusal> {
    let (ranges, must) = match rule {
        IdRule::MustRunAs(ranges) => (ranges, true),
        IdRule::MayRunAs(ranges) => (ranges, false),
        IdRule::MustRunAsNonRoot | IdRule::RunAsAny => return None,
    };
    let path = FieldPath::of("spec.securityContext.fsGroup");
    let Some(group) = pod.security_context().and_then(|context| context.fs_group) else {
        let first = ranges.first().filter(|_| must)?;
        let error = go::invalid(&path, go::int64s(None), "unable to validate empty groups against required ranges");
        let message = format!("pod must set securityContext.fsGroup to a gid in {}", show(ranges));
        return Some(Refusal::of_pod(RULE, error, path.clone(), message).mended_by(path, first.min));
    };
    if in_ranges(group, ranges) {
        return None;
    }
    let detail = format!("group {group} must be in the ranges: {}", go::ranges(ranges));
    let error = go::invalid(&path, go::int64s(Some(&[group])), &detail);
    let message = format!("pod must not set securityContext.fsGroup={group}: allowed is {}", show(ranges));
    Some(Refusal::of_pod(RULE, error, path, message))
}
