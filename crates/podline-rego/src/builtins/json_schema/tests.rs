use super::super::testing::call;

/// Each is what OPA 1.17.1 answers.
#[test]
fn schemas_are_refused_in_the_words_of_gojsonschema() {
    for (schema, why) in [
        (r#"{"type": "object"}"#, "[true, null]"),
        (
            r#"{"type": "x"}"#,
            r#"[false, "jsonschema: has a primitive type that is NOT VALID -- given: /x/ Expected valid values are:[array boolean integer number null object string]"]"#,
        ),
        (r#"{"type": ["array", "array"]}"#, r#"[false, "jsonschema: array type is duplicated"]"#),
        (r#"{"required": ["a", "a"]}"#, r#"[false, "jsonschema: required items must be unique"]"#),
        (r#"{"minLength": 2, "maxLength": 1}"#, r#"[false, "jsonschema: minLength cannot be greater than maxLength"]"#),
        (r#"{"exclusiveMinimum": true}"#, r#"[false, "jsonschema: exclusiveMinimum cannot be used without minimum"]"#),
        (
            r#"{"items": 1}"#,
            r#"[false, "jsonschema: Invalid type. Expected: Valid Schema/Array Of Schemas, given: items"]"#,
        ),
        (r##"{"$ref": "#/a"}"##, r#"[false, "jsonschema: Object has no key 'a'"]"#),
        (r#""{""#, r#"[false, "jsonschema: invalid JSON string"]"#),
    ] {
        assert_eq!(call("json.verify_schema", &format!("[{schema}]")), why, "{schema}");
    }
}

fn errors(document: &str, schema: &str) -> Vec<String> {
    let whole = call("json.match_schema", &format!("[{document}, {schema}]"));
    whole.split(r#""error": "#).skip(1).filter_map(|rest| rest.split('"').nth(1).map(str::to_owned)).collect()
}

#[test]
fn documents_are_found_wrong_in_the_words_of_gojsonschema() {
    for (document, schema, wrong) in [
        (
            r#"{"a": 1}"#,
            r#"{"properties": {"a": {"type": "string"}}}"#,
            vec!["a: Invalid type. Expected: string, given: integer"],
        ),
        (r#""{}""#, r#"{"required": ["a"]}"#, vec!["(Root): a is required"]),
        (
            r#"{"a": {"b": [1, 2.5]}}"#,
            r##"{"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"properties": {"b": {"items": {"type": "integer"}}}}}}"##,
            vec!["a.b.1: Invalid type. Expected: integer, given: number"],
        ),
        (
            "[0.3, 1000001]",
            r#"{"items": {"multipleOf": 0.1, "maximum": 1e6}}"#,
            vec!["1: Must be less than or equal to 1e+06"],
        ),
        ("[1, 1.0]", r#"{"uniqueItems": true}"#, vec!["(Root): array items[0,1] must be unique"]),
        (r#"["x"]"#, r#"{"items": {"enum": [1.0, "a"]}}"#, vec!["0: 0 must be one of the following: 1, \\"]),
        (r#"{"a": 1}"#, r#"{"additionalProperties": false}"#, vec!["(Root): Additional property a is not allowed"]),
        (
            "[1]",
            r#"{"oneOf": [{"minItems": 1}, {"maxItems": 1}]}"#,
            vec!["(Root): Must validate one and only one schema (oneOf)"],
        ),
        (
            "[1]",
            r#"{"if": {"minItems": 1}, "then": {"minItems": 2}}"#,
            vec!["(Root): Must validate \\", "(Root): Array must have at least 2 items"],
        ),
        ("[1]", "{}", vec![]),
    ] {
        assert_eq!(errors(document, schema), wrong, "{document} {schema}");
    }
}

#[test]
fn schemas_that_hold_themselves_end() {
    let schema = r##"{"$ref": "#"}"##;
    assert_eq!(
        call("json.match_schema", &format!("[[1], {schema}]")),
        "needs more work or memory than a policy may use"
    );
    let list = r##"{"anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}]}"##;
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(call("json.match_schema", &format!("[{deep}, {list}]")), "[true, []]");
}

#[test]
fn references_to_other_documents_are_not_followed() {
    let answer = call("json.match_schema", r#"[{}, {"$ref": "http://example.org/schema"}]"#);
    assert_eq!(answer, "json.match_schema with references to other documents asks what no file says");
}
