//! `--as-walked`: whether a walk of the project would have found a file that was named.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::Trouble;
use super::checkout::checkout_of;
use super::passed::Why;
use super::paths;
use super::rules::{Dir, EntryDecision, Rules};
use crate::source::confine::{Given, Outside, Root};

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
    /// What the project may reach.
    root: OnceLock<Root>,
    /// Directories that a walk reaches only by a link out of its root, and all others that were asked about.
    reached: RwLock<HashMap<PathBuf, Result<(), Outside>>>,
}

/// What a walk would do with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalkDecision {
    /// Read it.
    Read {
        /// Whether it is a symbolic link itself.
        is_link: bool,
    },
    /// Pass over it, and say so.
    PassedOver(Why),
}

/// What a file is to a walk of the project, and to git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Git tracks it, or would.
    Committed,
    /// Git ignores it, in a directory that a walk enters and in which git tracks nothing: it is here alone.
    Local,
    /// Git does not track it, and no walk comes to its directory.
    Unread,
}

impl AsWalked {
    /// The project is the one that `cwd`, an absolute path, lies in.
    pub fn new(cwd: &Path, read_ignore_files: bool) -> Self {
        let project = checkout_of(cwd).unwrap_or(cwd).to_path_buf();
        let rules = Rules::new(read_ignore_files, cwd, Given::new([project.clone()]));
        let (dirs, root, reached) = (RwLock::default(), OnceLock::new(), RwLock::default());
        Self { cwd: cwd.to_path_buf(), project, rules, dirs, root, reached }
    }

    /// What a walk of the project would do with this file. For a file that lies elsewhere, the project is its checkout,
    /// or else its directory. `target` is what it is, or what a link leads to, if anything is there.
    pub fn decide(&self, path: &Path, target: Option<&Metadata>) -> WalkDecision {
        if paths::has_manifest_ending(path) {
            self.decide_any_name(path, target)
        } else {
            WalkDecision::PassedOver(Why::OtherEnding)
        }
    }

    /// The same, whatever its ending.
    pub(super) fn decide_any_name(&self, path: &Path, target: Option<&Metadata>) -> WalkDecision {
        let file = paths::absolute(&self.cwd, path);
        let directory = file.parent().unwrap_or(&file);
        let is_elsewhere = !file.starts_with(&self.project);
        let top = if is_elsewhere { checkout_of(directory).unwrap_or(directory) } else { &self.project };
        if self.known(top).is_none() {
            self.remember(top, self.rules.root(top, top, false));
        }
        if let EntryDecision::Leave(why) = self.rules.decide(&self.dir(directory), &file, false) {
            return WalkDecision::PassedOver(why);
        }
        let own = is_elsewhere.then(|| self.rules.given.root(top));
        let root = own.as_ref().unwrap_or_else(|| self.root.get_or_init(|| self.rules.given.root(&self.project)));
        let is_link = file.is_symlink();
        if let Err(outside) = self.reach(root, directory) {
            return WalkDecision::PassedOver(Why::Outside(outside));
        }
        if is_link && let Err(outside) = root.inside(&file) {
            return WalkDecision::PassedOver(Why::Outside(outside));
        }
        match target.filter(|target| !target.is_file()) {
            None => WalkDecision::Read { is_link },
            Some(special) => WalkDecision::PassedOver(Why::special(special.file_type())),
        }
    }

    /// What a file that says how others are judged is to a walk of the project, and to git.
    pub fn standing(&self, path: &Path) -> Standing {
        let file = paths::absolute(&self.cwd, path);
        if self.known(&self.project).is_none() {
            self.remember(&self.project, self.rules.root(&self.project, &self.project, false));
        }
        self.rules.standing(&self.dir(file.parent().unwrap_or(&file)), &file)
    }

    /// Whether a directory is in its root: asked once.
    fn reach(&self, root: &Root, directory: &Path) -> Result<(), Outside> {
        if let Some(known) = self.reached.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return known.clone();
        }
        let reached = root.inside(directory).map(|_| ());
        self.reached.write().unwrap_or_else(PoisonError::into_inner).insert(directory.to_path_buf(), reached.clone());
        reached
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
