//! A checkout, and what git tracks in it.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::index::{Index, git_directory};
use super::paths;
use crate::source::path::normal;

/// The names by which a checkout is known.
pub(super) const CHECKOUTS: [&str; 2] = [".git", ".jj"];

/// A checkout whose index is read when it is first asked for.
pub(super) struct Checkout {
    /// How it is opened.
    path: PathBuf,
    absolute: PathBuf,
    index: OnceLock<Arc<Index>>,
}

/// What was read of the directories that git keeps, by their real names: each once, however many checkouts say that it
/// is theirs.
#[derive(Default)]
pub(super) struct Indexes(Mutex<HashMap<PathBuf, Shared>>);

/// An index, or why it cannot be read.
type Shared = Arc<OnceLock<Result<Arc<Index>, Arc<IndexError>>>>;

/// Why it cannot be told what git tracks.
#[derive(Debug)]
pub(super) struct IndexError {
    /// What could not be read.
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&paths::describe(&self.error, &self.path))
    }
}

impl Error for IndexError {}

impl Indexes {
    /// The index of the checkout in a directory.
    fn of(&self, checkout: &Path) -> Result<Arc<Index>, Arc<IndexError>> {
        let dot_git = checkout.join(".git");
        let found = git_directory(&dot_git).map_err(|error| Arc::new(IndexError { path: dot_git, error }))?;
        let Some(directory) = found else { return Ok(Arc::default()) };
        let resolved = directory.canonicalize().unwrap_or_else(|_| directory.clone());
        let shared = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(resolved).or_default());
        let failed = |error| Arc::new(IndexError { path: directory.clone(), error });
        let read = || Index::of(&directory).map(Arc::new).map_err(failed);
        shared.get_or_init(read).clone()
    }
}

/// What git tracks of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    /// Nothing.
    Nothing,
    /// Something in the directory.
    Within,
    /// The entry: a file, a link, a submodule.
    Whole,
}

impl Checkout {
    /// The checkout in a directory, which is opened by one path and has another one from the root of the file system.
    pub fn new(path: &Path, absolute: &Path) -> Self {
        Self { path: path.to_owned(), absolute: absolute.to_owned(), index: OnceLock::new() }
    }

    /// What git tracks of an entry, by its absolute path. `tell` learns once why that cannot be known; then nothing is.
    pub fn tracks(
        &self,
        entry: &Path,
        is_dir: bool,
        indexes: &Indexes,
        tell: impl FnOnce(&Path, &IndexError),
    ) -> Tracked {
        let index = self.index.get_or_init(|| {
            indexes.of(&self.path).unwrap_or_else(|why| {
                tell(&self.path.join(".git"), &why);
                Arc::default()
            })
        });
        let Ok(below) = entry.strip_prefix(&self.absolute) else { return Tracked::Nothing };
        let parts: Vec<&[u8]> = below.iter().map(std::ffi::OsStr::as_encoded_bytes).collect();
        let name = parts.join(&b'/');
        match index.holds(&name) {
            true => Tracked::Whole,
            false if is_dir && index.holds_below(&name) => Tracked::Within,
            false => Tracked::Nothing,
        }
    }
}

/// What git tracks, for files of any checkout. Each index is read once.
#[derive(Default)]
pub struct TrackedFiles {
    checkouts: Mutex<HashMap<PathBuf, Arc<Checkout>>>,
    indexes: Indexes,
}

impl TrackedFiles {
    /// Whether git tracks a file. What cannot be read of an index tracks nothing; a walk says so.
    pub fn hold(&self, path: &Path) -> bool {
        let path = normal(path);
        let Some(root) = path.parent().and_then(checkout_of) else { return false };
        let checkout = {
            let mut checkouts = self.checkouts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Checkout::new(root, root));
            Arc::clone(checkouts.entry(root.to_owned()).or_insert_with(new))
        };
        checkout.tracks(&path, false, &self.indexes, |_, _| {}) == Tracked::Whole
    }
}

/// The checkout that a directory lies in: the nearest directory upwards with `.git` (a file in worktrees and
/// submodules) or `.jj`.
pub(super) fn checkout_of(dir: &Path) -> Option<&Path> {
    dir.ancestors().find(|dir| is_checkout(dir))
}

/// Whether a directory is the root of a checkout.
pub(super) fn is_checkout(dir: &Path) -> bool {
    CHECKOUTS.iter().any(|name| dir.join(name).exists())
}
