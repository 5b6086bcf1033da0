//! What Gatekeeper refuses in templates and constraints.

use super::support::yaml;
use super::{constraint, load, path, refusal, refusing, stream};

/// Why the sound template is refused, where its text is changed so.
fn changed(from: &str, to: &str) -> (String, String) {
    let template = refusing();
    assert!(template.contains(from));
    refusal(&template.replace(from, to))
}

#[test]
fn a_template_is_named_as_its_kind_in_lower_case() {
    let text = "invalid ConstraintTemplate: the ConstraintTemplate's name \"other\" is not equal to the lowercase of CRD's Kind: \"k8srule\"";
    assert_eq!(changed("name: k8srule", "name: other"), (text.to_owned(), "metadata.name".to_owned()));
    let text = "invalid ConstraintTemplate: ConstraintTemplate \"k8srule\" does not specify CRD Kind";
    assert_eq!(changed("names: {kind: K8sRule}", "names: {}").0, text);
}

#[test]
fn a_template_has_the_one_target() {
    let text =
        "invalid ConstraintTemplate: target \"other\" not recognized, known targets [admission.k8s.gatekeeper.sh]";
    let refused = changed("target: admission.k8s.gatekeeper.sh", "target: other");
    assert_eq!(refused, (text.to_owned(), "spec.targets[0].target".to_owned()));
    let none =
        "{apiVersion: templates.gatekeeper.sh/v1, kind: ConstraintTemplate, metadata: {name: k}, spec: {targets: []}}";
    assert_eq!(refusal(none).0, "invalid ConstraintTemplate: must declare exactly one target");
}

#[test]
fn engines_that_nobody_knows_are_refused() {
    let (text, _) = changed("K8sNativeValidation", "Cedar");
    assert!(text.starts_with("no language driver is installed that handles this constraint template"), "{text}");
}

#[test]
fn all_operations_stand_alone_and_without_creation_a_template_says_nothing() {
    let operations = |list: &str| {
        let target = "target: admission.k8s.gatekeeper.sh";
        refusing().replace(target, &format!("{target}\n    operations: {list}"))
    };
    let text = "if '*' is present, must not specify other operations";
    assert_eq!(refusal(&operations("['*', CREATE]")).0, text);
    for (list, rows) in [("['*']", 1), ("[CREATE, UPDATE]", 1), ("[UPDATE]", 0)] {
        let policies = stream(&[&operations(list), &constraint("match: {}")]);
        assert_eq!(super::judge(&policies, super::POD).len(), rows, "{list}");
    }
}

#[test]
fn unknown_versions_are_refused() {
    let (text, path) = changed("gatekeeper.sh/v1", "gatekeeper.sh/v2");
    assert!(text.starts_with("adding template: no kind \"ConstraintTemplate\" is registered for version"), "{text}");
    assert_eq!(path, "apiVersion");
}

#[test]
fn values_of_wrong_types_are_refused_as_the_server_does() {
    let (text, path) = changed("target: admission.k8s.gatekeeper.sh", "target: 5");
    let why = "spec.targets[0].target: Invalid value: \"number\": spec.targets[0].target in body must be of type string: \"number\"";
    assert_eq!(text, format!("ConstraintTemplate.templates.gatekeeper.sh \"k8srule\" is invalid: {why}"));
    assert_eq!(path, "spec.targets[0].target");
}

/// Why a constraint is refused.
fn refused(constraint: &str) -> (String, String) {
    refusal(&stream(&[constraint, &refusing()]))
}

#[test]
fn a_constraint_needs_a_template_that_is_taken() {
    let other = constraint("match: {}").replace("K8sRule", "NoSuchKind");
    let text = "missing ConstraintTemplate: template \"nosuchkind\" not found";
    assert_eq!(refused(&other), (text.to_owned(), "kind".to_owned()));
    let both = stream(&[&refusing().replace("K8sNativeValidation", "Cedar"), &constraint("match: {}")]);
    let loaded = load(&yaml::documents(&both));
    assert_eq!(loaded.refused.iter().map(|one| one.document).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn names_of_constraints_are_short_subdomains() {
    let named = |name: &str| refused(&constraint("match: {}").replace("name: c", &format!("name: {name}")));
    let (text, path) = named("Not_A_Name");
    assert!(text.starts_with("invalid Constraint: invalid name: \"a lowercase RFC 1123 subdomain"), "{text}");
    assert_eq!(path, "metadata.name");
    let text = "schema validation failed: [].metadata.name: Too long: may not be more than 63 bytes";
    assert_eq!(named(&"a".repeat(64)).0, text);
}

#[test]
fn fields_of_match_are_checked() {
    let (text, path) = refused(&constraint("match: {namespaces: ['a*b']}"));
    assert_eq!(path, "spec.match.namespaces[0]");
    assert!(text.ends_with(r"spec.match.namespaces[0] in body should match '^\*?[-:a-z0-9]*\*?$'"), "{text}");
    assert_eq!(refused(&constraint("match: {kind: Pod}")).0, "invalid Constraint: unknown fields: [spec.match.kind]");
    let (text, _) = refused(&constraint("match: {source: Nowhere}"));
    assert!(text.ends_with("Unsupported value: \"Nowhere\": supported values: \"All\", \"Generated\", \"Original\""));
}

#[test]
fn selectors_are_checked_before_the_schema() {
    let (text, path) =
        refused(&constraint("match: {namespaceSelector: {matchExpressions: [{key: a, operator: Like}]}}"));
    let why = "spec.labelSelector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator";
    assert_eq!(text, format!("invalid Constraint: {why}"));
    assert_eq!(path, "spec.match.namespaceSelector.matchExpressions[0].operator");
}

#[test]
fn mutators_and_providers_are_said_to_be_left_out() {
    let policies = "{apiVersion: mutations.gatekeeper.sh/v1, kind: Assign, metadata: {name: a}}\n---\n\
                    {apiVersion: externaldata.gatekeeper.sh/v1beta1, kind: Provider, metadata: {name: p}}";
    let loaded = load(&yaml::documents(policies));
    let told: Vec<(&str, usize)> = loaded.not_judged.iter().map(|one| (one.kind.as_str(), one.document)).collect();
    assert_eq!(told, [("Assign", 0), ("Provider", 1)]);
    assert!(loaded.not_judged[0].why.contains("applies no mutators"));
}

#[test]
fn templates_without_constraints_do_nothing() {
    assert_eq!(load(&yaml::documents(&refusing())).idle, [0]);
    let both = stream(&[&refusing(), &constraint("match: {}")]);
    assert!(load(&yaml::documents(&both)).idle.is_empty());
}

#[test]
fn fields_that_no_such_kind_has_are_told() {
    let template = refusing().replace("names: {kind: K8sRule}", "names: {kind: K8sRule, odd: 1}");
    let loaded = load(&yaml::documents(&template));
    let unknown = &loaded.unknown[0];
    assert_eq!((unknown.0, path(&unknown.1.path).as_str()), (0, "spec.crd.spec.names.odd"));
}

#[test]
fn of_two_of_a_name_the_later_counts() {
    let policies =
        stream(&[&constraint("enforcementAction: warn"), &refusing(), &constraint("enforcementAction: dryrun")]);
    assert_eq!(super::told(&super::judge(&policies, super::POD)), ["K8sRule/c fail Audit never"]);
}
