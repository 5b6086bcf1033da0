//! Which of the files to read are patches of kustomize, and no objects, and which are patched elsewhere.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::placed::Placed;
use crate::lint::Options;
use crate::lint::patch::{lint_patch, lint_written, may_write};
use crate::manifest::kustomization::{CHAINSAW, Listed, Mistake, NAMES, made_elsewhere};
use crate::manifest::overlay::{Overlay, Target};
use crate::problem::{About, Problem};
use crate::source::confine::Given;
use crate::source::discover::{BadGlob, Directory, Input, PassedOver, WalkOptions, besides, is_walked};
use crate::source::file::SourceFile;
use crate::source::path::{directory_of, name_of, normal, shown};
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
    /// The overlays that take objects from a file, by their places in the list.
    taken_by: HashMap<PathBuf, Vec<usize>>,
    /// The namespaces into which kustomizations put the objects of files.
    placed: Placed,
    /// The names of the files that kustomizations take objects from or place.
    taken_names: HashSet<OsString>,
    /// What is wrong with the kustomizations.
    mistakes: Vec<Mistake>,
}

impl Patches {
    /// Reads the kustomizations beside the files to read. One that cannot be read lists nothing: it is reported when
    /// its turn comes.
    pub fn new(inputs: &[Input]) -> Self {
        let (directories, given) = walked_directories(inputs);
        let mut mistakes = mistakes_of_named(inputs, &directories, &given);
        let directories: Vec<&Path> = directories.into_keys().collect();
        let listed: HashMap<PathBuf, Listed> =
            directories.into_par_iter().map(|one| (normal(one), Listed::read(one, &given))).collect();
        mistakes.extend(listed.values().flat_map(|listed| &listed.mistakes).cloned());
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
        let includers = includers(&listed);
        for (index, overlay) in overlays.iter().enumerate() {
            for file in files_of(overlay, &listed, &includers) {
                taken_by.entry(file).or_default().push(index);
            }
        }
        let targets = |overlay: &Overlay| {
            let root = overlay.file.parent().unwrap_or(Path::new(""));
            overlay.targets(|path| given.root(root).read(path).ok())
        };
        let patching =
            overlays.par_iter().map(|&overlay| Patching { targets: targets(overlay), overlay: overlay.clone() });
        let patching = patching.collect();
        let names = paths.keys().chain(&assertions).filter_map(|path| Some(name_of(path)?.to_owned())).collect();
        let placed = Placed::new(&listed);
        let taken = taken_by.keys().chain(placed.files());
        let taken_names = taken.filter_map(|path| Some(name_of(path)?.to_owned())).collect();
        Self { paths, assertions, names, patching, taken_by, placed, taken_names, mistakes }
    }

    /// What is wrong with the kustomizations. What lies outside of the root is not read.
    pub fn problems(&self) -> Vec<Problem> {
        let mut mistakes: Vec<&Mistake> = self.mistakes.iter().collect();
        mistakes.sort_by(|a, b| (a.file.name(), a.span.start).cmp(&(b.file.name(), b.span.start)));
        let problem = |one: &&Mistake| {
            let problem = Problem::at(About::Kustomization, &one.file, one.span, one.message.as_str());
            if one.is_outside { problem } else { problem.as_note() }
        };
        mistakes.iter().map(problem).collect()
    }

    /// Whether a file is a patch, or what a test asserts. One that was named is judged as what it is.
    pub fn contains(&self, input: &Input) -> bool {
        self.place(input).is_some_and(|path| self.paths.contains_key(&path) || self.assertions.contains(&path))
    }

    /// Whether what is to be said of a file is known only once all of it was read: it is a patch, or writes some.
    pub fn needs_whole(&self, input: &Input, file: &SourceFile) -> bool {
        self.contains(input) || may_write(file)
    }

    /// Whether a file is a patch, by its absolute path, as if a walk had met it.
    pub fn are_of(&self, path: &Path) -> bool {
        self.paths.contains_key(path)
    }

    fn place(&self, input: &Input) -> Option<PathBuf> {
        let is_known = |path: &&Path| name_of(path).is_none_or(|name| self.names.contains(name));
        path_of(input).filter(|_| !input.named).filter(is_known).map(normal)
    }

    /// The path of a file that kustomizations may take: most are told apart by their names.
    fn taken(&self, input: &Input) -> Option<PathBuf> {
        let may_be_taken = |path: &&Path| name_of(path).is_some_and(|name| self.taken_names.contains(name));
        path_of(input).filter(may_be_taken).map(normal)
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
        if let Some(why) = made_elsewhere(file).filter(|_| !input.named) {
            for skipped in report.skipped.iter_mut().filter(|skipped| skipped.reason == SkipReason::NotManifest) {
                (skipped.reason, skipped.detail) = (SkipReason::Unrendered, why.clone());
            }
        }
        let written = lint_written(file, options);
        if !written.is_empty() {
            report.findings.extend(written);
            report.findings.sort_by_key(|finding| finding.location.span.start);
        }
        self.mark(input, options, report);
    }

    /// What a file is judged by: its objects are in the namespace into which all kustomizations of the walk put them.
    pub fn options<'o>(&self, input: &Input, options: &'o Options) -> Cow<'o, Options> {
        if self.placed.is_empty() {
            return Cow::Borrowed(options);
        }
        let path = self.taken(input);
        match path.as_deref().and_then(|path| self.placed.in_one(path)) {
            Some(namespace) => Cow::Owned(Options { namespace: namespace.to_owned(), ..options.clone() }),
            None => Cow::Borrowed(options),
        }
    }

    /// Adds to the report of a file, or of a part of it, which of its pods are patched elsewhere, and which are put into
    /// another namespace than the one in which they were judged, where that may matter.
    pub fn mark(&self, input: &Input, options: &Options, report: &mut FileReport) {
        if self.patching.is_empty() && self.placed.is_empty() || report.templates.is_empty() {
            return;
        }
        let Some(path) = self.taken(input) else { return };
        let asks = options.admission.is_some() || !options.scopes.is_empty() || options.engines.is_some();
        for template in report.templates.iter_mut().filter(|_| asks) {
            let others = self.placed.ends(&path).filter(|one| *one != template.effective_namespace);
            template.put_into = others.map(str::to_owned).collect();
        }
        let asks_for_images = !options.policies.is_empty() || options.engines.is_some();
        for &index in self.taken_by.get(&path).into_iter().flatten() {
            let Patching { overlay, targets } = &self.patching[index];
            for template in &mut report.templates {
                let object = &template.object;
                let is_meant = || targets.iter().any(|target| target.may_mean(&object.kind, &object.name));
                // Only policies ask for images, and only namespaces by their labels for levels.
                let images = || template.containers.iter().any(|one| overlay.changes_image(&one.image));
                let is_labelled = overlay.labels_namespaces && options.admission.is_some();
                if is_meant() || is_labelled || asks_for_images && images() {
                    template.patched_by.push(shown(&overlay.file));
                }
            }
        }
    }
}

/// Adds to the files of a walk those that its kustomizations name and it has not read: for their endings, or since they are
/// patches that lie elsewhere. Each stands behind the last file of the directory whose kustomization names it. Returns what the
/// rules of the walk leave out of them.
///
/// # Errors
/// [`BadGlob`] if the rules of the walk hold what is no glob.
pub fn add_unwalked(inputs: &mut Vec<Input>, walk: &WalkOptions) -> Result<Vec<PassedOver>, BadGlob> {
    let (directories, given) = walked_directories(inputs);
    let mut directories: Vec<&Path> = directories.into_keys().collect();
    directories.sort_unstable();
    let of = |directory: &&Path| -> Vec<PathBuf> {
        let Listed { patches, resources, transformers, .. } = Listed::read_lists(directory, &given);
        let others = resources.into_iter().chain(transformers).filter(|file| !is_walked(file));
        let is_inside = |file: &PathBuf| given.root(directory).inside(file).is_ok_and(|real| real.is_file());
        patches.into_iter().chain(others).filter(is_inside).collect()
    };
    let named: Vec<(PathBuf, Vec<PathBuf>)> =
        directories.par_iter().map(|directory| (directory.to_path_buf(), of(directory))).collect();
    if named.iter().all(|(_, files)| files.is_empty()) {
        return Ok(Vec::new());
    }
    let mut known = known_of(inputs, named.iter().flat_map(|(_, files)| files));
    let (mut found, mut left) = (HashMap::new(), Vec::new());
    for (directory, mut files) in named {
        files.sort_unstable();
        files.retain(|file| known.insert(file.clone()));
        if !files.is_empty() {
            let (read, passed_over) = besides(files, walk)?;
            found.insert(directory, read);
            left.extend(passed_over);
        }
    }
    put_behind(inputs, found);
    Ok(left)
}

/// Those of the files to read that may be among some others: they have the name of one.
fn known_of<'f>(inputs: &[Input], files: impl Iterator<Item = &'f PathBuf>) -> HashSet<PathBuf> {
    let names: HashSet<&OsStr> = files.filter_map(|file| name_of(file)).collect();
    let may_be_one = |path: &&Path| name_of(path).is_some_and(|name| names.contains(name));
    inputs.iter().filter_map(path_of).filter(may_be_one).map(normal).collect()
}

/// Puts what was found for a directory behind the last of its files.
fn put_behind(inputs: &mut Vec<Input>, mut found: HashMap<PathBuf, Vec<Input>>) {
    let mut reversed: Vec<Input> = Vec::with_capacity(inputs.len());
    for input in inputs.drain(..).rev() {
        let directory = path_of(&input).and_then(directory_of);
        let before = reversed.last().and_then(path_of).and_then(directory_of);
        let is_next = directory.map(Path::as_os_str) != before.map(Path::as_os_str);
        let more = directory.filter(|_| is_next).and_then(|directory| found.remove(directory));
        reversed.extend(more.into_iter().flatten().rev());
        reversed.push(input);
    }
    inputs.extend(reversed.into_iter().rev());
}

/// The directories of a walk in which there may be kustomizations, and what the walk may reach.
fn walked_directories(inputs: &[Input]) -> (HashMap<&Path, Option<&Directory>>, Given) {
    let walked = inputs.iter().filter(|input| !input.named);
    let may_hold = |directory: &Directory| NAMES.iter().chain([&CHAINSAW]).any(|name| directory.may_hold(name));
    let walked = walked.filter(|input| input.directory.as_deref().is_none_or(may_hold));
    let directories = walked.filter_map(|input| Some((directory_of(path_of(input)?)?, input.directory.as_deref())));
    // Files of one directory follow each other, and a path is dear to hash.
    let mut each: Vec<(&Path, Option<&Directory>)> = Vec::new();
    for (path, directory) in directories {
        match each.last_mut() {
            Some(last) if last.0.as_os_str() == path.as_os_str() => last.1 = directory,
            _ => each.push((path, directory)),
        }
    }
    let directories: HashMap<&Path, Option<&Directory>> = each.into_iter().collect();
    // What no walk met is of the project around the working directory.
    let begin = |one: Option<&Directory>| one.map_or(Path::new(""), Directory::begin).to_owned();
    let given = Given::new(directories.values().copied().map(begin).collect::<HashSet<_>>());
    (directories, given)
}

/// What is wrong with those kustomizations that were named themselves, and stand in no directory of the walk.
fn mistakes_of_named(inputs: &[Input], walked: &HashMap<&Path, Option<&Directory>>, given: &Given) -> Vec<Mistake> {
    let is_one = |path: &&Path| name_of(path).is_some_and(|name| NAMES.iter().any(|known| name == *known));
    let named = inputs.iter().filter(|input| input.named).filter_map(path_of).filter(is_one);
    let directories: HashSet<&Path> =
        named.filter_map(Path::parent).filter(|directory| !walked.contains_key(directory)).collect();
    directories.into_iter().flat_map(|directory| Listed::read(directory, given).mistakes).collect()
}

/// The directories of kustomizations, by those of the components that they include.
fn includers(listed: &HashMap<PathBuf, Listed>) -> HashMap<&Path, Vec<&Listed>> {
    let mut includers: HashMap<&Path, Vec<&Listed>> = HashMap::new();
    for listed in listed.values() {
        for component in &listed.components {
            includers.entry(component).or_default().push(listed);
        }
    }
    includers
}

/// The files that an overlay takes objects from, those of other kustomizations included. A component patches what those
/// take that include it.
fn files_of(
    overlay: &Overlay,
    listed: &HashMap<PathBuf, Listed>,
    includers: &HashMap<&Path, Vec<&Listed>>,
) -> HashSet<PathBuf> {
    let mut files = HashSet::new();
    let mut pending = overlay.resources.clone();
    let by = overlay.file.parent().and_then(|directory| includers.get(directory));
    pending.extend(by.into_iter().flatten().flat_map(|includer| &includer.resources).cloned());
    while let Some(path) = pending.pop() {
        if files.insert(path.clone())
            && let Some(inner) = listed.get(&path)
        {
            pending.extend(inner.resources.iter().chain(&inner.components).cloned());
        }
    }
    files
}

fn path_of(input: &Input) -> Option<&Path> {
    input.source.path()
}
