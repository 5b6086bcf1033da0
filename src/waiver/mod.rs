//! What is accepted although a rule forbids it: waivers, and the findings that were accepted on a day.
//!
//! A waiver names rules and says why they may be broken, where, and until when. What it covers stays in every report as
//! waived, and counts for nothing. What is wrong with a waiver itself is reported under `policy/`, which nothing can
//! waive.

pub mod accepted;
pub mod annotation;
mod checker;
pub mod comment;
pub mod compare;
pub mod configured;
pub mod date;
mod end;
pub mod error;
pub mod limits;
pub mod manifest;
pub mod policy;
pub(crate) mod reach;
pub mod rule_pattern;
mod span;
pub mod terms;

use crate::finding::{ReportEntry, Severity};
use crate::rules::{RuleId, id};
use date::Date;
use terms::{State, Terms};

/// How many findings a waiver covers.
#[derive(Clone, Copy, Debug, Default)]
struct Covers {
    all: usize,
    /// Those that no other waiver covers that still holds.
    open: usize,
}

/// What there is to say of a waiver once it is known how many findings it covers: rule, severity and message.
///
/// `judged` says whether everything that it could cover was judged: else it may be of use another time.
fn verdict(terms: &Terms, covers: Covers, judged: bool, today: Date) -> Option<(RuleId, Severity, String)> {
    let rules = terms.rules_text();
    let counted = |number: usize| format!("{number} finding{}", if number == 1 { " counts" } else { "s count" });
    let covered = covers.all;
    Some(match terms.state(today) {
        State::Expired(until) if covers.open > 0 => {
            let message = format!("the waiver of {rules} ran out on {until}: {} again", counted(covers.open));
            (id::EXPIRED_WAIVER, Severity::Error, message)
        }
        State::Expired(until) if covered > 0 => {
            let message =
                format!("the waiver of {rules} ran out on {until}, and others cover what it covered: remove it");
            (id::EXPIRED_WAIVER, Severity::Warning, message)
        }
        State::Expired(until) if judged => {
            let message = format!("the waiver of {rules} ran out on {until} and covers nothing: remove it");
            (id::EXPIRED_WAIVER, Severity::Warning, message)
        }
        State::Active | State::Ends { .. } if covered == 0 && judged => {
            let message = format!("the waiver of {rules} covers nothing: remove it");
            (id::UNUSED_WAIVER, Severity::Warning, message)
        }
        State::Ends { until, days } if covered > 0 => {
            let when = match days {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                days => format!("in {days} days"),
            };
            (id::WAIVER_ENDS_SOON, Severity::Note, format!("the waiver of {rules} ends {when}, on {until}"))
        }
        State::Active | State::Ends { .. } | State::Expired(_) => return None,
    })
}

/// Whether a finding can be accepted at all: of those about policies only one whose policy its system refuses. No waiver
/// can name it, but a file of accepted findings may hold it.
fn can_be_waived(finding: &ReportEntry) -> bool {
    finding.waived.is_none() && (!finding.rule.is_policy() || finding.rule == id::REFUSED)
}
