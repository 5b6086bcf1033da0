//! What a kustomization says of the files beside it.

mod entries;
mod fields;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use entries::Entry;

use super::overlay::{self, Overlay};
use crate::source::confine::{Given, Root};
use crate::source::file::SourceFile;
use crate::source::path::{name_of, normal, read_regular, shown};
use crate::source::span::Span;
use crate::yaml::parse::well_formed;
use crate::yaml::tree::{Kind, Tree};

/// The file names that kustomize reads.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The test of Chainsaw in a directory.
pub const CHAINSAW: &str = "chainsaw-test.yaml";

/// What the kustomizations of a directory list, as absolute paths.
#[derive(Debug, Default)]
pub struct Listed {
    /// What they apply as patches.
    pub patches: HashSet<PathBuf>,
    /// What they take as objects.
    pub resources: HashSet<PathBuf>,
    /// The directories with components, which patch what the kustomization takes from elsewhere.
    pub components: HashSet<PathBuf>,
    /// The files with transformers.
    pub transformers: HashSet<PathBuf>,
    /// Those that change what they take.
    pub overlays: Vec<Overlay>,
    /// The namespace into which they put it.
    pub namespace: Option<String>,
    /// What the tests of Chainsaw beside them assert, instead of creating it.
    pub assertions: HashSet<PathBuf>,
    /// What is wrong with them.
    pub mistakes: Vec<Mistake>,
}

/// Something that is wrong with a kustomization: an entry leads out of the root, or kustomize builds nothing of it.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The kustomization.
    pub file: Arc<SourceFile>,
    /// The entry, or the field.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// Whether it leads out of the root.
    pub is_outside: bool,
}

/// What is wrong with a kustomization in this directory: entries that lead out of the root, patches that are not there,
/// and what kustomize refuses. Nothing is opened for it.
pub fn mistakes(file: &Arc<SourceFile>, directory: &Path, root: impl Fn() -> Root) -> Vec<Mistake> {
    mistakes_in(&well_formed(file).collect::<Vec<_>>(), file, directory, root)
}

fn mistakes_in(trees: &[Tree<'_>], file: &Arc<SourceFile>, directory: &Path, root: impl Fn() -> Root) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut known = None;
    for tree in trees {
        let refused = fields::refused(tree).into_iter();
        found.extend(refused.map(|(span, message)| Mistake {
            file: Arc::clone(file),
            span,
            message,
            is_outside: false,
        }));
        for Entry { key, path, span } in entries::paths(tree) {
            // As kustomize joins them.
            let place = normal(&directory.join(&path));
            let (is_outside, message) = match known.get_or_insert_with(&root).inside(&place) {
                Err(outside) => (true, format!("{path} {outside}")),
                Ok(real) if entries::PATCHES.contains(&key) && !real.exists() => {
                    (false, format!("there is no {path}: kustomize builds nothing without this patch"))
                }
                Ok(_) => continue,
            };
            found.push(Mistake { file: Arc::clone(file), span, message, is_outside });
        }
    }
    found
}

impl Listed {
    /// Reads the kustomizations of a directory. One that cannot be read, or is a link out of the root, lists nothing.
    pub fn read(directory: &Path, given: &Given) -> Self {
        Self::read_as(directory, given, true)
    }

    /// The same without what is wrong with them.
    pub fn read_lists(directory: &Path, given: &Given) -> Self {
        Self::read_as(directory, given, false)
    }

    fn read_as(directory: &Path, given: &Given, checks: bool) -> Self {
        let mut listed = Self::default();
        let read = |path: PathBuf| {
            let is_link = fs::symlink_metadata(&path).ok()?.is_symlink();
            let bytes = if is_link { given.root(directory).read(&path) } else { read_regular(&path) };
            Some((Arc::new(SourceFile::new(shown(&path), bytes.ok()?).ok()?), path))
        };
        for (file, path) in NAMES.iter().filter_map(|name| read(directory.join(name))) {
            let trees: Vec<Tree<'_>> = well_formed(&file).collect();
            for tree in &trees {
                let place = |file: &String| normal(&directory.join(file));
                listed.resources.extend(entries_of(tree, &["resources", "bases"]).iter().map(place));
                listed.components.extend(entries_of(tree, &["components"]).iter().map(place));
                listed.overlays.extend(overlay::read(tree, &normal(&path)));
                let namespace = tree.root().and_then(|root| tree.get_str(root, "namespace"));
                listed.namespace = listed.namespace.or(namespace.filter(|one| !one.is_empty()).map(Cow::into_owned));
            }
            if checks {
                listed.mistakes.extend(mistakes_in(&trees, &file, directory, || given.root(directory)));
            }
        }
        for overlay in &mut listed.overlays {
            for path in std::mem::take(&mut overlay.transformers) {
                let root = given.root(directory);
                let files = transformer_files(&path, &root);
                files.iter().filter_map(|file| root.read(file).ok()).for_each(|text| overlay.add_transformers(text));
                listed.transformers.extend(files);
            }
            for path in std::mem::take(&mut overlay.replacements) {
                given.root(directory).read(&path).into_iter().for_each(|text| overlay.add_replacements(text));
            }
            listed.patches.extend(overlay.files.iter().map(|(file, _)| file.clone()));
        }
        listed.overlays.retain(Overlay::is_patching);
        if let Some((file, _)) = read(directory.join(CHAINSAW)) {
            for tree in well_formed(&file) {
                listed.assertions.extend(asserted_files(&tree).iter().map(|file| normal(&directory.join(file))));
            }
        }
        listed
    }
}

/// Whether kustomize reads a file of this name.
pub fn is_name_of_one(file: &str) -> bool {
    let name = name_of(Path::new(file));
    name.is_some_and(|name| NAMES.iter().any(|known| name == *known))
}

/// Why not all that a kustomization makes stands in files beside it: charts, generators, or what is fetched. `None` for
/// one of which all does, and for any other file.
pub fn made_elsewhere(file: &SourceFile) -> Option<String> {
    if !is_name_of_one(file.name()) {
        return None;
    }
    let mut trees = well_formed(file);
    let made = trees.find_map(|tree| {
        let root = tree.root()?;
        let holds = |key: &&str| tree.get(root, key).is_some_and(|list| tree.elements(list).next().is_some());
        let key = ["helmCharts", "helmChartInflationGenerator", "generators"].into_iter().find(holds);
        let fetched = || entries_of(&tree, &["resources", "bases", "components"]).into_iter().find(|it| is_fetched(it));
        key.map(str::to_owned).or_else(fetched)
    })?;
    Some(format!("not all that it makes is here ({made}): build it (kubectl kustomize), and check the result"))
}

/// Whether kustomize fetches an entry.
///
/// Source: `NewRepoSpecFromURL` in `sigs.k8s.io/kustomize/api/internal/git/repospec.go`.
fn is_fetched(entry: &str) -> bool {
    let hosts = ["git@", "git::", "github.com/", "gitlab.com/", "bitbucket.org/", "ssh.dev.azure.com"];
    entry.contains("://") || entry.contains("?ref=") || hosts.iter().any(|host| entry.starts_with(host))
}

/// The files that an entry of `transformers` stands for: itself, or those that a kustomization in the directory lists.
fn transformer_files(path: &Path, root: &Root) -> Vec<PathBuf> {
    let listed = |name: &str| {
        let file = SourceFile::new("", root.read(&path.join(name)).ok()?).ok()?;
        let files =
            well_formed(&file).flat_map(|tree| entries_of(&tree, &["resources"])).map(|file| normal(&path.join(file)));
        Some(files.collect::<Vec<PathBuf>>())
    };
    NAMES.into_iter().find_map(listed).unwrap_or_else(|| vec![path.to_owned()])
}

/// The files and directories that a kustomization names in these lists.
fn entries_of(tree: &Tree<'_>, lists: &[&str]) -> Vec<String> {
    let lists = lists.iter().filter_map(|list| tree.get(tree.root()?, list));
    let elements = lists.flat_map(|list| tree.elements(list));
    elements.filter_map(|file| tree.string(file)).map(Cow::into_owned).collect()
}

/// The files that a test of Chainsaw asserts, as it names them.
///
/// Source: `Assert` and `Error` in `pkg/apis/v1alpha1` of kyverno/chainsaw.
fn asserted_files(tree: &Tree<'_>) -> Vec<String> {
    let Some(root) = tree.root() else { return Vec::new() };
    let mappings = tree.inside(root).filter(|&node| tree.kind(node) == Kind::Mapping);
    let asserted = mappings.flat_map(|mapping| ["assert", "error"].map(|key| tree.get(mapping, key)));
    asserted.flatten().filter_map(|one| tree.get_str(one, "file")).map(Cow::into_owned).collect()
}
