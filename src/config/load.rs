//! Configuration files with all that they build on.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{Looks, Read, looks, mistake, read};
use super::{Config, NamespaceEntry};
use crate::local::policy::LocalPolicy;
use crate::problem::{About, Problem, Spot};
use crate::source::confine::{Given, Root};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular};
use crate::source::span::Span;
use crate::waiver::configured::ConfiguredWaiver;

/// How many files may build on each other: more are a mistake that nobody makes on purpose.
const DEEPEST: usize = 16;

/// A configuration, put together.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What all of its files say together.
    pub config: Config,
    /// The entries of `namespaces`, with the place where each stands: `podline.yaml:14`.
    pub namespaces: Vec<(String, NamespaceEntry)>,
    /// The entries of `waivers`, with the place where each stands.
    pub waivers: Vec<ConfiguredWaiver>,
    /// The entries of `policies`, with the place where each stands.
    pub policies: Vec<ConfiguredPolicy>,
    /// The elements of `accepted`, with the place where each stands.
    pub accepted: Vec<(PathBuf, Spot)>,
    /// Where `admission` names the API server's configuration, if it does.
    pub admission_config: Option<Spot>,
    /// The files, the nearest first, as they are shown.
    pub files: Vec<String>,
    /// Their texts.
    pub sources: Vec<Arc<SourceFile>>,
    /// What the files that they name must lie in; none where nothing was loaded.
    pub root: Option<Root>,
}

/// An entry of `policies`.
#[derive(Clone, Debug)]
pub struct ConfiguredPolicy {
    /// What it says.
    pub entry: LocalPolicy,
    /// Where it stands. The file that it names is relative to the directory of this one.
    pub spot: Spot,
}

/// Loads a configuration file that was found beside manifests, and what it extends. All of that must lie in its root.
///
/// # Errors
/// Everything that is wrong in any of the files. Of one that is no configuration nothing of its text is told.
pub fn load(path: &Path, given: &Given) -> Result<Loaded, Vec<Problem>> {
    let file = open(path, |path| root_of(path, given).read(path)).map_err(|problem| vec![problem])?;
    load_text(path, file, given)
}

/// Loads a configuration file that the command line names, which may lie anywhere, and what it extends.
///
/// # Errors
/// Everything that is wrong in any of the files. Of one that is a link out of its root only the first mistake, without
/// its text.
pub fn load_named(path: &Path, given: &Given) -> Result<Loaded, Vec<Problem>> {
    let file = open(path, read_regular).map_err(|problem| vec![problem])?;
    load_text(path, file, given).map_err(|problems| {
        if root_of(path, given).inside(path).is_ok() {
            return problems;
        }
        let first = problems.first().map(Problem::to_string).unwrap_or_default();
        vec![Problem::new(About::Configuration, first)]
    })
}

/// Loads a configuration file whose text is at hand, and what it extends.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub fn load_text(path: &Path, file: SourceFile, given: &Given) -> Result<Loaded, Vec<Problem>> {
    let mut loader = Loader { root: root_of(path, given), chain: Vec::new(), problems: Vec::new() };
    let mut whole = loader.load(path, file, !path.is_symlink()).map_err(|problem| vec![problem])?;
    whole.root = Some(loader.root);
    if loader.problems.is_empty() { Ok(whole) } else { Err(loader.problems) }
}

/// What the files that a configuration names must lie in.
fn root_of(path: &Path, given: &Given) -> Root {
    given.root(path.parent().unwrap_or(Path::new("")))
}

struct Loader {
    root: Root,
    /// The files that are being loaded, each because of the one before it.
    chain: Vec<PathBuf>,
    problems: Vec<Problem>,
}

impl Loader {
    /// `is_ours` says that it is called as a configuration is, so that its text may be shown whatever it is.
    ///
    /// # Errors
    /// It is no configuration. Nothing of its text is told: anything may be named as one.
    fn load(&mut self, path: &Path, file: SourceFile, is_ours: bool) -> Result<Loaded, Problem> {
        let file = Arc::new(file);
        let Read { mut config, places, paths, mut mistakes } = read(&file);
        if !mistakes.is_empty() {
            let is = |message| Err(Problem::in_file(About::Configuration, file.name(), message));
            match looks(&file) {
                Looks::NoMapping => return is("is no YAML mapping"),
                Looks::Foreign if !is_ours => return is("is no configuration of podline"),
                _ => {}
            }
        }
        let directory = path.parent().unwrap_or(Path::new(""));
        self.chain.push(normal(path));
        let mut farther = Vec::new();
        for named in paths {
            let found = match named.key {
                "extends" => self.extend(directory, &named.text).map(|loaded| farther.push(loaded)),
                _ => self.check(directory, &named.text),
            };
            if let Err(message) = found {
                mistakes.push(mistake(&file, named.span, message));
            }
        }
        self.chain.pop();
        mistakes.sort_by_key(|mistake| mistake.location.span.start);
        self.problems.extend(
            mistakes
                .into_iter()
                .map(|mistake| Problem::at(About::Configuration, &file, mistake.location.span, mistake.message)),
        );
        anchor(&mut config, directory);
        let spot = |span| Spot { file: Arc::clone(&file), span };
        let line = |span: Span| file.position(span.start).line;
        let place = |span| format!("{}:{}", file.name(), line(span));
        let namespaces = std::mem::take(&mut config.namespaces).into_iter().zip(places.namespaces);
        let waivers = std::mem::take(&mut config.waivers).into_iter().zip(places.waivers);
        let waiver = |(entry, span)| ConfiguredWaiver {
            entry,
            file: file.name().to_owned(),
            line: line(span),
            directory: normal(directory),
            inherited: !self.chain.is_empty(),
        };
        let policies = std::mem::take(&mut config.policies).into_iter().zip(places.policies);
        let accepted = std::mem::take(&mut config.accepted.0).into_iter().zip(places.accepted);
        let names_config = config.admission.as_ref().is_some_and(|admission| admission.0.config.is_some());
        let nearer = Loaded {
            config,
            namespaces: namespaces.map(|(entry, span)| (place(span), entry)).collect(),
            waivers: waivers.map(waiver).collect(),
            policies: policies.map(|(entry, span)| ConfiguredPolicy { entry, spot: spot(span) }).collect(),
            accepted: accepted.map(|(path, span)| (PathBuf::from(path), spot(span))).collect(),
            admission_config: names_config.then(|| spot(places.admission_config)),
            files: vec![file.name().to_owned()],
            sources: vec![Arc::clone(&file)],
            root: None,
        };
        Ok(farther.into_iter().fold(nearer, merge))
    }

    /// Whether a file that is read later lies in the root, and may be read.
    fn check(&self, directory: &Path, target: &str) -> Result<(), String> {
        // As `anchor` names it, since that is what is read.
        let path = normal(&directory.join(target));
        let real = self.root.inside(&path).map_err(|outside| format!("{target} {outside}"))?;
        match std::fs::metadata(real) {
            Ok(found) if !found.is_file() && !found.is_dir() => Err(format!("{target} is not a regular file")),
            // What is not there is told when it is read.
            _ => Ok(()),
        }
    }

    /// Loads what a file extends.
    fn extend(&mut self, directory: &Path, target: &str) -> Result<Loaded, String> {
        if target.contains("://") {
            return Err(format!("{target}: podline downloads nothing; keep a copy in the repository"));
        }
        let path = directory.join(target);
        let at = self.chain.iter().position(|link| *link == normal(&path));
        if let Some(at) = at {
            let name = |link: &PathBuf| link.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let chain: Vec<String> = self.chain[at..].iter().chain([&normal(&path)]).map(name).collect();
            return Err(format!("a cycle: {}", chain.join(" extends ")));
        }
        if self.chain.len() >= DEEPEST {
            return Err(format!("more than {DEEPEST} files extend each other"));
        }
        self.root.inside(&path).map_err(|outside| format!("{target} {outside}"))?;
        let file = open(&path, |path| self.root.read(path));
        file.and_then(|file| self.load(&path, file, false)).map_err(|problem| problem.to_string())
    }
}

fn open(path: &Path, read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Result<SourceFile, Problem> {
    let name = shown(path);
    let problem = |message| Problem::in_file(About::Configuration, name.as_str(), message);
    let bytes = read(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    SourceFile::new(name.as_str(), bytes).map_err(problem)
}

/// A path as reports show it: relative to the working directory where it lies in it.
pub fn shown(path: &Path) -> String {
    let path = normal(path);
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(&path);
    path.to_string_lossy().replace('\\', "/")
}

/// Makes the files that a configuration names relative to the working directory instead of to the configuration.
/// Globs stay: they are relative to the nearest configuration, wherever what it extends may lie.
fn anchor(config: &mut Config, directory: &Path) {
    let anchored = |path: &str| shown(&directory.join(path));
    if let Some(admission) = &mut config.admission {
        admission.0.config = admission.0.config.as_deref().map(anchored);
    }
    config.accepted.0.iter_mut().for_each(|path| *path = anchored(path));
    config.cluster.0.iter_mut().for_each(|path| *path = anchored(path));
    for output in &mut config.outputs.0 {
        if let Some((format, file)) = output.split_once('=').filter(|(_, file)| *file != "-") {
            *output = format!("{format}={}", anchored(file));
        }
    }
}

/// Adds what a farther file says: what the nearer one says wins, lists add up.
fn merge(nearer: Loaded, farther: Loaded) -> Loaded {
    let (mut merged, far) = (nearer, farther.config);
    let near = &mut merged.config;
    // Both say how pods are judged: one takes the place of the other.
    if near.level.is_none() && near.admission.is_none() {
        (near.level, near.admission) = (far.level, far.admission);
        merged.admission_config = farther.admission_config;
    }
    near.kubernetes_version = near.kubernetes_version.take().or(far.kubernetes_version);
    near.namespace = near.namespace.take().or(far.namespace);
    near.exclude.0.extend(far.exclude.0);
    near.outputs.0.extend(far.outputs.0);
    near.templates.extend(far.templates);
    for (rule, setting) in far.rules {
        near.rules.entry(rule).or_insert(setting);
    }
    near.cluster.0.extend(far.cluster.0);
    near.deny.0.extend(far.deny.0);
    merged.namespaces.extend(farther.namespaces);
    merged.waivers.extend(farther.waivers);
    merged.policies.extend(farther.policies);
    merged.accepted.extend(farther.accepted);
    merged.files.extend(farther.files);
    merged.sources.extend(farther.sources);
    merged
}
