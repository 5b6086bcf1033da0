//! The files and directories that a kustomization names, whatever it takes from them.

use crate::source::span::Span;
use crate::yaml::tree::{NodeId, Tree};

/// The fields that name files or directories: a key at the top, and the keys below it or below its elements. "" is the
/// value itself.
///
/// Source: `Kustomization` and the types of its fields in `sigs.k8s.io/kustomize/api/types`.
const FIELDS: &[(&str, &[&str])] = &[
    ("resources", &[""]),
    ("bases", &[""]),
    ("components", &[""]),
    ("crds", &[""]),
    ("configurations", &[""]),
    ("generators", &[""]),
    ("transformers", &[""]),
    ("validators", &[""]),
    ("patchesStrategicMerge", &[""]),
    ("patches", &["path"]),
    ("patchesJson6902", &["path"]),
    ("replacements", &["path"]),
    ("openapi", &["path"]),
    ("configMapGenerator", &["files", "env", "envs"]),
    ("secretGenerator", &["files", "env", "envs"]),
    ("helmCharts", &["valuesFile", "additionalValuesFiles"]),
    ("helmChartInflationGenerator", &["values", "chartHome", "helmHome"]),
    ("helmGlobals", &["chartHome", "configHome"]),
];

/// The fields that name patches.
pub const PATCHES: [&str; 3] = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/// A path that a kustomization names.
pub struct Entry {
    /// The field at the top in which it stands.
    pub key: &'static str,
    /// As it is written: relative to the kustomization's directory.
    pub path: String,
    /// Its place.
    pub span: Span,
}

/// The paths that a kustomization names. What is fetched from elsewhere, and what stands in the kustomization itself, is
/// no path.
pub fn paths(tree: &Tree<'_>) -> Vec<Entry> {
    let Some(root) = tree.root() else { return Vec::new() };
    let mut paths = Vec::new();
    for (key, fields) in FIELDS {
        let Some(value) = tree.get(root, key) else { continue };
        for element in one_or_many(tree, value) {
            for field in *fields {
                let named = if field.is_empty() { Some(element) } else { tree.get(element, field) };
                for node in named.into_iter().flat_map(|named| one_or_many(tree, named)) {
                    let path = tree.string(node).and_then(|text| path(field, &text));
                    paths.extend(path.map(|path| Entry { key, path, span: tree.span(node) }));
                }
            }
        }
    }
    paths
}

/// The path that an entry names, if it names one.
fn path(field: &str, text: &str) -> Option<String> {
    let is_remote = text.contains("://") || text.starts_with("git@");
    let is_inline = text.contains(['\n', '{']);
    // A file of a generator may have a name there: KEY=PATH.
    let path = if field == "files" { text.split_once('=').map_or(text, |(_, path)| path) } else { text };
    (!is_remote && !is_inline && !path.is_empty()).then(|| path.to_owned())
}

fn one_or_many(tree: &Tree<'_>, node: NodeId) -> Vec<NodeId> {
    let elements: Vec<NodeId> = tree.elements(node).collect();
    if elements.is_empty() { vec![node] } else { elements }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::SourceFile;
    use crate::yaml::{parse, split};

    fn named(text: &str) -> Vec<String> {
        let file = SourceFile::new("kustomization.yaml", text.as_bytes().to_vec()).expect("small");
        let tree = parse::parse(&file, &split::split(&file)[0]).expect("YAML");
        paths(&tree).into_iter().map(|entry| entry.path).collect()
    }

    #[test]
    fn every_field_that_names_a_file_is_known() {
        let text = "resources: [a, ../b]\nbases: [c]\ncomponents: [d]\ncrds: [e]\npatches: [{path: f}, {patch: x}]\n\
                    patchesStrategicMerge: [g]\nreplacements: [{path: h}]\nopenapi: {path: i}\n\
                    secretGenerator: [{files: [k=j, l], envs: [m], env: .env}]\n\
                    helmCharts: [{valuesFile: o, additionalValuesFiles: [p]}]\nhelmGlobals: {chartHome: q}\n";
        let expected =
            ["a", "../b", "c", "d", "e", "g", "f", "h", "i", "j", "l", ".env", "m", "o", "p", "q"].map(str::to_owned);
        assert_eq!(named(text), expected);
    }

    #[test]
    fn what_is_fetched_or_stands_there_itself_is_no_path() {
        let text = "resources: [\"https://example.com/a.yaml\", \"git::https://example.com/x//y?ref=1\", \"git@x.org:a/b\"]\n\
                    patchesStrategicMerge:\n- |-\n  kind: Pod\n  x: 1\n- \"{kind: Pod}\"\n";
        assert_eq!(named(text), [""; 0]);
    }
}
