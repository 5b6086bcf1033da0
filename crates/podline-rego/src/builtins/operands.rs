//! Operands of built-ins, or the failure that they are of another type.
//!
//! Source: `v1/topdown/builtins/builtins.go`.

use num_bigint::BigInt;

use crate::context::{Failure, Halt, Outcome};
use crate::float::{Float, TooLarge};
use crate::number::Number;
use crate::value::{Object, Set, Value};

/// The operand at a place.
pub(super) fn at(operands: &[Value], place: usize) -> Result<&Value, Failure> {
    operands.get(place).ok_or_else(|| Failure::error(format!("operand {} is missing", place + 1)))
}

/// The operand at `place` is of none of the types that are wanted.
pub(super) fn wrong(operands: &[Value], place: usize, wanted: &str) -> Failure {
    let got = operands.get(place).map_or("nothing", Value::type_name);
    Failure::error(format!("operand {} must be {wanted} but got {got}", place + 1))
}

/// A collection holds an element of another type.
pub(super) fn wrong_element(place: usize, wanted: &str, element: &Value) -> Failure {
    Failure::error(format!("operand {} must hold {wanted}s but holds {}", place + 1, element.type_name()))
}

pub(super) fn text(operands: &[Value], place: usize) -> Result<&str, Failure> {
    at(operands, place)?.as_str().ok_or_else(|| wrong(operands, place, "string"))
}

pub(super) fn number(operands: &[Value], place: usize) -> Result<&Number, Failure> {
    match at(operands, place)? {
        Value::Number(number) => Ok(number),
        _ => Err(wrong(operands, place, "number")),
    }
}

/// A whole number that is spelled as one: `1.0` is none.
pub(super) fn int(operands: &[Value], place: usize) -> Result<i64, Failure> {
    let fails =
        || Failure::error(format!("operand {} must be integer number but got floating-point number", place + 1));
    number(operands, place)?.as_i64().ok_or_else(fails)
}

/// A number without a fraction, however it is spelled.
pub(super) fn big_int(operands: &[Value], place: usize) -> Result<BigInt, Failure> {
    whole(number(operands, place)?)?.ok_or_else(|| {
        Failure::error(format!("operand {} must be integer number but got floating-point number", place + 1))
    })
}

/// The value of a number without a fraction, of at most 64 significant bits as OPA reads it.
pub(super) fn whole(number: &Number) -> Result<Option<BigInt>, Failure> {
    if let Number::Int(number) = number {
        return Ok(Some(BigInt::from(*number)));
    }
    let float = Float::read(number)?;
    Ok(float.is_integer().then(|| float.truncate()))
}

pub(super) fn object(operands: &[Value], place: usize) -> Result<&Object, Failure> {
    at(operands, place)?.as_object().ok_or_else(|| wrong(operands, place, "object"))
}

pub(super) fn array(operands: &[Value], place: usize) -> Result<&[Value], Failure> {
    at(operands, place)?.as_array().ok_or_else(|| wrong(operands, place, "array"))
}

pub(super) fn set(operands: &[Value], place: usize) -> Result<&Set, Failure> {
    at(operands, place)?.as_set().ok_or_else(|| wrong(operands, place, "set"))
}

/// The elements of an array or a set.
pub(super) fn elements(operands: &[Value], place: usize) -> Result<&[Value], Failure> {
    at(operands, place)?.elements().ok_or_else(|| wrong(operands, place, "one of {set, array}"))
}

/// The elements of an array or a set of texts.
pub(super) fn texts(operands: &[Value], place: usize) -> Result<Vec<&str>, Failure> {
    let elements = elements(operands, place)?.iter();
    elements.map(|item| item.as_str().ok_or_else(|| wrong_element(place, "string", item))).collect()
}

/// The value of a call.
#[expect(clippy::unnecessary_wraps, reason = "what every built-in returns")]
pub(super) fn found(value: impl Into<Value>) -> Outcome {
    Ok(Some(value.into()))
}

impl From<TooLarge> for Failure {
    fn from(_: TooLarge) -> Failure {
        Failure::Halt(Halt::Budget)
    }
}
