//! `--select` and `--ignore`.

use std::fmt;

use crate::finding::ReportEntry;
use crate::rules::{Catalogue, RuleError, RuleId, RuleSelector, id};

/// Which rules are reported.
pub(super) struct RuleFilter {
    select: Option<Vec<RuleSelector>>,
    ignore: Vec<RuleSelector>,
}

/// An option that names what is no rule.
#[derive(Debug)]
pub(super) struct FilterError {
    option: &'static str,
    error: RuleError,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.error)
    }
}

impl RuleFilter {
    /// Reads the names of rules, short or full, and globs such as `pss/*`.
    ///
    /// # Errors
    /// A name stands for no rule.
    pub fn new(select: &[String], ignore: &[String], catalogue: &Catalogue) -> Result<Self, FilterError> {
        // An empty PODLINE_SELECT says nothing: it must not hide everything.
        let says_nothing = select.iter().all(|name| name.trim().is_empty());
        let select = if says_nothing { None } else { Some(selectors("--select", select, catalogue)?) };
        Ok(Self { select, ignore: selectors("--ignore", ignore, catalogue)? })
    }

    /// The first name that stands for no rule of a catalogue, with what is to be said of it. Those of policies that were
    /// `refused` are none, but no mistake.
    ///
    /// # Errors
    /// There is such a name.
    pub fn check(&self, catalogue: &Catalogue, refused: &[RuleId]) -> Result<(), FilterError> {
        let select = self.select.iter().flatten().map(|selector| ("--select", selector));
        let all = select.chain(self.ignore.iter().map(|selector| ("--ignore", selector)));
        // What is chosen must be there: else nothing would be judged, and nobody would notice.
        let refusal = |selector: &RuleSelector| match RuleSelector::parse(selector.text(), catalogue) {
            Ok(selector) => catalogue.lacks(&selector).then(|| RuleError::Unknown(catalogue.unknown(selector.text()))),
            Err(error) => Some(error),
        };
        let is_refused = |selector: &RuleSelector| refused.iter().any(|&rule| selector.is_about(rule));
        let mut all = all.filter(|(_, selector)| !is_refused(selector));
        let wrong = all.find_map(|(option, selector)| Some(FilterError { option, error: refusal(selector)? }));
        wrong.map_or(Ok(()), Err)
    }

    /// Whether a finding is reported. What cannot be judged is not hidden by choosing other rules, only by ignoring it.
    pub fn keeps(&self, finding: &ReportEntry) -> bool {
        let selects = |selectors: &[RuleSelector]| {
            selectors.iter().any(|selector| selector.selects_part(finding.rule, finding.part))
        };
        let is_selected = self.select.as_deref().is_none_or(|select| selects(select) || is_always_told(finding.rule));
        is_selected && !selects(&self.ignore)
    }

    /// Whether some findings of a rule may be reported.
    pub fn keeps_rule(&self, rule: RuleId) -> bool {
        self.chooses(rule, is_always_told(rule))
    }

    /// Whether a rule is left by which something can be found. What could not be judged counts only where it was chosen.
    pub fn leaves(&self, rule: RuleId) -> bool {
        (self.select.is_some() || !rule.is_unjudged()) && self.chooses(rule, false)
    }

    fn chooses(&self, rule: RuleId, anyway: bool) -> bool {
        let selects = |selectors: &[RuleSelector]| selectors.iter().any(|selector| selector.selects(rule));
        let is_selected = anyway || self.select.as_deref().is_none_or(selects);
        let is_ignored = |selector: &RuleSelector| selector.selects(rule) && selector.part().is_none();
        is_selected && !self.ignore.iter().any(is_ignored)
    }
}

/// Whether a rule says that a pod was not judged, so that choosing other rules must not hide it.
fn is_always_told(rule: RuleId) -> bool {
    rule.is_unjudged() || rule == id::NO_CONTAINERS || rule == id::REFUSED
}

fn selectors(option: &'static str, names: &[String], catalogue: &Catalogue) -> Result<Vec<RuleSelector>, FilterError> {
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let selectors = names.map(|name| RuleSelector::parse(name, catalogue));
    selectors.collect::<Result<_, _>>().map_err(|error| FilterError { option, error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Family, id, with_policies};

    fn filter(select: &[&str], ignore: &[&str]) -> RuleFilter {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        RuleFilter::new(&texts(select), &texts(ignore), Catalogue::before_policies()).expect("rules")
    }

    #[test]
    fn the_rule_of_a_policy_is_selected_and_ignored_as_a_built_in_one_is() {
        let rule = RuleId::loaded(Family::Vap, "no-latest");
        assert!(filter(&["vap/no-latest"], &[]).keeps_rule(rule) && filter(&["vap/*"], &[]).keeps_rule(rule));
        assert!(!filter(&["pss/*"], &[]).keeps_rule(rule) && !filter(&[], &["vap/no-latest"]).keeps_rule(rule));
    }

    #[test]
    fn whether_a_policy_has_brought_a_rule_is_known_once_it_is_loaded() {
        assert_eq!(
            filter(&["vap/no-latest"], &["pss/*"]).check(&with_policies(), &[]).map_err(|error| error.to_string()),
            Ok(())
        );
        let missing = filter(&[], &["vap/no-lates"]).check(&with_policies(), &[]);
        let message = "--ignore: no rule is called \"vap/no-lates\"; did you mean vap/no-latest?";
        assert_eq!(missing.map_err(|error| error.to_string()), Err(message.to_owned()));
    }

    #[test]
    fn the_rule_of_a_policy_that_was_refused_is_no_mistake() {
        let refused = [RuleId::loaded(Family::Vap, "broken")];
        for name in ["vap/broken", "vap/broken#1", "vap/brok*"] {
            assert!(filter(&[name], &[]).check(&with_policies(), &refused).is_ok(), "{name}");
        }
        assert!(filter(&["vap/other"], &[]).check(&with_policies(), &refused).is_err());
    }

    #[test]
    fn what_cannot_be_judged_is_hidden_only_by_its_name() {
        assert!(filter(&["pss/*"], &["manifest/*"]).keeps_rule(id::INVALID_YAML));
        assert!(!filter(&[], &["invalid-yaml"]).keeps_rule(id::INVALID_YAML));
    }
}
