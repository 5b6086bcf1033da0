//! From the paths of a command line to files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Status;
use super::terminal::{complain, hint, is_piped_into};
use crate::cli;
use crate::config::find;
use crate::manifest::kustomization::{CHAINSAW, NAMES};
use crate::session::patches::add_unwalked;
use crate::source::discover::{Discovered, Input, PassedOver, Problem, Source, WalkOptions, Why, discover};
use crate::verdict::{FileReport, SkipReason};

/// More threads than this are no faster anywhere, and thousands of them spend minutes looking to each other for work.
const MAX_THREADS: usize = 256;

/// What is looked for in every directory.
const NOTED: [&str; 8] =
    [find::NAMES[0], find::NAMES[1], find::NAMES[2], find::NAMES[3], NAMES[0], NAMES[1], NAMES[2], CHAINSAW];

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The files to read.
    pub inputs: Vec<Input>,
    /// Paths that cannot be read: that has been said.
    pub problems: Vec<Problem>,
    /// What else keeps podline from its job: that has been said too.
    pub failure: Option<String>,
    /// Whether that is that there is nothing to read.
    pub is_nothing: bool,
    /// What was passed over, but for what version control keeps for itself: it is no part of what is to be read.
    pub passed_over: Vec<PassedOver>,
    /// That.
    pub of_version_control: Vec<PassedOver>,
    pub status: Status,
}

/// Finds the files to read, complains of paths that cannot be, and sets the number of threads. Says that something was
/// passed over.
pub(super) fn find(options: &cli::Input) -> (Vec<Input>, Status) {
    let found = find_in(options, &paths(options));
    tell_passed_over(&found.passed_over);
    (found.inputs, found.status)
}

/// Says on a line how much was passed over, and why.
pub(super) fn tell_passed_over(passed_over: &[PassedOver]) {
    let counts = counts(passed_over);
    if !counts.is_empty() {
        hint(&format!("skipped {counts} (podline files lists them)"));
    }
}

/// How much was passed over, by reason: `1 ignored, 2 hidden`.
fn counts(passed_over: &[PassedOver]) -> String {
    let mut counts: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for one in passed_over {
        *counts.entry(reason_of(&one.why)).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {}", reason.as_str())).collect();
    counts.join(", ")
}

/// As [`find`], in other paths than those of the command line, and leaves it to the caller to say what was passed over.
pub(super) fn find_in(options: &cli::Input, paths: &[PathBuf]) -> Found {
    let found = find_quietly(options, paths);
    found.failure.iter().filter(|_| found.is_nothing).for_each(|failure| complain(failure));
    found
}

/// The same, and leaves it to the caller to say that there is nothing to read.
pub(super) fn find_quietly(options: &cli::Input, paths: &[PathBuf]) -> Found {
    if options.paths.is_empty() && is_piped_into() {
        hint("reading the current directory; to read what is piped in, name it: podline check -");
    }
    let walk = walk_options(options);
    let threads = options.threads.map_or(0, |threads| threads.get().min(MAX_THREADS));
    // Fails only where a pool exists already, which then serves.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
    let discovered = discover(paths, &walk).and_then(|mut found| {
        found.passed_over.extend(add_unwalked(&mut found.inputs, &walk)?);
        Ok(found)
    });
    let Discovered { mut inputs, problems, passed_over, named_anyway, left_out } = match discovered {
        Ok(discovered) => discovered,
        Err(error) => {
            complain(&error.to_string());
            return Found { status: Status::Failed, failure: Some(error.to_string()), ..Found::default() };
        }
    };
    let (of_version_control, passed_over): (Vec<_>, Vec<_>) =
        passed_over.into_iter().partition(|one| one.why == Why::VersionControl);
    for name in &named_anyway {
        hint(&format!("--exclude does not hold for {name}, which is named; --force-exclude has it hold"));
    }
    for problem in &problems {
        complain(&format!("{}: {}", problem.display, problem.message));
    }
    if let Some(name) = &options.stdin_filename {
        inputs
            .iter_mut()
            .filter(|input| input.source == Source::Stdin)
            .for_each(|input| input.display.clone_from(name));
    }
    let mut failure = None;
    let mut status = if problems.is_empty() { Status::Clean } else { Status::Failed };
    // A hook that names files which the project excludes has nothing to do; anyone else gave a path for nothing.
    if inputs.is_empty() && problems.is_empty() && left_out == 0 {
        let message = match counts(&passed_over) {
            none if none.is_empty() => "no file to read: no *.yaml, *.yml or *.json in the paths given".to_owned(),
            counts => format!("no file to read: all that the paths given hold is left out ({counts})"),
        };
        failure = Some(message);
        status = Status::Failed;
    }
    let is_nothing = failure.is_some();
    Found { inputs, problems, failure, is_nothing, passed_over, of_version_control, status }
}

/// What there is to report of something that was passed over.
pub(super) fn report_of(passed_over: &PassedOver) -> FileReport {
    FileReport::of_passed_over(reason_of(&passed_over.why), passed_over.why.to_string())
}

fn reason_of(why: &Why) -> SkipReason {
    match why {
        Why::Outside(_) => SkipReason::Outside,
        Why::Special(_) | Why::Loop => SkipReason::Special,
        Why::Ignored(_) => SkipReason::Ignored,
        Why::Hidden | Why::VersionControl => SkipReason::Hidden,
        Why::Linked(_) => SkipReason::Linked,
        Why::OtherEnding => SkipReason::NotManifest,
    }
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
