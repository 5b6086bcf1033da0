//! Which of the files to read are patches of kustomize, and no objects.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::manifest::kustomization::{Listed, NAMES};
use crate::source::confine::Given;
use crate::source::discover::{Directory, Input};
use crate::source::path::normal;

/// The walked files that a kustomization of the walk lists as patches.
#[derive(Default)]
pub struct Patches {
    paths: HashSet<PathBuf>,
    /// Their names, by which most files are told apart without a path made absolute.
    names: HashSet<OsString>,
}

impl Patches {
    /// Reads the kustomizations beside the files to read. One that cannot be read lists nothing: it is reported when
    /// its turn comes.
    pub fn new(inputs: &[Input]) -> Self {
        let walked = inputs.iter().filter(|input| !input.named);
        let may_hold = |directory: &Directory| NAMES.iter().any(|name| directory.may_hold(name));
        let walked = walked.filter(|input| input.directory.as_deref().is_none_or(may_hold));
        let directories = walked.filter_map(|input| Some((input.source.path()?.parent()?, input.directory.as_deref())));
        let directories: HashMap<&Path, Option<&Directory>> = directories.collect();
        // What no walk met is of the project around the working directory.
        let begin = |one: &Option<&Directory>| one.map_or(Path::new(""), Directory::begin).to_owned();
        let given = Given::new(directories.values().map(begin).collect::<HashSet<_>>());
        let directories: Vec<&Path> = directories.into_keys().collect();
        let listed: Vec<Listed> = directories.into_par_iter().map(|one| Listed::read(one, &given)).collect();
        let paths = patches(listed.iter());
        let names = paths.iter().filter_map(|path| Some(path.file_name()?.to_owned())).collect();
        Self { paths, names }
    }

    /// Whether a file is a patch. One that was named is judged as what it is.
    pub fn contains(&self, input: &Input) -> bool {
        let is_patch = |path: &Path| {
            path.file_name().is_none_or(|name| self.names.contains(name)) && self.paths.contains(&normal(path))
        };
        !input.named && input.source.path().is_some_and(is_patch)
    }
}

/// What some kustomizations use as patches. What is an object to one of them is an object, though another patches with
/// it.
fn patches<'l>(listed: impl Iterator<Item = &'l Listed> + Clone) -> HashSet<PathBuf> {
    let resources: HashSet<&PathBuf> = listed.clone().flat_map(|listed| &listed.resources).collect();
    listed.flat_map(|listed| &listed.patches).filter(|patch| !resources.contains(patch)).cloned().collect()
}

/// Whether some kustomizations use a file as a patch.
pub fn is_patch<'l>(path: &Path, listed: impl Iterator<Item = &'l Listed> + Clone) -> bool {
    !listed.clone().any(|listed| listed.resources.contains(path))
        && listed.into_iter().any(|one| one.patches.contains(path))
}
