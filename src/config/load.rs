//! Configuration files with all that they build on.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Config;
use super::find::{beside, of_directory};
use super::floor;
use super::loaded::merge;
pub use super::loaded::{ConfiguredEntry, ConfiguredPolicy, Decision, Loaded, stricter};
use super::read::{Decided, Looks, Read, looks, mistake, read};
use crate::problem::{About, Problem, Spot};
use crate::source::confine::{Given, Outside, Root};
use crate::source::digest::{DigestError, Pinned};
use crate::source::file::SourceFile;
pub use crate::source::path::shown;
use crate::source::path::{normal, read_regular};
use crate::source::span::Span;
use crate::waiver::configured::ConfiguredWaiver;

/// How many files may build on each other: more are a mistake that nobody makes on purpose.
const DEEPEST: usize = 16;

/// Loads a configuration file that was found beside manifests, and what it extends. All of that must lie in its root.
///
/// # Errors
/// Another one stands beside it, or everything that is wrong in any of the files. Of one that is no configuration nothing of its text is told.
pub fn load(path: &Path, given: &Given) -> Result<Loaded, Vec<Problem>> {
    if let Some(other) = beside(path) {
        let other = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let message = format!("{other} is beside it: keep only one of them");
        return Err(vec![Problem::in_file(About::Configuration, shown(path), message)]);
    }
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
    load_alone(path, file, given).map_err(|problems| {
        if root_of(path, given).inside(path).is_ok() {
            return problems;
        }
        let first = problems.first().map(Problem::to_string).unwrap_or_default();
        vec![Problem::new(About::Configuration, first)]
    })
}

/// Loads a configuration file whose text is at hand, and what it extends, and puts it on the floors above it.
///
/// # Errors
/// Everything that is wrong in any of the files, and what loosens a floor.
pub fn load_text(path: &Path, file: SourceFile, given: &Given) -> Result<Loaded, Vec<Problem>> {
    let mut loaded = load_alone(path, file, given)?;
    let root = root_of(path, given);
    for above in above(path, &root) {
        if let Some(floor) = floor_in(&above, &root, given)? {
            loaded = floor::put_on(loaded, floor, &normal(above.parent().unwrap_or(Path::new(""))))?;
        }
    }
    Ok(loaded)
}

/// The nearest floor in the directories above that of a file.
pub fn floor_above(path: &Path, given: &Given) -> Option<Loaded> {
    let root = root_of(path, given);
    above(path, &root).iter().find_map(|above| floor_in(above, &root, given).ok()?)
}

/// A configuration, if it is a floor. Of one that is none nothing is told but where it is used.
fn floor_in(path: &Path, root: &Root, given: &Given) -> Result<Option<Loaded>, Vec<Problem>> {
    let Ok(file) = open(path, |path| root.read(path)) else { return Ok(None) };
    let may_be_one = file.text().lines().any(|line| line.trim_start_matches(['"', '\'']).starts_with("floor"));
    match load_alone(path, file, given) {
        Ok(loaded) => Ok(Some(loaded).filter(|loaded| loaded.config.floor == Some(true))),
        Err(problems) if may_be_one => Err(problems),
        Err(_) => Ok(None),
    }
}

/// The configuration files above that of a directory, the nearest first, up to the root.
fn above(path: &Path, root: &Root) -> Vec<PathBuf> {
    let path = normal(path);
    let directories = path.ancestors().skip(2).take_while(|directory| root.inside(directory).is_ok());
    directories.filter_map(of_directory).collect()
}

fn load_alone(path: &Path, file: SourceFile, given: &Given) -> Result<Loaded, Vec<Problem>> {
    let mut loader = Loader { root: root_of(path, given), chain: Vec::new(), problems: Vec::new() };
    let mut whole = loader.load(path, file, !path.is_symlink()).map_err(|problem| vec![problem])?;
    whole.root = Some(loader.root);
    if loader.problems.is_empty() { Ok(whole) } else { Err(loader.problems) }
}

/// What the files that a configuration names must lie in.
fn root_of(path: &Path, given: &Given) -> Root {
    given.root(path.parent().unwrap_or(Path::new("")))
}

/// What is wrong with a file that a configuration names.
#[derive(Debug)]
enum TargetError {
    /// It lies outside of the root.
    Outside(String, Outside),
    /// It is a pipe, a device or the like.
    NotRegular(String),
    /// A report would be written outside of the root.
    ReportOutside(String, Outside),
    /// A report would be written through this link.
    ReportThroughLink(String, PathBuf),
    /// A report would be called as manifests are.
    ReportAsManifest(String),
    /// It is not the file that was meant.
    Digest(String, DigestError),
    /// It is a directory, of which there is no digest.
    DigestOfDirectory(String),
    /// It is an address in a network.
    Address(String),
    /// These files extend each other.
    Cycle(Vec<String>),
    /// Too many files extend each other.
    TooDeep,
    /// What is wrong with the file that is extended.
    Extended(Problem),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(target, outside) => write!(f, "{target} {outside}"),
            Self::NotRegular(target) => write!(f, "{target} is not a regular file"),
            Self::ReportOutside(target, outside) => write!(f, "{target} {outside}, and no report is written there"),
            Self::ReportThroughLink(target, link) => {
                write!(f, "{target} goes through the symbolic link {}: name the place itself", shown(link))
            }
            Self::ReportAsManifest(target) => {
                write!(f, "{target} cannot be a report, since it could be a manifest: give it another extension")
            }
            Self::Digest(target, error) => write!(f, "{target}: {error}"),
            Self::DigestOfDirectory(target) => write!(f, "{target} is a directory: only a file has a digest"),
            Self::Address(target) => write!(f, "{target}: podline downloads nothing; keep a copy in the repository"),
            Self::Cycle(chain) => write!(f, "a cycle: {}", chain.join(" extends ")),
            Self::TooDeep => write!(f, "more than {DEEPEST} files extend each other"),
            Self::Extended(problem) => problem.fmt(f),
        }
    }
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
        let Read { mut config, places, paths, mut mistakes, notes } = read(&file);
        if !mistakes.is_empty() {
            let is = |message| Err(Problem::in_file(About::Configuration, file.name(), message));
            match looks(&file) {
                Looks::NoMapping => return is("is not a YAML mapping"),
                Looks::Foreign if !is_ours => return is("is not a configuration of podline"),
                _ => {}
            }
        }
        let directory = path.parent().unwrap_or(Path::new(""));
        self.chain.push(normal(path));
        let mut farther = Vec::new();
        for named in paths {
            let found = match named.key {
                "extends" => self.extend(directory, &named.text).map(|loaded| farther.push(loaded)),
                "outputs" => self.check_output(directory, &named.text),
                "policies" => self.check_pinned(directory, &named.text),
                _ => self.check(directory, &named.text),
            };
            if let Err(error) = found {
                mistakes.push(mistake(&file, named.span, error.to_string()));
            }
        }
        self.chain.pop();
        mistakes.sort_by_key(|mistake| mistake.location.span.start);
        self.problems.extend(
            mistakes.into_iter().map(|mistake| {
                Problem::at(About::Configuration, &file, mistake.location.span, mistake.message.as_str())
            }),
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
            is_of_floor: false,
        };
        let policies = std::mem::take(&mut config.policies).into_iter().zip(places.policies);
        let accepted = std::mem::take(&mut config.accepted.0).into_iter().zip(places.accepted);
        let outputs = std::mem::take(&mut config.outputs.0).into_iter().zip(places.outputs);
        let names_config = config.admission.as_ref().is_some_and(|admission| admission.0.config.is_some());
        let nearer = Loaded {
            config,
            namespaces: namespaces
                .map(|(entry, span)| ConfiguredEntry { place: place(span), entry, base: None })
                .collect(),
            waivers: waivers.map(waiver).collect(),
            policies: policies.map(|(entry, span)| ConfiguredPolicy { entry, spot: spot(span) }).collect(),
            accepted: accepted.map(|(path, span)| (PathBuf::from(path), spot(span))).collect(),
            outputs: outputs.map(|(output, span)| (output, spot(span))).collect(),
            rules: places.rules.into_iter().map(|(name, span)| (name, spot(span))).collect(),
            admission_config: names_config.then(|| spot(places.admission_config)),
            files: vec![file.name().to_owned()],
            notes: notes
                .into_iter()
                .map(|note| {
                    Problem::at(About::Configuration, &file, note.location.span, note.message.as_str()).as_note()
                })
                .collect(),
            sources: vec![Arc::clone(&file)],
            root: None,
            decided: places
                .decided
                .into_iter()
                .map(|Decided { key, adds, text, span }| Decision { key, adds, text, spot: spot(span) })
                .collect(),
            excluded: Vec::new(),
            in_manifests_base: None,
        };
        Ok(farther.into_iter().fold(nearer, merge))
    }

    /// Whether a file that is read later lies in the root, and may be read.
    fn check(&self, directory: &Path, target: &str) -> Result<(), TargetError> {
        // As `anchor` names it, since that is what is read.
        let path = normal(&directory.join(target));
        let real = self.root.inside(&path).map_err(|outside| TargetError::Outside(target.to_owned(), outside))?;
        check_regular(&real, target)
    }

    /// The same for one that may have a digest.
    fn check_pinned(&self, directory: &Path, target: &str) -> Result<(), TargetError> {
        let pinned = Pinned::of(target);
        self.check(directory, pinned.path)?;
        let path = normal(&directory.join(pinned.path));
        if !pinned.has_digest() {
            return Ok(());
        }
        if path.is_dir() {
            return Err(TargetError::DigestOfDirectory(pinned.path.to_owned()));
        }
        self.check_digest(&path, &pinned)
    }

    /// Whether a file is the one that is meant. One that cannot be read is told when it is read.
    fn check_digest(&self, path: &Path, pinned: &Pinned<'_>) -> Result<(), TargetError> {
        if !pinned.has_digest() {
            return Ok(());
        }
        let wrong = |error| TargetError::Digest(pinned.path.to_owned(), error);
        self.root.read(path).map_or(Ok(()), |bytes| pinned.check(&bytes).map_err(wrong))
    }

    /// Whether a report may be written there. A repository that somebody only checks must not write elsewhere, through
    /// a link, or over what was written by hand.
    fn check_output(&self, directory: &Path, target: &str) -> Result<(), TargetError> {
        let path = normal(&directory.join(target));
        self.root.inside(&path).map_err(|outside| TargetError::ReportOutside(target.to_owned(), outside))?;
        if let Some(link) = self.root.link_on(&path) {
            return Err(TargetError::ReportThroughLink(target.to_owned(), link));
        }
        // To open a pipe that nobody reads would wait for ever.
        check_regular(&path, target)?;
        match path.extension().and_then(|end| end.to_str()) {
            Some(end) if end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml") => {
                Err(TargetError::ReportAsManifest(target.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Loads what a file extends.
    fn extend(&mut self, directory: &Path, target: &str) -> Result<Loaded, TargetError> {
        if target.contains("://") {
            return Err(TargetError::Address(target.to_owned()));
        }
        let pinned = Pinned::of(target);
        let path = directory.join(pinned.path);
        let at = self.chain.iter().position(|link| *link == normal(&path));
        if let Some(at) = at {
            let name = |link: &PathBuf| link.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let chain: Vec<String> = self.chain[at..].iter().chain([&normal(&path)]).map(name).collect();
            return Err(TargetError::Cycle(chain));
        }
        if self.chain.len() >= DEEPEST {
            return Err(TargetError::TooDeep);
        }
        self.root.inside(&path).map_err(|outside| TargetError::Outside(pinned.path.to_owned(), outside))?;
        self.check_digest(&path, &pinned)?;
        let file = open(&path, |path| self.root.read(path));
        file.and_then(|file| self.load(&path, file, false)).map_err(TargetError::Extended)
    }
}

fn open(path: &Path, read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Result<SourceFile, Problem> {
    let name = shown(path);
    let problem = |message: String| Problem::in_file(About::Configuration, name.as_str(), message);
    let bytes = read(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    SourceFile::new(name.as_str(), bytes).map_err(|error| problem(error.to_string()))
}

/// Refuses what is neither a file nor a directory. What is not there is told when it is read.
fn check_regular(path: &Path, target: &str) -> Result<(), TargetError> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => Err(TargetError::NotRegular(target.to_owned())),
        _ => Ok(()),
    }
}

/// Makes the files that a configuration names relative to the working directory instead of to the configuration.
/// Globs stay: they are relative to the nearest configuration, wherever what it extends may lie.
fn anchor(config: &mut Config, directory: &Path) {
    let anchored = |path: &str| shown(&directory.join(path));
    if let Some(admission) = &mut config.admission {
        admission.0.config = admission.0.config.as_deref().map(anchored);
    }
    config.accepted.0.iter_mut().for_each(|path| *path = anchored(path));
    for path in &mut config.cluster.0 {
        // What is called so is a file, and not standard input.
        *path = Some(anchored(path)).filter(|path| path != "-").unwrap_or_else(|| "./-".to_owned());
    }
    for output in &mut config.outputs.0 {
        if let Some((format, file)) = output.split_once('=').filter(|(_, file)| *file != "-") {
            *output = format!("{format}={}", anchored(file));
        }
    }
}
