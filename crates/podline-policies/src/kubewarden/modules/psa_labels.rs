//! `psa-label-enforcer` 1.0.14: sets the labels of Pod Security on Namespaces.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;
use crate::kubewarden::settings;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Privileged,
    Baseline,
    Restricted,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Modes {
    enforce: Option<Level>,
    enforce_version: Option<String>,
    audit: Option<Level>,
    audit_version: Option<String>,
    warn: Option<Level>,
    warn_version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    modes: Modes,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    let modes = settings.modes.all();
    if modes.iter().all(|(_, level, _)| level.is_none()) {
        return Err("At least one of the 'enforce', 'audit' or 'warn' configuration must be defined".to_owned());
    }
    for (mode, level, version) in modes {
        let Some(version) = version else { continue };
        if !is_version(version) {
            let must = "It must follow the v<major>.<minor> pattern or be 'latest' value";
            return Err(format!("Version {version} is invalid. {must}"));
        }
        if level.is_none() {
            return Err(format!("cannot define {mode} version with no {mode} mode."));
        }
    }
    Ok(Box::new(settings))
}

fn is_version(version: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let parts = version.strip_prefix('v').and_then(|version| version.split_once('.'));
    version == "latest"
        || parts
            .is_some_and(|(major, minor)| number(major) && number(minor) && (minor == "0" || !minor.starts_with('0')))
}

impl Modes {
    /// The modes in the order in which they are checked.
    fn all(&self) -> [(&'static str, Option<Level>, Option<&str>); 3] {
        [
            ("enforce", self.enforce, self.enforce_version.as_deref()),
            ("audit", self.audit, self.audit_version.as_deref()),
            ("warn", self.warn, self.warn_version.as_deref()),
        ]
    }
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Privileged => "privileged",
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        }
    }
}

/// The labels of a mode: its level, and its version.
fn labels(mode: &str) -> [&'static str; 2] {
    match mode {
        "enforce" => ["pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version"],
        "audit" => ["pod-security.kubernetes.io/audit", "pod-security.kubernetes.io/audit-version"],
        _ => ["pod-security.kubernetes.io/warn", "pod-security.kubernetes.io/warn-version"],
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        if !object.is("v1", "Namespace") {
            return Answer::Accept;
        }
        let written = object.root.at(&["metadata", "labels"]);
        let mut set = Vec::new();
        for (mode, level, version) in self.modes.all() {
            for (label, value) in labels(mode).into_iter().zip([level.map(Level::name), version]) {
                let field = written.key(label);
                if value.is_some() && field.text() != value {
                    set.push(field.blame());
                }
            }
        }
        Answer::mutate(set)
    }
}
