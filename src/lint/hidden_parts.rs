//! Placeholders in patches that stand for containers, or for all of a pod template: nobody knows what they set.

use super::patch::steps_of;
use super::unfilled::{hidden, is_container};
use crate::finding::{Finding, ReportEntry};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::yaml::locate::walk;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Says of each where it stands in the patch.
pub(super) fn hidden_parts(file: &SourceFile, tree: &Tree<'_>, root: NodeId) -> Vec<ReportEntry> {
    let mut found = Vec::new();
    if tree.kind(root) == Kind::Sequence {
        for operation in tree.elements(root) {
            if let Some((pointer, value)) = tree.get_str(operation, "path").zip(tree.get(operation, "value")) {
                find(file, tree, (value, &named_by(&pointer)), &mut found);
            }
        }
    } else {
        find(file, tree, (root, &FieldPath::ROOT), &mut found);
    }
    found
}

/// Finds them in what is set at a field of the object.
fn find(file: &SourceFile, tree: &Tree<'_>, (set, at): (NodeId, &FieldPath), found: &mut Vec<ReportEntry>) {
    walk(tree, set, |node, path| {
        let text = tree.raw(node);
        if tree.kind(node) != Kind::Scalar || hidden(text).is_none() {
            return;
        }
        let patched = at.join(&FieldPath::new(path.to_vec()));
        if !holds_containers(&patched) {
            return;
        }
        let message = format!("{patched} is {text}: podline does not know its value, and has not judged it");
        let finding = Finding::within(file, id::UNJUDGED_SETTINGS, tree.span(node), message);
        found.push(ReportEntry::from(finding.path(patched).value(Some(text)).build()));
    });
}

/// The field that an operation of a JSON patch names.
fn named_by(pointer: &str) -> FieldPath {
    let segment = |step: String| match step.parse() {
        Ok(index) => Segment::Index(index),
        // The end of the list.
        Err(_) if step == "-" => Segment::Index(0),
        Err(_) => Segment::Field(step.into()),
    };
    FieldPath::new(steps_of(pointer).map(segment).collect())
}

/// Whether a field is a pod template, its spec, its containers, or one of these.
fn holds_containers(path: &FieldPath) -> bool {
    let is = |segment: &Segment, name: &str| matches!(segment, Segment::Field(field) if field == name);
    let is_template = match path.segments() {
        [.., before, last] if is(last, "spec") => is(before, "template"),
        [.., last] => is(last, "template") || is(last, "jobTemplate"),
        [] => false,
    };
    is_template || is_container(path)
}
