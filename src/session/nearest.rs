//! The configuration file that is nearest to each file, by the directory in which it stands.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::find::{NAME, NAMES, Place, Places, of_here, up_to};
use crate::source::confine::Given;
use crate::source::discover::{Directory, Input, Source};
use crate::source::path::{self, normal};

/// The configuration files of directories, by their names as they are given; `None` where there is none. Most names are
/// equal to the one before, and none has to be made absolute twice.
#[derive(Default)]
pub(super) struct Directories(HashMap<OsString, Option<PathBuf>>);

impl Directories {
    /// Finds the file for an input, unless that was asked for its directory before.
    pub fn find(&mut self, input: &Input, finder: &mut Finder) -> Option<PathBuf> {
        let name = directory_of(path_of(input));
        if let Some(file) = self.0.get(name) {
            return file.clone();
        }
        if let Some(directory) = &input.directory {
            return self.find_walked(directory, finder);
        }
        let file = finder.of(path_of(input));
        self.0.insert(name.to_owned(), file.clone());
        file
    }

    /// Finds the file of a directory of the walk. One that holds neither a configuration nor the root of a repository
    /// has that of the one above it.
    fn find_walked(&mut self, directory: &Directory, finder: &mut Finder) -> Option<PathBuf> {
        let mut above = Some(directory);
        let mut unknown = Vec::new();
        while let Some(next) = above.filter(|next| !self.0.contains_key(next.path.as_os_str())) {
            unknown.push(next);
            above = next.above.as_deref();
        }
        let mut known = above.map(|above| self.0[above.path.as_os_str()].clone());
        for directory in unknown.into_iter().rev() {
            let file = match known {
                Some(file) if ![".git"].iter().chain(&NAMES).any(|name| directory.may_hold(name)) => file,
                _ => finder.of(&directory.path.join(NAME)),
            };
            self.0.insert(directory.path.as_os_str().to_owned(), file.clone());
            known = Some(file);
        }
        known.flatten()
    }

    /// The file that was found for an input.
    pub fn get(&self, input: &Input) -> Option<&Path> {
        self.0.get(directory_of(path_of(input)))?.as_deref()
    }
}

/// Looks for configuration files.
#[derive(Default)]
pub(super) struct Finder {
    places: Places,
    /// How far up files in no repository look: the working directory and the directories that were given.
    highest: Vec<PathBuf>,
    /// What they have where they find none.
    of_here: OnceLock<Option<PathBuf>>,
}

impl Finder {
    pub fn new(around: &Given) -> Self {
        let highest = around.directories().into_iter().chain([normal(Path::new("."))]).collect();
        Self { highest, ..Self::default() }
    }

    /// The configuration file of a file.
    fn of(&mut self, path: &Path) -> Option<PathBuf> {
        let absolute = normal(path);
        let directory = absolute.parent().unwrap_or(&absolute);
        match self.places.look(directory) {
            Place::Repository(file) => file,
            Place::Elsewhere => up_to(&self.highest, directory)
                .or_else(|| self.of_here.get_or_init(|| of_here(&normal(Path::new(".")))).clone()),
        }
    }
}

/// Where an input stands: for standard input in the working directory, or where the name is that it is given.
fn path_of(input: &Input) -> &Path {
    match &input.source {
        Source::File(path) => path,
        Source::Stdin => Path::new(&input.display),
    }
}

/// The name of the directory in which a path stands, as the path gives it.
fn directory_of(path: &Path) -> &OsStr {
    match (path::directory_of(path), path::name_of(path)) {
        (Some(parent), Some(_)) => parent.as_os_str(),
        _ => path.as_os_str(),
    }
}
