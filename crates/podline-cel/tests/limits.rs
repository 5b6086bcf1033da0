//! Whatever an expression says, it ends.

use podline_cel::{Document, Env, Flavor, Limits, Outcome, Type, Value, Version, environment};

fn env() -> Env {
    environment(Version::V1_37).variable("object", Type::Dyn).build()
}

fn evaluate(expression: &str, object: &Value) -> Outcome {
    let program = env().compile(expression).expect("a sound expression");
    program.evaluate(&|name: &str| (name == "object").then(|| object.clone()), &Limits::default())
}

fn message(outcome: Outcome) -> String {
    outcome.result.expect_err("an error").message().to_owned()
}

#[test]
fn nested_loops_meet_the_servers_cost_limit() {
    let list: Vec<i64> = (0..1000).collect();
    let object = Document::new("object", &serde_json::json!({ "list": list }), Flavor::Dynamic).root();
    let outcome = evaluate("object.list.all(a, object.list.all(b, true))", &object);
    assert_eq!(message(outcome), "operation cancelled: actual cost limit exceeded");
}

#[test]
fn nothing_absorbs_a_limit() {
    let outcome = evaluate("lists.range(1000).all(a, lists.range(1000).all(b, true)) || true", &Value::Null);
    assert_eq!(message(outcome), "operation cancelled: actual cost limit exceeded");
}

#[test]
fn text_that_grows_meets_the_memory_limit() {
    let mut expression = "'0123456789abcdef'".to_owned();
    for name in 0..12 {
        expression = format!("optional.of({expression}).optMap(v{name}, v{name}.replace('', v{name})).value()");
    }
    assert_eq!(message(evaluate(&expression, &Value::Null)), "operation cancelled: memory limit exceeded");
}

#[test]
fn types_that_grow_do_not_take_forever_to_check() {
    let mut expression = "[1]".to_owned();
    for _ in 0..60 {
        expression = format!("{expression}.map(x, {{'a': x, 'b': x}})");
    }
    let _ = env().compile(&expression);
    let doubled =
        (0..60).fold("1".to_owned(), |inner, name| format!("[{inner}].map(v{name}, {{v{name}: v{name}}})[0]"));
    let _ = env().compile(&doubled);
}

#[test]
fn deep_expressions_are_refused_as_the_server_refuses_them() {
    let deep = format!("{}1{}", "(".repeat(300), ")".repeat(300));
    let error = env().compile(&deep).expect_err("too deep").to_string();
    assert_eq!(error, "ERROR: <input>:-1:0: expression recursion limit exceeded: 250");
}

#[test]
fn the_deepest_expressions_fit_the_stack_of_a_thread() {
    let work = || {
        for (open, inner, close) in
            [("(", "1", ")"), ("[", "1", "]"), ("{'a': ", "1", "}"), ("[1].map(x, ", "x", ")"), ("!(", "true", ")")]
        {
            for depth in [100, 200, 249] {
                let expression = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
                if let Ok(program) = env().compile(&expression) {
                    let _ = program.explain(&|_: &str| None, &Limits::default());
                }
            }
        }
        let chain = vec!["true"; 10_000].join(" && ");
        assert!(env().compile(&chain).is_ok());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread").join().expect("no overflow");
}

#[test]
fn comparing_large_objects_over_and_over_meets_the_work_limit() {
    let list: Vec<i64> = (0..20_000).collect();
    let object = Document::new("object", &serde_json::json!({ "list": [list] }), Flavor::Dynamic).root();
    let outcome = evaluate("lists.range(100000).all(a, object == object)", &object);
    assert_eq!(message(outcome), "operation cancelled: work limit exceeded");
}

#[test]
fn compiling_patterns_over_and_over_meets_the_work_limit() {
    let expression = "lists.range(100000).all(a, !'x'.matches(dyn('(a|b){50}') + string(a)))";
    assert_eq!(message(evaluate(expression, &Value::Null)), "operation cancelled: work limit exceeded");
}

#[test]
fn more_digits_than_rust_formats_are_zeros() {
    let outcome = evaluate("'%.65536f'.format([1.5]).matches('^1[.]50*$')", &Value::Null);
    assert!(matches!(outcome.result, Ok(Value::Bool(true))));
}
