//! What applies to an object by its namespace, labels, service account and file.

use std::path::Path;

use super::severities::{Severities, Weight};
use crate::finding::Finding;
use crate::matching::{Matcher, Target};
use crate::pod_security::{Level, Version};
use crate::rules::RuleId;

/// One entry of `namespaces:` in the configuration.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Where it stands: `podline.yaml:14`.
    pub place: String,
    /// Which objects it is for.
    pub objects: Matcher,
    /// The level that it sets.
    pub level: Option<Level>,
    /// The version that it sets.
    pub version: Option<Version>,
    /// The weights of rules that it sets.
    pub severities: Severities,
}

impl Scope {
    /// Whether it says at which level or version to judge.
    pub fn sets_level(&self) -> bool {
        self.level.is_some() || self.version.is_some()
    }
}

/// The entries of a configuration, and the weights for what none of them sets.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// In order: the first that matches holds.
    pub scopes: Vec<Scope>,
    /// The weights for all.
    pub severities: Severities,
}

/// The entries that are for one file.
#[derive(Clone, Debug)]
pub struct FileScopes<'a> {
    scopes: Vec<&'a Scope>,
    severities: &'a Severities,
}

impl Scopes {
    /// Whether findings of a rule are reported of no object.
    pub fn turn_off(&self, rule: RuleId) -> bool {
        let is_off = |severities: &Severities| matches!(severities.of(rule, None), Some(Weight::Off));
        let stays_off = |scope: &Scope| scope.severities.of(rule, None).is_none() || is_off(&scope.severities);
        is_off(&self.severities) && self.scopes.iter().all(stays_off)
    }

    /// Whether nothing is configured.
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.severities.is_empty()
    }

    /// The entries that are for a file. `name` is its path as reports show it.
    pub fn of_file(&self, name: &str) -> FileScopes<'_> {
        let is_for = |scope: &&Scope| scope.objects.is_for_file(Some(Path::new(name)));
        FileScopes { scopes: self.scopes.iter().filter(is_for).collect(), severities: &self.severities }
    }
}

impl<'a> FileScopes<'a> {
    /// The entry for an object: the first that matches.
    pub fn of_object(&self, subject: Target<'_>) -> Option<&'a Scope> {
        self.scopes.iter().find(|scope| scope.objects.is_for(&subject)).copied()
    }

    /// The entry for what belongs to no object: the first that asks for nothing but the file.
    pub fn of_document(&self) -> Option<&'a Scope> {
        self.scopes.iter().find(|scope| !scope.objects.asks_for_objects()).copied()
    }

    /// The weight of a finding: the entry's, else the one for all.
    pub fn weight(&self, scope: Option<&Scope>, finding: &Finding) -> Option<Weight> {
        self.weight_of(scope, finding.rule, finding.part)
    }

    /// The weight of a rule, or of a part of it, for what an entry is for.
    pub fn weight_of(&self, scope: Option<&Scope>, rule: RuleId, part: Option<u32>) -> Option<Weight> {
        let of = |severities: &Severities| severities.of(rule, part);
        scope.and_then(|scope| of(&scope.severities)).or_else(|| of(self.severities))
    }

    /// Whether no rule has a configured weight.
    pub fn weighs_nothing(&self) -> bool {
        self.severities.is_empty() && self.scopes.iter().all(|scope| scope.severities.is_empty())
    }
}
