//! Numbers as OPA keeps them: by their spelling.
//!
//! A number is the text that was read or computed: `1.0` stays `1.0`, `1e3` stays `1e3`, whole numbers have any size.
//! Source: `v1/ast/term.go` (`Number`), `v1/ast/compare.go` (`NumberCompare`).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::decimal::Decimal;

/// A number.
#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number in its plain spelling.
    Int(i64),
    /// Any other spelling: `1.0`, `1e3`, `-0`, `12345678901234567890`.
    Text(Arc<str>),
}

impl Number {
    /// From its spelling, which is taken as it is. It must be one that [`is_number`] accepts; what is none counts as 0.
    pub fn from_spelling(text: &str) -> Number {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let plain = match digits {
            [b'0'] => digits.len() == text.len(),
            [first, ..] => *first != b'0' && digits.len() < 20 && digits.iter().all(u8::is_ascii_digit),
            [] => false,
        };
        match text.parse() {
            Ok(number) if plain => Number::Int(number),
            _ => Number::Text(text.into()),
        }
    }

    /// From a double, as Go spells it: `1`, `1.5`, `1e+06`.
    pub fn from_f64(number: f64) -> Number {
        Number::from_spelling(&podline_cel::go::double(number))
    }

    /// How it is spelled.
    pub fn spelling(&self) -> Cow<'_, str> {
        match self {
            Number::Int(number) => Cow::Owned(number.to_string()),
            Number::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The whole number, if it is spelled as one that fits: `1.0` and `1e3` are none.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Number::Int(number) => Some(*number),
            Number::Text(text) => text.parse().ok(),
        }
    }

    /// The nearest double, if there is one that is not infinite.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
            Number::Int(number) => Some(*number as f64),
            Number::Text(text) => text
                .parse()
                .ok()
                .or_else(|| Decimal::parse(text)?.to_string().parse().ok())
                .filter(|number: &f64| number.is_finite()),
        }
    }

    /// Its exact value. What is no number is 0.
    pub(crate) fn decimal(&self) -> Decimal {
        match self {
            Number::Int(number) => Decimal::from_i64(*number),
            Number::Text(text) => Decimal::parse(text).unwrap_or_default(),
        }
    }

    /// How OPA's comparison operators order two numbers: by value, but for a slip that cuts the zeros before the point
    /// off with those behind it, so that `10.0` equals `1`.
    pub fn compare_as_opa(&self, other: &Number) -> Ordering {
        if let (Number::Int(a), Number::Int(b)) = (self, other) {
            return a.cmp(b);
        }
        let (a, b) = (self.spelling(), other.spelling());
        if trimmed(&a) == trimmed(&b) { Ordering::Equal } else { self.cmp(other) }
    }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches(['.', '0']) } else { text }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(b),
            (Number::Text(a), Number::Text(b)) if a == b => Ordering::Equal,
            _ => self.decimal().cmp(&other.decimal()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value: `1` equals `1.0`.
impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelling())
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Number {
        Number::Int(number)
    }
}

impl From<usize> for Number {
    fn from(number: usize) -> Number {
        i64::try_from(number).map_or_else(|_| Number::Text(number.to_string().into()), Number::Int)
    }
}

/// Is the text a number as Go's `strconv.ParseFloat` takes it, and not infinite?
pub fn is_number(text: &str) -> bool {
    Decimal::parse(text).is_some() && Number::Text(text.into()).as_f64().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::from_spelling(text)
    }

    #[test]
    fn spellings_are_kept_and_values_compared() {
        for text in ["1", "-7", "1.0", "1e3", "-0", "0.10", "12345678901234567890", "9223372036854775808"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("1"), number("1.0"));
        assert_eq!(number("1e3"), number("1000"));
        assert_eq!(number("-0"), number("0"));
        assert!(number("-2") < number("-1.5") && number("0.1") < number("0.11") && number("9") < number("1e1"));
        assert!(number("12345678901234567890") > number("12345678901234567889"));
    }

    #[test]
    fn operators_have_the_slip_of_opa_and_sets_do_not() {
        assert_eq!(number("10.0").compare_as_opa(&number("1")), Ordering::Equal);
        assert_eq!(number("10.0").compare_as_opa(&number("10")), Ordering::Equal);
        assert_ne!(number("10.0"), number("1"));
    }

    #[test]
    fn only_plain_spellings_are_integers() {
        assert_eq!(number("12").as_i64(), Some(12));
        assert_eq!(number("+12").as_i64(), Some(12));
        assert_eq!(number("12.0").as_i64(), None);
        assert_eq!(number("9223372036854775808").as_i64(), None);
    }

    #[test]
    fn texts_that_go_reads_as_floats_are_numbers() {
        for text in ["1", "+1", ".5", "5.", "1e3", "0x1p-2", "1E-7", "007"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "a", "1e400", "inf", "NaN", "1_000", "0x10", " 1", "1 ", "1e", "--1", "."] {
            assert!(!is_number(text), "{text}");
        }
    }
}
