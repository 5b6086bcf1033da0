//! Which configuration is for which file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::above::Above;
use super::ask::{Ask, Choice};
use super::nearest::{Directories, Finder};
use crate::config::find::{NAME, is_name};
use crate::config::load::{self, Loaded, shown};
use crate::config::settings::{Settings, SettingsError};
use crate::problem::{About, Problem, ProblemPlace};
use crate::source::confine;
use crate::source::discover::{Input, PassedOver, Why};
use crate::source::path::{name_of, normal};

/// The configurations of a run.
#[derive(Default)]
pub struct Configurations {
    /// Those that were found; `None` for one that cannot be used.
    all: Vec<Option<Settings>>,
    by_path: HashMap<PathBuf, usize>,
    of_directories: Directories,
    finder: Finder,
    above: Above,
    /// The one that is for all files, if that was chosen.
    only: Option<Only>,
    /// What the configurations have left out of the files to read: a directory as a whole.
    excluded: Vec<PassedOver>,
}

/// What was chosen for all files.
enum Only {
    /// No configuration.
    Nothing,
    /// The configuration of this number.
    One(usize),
}

impl Configurations {
    /// Loads the configurations of these inputs. Inputs that a configuration excludes are dropped.
    pub fn find(ask: &Ask, inputs: &mut Vec<Input>) -> (Self, Vec<Problem>) {
        let finder = Finder::new(&ask.around);
        let (mut configurations, mut problems) = (Self { finder, ..Self::default() }, Vec::new());
        match &ask.choice {
            Choice::None => configurations.only = Some(Only::Nothing),
            Choice::File(path) => {
                let loaded = load::load_named(path, &ask.around);
                let number = configurations.add(path, Path::new(""), loaded, &mut problems);
                configurations.only = Some(Only::One(number));
            }
            Choice::Nearest => {
                for input in &*inputs {
                    configurations.find_nearest(input, &ask.around, &mut problems);
                }
            }
        }
        // What is read as a configuration is none of the manifests.
        let is_own =
            |path: &Path| name_of(path).is_some_and(is_name) && configurations.by_path.contains_key(&normal(path));
        inputs.retain(|one| one.named || !one.source.path().is_some_and(is_own));
        let read = inputs.len();
        if !ask.walk.no_ignore {
            let mut excluded = Vec::new();
            inputs.retain(|one| {
                let found = configurations.excluded(one, ask.force_exclude);
                let is_read = found.is_none();
                excluded.extend(found.filter(|one| excluded.last() != Some(one)));
                is_read
            });
            let mut told = HashSet::new();
            excluded.retain(|one: &PassedOver| told.insert(one.display.clone()));
            configurations.excluded = excluded;
        }
        if inputs.is_empty() && read > 0 && !ask.force_exclude {
            problems.push(Problem::new(About::Input, format!("no file to read: {NAME} excludes all of them")));
        }
        // Several configurations may extend one.
        let mut told = HashSet::new();
        problems.retain(|problem| told.insert(problem.to_string()));
        (configurations, problems)
    }

    /// Every configuration that can be used, in the order in which they were met.
    pub fn all(&self) -> impl Iterator<Item = &Settings> {
        self.all.iter().flatten()
    }

    /// Hands over the configurations; what remains says by its number which is for which file.
    pub(super) fn take(&mut self) -> Vec<Option<Settings>> {
        std::mem::take(&mut self.all)
    }

    /// Hands over those that can be used.
    pub fn take_all(&mut self) -> Vec<Settings> {
        self.take().into_iter().flatten().collect()
    }

    /// The number of an input's configuration.
    pub(super) fn index(&self, input: &Input) -> Option<usize> {
        match self.only {
            Some(Only::Nothing) => None,
            Some(Only::One(number)) => Some(number),
            None => self.by_path.get(self.of_directories.get(input)?).copied(),
        }
    }

    fn find_nearest(&mut self, input: &Input, around: &confine::Given, problems: &mut Vec<Problem>) {
        let Some(path) = self.of_directories.find(input, &mut self.finder) else { return };
        if !self.by_path.contains_key(&path) {
            let base = path.parent().unwrap_or(Path::new("")).to_owned();
            let mut loaded = load::load(&path, around);
            if let Ok(loaded) = &mut loaded {
                self.above.tighten(&path, loaded, around);
            }
            self.add(&path, &base, loaded, problems);
        }
    }

    /// What a configuration leaves out that an input is, or lies in. A file that the command line names is read, unless
    /// that is `forced`.
    fn excluded(&self, input: &Input, forced: bool) -> Option<PassedOver> {
        let settings = self.all[self.index(input)?].as_ref()?;
        if input.named && !forced {
            return None;
        }
        let (levels, glob) = settings.excludes(input.source.path()?)?;
        let why = Why::ignored(glob, settings.loaded.files.first().map_or(NAME, String::as_str));
        Some(PassedOver { display: input.display_above(levels), why })
    }

    /// What the configurations have left out of the files to read.
    pub fn take_excluded(&mut self) -> Vec<PassedOver> {
        std::mem::take(&mut self.excluded)
    }

    fn add(
        &mut self,
        path: &Path,
        base: &Path,
        loaded: Result<Loaded, Vec<Problem>>,
        problems: &mut Vec<Problem>,
    ) -> usize {
        let settings = prepare(path, base, loaded);
        problems.extend(settings.iter().flat_map(|settings| &settings.loaded.notes).cloned());
        self.all.push(settings.map_err(|found| problems.extend(found)).ok());
        let index = self.all.len() - 1;
        self.by_path.insert(normal(path), index);
        index
    }
}

/// Prepares a configuration that was read from this file. Its globs are relative to `base`.
///
/// # Errors
/// What is wrong with it, and after mistakes in it that it cannot be used.
pub fn prepare(path: &Path, base: &Path, loaded: Result<Loaded, Vec<Problem>>) -> Result<Settings, Vec<Problem>> {
    let in_file = |error: SettingsError| vec![Problem::in_file(About::Configuration, shown(path), error.to_string())];
    let prepared = loaded.and_then(|loaded| Settings::new(loaded, &normal(base)).map_err(in_file));
    prepared.map_err(|mut problems| {
        if problems.iter().any(|problem| matches!(problem.place, ProblemPlace::At(_))) {
            problems.push(unusable(path));
        }
        problems
    })
}

/// Says what becomes of the files of a configuration with mistakes.
fn unusable(path: &Path) -> Problem {
    Problem::new(
        About::Configuration,
        format!("{} cannot be used: the files that it is for are not checked", shown(path)),
    )
}
