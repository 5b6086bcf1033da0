use super::super::{Level, Mode, Version};
use super::*;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let mut labels = Labels::default();
    for (name, value) in pairs {
        labels.insert(&format!("{PREFIX}{name}"), value);
    }
    labels
}

/// `enforce audit warn` of a namespace with these labels.
fn policy(pairs: &[(&str, &str)], defaults: &Policy) -> String {
    let Policy { enforce, audit, warn } = Judging::new(&labels(pairs), defaults).policy;
    format!("{enforce} {audit} {warn}")
}

fn standard(level: Level, minor: u64) -> LevelVersion {
    LevelVersion { level, version: Version::Minor(minor) }
}

#[test]
fn a_level_label_keeps_the_configured_version_and_a_version_label_the_configured_level() {
    let defaults = Policy { enforce: standard(Level::Baseline, 25), ..Policy::default() };
    assert_eq!(policy(&[], &defaults), "baseline:v1.25 privileged:latest privileged:latest");
    let stricter = policy(&[("enforce", "restricted"), ("warn", "privileged")], &defaults);
    assert_eq!(stricter, "restricted:v1.25 privileged:latest privileged:latest");
    assert_eq!(
        policy(&[("enforce-version", "v1.9999")], &defaults),
        "baseline:v1.9999 privileged:latest privileged:latest"
    );
}

#[test]
fn warn_follows_a_stricter_enforce_label_with_its_version() {
    let none = Policy::default();
    let of_label = policy(&[("enforce", "baseline"), ("enforce-version", "v1.30")], &none);
    assert_eq!(of_label, "baseline:v1.30 privileged:latest baseline:v1.30");
    let pinned = policy(&[("enforce", "baseline"), ("enforce-version", "v1.30"), ("warn-version", "soon")], &none);
    assert_eq!(pinned, "baseline:v1.30 privileged:latest baseline:latest");
    let with_level = policy(&[("enforce", "restricted"), ("warn", "baseline")], &none);
    assert_eq!(with_level, "restricted:latest privileged:latest baseline:latest");
}

#[test]
fn a_default_enforce_level_or_a_bad_label_pulls_no_warning() {
    let defaults = Policy { enforce: standard(Level::Restricted, 30), ..Policy::default() };
    assert_eq!(policy(&[("audit", "baseline")], &defaults), "restricted:v1.30 baseline:latest privileged:latest");
    assert_eq!(policy(&[("enforce", "strict")], &defaults), "restricted:v1.30 privileged:latest privileged:latest");
}

#[test]
fn several_bad_labels_are_listed_in_brackets_and_in_upstreams_order() {
    let bad = labels(&[("warn", ""), ("enforce-version", "1.29")]);
    let answer = validate_namespace("shop", &bad, &Configuration::default());
    assert!(!answer.allowed);
    assert_eq!(
        answer.message,
        "Namespace \"shop\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce-version]: Invalid value: \
         \"1.29\": must be \"latest\" or \"v1.x\", metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \
         \"\": must be one of privileged, baseline, restricted]"
    );
}

#[test]
fn an_exempt_namespace_is_told_that_its_own_labels_mean_nothing() {
    let exemptions = Exemptions { namespaces: vec!["kube-system".to_owned()], ..Exemptions::default() };
    let configuration = Configuration { exemptions, ..Configuration::default() };
    let answer = validate_namespace("kube-system", &labels(&[("audit", "baseline")]), &configuration);
    let expected =
        "namespace \"kube-system\" is exempt from Pod Security, and the policy (audit=baseline:latest) will be ignored";
    assert_eq!(answer.warnings, [expected]);
    assert_eq!(validate_namespace("shop", &labels(&[("audit", "baseline")]), &configuration).warnings, [""; 0]);
}

fn configuration() -> Configuration {
    let exemptions = Exemptions {
        usernames: vec!["alice".to_owned()],
        namespaces: vec!["kube-system".to_owned()],
        runtime_classes: vec!["kata".to_owned()],
    };
    Configuration { exemptions, ..Configuration::default() }
}

fn judging(pairs: &[(&str, &str)]) -> Judging {
    Judging::new(&labels(pairs), &Policy::default())
}

#[test]
fn namespace_user_nothing_demanded_and_runtime_class_are_asked_in_this_order() {
    let (configuration, enforcing) = (configuration(), judging(&[("enforce", "baseline")]));
    let request = Request { is_pod: true, namespace: "shop", user: "alice", runtime_class: Some("kata"), name: "web" };
    let gate = |request: &Request<'_>, judging: &Judging| Gate::new(request, judging, &configuration);
    let elsewhere = Request { namespace: "kube-system", ..request };
    assert_eq!(gate(&elsewhere, &enforcing), Gate::Exempt(Exemption::Namespace));
    assert_eq!(gate(&request, &enforcing), Gate::Exempt(Exemption::User));
    let by_bob = Request { user: "bob", ..request };
    assert_eq!(gate(&by_bob, &judging(&[])), Gate::Privileged);
    assert_eq!(gate(&by_bob, &enforcing), Gate::Exempt(Exemption::RuntimeClass));
    assert_eq!(gate(&Request { runtime_class: Some("runc"), ..by_bob }, &enforcing), Gate::Judged);
    // A bad label keeps the shortcut from being taken.
    assert_eq!(gate(&Request { runtime_class: None, ..by_bob }, &judging(&[("audit", "?")])), Gate::Judged);
}

#[test]
fn a_refused_pod_is_not_warned_and_its_violations_are_noted() {
    let judging = judging(&[("enforce", "baseline"), ("audit", "restricted")]);
    let request = Request { is_pod: true, namespace: "shop", name: "web", ..Request::default() };
    let answer = Gate::Judged.answer(&request, &judging, |_| "privileged (container \"a\")".to_owned());
    assert_eq!(
        answer.message,
        "pods \"web\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"a\")"
    );
    assert_eq!(answer.warnings, [""; 0]);
    let audit: Vec<&str> = answer.audit.keys().copied().collect();
    assert_eq!(audit, ["audit-violations", "enforce-policy"]);
}

#[test]
fn a_controller_is_accepted_and_warned() {
    let judging = judging(&[("enforce", "baseline")]);
    let request = Request { namespace: "shop", name: "web", ..Request::default() };
    let denied = |mode| if mode == Mode::Audit { String::new() } else { "privileged".to_owned() };
    let answer = Gate::Judged.answer(&request, &judging, denied);
    assert!(answer.allowed && answer.audit.is_empty());
    assert_eq!(answer.warnings, ["would violate PodSecurity \"baseline:latest\": privileged"]);
}
