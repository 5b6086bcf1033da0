//! Transformers of kustomize: what `patches` and `replacements` of a kustomization say can be said in documents of their
//! own, which it lists among `transformers`. Others are functions and plugins, which may do anything.
//!
//! Source: `PatchTransformerPlugin`, `PatchJson6902TransformerPlugin`, `PatchStrategicMergeTransformerPlugin` and
//! `ReplacementTransformerPlugin` in `sigs.k8s.io/kustomize/api/internal/builtins`, `Replacement` in
//! `sigs.k8s.io/kustomize/api/types`, `isBuiltinPlugin` in `sigs.k8s.io/kustomize/api/internal/plugins/loader`.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::overlay::{Inline, Target, secured_by};
use crate::source::file::SourceFile;
use crate::yaml::parse::well_formed;
use crate::yaml::tree::{NodeId, Tree};

/// The apiVersion of what kustomize brings itself.
const BUILT_IN: &str = "builtin";

/// What one transformer patches with.
#[derive(Clone, Debug, Default)]
pub struct Patching {
    /// Files with patches, relative to the kustomization that lists the transformer.
    pub paths: Vec<String>,
    /// The patch that stands in it.
    pub inline: Option<Inline>,
    /// Whom they are for, where that is said.
    pub target: Option<Target>,
}

/// The patches of all transformers in a text.
pub fn patches_in(file: &SourceFile) -> Vec<Patching> {
    if !names_built_in(file.text().as_bytes()) {
        return Vec::new();
    }
    well_formed(file).filter_map(|tree| patches_of(&tree, tree.root()?)).collect()
}

/// Whether a text may have a document of this apiVersion: the word stands as a value.
fn names_built_in(text: &[u8]) -> bool {
    static WORD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(BUILT_IN));
    // What the kinds of all of them end with has letters that are rarer.
    static KIND: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Transformer"));
    if KIND.find(text).is_none() {
        return false;
    }
    let before = |at: usize| text[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace() && !b"\"'".contains(byte));
    WORD.find_iter(text).any(|at| before(at) == Some(&b':'))
}

/// Whom those transformers of a text may change that are no patches: by replacements, or since nobody knows what a
/// function does.
pub(super) fn changed_by(file: &SourceFile) -> Vec<Target> {
    let mut targets = Vec::new();
    for tree in well_formed(file) {
        let Some(root) = tree.root() else { continue };
        let text = |key| tree.get_str(root, key).unwrap_or_default();
        match (text("apiVersion").as_ref(), text("kind").as_ref()) {
            (BUILT_IN, "ReplacementTransformer") => {
                let all = tree.get(root, "replacements").into_iter().flat_map(|list| tree.elements(list));
                for one in all {
                    // What stands in another file may be for anybody.
                    let is_elsewhere = tree.get(one, "path").is_some();
                    targets.extend(if is_elsewhere { vec![Target::default()] } else { replaced(&tree, one) });
                }
            }
            (BUILT_IN, "AnnotationsTransformer") => {
                targets.extend(tree.get(root, "annotations").and_then(|all| secured_by(&tree, all)));
            }
            (BUILT_IN | "", _) | (_, "") => {}
            _ => targets.push(Target::default()),
        }
    }
    targets
}

/// Whom a replacement is for.
pub(super) fn replaced(tree: &Tree<'_>, replacement: NodeId) -> Vec<Target> {
    let targets = tree.get(replacement, "targets").into_iter().flat_map(|list| tree.elements(list));
    targets.filter_map(|one| Some(Target::read(tree, tree.get(one, "select")?))).collect()
}

fn patches_of(tree: &Tree<'_>, root: NodeId) -> Option<Patching> {
    if tree.get_str(root, "apiVersion")? != BUILT_IN {
        return None;
    }
    let (many, text) = match tree.get_str(root, "kind")?.as_ref() {
        "PatchTransformer" => ("", "patch"),
        "PatchJson6902Transformer" => ("", "jsonOp"),
        "PatchStrategicMergeTransformer" => ("paths", "patches"),
        _ => return None,
    };
    let target = tree.get(root, "target").map(|target| Target::read(tree, target));
    let listed = tree.get(root, many).into_iter().flat_map(|list| tree.elements(list));
    let named = listed.chain(tree.get(root, "path"));
    let paths = named.filter_map(|path| tree.string(path)).map(std::borrow::Cow::into_owned).collect();
    let inline = tree.get(root, text).and_then(|patch| {
        let text = tree.string(patch)?.into_owned();
        Some(Inline { span: tree.span(patch), text, target: target.clone() })
    });
    Some(Patching { paths, inline, target })
}
