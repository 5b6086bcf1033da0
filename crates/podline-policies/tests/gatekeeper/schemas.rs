//! What is refused in the schema of parameters.

use super::{refusal, template};

/// The errors of a schema, without what all of them begin with.
fn errors(schema: &str) -> String {
    let template = template("validations: []").replace(
        "names: {kind: K8sRule}",
        &format!("names: {{kind: K8sRule}}, validation: {{openAPIV3Schema: {schema}}}"),
    );
    let (text, path) = refusal(&template);
    assert!(path.starts_with("spec.crd.spec.validation.openAPIV3Schema"), "{path}");
    let place = "spec.validation.openAPIV3Schema.properties[spec].properties[parameters]";
    text.replace(place, "P").trim_start_matches("invalid ConstraintTemplate: ").to_owned()
}

#[test]
fn every_level_needs_a_type() {
    assert_eq!(errors("{}"), "P.type: Required value: must not be empty for specified object fields");
    let of = |a: &str| errors(&format!("{{type: object, properties: {{a: {a}}}}}"));
    assert_eq!(of("{}"), "P.properties[a].type: Required value: must not be empty for specified object fields");
    assert_eq!(of("{type: array}"), "P.properties[a].items: Required value: must be specified");
    let items = "P.properties[a].items.type: Required value: must not be empty for specified array items";
    assert_eq!(of("{type: array, items: {}}"), items);
}

#[test]
fn types_must_be_known() {
    let known = "\"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"";
    let text = format!("P.properties[a].type: Unsupported value: \"text\": supported values: {known}");
    assert_eq!(errors("{type: object, properties: {a: {type: text}}}"), text);
}

#[test]
fn junctors_may_only_restrict_what_stands_outside_of_them() {
    let nested = errors("{type: object, properties: {a: {type: string}}, anyOf: [{properties: {b: {}}}]}");
    assert_eq!(nested, "P.properties[b]: Required value: because it is defined in P.anyOf[0].properties[b]");
    let typed = errors("{type: object, properties: {a: {type: string, not: {type: string}}}}");
    assert_eq!(typed, "P.properties[a].not.type: Forbidden: must be empty to be structural");
}

#[test]
fn defaults_must_fit() {
    let text = errors("{type: object, properties: {a: {type: string, default: 1}}}");
    let wrong = "P.properties[a].default: Invalid value: \"number\": P.properties[a].default in body must be of type string: \"number\"";
    assert_eq!(text, wrong);
    let unknown = errors("{type: object, properties: {a: {type: object, default: {b: 1}}}}");
    assert_eq!(unknown, "P.properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields");
}

#[test]
fn what_is_not_supported_is_forbidden() {
    assert_eq!(errors("{type: object, $ref: x}"), "P.$ref: Forbidden: $ref is not supported");
    let both = errors("{type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}");
    assert_eq!(both, "P.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive");
    assert!(
        errors("{type: object, properties: {a: {type: string, pattern: '('}}}")
            .contains("must be a valid regular expression")
    );
}
