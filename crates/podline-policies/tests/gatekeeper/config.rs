//! Who is not asked at all.

use super::{CLUSTER_ROLE, NAMESPACE, POD, constraint, judge_in, refusal, refusing, stream};

/// Is an object judged with a Config of these lines of its spec?
fn is_judged(view: &str, spec: &str, object: &str) -> bool {
    let config = format!(
        "{{apiVersion: config.gatekeeper.sh/v1alpha1, kind: Config, metadata: {{name: config, namespace: gatekeeper-system}}, spec: {{{spec}}}}}"
    );
    !judge_in(view, &stream(&[&refusing(), &constraint("match: {}"), &config]), object).is_empty()
}

#[test]
fn objects_in_namespaces_that_the_config_excludes_are_not_judged() {
    for processes in ["webhook", "'*'"] {
        let spec = format!("match: [{{excludedNamespaces: ['sh*'], processes: [{processes}]}}]");
        assert!(!is_judged("", &spec, POD));
        assert!(!is_judged("", &spec, NAMESPACE));
        assert!(is_judged("", &spec, CLUSTER_ROLE));
    }
}

#[test]
fn other_processes_are_not_the_webhook() {
    assert!(is_judged("", "match: [{excludedNamespaces: [shop], processes: [audit, sync, mutation-webhook]}]", POD));
}

#[test]
fn the_glob_of_everything_covers_what_is_in_no_namespace() {
    assert!(!is_judged("", "match: [{excludedNamespaces: ['*'], processes: [webhook]}]", CLUSTER_ROLE));
}

#[test]
fn namespaces_with_the_label_are_passed_over_whatever_its_value_is() {
    let ignored =
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {admission.gatekeeper.sh/ignore: 'no'}}}";
    assert!(!is_judged(ignored, "", POD));
    assert!(!is_judged("", "", ignored));
    assert!(is_judged(ignored, "", CLUSTER_ROLE));
}

#[test]
fn gatekeepers_own_namespace_is_passed_over() {
    let own = "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: gatekeeper-system}}";
    assert!(!is_judged("", "", own));
}

#[test]
fn what_configures_admission_is_never_sent_to_webhooks() {
    let webhook =
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w}}";
    assert!(!is_judged("", "", webhook));
}

#[test]
fn a_config_of_another_name_is_refused() {
    let other = "{apiVersion: config.gatekeeper.sh/v1alpha1, kind: Config, metadata: {name: other}, spec: {}}";
    let text = "config resource must have name 'config'".to_owned();
    assert_eq!(refusal(other), (text, "metadata.name".to_owned()));
}
