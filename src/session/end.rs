//! Policies that judge until a day: two versions of one beside each other, until all objects have the label of the newer.

use super::basis::Remark;
use crate::local::policy::LocalPolicy;
use crate::problem::{About, Problem, Spot};
use crate::rules::id;
use crate::waiver::date::Date;
use crate::waiver::terms::SOON;

/// What is to be said of an entry of `policies:` whose last day is this.
pub(super) fn remark(entry: &LocalPolicy, spot: &Spot, until: Date, today: Date) -> Option<Remark> {
    let named = if entry.name.is_empty() { entry.path().unwrap_or_default() } else { &entry.name };
    let days = today.days_until(until);
    let (rule, message, advice) = match days {
        ..0 => (
            id::ENDED,
            format!("the policy {named} ended on {until} and judges nothing any more"),
            "remove the entry, or write a later day",
        ),
        0 => (id::ENDS_SOON, format!("the policy {named} judges for the last time today, on {until}"), ADVICE),
        1 => (id::ENDS_SOON, format!("the policy {named} ends in 1 day, on {until}"), ADVICE),
        2..=SOON => (id::ENDS_SOON, format!("the policy {named} ends in {days} days, on {until}"), ADVICE),
        _ => return None,
    };
    let problem = Problem::at(About::Policies, &spot.file, spot.span, message).as_note();
    Some(Remark { rule, problem, advice: advice.to_owned() })
}

const ADVICE: &str = "see that another policy is for the same objects, or write a later day";
