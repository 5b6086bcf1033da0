//! Text from manifests and file names, made safe to show.
//!
//! Control characters can move a terminal's cursor or forge a line of a log, and bidirectional marks can make text read
//! as another. All of them are shown as escapes instead. So is the one character by which the log of a build would take a
//! text for a command: GitHub's `::error::` where a line begins so, and `##[`, `##vso[` and `##teamcity[` of GitHub, Azure
//! and TeamCity wherever they stand in a line.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character must not reach a terminal or a log as it is.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether no character of a text is unsafe, told by a quick look that nearly every text passes: printable ASCII, and
/// nothing like a command of a log in the middle of a line.
pub fn is_plain(text: &str) -> bool {
    // Without a branch inside, the loop over a chunk is done by vector instructions.
    let is_printable = |chunk: &[u8]| chunk.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    let bytes = text.as_bytes();
    bytes.chunks(64).all(is_printable) && !memchr::memchr_iter(b'#', bytes).any(|at| bytes.get(at + 1) == Some(&b'#'))
}

/// Whether the character at an offset must not stand there as it is, wherever the text stands in a line.
pub fn must_go(text: &str, at: usize, c: char) -> bool {
    is_unsafe(c) || opens_command(text, at)
}

/// A text on one line, with unsafe characters as `\n`, `\t` or `\u{1b}`. It may begin a line of a log.
pub fn escape(text: &str) -> Cow<'_, str> {
    let begins_command = begins_command(text);
    let goes = || text.char_indices().any(|(at, c)| must_go(text, at, c));
    if !begins_command && (is_plain(text) || !goes()) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut is_first_colon = begins_command;
    for (at, c) in text.char_indices() {
        if c == ':' && std::mem::take(&mut is_first_colon) || opens_command(text, at) {
            push_code(&mut escaped, c);
        } else {
            push(&mut escaped, c);
        }
    }
    Cow::Owned(escaped)
}

/// Whether a log would take a line that begins with this text for a command: runners look behind blanks of all kinds. A
/// lone colon may be followed by another one that is not of the text.
fn begins_command(text: &str) -> bool {
    let start = text.trim_start();
    start.starts_with("::") || start == ":"
}

/// Whether the character at an offset is the second `#` of a command that is found anywhere in a line.
pub(super) fn opens_command(text: &str, at: usize) -> bool {
    let (before, rest) = text.as_bytes().split_at(at);
    let names: [&[u8]; 3] = [b"#[", b"#vso[", b"#teamcity["];
    rest.first() == Some(&b'#')
        && before.last() == Some(&b'#')
        && names.iter().any(|name| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// Appends a character as `\u{1b}`.
pub fn push_code(text: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
}

/// Appends a character, escaped if it is unsafe.
pub fn push(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if is_unsafe(c) => push_code(text, c),
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

    #[test]
    fn what_a_log_would_obey_at_the_start_of_a_line_is_broken_up() {
        assert_eq!(escape("::error::x.yaml"), "\\u{3a}:error::x.yaml");
        assert_eq!(escape(" \u{a0}::error::x"), " \u{a0}\\u{3a}:error::x");
        assert_eq!(escape(":"), "\\u{3a}");
    }

    #[test]
    fn what_a_log_would_obey_anywhere_in_a_line_is_broken_up() {
        assert_eq!(escape("a ##[group]b"), "a #\\u{23}[group]b");
        assert_eq!(escape("###[x ##VSO[y"), "##\\u{23}[x #\\u{23}VSO[y");
        assert_eq!(escape("##teamcity[z]"), "#\\u{23}teamcity[z]");
    }

    #[test]
    fn ordinary_colons_and_hashes_stay() {
        for text in ["a::b", ":latest", "## heading", "#[derive]", "1 :: 2", "##", "web:8080"] {
            assert_eq!(escape(text), text);
        }
    }
}
