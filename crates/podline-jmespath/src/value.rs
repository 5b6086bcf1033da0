//! Values as Go's interpreter holds them. Copies are cheap: lists, maps and texts are shared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Number;

/// The most levels of lists and maps in a value that an expression may return.
const MAX_DEPTH: usize = 512;

/// The entries of an object, by key.
pub type Map = BTreeMap<Arc<str>, Value>;

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Every number of JSON, as Go's `float64`.
    Number(f64),
    /// What `compare` returns: a Go `int`, which JMESPath does not take for a number, and which equals none.
    Int(i64),
    /// A text.
    String(Arc<str>),
    /// A list.
    Array(Arc<Vec<Value>>),
    /// What `items` returns: a list of Go's type `[]map[string]any`, which projections take, and functions of lists
    /// do not.
    Maps(Arc<Vec<Value>>),
    /// An object.
    Object(Arc<Map>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// A list.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(items))
    }

    /// An object.
    pub fn object(entries: Map) -> Value {
        Value::Object(Arc::new(entries))
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements of any list.
    pub fn as_slice(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) | Value::Maps(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is an object.
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// Is it `null`?
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// What JMESPath calls false: null, false, and what is empty.
    pub fn is_false(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Bool(truth) => !truth,
            Value::String(text) => text.is_empty(),
            Value::Array(items) | Value::Maps(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            Value::Number(_) | Value::Int(_) => false,
        }
    }

    /// Is it nested deeper than a value may be?
    pub fn is_too_deep(&self) -> bool {
        fn fits(value: &Value, levels: usize) -> bool {
            let Some(below) = levels.checked_sub(1) else { return false };
            match value {
                Value::Array(items) | Value::Maps(items) => items.iter().all(|item| fits(item, below)),
                Value::Object(entries) => entries.values().all(|item| fits(item, below)),
                _ => true,
            }
        }
        !fits(self, MAX_DEPTH)
    }

    /// From JSON. All numbers become doubles.
    pub fn from_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Bool(*truth),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::INFINITY)),
            serde_json::Value::String(text) => Value::text(text.as_str()),
            serde_json::Value::Array(items) => Value::array(items.iter().map(Value::from_json).collect()),
            serde_json::Value::Object(entries) => Value::object(
                entries.iter().map(|(key, value)| (key.as_str().into(), Value::from_json(value))).collect(),
            ),
        }
    }

    /// From JSON, with whole numbers as [`Value::Int`]: for what is compared by Go's types.
    pub fn from_typed_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Number(number) => number.as_i64().map_or_else(|| Value::from_json(json), Value::Int),
            serde_json::Value::Array(items) => Value::array(items.iter().map(Value::from_typed_json).collect()),
            serde_json::Value::Object(entries) => Value::object(
                entries.iter().map(|(key, value)| (key.as_str().into(), Value::from_typed_json(value))).collect(),
            ),
            other => Value::from_json(other),
        }
    }

    /// The value under a key, if this is an object and has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// As JSON. Numbers stay doubles, so that whoever tells integers from them can; what JSON cannot hold is null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => Number::from_f64(*number).map_or(serde_json::Value::Null, Into::into),
            Value::Int(number) => (*number).into(),
            Value::String(text) => (&**text).into(),
            Value::Array(items) | Value::Maps(items) => items.iter().map(Value::to_json).collect::<Vec<_>>().into(),
            Value::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.to_string(), value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }
}

/// As Go's `reflect.DeepEqual`: the types count too.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) | (Value::Maps(a), Value::Maps(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}
