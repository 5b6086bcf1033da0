//! `--exclude`.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::paths::without_dot;

/// An `--exclude` that is not a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadGlob {
    /// The glob as given.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for BadGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad glob `{}`: {}", self.glob, self.reason)
    }
}

impl Error for BadGlob {}

/// The globs of `--exclude`, with the meaning that they would have in a `.gitignore` of the working directory: `dir`
/// anywhere, `/dir` and `a/dir` from here, `dir/` directories only.
pub(super) struct Exclude {
    globs: Gitignore,
    cwd: PathBuf,
}

impl Exclude {
    /// Compiles the globs. An empty one excludes nothing, as from an empty `PODLINE_EXCLUDE`.
    pub(super) fn new(globs: &[String], cwd: &Path) -> Result<Self, BadGlob> {
        // Below ".", paths are matched as they are.
        let mut builder = GitignoreBuilder::new(".");
        // In a .gitignore a lone `[` stands for itself. On a command line it is a slip.
        builder.allow_unclosed_class(false);
        for glob in globs {
            add(&mut builder, glob).map_err(|reason| BadGlob { glob: glob.clone(), reason })?;
        }
        let globs = builder.build().map_err(|error| BadGlob { glob: globs.join(","), reason: reason(&error) })?;
        Ok(Self { globs, cwd: cwd.to_path_buf() })
    }

    /// Whether the entry itself is excluded. Enough in a walk, which does not enter an excluded directory.
    pub(super) fn covers(&self, path: &Path, is_dir: bool) -> bool {
        !self.globs.is_empty() && self.globs.matched(self.relative(path), is_dir).is_ignore()
    }

    /// Whether the entry or a directory on the way to it is excluded.
    pub(super) fn covers_with_parents(&self, path: &Path, is_dir: bool) -> bool {
        let parents = self.relative(path).ancestors().skip(1);
        self.covers(path, is_dir) || parents.into_iter().any(|parent| self.covers(parent, true))
    }

    /// The path relative to the working directory, where that is possible.
    fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.cwd).unwrap_or_else(|_| without_dot(path))
    }
}

fn add(builder: &mut GitignoreBuilder, glob: &str) -> Result<(), String> {
    if glob.starts_with('!') {
        return Err(
            "`!` would read what another glob excludes, which is not supported; write `\\!` for the character".into()
        );
    }
    let line = match (glob.strip_prefix("./"), glob.as_bytes().first()) {
        // What a shell completes, and what would match nothing in a `.gitignore`.
        (Some(rest), _) => format!("/{rest}"),
        // A `.gitignore` has comments, a command line has not.
        (_, Some(b'#')) => format!("\\{glob}"),
        _ => glob.to_owned(),
    };
    builder.add_line(None, &line).map(drop).map_err(|error| reason(&error))
}

/// The error without the glob, which [`BadGlob`] names as the user wrote it.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}
