use crate::ast::{ExprKind, Module, RuleKind, TermKind, Version};

use super::parse;

fn read(version: Version, rules: &str) -> Result<Module, String> {
    parse("m.rego", &format!("package t\n{rules}\n"), version).map_err(|errors| errors[0].to_string())
}

fn module(rules: &str) -> Module {
    read(Version::V1, rules).unwrap_or_else(|error| panic!("{rules}: {error}"))
}

fn module_0(rules: &str) -> Module {
    read(Version::V0, rules).unwrap_or_else(|error| panic!("{rules}: {error}"))
}

/// The value of the first rule, as it was understood.
fn value(text: &str) -> String {
    let module = module(&format!("r := {text}"));
    module.rules[0].head.value.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The body of the first rule, as it was understood.
fn body(module: &Module) -> Vec<String> {
    module.rules[0].body.iter().map(ToString::to_string).collect()
}

fn refused(rules: &str) -> String {
    read(Version::V1, rules).err().unwrap_or_else(|| panic!("{rules} is read"))
}

#[test]
fn operators_bind_as_in_opa() {
    assert_eq!(value("1 + 2 * 3 - 4"), "minus(plus(1, mul(2, 3)), 4)");
    assert_eq!(value("a | b & c"), "or(a, and(b, c))");
    assert_eq!(value("a + 1 == b % 2"), "equal(plus(a, 1), rem(b, 2))");
    assert_eq!(value("(1 + 2) * 3"), "mul(plus(1, 2), 3)");
    assert_eq!(value("-x"), "minus(0, x)");
    assert_eq!(value("1 in [1]"), "internal.member_2(1, [1])");
}

#[test]
fn an_ambiguous_bar_is_a_comprehension() {
    assert_eq!(value("{x | y}"), "{x | y}");
    assert_eq!(value("{x | y, z}"), "{z, or(x, y)}");
    assert_eq!(value("[x | y, z]"), "[or(x, y), z]");
    assert_eq!(value("{k: v | f(k)}"), "{k: v | f(k)}");
    assert_eq!(value("{k: v | w, 1: 2}"), "{1: 2, k: or(v, w)}");
    assert_eq!(value("[(x * 2) | x := 1]"), "[mul(x, 2) | x := 1]");
    assert!(read(Version::V1, "r := [x * 2 | x := 1]").is_err());
}

#[test]
fn sets_and_objects_are_in_order_without_repeats() {
    assert_eq!(value(r#"{"b", "a", "b"}"#), r#"{"a", "b"}"#);
    assert_eq!(value(r#"{"b": 1, "a": 2, "b": 3}"#), r#"{"a": 2, "b": 3}"#);
    assert_eq!(value("set()"), "set()");
    assert_eq!(value("{}"), "{}");
    assert_eq!(value("[1, 2,]"), "[1, 2]");
}

#[test]
fn a_blank_ends_a_reference() {
    let module = module("r if {\n\tx := input.x\n\t(x > 1)\n\tinput.y\n\t[1][0]\n}");
    assert_eq!(body(&module), ["x := input.x", "gt(x, 1)", "input.y", "[1][0]"]);
    assert!(refused("r if f (1)").contains("rego_parse_error"));
}

#[test]
fn texts_are_unescaped_and_raw_ones_kept() {
    assert_eq!(value(r#""a\n\u00e9\"""#), r#""a\né\"""#);
    assert_eq!(value("`a\\n`"), r#""a\\n""#);
    assert!(refused(r#"r := "\q""#).contains("illegal escape sequence"));
    assert!(refused("r := \"a\nb\"").contains("non-terminated string"));
}

#[test]
fn numbers_keep_their_spelling() {
    assert_eq!(value("1.50"), "1.50");
    assert_eq!(value("1e3"), "1e3");
    assert_eq!(value("-.5"), "-.5");
    assert!(refused("r := 01").contains("without leading zero"));
    assert!(refused("r := 1a").contains("illegal number format"));
    assert!(refused("r := 1e99999").contains("number too big"));
}

#[test]
fn template_strings_are_of_version_1() {
    let module = module("r := $\"a {input.x} {1} \\{b}\"");
    let Some(TermKind::Template(parts)) = module.rules[0].head.value.as_ref().map(|value| &value.kind) else {
        panic!("a template string");
    };
    assert_eq!(parts.len(), 5);
    assert!(read(Version::V0, "r = $\"a\"").is_err());
    assert!(refused("r := $\"{not x}\"").contains("negation"));
}

#[test]
fn words_are_keywords_where_they_are_imported() {
    assert!(read(Version::V0, "r { some x in [1]; x }").is_err());
    module_0("import future.keywords.in\nr { some x in [1]; x }");
    module_0("import future.keywords\nr contains x if { every y in [1] { y }; x := 1 }");
    module_0("if = 1 { true }");
    assert!(refused("if := 1").contains("unexpected if keyword"));
    assert!(refused("import future.keywords.nope").contains("unexpected keyword"));
    assert!(refused("import data.lib.if").contains("must not end with a keyword"));
}

#[test]
fn keywords_may_be_parts_of_references() {
    assert_eq!(value("input.not.if"), "input.not.if");
    assert_eq!(body(&module("r if { not.x == 1; not x }")), ["equal(not.x, 1)", "not x"]);
}

#[test]
fn version_1_asks_for_if_and_contains() {
    assert!(refused("r { true }").contains("`if` keyword is required before rule body"));
    assert!(refused("f(x) = 1 { x }").contains("`if` keyword is required before function body"));
    assert!(refused("r[1]").contains("`contains` keyword is required for partial set rules"));
    assert!(refused("r").contains("var cannot be used for rule name"));
    assert!(read(Version::V0, "import rego.v1\nr { true }").is_err());
}

#[test]
fn heads_say_what_rules_make() {
    let kind = |module: &Module| module.rules[0].head.kind();
    assert_eq!(kind(&module_0("r[x] { x = 1 }")), RuleKind::Multi);
    assert_eq!(kind(&module_0("r[x] = y { x = 1; y = 2 }")), RuleKind::Single);
    assert_eq!(kind(&module("r contains 1")), RuleKind::Multi);
    assert_eq!(kind(&module("r[x] if { x := 1 }")), RuleKind::Single);
    let nested = module("a.b[x].c := 1 if { x := 1 }");
    assert_eq!(nested.rules[0].head.reference.len(), 4);
}

#[test]
fn expressions_stand_for_rules_in_version_0() {
    assert_eq!(module_0("r = 1").rules[0].head.value.as_ref().map(ToString::to_string).as_deref(), Some("1"));
    assert!(module_0("f(x) = x").rules[0].is_function());
    assert_eq!(module_0("r[1]").rules[0].head.kind(), RuleKind::Multi);
    assert!(read(Version::V0, "1 == 1").is_err_and(|error| error.contains("conflicts with built-in function")));
}

#[test]
fn bodies_and_branches_follow_each_other() {
    assert_eq!(module_0("r[x] { x = 1 } { x = 2 }").rules.len(), 2);
    let rule = &module("r := 1 if { false } else := 2 if { false } else := 3").rules[0];
    assert_eq!(rule.otherwise.len(), 2);
    assert!(refused("r[x] := 1 if { x := 1 } else := 2").contains("variables in head"));
}

#[test]
fn defaults_are_constants() {
    assert!(module("default r := [x | x := 1]").rules[0].default);
    assert!(refused("default r := input.x").contains("value cannot contain ref"));
    assert!(refused("default f(x, x) := 1").contains("arguments cannot be repeated"));
}

#[test]
fn an_imported_not_takes_a_body() {
    let module = module("import future.keywords.not\nr if not { x := input.x; f(x) }");
    assert!(matches!(&module.rules[0].body[0].kind, ExprKind::Not(negation) if negation.explicit));
    assert!(read(Version::V1, "r if not { x := 1; x }").is_err());
}

#[test]
fn errors_name_the_line() {
    assert_eq!(refused("r := 1\ns := )"), "m.rego:3: rego_parse_error: unexpected ) token");
    assert_eq!(
        parse("m.rego", "", Version::V1).map(|_| ()).map_err(|errors| errors[0].to_string()).err().as_deref(),
        Some("rego_parse_error: empty module")
    );
}

#[test]
fn no_depth_is_too_much_and_no_time_is_lost() {
    for (open, close) in [("[", "]"), ("{", "}"), ("(", ")"), ("[x | ", "]"), ("{1: ", "}"), ("f(", ")"), ("a[", "]")] {
        let deep = format!("r := {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(refused(&deep).contains("max parsing recursion depth exceeded"), "{open}");
        for levels in [48, 100] {
            module(&format!("r := {}1{}", open.repeat(levels), close.repeat(levels)));
        }
    }
    assert!(refused(&format!("r := 1{}", " + 1".repeat(100_000))).contains("depth exceeded"));
    assert!(refused(&format!("r{} := 1", ".a".repeat(100_000))).contains("depth exceeded"));
    // Each level is tried as a comprehension before it is read as a list.
    assert!(refused(&format!("r := {}1", "[x | ".repeat(500))).contains("rego_parse_error"));
    let lists = format!("r := {}1{}", "[x | y, ".repeat(60), "]".repeat(60));
    module(&lists);
    module(&format!("r if {}true{}", "{".repeat(20), "}".repeat(20)));
}
