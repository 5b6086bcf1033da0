//! Files that podline writes anew, if nobody else did meanwhile.

use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::atomic;
use crate::source::confine::{Given, Outside, check_writable};
use crate::source::path::read_regular;

/// Why a file is not written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// A link leads out: what is there was left.
    LeftOutside(Outside),
    /// A link leads out: there is nothing.
    Outside(Outside),
    /// What is there cannot be looked at.
    Look(io::Error),
    /// What is there cannot be read again.
    ReadAgain(io::Error),
    /// It changed since it was read.
    Changed,
    /// Nobody is to write it.
    ReadOnly,
    /// Somebody else wrote what is there.
    Exists,
    /// It is a symbolic link.
    Link,
    /// Writing failed.
    Write(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOutside(outside) => write!(f, "{outside}, and was left as it is"),
            Self::Outside(outside) => write!(f, "{outside}, and is not written"),
            Self::Look(error) => error.fmt(f),
            Self::ReadAgain(error) => write!(f, "cannot be read again: {error}"),
            Self::Changed => f.write_str("changed while podline worked on it, and was left as it is"),
            Self::ReadOnly => f.write_str("is read-only, and was left as it is"),
            Self::Exists => f.write_str("exists, and podline did not write it"),
            Self::Link => f.write_str("is a symbolic link, which podline does not write through"),
            Self::Write(error) => write!(f, "cannot be written: {error}"),
        }
    }
}

/// Puts a new text in the place of a file's old one, at once and with the same permissions.
///
/// A symbolic link stays one, and what it points to is written, as long as that lies in the repository, or outside of
/// one in the working directory.
///
/// # Errors
/// The file changed since it was read, a link leads out, or it cannot be written.
pub(super) fn replace(path: &Path, old: &str, new: &str) -> Result<(), WriteError> {
    let target = target(path).map_err(WriteError::LeftOutside)?;
    let bytes = read_regular(&target).map_err(WriteError::ReadAgain)?;
    if bytes != old.as_bytes() {
        return Err(WriteError::Changed);
    }
    // The directory may let it be replaced, and so may root's rights.
    if fs::metadata(&target).is_ok_and(|found| found.permissions().readonly()) {
        return Err(WriteError::ReadOnly);
    }
    atomic::write(&target, &[new]).map_err(WriteError::Write)
}

/// Writes a file that podline alone writes, or none yet.
///
/// # Errors
/// Something else is there, or it cannot be written.
pub(super) fn create(path: &Path, text: &str, header: &str) -> Result<(), WriteError> {
    match head(path, header.len()) {
        Ok(known) if known != header.as_bytes() => {
            return Err(WriteError::Exists);
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(WriteError::Look(error)),
        _ => {}
    }
    check_writable(path).map_err(WriteError::Outside)?;
    if path.is_symlink() {
        return Err(WriteError::Link);
    }
    atomic::write(path, &[text]).map_err(WriteError::Write)
}

/// Whether podline wrote a file: it begins with this header.
pub(super) fn is_own(path: &Path, header: &str) -> bool {
    head(path, header.len()).is_ok_and(|known| known == header.as_bytes())
}

/// Whether there is something in a file, and it does not begin with this header. What cannot be read is nothing.
pub(super) fn is_other(path: &Path, header: &str) -> bool {
    head(path, header.len()).is_ok_and(|known| !known.is_empty() && known != header.as_bytes())
}

/// So many bytes of a file from its start, or all that it has.
fn head(path: &Path, length: usize) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut head = Vec::with_capacity(length);
    fs::File::open(path)?.take(length as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// What a path stands for, if it may be written.
fn target(path: &Path) -> Result<PathBuf, Outside> {
    check_writable(path)?;
    if !path.is_symlink() {
        return Ok(path.to_owned());
    }
    let directory = path.parent().unwrap_or(Path::new(""));
    Given::new([PathBuf::new()]).root(directory).inside(path)
}
