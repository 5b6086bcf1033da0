//! Arithmetic, bits, ranges.
//!
//! Source: `v1/topdown/arithmetic.go`, `bits.go`, `numbers.go`.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use super::operands::{at, big_int, found, int, number, whole, wrong};
use crate::context::{Context, Failure, Outcome};
use crate::float::Float;
use crate::number::Number;
use crate::value::Value;

fn of_float(float: &Float) -> Outcome {
    found(float.to_number()?)
}

fn of_big(number: &BigInt) -> Outcome {
    found(Number::from_spelling(&number.to_string()))
}

/// Two whole numbers, where both are spelled as such.
fn ints(operands: &[Value]) -> Option<(i64, i64)> {
    match operands {
        [Value::Number(a), Value::Number(b)] => Some((a.as_i64()?, b.as_i64()?)),
        _ => None,
    }
}

fn floats(operands: &[Value]) -> Result<(Float, Float), Failure> {
    Ok((Float::read(number(operands, 0)?)?, Float::read(number(operands, 1)?)?))
}

pub(super) fn plus(operands: &[Value], _: &Context<'_>) -> Outcome {
    if let Some(sum) = ints(operands).and_then(|(a, b)| a.checked_add(b)) {
        return found(sum);
    }
    let (a, b) = floats(operands)?;
    of_float(&a.add(&b))
}

/// Differences of numbers, and of sets.
pub(super) fn minus(operands: &[Value], _: &Context<'_>) -> Outcome {
    match (at(operands, 0)?, at(operands, 1)?) {
        (Value::Set(a), Value::Set(b)) => found(Value::set(a.iter().filter(|item| !b.contains(item)).cloned())),
        (Value::Number(_), Value::Number(_)) => {
            if let Some(difference) = ints(operands).and_then(|(a, b)| a.checked_sub(b)) {
                return found(difference);
            }
            let (a, b) = floats(operands)?;
            of_float(&a.add(&b.negate()))
        }
        (Value::Number(_), _) => Err(wrong(operands, 1, "number")),
        (Value::Set(_), _) => Err(wrong(operands, 1, "set")),
        _ => Err(wrong(operands, 0, "one of {number, set}")),
    }
}

pub(super) fn multiply(operands: &[Value], _: &Context<'_>) -> Outcome {
    // Of larger numbers a zero keeps the sign: 0 * -1000 is -0.
    let small = |number: i64| number.unsigned_abs() < 1000;
    if let Some((a, b)) = ints(operands)
        && let Some(product) = a.checked_mul(b)
        && (product != 0 || (small(a) && small(b)))
    {
        return found(product);
    }
    let (a, b) = floats(operands)?;
    of_float(&a.multiply(&b))
}

pub(super) fn divide(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (a, b) = floats(operands)?;
    let quotient = a.divide(&b).ok_or_else(|| Failure::error("divide by zero"))?;
    of_float(&quotient)
}

pub(super) fn remainder(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (a, b) = (number(operands, 0)?, number(operands, 1)?);
    let (Some(a), Some(b)) = (whole(a)?, whole(b)?) else {
        return Err(Failure::error("modulo on floating-point number"));
    };
    // Go looks at the lowest 64 bits.
    if lowest_bits(&b) == 0 {
        return Err(Failure::error("modulo by zero"));
    }
    of_big(&(a % b))
}

fn lowest_bits(number: &BigInt) -> u64 {
    number.magnitude().iter_u64_digits().next().unwrap_or(0)
}

pub(super) fn absolute(operands: &[Value], _: &Context<'_>) -> Outcome {
    of_float(&Float::read(number(operands, 0)?)?.abs())
}

pub(super) fn round(operands: &[Value], _: &Context<'_>) -> Outcome {
    let float = Float::read(number(operands, 0)?)?;
    let half = Float::double(1, -1);
    let half = if float.is_negative() { half.negate() } else { half };
    of_float(&Float::from_integer(&float.add(&half).truncate()))
}

pub(super) fn ceiling(operands: &[Value], _: &Context<'_>) -> Outcome {
    let float = Float::read(number(operands, 0)?)?;
    let below = Float::from_integer(&float.truncate());
    if below.is_negative() || float.compare(&below) == Ordering::Equal {
        return of_float(&below);
    }
    // A negative number above -1 is cut to a zero without a sign: OPA says that ceil(-0.5) is 1.
    of_float(&below.add(&Float::double(1, 0)))
}

pub(super) fn floor(operands: &[Value], _: &Context<'_>) -> Outcome {
    let float = Float::read(number(operands, 0)?)?;
    let above = Float::from_integer(&float.truncate());
    if !above.is_negative() || float.compare(&above) == Ordering::Equal {
        return of_float(&above);
    }
    of_float(&above.add(&Float::double(1, 0).negate()))
}

pub(super) fn bits_and(operands: &[Value], _: &Context<'_>) -> Outcome {
    of_big(&(big_int(operands, 0)? & big_int(operands, 1)?))
}

pub(super) fn bits_or(operands: &[Value], _: &Context<'_>) -> Outcome {
    of_big(&(big_int(operands, 0)? | big_int(operands, 1)?))
}

pub(super) fn bits_xor(operands: &[Value], _: &Context<'_>) -> Outcome {
    of_big(&(big_int(operands, 0)? ^ big_int(operands, 1)?))
}

pub(super) fn bits_negate(operands: &[Value], _: &Context<'_>) -> Outcome {
    of_big(&!big_int(operands, 0)?)
}

/// The bits that something is shifted by.
fn shift(operands: &[Value]) -> Result<u64, Failure> {
    let shift = big_int(operands, 1)?;
    if shift.sign() == Sign::Minus {
        return Err(Failure::error("operand 2 must be an unsigned integer number but got a negative integer"));
    }
    Ok(lowest_bits(&shift))
}

pub(super) fn bits_left(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (number, shift) = (big_int(operands, 0)?, shift(operands)?);
    if number.sign() == Sign::NoSign {
        return found(0i64);
    }
    // Writing so many digits costs their square.
    let digits = usize::try_from(shift / 8).unwrap_or(usize::MAX);
    context.budget.bytes(digits)?;
    context.budget.steps((digits / 64).saturating_mul(digits / 64))?;
    of_big(&(number << shift))
}

pub(super) fn bits_right(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (number, shift) = (big_int(operands, 0)?, shift(operands)?);
    if shift > number.bits() {
        return found(if number.sign() == Sign::Minus { -1i64 } else { 0 });
    }
    of_big(&(number >> shift))
}

pub(super) fn range(operands: &[Value], context: &Context<'_>) -> Outcome {
    numbers(&big_int(operands, 0)?, &big_int(operands, 1)?, &BigInt::from(1), context)
}

pub(super) fn range_step(operands: &[Value], context: &Context<'_>) -> Outcome {
    let step = big_int(operands, 2)?;
    if step.sign() != Sign::Plus {
        return Err(Failure::error("numbers.range_step: step must be a positive integer"));
    }
    numbers(&big_int(operands, 0)?, &big_int(operands, 1)?, &step, context)
}

/// From the first to the last at most, upwards or downwards.
fn numbers(first: &BigInt, last: &BigInt, step: &BigInt, context: &Context<'_>) -> Outcome {
    let count = (last - first).into_parts().1 / step.magnitude();
    let count = usize::try_from(count).unwrap_or(usize::MAX).saturating_add(1);
    context.budget.steps(count)?;
    context.budget.bytes(count.saturating_mul(32))?;
    let step = if first <= last { step.clone() } else { -step };
    let mut next = first.clone();
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        items.push(Value::Number(match i64::try_from(&next) {
            Ok(number) => Number::Int(number),
            Err(_) => Number::from_spelling(&next.to_string()),
        }));
        next += &step;
    }
    found(items)
}

/// A whole number in base 2, 8, 10 or 16; a fraction is cut off.
pub(super) fn format_int(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (number, base) = (number(operands, 0)?, number(operands, 1)?);
    let radix = match &*base.spelling() {
        "2" => 2,
        "8" => 8,
        "10" => 10,
        "16" => 16,
        _ => return Err(Failure::error("operand 2 must be one of {2, 8, 10, 16}")),
    };
    let whole = match number.as_i64() {
        Some(number) => BigInt::from(number),
        None => Float::read(number)?.truncate(),
    };
    found(whole.to_str_radix(radix))
}

/// Operands are checked, the answer is not known.
pub(super) fn random(operands: &[Value], _: &Context<'_>) -> Outcome {
    super::operands::text(operands, 0)?;
    if int(operands, 1)? == 0 {
        return found(0i64);
    }
    Err(Failure::undecided("rand.intn"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    const TOO_MUCH: &str = "needs more work or memory than a policy may use";

    #[test]
    fn numbers_are_computed_as_opa_does() {
        for (name, operands, result) in [
            ("plus", "[0.1, 0.2]", "0.3"),
            ("plus", "[9223372036854775807, 1]", "9223372036854775808"),
            ("mul", "[0, -1000]", "-0"),
            ("div", "[1, 3]", "0.33333333333333333334"),
            ("div", "[1, 0.0]", "undefined"),
            ("rem", "[-7, 3]", "-1"),
            ("rem", "[1e3, 7]", "6"),
            ("rem", "[1.5, 1]", "undefined"),
            ("rem", "[4, 18446744073709551616]", "undefined"),
            ("ceil", "[-0.5]", "1"),
            ("floor", "[-1.5]", "-2"),
            ("round", "[-2.5]", "-3"),
            ("abs", "[-12345678901234567890]", "12345678901234567890"),
            ("bits.negate", "[5]", "-6"),
            ("bits.lsh", "[1, 70]", "1180591620717411303424"),
            ("bits.rsh", "[-8, 1]", "-4"),
            ("numbers.range", "[3, 1]", "[3, 2, 1]"),
            ("numbers.range_step", "[0, 9, 4]", "[0, 4, 8]"),
            ("numbers.range_step", "[0, 9, 0]", "undefined"),
            ("format_int", "[-255.9, 16]", "\"-ff\""),
            ("format_int", "[1, 10.0]", "undefined"),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }

    #[test]
    fn what_takes_too_long_or_too_much_ends_the_evaluation() {
        assert_eq!(call("numbers.range", "[1, 100000000000]"), TOO_MUCH);
        assert_eq!(call("bits.lsh", "[1, 1000000000000]"), TOO_MUCH);
        assert_eq!(call("plus", "[1e1000000000, 1]"), TOO_MUCH);
    }
}
