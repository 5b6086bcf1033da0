//! The catalogue of rules: ids, titles and pages.

use std::sync::OnceLock;

use crate::finding::Severity;
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

    /// The folder of the id: `pss`.
    pub fn folder(&self) -> &'static str {
        self.id.split_once('/').map_or("", |(folder, _)| folder)
    }

    /// How much a violation weighs as a matter of security, in the scale of CVSS ("9.3"): what the page says, and 5.0
    /// for local rules, of which only their authors could know more. `None` for what is about reading manifests.
    ///
    /// What the Standards deny at baseline lets a pod leave its container, and is high or critical; what they ask for
    /// at restricted hardens it, and is medium.
    pub fn security_severity(&self) -> Option<&'static str> {
        self.fact("Security severity").or_else(|| (self.folder() == "local").then_some("5.0"))
    }

    /// The severity of its findings where nothing special holds.
    pub fn severity(&self) -> Severity {
        match self.fact("Severity") {
            Some(text) if text.starts_with("warning") => Severity::Warning,
            Some(text) if text.starts_with("note") => Severity::Note,
            _ => Severity::Error,
        }
    }

    /// The paragraph that says why it matters.
    pub fn reason(&self) -> &'static str {
        let section = self.page.split_once("\n## Why it matters\n").map_or("", |(_, rest)| rest);
        section.split("\n\n").next().unwrap_or_default().trim()
    }

    /// What the page says in its list of versions: the text after `- Severity: `.
    fn fact(&self, name: &str) -> Option<&'static str> {
        let line = self.page.lines().find_map(|line| line.strip_prefix("- ")?.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::trim)
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
    /// An annotation for seccomp or AppArmor that does nothing.
    pub const DEAD_ANNOTATION: &str = "manifest/dead-annotation";
    /// A misspelt workload.
    pub const UNKNOWN_KIND: &str = "manifest/unknown-kind";
    /// Something shaped like a pod in a kind that podline does not know.
    pub const UNJUDGED_TEMPLATE: &str = "manifest/unjudged-template";
    /// What is explicitly forbidden, in a place that podline does not judge.
    pub const UNJUDGED_SETTINGS: &str = "manifest/unjudged-settings";
    /// A mark by which a pod asks for containers of a webhook.
    pub const INJECTED_CONTAINERS: &str = "manifest/injected-containers";
    /// An object in a group that no supported cluster serves.
    pub const REMOVED_API: &str = "manifest/removed-api";
    /// A mistake in podline's own configuration.
    pub const CONFIGURATION: &str = "policy/configuration";
    /// Text that kubectl never reads.
    pub const IGNORED_CONTENT: &str = "manifest/ignored-content";
    /// A waiver that cannot be read, or stands where it does not count.
    pub const BAD_WAIVER: &str = "policy/bad-waiver";
    /// A waiver that has ended, or is about to.
    pub const EXPIRED_WAIVER: &str = "policy/expired-waiver";
    /// A waiver that covers nothing.
    pub const UNUSED_WAIVER: &str = "policy/unused-waiver";
    /// A Pod Security label with a value that means nothing.
    pub const BAD_NAMESPACE_LABEL: &str = "policy/bad-namespace-label";
    /// Two Namespaces of one name with different Pod Security labels.
    pub const CONFLICTING_NAMESPACES: &str = "policy/conflicting-namespaces";
    /// A namespace whose labels nobody gave.
    pub const UNKNOWN_NAMESPACE: &str = "policy/unknown-namespace";
    /// Paths of the node that may be mounted.
    pub const ALLOWED_HOST_PATHS: &str = "local/allowedHostPaths";
    /// A pod for which no PodSecurityPolicy can be used.
    pub const NO_USABLE_POLICY: &str = "local/noUsablePolicy";
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
    "local/allowedCapabilities" "local/allowedCSIDrivers" "local/allowedFlexVolumes" "local/allowedHostPaths"
    "local/allowedIngressClasses" "local/allowedIngressHosts" "local/allowedProcMountTypes"
    "local/allowedRegistries" "local/allowPrivilegeEscalation" "local/appArmor" "local/defaultAddCapabilities"
    "local/forbiddenImageTags" "local/fsGroup" "local/hostNamespaces" "local/hostPorts" "local/noUsablePolicy"
    "local/privileged" "local/readOnlyRootFilesystem" "local/requiredDropCapabilities" "local/requiredEnv"
    "local/requiredLabels" "local/requiredVolumes" "local/requireImageDigest" "local/runAsGroup" "local/runAsUser"
    "local/runtimeClass" "local/seccomp" "local/seLinux" "local/supplementalGroups" "local/sysctls" "local/volumes"
    "manifest/dead-annotation" "manifest/duplicate-key" "manifest/ignored-content" "manifest/injected-containers" "manifest/invalid-yaml" "manifest/missing-kind"
    "manifest/removed-api" "manifest/unjudged-settings" "manifest/unjudged-template" "manifest/unknown-field" "manifest/unknown-kind"
    "manifest/wrong-type"
    "policy/bad-namespace-label" "policy/bad-waiver" "policy/configuration" "policy/conflicting-namespaces"
    "policy/expired-waiver" "policy/unknown-namespace" "policy/unused-waiver"
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
        Some(("local", _)) => Some("https://kubernetes.io/docs/concepts/security/pod-security-policy/"),
        Some(("manifest", "removed-api")) => Some("https://kubernetes.io/docs/reference/using-api/deprecation-guide/"),
        Some(("policy", "bad-namespace-label" | "conflicting-namespaces" | "unknown-namespace")) => {
            Some("https://kubernetes.io/docs/concepts/security/pod-security-admission/")
        }
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
    fn what_baseline_denies_weighs_more_than_what_restricted_asks_for() {
        for rule in all().iter().filter(|rule| rule.folder() == "pss") {
            let weight: f64 = rule.security_severity().expect("a weight").parse().expect("a number");
            let is_baseline = rule.fact("Level").is_some_and(|level| level.starts_with("baseline"));
            assert_eq!(is_baseline, weight >= 7.0, "{}", rule.id);
            assert!((4.0..10.0).contains(&weight), "{}", rule.id);
        }
        assert_eq!(find("wrong-type").and_then(Rule::security_severity), None);
    }

    #[test]
    fn a_page_says_how_severe_its_findings_are_and_why() {
        let of = |name| find(name).map(|rule| (rule.severity(), rule.reason().split(' ').next().unwrap_or_default()));
        assert_eq!(of("privileged"), Some((Severity::Error, "A")));
        assert_eq!(of("unjudged-template").map(|(severity, _)| severity), Some(Severity::Warning));
        assert!(all().iter().all(|rule| rule.reason().len() > 20));
    }

    #[test]
    fn a_short_name_means_the_rule_of_the_standards() {
        assert_eq!(find("privileged").map(|rule| rule.id), Some("pss/privileged"));
        assert_eq!(find("wrong-type").map(|rule| rule.id), Some("manifest/wrong-type"));
        assert_eq!(find("pss/wrong-type"), None);
    }
}
