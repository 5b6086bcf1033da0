//! The namespaces of a workspace, where their labels decide how pods are judged or their annotations hold ranges.

use std::path::{Path, PathBuf};

use memchr::memmem;
use rayon::prelude::*;

use super::unsaved::Unsaved;
use crate::config::load::shown;
use crate::lint::Options;
use crate::lint::admission::Admission;
use crate::lint::namespaces::{Namespaces, Survey, survey};
use crate::manifest::kustomization;
use crate::pod_security::admission::Configuration;
use crate::source::discover::{Input, WalkOptions, discover};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular};

/// What a cluster judges by, without the file that is being judged.
pub struct Cluster {
    configuration: Configuration,
    user: String,
    /// The files that describe namespaces.
    surveys: Vec<(PathBuf, Survey)>,
}

impl Cluster {
    /// Takes the API server's configuration, and the Namespaces of some files.
    pub fn new(configuration: Configuration, user: String, files: &[(PathBuf, SourceFile)], options: &Options) -> Self {
        let surveys = files.iter().map(|(path, file)| (path.clone(), survey(file, options).without_workloads()));
        Self { configuration, user, surveys: surveys.filter(|(_, survey)| survey.describes()).collect() }
    }

    /// What a file is judged by that may describe namespaces itself. What is open and not saved yet counts before what
    /// is in its file.
    pub fn for_file(
        &self,
        path: Option<&Path>,
        file: &SourceFile,
        options: &Options,
        directories: &[PathBuf],
        unsaved: &Unsaved,
    ) -> Admission {
        let mut namespaces = Namespaces::default();
        let others = self.surveys.iter().filter(|(other, _)| Some(other.as_path()) != path);
        for (other, saved) in others {
            namespaces.add(unsaved.of(other).map_or(saved, |described| &described.survey).clone());
        }
        let is_new = |other: &Path| Some(other) != path && !self.surveys.iter().any(|(known, _)| known == other);
        for (_, described) in unsaved.within(directories).filter(|(other, _)| is_new(other)) {
            namespaces.add(described.survey.clone());
        }
        namespaces.add(survey(file, options));
        Admission { configuration: self.configuration.clone(), user: self.user.clone(), namespaces }
    }

    /// Whether a change of this file may change how others are judged.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.surveys.iter().any(|(file, _)| file == path) || describes_namespaces(path).is_some()
    }
}

/// The files below a directory.
pub fn files_below(directory: &Path) -> Vec<Input> {
    let walk = WalkOptions { noted: &kustomization::NAMES, ..WalkOptions::default() };
    discover(&[directory.to_owned()], &walk).map(|found| found.inputs).unwrap_or_default()
}

/// Those of some files that may describe namespaces, each once.
pub fn with_namespaces(inputs: &[Input]) -> Vec<(PathBuf, SourceFile)> {
    let one = |path: &Path| describes_namespaces(path).map(|file| (normal(path), file));
    let mut found: Vec<_> = inputs.par_iter().filter_map(|input| input.source.path().and_then(one)).collect();
    let mut seen = std::collections::HashSet::new();
    found.retain(|(path, _)| seen.insert(path.clone()));
    found
}

/// A file, if it may describe namespaces.
fn describes_namespaces(path: &Path) -> Option<SourceFile> {
    let bytes = read_regular(path).ok().filter(|bytes| memmem::find(bytes, b"Namespace").is_some())?;
    SourceFile::new(shown(path), bytes).ok()
}
