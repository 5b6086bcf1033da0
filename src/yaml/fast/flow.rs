//! Collections in brackets and braces.

use super::super::tree::Kind;
use super::plain::begins_plain;
use super::{MAX_KEY, Reader};
use crate::source::span::{Span, offset};

/// Flow collections may be nested this deep.
const MAX_FLOW: usize = 64;

/// What may come next in the innermost collection.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    /// A key or an element, or the end: behind the opening and behind a comma.
    Member,
    /// The value of a key.
    Value,
    /// A comma or the end.
    Next,
}

impl Reader<'_> {
    /// Reads the flow collection that begins here, which is the last thing on its line.
    pub(super) fn flow(&mut self) -> Option<()> {
        let mut open: Vec<Kind> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            if !open.is_empty() {
                self.skip_in_flow()?;
            }
            let in_mapping = open.last() == Some(&Kind::Mapping);
            expect = match (expect, *self.bytes().get(self.at)?) {
                (Expect::Member | Expect::Next, b'}') if in_mapping => self.close_flow(&mut open),
                (Expect::Member | Expect::Next, b']') if !in_mapping => self.close_flow(&mut open),
                (Expect::Next, b',') => {
                    self.at += 1;
                    Expect::Member
                }
                (Expect::Next, _) => return None,
                (Expect::Member, _) if in_mapping => self.flow_key()?,
                (_, b'[') => self.open_flow(&mut open, Kind::Sequence)?,
                (_, b'{') => self.open_flow(&mut open, Kind::Mapping)?,
                _ => self.flow_scalar()?,
            };
            if open.is_empty() {
                return self.end_of_line();
            }
        }
    }

    fn open_flow(&mut self, open: &mut Vec<Kind>, kind: Kind) -> Option<Expect> {
        if open.len() >= MAX_FLOW {
            return None;
        }
        self.builder.open(kind, offset(self.at));
        open.push(kind);
        self.at += 1;
        Some(Expect::Member)
    }

    fn close_flow(&mut self, open: &mut Vec<Kind>) -> Expect {
        open.pop();
        self.at += 1;
        self.builder.close(Some(offset(self.at)));
        Expect::Next
    }

    /// Reads a key and the colon behind it, which must stand on the same line.
    fn flow_key(&mut self) -> Option<Expect> {
        let start = self.at;
        let is_quoted = matches!(self.byte(start), b'"' | b'\'');
        if is_quoted {
            let scalar = self.quoted()?;
            if scalar.lines > 0 {
                return None;
            }
            self.push_quoted(&scalar);
        } else {
            let span = self.flow_plain()?;
            self.at = span.end as usize;
            self.push_plain(span);
        }
        let colon = self.skip_spaces(self.at);
        let is_colon = self.byte(colon) == b':' && (is_quoted || matches!(self.byte(colon + 1), b' ' | b'\n'));
        if !is_colon || colon - start > MAX_KEY {
            return None;
        }
        self.at = colon + 1;
        Some(Expect::Value)
    }

    /// Reads an element or a value. Behind one no colon may stand: that would be another mapping.
    fn flow_scalar(&mut self) -> Option<Expect> {
        if matches!(self.byte(self.at), b'"' | b'\'') {
            let scalar = self.quoted()?;
            self.push_quoted(&scalar);
        } else {
            let span = self.flow_plain()?;
            self.at = span.end as usize;
            self.push_plain(span);
        }
        Some(Expect::Next)
    }

    /// Looks at a plain scalar on one line. One that goes on in the next line ends in a doubt, since something else
    /// than a comma or the end is found there.
    ///
    /// Kubernetes ends one here at `,`, a bracket or a brace, at a colon only before a blank or a line end (`[a:]` and
    /// `[fe80::, b]` are strings), and at any `?`, which is then always an error.
    fn flow_plain(&self) -> Option<Span> {
        let start = self.at;
        if !begins_plain(self.byte(start), self.byte(start + 1)) {
            return None;
        }
        let bytes = self.bytes();
        let mut at = start;
        loop {
            match self.byte(at) {
                b'\n' | b',' | b'[' | b']' | b'{' | b'}' => break,
                b'#' if bytes[at - 1] == b' ' => break,
                b':' => match self.byte(at + 1) {
                    b' ' | b'\n' => break,
                    b'\t' => return None,
                    _ => {}
                },
                b'?' | b'\t' => return None,
                _ => {}
            }
            at += 1;
        }
        let blanks = bytes[start..at].iter().rev().take_while(|&&byte| byte == b' ').count();
        Some(Span::new(start, at - blanks))
    }

    /// Passes blanks, comments and line ends between the parts of a flow collection.
    fn skip_in_flow(&mut self) -> Option<()> {
        loop {
            let end = self.skip_spaces(self.at);
            match *self.bytes().get(end)? {
                b'\n' => self.at = end + 1,
                b'#' if self.bytes()[end - 1] == b' ' || self.bytes()[end - 1] == b'\n' => {
                    self.at = end;
                    self.next_line();
                }
                b'\t' | b'#' => return None,
                byte => {
                    // At the start of a line some mean something else.
                    let is_first = self.bytes()[end - 1] == b'\n';
                    self.at = end;
                    return if is_first && matches!(byte, b'-' | b'.' | b'%') { None } else { Some(()) };
                }
            }
        }
    }
}
