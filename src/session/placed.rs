//! Into which namespaces the kustomizations of a run put the objects of its files.
//!
//! Source: `NamespaceTransformer` in `sigs.k8s.io/kustomize/api/internal/builtins`: `namespace` of a kustomization replaces
//! that of all that it takes, also where an inner one has set another.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::manifest::kustomization::Listed;

/// Kustomizations that include each other more deeply than this are not followed.
const DEEPEST: usize = 32;

/// By file: the namespaces in which its objects end up, `None` for their own.
#[derive(Default)]
pub(super) struct Placed(HashMap<PathBuf, BTreeSet<Option<String>>>);

impl Placed {
    /// Looks at the kustomizations of all directories.
    pub fn new(listed: &HashMap<PathBuf, Listed>) -> Self {
        if listed.values().all(|one| one.namespace.is_none()) {
            return Self::default();
        }
        let mut includers: HashMap<&Path, Vec<&Path>> = HashMap::new();
        for (directory, one) in listed {
            for included in one.resources.iter().chain(&one.components) {
                includers.entry(included).or_default().push(directory);
            }
        }
        let mut placed: HashMap<PathBuf, BTreeSet<Option<String>>> = HashMap::new();
        let mut known = HashMap::new();
        for (directory, one) in listed {
            let files: Vec<&PathBuf> = one.resources.iter().filter(|path| !listed.contains_key(*path)).collect();
            if !files.is_empty() {
                let ends = ends(directory, listed, &includers, &mut known, DEEPEST);
                for file in files {
                    placed.entry(file.clone()).or_default().extend(ends.iter().cloned());
                }
            }
        }
        placed.retain(|_, ends| ends.iter().any(Option::is_some));
        Self(placed)
    }

    /// The namespace in which all objects of a file end up, if that is one.
    pub fn in_one(&self, file: &Path) -> Option<&str> {
        let ends = self.0.get(file).filter(|ends| ends.len() == 1)?;
        ends.first()?.as_deref()
    }

    /// The namespaces in which objects of a file end up, but for their own.
    pub fn ends(&self, file: &Path) -> impl Iterator<Item = &str> {
        self.0.get(file).into_iter().flatten().flatten().map(String::as_str)
    }

    /// The files of which objects are put somewhere.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.keys()
    }

    /// Whether no kustomization puts anything anywhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The namespaces in which what a kustomization takes ends up, by all that include it.
fn ends<'l>(
    directory: &'l Path,
    listed: &'l HashMap<PathBuf, Listed>,
    includers: &HashMap<&'l Path, Vec<&'l Path>>,
    known: &mut HashMap<&'l Path, BTreeSet<Option<String>>>,
    depth: usize,
) -> BTreeSet<Option<String>> {
    if let Some(ends) = known.get(directory) {
        return ends.clone();
    }
    let own = listed.get(directory).and_then(|one| one.namespace.clone());
    let by: HashSet<&Path> = includers.get(directory).into_iter().flatten().copied().collect();
    let mut found = BTreeSet::new();
    if by.is_empty() || depth == 0 {
        found.insert(own);
    } else {
        // What includes itself is built by nobody.
        known.insert(directory, BTreeSet::new());
        for includer in by {
            let outer = ends(includer, listed, includers, known, depth - 1);
            found.extend(outer.into_iter().map(|outer| outer.or_else(|| own.clone())));
        }
    }
    known.insert(directory, found.clone());
    found
}
