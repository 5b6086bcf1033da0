//! Numbers and values as text, as Go and cel-go write them.

use std::fmt::Write as _;

use crate::context::{Context, Limits};
pub use crate::go::quote;
use crate::time::duration_text;
use crate::value::Value;

/// A double as Go's `%g` writes it: `1`, `1.5`, `1e+06`.
pub(crate) fn double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        return with_exponent(mantissa, exponent);
    }
    format!("{value}")
}

fn with_exponent(mantissa: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// A value as cel-go's `types.Format` writes it, keys in order: for tests and for people.
pub fn format(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    let limits = Limits::default();
    let mut context = Context::new(&limits, false);
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Uint(value) => {
            let _ = write!(out, "{value}u");
        }
        Value::Double(value) => write_double(*value, out),
        Value::String(text) => out.push_str(&quote(text)),
        Value::Bytes(bytes) => {
            out.push_str("b\"");
            for byte in bytes.iter() {
                let _ = write!(out, "\\{byte:03o}");
            }
            out.push('"');
        }
        Value::Duration(nanos) => {
            let _ = write!(out, "duration(\"{}\")", duration_text(*nanos));
        }
        Value::Timestamp(at) => {
            let utc = crate::time::Timestamp { offset: 0, ..*at };
            let _ = write!(out, "timestamp(\"{}\")", utc.text());
        }
        Value::Type(of) => out.push_str(of.name()),
        Value::Optional(None) => out.push_str("optional.none()"),
        Value::Optional(Some(of)) => {
            out.push_str("optional.of(");
            write(&of.value, out);
            out.push(')');
        }
        _ if value.is_list() => {
            let all: Vec<String> = value.elements(&mut context).iter().map(|element| format(&element.value)).collect();
            let _ = write!(out, "[{}]", all.join(", "));
        }
        Value::Map(_) | Value::Node(_) => {
            let mut entries: Vec<(String, String)> = value
                .keys()
                .iter()
                .filter_map(|key| Some((format(key), format(&value.lookup(key, &mut context).ok()??.value))))
                .collect();
            entries.sort();
            let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            let _ = write!(out, "{{{}}}", entries.join(", "));
        }
        _ => {
            let _ = write!(out, "{value:?}");
        }
    }
}

fn write_double(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("double(\"NaN\")");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "double(\"Infinity\")" } else { "double(\"-Infinity\")" });
    } else {
        let text = format!("{value}");
        out.push_str(&text);
        if !text.contains('.') {
            out.push_str(".0");
        }
    }
}

/// A value as Go's `%v` writes it in error texts.
pub(crate) fn go_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Double(value) => double(*value),
        Value::Uint(value) => value.to_string(),
        _ => format(value),
    }
}
