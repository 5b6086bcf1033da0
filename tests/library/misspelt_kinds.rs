//! Kinds and types that are nearly those that Kubernetes has.

use podline::lint::{Options, lint};
use podline::source::file::SourceFile;

const MISSING: &str = "manifest/missing-kind";

fn told(text: &str) -> Vec<(&'static str, String)> {
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let findings = lint(&file, false, &Options::default()).findings;
    findings.iter().map(|finding| (finding.rule.as_str(), finding.message.clone())).collect()
}

/// The only thing that is said of a document.
fn only_message(text: &str, rule: &str) -> String {
    let mut told = told(text);
    assert!(told.len() == 1 && told[0].0 == rule, "{text}: {told:?}");
    told.remove(0).1
}

#[test]
fn a_kind_of_another_group_in_another_casing_is_told_with_both() {
    for (version, kind, meant) in [
        ("apps/v1", "configMap", "v1 ConfigMap"),
        ("v1", "deployment", "apps/v1 Deployment"),
        ("networking.k8s.io/v1", "PodDisruptionbudget", "policy/v1 PodDisruptionBudget"),
        ("policy/v1", "PodDisruptionbudget", "PodDisruptionBudget"),
        ("v1", "Podlist", "PodList"),
    ] {
        let message = only_message(
            &format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}}}"),
            "manifest/unknown-kind",
        );
        assert_eq!(message, format!("no {version} {kind} is known to Kubernetes; did you mean {meant}?"));
    }
    for known in ["{apiVersion: v1, kind: ConfigMap}", "{apiVersion: apps/v1, kind: Deployment}"] {
        assert!(told(known).iter().all(|(rule, _)| *rule != "manifest/unknown-kind"), "{known}");
    }
}

#[test]
fn a_group_in_capitals_is_served_by_no_cluster() {
    let message =
        only_message("{apiVersion: Argoproj.io/v1alpha1, kind: Rollout, metadata: {name: a}}", "manifest/unknown-kind");
    assert_eq!(message, "no Argoproj.io/v1alpha1 Rollout is known to Kubernetes; did you mean argoproj.io/v1alpha1?");
}

#[test]
fn an_item_of_a_list_that_lost_its_type_is_told_what_stands_instead() {
    let item = |text: &str| only_message(&format!("{{apiVersion: v1, kind: List, items: [{text}]}}"), MISSING);
    let pod = "metadata: {name: a}, spec: {containers: [{name: a, image: b}]}";
    assert_eq!(item(&format!("{{apiVersion: v1, Kind: Pod, {pod}}}")), "the object has no kind; write kind, not Kind");
    let lower = item(&format!("{{apiversion: v1, kind: Pod, {pod}}}"));
    assert_eq!(lower, "the object has no apiVersion; write apiVersion, not apiversion");
    let none = item("{kind: Deployment, spec: {template: {spec: {containers: [{name: c, image: a}]}}}}");
    assert_eq!(none, "the object has no apiVersion; write apiVersion: apps/v1");
}

#[test]
fn an_item_of_a_list_whose_kind_no_cluster_has_is_an_error() {
    let text =
        "{apiVersion: v1, kind: Podlist, items: [{metadata: {name: a}, spec: {containers: [{name: a, image: b}]}}]}";
    assert_eq!(
        only_message(text, "manifest/unknown-kind"),
        "no v1 Podlist is known to Kubernetes; did you mean PodList?"
    );
}

#[test]
fn a_known_kind_in_a_group_of_nearly_its_name_is_misspelt_and_one_in_another_group_is_not() {
    let rollout = |group: &str| {
        format!(
            "{{apiVersion: {group}/v1alpha1, kind: Rollout, metadata: {{name: a}}, spec: {{workloadRef: {{name: a}}}}}}"
        )
    };
    let message = only_message(&rollout("argproj.io"), "manifest/unknown-kind");
    assert_eq!(message, "no argproj.io/v1alpha1 Rollout is known to Kubernetes; did you mean argoproj.io/v1alpha1?");
    assert_eq!(told(&rollout("rollouts.example.com")), []);
}
