//! Go's `%q`.

use unicode_general_category::{GeneralCategory, get_general_category};

/// A string as Go's `%q` (`strconv.Quote`) prints it.
///
/// What is printable depends on the version of Unicode: Go 1.26, which builds Kubernetes 1.37, has the tables of
/// 15.0, and so has version 0.6 of `unicode-general-category`. Go's `\xNN` for bytes that are no UTF-8 cannot
/// arise from a `str`.
///
/// Source: `appendEscapedRune` in Go's `strconv/quote.go`.
pub fn quote(text: &str) -> String {
    within(text.chars(), '"', false)
}

/// As [`quote`], with ASCII only: `strconv.QuoteToASCII`.
pub fn quote_ascii(text: &str) -> String {
    within(text.chars(), '"', true)
}

/// A character in single quotes, as Go's `%q` prints it; with ASCII only, if that is asked for.
pub fn quote_char(c: char, ascii: bool) -> String {
    within(std::iter::once(c), '\'', ascii)
}

fn within(chars: impl Iterator<Item = char>, mark: char, ascii: bool) -> String {
    let mut quoted = String::from(mark);
    for c in chars {
        if c == mark {
            quoted.push('\\');
            quoted.push(c);
        } else if ascii && !c.is_ascii() {
            quoted.push_str(&escape(u32::from(c)));
        } else {
            push_escaped(&mut quoted, c);
        }
    }
    quoted.push(mark);
    quoted
}

fn push_escaped(out: &mut String, c: char) {
    let short = match c {
        '\\' => "\\\\",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        c if is_printable(c) => return out.push(c),
        c => return out.push_str(&escape(u32::from(c))),
    };
    out.push_str(short);
}

/// The escape of a code point by its number.
fn escape(code: u32) -> String {
    // Not `\x` for the C1 controls from 0x80 on: to Go it is a byte, and theirs alone would be no UTF-8.
    if code < 0x80 {
        format!("\\x{code:02x}")
    } else if code < 0x1_0000 {
        format!("\\u{code:04x}")
    } else {
        format!("\\U{code:08x}")
    }
}

/// Is it a letter to Go (`unicode.IsLetter`)?
pub fn is_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    matches!(
        get_general_category(c),
        LowercaseLetter | ModifierLetter | OtherLetter | TitlecaseLetter | UppercaseLetter
    )
}

/// Is it a decimal digit to Go (`unicode.IsDigit`)?
pub fn is_digit(c: char) -> bool {
    get_general_category(c) == GeneralCategory::DecimalNumber
}

/// Is it printable to Go: a letter, mark, number, punctuation, symbol or the ASCII space?
///
/// Source: `IsPrint` in Go's `unicode/graphic.go`.
pub fn is_printable(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
    };
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    !matches!(
        get_general_category(c),
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | SpaceSeparator | Surrogate | Unassigned
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        // Each expectation is what `fmt.Printf("%q")` of Go 1.26 prints.
        for (text, quoted) in [
            ("", r#""""#),
            ("unconfined", r#""unconfined""#),
            ("a\"b\\c`d'", r#""a\"b\\c`d'""#),
            ("\x07\x08\x0c\n\r\t\x0b", r#""\a\b\f\n\r\t\v""#),
            ("\0\x1b\x7f", r#""\x00\x1b\x7f""#),
            ("\u{85}\u{a0}\u{ad}", r#""\u0085\u00a0\u00ad""#),
            ("é日本\u{301}\u{fffd}", "\"é日本\u{301}\u{fffd}\""),
            ("\u{200b}\u{202e}\u{2028}\u{3000}\u{feff}", r#""\u200b\u202e\u2028\u3000\ufeff""#),
            ("\u{e000}\u{fffe}", r#""\ue000\ufffe""#),
            ("😀\u{e0001}\u{10ffff}", "\"😀\\U000e0001\\U0010ffff\""),
            // Assigned in Unicode 15.0, and only in 15.1.
            ("\u{1fa77}\u{2ebf0}", "\"\u{1fa77}\\U0002ebf0\""),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }

    /// Go's answer for every rune at once: `for r := range 0x110000 { if strconv.IsPrint(r) { … } }` with the
    /// count, and the 64-bit FNV-1a hash of the runes in little endian.
    #[test]
    fn printable_is_what_go_prints() {
        let mut count = 0;
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for c in (char::MIN..=char::MAX).filter(|&c| is_printable(c)) {
            count += 1;
            for byte in u32::from(c).to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        assert_eq!((count, hash), (148_998, 0xdcca_923b_f445_d226));
    }
}
