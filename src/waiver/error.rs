//! What can be wrong with a waiver.

use std::error::Error;
use std::fmt;

use super::annotation::PREFIX;
use super::comment::FORM;
use crate::matching::MatchFault;
use crate::matching::globs::GlobError;
use crate::rules::{RuleError, RuleId};

/// What is wrong with a waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaiverError {
    /// It names no rule that there is.
    Rule(RuleError),
    /// It names a rule that nothing can waive.
    CannotBeWaived(RuleId),
    /// Its glob means no rule that a glob can waive.
    NothingToWaive(String),
    /// Nothing stands behind the equals sign of a rule.
    NoValue(String),
    /// It names no rule at all.
    NoRule,
    /// It gives no reason.
    NoReason,
    /// It speaks of a last day in another form than podline reads: it would never end.
    LastDay,
    /// The last day is not a date.
    Date(DateError),
    /// It speaks of a policy in another form than podline reads: it would hold for all of them.
    Policy,
    /// The name of its policy is not a valid glob.
    PolicyGlob(GlobError),
    /// A line of an annotation has another form.
    Line,
    /// podline has no such annotation; perhaps the other one is meant.
    Annotation(String, Option<&'static str>),
    /// podline has no such directive; perhaps the other one is meant.
    Directive(String, Option<&'static str>),
    /// The rules do not stand in brackets.
    NoBrackets,
    /// The bracket is not closed.
    OpenBracket,
}

/// What is wrong with an entry of `waivers:`, in one of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaiverFault {
    /// What any waiver must say.
    Waiver(WaiverError),
    /// It is not a date.
    Date(DateError),
    /// It is not a glob.
    Glob(GlobError),
    /// What it is for.
    Match(MatchFault),
}

/// A text that is not a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError(pub String);

impl fmt::Display for WaiverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meant = |near: Option<&str>| near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        match self {
            Self::Rule(error) => error.fmt(f),
            Self::CannotBeWaived(rule) => write!(f, "{rule} cannot be waived"),
            Self::NothingToWaive(glob) => write!(f, "{glob} means no rule that a glob can waive"),
            Self::NoValue(rule) => write!(f, "a value is missing after {rule}="),
            Self::NoRule => f.write_str("a waiver must name a rule"),
            Self::NoReason => f.write_str("a waiver must give a reason"),
            Self::LastDay => f.write_str("write the last day as (until=2027-03-31)"),
            Self::Date(error) => error.fmt(f),
            Self::Policy => f.write_str("write the policy as (policy=NAME), where NAME may be a glob"),
            Self::PolicyGlob(error) => error.fmt(f),
            Self::Line => f.write_str("a waiver must be written as \"rule, rule: reason (until=2027-03-31)\""),
            Self::Annotation(key, near) => {
                let near = near.map(|near| format!("{PREFIX}{near}"));
                write!(f, "podline does not know the annotation {key:?}{}", meant(near.as_deref()))
            }
            Self::Directive(word, near) => {
                write!(f, "podline does not know the directive {word:?}{} (the form is {FORM})", meant(*near))
            }
            Self::NoBrackets => write!(f, "a waiver must name its rules in brackets: {FORM}"),
            Self::OpenBracket => f.write_str("the bracket after ignore is not closed"),
        }
    }
}

impl Error for WaiverError {}

impl fmt::Display for WaiverFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiver(error) => error.fmt(f),
            Self::Date(error) => error.fmt(f),
            Self::Glob(error) => error.fmt(f),
            Self::Match(fault) => fault.fmt(f),
        }
    }
}

impl Error for WaiverFault {}

impl From<WaiverError> for WaiverFault {
    fn from(error: WaiverError) -> Self {
        Self::Waiver(error)
    }
}

impl From<DateError> for WaiverFault {
    fn from(error: DateError) -> Self {
        Self::Date(error)
    }
}

impl From<GlobError> for WaiverFault {
    fn from(error: GlobError) -> Self {
        Self::Glob(error)
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a date such as 2027-03-31", self.0)
    }
}

impl Error for DateError {}

impl From<RuleError> for WaiverError {
    fn from(error: RuleError) -> Self {
        Self::Rule(error)
    }
}

impl From<DateError> for WaiverError {
    fn from(error: DateError) -> Self {
        Self::Date(error)
    }
}
