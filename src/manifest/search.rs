//! What a custom resource holds besides the pod templates that podline knows of: settings of pods, whole objects, and
//! texts that are manifests themselves.

use std::collections::HashSet;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::object::Object;
use super::settings::{self, Setting};
use crate::yaml::locate::walk_to;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Shorter texts hold no manifest of a workload.
const SHORTEST: usize = 40;

/// A string with a part of a pod's spec, in the templates of Argo Workflows.
const POD_SPEC: &str = "podSpecPatch";

/// A string with an object, in the same.
const MANIFEST: &str = "manifest";

/// Tells of an apiVersion and a kind whether its objects hold pod templates.
pub type IsWorkload<'f> = &'f dyn Fn(&str, &str) -> bool;

/// What was found, each in the order of the document.
#[derive(Debug, Default)]
pub struct Found {
    /// Settings of pods and containers.
    pub settings: Vec<Setting>,
    /// Objects of kinds that hold pod templates, and Namespaces with labels.
    pub objects: Vec<(FieldPath, NodeId)>,
    /// Strings that may be manifests.
    pub texts: Vec<(FieldPath, NodeId)>,
    /// Strings that are parts of a pod's spec.
    pub pod_specs: Vec<(FieldPath, NodeId)>,
    /// Strings with parts of objects, such as patches, that speak of settings.
    pub parts: Vec<(FieldPath, NodeId)>,
    /// Settings in the values of a chart, if there are any: what becomes of them only the chart knows.
    pub values: Option<FieldPath>,
}

/// Searches an object for what stands in none of the nodes that were `judged`. Those of `templates` are no objects of
/// their own, whatever they say. `is_workload` tells of an apiVersion and a kind whether its objects hold pod templates;
/// without it no objects are looked for, and what they hold is found as what any other part holds.
pub fn search(
    tree: &Tree<'_>,
    object: &Object,
    judged: &HashSet<NodeId>,
    templates: &HashSet<NodeId>,
    is_workload: Option<IsWorkload<'_>>,
) -> Found {
    let mut found = Found::default();
    // A look at the words is cheap, and most objects have none of them.
    let is_word = |word: &str| {
        matches!(word, "apiVersion" | MANIFEST | POD_SPEC)
            || settings::is_name(word)
            || settings::is_path(word)
            || is_manifest(word)
            || is_part(word)
    };
    walk_to(
        tree,
        object.node,
        |id| is_word(tree.raw(id)),
        |key, node, path| {
            if judged.contains(&node) || is_passed_over(path) {
                return false;
            }
            if is_values(path) && tree.kind(node) == Kind::Mapping {
                if found.values.is_none() && tree.inside(node).any(|id| settings::is_name(tree.raw(id))) {
                    found.values = Some(FieldPath::new(path.to_vec()));
                }
                return false;
            }
            let is_inner = |is_workload: IsWorkload<'_>| is_object(tree, node, is_workload);
            if !path.is_empty() && !templates.contains(&node) && is_workload.is_some_and(is_inner) {
                found.objects.push((FieldPath::new(path.to_vec()), node));
                return false;
            }
            let text = tree.raw(tree.resolve(node));
            let is_below = |key: &str| matches!(path.last(), Some(Segment::Field(last)) if last == key);
            if is_manifest(text) || is_below(MANIFEST) && text.starts_with(['{', '$']) {
                found.texts.push((FieldPath::new(path.to_vec()), node));
            } else if !text.is_empty() && is_below(POD_SPEC) {
                found.pod_specs.push((FieldPath::new(path.to_vec()), node));
            } else if is_part(text) {
                found.parts.push((FieldPath::new(path.to_vec()), node));
            }
            found.settings.extend(settings::by_operation(tree, node, path));
            found.settings.extend(key.and_then(|key| settings::at(tree, key, node, path)));
            true
        },
    );
    found
}

/// What is none of the object's own settings: its metadata and status, and schemas.
fn is_passed_over(path: &[Segment]) -> bool {
    match path {
        [Segment::Field(first)] => matches!(first.as_ref(), "metadata" | "status"),
        [.., Segment::Field(last)] => last == "openAPIV3Schema",
        _ => false,
    }
}

/// Whether the values of a chart stand here.
fn is_values(path: &[Segment]) -> bool {
    matches!(path.last(), Some(Segment::Field(last))
        if matches!(last.as_ref(), "values" | "valuesObject" | "valuesInline" | "valuesContent" | "helmValues"))
}

/// Whether a node is a whole object of a workload, or a Namespace with labels, and no reference to one.
fn is_object(tree: &Tree<'_>, node: NodeId, is_workload: impl Fn(&str, &str) -> bool) -> bool {
    if tree.kind(node) != Kind::Mapping {
        return false;
    }
    let (Some(version), Some(kind)) = (tree.get_str(node, "apiVersion"), tree.get_str(node, "kind")) else {
        return false;
    };
    let holds = |key| tree.get(node, key).is_some_and(|value| !tree.is_null(value));
    match kind.as_ref() {
        "PodTemplate" => holds("template") && is_workload(&version, &kind),
        "Namespace" => version == "v1" && tree.get(node, "metadata").is_some_and(|it| tree.get(it, "labels").is_some()),
        kind if kind.ends_with("List") => holds("items"),
        kind => holds("spec") && is_workload(&version, kind),
    }
}

/// Whether a text may be a manifest: it speaks of apiVersion and kind.
pub fn is_manifest(text: &str) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["apiVersion", "kind"].map(Finder::new));
    text.len() >= SHORTEST && WORDS.iter().all(|word| word.find(text.as_bytes()).is_some())
}

/// Whether a text may hold a pod without a type: it speaks of containers or their contexts, and of settings.
pub fn speaks_of_pod(text: &str) -> bool {
    speaks_of_containers(text) && is_part(text)
}

/// Whether a text speaks of containers or of security contexts.
pub fn speaks_of_containers(text: &str) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["ontainers", "ecurityContext"].map(Finder::new));
    WORDS.iter().any(|word| word.find(text.as_bytes()).is_some())
}

/// Whether a text may be a part of an object that holds settings: a patch in YAML or JSON.
fn is_part(text: &str) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 7]> = LazyLock::new(|| {
        ["host", "rivileged", "ecurityContext", "apabilities", "procMount", "runAs", "sysctls"].map(Finder::new)
    });
    let may_be_mapping = text.starts_with(['{', '[']) || text.as_bytes().contains(&b'\n');
    may_be_mapping && text.contains(':') && WORDS.iter().any(|word| word.find(text.as_bytes()).is_some())
}
