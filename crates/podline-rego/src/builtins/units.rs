//! Quantities, and versions.
//!
//! Source: `v1/topdown/parse_units.go`, `parse_bytes.go`, `semver.go`, `internal/semver/semver.go`.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint};

use super::operands::{found, text};
use crate::context::{Context, Failure, Halt, Outcome};
use crate::decimal::Decimal;
use crate::float::Float;
use crate::number::Number;
use crate::value::Value;

const THOUSANDS: [&str; 6] = ["k", "m", "g", "t", "p", "e"];

/// The digits with their exponent, and the unit behind them.
fn number_and_unit(text: &str) -> Result<(&str, &str), Failure> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let sign = |at: usize| matches!(bytes.get(at), Some(b'+' | b'-'));
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'e' | b'E' => {
                if !digit(at + 1) && !sign(at + 1) {
                    break;
                }
                at += usize::from(sign(at + 1));
                if (at + 1..bytes.len()).take_while(|at| digit(*at)).count() > 6 {
                    return Err(Failure::error("exponent too large"));
                }
            }
            b'0'..=b'9' | b'.' | b'+' | b'-' => {}
            _ => break,
        }
        at += 1;
    }
    Ok(text.split_at(at))
}

/// What a unit is worth; nothing where it is unknown.
fn worth(unit: &str) -> Option<BigUint> {
    if unit.is_empty() {
        return Some(1u8.into());
    }
    let place = |name: &str| THOUSANDS.iter().position(|known| *known == name).and_then(|at| u32::try_from(at).ok());
    match unit.strip_suffix('i') {
        Some(binary) => Some(BigUint::from(1024u32).pow(place(binary)? + 1)),
        None => Some(BigUint::from(1000u32).pow(place(unit)? + 1)),
    }
}

pub(super) fn parse(operands: &[Value], _: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?.replace('"', "");
    let fails = |why: &str| Failure::error(format!("units.parse: {why}"));
    if text.contains(' ') {
        return Err(fails("spaces not allowed in resource strings"));
    }
    let (number, unit) = number_and_unit(&text)?;
    if number.is_empty() {
        return Err(fails("no amount provided"));
    }
    let unknown = || fails(&format!("unit {unit} not recognized"));
    // Only of the first letter does the case count, and only there `m` is a thousandth.
    let mut letters = unit.chars();
    let first: String = letters.next().into_iter().collect();
    let rest = letters.as_str().to_lowercase();
    let number = Decimal::parse(number).ok_or_else(|| fails("could not parse amount to a number"))?;
    if first == "m" && rest.is_empty() {
        return thousandths(&number);
    }
    if !matches!(rest.as_str(), "" | "i") {
        return Err(unknown());
    }
    let worth = worth(&format!("{}{rest}", first.to_lowercase())).ok_or_else(unknown)?;
    rational(&number, worth, &BigUint::from(1u8))
}

/// As OPA: times the double nearest to a thousandth.
fn thousandths(number: &Decimal) -> Outcome {
    // 0.001 is 1152921504606847 / 2^60.
    rational(number, BigUint::from(1_152_921_504_606_847u64), &(BigUint::from(1u8) << 60u8))
}

/// A product, exactly if it is whole, else with ten places.
fn rational(number: &Decimal, times: BigUint, below: &BigUint) -> Outcome {
    let digits: BigUint = number.digits.parse().unwrap_or_default();
    let shift = number.exponent - i64::try_from(number.digits.len()).unwrap_or(0);
    let power = u32::try_from(shift.unsigned_abs()).ok().filter(|power| *power <= 20_000);
    let power = BigUint::from(10u8).pow(power.ok_or(Failure::Halt(Halt::Budget))?);
    let (mut above, mut below) = (digits * times, below.clone());
    if shift >= 0 {
        above *= power;
    } else {
        below *= power;
    }
    let sign = if number.negative { "-" } else { "" };
    let whole = &above / &below;
    if &whole * &below == above {
        return found(Number::from_spelling(&format!("{sign}{whole}")));
    }
    // Halves are rounded up.
    let scaled = (above * 10_000_000_000u64 * 2u8 + &below) / (below * 2u8);
    let digits = format!("{scaled:0>11}");
    let (whole, places) = digits.split_at(digits.len() - 10);
    found(Number::from_spelling(&format!("{sign}{whole}.{places}")))
}

pub(super) fn parse_bytes(operands: &[Value], _: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?.to_lowercase().replace('"', "");
    let fails = |why: &str| Failure::error(format!("units.parse_bytes: {why}"));
    if text.contains(' ') {
        return Err(fails("spaces not allowed in resource strings"));
    }
    let (number, unit) = number_and_unit(&text)?;
    if number.is_empty() {
        return Err(fails("no byte amount provided"));
    }
    let worth = worth(unit.strip_suffix('b').unwrap_or(unit)).filter(|_| unit != "b");
    let worth = worth.ok_or_else(|| fails(&format!("byte unit {unit} not recognized")))?;
    if Decimal::parse(number).is_none() {
        return Err(fails("could not parse byte amount to a number"));
    }
    let number = Float::read(&Number::from_spelling(number))?;
    let bytes = number.multiply(&Float::from_integer(&BigInt::from(worth))).truncate();
    found(Number::from_spelling(&bytes.to_string()))
}

/// A version, laxly: with or without `v`, with leading zeros and signs.
struct Version<'t> {
    numbers: [i64; 3],
    before: &'t str,
}

impl<'t> Version<'t> {
    fn parse(text: &'t str) -> Option<Version<'t>> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (text, before) = text.split_once('-').unwrap_or((text, ""));
        let sound = |text: &str| text.is_empty() || text.split('.').all(identifier);
        let mut numbers = text.split('.').map(|number| number.parse().ok());
        let version = Version { numbers: [numbers.next()??, numbers.next()??, numbers.next()??], before };
        (numbers.next().is_none() && sound(build) && sound(before)).then_some(version)
    }

    fn compare(&self, other: &Version<'_>) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.before.is_empty(), other.before.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_identifiers(self.before, other.before),
        })
    }
}

fn identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn compare_identifiers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (a, b) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => (a, b),
        };
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let order = match (number(a), number(b)) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // What is too large counts as the largest.
            (true, true) => a.parse().unwrap_or(i64::MAX).cmp(&b.parse().unwrap_or(i64::MAX)),
            (false, false) => a.cmp(b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

pub(super) fn version_is_valid(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(operands.first().and_then(Value::as_str).and_then(Version::parse).is_some())
}

pub(super) fn version_compare(operands: &[Value], _: &Context<'_>) -> Outcome {
    let parse = |place: usize| {
        let text = text(operands, place)?;
        let invalid = || Failure::error(format!("operand {}: string {text} is not a valid SemVer", place + 1));
        Version::parse(text).ok_or_else(invalid)
    };
    found(parse(0)?.compare(&parse(1)?) as i64)
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    #[test]
    fn quantities_are_exact() {
        for (name, text, number) in [
            ("units.parse", "100m", "0.1000000000"),
            ("units.parse", "1.5Ki", "1536"),
            ("units.parse", "0.0001", "0.0001000000"),
            ("units.parse", "10KI", "10240"),
            ("units.parse", "1E", "1000000000000000000"),
            ("units.parse", "1e3", "1000"),
            ("units.parse", "1 k", "undefined"),
            ("units.parse", "k", "undefined"),
            ("units.parse_bytes", "1.5", "1"),
            ("units.parse_bytes", "1.5KiB", "1536"),
            ("units.parse_bytes", "1b", "undefined"),
        ] {
            assert_eq!(call(name, &format!("[\"{text}\"]")), number, "{name} {text}");
        }
    }

    #[test]
    fn versions_are_read_laxly() {
        for (a, b, order) in [
            ("v1.0.0", "1.0.0", "0"),
            ("1.0.0-rc.2", "1.0.0-rc.10", "-1"),
            ("01.2.3", "1.2.2+x", "1"),
            ("1.0.0-a", "1.0.0", "-1"),
        ] {
            assert_eq!(call("semver.compare", &format!("[\"{a}\", \"{b}\"]")), order, "{a} {b}");
        }
        assert_eq!(call("semver.is_valid", r#"["1.2"]"#), "false");
        assert_eq!(call("semver.is_valid", "[1]"), "false");
    }
}
