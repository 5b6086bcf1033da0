//! Further groups that the pod's processes belong to.
//!
//! Restricted field: `spec.securityContext.supplementalGroups[*]`.
//!
//! Allowed: under MustRunAs at least one, and all in a range; under MayRunAs all in a range.
//! Source: `group/mustrunas.go`, `group/mayrunas.go`, `group/helpers.go`.

use super::go;
use super::pod::Pod;
use super::range::{IdRule, in_ranges, show};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/supplementalGroups");

/// Each refusal repeats the list. No more numbers than this are repeated in all, or the first refusal alone.
const MOST: usize = 100_000;

/// Judges a pod: one refusal a group.
pub(super) fn judge(pod: &Pod, rule: IdRule<'_>) -> Vec<Refusal> {
    let (ranges, must) = match rule {
        IdRule::MustRunAs(ranges) => (ranges, true),
        IdRule::MayRunAs(ranges) => (ranges, false),
        IdRule::MustRunAsNonRoot | IdRule::RunAsAny => return Vec::new(),
    };
    let path = FieldPath::of("spec.securityContext.supplementalGroups");
    let groups = pod.security_context().and_then(|context| context.supplemental_groups.as_deref());
    let listed = go::int64s(groups);
    let groups = groups.unwrap_or_default();
    if let (true, Some(first)) = (must && groups.is_empty(), ranges.first()) {
        let error = go::invalid(&path, listed, "unable to validate empty groups against required ranges");
        let message = format!("pod must set securityContext.supplementalGroups to gids in {}", show(ranges));
        return vec![Refusal::of_pod(RULE, error, path.clone(), message).mended_by(path, vec![first.min])];
    }
    let outside = groups
        .iter()
        .enumerate()
        .filter(|&(_, &group)| !in_ranges(group, ranges))
        .take((MOST / groups.len().max(1)).max(1));
    let refusal = |(index, group)| {
        let detail = format!("group {group} must be in the ranges: {}", go::ranges(ranges));
        let allowed = show(ranges);
        let message = format!("pod must not set the group {group} in supplementalGroups: allowed is {allowed}");
        Refusal::of_pod(RULE, go::invalid(&path, &listed, &detail), path.index(index), message)
    };
    outside.map(refusal).collect()
}
