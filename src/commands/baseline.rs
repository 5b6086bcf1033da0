//! The baselines of a run: those that are read, and the one that is written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Status;
use super::atomic;
use super::configuration::Configurations;
use super::terminal::{complain, hint};
use super::write;
use crate::cli::Check;
use crate::finding::{Finding, Waived};
use crate::report::json::to_json;
use crate::report::summary::count;
use crate::source::confine::Root;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular, way};
use crate::verdict::FileReport;
use crate::waiver::accepted::{self, Baseline};
use crate::waiver::compare::Key;

/// Baselines, and what they need to know of the run.
pub(super) struct Baselines {
    read: Vec<Read>,
    write: Option<Recording>,
}

/// A baseline that is read.
struct Read {
    baseline: Baseline,
    path: PathBuf,
    /// What its file names are relative to.
    directory: PathBuf,
    /// The files of the run, by the names that they have in it.
    inputs: HashSet<String>,
}

/// A baseline that is written.
struct Recording {
    /// As it was given.
    path: PathBuf,
    directory: PathBuf,
    keys: Vec<Key>,
    waived: Arc<Waived>,
}

impl Baselines {
    /// Reads the baselines.
    ///
    /// # Errors
    /// A message for the user.
    pub fn open(options: &Check, configurations: &Configurations, inputs: &[Input]) -> Result<Self, String> {
        let given =
            options.accepted.iter().filter(|path| !path.as_os_str().is_empty()).map(|path| (path.clone(), None));
        let configured = configurations
            .all()
            .map(|settings| &settings.loaded)
            .flat_map(|loaded| loaded.config.accepted.0.iter().map(|path| (PathBuf::from(path), loaded.root.as_ref())));
        let mut paths: Vec<(PathBuf, Option<&Root>)> = given.chain(configured).collect();
        let mut seen = HashSet::new();
        paths.retain(|(path, _)| seen.insert(normal(path)));
        // What is to be written for the first time cannot be read yet.
        let written = options.write_accepted.as_deref().filter(|path| !path.exists()).map(normal);
        paths.retain(|(path, _)| Some(normal(path)) != written);
        let read = paths.iter().map(|(path, root)| Read::open(path, *root, inputs)).collect::<Result<_, _>>()?;
        Ok(Self { read, write: options.write_accepted.as_deref().map(Recording::new) })
    }

    /// Takes the baselines out of the files that a walk met: they are no manifests.
    ///
    /// # Errors
    /// A message for the user if the one to be written would take the place of something else.
    pub fn leave_out_own(&self, configurations: &Configurations, inputs: &mut Vec<Input>) -> Result<(), String> {
        if let Some(write) = &self.write {
            let path = normal(&write.path);
            let is_configuration =
                configurations.all().any(|one| one.loaded.files.iter().any(|file| normal(Path::new(file)) == path));
            // What is there may only be a baseline.
            if is_configuration || write::is_other(&path, accepted::HEAD) {
                return Err(format!(
                    "--write-accepted would overwrite {}, which is not a file of accepted findings",
                    write.path.display()
                ));
            }
        }
        let written = self.write.as_ref().map(|write| normal(&write.path));
        let own: HashSet<&Path> = self.read.iter().map(|read| read.path.as_path()).chain(written.as_deref()).collect();
        if !own.is_empty() {
            let is_own = |path: &Path| own.contains(normal(path).as_path());
            inputs.retain(|input| input.named || !input.source.path().is_some_and(is_own));
        }
        Ok(())
    }

    /// Whether there is none.
    pub fn are_idle(&self) -> bool {
        self.read.is_empty() && self.write.is_none()
    }

    /// Waives what is recorded of a file, and records the rest if it is to be. Files come in the order of the input.
    pub fn take(&mut self, input: &Input, report: &mut FileReport) {
        for read in &mut self.read {
            read.baseline.apply(&name_in(&read.directory, input), report);
        }
        let shrinks = self.shrinking().is_some();
        if let Some(write) = self.write.as_mut().filter(|_| !shrinks) {
            let name = name_in(&write.directory, input);
            write.keys.extend(accepted::keys(&name, report));
            accepted::accept(report, &write.waived);
        }
    }

    /// The baseline that is both read and written.
    fn shrinking(&self) -> Option<&Read> {
        let written = normal(&self.write.as_ref()?.path);
        self.read.iter().find(|read| read.path == written)
    }

    /// Notes for the entries that are gone, by baseline. `was_judged` says whether the run judged by a rule.
    pub fn gone(&self, was_judged: impl Fn(&str) -> bool) -> Vec<(&SourceFile, Vec<Finding>)> {
        // Those of one that is written anew are gone from it too.
        let shrinking = self.shrinking().map(|read| &read.path);
        let read = self.read.iter().filter(|read| Some(&read.path) != shrinking);
        read.map(|read| (read.baseline.file(), read.baseline.gone(|key| read.was_judged(key, &was_judged)))).collect()
    }

    /// Writes the baseline, unless the run failed: what could not be read would be missing in it.
    pub fn write(&mut self, status: Status, was_judged: impl Fn(&str) -> bool) -> Status {
        let kept = self.shrinking().map(|read| read.baseline.kept(|key| read.was_judged(key, &was_judged)));
        let Some(write) = &mut self.write else { return Status::Clean };
        let name = write.path.display().to_string();
        if status == Status::Failed {
            complain(&format!("{name}: not written, since not everything could be checked"));
            return Status::Failed;
        }
        let keys = kept.unwrap_or_else(|| std::mem::take(&mut write.keys));
        let number = keys.len();
        match atomic::write(&write.path, &[accepted::write(keys, to_json)]) {
            Ok(()) => {
                hint(&format!("{name}: {} accepted", count(number, "finding")));
                Status::Clean
            }
            Err(error) => {
                complain(&format!("{name}: cannot be written: {error}"));
                Status::Failed
            }
        }
    }
}

impl Read {
    /// One that a configuration names must lie in its root.
    fn open(path: &Path, root: Option<&Root>, inputs: &[Input]) -> Result<Self, String> {
        let name = path.display().to_string();
        let bytes = root.map_or_else(|| read_regular(path), |root| root.read(path));
        let bytes = bytes.map_err(|error| format!("{name}: cannot be read: {error}"))?;
        let file = SourceFile::new(name.as_str(), bytes).map_err(|message| format!("{name}: {message}"))?;
        let path = normal(path);
        let directory = directory_of(&path);
        let inputs: HashSet<String> = inputs.iter().map(|input| name_in(&directory, input)).collect();
        let baseline = Baseline::read(file, |file| is_gone(&inputs, &directory, file))?;
        Ok(Self { baseline, path, directory, inputs })
    }

    /// Whether an entry would have been found again if it were still there.
    fn was_judged(&self, key: &Key, by: impl Fn(&str) -> bool) -> bool {
        by(&key.rule) && (self.inputs.contains(&key.file) || is_gone(&self.inputs, &self.directory, &key.file))
    }
}

/// Whether there is no file of this name any more.
fn is_gone(inputs: &HashSet<String>, directory: &Path, file: &str) -> bool {
    // Standard input is nowhere.
    let is_path = !file.starts_with('<');
    is_path && !inputs.contains(file) && !directory.join(file).exists()
}

impl Recording {
    fn new(path: &Path) -> Self {
        let waived = Arc::new(Waived {
            reason: accepted::REASON.to_owned(),
            until: None,
            file: path.display().to_string(),
            line: 0,
        });
        Self { path: path.to_owned(), directory: directory_of(&normal(path)), keys: Vec::new(), waived }
    }
}

fn directory_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// What a file is called in a baseline of some directory: its path from there, whatever podline's own directory.
fn name_in(directory: &Path, input: &Input) -> String {
    match &input.source {
        Source::Stdin if input.display.starts_with('<') => input.display.clone(),
        Source::Stdin => way(directory, &normal(Path::new(&input.display))),
        Source::File(path) => way(directory, &normal(path)),
    }
}
