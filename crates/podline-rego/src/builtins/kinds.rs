//! Types, comparisons, and what has no effect.
//!
//! Source: `v1/topdown/type.go`, `type_name.go`, `casts.go`, `comparison.go`, `trace.go`, `runtime.go`.

use std::cmp::Ordering;

use super::operands::{at, found, text, wrong};
use crate::context::{Context, Outcome};
use crate::value::Value;

pub(super) fn type_name(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(at(operands, 0)?.type_name())
}

fn is(operands: &[Value], name: &str) -> Outcome {
    found(at(operands, 0)?.type_name() == name)
}

pub(super) fn is_array(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "array")
}

pub(super) fn is_boolean(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "boolean")
}

pub(super) fn is_null(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "null")
}

pub(super) fn is_number(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "number")
}

pub(super) fn is_object(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "object")
}

pub(super) fn is_set(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "set")
}

pub(super) fn is_string(operands: &[Value], _: &Context<'_>) -> Outcome {
    is(operands, "string")
}

/// The operand, if it is of the type.
fn cast(operands: &[Value], name: &str) -> Outcome {
    let value = at(operands, 0)?;
    if value.type_name() == name { Ok(Some(value.clone())) } else { Err(wrong(operands, 0, name)) }
}

pub(super) fn cast_boolean(operands: &[Value], _: &Context<'_>) -> Outcome {
    cast(operands, "boolean")
}

pub(super) fn cast_null(operands: &[Value], _: &Context<'_>) -> Outcome {
    cast(operands, "null")
}

pub(super) fn cast_object(operands: &[Value], _: &Context<'_>) -> Outcome {
    cast(operands, "object")
}

pub(super) fn cast_string(operands: &[Value], _: &Context<'_>) -> Outcome {
    cast(operands, "string")
}

fn ordered(operands: &[Value], holds: fn(Ordering) -> bool) -> Outcome {
    found(holds(at(operands, 0)?.compare_as_opa(at(operands, 1)?)))
}

pub(super) fn equal(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_eq)
}

pub(super) fn not_equal(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_ne)
}

pub(super) fn less(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_lt)
}

pub(super) fn less_or_equal(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_le)
}

pub(super) fn greater(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_gt)
}

pub(super) fn greater_or_equal(operands: &[Value], _: &Context<'_>) -> Outcome {
    ordered(operands, Ordering::is_ge)
}

/// Notes something for those who trace an evaluation, which nobody does here.
pub(super) fn trace(operands: &[Value], _: &Context<'_>) -> Outcome {
    text(operands, 0)?;
    found(true)
}

/// Nobody sees what is printed.
pub(super) fn print(_: &[Value], _: &Context<'_>) -> Outcome {
    found(true)
}

/// Gatekeeper tells policies nothing of the process that they run in.
pub(super) fn runtime(_: &[Value], _: &Context<'_>) -> Outcome {
    found(Value::object([]))
}
