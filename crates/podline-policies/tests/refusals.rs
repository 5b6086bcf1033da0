//! What the server refuses in policies and bindings, field by field, in its words.

mod support;

use podline_policies::vap;
use serde_json::json;
use support::refused::{binding, errors, merge, policy};
use support::yaml;

fn refused(patch: &str) -> Vec<String> {
    errors(&policy(patch))
}

/// What is wrong with one resource rule.
fn rule(patch: &str) -> Vec<String> {
    let mut document = policy("{}");
    let rule = &mut document["spec"]["matchConstraints"]["resourceRules"][0];
    merge(rule, yaml::documents(patch).remove(0));
    let start = "spec.matchConstraints.resourceRules[0].";
    errors(&document).iter().map(|text| text.strip_prefix(start).expect("of the rule").to_owned()).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn sound_documents_are_taken() {
    assert_eq!(refused("{}"), NOTHING);
    assert_eq!(errors(&binding("{}")), NOTHING);
}

#[test]
fn a_refusal_names_document_and_field() {
    let document = policy("{failurePolicy: Retry, validations: []}");
    let refusal = vap::load(&[json!({}), document]).refused.remove(0);
    assert_eq!((refusal.document, refusal.kind.as_str(), refusal.name.as_str()), (1, "ValidatingAdmissionPolicy", "p"));
    let text = "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: [spec.failurePolicy: Unsupported value: \"Retry\": supported values: \"Fail\", \"Ignore\", spec.validations: Required value: validations or auditAnnotations must contain at least one item, spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item]";
    assert_eq!(refusal.text, text);
    assert_eq!(format!("{:?}", refusal.errors[0].path), "[Key(\"spec\"), Key(\"failurePolicy\")]");
}

#[test]
fn only_v1_is_served() {
    let mut document = policy("{}");
    document["apiVersion"] = json!("admissionregistration.k8s.io/v1beta1");
    let text = "no matches for kind \"ValidatingAdmissionPolicy\" in version \"admissionregistration.k8s.io/v1beta1\"";
    assert_eq!(vap::load(&[document]).refused[0].text, text);
}

#[test]
fn a_value_of_the_wrong_type_is_not_decoded() {
    let document = policy("{validations: [{expression: 'true'}, {expression: 5}]}");
    let refusal = vap::load(&[document]).refused.remove(0);
    let text = "ValidatingAdmissionPolicy in version \"v1\" cannot be handled as a ValidatingAdmissionPolicy: json: cannot unmarshal number into Go struct field Validation.spec.validations.expression of type string";
    assert_eq!(refusal.text, text);
    let path = "[Key(\"spec\"), Key(\"validations\"), Index(1), Key(\"expression\")]";
    assert_eq!(format!("{:?}", refusal.errors[0].path), path);
    assert!(refused("{validations: null, auditAnnotations: {}}")[0].contains(
        "object into Go struct field ValidatingAdmissionPolicySpec.spec.auditAnnotations of type []v1.AuditAnnotation"
    ));
}

#[test]
fn fields_that_no_policy_has_are_told() {
    let mut document = policy("{validations: [{expression: 'true', mesage: no}], paramRef: {name: a}}");
    document["metadata"]["anything"] = json!("goes");
    document["status"] = json!({ "observedGeneration": 1 });
    document["extra"] = json!(1);
    let loaded = vap::load(&[json!({}), document]);
    let texts: Vec<(usize, &str)> = loaded.unknown.iter().map(|(index, error)| (*index, error.text.as_str())).collect();
    let expected = [
        (1, "unknown field \"extra\""),
        (1, "unknown field \"spec.paramRef\""),
        (1, "unknown field \"spec.validations[0].mesage\""),
    ];
    assert_eq!(texts, expected);
    assert!(loaded.refused.is_empty());
}

#[test]
fn names_are_subdomains() {
    let mut document = policy("{}");
    document["metadata"] = json!({});
    assert_eq!(errors(&document), ["metadata.name: Required value: name or generateName is required"]);
    document["metadata"] = json!({ "name": "Bad_Name" });
    assert!(
        errors(&document)[0]
            .starts_with("metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must")
    );
}

#[test]
fn labels_and_annotations_are_well_formed() {
    let mut document = policy("{}");
    document["metadata"] = json!({ "name": "p", "labels": { "a": "b c" }, "annotations": { "A/b": "", "c d": "" } });
    let found = errors(&document);
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("metadata.labels: Invalid value: \"b c\": a valid label must be"));
    assert!(found[1].starts_with("metadata.annotations: Invalid value: \"c d\": name part must consist of"));
}

#[test]
fn constraints_and_a_rule_are_required() {
    assert_eq!(refused("{matchConstraints: null}"), ["spec.matchConstraints: Required value"]);
    let none = ["spec.matchConstraints.resourceRules: Required value"];
    assert_eq!(refused("{matchConstraints: {resourceRules: null}}"), none);
}

#[test]
fn the_lists_of_a_rule_are_required() {
    for list in ["operations", "apiGroups", "apiVersions", "resources"] {
        assert_eq!(rule(&format!("{{{list}: []}}")), [format!("{list}: Required value")]);
    }
    assert_eq!(rule("{apiVersions: ['']}"), ["apiVersions[0]: Required value"]);
    assert_eq!(rule("{resources: ['']}"), ["resources[0]: Required value"]);
}

#[test]
fn a_wildcard_stands_alone() {
    let cases = [
        (
            "{operations: ['*', CREATE]}",
            "operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations",
        ),
        (
            "{apiGroups: [apps, '*']}",
            "apiGroups: Invalid value: [\"apps\",\"*\"]: if '*' is present, must not specify other API groups",
        ),
        (
            "{apiVersions: [v1, '*']}",
            "apiVersions: Invalid value: [\"v1\",\"*\"]: if '*' is present, must not specify other API versions",
        ),
        (
            "{resources: ['*', pods]}",
            "resources: Invalid value: [\"*\",\"pods\"]: if '*' is present, must not specify other resources without subresources",
        ),
        (
            "{resources: ['*/*', pods]}",
            "resources: Invalid value: [\"*/*\",\"pods\"]: if '*/*' is present, must not specify other resources",
        ),
        (
            "{resources: ['pods/*', pods/log]}",
            "resources[1]: Invalid value: \"pods/log\": if 'pods/*' is present, must not specify pods/log",
        ),
        (
            "{resources: ['*/scale', x/scale]}",
            "resources[1]: Invalid value: \"x/scale\": if '*/scale' is present, must not specify x/scale",
        ),
    ];
    for (patch, text) in cases {
        assert_eq!(rule(patch), [text]);
    }
    // The server looks at the last plain name only.
    assert_eq!(rule("{resources: [pods, '*']}"), NOTHING);
}

#[test]
fn operations_scopes_and_names_have_their_values() {
    let operation = "operations[0]: Unsupported value: \"PATCH\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"";
    assert_eq!(rule("{operations: [PATCH]}"), [operation]);
    let scope = "scope: Unsupported value: \"Global\": supported values: \"*\", \"Cluster\", \"Namespaced\"";
    assert_eq!(rule("{scope: Global}"), [scope]);
    assert_eq!(rule("{resourceNames: [a, a]}"), ["resourceNames[1]: Duplicate value: \"a\""]);
    assert_eq!(rule("{resourceNames: [a/b]}"), ["resourceNames[0]: Invalid value: \"a/b\": may not contain '/'"]);
    let text =
        "spec.matchConstraints.matchPolicy: Unsupported value: \"Fuzzy\": supported values: \"Equivalent\", \"Exact\"";
    assert_eq!(refused("{matchConstraints: {matchPolicy: Fuzzy}}"), [text]);
}

#[test]
fn selectors_are_strict() {
    let expression = |expression: &str| {
        let field = "spec.matchConstraints.objectSelector.matchExpressions[0].";
        let patch = format!("{{matchConstraints: {{objectSelector: {{matchExpressions: [{expression}]}}}}}}");
        refused(&patch).iter().map(|text| text.strip_prefix(field).expect("of it").to_owned()).collect::<Vec<_>>()
    };
    let values = "values: Required value: must be specified when `operator` is 'In' or 'NotIn'";
    assert_eq!(expression("{key: a, operator: In}"), [values]);
    let none = "values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    assert_eq!(expression("{key: a, operator: Exists, values: [b]}"), [none]);
    assert_eq!(
        expression("{key: a, operator: Gt}"),
        ["operator: Invalid value: \"Gt\": not a valid selector operator"]
    );
    assert!(
        expression("{key: a b, operator: Exists}")[0]
            .starts_with("key: Invalid value: \"a b\": name part must consist of")
    );
    assert!(
        expression("{key: a, operator: In, values: ['b c']}")[0]
            .starts_with("values[0]: Invalid value: \"b c\": a valid label must be")
    );
    let labels = refused("{matchConstraints: {namespaceSelector: {matchLabels: {a: b c}}}}");
    assert!(
        labels[0]
            .starts_with("spec.matchConstraints.namespaceSelector.matchLabels: Invalid value: \"b c\": a valid label")
    );
}

#[test]
fn kinds_of_params_are_well_formed() {
    let kind = |kind: &str| refused(&format!("{{paramKind: {kind}}}"));
    assert_eq!(kind("{kind: X}"), ["spec.paramKind.apiVersion: Required value"]);
    assert_eq!(kind("{apiVersion: v1}"), ["spec.paramKind.kind: Required value"]);
    let text = "spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c";
    assert_eq!(kind("{apiVersion: a/b/c, kind: X}"), [text]);
    let text = "spec.paramKind.apiVersion: Invalid value: \"a/\": version must be specified";
    assert_eq!(kind("{apiVersion: a/, kind: X}"), [text]);
    assert!(
        kind("{apiVersion: v1, kind: A_B}")[0]
            .contains("may have mixed case, but should otherwise match: a DNS-1035 label")
    );
    // Whether there is such a kind, nobody asks.
    assert_eq!(kind("{apiVersion: example.com/v9, kind: Nothing}"), NOTHING);
}

#[test]
fn conditions_have_names_and_expressions() {
    let conditions = |list: &str| refused(&format!("{{matchConditions: {list}}}"));
    let both = ["spec.matchConditions[0].expression: Required value", "spec.matchConditions[0].name: Required value"];
    assert_eq!(conditions("[{expression: ' '}]"), both);
    let twice = "spec.matchConditions[1].name: Duplicate value: \"a\"";
    assert_eq!(conditions("[{name: a, expression: 'true'}, {name: a, expression: 'true'}]"), [twice]);
    let many: Vec<String> = (0..65).map(|index| format!("{{name: c{index}, expression: 'true'}}")).collect();
    assert_eq!(
        conditions(&format!("[{}]", many.join(","))),
        ["spec.matchConditions: Too many: 65: must have at most 64 items"]
    );
    let variables =
        refused("{variables: [{name: v, expression: 'true'}], matchConditions: [{name: c, expression: variables.v}]}");
    assert!(variables[0].starts_with("spec.matchConditions[0].expression: Invalid value: \"variables.v\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables'"));
}

#[test]
fn variables_have_names_and_see_those_before_them() {
    let variables = |list: &str| refused(&format!("{{variables: {list}}}"));
    let both = [
        "spec.variables[0].name: Required value: name is not specified",
        "spec.variables[0].expression: Required value: expression is not specified",
    ];
    assert_eq!(variables("[{name: '', expression: ''}]"), both);
    let identifier =
        |name: &str| [format!("spec.variables[0].name: Invalid value: \"{name}\": must be a valid CEL identifier")];
    assert_eq!(variables("[{name: not-an-id, expression: 'true'}]"), identifier("not-an-id"));
    assert_eq!(variables("[{name: namespace, expression: 'true'}]"), identifier("namespace"));
    assert!(
        variables("[{name: a, expression: variables.b}, {name: b, expression: '1'}]")[0]
            .contains("undefined field 'b'")
    );
}

#[test]
fn a_variable_that_does_not_compile_can_be_anything() {
    let errors =
        refused("{variables: [{name: a, expression: object.}], validations: [{expression: variables.a == 1}]}");
    assert_eq!(errors.len(), 1);
}

#[test]
fn variables_that_are_no_scalars_lists_or_maps_can_be_anything() {
    let spec = "{variables: [{name: o, expression: optional.of(1)}], validations: [{expression: variables.o == 'a'}]}";
    assert_eq!(refused(spec), NOTHING);
}

/// What is wrong with one validation.
fn validation(fields: &str) -> Vec<String> {
    refused(&format!("{{validations: [{fields}]}}"))
        .iter()
        .map(|text| text.strip_prefix("spec.validations[0].").expect("of it").to_owned())
        .collect()
}

#[test]
fn validations_are_exactly_boolean() {
    assert_eq!(validation("{expression: ' '}"), ["expression: Required value: expression is not specified"]);
    let dynamic = "expression: Invalid value: \"object.spec.paused\": must evaluate to bool but got dyn";
    assert_eq!(validation("{expression: object.spec.paused}"), [dynamic]);
    assert_eq!(validation("{expression: object.spec.paused == true}"), NOTHING);
    let overload = "expression: Invalid value: \"1 == 'a'\": compilation failed: ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 == 'a'\n | ..^";
    assert_eq!(validation("{expression: \"1 == 'a'\"}"), [overload]);
    let constant =
        "expression: Internal error: program instantiation failed: type conversion error from 'string' to 'int'";
    assert_eq!(validation("{expression: \"int('1_0') == 1\"}"), [constant]);
    // The type is looked at first.
    assert_eq!(
        validation("{expression: \"int('1_0')\"}"),
        ["expression: Invalid value: \"int('1_0')\": must evaluate to bool but got int"]
    );
}

#[test]
fn new_policies_have_the_libraries_of_the_version_before() {
    assert!(validation("{expression: '[1].includes(1)'}")[0].contains("undeclared reference to 'includes'"));
}

#[test]
fn params_need_a_kind() {
    assert!(validation("{expression: params.x == 1}")[0].contains("undeclared reference to 'params'"));
}

#[test]
fn messages_are_one_line_of_text() {
    assert_eq!(
        validation("{expression: 'true', message: ' '}"),
        ["message: Invalid value: \" \": must be non-empty if specified"]
    );
    assert_eq!(
        validation("{expression: 'true', message: \"a\\nb\"}"),
        ["message: Invalid value: \"a\\nb\": must not contain line breaks"]
    );
    assert_eq!(
        validation("{expression: 'true', messageExpression: ' '}"),
        ["messageExpression: Invalid value: \" \": must be non-empty if specified"]
    );
    let dynamic = "messageExpression: Invalid value: \"object.metadata.name\": must evaluate to string but got dyn";
    assert_eq!(validation("{expression: 'true', messageExpression: object.metadata.name}"), [dynamic]);
    let authorizer =
        validation("{expression: 'true', messageExpression: \"authorizer.path('/').check('get').reason()\"}");
    assert!(authorizer[0].contains("undeclared reference to 'authorizer'"));
    let reason = "reason: Unsupported value: \"Unauthorized\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"";
    assert_eq!(validation("{expression: 'true', reason: Unauthorized}"), [reason]);
}

/// What is wrong with audit annotations.
fn annotations(list: &str) -> Vec<String> {
    refused(&format!("{{auditAnnotations: {list}}}"))
        .iter()
        .map(|text| text.strip_prefix("spec.auditAnnotations").expect("of them").to_owned())
        .collect()
}

#[test]
fn audit_annotations_are_text_or_null_under_keys_of_their_own() {
    assert_eq!(annotations("[{key: a, valueExpression: \"'x'\"}, {key: b, valueExpression: 'null'}]"), NOTHING);
    let dynamic =
        "[0].valueExpression: Invalid value: \"object.x\": must evaluate to one of [string null_type] but got dyn";
    assert_eq!(annotations("[{key: a, valueExpression: object.x}]"), [dynamic]);
    assert_eq!(
        annotations("[{key: a, valueExpression: ' '}]"),
        ["[0].valueExpression: Required value: valueExpression is not specified"]
    );
    let long = format!("[{{key: a, valueExpression: \"'{}'\"}}]", "x".repeat(5 * 1024));
    assert_eq!(annotations(&long), ["[0].valueExpression: Required value: must not exceed 5120 bytes in length"]);
    assert_eq!(
        annotations("[{key: a, valueExpression: 'null'}, {key: a, valueExpression: 'null'}]"),
        ["[1].key: Duplicate value: \"a\""]
    );
    assert!(
        annotations("[{key: a/b, valueExpression: 'null'}]")[0]
            .starts_with("[0].key: Invalid value: \"p/a/b\": a valid label key must")
    );
    assert!(
        annotations("[{key: '', valueExpression: 'null'}]")[0]
            .starts_with("[0].key: Invalid value: \"p/\": name part must be non-empty")
    );
    let many: Vec<String> = (0..21).map(|index| format!("{{key: k{index}, valueExpression: 'null'}}")).collect();
    let found = annotations(&format!("[{}]", many.join(",")));
    assert!(found[0].starts_with(": Invalid value: [{\"Key\":\"k0\",\"ValueExpression\":\"null\"},"));
    assert!(found[0].ends_with("]: must not have more than 20 auditAnnotations"));
}

#[test]
fn a_refused_document_does_not_keep_the_others_from_being_loaded() {
    let mut other = policy("{}");
    other["metadata"]["name"] = json!("other");
    let mut bound = binding("{}");
    bound["spec"]["policyName"] = json!("other");
    let loaded = vap::load(&[policy("{failurePolicy: Retry}"), other, binding("{}"), bound.clone()]);
    assert_eq!(loaded.refused.len(), 1);
    // Two bindings of one name: the last counts.
    let names: Vec<(&str, usize)> =
        loaded.engine.summaries().map(|policy| (policy.name, policy.bindings.len())).collect();
    assert_eq!((names, loaded.dangling), (vec![("other", 1)], vec![]));
    bound["spec"]["policyName"] = json!("nobody");
    assert_eq!(vap::load(&[bound]).dangling, [0]);
}
