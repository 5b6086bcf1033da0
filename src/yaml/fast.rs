//! Reads the common subset of YAML at the speed of a scan.
//!
//! Nearly every manifest is made of block mappings, block sequences, scalars on one or several lines and small flow
//! collections. This reader makes of such a document the very tree that [`super::parse`] makes of it with
//! libyaml-safer, spans included, and gives up at the first thing of which it is not sure: anchors, aliases, tags,
//! directives, tabs between tokens, whatever could be an error. So it needs no messages: every error comes from
//! libyaml-safer, which then reads the document anew.
//!
//! A doubt is a `None`. Giving up too often costs time; not giving up where libyaml-safer reads something else would be
//! a wrong verdict. `tests/library/fast_parser.rs` and `fuzz/` compare the two.

mod flow;
mod plain;
mod quoted;
mod text;

use super::builder::{Builder, Value};
use super::tree::{Kind, Style, Tag};
use crate::source::file::{Encoding, SourceFile};
use crate::source::span::{Span, offset};

/// Collections may be nested this deep; the deepest manifest ever seen had 40 levels.
const MAX_DEPTH: usize = 100;
/// A key may be this long, in bytes: libyaml's limit of 1024 begins where a key does, and counts blanks.
const MAX_KEY: usize = 1000;

/// Reads a YAML document of a file. `None` means doubt.
pub(super) fn read(file: &SourceFile, span: Span) -> Option<Builder<'_>> {
    if file.encoding() != Encoding::Utf8 || file.first_invalid(span).is_some() {
        return None;
    }
    let text = &file.text()[..span.end as usize];
    if !text::is_common(&text.as_bytes()[span.start as usize..]) {
        return None;
    }
    let mut builder = Builder::new(file.text());
    builder.expect((span.end - span.start) as usize);
    let at = span.start as usize;
    let mut reader = Reader { text, at, line: at, builder, blocks: Vec::new(), awaited: None, cooked: String::new() };
    reader.document()?;
    Some(reader.builder)
}

/// Goes through a document line by line.
struct Reader<'t> {
    /// The file up to the end of the document.
    text: &'t str,
    /// The next byte to look at.
    at: usize,
    /// Where the line begins in which the last token begins.
    line: usize,
    builder: Builder<'t>,
    /// The block collections that are open, the innermost last.
    blocks: Vec<Block>,
    /// A key or a dash was the last thing on its line. Here its value stands if the following lines do not hold it:
    /// right behind the colon or the dash, and null.
    awaited: Option<usize>,
    /// The value of the scalar that is being read, if it is not verbatim in the text.
    cooked: String,
}

/// An open block collection.
#[derive(Clone, Copy)]
struct Block {
    kind: Kind,
    /// The column of its keys or dashes.
    column: usize,
    /// Whether it is a sequence in the column of the key that it belongs to.
    indentless: bool,
}

impl<'t> Reader<'t> {
    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    /// The byte at a place. The end of the document reads like the end of a line, as kubectl and libyaml have it.
    fn byte(&self, at: usize) -> u8 {
        self.bytes().get(at).copied().unwrap_or(b'\n')
    }

    fn document(&mut self) -> Option<()> {
        let has_marker = self.marker()?;
        while self.next_content()? {
            self.content(self.at - self.line)?;
        }
        self.finish_awaited();
        while !self.blocks.is_empty() {
            self.close();
        }
        if has_marker && self.builder.is_empty() {
            // An explicit document holds something, be it null.
            self.null(self.text.len());
        }
        Some(())
    }

    /// Passes the separator line with which a document may begin. Whether there is one.
    fn marker(&mut self) -> Option<bool> {
        if !self.text[self.at..].starts_with("---") {
            return Some(false);
        }
        self.at += "---".len();
        self.end_of_line()?;
        Some(true)
    }

    /// Goes to the content of the next line that holds more than blanks and a comment. Whether there is one.
    fn next_content(&mut self) -> Option<bool> {
        while self.at < self.text.len() {
            self.line = self.at;
            self.at = self.skip_spaces(self.at);
            match self.byte(self.at) {
                b'\n' => self.at += 1,
                b'#' => self.next_line(),
                b'\t' => return None,
                _ => return Some(true),
            }
        }
        Some(false)
    }

    /// Reads a line (and what belongs to it of the next ones) whose content begins here.
    fn content(&mut self, column: usize) -> Option<()> {
        let is_entry = self.is_entry();
        if column == 0 && self.is_directive_or_marker() {
            return None;
        }
        if self.awaited.is_some()
            && let Some(&block) = self.blocks.last()
        {
            if column > block.column {
                self.awaited = None;
                return self.node(column);
            }
            if block.kind == Kind::Mapping && column == block.column && is_entry {
                self.awaited = None;
                self.open(Kind::Sequence, column, true)?;
                return self.entry();
            }
            self.finish_awaited();
        }
        while let Some(&block) = self.blocks.last()
            && (block.column > column || (block.indentless && block.column == column && !is_entry))
        {
            self.close();
        }
        match self.blocks.last() {
            None if self.builder.is_empty() => self.node(column),
            Some(block) if block.column == column && is_entry && block.kind == Kind::Sequence => self.entry(),
            Some(block) if block.column == column && !is_entry && block.kind == Kind::Mapping => self.key(),
            _ => None,
        }
    }

    /// Reads the node of which a line, or the rest of one behind a dash, consists. It may begin a mapping.
    fn node(&mut self, column: usize) -> Option<()> {
        if self.is_entry() {
            self.open(Kind::Sequence, column, false)?;
            return self.entry();
        }
        let start = self.at;
        match self.byte(start) {
            b'"' | b'\'' => {
                let scalar = self.quoted()?;
                if self.byte(self.skip_spaces(self.at)) != b':' {
                    self.push_quoted(&scalar);
                    return self.end_of_line();
                }
                if scalar.lines > 0 {
                    return None;
                }
                self.open_at(Kind::Mapping, column, false, start)?;
                self.push_quoted(&scalar);
                self.colon(start)
            }
            b'|' | b'>' => self.block_scalar(),
            b'[' | b'{' => self.flow(),
            _ => {
                let plain = self.plain_line()?;
                let Some(colon) = plain.colon else { return self.plain(&plain) };
                self.at = colon;
                self.open_at(Kind::Mapping, column, false, start)?;
                self.push_plain(plain.span);
                self.colon(start)
            }
        }
    }

    /// Reads a further key of a mapping, and its value.
    fn key(&mut self) -> Option<()> {
        let start = self.at;
        if matches!(self.byte(start), b'"' | b'\'') {
            let scalar = self.quoted()?;
            if scalar.lines > 0 {
                return None;
            }
            self.push_quoted(&scalar);
        } else {
            let plain = self.plain_line()?;
            self.at = plain.colon?;
            self.push_plain(plain.span);
        }
        self.colon(start)
    }

    /// Passes the colon behind a key that begins at `start`, and reads what stands behind it.
    fn colon(&mut self, start: usize) -> Option<()> {
        let colon = self.skip_spaces(self.at);
        if self.byte(colon) != b':' || colon - start > MAX_KEY || !matches!(self.byte(colon + 1), b' ' | b'\n') {
            return None;
        }
        self.at = self.skip_spaces(colon + 1);
        match self.byte(self.at) {
            b'\n' | b'#' => {
                self.awaited = Some(colon + 1);
                self.next_line();
                Some(())
            }
            b'"' | b'\'' => {
                let scalar = self.quoted()?;
                self.push_quoted(&scalar);
                self.end_of_line()
            }
            b'|' | b'>' => self.block_scalar(),
            b'[' | b'{' => self.flow(),
            _ if self.is_entry() => None,
            _ => {
                let plain = self.plain_line()?;
                if plain.colon.is_some() {
                    return None;
                }
                self.plain(&plain)
            }
        }
    }

    /// Passes a dash, and reads what stands behind it.
    fn entry(&mut self) -> Option<()> {
        let dash = self.at;
        self.at = self.skip_spaces(dash + 1);
        match self.byte(self.at) {
            b'\n' | b'#' => {
                self.awaited = Some(dash + 1);
                self.next_line();
                Some(())
            }
            b'\t' => None,
            // Sequences in sequences come back here; [`MAX_DEPTH`] bounds them.
            _ => self.node(self.at - self.line),
        }
    }

    fn open(&mut self, kind: Kind, column: usize, indentless: bool) -> Option<()> {
        self.open_at(kind, column, indentless, self.at)
    }

    fn open_at(&mut self, kind: Kind, column: usize, indentless: bool, start: usize) -> Option<()> {
        if self.builder.depth() >= MAX_DEPTH {
            return None;
        }
        self.builder.open(kind, offset(start));
        self.blocks.push(Block { kind, column, indentless });
        Some(())
    }

    fn close(&mut self) {
        self.blocks.pop();
        self.builder.close(None);
    }

    fn finish_awaited(&mut self) {
        if let Some(at) = self.awaited.take() {
            self.null(at);
        }
    }

    fn null(&mut self, at: usize) {
        self.push_plain(Span::new(at, at));
    }

    fn push_plain(&mut self, span: Span) {
        self.builder.scalar(span, &Value::Verbatim(span), Style::Plain, Tag::None, true);
    }

    /// Pushes a scalar that is not verbatim in the text.
    fn push_cooked(&mut self, span: Span, style: Style) {
        let value = Value::Cooked(&self.cooked);
        self.builder.scalar(span, &value, style, Tag::None, style == Style::Plain);
    }

    /// Whether a dash stands here that begins an entry of a sequence.
    fn is_entry(&self) -> bool {
        self.byte(self.at) == b'-' && matches!(self.byte(self.at + 1), b' ' | b'\t' | b'\n')
    }

    /// Whether what stands at the start of a line may be a directive or the mark of a document's start or end.
    fn is_directive_or_marker(&self) -> bool {
        let rest = &self.bytes()[self.at..];
        rest.starts_with(b"%") || rest.starts_with(b"---") || rest.starts_with(b"...")
    }

    fn skip_spaces(&self, at: usize) -> usize {
        let rest = self.bytes().get(at..).unwrap_or_default();
        at + rest.iter().position(|&byte| byte != b' ').unwrap_or(rest.len())
    }

    /// Goes to the start of the next line.
    fn next_line(&mut self) {
        let rest = self.bytes().get(self.at..).unwrap_or_default();
        // Most often the end of this one is known.
        if rest.first() == Some(&b'\n') {
            self.at += 1;
            return;
        }
        self.at = memchr::memchr(b'\n', rest).map_or(self.text.len(), |end| self.at + end + 1);
    }

    /// Passes the end of a line behind a token: blanks, and perhaps a comment.
    fn end_of_line(&mut self) -> Option<()> {
        let end = self.skip_spaces(self.at);
        match self.byte(end) {
            b'\n' => {}
            b'#' if end > self.at => {}
            _ => return None,
        }
        self.at = end;
        self.next_line();
        Some(())
    }
}
