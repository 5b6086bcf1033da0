//! How namespaces decide: what is asked for and configured, the API server's configuration, and the Namespaces.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Session;
use super::ask::{Ask, AskedAdmission, Decides};
use super::read::{self, Kept, Named, is_read_again, read_or_kept};
use crate::config::Config;
use crate::config::settings::Settings;
use crate::lint::Options;
use crate::lint::admission::Admission;
use crate::lint::namespaces::{Namespaces, Survey, survey};
use crate::local::namespaces::annotations;
use crate::local::policies::LocalPolicies;
use crate::pod_security::admission::Configuration;
use crate::pod_security::admission::configuration::{ConfigError, Loaded, load};
use crate::problem::{About, Problem, Spot};
use crate::source::confine;
use crate::source::discover::{self, Discovered, Input, WalkOptions, discover};
use crate::source::file::SourceFile;
use crate::source::path::{NO_FILE, may_wait, normal};
use crate::source::span::Span;

/// How namespaces decide in a run.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Whether they do for some file.
    pub is_on: bool,
    /// The file with the API server's configuration, and the place that names it if that is in a file.
    pub config: Option<(PathBuf, Option<Spot>)>,
    /// Who creates the objects; "" for somebody who is not exempt.
    pub user: String,
    /// Files and directories with what the cluster holds besides the objects that are judged.
    pub cluster: Vec<PathBuf>,
}

/// Puts what is asked for above what the configurations say, which must agree.
///
/// # Errors
/// They do not.
pub fn decided<'s>(ask: &Ask, configurations: impl Iterator<Item = &'s Settings>) -> Result<Decided, Problem> {
    let AskedAdmission { decides, config, user, cluster, .. } = &ask.admission;
    let configurations: Vec<&Settings> = configurations.collect();
    let always = *decides != Decides::AsConfigured;
    let given = Decided {
        is_on: always,
        config: config.as_ref().map(|path| (path.clone(), None)),
        user: user.clone().unwrap_or_default(),
        cluster: if cluster.is_empty() { of_clusters(&configurations) } else { cluster.clone() },
    };
    let mut configured = configurations.iter().filter(|settings| settings.loaded.config.admission.is_some());
    // A level that is asked for stands above the labels of namespaces.
    let Some(first) = configured.next().filter(|_| always || ask.level.is_none()) else {
        return Ok(given);
    };
    let how = |settings: &Settings| {
        let Config { admission, cluster, .. } = &settings.loaded.config;
        (admission.clone().map(|setting| setting.0), cluster.clone())
    };
    if configured.any(|other| how(other) != how(first)) {
        if *decides == Decides::Always || given.config.is_some() {
            return Ok(given);
        }
        let message = "two configurations judge by namespaces in different ways: run podline once for each";
        return Err(Problem::new(About::Admission, message));
    }
    let from = how(first).0.unwrap_or_default();
    let at = &first.loaded.admission_config;
    Ok(Decided {
        is_on: true,
        config: given.config.or_else(|| from.config.map(|path| (PathBuf::from(path), at.clone()))),
        user: user.clone().or(from.user).unwrap_or_default(),
        cluster: given.cluster,
    })
}

/// What the configurations name of the cluster, each path once.
fn of_clusters(configurations: &[&Settings]) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in configurations.iter().flat_map(|settings| &settings.loaded.config.cluster.0).map(PathBuf::from) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

impl Session {
    /// Reads the API server's configuration and the Namespaces, and has the files judged by them for which they decide.
    /// Policies learn what they need to know of Namespaces.
    ///
    /// # Errors
    /// Problems with which nothing can be judged.
    pub(super) fn look_at_namespaces(&mut self, ask: &Ask, decided: &Decided) -> Result<Vec<Problem>, Vec<Problem>> {
        let has_ranges = self.bases().any(|basis| basis.options.policies.needs_namespaces());
        if !decided.is_on && !has_ranges {
            return Ok(Vec::new());
        }
        let configuration = match &decided.config {
            Some((path, named)) if decided.is_on => {
                read_configuration(path, named.as_ref(), &ask.around, &mut Vec::new())?
            }
            _ => Configuration::default(),
        };
        let (others, mut problems) = others(&decided.cluster, &ask.walk);
        keep(&others, &mut self.kept);
        keep(&self.inputs, &mut self.kept);
        if decided.is_on {
            let namespaces = self.namespaces(&others, &mut problems);
            self.decide_by(Admission { configuration, user: decided.user.clone(), namespaces }, ask);
        }
        if has_ranges {
            self.tell_policies(&others);
        }
        if decided.is_on {
            let is_other = |other: &Input| self.inputs.iter().all(|input| input.source != other.source);
            self.others = others.into_iter().filter(is_other).collect();
        }
        Ok(problems)
    }

    /// What the files say of namespaces. What cannot be read in the `others` is a problem; what cannot be read in the
    /// inputs is told when their turn to be judged comes.
    fn namespaces(&self, others: &[Input], problems: &mut Vec<Problem>) -> Namespaces {
        let mut namespaces = Namespaces::default();
        let defaults = Options::default();
        let surveys = others.par_iter().map(|input| {
            let file = read_or_kept(input, &self.kept)?;
            let survey = survey(&file, &defaults);
            let bad = unreadable(&survey, file);
            Ok((survey.without_workloads(), bad))
        });
        for surveyed in surveys.collect::<Vec<Result<_, Problem>>>() {
            match surveyed {
                Ok((survey, bad)) => {
                    namespaces.add(survey);
                    problems.extend(bad);
                }
                Err(problem) => problems.push(problem),
            }
        }
        let surveys = self.inputs.par_iter().map(|input| match self.basis(input).filter(|_| !self.is_patch(input)) {
            Some(basis) => {
                read_or_kept(input, &self.kept).map(|file| survey(&file, &self.options(input, &basis.options)))
            }
            None => Ok(Survey::default()),
        });
        for survey in surveys.collect::<Vec<_>>() {
            namespaces.add(survey.unwrap_or_default());
        }
        namespaces
    }

    /// Has the files judged by namespaces for which they decide.
    fn decide_by(&mut self, admission: Admission, ask: &Ask) {
        let admission = Arc::new(admission);
        let decides = ask.admission.decides;
        let is_for = |settings: &Settings| match decides {
            Decides::Always => true,
            Decides::AsConfigured => settings.loaded.config.admission.is_some(),
            // Whose pods are exempt is seen only where namespaces decide.
            Decides::OnlyExempts => !admission.configuration.exemptions.is_empty(),
        };
        for basis in self.bases_mut().filter(|basis| is_for(&basis.settings)) {
            basis.options.admission = Some(Arc::clone(&admission));
        }
        self.admission = Some(admission);
    }

    /// Makes the Namespaces of all files known to the policies that look for ranges there.
    fn tell_policies(&mut self, others: &[Input]) {
        // What cannot be read is told when it is to be judged.
        let of = |input: &Input| read_or_kept(input, &self.kept).map(|file| annotations(&file)).unwrap_or_default();
        let found: Vec<_> = others.par_iter().chain(&self.inputs).map(of).collect();
        let asks = |policies: &&mut Arc<LocalPolicies>| policies.needs_namespaces();
        for policies in self.bases_mut().map(|basis| &mut basis.options.policies).filter(asks) {
            let policies = Arc::make_mut(policies);
            for (name, annotations) in found.iter().flatten() {
                policies.add_namespace(name.clone(), annotations.clone());
            }
        }
    }
}

/// The files in which Namespaces are looked for besides those that are judged.
pub fn others(paths: &[PathBuf], walk: &WalkOptions) -> (Vec<Input>, Vec<Problem>) {
    if paths.is_empty() {
        return (Vec::new(), Vec::new());
    }
    match discover(paths, walk) {
        Ok(Discovered { inputs, problems, .. }) => {
            let problem = |one: discover::Problem| Problem::in_file(About::Admission, one.display, one.message);
            let mut problems: Vec<Problem> = problems.into_iter().map(problem).collect();
            let opens = |input: &Input| input.source.path().is_none_or(|path| !may_wait(path));
            let (inputs, waiting): (Vec<Input>, Vec<Input>) = inputs.into_iter().partition(opens);
            let unread =
                |one: Input| Problem::in_file(About::Admission, one.display, format!("cannot be read: {NO_FILE}"));
            problems.extend(waiting.into_iter().map(unread));
            problems.extend(paths.iter().filter_map(|path| nothing_at(path, &inputs)));
            (inputs, problems)
        }
        Err(error) => (Vec::new(), vec![Problem::new(About::Admission, error.to_string())]),
    }
}

/// That a path which was named holds nothing, if that can be seen without a look into files.
fn nothing_at(path: &Path, inputs: &[Input]) -> Option<Problem> {
    let found = fs::metadata(path).ok()?;
    let is_below = |input: &Input| input.source.path().is_some_and(|file| normal(file).starts_with(normal(path)));
    let message = if found.is_dir() && !inputs.iter().any(is_below) {
        "no *.yaml, *.yml or *.json is there to be read"
    } else if found.is_file() && found.len() == 0 {
        "the file is empty"
    } else {
        return None;
    };
    Some(Problem::in_file(About::Admission, path.display().to_string(), message).as_note())
}

/// The documents of a file that may describe a namespace and cannot be read.
fn unreadable(survey: &Survey, file: Cow<'_, SourceFile>) -> Vec<Problem> {
    if survey.unreadable.is_empty() {
        return Vec::new();
    }
    let file = Arc::new(file.into_owned());
    let problem = |(span, message): &(Span, String)| Problem::at(About::Admission, &file, *span, message.as_str());
    survey.unreadable.iter().map(problem).collect()
}

/// Keeps what cannot be read a second time.
pub(super) fn keep(inputs: &[Input], kept: &mut Kept) {
    for input in inputs.iter().filter(|input| !is_read_again(&input.source)) {
        if !kept.contains_key(&input.source)
            && let Ok(file) = read::read(input)
        {
            kept.insert(input.source.clone(), file);
        }
    }
}

/// Reads a configuration of the API server, or the file that it names, which must lie in its root. `named` is the place that
/// names it in a configuration of podline, which has seen to it that it lies in the root of that. `files` gains the files
/// that were looked at.
///
/// # Errors
/// What is wrong with it.
pub fn read_configuration(
    path: &Path,
    named: Option<&Spot>,
    around: &confine::Given,
    files: &mut Vec<PathBuf>,
) -> Result<Configuration, Vec<Problem>> {
    let about = About::Admission;
    let mut path = PathBuf::from(path);
    let root_of = |path: &Path| around.root(path.parent().unwrap_or(Path::new("")));
    let mut root = named.map(|spot| root_of(&spot.path()));
    for _ in 0..2 {
        files.push(normal(&path));
        let how = root.as_ref().map_or(Named::AsAnything, Named::In);
        let file = read::open(&path, &path.display().to_string(), how, about)
            .map_err(|problem| vec![problem.named_at(named)])?;
        match load(&file) {
            Ok(Loaded::Here(configuration)) => return Ok(configuration),
            Ok(Loaded::Elsewhere { path: other, span }) => {
                let own = root.take().unwrap_or_else(|| root_of(&path));
                let next = path.parent().unwrap_or(Path::new("")).join(&other);
                own.inside(&next)
                    .map_err(|outside| vec![Problem::at(about, &file, span, format!("{other} {outside}"))])?;
                (path, root) = (next, Some(own));
            }
            Err(errors) => {
                let problem = |error: ConfigError| Problem::at(about, &file, error.span, error.message);
                return Err(errors.into_iter().map(problem).collect());
            }
        }
    }
    let problem = Problem::in_file(about, path.display().to_string(), "must hold the PodSecurityConfiguration itself");
    Err(vec![problem.named_at(named)])
}
