//! JSON as values of Rego, with the spellings of numbers that Gatekeeper gives them.

use podline_rego::{Number, Value as RegoValue};
use serde_json::{Number as JsonNumber, Value};

/// Beyond this a double does not tell whole numbers apart.
const EXACT: u64 = 1 << 53;

/// What is sent: every number becomes a double, and is spelled as Go's `strconv` spells it: `1e+06`.
pub(crate) fn sent(json: &Value) -> RegoValue {
    value(json, &|number| Number::from_f64(number.as_f64().unwrap_or_default()))
}

/// What is in the inventory: every number was a double, and is spelled as Go's `encoding/json` spells it.
pub(crate) fn kept(json: &Value) -> RegoValue {
    value(json, &|number| match number.as_i64() {
        Some(whole) if whole.unsigned_abs() <= EXACT => Number::Int(whole),
        _ => spelled(number.as_f64().unwrap_or_default()),
    })
}

/// What a constraint says: whole numbers are exact.
pub(crate) fn written(json: &Value) -> RegoValue {
    value(json, &|number| match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => Number::Int(whole),
        (None, Some(whole)) => Number::from_spelling(&whole.to_string()),
        (None, None) => spelled(number.as_f64().unwrap_or_default()),
    })
}

/// As Go's `encoding/json` spells a double.
fn spelled(number: f64) -> Number {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        Number::from_spelling(&number.to_string())
    } else {
        Number::from_f64(number)
    }
}

fn value(json: &Value, number: &impl Fn(&JsonNumber) -> Number) -> RegoValue {
    match json {
        Value::Null => RegoValue::Null,
        Value::Bool(truth) => RegoValue::Bool(*truth),
        Value::Number(written) => RegoValue::Number(number(written)),
        Value::String(text) => RegoValue::text(text.as_str()),
        Value::Array(items) => RegoValue::array(items.iter().map(|item| value(item, number)).collect()),
        Value::Object(entries) => {
            RegoValue::object(entries.iter().map(|(key, entry)| (RegoValue::text(key.as_str()), value(entry, number))))
        }
    }
}
