//! Which of the files to read are patches of kustomize, and no objects, and which are patched elsewhere.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::lint::Options;
use crate::lint::patch::{lint_inline, lint_patch};
use crate::manifest::kustomization::{CHAINSAW, Listed, NAMES};
use crate::manifest::overlay::{Overlay, Target};
use crate::source::confine::Given;
use crate::source::discover::{Directory, Input};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, SkipReason, Skipped};

/// An overlay of the walk, and whom it patches.
struct Patching {
    overlay: Overlay,
    targets: Vec<Target>,
}

/// The walked files that a kustomization of the walk lists as patches.
#[derive(Default)]
pub struct Patches {
    /// With whom they are for, where that is said.
    paths: HashMap<PathBuf, Option<Target>>,
    /// What tests assert, instead of creating it.
    assertions: HashSet<PathBuf>,
    /// Their names, by which most files are told apart without a path made absolute.
    names: HashSet<OsString>,
    patching: Vec<Patching>,
    /// The overlays that take objects from a file, and the one that a file is, by their places in the list.
    taken_by: HashMap<PathBuf, Vec<usize>>,
    written_in: HashMap<PathBuf, usize>,
}

impl Patches {
    /// Reads the kustomizations beside the files to read. One that cannot be read lists nothing: it is reported when
    /// its turn comes.
    pub fn new(inputs: &[Input]) -> Self {
        let walked = inputs.iter().filter(|input| !input.named);
        let may_hold = |directory: &Directory| NAMES.iter().chain([&CHAINSAW]).any(|name| directory.may_hold(name));
        let walked = walked.filter(|input| input.directory.as_deref().is_none_or(may_hold));
        let directories = walked.filter_map(|input| Some((path_of(input)?.parent()?, input.directory.as_deref())));
        let directories: HashMap<&Path, Option<&Directory>> = directories.collect();
        // What no walk met is of the project around the working directory.
        let begin = |one: Option<&Directory>| one.map_or(Path::new(""), Directory::begin).to_owned();
        let given = Given::new(directories.values().copied().map(begin).collect::<HashSet<_>>());
        let directories: Vec<&Path> = directories.into_keys().collect();
        let listed: HashMap<PathBuf, Listed> =
            directories.into_par_iter().map(|one| (normal(one), Listed::read(one, &given))).collect();
        let resources: HashSet<&PathBuf> = listed.values().flat_map(|listed| &listed.resources).collect();
        let patches = listed.values().flat_map(|listed| &listed.patches);
        // What is an object to one kustomization is an object, though another patches with it.
        let mut paths: HashMap<PathBuf, Option<Target>> =
            patches.filter(|patch| !resources.contains(patch)).map(|patch| (patch.clone(), None)).collect();
        let assertions: HashSet<PathBuf> = listed.values().flat_map(|listed| &listed.assertions).cloned().collect();
        let mut overlays: Vec<&Overlay> = listed.values().flat_map(|listed| &listed.overlays).collect();
        overlays.sort_by(|a, b| a.file.cmp(&b.file));
        for (path, target) in overlays.iter().flat_map(|overlay| &overlay.files) {
            if let Some(known @ None) = paths.get_mut(path) {
                known.clone_from(target);
            }
        }
        let mut taken_by: HashMap<PathBuf, Vec<usize>> = HashMap::new();
        for (index, overlay) in overlays.iter().enumerate() {
            for file in files_of(overlay, &listed) {
                taken_by.entry(file).or_default().push(index);
            }
        }
        let written_in = overlays.iter().enumerate().map(|(index, overlay)| (overlay.file.clone(), index)).collect();
        let targets = |overlay: &Overlay| {
            let root = overlay.file.parent().unwrap_or(Path::new(""));
            overlay.targets(|path| given.root(root).read(path).ok())
        };
        let patching =
            overlays.par_iter().map(|&overlay| Patching { targets: targets(overlay), overlay: overlay.clone() });
        let patching = patching.collect();
        let names = paths.keys().chain(&assertions).filter_map(|path| Some(path.file_name()?.to_owned())).collect();
        Self { paths, assertions, names, patching, taken_by, written_in }
    }

    /// Whether a file is a patch, or what a test asserts. One that was named is judged as what it is.
    pub fn contains(&self, input: &Input) -> bool {
        self.place(input).is_some_and(|path| self.paths.contains_key(&path) || self.assertions.contains(&path))
    }

    fn place(&self, input: &Input) -> Option<PathBuf> {
        let is_known = |path: &&Path| path.file_name().is_none_or(|name| self.names.contains(name));
        path_of(input).filter(|_| !input.named).filter(is_known).map(normal)
    }

    /// What is to be said of a file that is a patch, or what a test asserts.
    pub fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> Option<FileReport> {
        let path = self.place(input)?;
        if let Some(target) = self.paths.get(&path) {
            return Some(lint_patch(file, target.as_ref(), options));
        }
        self.assertions.contains(&path).then(|| {
            let detail = "asserted by a test of Chainsaw".to_owned();
            let skipped = vec![Skipped { document: None, reason: SkipReason::NotManifest, detail }];
            FileReport { skipped, ..FileReport::default() }
        })
    }

    /// Adds to the report of a file what kustomizations make of it: which of its pods are patched elsewhere, and what the
    /// patches set that stand in it.
    pub fn complete(&self, input: &Input, file: &SourceFile, options: &Options, report: &mut FileReport) {
        let name = path_of(input).and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        let may_patch = !input.named && NAMES.contains(&name);
        if self.patching.is_empty() || report.templates.is_empty() && !may_patch {
            return;
        }
        let Some(path) = path_of(input).map(normal) else { return };
        if let Some(&index) = self.written_in.get(&path).filter(|_| may_patch) {
            report.findings.extend(lint_inline(file, &self.patching[index].overlay.inline, options));
        }
        for &index in self.taken_by.get(&path).into_iter().flatten() {
            let Patching { overlay, targets } = &self.patching[index];
            for template in &mut report.templates {
                let object = &template.object;
                if targets.iter().any(|target| target.may_mean(&object.kind, &object.name)) {
                    template.patched_by.push(shown(&overlay.file));
                }
            }
        }
    }
}

/// A path as it is shown: from the working directory on, if it is below that.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().map(|here| normal(&here)).unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The files that an overlay takes objects from, those of other kustomizations included.
fn files_of(overlay: &Overlay, listed: &HashMap<PathBuf, Listed>) -> HashSet<PathBuf> {
    let mut files = HashSet::new();
    let mut pending = overlay.resources.clone();
    while let Some(path) = pending.pop() {
        if files.insert(path.clone())
            && let Some(inner) = listed.get(&path)
        {
            pending.extend(inner.resources.iter().cloned());
        }
    }
    files
}

fn path_of(input: &Input) -> Option<&Path> {
    input.source.path()
}

/// Whether some kustomizations use a file as a patch.
pub fn is_patch<'l>(path: &Path, listed: impl Iterator<Item = &'l Listed> + Clone) -> bool {
    !listed.clone().any(|listed| listed.resources.contains(path))
        && listed.into_iter().any(|one| one.patches.contains(path))
}
