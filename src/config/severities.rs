//! How much each rule weighs, where that is configured.

use crate::finding::{Finding, Severity};
use crate::rules::{Catalogue, Family, RuleError, RuleId, RuleSelector};

/// What a rule is made of, the lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It is not reported.
    Off,
    /// It weighs this much.
    Severity(Severity),
    /// It weighs what the policy that brings it says in its annotation `policies.kyverno.io/severity`.
    Annotation,
}

/// The configured weights of rules: the first that matches a rule holds.
#[derive(Clone, Debug, Default)]
pub struct Severities(Vec<(RuleSelector, Weight)>);

impl Severities {
    /// Reads names of rules, short or full, and globs such as `pss/*`. What is named counts before what is matched.
    ///
    /// # Errors
    /// The first name that means no rule.
    pub fn new<'n>(
        entries: impl IntoIterator<Item = (&'n str, Weight)>,
        catalogue: &Catalogue,
    ) -> Result<Self, RuleError> {
        let mut weights = Vec::new();
        for (name, weight) in entries {
            let selector = RuleSelector::parse(name, catalogue)?;
            weights.push((selector, weight));
        }
        // A stable sort: among the names, and among the globs, the order stays. A part counts before its rule.
        weights.sort_by_key(|(selector, _)| (selector.named().is_none(), selector.part().is_none()));
        Ok(Self(weights))
    }

    /// The configured weight of a finding of a rule, or of a part of it.
    pub fn of(&self, rule: RuleId, part: Option<u32>) -> Option<Weight> {
        self.0.iter().find(|(selector, _)| selector.selects_part(rule, part)).map(|&(_, weight)| weight)
    }

    /// Whether nothing is configured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Gives a finding its configured weight. Whether it is reported at all.
///
/// A finding of the Standards that weighs less than an error does so for a reason that the configuration does not know
/// (a controller may set what is missing, or only `warn` asks for it): it is never raised.
pub fn apply(finding: &mut Finding, weight: Weight) -> bool {
    match weight {
        Weight::Off => return false,
        Weight::Severity(severity) if finding.rule.is_of(Family::Pss) => {
            finding.weigh(finding.severity.min(severity));
        }
        Weight::Severity(severity) => finding.weigh(severity),
        Weight::Annotation => {
            let severity = finding.policy.as_ref().and_then(|policy| policy.notes.severity);
            // How severe a failure would be says nothing of what nobody knows.
            if let Some(severity) = severity.filter(|_| !finding.is_undecided()) {
                finding.weigh(severity.weight());
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_counts_before_what_a_glob_matches() {
        let note = Weight::Severity(Severity::Note);
        let severities =
            Severities::new([("pss/*", Weight::Off), ("privileged", note)], Catalogue::of_podline()).expect("rules");
        assert_eq!(severities.of(RuleId::built_in("pss/privileged"), None), Some(note));
        assert_eq!(severities.of(RuleId::built_in("pss/hostPorts"), None), Some(Weight::Off));
        assert_eq!(severities.of(RuleId::built_in("manifest/wrong-type"), None), None);
    }

    #[test]
    fn a_name_that_stands_for_no_rule_is_refused_with_the_nearest() {
        let error = Severities::new([("privilegd", Weight::Off)], Catalogue::of_podline()).expect_err("no rule");
        assert_eq!(error.to_string(), "no rule is called \"privilegd\"; did you mean privileged?");
    }

    #[test]
    fn a_loaded_rule_weighs_what_is_configured() {
        let (rule, note) = (RuleId::loaded(Family::Vap, "no-latest"), Weight::Severity(Severity::Note));
        let severities =
            Severities::new([("vap/*", Weight::Off), ("vap/no-latest", note)], Catalogue::before_policies());
        assert_eq!(severities.expect("rules").of(rule, None), Some(note));
    }
}
