//! What a configuration means for the files that it is for.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::load::{Decision, Loaded};
use super::scope::{Scope, Scopes};
use super::severities::Severities;
use super::standard::{NotAVersion, StandardError, parse_kubernetes_version, parse_level};
use super::template;
use super::{FailOnSetting, NamespaceEntry, SeveritySetting};
use crate::finding::FailOn;
use crate::manifest::template::Row;
use crate::matching::globs::{FileGlobs, GlobError};
use crate::matching::{MatchMistake, Matcher, Section};
use crate::pod_security::{Level, UnknownVersion, Version};
use crate::rules::{Catalogue, RuleError, RuleSelector};
use crate::waiver::policy::{InManifests, WaiverPolicy};

/// What cannot be prepared of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// A level.
    Level(StandardError),
    /// A version of the Standards.
    Version(UnknownVersion),
    /// The version of the cluster.
    KubernetesVersion(NotAVersion),
    /// A glob for files.
    Glob(GlobError),
    /// The name of a rule.
    Rule(RuleError),
    /// What an entry is for.
    Match(Vec<MatchMistake>),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(error) => error.fmt(f),
            Self::Version(error) => error.fmt(f),
            Self::KubernetesVersion(error) => error.fmt(f),
            Self::Glob(error) => error.fmt(f),
            Self::Rule(error) => error.fmt(f),
            Self::Match(mistakes) => mistakes.first().map_or(Ok(()), |mistake| mistake.fault.fmt(f)),
        }
    }
}

impl Error for SettingsError {}

macro_rules! from {
    ($($variant:ident $error:ty),*) => {
        $(impl From<$error> for SettingsError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from!(Level StandardError, Version UnknownVersion, KubernetesVersion NotAVersion, Glob GlobError, Rule RuleError);

/// A configuration, ready to be applied.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What was loaded.
    pub loaded: Loaded,
    /// Level and version, if they are configured.
    pub level: Option<(Level, Version)>,
    /// The minor version of the cluster, if it is configured.
    pub kubernetes_version: Option<u32>,
    /// From which severity on findings make a run fail, if that is configured.
    pub fail_on: Option<FailOn>,
    /// Files that a walk passes over: what the configuration says, and what floors below it say.
    pub exclude: Vec<FileGlobs>,
    /// Which waivers count.
    pub waiver_policy: WaiverPolicy,
    /// What applies to which objects.
    pub scopes: Arc<Scopes>,
    /// The directory that its globs are relative to.
    pub base: PathBuf,
    /// Kinds that only this configuration knows.
    pub templates: Arc<Vec<&'static Row>>,
}

impl Settings {
    /// Prepares a configuration. Its globs are relative to `base`, an absolute path.
    ///
    /// # Errors
    /// What cannot be prepared; reading has found it before, so that it is told here without its place.
    pub fn new(mut loaded: Loaded, base: &Path) -> Result<Self, SettingsError> {
        // An extended file speaks of the files of the repository that extends it.
        let own = loaded.waivers.iter_mut().filter(|waiver| !waiver.is_of_floor);
        own.for_each(|waiver| base.clone_into(&mut waiver.directory));
        let config = &loaded.config;
        let scopes = loaded.namespaces.iter();
        let scopes = scopes.map(|one| scope(&one.place, &one.entry, one.base.as_deref().unwrap_or(base)));
        let scopes =
            Scopes { scopes: scopes.collect::<Result<_, SettingsError>>()?, severities: severities(&config.rules)? };
        Ok(Self {
            level: config.level.as_ref().map(|level| parse_level(&level.0)).transpose()?,
            kubernetes_version: config
                .kubernetes_version
                .as_ref()
                .map(|one| parse_kubernetes_version(&one.0))
                .transpose()?,
            fail_on: config.fail_on.as_ref().map(FailOnSetting::fail_on),
            exclude: excludes(&loaded, base)?,
            waiver_policy: waiver_policy(&loaded, base)?,
            scopes: Arc::new(scopes),
            base: base.to_owned(),
            templates: Arc::new(template::rows(&config.templates)),
            loaded,
        })
    }

    /// What a walk passes over that a file is, or lies in: see [`FileGlobs::outermost`].
    pub fn excludes(&self, path: &Path) -> Option<(usize, &str)> {
        self.exclude.iter().filter_map(|globs| globs.outermost(path)).max_by_key(|(levels, _)| *levels)
    }
}

fn excludes(loaded: &Loaded, base: &Path) -> Result<Vec<FileGlobs>, GlobError> {
    let own = (base, loaded.config.exclude.0.as_slice());
    let of_floors = loaded.excluded.iter().map(|(base, patterns)| (base.as_path(), patterns.as_slice()));
    let all = std::iter::once(own).chain(of_floors).filter(|(_, patterns)| !patterns.is_empty());
    all.map(|(base, patterns)| FileGlobs::new(base, patterns)).collect()
}

/// Which waivers count. What git tracks is for others to say.
fn waiver_policy(loaded: &Loaded, base: &Path) -> Result<WaiverPolicy, SettingsError> {
    let Some(setting) = &loaded.config.waiver_policy else { return Ok(WaiverPolicy::default()) };
    let base = loaded.in_manifests_base.as_deref().unwrap_or(base);
    let in_manifests = match setting.in_manifests.0.as_slice() {
        [] => InManifests::OfRepository,
        [word] if word == "allow" => InManifests::Allowed,
        [word] if word == "deny" => InManifests::Denied,
        globs => InManifests::Of(FileGlobs::new(base, globs)?),
    };
    let never = setting.never.0.iter().map(|name| RuleSelector::parse(name, Catalogue::before_policies()));
    let place = loaded.decided.iter().find(|one| one.key.starts_with("waiver-policy")).map(Decision::place);
    Ok(WaiverPolicy {
        in_manifests,
        until_within: setting.until_within,
        never: never.collect::<Result<_, RuleError>>()?,
        place: place.unwrap_or_default(),
        ..WaiverPolicy::default()
    })
}

fn severities(rules: &std::collections::BTreeMap<String, SeveritySetting>) -> Result<Severities, RuleError> {
    let entries = rules.iter().map(|(name, setting)| (name.as_str(), setting.weight()));
    Severities::new(entries, Catalogue::before_policies())
}

fn scope(place: &str, entry: &NamespaceEntry, base: &Path) -> Result<Scope, SettingsError> {
    let level = entry.level.as_ref().map(|level| parse_level(&level.0)).transpose()?;
    let names_version = entry.level.as_ref().is_some_and(|level| level.0.contains(':'));
    let version = entry.version.as_ref().map(|version| version.0.parse()).transpose()?;
    Ok(Scope {
        place: place.to_owned(),
        objects: Matcher::new(&entry.objects, Section::Namespaces, base).map_err(SettingsError::Match)?,
        level: level.map(|(level, _)| level),
        version: if names_version { level.map(|(_, version)| version) } else { version },
        severities: severities(&entry.rules)?,
    })
}
