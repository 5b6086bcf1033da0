//! The answer as other programs read it, and as a later run reads it back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pod_security::Level;
use crate::pod_security::admission::{LevelVersion, Policy};

/// The report of `podline levels --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Levels {
    /// The version of this format.
    pub schema: u32,
    /// podline's own version.
    pub podline: String,
    /// What `latest` means: `v1.37`.
    pub kubernetes: String,
    /// The counts.
    pub summary: Summary,
    /// Every namespace, sorted by name.
    pub namespaces: Vec<Namespace>,
    /// What blocks how many namespaces, with `--by`.
    pub by: Option<By>,
    /// Namespaces that do not reach what `--require` asks for, as far as anybody knows.
    pub short: Option<Vec<String>>,
    /// Namespaces of the earlier report that are no more, with `--since`.
    pub gone: Option<Vec<String>>,
}

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Namespaces.
    pub namespaces: usize,
    /// Workloads in them.
    pub workloads: usize,
    /// Objects and documents that could not be read: nothing is known of their pods.
    pub unjudged: usize,
    /// Namespaces of which something could not be read, so that nobody knows how far they can go.
    #[serde(default)]
    pub unknown: usize,
    /// Namespaces that could be set to privileged only.
    pub privileged: usize,
    /// Namespaces that could be set to baseline.
    pub baseline: usize,
    /// Namespaces that could be set to restricted.
    pub restricted: usize,
}

/// One namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Whether a Namespace of this name was read, so that its labels are known.
    pub described: bool,
    /// Its Pod Security labels, without their prefix.
    pub labels: BTreeMap<String, String>,
    /// What follows from them, and from the defaults of the API server's configuration.
    pub today: Standards,
    /// Whether that configuration exempts it: then nothing in it is judged, whatever its labels say.
    #[serde(default)]
    pub exempt: bool,
    /// How many workloads it has. What another object of the input owns is part of that one.
    pub workloads: usize,
    /// The strictest that each mode could be set to without refusing, noting or warning of anything.
    pub strictest: Standards,
    /// Whether that is certain: it has workloads, and all of their pods are known.
    pub proven: bool,
    /// The workloads that leave it open.
    pub unproven: Vec<String>,
    /// Why they do, and what else leaves it open.
    #[serde(default)]
    pub open: Vec<Open>,
    /// What of it could not be read: then nobody knows its level, and `strictest` means nothing.
    #[serde(default)]
    pub unread: Vec<Open>,
    /// What stands in the way of the next level; null where there is none.
    pub next: Option<Next>,
    /// What it was before, with `--since`.
    pub since: Option<Since>,
    /// What an upgrade of the cluster alone would change, with `--from` and `--to`.
    pub upgrade: Option<Vec<Upgrade>>,
}

/// What leaves open how far a namespace can go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Open {
    /// The object: `Deployment web`.
    pub object: String,
    /// Why.
    pub why: String,
    /// The file.
    pub file: String,
    /// The line in it.
    pub line: usize,
}

impl Open {
    pub(super) fn new(object: String, why: &str, file: &str, line: usize) -> Self {
        Self { object, why: why.to_owned(), file: file.to_owned(), line }
    }
}

impl Namespace {
    /// Whether nobody knows its level, since something of it could not be read.
    pub fn is_unknown(&self) -> bool {
        !self.unread.is_empty()
    }

    /// The level that it could be set to.
    pub fn level(&self) -> Level {
        let level = self.strictest.enforce.split(':').next().unwrap_or_default();
        level.parse().unwrap_or(Level::Privileged)
    }
}

/// A level and version for each mode: `baseline:latest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standards {
    /// What pods are refused by.
    pub enforce: String,
    /// What the audit log notes.
    pub audit: String,
    /// What creators are warned of.
    pub warn: String,
}

impl Standards {
    pub(super) fn of(policy: &Policy) -> Self {
        let Policy { enforce, audit, warn } = policy;
        Self { enforce: enforce.to_string(), audit: audit.to_string(), warn: warn.to_string() }
    }

    /// The same for all: a pod that one mode refuses is what the others note and warn of.
    pub(super) fn all(standard: LevelVersion) -> Self {
        Self::of(&Policy { enforce: standard, audit: standard, warn: standard })
    }
}

/// What stands in the way of a level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Next {
    /// The level.
    pub level: String,
    /// Its version.
    pub version: String,
    /// How many things have to change.
    pub findings: usize,
    /// In how many workloads.
    pub workloads: usize,
    /// The same by rule, the most frequent first.
    pub rules: Vec<Blocked>,
}

/// What stands in the way by one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blocked {
    /// The rule.
    pub rule: String,
    /// How many things have to change.
    pub findings: usize,
    /// The workloads in which they are.
    pub workloads: Vec<String>,
}

impl Blocked {
    pub(super) fn new(rule: &str) -> Self {
        Self { rule: rule.to_owned(), ..Self::default() }
    }
}

/// What a namespace was in an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Since {
    /// The strictest that enforce could have been set to; null for a namespace that was not there.
    pub strictest: Option<String>,
    /// How many things stood in the way of the next level.
    pub findings: usize,
}

impl Since {
    pub(super) fn new(earlier: Option<&Namespace>) -> Self {
        let next = earlier.and_then(|row| row.next.as_ref());
        Self {
            strictest: earlier.map(|row| row.strictest.enforce.clone()),
            findings: next.map_or(0, |next| next.findings),
        }
    }
}

/// What an upgrade changes for one mode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upgrade {
    /// The mode.
    pub mode: String,
    /// What it is set to.
    pub standard: String,
    /// The version that this means before.
    pub from: String,
    /// The version that this means after.
    pub to: String,
    /// Workloads that it would then have something against.
    pub refused: Vec<String>,
    /// Workloads that it would then have nothing against any more.
    pub accepted: Vec<String>,
}

/// What blocks how many namespaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct By {
    /// `rule`, `chart` or `image`.
    pub what: String,
    /// How many namespaces are kept from their next level.
    pub blocked: usize,
    /// What keeps them, that which keeps the most first.
    pub groups: Vec<Group>,
}

/// One thing that blocks namespaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The rule, the chart or the image.
    pub name: String,
    /// The namespaces.
    pub namespaces: Vec<String>,
    /// How many workloads.
    pub workloads: usize,
    /// How many things have to change in them.
    pub findings: usize,
}

/// The JSON Schema of the report.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Levels)
}
