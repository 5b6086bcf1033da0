//! `--as-walked`: whether a walk of the project would have found a file that was named.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::Trouble;
use super::paths;
use super::rules::{Dir, Rules, checkout_of};

/// Answers for one file after the other. Rules are kept by directory, so that hundreds of files cost little more than
/// one.
pub struct AsWalked {
    cwd: PathBuf,
    /// The checkout that the working directory lies in, or else the working directory.
    project: PathBuf,
    /// Rules of their own: the walk proper enters named directories even where these would not.
    rules: Rules,
    /// The rules of every directory met so far. Each directory's ignore files are read once (twice, if two threads meet
    /// it at the same moment).
    dirs: RwLock<HashMap<PathBuf, Arc<Dir>>>,
}

impl AsWalked {
    /// The project is the one that `cwd`, an absolute path, lies in.
    pub fn new(cwd: &Path, read_ignore_files: bool) -> Self {
        let project = checkout_of(cwd).unwrap_or(cwd).to_path_buf();
        Self { cwd: cwd.to_path_buf(), project, rules: Rules::new(read_ignore_files), dirs: RwLock::default() }
    }

    /// Whether a walk of the project would read this file. For a file that lies elsewhere, the project is its checkout,
    /// or else its directory.
    pub fn would_read(&self, path: &Path) -> bool {
        if !paths::has_manifest_ending(path) {
            return false;
        }
        let file = paths::absolute(&self.cwd, path);
        let top = if file.starts_with(&self.project) {
            &self.project
        } else {
            let directory = file.parent().unwrap_or(&file);
            checkout_of(directory).unwrap_or(directory)
        };
        if self.known(top).is_none() {
            self.remember(top, self.rules.root(top, top));
        }
        !self.dir(file.parent().unwrap_or(&file)).skips(&file, false)
    }

    /// See [`Rules::take_troubles`].
    pub(super) fn take_troubles(&self) -> Vec<Trouble> {
        self.rules.take_troubles(&self.cwd)
    }

    /// The rules of a directory, derived from those of the nearest one known above it. No recursion: trees can be deep.
    fn dir(&self, path: &Path) -> Arc<Dir> {
        let mut unknown = Vec::new();
        let mut dir = None;
        for above in path.ancestors() {
            dir = self.known(above);
            if dir.is_some() {
                break;
            }
            unknown.push(above);
        }
        let mut dir = dir.unwrap_or_default();
        for path in unknown.into_iter().rev() {
            dir = self.remember(path, self.rules.perhaps_below(&dir, path));
        }
        dir
    }

    fn known(&self, path: &Path) -> Option<Arc<Dir>> {
        self.dirs.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn remember(&self, path: &Path, dir: Arc<Dir>) -> Arc<Dir> {
        self.dirs.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), Arc::clone(&dir));
        dir
    }
}
