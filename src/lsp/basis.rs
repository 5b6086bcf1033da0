//! What the files of a configuration are judged by: levels, policies, the labels of namespaces, and what is accepted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::namespaces::{Cluster, files_with_namespaces};
use super::unsaved::Unsaved;
use super::workspace::Mistakes;
use crate::config;
use crate::config::load::shown;
use crate::config::read::mistake;
use crate::config::settings::Settings;
use crate::lint::{Options, lint};
use crate::local::namespaces::annotations;
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::local::policy_file::PolicyFile;
use crate::local::psp::PspMode;
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular, way};
use crate::verdict::FileReport;
use crate::waiver::accepted::Baseline;

/// What files are judged by.
pub struct Basis {
    options: Options,
    /// Where namespaces decide.
    cluster: Option<Cluster>,
    /// Each with the directory in which it stands.
    baselines: Vec<(PathBuf, Baseline)>,
    /// The files that all of that was read from.
    files: Vec<PathBuf>,
    /// It holds the files that are judged by all of that.
    directory: PathBuf,
}

impl Basis {
    /// Reads what a configuration refers to. `directory` holds the files that it is for; `admission` says how
    /// namespaces decide, if they do.
    ///
    /// # Errors
    /// What is wrong with any of it.
    pub fn read(
        mut options: Options,
        settings: &Settings,
        admission: Option<&config::Admission>,
        directory: &Path,
    ) -> Result<Self, Mistakes> {
        let mut reader = Reader { settings, files: Vec::new(), mistakes: Vec::new() };
        let policies = reader.policies(directory);
        options.policies = Arc::new(policies);
        let baselines = reader.baselines();
        let Reader { mut files, mut mistakes, .. } = reader;
        let loaded = &settings.loaded;
        let cluster = admission.map(|admission| {
            Cluster::read(admission, loaded.root.as_ref(), &loaded.config.cluster.0, directory, &options)
        });
        let cluster = cluster.transpose();
        match cluster {
            Ok(cluster) if mistakes.is_empty() => {
                files.extend(cluster.iter().flat_map(|cluster| cluster.files.clone()));
                Ok(Self { options, cluster, baselines, files, directory: directory.to_owned() })
            }
            Ok(_) => Err(mistakes),
            Err(more) => {
                mistakes.extend(more);
                Err(mistakes)
            }
        }
    }

    /// What files are judged by, but for namespaces.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Whether what is said of namespaces changes what is found.
    pub fn asks_for_namespaces(&self) -> bool {
        self.cluster.is_some() || self.options.policies.needs_namespaces()
    }

    /// Judges a file, among documents that are not saved yet. `abandoned` is set when nobody wants the result any more.
    pub fn lint(
        &self,
        path: Option<&Path>,
        file: &SourceFile,
        unsaved: &Unsaved,
        abandoned: &Arc<AtomicBool>,
    ) -> FileReport {
        let cluster = self.cluster.as_ref();
        let admission = cluster.map(|cluster| Arc::new(cluster.for_file(path, file, &self.options, unsaved)));
        let policies = self.policies(file, unsaved);
        let abandoned = Some(Arc::clone(abandoned));
        let mut report = lint(file, false, &Options { admission, policies, abandoned, ..self.options.clone() });
        if let Some(path) = path {
            for (directory, baseline) in &self.baselines {
                baseline.apply_alone(&way(directory, path), &mut report);
            }
        }
        report
    }

    /// The policies, with what the open documents say of namespaces.
    fn policies(&self, file: &SourceFile, unsaved: &Unsaved) -> Arc<LocalPolicies> {
        if !self.options.policies.needs_namespaces() {
            return Arc::clone(&self.options.policies);
        }
        let mut policies = LocalPolicies::clone(&self.options.policies);
        let open = unsaved.within(std::slice::from_ref(&self.directory)).flat_map(|(_, one)| one.annotations.clone());
        for (name, found) in open.chain(annotations(file)) {
            policies.add_namespace(name, found);
        }
        Arc::new(policies)
    }

    /// Whether a change of this file changes how others are judged.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path)
            || self.cluster.as_ref().is_some_and(|cluster| cluster.depends_on(path))
    }
}

/// Reads files, and notes what is wrong with them.
struct Reader<'a> {
    settings: &'a Settings,
    files: Vec<PathBuf>,
    mistakes: Mistakes,
}

impl Reader<'_> {
    fn policies(&mut self, directory: &Path) -> LocalPolicies {
        let mut policies = LocalPolicies::new(PspMode::default());
        for (path, place, entry) in &self.settings.loaded.policies {
            let added = match &entry.file {
                None => policies.add(entry.clone()),
                Some(file) => {
                    let file = normal(&path.parent().unwrap_or(Path::new("")).join(file));
                    self.add_file(&mut policies, entry, &file)
                }
            };
            if let Err(message) = added {
                self.note(path, place, &message);
            }
        }
        if policies.needs_namespaces() {
            for (path, file) in files_with_namespaces(&[directory.to_owned()]) {
                self.files.push(path);
                for (name, found) in annotations(&file) {
                    policies.add_namespace(name, found);
                }
            }
        }
        policies
    }

    fn add_file(&mut self, policies: &mut LocalPolicies, entry: &LocalPolicy, path: &Path) -> Result<(), String> {
        let file = self.file(path)?;
        let read = PolicyFile::read(&file);
        match read.errors.into_iter().next() {
            Some(error) => Err(error),
            None => policies.add_psp_for(entry, read.psp),
        }
    }

    fn baselines(&mut self) -> Vec<(PathBuf, Baseline)> {
        let mut baselines = Vec::new();
        for path in &self.settings.loaded.config.accepted.0 {
            let path = normal(Path::new(path));
            match self.file(&path).and_then(|file| Baseline::read(file, |_| false)) {
                Ok(baseline) => baselines.push((path.parent().unwrap_or(&path).to_owned(), baseline)),
                Err(message) => self.whole(&message),
            }
        }
        baselines
    }

    fn file(&mut self, path: &Path) -> Result<SourceFile, String> {
        self.files.push(path.to_owned());
        let name = shown(path);
        let root = self.settings.loaded.root.as_ref();
        let bytes = root.map_or_else(|| read_regular(path), |root| root.read(path));
        let bytes = bytes.map_err(|error| format!("{name}: cannot be read: {error}"))?;
        SourceFile::new(name.as_str(), bytes).map_err(|message| format!("{name}: {message}"))
    }

    /// Notes what is wrong with an entry: `place` ends with its line.
    fn note(&mut self, path: &Path, place: &str, message: &str) {
        let line = place.rsplit_once(':').and_then(|(_, line)| line.parse().ok()).unwrap_or(1);
        let path = normal(path);
        let source = self.settings.loaded.sources.iter().find(|file| normal(Path::new(file.name())) == path);
        if let Some(file) = source.map(Arc::clone) {
            let found = vec![mistake(&file, file.line_span(line), message)];
            self.mistakes.push((path, file, found));
        }
    }

    /// Notes what is wrong with the configuration as a whole.
    fn whole(&mut self, message: &str) {
        if let Some(file) = self.settings.loaded.sources.first() {
            let path = normal(Path::new(file.name()));
            self.note(&path, "", message);
        }
    }
}
