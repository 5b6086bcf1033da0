//! What a document is that does not say so: an object without a type, a part of one, or something else.

use std::borrow::Cow;

use super::kinds::api_version_of;
use super::suggest::nearest;
use super::template::rows;
use super::tools::tool_of;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Where the pod of a workload stands in its object.
const PODS: [&[&str]; 4] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
    &["template", "spec"],
];

/// The keys that objects have at their root, by which a ConfigMap without a kind is told from other files with metadata.
const ROOT_KEYS: [&str; 15] = [
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "status",
    "data",
    "stringData",
    "binaryData",
    "immutable",
    "type",
    "rules",
    "roleRef",
    "subjects",
    "template",
    "items",
];

/// What keeps a mapping from being an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lack {
    /// It has no `kind`.
    pub kind: bool,
    /// It has no `apiVersion`.
    pub api_version: bool,
    /// Keys that stand there instead, and how they are spelt.
    pub misspelt: Vec<(NodeId, &'static str)>,
    /// The apiVersion that its kind needs, where that is the one that is missing.
    pub meant: Option<&'static str>,
}

/// What a mapping lacks to be an object; `None` for one that has both keys.
pub fn lack(tree: &Tree<'_>, root: NodeId) -> Option<Lack> {
    let mut lack = Lack {
        kind: tree.get(root, "kind").is_none(),
        api_version: tree.get(root, "apiVersion").is_none(),
        ..Lack::default()
    };
    if !lack.kind && !lack.api_version {
        return None;
    }
    let names = [("kind", lack.kind), ("apiVersion", lack.api_version)];
    for entry in tree.entries(root) {
        let Some(key) = tree.key(entry.key).ok().filter(|key| !ROOT_KEYS.contains(&key.as_ref())) else { continue };
        if tree.string(entry.value).is_none() {
            continue;
        }
        let missing = names.iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| *name);
        lack.misspelt.extend(nearest(&key.replace(['_', '-'], ""), missing).map(|name| (entry.key, name)));
    }
    if lack.api_version && !lack.misspelt.iter().any(|(_, name)| *name == "apiVersion") {
        lack.meant = said(tree, root, &lack, "kind").and_then(|kind| api_version_of(&kind));
    }
    Some(lack)
}

/// What a key says, or the one that stands there instead.
fn said<'a>(tree: &'a Tree<'_>, root: NodeId, lack: &Lack, name: &str) -> Option<Cow<'a, str>> {
    let instead = lack.misspelt.iter().find(|(_, meant)| *meant == name).map(|(key, _)| *key);
    let value = match instead {
        Some(key) => tree.entries(root).find(|entry| entry.key == key)?.value,
        None => tree.get(root, name)?,
    };
    tree.string(value)
}

/// Whether a mapping that lacks something is an object all the same: a pod or a workload, or one whose other keys leave
/// no doubt. kubectl would refuse it.
pub fn is_object(tree: &Tree<'_>, root: NodeId, lack: &Lack) -> bool {
    let is_mapping = |key| tree.get(root, key).is_some_and(|value| tree.kind(tree.resolve(value)) == Kind::Mapping);
    let (metadata, spec) = (is_mapping("metadata"), is_mapping("spec"));
    let (kind, api_version) = (said(tree, root, lack, "kind"), said(tree, root, lack, "apiVersion"));
    let tool = tool_of(api_version.as_deref().unwrap_or_default(), kind.as_deref().unwrap_or_default());
    if tool.is_some() {
        return false;
    }
    if holds_pod(tree, root) {
        return metadata || kind.is_some() || api_version.is_some_and(|version| is_api_version(&version));
    }
    match (kind, api_version) {
        (Some(kind), None) => {
            let is_workload = rows().any(|row| row.is_built_in() && row.kind == kind);
            metadata && api_version_of(&kind).is_some() || is_workload && (metadata || spec)
        }
        (None, Some(version)) => {
            let is_known = |key: Cow<'_, str>| ROOT_KEYS.contains(&key.as_ref());
            is_api_version(&version)
                && metadata
                && tree.entries(root).all(|entry| tree.key(entry.key).is_ok_and(is_known))
        }
        // Both are misspelt.
        (Some(kind), Some(version)) => {
            is_api_version(&version) && (metadata || spec || api_version_of(&kind).is_some())
        }
        (None, None) => false,
    }
}

/// Whether something shaped like a pod stands where workloads have theirs.
pub fn holds_pod(tree: &Tree<'_>, root: NodeId) -> bool {
    PODS.iter().any(|path| {
        let pod = path.iter().try_fold(root, |node, key| tree.get(node, key));
        pod.is_some_and(|pod| ["containers", "initContainers"].iter().any(|list| holds_container(tree, pod, list)))
    })
}

fn holds_container(tree: &Tree<'_>, pod: NodeId, list: &str) -> bool {
    let is_scalar = |id: NodeId| tree.kind(tree.resolve(id)) == Kind::Scalar && !tree.is_null(id);
    let is_container = |one| ["name", "image"].iter().any(|key| tree.get(one, key).is_some_and(is_scalar));
    tree.get(pod, list).is_some_and(|list| tree.elements(list).any(is_container))
}

/// Whether a text is the version of an API: `v1`, `apps/v1`, `example.com/v1alpha1`.
fn is_api_version(text: &str) -> bool {
    let (group, version) = text.split_once('/').unwrap_or(("", text));
    let is_name = |group: &str| group.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = version.strip_prefix(['v', 'V']) else { return false };
    let mut numbers = rest.splitn(2, "alpha").flat_map(|part| part.splitn(2, "beta"));
    is_name(group) && numbers.all(is_number)
}

/// Whether a list holds objects: kubectl reads none of them.
pub fn holds_objects(tree: &Tree<'_>, list: NodeId) -> bool {
    tree.elements(list).any(|element| {
        if tree.kind(tree.resolve(element)) != Kind::Mapping {
            return false;
        }
        if let Some(lack) = lack(tree, element) {
            return is_object(tree, element, &lack);
        }
        let text = |key| tree.get_str(element, key).unwrap_or_default();
        let (version, kind) = (text("apiVersion"), text("kind"));
        let has = |key| tree.get(element, key).is_some();
        let is_object = has("metadata") || has("spec") || api_version_of(&kind).is_some();
        is_api_version(&version) && is_object && tool_of(&version, &kind).is_none()
    })
}

/// Whether a list is a JSON patch: operations on an object that stands elsewhere.
///
/// Source: RFC 6902.
pub fn is_json_patch(tree: &Tree<'_>, list: NodeId) -> bool {
    let mut elements = tree.elements(list).peekable();
    elements.peek().is_some()
        && elements.all(|one| tree.get_str(one, "op").is_some() && tree.get_str(one, "path").is_some())
}

/// Whether a document has directives of a strategic merge patch: it is a part of an object.
///
/// Source: `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`.
pub fn is_merge_patch(tree: &Tree<'_>, root: NodeId) -> bool {
    // Nearly all that begins with a dollar sign stands in values.
    if !tree.inside(root).any(|node| tree.raw(node).starts_with('$')) {
        return false;
    }
    has_key(tree, root, |key| {
        key == "$patch"
            || key == "$retainKeys"
            || key.starts_with("$setElementOrder/")
            || key.starts_with("$deleteFromPrimitiveList/")
    })
}

/// Whether a document asserts something of objects instead of being one: keys of Chainsaw are expressions in
/// parentheses.
///
/// Source: https://kyverno.github.io/kyverno-json/latest/policies/asserts/
pub fn is_assertion(tree: &Tree<'_>, root: NodeId) -> bool {
    has_key(tree, root, |key| {
        let key = key.trim_start_matches('~').trim_start_matches('.');
        key.starts_with('(') && key.contains(')')
    })
}

fn has_key(tree: &Tree<'_>, root: NodeId, is_it: impl Fn(&str) -> bool) -> bool {
    let mappings = tree.inside(root).filter(|&node| tree.kind(node) == Kind::Mapping);
    mappings.into_iter().any(|mapping| tree.pairs(mapping).any(|(key, _)| is_it(tree.raw(key))))
}

/// Whether a file is by its name an assertion of kuttl: `00-assert.yaml`, `01-errors.yaml`, `02-assert-ready.yaml`.
///
/// Source: `fileNameRegex` in `pkg/test/step.go` of kudobuilder/kuttl.
pub fn is_kuttl_assertion(name: &str) -> bool {
    let Some((number, rest)) = name.split_once('-') else { return false };
    let stem = rest.strip_suffix(".yaml").or_else(|| rest.strip_suffix(".yml"));
    let word = stem.and_then(|stem| stem.split('-').next());
    !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && matches!(word, Some("assert" | "error" | "errors"))
}
