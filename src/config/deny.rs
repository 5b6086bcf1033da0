//! `--deny` and `deny:`: what makes a run fail although it is not a finding that weighs enough.
//!
//! Each [`Deny`] stands for reasons to skip something, for rules, or for verdicts that are not sure. A new reason to
//! skip is added to [`SkipReason`] and to [`SKIPPED`].

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::finding::Finding;
use crate::manifest::suggest::nearest;
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::rules::{RuleId, id};
use crate::verdict::{SkipReason, Skipped, TemplateReport};

/// Something that is forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deny {
    /// Something was skipped for this reason.
    Skipped(SkipReason),
    /// Something that looks like a pod was not judged, no rule is left that judges any pod, or a policy judges nothing since
    /// podline does not know how.
    Unjudged,
    /// A pod template has no verdict, since what its controller adds is not known.
    Undecided,
    /// The cluster's version is newer than podline knows, or that of the Standards by which a pod was judged.
    UnknownVersion,
}

/// The reasons to skip something that can be forbidden. What is no manifest and links to what is judged are not among
/// them.
const SKIPPED: &[SkipReason] = &[
    SkipReason::Unrendered,
    SkipReason::Patch,
    SkipReason::Encrypted,
    SkipReason::Policy,
    SkipReason::Ignored,
    SkipReason::Hidden,
    SkipReason::Outside,
    SkipReason::Special,
];

/// The rules that say that something was not judged.
const UNJUDGED: &[RuleId] = &[id::UNJUDGED_TEMPLATE, id::UNJUDGED_SETTINGS, id::UNJUDGED_OBJECT, id::NO_CONTAINERS];

impl Deny {
    /// Everything that can be forbidden.
    pub fn all() -> Vec<Self> {
        let skipped = SKIPPED.iter().map(|&reason| Self::Skipped(reason));
        skipped.chain([Self::Unjudged, Self::Undecided, Self::UnknownVersion]).collect()
    }

    /// The name in options and configurations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skipped(reason) => reason.as_str(),
            Self::Unjudged => "unjudged",
            Self::Undecided => "undecided",
            Self::UnknownVersion => "unknown-version",
        }
    }

    /// What it is that something was skipped. A patch that a kustomization of the run lists was read for what it sets.
    pub fn of_skipped(skipped: &Skipped) -> Option<Self> {
        let is_denied = SKIPPED.contains(&skipped.reason) && !skipped.is_listed_patch();
        is_denied.then_some(Self::Skipped(skipped.reason))
    }

    /// What a finding is that says that something was not judged.
    pub fn of_finding(finding: &Finding) -> Option<Self> {
        UNJUDGED.contains(&finding.rule).then_some(Self::Unjudged)
    }

    /// What is not sure about the verdicts of a pod template.
    pub fn of_template(template: &TemplateReport) -> impl Iterator<Item = Self> {
        let undecided = template.verdicts.iter().any(|verdict| verdict.allowed.is_none());
        let is_unknown = |version| matches!(version, Version::Minor(minor) if minor > u64::from(NEWEST_KNOWN));
        let unknown = template.verdicts.iter().any(|verdict| is_unknown(verdict.version));
        undecided.then_some(Self::Undecided).into_iter().chain(unknown.then_some(Self::UnknownVersion))
    }
}

/// The names that options and configurations take, `all` last.
pub fn names() -> Vec<&'static str> {
    Deny::all().into_iter().map(Deny::as_str).chain(["all"]).collect()
}

/// What a name stands for; nothing for an empty one, as an empty environment variable is.
///
/// # Errors
/// It stands for nothing.
pub fn parse(name: &str) -> Result<Vec<Deny>, UnknownDeny> {
    match name {
        "" => Ok(Vec::new()),
        "all" => Ok(Deny::all()),
        name => Ok(vec![name.parse()?]),
    }
}

impl FromStr for Deny {
    type Err = UnknownDeny;

    fn from_str(name: &str) -> Result<Self, UnknownDeny> {
        Deny::all().into_iter().find(|deny| deny.as_str() == name).ok_or_else(|| UnknownDeny(name.to_owned()))
    }
}

/// A name that stands for nothing that can be forbidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDeny(pub String);

impl fmt::Display for UnknownDeny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = self;
        let near = nearest(name, names()).map(|near| format!(" (did you mean {near}?)")).unwrap_or_default();
        write!(f, "{name:?} is unknown{near}: must be one of {}", names().join(", "))
    }
}

impl Error for UnknownDeny {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_thing_and_all_for_everything() {
        assert_eq!(parse("encrypted"), Ok(vec![Deny::Skipped(SkipReason::Encrypted)]));
        assert_eq!(parse("all"), Ok(Deny::all()));
        assert_eq!(parse(""), Ok(Vec::new()));
        let error = parse("encryptd").expect_err("no such name").to_string();
        assert!(
            error.starts_with("\"encryptd\" is unknown (did you mean encrypted?): must be one of unrendered, "),
            "{error}"
        );
    }
}
