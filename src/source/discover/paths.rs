//! Paths: as they are shown, as they are walked, as ignore files see them.

use std::fmt::Write;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, MAIN_SEPARATOR_STR, Path, PathBuf};

use crate::source::path::name_of;

/// Endings of the files that a walk reads. Case does not matter: a `WEB.YAML` that went unread would go
/// unread silently.
const MANIFEST_ENDINGS: [&str; 3] = [".yaml", ".yml", ".json"];

/// Whether a walk would read a file of this name.
pub(super) fn has_manifest_ending(path: &Path) -> bool {
    let name = name_of(path).unwrap_or_default().as_encoded_bytes();
    MANIFEST_ENDINGS.iter().any(|ending| {
        let start = name.len().saturating_sub(ending.len());
        name[start..].eq_ignore_ascii_case(ending.as_bytes())
    })
}

/// The path without `./`, doubled or trailing slashes; the working directory becomes the empty path. `..` stays, since
/// what it means depends on symbolic links.
pub(super) fn tidy(path: &Path) -> PathBuf {
    without_dot(&path.components().collect::<PathBuf>()).to_path_buf()
}

/// A path met in a walk, without the `./` that walking `.` puts before it.
pub(super) fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// A directory as the system opens it, which takes no empty path.
pub(super) fn opened(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// The absolute form, by which ignore files are found and matched. Symbolic links stay, so that a link is judged where
/// it stands, except where `..` follows one: `link/..` is the parent of the link's target.
pub(super) fn absolute(cwd: &Path, path: &Path) -> PathBuf {
    let path = without_dot(path);
    // Joined to nothing it would end in a slash.
    let joined = if path.as_os_str().is_empty() { cwd.to_path_buf() } else { cwd.join(path) };
    if !joined.components().any(|component| component == Component::ParentDir) {
        return joined;
    }
    let resolved = match (joined.parent(), joined.file_name()) {
        (Some(parent), Some(name)) => fs::canonicalize(parent).map(|parent| parent.join(name)),
        _ => fs::canonicalize(&joined),
    };
    resolved.unwrap_or(joined)
}

/// The path as reports show it: see [`super::Input::display`].
pub(super) fn display(path: &Path) -> String {
    let mut text = String::with_capacity(path.as_os_str().len());
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace(MAIN_SEPARATOR_STR, "/"));
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// The message of a [`super::Problem`]: the same words on every system where that is possible.
pub(super) fn describe(error: &io::Error, path: &Path) -> String {
    match error.kind() {
        ErrorKind::NotFound if path.is_symlink() => "broken symbolic link".to_owned(),
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
    }
}
