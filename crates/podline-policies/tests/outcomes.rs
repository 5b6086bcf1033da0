//! What a failing rule leads to: messages, errors, actions, budgets, annotations, the authorizer.

mod support;

use podline_policies::{Actions, Decision};
use support::{Case, binding, policy, validations};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team}, spec: {list: [1, 2]}}";

fn bound(spec: &str, binding_lines: &str) -> Case {
    Case::new(&format!("{}\n---\n{}", policy(spec), binding(binding_lines)))
}

/// The message of a validation that fails, with these lines beside its expression.
fn message(lines: &str) -> String {
    let spec = format!("validations:\n- expression: ' false '\n{}", support::indented(lines));
    let row = Case::of(&spec).rows(POD).remove(0);
    row.strip_prefix("b 0 fail [Deny] ").unwrap_or_else(|| panic!("{row}")).to_owned()
}

#[test]
fn the_message_falls_back_step_by_step() {
    assert_eq!(message(""), "failed expression: false");
    assert_eq!(message("message: ' why not '"), "why not");
    assert_eq!(
        message("message: static\nmessageExpression: \"' because of ' + object.metadata.name\""),
        "because of web"
    );
    assert_eq!(message("message: static\nmessageExpression: \"'  '\""), "static");
    assert_eq!(message("message: static\nmessageExpression: \"'two\\\\nlines'\""), "static");
    assert_eq!(message("message: static\nmessageExpression: \"'' + object.nope\""), "static");
    assert_eq!(message("messageExpression: \"object.nope + ''\""), "failed expression: false");
}

#[test]
fn a_message_has_at_most_5120_bytes() {
    let long = |count: usize| message(&format!("message: static\nmessageExpression: \"'{}'\"", "x".repeat(count)));
    assert_eq!(long(5120).len(), 5120);
    assert_eq!(long(5121), "static");
}

#[test]
fn a_failure_does_what_the_binding_says_whatever_the_failure_policy_is() {
    let actions = |failure: &str, actions: &str| {
        let spec = format!("failurePolicy: {failure}\nvalidations: [{{expression: 'false'}}]");
        bound(&spec, &format!("validationActions: {actions}")).judge(POD)[0].actions
    };
    assert_eq!(actions("Fail", "[Deny, Audit]"), Actions::DENY.with(Actions::AUDIT));
    assert_eq!(actions("Ignore", "[Warn]"), Actions::WARN);
}

#[test]
fn an_error_counts_as_a_failure_if_failures_are_not_ignored() {
    let row = |failure: &str| {
        let spec = format!("failurePolicy: {failure}\nvalidations: [{{expression: ' object.nope == 1'}}]");
        bound(&spec, "validationActions: [Warn]").rows(POD).remove(0)
    };
    let text = "expression ' object.nope == 1' resulted in error: no such key: nope";
    assert_eq!(row("Fail"), format!("b 0 error [Warn] {text}"));
    assert_eq!(row("Ignore"), format!("b 0 error [] {text}"));
}

#[test]
fn the_reason_is_invalid_unless_the_validation_gives_another() {
    let rows = Case::of(
        "validations: [{expression: 'false'}, {expression: 'false', reason: Forbidden}, {expression: 'true'}]",
    )
    .judge(POD);
    let reasons: Vec<Option<&str>> = rows.iter().map(|row| row.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("Invalid"), Some("Forbidden"), None]);
}

const FAILS: &str = "validations: [{expression: 'false'}]";

fn conditions(failure: &str, expressions: &[&str]) -> Vec<String> {
    let list: Vec<String> = expressions
        .iter()
        .enumerate()
        .map(|(index, text)| format!("{{name: c{index}, expression: {text:?}}}"))
        .collect();
    let conditions = format!("[{}]", list.join(", "));
    Case::of(&format!("failurePolicy: {failure}\nmatchConditions: {conditions}\n{FAILS}")).rows(POD)
}

#[test]
fn one_false_condition_skips_whatever_the_others_are() {
    assert!(conditions("Fail", &["object.nope == 1", "false", "true"]).is_empty());
    assert_eq!(conditions("Fail", &["true", "object.kind == 'Pod'"]).len(), 1);
}

#[test]
fn errors_of_conditions_are_joined() {
    let error = |key: &str| format!("expression 'object.{key} == 1' resulted in error: no such key: {key}");
    assert_eq!(conditions("Fail", &["true", "object.a == 1"]), [format!("b - error [Deny] {}", error("a"))]);
    let both = format!("b - error [Deny] [{}, {}]", error("a"), error("b"));
    assert_eq!(conditions("Fail", &["object.a == 1", "object.b == 1"]), [both]);
    let once = format!("b - error [Deny] {}", error("a"));
    assert_eq!(conditions("Fail", &["object.a == 1", "object.a == 1"]), [once]);
    assert!(conditions("Ignore", &["object.a == 1"]).is_empty());
}

#[test]
fn annotations_are_published_even_if_validations_fail() {
    let spec = "validations: [{expression: 'false'}]\nauditAnnotations:\n- {key: name, valueExpression: \"' ' + object.metadata.name\"}\n- {key: none, valueExpression: 'null'}\n- {key: blank, valueExpression: \"' '\"}";
    let expected = ["b 0 fail [Deny] failed expression: false", "b auditAnnotations[name] pass [] web"];
    assert_eq!(Case::of(spec).rows(POD), expected);
}

#[test]
fn errors_of_annotations_deny_whatever_the_binding_says() {
    let spec = |failure: &str| {
        format!("failurePolicy: {failure}\nauditAnnotations: [{{key: k, valueExpression: \"'' + object.nope\"}}]")
    };
    let text = "b auditAnnotations[k] error [Deny] expression ''' + object.nope' resulted in error: no such key: nope";
    assert_eq!(bound(&spec("Fail"), "validationActions: [Audit]").rows(POD), [text]);
    assert!(bound(&spec("Ignore"), "validationActions: [Audit]").rows(POD).is_empty());
}

#[test]
fn an_annotation_is_cut_at_ten_kibibytes() {
    let spec = "auditAnnotations: [{key: k, valueExpression: \"'0123456789abcdef'.replace('', '0123456789abcdef').replace('', '0123456789abcdef').replace('', '0123')\"}]";
    assert_eq!(Case::of(spec).judge(POD)[0].message.len(), 10 * 1024);
}

/// An expression that costs 700,350 and takes no time: matching is counted by the sizes of the text and the pattern.
fn dear_expression() -> String {
    format!("!'{}'.matches('{}')", "x".repeat(20_000), "y".repeat(1_400))
}

fn dear(count: usize, extra: &str) -> String {
    let validations = format!("- expression: {}\n", serde_json::json!(dear_expression())).repeat(count);
    format!("validations:\n{validations}{extra}")
}

/// An expression that costs as much and gives text.
fn dear_text() -> serde_json::Value {
    serde_json::json!(format!("{} ? 'a' : 'b'", dear_expression()))
}

#[test]
fn an_expression_that_costs_too_much_is_an_error() {
    let spec = "validations: [{expression: 'lists.range(1000).all(a, lists.range(1000).all(b, true))'}]";
    let text = "b 0 error [Deny] expression 'lists.range(1000).all(a, lists.range(1000).all(b, true))' resulted in error: operation cancelled: actual cost limit exceeded";
    assert_eq!(Case::of(spec).rows(POD), [text]);
}

#[test]
fn validations_share_a_budget() {
    assert_eq!(Case::of(&dear(10, "")).rows(POD).len(), 10);
    let text =
        "b - error [Deny] validation failed due to running out of cost budget, no further validation rules will be run";
    assert_eq!(Case::of(&dear(20, "")).rows(POD), [text]);
}

#[test]
fn annotations_have_a_budget_of_their_own() {
    let case = |validations: usize, annotations: usize| {
        let list = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
        let variables = list(15, &|index| format!("- {{name: v{index}, expression: {}}}\n", dear_text()));
        let validations = list(validations, &|index| format!("- expression: variables.v{index} == 'a'\n"));
        let annotations =
            list(annotations, &|index| format!("- {{key: k{index}, valueExpression: variables.v{index}}}\n"));
        format!("variables:\n{variables}validations:\n{validations}auditAnnotations:\n{annotations}")
    };
    assert_eq!(Case::of(&case(8, 8)).rows(POD).len(), 16);
    let text =
        "b - error [Deny] validation failed due to running out of cost budget, no further validation rules will be run";
    assert_eq!(Case::of(&case(1, 15)).rows(POD), [text]);
}

#[test]
fn messages_that_cost_too_much_make_every_validation_an_error() {
    let spec = dear(10, &format!("- expression: 'false'\n  messageExpression: {}\n", dear_text()).repeat(6));
    let rows = Case::of(&spec).rows(POD);
    let text = "failed messageExpression: validation failed due to running out of cost budget, no further validation rules will be run";
    assert_eq!(rows.len(), 16);
    assert!(rows.iter().enumerate().all(|(index, row)| *row == format!("b {index} error [Deny] {text}")), "{rows:#?}");
}

#[test]
fn conditions_have_a_smaller_budget() {
    let text =
        "b - error [Deny] validation failed due to running out of cost budget, no further validation rules will be run";
    assert_eq!(conditions("Fail", &[dear_expression().as_str(); 4]), [text]);
    assert!(conditions("Ignore", &[dear_expression().as_str(); 4]).is_empty());
    assert_eq!(conditions("Fail", &[dear_expression().as_str()]).len(), 1);
}

#[test]
fn what_variables_hold_together_meets_the_memory_limit() {
    // Each holds some 50 million bytes, most of which the server does not count.
    let text = "x".repeat(5_000);
    let long = format!("'a'.replace('', '{text}').replace('', '{text}')");
    let names: Vec<String> = (0..6).map(|index| format!("v{index}")).collect();
    let variables: Vec<String> = names.iter().map(|name| format!("{{name: {name}, expression: \"{long}\"}}")).collect();
    let expressions: Vec<String> = names.iter().map(|name| format!("variables.{name} != ''")).collect();
    let expressions: Vec<&str> = expressions.iter().map(String::as_str).collect();
    let rows = Case::of(&format!("variables: [{}]\n{}", variables.join(", "), validations(&expressions))).rows(POD);
    assert_eq!(rows[0], "b 0 pass []");
    assert!(rows[5].ends_with("operation cancelled: memory limit exceeded"), "{rows:#?}");
}

/// What is decided about validations that ask the authorizer.
fn decisions(expressions: &[&str]) -> Vec<Decision> {
    Case::of(&validations(expressions)).judge(POD).iter().map(|row| row.decision).collect()
}

const ALLOWED: &str = "authorizer.requestResource.check('create').allowed()";

#[test]
fn what_depends_on_the_authorizer_is_undecided() {
    assert_eq!(decisions(&[ALLOWED, "true"]), [Decision::Undecided]);
    assert_eq!(decisions(&["authorizer.path('/x').check('get').reason() == ''"]), [Decision::Undecided]);
}

#[test]
fn what_does_not_depend_on_the_answer_is_decided() {
    assert_eq!(decisions(&[&format!("object.kind == 'Pod' || {ALLOWED}")]), [Decision::Pass]);
    assert_eq!(decisions(&[&format!("{ALLOWED} || true")]), [Decision::Pass]);
    assert_eq!(decisions(&[&format!("{ALLOWED} && false")]), [Decision::Fail]);
}

#[test]
fn different_answers_to_different_questions_are_thought_of() {
    let other = "authorizer.group('').resource('secrets').check('get').allowed()";
    assert_eq!(decisions(&[&format!("{ALLOWED} == {other}")]), [Decision::Undecided]);
    assert_eq!(decisions(&[&format!("{ALLOWED} == {ALLOWED}")]), [Decision::Pass]);
}

#[test]
fn what_fails_whatever_the_authorizer_answers_fails_beside_what_depends_on_it() {
    let rows = Case::of(&validations(&[ALLOWED, "true", "object.kind == 'Job'", "object.nothing == 1"])).judge(POD);
    let rows: Vec<_> = rows.iter().map(|row| (row.rule.clone(), row.decision, row.actions.is_empty())).collect();
    let of = |index, decision| (podline_policies::Rule::Validation(index), decision, false);
    let undecided = (podline_policies::Rule::Whole, Decision::Undecided, true);
    assert_eq!(rows, [of(2, Decision::Fail), of(3, Decision::Error), undecided]);
}

#[test]
fn nothing_fails_for_sure_behind_a_match_condition_that_asks_the_authorizer() {
    let spec = format!("matchConditions: [{{name: a, expression: {ALLOWED}}}]\nvalidations: [{{expression: 'false'}}]");
    let rows = Case::of(&spec).judge(POD);
    assert_eq!(rows.iter().map(|row| row.decision).collect::<Vec<_>>(), [Decision::Undecided]);
}

#[test]
fn an_error_that_the_answer_puts_in_place_of_a_failure_is_undecided() {
    let either = format!("{ALLOWED} ? false : object.nothing == 1");
    assert_eq!(decisions(&[&either]), [Decision::Undecided]);
}

#[test]
fn of_a_rule_of_a_role_the_resources_are_blamed_before_the_groups() {
    const ROLE: &str = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all}, \
                        rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]}";
    let blamed = |expression: &str| {
        let rows = Case::of(&validations(&[expression])).judge(ROLE);
        format!("{:?}", rows[0].blame().expect("a field").path)
    };
    let resources = blamed("!object.rules.exists(r, 'secrets' in r.resources && '' in r.apiGroups)");
    assert!(resources.contains(r#"Key("resources")"#), "{resources}");
    let groups = blamed("object.rules.all(r, !('' in r.apiGroups))");
    assert!(groups.contains(r#"Key("apiGroups")"#), "{groups}");
}

#[test]
fn messages_and_annotations_cannot_ask_the_authorizer() {
    let spec = format!(
        "variables: [{{name: may, expression: {ALLOWED}}}]\nvalidations: [{{expression: 'false', message: static, messageExpression: \"variables.may ? 'yes' : 'perhaps'\"}}]"
    );
    assert_eq!(Case::of(&spec).rows(POD), ["b 0 fail [Deny] static"]);
}

#[test]
fn an_undecided_row_does_nothing() {
    let spec = format!("validations: [{{expression: {ALLOWED}}}]");
    let rows = Case::of(&spec).judge(POD);
    assert!(rows[0].actions.is_empty() && rows[0].rule == podline_policies::Rule::Whole);
}
