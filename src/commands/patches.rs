//! Which of the files to read are patches of kustomize, and no objects.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest::kustomization::{NAMES, patch_files, resource_files};
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::yaml::{parse, split};

/// The walked files that a kustomization of the walk lists as patches.
pub(super) struct Patches(HashSet<PathBuf>);

impl Patches {
    /// Reads the kustomizations beside the files to read. One that cannot be read lists nothing: it is reported when
    /// its turn comes.
    pub fn new(inputs: &[Input]) -> Self {
        let walked = inputs.iter().filter(|input| !input.named).filter_map(path_of);
        let directories: BTreeSet<&Path> = walked.filter_map(Path::parent).collect();
        let (mut patches, mut resources) = (HashSet::new(), HashSet::new());
        for directory in directories {
            for file in NAMES.iter().filter_map(|name| read(&directory.join(name))) {
                for tree in split::split(&file).iter().filter_map(|piece| parse::parse(&file, piece).ok()) {
                    patches.extend(patch_files(&tree).iter().map(|patch| normal(&directory.join(patch))));
                    resources.extend(resource_files(&tree).iter().map(|file| normal(&directory.join(file))));
                }
            }
        }
        // What is an object to one kustomization is an object, though another patches with it.
        patches.retain(|patch| !resources.contains(patch));
        Self(patches)
    }

    /// Whether a file is a patch. One that was named is judged as what it is.
    pub fn contains(&self, input: &Input) -> bool {
        // Most runs have none, and need no path made absolute.
        !self.0.is_empty() && !input.named && path_of(input).is_some_and(|path| self.0.contains(&normal(path)))
    }
}

fn path_of(input: &Input) -> Option<&Path> {
    match &input.source {
        Source::File(path) => Some(path),
        Source::Stdin => None,
    }
}

fn read(path: &Path) -> Option<SourceFile> {
    SourceFile::new(path.to_string_lossy(), fs::read(path).ok()?).ok()
}
