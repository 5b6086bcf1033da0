//! From one type to another.

use std::sync::Arc;

use super::Outcome;
use crate::error::Error;
use crate::function::Library;
use crate::text;
use crate::time::{EARLIEST, LATEST, Timestamp, duration_text, parse_duration};
use crate::types::Type;
use crate::value::{Value, double_to_int, double_to_uint};

const OVERLOADS: [(&str, &str, &str); 31] = [
    ("bool", "bool_to_bool", "(bool) -> bool"),
    ("bool", "string_to_bool", "(string) -> bool"),
    ("bytes", "bytes_to_bytes", "(bytes) -> bytes"),
    ("bytes", "string_to_bytes", "(string) -> bytes"),
    ("double", "double_to_double", "(double) -> double"),
    ("double", "int64_to_double", "(int) -> double"),
    ("double", "string_to_double", "(string) -> double"),
    ("double", "uint64_to_double", "(uint) -> double"),
    ("duration", "duration_to_duration", "(duration) -> duration"),
    ("duration", "string_to_duration", "(string) -> duration"),
    ("int", "int64_to_int64", "(int) -> int"),
    ("int", "double_to_int64", "(double) -> int"),
    ("int", "duration_to_int64", "(duration) -> int"),
    ("int", "string_to_int64", "(string) -> int"),
    ("int", "timestamp_to_int64", "(timestamp) -> int"),
    ("int", "uint64_to_int64", "(uint) -> int"),
    ("string", "string_to_string", "(string) -> string"),
    ("string", "bool_to_string", "(bool) -> string"),
    ("string", "bytes_to_string", "(bytes) -> string"),
    ("string", "double_to_string", "(double) -> string"),
    ("string", "duration_to_string", "(duration) -> string"),
    ("string", "int64_to_string", "(int) -> string"),
    ("string", "timestamp_to_string", "(timestamp) -> string"),
    ("string", "uint64_to_string", "(uint) -> string"),
    ("timestamp", "timestamp_to_timestamp", "(timestamp) -> timestamp"),
    ("timestamp", "int64_to_timestamp", "(int) -> timestamp"),
    ("timestamp", "string_to_timestamp", "(string) -> timestamp"),
    ("uint", "uint64_to_uint64", "(uint) -> uint"),
    ("uint", "double_to_uint64", "(double) -> uint"),
    ("uint", "int64_to_uint64", "(int) -> uint"),
    ("uint", "string_to_uint64", "(string) -> uint"),
];

pub(super) fn library() -> Library {
    let mut library = Library::new().traced("dyn", "to_dyn", "(A) -> dyn", |_, args| Ok(args[0].clone())).function(
        "type",
        "type",
        "(A) -> type(A)",
        |_, args| Ok(Value::Type(Arc::new(args[0].value.type_of()))),
    );
    for (function, overload, signature) in OVERLOADS {
        library = library.function(function, overload, signature, move |_, args| convert(&args[0].value, function));
    }
    library
}

fn fails(value: &Value, to: &Type) -> Error {
    Error::new(format!("type conversion error from '{}' to '{}'", value.type_of().name(), to.name()))
}

fn convert(value: &Value, to: &str) -> Outcome {
    match to {
        "bool" => to_bool(value),
        "bytes" => match value {
            Value::Bytes(_) => Ok(value.clone()),
            Value::String(text) => Ok(Value::Bytes(text.as_bytes().into())),
            _ => Err(fails(value, &Type::Bytes)),
        },
        "double" => to_double(value),
        "duration" => match value {
            Value::Duration(_) => Ok(value.clone()),
            Value::String(text) => {
                parse_duration(text).map(Value::Duration).ok_or_else(|| fails(value, &Type::Duration))
            }
            _ => Err(fails(value, &Type::Duration)),
        },
        "int" => to_int(value),
        "string" => to_string(value),
        "timestamp" => to_timestamp(value),
        _ => to_uint(value),
    }
}

fn to_bool(value: &Value) -> Outcome {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) => match &**text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(fails(value, &Type::Bool)),
        },
        _ => Err(fails(value, &Type::Bool)),
    }
}

#[allow(clippy::cast_precision_loss)] // that is the conversion
fn to_double(value: &Value) -> Outcome {
    match value {
        Value::Double(_) => Ok(value.clone()),
        Value::Int(int) => Ok(Value::Double(*int as f64)),
        Value::Uint(uint) => Ok(Value::Double(*uint as f64)),
        Value::String(text) => parse_double(text).map(Value::Double).ok_or_else(|| fails(value, &Type::Double)),
        _ => Err(fails(value, &Type::Double)),
    }
}

/// Reads a number as Go's `strconv.ParseFloat` does: what is too large is an error.
pub(super) fn parse_double(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match digits.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" if digits.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let digits = without_separators(digits)?;
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some(sign * value)
}

/// Go takes underscores between digits.
fn without_separators(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let valid = |at: usize| bytes[at] != b'_' || digit(at.checked_sub(1)) && digit(Some(at + 1));
    (0..bytes.len()).all(valid).then(|| digits.replace('_', ""))
}

fn to_int(value: &Value) -> Outcome {
    let overflow = || Error::new("integer overflow");
    match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Uint(uint) => i64::try_from(*uint).map(Value::Int).map_err(|_| overflow()),
        Value::Double(double) => double_to_int(*double).map(Value::Int).ok_or_else(overflow),
        Value::Duration(nanos) => Ok(Value::Int(*nanos)),
        Value::Timestamp(at) => Ok(Value::Int(at.seconds)),
        Value::String(text) => text.parse().map(Value::Int).map_err(|_| fails(value, &Type::Int)),
        _ => Err(fails(value, &Type::Int)),
    }
}

fn to_uint(value: &Value) -> Outcome {
    let overflow = || Error::new("unsigned integer overflow");
    match value {
        Value::Uint(_) => Ok(value.clone()),
        Value::Int(int) => u64::try_from(*int).map(Value::Uint).map_err(|_| overflow()),
        Value::Double(double) => double_to_uint(*double).map(Value::Uint).ok_or_else(overflow),
        Value::String(text) if !text.starts_with('+') => {
            text.parse().map(Value::Uint).map_err(|_| fails(value, &Type::Uint))
        }
        _ => Err(fails(value, &Type::Uint)),
    }
}

fn to_timestamp(value: &Value) -> Outcome {
    let overflow = || Error::new("timestamp overflow");
    let valid = |at: Timestamp| {
        if (EARLIEST..=LATEST).contains(&at.seconds) { Ok(Value::Timestamp(at)) } else { Err(overflow()) }
    };
    match value {
        Value::Timestamp(_) => Ok(value.clone()),
        Value::Int(seconds) => valid(Timestamp::at(*seconds, 0)),
        Value::String(text) => valid(Timestamp::parse(text).ok_or_else(|| fails(value, &Type::Timestamp))?),
        _ => Err(fails(value, &Type::Timestamp)),
    }
}

/// The text of a value, as `string(…)` gives it.
pub(super) fn to_string(value: &Value) -> Outcome {
    let text = match value {
        Value::String(_) => return Ok(value.clone()),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Double(value) => text::double(*value),
        Value::Duration(nanos) => duration_text(*nanos),
        Value::Timestamp(at) => at.text(),
        Value::Type(ty) => ty.name().to_owned(),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(Error::new("invalid UTF-8 in bytes, cannot convert to string")),
        },
        _ => return Err(fails(value, &Type::String)),
    };
    Ok(Value::String(text.into()))
}
