//! From the paths of a command line to files.

use std::path::PathBuf;

use super::Status;
use super::terminal::{complain, hint, is_piped_into};
use crate::cli;
use crate::config::find::NAME;
use crate::manifest::kustomization::{CHAINSAW, NAMES};
use crate::source::discover::{Discovered, Input, PassedOver, Problem, Source, WalkOptions, Why, discover};
use crate::verdict::{FileReport, SkipReason};

/// More threads than this are no faster anywhere, and thousands of them spend minutes looking to each other for work.
const MAX_THREADS: usize = 256;

/// What is looked for in every directory.
const NOTED: [&str; 5] = [NAME, NAMES[0], NAMES[1], NAMES[2], CHAINSAW];

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The files to read.
    pub inputs: Vec<Input>,
    /// Paths that cannot be read: that has been said.
    pub problems: Vec<Problem>,
    /// What a walk passed over.
    pub passed_over: Vec<PassedOver>,
    pub status: Status,
}

/// Finds the files to read, complains of paths that cannot be, and sets the number of threads. Says that something was
/// passed over.
pub(super) fn find(options: &cli::Input) -> (Vec<Input>, Status) {
    let found = find_in(options, &paths(options));
    let outside = found.passed_over.iter().filter(|one| matches!(one.why, Why::Outside(_))).count();
    let special = found.passed_over.len() - outside;
    for (number, reason) in [(outside, SkipReason::Outside), (special, SkipReason::Special)] {
        if number > 0 {
            hint(&format!("skipped {number} {} (podline files lists them)", reason.as_str()));
        }
    }
    (found.inputs, found.status)
}

/// As [`find`], in other paths than those of the command line, and leaves it to the caller to say what was passed over.
pub(super) fn find_in(options: &cli::Input, paths: &[PathBuf]) -> Found {
    if options.paths.is_empty() && is_piped_into() {
        hint("reading the current directory; to read what is piped in, name it: podline check -");
    }
    let walk = walk_options(options);
    let threads = options.threads.map_or(0, |threads| threads.get().min(MAX_THREADS));
    // Fails only where a pool exists already, which then serves.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
    let Discovered { mut inputs, problems, passed_over, left_out } = match discover(paths, &walk) {
        Ok(discovered) => discovered,
        Err(error) => {
            complain(&error.to_string());
            return Found { status: Status::Failed, ..Found::default() };
        }
    };
    for problem in &problems {
        complain(&format!("{}: {}", problem.display, problem.message));
    }
    if let Some(name) = &options.stdin_filename {
        inputs
            .iter_mut()
            .filter(|input| input.source == Source::Stdin)
            .for_each(|input| input.display.clone_from(name));
    }
    let mut status = if problems.is_empty() { Status::Clean } else { Status::Failed };
    // A hook that names files which the project excludes has nothing to do; anyone else gave a path for nothing.
    if inputs.is_empty() && problems.is_empty() && left_out == 0 {
        complain("no file to read: no *.yaml, *.yml or *.json in the paths given");
        status = Status::Failed;
    }
    Found { inputs, problems, passed_over, status }
}

/// What there is to report of something that was passed over.
pub(super) fn report_of(passed_over: &PassedOver) -> FileReport {
    let reason = match passed_over.why {
        Why::Outside(_) => SkipReason::Outside,
        Why::Special(_) => SkipReason::Special,
    };
    FileReport::of_passed_over(reason, passed_over.why.to_string())
}

/// The paths of the command line, or the working directory.
pub(super) fn paths(options: &cli::Input) -> Vec<PathBuf> {
    if options.paths.is_empty() { vec![PathBuf::from(".")] } else { options.paths.clone() }
}

/// How the paths are walked.
pub(super) fn walk_options(options: &cli::Input) -> WalkOptions {
    WalkOptions {
        exclude: options.exclude.clone(),
        force_exclude: options.force_exclude,
        as_walked: options.as_walked,
        no_ignore: options.no_ignore,
        noted: &NOTED,
    }
}
