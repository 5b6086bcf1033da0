//! Variables that are expressions.

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::{Document, Env, Flavor, Limits, Type, Variables, Version, environment};

/// The message or the value of `expression`, and what the variables cost.
fn evaluate(variables: &[(&str, &str)], expression: &str) -> (String, u64) {
    let mut env: Env = environment(Version::V1_37)
        .variable("object", Type::Dyn)
        .structure("variables", [])
        .variable("variables", Type::structure("variables"))
        .build();
    let mut programs = HashMap::new();
    let mut fields = Vec::new();
    for (name, text) in variables {
        let program = env.compile(text).expect("a sound variable");
        fields.push(((*name).to_owned(), program.output_type().clone()));
        env = env.extend().structure("variables", fields.clone()).build();
        programs.insert(Arc::from(*name), program);
    }
    let program = env.compile(expression).expect("a sound expression");
    let json = serde_json::json!({ "spec": { "replicas": 3 } });
    let object = Document::new("object", &json, Flavor::Typed).root();
    let activation = move |name: &str| (name == "object").then(|| object.clone());
    let variables = Variables::new("variables", Arc::new(programs), activation);
    let outcome = program.explain(&*variables, &Limits::default());
    let text = match outcome.result {
        Ok(value) => podline_cel::format(&value),
        Err(error) => error.to_string(),
    };
    (text, variables.take_cost())
}

#[test]
fn a_variable_is_evaluated_once() {
    let (value, once) = evaluate(&[("n", "object.spec.replicas + 1")], "variables.n");
    assert_eq!(value, "4");
    let (value, twice) = evaluate(&[("n", "object.spec.replicas + 1")], "variables.n + variables.n");
    assert_eq!((value.as_str(), twice), ("8", once));
}

#[test]
fn a_variable_that_nobody_reads_may_be_broken() {
    assert_eq!(evaluate(&[("broken", "object.nope")], "1 + 1"), ("2".to_owned(), 0));
}

#[test]
fn the_error_of_a_variable_names_the_variables_that_read_it() {
    let (error, _) = evaluate(&[("a", "object.nope"), ("b", "variables.a")], "variables.b");
    let text =
        "composited variable \"b\" fails to evaluate: composited variable \"a\" fails to evaluate: no such key: nope";
    assert_eq!(error, text);
}

#[test]
fn a_variable_is_typed_by_its_expression() {
    let env = environment(Version::V1_36)
        .structure("variables", [("n".to_owned(), Type::Int)])
        .variable("variables", Type::structure("variables"))
        .build();
    let error = env.compile("variables.n == 'a'").expect_err("an int is no string").to_string();
    assert!(error.contains("found no matching overload for '_==_' applied to '(int, string)'"), "{error}");
    assert!(env.compile("variables.m").expect_err("no such variable").to_string().contains("undefined field 'm'"));
}

#[test]
fn long_chains_of_variables_end() {
    let names: Vec<String> = (0..300).map(|index| format!("v{index}")).collect();
    let mut texts = vec!["object.spec.replicas".to_owned()];
    texts.extend(names[..names.len() - 1].iter().map(|name| format!("variables.{name}")));
    let chain: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    assert_eq!(evaluate(&chain, "variables.v299").0, "3");
}
