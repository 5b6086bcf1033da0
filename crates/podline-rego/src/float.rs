//! Numbers with a binary mantissa of many bits, as Go's `big.Float` computes with them: 64 bits for what is read,
//! so that 0.1 + 0.2 is 0.3.
//!
//! Source: `v1/topdown/builtins/builtins.go` (`NumberToFloat`, `FloatToNumber`), Go's `math/big` (`float.go`,
//! `ftoa.go`).

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use crate::decimal::Decimal;
use crate::number::Number;

/// The bits of a number that is read.
pub(crate) const READ: u64 = 64;
/// The bits of Go's doubles.
pub(crate) const DOUBLE: u64 = 53;
/// Powers of ten beyond these are refused: they cost time, and mean nothing.
const LARGEST: u64 = 10_000;

/// `mantissa × 2^exponent`, of at most `precision` bits.
#[derive(Clone, Debug)]
pub(crate) struct Float {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
    precision: u64,
}

/// The number is too large, too small or too long to compute with.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Float {
    /// The number at 64 bits.
    pub(crate) fn read(number: &Number) -> Result<Float, TooLarge> {
        let decimal = number.decimal();
        let negative = matches!(number, Number::Text(text) if text.starts_with('-')) || decimal.negative;
        let (digits, shift) = parts(&decimal);
        let too_long = decimal.digits.len() > 2 * 10_000 || shift.unsigned_abs() > 2 * LARGEST;
        if too_long || decimal.exponent.unsigned_abs() > LARGEST {
            return Err(TooLarge);
        }
        let power = BigUint::from(10u8).pow(u32::try_from(shift.unsigned_abs()).map_err(|_| TooLarge)?);
        Ok(if shift >= 0 {
            Float::rounded(negative, digits * power, 0, false, READ)
        } else {
            quotient(negative, digits, 0, &power, READ)
        })
    }

    pub(crate) fn from_integer(number: &BigInt) -> Float {
        let precision = number.bits().max(READ);
        Float { negative: number.sign() == Sign::Minus, mantissa: number.magnitude().clone(), exponent: 0, precision }
    }

    /// A double without a fraction, or a half.
    pub(crate) fn double(mantissa: u8, exponent: i64) -> Float {
        Float { negative: false, mantissa: mantissa.into(), exponent, precision: DOUBLE }
    }

    /// Rounds to the nearest, to the even one if two are equally near. `more` says that something follows the bits.
    fn rounded(negative: bool, mut mantissa: BigUint, mut exponent: i64, more: bool, precision: u64) -> Float {
        let bits = mantissa.bits();
        if bits > precision {
            let drop = bits - precision;
            let half = mantissa.bit(drop - 1);
            let below = more || mantissa.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
            mantissa >>= drop;
            exponent += i64::try_from(drop).unwrap_or(i64::MAX / 2);
            if half && (below || mantissa.bit(0)) {
                mantissa += 1u8;
            }
        }
        Float { negative, mantissa, exponent, precision }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.mantissa == BigUint::ZERO
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0 || self.mantissa.trailing_zeros().is_none_or(|zeros| zeros >= self.exponent.unsigned_abs())
    }

    pub(crate) fn abs(self) -> Float {
        Float { negative: false, ..self }
    }

    pub(crate) fn negate(self) -> Float {
        Float { negative: !self.negative, ..self }
    }

    /// Without its fraction.
    pub(crate) fn truncate(&self) -> BigInt {
        let size = if self.exponent >= 0 {
            &self.mantissa << self.exponent.unsigned_abs()
        } else {
            &self.mantissa >> self.exponent.unsigned_abs()
        };
        BigInt::from_biguint(if self.negative { Sign::Minus } else { Sign::Plus }, size)
    }

    pub(crate) fn add(&self, other: &Float) -> Float {
        let precision = self.precision.max(other.precision);
        let exponent = self.exponent.min(other.exponent);
        let aligned = |float: &Float| {
            let size = &float.mantissa << float.exponent.abs_diff(exponent);
            BigInt::from_biguint(if float.negative { Sign::Minus } else { Sign::Plus }, size)
        };
        let sum = aligned(self) + aligned(other);
        // The sum of -0 and -0 is -0.
        let negative = sum.sign() == Sign::Minus || (self.negative && other.negative);
        Float::rounded(negative, sum.into_parts().1, exponent, false, precision)
    }

    pub(crate) fn multiply(&self, other: &Float) -> Float {
        let precision = self.precision.max(other.precision);
        let negative = self.negative != other.negative;
        let exponent = self.exponent.saturating_add(other.exponent);
        Float::rounded(negative, &self.mantissa * &other.mantissa, exponent, false, precision)
    }

    /// Nothing where the other is zero.
    pub(crate) fn divide(&self, other: &Float) -> Option<Float> {
        if other.is_zero() {
            return None;
        }
        let precision = self.precision.max(other.precision);
        let negative = self.negative != other.negative;
        let exponent = self.exponent.saturating_sub(other.exponent);
        Some(quotient(negative, self.mantissa.clone(), exponent, &other.mantissa, precision))
    }

    pub(crate) fn compare(&self, other: &Float) -> Ordering {
        let difference = self.add(&other.clone().negate());
        if difference.is_zero() {
            return Ordering::Equal;
        }
        if difference.negative { Ordering::Less } else { Ordering::Greater }
    }

    /// The shortest spelling that reads as this number: digits alone if it is whole, else as Go's `%g` writes it.
    pub(crate) fn to_number(&self) -> Result<Number, TooLarge> {
        let size = self.exponent.saturating_add(i64::try_from(self.mantissa.bits()).unwrap_or(i64::MAX));
        if size.unsigned_abs() > 4 * LARGEST || self.exponent.unsigned_abs() > 8 * LARGEST {
            return if self.is_zero() { Ok(Number::Int(0)) } else { Err(TooLarge) };
        }
        let sign = if self.negative { "-" } else { "" };
        if self.is_zero() {
            return Ok(Number::from_spelling(if self.negative { "-0" } else { "0" }));
        }
        let digits = self.shortest();
        let text = if self.is_integer() { digits.plain() } else { digits.general() };
        Ok(Number::from_spelling(&format!("{sign}{text}")))
    }

    /// The shortest spelling as Go's `%g` writes it, whole or not.
    pub(crate) fn general(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        format!("{}{}", if self.negative { "-" } else { "" }, self.shortest().general())
    }

    /// As Go's `roundShortest`: the fewest digits between the two neighbours' middles.
    fn shortest(&self) -> Digits {
        let mut digits = Digits::new(&self.mantissa, self.exponent);
        // The last bit is worth half of the last bit of the precision.
        let bits = self.mantissa.bits();
        let wanted = self.precision + 1;
        let (mantissa, shift) = if bits <= wanted {
            (&self.mantissa << (wanted - bits), i64::try_from(wanted - bits).unwrap_or(0))
        } else {
            (&self.mantissa >> (bits - wanted), -i64::try_from(bits - wanted).unwrap_or(0))
        };
        let exponent = self.exponent - shift;
        let lower = Digits::new(&(&mantissa - 1u8), exponent);
        let upper = Digits::new(&(&mantissa + 1u8), exponent);
        let inclusive = !mantissa.bit(1);
        for at in 0..digits.digits.len() {
            let (low, middle, high) = (lower.at(at), digits.at(at), upper.at(at));
            let down = low != middle || (inclusive && at + 1 == lower.digits.len());
            let up = middle != high && (inclusive || middle + 1 < high || at + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => digits.round(at + 1),
                (true, false) => digits.round_down(at + 1),
                (false, true) => digits.round_up(at + 1),
                (false, false) => continue,
            }
            break;
        }
        digits
    }
}

/// The digits as a whole number, and the power of ten that it is to be multiplied by.
fn parts(decimal: &Decimal) -> (BigUint, i64) {
    let shift = decimal.exponent - i64::try_from(decimal.digits.len()).unwrap_or(0);
    (decimal.digits.parse().unwrap_or_default(), shift)
}

fn quotient(negative: bool, mut above: BigUint, mut exponent: i64, below: &BigUint, precision: u64) -> Float {
    let wanted = precision + 2 + below.bits();
    let shift = wanted.saturating_sub(above.bits());
    above <<= shift;
    exponent -= i64::try_from(shift).unwrap_or(0);
    let whole = &above / below;
    let more = &whole * below != above;
    Float::rounded(negative, whole, exponent, more, precision)
}

/// `0.DIGITS × 10^exponent`.
struct Digits {
    digits: Vec<u8>,
    exponent: i64,
}

impl Digits {
    fn new(mantissa: &BigUint, exponent: i64) -> Digits {
        let power = u32::try_from(exponent.unsigned_abs()).unwrap_or(0);
        let (whole, places) =
            if exponent >= 0 { (mantissa << power, 0) } else { (mantissa * BigUint::from(5u8).pow(power), exponent) };
        let mut digits = whole.to_string().into_bytes();
        let length = i64::try_from(digits.len()).unwrap_or(0);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        Digits { digits, exponent: length + places }
    }

    fn at(&self, at: usize) -> u8 {
        self.digits.get(at).copied().unwrap_or(b'0')
    }

    fn round(&mut self, length: usize) {
        let Some(next) = self.digits.get(length) else { return };
        let half = *next == b'5' && length + 1 == self.digits.len();
        let up = if half { length > 0 && self.digits[length - 1] % 2 == 1 } else { *next >= b'5' };
        if up { self.round_up(length) } else { self.round_down(length) }
    }

    fn round_up(&mut self, length: usize) {
        if length >= self.digits.len() {
            return;
        }
        self.digits.truncate(length);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(b'1');
            self.exponent += 1;
        }
    }

    fn round_down(&mut self, length: usize) {
        self.digits.truncate(length);
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }

    /// Without an exponent.
    fn plain(&self) -> String {
        let text: String = self.digits.iter().map(|digit| char::from(*digit)).collect();
        let length = i64::try_from(text.len()).unwrap_or(0);
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        if self.exponent >= length {
            return format!("{text}{}", zeros(self.exponent - length));
        }
        match usize::try_from(self.exponent) {
            Ok(0) | Err(_) => format!("0.{}{text}", zeros(-self.exponent)),
            Ok(whole) => format!("{}.{}", &text[..whole], &text[whole..]),
        }
    }

    /// With an exponent below 1e-4 and from 1e6 on.
    fn general(&self) -> String {
        let exponent = self.exponent - 1;
        if (-4..6).contains(&exponent) {
            return self.plain();
        }
        let text: String = self.digits.iter().map(|digit| char::from(*digit)).collect();
        let (first, rest) = text.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{first}{point}{rest}e{sign}{:02}", exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Float {
        Float::read(&Number::from_spelling(text)).expect(text)
    }

    fn text(float: &Float) -> String {
        float.to_number().expect("a number").to_string()
    }

    #[test]
    fn sums_are_of_64_bits() {
        assert_eq!(text(&read("0.1").add(&read("0.2"))), "0.3");
        assert_eq!(text(&read("12345678901234567890123").add(&read("0"))), "12345678901234567890000");
        assert_eq!(text(&read("1234567.5").add(&read("0"))), "1.2345675e+06");
        assert_eq!(text(&read("1e3").add(&read("-1"))), "999");
    }

    #[test]
    fn whole_numbers_have_as_many_bits_as_they_need() {
        let whole = Float::from_integer(&read("12345678901234567890123").truncate());
        assert_eq!(text(&whole), "12345678901234567889920");
    }

    #[test]
    fn quotients_are_of_64_bits() {
        assert_eq!(text(&read("1").divide(&read("3")).expect("not by zero")), "0.33333333333333333334");
        assert_eq!(text(&read("-1").divide(&read("8")).expect("not by zero")), "-0.125");
        assert!(read("1").divide(&read("0.0")).is_none());
    }

    #[test]
    fn small_and_negative_numbers_are_written_as_go_writes_them() {
        assert_eq!(text(&read("0.0000001")), "1e-07");
        assert_eq!(text(&read("-0.0")), "-0");
        assert_eq!(text(&read("0.00012")), "0.00012");
        assert_eq!(text(&read("1e20")), "100000000000000000000");
    }

    #[test]
    fn what_is_too_large_to_compute_with_is_refused() {
        assert!(Float::read(&Number::from_spelling("1e20000")).is_err());
        assert!(Float::read(&Number::from_spelling("1e-999999999")).is_err());
    }
}
