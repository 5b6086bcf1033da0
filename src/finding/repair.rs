//! What would fix a finding, as edits of the text.

use super::Location;

/// A range of a file's text, and what belongs there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The range that is replaced; empty for an insertion.
    pub location: Location,
    /// The text that takes its place.
    pub text: String,
}

/// The edits that fix a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether what ran before runs after.
    pub safe: bool,
    /// The edits, in the order of the file; none overlaps another.
    pub edits: Vec<Edit>,
}
