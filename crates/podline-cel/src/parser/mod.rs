//! From text to a tree: the grammar of cel-go, with its limits and its errors.

mod aggregates;
mod build;
mod grammar;
mod literal;
mod recover;
mod tree;

use crate::ast::{Expr, Id};
use crate::issues::{Collector, Issues};
use crate::lexer::tokens;
use crate::macros::Macros;
use crate::source::{Location, NOWHERE, Source};

/// The longest expression, in code points.
const LONGEST: usize = 100_000;

/// An expression as it was read, with the place of each of its parts.
pub(crate) struct Parsed {
    pub(crate) expr: Expr,
    pub(crate) places: Places,
}

/// Where each part of an expression begins.
#[derive(Default)]
pub(crate) struct Places {
    offsets: Vec<Option<u32>>,
}

impl Places {
    pub(crate) fn add(&mut self, offset: Option<usize>) -> Id {
        self.offsets.push(offset.and_then(|offset| u32::try_from(offset).ok()));
        Id::try_from(self.offsets.len() - 1).unwrap_or(Id::MAX)
    }

    pub(crate) fn offset(&self, id: Id) -> Option<usize> {
        self.offsets.get(id as usize).copied().flatten().map(|offset| offset as usize)
    }

    pub(crate) fn location(&self, source: &Source, id: Id) -> Location {
        // cel-go puts what has no place before the first character.
        self.offset(id).map_or(Location { line: 1, column: -1 }, |offset| source.location(offset))
    }

    /// How many parts there are; ids are smaller.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len()
    }
}

/// Reads `text`, whose macros are `macros`.
pub(crate) fn parse(text: &str, source: &Source, macros: &Macros) -> Result<Parsed, Issues> {
    let mut issues = Collector::default();
    let length = source.chars().len();
    if length > LONGEST {
        // cel-go refuses before it makes a source: the text alone, without place.
        let message = format!("expression code point size exceeds limit: size: {length}, limit {LONGEST}");
        issues.report(NOWHERE, message);
        return Err(issues.finish(&Source::new("")));
    }
    debug_assert_eq!(text.chars().count(), length);
    let tokens = tokens(source, &mut issues);
    let tree = grammar::read(source, &tokens, &mut issues);
    let parsed = tree.and_then(|tree| build::build(&tree, source, macros, &mut issues));
    match parsed {
        Some(parsed) if issues.is_empty() => Ok(parsed),
        _ => Err(issues.finish(source)),
    }
}
