//! Classes of characters, and escapes.

use super::translate::{Reader, push_literal};

/// What `\d` and the like hold, for the inside of a class.
pub(super) fn perl(c: char) -> &'static str {
    match c {
        'd' => "0-9",
        'D' => "[^0-9]",
        's' => "\\t\\n\\x0C\\r ",
        'S' => "[^\\t\\n\\x0C\\r ]",
        'w' => "0-9A-Za-z_",
        _ => "[^0-9A-Za-z_]",
    }
}

/// Reads `[…]`.
pub(super) fn class(reader: &mut Reader<'_>) -> Result<(), String> {
    let start = reader.rest;
    let missing = || format!("missing closing ]: `{start}`");
    reader.skip(1);
    let mut text = String::from("[");
    if reader.rest.starts_with('^') {
        text.push('^');
        reader.skip(1);
    }
    let mut first = true;
    loop {
        let c = reader.rest.chars().next().ok_or_else(missing)?;
        if c == ']' && !first {
            reader.skip(1);
            text.push(']');
            reader.out.push_str(&text);
            return Ok(());
        }
        first = false;
        if reader.rest.starts_with("[:") && named(reader, &mut text)? {
            continue;
        }
        if c == '\\' && group(reader, &mut text)? {
            continue;
        }
        range(reader, &mut text, start)?;
    }
}

/// `[:alpha:]`; says whether it is one.
fn named(reader: &mut Reader<'_>, text: &mut String) -> Result<bool, String> {
    const NAMES: [&str; 14] = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
        "word", "xdigit",
    ];
    let Some(end) = reader.rest[2..].find(":]").map(|end| end + 4) else { return Ok(false) };
    let name = &reader.rest[..end];
    let inner = name[2..end - 2].trim_start_matches('^');
    if !NAMES.contains(&inner) {
        return Err(format!("invalid character class range: `{name}`"));
    }
    text.push_str(name);
    reader.skip(end);
    Ok(true)
}

/// `\d`, `\pL`; says whether it is one.
fn group(reader: &mut Reader<'_>, text: &mut String) -> Result<bool, String> {
    match reader.rest.chars().nth(1) {
        Some('p' | 'P') => {
            let property = property(reader)?;
            text.push_str(&property);
        }
        Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
            text.push_str(perl(c));
            reader.skip(2);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn range(reader: &mut Reader<'_>, text: &mut String, start: &str) -> Result<(), String> {
    let from = reader.rest;
    let low = single(reader, start)?;
    let mut high = low;
    let follows = reader.rest.strip_prefix('-').is_some_and(|after| !after.is_empty() && !after.starts_with(']'));
    if follows {
        reader.skip(1);
        high = single(reader, start)?;
        if high < low {
            let range = &from[..from.len() - reader.rest.len()];
            return Err(format!("invalid character class range: `{range}`"));
        }
    }
    push_literal(text, low);
    if follows {
        text.push('-');
        push_literal(text, high);
    }
    Ok(())
}

fn single(reader: &mut Reader<'_>, start: &str) -> Result<char, String> {
    let c = reader.rest.chars().next().ok_or_else(|| format!("missing closing ]: `{start}`"))?;
    if c == '\\' {
        return escaped(reader);
    }
    reader.skip(c.len_utf8());
    Ok(c)
}

/// `\pN`, `\p{Greek}`, `\P{^Greek}`, as the crate writes it.
pub(super) fn property(reader: &mut Reader<'_>) -> Result<String, String> {
    let text = reader.rest;
    let mut negative = text.starts_with("\\P");
    let invalid = |text: &str| format!("invalid character class range: `{text}`");
    let third = text.chars().nth(2).ok_or_else(|| invalid(text))?;
    let (name, length) = if third == '{' {
        let end = text.find('}').ok_or_else(|| invalid(text))?;
        (&text[3..end], end + 1)
    } else {
        (&text[2..2 + third.len_utf8()], 2 + third.len_utf8())
    };
    let name = match name.strip_prefix('^') {
        Some(name) => {
            negative = !negative;
            name
        }
        None => name,
    };
    let known = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ' ' || c == '-') && !name.is_empty();
    let property = format!("\\{}{{{name}}}", if negative { 'P' } else { 'p' });
    if !known || ::regex::Regex::new(&property).is_err() {
        return Err(invalid(&text[..length]));
    }
    reader.skip(length);
    Ok(property)
}

/// The character that an escape stands for.
pub(super) fn escaped(reader: &mut Reader<'_>) -> Result<char, String> {
    let text = reader.rest;
    let Some(c) = text.chars().nth(1) else {
        return Err("trailing backslash at end of expression: ``".to_owned());
    };
    let mut length = 1 + c.len_utf8();
    let digits =
        |from: usize, most: usize| text[from..].bytes().take(most).take_while(|b| matches!(b, b'0'..=b'7')).count();
    let found = match c {
        '1'..='7' if digits(length, 1) == 0 => None,
        '0'..='7' => {
            length += digits(2, 2);
            u32::from_str_radix(&text[1..length], 8).ok().and_then(char::from_u32)
        }
        'x' => hexadecimal(text, &mut length),
        'a' => Some('\u{7}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
        _ => None,
    };
    match found {
        Some(found) => {
            reader.skip(length);
            Ok(found)
        }
        None => Err(format!("invalid escape sequence: `{}`", &text[..length.min(text.len())])),
    }
}

fn hexadecimal(text: &str, length: &mut usize) -> Option<char> {
    let rest = &text[2..];
    let (digits, all) = match rest.strip_prefix('{') {
        Some(inner) => {
            let end = inner.find('}')?;
            (&inner[..end], end + 2)
        }
        None => (rest.get(..2)?, 2),
    };
    *length += all;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}
