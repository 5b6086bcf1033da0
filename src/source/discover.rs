//! Which files are read, and in which order.
//!
//! A path on the command line is *named*: it is read whatever its name. A directory is *walked*: in it, only manifests
//! by their ending count, and ignore files, `--exclude` and the hidden directories of tools are respected: what they
//! leave out is told. The result depends on the files alone, never on the number of threads or on the order in which the
//! disk answers.
//!
//! A walk stays in its root: see [`super::confine`].

mod as_walked;
mod besides;
mod checkout;
mod directory;
mod exclude;
mod hidden;
mod index;
mod layers;
mod passed;
mod paths;
mod rules;
mod unique;
mod walk;

use std::collections::HashSet;
use std::env;
use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use exclude::Exclude;
use rules::Rules;
use walk::{Judge, Top};

use super::confine::Given;

pub use as_walked::{AsWalked, Standing, WalkDecision};
pub use besides::{besides, is_walked};
pub use checkout::TrackedFiles;
pub use directory::Directory;
pub use exclude::BadGlob;
pub use index::git_directory;
pub use passed::{Glob, PassedOver, Why};
pub use rules::{IGNORE_FILES, PODLINE_IGNORE};

/// How paths become files; each field is the command line option of the same name.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Globs as in a `.gitignore` of the working directory, without `!`. They hold for what a walk meets.
    pub exclude: Vec<String>,
    /// `exclude` holds for named files and directories too.
    pub force_exclude: bool,
    /// Named files are read only where a walk of the project would read them, and count as walked ([`Input::named`] is
    /// false). Implies `force_exclude`. Made for pre-commit and editors, which name every file themselves.
    pub as_walked: bool,
    /// `.gitignore` and `.podlineignore` are not read, and hidden directories are. `exclude` stays as it is.
    pub no_ignore: bool,
    /// Names of files that somebody will look for in the directories of the walk: see [`Directory::may_hold`]. At most
    /// 28.
    pub noted: &'static [&'static str],
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Where the bytes come from.
    pub source: Source,
    /// The path as given, relative to the working directory where it was given so, with `/` and without `./`. Bytes
    /// that are not UTF-8 are written `\xFF`, so that two such names differ. Control characters stand as they are.
    pub display: String,
    /// Whether the command line names this very file. Standard input counts as named.
    pub named: bool,
    /// The directory in which a walk met it; none for what was named.
    pub directory: Option<Arc<Directory>>,
}

/// Where an [`Input`] is read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file to open. Where it was named it may be a FIFO or a device (`<(helm template .)`), and then be read only
    /// once.
    File(PathBuf),
}

/// A path that could not be read; the others are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The path, written as in [`Input::display`].
    pub display: String,
    /// Whether it is one of those to read, and not an ignore file or what git keeps, which say what to read.
    pub is_input: bool,
    /// What is wrong with it, in lower case and without the path: `no such file or directory`.
    pub message: String,
}

/// What [`discover`] found.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// In the order of the paths given; within a directory sorted bytewise by name, a subdirectory's files where its
    /// name stands. Each file once.
    pub inputs: Vec<Input>,
    /// Sorted in the same way, each once; those of ignore files among those of the first path.
    pub problems: Vec<Problem>,
    /// What could be a manifest, or hold some, and is left out: a directory as a whole. Sorted in the same way.
    pub passed_over: Vec<PassedOver>,
    /// Named directories that `exclude` covers and that are walked all the same, written as in [`Input::display`].
    pub named_anyway: Vec<String>,
    /// How many named paths `force_exclude` or `as_walked` left out: with these, no input at all may be what was
    /// wanted.
    pub left_out: usize,
}

/// Finds the files that `paths` stand for; `-` is standard input. Directories are walked by the threads of rayon's pool.
///
/// A file reached twice is read once, at its first place, and is named if it is named anywhere. A walk shows a file by
/// its own name rather than through a symbolic link, since that is the name under which a diff or an annotation knows
/// it.
///
/// # Errors
/// [`BadGlob`] if one of `options.exclude` is not a glob. Whatever is wrong with a path is a [`Problem`] instead.
pub fn discover(paths: &[PathBuf], options: &WalkOptions) -> Result<Discovered, BadGlob> {
    let mut survey = Survey::new(options)?;
    for (place, path) in paths.iter().enumerate() {
        survey.add(place, path);
    }
    survey.walk();
    Ok(survey.finish(paths.len()))
}

/// A file on its way to become an [`Input`]. `place` is the index of the path that it comes from.
struct Candidate {
    place: usize,
    source: Source,
    named: bool,
    /// Not named, and not its own name: a symbolic link, or met behind one.
    linked: bool,
    /// What it really is, where that was looked up already.
    real: Option<PathBuf>,
    /// Where a walk met it.
    directory: Option<Arc<Directory>>,
}

/// A [`Problem`] that still knows its place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Trouble {
    place: usize,
    path: PathBuf,
    is_input: bool,
    message: String,
}

/// What is known while the paths are gone through.
struct Survey<'a> {
    options: &'a WalkOptions,
    cwd: PathBuf,
    exclude: Arc<Exclude>,
    /// With `as_walked` only.
    as_walked: Option<AsWalked>,
    tops: Vec<Top>,
    candidates: Vec<Candidate>,
    passed_over: Vec<passed::Entry>,
    troubles: Vec<Trouble>,
    named_anyway: Vec<String>,
    left_out: usize,
}

impl<'a> Survey<'a> {
    fn new(options: &'a WalkOptions) -> Result<Self, BadGlob> {
        // Without a working directory only relative rules are lost, not the files.
        let cwd = env::current_dir().unwrap_or_default();
        Ok(Self {
            options,
            exclude: Arc::new(Exclude::new(&options.exclude, &cwd)?),
            as_walked: options.as_walked.then(|| AsWalked::new(&cwd, !options.no_ignore)),
            cwd,
            tops: Vec::new(),
            candidates: Vec::new(),
            passed_over: Vec::new(),
            troubles: Vec::new(),
            named_anyway: Vec::new(),
            left_out: 0,
        })
    }

    /// Takes one path of the command line: a directory is noted for the walk, anything else is a named file.
    fn add(&mut self, place: usize, given: &Path) {
        if given == Path::new("-") {
            return self.candidates.push(Candidate::named(place, Source::Stdin));
        }
        let path = paths::tidy(given);
        // Asked of the path as given: tidying turns "file/" into "file".
        match fs::metadata(given) {
            Ok(metadata) => match self.excluded(&path, metadata.is_dir()) {
                Some(why) => self.leave_out(place, path, why),
                None if metadata.is_dir() => {
                    if self.exclude.covers_with_parents(&path, true).is_some() {
                        self.named_anyway.push(paths::display(&path));
                    }
                    self.tops.push(Top::named(place, path));
                }
                None => self.add_file(place, path, &metadata),
            },
            // A script whose variable is not set.
            Err(error) if path.as_os_str().is_empty() => self.trouble(place, Path::new("\"\""), &error),
            Err(error) => self.trouble(place, given, &error),
        }
    }

    fn excluded(&self, path: &Path, is_dir: bool) -> Option<Why> {
        let forced = self.options.force_exclude || self.options.as_walked;
        if forced { self.exclude.covers_with_parents(path, is_dir) } else { None }
    }

    fn leave_out(&mut self, place: usize, path: PathBuf, why: Why) {
        self.left_out += 1;
        self.passed_over.push((place, path, why));
    }

    fn add_file(&mut self, place: usize, path: PathBuf, metadata: &fs::Metadata) {
        let Some(walk) = &self.as_walked else {
            return self.candidates.push(Candidate::named(place, Source::File(path)));
        };
        match walk.decide(&path, Some(metadata)) {
            WalkDecision::Read { is_link } => self.candidates.push(Candidate::walked(place, path, is_link, None)),
            WalkDecision::PassedOver(why) => self.leave_out(place, path, why),
        }
    }

    fn trouble(&mut self, place: usize, given: &Path, error: &io::Error) {
        self.troubles.push(Trouble::new(place, &paths::tidy(given), paths::describe(error, given)));
    }

    fn walk(&mut self) {
        let given = Given::new(self.tops.iter().map(|top| top.path.clone()));
        let rules = Rules::new(!self.options.no_ignore, &self.cwd, given);
        let (cwd, exclude) = (self.cwd.clone(), Arc::clone(&self.exclude));
        let judge = Judge { cwd, exclude, rules, noted: self.options.noted };
        let walked = walk::walk(std::mem::take(&mut self.tops), &judge);
        self.candidates.extend(walked.files);
        self.passed_over.extend(walked.passed_over);
        self.troubles.extend(walked.troubles);
        self.troubles.extend(judge.rules.take_troubles(&self.cwd));
    }

    fn finish(mut self, paths_given: usize) -> Discovered {
        self.troubles.extend(self.as_walked.iter().flat_map(AsWalked::take_troubles));
        self.troubles.sort();
        let mut told = HashSet::new();
        let problems = self.troubles.into_iter().map(Problem::from);
        let problems = problems.filter(|problem| told.insert(problem.clone())).collect();

        // One path whose walk met no link cannot lead to a file twice.
        if paths_given > 1 || self.candidates.iter().any(|candidate| candidate.linked) {
            self.candidates = unique::each_once(self.candidates, &mut self.passed_over);
        }
        self.candidates.par_sort_by_cached_key(Candidate::order);
        let inputs = self.candidates.into_iter().map(Input::from).collect();
        let passed_over = passed::sorted(self.passed_over);
        Discovered { inputs, problems, passed_over, named_anyway: self.named_anyway, left_out: self.left_out }
    }
}

impl Input {
    /// So many directories above the file, written as in [`Input::display`].
    pub fn display_above(&self, levels: usize) -> String {
        let above = self.source.path().and_then(|path| path.ancestors().nth(levels));
        above.map_or_else(|| self.display.clone(), paths::display)
    }
}

impl Source {
    /// The path of a file; none for standard input.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }
}

impl Candidate {
    fn named(place: usize, source: Source) -> Self {
        Self { place, source, named: true, linked: false, real: None, directory: None }
    }

    fn walked(place: usize, path: PathBuf, linked: bool, directory: Option<Arc<Directory>>) -> Self {
        Self { place, source: Source::File(path), named: false, linked, real: None, directory }
    }

    /// What candidates are sorted by: paths of one place component by component, so that a directory's files stand
    /// where its name stands.
    fn order(&self) -> (usize, Vec<u8>) {
        order(self.place, self.source.path().unwrap_or(Path::new("")))
    }
}

/// See [`Candidate::order`].
fn order(place: usize, path: &Path) -> (usize, Vec<u8>) {
    // No name holds a zero: the end of a component comes before all that may stand in one.
    let byte = |&byte: &u8| if char::from(byte) == MAIN_SEPARATOR { 0 } else { byte };
    (place, path.as_os_str().as_encoded_bytes().iter().map(byte).collect())
}

impl From<Candidate> for Input {
    fn from(candidate: Candidate) -> Self {
        let display = candidate.source.path().map_or_else(|| super::STDIN.to_owned(), paths::display);
        Self { source: candidate.source, display, named: candidate.named, directory: candidate.directory }
    }
}

impl Trouble {
    fn new(place: usize, path: &Path, message: String) -> Self {
        Self { place, path: paths::without_dot(path).to_path_buf(), is_input: true, message }
    }

    /// With an ignore file, or with what git keeps.
    fn of_rules(path: &Path, message: String) -> Self {
        Self { is_input: false, ..Self::new(0, path, message) }
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let Trouble { path, is_input, message, .. } = trouble;
        Self { display: paths::display(&path), is_input, message }
    }
}
