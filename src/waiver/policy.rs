//! Who may waive: which waivers count at all, by where they stand, how long they hold, and what they are for.
//!
//! A manifest can hold waivers for itself. Of one that somebody else wrote (a chart that is only taken over, what comes on
//! standard input) they say nothing about what those decided who judge it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::date::Date;
use super::rule_pattern::RulePattern;
use super::terms::Terms;
use crate::finding::Finding;
use crate::matching::globs::FileGlobs;
use crate::rules::RuleSelector;

/// Which waivers count that stand in manifests.
#[derive(Clone, Debug, Default)]
pub enum InManifests {
    /// Those whose text stands in a file of the repository, and not in a chart that another one only takes.
    #[default]
    OfRepository,
    /// All.
    Allowed,
    /// None.
    Denied,
    /// Those in these files.
    Of(FileGlobs),
}

/// Whether git tracks a file, by its path.
#[derive(Clone)]
pub struct Tracks(Arc<dyn Fn(&Path) -> bool + Send + Sync>);

impl Tracks {
    /// Asks this.
    pub fn by(tracks: impl Fn(&Path) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(tracks))
    }
}

impl Default for Tracks {
    /// Of no file that is known.
    fn default() -> Self {
        Self::by(|_| false)
    }
}

impl fmt::Debug for Tracks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tracks")
    }
}

/// Which waivers count.
#[derive(Clone, Debug, Default)]
pub struct WaiverPolicy {
    /// Of those in manifests.
    pub in_manifests: InManifests,
    /// Only those that end within so many days.
    pub until_within: Option<i32>,
    /// Rules that nothing may waive.
    pub never: Vec<RuleSelector>,
    /// Where that is written: `podline.yaml:3`; "" where nobody has written anything.
    pub place: String,
    /// What git knows.
    pub tracks: Tracks,
}

/// Where a waiver in a manifest stands.
#[derive(Clone, Copy, Debug)]
pub struct ManifestPlace<'a> {
    /// The file; none for standard input without a name.
    pub path: Option<&'a Path>,
    /// Whether the file lies in the `charts/` of a chart.
    pub is_taken_over: bool,
    /// The template that its document was rendered from.
    pub rendered_from: Option<&'a str>,
}

/// What to do about a waiver of others.
const INSTEAD: &str = "write it into podline.yaml, or say waiver-policy: {in-manifests: allow} there";

impl WaiverPolicy {
    /// Why a waiver does not count that stands there; nothing if it does.
    pub fn ignores_place(&self, place: &ManifestPlace<'_>) -> Option<String> {
        let by = self.by();
        match &self.in_manifests {
            InManifests::Allowed => None,
            InManifests::Denied => Some(format!("waivers in manifests do not count{by}")),
            InManifests::Of(globs) => {
                let is_one = place.path.is_some_and(|path| globs.contain(path));
                (!is_one).then(|| format!("waivers in this file do not count{by}"))
            }
            InManifests::OfRepository => self.foreign(place).map(|why| format!("{why}: {INSTEAD}")),
        }
    }

    /// Why a text is not known to be one of the repository.
    fn foreign(&self, place: &ManifestPlace<'_>) -> Option<String> {
        let is_of_dependency = |source: &str| Path::new(source).iter().skip(1).any(|part| part == "charts");
        if place.is_taken_over || place.rendered_from.is_some_and(is_of_dependency) {
            return Some("it stands in a chart that another chart takes (charts/)".to_owned());
        }
        let Some(path) = place.path else {
            return Some("it came on standard input, and nobody knows who wrote it".to_owned());
        };
        let source = place.rendered_from.filter(|_| !(self.tracks.0)(path))?;
        Some(format!(
            "it was rendered from {source} into a file that git does not track, and nobody knows who wrote it"
        ))
    }

    /// Why a waiver of these terms does not count, wherever it stands; nothing if it does.
    pub fn ignores_terms(&self, terms: &Terms, today: Date) -> Option<String> {
        let by = self.by();
        let is_never = |pattern: &RulePattern| pattern.rules().iter().all(|&rule| self.is_never(rule, pattern.part()));
        if terms.rules.iter().all(is_never) {
            return Some(format!("nothing may waive {}{by}", terms.rules_text()));
        }
        let within = self.until_within?;
        match terms.until {
            None => Some(format!("it has no end, and must end within {within} days{by}")),
            Some(until) if today.days_until(until) > within => {
                Some(format!("it ends on {until}, and must end within {within} days{by}"))
            }
            Some(_) => None,
        }
    }

    /// Whether nothing may waive a finding.
    pub fn forbids(&self, finding: &Finding) -> bool {
        self.is_never(finding.rule, finding.part)
    }

    fn is_never(&self, rule: crate::rules::RuleId, part: Option<u32>) -> bool {
        self.never.iter().any(|selector| selector.selects_part(rule, part))
    }

    fn by(&self) -> String {
        if self.place.is_empty() { String::new() } else { format!(" (waiver-policy in {})", self.place) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Catalogue;

    fn place<'a>(path: Option<&'a str>, rendered_from: Option<&'a str>) -> ManifestPlace<'a> {
        ManifestPlace { path: path.map(Path::new), is_taken_over: false, rendered_from }
    }

    #[test]
    fn of_the_text_of_others_waivers_do_not_count() {
        let policy =
            WaiverPolicy { tracks: Tracks::by(|path| path.ends_with("tracked.yaml")), ..WaiverPolicy::default() };
        let counts = |place: ManifestPlace<'_>| policy.ignores_place(&place).is_none();
        assert!(counts(place(Some("/repo/new.yaml"), None)));
        assert!(counts(place(Some("/repo/tracked.yaml"), Some("shop/templates/web.yaml"))));
        assert!(!counts(place(Some("/repo/new.yaml"), Some("shop/templates/web.yaml"))));
        assert!(!counts(place(Some("/repo/tracked.yaml"), Some("shop/charts/redis/templates/web.yaml"))));
        assert!(counts(place(Some("/repo/tracked.yaml"), Some("charts/templates/web.yaml"))), "a chart of that name");
        assert!(!counts(place(None, None)));
        assert!(!counts(ManifestPlace { is_taken_over: true, ..place(Some("/repo/tracked.yaml"), None) }));
    }

    #[test]
    fn a_waiver_must_end_soon_enough_and_be_for_what_may_be_waived() {
        let today = "2026-11-30".parse().expect("a day");
        let never = vec![RuleSelector::parse("privileged", Catalogue::of_podline()).expect("a rule")];
        let policy =
            WaiverPolicy { until_within: Some(90), never, place: "p.yaml:1".to_owned(), ..WaiverPolicy::default() };
        let of = |rules: &str, rest: &str| {
            let terms = Terms::parse(rules, rest, Catalogue::of_podline()).expect("a waiver");
            policy.ignores_terms(&terms, today)
        };
        let by = "(waiver-policy in p.yaml:1)";
        assert_eq!(of("hostPorts", "x (until=2027-02-28)"), None);
        assert_eq!(of("hostPorts", "x"), Some(format!("it has no end, and must end within 90 days {by}")));
        assert_eq!(
            of("hostPorts", "x (until=2027-03-01)"),
            Some(format!("it ends on 2027-03-01, and must end within 90 days {by}"))
        );
        assert_eq!(of("privileged", "x (until=2027-01-01)"), Some(format!("nothing may waive privileged {by}")));
        assert_eq!(of("privileged, hostPorts", "x (until=2027-01-01)"), None, "the other rule is waived");
    }
}
