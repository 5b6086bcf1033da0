//! `--exclude`.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::passed::Why;
use super::paths::{absolute, without_dot};

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
/// anywhere, `/dir` and `a/dir` from here, `dir/` directories only. Besides, `/dir` may be an absolute path, and `../dir`
/// leads up from here.
pub(super) struct Exclude {
    /// What is relative to the working directory.
    here: Gitignore,
    /// What is relative to the root of the file system.
    anywhere: Gitignore,
    cwd: PathBuf,
}

impl Exclude {
    /// Compiles the globs. An empty one excludes nothing, as from an empty `PODLINE_EXCLUDE`.
    pub(super) fn new(globs: &[String], cwd: &Path) -> Result<Self, BadGlob> {
        // Below ".", paths are matched as they are.
        let (mut here, mut anywhere) = (GitignoreBuilder::new("."), GitignoreBuilder::new("/"));
        for glob in globs {
            let bad = |reason| BadGlob { glob: glob.clone(), reason };
            let lines = lines(glob, cwd).map_err(|unsupported| bad(unsupported.to_string()))?;
            for (builder, line) in [(&mut here, lines.here), (&mut anywhere, lines.anywhere)] {
                // In a .gitignore a lone `[` stands for itself. On a command line it is a slip.
                builder.allow_unclosed_class(false);
                let Some(line) = line else { continue };
                // What stands as the file of the line is how people know it.
                builder.add_line(Some(PathBuf::from(glob)), &line).map_err(|error| bad(reason(error)))?;
            }
        }
        let build = |builder: GitignoreBuilder| {
            builder.build().map_err(|error| BadGlob { glob: globs.join(","), reason: reason(error) })
        };
        Ok(Self { here: build(here)?, anywhere: build(anywhere)?, cwd: cwd.to_path_buf() })
    }

    /// Why the entry itself is excluded, if it is. Enough in a walk, which does not enter an excluded directory.
    pub(super) fn covers(&self, path: &Path, is_dir: bool) -> Option<Why> {
        if self.here.is_empty() && self.anywhere.is_empty() {
            return None;
        }
        let relative = path.strip_prefix(&self.cwd).unwrap_or_else(|_| without_dot(path));
        let matched = match self.here.matched(relative, is_dir) {
            Match::None if !self.anywhere.is_empty() => self.anywhere.matched(absolute(&self.cwd, path), is_dir),
            matched => matched,
        };
        let Match::Ignore(glob) = matched else { return None };
        Some(Why::ignored(&glob.from().unwrap_or(Path::new("")).to_string_lossy(), "--exclude"))
    }

    /// Why the entry or a directory on the way to it is excluded.
    pub(super) fn covers_with_parents(&self, path: &Path, is_dir: bool) -> Option<Why> {
        let way = if self.anywhere.is_empty() { Cow::Borrowed(path) } else { absolute(&self.cwd, path).into() };
        let way = way.strip_prefix(&self.cwd).unwrap_or_else(|_| without_dot(&way));
        self.covers(path, is_dir).or_else(|| way.ancestors().skip(1).find_map(|parent| self.covers(parent, true)))
    }
}

/// A glob as the lines of two ignore files: one here, and one at the root of the file system.
#[derive(Default)]
struct Lines {
    here: Option<String>,
    anywhere: Option<String>,
}

/// What a glob of `--exclude` cannot be, though a `.gitignore` or a path may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsupported {
    /// It begins with `!`.
    Negation,
    /// It leads up from a pattern.
    UpFromPattern,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negation => {
                "`!` would read what another glob excludes, which is not supported; write `\\!` for the character"
            }
            Self::UpFromPattern => "`..` behind a pattern could lead anywhere",
        })
    }
}

fn lines(glob: &str, cwd: &Path) -> Result<Lines, Unsupported> {
    if glob.starts_with('!') {
        return Err(Unsupported::Negation);
    }
    if glob.split('/').any(|part| part == "..") {
        return upwards(glob, cwd);
    }
    // What a shell completes, and what would match nothing in a `.gitignore`.
    if let Some(rest) = glob.strip_prefix("./") {
        return Ok(Lines { here: Some(format!("/{rest}")), ..Lines::default() });
    }
    // A `.gitignore` has comments, a command line has not.
    let line = if glob.starts_with('#') { format!("\\{glob}") } else { glob.to_owned() };
    let anywhere = glob.starts_with('/').then(|| glob.to_owned());
    Ok(Lines { here: Some(line), anywhere })
}

/// A glob with `..`, which no ignore file knows.
fn upwards(glob: &str, cwd: &Path) -> Result<Lines, Unsupported> {
    let mut parts: Vec<String> = Vec::new();
    if !glob.starts_with('/') {
        parts.extend(cwd.iter().skip(1).map(|part| globset::escape(&part.to_string_lossy())));
    }
    let mut own = parts.len();
    for part in glob.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part != ".." {
            parts.push(part.to_owned());
            continue;
        }
        let is_given = parts.len() > own;
        own = own.min(parts.len().saturating_sub(1));
        if parts.pop().is_some_and(|left| is_given && left.contains(['*', '?', '[', '{', '\\'])) {
            return Err(Unsupported::UpFromPattern);
        }
    }
    let end = if glob.ends_with('/') { "/" } else { "" };
    // Of the root nothing is left that could be named.
    let line = if parts.is_empty() { "/**".to_owned() } else { format!("/{}{end}", parts.join("/")) };
    Ok(Lines { anywhere: Some(line), ..Lines::default() })
}

/// The error without the glob, which [`BadGlob`] names as the user wrote it.
fn reason(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithLineNumber { err, .. } => reason(*err),
        other => other.to_string(),
    }
}
