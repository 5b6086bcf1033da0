//! Where a text that a string holds stands in its file.

use super::document::{Outcome, location};
use crate::finding::Location;
use crate::source::file::SourceFile;
use crate::source::span::{Span, offset};
use crate::yaml::tree::{NodeId, Style, Tree};

/// Where a text stands in the file that holds it.
pub(super) enum Places {
    /// Line by line, from this line on, behind so many bytes.
    Lines { first: usize, indent: usize },
    /// Somewhere in a string.
    Whole(Location),
}

impl Places {
    pub fn of(file: &SourceFile, tree: &Tree<'_>, node: NodeId, text: &str) -> Self {
        let span = tree.span(node);
        let whole = Self::Whole(location(file, span));
        // What an alias stands for, or what is encoded, stands elsewhere or otherwise.
        if tree.raw(node) != text {
            return whole;
        }
        let line = file.position(span.start).line;
        if tree.style(node) == Style::Block {
            return Self::of_block(file, line + 1, text).unwrap_or(whole);
        }
        // A value on one line, without escapes.
        let written = &file.text()[span.range()];
        let quote = usize::from(written.starts_with(['"', '\'']));
        if text.contains('\n') || written.get(quote..quote + text.len()) != Some(text) {
            return whole;
        }
        let indent = span.start as usize + quote - file.line_span(line).start as usize;
        Self::Lines { first: line, indent }
    }

    /// A block whose lines are those of the text, all indented alike.
    fn of_block(file: &SourceFile, first: usize, text: &str) -> Option<Self> {
        let written = |index: usize| &file.text()[file.line_span(first + index).range()];
        let (at, line) = text.lines().enumerate().find(|(_, line)| !line.trim().is_empty())?;
        let indent = written(at).len().checked_sub(line.len())?;
        let is_same = |(index, line): (usize, &str)| {
            let written = written(index);
            written.get(indent..).unwrap_or_default() == line && written.bytes().take(indent).all(|b| b == b' ')
        };
        text.lines().enumerate().all(is_same).then_some(Self::Lines { first, indent })
    }

    /// Puts what was found in a text where it stands in the file.
    pub fn put(&self, text: &SourceFile, file: &SourceFile, outcome: &mut Outcome) {
        for finding in &mut outcome.findings {
            finding.relocate(|location| self.of_location(text, file, location));
        }
        for template in &mut outcome.templates {
            template.line = match self {
                Self::Lines { first, .. } => first + template.line - 1,
                Self::Whole(location) => location.start.line,
            };
        }
    }

    fn of_location(&self, text: &SourceFile, file: &SourceFile, inner: Location) -> Location {
        let (first, indent) = match self {
            Self::Lines { first, indent } => (first, indent),
            Self::Whole(location) => return *location,
        };
        let place = |at: u32| {
            let line = text.position(at).line;
            let column = at.saturating_sub(text.line_span(line).start) as usize;
            let outer = file.line_span(first + line - 1);
            (outer.start + offset(indent + column)).min(outer.end)
        };
        location(file, Span { start: place(inner.span.start), end: place(inner.span.end) })
    }
}
