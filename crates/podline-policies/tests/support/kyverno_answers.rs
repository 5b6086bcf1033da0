//! What the vectors of Kyverno say, and whether a row is one of its answers. podline's own tests use it too.

use serde_json::{Value, json};

/// A row as the vectors write it.
#[derive(Debug)]
pub struct Row {
    pub document: u64,
    pub policy: String,
    pub rule: String,
    pub result: &'static str,
    pub message: String,
    pub actions: Vec<&'static str>,
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

/// Do messages hold the same parts of `podSecurity`? Upstream's order is a Go map's once something is excluded.
fn same_parts(said: &str, expected: &str) -> bool {
    let parts = |message: &str| {
        let mut parts: Vec<String> = message.split("(Forbidden reason: ").map(str::to_owned).collect();
        parts[1..].sort_unstable();
        parts
    };
    expected.contains("It violates PodSecurity") && parts(said) == parts(expected)
}

/// Is the row one of the answers?
fn agrees(row: &Row, expected: &Value) -> bool {
    let one = |answer: &Value| {
        let message = match &answer["message"] {
            _ if row.result == "undecided" => true,
            Value::String(message) if answer["prefix"] == true => row.message.starts_with(message.as_str()),
            Value::String(message) => row.message == *message || same_parts(&row.message, message),
            _ => true,
        };
        text(&answer["result"]) == row.result && message
    };
    let same = row.document == expected["document"].as_u64().unwrap_or(u64::MAX)
        && row.policy == text(&expected["policy"])
        && row.rule == text(&expected["rule"])
        && json!(row.actions) == expected["actions"];
    same && (one(expected) || (expected["also"].is_object() && one(&expected["also"])))
}

/// The rows of a case that are missing, and those that are not in it, one line each.
pub fn differences(mut rows: Vec<Row>, case: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for expected in case["expect"].as_array().into_iter().flatten() {
        match rows.iter().position(|row| agrees(row, expected)) {
            Some(at) => drop(rows.remove(at)),
            None => differences.push(format!("missing {expected}")),
        }
    }
    differences.extend(rows.iter().map(|row| format!("extra   {row:?}")));
    differences
}

/// Cases whose recorded text depends on the order in which Go happened to walk a map: `keys(`{"b":1,"a":2}`)`.
pub const BY_CHANCE: [&str; 2] = ["k00402", "k00437"];
