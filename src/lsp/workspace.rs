//! What is known of the files around the open documents: configurations, ignore files, kustomizations.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::basis::{DocumentBasis, NamespaceFiles};
use super::client;
use super::namespaces::files_below;
use super::problems::{self, Mistakes, files_of};
use super::unsaved::Unsaved;
use crate::config::find::{NAME, Place, is_name, look, of_here, up_to};
use crate::config::load::{self, Loaded, load_text};
use crate::config::settings::Settings;
use crate::finding::{Finding, ReportEntry, Severity};
use crate::manifest::kustomization::{Mistake, NAMES, mistakes};
use crate::matching::globs::FileGlobs;
use crate::problem::Problem;
use crate::rules::id;
use crate::session::patches::Patches;
use crate::session::{Ask, configurations};
use crate::source::confine::Given;
use crate::source::discover::{AsWalked, IGNORE_FILES, WalkDecision, Why};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::waiver::date::Date;

/// What the editor's settings ask for where a configuration holds.
pub type Judging = dyn Fn(&client::Settings, &Settings) -> Ask + Send + Sync;

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
    known: Arc<Mutex<Lookups>>,
}

/// What was looked up before.
#[derive(Default)]
struct Lookups {
    /// The configuration file of each directory.
    configuration_files: HashMap<PathBuf, Option<PathBuf>>,
    configurations: HashMap<Option<PathBuf>, Arc<Configuration>>,
    walks: HashMap<PathBuf, Arc<AsWalked>>,
    /// What the kustomizations of each folder patch.
    patches: HashMap<PathBuf, Arc<Patches>>,
}

/// A configuration, read.
pub struct Configuration {
    /// What manifests are judged by; nothing if the configuration cannot be used.
    pub basis: Option<DocumentBasis>,
    /// What is wrong with it, and with what it refers to.
    pub problems: Vec<Problem>,
    /// Its file, if it is one.
    pub path: Option<PathBuf>,
    exclude: Vec<FileGlobs>,
    /// The files that it is made of, or refers to.
    pub files: Vec<PathBuf>,
}

impl Configuration {
    /// Whether a change of this file changes what it means.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path) || self.basis.as_ref().is_some_and(|basis| basis.depends_on(path))
    }

    fn excludes(&self, path: &Path) -> bool {
        self.exclude.iter().any(|exclude| exclude.contain(path))
    }
}

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
        match self.walk(&path).decide(&path, std::fs::metadata(&path).ok().as_ref()) {
            WalkDecision::Read { .. } => {}
            WalkDecision::PassedOver(Why::OtherEnding) if self.is_patch(&path) => {}
            WalkDecision::PassedOver(why) => {
                let ignored = if matches!(why, Why::Ignored(_)) { "ignored " } else { "" };
                return Treatment::Leave(format!("podline check would skip it: {ignored}{why}"));
            }
        }
        let directory = path.parent().unwrap_or(&path);
        let configuration = self.configuration(directory);
        if configuration.excludes(&path) {
            return Treatment::Leave(format!("{NAME} excludes it"));
        }
        Treatment::Judge(configuration)
    }

    /// Whether a change of this file may change what becomes of others.
    pub fn depends_on(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        is_name(name)
            || IGNORE_FILES.iter().chain(&NAMES).any(|known| name == *known)
            || self.configurations().iter().any(|one| one.depends_on(path))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Lookups> {
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
                Place::Elsewhere => up_to([&here.to_owned()], directory).or_else(|| of_here(here)),
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
        let mut files: Vec<PathBuf> = path.map(Path::to_owned).into_iter().collect();
        let settings =
            path.map_or_else(|| Ok(Settings::default()), |path| settings(path, load::load(path, &self.given)));
        let directory = path.and_then(Path::parent).unwrap_or(self.here());
        let (basis, exclude, problems) = match settings {
            Ok(settings) => {
                let exclude = settings.exclude.clone();
                files.extend(settings.loaded.files.iter().map(|file| normal(Path::new(file))));
                let mut problems = settings.loaded.notes.clone();
                let (basis, more) = self.basis(settings, directory, NamespaceFiles::Read, &mut files);
                problems.extend(more);
                (basis, exclude, problems)
            }
            Err(problems) => (None, Vec::new(), problems),
        };
        files.extend(files_of(&problems));
        let said = basis.iter().flat_map(DocumentBasis::said);
        files.extend(files_of(said.map(|(_, problem, _)| problem)));
        Configuration { basis, problems, path: path.map(Path::to_owned), exclude, files }
    }

    /// What a configuration means for manifests, below what the editor's settings ask for.
    fn basis(
        &self,
        settings: Settings,
        directory: &Path,
        namespaces: NamespaceFiles,
        files: &mut Vec<PathBuf>,
    ) -> (Option<DocumentBasis>, Vec<Problem>) {
        let ask = Ask { around: Arc::clone(&self.given), ..(self.judging)(&self.settings, &settings) };
        DocumentBasis::read(&ask, settings, directory, namespaces, files)
    }

    /// What is wrong with the text of a configuration file that is being written, and with the files that it refers to.
    pub fn mistakes(&self, path: &Path, file: SourceFile) -> Mistakes {
        let directory = path.parent().unwrap_or(path);
        match settings(path, load_text(path, file, &self.given)) {
            // The namespaces are read when it is saved.
            Ok(settings) => {
                let notes = settings.loaded.notes.clone();
                let (basis, more) = self.basis(settings, directory, NamespaceFiles::Unread, &mut Vec::new());
                problems::with_said(problems::by_file(&[notes, more].concat()), basis.as_ref())
            }
            Err(problems) => problems::by_file(&problems),
        }
    }

    /// What is wrong with the text of a kustomization.
    pub fn mistakes_in_kustomization(&self, path: &Path, file: &SourceFile) -> Vec<ReportEntry> {
        let (directory, file) = (path.parent().unwrap_or(path), Arc::new(file.clone()));
        let found = mistakes(&file, directory, || self.given.root(directory));
        let finding = |one: Mistake| {
            let finding = Finding::within(&file, id::CONFIGURATION, one.span, one.message);
            let severity = if one.is_outside { Severity::Error } else { Severity::Warning };
            finding.severity(severity).build().into()
        };
        found.into_iter().map(finding).collect()
    }

    fn is_patch(&self, path: &Path) -> bool {
        self.patches(path).is_some_and(|patches| patches.are_of(path))
    }

    /// What the kustomizations of the folder around a file patch; `None` where none is beside the file, or above it: then
    /// nobody takes objects from it.
    pub fn patches(&self, path: &Path) -> Option<Arc<Patches>> {
        let top = self.folder_of(path).or(path.parent()).unwrap_or(path);
        let mut directories = path.ancestors().skip(1).take_while(|directory| directory.starts_with(top));
        if !directories.any(|directory| NAMES.iter().any(|name| directory.join(name).is_file())) {
            return None;
        }
        if let Some(known) = self.known().patches.get(top) {
            return Some(Arc::clone(known));
        }
        // Read without the lock: a folder may be large.
        let patches = Arc::new(Patches::new(&files_below(top)));
        self.known().patches.insert(top.to_owned(), Arc::clone(&patches));
        Some(patches)
    }
}

/// Prepares a configuration for the files around it.
fn settings(path: &Path, loaded: Result<Loaded, Vec<Problem>>) -> Result<Settings, Vec<Problem>> {
    configurations::prepare(path, path.parent().unwrap_or(Path::new("/")), loaded)
}
