//! Cuts a file into documents by kubectl's rule.
//!
//! Source: `YAMLOrJSONDecoder` and `YAMLReader` in `k8s.io/apimachinery/pkg/util/yaml/decoder.go`.

use std::sync::LazyLock;

use memchr::memmem;

use super::json;
use crate::source::file::{Encoding, SourceFile};
use crate::source::span::Span;

/// A part of a file that kubectl reads as one document, or cannot read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A YAML document.
    Yaml(Span),
    /// A value of a JSON stream.
    Json(Span),
    /// What stands here ends the reading of the file for kubectl. podline reads on after it.
    Error {
        /// What is to blame.
        span: Span,
        /// What is wrong with it.
        message: String,
    },
}

impl Piece {
    /// Where it stands in the file.
    pub fn span(&self) -> Span {
        match self {
            Piece::Yaml(span) | Piece::Json(span) | Piece::Error { span, .. } => *span,
        }
    }
}

/// kubectl looks for an opening brace in this many bytes to tell a JSON stream.
const JSON_WINDOW: usize = 4096;

/// Cuts a file into documents, in order. An empty file has none.
pub fn split(file: &SourceFile) -> Vec<Piece> {
    let text = file.text();
    if file.encoding() == Encoding::Utf16 {
        // kubectl looks for separators in the bytes, where UTF-16 has none: the file is one document.
        return if text.is_empty() { Vec::new() } else { vec![Piece::Yaml(Span::new(0, text.len()))] };
    }
    let mut pieces = Vec::new();
    let start = if looks_like_json(text) { split_json(text, &mut pieces) } else { Some(0) };
    if let Some(start) = start {
        split_yaml(text, start, &mut pieces);
    }
    pieces
}

fn looks_like_json(text: &str) -> bool {
    let first = text.char_indices().find(|&(_, c)| !c.is_whitespace());
    first.is_some_and(|(at, c)| c == '{' && at < JSON_WINDOW)
}

/// Reads a stream of JSON values. Returns where YAML begins instead, if it does.
///
/// After at most one value the stream may still turn out to be YAML; after more it is JSON for good.
fn split_json(text: &str, pieces: &mut Vec<Piece>) -> Option<usize> {
    let mut position = 0;
    let mut count = 0;
    loop {
        let start = json::skip_white_space(text, position);
        if start == text.len() {
            return None;
        }
        match json::value_end(text, start) {
            Ok(end) => {
                pieces.push(Piece::Json(Span::new(start, end)));
                count += 1;
                position = end;
            }
            Err(error) => {
                let yaml = if count > 1 { None } else { yaml_after_json(text, position) };
                if yaml.is_none() {
                    pieces.push(Piece::Error { span: error.span, message: error.message });
                    // kubectl stops here. The next separator line is where another document can begin.
                    return next_separator(text, error.span.start as usize).map(|(_, next)| next);
                }
                return yaml;
            }
        }
    }
}

/// Where kubectl begins to read YAML after a JSON value: past white space up to and including the first line end.
///
/// It wants four bytes ahead at each step, and gives up where there are fewer.
fn yaml_after_json(text: &str, start: usize) -> Option<usize> {
    let mut position = start;
    loop {
        let rest = &text[position..];
        let next = rest.chars().next().filter(|_| rest.len() >= 4)?;
        if !next.is_whitespace() {
            return Some(position);
        }
        position += next.len_utf8();
        if next == '\n' {
            return Some(position);
        }
    }
}

/// Cuts YAML from `start` on at its separator lines.
fn split_yaml(text: &str, start: usize, pieces: &mut Vec<Piece>) {
    let mut document = start;
    let mut from = start;
    while let Some((line, next)) = separator_at_or_after(text, from) {
        from = next;
        let rest = text[line + 3..next].trim();
        let valid = rest.is_empty() || rest.starts_with('#');
        // A separator with nothing before it belongs to the document that it opens.
        if valid && line == document {
            continue;
        }
        if line > document {
            pieces.push(Piece::Yaml(Span::new(document, line)));
        }
        if !valid {
            let at = line + 3 + text[line + 3..next].find(rest).unwrap_or_default();
            pieces.push(Piece::Error {
                span: Span::new(at, at + rest.len()),
                message: "invalid document separator: only blanks or a comment may follow \"---\" on its line"
                    .to_owned(),
            });
        }
        document = next;
    }
    if document < text.len() {
        pieces.push(Piece::Yaml(Span::new(document, text.len())));
    }
}

/// The next line from `from` (the start of a line) on that begins with `---`: its start and the start of the line after
/// it.
fn separator_at_or_after(text: &str, from: usize) -> Option<(usize, usize)> {
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("\n---"));
    let line = if text[from..].starts_with("---") { from } else { from + FINDER.find(&text.as_bytes()[from..])? + 1 };
    let next = memchr::memchr(b'\n', &text.as_bytes()[line..]).map_or(text.len(), |end| line + end + 1);
    Some((line, next))
}

/// As [`separator_at_or_after`], for a position anywhere in a line, which may itself be the separator.
fn next_separator(text: &str, from: usize) -> Option<(usize, usize)> {
    let line = memchr::memrchr(b'\n', &text.as_bytes()[..from]).map_or(0, |end| end + 1);
    if text[line..].starts_with("---") {
        return separator_at_or_after(text, line);
    }
    let line = memchr::memchr(b'\n', &text.as_bytes()[from..])? + from + 1;
    separator_at_or_after(text, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a text: a document's text, or `!` and the text that is to blame.
    fn pieces(text: &str) -> Vec<String> {
        let file = SourceFile::new("a", text.into()).expect("small");
        split(&file)
            .into_iter()
            .map(|piece| match piece {
                Piece::Yaml(span) => text[span.range()].to_owned(),
                Piece::Json(span) => format!("json {}", &text[span.range()]),
                Piece::Error { span, .. } => format!("! {}", &text[span.range()]),
            })
            .collect()
    }

    #[test]
    fn a_separator_is_a_line_of_three_dashes_with_blanks_or_a_comment() {
        assert_eq!(pieces("a: 1\n--- # c\nb: 1\n---  \r\nc: 1"), ["a: 1\n", "b: 1\n", "c: 1"]);
        assert_eq!(pieces("a: 1\n ---\nb: 1\n"), ["a: 1\n ---\nb: 1\n"]);
    }

    #[test]
    fn a_first_separator_opens_a_document_and_a_second_ends_it() {
        assert_eq!(pieces("---\na: 1\n---\n"), ["---\na: 1\n"]);
        assert_eq!(pieces("a: 1\n---\n---\n---\nb: 1\n"), ["a: 1\n", "---\n", "b: 1\n"]);
    }

    #[test]
    fn a_bad_separator_is_one_error_and_the_documents_around_it_are_read() {
        assert_eq!(pieces("a: 1\n--- {b: 2}\nc: 3\n---\nd: 4\n"), ["a: 1\n", "! {b: 2}", "c: 3\n", "d: 4\n"]);
        assert_eq!(pieces("----\na: 1\n"), ["! -", "a: 1\n"]);
    }

    #[test]
    fn a_json_stream_may_turn_into_yaml_after_one_value() {
        assert_eq!(pieces("{\"a\":1}\n---\nb: 2\n"), ["json {\"a\":1}", "---\nb: 2\n"]);
        assert_eq!(pieces("{\"a\":1}{\"b\":2}\n\n{\"c\":3}"), ["json {\"a\":1}", "json {\"b\":2}", "json {\"c\":3}"]);
        assert_eq!(pieces("{a: 1}\n"), ["{a: 1}\n"]);
    }

    #[test]
    fn after_two_json_values_anything_else_is_an_error_until_the_next_separator() {
        assert_eq!(pieces("{}{}x: 1\n---\ny: 2\n"), ["json {}", "json {}", "! x", "y: 2\n"]);
        assert_eq!(pieces("{}{}{\n---\ny: 2\n"), ["json {}", "json {}", "! -", "y: 2\n"]);
    }

    #[test]
    fn an_empty_file_has_no_documents() {
        assert!(pieces("").is_empty());
        assert_eq!(pieces("\n"), ["\n"]);
    }
}
