//! A configuration, put together from its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, FailOnSetting, NamespaceEntry};
use crate::local::policy::LocalPolicy;
use crate::problem::{Problem, Spot};
use crate::source::confine::Root;
use crate::source::file::SourceFile;
use crate::waiver::configured::ConfiguredWaiver;

/// A configuration, put together.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What all of its files say together.
    pub config: Config,
    /// The entries of `namespaces`.
    pub namespaces: Vec<ConfiguredEntry>,
    /// The entries of `waivers`, with the place where each stands.
    pub waivers: Vec<ConfiguredWaiver>,
    /// The entries of `policies`, with the place where each stands.
    pub policies: Vec<ConfiguredPolicy>,
    /// The elements of `accepted`, with the place where each stands.
    pub accepted: Vec<(PathBuf, Spot)>,
    /// The elements of `outputs`, with the place where each stands.
    pub outputs: Vec<(String, Spot)>,
    /// What is named, and is a rule only if a policy brings it, with the place where it stands.
    pub rules: Vec<(String, Spot)>,
    /// Where `admission` names the API server's configuration, if it does.
    pub admission_config: Option<Spot>,
    /// The files, the nearest first, as they are shown.
    pub files: Vec<String>,
    /// What is worth knowing of what they say.
    pub notes: Vec<Problem>,
    /// Their texts.
    pub sources: Vec<Arc<SourceFile>>,
    /// What the files that they name must lie in; none where nothing was loaded.
    pub root: Option<Root>,
    /// Which line of which file decided what, in the order of the files.
    pub decided: Vec<Decision>,
    /// What floors exclude, each relative to its own directory.
    pub excluded: Vec<(PathBuf, Vec<String>)>,
    /// What the globs of `in-manifests` are relative to, if they come from a floor.
    pub in_manifests_base: Option<PathBuf>,
}

/// A line that decides something.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The key, with the one below it where that decides for itself: `level`, `rules.pss/hostPorts`.
    pub key: String,
    /// Whether others of the same key add to it, instead of taking its place.
    pub adds: bool,
    /// What it says, as it is written: the first line.
    pub text: String,
    /// Where.
    pub spot: Spot,
}

impl Decision {
    /// `podline.yaml:14`
    pub fn place(&self) -> String {
        let line = self.spot.file.position(self.spot.span.start).line;
        format!("{}:{line}", self.spot.file.name())
    }
}

/// An entry of `namespaces`.
#[derive(Clone, Debug)]
pub struct ConfiguredEntry {
    /// Where it stands: `podline.yaml:14`.
    pub place: String,
    /// What it says.
    pub entry: NamespaceEntry,
    /// What its globs are relative to, if that is another directory than that of the nearest configuration.
    pub base: Option<PathBuf>,
}

/// An entry of `policies`.
#[derive(Clone, Debug)]
pub struct ConfiguredPolicy {
    /// What it says.
    pub entry: LocalPolicy,
    /// Where it stands. The file that it names is relative to the directory of this one.
    pub spot: Spot,
}

impl Loaded {
    /// Puts it on a floor: what that says holds as if it were extended, but for its globs, which are relative to `base`.
    pub(super) fn on(self, mut floor: Self, base: &Path) -> Self {
        let excluded = std::mem::take(&mut floor.config.exclude.0);
        if !excluded.is_empty() {
            floor.excluded.push((base.to_owned(), excluded));
        }
        for one in &mut floor.namespaces {
            one.base.get_or_insert_with(|| base.to_owned());
        }
        for waiver in &mut floor.waivers {
            // It serves other directories too.
            (waiver.is_of_floor, waiver.inherited) = (true, true);
            base.clone_into(&mut waiver.directory);
        }
        floor.in_manifests_base.get_or_insert_with(|| base.to_owned());
        merge(self, floor)
    }
}

/// Of what two files say the stricter.
pub fn stricter(one: Option<FailOnSetting>, other: Option<FailOnSetting>) -> Option<FailOnSetting> {
    match (one, other) {
        (Some(one), Some(other)) if one.fail_on().stricter(other.fail_on()) == one.fail_on() => Some(one),
        (one, other) => other.or(one),
    }
}

/// Adds what a farther file says: what the nearer one says wins, lists add up.
pub(super) fn merge(nearer: Loaded, farther: Loaded) -> Loaded {
    let (mut merged, far) = (nearer, farther.config);
    let near = &mut merged.config;
    // Both say how pods are judged: one takes the place of the other.
    if near.level.is_none() && near.admission.is_none() {
        (near.level, near.admission) = (far.level, far.admission);
        merged.admission_config = farther.admission_config;
    }
    near.kubernetes_version = near.kubernetes_version.take().or(far.kubernetes_version);
    near.namespace = near.namespace.take().or(far.namespace);
    near.floor = near.floor.or(far.floor);
    if let Some(far) = far.waiver_policy {
        let policy = near.waiver_policy.get_or_insert_default();
        if policy.in_manifests.is_empty() {
            policy.in_manifests = far.in_manifests;
            merged.in_manifests_base = farther.in_manifests_base;
        }
        policy.until_within = policy.until_within.or(far.until_within);
        policy.never.0.extend(far.never.0);
    }
    near.exclude.0.extend(far.exclude.0);
    near.templates.extend(far.templates);
    for (rule, setting) in far.rules {
        near.rules.entry(rule).or_insert(setting);
    }
    near.cluster.0.extend(far.cluster.0);
    near.fail_on = stricter(near.fail_on.take(), far.fail_on);
    near.deny.0.extend(far.deny.0);
    merged.namespaces.extend(farther.namespaces);
    merged.excluded.extend(farther.excluded);
    let judges = |one: &Decision| one.key == "level" || one.key.starts_with("admission");
    let says_so = merged.decided.iter().any(judges);
    for one in farther.decided {
        let is_overridden = !one.adds && merged.decided.iter().any(|near| near.key == one.key);
        if !(is_overridden || says_so && judges(&one)) {
            merged.decided.push(one);
        }
    }
    merged.waivers.extend(farther.waivers);
    merged.policies.extend(farther.policies);
    merged.accepted.extend(farther.accepted);
    merged.outputs.extend(farther.outputs);
    merged.rules.extend(farther.rules);
    merged.files.extend(farther.files);
    merged.notes.extend(farther.notes);
    merged.sources.extend(farther.sources);
    merged
}
