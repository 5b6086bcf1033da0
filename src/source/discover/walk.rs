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
use super::rules::{Dir, Rules};
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
        let message = match fs::canonicalize(paths::opened(link.path.parent().unwrap_or(&link.path))) {
            Ok(home) if home.starts_with(&target) => {
                "symbolic link loop: leads to a directory that contains it".to_owned()
            }
            Ok(_) => return seen.insert(target),
            Err(error) => paths::describe(&error, &link.path),
        };
        walked.troubles.push(Trouble::new(link.place, &link.path, message));
        false
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
                let rules = judge.rules.root(&top.path, &paths::absolute(&judge.cwd, &top.path));
                scope.spawn(move |scope| walker.enter(scope, top, top.path.clone(), None, rules));
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

impl<'a> Walker<'a> {
    /// Lists a directory, and sends for those in it. `rules` are those of the one above it, or its own where the walk
    /// begins.
    fn enter<'s>(
        &'s self,
        scope: &Scope<'s>,
        top: &'s Top,
        path: PathBuf,
        above: Option<Arc<Directory>>,
        rules: Arc<Dir>,
    ) where
        'a: 's,
    {
        let mut found = Round::default();
        let mut directory = Directory::new(path, above, self.judge.noted);
        let entries = list(&mut directory, |path, error| {
            found.troubles.push(Trouble::new(top.place, path, paths::describe(&error, path)));
        });
        let directory = Arc::new(directory);
        // Ignore files matter where there is something to ignore.
        let rules = LazyCell::new(|| match &directory.above {
            Some(_) => self.judge.rules.below(&rules, &directory),
            None => rules,
        });
        for (name, kind) in entries {
            if kind.is_dir() {
                let path = directory.path.join(name);
                if self.judge.enters(&rules, &path) {
                    let (above, rules) = (Some(Arc::clone(&directory)), Arc::clone(&rules));
                    scope.spawn(move |scope| self.enter(scope, top, path, above, rules));
                }
            } else if kind.is_symlink() {
                self.judge.link(top, &directory, &rules, directory.path.join(name), &mut found);
            } else if paths::has_manifest_ending(Path::new(&name)) {
                let path = directory.path.join(name);
                if self.judge.skips_file(&rules, &path) {
                    continue;
                }
                if kind.is_file() {
                    found.files.push(top.file(&directory, path));
                } else {
                    found.passed_over.push((top.place, path, Why::special(kind)));
                }
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
    fn enters(&self, above: &Dir, dir: &Path) -> bool {
        !above.skips(dir, true) && !self.exclude.covers(dir, true)
    }

    fn reads(&self, above: &Dir, file: &Path) -> bool {
        paths::has_manifest_ending(file) && !self.skips_file(above, file)
    }

    fn skips_file(&self, above: &Dir, file: &Path) -> bool {
        self.exclude.covers(file, false) || above.skips(file, false)
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
        let is_wanted = match &target {
            // Where it leads is looked up when all links of the round are known.
            Ok(target) if target.is_dir() => {
                if self.enters(above, &path) {
                    found.links.push(top.link(path));
                }
                return;
            }
            Ok(_) => self.reads(above, &path),
            Err(error) => self.minds(above, &path, error),
        };
        if !is_wanted {
            return;
        }
        match (top.inside(&path, self), target) {
            (Err(outside), _) => found.passed_over.push((top.place, path, Why::Outside(outside))),
            (Ok(real), Ok(target)) if target.is_file() => {
                let file = top.file(directory, path);
                found.files.push(Candidate { linked: true, real: Some(real), ..file });
            }
            (Ok(_), Ok(target)) => found.passed_over.push((top.place, path, Why::special(target.file_type()))),
            (Ok(_), Err(error)) => {
                found.troubles.push(Trouble::new(top.place, &path, paths::describe(&error, &path)));
            }
        }
    }

    /// Whether it matters that a link cannot be followed. One that leads nowhere would have been a file, if any, so its
    /// name tells; one that may not be followed, or leads to itself, could hide a directory of manifests.
    fn minds(&self, above: &Dir, link: &Path, error: &io::Error) -> bool {
        if self.skips_file(above, link) {
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
