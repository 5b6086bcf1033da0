//! The operators of conditions.
//!
//! Source: kyverno `pkg/engine/variables/operator/`.

use podline_jmespath::quantity::Quantity;
use podline_jmespath::semver::Version;
use podline_jmespath::{Value, duration, parse_float, text, wildcard};

use crate::kyverno::fault::Fault;
use crate::kyverno::operators::{Sign, sign};
use crate::kyverno::pattern::{matches_text, parse_int};
use crate::kyverno::rule::Operator;

pub(super) fn compare(operator: Operator, key: &Value, value: &Value) -> Result<bool, Fault> {
    Ok(match operator {
        Operator::Equals => equals(key, value),
        Operator::NotEquals => not_equals(key, value),
        Operator::AnyIn => any_in(key, value, false).unwrap_or(false),
        Operator::AnyNotIn => any_in(key, value, true).unwrap_or(false),
        Operator::AllIn => all_in(key, value, false).unwrap_or(false),
        Operator::AllNotIn => all_in(key, value, true).unwrap_or(false),
        Operator::In => old_in(key, value, false)?.unwrap_or(false),
        Operator::NotIn => old_in(key, value, true)?.unwrap_or(false),
        Operator::Order(order) => ordered(order, key, value),
        Operator::Duration(order) => durations_ordered(order, key, value),
    })
}

/// `>`, `>=`, `<`, `<=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kyverno) enum Order {
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

impl Order {
    fn holds<T: PartialOrd + Copy>(self, a: T, b: T) -> bool {
        match self {
            Order::Greater => a > b,
            Order::GreaterEqual => a >= b,
            Order::Less => a < b,
            Order::LessEqual => a <= b,
        }
    }
}

/// A number of either kind.
#[expect(clippy::cast_precision_loss, reason = "as Go does")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Int(number) => Some(*number as f64),
        _ => None,
    }
}

/// Both as seconds, if one of them is a duration and the other one too, or a number.
fn durations(key: &Value, value: &Value) -> Option<(f64, f64)> {
    let parsed = |value: &Value| value.as_str().filter(|text| *text != "0").and_then(duration::parse);
    let (a, b) = (parsed(key), parsed(value));
    if a.is_none() && b.is_none() {
        return None;
    }
    let nanos = |parsed: Option<i64>, value: &Value| parsed.or_else(|| Some(whole_seconds(number(value)?)));
    Some((seconds(nanos(a, key)?), seconds(nanos(b, value)?)))
}

/// Go cuts a number of seconds before it becomes a duration.
#[expect(clippy::cast_possible_truncation, reason = "as Go does")]
fn whole_seconds(number: f64) -> i64 {
    (number as i64).wrapping_mul(1_000_000_000)
}

#[expect(clippy::cast_precision_loss, reason = "as Go does")]
fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / 1e9
}

#[expect(clippy::float_cmp, clippy::cast_possible_truncation, reason = "as Go does")]
fn equals(key: &Value, value: &Value) -> bool {
    match key {
        Value::Bool(key) => matches!(value, Value::Bool(value) if key == value),
        Value::Int(key) => match value {
            Value::Int(value) => key == value,
            Value::Number(value) => value.fract() == 0.0 && *value as i64 == *key,
            Value::String(value) => parse_int(value) == Some(*key),
            _ => false,
        },
        Value::Number(key) => match value {
            Value::Int(value) => key.fract() == 0.0 && *key as i64 == *value,
            Value::Number(value) => key == value,
            Value::String(value) => parse_float(value) == Some(*key),
            _ => false,
        },
        Value::String(text) => texts_equal(text, key, value),
        Value::Object(_) => matches!(value, Value::Object(_)) && key == value,
        Value::Array(_) => matches!(value, Value::Array(_)) && key == value,
        Value::Null | Value::Maps(_) => false,
    }
}

#[expect(clippy::float_cmp, reason = "as Go does")]
fn texts_equal(text: &str, key: &Value, value: &Value) -> bool {
    if let Some((key, value)) = durations(key, value) {
        return key == value;
    }
    let Value::String(value) = value else { return false };
    if let Some(key) = Quantity::parse(text) {
        return Quantity::parse(value).is_some_and(|value| key.compare(&value).is_eq());
    }
    wildcard::matches(value, text)
}

fn not_equals(key: &Value, value: &Value) -> bool {
    match key {
        Value::Null | Value::Maps(_) => false,
        Value::String(text)
            if value.as_str() == Some("") && durations(key, value).is_none() && Quantity::parse(text).is_some() =>
        {
            !text.is_empty()
        }
        _ => !equals(key, value),
    }
}

/// As Go's `fmt.Sprint` writes it.
fn sprint(value: &Value) -> String {
    text::format(value)
}

fn either_matches(a: &str, b: &str) -> bool {
    wildcard::matches(a, b) || wildcard::matches(b, a)
}

/// The texts of a list of JSON; nothing if the text is JSON and no such list; the text itself if it is no JSON.
fn listed(text: &str) -> Option<Vec<String>> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Err(_) => Some(vec![text.to_owned()]),
        Ok(serde_json::Value::Null) => Some(Vec::new()),
        Ok(serde_json::Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Null => Some(String::new()),
                _ => None,
            })
            .collect(),
        Ok(_) => None,
    }
}

/// Is one text in the value? Nothing if the value is of a wrong type.
fn one_in(key: &str, value: &Value) -> Option<bool> {
    match value {
        Value::Array(items) => Some(items.iter().any(|item| either_matches(&sprint(item), key))),
        Value::String(text) => {
            if wildcard::matches(text, key) {
                return Some(true);
            }
            if sign(text) == Sign::InRange {
                return Some(matches_text(&Value::text(key), text));
            }
            Some(listed(text)?.iter().any(|item| item == key))
        }
        _ => None,
    }
}

/// The key as one text, or as several.
enum Key {
    One(String),
    Several(Vec<String>),
}

fn key_of(key: &Value) -> Option<Key> {
    match key {
        Value::String(text) => Some(Key::One(text.to_string())),
        Value::Number(_) | Value::Int(_) | Value::Bool(_) => Some(Key::One(sprint(key))),
        Value::Array(items) => Some(Key::Several(items.iter().map(sprint).collect())),
        Value::Null | Value::Object(_) | Value::Maps(_) => None,
    }
}

fn found(key: &str, values: &[String]) -> bool {
    values.iter().any(|value| either_matches(key, value))
}

/// AnyIn, or with `not` AnyNotIn.
fn any_in(key: &Value, value: &Value, not: bool) -> Option<bool> {
    let keys = match key_of(key)? {
        Key::One(key) => return Some(one_in(&key, value)? != not),
        Key::Several(keys) => keys,
    };
    let any = |values: &[String]| keys.iter().any(|key| found(key, values) != not);
    match value {
        Value::Array(items) => Some(any(&items.iter().map(sprint).collect::<Vec<_>>())),
        Value::Number(_) | Value::Int(_) | Value::Bool(_) => Some(any(&[sprint(value)])),
        Value::String(text) => {
            if let [key] = &keys[..]
                && **key == **text
            {
                return Some(!not);
            }
            if sign(text) == Sign::InRange {
                let range = if not { text.replacen('-', "!-", 1) } else { text.to_string() };
                return Some(keys.iter().any(|key| matches_text(&Value::text(key.as_str()), &range)));
            }
            Some(any(&listed(text)?))
        }
        _ => None,
    }
}

/// AllIn, or with `not` AllNotIn.
fn all_in(key: &Value, value: &Value, not: bool) -> Option<bool> {
    let keys = match key_of(key)? {
        Key::One(key) => return Some(one_in(&key, value)? != not),
        Key::Several(keys) => keys,
    };
    let all = |values: &[String]| keys.iter().all(|key| found(key, values) != not);
    match value {
        Value::Array(items) => Some(all(&items.iter().map(sprint).collect::<Vec<_>>())),
        Value::String(text) => {
            if let [key] = &keys[..]
                && **key == **text
            {
                return Some(!not);
            }
            if sign(text) == Sign::InRange {
                return Some(keys.iter().all(|key| matches_text(&Value::text(key.as_str()), text) != not));
            }
            Some(all(&listed(text)?))
        }
        _ => None,
    }
}

/// In, or with `not` NotIn: the old operators. A list that holds more than texts panics in the original.
fn old_in(key: &Value, value: &Value, not: bool) -> Result<Option<bool>, Fault> {
    let keys = match key {
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.ok_or_else(|| Fault::new("interface conversion: interface {} is not string"))?
        }
        key => {
            let Some(Key::One(key)) = key_of(key) else { return Ok(None) };
            return Ok(old_one_in(&key, value).map(|found| found != not));
        }
    };
    let contained = |values: &[&str]| keys.iter().all(|key| values.contains(key)) != not;
    Ok(match value {
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| contained(&texts))
        }
        Value::String(text) => {
            if let [key] = &keys[..]
                && **key == **text
            {
                // The original says so for NotIn too.
                return Ok(Some(true));
            }
            json_list(text).map(|texts| contained(&texts.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        _ => None,
    })
}

fn json_list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str::<serde_json::Value>(text).ok()?;
    listed(text)
}

fn old_one_in(key: &str, value: &Value) -> Option<bool> {
    match value {
        Value::Array(items) => Some(items.iter().any(|item| either_matches(&sprint(item), key))),
        Value::String(text) if wildcard::matches(text, key) => Some(true),
        Value::String(text) => json_list(text).map(|texts| texts.iter().any(|item| item == key)),
        _ => None,
    }
}

fn ordered(order: Order, key: &Value, value: &Value) -> bool {
    match key {
        Value::Int(_) | Value::Number(_) => number(key).is_some_and(|number| number_ordered(order, number, value)),
        Value::String(text) => text_ordered(order, text, key, value),
        _ => false,
    }
}

fn number_ordered(order: Order, key: f64, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            if let Some((key, value)) = durations(&Value::Number(key), value) {
                return order.holds(key, value);
            }
            parse_float(text).is_some_and(|value| order.holds(key, value))
        }
        value => number(value).is_some_and(|value| order.holds(key, value)),
    }
}

fn text_ordered(order: Order, text: &str, key: &Value, value: &Value) -> bool {
    if let Some((key, value)) = durations(key, value) {
        return order.holds(key, value);
    }
    let quantities = value.as_str().and_then(|value| Some((Quantity::parse(text)?, Quantity::parse(value)?)));
    if let Some((key, value)) = quantities {
        return order.holds(key.compare(&value) as i8, 0);
    }
    if let Some(key) = parse_float(text) {
        return number_ordered(order, key, value);
    }
    let versions = value.as_str().and_then(|value| Some((Version::parse(text)?, Version::parse(value)?)));
    versions.is_some_and(|(key, value)| order.holds(key.compare(&value) as i8, 0))
}

fn durations_ordered(order: Order, key: &Value, value: &Value) -> bool {
    let nanos = |value: &Value| match value {
        Value::String(text) => duration::parse(text),
        value => number(value).map(whole_seconds),
    };
    match (nanos(key), nanos(value)) {
        (Some(key), Some(value)) => order.holds(key, value),
        _ => false,
    }
}
