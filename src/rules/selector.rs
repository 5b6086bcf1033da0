//! Which rules a text means: a full name, a short one, a glob, or one part of a loaded rule.

use std::error::Error;
use std::fmt;

use globset::GlobMatcher;

use super::catalogue::UnknownRule;
use super::{Catalogue, RuleId};
use crate::matching::globs::{GlobError, glob};

/// Why a text means no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// No rule is called so.
    Unknown(UnknownRule),
    /// It is not a valid glob.
    Glob(GlobError),
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Glob(error) => error.fmt(f),
        }
    }
}

impl Error for RuleError {}

/// The rules that a text means, the same wherever rules are named: `privileged`, `pss/privileged`, `pss/*`, and
/// `vap/no-latest#0` for one validation of a policy.
#[derive(Clone, Debug)]
pub struct RuleSelector {
    text: String,
    selected: Selected,
}

#[derive(Clone, Debug)]
enum Selected {
    /// One rule, or one part of it.
    Rule(RuleId, Option<u32>),
    /// Every rule whose id is like this.
    Glob(GlobMatcher),
}

impl PartialEq for RuleSelector {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RuleSelector {}

impl RuleSelector {
    /// Reads a name or a glob.
    ///
    /// # Errors
    /// It is not a valid glob, or no rule is called so.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, RuleError> {
        let text = text.trim();
        let of = |selected| Ok(Self { text: text.to_owned(), selected });
        if let Some(rule) = catalogue.find(text) {
            return of(Selected::Rule(rule.id, None));
        }
        if let Some((name, part)) = part_of(text)
            && let Some(rule) = catalogue.find(name).filter(|rule| rule.id.family().is_loaded())
        {
            return of(Selected::Rule(rule.id, Some(part)));
        }
        if let Some((family, _)) = catalogue.awaited(text).filter(|(_, name)| !is_glob(name)) {
            let (name, part) = part_of(text).map_or((text, None), |(name, part)| (name, Some(part)));
            let (_, name) = name.split_once('/').unwrap_or_default();
            return of(Selected::Rule(RuleId::loaded(family, name), part));
        }
        if let Some(above) = catalogue.above_loaded(text) {
            return of(Selected::Rule(above, None));
        }
        let glob = glob(text).map_err(RuleError::Glob)?;
        if catalogue.awaited(text).is_some() || catalogue.all().any(|rule| glob.is_match(rule.id.as_str())) {
            of(Selected::Glob(glob))
        } else {
            Err(RuleError::Unknown(catalogue.unknown(text)))
        }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rule that it names, if it is not a glob.
    pub fn named(&self) -> Option<RuleId> {
        match self.selected {
            Selected::Rule(id, _) => Some(id),
            Selected::Glob(_) => None,
        }
    }

    /// The one part of its rule that it means: the index of a validation.
    pub fn part(&self) -> Option<u32> {
        match self.selected {
            Selected::Rule(_, part) => part,
            Selected::Glob(_) => None,
        }
    }

    /// Whether it means a finding, by its rule and the part of it.
    pub fn selects_part(&self, rule: RuleId, part: Option<u32>) -> bool {
        self.selects(rule) && self.part().is_none_or(|meant| part == Some(meant))
    }

    /// Whether it means a policy by the name of its rule, or one of its rules.
    pub fn is_about(&self, policy: RuleId) -> bool {
        self.selects(policy) || self.named().is_some_and(|id| policy.covers(id))
    }

    /// Whether it means a rule, or a part of it. What could not be judged is meant only where it is named, not by a glob.
    pub fn selects(&self, rule: RuleId) -> bool {
        match &self.selected {
            Selected::Rule(id, _) => id.covers(rule),
            Selected::Glob(glob) => glob.is_match(rule.as_str()) && !rule.is_unjudged(),
        }
    }
}

/// `vap/no-latest` and 0 of `vap/no-latest#0`.
pub(super) fn part_of(text: &str) -> Option<(&str, u32)> {
    let (name, part) = text.rsplit_once('#')?;
    let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    Some((name, part.parse().ok().filter(|_| is_number)?))
}

/// Whether a text holds what only globs do; names of Kubernetes hold none of it.
fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::super::id::{INVALID_YAML, UNKNOWN_FIELD};
    use super::super::{Family, of_check, with_policies};
    use super::*;

    fn selector(text: &str) -> RuleSelector {
        RuleSelector::parse(text, Catalogue::of_podline()).expect("a rule")
    }

    fn refused(text: &str) -> String {
        RuleSelector::parse(text, Catalogue::of_podline()).expect_err("no rule").to_string()
    }

    #[test]
    fn a_rule_is_named_by_its_id_its_short_name_or_a_glob() {
        let privileged = of_check("privileged");
        for text in ["privileged", "pss/privileged", "pss/*", " pss/priv* "] {
            assert!(selector(text).selects(privileged), "{text}");
        }
        assert!(!selector("pss/*").selects(UNKNOWN_FIELD));
        assert_eq!(selector("privileged").named(), Some(privileged));
    }

    #[test]
    fn what_cannot_be_judged_is_meant_only_where_it_is_named() {
        assert!(selector("invalid-yaml").selects(INVALID_YAML));
        assert!(!selector("manifest/*").selects(INVALID_YAML) && selector("manifest/*").selects(UNKNOWN_FIELD));
    }

    #[test]
    fn what_means_no_rule_is_refused_with_the_nearest() {
        assert_eq!(refused("priviledged"), "no rule is called \"priviledged\"; did you mean privileged?");
        assert_eq!(refused("pss/x*"), "no rule is called \"pss/x*\"");
        assert!(refused("pss/[").starts_with("\"pss/[\" is not a valid glob: "));
        assert!(refused("privileged#0").starts_with("no rule is called"));
    }

    #[test]
    fn a_loaded_rule_is_named_as_a_built_in_one_is() {
        let (catalogue, rule) = (with_policies(), RuleId::loaded(Family::Vap, "no-latest"));
        for text in ["vap/no-latest", "no-latest", "vap/*", "*"] {
            assert!(RuleSelector::parse(text, &catalogue).expect("a rule").selects(rule), "{text}");
        }
        assert_eq!(refused("vap/no-latest"), "no rule is called \"vap/no-latest\"");
    }

    #[test]
    fn one_validation_of_a_policy_is_named_by_its_index() {
        let one = RuleSelector::parse("vap/no-latest#1", &with_policies()).expect("a validation");
        assert_eq!((one.named().map(RuleId::as_str), one.part()), (Some("vap/no-latest"), Some(1)));
        for wrong in ["vap/no-latest#", "vap/no-latest#x", "vap/no-latest#+1", "vap/other#1"] {
            assert!(RuleSelector::parse(wrong, &with_policies()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn before_the_policies_are_loaded_their_rules_may_be_named() {
        let parse = |text: &str| RuleSelector::parse(text, Catalogue::before_policies());
        assert_eq!(parse("vap/no-latest").map(|one| one.named()), Ok(Some(RuleId::loaded(Family::Vap, "no-latest"))));
        assert_eq!(parse("vap/no-latest#2").map(|one| one.part()), Ok(Some(2)));
        assert!(parse("kyverno/require-*").is_ok_and(|one| one.named().is_none()));
        assert!(parse("pss/no-latest").is_err() && parse("no-latest").is_err() && parse("vap/").is_err());
    }
}
