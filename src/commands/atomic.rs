//! Files that are there whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::Path;

use crate::source::confine::check_writable;

/// Writes the parts of a text to a file, and makes the directories it lies in. Whoever reads it sees the old text or the
/// new one.
///
/// What is no ordinary file (a device, a pipe) is written to as it is; a link keeps leading to its file, and is followed
/// only as [`check_writable`] allows.
pub(super) fn write(path: &Path, text: &[impl AsRef<[u8]>]) -> io::Result<()> {
    let write = |mut file: &File| text.iter().try_for_each(|part| file.write_all(part.as_ref()));
    check_writable(path).map_err(io::Error::other)?;
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file() && !before.is_dir()) {
        return write(&fs::OpenOptions::new().write(true).open(path)?);
    }
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".podline-").suffix(".tmp");
    if let Some(new) = new_permissions() {
        builder.permissions(new);
    }
    let file = builder.tempfile_in(directory)?;
    write(file.as_file())?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The permissions that any new file has, from which the system takes what the user's mask forbids.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "there are none elsewhere")]
fn new_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

/// The permissions that any new file has: the system's own.
#[cfg(not(unix))]
fn new_permissions() -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_made_and_nothing_else_is_left() {
        let scratch = tempfile::tempdir().expect("a directory");
        let path = scratch.path().join("a/b/c.sarif");
        write(&path, &[b"one"]).expect("written");
        write(&path, &[b"two"]).expect("written again");
        assert_eq!(fs::read(&path).expect("readable"), b"two");
        assert_eq!(fs::read_dir(scratch.path().join("a/b")).expect("a directory").count(), 1);
        assert!(write(scratch.path(), &[b"x"]).is_err(), "a directory is no file");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_the_file_before_or_of_any_new_one() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = tempfile::tempdir().expect("a directory");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        let (kept, new, other) =
            (scratch.path().join("kept"), scratch.path().join("new"), scratch.path().join("other"));
        fs::write(&kept, "").expect("written");
        fs::set_permissions(&kept, Permissions::from_mode(0o640)).expect("set");
        fs::write(&other, "").expect("written");
        write(&kept, &[b"x"]).expect("written");
        write(&new, &[b"x"]).expect("written");
        assert_eq!((mode(&kept), mode(&new)), (0o640, mode(&other)));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_keeps_leading_to_its_file_and_a_device_stays_one() {
        let scratch = tempfile::tempdir().expect("a directory");
        let (file, link) = (scratch.path().join("file"), scratch.path().join("link"));
        fs::write(&file, "").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        write(&link, &[b"x"]).expect("written");
        assert_eq!(fs::read(&file).expect("readable"), b"x");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        write(Path::new("/dev/null"), &[b"x"]).expect("written");
    }
}
