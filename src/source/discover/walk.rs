//! The walk through directories, in parallel and therefore in no order: the caller sorts.
//!
//! Links to directories are followed in rounds. A round walks its directories without following any; the links that it
//! met and that lead to a directory not walked so far are the roots of the next one. So a link is followed at most
//! once: links that fan out or lead in circles cannot make the walk endless, as they would if every path through them
//! were taken.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::exclude::Exclude;
use super::paths;
use super::rules::Rules;
use super::{Candidate, Trouble};

/// A directory to walk.
pub(super) struct Root {
    /// As the walker wants it: see [`paths::walkable`].
    path: PathBuf,
    place: usize,
    /// A link met in the walk leads here, not a path on the command line.
    linked: bool,
}

impl Root {
    /// A directory on the command line, by its tidy path.
    pub(super) fn named(place: usize, path: PathBuf) -> Self {
        Self { path: paths::walkable(path), place, linked: false }
    }

    /// A file met in its walk.
    fn file(&self, path: &Path, is_link: bool) -> Candidate {
        Candidate::walked(self.place, paths::without_dot(path).to_path_buf(), is_link || self.linked)
    }

    /// A link to a directory met in its walk.
    fn link(&self, path: &Path) -> Self {
        Self { path: path.to_path_buf(), place: self.place, linked: true }
    }
}

/// Decides what a walk leaves out.
pub(super) struct Judge {
    pub(super) cwd: PathBuf,
    pub(super) exclude: Arc<Exclude>,
    pub(super) rules: Rules,
}

/// What a walk found, in no order.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) files: Vec<Candidate>,
    pub(super) troubles: Vec<Trouble>,
}

/// Walks the directories and those that links in them lead to.
pub(super) fn walk(mut roots: Vec<Root>, judge: &Arc<Judge>, threads: usize) -> Walked {
    let mut walked = Walked::default();
    let mut seen = HashSet::new();
    while !roots.is_empty() {
        let round = Round::walk(&roots, judge, threads);
        roots = round.links;
        if !roots.is_empty() {
            seen.extend(round.dirs.iter().filter_map(|dir| fs::canonicalize(dir).ok()));
            choose(&mut roots, &mut seen, &mut walked.troubles);
        }
        walked.files.extend(round.files);
        walked.troubles.extend(round.troubles);
    }
    walked
}

/// Keeps the links that lead to something new, the first in order where several lead to the same.
fn choose(links: &mut Vec<Root>, seen: &mut HashSet<PathBuf>, troubles: &mut Vec<Trouble>) {
    links.sort_by(|a, b| (a.place, &a.path).cmp(&(b.place, &b.path)));
    links.retain(|link| {
        let message = match target(&link.path) {
            Ok(Some(target)) => return seen.insert(target),
            Ok(None) => "symbolic link loop: leads to a directory that contains it".to_owned(),
            Err(error) => paths::describe(&error, &link.path),
        };
        troubles.push(Trouble::new(link.place, &link.path, message));
        false
    });
}

/// The directory that a link leads to; none if it contains the link.
fn target(link: &Path) -> io::Result<Option<PathBuf>> {
    let target = fs::canonicalize(link)?;
    let home = fs::canonicalize(link.parent().unwrap_or(link))?;
    Ok((!home.starts_with(&target)).then_some(target))
}

/// One pass through directories, without following links to others.
#[derive(Default)]
struct Round {
    files: Vec<Candidate>,
    dirs: Vec<PathBuf>,
    links: Vec<Root>,
    troubles: Vec<Trouble>,
}

/// An entry of interest.
enum Met {
    Dir(PathBuf),
    File(Candidate),
    Link(Root),
    Trouble(Trouble),
}

impl Round {
    fn walk(roots: &[Root], judge: &Arc<Judge>, threads: usize) -> Self {
        // The walker's own filters stay off: they differ from our rules at the root of a checkout and for hidden files.
        let mut walker = WalkBuilder::empty();
        walker.standard_filters(false).threads(threads);
        for root in roots {
            judge.rules.start(&root.path, &paths::absolute(&judge.cwd, &root.path));
            walker.add(&root.path);
        }
        let doorkeeper = Arc::clone(judge);
        walker.filter_entry(move |entry| !is_dir(entry) || doorkeeper.enters(entry.path()));

        let visitor = Visitor::new(judge, roots);
        let (sender, met) = mpsc::channel();
        walker.build_parallel().run(|| {
            let (sender, visitor) = (sender.clone(), &visitor);
            Box::new(move |entry| {
                if let Some(met) = visitor.visit(entry) {
                    // It cannot fail: the receiver outlives the walk.
                    let _ = sender.send(met);
                }
                WalkState::Continue
            })
        });
        drop(sender);
        met.into_iter().collect()
    }
}

impl FromIterator<Met> for Round {
    fn from_iter<I: IntoIterator<Item = Met>>(all: I) -> Self {
        let mut round = Self::default();
        for met in all {
            match met {
                Met::Dir(dir) => round.dirs.push(dir),
                Met::File(file) => round.files.push(file),
                Met::Link(link) => round.links.push(link),
                Met::Trouble(trouble) => round.troubles.push(trouble),
            }
        }
        round
    }
}

/// Sorts out entries as they come, on the threads of the walk.
struct Visitor<'a> {
    judge: &'a Judge,
    roots: HashMap<&'a Path, &'a Root>,
}

impl<'a> Visitor<'a> {
    fn new(judge: &'a Judge, roots: &'a [Root]) -> Self {
        // Reversed, so that the first counts where a path is given twice.
        Self { judge, roots: roots.iter().rev().map(|root| (root.path.as_path(), root)).collect() }
    }

    fn visit(&self, entry: Result<DirEntry, ignore::Error>) -> Option<Met> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Some(Met::Trouble(self.trouble(error))),
        };
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            return Some(Met::Dir(entry.into_path()));
        }
        let root = self.roots.get(path.ancestors().nth(entry.depth())?)?;
        if kind.is_symlink() {
            return self.judge.link(path, root);
        }
        // FIFOs, sockets and devices are passed over: to open one could wait for ever.
        (kind.is_file() && self.judge.reads(path)).then(|| Met::File(root.file(path, false)))
    }

    fn trouble(&self, mut error: ignore::Error) -> Trouble {
        let mut path = PathBuf::new();
        let message = loop {
            error = match error {
                ignore::Error::WithPath { path: at, err } => {
                    path = at;
                    *err
                }
                ignore::Error::WithDepth { err, .. } => *err,
                ignore::Error::Io(error) => break paths::describe(&error, &path),
                other => break other.to_string(),
            };
        };
        let places = path.ancestors().filter_map(|above| self.roots.get(above)).map(|root| root.place);
        Trouble::new(places.min().unwrap_or_default(), &path, message)
    }
}

impl Judge {
    fn enters(&self, dir: &Path) -> bool {
        !self.exclude.covers(dir, true) && !self.rules.skips_dir(dir)
    }

    fn reads(&self, file: &Path) -> bool {
        paths::has_manifest_ending(file) && !self.skips_file(file)
    }

    fn skips_file(&self, file: &Path) -> bool {
        self.exclude.covers(file, false) || self.rules.skips_file(file)
    }

    fn link(&self, path: &Path, root: &Root) -> Option<Met> {
        match fs::metadata(path) {
            Ok(target) if target.is_dir() => self.enters(path).then(|| Met::Link(root.link(path))),
            Ok(target) if target.is_file() => self.reads(path).then(|| Met::File(root.file(path, true))),
            Ok(_) => None,
            Err(error) => self
                .minds(path, &error)
                .then(|| Met::Trouble(Trouble::new(root.place, path, paths::describe(&error, path)))),
        }
    }

    /// Whether it matters that a link cannot be followed. One that leads nowhere would have been a file, if any, so its
    /// name tells; one that may not be followed, or leads to itself, could hide a directory of manifests.
    fn minds(&self, link: &Path, error: &io::Error) -> bool {
        if self.skips_file(link) {
            return false;
        }
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => paths::has_manifest_ending(link) && !is_emacs_lock(link),
            _ => true,
        }
    }
}

/// While a file has unsaved changes, Emacs keeps a broken link `.#FILE` beside it.
fn is_emacs_lock(link: &Path) -> bool {
    link.file_name().unwrap_or_default().as_encoded_bytes().starts_with(b".#")
}

fn is_dir(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}
