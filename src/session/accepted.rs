//! Findings that were accepted on a day, as files of them stand beside the manifests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{self, Named};
use crate::config::settings::Settings;
use crate::problem::{About, Problem};
use crate::source::path::normal;
use crate::waiver::accepted::AcceptedFindings;

/// A file of accepted findings.
#[derive(Debug)]
pub struct AcceptedFile {
    /// What it records.
    pub findings: AcceptedFindings,
    /// Its absolute path.
    pub path: PathBuf,
    /// What the names of files in it are relative to.
    pub directory: PathBuf,
}

impl AcceptedFile {
    /// Reads a file. One that a configuration names must lie in its root.
    ///
    /// # Errors
    /// It cannot be read, or is something else.
    pub fn read(path: &Path, named: Named<'_>) -> Result<Self, Problem> {
        let file = read::open(path, &path.display().to_string(), named, About::Accepted)?;
        let findings = AcceptedFindings::read(file)?;
        let path = normal(path);
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { findings, path, directory })
    }
}

/// Whether a file is one that is to be written, and not there yet.
pub(super) fn is_new(path: &Path, written: Option<&Path>) -> bool {
    written.is_some_and(|written| normal(written) == normal(path)) && !path.exists()
}

/// What is accepted where a configuration holds, besides what is `given`. `written` is a file that may not be there yet.
pub(super) fn of(
    settings: &Settings,
    given: &[Arc<AcceptedFile>],
    written: Option<&Path>,
    files: &mut Vec<PathBuf>,
) -> (Vec<Arc<AcceptedFile>>, Vec<Problem>) {
    let (mut all, mut problems) = (given.to_vec(), Vec::new());
    for (path, spot) in &settings.loaded.accepted {
        let absolute = normal(path);
        if all.iter().any(|known| known.path == absolute) || is_new(path, written) {
            continue;
        }
        files.push(absolute);
        let root = settings.loaded.root.as_ref();
        match AcceptedFile::read(path, root.map_or(Named::AsFile, Named::In)) {
            Ok(file) => all.push(Arc::new(file)),
            Err(problem) => problems.push(problem.named_at(Some(spot))),
        }
    }
    (all, problems)
}
