//! What a walk passes over although it could be a manifest, or hold some.

use std::fmt;
use std::fs::FileType;
use std::path::PathBuf;
use std::sync::Arc;

use super::{order, paths};
use crate::source::confine::Outside;

/// Something that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The path, written as in [`super::Input::display`]. That of a directory stands for all that is in it.
    pub display: String,
    /// Why it is not read.
    pub why: Why,
}

/// A glob that leaves something out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    /// As it is written, or how that begins.
    pub text: String,
    /// Where: an ignore file, a configuration or an option.
    pub place: String,
}

/// Why something is passed over. Shown, it says what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It leads out of the root.
    Outside(Outside),
    /// It is no file: to open it could wait for ever, or never end.
    Special(&'static str),
    /// A link that leads to itself, or to a directory that it stands in.
    Loop,
    /// A hidden directory of a tool.
    Hidden,
    /// A directory that version control keeps for itself. None of it is part of a checkout.
    VersionControl,
    /// An ignore file or an option has it left out.
    Ignored(Arc<Glob>),
    /// A link, or another name on the way to a link, of what is read by this name.
    Linked(String),
    /// The name of a file that was named is not that of a manifest, and only what a walk would read was to be read.
    OtherEnding,
}

impl Why {
    /// What is neither a file nor a directory.
    pub(super) fn special(kind: FileType) -> Self {
        Self::Special(name(kind))
    }

    /// What a glob leaves out that stands in this place.
    pub(crate) fn ignored(glob: &str, place: impl fmt::Display) -> Self {
        // The line of an ignore file may be of any length.
        let end = glob.char_indices().nth(MOST_SHOWN).map(|(end, _)| end);
        let glob = end.map_or_else(|| glob.to_owned(), |end| format!("{}…", &glob[..end]));
        Self::Ignored(Arc::new(Glob { text: glob, place: place.to_string() }))
    }
}

/// So many characters of a glob are shown.
const MOST_SHOWN: usize = 80;

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(outside) => write!(f, "{outside}"),
            Self::Special(kind) => f.write_str(kind),
            Self::Loop => f.write_str("a symbolic link that leads in a circle"),
            Self::Hidden => f.write_str("settings or caches of a tool"),
            Self::VersionControl => f.write_str("what version control keeps for itself"),
            Self::Ignored(by) => write!(f, "by {} in {}", by.text, by.place),
            Self::Linked(name) => write!(f, "leads to {name}, which is read"),
            Self::OtherEnding => f.write_str("neither *.yaml, *.yml nor *.json"),
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
