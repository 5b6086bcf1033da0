//! The rules that a waiver names: `privileged`, `pss/*`, `capabilities_restricted=NET_ADMIN`.

use super::error::WaiverError;
use crate::finding::Finding;
use crate::rules::{Catalogue, Family, RuleId, RuleSelector};

/// A rule or several, and the value that is accepted, if only one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePattern {
    text: String,
    rules: Vec<RuleId>,
    part: Option<u32>,
    value: Option<String>,
}

impl RulePattern {
    /// Reads a rule, short or full, or a glob of full names; a value may follow.
    ///
    /// # Errors
    /// There is no such rule, or it cannot be waived, or the value is missing.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, WaiverError> {
        let text = text.trim();
        let name = Self::name_of(text);
        let value = text.split_once('=').map(|(_, value)| value.trim());
        let selector = RuleSelector::parse(name, catalogue)?;
        let rules: Vec<RuleId> = match selector.named() {
            Some(rule) if rule.is_policy() => return Err(WaiverError::CannotBeWaived(rule)),
            // A policy stands for its rules.
            Some(rule) => {
                let below = catalogue.all().map(|one| one.id).filter(|one| *one != rule && rule.covers(*one));
                [rule].into_iter().chain(below).collect()
            }
            None => {
                let meant = |rule: &RuleId| !rule.is_policy() && selector.selects(*rule);
                catalogue.all().map(|rule| rule.id).filter(meant).collect()
            }
        };
        if rules.is_empty() && !Family::of(name).is_some_and(Family::is_loaded) {
            return Err(WaiverError::NothingToWaive(name.to_owned()));
        }
        if value == Some("") {
            return Err(WaiverError::NoValue(name.to_owned()));
        }
        Ok(Self { text: text.to_owned(), rules, part: selector.part(), value: value.map(str::to_owned) })
    }

    /// The name or glob of a text, without the value that may follow.
    pub fn name_of(text: &str) -> &str {
        text.split_once('=').map_or(text, |(name, _)| name).trim()
    }

    /// The ids of the rules that are known.
    pub fn rules(&self) -> &[RuleId] {
        &self.rules
    }

    /// The value that is accepted; `None` accepts any, and what is missing.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The one part of its rule that is accepted: the index of a validation; `None` accepts any.
    pub fn part(&self) -> Option<u32> {
        self.part
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names a finding's rule and value.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.rules.contains(&finding.rule)
            && self.part.is_none_or(|part| finding.part == Some(part))
            && self.value.as_deref().is_none_or(|value| plain_value(finding) == Some(value))
    }
}

/// The value of a finding without the quotes that it may be written in.
pub(super) fn plain_value(finding: &Finding) -> Option<&str> {
    let value = finding.value.as_deref()?.trim();
    let quoted = ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(quoted.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RulePattern, String> {
        RulePattern::parse(text, Catalogue::of_podline()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_may_be_short_full_or_a_glob() {
        let rules =
            |text: &str| parse(text).map(|pattern| pattern.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>());
        assert_eq!(rules("privileged"), Ok(vec!["pss/privileged"]));
        assert_eq!(rules("manifest/unknown-field"), Ok(vec!["manifest/unknown-field"]));
        assert_eq!(rules("pss/capabilities_*").map(|rules| rules.len()), Ok(2));
        assert_eq!(rules("priviledged"), Err("no rule is called \"priviledged\"; did you mean privileged?".to_owned()));
    }

    #[test]
    fn a_glob_never_means_what_cannot_be_judged_or_waived() {
        let all = parse("*").unwrap();
        assert!(["pss/privileged", "manifest/unknown-field"].iter().all(|id| all.rules.iter().any(|rule| rule == id)));
        assert!(!all.rules.iter().any(|rule| rule.is_policy() || rule.is_unjudged()));
        assert_eq!(parse("unused-waiver"), Err("policy/unused-waiver cannot be waived".to_owned()));
    }

    #[test]
    fn a_value_narrows_a_rule() {
        let pattern = parse("capabilities_restricted = NET_ADMIN").unwrap();
        assert_eq!(pattern.value(), Some("NET_ADMIN"));
        assert!(parse("capabilities_restricted=").is_err());
    }

    #[test]
    fn a_loaded_rule_is_waived_by_its_name_or_a_glob() {
        let ids = |text: &str| {
            let pattern = RulePattern::parse(text, &crate::rules::with_policies()).expect("a rule");
            pattern.rules().iter().map(|rule| rule.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(ids("vap/no-latest"), ["vap/no-latest"]);
        assert_eq!(ids("kyverno/require-labels/*"), ["kyverno/require-labels/check-team"]);
        assert_eq!(ids("kyverno/require-labels"), ["kyverno/require-labels", "kyverno/require-labels/check-team"]);
        assert!(ids("*").contains(&"vap/no-latest"));
        assert!(parse("vap/no-latest").is_err());
    }

    #[test]
    fn a_glob_that_could_waive_nothing_is_refused() {
        for text in ["policy/*", "manifest/invalid-*"] {
            assert_eq!(parse(text), Err(format!("{text} means no rule that a glob can waive")));
        }
    }

    #[test]
    fn one_validation_of_a_policy_is_waived_and_not_the_others() {
        use crate::finding::{Finding, Location, PolicyEngine, PolicyNotes, PolicyRef};
        use crate::source::span::{Position, Span};
        let start = Position { line: 1, column: 1 };
        let place = Location { span: Span::default(), start, end: start };
        let (engine, name) = (PolicyEngine::ValidatingAdmissionPolicy, "no-latest".to_owned());
        let policy = std::sync::Arc::new(PolicyRef {
            engine,
            name,
            file: "vap.yaml".to_owned(),
            line: 1,
            notes: PolicyNotes::default(),
        });
        let rule = RuleId::loaded(Family::Vap, "no-latest");
        let of = |part| Finding::at(rule, place, "no").part(Some(part)).policy(Some(policy.clone())).build();
        let pattern = RulePattern::parse("vap/no-latest#1", &crate::rules::with_policies()).expect("a validation");
        assert!(pattern.covers(&of(1)) && !pattern.covers(&of(0)));
        let all = RulePattern::parse("vap/no-latest", &crate::rules::with_policies()).expect("a rule");
        assert!(all.covers(&of(1)) && all.covers(&of(0)));
    }
}
