//! Templates in CEL.

use super::{DEPLOYMENT, NAMESPACE, POD, constraint, judge, path, refusal, stream, template, told};

fn rows_of(code: &str, spec: &str, object: &str) -> Vec<String> {
    told(&judge(&stream(&[&template(code), &constraint(spec)]), object))
}

fn rows(code: &str) -> Vec<String> {
    rows_of(code, "match: {}", POD)
}

#[test]
fn a_validation_that_holds_passes_and_without_any_everything_does() {
    assert_eq!(rows("validations: [{expression: 'true'}]"), ["K8sRule/c pass Deny"]);
    assert_eq!(rows("validations: []"), ["K8sRule/c pass Deny"]);
}

#[test]
fn each_validation_that_does_not_hold_is_a_row() {
    let code = "validations: [{expression: 'false', message: ' one '}, {expression: 'true'}, {expression: 'false'}]";
    assert_eq!(rows(code), ["K8sRule/c fail Deny one", "K8sRule/c fail Deny failed expression: false"]);
}

#[test]
fn a_message_expression_gives_the_message_if_it_is_a_text() {
    let code = |expression: &str| {
        format!("validations: [{{expression: 'false', message: plain, messageExpression: \"{expression}\"}}]")
    };
    assert_eq!(rows(&code("'pod ' + object.metadata.name")), ["K8sRule/c fail Deny pod web-1"]);
    // Its static type is not text.
    assert_eq!(rows(&code("object.metadata.name")), ["K8sRule/c fail Deny plain"]);
    assert_eq!(rows(&code("'x' + object.spec.nope")), ["K8sRule/c fail Deny plain"]);
}

#[test]
fn what_does_not_compile_is_an_error_of_each_evaluation() {
    let rows = rows("validations: [{expression: object.spec.hostNetwork}, {expression: 'params.x == 1'}]");
    assert_eq!(rows[0], "K8sRule/c error Deny compilation error: must evaluate to bool but got dyn");
    assert!(rows[1].starts_with("K8sRule/c error Deny compilation error: compilation failed:"));
}

#[test]
fn errors_are_nothing_where_the_failure_policy_is_to_ignore() {
    let code = "validations: [{expression: 'object.spec.nope == 1'}]";
    let error = "K8sRule/c error Deny expression 'object.spec.nope == 1' resulted in error: no such key: nope";
    assert_eq!(rows(code), [error]);
    assert_eq!(rows(&format!("{code}\nfailurePolicy: Ignore")), ["K8sRule/c pass Deny"]);
}

#[test]
fn parameters_are_a_variable_and_null_where_there_are_none() {
    let code = "validations: [{expression: 'variables.params == null', message: given}]";
    assert_eq!(rows(code), ["K8sRule/c pass Deny"]);
    let legacy =
        template(code).replace("names: {kind: K8sRule}", "names: {kind: K8sRule}, validation: {legacySchema: true}");
    let rows = told(&judge(&stream(&[&legacy, &constraint("parameters: {a: 1}")]), POD));
    assert_eq!(rows, ["K8sRule/c fail Deny given"]);
}

#[test]
fn variables_see_those_before_them_and_the_object_under_any_name() {
    let code = "variables: [{name: a, expression: variables.anyObject.metadata.name}, {name: b, expression: \"variables.a + '!'\"}]\n\
                validations: [{expression: \"variables.b == 'web-1!'\"}]";
    assert_eq!(rows(code), ["K8sRule/c pass Deny"]);
}

#[test]
fn a_variable_that_does_not_compile_is_an_error_only_where_it_is_used() {
    let code = "variables: [{name: broken, expression: nofunc(1)}]\n\
                validations: [{expression: 'true'}, {expression: 'variables.broken == 1'}]";
    let rows = rows(code);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains("error Deny") && rows[0].contains("nofunc"), "{rows:?}");
}

#[test]
fn a_match_condition_that_is_false_lets_pass_and_may_name_variables() {
    let code = |condition: &str| {
        format!(
            "matchCondition: [{{name: m, expression: '{condition}'}}]\nvalidations: [{{expression: 'false', message: never}}]\nvariables: [{{name: v, expression: 'true'}}]"
        )
    };
    assert_eq!(rows(&code("false")), ["K8sRule/c pass Deny"]);
    assert_eq!(rows(&code("variables.v")), ["K8sRule/c fail Deny never"]);
    assert!(rows(&code("object.spec.x"))[0].starts_with("K8sRule/c error Deny compilation error"));
}

#[test]
fn the_plural_of_match_conditions_is_unknown_and_ignored() {
    let code =
        "matchConditions: [{name: m, expression: 'false'}]\nvalidations: [{expression: 'false', message: never}]";
    assert_eq!(rows(code), ["K8sRule/c fail Deny never"]);
}

#[test]
fn the_namespace_is_null_for_a_namespace() {
    let code = "validations: [{expression: 'namespaceObject == null', message: has one}]";
    assert_eq!(rows_of(code, "match: {}", NAMESPACE), ["K8sRule/c pass Deny"]);
    assert_eq!(rows_of(code, "match: {}", POD), ["K8sRule/c fail Deny has one"]);
}

#[test]
fn a_failure_points_at_the_field_that_decided() {
    let code = "validations: [{expression: '!object.spec.template.spec.hostNetwork'}]";
    let rows = judge(&stream(&[&template(code), &constraint("match: {}")]), DEPLOYMENT);
    assert_eq!(path(&rows[0].blame().expect("a field").path), "spec.template.spec.hostNetwork");
}

#[test]
fn of_what_decided_a_field_is_blamed_before_an_annotation_that_is_not_there() {
    let code = |expression: &str| format!("validations: [{{expression: '{expression}'}}]");
    let blamed = |expression: &str| {
        let rows = judge(&stream(&[&template(&code(expression)), &constraint("match: {}")]), DEPLOYMENT);
        path(&rows[0].blame().expect("a field").path)
    };
    let annotation = "has(object.metadata.annotations)";
    assert_eq!(blamed(&format!("has(object.spec.paused) || {annotation}")), "spec.paused");
    assert_eq!(blamed(annotation), "metadata.annotations");
    assert_eq!(blamed("object.apiVersion != \"apps/v1\" || object.kind != \"Deployment\""), "apiVersion");
}

#[test]
fn reserved_names_and_unknown_failure_policies_are_refused() {
    let refused = |code: &str| refusal(&template(code));
    let source = "spec.targets[0].code[0].source";
    let params = "invalid variable definition: params an invalid variable name, \"params\" is a reserved keyword";
    let variable = "variables: [{name: params, expression: '1'}]";
    assert_eq!(refused(variable), (params.to_owned(), format!("{source}.variables[0].name")));
    let policy = "invalid failure policy: unrecognized failure policy: Maybe";
    assert_eq!(refused("failurePolicy: Maybe"), (policy.to_owned(), format!("{source}.failurePolicy")));
    let (text, _) = refused("matchCondition: [{name: gatekeeper_internal_x, expression: 'true'}]");
    assert!(text.contains("cannot have \"gatekeeper_internal_\" as a prefix"), "{text}");
}
