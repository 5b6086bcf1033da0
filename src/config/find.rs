//! Where configuration files are looked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::source::repository::is_root;

/// The name of a configuration file.
pub const NAME: &str = "podline.yaml";

/// The name of its JSON Schema, as `podline init` writes it.
pub const SCHEMA: &str = "podline.schema.json";

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
                // Outside of repositories nothing counts that lies above.
                Place::Elsewhere if !is_root => Place::Elsewhere,
                Place::Repository(above) if !is_root => Place::Repository(of_directory(ancestor).or(above)),
                _ => Place::Repository(of_directory(ancestor)),
            };
            self.0.insert(ancestor.to_owned(), place.clone());
        }
        place
    }
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
