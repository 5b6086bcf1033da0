//! How much each rule weighs, where that is configured.

use globset::{Glob, GlobMatcher};

use crate::finding::{Finding, Severity};
use crate::lint::is_unjudged;
use crate::rules::{self, unknown};

/// What a rule is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is not reported.
    Off,
    /// It weighs this much.
    Severity(Severity),
}

/// The configured weights of rules: the first that matches a rule holds.
#[derive(Clone, Debug, Default)]
pub struct Severities(Vec<(Pattern, Weight)>);

#[derive(Clone, Debug)]
enum Pattern {
    Rule(&'static str),
    Glob(GlobMatcher),
}

impl Severities {
    /// Reads names of rules, short or full, and globs such as `pss/*`. What is named counts before what is matched.
    ///
    /// # Errors
    /// The name, and what is wrong with it.
    pub fn new<'n>(entries: impl IntoIterator<Item = (&'n str, Weight)>) -> Result<Self, (String, String)> {
        let mut weights = Vec::new();
        for (name, weight) in entries {
            weights.push((pattern(name).map_err(|message| (name.to_owned(), message))?, weight));
        }
        // A stable sort: among the names, and among the globs, the order stays.
        weights.sort_by_key(|(pattern, _)| matches!(pattern, Pattern::Glob(_)));
        Ok(Self(weights))
    }

    /// The configured weight of a rule.
    pub fn of(&self, rule: &str) -> Option<Weight> {
        let is_it = |pattern: &Pattern| match pattern {
            Pattern::Rule(id) => *id == rule,
            // What cannot be judged is turned off only where it is named.
            Pattern::Glob(glob) => glob.is_match(rule) && !is_unjudged(rule),
        };
        self.0.iter().find(|(pattern, _)| is_it(pattern)).map(|&(_, weight)| weight)
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
        Weight::Severity(severity) if finding.rule.starts_with("pss/") => {
            finding.severity = finding.severity.min(severity);
        }
        Weight::Severity(severity) => finding.severity = severity,
    }
    true
}

fn pattern(name: &str) -> Result<Pattern, String> {
    if let Some(rule) = rules::find(name) {
        return Ok(Pattern::Rule(rule.id));
    }
    let glob =
        Glob::new(name).map_err(|error| format!("{name:?} is not a valid glob: {}", error.kind()))?.compile_matcher();
    if rules::all().iter().any(|rule| glob.is_match(rule.id)) { Ok(Pattern::Glob(glob)) } else { Err(unknown(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_counts_before_what_a_glob_matches() {
        let note = Weight::Severity(Severity::Note);
        let severities = Severities::new([("pss/*", Weight::Off), ("privileged", note)]).expect("rules");
        assert_eq!(severities.of("pss/privileged"), Some(note));
        assert_eq!(severities.of("pss/hostPorts"), Some(Weight::Off));
        assert_eq!(severities.of("manifest/wrong-type"), None);
    }

    #[test]
    fn a_name_that_stands_for_no_rule_is_refused_with_the_nearest() {
        let error = Severities::new([("privilegd", Weight::Off)]).expect_err("no rule");
        assert_eq!(error.1, "no rule is called \"privilegd\"; did you mean privileged?");
    }
}
