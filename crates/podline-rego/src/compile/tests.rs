use std::fmt::Write as _;

use crate::ast::Version;
use crate::error::{Code, Error};
use crate::parse;

use super::{Callee, Expr, ExprKind, GroupKind, Options, Program, Term, compile};

fn compiled(version: Version, texts: &[&str]) -> Result<Program, Vec<Error>> {
    let modules = texts.iter().enumerate().map(|(at, text)| parse(&format!("m{at}.rego"), text, version));
    compile(modules.collect::<Result<_, _>>()?, &Options::default())
}

fn program(rules: &str) -> Program {
    compiled(Version::V1, &[&format!("package t\n{rules}\n")]).unwrap_or_else(|errors| panic!("{rules}: {}", errors[0]))
}

fn error(rules: &str) -> Error {
    match compiled(Version::V1, &[&format!("package t\n{rules}\n")]) {
        Ok(_) => panic!("{rules} compiles"),
        Err(mut errors) => errors.remove(0),
    }
}

/// The first line of what is wrong.
fn message(rules: &str) -> String {
    error(rules).message.lines().next().unwrap_or_default().to_owned()
}

/// The body of the first rule, in short.
fn outline(rules: &str) -> Vec<String> {
    let program = program(rules);
    let rule = &program.groups.iter().find(|group| group.path.last() == Some(&"r".into())).expect("r").rules[0];
    rule.body.iter().map(expr).collect()
}

fn expr(expr: &Expr) -> String {
    let mut out = String::new();
    if expr.negated {
        out.push_str("not ");
    }
    match &expr.kind {
        ExprKind::Term(value) => out.push_str(&term(value)),
        ExprKind::Unify(left, right) => {
            let _ = write!(out, "{} = {}", term(left), term(right));
        }
        ExprKind::Call { callee, args, output } => {
            let name = match callee {
                Callee::Builtin(name) => name.to_string(),
                Callee::Group(group) => format!("group{group}"),
            };
            let args: Vec<String> = args.iter().map(term).collect();
            let _ = write!(out, "{name}({})", args.join(", "));
            if let Some(output) = output {
                let _ = write!(out, " = {}", term(output));
            }
        }
        ExprKind::Every { .. } => out.push_str("every"),
        ExprKind::Not(body) => {
            let body: Vec<String> = body.iter().map(self::expr).collect();
            let _ = write!(out, "not {{{}}}", body.join("; "));
        }
    }
    out
}

fn term(of: &Term) -> String {
    let list = |items: &[Term]| items.iter().map(term).collect::<Vec<_>>().join(", ");
    match of {
        Term::Value(value) => value.to_string(),
        Term::Var(slot) => format!("${slot}"),
        Term::Array(items) => format!("[{}]", list(items)),
        Term::Set(items) => format!("{{{}}}", list(items)),
        Term::Object(entries) => format!("object of {}", entries.len()),
        Term::Ref(reference) => format!("{:?}[{}]", reference.base, list(&reference.path)),
        Term::Comprehension(_) => "comprehension".to_owned(),
    }
}

#[test]
fn arguments_are_taken_out_of_a_negation() {
    assert_eq!(outline(r#"r if not startswith(input.x, "a")"#), [r#"$0 = Input["x"]"#, r#"not startswith($0, "a")"#]);
    assert_eq!(outline("r if not input.x"), [r#"not Input["x"]"#]);
    assert_eq!(outline("r if not input.x == 1"), [r#"not Input["x"] = 1"#]);
    assert_eq!(outline("r if not count(input.x) > 1"), [r#"$1 = Input["x"]"#, "count($1) = $0", "not gt($0, 1)"]);
}

#[test]
fn an_imported_not_keeps_its_arguments() {
    let rules = "import future.keywords.not\nr if not startswith(input.x, \"a\")";
    assert_eq!(outline(rules), [r#"not {$0 = Input["x"]; startswith($0, "a")}"#]);
}

#[test]
fn bodies_are_put_into_order() {
    assert_eq!(outline("r if { x > 1; x = input.x }"), [r#"$0 = Input["x"]"#, "gt($0, 1)"]);
    assert_eq!(outline("r if { not y; y = input.x }"), [r#"$0 = Input["x"]"#, "not $0"]);
}

#[test]
fn what_has_no_value_is_unsafe() {
    for rules in ["r if x > 1", "r if not x", "r := x", "r if { x := y }", "r if count([1 | x > 1]) == 1", "r[x] := 1"]
    {
        assert_eq!(error(rules).code, Code::UnsafeVar, "{rules}");
    }
    assert_eq!(error("r if {\n\tx > 1\n}").to_string(), "m0.rego:3: rego_unsafe_var_error: var x is unsafe");
    assert_eq!(message("r if not _"), "var _ is unsafe");
    program("r if { [1, \"a\"][_] = x; x }");
    program("r if { f({\"a\": x}) == 1; x = 1 }\nf(y) := 1 if y");
}

#[test]
fn declared_names_are_their_own_in_each_scope() {
    assert_eq!(message("r if { x := 1; x := 2 }"), "var x assigned above");
    assert_eq!(message("r if { x = 1; x := 2 }"), "var x referenced above");
    assert_eq!(message("r if { some x; some x; x = 1 }"), "var x declared above");
    assert_eq!(message("f(x) := 1 if { x := 2 }"), "arg x redeclared");
    assert_eq!(message("r if not x := 1"), "cannot assign vars inside negated expression");
    assert_eq!(message("r if input.x := 1"), "cannot assign to ref");
    program("r if { x := 1; y := [x | x := 2]; y[0] > x }");
    // What is declared in the body of `every` hides from its beginning on what is not declared outside.
    assert_eq!(message("r if { y = 1; every x in [1] { y := y + x; y > 0 } }"), "var y is unsafe");
}

#[test]
fn what_is_declared_is_used() {
    assert_eq!(message("r if { some x, y; x = 1 }"), "declared var y unused");
    assert_eq!(message("r if every k, v in {1} { v == 1 }"), "declared var k unused");
    program("r := [x | some x; input[x]]");
}

#[test]
fn calls_fit_functions() {
    assert_eq!(message("r if g(1)"), "undefined function g");
    assert_eq!(message("r if f(1, 2, 3)\nf(x) := x"), "function data.t.f has arity 1, got 3 arguments");
    assert_eq!(message("r if count()"), "count: arity mismatch");
    assert_eq!(message("r := print(1)"), "print(1) used as value");
    assert_eq!(error("r if any([true])").message, "deprecated built-in function calls in expression: any");
    assert!(compiled(Version::V0, &["package t\nr { any([true]) }"]).is_ok());
    let options = Options { disabled: ["http.send".to_owned()].into(), external_data: true };
    let compile_one = |text: &str| compile(vec![parse("m", text, Version::V1).expect("a module")], &options);
    assert!(compile_one("package t\nr := http.send({})").is_err());
    assert!(compile_one("package t\nr := external_data({})").is_ok());
}

#[test]
fn metadata_of_rules_are_constants_unless_there_are_annotations() {
    let chain = outline("r := rego.metadata.chain()");
    assert!(chain[0].ends_with(r#" = [{"path": ["t", "r"]}]"#), "{chain:?}");
    let annotated = "# METADATA\n# title: T\nr := rego.metadata.rule()";
    assert_eq!(outline(annotated), ["rego.metadata.rule() = $0"]);
}

#[test]
fn types_are_checked() {
    assert_eq!(message(r#"r if startswith(1, "a")"#), "startswith: invalid argument(s)");
    assert_eq!(message("r if { x := [1]; x == 1 }"), "match error");
    assert_eq!(message("p := {\"a\": 1}\nr if p.b"), "undefined ref: data.t.p.b");
    assert_eq!(message("p := 1\nr if p.b"), "undefined ref: data.t.p.b");
    assert_eq!(message("f(x) := x\nr := f"), "function data.t.f used as reference, not called");
    assert_eq!(message("r := [x | x := count(1)]"), "count: invalid argument(s)");
    assert_eq!(message("p contains 1\nr if sum({upper(x) | some x in p}) == 1"), "upper: invalid argument(s)");
    assert_eq!(message("r if { count = 1; count > 0 }"), "match error");
    assert!(message("r if { every x in [1] { x } with count as 1 }").contains("used as reference, not called"));
    program("r if every x in [1] { some v in 2; v == x }");
    program("p := input.x\nr if p.b + 1 > count(p)");
}

#[test]
fn the_type_of_a_rule_is_known() {
    let program = program("p contains {\"msg\": m} if m := sprintf(\"%v\", [1])\nf(x) := x + 1");
    let of = |name: &str| {
        let group = program.groups.iter().find(|group| group.path.last() == Some(&name.into()));
        group.and_then(|group| group.result.as_ref()).map(ToString::to_string)
    };
    assert_eq!(of("p").as_deref(), Some("set[object<msg: string>]"));
    assert_eq!(of("f").as_deref(), Some("(number) => number"));
}

#[test]
fn rules_do_not_need_themselves() {
    let error = error("r if s\ns if r");
    assert_eq!(error.code, Code::Recursion);
    assert_eq!(error.message, "rule data.t.r is recursive: data.t.r -> data.t.s -> data.t.r");
    assert_eq!(message("r if data.t[x]"), "rule data.t.r is recursive: data.t.r -> data.t.r");
}

#[test]
fn rules_of_one_path_fit_together() {
    assert_eq!(message("r := 1\nr contains 1"), "conflicting rules data.t.r found");
    assert_eq!(message("r := 1\nr(x) := x"), "conflicting rules data.t.r found");
    assert_eq!(message("p := 1\np.q := 2"), "rule data.t.p conflicts with [data.t.p.q]");
    assert!(message("default r := 1\ndefault r := 2").starts_with("multiple default rules data.t.r found"));
    program("p[x] := 1 if x := \"a\"\np.q := 2");
    let package = compiled(Version::V1, &["package a\nb := 1", "package a.b"]);
    assert!(package.is_err_and(|errors| errors[0].message.starts_with("package a.b conflicts with rule b")));
}

#[test]
fn version_1_keeps_its_names() {
    assert!(message("input := 1").starts_with("rules must not shadow input"));
    assert!(message("r if { data := 1; data }").starts_with("variables must not shadow data"));
    assert!(message("f(input) := 1").starts_with("args must not shadow input"));
    assert!(message("import data.a.x\nimport data.b.x\nr := x").starts_with("import must not shadow"));
    assert!(compiled(Version::V0, &["package t\ninput = 1\nr { input == 1 }"]).is_ok());
}

#[test]
fn with_replaces_what_can_be_replaced() {
    assert!(message("r if x with y as 1").contains("must reference existing input, data, or a function"));
    assert!(message("p := {\"a\": 1}\nr if p with data.t.p.a as 1").contains("partially replace"));
    assert!(message("r if walk(1, [x, y]) with walk as 1").contains("must not be a relation"));
    assert!(message("f(x) := x\nr if f(1) with f as concat").contains("arity mismatch"));
    program("f(x) := x\nr if count([]) == 0 with count as f with input.a as input.b");
}

#[test]
fn references_begin_with_the_rules_that_they_meet() {
    let program = program("p.q[x] := 1 if x := \"a\"\nr := p.q.a\ns := p[y] if y := \"q\"");
    let kinds: Vec<GroupKind> = program.groups.iter().map(|group| group.kind).collect();
    assert_eq!(kinds, [GroupKind::Object, GroupKind::Complete, GroupKind::Complete]);
    let text = format!("{:?}", program.groups);
    assert!(text.contains("base: Group(0)") && text.contains("base: Data"));
}

#[test]
fn siblings_do_not_share_what_they_declare() {
    let program = program("r := [a, b] if { a := [x | x = 1]; b := [x | x = 2] }");
    let rule = &program.groups[0].rules[0];
    assert_eq!(rule.slots, 4);
}

#[test]
fn what_is_nested_as_people_nest_it_needs_no_more_room_than_a_thread_has() {
    for (open, close) in [("[", "]"), ("{", "}"), ("[x | x := ", "]"), ("{1: ", "}"), ("f(", ")"), ("a[", "]")] {
        let rules = format!("f(x) := x\na := {{}}\nr := {}1{}", open.repeat(10), close.repeat(10));
        assert!(
            parse("m", &format!("package t\n{rules}"), Version::V1).is_ok_and(|module| module.depth <= 48),
            "{open}"
        );
        let _ = compiled(Version::V1, &[&format!("package t\n{rules}")]);
    }
}

#[test]
fn no_text_takes_too_long() {
    let mut chain = "r if {\n".to_owned();
    for at in (0..2000).rev() {
        let _ = writeln!(chain, "x{} = x{at} + 1", at + 1);
    }
    chain.push_str("x0 = 1\n}");
    let nested = format!("r := {}1{}", "[x | x := ".repeat(200), "]".repeat(200));
    let mut shared = "r if {\nx0 := [1]\n".to_owned();
    let mut wrapped = shared.clone();
    for at in 0..60 {
        let _ = writeln!(shared, "x{} := [x{at}, x{at}]", at + 1);
    }
    shared.push_str("x60\n}");
    for at in 0..3000 {
        let _ = writeln!(wrapped, "x{} := [x{at}]", at + 1);
    }
    wrapped.push_str("x3000\n}");
    let path = ".a".repeat(900);
    let long = format!("p{path} := 1\nr := [p{path}, data.t, data.t[x]]\ns := input{path}");
    for rules in [chain, nested, shared, wrapped, long] {
        let started = std::time::Instant::now();
        let _ = compiled(Version::V1, &[&format!("package t\n{rules}\n")]);
        assert!(started.elapsed().as_secs() < 60);
    }
}
