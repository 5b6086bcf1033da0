//! Configuration files with all that they build on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{Read, mistake, read};
use super::{Config, NamespaceEntry};
use crate::finding::Finding;
use crate::local::policy::LocalPolicy;
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
    /// The entries of `policies`, with the path of the file in which each stands and its place.
    pub policies: Vec<(PathBuf, String, LocalPolicy)>,
    /// The files, the nearest first, as they are shown.
    pub files: Vec<String>,
    /// Their texts.
    pub sources: Vec<Arc<SourceFile>>,
}

/// Files with mistakes.
#[derive(Debug)]
pub struct Mistakes(pub Vec<(Arc<SourceFile>, Vec<Finding>)>);

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum Error {
    /// The file itself cannot be read.
    Unreadable(String),
    /// Some file of it is wrong.
    Mistakes(Mistakes),
}

/// Loads a configuration file and what it extends.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub fn load(path: &Path) -> Result<Loaded, Error> {
    load_text(path, open(path).map_err(Error::Unreadable)?)
}

/// Loads a configuration file whose text is at hand, and what it extends.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub fn load_text(path: &Path, file: SourceFile) -> Result<Loaded, Error> {
    let mut loader = Loader { chain: Vec::new(), mistakes: Vec::new() };
    let whole = loader.load(path, file);
    if loader.mistakes.is_empty() { Ok(whole) } else { Err(Error::Mistakes(Mistakes(loader.mistakes))) }
}

struct Loader {
    /// The files that are being loaded, each because of the one before it.
    chain: Vec<PathBuf>,
    mistakes: Vec<(Arc<SourceFile>, Vec<Finding>)>,
}

impl Loader {
    fn load(&mut self, path: &Path, file: SourceFile) -> Loaded {
        let file = Arc::new(file);
        let Read { mut config, places, mut mistakes } = read(&file);
        let directory = path.parent().unwrap_or(Path::new(""));
        self.chain.push(normal(path));
        let mut farther = Vec::new();
        for (target, span) in config.extends.0.iter().zip(&places.extends) {
            match self.open(directory, target) {
                Ok((path, file)) => farther.push(self.load(&path, file)),
                Err(message) => mistakes.push(mistake(&file, *span, message)),
            }
        }
        self.chain.pop();
        if !mistakes.is_empty() {
            mistakes.sort_by_key(|mistake| mistake.location.span.start);
            self.mistakes.push((Arc::clone(&file), mistakes));
        }
        anchor(&mut config, directory);
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
        let nearer = Loaded {
            config,
            namespaces: namespaces.map(|(entry, span)| (place(span), entry)).collect(),
            waivers: waivers.map(waiver).collect(),
            policies: policies.map(|(policy, span)| (path.to_owned(), place(span), policy)).collect(),
            files: vec![file.name().to_owned()],
            sources: vec![Arc::clone(&file)],
        };
        farther.into_iter().fold(nearer, merge)
    }

    /// Opens what a file extends.
    fn open(&self, directory: &Path, target: &str) -> Result<(PathBuf, SourceFile), String> {
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
            return Err(format!("more than {DEEPEST} files build on each other"));
        }
        open(&path).map(|file| (path, file))
    }
}

fn open(path: &Path) -> Result<SourceFile, String> {
    let name = shown(path);
    let bytes = read_regular(path).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    SourceFile::new(name.as_str(), bytes).map_err(|message| format!("{name}: {message}"))
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
    }
    near.kubernetes_version = near.kubernetes_version.take().or(far.kubernetes_version);
    near.namespace = near.namespace.take().or(far.namespace);
    near.exclude.0.extend(far.exclude.0);
    near.outputs.0.extend(far.outputs.0);
    near.templates.extend(far.templates);
    for (rule, setting) in far.rules {
        near.rules.entry(rule).or_insert(setting);
    }
    near.accepted.0.extend(far.accepted.0);
    near.cluster.0.extend(far.cluster.0);
    near.deny.0.extend(far.deny.0);
    merged.namespaces.extend(farther.namespaces);
    merged.waivers.extend(farther.waivers);
    merged.policies.extend(farther.policies);
    merged.files.extend(farther.files);
    merged.sources.extend(farther.sources);
    merged
}
