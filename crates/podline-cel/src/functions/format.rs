//! `'…'.format([…])`: verbs and what they write.

use super::conversions::{parse_double, to_string};
use super::{Outcome, made};
use crate::context::Context;
use crate::error::Error;
use crate::text::quote;
use crate::types::Type;
use crate::value::{Traced, Value};

/// The digits after the point if none are asked for.
const PRECISION: usize = 6;

/// What a verb asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    String,
    Decimal,
    Fixed(Option<usize>),
    Scientific(Option<usize>),
    Binary,
    Hex { upper: bool },
    Octal,
}

impl Clause {
    /// Can it write values of the type?
    pub(crate) fn accepts(self, ty: &Type) -> bool {
        match self {
            Clause::String => matches!(
                ty,
                Type::List(_)
                    | Type::Map(..)
                    | Type::Int
                    | Type::Uint
                    | Type::Double
                    | Type::Bool
                    | Type::String
                    | Type::Timestamp
                    | Type::Bytes
                    | Type::Duration
                    | Type::Type(_)
                    | Type::Null
            ),
            Clause::Decimal | Clause::Octal => matches!(ty, Type::Int | Type::Uint),
            Clause::Fixed(_) | Clause::Scientific(_) => matches!(ty, Type::Double | Type::String),
            Clause::Binary => matches!(ty, Type::Int | Type::Uint | Type::Bool),
            Clause::Hex { .. } => matches!(ty, Type::Int | Type::Uint | Type::String | Type::Bytes),
        }
    }

    /// The text that it cannot write a value of the type.
    pub(crate) fn error(self, given: &str) -> String {
        let what = match self {
            Clause::String => {
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"
            }
            Clause::Decimal => "decimal clause can only be used on integers",
            Clause::Fixed(_) => "fixed-point clause can only be used on doubles",
            Clause::Scientific(_) => "scientific clause can only be used on doubles",
            Clause::Binary => "only integers and bools can be formatted as binary",
            Clause::Hex { .. } => "only integers, byte buffers, and strings can be formatted as hex",
            Clause::Octal => "octal clause can only be used on integers",
        };
        format!("{what}, was given {given}")
    }
}

/// Reads a format with `count` arguments, and writes with `write` what stands for each verb.
pub(crate) fn parse<E: From<String>>(
    format: &str,
    count: usize,
    mut write: impl FnMut(usize, Clause) -> Result<String, E>,
) -> Result<String, E> {
    let mut out = String::new();
    let mut rest = format;
    let mut index = 0;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('%') {
            out.push('%');
            rest = tail;
            continue;
        }
        if index >= count {
            return Err(format!("index {index} out of range").into());
        }
        if rest.is_empty() {
            return Err("unexpected end of string".to_owned().into());
        }
        let clause = clause(&mut rest).map_err(|error| format!("could not parse formatting clause: {error}"))?;
        out.push_str(&write(index, clause)?);
        index += 1;
    }
    out.push_str(rest);
    Ok(out)
}

fn clause(rest: &mut &str) -> Result<Clause, String> {
    let precision = precision(rest)?;
    let verb = rest.bytes().next().unwrap_or_default();
    let clause = match verb {
        b's' => Clause::String,
        b'd' => Clause::Decimal,
        b'f' => Clause::Fixed(precision),
        b'e' => Clause::Scientific(precision),
        b'b' => Clause::Binary,
        b'x' => Clause::Hex { upper: false },
        b'X' => Clause::Hex { upper: true },
        b'o' => Clause::Octal,
        // One byte, as Go looks at it.
        other => return Err(format!("unrecognized formatting clause \"{}\"", char::from(other))),
    };
    *rest = &rest[1..];
    Ok(clause)
}

fn precision(rest: &mut &str) -> Result<Option<usize>, String> {
    let Some(tail) = rest.strip_prefix('.') else { return Ok(None) };
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    if digits == tail.len() {
        return Err("error while parsing precision: could not find end of precision specifier".to_owned());
    }
    let (number, tail) = tail.split_at(digits);
    *rest = tail;
    match number.parse::<i64>() {
        Ok(number) => Ok(Some(usize::try_from(number).unwrap_or(usize::MAX))),
        Err(_) => {
            let why = if number.is_empty() { "invalid syntax" } else { "value out of range" };
            let number = quote(number);
            Err(format!(
                "error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing {number}: {why}"
            ))
        }
    }
}

pub(super) fn run(context: &mut Context<'_>, format: &str, args: &[Traced]) -> Outcome {
    /// Text errors, and those that stop everything.
    struct Stop(Error);
    impl From<String> for Stop {
        fn from(text: String) -> Self {
            Stop(Error::new(text))
        }
    }
    let written = parse(format, args.len(), |index, clause| {
        if let Clause::Fixed(Some(digits)) | Clause::Scientific(Some(digits)) = clause {
            context.allocate(digits).map_err(Stop)?;
        }
        let text = write(&args[index].value, clause).map_err(|error| format!("error during formatting: {error}"))?;
        context.allocate(text.len()).map_err(Stop)?;
        Ok(text)
    });
    match written {
        Ok(text) => made(context, text),
        Err(Stop(error)) => Err(error),
    }
}

fn write(value: &Value, clause: Clause) -> Result<String, String> {
    let ty = value.type_of();
    let refused = || clause.error(ty.name());
    match clause {
        Clause::String => string(value),
        Clause::Decimal => match value {
            Value::Int(value) => Ok(value.to_string()),
            Value::Uint(value) => Ok(value.to_string()),
            _ => Err(refused()),
        },
        Clause::Fixed(digits) => Ok(fixed(number(value).ok_or_else(refused)?, digits.unwrap_or(PRECISION))),
        Clause::Scientific(digits) => Ok(scientific(number(value).ok_or_else(refused)?, digits.unwrap_or(PRECISION))),
        Clause::Binary => match value {
            Value::Int(value) => Ok(signed(*value, |value| format!("{value:b}"))),
            Value::Uint(value) => Ok(format!("{value:b}")),
            Value::Bool(value) => Ok(if *value { "1" } else { "0" }.to_owned()),
            _ => Err(refused()),
        },
        Clause::Octal => match value {
            Value::Int(value) => Ok(signed(*value, |value| format!("{value:o}"))),
            Value::Uint(value) => Ok(format!("{value:o}")),
            _ => Err(refused()),
        },
        Clause::Hex { upper } => {
            let text = hex(value).ok_or_else(refused)?;
            Ok(if upper { text.to_uppercase() } else { text })
        }
    }
}

fn signed(value: i64, write: impl Fn(u64) -> String) -> String {
    format!("{}{}", if value < 0 { "-" } else { "" }, write(value.unsigned_abs()))
}

fn hex(value: &Value) -> Option<String> {
    let bytes = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Some(match value {
        Value::Int(value) => signed(*value, |value| format!("{value:x}")),
        Value::Uint(value) => format!("{value:x}"),
        Value::String(text) => bytes(text.as_bytes()),
        Value::Bytes(value) => bytes(value),
        _ => return None,
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Double(value) => Some(*value),
        Value::String(text) if matches!(&**text, "NaN" | "Infinity" | "-Infinity") => parse_double(text),
        _ => None,
    }
}

fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        return Some("NaN".to_owned());
    }
    value.is_infinite().then(|| if value > 0.0 { "∞" } else { "-∞" }.to_owned())
}

/// As American English writes it: `1,234.50`.
fn fixed(value: f64, digits: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    // No double has more digits behind its point than these, and Rust formats no more than 65,535.
    let exact = digits.min(1_100);
    let mut text = format!("{:.*}", exact, value.abs());
    text.extend(std::iter::repeat_n('0', digits.min(100_000) - exact));
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (text.as_str(), String::new()),
    };
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    format!("{sign}{grouped}{fraction}")
}

/// `1.234500×10⁰³`. cel-go takes the digits that are asked for as the width, and always writes six.
fn scientific(value: f64, width: usize) -> String {
    let text = special(value).unwrap_or_else(|| {
        let text = format!("{value:.PRECISION$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { "⁻" } else { "" };
        let raised: String = format!("{:02}", exponent.abs())
            .chars()
            .map(|digit| ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit.to_digit(10).unwrap_or(0) as usize])
            .collect();
        format!("{mantissa}\u{d7}10{sign}{raised}")
    });
    let missing = width.min(100_000).saturating_sub(text.chars().count());
    format!("{}{text}", " ".repeat(missing))
}

fn string(value: &Value) -> Result<String, String> {
    if value.is_list() || value.is_map() && !matches!(value, Value::Fields(_)) {
        return aggregate(value);
    }
    if !Clause::String.accepts(&value.type_of()) {
        return Err(Clause::String.error(value.type_of().name()));
    }
    match to_string(value) {
        Ok(Value::String(text)) => Ok(text.to_string()),
        Ok(_) => Err(String::new()),
        Err(error) => Err(format!("could not convert argument {} to string", quote(error.message()))),
    }
}

fn aggregate(value: &Value) -> Result<String, String> {
    let limits = crate::Limits::default();
    let mut context = Context::new(&limits, false);
    if value.is_list() {
        let parts: Result<Vec<String>, String> =
            value.elements(&mut context).iter().map(|part| within(&part.value)).collect();
        return Ok(format!("[{}]", parts?.join(", ")));
    }
    let mut pairs = Vec::new();
    for key in value.keys() {
        let name = match &key {
            Value::String(_) | Value::Bool(_) | Value::Int(_) | Value::Uint(_) => within(&key)?,
            other => return Err(format!("no formatting function for map key of type {}", other.type_of().name())),
        };
        let found = value.lookup(&key, &mut context).ok().flatten();
        let found = found.ok_or_else(|| format!("could not find key: {}", quote(&name)))?;
        pairs.push((name, within(&found.value)?));
    }
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
    Ok(format!("{{{}}}", pairs.join(", ")))
}

/// A value within a list or a map: text in quotes, doubles with six digits.
fn within(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::String(text) => quote(text),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("b{}", quote(text)),
            Err(_) => return string(value),
        },
        Value::Double(number) if number.is_finite() => format!("{number:.PRECISION$}"),
        Value::Double(number) => quote(if number.is_nan() {
            "NaN"
        } else if *number > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }),
        Value::Timestamp(at) => format!("timestamp({})", quote(&at.text())),
        Value::Duration(nanos) => format!("duration({})", quote(&crate::time::duration_text(*nanos))),
        Value::Optional(_) | Value::Opaque(_) | Value::Fields(_) => {
            return Err(format!("no formatting function for {}", value.type_of().name()));
        }
        _ => string(value)?,
    })
}
