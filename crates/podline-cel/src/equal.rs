//! Equality and order. What is equal depends on how the API server holds a value, and errors inside lists
//! and maps are lost, as in cel-go.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::context::{Context, Limits};
use crate::error::Error;
use crate::value::Value;

/// What `==` gives; nothing if the two cannot be compared (`no such overload`).
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    either(left, right, &mut u64::MAX.clone())
}

/// What `==` gives, within the context's limit of work.
///
/// # Errors
/// If that is met.
pub(crate) fn equal_within(left: &Value, right: &Value, context: &mut Context<'_>) -> Result<Option<bool>, Error> {
    counted(left, right, context, either)
}

/// What the left value's own `Equal` gives, within the context's limit of work.
///
/// # Errors
/// If that is met.
pub(crate) fn same(left: &Value, right: &Value, context: &mut Context<'_>) -> Result<bool, Error> {
    Ok(counted(left, right, context, method)? == Some(true))
}

type Compare = fn(&Value, &Value, &mut u64) -> Option<bool>;

fn counted(left: &Value, right: &Value, context: &mut Context<'_>, compare: Compare) -> Result<Option<bool>, Error> {
    let before = context.work_left();
    let mut left_over = before;
    let result = compare(left, right, &mut left_over);
    context.work(before - left_over + u64::from(left_over == 0))?;
    Ok(result)
}

fn either(left: &Value, right: &Value, steps: &mut u64) -> Option<bool> {
    if left.is_null() || right.is_null() {
        return Some(left.is_null() && right.is_null());
    }
    method(left, right, steps)
}

/// What the left value's own `Equal` gives. Once there are no steps left, what it says means nothing.
fn method(left: &Value, right: &Value, steps: &mut u64) -> Option<bool> {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return Some(false);
    }
    match (left, right) {
        (Value::Null, _) => Some(right.is_null()),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Int(_) | Value::Uint(_) | Value::Double(_), Value::Int(_) | Value::Uint(_) | Value::Double(_)) => {
            Some(numbers(left, right) == Some(Ordering::Equal))
        }
        (Value::String(a), Value::String(b)) => Some(a == b),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a == b),
        (Value::Duration(a), Value::Duration(b)) => Some(a == b),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.same_moment(*b)),
        (Value::Type(a), Value::Type(b)) => Some(a.name() == b.name()),
        (Value::List(_) | Value::Node(_), _) if left.is_list() => lists(left, right, steps),
        (Value::Map(_) | Value::Node(_), _) => maps(left, right, steps),
        (Value::Optional(a), Value::Optional(b)) => match (a, b) {
            (None, None) => Some(true),
            (Some(a), Some(b)) => method(&a.value, &b.value, steps),
            _ => Some(false),
        },
        (Value::Fields(a), Value::Fields(b)) if Arc::ptr_eq(a, b) => Some(true),
        (Value::Fields(_), _) => None,
        (Value::Opaque(a), _) => a.equals(right),
        _ => Some(false),
    }
}

fn typed(value: &Value) -> bool {
    matches!(value, Value::Node(node) if node.is_typed())
}

fn lists(left: &Value, right: &Value, steps: &mut u64) -> Option<bool> {
    let typed = typed(left);
    if !right.is_list() {
        return if typed { None } else { Some(false) };
    }
    if left.size() != right.size() {
        return Some(false);
    }
    let limits = Limits::default();
    let mut context = Context::new(&limits, false);
    let count = usize::try_from(left.size().unwrap_or(0)).unwrap_or(0);
    for index in 0..count {
        let (Some(a), Some(b)) = (left.element(index, &mut context), right.element(index, &mut context)) else {
            return Some(false);
        };
        let same = if typed {
            method(&a.value, &b.value, steps) == Some(true)
        } else {
            either(&a.value, &b.value, steps) != Some(false)
        };
        if !same {
            return Some(false);
        }
    }
    Some(true)
}

fn maps(left: &Value, right: &Value, steps: &mut u64) -> Option<bool> {
    let typed = typed(left);
    if !right.is_map() {
        return if typed { None } else { Some(false) };
    }
    if left.size() != right.size() {
        return Some(false);
    }
    let limits = Limits::default();
    let mut context = Context::new(&limits, false);
    for key in left.keys() {
        let (a, b) = (left.lookup(&key, &mut context), right.lookup(&key, &mut context));
        let (Ok(Some(a)), Ok(Some(b))) = (a, b) else { return Some(false) };
        let same = if typed {
            method(&a.value, &b.value, steps)
        } else {
            Some(either(&a.value, &b.value, steps) != Some(false))
        };
        if same != Some(true) {
            return same;
        }
    }
    Some(true)
}

/// The order of two numbers of any type; nothing if one is NaN.
pub(crate) fn numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Uint(b)) => Some(u64::try_from(*a).map_or(Ordering::Less, |a| a.cmp(b))),
        (Value::Uint(a), Value::Int(b)) => Some(u64::try_from(*b).map_or(Ordering::Greater, |b| a.cmp(&b))),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Double(a), _) => a.partial_cmp(&as_double(right)?),
        (_, Value::Double(b)) => as_double(left)?.partial_cmp(b),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss)] // cel-go compares doubles
fn as_double(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Uint(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

/// The order of two values.
///
/// # Errors
/// If they have none.
pub fn compare(left: &Value, right: &Value) -> Result<Ordering, Error> {
    let order = match (left, right) {
        (Value::Int(_) | Value::Uint(_) | Value::Double(_), Value::Int(_) | Value::Uint(_) | Value::Double(_)) => {
            return numbers(left, right).ok_or_else(|| Error::new("NaN values cannot be ordered"));
        }
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.moment().cmp(&b.moment()),
        (Value::Double(a), _) if a.is_nan() => return Err(Error::new("NaN values cannot be ordered")),
        _ => return Err(Error::no_overload()),
    };
    Ok(order)
}
