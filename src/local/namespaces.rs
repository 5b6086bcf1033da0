//! Annotations of the Namespaces in the input, which may hold ranges.

use std::collections::BTreeMap;

use crate::manifest::object;
use crate::source::file::SourceFile;
use crate::yaml::parse::parse;
use crate::yaml::split::split;
use crate::yaml::tree::{NodeId, Tree};

/// The name and annotations of every Namespace in a file. What cannot be read says nothing here: it is reported where
/// the file is judged.
pub fn annotations(file: &SourceFile) -> Vec<(String, BTreeMap<String, String>)> {
    let mut found = Vec::new();
    if !file.text().contains("Namespace") {
        return found;
    }
    for piece in split(file) {
        let Ok(tree) = parse(file, &piece) else { continue };
        let Some(root) = tree.root() else { continue };
        let objects = object::objects(&tree, root).objects;
        let namespaces = objects.into_iter().filter(|one| one.kind == "Namespace" && one.api_version == "v1");
        found.extend(namespaces.map(|one| (one.name.clone(), of(&tree, one.node))));
    }
    found
}

fn of(tree: &Tree<'_>, namespace: NodeId) -> BTreeMap<String, String> {
    let annotations = tree.get(namespace, "metadata").and_then(|metadata| tree.get(metadata, "annotations"));
    annotations.map(|annotations| tree.strings(annotations).collect()).unwrap_or_default()
}
