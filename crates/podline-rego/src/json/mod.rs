//! JSON in and out, as Go's `encoding/json` reads and writes it, with the spelling of numbers kept.

mod read;
mod write;

pub use read::{MAX_DEPTH, ReadError, read};
pub use write::{write, write_indented};

use std::sync::Arc;

use crate::number::Number;
use crate::value::Value;

impl Value {
    /// From JSON that was read elsewhere. Doubles are spelled as Go spells them.
    pub fn from_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Bool(*truth),
            serde_json::Value::Number(number) => Value::Number(match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Number::Int(number),
                (None, Some(number)) => Number::Text(number.to_string().into()),
                (None, None) => Number::from_f64(number.as_f64().unwrap_or_default()),
            }),
            serde_json::Value::String(text) => Value::text(text.as_str()),
            serde_json::Value::Array(items) => Value::array(items.iter().map(Value::from_json).collect()),
            serde_json::Value::Object(entries) => {
                Value::object(entries.iter().map(|(key, value)| (key.as_str().into(), Value::from_json(value))))
            }
        }
    }

    /// As JSON: sets are arrays in order, keys that are no texts are their JSON. Numbers that are neither whole and
    /// of 64 bits nor doubles lose digits.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => number_to_json(number),
            Value::String(text) => (&**text).into(),
            Value::Array(items) => items.iter().map(Value::to_json).collect::<Vec<_>>().into(),
            Value::Set(items) => items.iter().map(Value::to_json).collect::<Vec<_>>().into(),
            Value::Object(entries) => {
                entries.iter().map(|(key, value)| (key_text(key).to_string(), value.to_json())).collect()
            }
        }
    }
}

fn number_to_json(number: &Number) -> serde_json::Value {
    if let Some(number) = number.as_i64() {
        return number.into();
    }
    match number.spelling().parse::<u64>() {
        Ok(number) => number.into(),
        Err(_) => number.as_f64().map_or(serde_json::Value::Null, Into::into),
    }
}

/// A key of an object of JSON: a text itself, of anything else its JSON.
fn key_text(key: &Value) -> Arc<str> {
    match key {
        Value::String(text) => text.clone(),
        other => write(other).unwrap_or_default().into(),
    }
}
