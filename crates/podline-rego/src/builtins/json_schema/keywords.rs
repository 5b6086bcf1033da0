//! Reading the values of keywords, and what is said of wrong ones.

use std::cmp::Ordering;

use super::Range;
use crate::context::Failure;
use crate::number::Number;
use crate::value::{Object, Value};

pub(super) fn invalid_type(expected: &str, given: &str) -> Failure {
    Failure::error(format!("Invalid type. Expected: {expected}, given: {given}"))
}

pub(super) fn must_be_an(key: &str, what: &str) -> Failure {
    Failure::error(format!("{key} must be of an {what}"))
}

pub(super) fn must_be_a(key: &str, what: &str) -> Failure {
    Failure::error(format!("{key} must be of a {what}"))
}

pub(super) fn must_be_of_type(key: &str, what: &str) -> Failure {
    Failure::error(format!("{key} must be of type {what}"))
}

pub(super) fn text<'m>(map: &'m Object, key: &str) -> Result<Option<&'m str>, Failure> {
    match map.get_str(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid_type("string", key)),
    }
}

pub(super) fn list<'m>(map: &'m Object, key: &str) -> Result<&'m [Value], Failure> {
    match map.get_str(key) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(must_be_an(key, "array")),
    }
}

fn number<'m>(map: &'m Object, key: &str) -> Result<Option<&'m Number>, Failure> {
    match map.get_str(key) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(Some(number)),
        Some(_) => Err(must_be_a(key, "Number")),
    }
}

pub(super) fn multiple_of(map: &Object) -> Result<Option<Number>, Failure> {
    match map.get_str("multipleOf") {
        None => Ok(None),
        Some(Value::Number(number)) if *number > Number::Int(0) => Ok(Some(number.clone())),
        Some(Value::Number(_)) => Err(Failure::error("multipleOf must be strictly greater than 0")),
        Some(_) => Err(invalid_type("Number", "multipleOf")),
    }
}

/// A bound, and the same without the bound itself: in draft 4 a truth beside it, from draft 6 on a number.
pub(super) fn bound(
    map: &Object,
    key: &str,
    exclusive: &str,
    draft: i64,
) -> Result<(Option<Number>, Option<Number>), Failure> {
    let bound = number(map, key)?.cloned();
    let truths = draft == 4 || draft > 7;
    match map.get_str(exclusive) {
        None => Ok((bound, None)),
        Some(Value::Bool(_)) if truths && bound.is_none() => {
            Err(Failure::error(format!("{exclusive} cannot be used without {key}")))
        }
        Some(Value::Bool(true)) if truths => Ok((None, bound)),
        Some(Value::Bool(false)) if truths => Ok((bound, None)),
        Some(Value::Number(number)) if draft != 4 => Ok((bound, Some(number.clone()))),
        Some(_) => {
            let wanted = match draft {
                4 => "boolean",
                6 | 7 => "number",
                _ => "boolean/number",
            };
            Err(invalid_type(wanted, exclusive))
        }
    }
}

fn size(map: &Object, key: &str) -> Result<Option<i64>, Failure> {
    let Some(value) = map.get_str(key) else { return Ok(None) };
    let whole = match value {
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    let number = whole.ok_or_else(|| must_be_an(key, "integer"))?;
    if number < 0 {
        return Err(Failure::error(format!("{key} must be greater than or equal to 0")));
    }
    Ok(Some(number))
}

/// Two numbers of which the first must not be larger; of items that is not looked at.
pub(super) fn range(map: &Object, least: &str, most: &str) -> Result<Range, Failure> {
    let (low, high) = (size(map, least)?, size(map, most)?);
    let order = low.zip(high).map_or(Ordering::Equal, |(low, high)| low.cmp(&high));
    if order.is_gt() && least != "minItems" {
        return Err(Failure::error(format!("{least} cannot be greater than {most}")));
    }
    Ok(Range { least: low, most: high })
}
