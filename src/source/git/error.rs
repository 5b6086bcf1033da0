//! What keeps a repository from being read.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// What keeps a repository from being read.
#[derive(Debug)]
pub enum GitError {
    /// The directory lies in none.
    NoRepository,
    /// There is no git, but perhaps one that the repository brings.
    NoProgram,
    /// It cannot be a revision.
    NoRevision(String),
    /// A revision means no commit.
    UnknownRevision {
        /// It.
        revision: String,
        /// What of a similar name there is.
        instead: Option<String>,
        /// Whether the clone ends somewhere before the first commit.
        is_shallow: bool,
    },
    /// Two commits have no common ancestor.
    NoMergeBase {
        /// Whether the clone ends somewhere before the first commit.
        is_shallow: bool,
    },
    /// Something cannot be read.
    Unreadable {
        /// It.
        what: String,
        /// What git says.
        said: String,
    },
    /// A file is in the tree, but what it holds is not in the clone.
    Missing(PathBuf),
    /// A tree holds what git would not check out.
    OddEntry(String),
    /// A file cannot be written.
    Unwritable(PathBuf, io::Error),
    /// git cannot be run, or does not answer.
    Io(io::Error),
}

/// How a clone comes to all commits.
const DEEPEN: &str = "the clone is shallow: fetch the rest first (git fetch --unshallow; fetch-depth: 0 of \
                      actions/checkout; GIT_DEPTH: 0 of GitLab)";

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRepository => f.write_str("this directory is in no git repository"),
            Self::NoProgram => f.write_str("no git is on the PATH, outside of the repository, to read it with"),
            Self::NoRevision(revision) => write!(f, "{revision:?} is not a revision"),
            Self::UnknownRevision { revision, instead: Some(instead), .. } => {
                write!(f, "{revision} is no commit of this clone, but {instead} is")
            }
            Self::UnknownRevision { revision, is_shallow, .. } => {
                write!(f, "{revision} is no commit of this clone")?;
                if *is_shallow { write!(f, "; {DEEPEN}") } else { Ok(()) }
            }
            Self::NoMergeBase { is_shallow } => {
                f.write_str("the two revisions have no common ancestor")?;
                if *is_shallow { write!(f, "; {DEEPEN}") } else { Ok(()) }
            }
            Self::Unreadable { what, said } if said.is_empty() => write!(f, "{what} cannot be read"),
            Self::Unreadable { what, said } => write!(f, "{what} cannot be read: {said}"),
            Self::Missing(path) => write!(
                f,
                "{} is not in this clone, which is a partial one, and podline fetches nothing: fetch it first \
                 (git fetch --refetch --no-filter; clone without --filter)",
                path.display()
            ),
            Self::OddEntry(entry) => write!(f, "the tree holds what git would not check out: {entry:?}"),
            Self::Unwritable(path, error) => write!(f, "{}: a copy cannot be written: {error}", path.display()),
            Self::Io(error) => write!(f, "git cannot be asked: {error}"),
        }
    }
}

impl Error for GitError {}
