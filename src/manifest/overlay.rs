//! What a kustomization changes of the objects that it takes from elsewhere: its patches, and whom they are for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::object;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::source::span::Span;
use crate::yaml::tree::{NodeId, Tree};
use crate::yaml::{parse, split};

/// The objects that a patch is for. What is "" says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Their kind.
    pub kind: String,
    /// Their name, which may be a regular expression.
    pub name: String,
}

impl Target {
    fn read(tree: &Tree<'_>, node: NodeId) -> Self {
        let text = |key| tree.get_str(node, key).map(Cow::into_owned).unwrap_or_default();
        Self { kind: text("kind"), name: text("name") }
    }

    /// Whether an object may be meant: an expression may be anything.
    pub fn may_mean(&self, kind: &str, name: &str) -> bool {
        let is_it = |wanted: &str, found: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            wanted.is_empty() || wanted == found || !wanted.chars().all(is_plain)
        };
        is_it(&self.kind, kind) && is_it(&self.name, name)
    }
}

/// A patch that stands in the kustomization itself.
#[derive(Clone, Debug)]
pub struct Inline {
    /// The place of its text.
    pub span: Span,
    /// Its text, as YAML reads it.
    pub text: String,
    /// Whom it is for, where that is said beside it.
    pub target: Option<Target>,
}

/// A kustomization that patches.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// Its file.
    pub file: PathBuf,
    /// The files and directories that it takes objects from.
    pub resources: Vec<PathBuf>,
    /// The files with patches, and whom they are for, where that is said.
    pub files: Vec<(PathBuf, Option<Target>)>,
    /// The patches in it.
    pub inline: Vec<Inline>,
}

impl Overlay {
    /// Whom the patches are for. `read` gives the bytes of a file that may be read.
    pub fn targets(&self, read: impl Fn(&Path) -> Option<Vec<u8>>) -> Vec<Target> {
        let mut targets = Vec::new();
        for (path, target) in &self.files {
            match target {
                Some(target) => targets.push(target.clone()),
                None => targets.extend(read(path).map(targets_of).unwrap_or_default()),
            }
        }
        for patch in &self.inline {
            match &patch.target {
                Some(target) => targets.push(target.clone()),
                None => targets.extend(targets_of(patch.text.clone().into_bytes())),
            }
        }
        targets
    }
}

/// Whom a strategic merge patch is for: it says so as an object does.
fn targets_of(text: Vec<u8>) -> Vec<Target> {
    let Ok(file) = SourceFile::new("", text) else { return Vec::new() };
    let mut targets = Vec::new();
    for tree in split::split(&file).iter().filter_map(|piece| parse::parse(&file, piece).ok()) {
        let Some(root) = tree.root() else { continue };
        let objects = object::objects(&tree, root).objects;
        let named = objects.into_iter().filter(|object| !object.kind.is_empty());
        targets.extend(named.map(|object| Target { kind: object.kind, name: object.name }));
    }
    targets
}

/// Reads what a kustomization patches; `None` if it has no patches. `file` is its path.
///
/// Source: `Kustomization` in `sigs.k8s.io/kustomize/api/types/kustomization.go`.
pub fn read(tree: &Tree<'_>, file: &Path) -> Option<Overlay> {
    let root = tree.root()?;
    let directory = file.parent()?;
    let list = |key| tree.get(root, key).map(|list| tree.elements(list).collect::<Vec<NodeId>>()).unwrap_or_default();
    let mut overlay = Overlay { file: file.to_owned(), ..Overlay::default() };
    for one in ["patches", "patchesJson6902"].into_iter().flat_map(list) {
        let target = tree.get(one, "target").map(|target| Target::read(tree, target));
        if let Some(path) = tree.get_str(one, "path") {
            overlay.files.push((normal(&directory.join(&*path)), target));
        } else if let Some(patch) = tree.get(one, "patch")
            && let Some(text) = tree.string(patch)
        {
            overlay.inline.push(Inline { span: tree.span(patch), text: text.into_owned(), target });
        }
    }
    for one in list("patchesStrategicMerge") {
        let Some(text) = tree.string(one) else { continue };
        if text.contains(['\n', '{']) {
            overlay.inline.push(Inline { span: tree.span(one), text: text.into_owned(), target: None });
        } else {
            overlay.files.push((normal(&directory.join(&*text)), None));
        }
    }
    let from = ["resources", "bases", "components"].into_iter().flat_map(list);
    overlay.resources = from.filter_map(|one| Some(normal(&directory.join(&*tree.string(one)?)))).collect();
    (!overlay.files.is_empty() || !overlay.inline.is_empty()).then_some(overlay)
}
