//! What a kustomization says of the files beside it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::overlay::{self, Overlay};
use crate::source::confine::Given;
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular};
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::{parse, split};

/// The file names that kustomize reads.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The test of Chainsaw in a directory.
pub const CHAINSAW: &str = "chainsaw-test.yaml";

/// What the kustomizations of a directory list, as absolute paths.
#[derive(Debug, Default)]
pub struct Listed {
    /// What they apply as patches.
    pub patches: HashSet<PathBuf>,
    /// What they take as objects.
    pub resources: HashSet<PathBuf>,
    /// Those that patch.
    pub overlays: Vec<Overlay>,
    /// What the tests of Chainsaw beside them assert, instead of creating it.
    pub assertions: HashSet<PathBuf>,
}

impl Listed {
    /// Reads the kustomizations of a directory. One that cannot be read, or is a link out of the root, lists nothing.
    pub fn read(directory: &Path, given: &Given) -> Self {
        let mut listed = Self::default();
        let read = |path: PathBuf| {
            let is_link = fs::symlink_metadata(&path).ok()?.is_symlink();
            let bytes = if is_link { given.root(directory).read(&path) } else { read_regular(&path) };
            Some((SourceFile::new("", bytes.ok()?).ok()?, path))
        };
        for (file, path) in NAMES.iter().filter_map(|name| read(directory.join(name))) {
            for tree in split::split(&file).iter().filter_map(|piece| parse::parse(&file, piece).ok()) {
                let place = |file: &String| normal(&directory.join(file));
                listed.patches.extend(patch_files(&tree).iter().map(place));
                listed.resources.extend(resource_files(&tree).iter().map(place));
                listed.overlays.extend(overlay::read(&tree, &normal(&path)));
            }
        }
        if let Some((file, _)) = read(directory.join(CHAINSAW)) {
            for tree in split::split(&file).iter().filter_map(|piece| parse::parse(&file, piece).ok()) {
                listed.assertions.extend(asserted_files(&tree).iter().map(|file| normal(&directory.join(file))));
            }
        }
        listed
    }
}

/// The files that a kustomization applies as patches, as it names them: relative to its directory.
///
/// Source: `Kustomization` in `sigs.k8s.io/kustomize/api/types/kustomization.go`.
fn patch_files(tree: &Tree<'_>) -> Vec<String> {
    let Some(root) = tree.root() else { return Vec::new() };
    let list = |key| tree.get(root, key).map(|list| tree.elements(list).collect::<Vec<NodeId>>()).unwrap_or_default();
    let with_path = ["patches", "patchesJson6902"].into_iter().flat_map(list);
    let mut files: Vec<String> =
        with_path.filter_map(|patch| tree.get_str(patch, "path")).map(std::borrow::Cow::into_owned).collect();
    // An element is a file or the patch itself; what has lines or braces is no file name.
    let merges = list("patchesStrategicMerge").into_iter().filter_map(|patch| tree.string(patch));
    files.extend(merges.filter(|patch| !patch.contains(['\n', '{'])).map(std::borrow::Cow::into_owned));
    files
}

/// The files and directories that a kustomization is made of: what it takes as objects.
fn resource_files(tree: &Tree<'_>) -> Vec<String> {
    let resources = tree.root().and_then(|root| tree.get(root, "resources"));
    let elements = resources.into_iter().flat_map(|list| tree.elements(list));
    elements.filter_map(|file| tree.string(file)).map(std::borrow::Cow::into_owned).collect()
}

/// The files that a test of Chainsaw asserts, as it names them.
///
/// Source: `Assert` and `Error` in `pkg/apis/v1alpha1` of kyverno/chainsaw.
fn asserted_files(tree: &Tree<'_>) -> Vec<String> {
    let Some(root) = tree.root() else { return Vec::new() };
    let mappings = tree.inside(root).filter(|&node| tree.kind(node) == Kind::Mapping);
    let asserted = mappings.flat_map(|mapping| ["assert", "error"].map(|key| tree.get(mapping, key)));
    asserted.flatten().filter_map(|one| tree.get_str(one, "file")).map(std::borrow::Cow::into_owned).collect()
}
