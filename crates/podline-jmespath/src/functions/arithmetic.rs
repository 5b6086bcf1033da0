//! Arithmetic of numbers, quantities and durations, which do not mix.

use super::{Call, Outcome};
use crate::duration;
use crate::error::Error;
use crate::quantity::Quantity;
use crate::text;
use crate::value::Value;

/// What is computed with. A text is a quantity if it can be one (`10m` is), else a duration.
enum Operand {
    Scalar(f64),
    Quantity(Quantity),
    Duration(i64),
}

use Operand::{Duration, Quantity as Amount, Scalar};

fn operand(value: &Value, function: &str) -> Result<Operand, Error> {
    match value {
        Value::Number(number) => return Ok(Scalar(*number)),
        Value::String(text) => {
            if let Some(quantity) = Quantity::parse(text) {
                return Ok(Amount(quantity));
            }
            if let Some(nanos) = duration::parse(text) {
                return Ok(Duration(nanos));
            }
        }
        _ => {}
    }
    Err(Error::of(function, "invalid operand"))
}

fn operands(call: &Call<'_>) -> Result<(Operand, Operand), Error> {
    Ok((operand(call.value(0), call.name)?, operand(call.value(1), call.name)?))
}

fn mismatch(function: &str) -> Error {
    Error::of(function, "Types mismatch")
}

fn zero(call: &Call<'_>) -> Error {
    call.error("Zero divisor passed")
}

fn quantity(result: Option<Quantity>) -> Outcome {
    result.map(|quantity| quantity.write().into()).ok_or_else(|| Error::new("quantity out of range"))
}

fn span(nanos: i64) -> Outcome {
    Ok(duration::write(nanos).into())
}

fn added(a: &Value, b: &Value, function: &str) -> Outcome {
    match (operand(a, function)?, operand(b, function)?) {
        (Scalar(a), Scalar(b)) => Ok((a + b).into()),
        (Amount(a), Amount(b)) => quantity(a.add(&b)),
        (Duration(a), Duration(b)) => span(a.wrapping_add(b)),
        _ => Err(mismatch(function)),
    }
}

pub(super) fn add(call: &Call<'_>) -> Outcome {
    added(call.value(0), call.value(1), call.name)
}

pub(super) fn sum(call: &Call<'_>) -> Outcome {
    let Value::Array(items) = call.value(0) else { return Err(mismatch(call.name)) };
    let Some((first, rest)) = items.split_first() else {
        return Err(call.error("at least one element in the array is required"));
    };
    let mut total = first.clone();
    for item in rest {
        call.runtime.budget.steps(1)?;
        total = added(&total, item, call.name)?;
    }
    Ok(total)
}

pub(super) fn subtract(call: &Call<'_>) -> Outcome {
    match operands(call)? {
        (Scalar(a), Scalar(b)) => Ok((a - b).into()),
        (Amount(a), Amount(b)) => quantity(a.subtract(&b)),
        (Duration(a), Duration(b)) => span(a.wrapping_sub(b)),
        _ => Err(mismatch(call.name)),
    }
}

/// A number as a quantity: by its text.
fn scalar_quantity(number: f64) -> Result<Quantity, Error> {
    Quantity::parse(&text::double(number)).ok_or_else(|| {
        Error::new("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    })
}

#[expect(clippy::cast_precision_loss, reason = "as Go does")]
fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / 1e9
}

#[expect(clippy::cast_possible_truncation, reason = "as Go does")]
fn from_seconds(seconds: f64) -> Outcome {
    span((seconds * 1e9) as i64)
}

pub(super) fn multiply(call: &Call<'_>) -> Outcome {
    match operands(call)? {
        (Scalar(a), Scalar(b)) => Ok((a * b).into()),
        (Amount(a), Scalar(b)) | (Scalar(b), Amount(a)) => quantity(a.multiply(&scalar_quantity(b)?)),
        (Duration(a), Scalar(b)) | (Scalar(b), Duration(a)) => from_seconds(seconds(a) * b),
        _ => Err(mismatch(call.name)),
    }
}

pub(super) fn divide(call: &Call<'_>) -> Outcome {
    match operands(call)? {
        (Scalar(_) | Amount(_) | Duration(_), Scalar(0.0)) => Err(zero(call)),
        (Scalar(a), Scalar(b)) => Ok((a / b).into()),
        (Amount(a), Scalar(b)) => quantity(a.divide(&scalar_quantity(b)?)),
        (Amount(a), Amount(b)) => match b.approximate() {
            0.0 => Err(zero(call)),
            divisor => Ok((a.approximate() / divisor).into()),
        },
        (Duration(a), Scalar(b)) => from_seconds(seconds(a) / b),
        (Duration(a), Duration(b)) => match seconds(b) {
            0.0 => Err(zero(call)),
            divisor => Ok((seconds(a) / divisor).into()),
        },
        _ => Err(mismatch(call.name)),
    }
}

/// A whole number, or the error.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::float_cmp, reason = "as Go does")]
fn whole(call: &Call<'_>, number: f64) -> Result<i64, Error> {
    let whole = number as i64;
    if whole as f64 == number { Ok(whole) } else { Err(call.error("Non-integer argument(s) passed for modulo")) }
}

fn remainder(call: &Call<'_>, a: i64, b: i64) -> Result<i64, Error> {
    if b == 0 { Err(zero(call)) } else { Ok(a.wrapping_rem(b)) }
}

pub(super) fn modulo(call: &Call<'_>) -> Outcome {
    match operands(call)? {
        #[expect(clippy::cast_precision_loss, reason = "as Go does")]
        (Scalar(a), Scalar(b)) => {
            let (a, b) = (whole(call, a)?, whole(call, b)?);
            Ok((remainder(call, a, b)? as f64).into())
        }
        (Amount(a), Amount(b)) => {
            let (x, y) = (whole(call, a.approximate())?, whole(call, b.approximate())?);
            Ok(a.same_format(remainder(call, x, y)?).write().into())
        }
        (Duration(a), Duration(b)) => span(remainder(call, a, b)?),
        _ => Err(mismatch(call.name)),
    }
}
