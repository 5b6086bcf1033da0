//! What git tracks, as its index says: git itself is never run.
//!
//! The index is read as it stands on the disk, which anybody may have written: nothing of it is shown, and what is
//! broken, or larger than any real one, is an error.
//!
//! Source: `Documentation/gitformat-index.adoc` of git, versions 2 to 4.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::paths::has_manifest_ending;
use super::rules::IGNORE_FILES;

/// An index of more bytes than this is not read: that of the largest repositories has a tenth.
const MOST_BYTES: u64 = 1 << 30;

/// So many bytes of names are kept.
const MOST_KEPT: usize = 256 << 20;

/// No path is longer.
const LONGEST: usize = 4096;

/// The lengths of the hashes that git knows: SHA-1 and SHA-256.
const HASHES: [usize; 2] = [20, 32];

const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const TYPE: u32 = 0o170_000;

/// What git tracks of all that a walk could read: manifests by their ending, links, submodules, and ignore files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Relative to the checkout, with `/`; sorted. Without ignore files: a directory is not entered for them.
    names: Vec<Box<[u8]>>,
    /// Ignore files, in the same way.
    ignore_files: Vec<Box<[u8]>>,
}

impl Index {
    /// Reads the index in a directory that git keeps. There is none where git tracks nothing yet.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub(super) fn of(directory: &Path) -> io::Result<Self> {
        let Some(bytes) = read(&directory.join("index"), MOST_BYTES)? else { return Ok(Self::default()) };
        let mut names = Names::default();
        if let Some(shared) = names.add(&bytes).map_err(io::Error::other)? {
            let base = directory.join(format!("sharedindex.{shared}"));
            let bytes =
                read(&base, MOST_BYTES)?.ok_or_else(|| io::Error::other("the index that it builds on is gone"))?;
            names.add(&bytes).map_err(io::Error::other)?;
        }
        Ok(names.finish())
    }

    /// Whether git tracks just this.
    pub(super) fn holds(&self, name: &[u8]) -> bool {
        [&self.names, &self.ignore_files]
            .iter()
            .any(|names| names.binary_search_by(|known| (**known).cmp(name)).is_ok())
    }

    /// Whether git tracks something in this directory; "" is that of the checkout.
    pub(super) fn holds_below(&self, directory: &[u8]) -> bool {
        if directory.is_empty() {
            return !self.names.is_empty();
        }
        let prefix = [directory, b"/"].concat();
        let first = self.names.partition_point(|known| **known < *prefix);
        self.names.get(first).is_some_and(|name| name.starts_with(&prefix))
    }
}

/// The directory that git keeps: `.git` itself, or what a file of that name leads to in worktrees and submodules.
///
/// # Errors
/// It cannot be told.
pub fn git_directory(dot_git: &Path) -> io::Result<Option<PathBuf>> {
    match std::fs::metadata(dot_git) {
        Ok(found) if found.is_dir() => return Ok(Some(dot_git.to_owned())),
        Ok(found) if found.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let text = read(dot_git, 64 << 10)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let path = text.strip_prefix("gitdir:").map(|path| path.trim_end_matches(['\r', '\n']).trim_start());
    // What names nothing is no checkout of git: there is nothing that it could track.
    Ok(path.filter(|path| !path.is_empty()).and_then(|path| Some(dot_git.parent()?.join(path))))
}

/// Reads a regular file of at most so many bytes; nothing where there is none.
fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(io::Error::other("it is not a regular file")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other("it is too large"));
    }
    Ok(Some(bytes))
}

/// The names of an index, and of the one that it builds on.
#[derive(Default)]
struct Names {
    kept: Vec<Box<[u8]>>,
    size: usize,
}

impl Names {
    /// Adds those of an index; the hash of the one that it builds on, if it is split. What it takes out of that is kept
    /// all the same: a name more has a file judged that git ignores, one less could hide a file.
    fn add(&mut self, bytes: &[u8]) -> Result<Option<String>, &'static str> {
        let (kept, size) = (self.kept.len(), self.size);
        // Nothing in it says which hash it has: with the wrong one its parts do not end where it ends.
        let mut result = Err("it is not a git index");
        for hash in HASHES {
            self.kept.truncate(kept);
            self.size = size;
            result = Reader { bytes, at: 0, hash }.index(self);
            if result.is_ok() {
                break;
            }
        }
        result
    }

    fn keep(&mut self, name: &[u8], mode: u32) -> Result<(), &'static str> {
        let last = lossless(name);
        let is_wanted = matches!(mode & TYPE, LINK | SUBMODULE)
            || has_manifest_ending(Path::new(&*last))
            || IGNORE_FILES.contains(&&*last);
        if is_wanted && !name.is_empty() {
            self.size += name.len() + size_of::<Box<[u8]>>();
            if self.size > MOST_KEPT {
                return Err("it is too large");
            }
            self.kept.push(name.into());
        }
        Ok(())
    }

    fn finish(mut self) -> Index {
        self.kept.sort_unstable();
        self.kept.dedup();
        let is_ignore_file = |name: &[u8]| IGNORE_FILES.contains(&&*lossless(name));
        let (ignore_files, names) = self.kept.into_iter().partition(|name| is_ignore_file(name));
        Index { names, ignore_files }
    }
}

/// The last part of a name: all that an ending needs.
fn lossless(name: &[u8]) -> std::borrow::Cow<'_, str> {
    let start = name.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    String::from_utf8_lossy(&name[start..])
}

/// Reads an index byte by byte, never beyond its end.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The length of a hash.
    hash: usize,
}

const CUT: &str = "it ends too soon";

impl<'b> Reader<'b> {
    fn index(&mut self, names: &mut Names) -> Result<Option<String>, &'static str> {
        if self.take(4)? != b"DIRC" {
            return Err("it is not a git index");
        }
        let version = self.number()?;
        if !(2..=4).contains(&version) {
            return Err("its version is unknown");
        }
        let entries = self.number()?;
        let mut name = Vec::new();
        for _ in 0..entries {
            let mode = self.entry(version, &mut name)?;
            names.keep(&name, mode)?;
        }
        let shared = self.extensions()?;
        // The hash of all that stands before it.
        self.take(self.hash)?;
        if self.at == self.bytes.len() { Ok(shared) } else { Err("it goes on after its end") }
    }

    /// Reads an entry, and leaves its name in `name`, which holds that of the one before. Its mode.
    fn entry(&mut self, version: u32, name: &mut Vec<u8>) -> Result<u32, &'static str> {
        let start = self.at;
        self.take(24)?;
        let mode = self.number()?;
        self.take(12 + self.hash)?;
        let flags = self.take(2)?;
        if version >= 3 && flags[0] & 0x40 != 0 {
            self.take(2)?;
        }
        if version == 4 {
            let cut = self.varint()?;
            name.truncate(name.len().checked_sub(cut).ok_or("a name is cut by more than it has")?);
        } else {
            name.clear();
        }
        name.extend_from_slice(self.text()?);
        if name.len() > LONGEST {
            return Err("a name is too long");
        }
        if version < 4 {
            // The zero behind the name is the first of up to eight.
            let length = self.at - start;
            self.take(length.next_multiple_of(8) - length)?;
        }
        Ok(mode)
    }

    /// Passes over the extensions; the hash of the index that this one builds on, if one of them says so.
    fn extensions(&mut self) -> Result<Option<String>, &'static str> {
        let mut shared = None;
        while self.bytes.len().saturating_sub(self.at) > self.hash {
            let signature = self.take(4)?;
            let length = self.number()? as usize;
            let content = self.take(length)?;
            if signature == b"link" {
                let hash = content.get(..self.hash).ok_or(CUT)?;
                // All zeros: there is none.
                shared = hash.iter().any(|&byte| byte != 0).then(|| hex(hash));
            }
        }
        Ok(shared)
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], &'static str> {
        let end = self.at.checked_add(count).ok_or(CUT)?;
        let taken = self.bytes.get(self.at..end).ok_or(CUT)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, &'static str> {
        self.take(4)?.try_into().map(u32::from_be_bytes).map_err(|_| CUT)
    }

    /// What stands before the next zero, which is passed.
    fn text(&mut self) -> Result<&'b [u8], &'static str> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = memchr::memchr(0, rest).ok_or(CUT)?;
        self.at += length + 1;
        Ok(&rest[..length])
    }

    /// A number as git writes it in as few bytes as it needs.
    fn varint(&mut self) -> Result<usize, &'static str> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            let more = value.checked_add(1).and_then(|value| value.checked_mul(128));
            value =
                more.filter(|&value| value <= LONGEST * 128).ok_or("a number is too large")? + usize::from(byte & 0x7f);
        }
        Ok(value)
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index with these names and modes, as git writes it.
    fn index(version: u32, hash: usize, entries: &[(&str, u32)]) -> Vec<u8> {
        let count = u32::try_from(entries.len()).expect("few");
        let mut bytes = [b"DIRC".as_slice(), &version.to_be_bytes(), &count.to_be_bytes()].concat();
        let mut before = "";
        for (name, mode) in entries {
            let start = bytes.len();
            bytes.extend([0; 24]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend(vec![7; 12 + hash]);
            bytes.extend([if version == 3 { 0x40 } else { 0 }, 1]);
            if version == 3 {
                bytes.extend([0x20, 0]);
            }
            if version == 4 {
                let common = name.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
                bytes.push(u8::try_from(before.len() - common).expect("short"));
                bytes.extend(&name.as_bytes()[common..]);
                bytes.push(0);
            } else {
                bytes.extend(name.as_bytes());
                bytes.push(0);
                let length = bytes.len() - start;
                bytes.extend(vec![0; length.next_multiple_of(8) - length]);
            }
            before = name;
        }
        bytes
    }

    fn finished(mut bytes: Vec<u8>, hash: usize) -> Vec<u8> {
        bytes.extend(b"TREE\0\0\0\x02xx");
        bytes.extend(vec![9; hash]);
        bytes
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
        let mut names = Names::default();
        names.add(bytes)?;
        Ok(names.finish().names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }

    const ENTRIES: [(&str, u32); 6] = [
        (".gitignore", 0o100_644),
        ("a/b.yaml", 0o100_644),
        ("a/c.JSON", 0o100_755),
        ("a/link", LINK),
        ("main.rs", 0o100_644),
        ("sub", SUBMODULE),
    ];

    #[test]
    fn every_version_and_hash_gives_what_a_walk_could_read() {
        for version in 2..=4 {
            for hash in HASHES {
                let bytes = finished(index(version, hash, &ENTRIES), hash);
                assert_eq!(names(&bytes), Ok(["a/b.yaml", "a/c.JSON", "a/link", "sub"].map(str::to_owned).to_vec()));
            }
        }
    }

    #[test]
    fn what_is_tracked_is_found_by_its_name_and_by_its_directory() {
        let mut names = Names::default();
        names.add(&finished(index(2, 20, &ENTRIES), 20)).expect("an index");
        let index = names.finish();
        assert!(index.holds(b".gitignore") && index.ignore_files.len() == 1);
        assert!(index.holds(b"a/b.yaml") && index.holds(b"sub") && !index.holds(b"a/b") && !index.holds(b"main.rs"));
        assert!(
            index.holds_below(b"a")
                && !index.holds_below(b"a/b")
                && !index.holds_below(b"su")
                && index.holds_below(b"")
        );
    }

    #[test]
    fn no_cut_or_changed_index_does_harm() {
        for version in 2..=4 {
            let whole = finished(index(version, 20, &ENTRIES), 20);
            let all = names(&whole);
            for end in 0..whole.len() {
                let cut = names(&whole[..end]);
                // Cut between the entries and the hash it looks whole, and all entries are there.
                assert!(cut.is_err() || cut == all, "version {version}, {end} bytes");
            }
            for at in 0..whole.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff] {
                    let mut changed = whole.clone();
                    changed[at] = value;
                    drop(names(&changed));
                }
            }
        }
        assert!(names(b"").is_err() && names(&[b"DIRC".as_slice(), &[0; 100]].concat()).is_err());
        let endless = [b"DIRC".as_slice(), &4_u32.to_be_bytes(), &u32::MAX.to_be_bytes()].concat();
        assert!(names(&endless).is_err(), "it says that there are four billion entries");
    }

    #[test]
    fn the_index_that_a_split_one_builds_on_is_named() {
        let mut bytes = index(2, 20, &ENTRIES[1..2]);
        bytes.extend(b"link\0\0\0\x14");
        bytes.extend([0xAB; 20]);
        bytes.extend([0; 20]);
        assert_eq!(Names::default().add(&bytes), Ok(Some("ab".repeat(20))));
    }
}
