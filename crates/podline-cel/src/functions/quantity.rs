//! Kubernetes' quantities.

use std::cmp::Ordering;

use super::{order, text};
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::value::{Opaque, Traced, Value};

/// The most decimal digits that surely fit 64 bits, and the smallest power of ten that is kept.
const DIGITS: i32 = 18;
const NANO: i32 = -9;

/// `value` times ten to the power of `scale`.
#[derive(Clone, Copy, Debug)]
struct Quantity {
    value: i128,
    scale: i32,
    /// The server keeps it in 64 bits. Only then does it say whether it is an integer.
    small: bool,
}

impl Opaque for Quantity {
    fn type_name(&self) -> &str {
        "kubernetes.Quantity"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Quantity>().map(|other| self.compare(other).is_eq())
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    const WITH_INT: &str = "kubernetes.Quantity.(int) -> kubernetes.Quantity";
    const PAIR: &str = "kubernetes.Quantity.(kubernetes.Quantity)";
    let to_bool = format!("{PAIR} -> bool");
    let to_quantity = format!("{PAIR} -> kubernetes.Quantity");
    Library::new()
        .function("quantity", "string_to_quantity", "(string) -> kubernetes.Quantity", |_, args| {
            parse(text(args, 0)?).map(Value::opaque)
        })
        .function("isQuantity", "is_quantity_string", "(string) -> bool", |_, args| {
            Ok(Value::Bool(parse(text(args, 0)?).is_ok()))
        })
        .function("sign", "quantity_sign", "(kubernetes.Quantity) -> int", |_, args| {
            Ok(order(quantity(args, 0)?.value.cmp(&0)))
        })
        .function("isGreaterThan", "quantity_is_greater_than", &to_bool, |_, args| {
            Ok(Value::Bool(compared(args)?.is_gt()))
        })
        .function("isLessThan", "quantity_is_less_than", &to_bool, |_, args| Ok(Value::Bool(compared(args)?.is_lt())))
        .function("compareTo", "quantity_compare_to", &format!("{PAIR} -> int"), |_, args| Ok(order(compared(args)?)))
        .function("asApproximateFloat", "quantity_get_float", "kubernetes.Quantity.() -> double", |_, args| {
            Ok(Value::Double(quantity(args, 0)?.float()))
        })
        .function("asInteger", "quantity_get_int", "kubernetes.Quantity.() -> int", |_, args| {
            quantity(args, 0)?.int().map(Value::Int).ok_or_else(|| Error::new("cannot convert value to integer"))
        })
        .function("isInteger", "quantity_is_integer", "kubernetes.Quantity.() -> bool", |_, args| {
            Ok(Value::Bool(quantity(args, 0)?.int().is_some()))
        })
        .function("add", "quantity_add", &to_quantity, |_, args| sum(quantity(args, 0)?, quantity(args, 1)?, 1))
        .function("add", "quantity_add_int", WITH_INT, |_, args| sum(quantity(args, 0)?, &whole(args)?, 1))
        .function("sub", "quantity_sub", &to_quantity, |_, args| sum(quantity(args, 0)?, quantity(args, 1)?, -1))
        .function("sub", "quantity_sub_int", WITH_INT, |_, args| sum(quantity(args, 0)?, &whole(args)?, -1))
        .costs(|function, _, args, _| match function {
            "quantity" | "isQuantity" => Some(share(size(&args.first()?.value), TRAVERSAL)),
            "sign" | "asInteger" | "isInteger" | "asApproximateFloat" | "isGreaterThan" | "isLessThan"
            | "compareTo" | "add" | "sub" => Some(1),
            _ => None,
        })
}

fn quantity(args: &[Traced], index: usize) -> Result<&Quantity, Error> {
    args[index].value.downcast().ok_or_else(Error::no_overload)
}

fn whole(args: &[Traced]) -> Result<Quantity, Error> {
    Ok(Quantity { value: i128::from(super::int(args, 1)?), scale: 0, small: true })
}

fn compared(args: &[Traced]) -> Result<Ordering, Error> {
    Ok(quantity(args, 0)?.compare(quantity(args, 1)?))
}

fn power(exponent: i32) -> Option<i128> {
    u32::try_from(exponent).ok().and_then(|exponent| 10i128.checked_pow(exponent))
}

/// Both values at the smaller scale, if they fit.
fn aligned(a: &Quantity, b: &Quantity) -> Option<(i128, i128, i32)> {
    let scale = a.scale.min(b.scale);
    let at = |q: &Quantity| if q.value == 0 { Some(0) } else { q.value.checked_mul(power(q.scale - scale)?) };
    Some((at(a)?, at(b)?, scale))
}

impl Quantity {
    #[allow(clippy::cast_precision_loss)] // only where they are orders of magnitude apart
    fn compare(&self, other: &Quantity) -> Ordering {
        let magnitude = |q: &Quantity| (q.value.unsigned_abs() as f64).log10() + f64::from(q.scale);
        match aligned(self, other) {
            Some((a, b, _)) => a.cmp(&b),
            // One is so much larger that its sign or its digits decide.
            None => self.value.signum().cmp(&other.value.signum()).then_with(|| {
                let order = magnitude(self).total_cmp(&magnitude(other));
                if self.value < 0 { order.reverse() } else { order }
            }),
        }
    }

    #[allow(clippy::cast_precision_loss)] // approximate, as its name says
    fn float(&self) -> f64 {
        let base = self.value as f64;
        if self.scale == 0 { base } else { base * format!("1e{}", self.scale).parse().unwrap_or(f64::INFINITY) }
    }

    fn int(&self) -> Option<i64> {
        if !self.small || self.scale < 0 {
            return None;
        }
        i64::try_from(self.value.checked_mul(power(self.scale)?)?).ok()
    }
}

fn sum(a: &Quantity, b: &Quantity, sign: i128) -> Result<Value, Error> {
    let negated = Quantity { value: b.value * sign, ..*b };
    if a.small && b.small && a.value == 0 {
        return Ok(Value::opaque(negated));
    }
    let (x, y, scale) = aligned(a, &negated).ok_or_else(|| Error::new("quantity out of range"))?;
    let value = x.checked_add(y).ok_or_else(|| Error::new("quantity out of range"))?;
    let fits = |value: i128| i64::try_from(value).is_ok();
    let small = a.small && b.small && fits(x) && fits(y) && fits(value);
    Ok(Value::opaque(Quantity { value, scale, small }))
}

fn wrong_format() -> Error {
    Error::new("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
}

fn not_numeric() -> Error {
    Error::new("unable to parse numeric part of quantity")
}

/// Powers of two and ten that suffixes stand for.
enum Suffix {
    Two(u32),
    Ten(i32),
}

fn suffix(text: &str) -> Option<Suffix> {
    Some(match text {
        "Ki" => Suffix::Two(10),
        "Mi" => Suffix::Two(20),
        "Gi" => Suffix::Two(30),
        "Ti" => Suffix::Two(40),
        "Pi" => Suffix::Two(50),
        "Ei" => Suffix::Two(60),
        "n" => Suffix::Ten(-9),
        "u" => Suffix::Ten(-6),
        "m" => Suffix::Ten(-3),
        "" => Suffix::Ten(0),
        "k" => Suffix::Ten(3),
        "M" => Suffix::Ten(6),
        "G" => Suffix::Ten(9),
        "T" => Suffix::Ten(12),
        "P" => Suffix::Ten(15),
        "E" => Suffix::Ten(18),
        _ => {
            let exponent = text.strip_prefix(['e', 'E'])?;
            Suffix::Ten(exponent.parse().ok()?)
        }
    })
}

/// The sign, the digits before and after the point, and the suffix.
fn split(text: &str) -> Result<(bool, &str, &str, &str), Error> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.trim_start_matches('0');
    let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = rest.split_at(whole);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("", rest),
    };
    let letters = rest.bytes().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
    let exponent = rest[letters..].strip_prefix(['-', '+']).unwrap_or(&rest[letters..]);
    if !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong_format());
    }
    Ok((negative, whole, fraction, rest))
}

fn parse(text: &str) -> Result<Quantity, Error> {
    if text.is_empty() {
        return Err(wrong_format());
    }
    let (negative, whole, fraction, rest) = split(text)?;
    let suffix = suffix(rest).ok_or_else(|| Error::new("unable to parse quantity's suffix"))?;
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let count = |text: &str| i32::try_from(text.len()).unwrap_or(i32::MAX);
    let length = count(if whole.is_empty() { "0" } else { whole }).saturating_add(count(fraction));
    let digits = format!("{whole}{fraction}");
    let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| not_numeric())? };
    let digits = if negative { -digits } else { digits };
    let fast = match suffix {
        Suffix::Ten(exponent) => (length <= DIGITS).then(|| (digits, exponent.saturating_sub(count(fraction)))),
        Suffix::Two(bits) if fraction.is_empty() => {
            let exponent = i32::try_from(bits).unwrap_or(0);
            let room = 14 - length - exponent * 3 / 10;
            (room >= 0).then(|| (digits << bits, 0))
        }
        Suffix::Two(_) => None,
    };
    if let Some((value, scale)) = fast.filter(|(value, scale)| *scale >= NANO && i64::try_from(*value).is_ok()) {
        return Ok(Quantity { value, scale, small: true });
    }
    if !has_digit {
        return Err(not_numeric());
    }
    let (mut value, mut scale) = match suffix {
        Suffix::Ten(exponent) => (digits, exponent.saturating_sub(count(fraction))),
        Suffix::Two(bits) => (digits.checked_mul(1 << bits).ok_or_else(not_numeric)?, -count(fraction)),
    };
    if scale < NANO {
        // What is not zero is not rounded to zero.
        let unit = power(NANO.saturating_sub(scale)).unwrap_or(i128::MAX);
        value = value / unit + if value % unit == 0 { 0 } else { value.signum() };
        scale = NANO;
    } else if let Some(finer) = power(scale - NANO).and_then(|unit| value.checked_mul(unit)) {
        // The server keeps it so, which shows where it is made a double.
        (value, scale) = (finer, NANO);
    }
    let mut big = Quantity { value, scale, small: false };
    let most = Quantity { value: i128::from(i64::MAX), scale: 0, small: true };
    let size = Quantity { value: value.abs(), ..big };
    if matches!(suffix, Suffix::Two(_)) && size.compare(&most).is_gt() {
        big = Quantity { value: most.value * value.signum(), scale: 0, small: false };
    }
    Ok(big)
}
