//! A commit of a repository, as a directory in which podline works as in a checkout of it.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::config::find;
use crate::manifest::kustomization;
use crate::source::discover::IGNORE_FILES;
use crate::source::git::snapshot::{Snapshot, Wanted};
use crate::source::git::{Commit, GitError, Repository};

/// The files of a commit, until it is dropped.
pub(super) struct Revision {
    _directory: TempDir,
    /// Where they are, by its real name.
    pub root: PathBuf,
    pub snapshot: Snapshot,
}

/// podline works in another directory, until it is dropped.
pub(super) struct Entered(PathBuf);

impl Revision {
    /// Writes what podline may look at of a commit, with the files of some names.
    ///
    /// # Errors
    /// Something cannot be read or written.
    pub fn of(repository: &Repository, commit: &Commit, names: &[&str]) -> Result<Self, GitError> {
        let directory = tempfile::Builder::new().prefix("podline-").tempdir().map_err(GitError::Io)?;
        let root = directory.path().canonicalize().map_err(GitError::Io)?;
        let naming: Vec<&str> = find::NAMES.into_iter().chain(kustomization::NAMES).collect();
        let names = [&IGNORE_FILES[..], names].concat();
        let wanted = Wanted { names: &names, naming: &naming };
        let snapshot = Snapshot::write(repository, commit, &root, wanted)?;
        Ok(Self { _directory: directory, root, snapshot })
    }
}

/// Works in a directory of a tree, whether it has it or not: so that paths mean and are called what they are in the
/// checkout.
///
/// # Errors
/// It cannot be entered.
pub(super) fn enter(root: &Path, below: &Path) -> io::Result<Entered> {
    let back = env::current_dir()?;
    let directory = root.join(below);
    fs::create_dir_all(&directory)?;
    env::set_current_dir(directory)?;
    Ok(Entered(back))
}

impl Drop for Entered {
    fn drop(&mut self) {
        // It was there, and nobody has taken it away since.
        drop(env::set_current_dir(&self.0));
    }
}
