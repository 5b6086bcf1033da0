//! A policy takes no more time and memory than it may, whatever it says.

mod support;

use podline_rego::Limits;
use serde_json::json;
use support::{ask, ask_with};

const OVER: &str = "it takes more steps or memory than a policy may use";

fn ask_small(rules: &str) -> String {
    ask_with(rules, &json!({}), &json!({}), &Limits { steps: 100_000, bytes: 16 << 20 })
}

#[test]
fn nested_loops_end() {
    assert_eq!(
        ask_small("l := numbers.range(1, 200)\nr if { some a in l; some b in l; some c in l; a + b + c == 0 }"),
        OVER
    );
    assert_eq!(ask_small("l := numbers.range(1, 200)\nr := [1 | l[_]; l[_]; l[_]]"), OVER);
}

#[test]
fn memory_is_counted() {
    let doubled =
        (0..40).map(|at| format!("s{} := concat(\"\", [s{at}, s{at}])\n", at + 1)).collect::<Vec<_>>().concat();
    assert_eq!(ask_small(&format!("s0 := \"abcdefgh\"\n{doubled}r := count(s40)")), OVER);
}

#[test]
fn values_of_great_weight_are_refused_though_they_are_small_in_memory() {
    let doubled = (0..40).map(|at| format!("x{} := twice(x{at})\n", at + 1)).collect::<Vec<_>>().concat();
    let rules = format!("twice(x) := [x, x]\nx0 := [1]\n{doubled}");
    assert_eq!(ask(&format!("{rules}r := count(x40)"), &json!({})), OVER);
    assert_eq!(ask(&format!("{rules}r := count(x10)"), &json!({})), "2");
}

#[test]
fn long_chains_of_rules_are_evaluated_and_longer_ones_refused() {
    let chain = |length: usize| {
        let rules = (0..length).map(|at| format!("f{at}(x) := f{}(x)\n", at + 1)).collect::<Vec<_>>().concat();
        format!("{rules}f{length}(x) := x\nr := f0(7)")
    };
    assert_eq!(ask(&chain(900), &json!({})), "7");
    assert_eq!(ask(&chain(1200), &json!({})), "rules are nested more than 1000 deep");
}

#[test]
fn values_are_nested_only_so_deep() {
    let nested = (0..1100).map(|at| format!("x{} := [x{at}]\n", at + 1)).collect::<Vec<_>>().concat();
    // Which limit comes first depends on how deep the rules are.
    assert!(ask(&format!("x0 := 1\n{nested}r := x1100"), &json!({})).contains("more"), "refused");
    let deep = format!("r := {}1{}", "[".repeat(900), "]".repeat(900));
    assert!(ask(&deep, &json!({})).starts_with("[["));
}

#[test]
fn schemas_that_ask_for_themselves_end() {
    let schemas = [
        r##"{"allOf": [{"$ref": "#"}]}"##,
        r##"{"anyOf": [{"$ref": "#"}]}"##,
        r##"{"not": {"$ref": "#"}}"##,
        r##"{"if": {"$ref": "#"}, "then": {"$ref": "#"}}"##,
    ];
    for schema in schemas {
        assert_eq!(ask_small(&format!("r := json.match_schema({{\"a\": 1}}, {schema})")), OVER, "{schema}");
    }
}
