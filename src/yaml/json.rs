//! JSON as Go's `encoding/json` reads it, into the same [`Tree`] as YAML.
//!
//! Kubernetes reads a file that begins with `{` with this grammar first: escapes, numbers and control characters differ
//! from YAML.

use super::builder::{Builder, Value};
use super::parse::{MAX_FLOW_DEPTH, ParseError};
use super::tree::{Kind, Style, Tag, Tree};
use crate::source::span::Span;

/// The first byte at or after `position` that is no white space of JSON.
pub(super) fn skip_white_space(text: &str, position: usize) -> usize {
    let rest = &text.as_bytes()[position..];
    position + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

/// Where the JSON value that begins at `start` ends.
///
/// # Errors
/// The first place at which the text is no JSON.
pub(super) fn value_end(text: &str, start: usize) -> Result<usize, ParseError> {
    Parser { text, at: start, sink: Nothing }.value()
}

/// Reads the JSON value that fills `span`.
pub(super) fn parse(text: &str, span: Span) -> Result<Tree<'_>, ParseError> {
    let mut parser = Parser { text, at: span.start as usize, sink: Builder::new(text) };
    parser.value()?;
    Ok(parser.sink.finish(None))
}

/// What takes the parts of a value as they are read.
trait Sink {
    fn open(&mut self, kind: Kind, at: usize);
    fn close(&mut self, at: usize);
    fn scalar(&mut self, span: Span, value: &Value<'_>, style: Style);
}

/// Takes nothing: for a look at where a value ends.
struct Nothing;

impl Sink for Nothing {
    fn open(&mut self, _: Kind, _: usize) {}
    fn close(&mut self, _: usize) {}
    fn scalar(&mut self, _: Span, _: &Value<'_>, _: Style) {}
}

impl Sink for Builder<'_> {
    fn open(&mut self, kind: Kind, at: usize) {
        Builder::open(self, kind, crate::source::span::offset(at));
    }

    fn close(&mut self, at: usize) {
        Builder::close(self, Some(crate::source::span::offset(at)));
    }

    fn scalar(&mut self, span: Span, value: &Value<'_>, style: Style) {
        let implicit = style == Style::Plain;
        Builder::scalar(self, span, value, style, Tag::None, implicit);
    }
}

struct Parser<'t, S> {
    text: &'t str,
    at: usize,
    sink: S,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// A value, or the end of the list that was just opened.
    FirstElement,
    /// A key, or the end of the object that was just opened.
    FirstKey,
    Key,
    /// A comma or the end of the collection.
    Next,
}

impl<S: Sink> Parser<'_, S> {
    /// Reads one value and returns where it ends. Keeps its own stack.
    fn value(&mut self) -> Result<usize, ParseError> {
        let mut open: Vec<Kind> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.at = skip_white_space(self.text, self.at);
            let start = self.at;
            let byte = self.text.as_bytes().get(start).copied();
            expect = match (expect, byte) {
                (_, None) => return Err(ParseError::at(start, "unexpected end of JSON input")),
                (Expect::Value | Expect::FirstElement, Some(b'{')) => self.open(&mut open, Kind::Mapping)?,
                (Expect::Value | Expect::FirstElement, Some(b'[')) => self.open(&mut open, Kind::Sequence)?,
                (Expect::FirstElement, Some(b']')) | (Expect::FirstKey, Some(b'}')) => self.close(&mut open),
                (Expect::Value | Expect::FirstElement, _) => self.scalar()?,
                (Expect::FirstKey | Expect::Key, Some(b'"')) => self.key()?,
                (Expect::Next, Some(b',')) => {
                    self.at += 1;
                    if open.last() == Some(&Kind::Mapping) { Expect::Key } else { Expect::Value }
                }
                (Expect::Next, Some(b'}')) if open.last() == Some(&Kind::Mapping) => self.close(&mut open),
                (Expect::Next, Some(b']')) if open.last() == Some(&Kind::Sequence) => self.close(&mut open),
                (Expect::FirstKey | Expect::Key, _) => return Err(self.unexpected("a key in double quotes")),
                (Expect::Next, _) if open.last() == Some(&Kind::Mapping) => return Err(self.unexpected("',' or '}'")),
                (Expect::Next, _) => return Err(self.unexpected("',' or ']'")),
            };
            if open.is_empty() {
                return Ok(self.at);
            }
        }
    }

    fn open(&mut self, open: &mut Vec<Kind>, kind: Kind) -> Result<Expect, ParseError> {
        if open.len() >= MAX_FLOW_DEPTH {
            let message = format!("nested more than {MAX_FLOW_DEPTH} levels deep, podline's limit");
            return Err(ParseError::at(self.at, message));
        }
        self.sink.open(kind, self.at);
        self.at += 1;
        open.push(kind);
        Ok(if kind == Kind::Mapping { Expect::FirstKey } else { Expect::FirstElement })
    }

    fn close(&mut self, open: &mut Vec<Kind>) -> Expect {
        self.at += 1;
        self.sink.close(self.at);
        open.pop();
        Expect::Next
    }

    fn key(&mut self) -> Result<Expect, ParseError> {
        self.string()?;
        self.at = skip_white_space(self.text, self.at);
        if self.text.as_bytes().get(self.at) != Some(&b':') {
            return Err(self.unexpected("':' after the key"));
        }
        self.at += 1;
        Ok(Expect::Value)
    }

    fn scalar(&mut self) -> Result<Expect, ParseError> {
        let rest = &self.text[self.at..];
        let literal = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        match (literal, rest.as_bytes().first()) {
            (Some(word), _) => {
                let span = Span::new(self.at, self.at + word.len());
                self.sink.scalar(span, &Value::Verbatim(span), Style::Plain);
                self.at += word.len();
            }
            (None, Some(b'"')) => self.string()?,
            (None, Some(b'-' | b'0'..=b'9')) => self.number()?,
            _ => return Err(self.unexpected("a value")),
        }
        Ok(Expect::Next)
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`
    fn number(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        self.skip_one_of(b"-");
        if !self.skip_one_of(b"0") {
            self.digits()?;
        }
        if self.skip_one_of(b".") {
            self.digits()?;
        }
        if self.skip_one_of(b"eE") {
            self.skip_one_of(b"+-");
            self.digits()?;
        }
        let span = Span::new(start, self.at);
        self.sink.scalar(span, &Value::Verbatim(span), Style::JsonNumber);
        Ok(())
    }

    fn skip_one_of(&mut self, bytes: &[u8]) -> bool {
        let found = self.text.as_bytes().get(self.at).is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let count = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.unexpected("a digit"));
        }
        self.at += count;
        Ok(())
    }

    /// Reads a string from its opening quote to behind its closing one.
    fn string(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        let mut cooked: Option<String> = None;
        // What is verbatim and not yet copied to `cooked` begins here.
        let mut from = start + 1;
        self.at = from;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let Some(skip) = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20) else {
                return Err(ParseError::at(start, "the string has no end"));
            };
            self.at += skip;
            match rest[skip] {
                b'"' => break,
                b'\\' => {
                    let cooked = cooked.get_or_insert_default();
                    cooked.push_str(&self.text[from..self.at]);
                    cooked.push(self.escape()?);
                    from = self.at;
                }
                _ => return Err(self.unexpected("no control character in a string")),
            }
        }
        let inner = Span::new(from, self.at);
        self.at += 1;
        let span = Span::new(start, self.at);
        match cooked {
            Some(mut cooked) => {
                cooked.push_str(&self.text[inner.range()]);
                self.sink.scalar(span, &Value::Cooked(&cooked), Style::DoubleQuoted);
            }
            None => self.sink.scalar(span, &Value::Verbatim(inner), Style::DoubleQuoted),
        }
        Ok(())
    }

    /// Reads an escape sequence. Half of a surrogate pair becomes U+FFFD, as in Go.
    fn escape(&mut self) -> Result<char, ParseError> {
        let start = self.at;
        let unknown =
            || ParseError { span: Span::new(start, start + 1), message: "unknown escape sequence".to_owned() };
        let byte = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        Ok(match byte {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.unit().ok_or_else(unknown)?;
                let before = self.at;
                let mut units = vec![first];
                if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    units.extend(self.unit());
                }
                let decoded = char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
                if decoded.is_none_or(|c| c.len_utf16() < units.len()) {
                    // What follows is no second half: it is read by itself.
                    self.at = before;
                }
                decoded.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(unknown()),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }

    fn unexpected(&self, wanted: &str) -> ParseError {
        let found = self.text[self.at..].chars().next();
        let message = match found {
            Some(found) => format!("unexpected character {found:?}, expected {wanted}"),
            None => format!("unexpected end of JSON input, expected {wanted}"),
        };
        ParseError { span: Span::new(self.at, self.at + found.map_or(0, char::len_utf8)), message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let tree = parse(text, Span::new(0, text.len())).expect("valid JSON");
        tree.raw(tree.root().expect("a value")).to_owned()
    }

    #[test]
    fn escapes_are_those_of_json() {
        assert_eq!(string(r#""a\/\u0041\n""#), "a/A\n");
        assert_eq!(string(r#""\ud834\udd1e""#), "\u{1D11E}");
        assert_eq!(string(r#""\ud834x\udd1e\ud834\u0041""#), "\u{FFFD}x\u{FFFD}\u{FFFD}A");
    }

    #[test]
    fn what_json_refuses_is_refused_at_its_place() {
        for (text, at) in
            [("{\"a\" 1}", 5), ("[1,]", 3), ("{a: 1}", 1), ("\"\t\"", 1), ("01", 1), ("\"a", 0), ("-", 1), ("[1", 2)]
        {
            let result = value_end(text, 0)
                .and_then(|end| if end == text.len() { Ok(end) } else { Err(ParseError::at(end, "rest")) });
            assert_eq!(result.expect_err(text).span.start, at, "{text}");
        }
    }

    #[test]
    fn a_value_ends_where_it_ends() {
        assert_eq!(value_end("{\"a\": [1, {}]} # x", 0), Ok(14));
    }
}
