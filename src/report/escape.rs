//! Text from manifests and file names, made safe to show.
//!
//! Control characters can move a terminal's cursor or forge a line of a log, and bidirectional marks can make text read
//! as another. All of them are shown as escapes instead.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character must not reach a terminal or a log as it is.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A text on one line, with unsafe characters as `\n`, `\t` or `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    // Nearly every text is printable ASCII, which a loop over bytes tells at once.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut escaped, c);
    }
    Cow::Owned(escaped)
}

/// Appends a character, escaped if it is unsafe.
pub fn push(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if is_unsafe(c) => {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
        }
        c => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidirectional_characters_are_shown_as_escapes() {
        assert_eq!(escape("a\u{1b}[31m\n\u{202E}b\u{85}"), "a\\u{1b}[31m\\n\\u{202e}b\\u{85}");
        assert_eq!(escape("naïve 字"), "naïve 字");
    }
}
