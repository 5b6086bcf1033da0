//! What the open documents say of namespaces, which may not be in their files yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::Options;
use crate::lint::namespaces::{Survey, survey};
use crate::local::namespaces::annotations;
use crate::source::file::SourceFile;

/// What one text says of namespaces.
#[derive(Debug, Default)]
pub struct Described {
    /// Their labels.
    pub survey: Survey,
    /// Their annotations.
    pub annotations: Vec<(String, BTreeMap<String, String>)>,
}

impl Described {
    /// Reads a text.
    pub fn of(file: &SourceFile, options: &Options) -> Self {
        if !file.text().contains("Namespace") {
            return Self::default();
        }
        Self { survey: survey(file, options).without_workloads(), annotations: annotations(file) }
    }

    /// Whether others are judged by it as they are by the other one: where in its file something stands is nothing to
    /// them.
    fn says_the_same(&self, other: &Self) -> bool {
        self.survey.described().eq(other.survey.described()) && self.annotations == other.annotations
    }
}

/// What the open documents say of namespaces, by their files.
#[derive(Clone, Debug, Default)]
pub struct Unsaved(BTreeMap<PathBuf, Arc<Described>>);

impl Unsaved {
    /// What the open document of a file says; `None` for a file that is not open.
    pub fn of(&self, path: &Path) -> Option<&Described> {
        self.0.get(path).map(Arc::as_ref)
    }

    /// The open documents in these directories.
    pub fn within<'a>(&'a self, directories: &'a [PathBuf]) -> impl Iterator<Item = (&'a Path, &'a Described)> {
        let is_within = |path: &Path| directories.iter().any(|directory| path.starts_with(directory));
        self.0
            .iter()
            .map(|(path, described)| (path.as_path(), described.as_ref()))
            .filter(move |(path, _)| is_within(path))
    }

    /// The same with another text of a document, `None` for one that is no manifest or not open any more. The second
    /// result is whether others are judged differently by that. `None` if nothing changes.
    pub fn with(&self, path: &Path, described: Option<&Arc<Described>>) -> Option<(Self, bool)> {
        let nothing = Described::default();
        let before = self.0.get(path);
        let text = |one: Option<&Arc<Described>>| {
            one.map_or(&nothing, Arc::as_ref).says_the_same(described.map_or(&nothing, Arc::as_ref))
        };
        let differs = !text(before);
        if !differs && before.is_some() == described.is_some() {
            return None;
        }
        let mut changed = self.clone();
        match described {
            Some(described) => changed.0.insert(path.to_owned(), Arc::clone(described)),
            None => changed.0.remove(path),
        };
        Some((changed, differs))
    }
}
