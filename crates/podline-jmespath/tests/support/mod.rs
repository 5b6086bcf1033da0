//! Searching in JSON.
#![allow(dead_code)] // not every test needs all of it

use podline_jmespath::{Budget, Error, Expression, Runtime, Value, text};
use serde_json::json;

/// What an expression finds, as JSON in Go's words, or the error.
pub fn search(expression: &str) -> Result<String, Error> {
    search_with(expression, &Budget::default())
}

/// The same, within a budget.
pub fn search_with(expression: &str, budget: &Budget) -> Result<String, Error> {
    let data = Value::from_json(&json!({
        "name": "web",
        "replicas": 3,
        "empty": [],
        "labels": { "app": "web", "tier": "front" },
        "containers": [
            { "name": "main", "image": "nginx", "ports": [{ "port": 80 }, { "port": 443 }] },
            { "name": "log", "image": "fluent-bit" },
        ],
    }));
    let yaml = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
    let runtime = Runtime { now: (1_577_836_800, 5), yaml: &yaml, budget };
    Expression::parse(expression)?.search(&data, &runtime).map(|value| text::json(&value))
}

/// What an expression finds.
#[track_caller]
pub fn found(expression: &str) -> String {
    search(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// The error of an expression.
#[track_caller]
pub fn failed(expression: &str) -> String {
    match search(expression) {
        Ok(value) => panic!("{expression} is {value}"),
        Err(error) => error.to_string(),
    }
}
