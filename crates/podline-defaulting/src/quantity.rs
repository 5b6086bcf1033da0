//! Quantities: `500m`, `1Gi`, `1e3`, and how the API server writes them.
//!
//! Source: `ParseQuantity`, `CanonicalizeBytes` and `RoundUp` in k8s.io/apimachinery `pkg/api/resource`. Texts that
//! are canonical enough stay as they are written there, and so they do here.

mod amount;

use std::cmp::Ordering;

use amount::Amount;

/// A quantity and how it was written.
#[derive(Clone, Debug)]
pub(crate) struct Quantity {
    negative: bool,
    amount: Amount,
    format: Format,
    /// The text that is kept, if it needs no change.
    text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `m`, `k`, `M`
    Decimal,
    /// `Ki`, `Mi`
    Binary,
    /// `e3`
    Exponent,
}

/// Powers of 1024, in order.
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// `(suffix, power of ten)`
const DECIMAL: [(&str, i64); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

/// The smallest part that a quantity is kept to.
const NANO: i64 = -9;
/// Resource lists are rounded up to this.
const MILLI: i64 = -3;
/// With more digits than this, Go leaves its 64 bits.
const MAX_DIGITS: usize = 18;

impl Quantity {
    /// The value of an absent quantity.
    pub fn zero() -> Self {
        let amount = Amount { digits: Vec::new(), scale: 0 };
        Self { negative: false, amount, format: Format::Decimal, text: Some("0".to_owned()) }
    }

    /// Reads a quantity; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if text == "0" {
            return Some(Self::zero());
        }
        let parts = Parts::read(text);
        let (exponent, format) = suffix(parts.suffix)?;
        Some(match small(text, &parts, exponent, format) {
            Some(quantity) => quantity,
            None => large(&parts, exponent, format),
        })
    }

    pub fn is_zero(&self) -> bool {
        self.amount.digits.is_empty()
    }

    /// Drops what lies below a thousandth, upwards: what the defaults of resource lists do. Says whether that was
    /// looked at.
    pub fn round_to_milli(&mut self) -> bool {
        let is_finer = self.amount.scale < MILLI;
        if is_finer {
            self.text = None;
            self.amount.round_up(MILLI);
        }
        is_finer
    }

    /// The text as the API server writes it.
    pub fn write(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        if self.is_zero() {
            return "0".to_owned();
        }
        let sign = if self.negative { "-" } else { "" };
        let mut whole = self.amount.clone();
        whole.round_up(0);
        let is_exact = whole.compare(&self.amount) == Ordering::Equal;
        let is_small = self.amount.compare(&Amount { digits: vec![1, 0, 2, 4], scale: 0 }) == Ordering::Less;
        if self.format == Format::Binary && !is_small && is_exact {
            let (digits, power) = whole.split_1024();
            let suffix = power.checked_sub(1).and_then(|at| BINARY.get(at)).copied().unwrap_or_default();
            return format!("{sign}{}{suffix}", print(&digits));
        }
        let (digits, exponent) = self.amount.in_thousands();
        let digits = print(&digits);
        match self.format {
            Format::Exponent if exponent == 0 => format!("{sign}{digits}"),
            Format::Exponent => format!("{sign}{digits}e{exponent}"),
            Format::Decimal | Format::Binary => {
                let suffix = DECIMAL.iter().find(|row| row.1 == exponent).map_or("", |row| row.0);
                format!("{sign}{digits}{suffix}")
            }
        }
    }

    /// By value.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.negative && !self.is_zero(), other.negative && !other.is_zero()) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.amount.compare(&other.amount),
            (true, true) => other.amount.compare(&self.amount),
        }
    }

    /// The sum of two quantities that are not negative, in the format of the first that is not zero.
    pub fn add(&self, other: &Self) -> Self {
        if self.is_zero() {
            return other.clone();
        }
        if other.is_zero() {
            return self.clone();
        }
        Self { negative: false, amount: self.amount.add(&other.amount), format: self.format, text: None }
    }
}

/// A quantity in its parts: `-1.5Ki` is a sign, `1`, `5` and `Ki`.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Self {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let digits = unsigned.trim_start_matches('0');
        if digits.is_empty() {
            return Self { negative: false, whole: "0", fraction: "", suffix: "" };
        }
        let (whole, rest) = split_digits(digits);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("", rest),
        };
        let whole = if whole.is_empty() { "0" } else { whole };
        Self { negative: text.starts_with('-'), whole, fraction, suffix }
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(length)
}

/// The exponent of a suffix, of ten or of two, and the format that it stands for.
fn suffix(text: &str) -> Option<(i32, Format)> {
    if let Some(row) = DECIMAL.iter().find(|row| row.0 == text) {
        return Some((i32::try_from(row.1).ok()?, Format::Decimal));
    }
    if let Some(at) = BINARY.iter().position(|suffix| *suffix == text) {
        return Some((i32::try_from((at + 1) * 10).ok()?, Format::Binary));
    }
    let exponent = text.strip_prefix(['e', 'E']).filter(|exponent| !exponent.is_empty())?;
    // Go cuts the exponent to 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "as Go does")]
    Some((exponent.parse::<i64>().ok()? as i32, Format::Exponent))
}

/// What Go reads into 64 bits; a text that is canonical enough is kept.
fn small(text: &str, parts: &Parts<'_>, exponent: i32, format: Format) -> Option<Quantity> {
    let digits = format!("{}{}", parts.whole, parts.fraction);
    let value = if digits.len() <= MAX_DIGITS { digits.parse::<i64>().ok()? } else { return None };
    let (value, scale, keep) = match format {
        Format::Decimal | Format::Exponent => {
            let scale = i64::from(exponent) - i64::try_from(parts.fraction.len()).ok()?;
            (value, scale, scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0'))
        }
        Format::Binary => {
            let length = i32::try_from(parts.whole.len()).ok()?;
            let is_short = parts.fraction.is_empty() && 15 - length - exponent * 3 / 10 > 0;
            let product = value.checked_mul(1 << exponent).filter(|_| is_short)?;
            (product, 0, value % 8 != 0)
        }
    };
    if scale < NANO {
        return None;
    }
    let amount = Amount { digits: number(&value.to_string()), scale };
    Some(Quantity { negative: parts.negative, amount, format, text: keep.then(|| text.to_owned()) })
}

/// What Go reads into numbers of any size: rounded up to billionths, and binary ones cut at 64 bits.
fn large(parts: &Parts<'_>, exponent: i32, format: Format) -> Quantity {
    let digits = number(&format!("{}{}", parts.whole, parts.fraction));
    let scale = -i64::try_from(parts.fraction.len()).unwrap_or(i64::MAX);
    let mut amount = Amount { digits, scale };
    let mut format = format;
    match format {
        Format::Binary => (0..exponent / 10).for_each(|_| amount.multiply(1024)),
        Format::Decimal | Format::Exponent => amount.scale += i64::from(exponent),
    }
    amount.round_up(NANO);
    if format == Format::Binary {
        let most = Amount { digits: number(&i64::MAX.to_string()), scale: 0 };
        if amount.compare(&most) == Ordering::Greater {
            amount = most;
        }
        if amount.compare(&Amount { digits: vec![1], scale: 0 }) == Ordering::Less {
            format = Format::Decimal;
        }
    }
    Quantity { negative: parts.negative, amount, format, text: None }
}

/// The digits of a number, without zeros in front.
fn number(text: &str) -> Vec<u8> {
    text.trim_start_matches('0').bytes().map(|b| b - b'0').collect()
}

fn print(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        let mut quantity = Quantity::parse(text).unwrap_or_else(|| panic!("{text:?} is a quantity"));
        quantity.round_to_milli();
        quantity.write()
    }

    #[test]
    fn quantities_are_written_as_the_api_server_writes_them() {
        // Each pair was made by k8s.io/apimachinery.
        for (text, expected) in [
            ("0.5", "500m"),
            (".25", "250m"),
            ("2e0", "2e0"),
            ("e3", "0"),
            (".", "0"),
            ("-", "0"),
            ("5.", "5."),
            ("1e-1", "100e-3"),
            ("1e-10", "1e-3"),
            ("1e1000000000", "10e999999999"),
            ("2000Mi", "2000Mi"),
            ("-1.5Gi", "-1536Mi"),
            ("0.0001", "1m"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("1024Mi", "1Gi"),
            ("1e9", "1e9"),
            ("1G", "1G"),
            ("123456789", "123456789"),
            ("1000m", "1"),
            ("05", "05"),
            ("1.500", "1.500"),
            ("0.500", "500m"),
            ("+5", "+5"),
            ("0Gi", "0"),
            ("-1", "-1"),
            ("100Ti", "100Ti"),
            ("1000", "1k"),
            ("1.5", "1500m"),
            ("1e-3", "1e-3"),
            ("9Ei", "9223372036854775807"),
            ("0.1Mi", "104857600m"),
            ("1.2345678912", "1235m"),
            ("12345678901234567890", "12345678901234567890"),
            ("1E", "1E"),
            ("8Mi", "8Mi"),
        ] {
            assert_eq!(canonical(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "abc", "1x", "1 Gi", "1KiB", "1e", "1e3.5", "--1", "1gi", "0x10"] {
            assert!(Quantity::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn quantities_compare_and_add_by_value() {
        let quantity = |text| Quantity::parse(text).expect("a quantity");
        assert_eq!(quantity("1Gi").compare(&quantity("1024Mi")), Ordering::Equal);
        assert_eq!(quantity("1").compare(&quantity("999m")), Ordering::Greater);
        assert_eq!(quantity("250m").add(&quantity("0.75")).write(), "1");
        assert_eq!(quantity("1Gi").add(&quantity("512Mi")).write(), "1536Mi");
        assert_eq!(quantity("1e1000000000").add(&quantity("1n")).write(), "10e999999999");
    }
}
