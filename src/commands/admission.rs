//! What `--admission` needs before anything is judged: the API server's configuration and the namespaces of the input.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Status;
use super::read::{Kept, is_read_again, paths, read, read_or_kept, walk_options};
use super::terminal::complain;
use crate::cli;
use crate::lint::Options;
use crate::lint::admission::Admission;
use crate::lint::namespaces::{Namespaces, Survey, survey};
use crate::pod_security::admission::Configuration;
use crate::pod_security::admission::configuration::{Loaded, load};
use crate::source::confine::{Given, Root};
use crate::source::discover::{Discovered, Input, discover};
use crate::source::file::SourceFile;
use crate::source::span::Span;

/// What was read before judging.
#[derive(Default)]
pub(super) struct Prepared {
    /// What the cluster judges by; `None` where one level holds for all.
    pub admission: Option<Arc<Admission>>,
    /// Files that cannot be read a second time.
    pub kept: Kept,
    /// Files that were read for their Namespaces only.
    pub others: Vec<Input>,
    /// Whether all of that could be read.
    pub status: Status,
}

/// Reads the configuration, and the Namespaces of the input and of `--cluster`. `of` says what an input is judged
/// by; nothing for one that is not judged at all.
///
/// `has_ranges` says that a policy looks for ranges in annotations of Namespaces. Without a configuration that can be read
/// nothing can be judged: then there is no result.
pub(super) fn prepare<'o>(
    options: &cli::Admission,
    has_ranges: bool,
    walk: &cli::Input,
    inputs: &[Input],
    of: impl Fn(&Input) -> Option<&'o Options> + Sync,
) -> Option<Prepared> {
    if !options.is_on() {
        if options.names_user {
            complain("--user means nothing without --admission");
            return None;
        }
        let mut prepared = Prepared::default();
        if has_ranges {
            prepared.others = others(options, walk, &mut prepared.status);
            keep(&prepared.others, &mut prepared.kept);
            keep(inputs, &mut prepared.kept);
        }
        return Some(prepared);
    }
    let given = Given::new(paths(walk));
    let configured = options.admission_config.as_deref().map(|path| read_configuration(path, &given));
    let configuration = match configured.transpose() {
        Ok(configuration) => configuration.unwrap_or_default(),
        Err(messages) => {
            for message in &messages {
                complain(message);
            }
            return None;
        }
    };
    let mut prepared = Prepared::default();
    let others = others(options, walk, &mut prepared.status);
    let mut namespaces = Namespaces::default();
    let defaults = Options::default();
    for (input, survey) in surveys(&others, |_| Some(&defaults), &mut prepared.kept) {
        match survey {
            Ok(survey) => {
                for (line, message) in &survey.unreadable {
                    complain(&format!("{}:{line}: {message}", input.display));
                    prepared.status = Status::Failed;
                }
                namespaces.add(survey.without_workloads());
            }
            Err(message) => {
                complain(&message);
                prepared.status = Status::Failed;
            }
        }
    }
    for (_, survey) in surveys(inputs, of, &mut prepared.kept) {
        // What cannot be read is complained of when its turn to be judged comes.
        namespaces.add(survey.unwrap_or_default());
    }
    let user = options.user.clone().unwrap_or_default();
    prepared.admission = Some(Arc::new(Admission { configuration, user, namespaces }));
    prepared.others =
        others.into_iter().filter(|other| inputs.iter().all(|input| input.source != other.source)).collect();
    Some(prepared)
}

/// The files of `--cluster`.
fn others(options: &cli::Admission, walk: &cli::Input, status: &mut Status) -> Vec<Input> {
    if options.cluster.is_empty() {
        return Vec::new();
    }
    let Discovered { inputs, problems, .. } = match discover(&options.cluster, &walk_options(walk)) {
        Ok(discovered) => discovered,
        Err(error) => {
            complain(&error.to_string());
            *status = Status::Failed;
            return Vec::new();
        }
    };
    for problem in &problems {
        complain(&format!("{}: {}", problem.display, problem.message));
        *status = Status::Failed;
    }
    inputs
}

/// Keeps what cannot be read a second time.
fn keep(inputs: &[Input], kept: &mut Kept) {
    for input in inputs.iter().filter(|input| !is_read_again(&input.source)) {
        if !kept.contains_key(&input.source)
            && let Ok(file) = read(input)
        {
            kept.insert(input.source.clone(), file);
        }
    }
}

/// What each file says of namespaces, in order. Files that cannot be read a second time are kept.
fn surveys<'i, 'o>(
    inputs: &'i [Input],
    of: impl Fn(&Input) -> Option<&'o Options> + Sync,
    kept: &mut Kept,
) -> impl Iterator<Item = (&'i Input, Result<Survey, String>)> {
    keep(inputs, kept);
    let kept = &*kept;
    let one = |input: &Input| match of(input) {
        Some(options) => read_or_kept(input, kept).map(|file| survey(&file, options)),
        None => Ok(Survey::default()),
    };
    let surveys: Vec<Result<Survey, String>> = inputs.par_iter().map(one).collect();
    inputs.iter().zip(surveys)
}

/// Reads a configuration file, or the file that it names, which must lie in its root.
fn read_configuration(path: &Path, given: &Given) -> Result<Configuration, Vec<String>> {
    let mut path = PathBuf::from(path);
    let mut root = None;
    for _ in 0..2 {
        let name = path.display().to_string();
        let bytes = root.as_ref().map_or_else(|| std::fs::read(&path), |root: &Root| root.read(&path));
        let bytes = bytes.map_err(|error| vec![format!("{name}: cannot be read: {error}")])?;
        let file = SourceFile::new(name.as_str(), bytes).map_err(|message| vec![format!("{name}: {message}")])?;
        match load(&file) {
            Ok(Loaded::Here(configuration)) => return Ok(configuration),
            Ok(Loaded::Elsewhere { path: other, span }) => {
                let directory = path.parent().unwrap_or(Path::new(""));
                let (own, next) = (given.root(directory), directory.join(&other));
                own.inside(&next).map_err(|outside| vec![at(&file, span, &format!("{other} {outside}"))])?;
                (path, root) = (next, Some(own));
            }
            Err(errors) => {
                return Err(errors.iter().map(|error| at(&file, error.span, &error.message)).collect());
            }
        }
    }
    Err(vec![format!("{}: must hold the PodSecurityConfiguration itself", path.display())])
}

/// A message with its place.
fn at(file: &SourceFile, span: Span, message: &str) -> String {
    let start = file.position(span.start);
    format!("{}:{}:{}: {message}", file.name(), start.line, start.column)
}
