//! What a run judges by: levels, policies, and the labels of namespaces.

use std::path::PathBuf;
use std::sync::Arc;

use super::Status;
use super::admission::{Prepared, prepare};
use super::configuration::Configurations;
use super::patches::Patches;
use super::policies;
use super::read::Kept;
use super::standards::Standards;
use super::terminal::complain;
use crate::cli::{self, Check};
use crate::config::Config;
use crate::config::settings::Settings;
use crate::lint::Options;
use crate::lint::admission::Admission;
use crate::local::policies::LocalPolicies;
use crate::source::discover::Input;
use crate::verdict::ToldPolicy;

/// What a run judges by.
pub(super) struct Judging {
    /// The configuration of each file.
    pub configurations: Configurations,
    /// Files that are patches, and no objects.
    pub patches: Patches,
    /// What the files of each configuration are judged by.
    pub standards: Standards,
    /// What namespaces decide by, if they do for some file.
    pub admission: Option<Arc<Admission>>,
    /// Files that cannot be read a second time.
    pub kept: Kept,
    /// Files that were read for their Namespaces only.
    pub others: Vec<Input>,
}

impl Judging {
    /// Puts the command line and the configurations together. Without a result nothing can be judged, and why has been
    /// said.
    pub fn prepare(options: &Check, configurations: Configurations, inputs: &[Input]) -> Option<(Self, Status)> {
        let patches = Patches::new(inputs);
        let mut standards = Standards::new(&options.into(), &configurations);
        let asked = match configured(&options.admission, options.level.is_none(), &configurations) {
            Ok(asked) => asked,
            Err(message) => {
                complain(&message);
                return None;
            }
        };
        let (mut policies, read) = policies::read_all(options, &configurations);
        let has_ranges = policies.iter().any(LocalPolicies::needs_namespaces);
        let of = |input: &Input| standards.of(input, &configurations).filter(|_| !patches.contains(input));
        let prepared = prepare(&asked, has_ranges, &options.input, inputs, of)?;
        let Prepared { admission, kept, mut others, status } = prepared;
        policies::add_namespaces(&mut policies, &others, inputs, &kept);
        standards.set_policies(policies.into_iter().map(Arc::new).collect());
        let status = status.max(read);
        if admission.is_none() {
            // Their labels mean nothing.
            others.clear();
        }
        let says_so = |settings: Option<&Settings>| options.admission.is_on() || settings.is_some_and(asks);
        standards.set_admission(admission.as_ref(), says_so, &configurations);
        Some((Self { configurations, patches, standards, admission, kept, others }, status))
    }

    /// What an input is judged by; `None` if its configuration cannot be used.
    pub fn of(&self, input: &Input) -> Option<&Options> {
        self.standards.of(input, &self.configurations)
    }

    /// At which levels these inputs are judged.
    pub fn judged_by(&self, inputs: &[Input]) -> String {
        match &self.admission {
            Some(_) => self.standards.by_namespace(),
            None => self.standards.judged_by(inputs, &self.configurations),
        }
    }

    /// The PodSecurityPolicies of the run, and what is wrong with them.
    pub fn told(&self) -> Vec<ToldPolicy> {
        let mut told = Vec::new();
        for policy in self.standards.all().iter().flat_map(|options| options.policies.told()) {
            if !told.contains(&policy) {
                told.push(policy);
            }
        }
        told
    }
}

/// Whether a configuration lets namespaces decide.
fn asks(settings: &Settings) -> bool {
    settings.loaded.config.admission.is_some()
}

/// How namespaces decide: as the command line says, or the configurations, which then must agree.
/// `may_ask` says that the configurations are asked at all.
pub(super) fn configured(
    given: &cli::Admission,
    may_ask: bool,
    configurations: &Configurations,
) -> Result<cli::Admission, String> {
    let configured = || configurations.all().filter(|settings| asks(settings));
    let cluster = if given.cluster.is_empty() { of_clusters(configurations) } else { given.cluster.clone() };
    let Some(first) = configured().next().filter(|_| !given.is_on() && may_ask) else {
        return Ok(cli::Admission { cluster, ..given.clone() });
    };
    let how = |settings: &Settings| {
        let Config { admission, cluster, .. } = &settings.loaded.config;
        (admission.clone().map(|setting| setting.0), cluster.clone())
    };
    let from = how(first);
    if configured().any(|other| how(other) != from) {
        return Err("two configurations judge by namespaces in different ways: run podline once for each".to_owned());
    }
    let admission = from.0.unwrap_or_default();
    Ok(cli::Admission {
        admission: true,
        names_user: given.names_user,
        admission_config: admission.config.as_ref().map(PathBuf::from),
        user: given.user.clone().or(admission.user),
        cluster,
    })
}

/// What the configurations name of the cluster, each path once.
fn of_clusters(configurations: &Configurations) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in configurations.all().flat_map(|settings| &settings.loaded.config.cluster.0).map(PathBuf::from) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}
