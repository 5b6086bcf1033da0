//! Texts and types, as the specification has them.

use super::{Call, Outcome};
use crate::error::Error;
use crate::text;
use crate::value::Value;

pub(super) fn starts_with(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).starts_with(call.text(1)).into())
}

pub(super) fn ends_with(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).ends_with(call.text(1)).into())
}

pub(super) fn type_of(call: &Call<'_>) -> Outcome {
    Ok(match call.value(0) {
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::Maps(_) => return Err(Error::new("unknown type")),
    }
    .into())
}

pub(super) fn join(call: &Call<'_>) -> Outcome {
    let items: Vec<&str> = call.slice(1).iter().filter_map(Value::as_str).collect();
    let length: usize = items.iter().map(|item| item.len() + call.text(0).len()).sum();
    call.runtime.budget.bytes(length)?;
    Ok(items.join(call.text(0)).into())
}

pub(super) fn to_array(call: &Call<'_>) -> Outcome {
    Ok(match call.value(0) {
        Value::Array(items) => Value::Array(items.clone()),
        value => Value::array(vec![value.clone()]),
    })
}

pub(super) fn to_text(call: &Call<'_>) -> Outcome {
    match call.value(0) {
        Value::String(text) => Ok(Value::String(text.clone())),
        value => call.built(text::json(value)),
    }
}

pub(super) fn to_number(call: &Call<'_>) -> Outcome {
    match call.value(0) {
        Value::Number(number) => Ok(Value::Number(*number)),
        Value::String(text) => Ok(parse_float(text).map_or(Value::Null, Value::Number)),
        Value::Int(_) | Value::Maps(_) => Err(Error::new("unknown type")),
        _ => Ok(Value::Null),
    }
}

pub(super) fn not_null(call: &Call<'_>) -> Outcome {
    Ok(call.values().find(|value| !value.is_null()).cloned().unwrap_or_default())
}

/// As Go's `strconv.ParseFloat`: also `inf`, `nan` and hexadecimal floats, no blanks; too large is an error.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), "inf" | "infinity" | "nan") {
        return text.parse().ok();
    }
    if let Some(digits) = lower.strip_prefix("0x") {
        return hexadecimal(digits).map(|value| if text.starts_with('-') { -value } else { value });
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 13 {
        return None;
    }
    let value = u64::from_str_radix(&digits, 16).ok()?;
    let scale = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    #[expect(clippy::cast_precision_loss, reason = "13 digits are 52 bits")]
    let value = value as f64 * 2f64.powi(scale);
    value.is_finite().then_some(value)
}
