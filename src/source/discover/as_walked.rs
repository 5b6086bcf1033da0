//! `--as-walked`: whether a walk of the project would have found a file that was named.

use std::path::{Path, PathBuf};

use super::Trouble;
use super::paths;
use super::rules::{Rules, checkout_of};

/// Answers for one file after the other. Rules are kept by directory, so that hundreds of files cost little more than
/// one.
pub struct AsWalked {
    cwd: PathBuf,
    /// The checkout that the working directory lies in, or else the working directory.
    project: PathBuf,
    /// Rules of their own: the walk proper enters named directories even where these would not.
    rules: Rules,
}

impl AsWalked {
    /// The project is the one that `cwd`, an absolute path, lies in.
    pub fn new(cwd: &Path, read_ignore_files: bool) -> Self {
        let project = checkout_of(cwd).unwrap_or(cwd).to_path_buf();
        Self { cwd: cwd.to_path_buf(), project, rules: Rules::new(read_ignore_files) }
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
        self.rules.start(top, top);
        !self.rules.skips_file(&file)
    }

    /// See [`Rules::take_troubles`].
    pub(super) fn take_troubles(&self) -> Vec<Trouble> {
        self.rules.take_troubles(&self.cwd)
    }
}
