//! What a walk saw beside the files that it found.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rules::NAMES;

/// A directory that was walked, and which of the names that matter it holds: whoever looks for a file in each of
/// thousands of directories need not ask the system about those that have none.
///
/// Nothing here recurses over those above: a tree may be as deep as a path is long.
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
        debug_assert!(NAMES.len() + noted.len() <= 32, "one bit for each");
        Self { path, above, noted, seen: 0 }
    }

    /// Says that not all that the directory holds could be listed.
    pub(super) fn is_incomplete(&mut self) {
        self.seen = u32::MAX;
    }

    /// Takes the name of something in the directory.
    pub(super) fn see(&mut self, name: &[u8]) {
        for (bit, noted) in self.names().enumerate() {
            // Whether case matters is for the file system to say.
            self.seen |= u32::from(noted.as_bytes().eq_ignore_ascii_case(name)) << bit;
        }
    }

    /// The directory where the walk began, or went on behind a link.
    pub fn begin(&self) -> &Path {
        let mut directory = self;
        while let Some(above) = &directory.above {
            directory = above;
        }
        &directory.path
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

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Directory").field(&self.path).finish()
    }
}

/// Two are equal if they are called the same.
impl PartialEq for Directory {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Directory {}

impl Drop for Directory {
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut last) = above.and_then(Arc::into_inner) {
            above = last.above.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_listed_may_hold_anything() {
        let mut directory = Directory::new(PathBuf::new(), None, &["podline.yaml"]);
        assert!(!directory.may_hold("podline.yaml"));
        directory.is_incomplete();
        assert!(directory.may_hold("podline.yaml") && directory.may_hold(".gitignore"));
    }

    #[test]
    fn a_chain_of_a_million_directories_is_let_go() {
        let mut above = None;
        for _ in 0..1_000_000 {
            above = Some(Arc::new(Directory::new(PathBuf::new(), above, &[])));
        }
        drop(above);
    }
}
