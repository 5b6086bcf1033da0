//! Namespaces: their names and labels, with the places of these.

use super::object::Object;
use crate::yaml::tree::{NodeId, Tree};

/// A label of a Namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its key.
    pub key: String,
    /// Its value; "" for null, as Kubernetes reads it.
    pub value: String,
    /// Where the key stands.
    pub key_node: NodeId,
    /// Where the value stands.
    pub value_node: NodeId,
}

/// Whether an object is a Namespace.
pub fn is_namespace(object: &Object) -> bool {
    object.kind == "Namespace" && object.api_version == "v1"
}

/// The labels of a Namespace whose keys begin with `prefix`.
pub fn labels(tree: &Tree<'_>, namespace: &Object, prefix: &str) -> Vec<Label> {
    let mut labels = entries(tree, namespace, "labels");
    labels.retain(|label| label.key.starts_with(prefix));
    labels
}

/// The labels or annotations of a Namespace. Values that are no strings are passed over: the API server refuses such an
/// object as a whole, which is reported elsewhere.
pub fn entries(tree: &Tree<'_>, namespace: &Object, list: &str) -> Vec<Label> {
    let labels = tree.get(namespace.node, "metadata").and_then(|metadata| tree.get(metadata, list));
    let entries = labels.map(|labels| tree.entries(labels)).unwrap_or_default();
    let label = |entry: crate::yaml::entries::Entry| {
        let key = tree.key(entry.key).ok()?.into_owned();
        let value = if tree.is_null(entry.value) { String::new() } else { tree.string(entry.value)?.into_owned() };
        Some(Label { key, value, key_node: entry.key, value_node: entry.value })
    };
    entries.filter_map(label).collect()
}
