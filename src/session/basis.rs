//! What the files of one configuration are judged by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::accepted::{self, AcceptedFile};
use super::ask::Ask;
use super::policies::{self, PoliciesRead};
use super::read::Named;
use crate::config::scope::{Scope, Scopes};
use crate::config::settings::Settings;
use crate::lint::Options;
use crate::local::policies::LocalPolicies;
use crate::pod_security::Version;
use crate::problem::Problem;
use crate::source::path::normal;
use crate::waiver::configured::Waivers;
use crate::waiver::date::Date;

/// What the files of a configuration are judged by.
pub struct Basis {
    /// Which one it is of those of a session.
    pub number: usize,
    /// The configuration.
    pub settings: Settings,
    /// What it means, below what is asked for, with its policies. How namespaces decide is added by who knows them.
    pub options: Options,
    /// What was accepted.
    pub accepted: Vec<Arc<AcceptedFile>>,
    /// The files that policies and accepted findings were read from.
    pub files: Vec<PathBuf>,
}

/// What is asked for besides all configurations, read once.
#[derive(Default)]
pub struct AskedFiles {
    policies: LocalPolicies,
    accepted: Vec<Arc<AcceptedFile>>,
}

impl AskedFiles {
    /// Reads the files that are asked for.
    pub fn read(ask: &Ask) -> (Self, Vec<Problem>) {
        let (mut given, mut problems) = (Self::default(), Vec::new());
        let written = ask.written.as_deref();
        // An empty PODLINE_POLICY names none.
        let is_named = |path: &&PathBuf| !path.as_os_str().is_empty();
        for path in ask.accepted.iter().filter(is_named) {
            if given.accepted.iter().any(|known| known.path == normal(path)) || accepted::is_new(path, written) {
                continue;
            }
            match AcceptedFile::read(path, Named::AsFile) {
                Ok(file) => given.accepted.push(Arc::new(file)),
                Err(problem) => problems.push(problem),
            }
        }
        let files: Vec<&Path> = ask.policies.iter().filter(is_named).map(PathBuf::as_path).collect();
        let read = policies::of_files(&files, &ask.around, ask.psp_mode);
        given.policies = read.policies;
        problems.extend(read.problems);
        (given, problems)
    }
}

impl Basis {
    /// Puts a configuration below what is asked for, and reads what it refers to.
    pub fn new(ask: &Ask, settings: Settings, given: &AskedFiles) -> (Self, Vec<Problem>) {
        let mut files = Vec::new();
        let (accepted, mut problems) = accepted::of(&settings, &given.accepted, ask.written.as_deref(), &mut files);
        let PoliciesRead { mut policies, problems: more, files: read } =
            policies::of_entries(&settings.loaded, ask.psp_mode);
        problems.extend(more);
        files.extend(read);
        policies.extend(&given.policies);
        let options = Options { policies: Arc::new(policies), ..options(ask, &settings) };
        (Self { number: 0, settings, options, accepted, files }, problems)
    }

    /// `restricted:latest (v1.37)`
    pub(super) fn level(&self) -> String {
        let Options { level, version, newest, .. } = &self.options;
        match version {
            Version::Latest => format!("{level}:latest (v1.{newest})"),
            Version::Minor(_) => format!("{level}:{version}"),
        }
    }

    /// Whether some objects are judged by another level than the others.
    pub(super) fn chooses_levels(&self) -> bool {
        self.options.scopes.scopes.iter().any(Scope::sets_level)
    }
}

/// What a configuration means, below what is asked for, without the files that it refers to.
fn options(ask: &Ask, settings: &Settings) -> Options {
    let defaults = Options::default();
    let (level, version) = ask.level.or(settings.level).unwrap_or((defaults.level, defaults.version));
    let namespace = ask.namespace.clone().or_else(|| settings.loaded.config.namespace.clone());
    let scopes = Arc::clone(&settings.scopes);
    let today = ask.today.unwrap_or(defaults.today);
    Options {
        level,
        version,
        newest: ask.newest.or(settings.newest).unwrap_or(defaults.newest),
        namespace: namespace.unwrap_or_else(|| defaults.namespace.clone()),
        today,
        waivers: Arc::new(waivers(settings, today)),
        // What is asked for holds for all.
        scopes: if ask.level.is_some() { Arc::new(without_levels(&scopes)) } else { scopes },
        templates: Arc::clone(&settings.templates),
        sweep: ask.sweep,
        ..defaults
    }
}

/// The waivers of a configuration. Mistakes in them were found when it was read.
fn waivers(settings: &Settings, today: Date) -> Waivers {
    Waivers::new(settings.loaded.waivers.clone(), today).unwrap_or_default()
}

fn without_levels(scopes: &Scopes) -> Scopes {
    let mut scopes = scopes.clone();
    scopes.scopes.iter_mut().for_each(|scope| (scope.level, scope.version) = (None, None));
    scopes
}
