//! Places in a text.

/// A range of bytes in the text of a file. Files of 4 GiB and more are refused, so `u32` holds every offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`; an end before the start counts as an empty range.
    pub fn new(start: usize, end: usize) -> Self {
        let start = offset(start);
        Self { start, end: offset(end).max(start) }
    }

    /// The range as indices of a slice.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A byte offset as it is stored. Texts of 4 GiB and more never get this far.
pub(crate) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A line and column as people and editors count them: both from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1. Lines end at LF or CRLF only, as in git.
    pub line: usize,
    /// The column, from 1, in Unicode characters. A byte order mark at the start of the file has none.
    pub column: usize,
}
