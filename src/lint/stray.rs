//! What a document is that is no object: an object that lost its type, or something that is none of ours.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::document::{DocumentClass, Judge};
use super::unfilled::{hidden, is_of_sops};
use crate::finding::Finding;
use crate::manifest::object;
use crate::manifest::policies;
use crate::manifest::shape::{self, Lack};
use crate::manifest::template;
use crate::manifest::tools::tool_of;
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::verdict::SkipReason;
use crate::yaml::parse::parse;
use crate::yaml::split::Piece;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// What kubectl says of a document without a kind.
const NO_KIND: &str = "kubectl refuses it (Object 'Kind' is missing)";
/// What it says of one without an apiVersion.
const NO_VERSION: &str = "kubectl refuses it (apiVersion not set)";
/// What it says of a list.
const NO_LIST: &str =
    "kubectl refuses it (cannot unmarshal array); write them as items of kind: List, or as documents of their own";

/// What it says of a text.
const NO_TEXT: &str = "kubectl refuses it (cannot unmarshal string); write the object itself";

/// What a document is, if it is no object as it stands.
pub(super) enum Stray {
    /// An object without a type: kubectl would refuse it.
    Refused(Box<Finding>),
    /// Something else.
    Other(DocumentClass),
    /// A patch or an assertion that is a whole workload all the same.
    Whole(DocumentClass, Box<Finding>),
}

impl Judge<'_, '_> {
    /// What the document is, if it is none that can be judged.
    pub fn stray(&self, root: NodeId) -> Option<Stray> {
        let tree = self.tree;
        let standing = self.standing;
        if tree.kind(root) != Kind::Mapping {
            return Some(self.no_mapping(root));
        }
        let text = tree.text()[self.piece.span().range()].as_bytes();
        let Some(lack) = shape::lack(tree, root) else {
            return self.is_none_of_ours(root, text).map(Stray::Other).or_else(|| self.speaks_of_object(root, text));
        };
        // SOPS leaves keys in clear, so that a pod without a kind is known all the same.
        if is_of_sops(tree, root) && !shape::holds_pod(tree, root) {
            return Some(Stray::Other(DocumentClass::Skipped(SkipReason::Encrypted, "encrypted by SOPS".to_owned())));
        }
        let finding = self.lacking(root, &lack);
        let is_rendered = self.source.is_some();
        if standing.is_in_chart() && !is_rendered {
            let detail = "a file of a chart, without apiVersion and kind";
            return Some(Stray::Other(DocumentClass::Skipped(SkipReason::NotManifest, detail.to_owned())));
        }
        if shape::is_object(tree, root, &lack) {
            return Some(Stray::Refused(Box::new(finding)));
        }
        if tool_of(&tree.get_str(root, "apiVersion").unwrap_or_default(), "").is_some() {
            return Some(Stray::Other(DocumentClass::Skipped(
                SkipReason::NotManifest,
                "configuration of a tool".to_owned(),
            )));
        }
        if !standing.named && (shape::patch_directive(tree, root).is_some() || shape::holds_pod(tree, root)) {
            let detail = "a part of a pod, without apiVersion and kind";
            return Some(Stray::Other(DocumentClass::Skipped(SkipReason::Patch, detail.to_owned())));
        }
        Some(Stray::Other(DocumentClass::Stray(Box::new(finding))))
    }

    fn no_mapping(&self, root: NodeId) -> Stray {
        let tree = self.tree;
        let is_list = tree.kind(root) == Kind::Sequence;
        let at = |message: String| Finding::within(self.file, id::MISSING_KIND, tree.span(root), message).build();
        if is_list && shape::is_json_patch(tree, root) {
            return Stray::Other(DocumentClass::Skipped(SkipReason::Patch, "a JSON patch".to_owned()));
        }
        if is_list && !self.standing.is_in_chart() && shape::holds_objects(tree, root) {
            return Stray::Refused(Box::new(at(format!("the document is a list of objects: {NO_LIST}"))));
        }
        if !is_list && !self.standing.is_in_chart() && shape::is_text_of_object(tree.raw(root)) {
            return Stray::Refused(Box::new(at(format!(
                "the document is a text in which an object stands: {NO_TEXT}"
            ))));
        }
        if let Some(why) = hidden(tree.raw(root)).filter(|_| !is_list) {
            let detail = format!("the document is {}", why.as_str());
            return Stray::Other(DocumentClass::Skipped(why.reason(), detail));
        }
        let kind = if is_list { "a list" } else { "a single value" };
        let finding = at(format!("the document is {kind}, and no object with apiVersion and kind"));
        Stray::Other(DocumentClass::Stray(Box::new(finding)))
    }

    /// What is missing, and what was probably meant for it.
    fn lacking(&self, root: NodeId, lack: &Lack) -> Finding {
        let tree = self.tree;
        let (what, says) = match (lack.kind, lack.api_version) {
            (true, true) => ("neither apiVersion nor kind", NO_KIND),
            (true, false) => ("no kind", NO_KIND),
            _ => ("no apiVersion", NO_VERSION),
        };
        let mut message = format!("the document has {what}: {says}");
        for (at, (key, name)) in lack.misspelt.iter().enumerate() {
            message.push_str(if at == 0 { "; write " } else { ", and " });
            message.push_str(name);
            message.push_str(", not ");
            message.push_str(tree.raw(*key));
        }
        if let Some(meant) = lack.meant {
            message.push_str("; write apiVersion: ");
            message.push_str(meant);
        }
        let head = lack.misspelt.first().map(|(key, _)| *key).or_else(|| tree.children(root).next()).unwrap_or(root);
        Finding::within(self.file, id::MISSING_KIND, tree.span(head), message).build()
    }

    /// Why a document with apiVersion and kind is no object of a cluster.
    fn is_none_of_ours(&self, root: NodeId, text: &[u8]) -> Option<DocumentClass> {
        let (tree, standing) = (self.tree, self.standing);
        let get = |key| tree.get_str(root, key).unwrap_or_default();
        let (version, kind) = (get("apiVersion"), get("kind"));
        let has = |mark: &[u8]| memchr::memmem::find(text, mark).is_some();
        let skipped = |reason, detail: String| Some(DocumentClass::Skipped(reason, detail));
        let is_workload = || template::rows().any(|row| row.is_built_in() && row.kind == kind);
        // A pod in the group of a tool is a pod in a wrong group.
        if let Some(tool) = tool_of(&version, &kind).filter(|_| !(is_workload() && shape::holds_pod(tree, root))) {
            return skipped(SkipReason::NotManifest, format!("configuration of {tool}"));
        }
        if self.source.is_none() {
            let has_no_name = tree.get(root, "metadata").is_none() && tree.get(root, "items").is_none();
            if has_no_name && standing.is_in_chart() {
                return skipped(SkipReason::NotManifest, "a file of a chart, and no object of it".to_owned());
            }
            if has(b"{{") && standing.part() == Some(crate::manifest::chart::Part::Template) {
                return skipped(SkipReason::Unrendered, "Helm template".to_owned());
            }
        }
        None
    }

    /// Whether a document with apiVersion and kind only speaks of an object, in a walk: a patch, or what a test asserts.
    /// One that kubectl would take for a whole workload is worth a word.
    fn speaks_of_object(&self, root: NodeId, text: &[u8]) -> Option<Stray> {
        static EXPRESSION: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("):"));
        let (tree, standing) = (self.tree, self.standing);
        let get = |key| tree.get_str(root, key).unwrap_or_default();
        if standing.named || policies::is_of_system(&get("apiVersion"), &get("kind")) {
            return None;
        }
        let asserts =
            || DocumentClass::Skipped(SkipReason::NotManifest, "an assertion about objects, for a test".to_owned());
        // Nobody writes an expression for a key by mistake, but many number their files.
        if EXPRESSION.find(text).is_some() && shape::is_assertion(tree, root) {
            return Some(Stray::Other(asserts()));
        }
        let (class, at, what) = if standing.is_assertion() {
            let what = "is taken for an assertion of kuttl by the name of its file, which is not judged; the check of this \
                        file alone judges it";
            (asserts(), tree.get(root, "kind").unwrap_or(root), what.to_owned())
        } else {
            let at = may_be_merge_patch(text).then(|| shape::patch_directive(tree, root))??;
            let key = tree.raw(at);
            let what = format!(
                "with {key} a patch, which is not judged: no kustomization that was read lists it, and kubectl refuses it \
                 (unknown field \"{key}\")"
            );
            (DocumentClass::Skipped(SkipReason::Patch, "a strategic merge patch ($patch)".to_owned()), at, what)
        };
        if !shape::is_whole_workload(tree, root) {
            return Some(Stray::Other(class));
        }
        let object = object::objects(tree, root).objects.into_iter().next()?;
        let message = format!("this is a whole workload, and {what}");
        let finding = self.finding(&object, id::UNJUDGED_TEMPLATE, tree.span(at), message);
        Some(Stray::Whole(class, Box::new(finding.value(Some(tree.raw(at))).build())))
    }
}

/// Whether a text may have directives of a strategic merge patch as keys. Most dollar signs are of scripts.
fn may_be_merge_patch(text: &[u8]) -> bool {
    let mut dollars = memchr::memchr_iter(b'$', text).map(|at| &text[at + 1..]).peekable();
    let is_directive = |rest: &[u8]| {
        ["patch", "retainKeys", "setElementOrder", "deleteFrom"].iter().any(|name| rest.starts_with(name.as_bytes()))
    };
    // A quoted key may be written with escapes.
    dollars.peek().is_some() && (memchr::memchr(b'\\', text).is_some() || dollars.any(is_directive))
}

/// The place of the first comment in a file of JSON that holds an object, which kubectl cannot read.
pub(super) fn commented_json(file: &SourceFile) -> Option<Finding> {
    let text = file.text();
    if !text.trim_start().starts_with(['{', '[', '/']) {
        return None;
    }
    let (first, blanked) = without_comments(text)?;
    let blanked = SourceFile::new("", blanked.into_bytes()).ok()?;
    let tree = parse(&blanked, &Piece::Yaml(Span::new(0, blanked.text().len()))).ok()?;
    let root = tree.root()?;
    if !is_written_as_object(&tree, root) {
        return None;
    }
    let message = "JSON has no comments: kubectl cannot read this object (invalid character '/')";
    Some(Finding::within(file, id::INVALID_YAML, first, message).build())
}

fn is_written_as_object(tree: &Tree<'_>, root: NodeId) -> bool {
    match (tree.kind(root), shape::lack(tree, root)) {
        (Kind::Sequence, _) => shape::holds_objects(tree, root),
        (Kind::Mapping, Some(lack)) => shape::is_object(tree, root, &lack),
        (Kind::Mapping, None) => {
            let get = |key| tree.get_str(root, key).unwrap_or_default();
            tool_of(&get("apiVersion"), &get("kind")).is_none()
        }
        _ => false,
    }
}

/// A text with its comments `//` and `/* */` blanked out, and the place of the first; `None` if it has none.
fn without_comments(text: &str) -> Option<(Span, String)> {
    let bytes = text.as_bytes();
    let mut blanked = bytes.to_vec();
    let (mut at, mut first) = (0, None);
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'"', ..] => {
                at = end_of_string(bytes, at + 1);
                continue;
            }
            [b'/', b'/', rest @ ..] => at + 2 + memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            [b'/', b'*', rest @ ..] => at + 2 + memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2),
            _ => {
                at += 1;
                continue;
            }
        };
        first.get_or_insert(Span::new(at, end));
        blanked[at..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        at = end;
    }
    Some((first?, String::from_utf8(blanked).ok()?))
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}
