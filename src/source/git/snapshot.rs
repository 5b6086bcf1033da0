//! A commit's files in a directory of their own, as far as podline may look at them: there they are found, read and
//! judged just as those of a checkout.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use super::{Commit, Entry, EntryKind, GitError, Repository};
use crate::source::discover::is_walked;

/// How a pointer of Git LFS begins, which stands in the place of a large file.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1";

/// Which files are written, besides those that are called as manifests are.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Files of these names are written.
    pub names: &'a [&'a str],
    /// The texts of files of these names are looked at: what they name is written too.
    pub naming: &'a [&'a str],
}

/// What was written, and what was not.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The paths of other repositories.
    pub submodules: Vec<PathBuf>,
    /// Files of which Git LFS keeps what they hold.
    pub pointers: Vec<PathBuf>,
    /// The paths that the commit has, whether they were written or not.
    paths: HashSet<PathBuf>,
}

impl Snapshot {
    /// Writes the files of a commit into an empty directory, which then looks like a checkout.
    ///
    /// # Errors
    /// Something cannot be read or written.
    pub fn write(
        repository: &Repository,
        commit: &Commit,
        directory: &Path,
        wanted: Wanted<'_>,
    ) -> Result<Self, GitError> {
        let entries = repository.tree(commit)?;
        let mut snapshot = Self::default();
        for entry in &entries {
            snapshot.paths.extend(entry.path.ancestors().map(Path::to_path_buf));
        }
        let of_kind = |kind| entries.iter().filter(move |entry| entry.kind == kind);
        snapshot.submodules = of_kind(EntryKind::Submodule).map(|entry| entry.path.clone()).collect();
        let (first, others): (Vec<&Entry>, Vec<&Entry>) =
            of_kind(EntryKind::File).partition(|entry| wanted.takes(&entry.path));
        let mut texts = Vec::new();
        repository.read(&first, |entry, blob| {
            let text = snapshot.write_file(directory, entry, blob, wanted.is_naming(&entry.path))?;
            texts.extend(text);
            Ok(())
        })?;
        let named: Vec<&Entry> = others.into_iter().filter(|entry| is_named(&entry.path, &texts)).collect();
        repository.read(&named, |entry, blob| snapshot.write_file(directory, entry, blob, false).map(drop))?;
        // Last, so that no file is written through one of them.
        let links: Vec<&Entry> = of_kind(EntryKind::Link).collect();
        repository.read(&links, |entry, blob| write_link(&directory.join(&entry.path), blob))?;
        write_index(directory, &entries).map_err(|error| GitError::Unwritable(directory.to_owned(), error))?;
        Ok(snapshot)
    }

    /// Whether the commit has a file or a directory of this path.
    pub fn holds(&self, path: &Path) -> bool {
        self.paths.contains(path)
    }

    /// Writes a file. What it holds, where that is asked for.
    fn write_file(
        &mut self,
        directory: &Path,
        entry: &Entry,
        blob: &mut dyn Read,
        is_kept: bool,
    ) -> io::Result<Option<Vec<u8>>> {
        let path = directory.join(&entry.path);
        create_parent(&path)?;
        let mut file = File::create_new(&path)?;
        let mut start = Vec::new();
        blob.take(LFS.len() as u64).read_to_end(&mut start)?;
        if start == LFS {
            self.pointers.push(entry.path.clone());
        }
        if is_kept {
            blob.read_to_end(&mut start)?;
        }
        file.write_all(&start)?;
        io::copy(blob, &mut file)?;
        Ok(is_kept.then_some(start))
    }
}

impl Wanted<'_> {
    fn takes(&self, path: &Path) -> bool {
        is_walked(path) || has(self.names, path) || self.is_naming(path)
    }

    fn is_naming(&self, path: &Path) -> bool {
        has(self.naming, path)
    }
}

fn has(names: &[&str], path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Whether some text has the name of a file.
fn is_named(path: &Path, texts: &[Vec<u8>]) -> bool {
    let name = path.file_name().map_or(&[][..], OsStr::as_encoded_bytes);
    !name.is_empty() && texts.iter().any(|text| memchr::memmem::find(text, name).is_some())
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(unix)]
fn write_link(path: &Path, blob: &mut dyn Read) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut target = Vec::new();
    // No system follows a longer one.
    blob.take(4096).read_to_end(&mut target)?;
    create_parent(path)?;
    std::os::unix::fs::symlink(OsStr::from_bytes(&target), path)
}

/// As git has it where links are not for everyone: a file that says where it leads.
#[cfg(not(unix))]
fn write_link(path: &Path, blob: &mut dyn Read) -> io::Result<()> {
    create_parent(path)?;
    io::copy(blob, &mut File::create_new(path)?).map(drop)
}

/// Writes an index, so that all files count as tracked: what is committed is judged, whatever `.gitignore` says.
///
/// Source: `Documentation/gitformat-index.adoc` of git, version 2. Times, owners and hashes stay empty.
fn write_index(directory: &Path, entries: &[Entry]) -> io::Result<()> {
    let count = u32::try_from(entries.len()).map_err(io::Error::other)?;
    let mut index = [b"DIRC".as_slice(), &2u32.to_be_bytes(), &count.to_be_bytes()].concat();
    for entry in entries {
        let mode: u32 = match entry.kind {
            EntryKind::File => 0o100_644,
            EntryKind::Link => 0o120_000,
            EntryKind::Submodule => 0o160_000,
        };
        let name = entry.path.as_os_str().as_encoded_bytes();
        // Of a longer one this says only that it is longer.
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX).min(0xFFF);
        index.extend([0; 24]);
        index.extend(mode.to_be_bytes());
        index.extend([0; 12 + 20]);
        index.extend(length.to_be_bytes());
        index.extend(name);
        // Entries end with zeros, at least one, at a multiple of eight bytes.
        index.extend(&[0; 8][..8 - (62 + name.len()) % 8]);
    }
    index.extend([0; 20]);
    let kept = directory.join(".git");
    fs::create_dir(&kept)?;
    fs::write(kept.join("index"), index)
}
