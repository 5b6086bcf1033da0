//! Scalars without quotes: plain ones and block scalars.
//!
//! Source: `yaml_parser_scan_plain_scalar` and `yaml_parser_scan_block_scalar` of libyaml.

use super::super::tree::Style;
use super::Reader;
use crate::source::span::Span;

/// The part of a plain scalar that stands on one line.
pub(super) struct PlainLine {
    /// Without the blanks behind it.
    pub span: Span,
    /// The colon that ends it, if it is a key.
    pub colon: Option<usize>,
    /// Whether a comment ends it.
    pub comment: bool,
    /// What ends it: a colon, a comment, or the end of the line.
    end: usize,
}

/// What follows a line of a plain scalar.
enum Continuation {
    None,
    Line {
        /// Where it begins, past its blanks.
        start: usize,
        /// How many empty lines stand before it.
        empty: usize,
    },
}

/// How far from here a plain scalar may end, or one is not sure: a colon, a number sign, a line feed or a tab. Eight bytes
/// at a time.
fn stop(text: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES * 0x80;
    // The highest bit of a byte that is zero; behind it this may tell of others that are none.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // No other control characters come here, so that what is below 11 is a tab or a line feed.
        let feeds = word.wrapping_sub(ONES * 11) & !word;
        let stops = (zero(word ^ (ONES * u64::from(b':'))) | zero(word ^ (ONES * u64::from(b'#'))) | feeds) & HIGH;
        if stops != 0 {
            return index * 8 + stops.trailing_zeros() as usize / 8;
        }
    }
    let stops = |byte: &u8| matches!(byte, b':' | b'#' | b'\n' | b'\t');
    words.len() * 8 + rest.iter().position(stops).unwrap_or(rest.len())
}

/// Whether a plain scalar may begin with a byte, which `next` follows.
pub(super) fn begins_plain(byte: u8, next: u8) -> bool {
    match byte {
        b'-' => !matches!(next, b' ' | b'\t' | b'\n'),
        b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
        | b'%' | b'@' | b'`' | b' ' | b'\t' | b'\n' => false,
        _ => true,
    }
}

impl Reader<'_> {
    /// Looks at a plain scalar that begins here, as far as its first line goes.
    pub(super) fn plain_line(&self) -> Option<PlainLine> {
        let begins = begins_plain(self.byte(self.at), self.byte(self.at + 1));
        if begins { self.rest_of_plain_line(self.at) } else { None }
    }

    /// As [`Self::plain_line`], for a line that continues one.
    fn rest_of_plain_line(&self, start: usize) -> Option<PlainLine> {
        let bytes = self.bytes();
        let mut at = start;
        loop {
            at += stop(&bytes[at.min(bytes.len())..]);
            let (colon, comment) = match self.byte(at) {
                b'\n' => (None, false),
                b'#' if at > start && bytes[at - 1] == b' ' => (None, true),
                b':' => match self.byte(at + 1) {
                    b' ' | b'\n' => (Some(at), false),
                    b'\t' => return None,
                    _ => {
                        at += 1;
                        continue;
                    }
                },
                b'\t' => return None,
                _ => {
                    at += 1;
                    continue;
                }
            };
            let text = &bytes[start..at];
            // Most lines have no blanks there.
            let blanks = match text.last() {
                Some(b' ') => text.iter().rev().take_while(|&&byte| byte == b' ').count(),
                _ => 0,
            };
            return Some(PlainLine { span: Span::new(start, at - blanks), colon, comment, end: at });
        }
    }

    /// Reads a plain scalar of which the first line was looked at and is no key, with the lines that continue it.
    pub(super) fn plain(&mut self, first: &PlainLine) -> Option<()> {
        // At the root a scalar may be continued in any column: too rare to be sure of.
        let indent = self.blocks.last()?.column + 1;
        self.at = first.end;
        self.next_line();
        let mut next = self.continuation(first.comment, indent)?;
        if matches!(next, Continuation::None) {
            self.push_plain(first.span);
            return Some(());
        }
        self.cooked.clear();
        self.cooked.push_str(&self.text[first.span.range()]);
        let mut end = first.span.end;
        while let Continuation::Line { start, empty } = next {
            let line = self.rest_of_plain_line(start)?;
            if line.colon.is_some() {
                return None;
            }
            self.fold(empty);
            self.cooked.push_str(&self.text[line.span.range()]);
            end = line.span.end;
            self.at = line.end;
            self.next_line();
            next = self.continuation(line.comment, indent)?;
        }
        self.push_cooked(Span { start: first.span.start, end }, Style::Plain);
        Some(())
    }

    /// Whether the next lines continue a plain scalar, which only lines indented so far do.
    fn continuation(&self, comment: bool, indent: usize) -> Option<Continuation> {
        let mut line = self.at;
        let mut empty = 0;
        while !comment && line < self.text.len() {
            let start = self.skip_spaces(line);
            match self.byte(start) {
                b'\n' => {
                    empty += 1;
                    line = start + 1;
                }
                b'\t' => return None,
                b'#' => break,
                _ if start - line >= indent => return Some(Continuation::Line { start, empty }),
                _ => break,
            }
        }
        Some(Continuation::None)
    }

    /// Joins two lines of a scalar, between which stand so many empty ones.
    pub(super) fn fold(&mut self, empty: usize) {
        if empty == 0 {
            self.cooked.push(' ');
        }
        self.cooked.extend(std::iter::repeat_n('\n', empty));
    }

    /// Reads a block scalar, whose indicator stands here.
    pub(super) fn block_scalar(&mut self) -> Option<()> {
        let start = self.at;
        let outer = self.blocks.last().map(|block| block.column);
        let header = self.header()?;
        let mut line = self.at;
        // The blanks of the empty lines above the first one count as well.
        let (mut empty, mut widest) = (0, 0);
        let indent = loop {
            let content = self.skip_spaces(line);
            if let Some(indent) = header.indent {
                break outer.unwrap_or(0) + indent;
            }
            widest = widest.max(content - line);
            match self.byte(content) {
                b'\n' if content < self.text.len() => {
                    empty += 1;
                    line = content + 1;
                }
                b'\t' => return None,
                _ => break widest.max(outer.map_or(1, |outer| outer + 1)).max(1),
            }
        };
        self.at = line;
        self.cooked.clear();
        self.block_lines(&header, indent, empty)?;
        self.push_cooked(Span::new(start, self.at), Style::Block);
        Some(())
    }

    /// Reads the lines of a block scalar from the start of one on, and goes to the line after the last of them.
    fn block_lines(&mut self, header: &Header, indent: usize, mut empty: usize) -> Option<()> {
        let (mut any, mut was_blank) = (false, false);
        loop {
            // As many blanks as the indentation has; one more is content.
            let rest = &self.bytes()[self.at..];
            let blanks = rest.iter().take(indent).take_while(|&&byte| byte == b' ').count();
            let content = self.at + blanks;
            let Some(&byte) = self.bytes().get(content) else {
                // A last line without a line feed has libyaml's own rules.
                if content > self.at {
                    return None;
                }
                break;
            };
            if byte == b'\n' {
                empty += 1;
                self.at = content + 1;
                continue;
            }
            if blanks < indent {
                if byte == b'\t' {
                    return None;
                }
                break;
            }
            let end = content + memchr::memchr(b'\n', &self.bytes()[content..])?;
            let is_blank = matches!(byte, b' ' | b'\t');
            if any && header.folded && !was_blank && !is_blank {
                self.fold(empty);
            } else {
                self.cooked.extend(std::iter::repeat_n('\n', empty + usize::from(any)));
            }
            self.cooked.push_str(&self.text[content..end]);
            (any, was_blank, empty) = (true, is_blank, 0);
            self.at = end + 1;
        }
        let kept = match header.chomping {
            Chomping::Strip => 0,
            Chomping::Clip => usize::from(any),
            Chomping::Keep => usize::from(any) + empty,
        };
        self.cooked.extend(std::iter::repeat_n('\n', kept));
        Some(())
    }

    /// Reads the line with the indicators of a block scalar.
    fn header(&mut self) -> Option<Header> {
        let folded = self.byte(self.at) == b'>';
        let rest = &self.bytes()[self.at + 1..];
        let count = rest.iter().position(|byte| matches!(byte, b' ' | b'\n'))?;
        let (chomping, indent) = match rest[..count] {
            [] => (None, None),
            [sign @ (b'-' | b'+')] => (Some(sign), None),
            [digit @ b'1'..=b'9'] => (None, Some(digit)),
            [sign @ (b'-' | b'+'), digit @ b'1'..=b'9'] | [digit @ b'1'..=b'9', sign @ (b'-' | b'+')] => {
                (Some(sign), Some(digit))
            }
            _ => return None,
        };
        let end = self.skip_spaces(self.at + 1 + count);
        if self.bytes().get(end) != Some(&b'\n') {
            return None;
        }
        self.at = end + 1;
        let chomping = match chomping {
            Some(b'-') => Chomping::Strip,
            Some(_) => Chomping::Keep,
            None => Chomping::Clip,
        };
        Some(Header { folded, chomping, indent: indent.map(|digit| usize::from(digit - b'0')) })
    }
}

/// What the line of a block scalar's indicator says.
struct Header {
    folded: bool,
    chomping: Chomping,
    /// How much deeper than its surroundings the text is indented, where that is said.
    indent: Option<usize>,
}

/// What becomes of the line ends at the end of a block scalar.
enum Chomping {
    Strip,
    Clip,
    Keep,
}
