//! Extensions of cel-go that the API server leaves out, and that other programs bring: bindings, encoders, math, regex.
//!
//! They have no costs of their own beyond a call's.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Outcome, made, text};
use crate::context::Context;
use crate::error::Error;
use crate::function::Library;
use crate::macros::Macros;
use crate::regex::Regex;
use crate::value::{Traced, Value};

/// `cel.bind(name, value, expression)`.
pub fn bindings() -> Library {
    Library::new().macros(Macros::bindings)
}

/// `x.orValue(y)` of what is no optional value gives `x`, as cel-go did before 0.28. Its type can be anything.
pub fn lenient_or_value() -> Library {
    Library::new().macros(Macros::lenient_or_value).traced(
        "__orValueCompat__",
        "__orValueCompat___dyn_dyn",
        "(dyn, dyn) -> dyn",
        |context, args| match &args[0].value {
            Value::Optional(Some(inner)) => {
                let why = context.both(args[0].why, inner.why);
                Ok(Traced { value: inner.value.clone(), why })
            }
            Value::Optional(None) => Ok(args[1].clone()),
            _ => Ok(args[0].clone()),
        },
    )
}

/// `base64.encode` of bytes, `base64.decode` to bytes.
pub fn encoders() -> Library {
    Library::new()
        .function("base64.encode", "base64_encode_bytes", "(bytes) -> string", |context, args| match &args[0].value {
            Value::Bytes(bytes) => made(context, STANDARD.encode(bytes)),
            _ => Err(Error::no_overload()),
        })
        .function("base64.decode", "base64_decode_string", "(string) -> bytes", |context, args| {
            let text = text(args, 0)?;
            context.allocate(text.len())?;
            let decoded = STANDARD.decode(text.as_bytes()).or_else(|_| STANDARD_NO_PAD.decode(text.as_bytes()));
            decoded
                .map(|bytes| Value::Bytes(bytes.into()))
                .map_err(|_| Error::new("illegal base64 data at input byte 0"))
        })
}

/// `math.greatest`, `math.least`, and the functions of doubles.
pub fn math() -> Library {
    let mut library = Library::new();
    for (name, greatest) in [("math.greatest", true), ("math.least", false)] {
        for kind in ["int", "double", "uint", "dyn"] {
            for count in 1..=4 {
                let arguments = vec![kind; count].join(", ");
                let id = format!("{name}_{}", vec![kind; count].join("_"));
                let signature = format!("({arguments}) -> {kind}");
                library =
                    library.function(name, &id, &signature, move |context, args| extreme_of(context, args, greatest));
            }
        }
        library = library.function(name, &format!("{name}_list"), "(list(dyn)) -> dyn", move |context, args| {
            extreme_of(context, args, greatest)
        });
    }
    let doubles: [(&str, fn(f64) -> f64); 4] =
        [("math.ceil", f64::ceil), ("math.floor", f64::floor), ("math.round", f64::round), ("math.trunc", f64::trunc)];
    for (name, run) in doubles {
        library = library.function(name, &format!("{name}_double"), "(double) -> double", move |_, args| {
            match args[0].value {
                Value::Double(number) => Ok(Value::Double(run(number))),
                _ => Err(Error::no_overload()),
            }
        });
    }
    library
        .function("math.abs", "math_abs_double", "(double) -> double", |_, args| match args[0].value {
            Value::Double(number) => Ok(Value::Double(number.abs())),
            _ => Err(Error::no_overload()),
        })
        .function("math.abs", "math_abs_int", "(int) -> int", |_, args| match args[0].value {
            Value::Int(number) => number.checked_abs().map(Value::Int).ok_or_else(|| Error::new("integer overflow")),
            _ => Err(Error::no_overload()),
        })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of different kinds are compared as doubles")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Uint(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(b)),
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

/// Of the arguments, or of the elements of the only one, if that is a list.
fn extreme_of(context: &mut Context<'_>, args: &[Traced], greatest: bool) -> Outcome {
    match args {
        [Traced { value: value @ Value::List(_), .. }] => extreme(&value.elements(context), greatest),
        args => extreme(args, greatest),
    }
}

fn extreme(args: &[Traced], greatest: bool) -> Outcome {
    let wanted = if greatest { Ordering::Greater } else { Ordering::Less };
    let (first, others) = args.split_first().ok_or_else(|| Error::new("argument list must not be empty"))?;
    let mut best = &first.value;
    for arg in args {
        number(&arg.value).ok_or_else(Error::no_overload)?;
    }
    for arg in others {
        if order(&arg.value, best) == Some(wanted) {
            best = &arg.value;
        }
    }
    Ok(best.clone())
}

/// `regex.replace` of all matches; `\1` stands for a group.
pub fn regex_replace() -> Library {
    Library::new().function(
        "regex.replace",
        "regex_replaceAll_string_string_string",
        "(string, string, string) -> string",
        |context: &mut Context<'_>, args| {
            let (target, pattern, replacement) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
            let regex = Regex::new(pattern).map_err(|why| Error::new(format!("given regex is invalid: {why}")))?;
            let replacement = groups(replacement)?;
            // No more than so many bytes may be built.
            let left = std::cell::Cell::new(16usize << 20);
            let pays = |bytes: usize| left.get().checked_sub(bytes).map(|rest| left.set(rest)).is_some();
            let built = regex
                .replace_all(target, &replacement, pays)
                .ok_or_else(|| Error::cancelled("operation cancelled: the text grows too long"))?;
            made(context, built)
        },
    )
}

/// `\1` as `${1}`, `\\` as `\`.
fn groups(replacement: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(replacement.len());
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    out.push_str("${");
                    out.push(digit);
                    out.push('}');
                }
                Some('\\') => out.push('\\'),
                _ => return Err(Error::new("invalid replacement string: \\ must be followed by a digit or \\")),
            },
            c => out.push(c),
        }
    }
    Ok(out)
}
