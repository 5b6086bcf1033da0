//! What kustomize refuses in a kustomization: fields that it does not have, and values of another form.
//!
//! Source: `Kustomization`, `Unmarshal` and `EnforceFields` in `sigs.k8s.io/kustomize/api/types/kustomization.go`, with the
//! types of its fields beside it. Unknown fields are errors there, at every depth.

use crate::manifest::suggest::nearest;
use crate::source::span::Span;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    List,
    /// A list of mappings with these fields alone.
    ListOf(&'static [&'static str]),
    Mapping,
}

use Form::{List, ListOf, Mapping, Text};

const PATCH: &[&str] = &["path", "patch", "target", "options"];

/// The fields of a kustomization.
const FIELDS: &[(&str, Form)] = &[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", Mapping),
    ("openapi", Mapping),
    ("namePrefix", Text),
    ("nameSuffix", Text),
    ("namespace", Text),
    ("commonLabels", Mapping),
    ("labels", List),
    ("commonAnnotations", Mapping),
    ("patchesStrategicMerge", List),
    ("patchesJson6902", ListOf(PATCH)),
    ("patches", ListOf(PATCH)),
    ("images", List),
    ("imageTags", List),
    ("replacements", ListOf(&["path", "source", "sourceValue", "targets"])),
    ("replicas", List),
    ("vars", List),
    ("sortOptions", Mapping),
    ("resources", List),
    ("components", List),
    ("crds", List),
    ("bases", List),
    ("configMapGenerator", List),
    ("secretGenerator", List),
    ("helmGlobals", Mapping),
    ("helmCharts", List),
    ("helmChartInflationGenerator", List),
    ("generatorOptions", Mapping),
    ("configurations", List),
    ("generators", List),
    ("transformers", List),
    ("validators", List),
    ("inventory", Mapping),
    ("buildMetadata", List),
];

const REFUSED: &str = "kustomize refuses the kustomization and builds nothing";

/// What kustomize refuses in a kustomization, each with its place. Nothing is said of what is none: a Kustomization of Flux
/// may stand in a file of this name.
pub fn refused(tree: &Tree<'_>) -> Vec<(Span, String)> {
    let Some(root) = tree.root().filter(|&root| tree.kind(root) == Kind::Mapping && is_one(tree, root)) else {
        return Vec::new();
    };
    let mut refused = Vec::new();
    if let Some(kind) = tree.get(root, "kind")
        && let Some(text) = tree.string(kind)
        && !["", "Kustomization", "Component"].contains(&text.as_ref())
    {
        refused.push((tree.span(kind), format!("kind should be Kustomization or Component: {REFUSED}")));
    }
    for (key, value) in tree.pairs(root) {
        let Ok(name) = tree.key(key) else { continue };
        // Names are compared as Go's JSON does.
        let Some((_, form)) = FIELDS.iter().find(|(field, _)| field.eq_ignore_ascii_case(&name)) else {
            let known = FIELDS.iter().map(|(field, _)| *field);
            refused.push((tree.span(key), unknown(&name, known)));
            continue;
        };
        let value = tree.resolve(value);
        match (form, tree.kind(value)) {
            _ if tree.is_null(value) => {}
            (List | ListOf(_), Kind::Mapping | Kind::Scalar) => {
                refused.push((tree.span(value), format!("{name} takes a list: {REFUSED}")));
            }
            (Mapping, Kind::Sequence | Kind::Scalar) => {
                refused.push((tree.span(value), format!("{name} takes a mapping: {REFUSED}")));
            }
            (Text, Kind::Sequence | Kind::Mapping) => {
                refused.push((tree.span(value), format!("{name} takes a string: {REFUSED}")));
            }
            (ListOf(fields), _) => refused.extend(in_elements(tree, value, fields)),
            _ => {}
        }
    }
    refused
}

/// What is refused in the elements of a list.
fn in_elements<'f>(
    tree: &'f Tree<'_>,
    list: NodeId,
    fields: &'static [&'static str],
) -> impl Iterator<Item = (Span, String)> + 'f {
    let mappings = tree.elements(list).map(|element| tree.resolve(element));
    let pairs = mappings.filter(|&one| tree.kind(one) == Kind::Mapping).flat_map(|one| tree.pairs(one));
    pairs.filter_map(|(key, _)| {
        let name = tree.key(key).ok()?;
        let is_known = fields.iter().any(|field| field.eq_ignore_ascii_case(&name));
        (!is_known).then(|| (tree.span(key), unknown(&name, fields.iter().copied())))
    })
}

fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let near = nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("unknown field \"{name}\": {REFUSED}{near}")
}

/// Whether a document says that it is a kustomization, or says nothing.
fn is_one(tree: &Tree<'_>, root: NodeId) -> bool {
    let version = tree.get_str(root, "apiVersion").unwrap_or_default();
    version.is_empty() || version.starts_with("kustomize.config.k8s.io/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::SourceFile;
    use crate::yaml::{parse, split};

    fn told(text: &str) -> Vec<String> {
        let file = SourceFile::new("kustomization.yaml", text.as_bytes().to_vec()).expect("small");
        let tree = parse::parse(&file, &split::split(&file)[0]).expect("YAML");
        let at = |span: Span| file.position(span.start).line;
        refused(&tree).into_iter().map(|(span, message)| format!("{}: {message}", at(span))).collect()
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest() {
        let text = "resource: [a]\npatchs:\n- path: b\nx: 1\nResources: [a]\npatches: [{file: c}]\n";
        let refused = |line: u32, name: &str, near: &str| format!("{line}: unknown field \"{name}\": {REFUSED}{near}");
        let expected = [
            refused(1, "resource", "; did you mean resources?"),
            refused(2, "patchs", "; did you mean patches?"),
            refused(4, "x", ""),
            refused(6, "file", ""),
        ];
        assert_eq!(told(text), expected);
    }

    #[test]
    fn a_value_of_another_form_and_another_kind_are_refused() {
        let text = "kind: Kustomisation\nresources: a.yaml\ncommonLabels: [a]\nnamespace: {a: b}\npatches:\ncrds: []\n";
        let expected =
            ["kind should be Kustomization or Component", "resources takes a list", "commonLabels takes a mapping"];
        let told = told(text);
        assert!(told.len() == 4 && told[3].starts_with("4: namespace takes a string"), "{told:?}");
        for (line, (told, expected)) in told.iter().zip(expected).enumerate() {
            assert_eq!(*told, format!("{}: {expected}: {REFUSED}", line + 1));
        }
    }

    #[test]
    fn a_kustomization_of_flux_is_none() {
        assert_eq!(
            told("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./a}\n"),
            [""; 0]
        );
        assert_eq!(told("- a\n"), [""; 0]);
    }
}
