//! What a kustomization changes of the objects that it takes from elsewhere: its patches, replacements and functions, and
//! whom they are for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::object;
use super::transformer::{Patching, changed_by, patches_in, replaced};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::source::span::Span;
use crate::yaml::parse::well_formed;
use crate::yaml::tree::{NodeId, Tree};

/// The objects that a patch is for. What is "" says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Their kind.
    pub kind: String,
    /// Their name, which may be a regular expression.
    pub name: String,
}

impl Target {
    /// Reads what a patch says of whom it is for.
    pub(super) fn read(tree: &Tree<'_>, node: NodeId) -> Self {
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
    /// The transformers in it, as texts: they may be patches too.
    pub inline_transformers: Vec<Inline>,
    /// The files and directories with transformers.
    pub transformers: Vec<PathBuf>,
    /// The files with replacements.
    pub replacements: Vec<PathBuf>,
    /// The images that it gives other names, tags or digests, by their names.
    pub images: Vec<String>,
    /// Whether it gives Pod Security labels to what it takes: they count for the Namespaces among it.
    pub labels_namespaces: bool,
    /// Whom its replacements are for, and what its transformers do.
    others: Vec<Target>,
}

impl Overlay {
    /// Whom the patches are for. `read` gives the bytes of a file that may be read.
    pub fn targets(&self, read: impl Fn(&Path) -> Option<Vec<u8>>) -> Vec<Target> {
        let mut targets = self.others.clone();
        for (path, target) in &self.files {
            match target {
                Some(target) => targets.push(target.clone()),
                None => targets.extend(read(path).map(targets_of).unwrap_or_default()),
            }
        }
        targets.extend(self.inline.iter().flat_map(Inline::targets));
        targets
    }

    /// Whether it changes objects, as far as that is known.
    pub fn is_patching(&self) -> bool {
        let are_none = self.files.is_empty() && self.inline.is_empty() && self.inline_transformers.is_empty();
        !are_none || !self.others.is_empty() || !self.images.is_empty() || self.labels_namespaces
    }

    /// Whether it gives an image another name, tag or digest.
    ///
    /// Source: `Split` in `sigs.k8s.io/kustomize/api/internal/image/image.go`.
    pub fn changes_image(&self, image: &str) -> bool {
        let name = image.split_once('@').map_or(image, |(name, _)| name);
        // A colon before a slash is that of a port.
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
        self.images.iter().any(|changed| changed == name)
    }

    /// Adds what the transformers do in a text that the kustomization lists.
    pub fn add_transformers(&mut self, text: Vec<u8>) {
        let Ok(file) = SourceFile::new("", text) else { return };
        self.others.extend(changed_by(&file));
        let directory = self.file.parent().unwrap_or(Path::new("")).to_owned();
        for Patching { paths, inline, target } in patches_in(&file) {
            self.files.extend(paths.iter().map(|path| (normal(&directory.join(path)), target.clone())));
            self.others.extend(inline.iter().flat_map(Inline::targets));
        }
    }

    /// Adds whom the replacements are for in a text that the kustomization lists.
    pub fn add_replacements(&mut self, text: Vec<u8>) {
        let Ok(file) = SourceFile::new("", text) else { return };
        for tree in well_formed(&file) {
            let Some(root) = tree.root() else { continue };
            let listed: Vec<NodeId> = tree.elements(root).collect();
            let all = if listed.is_empty() { vec![root] } else { listed };
            self.others.extend(all.into_iter().flat_map(|one| replaced(&tree, one)));
        }
    }
}

impl Inline {
    /// Whom the patch is for.
    fn targets(&self) -> Vec<Target> {
        match &self.target {
            Some(target) => vec![target.clone()],
            None => targets_of(self.text.clone().into_bytes()),
        }
    }
}

/// Whom a strategic merge patch is for: it says so as an object does.
fn targets_of(text: Vec<u8>) -> Vec<Target> {
    let Ok(file) = SourceFile::new("", text) else { return Vec::new() };
    let mut targets = Vec::new();
    for tree in well_formed(&file) {
        let Some(root) = tree.root() else { continue };
        let objects = object::objects(&tree, root).objects;
        let named = objects.into_iter().filter(|object| !object.kind.is_empty());
        targets.extend(named.map(|object| Target { kind: object.kind, name: object.name }));
    }
    targets
}

/// Reads what a kustomization changes; `None` if it changes nothing. `file` is its path. What its transformers and
/// replacements do that stand in files of their own is added later: [`Overlay::add_transformers`].
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
        if is_text(&text) {
            overlay.inline.push(Inline { span: tree.span(one), text: text.into_owned(), target: None });
        } else {
            overlay.files.push((normal(&directory.join(&*text)), None));
        }
    }
    for one in list("transformers") {
        let Some(text) = tree.string(one) else { continue };
        if is_text(&text) {
            overlay.add_transformers(text.clone().into_owned().into_bytes());
            overlay.inline_transformers.push(Inline { span: tree.span(one), text: text.into_owned(), target: None });
        } else {
            overlay.transformers.push(normal(&directory.join(&*text)));
        }
    }
    for one in list("replacements") {
        match tree.get_str(one, "path") {
            Some(path) => overlay.replacements.push(normal(&directory.join(&*path))),
            None => overlay.others.extend(replaced(tree, one)),
        }
    }
    if let Some(annotations) = tree.get(root, "commonAnnotations") {
        overlay.others.extend(secured_by(tree, annotations));
    }
    let pairs = list("labels").into_iter().filter_map(|one| tree.get(one, "pairs"));
    overlay.labels_namespaces = pairs
        .chain(tree.get(root, "commonLabels"))
        .any(|labels| has_key(tree, labels, |key| key.starts_with(POD_SECURITY)));
    let images = list("images").into_iter().filter_map(|one| tree.get_str(one, "name"));
    overlay.images = images.map(Cow::into_owned).collect();
    let from = ["resources", "bases", "components"].into_iter().flat_map(list);
    overlay.resources = from.filter_map(|one| Some(normal(&directory.join(&*tree.string(one)?)))).collect();
    let is_open = !overlay.transformers.is_empty() || !overlay.replacements.is_empty();
    (overlay.is_patching() || is_open).then_some(overlay)
}

/// What the labels begin with by which a Namespace says how its pods are judged.
const POD_SECURITY: &str = "pod-security.kubernetes.io/";

/// Whom annotations are for that every object gets, and the pods in it: all, if the Standards read one of them.
pub(super) fn secured_by(tree: &Tree<'_>, annotations: NodeId) -> Option<Target> {
    let is_read = |key: &str| key.contains("seccomp.security.") || key.contains("apparmor.security.");
    has_key(tree, annotations, is_read).then(Target::default)
}

fn has_key(tree: &Tree<'_>, mapping: NodeId, is_it: impl Fn(&str) -> bool) -> bool {
    tree.entries(mapping).any(|entry| tree.key(entry.key).is_ok_and(|key| is_it(&key)))
}

/// Whether an entry is the thing itself: what has lines or braces is no file name.
fn is_text(entry: &str) -> bool {
    entry.contains(['\n', '{'])
}
