//! The walk through directories, in parallel and therefore in no order: the caller sorts.
//!
//! Each directory is listed as a whole before anything in it is judged, so that its ignore files are known from the
//! list, and everyone who comes later knows what it does not hold.
//!
//! Links to directories are followed in rounds. A round walks its directories without following any; the links that it
//! met and that lead to a directory not walked so far are the tops of the next one. So a link is followed at most
//! once: links that fan out or lead in circles cannot make the walk endless, as they would if every path through them
//! were taken.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::Scope;

use super::directory::Directory;
use super::exclude::Exclude;
use super::passed::{Entry, Why};
use super::paths;
use super::rules::{Dir, EntryDecision, Rules};
use super::{Candidate, Trouble};
use crate::source::confine::{Outside, Root};

/// A directory to walk.
pub(super) struct Top {
    pub(super) path: PathBuf,
    place: usize,
    /// A link met in the walk leads here, not a path on the command line.
    linked: bool,
    begin: Arc<Begin>,
}

/// Where a walk began, and what it may therefore reach: that is looked up when the first link is met.
struct Begin {
    path: PathBuf,
    root: OnceLock<Root>,
}

impl Top {
    /// A directory on the command line, by its tidy path.
    pub(super) fn named(place: usize, path: PathBuf) -> Self {
        let begin = Arc::new(Begin { path: path.clone(), root: OnceLock::new() });
        Self { path, place, linked: false, begin }
    }

    /// A file met in its walk.
    fn file(&self, directory: &Arc<Directory>, path: PathBuf) -> Candidate {
        Candidate::walked(self.place, path, self.linked, Some(Arc::clone(directory)))
    }

    /// A link to a directory met in its walk.
    fn link(&self, path: PathBuf) -> Self {
        Self { path, place: self.place, linked: true, begin: Arc::clone(&self.begin) }
    }

    /// Where a link leads, if that is in the root.
    fn inside(&self, link: &Path, judge: &Judge) -> Result<PathBuf, Outside> {
        self.begin.root.get_or_init(|| judge.rules.given.root(&self.begin.path)).inside(link)
    }
}

/// Decides what a walk leaves out.
pub(super) struct Judge {
    pub(super) cwd: PathBuf,
    pub(super) exclude: Arc<Exclude>,
    pub(super) rules: Rules,
    /// See [`super::WalkOptions::noted`].
    pub(super) noted: &'static [&'static str],
}

/// What a walk found, in no order.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) files: Vec<Candidate>,
    pub(super) passed_over: Vec<Entry>,
    pub(super) troubles: Vec<Trouble>,
}

/// Walks the directories and those that links in them lead to.
pub(super) fn walk(mut tops: Vec<Top>, judge: &Judge) -> Walked {
    let mut walked = Walked::default();
    let mut seen = HashSet::new();
    while !tops.is_empty() {
        let round = Round::walk(&tops, judge);
        tops = round.links;
        if !tops.is_empty() {
            seen.extend(round.dirs.iter().filter_map(|dir| fs::canonicalize(paths::opened(&dir.path)).ok()));
            choose(&mut tops, &mut seen, judge, &mut walked);
        }
        walked.files.extend(round.files);
        walked.passed_over.extend(round.passed_over);
        walked.troubles.extend(round.troubles);
    }
    walked
}

/// Keeps the links that lead to something new in their root, the first in order where several lead to the same.
fn choose(links: &mut Vec<Top>, seen: &mut HashSet<PathBuf>, judge: &Judge, walked: &mut Walked) {
    links.sort_by(|a, b| (a.place, &a.path).cmp(&(b.place, &b.path)));
    links.retain(|link| {
        let target = match link.inside(&link.path, judge) {
            Ok(target) => target,
            Err(outside) => {
                walked.passed_over.push((link.place, link.path.clone(), Why::Outside(outside)));
                return false;
            }
        };
        match fs::canonicalize(paths::opened(link.path.parent().unwrap_or(&link.path))) {
            // It leads to a directory that contains it.
            Ok(home) if home.starts_with(&target) => {
                walked.passed_over.push((link.place, link.path.clone(), Why::Loop));
                false
            }
            Ok(_) if seen.contains(&target) => {
                let name = paths::display(target.strip_prefix(&judge.cwd).unwrap_or(&target));
                walked.passed_over.push((link.place, link.path.clone(), Why::Linked(name)));
                false
            }
            Ok(_) => seen.insert(target),
            Err(error) => {
                let message = paths::describe(&error, &link.path);
                walked.troubles.push(Trouble::new(link.place, &link.path, message));
                false
            }
        }
    });
}

/// One pass through directories, without following links to others.
#[derive(Default)]
struct Round {
    files: Vec<Candidate>,
    dirs: Vec<Arc<Directory>>,
    links: Vec<Top>,
    passed_over: Vec<Entry>,
    troubles: Vec<Trouble>,
}

impl Round {
    fn walk(tops: &[Top], judge: &Judge) -> Self {
        let walker = Walker { judge, found: Mutex::default() };
        rayon::scope(|scope| {
            for top in tops {
                let walker = &walker;
                let absolute = paths::absolute(&judge.cwd, &top.path);
                let rules = judge.rules.root(&top.path, &absolute, !top.linked);
                let first = Next { path: top.path.clone(), above: None, rules, ignored: None };
                scope.spawn(move |scope| walker.enter(scope, top, first));
            }
        });
        walker.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.dirs.extend(other.dirs);
        self.links.extend(other.links);
        self.passed_over.extend(other.passed_over);
        self.troubles.extend(other.troubles);
    }
}

/// Goes through directories on all threads.
struct Walker<'a> {
    judge: &'a Judge,
    found: Mutex<Round>,
}

/// A directory to enter.
struct Next {
    path: PathBuf,
    /// None where the walk begins.
    above: Option<Arc<Directory>>,
    /// The rules of the directory above, or its own where the walk begins.
    rules: Arc<Dir>,
    /// Why git ignores it, if it is entered only for what git tracks.
    ignored: Option<Why>,
}

impl<'a> Walker<'a> {
    /// Lists a directory, and sends for those in it.
    fn enter<'s>(&'s self, scope: &Scope<'s>, top: &'s Top, next: Next)
    where
        'a: 's,
    {
        let mut found = Round::default();
        let Next { path, above, rules, ignored } = next;
        let mut directory = Directory::new(path, above, self.judge.noted);
        let entries = list(&mut directory, |path, error| {
            found.troubles.push(Trouble::new(top.place, path, paths::describe(&error, path)));
        });
        let directory = Arc::new(directory);
        // Ignore files matter where there is something to ignore.
        let rules = LazyCell::new(|| match &directory.above {
            Some(_) => self.judge.rules.below(&rules, &directory, ignored),
            None => rules,
        });
        for (name, kind) in entries {
            if !kind.is_dir() && !kind.is_symlink() && !paths::has_manifest_ending(Path::new(&name)) {
                continue;
            }
            let path = directory.path.join(name);
            if kind.is_symlink() {
                self.judge.link(top, &directory, &rules, path, &mut found);
                continue;
            }
            match self.judge.decide(&rules, &path, kind.is_dir()) {
                EntryDecision::Leave(why) => found.passed_over.push((top.place, path, why)),
                EntryDecision::Read if kind.is_file() => found.files.push(top.file(&directory, path)),
                decide if kind.is_dir() => {
                    let ignored = match decide {
                        EntryDecision::ForTracked(why) => Some(why),
                        _ => None,
                    };
                    let (above, rules) = (Some(Arc::clone(&directory)), Arc::clone(&rules));
                    let next = Next { path, above, rules, ignored };
                    scope.spawn(move |scope| self.enter(scope, top, next));
                }
                _ => found.passed_over.push((top.place, path, Why::special(kind))),
            }
        }
        found.dirs.push(directory);
        self.found.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    }
}

/// What a directory holds, which it sees. What of it cannot be known is told.
fn list(directory: &mut Directory, mut tell: impl FnMut(&Path, io::Error)) -> Vec<(OsString, FileType)> {
    let mut entries = Vec::new();
    let listed = match fs::read_dir(paths::opened(&directory.path)) {
        Ok(listed) => listed,
        Err(error) => {
            tell(&directory.path, error);
            directory.is_incomplete();
            return entries;
        }
    };
    for entry in listed {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                tell(&directory.path, error);
                directory.is_incomplete();
                continue;
            }
        };
        let name = entry.file_name();
        directory.see(name.as_encoded_bytes());
        match entry.file_type() {
            Ok(kind) => entries.push((name, kind)),
            Err(error) => tell(&directory.path.join(name), error),
        }
    }
    entries
}

impl Judge {
    fn decide(&self, above: &Dir, path: &Path, is_dir: bool) -> EntryDecision {
        self.exclude.covers(path, is_dir).map_or_else(|| self.rules.decide(above, path, is_dir), EntryDecision::Leave)
    }

    /// Adds what a link leads to.
    fn link(
        &self,
        top: &Top,
        directory: &Arc<Directory>,
        above: &impl Deref<Target = Arc<Dir>>,
        path: PathBuf,
        found: &mut Round,
    ) {
        let target = fs::metadata(&path);
        let is_dir = target.as_ref().is_ok_and(fs::Metadata::is_dir);
        let matters = match &target {
            Ok(_) => is_dir || paths::has_manifest_ending(&path),
            Err(error) => minds(&path, error),
        };
        if !matters {
            return;
        }
        if let EntryDecision::Leave(why) | EntryDecision::ForTracked(why) = self.decide(above, &path, is_dir) {
            return found.passed_over.push((top.place, path, why));
        }
        if is_dir {
            // Where it leads is looked up when all links of the round are known.
            return found.links.push(top.link(path));
        }
        match (top.inside(&path, self), target) {
            (Err(outside), _) => found.passed_over.push((top.place, path, Why::Outside(outside))),
            (Ok(real), Ok(target)) if target.is_file() => {
                let file = top.file(directory, path);
                found.files.push(Candidate { linked: true, real: Some(real), ..file });
            }
            (Ok(_), Ok(target)) => found.passed_over.push((top.place, path, Why::special(target.file_type()))),
            (Ok(_), Err(error)) if is_loop(&error) => found.passed_over.push((top.place, path, Why::Loop)),
            (Ok(_), Err(error)) => {
                found.troubles.push(Trouble::new(top.place, &path, paths::describe(&error, &path)));
            }
        }
    }
}

/// Whether it matters that a link cannot be followed. One that leads nowhere would have been a file, if any, so its name
/// tells; one that may not be followed, or leads to itself, could hide a directory of manifests.
fn minds(link: &Path, error: &io::Error) -> bool {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => paths::has_manifest_ending(link) && !is_emacs_lock(link),
        _ => true,
    }
}

/// Whether a link leads to itself: the system's number for it, since the library has no name yet.
fn is_loop(error: &io::Error) -> bool {
    let number = if cfg!(target_os = "linux") {
        40
    } else if cfg!(windows) {
        1921
    } else {
        62
    };
    error.raw_os_error() == Some(number)
}

/// While a file has unsaved changes, Emacs keeps a broken link `.#FILE` beside it.
fn is_emacs_lock(link: &Path) -> bool {
    link.file_name().unwrap_or_default().as_encoded_bytes().starts_with(b".#")
}
