//! The catalogue of rules: ids, titles and pages.

use std::sync::OnceLock;

use crate::manifest::suggest::nearest;

/// A rule, as its page in `rules/` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The full id: `pss/privileged`.
    pub id: &'static str,
    /// What it is called: `Privileged containers`.
    pub title: &'static str,
    /// What it demands, in a sentence.
    pub summary: &'static str,
    /// The whole page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// The id without its folder: `privileged`.
    pub fn short(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, short)| short)
    }
}

/// Ids that the code refers to, so that none is misspelt.
pub mod id {
    /// A document that is not well-formed.
    pub const INVALID_YAML: &str = "manifest/invalid-yaml";
    /// A value of another type than the API's.
    pub const WRONG_TYPE: &str = "manifest/wrong-type";
    /// A field that the API does not have.
    pub const UNKNOWN_FIELD: &str = "manifest/unknown-field";
    /// A key that stands twice in a mapping.
    pub const DUPLICATE_KEY: &str = "manifest/duplicate-key";
    /// An object without kind or apiVersion.
    pub const MISSING_KIND: &str = "manifest/missing-kind";
    /// A misspelt workload.
    pub const UNKNOWN_KIND: &str = "manifest/unknown-kind";
    /// Something shaped like a pod in a kind that podline does not know.
    pub const UNJUDGED_TEMPLATE: &str = "manifest/unjudged-template";
    /// An object in a group that no supported cluster serves.
    pub const REMOVED_API: &str = "manifest/removed-api";
    /// A mistake in podline's own configuration.
    pub const CONFIGURATION: &str = "policy/configuration";
    /// Text that kubectl never reads.
    pub const IGNORED_CONTENT: &str = "manifest/ignored-content";
}

macro_rules! pages {
    ($($id:literal)*) => { &[$(($id, include_str!(concat!("../rules/", $id, ".md")))),*] };
}

/// Every page, in the order of the catalogue.
const PAGES: &[(&str, &str)] = pages! {
    "pss/allowPrivilegeEscalation" "pss/appArmorProfile" "pss/capabilities_baseline" "pss/capabilities_restricted"
    "pss/hostNamespaces" "pss/hostPathVolumes" "pss/hostPorts" "pss/hostProbesAndHostLifecycle" "pss/privileged"
    "pss/procMount" "pss/procMount_restricted" "pss/restrictedVolumes" "pss/runAsNonRoot" "pss/runAsUser"
    "pss/seLinuxOptions" "pss/seccompProfile_baseline" "pss/seccompProfile_restricted" "pss/sysctls"
    "pss/windowsHostProcess"
    "manifest/duplicate-key" "manifest/ignored-content" "manifest/invalid-yaml" "manifest/missing-kind"
    "manifest/removed-api" "manifest/unjudged-template" "manifest/unknown-field" "manifest/unknown-kind"
    "manifest/wrong-type"
    "policy/configuration"
};

/// Every rule, `pss/` first.
pub fn all() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| PAGES.iter().map(|&(id, page)| from_page(id, page)).collect())
}

/// The rule of this name: its id, or what follows the slash. A short name that exists in `pss/` always means that one.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.id == name).or_else(|| all().iter().find(|rule| rule.short() == name))
}

/// Where the Kubernetes project itself explains what a rule is about.
pub fn help_url(rule: &str) -> Option<&'static str> {
    match rule.split_once('/') {
        Some(("pss", _)) => Some("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
        Some(("manifest", "removed-api")) => Some("https://kubernetes.io/docs/reference/using-api/deprecation-guide/"),
        Some(("manifest", _)) => Some("https://kubernetes.io/docs/concepts/overview/working-with-objects/"),
        _ => None,
    }
}

/// The id of the rule that a check of the Standards gives: `pss/` and the check's own id.
pub fn of_check(check: &str) -> &'static str {
    // Every check has a page; a test says so.
    all().iter().find(|rule| rule.short() == check).map_or("pss/unknown", |rule| rule.id)
}

/// What to say of a name that stands for no rule.
pub fn unknown(name: &str) -> String {
    let names = all().iter().flat_map(|rule| [rule.short(), rule.id]);
    let near = nearest(name, names).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("no rule is called {name:?}{near}")
}

fn from_page(id: &'static str, page: &'static str) -> Rule {
    let mut paragraphs = page.split("\n\n");
    let heading = paragraphs.next().unwrap_or_default();
    let title = heading.split_once(": ").map_or(heading, |(_, title)| title);
    Rule { id, title, summary: paragraphs.next().unwrap_or_default(), page }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_begins_with_its_id_a_title_and_a_summary() {
        for rule in all() {
            assert!(
                rule.page.starts_with(&format!("# {}: {}\n\n{}\n\n## ", rule.id, rule.title, rule.summary)),
                "{}",
                rule.id
            );
            assert!(rule.summary.ends_with('.') && rule.summary.chars().count() <= 160, "{}", rule.id);
        }
    }

    #[test]
    fn a_short_name_means_the_rule_of_the_standards() {
        assert_eq!(find("privileged").map(|rule| rule.id), Some("pss/privileged"));
        assert_eq!(find("wrong-type").map(|rule| rule.id), Some("manifest/wrong-type"));
        assert_eq!(find("pss/wrong-type"), None);
    }
}
