//! cel-go's library of strings, version 2.

use super::{Outcome, format, int, made, text};
use crate::context::Context;
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::value::{Traced, Value};

/// The library, with the costs that Kubernetes gives it.
pub fn library() -> Library {
    const TEXT_TO_TEXT: &str = "string.() -> string";
    Library::new()
        .function("charAt", "string_char_at_int", "string.(int) -> string", char_at)
        .function("indexOf", "string_index_of_string", "string.(string) -> int", |_, args| {
            index_of(text(args, 0)?, text(args, 1)?, 0)
        })
        .function("indexOf", "string_index_of_string_int", "string.(string, int) -> int", |_, args| {
            index_of(text(args, 0)?, text(args, 1)?, int(args, 2)?)
        })
        .function("lastIndexOf", "string_last_index_of_string", "string.(string) -> int", |_, args| {
            last_index_of(text(args, 0)?, text(args, 1)?, None)
        })
        .function("lastIndexOf", "string_last_index_of_string_int", "string.(string, int) -> int", |_, args| {
            last_index_of(text(args, 0)?, text(args, 1)?, Some(int(args, 2)?))
        })
        .function("lowerAscii", "string_lower_ascii", TEXT_TO_TEXT, |context, args| {
            made(context, text(args, 0)?.to_ascii_lowercase())
        })
        .function("upperAscii", "string_upper_ascii", TEXT_TO_TEXT, |context, args| {
            made(context, text(args, 0)?.to_ascii_uppercase())
        })
        .function("trim", "string_trim", TEXT_TO_TEXT, |context, args| made(context, text(args, 0)?.trim().to_owned()))
        .function("replace", "string_replace_string_string", "string.(string, string) -> string", |context, args| {
            replace(context, args, -1)
        })
        .function(
            "replace",
            "string_replace_string_string_int",
            "string.(string, string, int) -> string",
            |context, args| replace(context, args, int(args, 3)?),
        )
        .function("split", "string_split_string", "string.(string) -> list(string)", |context, args| {
            split(context, args, -1)
        })
        .function("split", "string_split_string_int", "string.(string, int) -> list(string)", |context, args| {
            split(context, args, int(args, 2)?)
        })
        .function("substring", "string_substring_int", "string.(int) -> string", |context, args| {
            let chars: Vec<char> = text(args, 0)?.chars().collect();
            let start = within(int(args, 1)?, chars.len())?;
            made(context, chars[start..].iter().collect())
        })
        .function("substring", "string_substring_int_int", "string.(int, int) -> string", substring)
        .function("join", "list_join", "list(string).() -> string", |context, args| join(context, args, ""))
        .function("join", "list_join_string", "list(string).(string) -> string", |context, args| {
            join(context, args, &text(args, 1)?.clone())
        })
        .function("format", "string_format", "string.(list(dyn)) -> string", |context, args| {
            let list = args[1].value.elements(context);
            format::run(context, text(args, 0)?, &list)
        })
        .function("strings.quote", "strings_quote", "(string) -> string", |context, args| {
            made(context, quote(text(args, 0)?))
        })
        .costs(costs)
}

#[allow(clippy::unnecessary_wraps)] // nothing means that it does not know
fn costs(function: &str, _: &str, args: &[Traced], result: Option<&Value>) -> Option<u64> {
    let first = size(&args.first()?.value);
    match function {
        "lowerAscii" | "upperAscii" | "substring" | "trim" => Some(share(first, TRAVERSAL)),
        "replace" | "split" => Some(share(first, 2.0 * TRAVERSAL)),
        "join" => Some(share(result.map_or(1, size), 2.0 * TRAVERSAL)),
        _ => None,
    }
}

fn out_of_range(index: i64) -> Error {
    Error::new(format!("index out of range: {index}"))
}

fn within(index: i64, length: usize) -> Result<usize, Error> {
    usize::try_from(index).ok().filter(|index| *index <= length).ok_or_else(|| out_of_range(index))
}

fn char_at(_: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let text = text(args, 0)?;
    let index = int(args, 1)?;
    let at = within(index, text.chars().count())?;
    Ok(Value::string(text.chars().nth(at).map(String::from).unwrap_or_default()))
}

fn substring(context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let chars: Vec<char> = text(args, 0)?.chars().collect();
    let (start, end) = (int(args, 1)?, int(args, 2)?);
    if start > end {
        return Err(Error::new(format!("invalid substring range. start: {start}, end: {end}")));
    }
    let (start, end) = (within(start, chars.len())?, within(end, chars.len())?);
    made(context, chars[start..end].iter().collect())
}

fn count(value: usize) -> Value {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn index_of(text: &str, wanted: &str, offset: i64) -> Outcome {
    let start = usize::try_from(offset).map_err(|_| out_of_range(offset))?;
    let length = text.chars().count();
    if wanted.is_empty() {
        return Ok(count(start.min(length)));
    }
    let Some((from, _)) = text.char_indices().nth(start) else { return Ok(Value::Int(-1)) };
    Ok(text[from..].find(wanted).map_or(Value::Int(-1), |at| count(start + text[from..from + at].chars().count())))
}

fn last_index_of(text: &str, wanted: &str, offset: Option<i64>) -> Outcome {
    let length = text.chars().count();
    let offset = match offset {
        None if wanted.is_empty() => return Ok(count(length)),
        None if text.len() < wanted.len() => return Ok(Value::Int(-1)),
        None => length - 1,
        Some(offset) => usize::try_from(offset).map_err(|_| out_of_range(offset))?,
    };
    if wanted.is_empty() {
        return Ok(count(offset.min(length)));
    }
    if offset >= length {
        return Ok(Value::Int(-1));
    }
    let Some(last) = length.checked_sub(wanted.chars().count()) else { return Ok(Value::Int(-1)) };
    let Some((at, _)) = text.char_indices().nth(offset.min(last)) else { return Ok(Value::Int(-1)) };
    let end = (at + wanted.len()).min(text.len());
    let found = text
        .get(..end)
        .or_else(|| text.get(..text.len()))
        .and_then(|head| head.rfind(wanted))
        .filter(|found| *found <= at);
    Ok(found.map_or(Value::Int(-1), |found| count(text[..found].chars().count())))
}

fn replace(context: &mut Context<'_>, args: &[Traced], limit: i64) -> Outcome {
    let (text, old, new) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = if old.is_empty() { text.chars().count() + 1 } else { text.matches(&**old).count() };
    context.allocate(text.len().saturating_add(found.min(limit).saturating_mul(new.len())))?;
    Ok(Value::string(text.replacen(&**old, new, limit)))
}

/// Splits as Go does: at most `limit` parts if it is positive, none if it is 0.
fn split(context: &mut Context<'_>, args: &[Traced], limit: i64) -> Outcome {
    let (text, separator) = (text(args, 0)?, text(args, 1)?);
    let parts: Vec<&str> = match (limit, separator.is_empty()) {
        (0, _) => Vec::new(),
        (limit, true) => {
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            letters(text, most)
        }
        (limit, false) if limit < 0 => text.split(&**separator).collect(),
        (limit, false) => text.splitn(usize::try_from(limit).unwrap_or(usize::MAX), &**separator).collect(),
    };
    let parts: Vec<Traced> =
        parts.into_iter().map(|part| Traced { why: args[0].why, ..Value::string(part).into() }).collect();
    context.allocate(text.len())?;
    super::made_list(context, parts)
}

/// Each character for itself; what is left after `most` - 1 of them together.
fn letters(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if parts.len() + 1 >= most {
            parts.push(rest);
            return parts;
        }
        let (letter, tail) = rest.split_at(c.len_utf8());
        parts.push(letter);
        rest = tail;
    }
    parts
}

fn join(context: &mut Context<'_>, args: &[Traced], separator: &str) -> Outcome {
    let mut joined = String::new();
    for (index, element) in args[0].value.elements(context).iter().enumerate() {
        let Value::String(part) = &element.value else {
            return Err(Error::new(format!("join: invalid input: {}", crate::text::go_value(&element.value))));
        };
        if index > 0 {
            joined.push_str(separator);
        }
        context.allocate(part.len() + separator.len())?;
        joined.push_str(part);
    }
    Ok(Value::string(joined))
}

fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
