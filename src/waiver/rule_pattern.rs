//! The rules that a waiver names: `privileged`, `pss/*`, `capabilities_restricted=NET_ADMIN`.

use std::str::FromStr;

use globset::Glob;

use super::is_policy;
use crate::finding::Finding;
use crate::lint::is_unjudged;
use crate::rules;

/// A rule or several, and the value that is accepted, if only one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePattern {
    text: String,
    rules: Vec<&'static str>,
    value: Option<String>,
}

impl RulePattern {
    /// The ids of the rules.
    pub fn rules(&self) -> &[&'static str] {
        &self.rules
    }

    /// The value that is accepted; `None` accepts any, and what is missing.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names a finding's rule and value.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.rules.contains(&finding.rule)
            && self.value.as_deref().is_none_or(|value| plain_value(finding) == Some(value))
    }
}

/// The value of a finding without the quotes that it may be written in.
pub(super) fn plain_value(finding: &Finding) -> Option<&str> {
    let value = finding.value.as_deref()?.trim();
    let quoted = ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(quoted.unwrap_or(value))
}

impl FromStr for RulePattern {
    type Err = String;

    /// Reads a rule, short or full, or a glob of full names; a value may follow.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (name, value) =
            text.split_once('=').map_or((text, None), |(name, value)| (name.trim(), Some(value.trim())));
        let rules = match rules::find(name) {
            Some(rule) if is_policy(rule.id) => return Err(format!("{} cannot be waived", rule.id)),
            Some(rule) => vec![rule.id],
            None => matching(name),
        };
        if rules.is_empty() {
            return Err(rules::unknown(name));
        }
        if value == Some("") {
            return Err(format!("a value is missing after {name}="));
        }
        Ok(Self { text: text.to_owned(), rules, value: value.map(str::to_owned) })
    }
}

/// The rules that a glob means. What cannot be judged is accepted only by its name.
fn matching(glob: &str) -> Vec<&'static str> {
    let Ok(glob) = Glob::new(glob) else { return Vec::new() };
    let matcher = glob.compile_matcher();
    let can_be_meant = |id: &str| !is_policy(id) && !is_unjudged(id);
    let all = rules::all().iter().map(|rule| rule.id);
    all.filter(|id| can_be_meant(id) && matcher.is_match(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_may_be_short_full_or_a_glob() {
        let rules = |text: &str| text.parse::<RulePattern>().map(|pattern| pattern.rules);
        assert_eq!(rules("privileged"), Ok(vec!["pss/privileged"]));
        assert_eq!(rules("manifest/unknown-field"), Ok(vec!["manifest/unknown-field"]));
        assert_eq!(rules("pss/capabilities_*").map(|rules| rules.len()), Ok(2));
        assert_eq!(rules("priviledged"), Err("no rule is called \"priviledged\"; did you mean privileged?".to_owned()));
    }

    #[test]
    fn a_glob_never_means_what_cannot_be_judged_or_waived() {
        let all: RulePattern = "*".parse().unwrap();
        assert!(all.rules.contains(&"pss/privileged") && all.rules.contains(&"manifest/unknown-field"));
        assert!(!all.rules.iter().any(|rule| is_policy(rule) || is_unjudged(rule)));
        assert_eq!("unused-waiver".parse::<RulePattern>(), Err("policy/unused-waiver cannot be waived".to_owned()));
    }

    #[test]
    fn a_value_narrows_a_rule() {
        let pattern: RulePattern = "capabilities_restricted = NET_ADMIN".parse().unwrap();
        assert_eq!(pattern.value(), Some("NET_ADMIN"));
        assert!("capabilities_restricted=".parse::<RulePattern>().is_err());
    }
}
