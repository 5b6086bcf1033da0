//! The modules for labels, annotations and names of environment variables.

use super::{answer, blamed, deployment, pod, refusal};

/// A pod with these labels and annotations.
fn metadata(labels: &str, annotations: &str) -> String {
    pod("").replace("{name: web,", &format!("{{name: web, labels: {{{labels}}}, annotations: {{{annotations}}},"))
}

#[test]
fn labels_are_denied_constrained_and_mandatory() {
    let settings = "{denied_labels: [a, b], constrained_labels: {c: '^x'}, mandatory_labels: [e, d]}";
    let object = metadata("a: '1', b: '2', c: yx, d: ''", "");
    let text = "fail The following labels are denied: a,b. The following labels are violating user constraints: c. The following mandatory labels are missing: e";
    assert_eq!(answer("safe-labels", settings, &object), text);
    let paths = ["metadata.labels.a", "metadata.labels.b", "metadata.labels.c", "(metadata.labels.e)"];
    assert_eq!(blamed("safe-labels", settings, &object), paths);
    assert_eq!(answer("safe-labels", settings, &metadata("c: xy, d: '', e: ''", "a: '1'")), "pass");
}

#[test]
fn annotations_are_not_allowed_rather_than_denied() {
    let object = metadata("", "a: '1'");
    let text = "fail The following annotations are not allowed: a";
    assert_eq!(answer("safe-annotations", "{denied_annotations: [a]}", &object), text);
    assert_eq!(answer("safe-annotations", "{denied_labels: [a]}", &object), "pass", "unknown keys are ignored");
}

#[test]
fn patterns_are_gos_and_match_anywhere() {
    let says = |pattern: &str, value: &str| {
        answer(
            "safe-labels",
            &format!("{{constrained_labels: {{a: '{pattern}'}}}}"),
            &metadata(&format!("a: '{value}'"), ""),
        )
    };
    assert_eq!(says("b", "abc"), "pass");
    assert_eq!(says(r"^\d+$", "12"), "pass");
    assert!(says(r"\d", "\u{663}").starts_with("fail"), "digits are ASCII");
    let text = "Provided settings are not valid: error parsing regexp: missing closing ]: `[`";
    assert_eq!(refusal("safe-labels", "{constrained_labels: {a: '['}}"), text);
    assert_eq!(answer("safe-labels", "{constrained_labels: {a: null}}", &metadata("b: '1'", "")), "pass");
    assert!(answer("safe-labels", "{constrained_labels: {a: null}}", &metadata("a: '1'", "")).starts_with("error"));
}

#[test]
fn a_key_is_not_denied_and_something_else() {
    let settings = "{denied_labels: [a, b], constrained_labels: {a: x}, mandatory_labels: [b]}";
    let text = "Provided settings are not valid: These labels cannot be constrained and denied at the same time: a; These labels cannot be mandatory and denied at the same time: b";
    assert_eq!(refusal("safe-labels", settings), text);
}

const OTHERS: &str = "The following labels were found that should not be present:";

#[test]
fn each_criterion_has_its_words() {
    let says = |criteria: &str, labels: &str| {
        answer("labels", &format!("{{criteria: {criteria}, values: [a, b]}}"), &metadata(labels, ""))
    };
    let none = "fail Resource must have at least one of the required labels specified by the validation rule. None of the expected labels were found: a, b";
    assert_eq!(says("containsAnyOf", "c: ''"), none);
    assert_eq!(says("containsAnyOf", "b: ''"), "pass");
    let any = "fail Resource must not have any of the labels specified in the validation rule. The following invalid labels were found: b";
    assert_eq!(says("doesNotContainAnyOf", "b: '', c: ''"), any);
    assert_eq!(says("doesNotContainAnyOf", "c: ''"), "pass");
    let all = "fail Resource is missing required labels as specified in the validation rules. The following labels are missing: b";
    assert_eq!(says("containsAllOf", "a: ''"), all);
    assert_eq!(says("containsAllOf", "a: '', b: ''"), "pass");
    let together = "fail Resource has conflicting labels set according to the validation rules. The following labels should not be set together: a, b";
    assert_eq!(says("doesNotContainAllOf", "a: '', b: ''"), together);
    assert_eq!(says("doesNotContainAllOf", "a: ''"), "pass");
    let only = format!("fail Resource must have only labels from the validation rule. {OTHERS} c");
    assert_eq!(says("doesNotContainOtherThan", "a: '', c: ''"), only);
    assert_eq!(says("doesNotContainOtherThan", "a: ''"), "pass");
}

#[test]
fn the_criterion_that_wants_others_names_none_of_them() {
    let settings = "{criteria: containsOtherThan, values: [a]}";
    let rows = super::judge(&super::of_module("labels", settings), &metadata("a: ''", ""));
    let text =
        format!("Resource must not have any labels other than those specified in the validation rule. {OTHERS} ");
    assert_eq!(rows[0].message, text);
    assert_eq!(answer("labels", settings, &metadata("b: ''", "")), "pass");
}

#[test]
fn what_is_there_is_blamed_or_where_it_would_be() {
    let settings = "{criteria: doesNotContainAnyOf, values: [a, b]}";
    assert_eq!(blamed("annotations", settings, &metadata("", "b: ''")), ["metadata.annotations.b"]);
    let settings = "{criteria: containsAllOf, values: [a]}";
    assert_eq!(blamed("annotations", settings, &pod("")), ["(metadata.annotations)"]);
}

#[test]
fn variables_are_judged_container_by_container() {
    let object = deployment(
        "containers: [{name: b, env: [{name: X}]}, {name: c}], initContainers: [{name: a, env: [{name: X}]}]",
    );
    let settings = "{criteria: doesNotContainAnyOf, values: [X]}";
    let text = "Resource must not have any of the environment variables specified in the validation rule. The following invalid environment variables were found: X";
    assert_eq!(answer("environment-variable-policy", settings, &object), format!("fail a: {text}, b: {text}"));
    let paths = ["spec.template.spec.initContainers[0].env[0].name", "spec.template.spec.containers[0].env[0].name"];
    assert_eq!(blamed("environment-variable-policy", settings, &object), paths);
}

#[test]
fn values_must_be_names() {
    let why = |module: &str, values: &str| refusal(module, &format!("{{criteria: containsAnyOf, values: [{values}]}}"));
    assert_eq!(why("labels", ""), "Empty label list is not allowed");
    assert_eq!(why("environment-variable-policy", "''"), "Invalid environment variable names: ");
    assert_eq!(why("environment-variable-policy", "A, 1A, a-b"), "Invalid environment variable names: 1A, a-b");
    assert_eq!(why("annotations", "a.b/c, -a, A/b"), "Invalid annotation names: -a, A/b");
    let long = "x".repeat(64);
    assert_eq!(why("labels", &long), format!("Invalid annotation names: {long} (name too long)"));
    assert!(why("labels", "a/b/c").starts_with("Invalid annotation names: a/b/c"));
    assert!(refusal("labels", "{values: [a]}").contains("missing field `criteria`"));
    assert!(refusal("labels", "{criteria: odd, values: [a]}").contains("unknown variant `odd`"));
}
