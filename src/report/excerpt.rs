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

    /// The lines that were added, each with its end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds the lines of some places, and returns where in the excerpt each of them is. Places come in the order of the
    /// file.
    pub fn add(&mut self, file: &SourceFile, places: &[&Location]) -> Vec<Range<usize>> {
        let by_line = places.chunk_by(|one, other| one.start.line == other.start.line);
        by_line.flat_map(|places| self.add_line(file, places)).collect()
    }

    /// Adds one line with places on it.
    fn add_line(&mut self, file: &SourceFile, places: &[&Location]) -> Vec<Range<usize>> {
        let line = file.line_span(places[0].start.line);
        let text = &file.text()[line.range()];
        let inside = |offset: u32| ((offset.max(line.start) - line.start) as usize).min(text.len());
        let spans: Vec<_> = places.iter().map(|place| inside(place.span.start)..inside(place.span.end)).collect();
        let first = self.text.len();
        let window = window(text, &spans);
        if window.start > 0 {
            self.text.push('…');
        }
        let mut shown = vec![self.text.len()..self.text.len(); spans.len()];
        for (at, c) in text[window.clone()].char_indices().map(|(at, c)| (window.start + at, c)) {
            // A tab would make the columns a matter of taste.
            if c == '\t' {
                self.text.push(' ');
            } else if escape::opens_command(text, at) {
                escape::push_code(&mut self.text, c);
            } else {
                escape::push(&mut self.text, c);
            }
            for (span, shown) in spans.iter().zip(&mut shown) {
                if span.start <= at && at < span.end {
                    shown.end = self.text.len();
                } else if span.start > at {
                    // It begins later, at the earliest here: a place behind the last character stands at the line's
                    // end.
                    *shown = self.text.len()..self.text.len();
                }
            }
        }
        if window.end < text.len() {
            self.text.push('…');
        }
        let column = (shown[0].start, places[0].start.column);
        self.lines.push(Line { number: places[0].start.line, range: first..self.text.len(), column });
        self.text.push('\n');
        shown
    }
}

/// The part of a line to show: all of it, or what is around the places.
fn window(text: &str, spans: &[Range<usize>]) -> Range<usize> {
    // Bytes are no less than characters: a line of few bytes needs no count.
    if text.len() <= WIDTH {
        return 0..text.len();
    }
    let start = spans.first().map_or(0, |span| span.start);
    let end = spans.last().map_or(start, |span| span.end.max(start));
    let before = text[..start].char_indices().rev().nth(WIDTH / 2 - 1).map_or(0, |(at, _)| at);
    let inner = text[start..end].chars().take(WIDTH / 2).count();
    let after = text[start..].char_indices().nth(inner + WIDTH / 2).map_or(text.len(), |(at, _)| start + at);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::span::Span;

    /// What an excerpt shows of a line, and the marked parts of it.
    fn shown(text: &str, spans: &[(usize, usize)]) -> (String, Vec<String>) {
        let file = SourceFile::new("a", text.into()).expect("a small file");
        let place = |&(start, end): &(usize, usize)| {
            let span = Span::new(start, end);
            Location { span, start: file.position(span.start), end: file.position(span.end) }
        };
        let places: Vec<Location> = spans.iter().map(place).collect();
        let mut excerpt = Excerpt::new(&file);
        let ranges = excerpt.add(&file, &places.iter().collect::<Vec<_>>());
        let marked = ranges.into_iter().map(|range| excerpt.text[range].to_owned()).collect();
        (excerpt.text, marked)
    }

    #[test]
    fn places_on_one_line_share_it() {
        assert_eq!(
            shown("a: 1, b: 2\n", &[(3, 4), (9, 10)]),
            ("a: 1, b: 2\n".to_owned(), vec!["1".to_owned(), "2".to_owned()])
        );
    }

    #[test]
    fn unsafe_characters_are_escaped_and_the_mark_covers_their_escapes() {
        assert_eq!(shown("a: \u{1b}x", &[(3, 5)]), ("a: \\u{1b}x\n".to_owned(), vec!["\\u{1b}x".to_owned()]));
    }

    #[test]
    fn a_command_for_the_log_of_a_build_is_broken_up() {
        assert_eq!(shown("a: ##[b]", &[(3, 5)]), ("a: #\\u{23}[b]\n".to_owned(), vec!["#\\u{23}".to_owned()]));
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark_by_characters() {
        let text = format!("{}WRONG{}", "字".repeat(500), "字".repeat(500));
        let (text, marked) = shown(&text, &[(1500, 1505)]);
        assert_eq!(text, format!("…{}WRONG{}…\n", "字".repeat(80), "字".repeat(80)));
        assert_eq!(marked, ["WRONG"]);
    }

    #[test]
    fn a_place_behind_the_line_is_its_end() {
        assert_eq!(shown("a: [", &[(4, 4)]), ("a: [\n".to_owned(), vec![String::new()]));
    }
}
