//! The text of an open document, and places in it as the protocol counts them.

use lsp_types::{Position, PositionEncodingKind, Range, TextDocumentContentChangeEvent};
use ropey::Rope;

use crate::source::span::Span;

/// What the protocol counts characters in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what a client that says nothing counts in.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The first of the encodings that the client offers.
    pub fn negotiate<'a>(offered: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |name: &str| match name {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            "utf-32" => Some(Encoding::Utf32),
            _ => None,
        };
        offered.into_iter().find_map(known).unwrap_or_default()
    }

    /// Its name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Where a byte offset stands.
    pub fn position(self, text: &Rope, offset: usize) -> Position {
        let at = text.byte_to_char(offset.min(text.len_bytes()));
        let line = text.char_to_line(at);
        let start = text.line_to_char(line);
        let character = match self {
            Encoding::Utf8 => text.char_to_byte(at) - text.char_to_byte(start),
            Encoding::Utf16 => text.char_to_utf16_cu(at) - text.char_to_utf16_cu(start),
            Encoding::Utf32 => at - start,
        };
        Position { line: unsigned(line), character: unsigned(character) }
    }

    /// The range of a span.
    pub fn range(self, text: &Rope, span: Span) -> Range {
        let Span { start, end } = span;
        Range { start: self.position(text, start as usize), end: self.position(text, end as usize) }
    }

    /// The character at a position. What lies behind the end of a line counts as its end, and what lies inside of a
    /// character as its start.
    fn char_at(self, text: &Rope, position: Position) -> usize {
        let line = position.line as usize;
        if line >= text.len_lines() {
            return text.len_chars();
        }
        let start = text.line_to_char(line);
        let end = start + length_without_end(text, line);
        let character = position.character as usize;
        let at = match self {
            Encoding::Utf8 => text.byte_to_char((text.char_to_byte(start) + character).min(text.len_bytes())),
            Encoding::Utf16 => {
                let unit = text.char_to_utf16_cu(start) + character;
                text.utf16_cu_to_char(unit.min(text.len_utf16_cu()))
            }
            Encoding::Utf32 => start + character,
        };
        at.min(end)
    }

    /// The byte offset of a position; see [`Self::char_at`].
    pub fn offset(self, text: &Rope, position: Position) -> usize {
        text.char_to_byte(self.char_at(text, position))
    }

    /// Changes a text as the client says that it changed.
    pub fn apply(self, text: &mut Rope, change: &TextDocumentContentChangeEvent) {
        let Some(Range { start, end }) = change.range else {
            *text = Rope::from_str(&change.text);
            return;
        };
        let (start, end) = (self.char_at(text, start), self.char_at(text, end));
        let (start, end) = (start.min(end), start.max(end));
        text.remove(start..end);
        text.insert(start, &change.text);
    }
}

/// The number of characters of a line before its end, which is LF, CRLF or CR.
fn length_without_end(text: &Rope, line: usize) -> usize {
    let line = text.line(line);
    let mut length = line.len_chars();
    if length > 0 && line.char(length - 1) == '\n' {
        length -= 1;
    }
    if length > 0 && line.char(length - 1) == '\r' {
        length -= 1;
    }
    length
}

fn unsigned(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, done slowly on a plain text: the lines of the protocol, each with its end.
    fn lines(text: &str) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            lines.last_mut().expect("one").push(c);
            if c == '\n' || c == '\r' && characters.peek() != Some(&'\n') {
                lines.push(String::new());
            }
        }
        lines
    }

    fn width(encoding: Encoding, c: char) -> usize {
        match encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }

    fn slow_offset(encoding: Encoding, text: &str, position: Position) -> usize {
        let lines = lines(text);
        let Some(line) = lines.get(position.line as usize) else { return text.len() };
        let before: usize = lines[..position.line as usize].iter().map(String::len).sum();
        let (mut offset, mut column) = (0, 0);
        for c in line.trim_end_matches(['\r', '\n']).chars() {
            column += width(encoding, c);
            if column > position.character as usize {
                break;
            }
            offset += c.len_utf8();
        }
        // A line may hold a bare CR at its very end only.
        before + offset
    }

    fn slow_apply(encoding: Encoding, text: &mut String, change: &TextDocumentContentChangeEvent) {
        match change.range {
            None => text.clone_from(&change.text),
            Some(range) => {
                let (start, end) = (slow_offset(encoding, text, range.start), slow_offset(encoding, text, range.end));
                text.replace_range(start.min(end)..start.max(end), &change.text);
            }
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                Just("\n"),
                Just("\r\n"),
                Just("\r"),
                Just("é"),
                Just("𝄞"),
                Just("\u{2028}"),
                Just("\u{85}"),
                Just("\u{B}"),
                Just("a: b"),
                Just("- "),
                Just("\u{FEFF}"),
            ],
            0..12,
        )
        .prop_map(|parts| parts.concat())
    }

    fn any_position() -> impl Strategy<Value = Position> {
        (0..8u32, prop_oneof![0..20u32, Just(u32::MAX)]).prop_map(|(line, character)| Position { line, character })
    }

    fn any_change() -> impl Strategy<Value = TextDocumentContentChangeEvent> {
        let range = proptest::option::weighted(0.9, (any_position(), any_position()));
        (range, any_text()).prop_map(|(range, text)| TextDocumentContentChangeEvent {
            range: range.map(|(start, end)| Range { start, end }),
            range_length: None,
            text,
        })
    }

    fn any_encoding() -> impl Strategy<Value = Encoding> {
        prop_oneof![Just(Encoding::Utf8), Just(Encoding::Utf16), Just(Encoding::Utf32)]
    }

    proptest! {
        #[test]
        fn any_changes_give_the_text_that_they_describe(
            encoding in any_encoding(),
            start in any_text(),
            changes in proptest::collection::vec(any_change(), 0..8),
        ) {
            let (mut rope, mut plain) = (Rope::from_str(&start), start);
            for change in &changes {
                encoding.apply(&mut rope, change);
                slow_apply(encoding, &mut plain, change);
                prop_assert_eq!(rope.to_string(), plain.as_str());
            }
        }

        #[test]
        fn a_place_is_found_again(encoding in any_encoding(), text in any_text()) {
            let rope = Rope::from_str(&text);
            for (offset, _) in text.char_indices() {
                let position = encoding.position(&rope, offset);
                // Behind the CR of a CRLF the line has ended.
                let inside = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                prop_assert_eq!(encoding.offset(&rope, position), if inside { offset - 1 } else { offset });
            }
        }
    }

    #[test]
    fn columns_are_counted_in_what_was_agreed_on() {
        let rope = Rope::from_str("a\r\né𝄞x");
        let column = |encoding: Encoding| encoding.position(&rope, 9).character;
        assert_eq!((column(Encoding::Utf8), column(Encoding::Utf16), column(Encoding::Utf32)), (6, 3, 2));
        assert_eq!(Encoding::negotiate(["utf-7", "utf-32", "utf-8"]), Encoding::Utf32);
        assert_eq!(Encoding::negotiate([]), Encoding::Utf16);
    }
}
