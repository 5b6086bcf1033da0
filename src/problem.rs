//! What keeps podline from its job, or is worth knowing about what it was given: values, which `commands` print and the
//! language server publishes. Whoever loads something returns them and prints nothing.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::finding::{PolicyEngine, PolicyNotes, PolicyRef, Severity};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::source::span::{Position, Span};

/// Something that is wrong with what a run was given, but for the manifests themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about, which says what is still judged.
    pub about: About,
    /// Where it stands.
    pub place: ProblemPlace,
    /// An error keeps podline from its job; a note is worth knowing.
    pub severity: Severity,
    /// What is wrong, as nobody has escaped it.
    pub message: String,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum About {
    /// The paths to read, or options that do not go together.
    Input,
    /// `podline.yaml` and what it extends: with an error in it, what it is for is not judged.
    Configuration,
    /// What the API server is configured by, or the namespaces: with an error in the former nothing is judged.
    Admission,
    /// Policies: the others judge all the same.
    Policies,
    /// What a kustomization takes from elsewhere: all that is in the root is judged.
    Kustomization,
    /// Findings that were recorded: what a broken file records is reported.
    Accepted,
}

/// Where a problem stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemPlace {
    /// In no file: what was asked for cannot be done.
    Nowhere,
    /// A file as a whole, by the name that is shown: it cannot be read, or is something else. With the place that names
    /// it, if that is in a file.
    File(String, Option<Spot>),
    /// A part of a file.
    At(Spot),
}

/// A part of a file.
#[derive(Clone)]
pub struct Spot {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The part.
    pub span: Span,
}

impl Problem {
    /// An error in no file.
    pub fn new(about: About, message: impl Into<String>) -> Self {
        Self { about, place: ProblemPlace::Nowhere, severity: Severity::Error, message: message.into() }
    }

    /// An error in a file as a whole, which is shown by this name.
    pub fn in_file(about: About, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: ProblemPlace::File(name.into(), None), ..Self::new(about, message) }
    }

    /// An error in a part of a file.
    pub fn at(about: About, file: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Self {
        Self { place: ProblemPlace::At(Spot { file: Arc::clone(file), span }), ..Self::new(about, message) }
    }

    /// The same as something that is worth knowing.
    #[must_use]
    pub fn as_note(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }

    /// The same, with the place that names its file if it is about that as a whole.
    #[must_use]
    pub fn named_at(mut self, spot: Option<&Spot>) -> Self {
        if let ProblemPlace::File(_, named @ None) = &mut self.place {
            *named = spot.cloned();
        }
        self
    }

    /// Whether podline cannot do its job for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    /// `file:line:column: message`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            ProblemPlace::Nowhere => f.write_str(&self.message),
            ProblemPlace::File(name, _) => write!(f, "{name}: {}", self.message),
            ProblemPlace::At(spot) => write!(f, "{spot}: {}", self.message),
        }
    }
}

impl Spot {
    /// The line and column.
    pub fn position(&self) -> Position {
        self.file.position(self.span.start)
    }

    /// A policy that begins here.
    pub fn policy(&self, engine: PolicyEngine, name: &str) -> PolicyRef {
        let (file, line) = (self.file.name().to_owned(), self.position().line);
        PolicyRef { engine, name: name.to_owned(), file, line, notes: PolicyNotes::default() }
    }

    /// The absolute path of the file.
    pub fn path(&self) -> PathBuf {
        normal(self.file.name().as_ref())
    }
}

impl fmt::Display for Spot {
    /// `file:line:column`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position();
        write!(f, "{}:{line}:{column}", self.file.name())
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialEq for Spot {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span && self.file.name() == other.file.name()
    }
}

impl Eq for Spot {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_with_its_place() {
        let file = Arc::new(SourceFile::new("psp.yaml", b"a: 1\nb: 2\n".to_vec()).expect("small"));
        let at = Problem::at(About::Policies, &file, Span::new(8, 9), "takes a text");
        assert_eq!(at.to_string(), "psp.yaml:2:4: takes a text");
        let whole = Problem::in_file(About::Policies, "x.yaml", "cannot be read");
        assert_eq!(whole.to_string(), "x.yaml: cannot be read");
        assert_eq!(Problem::new(About::Input, "no file to read").to_string(), "no file to read");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_known_by_the_place_that_names_it() {
        let file = Arc::new(SourceFile::new("podline.yaml", b"extends: x.yaml\n".to_vec()).expect("small"));
        let spot = Spot { file, span: Span::new(9, 15) };
        let problem = Problem::in_file(About::Configuration, "x.yaml", "cannot be read").named_at(Some(&spot));
        assert_eq!(problem.place, ProblemPlace::File("x.yaml".to_owned(), Some(spot)));
    }
}
