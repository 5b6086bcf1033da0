//! How a file came to be judged, and what that says of it.

use std::path::Path;
use std::sync::OnceLock;

use crate::manifest::chart::{self, Part};
use crate::manifest::shape;
use crate::source::file::SourceFile;
use crate::source::path::name_of;

/// How a file came to be judged.
#[derive(Debug, Default)]
pub struct Standing<'a> {
    /// Whether somebody asked for just this file (or piped it in): then nothing of it is passed over as no manifest of
    /// theirs.
    pub named: bool,
    /// Where it stands, if it has a place.
    pub path: Option<&'a Path>,
    /// The file that standard input was said to be, if there is such a file.
    said: Option<&'a Path>,
    part: OnceLock<Option<Part>>,
}

impl<'a> Standing<'a> {
    /// Of a file at a path.
    pub fn new(named: bool, path: Option<&'a Path>) -> Self {
        Self { named, path, said: None, part: OnceLock::new() }
    }

    /// Of a text that somebody asked for, and that stands in the file of its name.
    pub(super) fn within(file: &'a SourceFile) -> Self {
        let said = Some(Path::new(file.name())).filter(|said| said.is_file());
        Self { said, ..Self::new(true, None) }
    }

    /// The file that its text stands in, or will.
    pub(super) fn origin(&self) -> Option<&'a Path> {
        self.path.or(self.said)
    }

    /// Whether it lies in the `charts/` of a chart.
    pub(super) fn is_in_dependency(&self) -> bool {
        self.origin().is_some_and(chart::is_in_dependency)
    }

    /// What the file is to a chart. The disk is asked once, and only for files of which something has to be told apart.
    pub(super) fn part(&self) -> Option<Part> {
        *self.part.get_or_init(|| self.path.and_then(chart::part_of))
    }

    /// Whether it is a file of a chart that Helm does not install as it stands.
    pub(super) fn is_in_chart(&self) -> bool {
        matches!(self.part(), Some(Part::Template | Part::Other))
    }

    /// Whether its name says that it asserts something of objects.
    pub(super) fn is_assertion(&self) -> bool {
        let name = self.path.and_then(name_of).and_then(|name| name.to_str());
        !self.named && name.is_some_and(shape::is_kuttl_assertion)
    }
}

impl From<bool> for Standing<'_> {
    /// Of a text without a place, which is named or not.
    fn from(named: bool) -> Self {
        Self::new(named, None)
    }
}

#[cfg(feature = "cli")]
impl<'a> From<&'a crate::source::discover::Input> for Standing<'a> {
    fn from(input: &'a crate::source::discover::Input) -> Self {
        let path = match &input.source {
            crate::source::discover::Source::File(path) => Some(path.as_path()),
            crate::source::discover::Source::Stdin => None,
        };
        // An editor gives the unsaved text of a file so.
        let said = Some(Path::new(&input.display)).filter(|said| path.is_none() && said.is_file());
        Self { said, ..Self::new(input.named, path) }
    }
}
