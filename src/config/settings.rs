//! What a configuration means for the files that it is for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::load::Loaded;
use super::scope::{Scope, Scopes};
use super::severities::Severities;
use super::standard::{parse_kubernetes_version, parse_level};
use super::template;
use super::{NamespaceEntry, SeveritySetting};
use crate::manifest::template::Row;
use crate::matching::globs::FileGlobs;
use crate::matching::{MatchMistake, Matcher, Section};
use crate::pod_security::{Level, Version};

/// A configuration, ready to be applied.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What was loaded.
    pub loaded: Loaded,
    /// Level and version, if they are configured.
    pub level: Option<(Level, Version)>,
    /// The newest minor version that the cluster knows, if it is configured.
    pub newest: Option<u32>,
    /// Files that a walk passes over.
    pub exclude: Option<FileGlobs>,
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
    pub fn new(mut loaded: Loaded, base: &Path) -> Result<Self, String> {
        // An extended file speaks of the files of the repository that extends it.
        loaded.waivers.iter_mut().for_each(|waiver| base.clone_into(&mut waiver.directory));
        let config = &loaded.config;
        let scopes = loaded.namespaces.iter().map(|(place, entry)| scope(place, entry, base));
        let scopes = Scopes { scopes: scopes.collect::<Result<_, _>>()?, severities: severities(&config.rules)? };
        Ok(Self {
            level: config.level.as_ref().map(|level| parse_level(&level.0)).transpose()?,
            newest: config.kubernetes_version.as_ref().map(|one| parse_kubernetes_version(&one.0)).transpose()?,
            exclude: file_globs(base, &config.exclude.0)?,
            scopes: Arc::new(scopes),
            base: base.to_owned(),
            templates: Arc::new(template::rows(&config.templates)),
            loaded,
        })
    }

    /// Whether a walk passes over a file.
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.as_ref().is_some_and(|exclude| exclude.contain(path))
    }
}

fn file_globs(base: &Path, patterns: &[String]) -> Result<Option<FileGlobs>, String> {
    if patterns.is_empty() { Ok(None) } else { FileGlobs::new(base, patterns).map(Some) }
}

fn severities(rules: &std::collections::BTreeMap<String, SeveritySetting>) -> Result<Severities, String> {
    let entries = rules.iter().map(|(name, setting)| (name.as_str(), setting.weight()));
    Severities::new(entries).map_err(|(_, message)| message)
}

fn scope(place: &str, entry: &NamespaceEntry, base: &Path) -> Result<Scope, String> {
    let first =
        |mistakes: Vec<MatchMistake>| mistakes.into_iter().next().map(|mistake| mistake.message).unwrap_or_default();
    let level = entry.level.as_ref().map(|level| parse_level(&level.0)).transpose()?;
    let names_version = entry.level.as_ref().is_some_and(|level| level.0.contains(':'));
    let version = entry.version.as_ref().map(|version| version.0.parse()).transpose()?;
    Ok(Scope {
        place: place.to_owned(),
        objects: Matcher::new(&entry.objects, Section::Namespaces, base).map_err(first)?,
        level: level.map(|(level, _)| level),
        version: if names_version { level.map(|(_, version)| version) } else { version },
        severities: severities(&entry.rules)?,
    })
}
