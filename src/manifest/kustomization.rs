//! What a kustomization says of the files beside it.

use crate::yaml::tree::{NodeId, Tree};

/// The file names that kustomize reads.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The files that a kustomization applies as patches, as it names them: relative to its directory.
///
/// Source: `Kustomization` in `sigs.k8s.io/kustomize/api/types/kustomization.go`.
pub fn patch_files(tree: &Tree<'_>) -> Vec<String> {
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
pub fn resource_files(tree: &Tree<'_>) -> Vec<String> {
    let resources = tree.root().and_then(|root| tree.get(root, "resources"));
    let elements = resources.into_iter().flat_map(|list| tree.elements(list));
    elements.filter_map(|file| tree.string(file)).map(std::borrow::Cow::into_owned).collect()
}
