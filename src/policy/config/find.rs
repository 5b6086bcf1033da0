//! Where configuration files are looked for.

use std::path::{Path, PathBuf};

/// The name of a configuration file.
pub const NAME: &str = "podline.yaml";

/// The name of its JSON Schema, as `podline init` writes it.
pub const SCHEMA: &str = "podline.schema.json";

/// Where a directory lies.
pub enum Place {
    /// In a repository, with this configuration file in it or above it.
    Repository(Option<PathBuf>),
    /// In none.
    Elsewhere,
}

/// Looks for the nearest configuration file in a directory or above it, up to the root of the repository.
pub fn look(directory: &Path) -> Place {
    let mut found = None;
    for ancestor in directory.ancestors() {
        found = found.or_else(|| of_directory(ancestor));
        if ancestor.join(".git").exists() {
            return Place::Repository(found);
        }
    }
    Place::Elsewhere
}

/// The configuration file of files that lie in no repository: that of the directory from which podline works, which is
/// absolute.
pub fn of_here(here: &Path) -> Option<PathBuf> {
    match look(here) {
        Place::Repository(file) => file,
        Place::Elsewhere => of_directory(here),
    }
}

fn of_directory(directory: &Path) -> Option<PathBuf> {
    // One that cannot be read must not pass for none: it is found, and told when it is opened.
    Some(directory.join(NAME)).filter(|path| path.symlink_metadata().is_ok())
}
