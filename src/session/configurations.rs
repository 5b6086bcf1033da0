//! Which configuration is for which file.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::ask::{Ask, Choice};
use super::nearest::{Directories, Finder};
use crate::config::find::{NAME, SCHEMA};
use crate::config::load::{self, Loaded, shown};
use crate::config::settings::Settings;
use crate::problem::{About, Problem, ProblemPlace};
use crate::source::confine;
use crate::source::discover::Input;
use crate::source::path::normal;

/// The configurations of a run.
#[derive(Default)]
pub struct Configurations {
    /// Those that were found; `None` for one that cannot be used.
    all: Vec<Option<Settings>>,
    by_path: HashMap<PathBuf, usize>,
    of_directories: Directories,
    finder: Finder,
    /// The one that is for all files, if that was chosen.
    only: Option<Only>,
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
        let (mut configurations, mut problems) = (Self::default(), Vec::new());
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
        // podline's own files are none of the manifests.
        let is_own = |name: &OsStr| name == NAME || name == SCHEMA;
        inputs.retain(|one| one.named || !one.source.path().and_then(Path::file_name).is_some_and(is_own));
        let read = inputs.len();
        inputs.retain(|one| (one.named && !ask.force_exclude) || !configurations.excludes(one));
        if inputs.is_empty() && read > 0 && !ask.force_exclude {
            problems.push(Problem::new(About::Input, format!("no file to read: {NAME} excludes all of them")));
        }
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
            self.add(&path, &base, load::load(&path, around), problems);
        }
    }

    fn excludes(&self, input: &Input) -> bool {
        let settings = self.index(input).and_then(|index| self.all[index].as_ref());
        settings.zip(input.source.path()).is_some_and(|(settings, path)| settings.excludes(path))
    }

    fn add(
        &mut self,
        path: &Path,
        base: &Path,
        loaded: Result<Loaded, Vec<Problem>>,
        problems: &mut Vec<Problem>,
    ) -> usize {
        let settings = prepare(path, base, loaded);
        self.all.push(settings.map_err(|found| problems.extend(found)).ok());
        let index = self.all.len() - 1;
        self.by_path.insert(path.to_owned(), index);
        index
    }
}

/// Prepares a configuration that was read from this file. Its globs are relative to `base`.
///
/// # Errors
/// What is wrong with it, and after mistakes in it that it cannot be used.
pub fn prepare(path: &Path, base: &Path, loaded: Result<Loaded, Vec<Problem>>) -> Result<Settings, Vec<Problem>> {
    let in_file = |message: String| vec![Problem::in_file(About::Configuration, shown(path), message)];
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
