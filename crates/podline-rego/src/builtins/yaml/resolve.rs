//! What a plain scalar is read as.
//!
//! Source: go.yaml.in/yaml/v2 `resolve.go`, `encode.go` (`isBase60Float`).

/// Words that are no texts.
const WORDS: [&str; 36] = [
    "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N",
    "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF",
    "+.inf", "-.inf", "<<",
];

/// Is it read as the text that it is?
pub(super) fn is_text(text: &str) -> bool {
    let signed = text.strip_prefix(['+', '-']).is_some_and(|rest| matches!(rest, ".inf" | ".Inf" | ".INF"));
    !WORDS.contains(&text) && !signed && !is_number(text) && !is_moment(text) && !is_base_60(text)
}

fn is_number(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'.') => crate::number::is_number(text),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            let plain = text.replace('_', "");
            is_integer(&plain) || (is_float(&plain) && crate::number::is_number(&plain))
        }
        _ => false,
    }
}

/// As Go's `strconv.ParseInt` with base 0 reads it, or with a `0b`.
fn is_integer(text: &str) -> bool {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', b'o', ..] => (&lower[2..], 8),
        [b'0', _, ..] => (&lower[1..], 8),
        _ => (&lower[..], 10),
    };
    // Rust would take a second sign.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return false;
    }
    let Ok(number) = u64::from_str_radix(digits, radix) else { return false };
    // An unsigned number has no sign at all.
    match (negative, text.starts_with('+')) {
        (true, _) => number <= i64::MIN.unsigned_abs(),
        (false, true) => i64::try_from(number).is_ok(),
        (false, false) => true,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    some && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// A date, or a date and a time.
fn is_moment(text: &str) -> bool {
    const LAYOUTS: [&str; 4] =
        ["2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2"];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let dated = digits == 4 && text.as_bytes().get(4) == Some(&b'-');
    dated && LAYOUTS.iter().any(|layout| podline_cel::go::parse_time(layout, text).is_ok())
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`: numbers of hours, minutes and seconds.
fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let lined = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let parts: Vec<&str> = parts.collect();
    let sixtieth = |part: &&str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten, digit] => (b'0'..=b'5').contains(ten) && digit.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && lined(first)
        && !parts.is_empty()
        && parts.iter().all(sixtieth)
        && lined(fraction)
}
