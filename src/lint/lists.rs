//! What stands beside the objects of a list: kubectl takes the list apart and drops everything else of it.

use super::document::{Judge, Outcome};
use crate::finding::Severity;
use crate::manifest::groups;
use crate::manifest::object::Object;
use crate::manifest::suggest::{nearest, slip};
use crate::rules::id;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId};

/// The fields of a list.
const OF_LIST: &[&str] = &["apiVersion", "kind", "metadata", "items"];

/// The fields of an OpenShift Template.
///
/// Source: `Template` in `template/v1/types.go` of openshift/api.
const OF_TEMPLATE: &[&str] = &["apiVersion", "kind", "metadata", "message", "objects", "parameters", "labels"];

impl Judge<'_, '_> {
    /// Says what stands in a list beside its objects, and is lost. An error where that may be a part of an object; a word
    /// more or less is a warning, and what the objects take by its anchor is nothing: `anchors` are [`Judge::anchors`].
    pub fn beside_items(&self, list: &Object, anchors: &[u32], outcome: &mut Outcome) {
        let (known, reader) = if is_template(list) {
            (OF_TEMPLATE, "oc process reads objects")
        } else {
            (OF_LIST, "kubectl reads items")
        };
        let tree = self.tree;
        // A graph of resources has its objects in its spec.
        if !is_template(list) && tree.get(list.node, "items").is_none() {
            self.misspelt_templates(list, outcome);
            return;
        }
        // Nobody here knows what else holds objects of a tool.
        let is_known = groups::is_own(list.group()) || is_template(list) || self.options.row_of(list).is_some();
        for entry in tree.entries(list.node) {
            let Ok(key) = tree.key(entry.key) else { continue };
            if known.contains(&key.as_ref()) || is_private(&key) || self.is_store(entry.value, anchors) {
                continue;
            }
            let near = nearest(&key, known.iter().copied());
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let message = format!("unknown field \"{key}\": {reader} here, and drops this{near}");
            let severity = if is_known && self.is_lost(entry.value) { Severity::Error } else { Severity::Warning };
            let path = FieldPath::ROOT.field(key.into_owned());
            let finding = self.finding(list, id::UNKNOWN_FIELD, tree.span(entry.key), message);
            outcome.push(finding.severity(severity).path(path).value(Some(tree.raw(entry.key))));
        }
        self.namespace_of_list(list, outcome);
    }

    /// Says of resources of a graph that their template is misspelt: one without a template only refers to what exists.
    fn misspelt_templates(&self, graph: &Object, outcome: &mut Outcome) {
        let tree = self.tree;
        let resources = tree.get(graph.node, "spec").and_then(|spec| tree.get(spec, "resources"));
        for (index, resource) in resources.into_iter().flat_map(|list| tree.elements(list)).enumerate() {
            let is_near = |key: NodeId| tree.key(key).is_ok_and(|key| slip(&key, ["template"]).is_some());
            let mut keys = tree.entries(resource).map(|entry| entry.key);
            if tree.get(resource, "template").is_some() {
                continue;
            }
            let Some(key) = keys.find(|key| is_near(*key)) else { continue };
            let name = tree.raw(key);
            let path = FieldPath::of("spec.resources").index(index).field(name.to_owned());
            let message = format!("unknown field \"{path}\": kro reads no object from it; did you mean template?");
            let finding = self.finding(graph, id::UNKNOWN_FIELD, tree.span(key), message);
            outcome.push(finding.severity(Severity::Error).path(path).value(Some(name)));
        }
    }

    /// Whether a value is more than a word.
    fn is_lost(&self, value: NodeId) -> bool {
        self.tree.kind(self.tree.resolve(value)) != Kind::Scalar
    }

    /// Where the nodes begin that aliases of the document stand for, in order.
    pub fn anchors(&self) -> Vec<u32> {
        let tree = self.tree;
        let aliases = tree.root().into_iter().flat_map(|root| tree.inside(root));
        let meant = aliases.filter(|&id| tree.kind(id) == Kind::Alias).map(|id| tree.span(tree.resolve(id)).start);
        let mut starts: Vec<u32> = meant.collect();
        starts.sort_unstable();
        starts
    }

    /// Whether a value, or a part of it, is taken elsewhere by its anchor.
    fn is_store(&self, value: NodeId, anchors: &[u32]) -> bool {
        let span = self.tree.span(value);
        let first = anchors.partition_point(|start| *start < span.start);
        anchors.get(first).is_some_and(|start| *start < span.end.max(span.start + 1))
    }

    /// Says of the namespace of a list that no object of it is put there.
    fn namespace_of_list(&self, list: &Object, outcome: &mut Outcome) {
        if list.namespace.is_empty() || is_template(list) {
            return;
        }
        let path = FieldPath::of("metadata.namespace");
        let span = self.locator.locate(list.node, &path).span;
        let message = format!(
            "unknown field \"{path}\": a {} is in no namespace, and kubectl puts none of its objects there",
            list.kind
        );
        let finding = self.finding(list, id::UNKNOWN_FIELD, span, message).severity(Severity::Warning);
        outcome.push(finding.path(path));
    }
}

/// Whether a list is a Template of OpenShift.
fn is_template(list: &Object) -> bool {
    matches!(list.group(), "" | "template.openshift.io") && list.kind == "Template"
}

/// Whether a key is of those that tools and people keep for themselves.
fn is_private(key: &str) -> bool {
    key == "sops" || key.starts_with("x-") || key.starts_with('.')
}
