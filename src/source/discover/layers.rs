//! The ignore files of a directory and of those above it, and what they say together.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};

use super::passed::Why;
use super::paths;

/// The ignore files of one directory, and the next ones above.
pub(super) struct Layer {
    pub git: Gitignore,
    pub podline: Gitignore,
    /// `.gitignore` files above this directory belong to someone else's checkout.
    pub is_checkout: bool,
    pub above: Option<Arc<Layer>>,
}

/// What ignore files say of an entry.
pub(super) enum IgnoreDecision {
    /// Nothing, or that git does not ignore it.
    Nothing,
    /// podline is to read it.
    Read,
    /// podline is to leave it out.
    Leave(Why),
    /// git ignores it, unless it tracks it.
    IgnoredByGit(Why),
}

impl Layer {
    /// What the ignore files say of an entry, by its absolute path.
    pub fn says(&self, path: &Path, is_dir: bool) -> IgnoreDecision {
        let mut by_git = None;
        let mut in_checkout = true;
        let mut next = Some(self);
        while let Some(layer) = next {
            match layer.podline.matched(path, is_dir) {
                Match::None => {}
                Match::Ignore(glob) => return IgnoreDecision::Leave(why(glob)),
                Match::Whitelist(_) => return IgnoreDecision::Read,
            }
            if in_checkout && by_git.is_none() {
                by_git = match layer.git.matched(path, is_dir) {
                    Match::None => None,
                    Match::Ignore(glob) => Some(Some(glob)),
                    Match::Whitelist(_) => Some(None),
                };
            }
            in_checkout &= !layer.is_checkout;
            next = layer.above.as_deref();
        }
        by_git.flatten().map_or(IgnoreDecision::Nothing, |glob| IgnoreDecision::IgnoredByGit(why(glob)))
    }

    /// Whether an entry is left out for them.
    pub fn ignores(&self, path: &Path, is_dir: bool) -> bool {
        matches!(self.says(path, is_dir), IgnoreDecision::Leave(_) | IgnoreDecision::IgnoredByGit(_))
    }

    /// Whether whatever a directory may hold is left out for them, as `dist/*` has it for `dist`.
    pub fn ignores_all_in(&self, directory: &Path) -> bool {
        // A name that no glob is about.
        let any = |ending: &str| directory.join(format!("\u{1}{ending}"));
        self.ignores(&any(""), true)
            && [".yaml", ".yml", ".json"].iter().all(|ending| self.ignores(&any(ending), false))
    }
}

fn why(glob: &Glob) -> Why {
    Why::ignored(glob.original(), glob.from().map(paths::display).unwrap_or_default())
}

/// A line of an ignore file that is not a glob, or all of its lines together.
#[derive(Debug)]
pub(super) struct BadLine {
    /// The line, from 1; none for all of them.
    number: Option<usize>,
    error: ignore::Error,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "line {number}: ")?;
        }
        self.error.fmt(f)
    }
}

impl Error for BadLine {}

/// The globs of an ignore file in a directory, to match absolute paths with, and what is wrong with its lines. `name` is
/// what it is called where it is spoken of.
pub(super) fn read(text: &[u8], directory: &Path, name: &Path) -> (Gitignore, Vec<BadLine>) {
    let mut troubles = Vec::new();
    let mut builder = GitignoreBuilder::new(directory);
    let text = String::from_utf8_lossy(text);
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if let Err(error) = builder.add_line(Some(PathBuf::from(name)), line) {
            let error = match error {
                ignore::Error::WithPath { err, .. } => *err,
                other => other,
            };
            troubles.push(BadLine { number: Some(number), error });
        }
    }
    let globs = builder.build().unwrap_or_else(|error| {
        troubles.push(BadLine { number: None, error });
        Gitignore::empty()
    });
    (globs, troubles)
}
