//! What is wrong with an expression, in cel-go's words.

use std::fmt;

use crate::source::{Location, Source};
use crate::types::Type;

/// How many issues are kept; the others are counted.
const REPORTED: usize = 100;
/// The longest line that is shown, in bytes.
const LONGEST_LINE: usize = 16384;

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// It is no CEL, or its types do not fit. The API server says `compilation failed: ` before this text.
    Issues(Issues),
    /// It fits, but a constant in it can never be evaluated (`int('x')`, a broken regular expression).
    /// The API server says `program instantiation failed: ` before this text.
    Program {
        /// Why not.
        message: String,
        /// The type that its value would have: the server looks at it first.
        output_type: Type,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Issues(issues) => issues.fmt(f),
            CompileError::Program { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for CompileError {}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What is wrong, without place.
    pub message: String,
    /// The line in the expression, from 1; 0 or less if it has no place.
    pub line: i32,
    /// The column in code points, from 1.
    pub column: i32,
    shown: String,
}

/// Everything that is wrong with an expression, in the order of its places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    issues: Vec<Issue>,
    truncated: usize,
}

impl Issues {
    /// The issues one by one (at most 100).
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter()
    }
}

/// `ERROR: <input>:1:26: …`, the marked source, and so on for each issue: cel-go's text.
impl fmt::Display for Issues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, issue) in self.issues.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&issue.shown)?;
        }
        if self.truncated > 0 {
            write!(f, "\n{} more errors were truncated", self.truncated)?;
        }
        Ok(())
    }
}

/// Collects issues while an expression is read.
#[derive(Default)]
pub(crate) struct Collector {
    found: Vec<(Location, String)>,
    count: usize,
}

impl Collector {
    pub(crate) fn report(&mut self, at: Location, message: impl Into<String>) {
        self.count += 1;
        if self.found.len() < REPORTED {
            self.found.push((at, message.into()));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn finish(mut self, source: &Source) -> Issues {
        self.found.sort_by_key(|(at, _)| *at);
        let truncated = self.count - self.found.len();
        let issues = self.found.into_iter().map(|(at, message)| show(source, at, message)).collect();
        Issues { issues, truncated }
    }
}

fn show(source: &Source, at: Location, message: String) -> Issue {
    let mut shown = format!("ERROR: <input>:{}:{}: {message}", at.line, at.column + 1);
    if let Some(line) = source.line(at.line).filter(|line| line.len() <= LONGEST_LINE) {
        let line = line.replace('\t', " ");
        shown.push_str("\n | ");
        shown.push_str(&line);
        shown.push_str("\n | ");
        let column = usize::try_from(at.column).unwrap_or(0);
        let mut rest = line.chars();
        for c in rest.by_ref().take(column) {
            shown.push(if c.is_ascii() { '.' } else { '\u{ff0e}' });
        }
        shown.push(if rest.next().is_none_or(|c| c.is_ascii()) { '^' } else { '\u{ff3e}' });
    }
    Issue { message, line: at.line, column: at.column + 1, shown }
}
