//! Which configuration is for which file.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Status;
use super::read::paths;
use super::terminal::{complain, show};
use crate::cli;
use crate::config::find::{NAME, Place, Places, SCHEMA, of_here};
use crate::config::load::{self, Error, Loaded, shown};
use crate::config::settings::Settings;
use crate::report::human::{self, Style};
use crate::source::confine::Given;
use crate::source::discover::{Directory, Input, Source};
use crate::source::path::normal;
use crate::verdict::FileReport;

/// The configurations of a run.
pub(super) struct Configurations {
    /// Those that were found; `None` for one that cannot be used.
    all: Vec<Option<Settings>>,
    by_path: HashMap<PathBuf, usize>,
    of_directories: Directories,
    finder: Finder,
    choice: Choice,
    no_configuration: Settings,
    /// The paths of the command line.
    given: Given,
}

enum Choice {
    /// The nearest one to each file.
    Nearest,
    /// The same for all.
    One(Option<usize>),
}

impl Configurations {
    /// Loads the configurations of these inputs, and says what is wrong with them.
    ///
    /// Inputs that a configuration excludes are dropped.
    pub fn load(options: &cli::Config, input: &cli::Input, inputs: &mut Vec<Input>) -> (Self, Status) {
        let mut configurations = Self {
            all: Vec::new(),
            by_path: HashMap::new(),
            of_directories: Directories::default(),
            finder: Finder::default(),
            choice: Choice::Nearest,
            no_configuration: Settings::default(),
            given: Given::new(paths(input)),
        };
        let mut status = Status::Clean;
        if options.no_config {
            configurations.choice = Choice::One(None);
        } else if let Some(path) = &options.config {
            let (index, loaded) = configurations.add(path, Path::new(""), load::load_named);
            status = status.max(loaded);
            configurations.choice = Choice::One(Some(index));
        }
        for one in &*inputs {
            status = status.max(configurations.find(one));
        }
        // podline's own files are none of the manifests.
        let is_own = |name: &OsStr| name == NAME || name == SCHEMA;
        inputs.retain(|one| one.named || !one.source.path().and_then(Path::file_name).is_some_and(is_own));
        let read = inputs.len();
        let forced = input.force_exclude || input.as_walked;
        inputs.retain(|one| (one.named && !forced) || !configurations.excludes(one));
        if inputs.is_empty() && read > 0 && !forced {
            complain(&format!("no file to read: {NAME} excludes all of them"));
            status = Status::Failed;
        }
        (configurations, status)
    }

    /// The directories that the command line names.
    pub fn given(&self) -> &Given {
        &self.given
    }

    /// What is configured for an input; `None` if its configuration cannot be used, so that it must not be judged.
    pub fn of(&self, input: &Input) -> Option<&Settings> {
        self.index(input).map_or(Some(&self.no_configuration), |index| self.all[index].as_ref())
    }

    /// Every configuration in the order in which they were met; `None` for one that cannot be used.
    pub fn each(&self) -> impl Iterator<Item = Option<&Settings>> {
        self.all.iter().map(Option::as_ref)
    }

    /// Every configuration that can be used, in the order in which they were met.
    pub fn all(&self) -> impl Iterator<Item = &Settings> {
        self.all.iter().flatten()
    }

    /// Finds and loads the configuration of an input.
    fn find(&mut self, input: &Input) -> Status {
        if matches!(self.choice, Choice::One(_)) {
            return Status::Clean;
        }
        let Some(path) = self.of_directories.find(input, &mut self.finder) else { return Status::Clean };
        if self.by_path.contains_key(&path) {
            return Status::Clean;
        }
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        self.add(&path, &base, load::load).1
    }

    /// The place of an input's configuration among all of them.
    pub fn index(&self, input: &Input) -> Option<usize> {
        match self.choice {
            Choice::One(index) => index,
            Choice::Nearest => self.by_path.get(self.of_directories.get(input)?).copied(),
        }
    }

    fn excludes(&self, input: &Input) -> bool {
        let Source::File(path) = &input.source else { return false };
        self.of(input).is_some_and(|settings| settings.excludes(path))
    }

    fn add(&mut self, path: &Path, base: &Path, load: Load) -> (usize, Status) {
        let settings = prepare(path, load(path, &self.given), base);
        let status = if settings.is_some() { Status::Clean } else { Status::Failed };
        self.all.push(settings);
        let index = self.all.len() - 1;
        self.by_path.insert(path.to_owned(), index);
        (index, status)
    }
}

/// How a configuration is loaded.
type Load = fn(&Path, &Given) -> Result<Loaded, Error>;

/// Prepares a configuration, and says what is wrong with it. Its globs are relative to `base`.
fn prepare(path: &Path, loaded: Result<Loaded, Error>, base: &Path) -> Option<Settings> {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(Error::Unreadable(message)) => {
            complain(&message);
            return None;
        }
        Err(Error::Mistakes(mistakes)) => {
            for (file, findings) in mistakes.0 {
                let report = FileReport { findings, ..FileReport::default() };
                let blocks = human::render(&file, &report, Style::default(), usize::MAX);
                show(&blocks.shown.concat());
            }
            complain(&format!("{} cannot be used: the files that it is for are not checked", shown(path)));
            return None;
        }
    };
    let settings = Settings::new(loaded, &normal(base));
    settings.map_err(|message| complain(&format!("{}: {message}", shown(path)))).ok()
}

/// The configuration files of directories, by their names as they are given; `None` where there is none. Most names are
/// equal to the one before, and none has to be made absolute twice.
#[derive(Default)]
struct Directories(HashMap<OsString, Option<PathBuf>>);

impl Directories {
    /// Finds the file for an input, unless that was asked for its directory before.
    fn find(&mut self, input: &Input, finder: &mut Finder) -> Option<PathBuf> {
        let name = directory_of(path_of(input));
        if let Some(file) = self.0.get(name) {
            return file.clone();
        }
        if let Some(directory) = &input.directory {
            return self.find_walked(directory, finder);
        }
        let file = finder.of(path_of(input));
        self.0.insert(name.to_owned(), file.clone());
        file
    }

    /// Finds the file of a directory of the walk. One that holds neither a configuration nor the root of a repository
    /// has that of the one above it.
    fn find_walked(&mut self, directory: &Directory, finder: &mut Finder) -> Option<PathBuf> {
        let mut above = Some(directory);
        let mut unknown = Vec::new();
        while let Some(next) = above.filter(|next| !self.0.contains_key(next.path.as_os_str())) {
            unknown.push(next);
            above = next.above.as_deref();
        }
        let mut known = above.map(|above| self.0[above.path.as_os_str()].clone());
        for directory in unknown.into_iter().rev() {
            let file = match known {
                Some(file) if !directory.may_hold(".git") && !directory.may_hold(NAME) => file,
                _ => finder.of(&directory.path.join(NAME)),
            };
            self.0.insert(directory.path.as_os_str().to_owned(), file.clone());
            known = Some(file);
        }
        known.flatten()
    }

    /// The file that was found for an input.
    fn get(&self, input: &Input) -> Option<&Path> {
        self.0.get(directory_of(path_of(input)))?.as_deref()
    }
}

/// Looks for configuration files.
#[derive(Default)]
struct Finder {
    places: Places,
    /// What files in no repository have.
    of_here: OnceLock<Option<PathBuf>>,
}

impl Finder {
    /// The configuration file of a file.
    fn of(&mut self, path: &Path) -> Option<PathBuf> {
        let absolute = normal(path);
        match self.places.look(absolute.parent().unwrap_or(&absolute)) {
            Place::Repository(file) => file,
            Place::Elsewhere => self.of_here.get_or_init(|| of_here(&normal(Path::new(".")))).clone(),
        }
    }
}

/// Where an input stands: for standard input in the working directory, or where the name is that it is given.
fn path_of(input: &Input) -> &Path {
    match &input.source {
        Source::File(path) => path,
        Source::Stdin => Path::new(&input.display),
    }
}

/// The name of the directory in which a path stands, as the path gives it.
fn directory_of(path: &Path) -> &OsStr {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(_)) => parent.as_os_str(),
        _ => path.as_os_str(),
    }
}
