//! Globs for names and for files.

use std::error::Error;
use std::fmt;
use std::path::Path;

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::path::normal;

/// Why a text is not a glob, or not one for files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobError {
    /// It cannot be read: the text, and what is wrong with it.
    Invalid(String, String),
    /// It leads out of the directory that it is relative to.
    Upwards(String),
    /// It would mean something else in an ignore file.
    NotForFiles(String),
    /// Each of several can be read, and all together are too much.
    TooMuch(String),
}

impl GlobError {
    /// What `globset` says of a text.
    pub fn of(text: &str, error: &globset::Error) -> Self {
        Self::Invalid(text.to_owned(), error.kind().to_string())
    }
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text, reason) => write!(f, "{text:?} is not a valid glob: {reason}"),
            Self::Upwards(text) => write!(f, "{text:?} matches nothing: globs for files do not lead upwards"),
            Self::NotForFiles(text) => write!(f, "{text:?} is not a valid glob for files"),
            Self::TooMuch(reason) => f.write_str(reason),
        }
    }
}

impl Error for GlobError {}

/// A glob for names.
///
/// # Errors
/// It is not a valid one.
pub fn glob(pattern: &str) -> Result<GlobMatcher, GlobError> {
    Glob::new(pattern).map(|glob| glob.compile_matcher()).map_err(|error| GlobError::of(pattern, &error))
}

/// Globs for names.
///
/// # Errors
/// The first that is not valid.
pub fn globs(patterns: &[String]) -> Result<GlobSet, GlobError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| GlobError::of(pattern, &error))?);
    }
    set.build().map_err(|error| GlobError::TooMuch(error.to_string()))
}

/// Globs for files, as in a `.gitignore`: what has no slash matches at any depth, and a directory all that is in it.
#[derive(Clone, Debug)]
pub struct FileGlobs(Gitignore);

impl FileGlobs {
    /// Globs that are relative to `base`, an absolute path.
    ///
    /// # Errors
    /// The glob, and what is wrong with it.
    pub fn new(base: &Path, patterns: &[String]) -> Result<Self, GlobError> {
        let mut builder = GitignoreBuilder::new(base);
        // In a .gitignore a lone `[` stands for itself. In a configuration it is a slip.
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let line = pattern.strip_prefix("./").unwrap_or(pattern);
            if line.split('/').any(|part| part == "..") {
                return Err(GlobError::Upwards(pattern.clone()));
            }
            if line.trim().is_empty() || line.starts_with(['!', '#']) {
                return Err(GlobError::NotForFiles(pattern.clone()));
            }
            builder.add_line(None, line).map_err(|error| match error {
                ignore::Error::Glob { err, .. } => GlobError::Invalid(pattern.clone(), err),
                error => GlobError::Invalid(pattern.clone(), error.to_string()),
            })?;
        }
        builder.build().map(Self).map_err(|error| GlobError::TooMuch(error.to_string()))
    }

    /// Whether a file is matched, or a directory that it lies in. A file outside the base never is.
    pub fn contain(&self, path: &Path) -> bool {
        let path = normal(path);
        path.starts_with(self.0.path()) && self.0.matched_path_or_any_parents(&path, false).is_ignore()
    }

    /// The outermost directory in the base in which a file lies and that is matched, or the file: how many levels above
    /// the file it stands, and the glob.
    pub fn outermost(&self, path: &Path) -> Option<(usize, &str)> {
        let path = normal(path);
        let matters = |way: &&Path| *way != self.0.path() && way.starts_with(self.0.path());
        let ways = path.ancestors().take_while(matters).enumerate();
        let matched = ways.filter_map(|(level, way)| match self.0.matched(way, level > 0) {
            ignore::Match::Ignore(glob) => Some((level, glob.original())),
            _ => None,
        });
        matched.last()
    }
}
