//! Rules as data: their ids, what each is called and weighs, which ones a run knows, and which ones a text means.

mod catalogue;
mod page;
mod rule_id;
mod selector;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

#[cfg(test)]
pub(crate) use catalogue::tests::with_policies;
pub use catalogue::{Catalogue, UnknownRule};
pub use page::Rule;
pub use rule_id::{Families, Family, RuleId};
pub use selector::{RuleError, RuleSelector};

/// Ids that the code refers to, so that none is misspelt.
pub mod id {
    use super::RuleId;

    /// A document that is not well-formed.
    pub const INVALID_YAML: RuleId = RuleId::built_in("manifest/invalid-yaml");
    /// A value of another type than the API's.
    pub const WRONG_TYPE: RuleId = RuleId::built_in("manifest/wrong-type");
    /// A field that the API does not have.
    pub const UNKNOWN_FIELD: RuleId = RuleId::built_in("manifest/unknown-field");
    /// A key that stands twice in a mapping.
    pub const DUPLICATE_KEY: RuleId = RuleId::built_in("manifest/duplicate-key");
    /// An object without kind or apiVersion.
    pub const MISSING_KIND: RuleId = RuleId::built_in("manifest/missing-kind");
    /// A pod template without containers.
    pub const NO_CONTAINERS: RuleId = RuleId::built_in("manifest/no-containers");
    /// An annotation for seccomp or AppArmor that does nothing.
    pub const DEAD_ANNOTATION: RuleId = RuleId::built_in("manifest/dead-annotation");
    /// A misspelt workload.
    pub const UNKNOWN_KIND: RuleId = RuleId::built_in("manifest/unknown-kind");
    /// Something shaped like a pod in a kind that podline does not know.
    pub const UNJUDGED_TEMPLATE: RuleId = RuleId::built_in("manifest/unjudged-template");
    /// What is explicitly forbidden, in a place that podline does not judge.
    pub const UNJUDGED_SETTINGS: RuleId = RuleId::built_in("manifest/unjudged-settings");
    /// An object that loaded policies could not judge.
    pub const UNJUDGED_OBJECT: RuleId = RuleId::built_in("manifest/unjudged-object");
    /// A policy that takes too much work.
    pub const OVER_BUDGET: RuleId = RuleId::built_in("policy/over-budget");
    /// A policy that its system refuses.
    pub const REFUSED: RuleId = RuleId::built_in("policy/refused");
    /// A binding that lets every workload use a PodSecurityPolicy.
    pub const FOR_EVERY_WORKLOAD: RuleId = RuleId::built_in("policy/for-every-workload");
    /// A binding to an account that never creates pods.
    pub const IDLE_BINDING: RuleId = RuleId::built_in("policy/idle-binding");
    /// A binding to a role that is not there.
    pub const MISSING_ROLE: RuleId = RuleId::built_in("policy/missing-role");
    /// A mark by which a pod asks for containers of a webhook.
    pub const INJECTED_CONTAINERS: RuleId = RuleId::built_in("manifest/injected-containers");
    /// An object in a group that no supported cluster serves.
    pub const REMOVED_API: RuleId = RuleId::built_in("manifest/removed-api");
    /// A mistake in podline's own configuration.
    pub const CONFIGURATION: RuleId = RuleId::built_in("policy/configuration");
    /// Text that kubectl never reads.
    pub const IGNORED_CONTENT: RuleId = RuleId::built_in("manifest/ignored-content");
    /// A waiver that cannot be read, or stands where it does not count.
    pub const BAD_WAIVER: RuleId = RuleId::built_in("policy/bad-waiver");
    /// A change of what decides, by which a run does not judge.
    pub const CHANGED: RuleId = RuleId::built_in("policy/changed");
    /// A policy that has ended, and judges nothing any more.
    pub const ENDED: RuleId = RuleId::built_in("policy/ended");
    /// A policy that is about to end.
    pub const ENDS_SOON: RuleId = RuleId::built_in("policy/ends-soon");
    /// A waiver that has ended.
    pub const EXPIRED_WAIVER: RuleId = RuleId::built_in("policy/expired-waiver");
    /// A waiver that is about to end.
    pub const WAIVER_ENDS_SOON: RuleId = RuleId::built_in("policy/waiver-ends-soon");
    /// A waiver that does not count, since those who may decide that say so.
    pub const IGNORED_WAIVER: RuleId = RuleId::built_in("policy/ignored-waiver");
    /// A waiver that covers nothing.
    pub const UNUSED_WAIVER: RuleId = RuleId::built_in("policy/unused-waiver");
    /// A Pod Security label with a value that means nothing.
    pub const BAD_NAMESPACE_LABEL: RuleId = RuleId::built_in("policy/bad-namespace-label");
    /// Two Namespaces of one name with different Pod Security labels.
    pub const CONFLICTING_NAMESPACES: RuleId = RuleId::built_in("policy/conflicting-namespaces");
    /// A namespace whose labels nobody gave.
    pub const UNKNOWN_NAMESPACE: RuleId = RuleId::built_in("policy/unknown-namespace");
    /// Paths of the node that may be mounted.
    pub const ALLOWED_HOST_PATHS: RuleId = RuleId::built_in("local/allowedHostPaths");
    /// A pod for which no PodSecurityPolicy can be used.
    pub const NO_USABLE_POLICY: RuleId = RuleId::built_in("local/noUsablePolicy");
}

macro_rules! pages {
    ($($id:literal)*) => { &[$(($id, include_str!(concat!("../../rules/", $id, ".md")))),*] };
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
    "manifest/no-containers"
    "manifest/removed-api" "manifest/unjudged-object" "manifest/unjudged-settings" "manifest/unjudged-template" "manifest/unknown-field" "manifest/unknown-kind"
    "manifest/wrong-type"
    "policy/bad-namespace-label" "policy/bad-waiver" "policy/changed" "policy/configuration" "policy/conflicting-namespaces" "policy/ended" "policy/ends-soon"
    "policy/expired-waiver" "policy/for-every-workload" "policy/idle-binding" "policy/ignored-waiver" "policy/missing-role" "policy/over-budget" "policy/refused"
    "policy/unknown-namespace" "policy/unused-waiver" "policy/waiver-ends-soon"
};

/// The rules that podline brings, `pss/` first.
pub fn built_in() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    let all = || PAGES.iter().map(|&(id, page)| Rule::from_page(RuleId::built_in(id), page)).collect();
    RULES.get_or_init(all)
}

/// A rule that podline brings.
pub fn get(id: RuleId) -> Option<&'static Rule> {
    static BY_ID: OnceLock<Vec<&'static Rule>> = OnceLock::new();
    let by_id = BY_ID.get_or_init(|| {
        let mut by_id: Vec<&Rule> = built_in().iter().collect();
        by_id.sort_unstable_by_key(|rule| rule.id);
        by_id
    });
    by_id.binary_search_by_key(&id, |rule| rule.id).ok().map(|at| by_id[at])
}

/// Where the Kubernetes project itself explains what a rule is about.
pub fn help_url(rule: RuleId) -> Option<&'static str> {
    match (rule.family(), rule.short()) {
        (Family::Pss, _) => Some("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
        (Family::Local, _) => Some("https://kubernetes.io/docs/concepts/security/pod-security-policy/"),
        (Family::Manifest, "removed-api") => Some("https://kubernetes.io/docs/reference/using-api/deprecation-guide/"),
        (Family::Policy, "bad-namespace-label" | "conflicting-namespaces" | "unknown-namespace") => {
            Some("https://kubernetes.io/docs/concepts/security/pod-security-admission/")
        }
        (Family::Manifest, _) => Some("https://kubernetes.io/docs/concepts/overview/working-with-objects/"),
        (Family::Vap, _) => {
            Some("https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/")
        }
        (Family::Policy | Family::Kyverno | Family::Gatekeeper | Family::Kubewarden, _) => None,
    }
}

/// The id of the rule that a check of the Standards gives: `pss/` and the check's own id.
pub fn of_check(check: &str) -> RuleId {
    static BY_CHECK: LazyLock<HashMap<&str, RuleId>> =
        LazyLock::new(|| built_in().iter().rev().map(|rule| (rule.id.short(), rule.id)).collect());
    // Every check has a page; a test says so.
    BY_CHECK.get(check).copied().unwrap_or(RuleId::built_in("pss/unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::pod_security::Level;

    fn find(name: &str) -> Option<&'static Rule> {
        Catalogue::of_podline().find(name)
    }

    #[test]
    fn every_page_begins_with_its_id_a_title_and_a_summary() {
        for rule in built_in() {
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
        for rule in built_in().iter().filter(|rule| rule.id.is_of(Family::Pss)) {
            let weight: f64 = rule.security_severity().expect("a weight").parse().expect("a number");
            assert_eq!(rule.level() == Some(Level::Baseline), weight >= 7.0, "{}", rule.id);
            assert!((4.0..10.0).contains(&weight), "{}", rule.id);
        }
        assert_eq!(get(id::WRONG_TYPE).and_then(Rule::security_severity), None);
    }

    #[test]
    fn a_page_says_how_severe_its_findings_are_and_why() {
        let of = |name| find(name).map(|rule| (rule.severity(), rule.reason().split(' ').next().unwrap_or_default()));
        assert_eq!(of("privileged"), Some((Severity::Error, "A")));
        assert_eq!(of("unjudged-template").map(|(severity, _)| severity), Some(Severity::Warning));
        assert!(built_in().iter().all(|rule| rule.reason().len() > 20));
    }

    #[test]
    fn a_short_name_means_the_rule_of_the_standards() {
        let find = |name: &str| find(name).map(|rule| rule.id.as_str());
        assert_eq!(find("privileged"), Some("pss/privileged"));
        assert_eq!(find("wrong-type"), Some("manifest/wrong-type"));
        assert_eq!(find("pss/wrong-type"), None);
    }
}
