//! What a git repository holds at a revision, read without running anything that the repository says.
//!
//! The git on the PATH reads it. A library that reads objects in this process would make the program half as large
//! again, and would have to know every form of a repository (reftables, SHA-256, alternates, worktrees, multi-pack
//! indexes) and of a revision (`main@{upstream}`, `HEAD~3`), as git does. Where there is a clone there is git. See
//! [`program`] for how it is kept from running what the repository names.

mod blobs;
mod error;
mod program;
pub mod snapshot;

use std::fmt;
use std::path::{Component, Path, PathBuf};

pub use error::GitError;
use program::Program;

use super::repository::root_of;

/// A repository whose objects can be read.
#[derive(Clone, Debug)]
pub struct Repository {
    program: Program,
    /// Where its files are checked out, by its real name; none of a bare one.
    pub root: Option<PathBuf>,
}

/// A commit, by its whole hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit(String);

/// Something that a tree holds: no directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the root of the repository.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// The hash of what it holds.
    object: String,
}

/// What a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link: what it holds is where it leads.
    Link,
    /// A commit of another repository, of which nothing is read.
    Submodule,
}

impl Repository {
    /// The repository around a directory.
    ///
    /// # Errors
    /// There is none, or no git to read it.
    pub fn around(directory: &Path) -> Result<Self, GitError> {
        let directory = directory.canonicalize().map_err(GitError::Io)?;
        let (root, kept) = match root_of(&directory) {
            Some(root) => (Some(root.clone()), root.join(".git")),
            None => (None, bare(&directory).ok_or(GitError::NoRepository)?),
        };
        let outside = root.as_deref().unwrap_or(&kept);
        let program = Program::find(outside, &kept).ok_or(GitError::NoProgram)?;
        Ok(Self { program, root })
    }

    /// The commit that a revision means: whatever git understands, as in `origin/main`, `v1.2`, `HEAD~3`.
    ///
    /// # Errors
    /// It means none.
    pub fn resolve(&self, revision: &str) -> Result<Commit, GitError> {
        // One that begins with a dash is an option, for some git.
        if revision.is_empty() || revision.starts_with('-') || revision.chars().any(char::is_control) {
            return Err(GitError::NoRevision(revision.to_owned()));
        }
        if let Some(commit) = self.commit(revision)? {
            return Ok(commit);
        }
        let remote = format!("origin/{revision}");
        let has_remote = self.commit(&format!("refs/remotes/{remote}"))?.is_some();
        let instead = has_remote.then_some(remote);
        Err(GitError::UnknownRevision { revision: revision.to_owned(), instead, is_shallow: self.is_shallow()? })
    }

    fn commit(&self, revision: &str) -> Result<Option<Commit>, GitError> {
        let said = self.program.ask(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        Ok(said.ok().and_then(|text| commit_of(&text)))
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// They have none, as far as the clone reaches.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Result<Commit, GitError> {
        let said = self.program.ask(&["merge-base", &one.0, &other.0])?;
        match said.ok().and_then(|text| commit_of(&text)) {
            Some(commit) => Ok(commit),
            None => Err(GitError::NoMergeBase { is_shallow: self.is_shallow()? }),
        }
    }

    /// Whether the clone ends somewhere before the first commit.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let said = self.program.ask(&["rev-parse", "--is-shallow-repository"])?;
        Ok(said.is_ok_and(|text| text.trim_ascii() == b"true"))
    }

    /// All that the tree of a commit holds, in the order of git.
    ///
    /// # Errors
    /// The clone does not have all of the tree, or it holds a path that git would not check out.
    pub fn tree(&self, commit: &Commit) -> Result<Vec<Entry>, GitError> {
        let said = self.program.ask(&["ls-tree", "-r", "-z", "--full-tree", &commit.0])?;
        let list = said.map_err(|said| GitError::Unreadable { what: format!("the tree of {commit}"), said })?;
        list.split(|&byte| byte == 0).filter(|line| !line.is_empty()).map(entry).collect()
    }

    /// Reads what entries hold, one after the other. Submodules hold nothing.
    ///
    /// # Errors
    /// The clone does not have one of them, or `take` fails.
    pub fn read<'e>(
        &self,
        entries: &[&'e Entry],
        take: impl FnMut(&'e Entry, &mut dyn std::io::Read) -> std::io::Result<()>,
    ) -> Result<(), GitError> {
        blobs::read(&self.program, entries, take)
    }
}

impl fmt::Display for Commit {
    /// As short as git shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[..12])
    }
}

/// The directory of a bare repository around a directory: what hooks of a server run in.
fn bare(directory: &Path) -> Option<PathBuf> {
    let is_bare = |dir: &&Path| dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir();
    directory.ancestors().find(is_bare).map(Path::to_path_buf)
}

/// A hash, if this is just one.
fn commit_of(text: &[u8]) -> Option<Commit> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    is_hash(text).then(|| Commit(text.to_owned()))
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads `100644 blob HASH<TAB>PATH`.
fn entry(line: &[u8]) -> Result<Entry, GitError> {
    let odd = || GitError::OddEntry(String::from_utf8_lossy(line).into_owned());
    let tab = line.iter().position(|&byte| byte == b'\t').ok_or_else(odd)?;
    let head = std::str::from_utf8(&line[..tab]).map_err(|_| odd())?;
    let mut parts = head.split(' ');
    let (Some(mode), Some(_), Some(object)) = (parts.next(), parts.next(), parts.next()) else { return Err(odd()) };
    let kind = match mode {
        "120000" => EntryKind::Link,
        "160000" => EntryKind::Submodule,
        mode if mode.starts_with("100") => EntryKind::File,
        _ => return Err(odd()),
    };
    let path = path_of(&line[tab + 1..]).filter(|path| is_harmless(path) && is_hash(object)).ok_or_else(odd)?;
    Ok(Entry { path, kind, object: object.to_owned() })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path is a text")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok()?;
    // A backslash would lead into a directory, and a colon to a drive or into a stream.
    (!text.contains(['\\', ':'])).then(|| PathBuf::from(text))
}

/// Whether git itself would check out a file of this path. Trees may hold any, which nobody should write.
fn is_harmless(path: &Path) -> bool {
    let is_name = |part: Component| match part {
        // However a file system spells it.
        Component::Normal(name) => {
            let name = name.to_string_lossy().to_lowercase();
            !matches!(name.trim_end_matches([' ', '.']), "" | ".git" | "git~1")
        }
        _ => false,
    };
    let is_tidy = path.components().collect::<PathBuf>().as_os_str() == path.as_os_str();
    is_tidy && path.components().count() > 0 && path.components().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_git_would_not_check_out_is_refused() {
        let hash = "0".repeat(40);
        let read = |path: &str| entry(format!("100644 blob {hash}\t{path}").as_bytes());
        for path in ["a", "a/b.yaml", "a b/\u{e4}", ".gitignore", "a/.github/x", "-rf"] {
            assert_eq!(read(path).expect(path).path, Path::new(path));
        }
        for path in ["", "/etc/passwd", "../a", "a/../b", "./a", "a//b", ".git/config", "a/.GIT/x", "a/.git /x", "a/"] {
            assert!(read(path).is_err(), "{path}");
        }
        assert!(entry(format!("040000 tree {hash}\ta").as_bytes()).is_err());
        assert!(entry(b"100644 blob 12\ta").is_err());
    }
}
