//! What a chart of Helm says of itself.

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
