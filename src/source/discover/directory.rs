//! What a walk saw beside the files that it found.

use std::path::PathBuf;
use std::sync::Arc;

use super::rules::NAMES;

/// A directory that was walked, and which of the names that matter it holds: whoever looks for a file in each of
/// thousands of directories need not ask the system about those that have none.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// How the paths of its files begin; "" for the working directory.
    pub path: PathBuf,
    /// The directory in which the walk met this one; none where it began.
    pub above: Option<Arc<Directory>>,
    /// See [`super::WalkOptions::noted`].
    noted: &'static [&'static str],
    /// A bit for each name that matters, as far as it was seen.
    seen: u32,
}

impl Directory {
    pub(super) fn new(path: PathBuf, above: Option<Arc<Directory>>, noted: &'static [&'static str]) -> Self {
        Self { path, above, noted, seen: 0 }
    }

    /// Takes the name of something in the directory.
    pub(super) fn see(&mut self, name: &[u8]) {
        for (bit, noted) in self.names().enumerate() {
            // Whether case matters is for the file system to say.
            self.seen |= u32::from(noted.as_bytes().eq_ignore_ascii_case(name)) << bit;
        }
    }

    /// False if the directory certainly held nothing of this name when it was walked. True for names that were not to
    /// be noted.
    pub fn may_hold(&self, name: &str) -> bool {
        self.names().position(|noted| noted == name).is_none_or(|bit| self.seen & (1 << bit) != 0)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        NAMES.into_iter().chain(self.noted.iter().copied())
    }
}
