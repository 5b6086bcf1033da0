//! What the server refuses in bindings, field by field, in its words.

mod support;

use support::refused::{binding, errors};

#[test]
fn bindings_name_a_policy_and_what_is_done() {
    let cases = [
        ("{policyName: ''}", "spec.policyName: Required value"),
        ("{validationActions: []}", "spec.validationActions: Required value"),
        (
            "{validationActions: [Block]}",
            "spec.validationActions[0]: Unsupported value: \"Block\": supported values: \"Audit\", \"Deny\", \"Warn\"",
        ),
        ("{validationActions: [Deny, Deny]}", "spec.validationActions[1]: Duplicate value: \"Deny\""),
        (
            "{validationActions: [Deny, Warn]}",
            "spec.validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
        ),
        (
            "{matchResources: {resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods]}]}}",
            "spec.matchResources.resourceRules[0].operations: Required value",
        ),
    ];
    for (patch, text) in cases {
        assert_eq!(errors(&binding(patch)), [text]);
    }
}

#[test]
fn references_to_params_say_which_and_what_if_there_are_none() {
    let reference = |fields: &str| {
        let found = errors(&binding(&format!("{{paramRef: {fields}}}")));
        found.iter().map(|text| text.strip_prefix("spec.paramRef").expect("of it").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        reference("{parameterNotFoundAction: Deny}"),
        [": Required value: one of name or selector must be specified"]
    );
    assert_eq!(reference("{name: a}"), [".parameterNotFoundAction: Required value"]);
    let action = ".parameterNotFoundAction: Unsupported value: \"Skip\": supported values: \"Deny\", \"Allow\"";
    assert_eq!(reference("{name: a, parameterNotFoundAction: Skip}"), [action]);
    let both = [
        ".name: Forbidden: name and selector are mutually exclusive",
        ".selector: Forbidden: name and selector are mutually exclusive",
    ];
    assert_eq!(reference("{name: a, selector: {}, parameterNotFoundAction: Deny}"), both);
    assert_eq!(
        reference("{name: .., parameterNotFoundAction: Deny}"),
        [".name: Invalid value: \"..\": may not be '..'"]
    );
}
