//! Templates in Rego.

use super::{DEPLOYMENT, NAMESPACE, POD, constraint, judge, judge_in, path, refusal, rego, stream, told};

fn rows_of(module: &str, libraries: &[&str], object: &str) -> Vec<String> {
    told(&judge(&stream(&[&rego(module, libraries), &constraint("match: {}")]), object))
}

/// What a module says of a Pod. Its package has no meaning.
fn rows(rules: &str) -> Vec<String> {
    rows_of(&format!("package any\n{rules}"), &[], POD)
}

#[test]
fn each_violation_is_a_row_in_the_order_of_details_and_messages() {
    let rules = "violation[{\"msg\": \"b\"}] { true }\nviolation[{\"msg\": \"a\"}] { true }\n\
                 violation[{\"msg\": \"c\", \"details\": {}}] { true }\nviolation[{\"msg\": \"0\", \"details\": 1}] { true }";
    let expected = ["0", "a", "b", "c"].map(|message| format!("K8sRule/c fail Deny {message}"));
    let mut found = rows(rules);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(rows("violation[{\"msg\": \"a\"}] { false }"), ["K8sRule/c pass Deny"]);
}

#[test]
fn equal_messages_with_equal_details_are_one_row() {
    let twice = "violation[{\"msg\": \"a\", \"more\": 1}] { true }\nviolation[{\"msg\": \"a\", \"more\": 2}] { true }";
    assert_eq!(rows(twice), ["K8sRule/c fail Deny a"]);
    let details =
        "violation[{\"msg\": \"a\", \"details\": 1}] { true }\nviolation[{\"msg\": \"a\", \"details\": 2}] { true }";
    assert_eq!(rows(details).len(), 2);
}

#[test]
fn a_violation_without_a_message_vanishes_and_one_that_is_no_text_fails_all() {
    assert_eq!(
        rows("violation[v] { v := {\"details\": input.review.name} }\nviolation[{\"msg\": \"a\"}] { true }"),
        ["K8sRule/c fail Deny a"]
    );
    let rows =
        rows("violation[{\"msg\": input.review.object.spec.priority}] { true }\nviolation[{\"msg\": null}] { true }");
    let text = "extracting message binding: .msg accessor error: null is of the type <nil>, expected string";
    assert_eq!(rows, [format!("K8sRule/c error Deny admission.k8s.gatekeeper.sh: Rego: {text}")]);
}

#[test]
fn an_error_of_one_constraint_is_that_of_all_of_its_kind() {
    let module = "package p\nv = 1 { input.parameters.bad }\nv = 2 { true }\nviolation[{\"msg\": \"a\"}] { v == 2 }";
    let template =
        rego(module, &[]).replace("names: {kind: K8sRule}", "names: {kind: K8sRule}, validation: {legacySchema: true}");
    let good = constraint("enforcementAction: warn").replace("name: c", "name: good");
    let rows = told(&judge(&stream(&[&template, &good, &constraint("parameters: {bad: true}")]), POD));
    let error = "template:2: eval_conflict_error: complete rules must not produce multiple outputs";
    assert!(rows[0].starts_with("K8sRule/good error Warn template:"), "{rows:?}");
    assert!(rows[0].ends_with(&error[10..]) && rows[1].starts_with("K8sRule/c error Deny template:"), "{rows:?}");
}

#[test]
fn parameters_are_empty_where_there_are_none() {
    assert_eq!(rows("violation[{\"msg\": \"none\"}] { input.parameters == {} }"), ["K8sRule/c fail Deny none"]);
}

#[test]
fn the_review_is_that_of_the_webhook() {
    let shown = "violation[{\"msg\": sprintf(\"%v %v %v %v %v %v %v\", [input.review.operation, input.review.kind, input.review.resource.resource, \
                 input.review.name, input.review.userInfo, input.review.oldObject, input.review.uid])}] { true }";
    let kind = "{\"group\": \"\", \"kind\": \"Pod\", \"version\": \"v1\"}";
    assert_eq!(rows(shown), [format!("K8sRule/c fail Deny CREATE {kind} pods web-1 {{}} null")]);
}

#[test]
fn the_namespace_object_is_null_for_what_is_in_none() {
    let shown = "package p\nviolation[{\"msg\": sprintf(\"%v\", [object.get(input.review, [\"namespaceObject\", \"metadata\", \"labels\", \"env\"], input.review.namespaceObject)])}] { true }";
    let policies = stream(&[&rego(shown, &[]), &constraint("match: {}")]);
    assert_eq!(told(&judge_in(NAMESPACE, &policies, POD)), ["K8sRule/c fail Deny prod"]);
    assert_eq!(told(&judge_in(NAMESPACE, &policies, NAMESPACE)), ["K8sRule/c fail Deny null"]);
}

#[test]
fn failing_built_ins_are_undefined_and_print_does_nothing() {
    assert_eq!(rows("violation[{\"msg\": \"a\"}] { print(\"x\"); not to_number(\"abc\") }"), ["K8sRule/c fail Deny a"]);
    assert_eq!(rows("violation[{\"msg\": \"a\"}] { to_number(\"abc\") }"), ["K8sRule/c pass Deny"]);
}

#[test]
fn what_only_a_cluster_can_answer_is_undecided() {
    for call in ["time.now_ns() > 1", "external_data({})", "rand.intn(\"x\", 5) > 1"] {
        let rows = rows(&format!("violation[{{\"msg\": \"a\"}}] {{ {call} }}"));
        assert!(rows[0].starts_with("K8sRule/c undecided Deny depends on "), "{call}: {rows:?}");
    }
}

#[test]
fn version_1_must_be_asked_for() {
    let module = "package p\nviolation contains {\"msg\": \"a\"} if { true }";
    let block = |version: &str| {
        let source = format!("code:\n    - engine: Rego\n      source: {{rego: {module:?}{version}}}\n");
        let head = rego("", &[]).split("    rego:").next().unwrap_or_default().to_owned();
        format!("{head}    {source}")
    };
    let policies = stream(&[&block(", version: v1"), &constraint("match: {}")]);
    assert_eq!(told(&judge(&policies, POD)), ["K8sRule/c fail Deny a"]);
    assert!(
        refusal(&block("")).0.starts_with("invalid ConstraintTemplate: 1 error occurred: template:2: rego_parse_error")
    );
}

const LIBRARY: &str = "package lib.x\nv = 1\nf(a) = a";

#[test]
fn libraries_are_reached_by_imports() {
    let module = |rest: &str| format!("package p\n{rest}");
    for sound in [
        "import data.lib.x\nviolation[{\"msg\": \"a\"}] { x.f(1) == x.v }",
        "import data.lib.x.v\nviolation[{\"msg\": \"a\"}] { v == 1 }",
        "import data.lib.nothing\nviolation[{\"msg\": \"a\"}] { not nothing.v }",
        // Written in full, what is a whole term is found; what stands in another is not.
        "violation[{\"msg\": \"a\"}] { data.lib.x.v == 1; [] == [y | y := [data.lib.x.v]] }",
    ] {
        assert_eq!(rows_of(&module(sound), &[LIBRARY], POD), ["K8sRule/c fail Deny a"], "{sound}");
    }
    let (text, _) = refusal(&rego(&module("violation[{\"msg\": \"a\"}] { y := data.lib.x.f(1) }"), &[LIBRARY]));
    assert_eq!(
        text,
        "unable to compile modules: 1 error occurred: template:2: rego_type_error: undefined function data.lib.x.f"
    );
}

#[test]
fn libraries_stand_below_data_lib() {
    for (package, path) in [("other", "data.other"), ("lib", "data.lib")] {
        let text = format!("invalid ConstraintTemplate: invalid lib prefix: path {path} not found in lib prefixes");
        let module = "package p\nviolation[{\"msg\": \"a\"}] { true }";
        let refused = refusal(&rego(module, &[LIBRARY, &format!("package {package}\nx = 1")]));
        assert_eq!(refused, (text, "spec.targets[0].libs[1][0]".to_owned()));
    }
}

/// Why a module of these lines is refused.
fn refused(rules: &str) -> String {
    let (text, path) = refusal(&rego(&format!("package p\n{rules}"), &[]));
    assert!(path.starts_with("spec.targets[0].rego"), "{path}");
    text
}

#[test]
fn a_refusal_points_at_the_line_that_is_listed_first() {
    let line = |rules: &str| refusal(&rego(&format!("package p\n{rules}"), &[LIBRARY])).1;
    let old = "violation[{\"msg\": \"a\"}] { true }";
    assert_eq!(line(&format!("import input.x\n{old}")), "spec.targets[0].rego[1]");
    assert_eq!(line(&format!("{old}\nx = data.a\ny = data.b")), "spec.targets[0].rego[2]");
    assert_eq!(line(&format!("{old}\n\nx {{ f(1) }}\ny {{ g(1) }}")), "spec.targets[0].rego[3]");
    assert_eq!(line(&format!("{old}\nx {{ ] }}")), "spec.targets[0].rego[2]");
    let in_library = rego(&format!("package p\n{old}"), &["package lib.x\n\nv { f(1) }"]);
    assert_eq!(refusal(&in_library).1, "spec.targets[0].libs[0][2]");
    assert_eq!(line("a { true }"), "spec.targets[0].rego");
}

#[test]
fn only_libraries_and_the_future_may_be_imported() {
    let import = |path: &str, rule: &str| refused(&format!("import {path}\n{rule}"));
    let bad = |path: &str| format!("invalid ConstraintTemplate: invalid import: bad import: \"{path}\"");
    let old = "violation[{\"msg\": \"a\"}] { true }";
    assert_eq!(import("data.inventory", old), bad("data.inventory"));
    assert_eq!(import("rego.v1", "violation contains {\"msg\": \"a\"} if { true }"), bad("rego.v1"));
    let text = "invalid ConstraintTemplate: invalid import: cannot import input: \"input.review\"";
    assert_eq!(import("input.review", old), text);
}

#[test]
fn of_data_only_the_inventory_and_libraries_may_be_named() {
    let named = |reference: &str| refused(&format!("violation[{{\"msg\": \"a\"}}] {{ {reference} }}"));
    let head =
        "invalid ConstraintTemplate: invalid data references: check refs failed on module {template}: errors (1):";
    for reference in ["data.other.thing", "data.p.y", "data.template.y"] {
        assert_eq!(named(reference), format!("{head}\ndisallowed ref {reference}"));
    }
    assert_eq!(named("count([data.other.x]) == 1"), format!("{head}\ndisallowed ref data.other.x"));
}

#[test]
fn the_rule_is_a_set_of_objects_with_messages() {
    assert_eq!(
        refused("deny[{\"msg\": \"a\"}] { true }"),
        "invalid ConstraintTemplate: invalid rego: invalid module: missing required rules: [violation]"
    );
    for other in [
        "violation = [{\"msg\": \"a\"}]",
        "violation = {\"msg\": \"a\"}",
        "violation(x) = {\"msg\": \"a\"}",
        "violation[\"a\"] { true }",
        "violation { true }",
        "violation[{\"mess\": \"a\"}] { true }",
    ] {
        assert!(refused(other).contains("rego_type_error"), "{other}");
    }
    assert_eq!(rows("violation = {{\"msg\": \"a\"}}"), ["K8sRule/c fail Deny a"]);
    assert_eq!(rows("violation[x] { x := input.review.object.metadata.labels }"), ["K8sRule/c pass Deny"]);
}

#[test]
fn what_does_not_compile_is_refused() {
    let of = |rules: &str| refused(&format!("violation[{{\"msg\": \"a\"}}] {{ {rules} }}"));
    assert_eq!(
        of("nope(1)"),
        "unable to compile modules: 1 error occurred: template:2: rego_type_error: undefined function nope"
    );
    assert!(of("http.send({})").ends_with("undefined function http.send"));
    assert!(of("x > 1").ends_with("rego_unsafe_var_error: var x is unsafe"));
    assert!(refusal(&rego("# nothing", &[])).0.ends_with("template:0: rego_parse_error: empty module"));
}

#[test]
fn a_failure_points_at_the_field_that_decided() {
    let module = "package p\nviolation[{\"msg\": msg}] {\n  spec := input.review.object.spec.template.spec\n  spec.hostNetwork\n  msg := \"a\"\n}";
    let rows = judge(&stream(&[&rego(module, &[]), &constraint("match: {}")]), DEPLOYMENT);
    assert_eq!(path(&rows[0].blame().expect("a field").path), "spec.template.spec.hostNetwork");
}

#[test]
fn of_both_engines_cel_counts() {
    let both = rego("package p\nviolation[{\"msg\": \"rego\"}] { true }", &[])
        + "    code:\n    - engine: K8sNativeValidation\n      source: {validations: [{expression: 'false', message: cel}]}\n";
    assert_eq!(told(&judge(&stream(&[&both, &constraint("match: {}")]), POD)), ["K8sRule/c fail Deny cel"]);
}

#[test]
fn numbers_of_what_is_sent_are_doubles() {
    let object = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, namespace: shop}, spec: {size: 9007199254740993}}";
    let module = "package p\nviolation[{\"msg\": sprintf(\"%d\", [input.review.object.spec.size])}] { true }";
    assert_eq!(rows_of(module, &[], object), ["K8sRule/c fail Deny %!d(float64=9.007199254740992e+15)"]);
}
