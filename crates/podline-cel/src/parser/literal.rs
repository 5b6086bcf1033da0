//! What strings and bytes in quotes hold.

/// The text between the quotes of a token, escapes resolved. Code points for strings, bytes for bytes.
///
/// # Errors
/// cel-go's words for an escape that means nothing.
pub(super) fn unescape(token: &str, bytes: bool) -> Result<Vec<u8>, &'static str> {
    let text = token.replace("\r\n", "\n").replace('\r', "\n");
    let (raw, text) = match text.strip_prefix(['r', 'R']) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let triple = text.len() >= 6 && (text.starts_with("'''") || text.starts_with("\"\"\""));
    let quotes = if triple { 3 } else { 1 };
    let inner = text.get(quotes..text.len().saturating_sub(quotes)).ok_or("unable to unescape string")?;
    if raw || !inner.contains('\\') {
        return Ok(inner.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c == '\\' {
            escape(&mut rest, bytes, &mut out)?;
        } else {
            push(&mut out, c);
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn escape(rest: &mut std::str::Chars<'_>, bytes: bool, out: &mut Vec<u8>) -> Result<(), &'static str> {
    const UNABLE: &str = "unable to unescape string";
    let c = rest.next().ok_or("unable to unescape string, found '\\' as last character")?;
    let simple = match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '\'' | '"' | '`' | '?' => u8::try_from(c).unwrap_or_default(),
        'x' | 'X' => return code(rest, 2, 16, bytes, out, UNABLE, 0),
        'u' | 'U' if bytes => return Err(UNABLE),
        'u' => return code(rest, 4, 16, bytes, out, UNABLE, 0),
        'U' => return code(rest, 8, 16, bytes, out, UNABLE, 0),
        '0'..='3' => {
            let first = c.to_digit(8).unwrap_or_default();
            return code(rest, 2, 8, bytes, out, "unable to unescape octal sequence in string", first);
        }
        _ => return Err(UNABLE),
    };
    out.push(simple);
    Ok(())
}

fn code(
    rest: &mut std::str::Chars<'_>,
    digits: usize,
    radix: u32,
    bytes: bool,
    out: &mut Vec<u8>,
    unable: &'static str,
    first: u32,
) -> Result<(), &'static str> {
    let mut value = first;
    for _ in 0..digits {
        let digit = rest.next().and_then(|c| c.to_digit(radix)).ok_or(unable)?;
        value = value.wrapping_mul(radix) | digit;
    }
    if bytes {
        out.push(u8::try_from(value & 0xff).unwrap_or_default());
    } else {
        push(out, char::from_u32(value).ok_or("invalid unicode code point")?);
    }
    Ok(())
}
