//! The lines of a file that a finding shows: escaped, and cut where they are long.

use std::ops::Range;

use codespan_reporting::files::{Error, Files};

use super::escape;
use crate::finding::Location;
use crate::source::file::SourceFile;

/// Longer lines are cut to this many characters around what is pointed at.
const WIDTH: usize = 160;

/// A few lines of a file, with the numbers that they have there.
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
}

struct Line {
    /// The line's number in the file.
    number: usize,
    /// Its place in the excerpt's text.
    range: Range<usize>,
    /// The column of what is pointed at: where it stands in the excerpt, and its number in the file.
    column: (usize, usize),
}

impl Excerpt {
    pub fn new(file: &SourceFile) -> Self {
        Self { name: escape::escape(file.name()).into_owned(), text: String::new(), lines: Vec::new() }
    }

    /// Adds the line of a place, and returns where in the excerpt the place is. Places must come in the order of their lines.
    pub fn add(&mut self, file: &SourceFile, location: &Location) -> Range<usize> {
        let number = location.start.line;
        let line = file.line_span(number);
        let (start, end) =
            (location.span.start.max(line.start), location.span.end.min(line.end).max(location.span.start));
        let text = &file.text()[line.range()];
        let (start, end) = ((start - line.start) as usize, ((end - line.start) as usize).min(text.len()));
        let start = start.min(text.len());
        let first = self.text.len();
        let window = window(text, start, end);
        if window.start > 0 {
            self.text.push('…');
        }
        let mut place = self.text.len()..self.text.len();
        for (at, c) in text[window.clone()].char_indices() {
            if window.start + at == start {
                place.start = self.text.len();
            }
            // A tab would make the columns a matter of taste.
            if c == '\t' {
                self.text.push(' ');
            } else {
                escape::push(&mut self.text, c);
            }
            if window.start + at < end {
                place.end = self.text.len();
            }
        }
        if start >= window.end {
            place = self.text.len()..self.text.len();
        }
        if window.end < text.len() {
            self.text.push('…');
        }
        place.end = place.end.max(place.start);
        self.lines.push(Line { number, range: first..self.text.len(), column: (place.start, location.start.column) });
        self.text.push('\n');
        place
    }
}

/// The part of a line to show: all of it, or what is around `start..end`.
fn window(text: &str, start: usize, end: usize) -> Range<usize> {
    // Bytes are no less than characters: a line of few bytes needs no count.
    if text.len() <= WIDTH {
        return 0..text.len();
    }
    let before = text[..start].char_indices().rev().nth(WIDTH / 2 - 1).map_or(0, |(at, _)| at);
    let length = end.saturating_sub(start);
    let from_start = WIDTH / 2 + text[start..].chars().take(WIDTH / 2).map(char::len_utf8).sum::<usize>().min(length);
    let after = text[start..].char_indices().nth(from_start).map_or(text.len(), |(at, _)| start + at);
    before..after
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.text)
    }

    fn line_index(&'a self, (): (), byte: usize) -> Result<usize, Error> {
        Ok(self.lines.partition_point(|line| line.range.start <= byte).saturating_sub(1))
    }

    fn line_number(&'a self, (): (), index: usize) -> Result<usize, Error> {
        Ok(self.lines.get(index).map_or(1, |line| line.number))
    }

    fn column_number(&'a self, (): (), index: usize, byte: usize) -> Result<usize, Error> {
        let column = self.lines.get(index).map(|line| line.column);
        Ok(match column {
            Some((at, column)) if at == byte => column,
            _ => byte + 1,
        })
    }

    fn line_range(&'a self, (): (), index: usize) -> Result<Range<usize>, Error> {
        let given = index;
        let line = self.lines.get(index).ok_or(Error::LineTooLarge { given, max: self.lines.len() })?;
        Ok(line.range.start..line.range.end + 1)
    }
}
