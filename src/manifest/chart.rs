//! What a chart of Helm says of itself.

use std::path::Path;

use crate::yaml::tree::Tree;

/// The file that makes a directory a chart.
pub const NAME: &str = "Chart.yaml";

/// A `Chart.yaml`, as far as it names charts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its name, which need not be that of its directory.
    pub name: String,
    /// The charts that it is put together from.
    pub dependencies: Vec<Dependency>,
}

/// A chart in a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name that its own `Chart.yaml` gives.
    pub name: String,
    /// The name under which the outer chart knows it, if that is another.
    pub alias: Option<String>,
    /// Where it comes from: `file://../common`, or a place that is not here.
    pub repository: Option<String>,
}

/// Reads a `Chart.yaml`.
///
/// Source: `Metadata` and `Dependency` in `helm.sh/helm/v3/pkg/chart`.
pub fn chart(tree: &Tree<'_>) -> Option<Chart> {
    let root = tree.root()?;
    let name = tree.get_str(root, "name")?.into_owned();
    let list = tree.get(root, "dependencies");
    let dependencies = list.into_iter().flat_map(|list| tree.elements(list)).filter_map(|one| {
        let field = |key| tree.get_str(one, key).map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty());
        Some(Dependency { name: field("name")?, alias: field("alias"), repository: field("repository") })
    });
    Some(Chart { dependencies: dependencies.collect(), name })
}

/// What a file of a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A template, which Helm renders.
    Template,
    /// A definition of custom resources, which Helm installs as it stands.
    Definition,
    /// Anything else: values, metadata, tests, examples.
    Other,
}

/// Whether a file lies in the `charts/` of a chart, where it keeps those that it takes from elsewhere. Looks up to the root
/// of a git repository.
pub fn is_in_dependency(path: &Path) -> bool {
    let Ok(path) = std::path::absolute(path) else { return false };
    for directory in path.ancestors().skip(1) {
        let is_charts = directory.file_name().is_some_and(|name| name == "charts");
        if is_charts && directory.parent().is_some_and(|above| above.join(NAME).is_file()) {
            return true;
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    false
}

/// The part of a chart that a file is, if it lies in one. Looks for a `Chart.yaml` in the directories above, up to the
/// root of a git repository.
///
/// Source: https://helm.sh/docs/topics/charts/#the-chart-file-structure
pub fn part_of(path: &Path) -> Option<Part> {
    let path = std::path::absolute(path).ok()?;
    for directory in path.ancestors().skip(1) {
        if directory.join(NAME).is_file() {
            let below = path.strip_prefix(directory).ok()?.components().next()?;
            return Some(match below.as_os_str().to_str() {
                Some("templates") => Part::Template,
                Some("crds") => Part::Definition,
                _ => Part::Other,
            });
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}
