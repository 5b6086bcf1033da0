//! What is known of the files around the open documents: configurations, ignore files, kustomizations.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::basis::Basis;
use super::client;
use super::unsaved::Unsaved;
use crate::config::Admission;
use crate::config::find::{NAME, Place, look, of_here};
use crate::config::load::{self, Error, load_text, shown};
use crate::config::read;
use crate::config::settings::Settings;
use crate::finding::Finding;
use crate::lint::Options;
use crate::manifest::kustomization::{Listed, NAMES};
use crate::source::confine::Given;
use crate::source::discover::{AsWalked, Fate};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::waiver::date::Date;

/// Puts the editor's settings above a configuration.
pub type Judging = dyn Fn(&client::Settings, &Settings) -> Options + Send + Sync;

/// The surroundings of the open documents. When files change it is replaced as a whole, so that what is being judged
/// keeps what it began with.
pub struct Workspace {
    folders: Vec<PathBuf>,
    /// The same: what is in them may reach no farther.
    given: Arc<Given>,
    settings: client::Settings,
    judging: Arc<Judging>,
    /// The day on which waivers are judged.
    day: Date,
    /// What the open documents say of namespaces.
    unsaved: Arc<Unsaved>,
    known: Arc<Mutex<Known>>,
}

/// What was looked up before.
#[derive(Default)]
struct Known {
    /// The configuration file of each directory.
    configuration_files: HashMap<PathBuf, Option<PathBuf>>,
    configurations: HashMap<Option<PathBuf>, Arc<Configuration>>,
    walks: HashMap<PathBuf, Arc<AsWalked>>,
    /// What the kustomizations of each directory list.
    listed: HashMap<PathBuf, Arc<Listed>>,
}

/// A configuration, read.
pub struct Configuration {
    /// What manifests are judged by; nothing if the configuration cannot be used.
    pub basis: Option<Basis>,
    /// What is wrong with its files.
    pub mistakes: Mistakes,
    settings: Settings,
    /// The files that it is made of.
    pub files: Vec<PathBuf>,
}

impl Configuration {
    /// Whether a change of this file changes what it means.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path) || self.basis.as_ref().is_some_and(|basis| basis.depends_on(path))
    }
}

/// Files and what is wrong with them.
pub type Mistakes = Vec<(PathBuf, Arc<SourceFile>, Vec<Finding>)>;

/// What becomes of a document.
pub enum Treatment {
    /// It is judged by this.
    Judge(Arc<Configuration>),
    /// It is left in peace, and why.
    Leave(String),
}

impl Workspace {
    /// What is around these folders. `judging` says what a configuration means for manifests.
    pub fn new(folders: Vec<PathBuf>, settings: client::Settings, judging: Arc<Judging>) -> Self {
        let given = Arc::new(Given::new(folders.iter().cloned()));
        Self { folders, given, settings, judging, day: Date::today(), unsaved: Arc::default(), known: Arc::default() }
    }

    /// The same among other documents.
    #[must_use]
    pub fn with_unsaved(&self, unsaved: Arc<Unsaved>) -> Self {
        Self { unsaved, known: Arc::clone(&self.known), ..self.renewed() }
    }

    /// What the open documents say of namespaces.
    pub fn unsaved(&self) -> Arc<Unsaved> {
        Arc::clone(&self.unsaved)
    }

    /// The day on which it was new.
    pub fn day(&self) -> Date {
        self.day
    }

    /// The same without what was looked up before.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let new = Self::new(self.folders.clone(), self.settings.clone(), Arc::clone(&self.judging));
        Self { unsaved: self.unsaved(), ..new }
    }

    /// What becomes of a file; `None` stands for a text that has no file yet.
    pub fn treat(&self, path: Option<&Path>) -> Treatment {
        let Some(path) = path else { return Treatment::Judge(self.configuration(self.here())) };
        let path = normal(path);
        match self.walk(&path).fate(&path, std::fs::metadata(&path).ok().as_ref()) {
            Fate::Read { .. } => {}
            Fate::PassedOver(why) => return Treatment::Leave(format!("podline check would skip it: {why}")),
            Fate::LeftOut => {
                let why = "podline check would skip it: it is ignored, hidden, or neither *.yaml, *.yml nor *.json";
                return Treatment::Leave(why.to_owned());
            }
        }
        let directory = path.parent().unwrap_or(&path);
        let configuration = self.configuration(directory);
        if configuration.settings.excludes(&path) {
            return Treatment::Leave(format!("{NAME} excludes it"));
        }
        if self.is_patch(&path) {
            return Treatment::Leave(
                "a kustomization applies it as a patch, so that it holds no whole objects".to_owned(),
            );
        }
        Treatment::Judge(configuration)
    }

    /// Whether a change of this file may change what becomes of others.
    pub fn depends_on(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let ours = [NAME, ".gitignore", ".podlineignore"];
        ours.iter().chain(&NAMES).any(|known| name == *known)
            || self.configurations().iter().any(|one| one.depends_on(path))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn configurations(&self) -> Vec<Arc<Configuration>> {
        self.known().configurations.values().cloned().collect()
    }

    /// The folder for what lies in none.
    fn here(&self) -> &Path {
        self.folders.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The innermost folder that a file lies in.
    fn folder_of(&self, path: &Path) -> Option<&Path> {
        let around = self.folders.iter().filter(|folder| path.starts_with(folder));
        around.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }

    fn walk(&self, path: &Path) -> Arc<AsWalked> {
        let top = self.folder_of(path).or(path.parent()).unwrap_or(path);
        let mut known = self.known();
        let walk = known.walks.entry(top.to_owned()).or_insert_with(|| Arc::new(AsWalked::new(top, true)));
        Arc::clone(walk)
    }

    /// The configuration of the files in a directory.
    fn configuration(&self, directory: &Path) -> Arc<Configuration> {
        let file = self.known().configuration_files.get(directory).cloned();
        let file = file.unwrap_or_else(|| {
            let here = self.folder_of(directory).unwrap_or(self.here());
            let file = match look(directory) {
                Place::Repository(file) => file,
                Place::Elsewhere if here.as_os_str().is_empty() => None,
                Place::Elsewhere => of_here(here),
            };
            self.known().configuration_files.insert(directory.to_owned(), file.clone());
            file
        });
        if let Some(known) = self.known().configurations.get(&file) {
            return Arc::clone(known);
        }
        // Read without the lock: what it extends may lie on a slow disk.
        let configuration = Arc::new(self.read(file.as_deref()));
        self.known().configurations.entry(file).or_insert(configuration).clone()
    }

    fn read(&self, path: Option<&Path>) -> Configuration {
        let read = path.map(|path| settings(path, load::load(path, &self.given), &self.given));
        let (settings, mistakes) = match read {
            None => (Some(Settings::default()), Vec::new()),
            Some(Ok(settings)) => (Some(settings), Vec::new()),
            Some(Err(mistakes)) => (None, mistakes),
        };
        let (basis, mistakes) = match settings.as_ref().map(|settings| self.basis(path, settings)) {
            None => (None, mistakes),
            Some(Ok(basis)) => (Some(basis), mistakes),
            Some(Err(mistakes)) => (None, mistakes),
        };
        let settings = settings.unwrap_or_default();
        let read = settings.loaded.files.iter().map(|file| normal(Path::new(file)));
        let files =
            read.chain(mistakes.iter().map(|(path, ..)| path.clone())).chain(path.map(Path::to_owned)).collect();
        Configuration { basis, mistakes, settings, files }
    }

    /// What a configuration means for manifests. The editor's level stands above the labels of namespaces.
    fn basis(&self, path: Option<&Path>, settings: &Settings) -> Result<Basis, Mistakes> {
        let configured = settings.loaded.config.admission.as_ref().map(|admission| &admission.0);
        let by_editor = self.settings.admission.then(Admission::default);
        let admission = configured.or(by_editor.as_ref()).filter(|_| self.settings.level.is_none());
        let directory = path.and_then(Path::parent).unwrap_or(self.here());
        Basis::read((self.judging)(&self.settings, settings), settings, admission, directory)
    }

    /// What is wrong with the text of a configuration file that is being written, and with the files that it refers to.
    pub fn mistakes(&self, path: &Path, file: SourceFile) -> Mistakes {
        let read = settings(path, load_text(path, file, &self.given), &self.given).and_then(|settings| {
            let options = (self.judging)(&self.settings, &settings);
            // The namespaces are read when it is saved: there may be many.
            Basis::read(options, &settings, None, path.parent().unwrap_or(path))
        });
        read.err().unwrap_or_default()
    }

    /// Whether a kustomization beside a file, or above it, applies it as a patch.
    fn is_patch(&self, path: &Path) -> bool {
        let top = self.folder_of(path).or(path.parent()).unwrap_or(path);
        let directories = path.ancestors().skip(1).take_while(|directory| directory.starts_with(top));
        let mut found = false;
        for directory in directories {
            let known = self.known().listed.get(directory).map(Arc::clone);
            let listed = known.unwrap_or_else(|| {
                let listed = Arc::new(Listed::read(directory, &self.given));
                self.known().listed.insert(directory.to_owned(), Arc::clone(&listed));
                listed
            });
            // What is an object to one kustomization is an object, though another patches with it.
            if listed.resources.contains(path) {
                return false;
            }
            found |= listed.patches.contains(path);
        }
        found
    }
}

/// Prepares a configuration for the files around it.
fn settings(path: &Path, loaded: Result<load::Loaded, Error>, given: &Given) -> Result<Settings, Mistakes> {
    let whole = |message: String| -> Mistakes {
        let text = given.root(path.parent().unwrap_or(path)).read(path).unwrap_or_default();
        let file = SourceFile::new(shown(path), text).or_else(|_| SourceFile::new(shown(path), Vec::new()));
        let mistake = |file: SourceFile| {
            let mistake = read::mistake(&file, file.line_span(1), message.as_str());
            (path.to_owned(), Arc::new(file), vec![mistake])
        };
        file.into_iter().map(mistake).collect()
    };
    match loaded {
        Ok(loaded) => {
            let base = path.parent().unwrap_or(Path::new("/"));
            Settings::new(loaded, &normal(base)).map_err(whole)
        }
        Err(Error::Unreadable(message)) => Err(whole(message)),
        Err(Error::Mistakes(mistakes)) => {
            let place = |file: &SourceFile| normal(Path::new(file.name()));
            Err(mistakes.0.into_iter().map(|(file, findings)| (place(&file), file, findings)).collect())
        }
    }
}
