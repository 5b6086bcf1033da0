//! What the answers of policies weigh: the one place where that is made of what a cluster does about them.

use podline_policies::{Actions, Decision, Judgement};

use super::LoadedPolicy;
use crate::finding::Severity;

/// What a judgement weighs as a finding; `None` where it is none. What denies is an error, what warns or is only
/// written down a warning, and what nothing is done about a note. What only the cluster can tell is a warning where the
/// policy may deny.
pub fn severity(judgement: &Judgement, policy: &LoadedPolicy) -> Option<Severity> {
    Some(match judgement.decision {
        Decision::Pass | Decision::Exempt | Decision::Skip => return None,
        Decision::Undecided if policy.actions_of(judgement).contains(Actions::DENY) => Severity::Warning,
        Decision::Undecided => Severity::Note,
        Decision::Fail | Decision::Error | Decision::Warn if judgement.actions.is_empty() => Severity::Note,
        Decision::Fail | Decision::Error if judgement.actions.contains(Actions::DENY) => Severity::Error,
        Decision::Fail | Decision::Error | Decision::Warn => Severity::Warning,
    })
}
