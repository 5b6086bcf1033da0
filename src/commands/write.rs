//! Files that podline writes anew, if nobody else did meanwhile.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::atomic;
use crate::source::confine::{Given, Outside, check_writable};
use crate::source::path::read_regular;

/// Puts a new text in the place of a file's old one, at once and with the same permissions.
///
/// A symbolic link stays one, and what it points to is written, as long as that lies in the repository, or outside of
/// one in the working directory.
///
/// # Errors
/// A message for the user: the file changed since it was read, a link leads out, or it cannot be written.
pub(super) fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    let target = target(path).map_err(|outside| format!("{outside}, and was left as it is"))?;
    let bytes = read_regular(&target).map_err(|error| format!("cannot be read again: {error}"))?;
    if bytes != old.as_bytes() {
        return Err("changed while podline worked on it, and was left as it is".to_owned());
    }
    atomic::write(&target, &[new]).map_err(|error| format!("cannot be written: {error}"))
}

/// Writes a file that podline alone writes, or none yet.
///
/// # Errors
/// A message for the user, with the file's name.
pub(super) fn create(path: &Path, text: &str, header: &str) -> Result<(), String> {
    let name = path.display();
    match head(path, header.len()) {
        Ok(known) if known != header.as_bytes() => {
            return Err(format!("{name}: exists, and podline did not write it"));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(format!("{name}: {error}")),
        _ => {}
    }
    check_writable(path).map_err(|outside| format!("{name}: {outside}, and is not written"))?;
    if path.is_symlink() {
        return Err(format!("{name}: is a symbolic link, which podline does not write through"));
    }
    atomic::write(path, &[text]).map_err(|error| format!("{name}: cannot be written: {error}"))
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
