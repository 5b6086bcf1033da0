//! Exact values of spelled numbers.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigUint;

/// The largest exponent that is told from others; what is larger cannot be computed with anyway.
const LARGEST_EXPONENT: i64 = 1 << 40;

/// `0.DIGITS × 10^exponent`, without zeros at either end of the digits; no digits are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) digits: String,
    pub(crate) exponent: i64,
}

impl Decimal {
    pub(crate) fn from_i64(number: i64) -> Decimal {
        Decimal::new(number < 0, &number.unsigned_abs().to_string(), 0)
    }

    /// The value of whole `digits` times ten to the power of `shift`.
    pub(crate) fn new(negative: bool, digits: &str, shift: i64) -> Decimal {
        let digits = digits.trim_start_matches('0');
        let exponent = shift + i64::try_from(digits.len()).unwrap_or(LARGEST_EXPONENT);
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return Decimal::default();
        }
        Decimal { negative, digits: digits.to_owned(), exponent }
    }

    /// Reads a number as Go's `strconv.ParseFloat` does, whatever its size.
    pub(crate) fn parse(text: &str) -> Option<Decimal> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if let Some(hexadecimal) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
            return parse_hexadecimal(negative, hexadecimal);
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], exponent(&unsigned[at + 1..])?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
            return None;
        }
        let places = i64::try_from(fraction.len()).ok()?;
        Some(Decimal::new(negative, &format!("{whole}{fraction}"), exponent - places))
    }

    fn size(&self, other: &Decimal) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(LARGEST_EXPONENT).min(LARGEST_EXPONENT);
    Some(if negative { -size } else { size })
}

/// `1.8p-2`; the exponent must be there, and no larger than those of doubles.
fn parse_hexadecimal(negative: bool, text: &str) -> Option<Decimal> {
    let (mantissa, power) = text.split_once(['p', 'P'])?;
    let power = exponent(power)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let power = power - 4 * i64::try_from(fraction.len()).ok()?;
    let digits = BigUint::parse_bytes(digits.as_bytes(), 16)?;
    let shift = u32::try_from(power.unsigned_abs()).ok().filter(|shift| *shift < 4096)?;
    if power >= 0 {
        return Some(Decimal::new(negative, &(digits << shift).to_string(), 0));
    }
    let digits = digits * BigUint::from(5u8).pow(shift);
    Some(Decimal::new(negative, &digits.to_string(), power))
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// With an exponent, for another parser.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}0.{}e{}", if self.digits.is_empty() { "0" } else { &self.digits }, self.exponent)
    }
}
