//! What libyaml and the parser of Kubernetes, two ports of one library, read differently is settled in the text before
//! it is read.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::parse::ParseError;
use crate::source::span::Span;

/// A document's text as libyaml must see it, and how its offsets lead back to the file.
pub(super) struct Prepared<'t> {
    pub text: Cow<'t, str>,
    /// Where in the file the text begins.
    pub start: usize,
    /// How many bytes of the file it holds: a line end may be added.
    len: usize,
    /// The character that stands for U+FEFF, which libyaml would skip at the start of a line and Kubernetes keeps.
    mark: Option<char>,
    /// A U+FEFF for which no character can stand, since the text holds them all: libyaml would skip it and read another
    /// document.
    pub mark_left: Option<Span>,
    /// The character that stands for `\'` in double quotes, which libyaml does not know and Kubernetes reads as `'`.
    quote: Option<char>,
}

/// A document may hold this many strings in double quotes with a `\'`, since each means to begin anew.
pub(super) const MAX_QUOTE_REPAIRS: usize = 16;

impl<'t> Prepared<'t> {
    pub fn new(file: &'t str, span: Span) -> Self {
        let mut text = &file[span.range()];
        // One mark tells the encoding, and one more is skipped where the text begins.
        for _ in 0..2 {
            text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        }
        let start = span.end as usize - text.len();
        let len = text.len();
        let mut text = Cow::Borrowed(text);
        let (mut mark, mut mark_left) = (None, None);
        if let Some(at) = text.find('\u{FEFF}') {
            // Another character of three bytes that the text does not contain: places stay the same.
            mark = absent('\u{E000}'..='\u{F8FF}', &text);
            if mark.is_none() {
                mark_left = Some(Span::new(start + at, start + at + '\u{FEFF}'.len_utf8()));
            }
            if let Some(mark) = mark {
                text = text.replace('\u{FEFF}', mark.encode_utf8(&mut [0; 4])).into();
            }
        }
        if !text.ends_with('\n') {
            // As kubectl does at the end of a file. libyaml-safer also panics on some texts without it.
            text.to_mut().push('\n');
        }
        Self { text, start, len, mark, mark_left, quote: None }
    }

    /// Puts another character of two bytes for each `\'` from an error on to the end of its string. Whether the error
    /// was about one.
    pub fn repair_quotes(&mut self, file: &str, error: &ParseError) -> bool {
        let at = error.span.start as usize;
        if !file[at.min(file.len())..].starts_with("\\'") {
            return false;
        }
        let Some(quote) = self.quote.or_else(|| absent('\u{A1}'..='\u{7FF}', &self.text)) else { return false };
        self.quote = Some(quote);
        let first = at - self.start;
        let mut repaired = String::with_capacity(self.text.len());
        repaired.push_str(&self.text[..first]);
        let mut rest = &self.text[first..];
        while let Some(found) = rest.find(['\\', '"']) {
            let (before, after) = rest.split_at(found);
            repaired.push_str(before);
            rest = after;
            if rest.starts_with('"') {
                break;
            }
            let escape = rest.chars().nth(1).map_or(1, |c| 1 + c.len_utf8());
            if rest.starts_with("\\'") {
                repaired.push(quote);
            } else {
                repaired.push_str(&rest[..escape]);
            }
            rest = &rest[escape..];
        }
        repaired.push_str(rest);
        self.text = repaired.into();
        true
    }

    /// A value with the characters that the file has.
    pub fn restore<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let mut value = Cow::Borrowed(value);
        for (stand_in, character) in [(self.mark, "\u{FEFF}"), (self.quote, "'")] {
            if let Some(stand_in) = stand_in.filter(|&stand_in| value.contains(stand_in)) {
                value = value.replace(stand_in, character).into();
            }
        }
        value
    }

    /// An offset in the prepared text as an offset in the file.
    pub fn offset(&self, index: u64) -> usize {
        self.start + usize::try_from(index).unwrap_or(usize::MAX).min(self.len)
    }
}

/// A character that stands nowhere in a text, and cannot arise in it from an escape sequence either.
fn absent(candidates: RangeInclusive<char>, text: &str) -> Option<char> {
    let escaped = text.match_indices('\\').filter_map(|(at, _)| {
        let digits = match text.as_bytes().get(at + 1)? {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        u32::from_str_radix(text.get(at + 2..at + 2 + digits)?, 16).ok().and_then(char::from_u32)
    });
    let held: HashSet<char> = text.chars().chain(escaped).filter(|c| candidates.contains(c)).collect();
    candidates.rev().find(|candidate| !held.contains(candidate))
}

#[cfg(test)]
mod tests {
    use crate::source::file::SourceFile;
    use crate::yaml::{parse, split, write};

    /// The first document of a text as JSON.
    fn read(text: &str) -> String {
        let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
        let tree = parse::parse(&file, &split::split(&file)[0]).expect("a document");
        write::to_json(&tree, |text| format!("{text:?}"))
    }

    #[test]
    fn an_escaped_single_quote_is_one_wherever_it_stands() {
        assert_eq!(read(r#"{x: "it\'s \\\'", w: 'a\', z: "\'"}"#), r#"{"x": "it's \\'", "w": "a\\", "z": "'"}"#);
    }

    #[test]
    fn a_byte_order_mark_inside_a_document_is_content() {
        assert_eq!(
            read("a: 1\n\u{FEFF}b: x\u{FEFF}y\n"),
            "{\"a\": 1, \"\u{FEFF}b\": \"x\u{FEFF}y\"}".replace('\u{FEFF}', "\\u{feff}")
        );
    }

    #[test]
    fn what_stands_in_for_a_character_never_hides_what_was_written() {
        assert_eq!(read(r#"x: "\u00a1Hola, it\'s \u07fe""#), "{\"x\": \"¡Hola, it's \u{7fe}\"}");
    }
}
