//! Parameters, their schema and their defaults.

use super::{POD, constraint, judge, refusal, stream, template, told};

/// What a template with this schema of parameters says of `variables.params`, which must be the text.
fn shown(validation: &str, spec: &str, expression: &str) -> Vec<String> {
    let code = format!("validations: [{{expression: \"{expression}\", message: otherwise}}]");
    told(&judge(&stream(&[&with_schema(validation, &code), &constraint(spec)]), POD))
}

fn with_schema(validation: &str, code: &str) -> String {
    template(code).replace("names: {kind: K8sRule}", &format!("names: {{kind: K8sRule}}, validation: {validation}"))
}

const DEFAULTED: &str = "{openAPIV3Schema: {type: object, properties: {a: {type: integer, default: 5}, \
                         deep: {type: object, properties: {b: {type: string, default: x}}}}}}";

#[test]
fn defaults_apply_where_their_parent_is_present() {
    assert_eq!(shown(DEFAULTED, "parameters: {}", "variables.params.a == 5"), ["K8sRule/c pass Deny"]);
    assert_eq!(shown(DEFAULTED, "parameters: {}", "!has(variables.params.deep)"), ["K8sRule/c pass Deny"]);
    assert_eq!(shown(DEFAULTED, "parameters: {deep: {}}", "variables.params.deep.b == 'x'"), ["K8sRule/c pass Deny"]);
    assert_eq!(shown(DEFAULTED, "match: {}", "variables.params == null"), ["K8sRule/c pass Deny"]);
}

/// Why a constraint is refused, and where.
fn refused(validation: &str, spec: &str) -> (String, String) {
    refusal(&stream(&[&with_schema(validation, "validations: []"), &constraint(spec)]))
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let schema = "{openAPIV3Schema: {type: object, required: [count], properties: {count: {type: integer, minimum: 1}, \
                  s: {type: string, pattern: '^a'}, e: {type: string, enum: [x, w]}}}}";
    let (text, path) = refused(schema, "parameters: {count: 0}");
    assert_eq!(path, "spec.parameters.count");
    assert_eq!(
        text,
        "schema validation failed: [].spec.parameters.count: Invalid value: 0: spec.parameters.count in body should be greater than or equal to 1"
    );
    assert_eq!(
        refused(schema, "parameters: {}").0,
        "schema validation failed: [].spec.parameters.count: Required value"
    );
    let (text, _) = refused(schema, "parameters: {count: 1, s: b}");
    assert!(text.ends_with("spec.parameters.s in body should match '^a'"), "{text}");
    let (text, _) = refused(schema, "parameters: {count: 1, e: z}");
    assert!(text.ends_with("Unsupported value: \"z\": supported values: \"w\", \"x\""), "{text}");
    let (text, _) = refused(schema, "parameters: {count: one}");
    assert!(text.contains("must be of type integer: \"string\""), "{text}");
    assert!(refused(schema, "parameters: null").0.contains("must be of type object: \"null\""));
}

#[test]
fn unknown_fields_are_refused_and_so_are_parameters_without_a_schema() {
    let schema = "{openAPIV3Schema: {type: object, properties: {a: {type: array, items: {type: object}}}}}";
    let (text, path) = refused(schema, "parameters: {a: [{}, {b: 1}]}");
    assert_eq!(
        (text.as_str(), path.as_str()),
        ("invalid Constraint: unknown fields: [spec.parameters.a[1].b]", "spec.parameters.a[1].b")
    );
    assert_eq!(refused("{}", "parameters: {}").0, "invalid Constraint: unknown fields: [spec.parameters]");
}

#[test]
fn legacy_schemas_keep_unknown_fields_and_need_no_types() {
    let schema = "{legacySchema: true, openAPIV3Schema: {properties: {a: {items: {}}}}}";
    assert_eq!(shown(schema, "parameters: {b: {c: 1}}", "variables.params.b.c == 1"), ["K8sRule/c pass Deny"]);
}

#[test]
fn schemas_are_legacy_by_default_in_the_beta_versions() {
    let code = "validations: [{expression: 'variables.params.x == 1'}]";
    for version in ["v1beta1", "v1alpha1"] {
        let template = template(code).replace("gatekeeper.sh/v1", &format!("gatekeeper.sh/{version}"));
        let rows = told(&judge(&stream(&[&template, &constraint("parameters: {x: 1}")]), POD));
        assert_eq!(rows, ["K8sRule/c pass Deny"], "{version}");
    }
}

#[test]
fn additional_properties_are_checked() {
    let schema =
        "{openAPIV3Schema: {type: object, properties: {m: {type: object, additionalProperties: {type: string}}}}}";
    assert_eq!(shown(schema, "parameters: {m: {k: v}}", "variables.params.m.k == 'v'"), ["K8sRule/c pass Deny"]);
    assert_eq!(refused(schema, "parameters: {m: {k: 1}}").1, "spec.parameters.m.k");
}
