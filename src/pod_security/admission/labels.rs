//! The labels of a namespace, and the policy that follows from them.

use std::collections::BTreeMap;
use std::fmt;

use super::super::go_quote;
use super::super::{Level, Mode, Version};
use super::{Judging, Policy};

/// What every Pod Security label begins with.
pub const PREFIX: &str = "pod-security.kubernetes.io/";

/// The labels that mean something, in upstream's order: their names behind [`PREFIX`].
pub const LABELS: [&str; 6] = ["enforce", "enforce-version", "audit", "audit-version", "warn", "warn-version"];

/// The Pod Security labels of a namespace. A null value counts as "".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<&'static str, String>);

impl Labels {
    /// Takes one label of a namespace. Those that mean nothing to Pod Security are passed over.
    pub fn insert(&mut self, key: &str, value: &str) {
        if let Some(name) = LABELS.into_iter().find(|&name| key.strip_prefix(PREFIX) == Some(name)) {
            self.0.insert(name, value.to_owned());
        }
    }

    /// The value of a label, by its name behind the prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The labels by their names behind the prefix, in upstream's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        LABELS.into_iter().filter_map(|name| Some((name, self.get(name)?)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a mode has a label of its own.
    pub(super) fn says_anything_of(&self, mode: &str) -> bool {
        LABELS
            .into_iter()
            .any(|name| name.strip_suffix("-version").unwrap_or(name) == mode && self.0.contains_key(name))
    }
}

impl fmt::Display for Labels {
    /// `enforce=baseline, warn=restricted`; `none`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = LABELS.into_iter().filter_map(|name| Some(format!("{name}={}", self.get(name)?)));
        let labels: Vec<String> = labels.collect();
        f.write_str(if labels.is_empty() { "none" } else { "" })?;
        f.write_str(&labels.join(", "))
    }
}

/// A label with a value that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelError {
    /// Its name behind the prefix.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

impl LabelError {
    /// What would be right, in upstream's words.
    pub fn allowed(&self) -> &'static str {
        if self.name.ends_with("-version") {
            "must be \"latest\" or \"v1.x\""
        } else {
            "must be one of privileged, baseline, restricted"
        }
    }
}

impl fmt::Display for LabelError {
    /// As `field.Invalid` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = go_quote(&self.value);
        write!(f, "metadata.labels[{PREFIX}{}]: Invalid value: {value}: {}", self.name, self.allowed())
    }
}

/// The policy of a namespace. A bad enforce level counts as restricted, a bad audit or warn level as privileged, a bad
/// version as latest.
///
/// Source: `PolicyToEvaluate`.
pub(super) fn policy_to_evaluate(labels: &Labels, defaults: &Policy) -> Judging {
    let mut judging = Judging { policy: *defaults, errors: Vec::new() };
    for mode in [Mode::Enforce, Mode::Audit, Mode::Warn] {
        let standard = judging.policy.of_mut(mode);
        let (level, version) = names(mode);
        if let Some(value) = labels.get(level) {
            let instead = if mode == Mode::Enforce { Level::Restricted } else { Level::Privileged };
            standard.level = value.parse().unwrap_or_else(|_| {
                judging.errors.push(LabelError { name: level, value: value.to_owned() });
                instead
            });
        }
        if let Some(value) = labels.get(version) {
            standard.version = value.parse().unwrap_or_else(|_| {
                judging.errors.push(LabelError { name: version, value: value.to_owned() });
                Version::Latest
            });
        }
    }
    let enforces = labels.get("enforce").is_some_and(|value| value.parse::<Level>().is_ok());
    let Judging { policy, .. } = &mut judging;
    // Whoever enforces a level wants to be warned of it too.
    if labels.get("warn").is_none() && enforces && policy.enforce.level > policy.warn.level {
        policy.warn.level = policy.enforce.level;
        if labels.get("warn-version").is_none() {
            policy.warn.version = policy.enforce.version;
        }
    }
    judging
}

/// The labels of a mode: its level and its version.
fn names(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Enforce => ("enforce", "enforce-version"),
        Mode::Audit => ("audit", "audit-version"),
        Mode::Warn => ("warn", "warn-version"),
    }
}
