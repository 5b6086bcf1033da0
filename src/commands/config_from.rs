//! `--config-from REV`: what is there now, judged by the configuration of another revision as it is there.
//!
//! A pull request must not open the gate that it goes through. What decides (configurations and what they name, ignore
//! files, accepted findings, policies) is taken from the revision, and all else from the work tree: both are put together
//! in a directory of their own, in which the check then runs. What the change does to the former is told at its line.

mod changed;
mod tree;

use std::path::{Path, PathBuf};

use super::Status;
use super::check;
use super::revision::{Revision, enter};
use super::terminal::{complain, hint};
use crate::cli::Check;
use crate::problem::{About, Problem};
use crate::source::git::{GitError, Repository};
use crate::source::path::{normal, way};
use tempfile::TempDir;

pub(super) use changed::changed;
pub(super) use tree::Deciding;

/// Checks by the configuration of a revision.
pub(super) fn run(options: &Check, revision: &str) -> Status {
    let wrong = |error: GitError| Problem::new(About::Input, format!("--config-from: {error}"));
    let found = refused(options).map_or_else(|| prepare(options, revision).map_err(wrong), Err);
    match found {
        Ok(prepared) => prepared.check(),
        Err(problem) => {
            complain(&problem.to_string());
            Status::Failed
        }
    }
}

/// What is there now, with what decides as a revision has it.
pub(super) struct Laid {
    /// The directory, which goes with it.
    _tree: TempDir,
    /// Its real name.
    pub root: PathBuf,
    /// Whether a configuration asks for reports.
    writes_reports: bool,
}

impl Laid {
    /// Puts it together from what `deciding` holds and from all else below `root`.
    pub fn new(deciding: &Deciding<'_>, root: &Path) -> Result<Self, GitError> {
        let tree = tempfile::Builder::new().prefix("podline-").tempdir().map_err(GitError::Io)?;
        deciding.lay(root, tree.path()).map_err(GitError::Io)?;
        let root = tree.path().canonicalize().map_err(GitError::Io)?;
        Ok(Self { _tree: tree, root, writes_reports: deciding.writes_reports })
    }
}

/// What does not go with it: files of the work tree are not written, and another configuration is not read.
fn refused(options: &Check) -> Option<Problem> {
    let repair = &options.repair;
    let wrong = [
        (options.config.config.is_some(), "--config"),
        (options.config.no_config, "--no-config"),
        (options.write_accepted.is_some(), "--write-accepted"),
        (repair.fix, "--fix"),
        (repair.fix_as.is_some(), "--fix-as"),
    ];
    let (_, option) = wrong.into_iter().find(|(is_given, _)| *is_given)?;
    Some(Problem::new(About::Input, format!("--config-from does not go with {option}")))
}

/// A check that is ready to run.
struct Prepared {
    laid: Laid,
    /// The way from its root to where the check runs.
    below: PathBuf,
    options: Check,
    changed: Vec<check::Said>,
}

fn prepare(options: &Check, revision: &str) -> Result<Prepared, GitError> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).map_err(GitError::Io)?;
    let repository = Repository::around(&here)?;
    let root = repository.root.clone().ok_or(GitError::NoRepository)?;
    let commit = repository.resolve(revision)?;
    let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
    let mut moved = options.clone();
    moved.config_from = None;
    let named = move_paths(&mut moved, &here, &root);
    let wanted: Vec<&str> = named.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    let there = Revision::of(&repository, &commit, &wanted)?;
    let mut deciding = Deciding::of(&there.root, &named);
    let deciding_here = deciding.among_work_tree(&root);
    let laid = Laid::new(&deciding, &root)?;
    let changed = changed(&deciding, &deciding_here, (&root, &below), revision);
    if laid.writes_reports {
        hint("--config-from: the reports under outputs: are not written; --output writes them");
    }
    Ok(Prepared { laid, below, options: moved, changed })
}

impl Prepared {
    fn check(self) -> Status {
        let Self { laid, below, options, changed } = self;
        match enter(&laid.root, &below) {
            Ok(_entered) => check::run_saying(&options, &changed),
            Err(error) => {
                complain(&format!("--config-from: {error}"));
                Status::Failed
            }
        }
    }
}

/// Makes the paths of the command line mean the same in another directory: those in the repository stay relative, others
/// become absolute. Returns those that decide, from the root of the repository.
fn move_paths(options: &mut Check, here: &Path, root: &Path) -> Vec<PathBuf> {
    let moved = |path: &mut PathBuf| {
        if path.as_os_str() == "-" || path.as_os_str().is_empty() {
            return None;
        }
        let absolute = normal(&here.join(&*path));
        let real = absolute.canonicalize().unwrap_or_else(|_| absolute.clone());
        let Ok(inside) = real.strip_prefix(root) else {
            *path = absolute;
            return None;
        };
        *path = PathBuf::from(way(here, &real));
        if path.as_os_str().is_empty() {
            *path = PathBuf::from(".");
        }
        Some(inside.to_owned())
    };
    options.input.paths.iter_mut().for_each(|path| drop(moved(path)));
    options.source_root.iter_mut().for_each(|path| drop(moved(path)));
    for output in &mut options.reports.output {
        // Reports are written where they were asked for.
        output.file.iter_mut().for_each(|file| *file = normal(&here.join(&*file)));
    }
    let deciding = options.policy.iter_mut().chain(&mut options.accepted).chain(&mut options.admission.cluster);
    deciding.chain(&mut options.admission.admission_config).filter_map(moved).collect()
}
