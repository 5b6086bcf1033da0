//! Aggregates, membership, sets and arrays.
//!
//! Source: `v1/topdown/aggregates.go`, `array.go`, `sets.go`, `binary.go`.

use super::operands::{array, at, elements, found, int, set, wrong, wrong_element};
use crate::context::{Context, Outcome};
use crate::float::Float;
use crate::number::Number;
use crate::value::{Set, Value};

pub(super) fn count(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(match at(operands, 0)? {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        Value::Set(items) => items.len(),
        Value::String(text) => text.chars().count(),
        _ => return Err(wrong(operands, 0, "one of {array, object, set, string}")),
    })
}

pub(super) fn sum(operands: &[Value], _: &Context<'_>) -> Outcome {
    let items = elements(operands, 0)?;
    let whole = |item: &Value| match item {
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    if let Some(numbers) = items.iter().map(whole).collect::<Option<Vec<_>>>() {
        // Go's sum runs over without a word.
        return found(numbers.into_iter().fold(0i64, i64::wrapping_add));
    }
    fold(items, Float::double(0, 0), Float::add)
}

pub(super) fn product(operands: &[Value], _: &Context<'_>) -> Outcome {
    fold(elements(operands, 0)?, Float::double(1, 0), Float::multiply)
}

fn fold(items: &[Value], start: Float, join: fn(&Float, &Float) -> Float) -> Outcome {
    let mut all = start;
    for item in items {
        let Value::Number(number) = item else { return Err(wrong_element(0, "number", item)) };
        all = join(&all, &Float::read(number)?);
    }
    found(all.to_number()?)
}

/// Of equal ones the last.
pub(super) fn max(operands: &[Value], _: &Context<'_>) -> Outcome {
    Ok(elements(operands, 0)?.iter().reduce(|a, b| if a.compare_as_opa(b).is_le() { b } else { a }).cloned())
}

/// Of equal ones the last.
pub(super) fn min(operands: &[Value], _: &Context<'_>) -> Outcome {
    let null = |value: &Value| matches!(value, Value::Null);
    let of_set = matches!(operands.first(), Some(Value::Set(_)));
    let least = elements(operands, 0)?.iter().reduce(|a, b| {
        // In a set null is not counted among the least where something else follows it.
        if (of_set && null(a)) || a.compare_as_opa(b).is_ge() { b } else { a }
    });
    Ok(least.cloned())
}

pub(super) fn sort(operands: &[Value], _: &Context<'_>) -> Outcome {
    let mut items = elements(operands, 0)?.to_vec();
    items.sort();
    found(items)
}

pub(super) fn all(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(elements(operands, 0)?.iter().all(|item| matches!(item, Value::Bool(true))))
}

pub(super) fn any(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(elements(operands, 0)?.iter().any(|item| matches!(item, Value::Bool(true))))
}

/// `x in xs`
pub(super) fn member(operands: &[Value], _: &Context<'_>) -> Outcome {
    let item = at(operands, 0)?;
    let same = |other: &Value| other.compare_as_opa(item).is_eq();
    found(match at(operands, 1)? {
        Value::Set(items) => items.contains(item),
        Value::Array(items) => items.iter().any(same),
        Value::Object(entries) => entries.values().any(same),
        _ => false,
    })
}

/// `key, x in xs`
pub(super) fn member_with_key(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (key, item) = (at(operands, 0)?, at(operands, 1)?);
    let under = at(operands, 2)?.get(key);
    found(under.is_some_and(|under| under.compare_as_opa(item).is_eq()))
}

pub(super) fn and(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(Value::set(common(set(operands, 0)?, set(operands, 1)?).iter().cloned()))
}

fn common(a: &Set, b: &Set) -> Set {
    a.iter().filter(|item| b.contains(item)).cloned().collect()
}

pub(super) fn or(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (a, b) = (set(operands, 0)?, set(operands, 1)?);
    context.budget.bytes((a.len() + b.len()) * 16)?;
    found(Value::set(a.iter().chain(b).cloned()))
}

pub(super) fn set_difference(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (a, b) = (set(operands, 0)?, set(operands, 1)?);
    found(Value::set(a.iter().filter(|item| !b.contains(item)).cloned()))
}

pub(super) fn intersection(operands: &[Value], _: &Context<'_>) -> Outcome {
    let mut all: Option<Set> = None;
    for item in set(operands, 0)? {
        let one = item.as_set().ok_or_else(|| wrong_element(0, "set", item))?;
        all = Some(match all {
            None => one.clone(),
            Some(all) => common(&all, one),
        });
    }
    found(Value::set(all.unwrap_or_default().iter().cloned()))
}

pub(super) fn union(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut all = Vec::new();
    for item in set(operands, 0)? {
        let one = item.as_set().ok_or_else(|| wrong_element(0, "set", item))?;
        context.budget.bytes(one.len() * 16)?;
        all.extend(one.iter().cloned());
    }
    found(Value::set(all))
}

pub(super) fn concat(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (a, b) = (array(operands, 0)?, array(operands, 1)?);
    context.budget.bytes((a.len() + b.len()) * 16)?;
    found([a, b].concat())
}

/// By one level.
pub(super) fn flatten(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut flat = Vec::new();
    for item in array(operands, 0)? {
        let items = item.as_array().unwrap_or(std::slice::from_ref(item));
        context.budget.bytes(items.len() * 16)?;
        flat.extend_from_slice(items);
    }
    found(flat)
}

pub(super) fn slice(operands: &[Value], _: &Context<'_>) -> Outcome {
    let items = array(operands, 0)?;
    let within = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
    let (start, stop) = (within(int(operands, 1)?), within(int(operands, 2)?).min(items.len()));
    found(items[start.min(stop)..stop].to_vec())
}

pub(super) fn reverse(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(array(operands, 0)?.iter().rev().cloned().collect::<Vec<_>>())
}

/// As an array: the elements of an array or a set.
pub(super) fn cast_array(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(elements(operands, 0)?.to_vec())
}

/// As a set: the elements of an array or a set.
pub(super) fn cast_set(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(Value::set(elements(operands, 0)?.iter().cloned()))
}

/// The number that a text is the spelling of; of `true` 1, of `false` and `null` 0.
pub(super) fn to_number(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(match at(operands, 0)? {
        Value::Null | Value::Bool(false) => Number::Int(0),
        Value::Bool(true) => Number::Int(1),
        Value::Number(number) => number.clone(),
        Value::String(text) if crate::number::is_number(text) => Number::from_spelling(text),
        _ => return Err(wrong(operands, 0, "a valid number string")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{call, call_with};
    use super::*;

    #[test]
    fn sums_and_products_are_of_64_bits() {
        assert_eq!(call("sum", "[[0.1, 0.2]]"), "0.3");
        assert_eq!(call("product", "[[0.1, 0.2]]"), "0.020000000000000000001");
        assert_eq!(call("sum", r#"[[1, "a"]]"#), "undefined");
        assert_eq!(call("count", r#"["a𝄞"]"#), "2");
    }

    #[test]
    fn of_sets_null_is_not_the_least() {
        assert_eq!(call_with("min", &[Value::set([Value::Null, 2i64.into(), 1i64.into()])]), "1");
        assert_eq!(call("min", "[[null, 2, 1]]"), "null");
        assert_eq!(call("max", "[[]]"), "undefined");
    }

    #[test]
    fn slices_stay_within_the_array() {
        assert_eq!(call("array.slice", "[[1, 2, 3], -1, 9]"), "[1, 2, 3]");
        assert_eq!(call("array.slice", "[[1, 2, 3], 2, 1]"), "[]");
        assert_eq!(call("array.slice", "[[1, 2, 3], 1.0, 2]"), "undefined");
    }

    #[test]
    fn texts_become_numbers_by_the_rules_of_go() {
        assert_eq!(call("to_number", r#"["1.50"]"#), "1.50");
        assert_eq!(call("to_number", r#"[" 7"]"#), "undefined");
        assert_eq!(call("to_number", "[true]"), "1");
    }
}
