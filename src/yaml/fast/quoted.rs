//! Scalars in quotes.
//!
//! Source: `yaml_parser_scan_flow_scalar` of libyaml.

use super::super::builder::Value;
use super::super::tree::{Style, Tag};
use super::Reader;
use crate::source::span::Span;

/// A scalar in quotes that was read.
pub(super) struct Quoted {
    /// With its quotes.
    pub span: Span,
    /// How many of its line ends were passed.
    pub lines: usize,
    style: Style,
    /// Whether its value is in [`Reader::cooked`] and not verbatim between the quotes.
    cooked: bool,
}

impl Reader<'_> {
    /// Reads the scalar whose opening quote stands here, and goes behind its closing one.
    pub(super) fn quoted(&mut self) -> Option<Quoted> {
        let bytes = self.bytes();
        let start = self.at;
        let quote = bytes[start];
        let is_double = quote == b'"';
        let mut at = start + 1;
        // What is verbatim and not yet copied begins here.
        let mut from = at;
        let (mut lines, mut cooked) = (0, false);
        self.cooked.clear();
        loop {
            let is_stop = |&byte: &u8| byte == quote || byte == b'\n' || (byte == b'\\' && is_double);
            at += bytes[at..].iter().position(is_stop)?;
            match bytes[at] {
                b'\n' => {
                    let run = &self.text[from..at];
                    self.cooked.push_str(run.trim_end_matches([' ', '\t']));
                    let (next, empty) = self.next_line_of_quoted(at + 1)?;
                    self.fold(empty);
                    lines += 1 + empty;
                    (at, from) = (next, next);
                }
                b'\\' => {
                    self.cooked.push_str(&self.text[from..at]);
                    if self.byte(at + 1) == b'\n' {
                        // Without this line end; empty lines that follow count.
                        let (next, empty) = self.next_line_of_quoted(at + 2)?;
                        self.cooked.extend(std::iter::repeat_n('\n', empty));
                        lines += 1 + empty;
                        at = next;
                    } else {
                        at = self.escape(at + 1)?;
                    }
                    from = at;
                }
                _ if !is_double && self.byte(at + 1) == quote => {
                    self.cooked.push_str(&self.text[from..=at]);
                    at += 2;
                    from = at;
                }
                _ => break,
            }
            cooked = true;
        }
        if cooked {
            self.cooked.push_str(&self.text[from..at]);
        }
        self.at = at + 1;
        let style = if is_double { Style::DoubleQuoted } else { Style::SingleQuoted };
        Some(Quoted { span: Span::new(start, at + 1), lines, style, cooked })
    }

    /// Adds a scalar to the tree. No other may have been read since.
    pub(super) fn push_quoted(&mut self, scalar: &Quoted) {
        if scalar.cooked {
            self.push_cooked(scalar.span, scalar.style);
        } else {
            let inner = Span { start: scalar.span.start + 1, end: scalar.span.end - 1 };
            self.builder.scalar(scalar.span, &Value::Verbatim(inner), scalar.style, Tag::None, false);
        }
    }

    /// Where a scalar goes on whose line ended before `line`, and how many empty lines stand between.
    fn next_line_of_quoted(&self, mut line: usize) -> Option<(usize, usize)> {
        let mut empty = 0;
        loop {
            let rest = self.bytes().get(line..)?;
            let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
            if rest[blanks] != b'\n' {
                // At the start of a line a marker may stand.
                let is_marker = blanks == 0 && (rest.starts_with(b"---") || rest.starts_with(b"..."));
                return if is_marker { None } else { Some((line + blanks, empty)) };
            }
            empty += 1;
            line += blanks + 1;
        }
    }

    /// Adds what an escape sequence stands for, whose letter is here, and returns where it ends.
    fn escape(&mut self, at: usize) -> Option<usize> {
        let c = match self.byte(at) {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'0' => '\0',
            b'e' => '\u{1B}',
            c @ (b'"' | b'\\' | b' ') => char::from(c),
            b'x' => return self.coded(at + 1, 2),
            b'u' => return self.coded(at + 1, 4),
            // What is rare, what Kubernetes does not know, and what nobody knows.
            _ => return None,
        };
        self.cooked.push(c);
        Some(at + 1)
    }

    /// Adds the character with a number in so many hexadecimal digits.
    fn coded(&mut self, at: usize, digits: usize) -> Option<usize> {
        let text = self.text.get(at..at + digits)?;
        // A number may not have a sign here.
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.cooked.push(char::from_u32(u32::from_str_radix(text, 16).ok()?)?);
        Some(at + digits)
    }
}
