//! Numbers.

use super::{Call, Outcome};
use crate::error::Error;
use crate::text;
use crate::value::Value;

pub(super) fn abs(call: &Call<'_>) -> Outcome {
    Ok(call.number(0).abs().into())
}

pub(super) fn ceil(call: &Call<'_>) -> Outcome {
    Ok(call.number(0).ceil().into())
}

pub(super) fn floor(call: &Call<'_>) -> Outcome {
    Ok(call.number(0).floor().into())
}

pub(super) fn avg(call: &Call<'_>) -> Outcome {
    let items = call.slice(0);
    let sum: f64 = items.iter().filter_map(Value::as_number).sum();
    #[expect(clippy::cast_precision_loss, reason = "as Go does")]
    let count = items.len() as f64;
    Ok((sum / count).into())
}

/// Half away from zero, to so many places.
pub(super) fn round(call: &Call<'_>) -> Outcome {
    let places =
        integer(call.number(1)).map_err(|_| Error::of("round", "Non-integer argument(s) passed for round off"))?;
    if places < 0 {
        // The original forgets the arguments of its own text.
        return Err(Error::of("round", "%!d(MISSING) argument is out of bounds (%!d(MISSING))"));
    }
    let shift = 10f64.powi(i32::try_from(places).unwrap_or(i32::MAX));
    Ok(((call.number(0) * shift).round() / shift).into())
}

/// A whole number, or why it is none.
pub(super) fn integer(number: f64) -> Result<i64, String> {
    if !number.is_finite() || number.fract() != 0.0 {
        return Err(format!("expected an integer number but got: {}", text::double(number)));
    }
    #[expect(clippy::cast_precision_loss, reason = "2^63 is exact")]
    let outside = number >= i64::MAX as f64 || number < i64::MIN as f64;
    if outside {
        return Err(format!("number is outside the range of integer numbers: {}", text::double(number)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above")]
    Ok(number as i64)
}
