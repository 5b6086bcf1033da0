//! What a scalar means under YAML 1.1, as the YAML library of Kubernetes resolves it.
//!
//! Source: `resolve.go` and `decode.go` of go.yaml.in/yaml/v2, and `sigs.k8s.io/yaml` for keys.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::tree::{IMPLICIT, Kind, NAME, NodeId, Style, Tag, Tree};

/// The value of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean in any of the spellings of YAML 1.1.
    Bool(bool),
    /// An integer that fits 64 bits with sign.
    Int(i64),
    /// A larger positive integer.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(Cow<'a, str>),
}

impl Scalar<'_> {
    /// What it is, for messages: `a string`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Bool(_) => "a boolean",
            Scalar::Int(_) | Scalar::UInt(_) => "an integer",
            Scalar::Float(_) => "a number",
            Scalar::Str(_) => "a string",
        }
    }
}

/// Why a scalar has no value, or is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarError {
    /// The tag demands another type than the text has.
    Tag {
        /// The type that the text has.
        found: &'static str,
        /// The tag.
        tag: &'static str,
    },
    /// `!!binary` before what is not base64.
    Base64,
    /// A mapping or list as a key.
    CollectionAsKey,
    /// Null as a key.
    NullAsKey,
    /// An integer beyond 64 bits with sign as a key.
    LongKey,
}

impl fmt::Display for ScalarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { found, tag } => write!(f, "cannot read {found} as {tag}"),
            Self::Base64 => f.write_str("!!binary value contains invalid base64 data"),
            Self::CollectionAsKey => f.write_str("a mapping or list cannot be a key"),
            Self::NullAsKey => f.write_str("null cannot be a key"),
            Self::LongKey => f.write_str("an integer of more than 63 bits cannot be a key"),
        }
    }
}

impl std::error::Error for ScalarError {}

/// Base64 as Go's `StdEncoding` reads it: padded, trailing bits ignored.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

impl Tree<'_> {
    /// The value of a scalar, or of the scalar that an alias stands for. Collections count as null: ask for the
    /// [`Kind`] first.
    ///
    /// # Errors
    /// A tag that does not fit the text (`!!int a`).
    pub fn scalar(&self, id: NodeId) -> Result<Scalar<'_>, ScalarError> {
        let id = self.resolve(id);
        let node = self.node(id);
        if node.kind != Kind::Scalar {
            return Ok(Scalar::Null);
        }
        let raw = self.raw(id);
        match node.tag {
            _ if node.style == Style::JsonNumber => Ok(json_number(raw)),
            Tag::None if node.flags & IMPLICIT == 0 => Ok(Scalar::Str(raw.into())),
            Tag::None => Ok(resolve(raw)),
            Tag::Str | Tag::Other | Tag::Merge => Ok(Scalar::Str(raw.into())),
            Tag::Binary => binary(raw).map(|text| Scalar::Str(text.into())).map_err(|_| ScalarError::Base64),
            tag => tagged(tag, raw),
        }
    }

    /// A key as the string that it becomes in JSON.
    ///
    /// # Errors
    /// A null, a collection and an integer beyond 64 bits with sign are no keys.
    pub fn key(&self, id: NodeId) -> Result<Cow<'_, str>, ScalarError> {
        if self.has_flag(id, NAME) {
            return Ok(self.raw(id).into());
        }
        let id = self.resolve(id);
        if self.kind(id) != Kind::Scalar {
            return Err(ScalarError::CollectionAsKey);
        }
        match self.scalar(id)? {
            Scalar::Str(text) => Ok(text),
            Scalar::Bool(value) => Ok(if value { "true" } else { "false" }.into()),
            Scalar::Int(value) => Ok(value.to_string().into()),
            Scalar::Float(value) => Ok(float_key(value).into()),
            Scalar::Null => Err(ScalarError::NullAsKey),
            Scalar::UInt(_) => Err(ScalarError::LongKey),
        }
    }

    /// Whether a key is a string that stands for itself: no merge, no number, no alias, no tag. Nearly all are.
    pub(super) fn is_name(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.kind == Kind::Scalar
            && node.tag == Tag::None
            && node.style != Style::JsonNumber
            && (node.flags & IMPLICIT == 0 || is_longer_word(self.raw_bytes(id)) || is_name(self.raw(id)))
    }

    /// Whether a key becomes this text in JSON, which is a name by [`is_name`].
    pub(super) fn is_key_named(&self, id: NodeId, name: &str) -> bool {
        let node = self.node(id);
        // Most are told apart here.
        if node.kind == Kind::Scalar && node.tag == Tag::None && node.value.1 as usize != name.len() {
            return false;
        }
        if node.flags & NAME != 0 {
            return self.raw_bytes(id) == name.as_bytes();
        }
        self.key(id).is_ok_and(|text| text == name)
    }

    /// Whether a key is `<<` and means a merge. In quotes it is a key like any other.
    pub fn is_merge_key(&self, id: NodeId) -> bool {
        let node = self.node(id);
        node.kind == Kind::Scalar
            && (node.flags & IMPLICIT != 0 || node.tag == Tag::Merge)
            && node.style != Style::JsonNumber
            && self.raw(id) == "<<"
    }

    /// Whether a value is null, by itself or through an alias.
    pub fn is_null(&self, id: NodeId) -> bool {
        let id = self.resolve(id);
        let node = self.node(id);
        // Most are told apart here.
        let may_be_null = match node.tag {
            Tag::None => node.flags & IMPLICIT != 0 && node.value.1 as usize <= "null".len(),
            _ => true,
        };
        node.kind == Kind::Scalar && may_be_null && matches!(self.scalar(id), Ok(Scalar::Null))
    }
}

/// Whether a plain scalar is a string, and no merge key. As a key it stands for itself, and no other plain scalar
/// becomes the same key.
pub(super) fn is_name(text: &str) -> bool {
    is_longer_word(text.as_bytes()) || text != "<<" && matches!(resolve(text), Scalar::Str(_))
}

/// Whether a plain scalar begins with a letter and is no word that means something else. Most are told apart here.
fn is_longer_word(text: &[u8]) -> bool {
    match text.first() {
        // The first letters of booleans and null.
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => text.len() > "false".len(),
        first => first.is_some_and(u8::is_ascii_alphabetic),
    }
}

/// So long are the plain scalars that may be odd: the shortest and the longest of them.
pub(super) const ODD: RangeInclusive<usize> = ".inf".len()..="+.inf".len();

/// Whether a plain scalar cannot become JSON: infinity and not-a-number.
pub(super) fn is_odd(text: &str) -> bool {
    matches!(special_float(text), Some(value) if !value.is_finite())
}

/// The meaning of a plain scalar without a tag.
pub fn resolve(text: &str) -> Scalar<'_> {
    // The first byte tells whether the text can be anything but a string; most are told apart here.
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(text).unwrap_or(Scalar::Str(text.into()))
        }
        Some(b'.') => {
            let value = special_float(text).or_else(|| float_with_underscores(text));
            value.map_or(Scalar::Str(text.into()), Scalar::Float)
        }
        Some(b'+' | b'-' | b'0'..=b'9') => number(text).unwrap_or(Scalar::Str(text.into())),
        Some(_) => Scalar::Str(text.into()),
    }
}

fn word(text: &str) -> Option<Scalar<'static>> {
    if text.len() > "false".len() {
        return None;
    }
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => return None,
    })
}

fn special_float(text: &str) -> Option<f64> {
    Some(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    })
}

/// A number that begins with a sign or a digit. Underscores are ignored wherever they stand.
fn number(text: &str) -> Option<Scalar<'static>> {
    if let Some(value) = special_float(text) {
        return Some(Scalar::Float(value));
    }
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&plain).or_else(|| float(&plain).map(Scalar::Float))
}

/// An integer as Go's `ParseInt` with base 0 reads it: `0x`, `0b`, `0o` and a leading zero choose the base.
fn integer(text: &str) -> Option<Scalar<'static>> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Scalar::Int(value)),
        // Only an integer without a sign may use the 64th bit.
        Err(_) => (!signed).then_some(Scalar::UInt(magnitude)),
    }
}

/// A decimal number: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, if it is finite as a double.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let mut rest = &unsigned[whole..];
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = digits(after);
        if whole == 0 && fraction == 0 {
            return None;
        }
        rest = &after[fraction..];
    } else if whole == 0 {
        return None;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let count = digits(exponent);
        if count == 0 || count != exponent.len() {
            return None;
        }
    } else if !rest.is_empty() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// As [`float`], for texts that begin with a point: Go's `ParseFloat`, which wants underscores between digits only.
fn float_with_underscores(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return float(text);
    }
    let bytes = text.as_bytes();
    let between_digits = |at: usize| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        digit(at.checked_sub(1)) && digit(Some(at + 1))
    };
    let valid = (0..bytes.len()).all(|at| bytes[at] != b'_' || between_digits(at));
    if valid { float(&text.replace('_', "")) } else { None }
}

/// A number of JSON. Integers beyond 64 bits become floats, and so does what is written as one.
fn json_number(text: &str) -> Scalar<'static> {
    match text.parse() {
        Ok(value) => Scalar::Int(value),
        Err(_) => Scalar::Float(text.parse().unwrap_or(f64::INFINITY)),
    }
}

/// A scalar with a tag that demands a type.
fn tagged(tag: Tag, text: &str) -> Result<Scalar<'_>, ScalarError> {
    if tag == Tag::Timestamp && super::timestamp::is_timestamp(text) {
        return Ok(Scalar::Str(text.into()));
    }
    match (tag, resolve(text)) {
        (Tag::Bool, value @ Scalar::Bool(_))
        | (Tag::Int, value @ (Scalar::Int(_) | Scalar::UInt(_)))
        | (Tag::Float, value @ Scalar::Float(_))
        | (Tag::Null, value @ Scalar::Null) => Ok(value),
        #[allow(clippy::cast_precision_loss)] // as Go converts it
        (Tag::Float, Scalar::Int(value)) => Ok(Scalar::Float(value as f64)),
        (tag, value) => Err(ScalarError::Tag { found: value.type_name(), tag: tag.as_str() }),
    }
}

/// The text of base64 data; what is no UTF-8 in it is replaced.
fn binary(text: &str) -> Result<String, base64::DecodeError> {
    let packed: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let bytes = BASE64.decode(packed)?;
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded)
}

/// A float as a key: Go's `FormatFloat(value, 'g', -1, 32)`, the shortest digits that give the same 32-bit float.
fn float_key(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation)] // as Go rounds it
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_have_the_spellings_of_yaml_1_1() {
        for text in ["y", "Yes", "ON", "true", "True"] {
            assert_eq!(resolve(text), Scalar::Bool(true), "{text}");
        }
        for text in ["n", "No", "OFF", "false"] {
            assert_eq!(resolve(text), Scalar::Bool(false), "{text}");
        }
        assert_eq!(resolve("tRue"), Scalar::Str("tRue".into()));
    }

    #[test]
    fn integers_choose_their_base_by_prefix_and_ignore_underscores() {
        for (text, value) in [("0777", 511), ("0x1F", 31), ("0b101", 5), ("0o17", 15), ("1_000", 1000), ("-017", -15)] {
            assert_eq!(resolve(text), Scalar::Int(value), "{text}");
        }
        assert_eq!(resolve("08"), Scalar::Float(8.0));
        assert_eq!(resolve("0x"), Scalar::Str("0x".into()));
        assert_eq!(resolve("18446744073709551615"), Scalar::UInt(u64::MAX));
        assert_eq!(resolve("-9223372036854775808"), Scalar::Int(i64::MIN));
        assert!(matches!(resolve("-9223372036854775809"), Scalar::Float(_)));
    }

    #[test]
    fn floats_are_decimal_and_finite() {
        assert_eq!(resolve(".5"), Scalar::Float(0.5));
        assert_eq!(resolve("1."), Scalar::Float(1.0));
        assert_eq!(resolve("1e3"), Scalar::Float(1000.0));
        for text in ["1e400", "12:30", "1e", "--", "2001-01-01", ".e3", "1.2.3", ".5_"] {
            assert_eq!(resolve(text), Scalar::Str(text.into()));
        }
        assert!(matches!(resolve(".inf"), Scalar::Float(value) if value.is_infinite()));
    }

    #[test]
    fn float_keys_are_written_as_go_writes_them() {
        for (value, text) in [(1.5, "1.5"), (1e3, "1000"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1e21, "1e+21")] {
            assert_eq!(float_key(value), text);
        }
        for (value, text) in [(1e20, "1e+20"), (123_456.0, "123456"), (1e6, "1e+06"), (1_234_567.0, "1.234567e+06")] {
            assert_eq!(float_key(value), text);
        }
    }
}
