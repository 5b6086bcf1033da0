//! What a document is that does not say so: an object without a type, a part of one, or something else.

use std::borrow::Cow;

use k8s_openapi::api::core::v1::PodSpec;

use super::kinds::api_version_of;
use super::suggest::nearest;
use super::template::rows;
use super::tools::tool_of;
use super::typed::fields_of;
use crate::yaml::locate::walk_into;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Where the pod of a workload stands in its object.
const PODS: [&[&str]; 4] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
    &["template", "spec"],
];

/// The lists of a pod that hold containers.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// The fields by which a pod asks for what is the node's.
const FLAGS: [&str; 3] = ["hostNetwork", "hostPID", "hostIPC"];

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

/// Whether a text is itself written as an object: on lines of their own it says `apiVersion:` and `kind:`.
pub fn is_text_of_object(text: &str) -> bool {
    let says = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    let holds = |key: &str| memchr::memmem::find(text.as_bytes(), key.as_bytes()).is_some();
    says("apiVersion") && says("kind")
        || text.trim_start().starts_with('{') && holds("\"apiVersion\"") && holds("\"kind\"")
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
        // Blanks that nobody sees come with text that was copied from a page.
        let letters: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
        lack.misspelt.extend(nearest(&letters, missing).map(|name| (entry.key, name)));
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
        return metadata
            || kind.is_some()
            || api_version.is_some_and(|version| is_api_version(&version))
            || holds_whole_pod(tree, root);
    }
    if is_bare_pod(tree, root) {
        return true;
    }
    if is_list_of_objects(tree, root, lack) {
        return true;
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

/// Whether a mapping has objects of Kubernetes as its items, and otherwise nothing that lists do not have.
fn is_list_of_objects(tree: &Tree<'_>, root: NodeId, lack: &Lack) -> bool {
    let is_known = |key: NodeId| {
        lack.misspelt.iter().any(|(misspelt, _)| *misspelt == key)
            || tree.key(key).is_ok_and(|key| ROOT_KEYS.contains(&key.as_ref()))
    };
    let is_ours = |item: NodeId| {
        holds_pod(tree, item) || tree.get_str(item, "kind").is_some_and(|kind| api_version_of(&kind).is_some())
    };
    let has_ours = |items: NodeId| holds_objects(tree, items) && tree.elements(items).any(is_ours);
    tree.get(root, "items").is_some_and(has_ours) && tree.entries(root).all(|entry| is_known(entry.key))
}

/// Whether something shaped like a pod stands where workloads have theirs.
pub fn holds_pod(tree: &Tree<'_>, root: NodeId) -> bool {
    pods(tree, root).any(|(_, pod)| {
        LISTS.iter().any(|list| holds_container(tree, pod, list)) || FLAGS.iter().any(|flag| is_true(tree, pod, flag))
    })
}

/// The specs of pods where workloads have theirs, with the way to them.
fn pods<'a>(tree: &'a Tree<'_>, root: NodeId) -> impl Iterator<Item = (&'static [&'static str], NodeId)> + 'a {
    PODS.into_iter().filter_map(move |path| Some((path, path.iter().try_fold(root, |node, key| tree.get(node, key))?)))
}

/// Whether a pod stands there that is no part of one, as patches have them: its containers have all that they need, and
/// something stands beside them that no patch changes.
fn holds_whole_pod(tree: &Tree<'_>, root: NodeId) -> bool {
    let is_mapping = |node, key| tree.get(node, key).is_some_and(|it| tree.kind(tree.resolve(it)) == Kind::Mapping);
    pods(tree, root).filter(|&(_, pod)| has_whole_containers(tree, pod)).any(|(path, pod)| {
        let around = path[..path.len() - 1].iter().try_fold(root, |node, key| tree.get(node, key));
        let spec = tree.get(root, "spec");
        path.len() == 1
            || tree.get(pod, "restartPolicy").is_some()
            || around.is_some_and(|around| is_mapping(around, "metadata"))
            || spec.is_some_and(|spec| is_mapping(spec, "selector") || tree.get(spec, "schedule").is_some())
    })
}

/// Whether a mapping is the spec of a pod alone: it has nothing but fields of one, and its containers have all that they
/// need. Lists of names and images are kept for other ends too.
fn is_bare_pod(tree: &Tree<'_>, root: NodeId) -> bool {
    if tree.get(root, "containers").is_none() || !has_whole_containers(tree, root) {
        return false;
    }
    let known = fields_of::<PodSpec>();
    let is_of_pod = |key: NodeId| tree.key(key).is_ok_and(|key| known.contains(&key.as_ref()));
    let has_more = tree.pairs(root).count() > 1
        || LISTS.iter().any(|list| {
            tree.get(root, list).is_some_and(|list| tree.elements(list).any(|one| has_fields_of_container(tree, one)))
        });
    has_more && tree.entries(root).all(|entry| is_of_pod(entry.key))
}

/// Whether a mapping is a whole workload: it has a type and a name, and its containers have all that they need.
pub fn is_whole_workload(tree: &Tree<'_>, root: NodeId) -> bool {
    let metadata = tree.get(root, "metadata");
    let is_named = ["name", "generateName"]
        .iter()
        .any(|key| metadata.and_then(|it| tree.get(it, key)).is_some_and(|it| is_scalar(tree, it)));
    is_named && lack(tree, root).is_none() && pods(tree, root).any(|(_, pod)| has_whole_containers(tree, pod))
}

fn has_whole_containers(tree: &Tree<'_>, pod: NodeId) -> bool {
    let is_whole = |one| ["name", "image"].iter().all(|key| tree.get(one, key).is_some_and(|it| is_scalar(tree, it)));
    let mut containers =
        LISTS.iter().filter_map(|list| tree.get(pod, list)).flat_map(|list| tree.elements(list)).peekable();
    containers.peek().is_some() && containers.all(is_whole)
}

fn is_scalar(tree: &Tree<'_>, node: NodeId) -> bool {
    tree.kind(tree.resolve(node)) == Kind::Scalar && !tree.is_null(node)
}

fn is_true(tree: &Tree<'_>, node: NodeId, key: &str) -> bool {
    tree.get(node, key).is_some_and(|value| matches!(tree.scalar(value), Ok(Scalar::Bool(true))))
}

fn has_fields_of_container(tree: &Tree<'_>, one: NodeId) -> bool {
    let keys = ["securityContext", "volumeMounts", "imagePullPolicy", "livenessProbe", "readinessProbe", "envFrom"];
    keys.iter().any(|key| tree.get(one, key).is_some())
}

fn holds_container(tree: &Tree<'_>, pod: NodeId, list: &str) -> bool {
    let names = |one| ["name", "image"].iter().any(|key| tree.get(one, key).is_some_and(|it| is_scalar(tree, it)));
    let is_container = |one| names(one) || has_fields_of_container(tree, one);
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

/// Below these keys stands what people name themselves: a dollar sign there is no directive.
const FREE: [&str; 12] = [
    "annotations",
    "binaryData",
    "config",
    "data",
    "labels",
    "matchLabels",
    "nodeSelector",
    "openAPIV3Schema",
    "parameters",
    "stringData",
    "values",
    "valuesObject",
];

/// The key of a document that is a directive of a strategic merge patch, if it has any: it is a part of an object.
///
/// Source: `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`.
pub fn patch_directive(tree: &Tree<'_>, root: NodeId) -> Option<NodeId> {
    // Nearly all that begins with a dollar sign stands in values.
    if !tree.inside(root).any(|node| tree.raw_bytes(node).first() == Some(&b'$')) {
        return None;
    }
    let mut found = None;
    walk_into(tree, root, |key, value, _| {
        let name = key.map_or("", |key| tree.raw(key));
        found = found.or(key.filter(|_| is_directive(tree, name, value)));
        found.is_none() && !FREE.contains(&name)
    });
    found
}

/// Whether a member of a mapping is a directive of a strategic merge patch, with a value that directives have.
fn is_directive(tree: &Tree<'_>, key: &str, value: NodeId) -> bool {
    let is_list = || tree.kind(tree.resolve(value)) == Kind::Sequence;
    match key {
        "$patch" => tree
            .string(value)
            .is_some_and(|what| matches!(what.as_ref(), "delete" | "merge" | "replace" | "retainKeys")),
        "$retainKeys" => is_list(),
        _ => (key.starts_with("$setElementOrder/") || key.starts_with("$deleteFromPrimitiveList/")) && is_list(),
    }
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
