//! A document that its system refuses.

use crate::field::FieldError;

/// A document that its system refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which of the documents.
    pub document: usize,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The server's text.
    pub text: String,
    /// The same field by field.
    pub errors: Vec<FieldError>,
}
