//! Where configuration files are looked for.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::source::repository::is_root;

/// The names of a configuration file; two in one directory are a mistake. `podline init` writes the first.
pub const NAMES: [&str; 4] = [NAME, "podline.yml", ".podline.yaml", ".podline.yml"];

/// What configuration files are called where they are spoken of.
pub const NAME: &str = "podline.yaml";

/// The name of its JSON Schema, as `podline init` writes it.
pub const SCHEMA: &str = "podline.schema.json";

/// Whether a configuration file may be called so.
pub fn is_name(name: &OsStr) -> bool {
    NAMES.iter().any(|known| name == *known)
}

/// Where a directory lies.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a repository, with this configuration file in it or above it.
    Repository(Option<PathBuf>),
    /// In none.
    Elsewhere,
}

/// Looks for the nearest configuration file in a directory or above it, up to the root of the repository.
pub fn look(directory: &Path) -> Place {
    Places::default().look(directory)
}

/// As [`look`], for many directories: each of them and those above it are looked into once.
#[derive(Debug, Default)]
pub struct Places(HashMap<PathBuf, Place>);

impl Places {
    /// Where a directory lies, which is absolute.
    pub fn look(&mut self, directory: &Path) -> Place {
        let mut place = Place::Elsewhere;
        let mut unknown = Vec::new();
        for ancestor in directory.ancestors() {
            if let Some(known) = self.0.get(ancestor) {
                place = known.clone();
                break;
            }
            unknown.push(ancestor);
        }
        for ancestor in unknown.into_iter().rev() {
            let is_root = is_root(ancestor);
            place = match place {
                // How far up to look outside of repositories is for others to say: see `up_to`.
                Place::Elsewhere if !is_root => Place::Elsewhere,
                Place::Repository(above) if !is_root => Place::Repository(of_directory(ancestor).or(above)),
                _ => Place::Repository(of_directory(ancestor)),
            };
            self.0.insert(ancestor.to_owned(), place.clone());
        }
        place
    }
}

/// The nearest configuration file of files in no repository: in their directory or above it, up to the highest of these
/// directories that they lie in. All are absolute.
pub fn up_to<'b>(highest: impl IntoIterator<Item = &'b PathBuf>, directory: &Path) -> Option<PathBuf> {
    let around = highest.into_iter().filter(|bound| directory.starts_with(bound));
    let bound = around.min_by_key(|bound| bound.as_os_str().len())?;
    directory.ancestors().take_while(|above| above.starts_with(bound)).find_map(of_directory)
}

/// The configuration file of files that lie in no repository, and in no directory that has one: that of the directory
/// from which podline works, which is absolute.
pub fn of_here(here: &Path) -> Option<PathBuf> {
    match look(here) {
        Place::Repository(file) => file,
        Place::Elsewhere => of_directory(here),
    }
}

/// Another configuration file in the directory of this one.
pub fn beside(file: &Path) -> Option<PathBuf> {
    let others = NAMES.iter().map(|name| file.with_file_name(name)).filter(|other| other != file);
    others.into_iter().find(|other| other.symlink_metadata().is_ok())
}

/// The configuration file of a directory.
pub(super) fn of_directory(directory: &Path) -> Option<PathBuf> {
    // One that cannot be read must not pass for none: it is found, and told when it is opened.
    NAMES.iter().map(|name| directory.join(name)).find(|path| path.symlink_metadata().is_ok())
}
