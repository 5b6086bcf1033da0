//! Settings of modules, as their own decoders read them.
//!
//! Modules written in Rust decode with serde, which is what podline does too, so the texts are the same. Those written
//! in Go use `encoding/json`: keys in any case, null for nothing, its own texts.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::shape::sort;

/// Decodes the settings of a module written in Rust.
///
/// # Errors
/// What its decoder says.
pub(super) fn read<T: DeserializeOwned>(settings: &Value) -> Result<T, String> {
    // From text, since errors name the column.
    let text = settings.to_string();
    serde_json::from_str(&text).map_err(|error| format!("error deserializing validation payload {text}: {error}"))
}

/// The ids from `min` to `max`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Range {
    pub(super) min: i64,
    pub(super) max: i64,
}

impl Range {
    pub(super) fn is_valid(self) -> bool {
        self.min <= self.max
    }
}

/// Is the id in one of the ranges?
pub(super) fn in_ranges(ranges: &[Range], id: i64) -> bool {
    ranges.iter().any(|range| (range.min..=range.max).contains(&id))
}

/// The field of a Go struct: the last key that is its name in whatever case.
pub(super) fn go_field<'s>(settings: &'s Value, name: &str) -> &'s Value {
    let keys = settings.as_object().into_iter().flatten();
    keys.rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or(&Value::Null, |(_, value)| value)
}

/// A list of texts in a Go struct. `owner` is the name of the struct, which may have none.
///
/// # Errors
/// What Go's decoder says of a value of another type.
pub(super) fn go_texts(settings: &Value, owner: &str, name: &str) -> Result<BTreeSet<String>, String> {
    match go_field(settings, name) {
        Value::Null => Ok(BTreeSet::new()),
        Value::Array(list) => list
            .iter()
            .map(|item| match item {
                Value::Null => Ok(String::new()),
                Value::String(text) => Ok(text.clone()),
                other => Err(go_error(other, owner, name, "string")),
            })
            .collect(),
        other => Err(go_error(other, owner, name, "[]string")),
    }
}

/// A boolean in a Go struct.
///
/// # Errors
/// What Go's decoder says of a value of another type.
pub(super) fn go_bool(settings: &Value, owner: &str, name: &str) -> Result<bool, String> {
    match go_field(settings, name) {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(*value),
        other => Err(go_error(other, owner, name, "bool")),
    }
}

/// That a value cannot be decoded into a field of a Go type.
pub(super) fn go_error(value: &Value, owner: &str, field: &str, of: &str) -> String {
    let found = sort(value);
    format!("json: cannot unmarshal {found} into Go struct field {owner}.{field} of type {of}")
}

/// A value as the library gjson shows it as text.
pub(super) fn gjson_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values that gjson's `ForEach` visits: of a list, of a map, or the value itself.
pub(super) fn gjson_each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        other => vec![other],
    }
}
