//! What rules say of an input, as OPA has it. The answers are OPA's.

mod support;

use podline_rego::Limits;
use serde_json::json;
use support::{ask, ask_with};

#[test]
fn rules_of_one_path_agree_or_conflict() {
    assert_eq!(ask("r := 1 if true\nr := 1 if input.x", &json!({"x": 1})), "1");
    assert_eq!(
        ask("r := 1 if true\nr := 2 if true", &json!({})),
        "m0.rego:3: eval_conflict_error: complete rules must not produce multiple outputs"
    );
    assert_eq!(
        ask("f(x) := 1 if x > 0\nf(x) := 2 if x > 1\nr := f(2)", &json!({})),
        "m0.rego:3: eval_conflict_error: functions must not produce multiple outputs for same inputs"
    );
    assert_eq!(
        ask("r := {k: v | k := \"a\"; some v in [1, 2]}", &json!({})),
        "m0.rego:2: eval_conflict_error: object keys must be unique"
    );
}

#[test]
fn a_rule_of_one_constant_is_content_with_one_success() {
    // The second element would be a conflict of `f`.
    let rules = "r if { some x in [1, 2]; f(x) > 0 }\nf(x) := y if { x == 1; y := 1 }\nf(x) := y if { x == 2; some y in [1, 2] }";
    assert_eq!(ask(rules, &json!({})), "true");
    // A negation looks for all successes.
    let all = format!("{rules}\nq if not p\np := x if {{ some x in [1, 2]; f(x) > 0 }}");
    assert_eq!(
        ask(&all.replace("r if", "z if").replace("q if", "r if"), &json!({})),
        "m0.rego:4: eval_conflict_error: functions must not produce multiple outputs for same inputs"
    );
}

#[test]
fn branches_are_tried_in_order_and_the_default_last() {
    let rules = "default r := 9\nr := 1 if input.x > 5\nelse := 2 if input.x > 3";
    assert_eq!(ask(rules, &json!({"x": 6})), "1");
    assert_eq!(ask(rules, &json!({"x": 4})), "2");
    assert_eq!(ask(rules, &json!({"x": 1})), "9");
    assert_eq!(ask("default f(_) := 7\nf(x) := 1 if x > 1\nr := [f(0), f(2)]", &json!({})), "[7, 1]");
}

#[test]
fn negation_is_true_of_what_is_undefined_but_for_arguments() {
    assert_eq!(ask("r if not input.a.b", &json!({})), "true");
    assert_eq!(ask("r if not input.a == 1", &json!({})), "true");
    assert_eq!(ask("r if not input.a", &json!({"a": false})), "true");
    assert_eq!(ask("r if not startswith(input.a, \"x\")", &json!({})), "undefined");
    assert_eq!(ask("r if not f(input.a)\nf(x) if x == 1", &json!({})), "undefined");
    assert_eq!(ask("r if not to_number(\"abc\")", &json!({})), "true");
    assert_eq!(ask("r if not to_number(\"abc\") > 1", &json!({})), "undefined");
}

#[test]
fn partial_rules_are_evaluated_as_far_as_they_are_asked_for() {
    let rules = "p[x] := y if { some x in [\"a\", \"b\"]; some y in [1, 2]; x != \"b\" }\np[\"b\"] := 3 if true";
    assert_eq!(ask(&format!("{rules}\nr := p.b"), &json!({})), "3");
    assert_eq!(
        ask(&format!("{rules}\nr := count(p)"), &json!({})),
        "m0.rego:2: eval_conflict_error: object keys must be unique"
    );
}

#[test]
fn references_in_heads_make_nested_objects() {
    let rules = "a[x][y] := x * y if { some x in [1, 2]; some y in [3, 4] }\nr := [a[1][3], [k | a[k][4] == 8], a[2]]";
    assert_eq!(ask(rules, &json!({})), "[3, [2], {3: 6, 4: 8}]");
    let mixed = "p.q.s contains x if some x in [3, 1]\np.q.t := 1\np[x] := 7 if x := \"z\"\nr := p";
    assert_eq!(ask(mixed, &json!({})), r#"{"q": {"s": {1, 3}, "t": 1}, "z": 7}"#);
}

#[test]
fn iteration_goes_in_order() {
    assert_eq!(ask("r := [[i, x] | some i, x in input]", &json!({"b": 1, "a": 2})), r#"[["a", 2], ["b", 1]]"#);
    assert_eq!(ask("r := [x | some x in {3, 1, \"a\", null}]", &json!({})), r#"[null, 1, 3, "a"]"#);
    assert_eq!(
        ask("r := [[i, j] | input.a[i] == input.b[j]]", &json!({"a": [1, 2], "b": [2, 1, 2]})),
        "[[0, 1], [1, 0], [1, 2]]"
    );
}

#[test]
fn patterns_bind_the_parts_of_values() {
    let rules = "r := [[a, b] | {\"x\": a, \"y\": [b, 3]} = input[_]]";
    assert_eq!(ask(rules, &json!([{"x": 1, "y": [2, 3]}, {"x": 1, "y": [2, 4]}, {"x": 1}, 5])), "[[1, 2]]");
    assert_eq!(
        ask("r := [x, y, z] if { {\"a\": x, \"b\": [y, z]} = {\"a\": y, \"b\": [z, 4]} }", &json!({})),
        "[4, 4, 4]"
    );
    assert_eq!(
        ask("s contains [1, 2]\ns contains [1, 3]\ns contains [2, 3]\nr := [q | s[[1, q]]]", &json!({})),
        "[2, 3]"
    );
    assert_eq!(ask("f([a, b]) := a + b\nf({\"k\": v}) := v\nr := [f([1, 2]), f({\"k\": 5})]", &json!({})), "[3, 5]");
}

#[test]
fn with_replaces_input_data_and_functions_for_one_expression() {
    let rules = "q := input.a\nr := [x, y, z] if { x := q with input.a.b as 9; y := q with input as 3 with input.a as 4; z := q }";
    assert_eq!(ask(rules, &json!({"a": {"z": 1}})), r#"[{"b": 9, "z": 1}, 4, {"z": 1}]"#);
    let data = "q := 1\nu.q := 7\nu.k := 8\nr := [x, y, z] if { x := q with data.t.q as 9; y := data.t.u with data.t.u.q as 4; z := data.t.u }";
    assert_eq!(ask(data, &json!({})), r#"[9, {"k": 8, "q": 4}, {"k": 8, "q": 7}]"#);
    let functions = "f(x) := x + 1\nh(x) := f(x) + 100\ng(x) := f(x) * 2\nr := [x, y, z] if { x := g(1) with f as 10; y := g(1) with f as h; z := g(1) with count as 3 }";
    assert_eq!(ask(functions, &json!({})), "[20, 204, 4]");
    assert_eq!(
        ask("q contains x if some x in input.l\nr := [x | x := q[_] with input.l as [5, 6]]", &json!({"l": [1]})),
        "[5, 6]"
    );
}

#[test]
fn every_element_must_satisfy_the_body() {
    let rules = "r := [f([1, 2]), f({\"x\": 1}), f([])]\nf(x) if every v in x { v > 0 }";
    assert_eq!(ask(rules, &json!({})), "[true, true, true]");
    assert_eq!(
        ask("r if every v in input.l { some w in input.m; w == v }", &json!({"l": [1, 2], "m": [2]})),
        "undefined"
    );
    assert_eq!(ask("r if every v in input.nope { v }", &json!({})), "undefined");
}

#[test]
fn rules_and_documents_below_data_are_one_tree() {
    let data =
        json!({"t": {"z": 9}, "inventory": {"cluster": {"v1": {"Namespace": {"a": {"metadata": {"name": "a"}}}}}}});
    let limits = Limits::default();
    let ask = |rules: &str| ask_with(rules, &json!({}), &data, &limits);
    assert_eq!(ask("r := [n | data.inventory.cluster[_].Namespace[n]]"), r#"["a"]"#);
    assert_eq!(ask("r if not data.inventory.cluster.v1.Namespace.b"), "true");
    assert_eq!(ask("r := data.t.z"), "9");
    assert_eq!(
        ask("r := x if x := data.inventory.cluster.v1 with data.inventory.cluster.v1.Namespace.b as 1"),
        r#"{"Namespace": {"a": {"metadata": {"name": "a"}}, "b": 1}}"#
    );
}

#[test]
fn walk_goes_to_every_place() {
    assert_eq!(ask("r := [p | walk(input, [p, 3])]", &json!({"a": [1, 3, {"b": 3}]})), r#"[["a", 1], ["a", 2, "b"]]"#);
    assert_eq!(ask("r := count([x | x := walk(input)])", &json!({"a": [1, 3, {"b": 3}]})), "6");
}

#[test]
fn a_call_without_an_answer_offline_leaves_the_query_undecided() {
    assert_eq!(ask("r if time.now_ns() > 0", &json!({})), "time.now_ns of m0.rego:2 is not known");
    assert_eq!(ask("r if { input.x; time.now_ns() > 0 }", &json!({})), "undefined");
    assert_eq!(ask("q := time.now_ns()\nr := x if x := q with time.now_ns as 5", &json!({})), "5");
}
