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

/// The labels or annotations of a Namespace: see [`entries_of`].
fn entries(tree: &Tree<'_>, namespace: &Object, list: &str) -> Vec<Label> {
    entries_of(tree, tree.get(namespace.node, "metadata").and_then(|metadata| tree.get(metadata, list)))
}

/// The entries of labels or annotations. Values that are no strings are passed over: the API server refuses such an
/// object as a whole, which is reported elsewhere.
pub fn entries_of(tree: &Tree<'_>, list: Option<NodeId>) -> Vec<Label> {
    entries_if(tree, list, |_| true)
}

/// Those of them whose keys are of interest.
pub fn entries_if(tree: &Tree<'_>, list: Option<NodeId>, is_wanted: impl Fn(&str) -> bool) -> Vec<Label> {
    let entries = list.map(|list| tree.entries(list)).unwrap_or_default();
    let label = |entry: crate::yaml::entries::Entry| {
        let key = tree.key(entry.key).ok().filter(|key| is_wanted(key))?.into_owned();
        let value = if tree.is_null(entry.value) { String::new() } else { tree.string(entry.value)?.into_owned() };
        Some(Label { key, value, key_node: entry.key, value_node: entry.value })
    };
    entries.filter_map(label).collect()
}

/// Objects by which a controller makes namespaces: group, kind, and where they hold the labels and annotations of these.
///
/// Source: `project.openshift.io/v1` of openshift/api; `ManagedNamespaceMetadata` in `pkg/apis/application/v1alpha1` of
/// argoproj/argo-cd; `NamespaceOptions` in `api/v1beta2` of projectcapsule/capsule; `BundleDeploymentOptions` in
/// `pkg/apis/fleet.cattle.io/v1alpha1` of rancher/fleet.
const MAKERS: [(&str, &str, &str, &str); 7] = [
    ("project.openshift.io", "Project", "metadata.labels", "metadata.annotations"),
    (
        "argoproj.io",
        "Application",
        "spec.syncPolicy.managedNamespaceMetadata.labels",
        "spec.syncPolicy.managedNamespaceMetadata.annotations",
    ),
    (
        "argoproj.io",
        "ApplicationSet",
        "spec.template.spec.syncPolicy.managedNamespaceMetadata.labels",
        "spec.template.spec.syncPolicy.managedNamespaceMetadata.annotations",
    ),
    (
        "capsule.clastix.io",
        "Tenant",
        "spec.namespaceOptions.additionalMetadata.labels",
        "spec.namespaceOptions.additionalMetadata.annotations",
    ),
    (
        "capsule.clastix.io",
        "Tenant",
        "spec.namespaceOptions.additionalMetadataList[*].labels",
        "spec.namespaceOptions.additionalMetadataList[*].annotations",
    ),
    ("fleet.cattle.io", "Bundle", "spec.namespaceLabels", "spec.namespaceAnnotations"),
    ("fleet.cattle.io", "Bundle", "spec.targets[*].namespaceLabels", "spec.targets[*].namespaceAnnotations"),
];

/// Where an object holds the labels, and the annotations, of the namespaces that are made by it.
pub fn made_by(object: &Object) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_it = |(group, kind, ..): &&(&str, &str, &str, &str)| *group == object.group() && *kind == object.kind;
    MAKERS.iter().filter(is_it).map(|(_, _, labels, annotations)| (*labels, *annotations))
}
