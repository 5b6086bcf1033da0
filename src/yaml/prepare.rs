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
    /// How many bytes of the file it stands for.
    len: usize,
    /// Where the text and the file are out of step: from the first of each pair on, a place in the text, it goes on at
    /// the second, a place in the file counted from `start`.
    steps: Vec<(usize, usize)>,
    /// The character that stands for U+FEFF, which libyaml would skip at the start of a line and Kubernetes keeps.
    mark: Option<char>,
    /// A U+FEFF for which no character can stand, since the text holds them all: libyaml would skip it and read another
    /// document.
    pub mark_left: Option<Span>,
    /// The character that stands for `\'` in double quotes, which libyaml does not know and Kubernetes reads as `'`.
    quote: Option<char>,
    /// The character that stands for a colon in a plain scalar, which libyaml refuses in a flow collection before a
    /// comma, a bracket or a brace.
    colon: Option<char>,
}

/// A document may be read anew so many times, each time with something changed that libyaml refuses and Kubernetes does
/// not.
pub(super) const MAX_REPAIRS: usize = 16;

impl<'t> Prepared<'t> {
    pub fn new(file: &'t str, span: Span) -> Self {
        let mut text = &file[span.range()];
        // One mark tells the encoding, and one more is skipped where the text begins.
        for _ in 0..2 {
            text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        }
        let start = span.end as usize - text.len();
        let len = text.len();
        let text = Cow::Borrowed(text);
        let steps = Vec::new();
        let mut prepared = Self { text, start, len, steps, mark: None, mark_left: None, quote: None, colon: None };
        prepared.replace_marks();
        // kubectl takes CRLF off the end of each line and puts a line feed there: a carriage return before it and that
        // line feed are one line end.
        let ends: Vec<usize> = prepared.text.match_indices("\r\r\n").map(|(at, _)| at + 1).collect();
        prepared.replace(&ends, "");
        if !prepared.text.ends_with('\n') {
            // As kubectl does at the end of a file. libyaml-safer also panics on some texts without it.
            prepared.text.to_mut().push('\n');
        }
        prepared
    }

    fn replace_marks(&mut self) {
        let Some(at) = self.text.find('\u{FEFF}') else { return };
        // Another character of three bytes that the text does not contain: places stay the same.
        self.mark = absent(PRIVATE, &self.text);
        if let Some(mark) = self.mark {
            self.text = self.text.replace('\u{FEFF}', mark.encode_utf8(&mut [0; 4])).into();
        } else {
            let at = self.start + at;
            self.mark_left = Some(Span::new(at, at + '\u{FEFF}'.len_utf8()));
        }
    }

    /// Puts something else for the bytes at some places, which come in order.
    fn replace(&mut self, places: &[usize], by: &str) {
        if places.is_empty() {
            return;
        }
        let mut text = String::with_capacity(self.text.len() + places.len() * by.len());
        let mut steps = Vec::with_capacity(self.steps.len() + places.len());
        let mut old_steps = self.steps.iter().copied().peekable();
        let mut copied = 0;
        for &at in places {
            while let Some((step, place)) = old_steps.next_if(|&(step, _)| step <= at) {
                steps.push((text.len() + step - copied, place));
            }
            text.push_str(&self.text[copied..at]);
            text.push_str(by);
            copied = at + 1;
            steps.push((text.len(), self.place(copied)));
            let _ = old_steps.next_if(|&(step, _)| step == copied);
        }
        steps.extend(old_steps.map(|(step, place)| (text.len() + step - copied, place)));
        text.push_str(&self.text[copied..]);
        self.text = text.into();
        self.steps = steps;
    }

    /// Changes what an error is about if Kubernetes reads it. Whether it does.
    pub fn repair(&mut self, file: &str, error: &ParseError) -> bool {
        let at = error.span.start as usize;
        let rest = file.get(at..).unwrap_or_default();
        if rest.starts_with("\\'") {
            return self.repair_quotes(at);
        }
        if rest.starts_with(':') && error.message.starts_with(COLON_REFUSED) {
            return self.repair_colons(at);
        }
        let is_in_tag = || [TAG_REFUSED, TAG_MISSED].iter().any(|message| error.message.starts_with(message));
        rest.starts_with([',', '[', ']']) && is_in_tag() && self.repair_tag(at)
    }

    /// Puts another character of two bytes for each `\'` from a place in the file on to the end of its string.
    fn repair_quotes(&mut self, at: usize) -> bool {
        let Some(quote) = self.quote.or_else(|| absent('\u{A1}'..='\u{7FF}', &self.text)) else { return false };
        self.quote = Some(quote);
        let first = self.index(at);
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

    /// Puts another character for the colon in a plain scalar at a place in the file, and for all behind it of which one
    /// can tell without their surroundings that they are part of a text and nothing else.
    fn repair_colons(&mut self, at: usize) -> bool {
        let Some(colon) = self.colon.or_else(|| absent(PRIVATE, &self.text)) else { return false };
        self.colon = Some(colon);
        let edits = colons_of_words(&self.text, self.index(at));
        self.replace(&edits, &colon.to_string());
        true
    }

    /// Writes a character of a tag, at a place in the file, as libyaml takes it.
    fn repair_tag(&mut self, at: usize) -> bool {
        let index = self.index(at);
        let by = match self.text.as_bytes()[index] {
            b',' => "%2C",
            b'[' => "%5B",
            _ => "%5D",
        };
        self.replace(&[index], by);
        true
    }

    /// A value with the characters that the file has.
    pub fn restore<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let mut value = Cow::Borrowed(value);
        for (stand_in, character) in [(self.mark, "\u{FEFF}"), (self.quote, "'"), (self.colon, ":")] {
            if let Some(stand_in) = stand_in.filter(|&stand_in| value.contains(stand_in)) {
                value = value.replace(stand_in, character).into();
            }
        }
        value
    }

    /// An offset in the prepared text as an offset in the file.
    pub fn offset(&self, index: u64) -> usize {
        self.start + self.place(usize::try_from(index).unwrap_or(usize::MAX)).min(self.len)
    }

    /// A place in the text as one in the file, counted from `start`.
    fn place(&self, index: usize) -> usize {
        let next = self.steps.partition_point(|&(step, _)| step <= index);
        let (step, place) = next.checked_sub(1).map_or((0, 0), |last| self.steps[last]);
        place + (index - step)
    }

    /// An offset in the file as a place in the text.
    fn index(&self, offset: usize) -> usize {
        let place = offset - self.start;
        let next = self.steps.partition_point(|&(_, begins)| begins <= place);
        let (step, begins) = next.checked_sub(1).map_or((0, 0), |last| self.steps[last]);
        step + (place - begins)
    }
}

/// The private-use characters, of three bytes each.
const PRIVATE: RangeInclusive<char> = '\u{E000}'..='\u{F8FF}';
/// How libyaml's complaint about a colon in a plain scalar begins.
const COLON_REFUSED: &str = "found unexpected ':'";
/// How libyaml's complaint about what stands behind a tag begins.
pub(super) const TAG_REFUSED: &str = "did not find expected whitespace or line break while scanning a tag";
/// How it begins where nothing stands behind the `!!` of a tag that it knows.
const TAG_MISSED: &str = "did not find expected tag URI while parsing a tag";

/// The colon at `first`, which is part of a plain scalar in a flow collection, and those behind it that are part of a
/// word, whatever it stands in: not behind a quote, an anchor, an alias or a tag, nor where a word may begin.
fn colons_of_words(text: &str, first: usize) -> Vec<usize> {
    let is_break = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let start = text[..first].char_indices().rev().find(|&(_, c)| is_break(c)).map_or(0, |(at, c)| at + c.len_utf8());
    let mut colons = Vec::new();
    // With what the word begins, and whether nothing else can have begun since the last blank.
    let (mut word, mut is_plain) = (None, true);
    for (at, c) in text[start..].char_indices().map(|(at, c)| (start + at, c)) {
        match c {
            _ if is_break(c) => (word, is_plain) = (None, true),
            ',' | '?' | '[' | ']' | '{' | '}' => word = None,
            ':' if at == first => colons.push(at),
            ':' if at > first && is_plain && word.is_some_and(|begin| begin != ':' && begin != '#') => {
                if text[at + 1..].starts_with([',', '?', '[', ']', '{', '}']) {
                    colons.push(at);
                }
            }
            _ => {
                is_plain &= !matches!(c, '!' | '&' | '*' | '"' | '\'');
                word = word.or(Some(c));
            }
        }
    }
    colons
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

    #[test]
    fn what_was_changed_moves_no_place() {
        let text = "a: &b [c:, d::]\r\r\ne: [!!str, f, g:, \"h:\", *b]\r\r\ni: \"\\'\"\r\r\nj: last\r\r\n";
        let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
        let tree = parse::parse(&file, &split::split(&file)[0]).expect("a document");
        let root = tree.root().expect("a mapping");
        let written = |id| &text[tree.span(id).range()];
        let values: Vec<_> = tree.pairs(root).map(|(key, value)| (written(key), written(value))).collect();
        let lists = ("[c:, d::]", "[!!str, f, g:, \"h:\", *b]");
        assert_eq!(values, [("a", lists.0), ("e", lists.1), ("i", "\"\\'\""), ("j", "last")]);
        let elements: Vec<_> = tree.pairs(root).flat_map(|(_, value)| tree.children(value)).map(written).collect();
        assert_eq!(elements, ["c:", "d::", "f", "g:", "\"h:\"", "*b"]);
    }

    #[test]
    fn an_error_behind_what_was_changed_is_told_where_it_stands() {
        for (text, blamed) in [
            ("a: &b [c:, d::]\r\r\ne: [f:, g?]\r\r\n", "?]"),
            ("[!!str, a:, @]\n", "@]"),
            ("a: !!str, b\r\r\nc: [d:]\r\r\n e\r\r\n", "e\r"),
        ] {
            let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
            let error = parse::parse(&file, &split::split(&file)[0]).expect_err("no document");
            assert!(text[error.span.start as usize..].starts_with(blamed), "{text:?}: {error:?}");
        }
    }

    #[test]
    fn a_document_of_many_colons_is_read_anew_few_times() {
        let lines = "- [fe80::, a:]\n".repeat(1000);
        assert_eq!(read(&format!("&x\n{lines}")), format!("[{}]", vec!["[\"fe80::\", \"a:\"]"; 1000].join(", ")));
    }
}
