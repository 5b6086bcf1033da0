//! Globs for names and for files.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::path::normal;

/// Globs for names.
///
/// # Errors
/// The glob, and what is wrong with it.
pub fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).build();
        set.add(glob.map_err(|error| format!("{pattern:?} is not a valid glob: {}", error.kind()))?);
    }
    set.build().map_err(|error| error.to_string())
}

/// Globs for files, as in a `.gitignore`: what has no slash matches at any depth, and a directory all that is in it.
#[derive(Clone, Debug)]
pub struct FileGlobs(Gitignore);

impl FileGlobs {
    /// Globs that are relative to `base`, an absolute path.
    ///
    /// # Errors
    /// The glob, and what is wrong with it.
    pub fn new(base: &Path, patterns: &[String]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new(base);
        // In a .gitignore a lone `[` stands for itself. In a configuration it is a slip.
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let line = pattern.strip_prefix("./").unwrap_or(pattern);
            if line.trim().is_empty() || line.starts_with(['!', '#']) {
                return Err(format!("{pattern:?} is not a valid glob for files"));
            }
            builder.add_line(None, line).map_err(|error| match error {
                ignore::Error::Glob { err, .. } => format!("{pattern:?} is not a valid glob: {err}"),
                error => format!("{pattern:?} is not a valid glob: {error}"),
            })?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Whether a file is matched, or a directory that it lies in. A file outside the base never is.
    pub fn contain(&self, path: &Path) -> bool {
        let path = normal(path);
        path.starts_with(self.0.path()) && self.0.matched_path_or_any_parents(&path, false).is_ignore()
    }
}
