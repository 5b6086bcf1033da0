//! The text of an expression, by code points as cel-go counts them.

/// An expression's text with its lines.
pub(crate) struct Source {
    chars: Vec<char>,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// Where something stands: the line from 1, the column from 0. `NOWHERE` if that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    pub(crate) line: i32,
    pub(crate) column: i32,
}

pub(crate) const NOWHERE: Location = Location { line: -1, column: -1 };

impl Source {
    pub(crate) fn new(text: &str) -> Source {
        let chars: Vec<char> = text.chars().collect();
        let mut lines = vec![0];
        lines.extend(chars.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(at, _)| at + 1));
        Source { chars, lines }
    }

    pub(crate) fn chars(&self) -> &[char] {
        &self.chars
    }

    pub(crate) fn text(&self, start: usize, end: usize) -> String {
        self.chars[start.min(self.chars.len())..end.min(self.chars.len())].iter().collect()
    }

    pub(crate) fn location(&self, offset: usize) -> Location {
        if self.chars.is_empty() {
            // cel-go knows no place in nothing.
            return Location { line: 1, column: -1 };
        }
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        Location { line: to_i32(line), column: to_i32(offset - start) }
    }

    /// The text of a line, without its end.
    pub(crate) fn line(&self, line: i32) -> Option<String> {
        if self.chars.is_empty() {
            return None;
        }
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.lines.get(index)?;
        let end = self.lines.get(index + 1).map_or(self.chars.len(), |next| next - 1);
        Some(self.text(start, end))
    }
}

fn to_i32(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
