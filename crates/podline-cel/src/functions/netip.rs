//! Why Go's `net/netip` takes no address from a text.

use crate::text::quote;

/// What is wrong, and from where on (if Go says so).
type Wrong<'t> = (&'static str, &'t str);

/// Go's words for a text that is no address.
pub(super) fn explain(text: &str) -> String {
    let (message, at) = match text.find(['.', ':', '%']).map(|at| text.as_bytes()[at]) {
        Some(b'.') => fields(text).err(),
        Some(b':') => groups(text).err(),
        Some(_) => Some(("missing IPv6 address", "")),
        None => None,
    }
    .unwrap_or(("unable to parse IP", ""));
    let at = if at.is_empty() { String::new() } else { format!(" (at {})", quote(at)) };
    format!("ParseAddr({}): {message}{at}", quote(text))
}

/// The four fields of IPv4.
fn fields(text: &str) -> Result<(), Wrong<'_>> {
    let bytes = text.as_bytes();
    let (mut value, mut digits, mut seen) = (0u32, 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", ""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", ""));
                }
            }
            b'.' => {
                if at == 0 || at == bytes.len() - 1 || bytes[at - 1] == b'.' {
                    return Err(("IPv4 field must have at least one digit", &text[at..]));
                }
                if seen == 3 {
                    return Err(("IPv4 address too long", ""));
                }
                seen += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(("unexpected character", text.get(at..).unwrap_or_default())),
        }
    }
    if seen < 3 { Err(("IPv4 address too short", "")) } else { Ok(()) }
}

/// The groups of IPv6.
fn groups(text: &str) -> Result<(), Wrong<'_>> {
    let (mut rest, zone) = text.split_once('%').map_or((text, None), |(rest, zone)| (rest, Some(zone)));
    if zone == Some("") {
        return Err(("zone must be a non-empty string", ""));
    }
    let mut gap = false;
    if let Some(after) = rest.strip_prefix("::") {
        gap = true;
        rest = after;
        if rest.is_empty() {
            return Ok(());
        }
    }
    let mut bytes = 0;
    while bytes < 16 {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits > 4 {
            return Err(("each group must have 4 or less digits", rest));
        }
        if digits == 0 {
            return Err(("each colon-separated field must have at least one digit", rest));
        }
        if rest[digits..].starts_with('.') {
            if !gap && bytes != 12 {
                return Err(("embedded IPv4 address must replace the final 2 fields of the address", rest));
            }
            if bytes > 12 {
                return Err(("too many hex fields to fit an embedded IPv4 at the end of the address", rest));
            }
            fields(rest)?;
            bytes += 4;
            rest = "";
            break;
        }
        bytes += 2;
        rest = &rest[digits..];
        if rest.is_empty() {
            break;
        }
        let Some(after) = rest.strip_prefix(':') else { return Err(("unexpected character, want colon", rest)) };
        if after.is_empty() {
            return Err(("colon must be followed by more characters", rest));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix(':') {
            if gap {
                return Err(("multiple :: in address", rest));
            }
            gap = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest.is_empty(), bytes < 16, gap) {
        (false, ..) => Err(("trailing garbage after address", rest)),
        (true, true, false) => Err(("address string too short", "")),
        (true, false, true) => Err(("the :: must expand to at least one field of zeros", "")),
        _ => Ok(()),
    }
}
