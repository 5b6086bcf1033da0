//! What a rule is called, demands and weighs: as its page in `rules/` tells it, or the policy that brought it.
//!
//! A page begins with the data of its rule, between two lines of three hyphens, one `key: value` a line. Readers of the
//! page do not see it:
//!
//! ```yaml
//! ---
//! level: baseline
//! severity: error
//! security-severity: "9.3"
//! ---
//! ```

use std::borrow::Cow;

use super::{Family, RuleId};
use crate::finding::Severity;
use crate::pod_security::Level;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id: `pss/privileged`.
    pub id: RuleId,
    /// What it is called: `Privileged containers`.
    pub title: Cow<'static, str>,
    /// What it demands, in a sentence.
    pub summary: Cow<'static, str>,
    /// The whole page, in Markdown, as readers see it.
    pub page: Cow<'static, str>,
    /// Whether it stands for all rules of a policy, and nothing is found by it alone.
    pub is_group: bool,
    /// What its numbered parts say, each in Markdown without a heading: the validations of a policy.
    parts: Vec<String>,
    /// The data of the rule.
    facts: PageFacts,
}

/// What the first lines of a page say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PageFacts {
    level: Option<Level>,
    severity: Severity,
    security_severity: Option<&'static str>,
}

/// The line before and after the data.
const FENCE: &str = "---\n";

impl PageFacts {
    /// Of a rule of which no more than its severity is known.
    const fn of(severity: Severity) -> Self {
        Self { level: None, severity, security_severity: None }
    }

    /// Splits a page into its data and what readers see. `None` if it does not begin with data, or with other data than
    /// there is.
    fn split(page: &'static str) -> Option<(Self, &'static str)> {
        let (data, page) = page.strip_prefix(FENCE)?.split_once(FENCE)?;
        let (mut level, mut severity, mut security_severity) = (None, None, None);
        for line in data.lines() {
            let (key, value) = line.split_once(": ")?;
            match key {
                "level" if level.is_none() => level = Some(value.parse().ok()?),
                "severity" if severity.is_none() => severity = Some(Severity::named(value)?),
                "security-severity" if security_severity.is_none() => {
                    security_severity = Some(value.strip_prefix('"')?.strip_suffix('"')?);
                }
                _ => return None,
            }
        }
        Some((Self { level, severity: severity?, security_severity }, page))
    }
}

impl Rule {
    /// A rule that podline brings, of its page.
    pub(super) fn from_page(id: RuleId, page: &'static str) -> Self {
        // Every page has its data; a test says so.
        let (facts, page) = PageFacts::split(page).unwrap_or((PageFacts::of(Severity::Error), page));
        let mut paragraphs = page.split("\n\n");
        let heading = paragraphs.next().unwrap_or_default();
        let title = heading.split_once(": ").map_or(heading, |(_, title)| title);
        let summary = paragraphs.next().unwrap_or_default();
        Self {
            id,
            title: title.into(),
            summary: summary.into(),
            page: page.into(),
            is_group: false,
            parts: Vec::new(),
            facts,
        }
    }

    /// A rule that a policy brings: what it is called and demands, and what its findings weigh where nothing special
    /// holds. Texts of the policy are raw.
    pub fn loaded(id: RuleId, title: String, summary: String, severity: Severity) -> Self {
        let page = format!("# {id}: {title}\n\n{summary}\n");
        let facts = PageFacts::of(severity);
        Self {
            id,
            title: title.into(),
            summary: summary.into(),
            page: page.into(),
            is_group: false,
            parts: Vec::new(),
            facts,
        }
    }

    /// The same as what stands for all rules of a policy.
    #[must_use]
    pub fn as_group(self) -> Self {
        Self { is_group: true, ..self }
    }

    /// The same rule with a page that says more.
    #[must_use]
    pub fn with_page(self, page: String) -> Self {
        Self { page: page.into(), ..self }
    }

    /// The same rule with numbered parts.
    #[must_use]
    pub fn with_parts(self, parts: Vec<String>) -> Self {
        Self { parts, ..self }
    }

    /// How many numbered parts it has.
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Whether it has a part of this number.
    pub fn has_part(&self, number: u32) -> bool {
        usize::try_from(number).is_ok_and(|number| number < self.parts.len())
    }

    /// Shows another rule of the same id on its page.
    pub(super) fn take_in(&mut self, other: &mut Self) {
        self.is_group &= other.is_group;
        // The same policy may be there for several kinds of objects.
        if !self.page.contains(&*other.page) {
            self.page = format!("{}\n{}", self.page, other.page).into();
        }
        if self.parts.len() < other.parts.len() {
            std::mem::swap(&mut self.parts, &mut other.parts);
        }
    }

    /// One of its numbered parts as a rule of its own, `vap/no-latest#0`; `None` if there is no such part.
    pub fn part(&self, number: u32) -> Option<Self> {
        let part = self.parts.get(usize::try_from(number).ok()?)?;
        let id = RuleId::loaded(self.id.family(), &format!("{}#{number}", self.id.short()));
        let rest = self.page.split_once("\n## ").map(|(_, rest)| format!("\n## {rest}")).unwrap_or_default();
        let page = format!("# {id}: {}\n\n{part}{rest}", self.title);
        let summary = part.split("\n\n").next().unwrap_or_default().to_owned();
        Some(Self { id, summary: summary.into(), page: page.into(), parts: Vec::new(), ..self.clone() })
    }

    /// The level of the Standards that asks for it; `None` outside of the Standards.
    pub fn level(&self) -> Option<Level> {
        self.facts.level
    }

    /// How much a violation weighs as a matter of security, in the scale of CVSS ("9.3"): what the page says, and 5.0
    /// for local and loaded rules, of which only their authors could know more. `None` for what is about reading
    /// manifests.
    ///
    /// What the Standards deny at baseline lets a pod leave its container, and is high or critical; what they ask for
    /// at restricted hardens it, and is medium.
    pub fn security_severity(&self) -> Option<&str> {
        let family = self.id.family();
        self.facts.security_severity.or_else(|| (family == Family::Local || family.is_loaded()).then_some("5.0"))
    }

    /// The severity of its findings where nothing special holds.
    pub fn severity(&self) -> Severity {
        self.facts.severity
    }

    /// The paragraph that says why it matters.
    pub fn reason(&self) -> &str {
        let section = self.page.split_once("\n## Why it matters\n").map_or("", |(_, rest)| rest);
        section.split("\n\n").next().unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PAGES, built_in};
    use super::*;
    use crate::pod_security::checks;

    #[test]
    fn every_page_begins_with_the_data_of_its_rule() {
        let without: Vec<&str> =
            PAGES.iter().filter(|(_, page)| PageFacts::split(page).is_none()).map(|(id, _)| *id).collect();
        assert_eq!(without, [""; 0]);
    }

    #[test]
    fn what_a_page_says_of_its_rule_is_what_its_data_say() {
        for rule in built_in() {
            let line = |name: &str| {
                rule.page.lines().find_map(|line| line.strip_prefix("- ")?.strip_prefix(name)?.strip_prefix(": "))
            };
            let first_word = |text: &'static str| {
                line(text).map(|line| line.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default())
            };
            assert_eq!(first_word("Severity"), Some(rule.severity().as_str()), "{}", rule.id);
            assert_eq!(first_word("Level"), rule.level().map(Level::as_str), "{}", rule.id);
            assert_eq!(line("Security severity"), rule.facts.security_severity, "{}", rule.id);
        }
    }

    #[test]
    fn the_level_of_a_page_is_that_of_its_check() {
        for check in &checks::ALL {
            let rule = built_in().iter().find(|rule| rule.id == super::super::of_check(check.id));
            assert_eq!(rule.and_then(Rule::level), Some(check.level), "{}", check.id);
        }
        assert_eq!(built_in().iter().filter(|rule| rule.level().is_some()).count(), checks::ALL.len());
    }

    #[test]
    fn data_that_podline_does_not_know_is_refused() {
        let of = |data: &str| PageFacts::split(format!("---\n{data}---\n# a\n").leak());
        let known =
            PageFacts { level: Some(Level::Baseline), severity: Severity::Note, security_severity: Some("7.0") };
        assert_eq!(of("level: baseline\nseverity: note\nsecurity-severity: \"7.0\"\n"), Some((known, "# a\n")));
        assert_eq!(of("severity: warning\n"), Some((PageFacts::of(Severity::Warning), "# a\n")));
        for wrong in
            ["", "severity: bad\n", "severity: note\nx: y\n", "severity: note\nseverity: note\n", "level: none\n"]
        {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
