//! ClusterResourceSets in the files of a run: which ConfigMaps and Secrets of other files they apply.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use crate::manifest::object::{Object, objects};
use crate::source::file::SourceFile;
use crate::yaml::parse::well_formed;
use crate::yaml::tree::Tree;

/// The word without which a file holds none.
pub const KIND: &str = "ClusterResourceSet";

/// What the ClusterResourceSets of a run apply. They are looked for when something is met that they may apply, which
/// hardly any run has.
pub struct ResourceSets {
    files: Box<dyn Fn() -> Vec<SourceFile> + Send + Sync>,
    applied: OnceLock<HashSet<Applied>>,
}

/// Something that is applied.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Applied {
    kind: String,
    /// That of the set, as written; "" where it is missing.
    namespace: String,
    name: String,
}

impl fmt::Debug for ResourceSets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceSets").field("applied", &self.applied).finish_non_exhaustive()
    }
}

impl ResourceSets {
    /// Those of the files that the function reads: all that hold the word [`KIND`]. It is called once at most, by a
    /// thread that others may wait for: it must not wait for them.
    pub fn new(files: impl Fn() -> Vec<SourceFile> + Send + Sync + 'static) -> Self {
        Self { files: Box::new(files), applied: OnceLock::new() }
    }

    /// Whether one of them applies an object. A set applies what is in its own namespace; where one of the two is not
    /// written, it may be that.
    pub(super) fn apply(&self, object: &Object) -> bool {
        let applied = self.applied.get_or_init(|| (self.files)().iter().flat_map(applied_in).collect());
        let is_it = |one: &&Applied| one.kind == object.kind && one.name == object.name;
        let is_there = |one: &Applied| {
            one.namespace == object.namespace || one.namespace.is_empty() || object.namespace.is_empty()
        };
        applied.iter().filter(is_it).any(is_there)
    }
}

/// What the sets of a file apply. A document that cannot be read applies nothing: it is told when its turn comes.
fn applied_in(file: &SourceFile) -> Vec<Applied> {
    let mut applied = Vec::new();
    for tree in well_formed(file) {
        let Some(root) = tree.root() else { continue };
        for object in objects(&tree, root).objects {
            if object.kind == KIND && object.group() == "addons.cluster.x-k8s.io" {
                applied.extend(applied_by(&tree, &object));
            }
        }
    }
    applied
}

/// Source: `ClusterResourceSetSpec` in `api/addons/v1beta1/clusterresourceset_types.go` of kubernetes-sigs/cluster-api.
fn applied_by(tree: &Tree<'_>, set: &Object) -> Vec<Applied> {
    let resources = tree.get(set.node, "spec").and_then(|spec| tree.get(spec, "resources"));
    let resources = resources.into_iter().flat_map(|list| tree.elements(list));
    let applied = |resource| {
        let text = |key| Some(tree.get_str(resource, key)?.into_owned());
        Some(Applied { kind: text("kind")?, namespace: set.namespace.clone(), name: text("name")? })
    };
    resources.filter_map(applied).collect()
}
