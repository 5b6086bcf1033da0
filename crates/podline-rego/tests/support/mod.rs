//! What the tests share: a module asked for a rule, the answer as text.
#![allow(dead_code, reason = "each test takes what it needs")]

use podline_rego::ast::Version;
use podline_rego::compile::{Options, compile};
use podline_rego::{Answer, Explanation, Host, Limits, Policy, Query, Read, Step, Value, parse};

/// The policy of modules of version 1, called `m0.rego` and so on.
pub fn policy(modules: &[&str]) -> Policy {
    let parsed = modules.iter().enumerate().map(|(at, text)| {
        parse(&format!("m{at}.rego"), text, Version::V1).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    });
    let program =
        compile(parsed.collect(), &Options::default()).unwrap_or_else(|errors| panic!("{modules:?}: {errors:?}"));
    Policy::new(program).expect("room")
}

/// Asks for `data.t.r` of a module whose package `t` is given.
pub fn ask(rules: &str, input: &serde_json::Value) -> String {
    ask_with(rules, input, &serde_json::json!({}), &Limits::default())
}

/// The same with documents below `data`, and limits.
pub fn ask_with(rules: &str, input: &serde_json::Value, data: &serde_json::Value, limits: &Limits) -> String {
    let policy = policy(&[&format!("package t\n{rules}")]);
    let (input, data, host) = (Value::from_json(input), Value::from_json(data), Host::default());
    let query = Query { path: &["t", "r"], input: Some(&input), data: &data, host: &host };
    let answer = policy.evaluate(&query, limits);
    let text = show(&answer);
    assert_eq!(show(&policy.explain(&query, limits).answer), text, "explained: {rules}");
    text
}

/// What `data.t.r` depends on.
pub fn explain(rules: &str, input: &serde_json::Value) -> Explanation {
    let policy = policy(&[&format!("package t\n{rules}")]);
    let (input, data, host) = (Value::from_json(input), Value::object([]), Host::default());
    let query = Query { path: &["t", "r"], input: Some(&input), data: &data, host: &host };
    policy.explain(&query, &Limits::default())
}

/// An answer as text.
pub fn show(answer: &Answer) -> String {
    match answer {
        Answer::Defined(value) => value.to_string(),
        Answer::Undefined => "undefined".into(),
        Answer::Error(text) => text.clone(),
        Answer::Undecided(call) => format!("{} of {}:{} is not known", call.name, call.file, call.row),
    }
}

/// A path as text, `?` in front of what is not there.
pub fn path(read: &Read) -> String {
    let steps = read.path.iter().map(|step| match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    });
    format!("{}{}", if read.found { "" } else { "?" }, steps.collect::<Vec<_>>().join("."))
}
