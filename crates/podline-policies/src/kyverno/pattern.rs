//! One value against one pattern.
//!
//! Source: kyverno `pkg/engine/pattern/pattern.go`.

use std::cmp::Ordering;

use podline_jmespath::quantity::Quantity;
use podline_jmespath::{Value, duration, parse_float, wildcard};

use super::operators::{Sign, range, sign};

/// Does the value match?
pub(super) fn matches(value: &Value, pattern: &Value) -> bool {
    match pattern {
        Value::Bool(pattern) => matches!(value, Value::Bool(value) if value == pattern),
        Value::Int(pattern) => matches_int(value, *pattern),
        Value::Number(pattern) => matches_float(value, *pattern),
        Value::Null => matches_null(value),
        Value::Object(_) => matches!(value, Value::Object(_)),
        Value::String(pattern) => matches_text(value, pattern),
        Value::Array(_) | Value::Maps(_) => false,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as Go does")]
fn matches_int(value: &Value, pattern: i64) -> bool {
    match value {
        Value::Int(value) => *value == pattern,
        Value::Number(value) => value.fract() == 0.0 && *value as i64 == pattern,
        Value::String(value) => parse_int(value) == Some(pattern),
        _ => false,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "as Go does")]
fn matches_float(value: &Value, pattern: f64) -> bool {
    match value {
        Value::Int(value) => pattern.fract() == 0.0 && pattern as i64 == *value,
        Value::Number(value) => *value == pattern,
        Value::String(value) => parse_float(value) == Some(pattern),
        _ => false,
    }
}

/// As Go's `strconv.ParseInt(text, 10, 64)`.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn matches_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Number(number) => *number == 0.0,
        Value::Int(number) => *number == 0,
        Value::String(text) => text.is_empty(),
        Value::Bool(truth) => !truth,
        _ => false,
    }
}

/// Alternatives separated by `|`, each of parts that are separated by `&`.
pub(super) fn matches_text(value: &Value, pattern: &str) -> bool {
    if value.as_str() == Some(pattern) {
        return true;
    }
    pattern
        .split('|')
        .map(|part| part.trim_matches(' '))
        .any(|part| part.split('&').map(|part| part.trim_matches(' ')).all(|part| matches_part(value, part)))
}

fn matches_part(value: &Value, pattern: &str) -> bool {
    let operator = sign(pattern);
    match operator {
        Sign::InRange => range(pattern, "-").is_some_and(|(left, right)| {
            compare(value, left, Sign::MoreEqual) && compare(value, right, Sign::LessEqual)
        }),
        Sign::NotInRange => range(pattern, "!-")
            .is_some_and(|(left, right)| compare(value, left, Sign::Less) || compare(value, right, Sign::More)),
        operator => compare(value, pattern[operator.text().len()..].trim(), operator),
    }
}

fn compare(value: &Value, pattern: &str, operator: Sign) -> bool {
    let text = number_text(value);
    if let (Some(pattern), Some(value)) = (duration::parse(pattern), text.as_deref().and_then(duration::parse)) {
        return holds(value.cmp(&pattern), operator);
    }
    if let (Some(pattern), Some(value)) = (Quantity::parse(pattern), text.as_deref().and_then(Quantity::parse)) {
        return holds(value.compare(&pattern), operator);
    }
    compare_texts(value, pattern, operator)
}

fn holds(order: Ordering, operator: Sign) -> bool {
    match operator {
        Sign::Equal => order.is_eq(),
        Sign::NotEqual => order.is_ne(),
        Sign::More => order.is_gt(),
        Sign::Less => order.is_lt(),
        Sign::MoreEqual => order.is_ge(),
        Sign::LessEqual => order.is_le(),
        Sign::InRange | Sign::NotInRange => false,
    }
}

/// What durations and quantities are read from.
fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("0".to_owned()),
        Value::String(text) => Some(text.to_string()),
        Value::Number(number) => Some(format!("{number:.6}")),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn compare_texts(value: &Value, pattern: &str, operator: Sign) -> bool {
    let text = match value {
        Value::Number(number) => scientific(*number),
        Value::Int(number) => number.to_string(),
        Value::String(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return false,
    };
    match operator {
        Sign::Equal => wildcard::matches(pattern, &text),
        Sign::NotEqual => !wildcard::matches(pattern, &text),
        _ => false,
    }
}

/// As Go's `strconv.FormatFloat(value, 'E', -1, 64)`: `8.08E+03`.
fn scientific(value: f64) -> String {
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = match exponent.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', exponent),
            };
            format!("{mantissa}E{sign}{digits:0>2}")
        }
        None => text,
    }
}
