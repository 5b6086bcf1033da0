//! What each file is judged by: the command line first, then its configuration.

use std::sync::Arc;

use super::configuration::Configurations;
use crate::cli::{Check, Waivers};
use crate::config::scope::{Scope, Scopes};
use crate::config::settings::Settings;
use crate::lint::admission::Admission;
use crate::lint::{Options, is_rule_judged};
use crate::local::policies::LocalPolicies;
use crate::pod_security::{Level, NEWEST_KNOWN, Version};
use crate::source::discover::Input;
use crate::waiver::configured::Waivers as Configured;
use crate::waiver::date::Date;

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// The level and version for all.
    pub level: Option<(Level, Version)>,
    /// The newest minor version that the cluster knows.
    pub newest: Option<u32>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// The day on which waivers are judged.
    pub today: Option<Date>,
}

impl From<&Check> for Asked {
    fn from(check: &Check) -> Self {
        let Check { level, kubernetes_version, namespace, today, .. } = check;
        Self { level: *level, newest: *kubernetes_version, namespace: namespace.clone(), today: *today }
    }
}

impl From<&Waivers> for Asked {
    fn from(waivers: &Waivers) -> Self {
        let Waivers { level, kubernetes_version, namespace, today, .. } = waivers;
        Self { level: *level, newest: *kubernetes_version, namespace: namespace.clone(), today: *today }
    }
}

/// What the files of a run are judged by.
pub(super) struct Standards {
    /// One a configuration, and the one without any last.
    options: Vec<Options>,
}

impl Standards {
    /// Puts the command line above each configuration.
    pub fn new(asked: &Asked, configurations: &Configurations) -> Self {
        let none = Settings::default();
        let all = configurations.each().map(|settings| settings.unwrap_or(&none)).chain([&none]);
        Self { options: all.map(|settings| options(asked, settings)).collect() }
    }

    /// Lets namespaces decide for the files whose configuration says so, or for all.
    pub fn set_admission(
        &mut self,
        admission: Option<&Arc<Admission>>,
        says_so: impl Fn(Option<&Settings>) -> bool,
        configurations: &Configurations,
    ) {
        let all = configurations.each().chain([None]);
        for (options, settings) in self.options.iter_mut().zip(all) {
            options.admission = admission.filter(|_| says_so(settings)).cloned();
        }
    }

    /// Judges by policies besides the Standards: those of each configuration, and of the command line.
    pub fn set_policies(&mut self, policies: Vec<Arc<LocalPolicies>>) {
        for (options, policies) in self.options.iter_mut().zip(policies) {
            options.policies = policies;
        }
    }

    /// What the files of the run are judged by, one a configuration and the one without any last.
    pub fn all(&self) -> &[Options] {
        &self.options
    }

    /// Judges by every level and version.
    pub fn sweep(&mut self) {
        for options in &mut self.options {
            options.sweep = true;
        }
    }

    /// At which levels inputs are judged where namespaces decide.
    pub fn by_namespace(&self) -> String {
        let newest = self.options.iter().map(|options| options.newest).max().unwrap_or(NEWEST_KNOWN);
        format!("at the levels of their namespaces (latest is v1.{newest})")
    }

    /// What an input is judged by; `None` if its configuration cannot be used.
    pub fn of(&self, input: &Input, configurations: &Configurations) -> Option<&Options> {
        configurations.of(input)?;
        let index = configurations.index(input).unwrap_or(self.options.len() - 1);
        Some(&self.options[index])
    }

    /// Whether some file of the run is judged by a rule.
    pub fn judge_by(&self, rule: &str) -> bool {
        self.options.iter().any(|options| is_rule_judged(rule, options))
    }

    /// At which levels these inputs are judged: `at restricted:latest (v1.37)`.
    pub fn judged_by(&self, inputs: &[Input], configurations: &Configurations) -> String {
        let mut used: Vec<usize> = inputs.iter().filter_map(|input| configurations.index(input)).collect();
        let without = used.len() < inputs.len() || inputs.is_empty();
        used.sort_unstable();
        used.dedup();
        used.extend(without.then_some(self.options.len() - 1));
        let mut levels: Vec<String> = used.iter().map(|&index| level(&self.options[index])).collect();
        levels.sort_unstable();
        levels.dedup();
        let chooses = |index: usize| self.options[index].scopes.scopes.iter().any(Scope::sets_level);
        match levels.as_slice() {
            [level] if !used.iter().any(|&index| chooses(index)) => format!("at {level}"),
            _ => "at the levels of its configuration".to_owned(),
        }
    }
}

/// `restricted:latest (v1.37)`
fn level(options: &Options) -> String {
    let Options { level, version, newest, .. } = options;
    match version {
        Version::Latest => format!("{level}:latest (v1.{newest})"),
        Version::Minor(_) => format!("{level}:{version}"),
    }
}

/// What a configuration means, below what is asked for.
pub(super) fn options(asked: &Asked, settings: &Settings) -> Options {
    let defaults = Options::default();
    let (level, version) = asked.level.or(settings.level).unwrap_or((defaults.level, defaults.version));
    let namespace = asked.namespace.clone().or_else(|| settings.loaded.config.namespace.clone());
    let scopes = Arc::clone(&settings.scopes);
    let today = asked.today.unwrap_or(defaults.today);
    Options {
        level,
        version,
        newest: asked.newest.or(settings.newest).unwrap_or(defaults.newest),
        namespace: namespace.unwrap_or_else(|| defaults.namespace.clone()),
        today,
        waivers: Arc::new(waivers(settings, today)),
        // What the command line says holds for all.
        scopes: if asked.level.is_some() { Arc::new(without_levels(&scopes)) } else { scopes },
        templates: Arc::clone(&settings.templates),
        ..defaults
    }
}

/// The waivers of a configuration. Mistakes in them were found when it was read.
fn waivers(settings: &Settings, today: Date) -> Configured {
    Configured::new(settings.loaded.waivers.clone(), today).unwrap_or_default()
}

fn without_levels(scopes: &Scopes) -> Scopes {
    let mut scopes = scopes.clone();
    scopes.scopes.iter_mut().for_each(|scope| (scope.level, scope.version) = (None, None));
    scopes
}
