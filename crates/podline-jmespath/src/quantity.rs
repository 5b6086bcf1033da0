//! Kubernetes' quantities (`500m`, `1Gi`, `1e3`), to compute with.
//!
//! Source: k8s.io/apimachinery `pkg/api/resource`. Amounts are kept in 128 bits; what does not fit is no quantity here.

use std::cmp::Ordering;

/// The smallest power of ten that is kept.
const NANO: i32 = -9;

/// How it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `m`, `k`
    Decimal,
    /// `Ki`
    Binary,
    /// `e3`
    Exponent,
}

/// A quantity: `value` times ten to the power of `scale`.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    value: i128,
    scale: i32,
    format: Format,
}

const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// Reads a quantity; nothing where it is none.
    pub fn parse(text: &str) -> Option<Quantity> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if text.is_empty() {
            return None;
        }
        let rest = rest.trim_start_matches('0');
        if rest.is_empty() {
            // `-` and `+` are zero too.
            return Some(Quantity { value: 0, scale: 0, format: Format::Decimal });
        }
        let (whole, rest) = digits(rest);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => digits(rest),
            None => ("", rest),
        };
        let (power, format) = suffix_of(suffix)?;
        let number: i128 = match format!("{whole}{fraction}") {
            none if none.is_empty() => 0,
            digits => digits.parse().ok()?,
        };
        let places = i32::try_from(fraction.len()).ok()?;
        let (value, scale) = match format {
            Format::Binary => (number.checked_mul(1 << power)?, -places),
            _ => (number, power.checked_sub(places)?),
        };
        let mut quantity = Quantity { value, scale, format };
        quantity.settle(fraction.is_empty());
        if negative {
            quantity.value = -quantity.value;
        }
        Some(quantity)
    }

    /// What parsing does to what it has read: billionths, rounded up; binary amounts end at 64 bits and begin at one.
    fn settle(&mut self, whole: bool) {
        if self.scale < NANO {
            let unit = power(NANO - self.scale);
            self.value = match unit {
                Some(unit) => self.value / unit + i128::from(self.value % unit != 0),
                None => i128::from(self.value != 0),
            };
            self.scale = NANO;
        }
        if self.format == Format::Binary {
            let most = Quantity { value: i128::from(i64::MAX), scale: 0, format: Format::Binary };
            if self.compare(&most).is_gt() {
                *self = most;
            }
            if !whole && self.value != 0 && self.compare(&Quantity { value: 1, ..most }).is_lt() {
                self.format = Format::Decimal;
            }
        }
    }

    /// By value.
    pub fn compare(&self, other: &Quantity) -> Ordering {
        match self.aligned(other) {
            Some((a, b, _)) => a.cmp(&b),
            // They are so far apart that doubles tell them.
            None => self.approximate().partial_cmp(&other.approximate()).unwrap_or(Ordering::Equal),
        }
    }

    fn aligned(&self, other: &Quantity) -> Option<(i128, i128, i32)> {
        let scale = self.scale.min(other.scale);
        let raised = |quantity: &Quantity| match quantity.value {
            0 => Some(0),
            value => value.checked_mul(power(quantity.scale.checked_sub(scale)?)?),
        };
        Some((raised(self)?, raised(other)?, scale))
    }

    /// As a double.
    #[expect(clippy::cast_precision_loss, reason = "approximate")]
    pub fn approximate(&self) -> f64 {
        let value = self.value as f64;
        match self.scale {
            0 => value,
            scale => value * format!("1e{scale}").parse().unwrap_or(f64::INFINITY),
        }
    }

    fn format_with(&self, other: &Quantity) -> Format {
        if self.value == 0 { other.format } else { self.format }
    }

    pub(crate) fn add(&self, other: &Quantity) -> Option<Quantity> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Quantity { value: a.checked_add(b)?, scale, format: self.format_with(other) })
    }

    pub(crate) fn subtract(&self, other: &Quantity) -> Option<Quantity> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Quantity { value: a.checked_sub(b)?, scale, format: self.format_with(other) })
    }

    pub(crate) fn multiply(&self, other: &Quantity) -> Option<Quantity> {
        let value = self.value.checked_mul(other.value)?;
        Some(Quantity { value, scale: self.scale.checked_add(other.scale)?, format: self.format })
    }

    /// Rounded towards zero, at the finer scale of the two.
    pub(crate) fn divide(&self, other: &Quantity) -> Option<Quantity> {
        let scale = self.scale.min(other.scale);
        // self.value·10^self.scale / (other.value·10^other.scale), in units of 10^scale
        let shift = self.scale.checked_sub(other.scale)?.checked_sub(scale)?;
        let (mut a, mut b) = (self.value, other.value);
        if shift >= 0 {
            a = a.checked_mul(power(shift)?)?;
        } else {
            b = b.checked_mul(power(-shift)?)?;
        }
        Some(Quantity { value: a.checked_div(b)?, scale, format: self.format })
    }

    pub(crate) fn same_format(&self, value: i64) -> Quantity {
        Quantity { value: i128::from(value), scale: 0, format: self.format }
    }

    /// The text as the API server writes it.
    pub fn write(&self) -> String {
        if self.value == 0 {
            return "0".to_owned();
        }
        let small = Quantity { value: 1024, scale: 0, format: Format::Decimal };
        let size = Quantity { value: self.value.abs(), ..*self };
        if self.format == Format::Binary
            && size.compare(&small).is_ge()
            && let Some(whole) = self.whole()
        {
            return binary(whole);
        }
        let (mut value, mut exponent) = (self.value, self.scale);
        while value % 10 == 0 {
            value /= 10;
            exponent += 1;
        }
        let zeros = exponent.rem_euclid(3);
        exponent -= zeros;
        let zeros = "0".repeat(usize::try_from(zeros).unwrap_or_default());
        match self.format {
            Format::Exponent if exponent == 0 => format!("{value}{zeros}"),
            Format::Exponent => format!("{value}{zeros}e{exponent}"),
            Format::Decimal | Format::Binary => {
                let suffix = DECIMAL.iter().find(|row| row.1 == exponent).map_or("", |row| row.0);
                format!("{value}{zeros}{suffix}")
            }
        }
    }

    fn whole(&self) -> Option<i128> {
        if self.scale >= 0 {
            return self.value.checked_mul(power(self.scale)?);
        }
        let unit = power(-self.scale)?;
        (self.value % unit == 0).then(|| self.value / unit)
    }
}

fn binary(mut value: i128) -> String {
    let mut suffix = "";
    for next in BINARY {
        if value % 1024 != 0 {
            break;
        }
        value /= 1024;
        suffix = next;
    }
    format!("{value}{suffix}")
}

fn power(exponent: i32) -> Option<i128> {
    10i128.checked_pow(u32::try_from(exponent).ok()?)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn suffix_of(text: &str) -> Option<(i32, Format)> {
    if let Some(row) = DECIMAL.iter().find(|row| row.0 == text) {
        return Some((row.1, Format::Decimal));
    }
    if let Some(at) = BINARY.iter().position(|suffix| *suffix == text) {
        return Some((i32::try_from((at + 1) * 10).ok()?, Format::Binary));
    }
    let exponent = text.strip_prefix(['e', 'E'])?;
    Some((exponent.parse().ok()?, Format::Exponent))
}
