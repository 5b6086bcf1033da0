//! What stands in a list beside its objects: kubectl takes the list apart and drops everything else of it.

use podline::finding::Severity;
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;

const ITEMS: &str = "items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]";

/// What is said of unknown fields, with its severity.
fn told(text: &str) -> Vec<(Severity, String)> {
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let findings = lint(&file, true, &Options::default()).findings;
    let unknown = findings.into_iter().filter(|finding| finding.rule.as_str() == "manifest/unknown-field");
    unknown.map(|entry| (entry.severity, entry.message.clone())).collect()
}

fn only(text: &str) -> (Severity, String) {
    let mut told = told(text);
    assert_eq!(told.len(), 1, "{text}: {told:?}");
    told.remove(0)
}

#[test]
fn a_part_of_an_object_beside_the_items_of_a_list_is_lost() {
    let pod = "spec: {containers: [{name: c, image: a, securityContext: {privileged: true}}]}";
    let (severity, message) = only(&format!("{{apiVersion: v1, kind: List, {ITEMS}, {pod}}}"));
    assert_eq!(severity, Severity::Error);
    assert_eq!(message, "unknown field \"spec\": kubectl reads items here, and drops this");
    for text in [
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, items: [], {pod}}}"),
        format!("{{apiVersion: apps/v1, kind: DeploymentList, items: [], {pod}}}"),
        format!("{{apiVersion: v1, kind: List, items: [{{apiVersion: v1, kind: List, items: [], {pod}}}]}}"),
    ] {
        assert_eq!(only(&text).0, Severity::Error, "{text}");
    }
}

#[test]
fn a_second_list_that_is_misspelt_is_lost_and_the_right_name_is_told() {
    let (severity, message) = only(&format!("{{apiVersion: v1, kind: List, items: [], item: [{{{ITEMS}}}]}}"));
    assert_eq!(severity, Severity::Error);
    assert!(message.ends_with("; did you mean items?"), "{message}");
}

#[test]
fn a_word_beside_the_items_is_a_warning_and_a_store_of_anchors_nothing() {
    let word = format!("{{apiVersion: v1, kind: List, {ITEMS}, description: all of it}}");
    assert_eq!(only(&word).0, Severity::Warning);
    let store =
        "{apiVersion: v1, kind: List, env: &env {a: b}, items: [{apiVersion: v1, kind: ConfigMap, data: *env}]}";
    assert_eq!(told(store), []);
    assert_eq!(told(&format!("{{apiVersion: v1, kind: List, x-env: {{a: b}}, .stash: [], {ITEMS}}}")), []);
}

#[test]
fn the_fields_of_a_list_are_no_unknown_ones() {
    assert_eq!(
        told(&format!("{{apiVersion: v1, kind: List, metadata: {{resourceVersion: '', name: a}}, {ITEMS}}}")),
        []
    );
}

#[test]
fn the_namespace_of_a_list_is_that_of_none_of_its_objects() {
    let (severity, message) = only(&format!("{{apiVersion: v1, kind: List, metadata: {{namespace: prod}}, {ITEMS}}}"));
    assert_eq!(severity, Severity::Warning);
    assert_eq!(
        message,
        "unknown field \"metadata.namespace\": a List is in no namespace, and kubectl puts none of its objects there"
    );
}

#[test]
fn a_template_of_openshift_has_fields_of_its_own() {
    let template = |field: &str| {
        format!(
            "{{apiVersion: template.openshift.io/v1, kind: Template, metadata: {{name: a, namespace: b}}, \
             message: hello, labels: {{a: b}}, parameters: [{{name: A}}], objects: []{field}}}"
        )
    };
    assert_eq!(told(&template("")), []);
    let (severity, message) = only(&template(", object: [{kind: Pod}]"));
    assert_eq!(severity, Severity::Error);
    assert_eq!(
        message,
        "unknown field \"object\": oc process reads objects here, and drops this; did you mean objects?"
    );
}

#[test]
fn a_custom_resource_with_items_may_have_other_fields() {
    assert_eq!(only("{apiVersion: example.com/v1, kind: Menu, items: [], spec: {a: b}}").0, Severity::Warning);
    let graph = "{apiVersion: kro.run/v1alpha1, kind: ResourceGraphDefinition, metadata: {name: a}, spec: {schema: {}, resources: []}}";
    assert_eq!(told(graph), []);
}

#[test]
fn a_misspelt_template_of_a_resource_of_kro_is_lost() {
    let graph = |key: &str| {
        format!(
            "{{apiVersion: kro.run/v1alpha1, kind: ResourceGraphDefinition, metadata: {{name: a}}, spec: {{resources: \
             [{{id: a, externalRef: {{}}}}, {{id: b, {key}: {{apiVersion: v1, kind: ConfigMap}}}}]}}}}"
        )
    };
    assert_eq!(told(&graph("template")), []);
    let (severity, message) = only(&graph("tmplate"));
    assert_eq!(severity, Severity::Error);
    assert_eq!(
        message,
        "unknown field \"spec.resources[1].tmplate\": kro reads no object from it; did you mean template?"
    );
}
