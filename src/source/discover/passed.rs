//! What a walk passes over although its name is that of a manifest.

use std::fmt;
use std::fs::FileType;
use std::path::PathBuf;

use super::{order, paths};
use crate::source::confine::Outside;

/// Something that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The path, written as in [`super::Input::display`]. It may be that of a directory.
    pub display: String,
    /// Why it is not read.
    pub why: Why,
}

/// Why something is passed over. Shown, it says what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It leads out of the root.
    Outside(Outside),
    /// It is no file: to open it could wait for ever, or never end.
    Special(&'static str),
}

impl Why {
    /// What is neither a file nor a directory.
    pub(super) fn special(kind: FileType) -> Self {
        Self::Special(name(kind))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(outside) => write!(f, "{outside}"),
            Self::Special(kind) => f.write_str(kind),
        }
    }
}

/// Something on its way to become [`PassedOver`]: with the index of the path that it comes from.
pub(super) type Entry = (usize, PathBuf, Why);

/// All of it in the order of inputs. What several paths lead to is told once.
pub(super) fn sorted(mut entries: Vec<Entry>) -> Vec<PassedOver> {
    entries.sort_by_cached_key(|(place, path, _)| order(*place, path));
    let mut told = std::collections::HashSet::new();
    entries.retain(|(_, path, _)| told.insert(path.clone()));
    entries.into_iter().map(|(_, path, why)| PassedOver { display: paths::display(&path), why }).collect()
}

#[cfg(unix)]
fn name(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn name(_: FileType) -> &'static str {
    "a device"
}
