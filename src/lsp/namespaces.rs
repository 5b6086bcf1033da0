//! The namespaces of a workspace, where their labels decide how pods are judged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;
use rayon::prelude::*;

use super::unsaved::Unsaved;
use super::workspace::Mistakes;
use crate::config;
use crate::config::load::shown;
use crate::config::read::mistake;
use crate::lint::Options;
use crate::lint::admission::Admission;
use crate::lint::namespaces::{Namespaces, Survey, survey};
use crate::pod_security::admission::Configuration;
use crate::pod_security::admission::configuration::{Loaded, load};
use crate::source::confine::Root;
use crate::source::discover::{WalkOptions, discover};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular};

/// What a cluster judges by, without the file that is being judged.
pub struct Cluster {
    configuration: Configuration,
    user: String,
    /// The files that describe namespaces.
    surveys: Vec<(PathBuf, Survey)>,
    /// Where such files are looked for.
    directories: Vec<PathBuf>,
    /// The files of the API server's configuration.
    pub files: Vec<PathBuf>,
}

impl Cluster {
    /// Reads the API server's configuration, which must lie in the root, and the Namespaces of all files in a directory
    /// and in other places.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn read(
        settings: &config::Admission,
        root: Option<&Root>,
        others: &[String],
        directory: &Path,
        options: &Options,
    ) -> Result<Self, Mistakes> {
        let mut files = Vec::new();
        let configuration = match settings.config.as_ref().zip(root) {
            Some((path, root)) => read_configuration(normal(Path::new(path)), root, &mut files)?,
            None => Configuration::default(),
        };
        let others = others.iter().map(PathBuf::from);
        let directories: Vec<PathBuf> = others.chain([directory.to_owned()]).map(|path| normal(&path)).collect();
        let found = files_with_namespaces(&directories).into_iter();
        let surveys = found.map(|(path, file)| (path, survey(&file, options).without_workloads()));
        let surveys = surveys.filter(|(_, survey)| survey.describes()).collect();
        Ok(Self { configuration, user: settings.user.clone().unwrap_or_default(), surveys, directories, files })
    }

    /// What a file is judged by that may describe namespaces itself. What is open and not saved yet counts before what
    /// is in its file.
    pub fn for_file(&self, path: Option<&Path>, file: &SourceFile, options: &Options, unsaved: &Unsaved) -> Admission {
        let mut namespaces = Namespaces::default();
        let others = self.surveys.iter().filter(|(other, _)| Some(other.as_path()) != path);
        for (other, saved) in others {
            namespaces.add(unsaved.of(other).map_or(saved, |described| &described.survey).clone());
        }
        let is_new = |other: &Path| Some(other) != path && !self.surveys.iter().any(|(known, _)| known == other);
        for (_, described) in unsaved.within(&self.directories).filter(|(other, _)| is_new(other)) {
            namespaces.add(described.survey.clone());
        }
        namespaces.add(survey(file, options));
        Admission { configuration: self.configuration.clone(), user: self.user.clone(), namespaces }
    }

    /// Whether a change of this file may change how others are judged.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path)
            || self.surveys.iter().any(|(file, _)| file == path)
            || describes_namespaces(path).is_some()
    }
}

/// The files in these directories that may describe namespaces.
pub fn files_with_namespaces(directories: &[PathBuf]) -> Vec<(PathBuf, SourceFile)> {
    let found = discover(directories, &WalkOptions::default()).map(|found| found.inputs).unwrap_or_default();
    let one = |path: &Path| describes_namespaces(path).map(|file| (normal(path), file));
    found.par_iter().filter_map(|input| input.source.path().and_then(one)).collect()
}

/// A file, if it may describe namespaces.
fn describes_namespaces(path: &Path) -> Option<SourceFile> {
    let bytes = read_regular(path).ok().filter(|bytes| memmem::find(bytes, b"Namespace").is_some())?;
    SourceFile::new(shown(path), bytes).ok()
}

/// Reads a configuration of the API server, or the file that it names.
fn read_configuration(mut path: PathBuf, root: &Root, files: &mut Vec<PathBuf>) -> Result<Configuration, Mistakes> {
    loop {
        files.push(path.clone());
        let (bytes, unreadable) = match root.read(&path) {
            Ok(bytes) => (bytes, None),
            Err(error) => (Vec::new(), Some(format!("this file cannot be read: {error}"))),
        };
        let Ok(file) = SourceFile::new(shown(&path), bytes).map(Arc::new) else { return Ok(Configuration::default()) };
        let whole = |message: String| vec![mistake(&file, file.line_span(1), message)];
        let mistakes = match (unreadable, load(&file)) {
            (Some(message), _) => whole(message),
            (None, Ok(Loaded::Here(configuration))) => return Ok(configuration),
            (None, Ok(Loaded::Elsewhere { path: other, span })) if files.len() < 2 => {
                let next = normal(&path.parent().unwrap_or(Path::new("")).join(&other));
                match root.inside(&next) {
                    Ok(_) => path = next,
                    Err(outside) => {
                        let mistakes = vec![mistake(&file, span, format!("{other} {outside}"))];
                        return Err(vec![(path, file, mistakes)]);
                    }
                }
                continue;
            }
            (None, Ok(Loaded::Elsewhere { .. })) => {
                whole("this must hold the PodSecurityConfiguration itself".to_owned())
            }
            (None, Err(errors)) => errors.into_iter().map(|error| mistake(&file, error.span, error.message)).collect(),
        };
        return Err(vec![(path, file, mistakes)]);
    }
}
