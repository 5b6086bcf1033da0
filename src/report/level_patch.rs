//! The labels that namespaces could bear, as something to apply.

use std::fmt::Write as _;

use super::escape::escape;
use crate::levels::{Levels, Namespace};
use crate::pod_security::admission::PREFIX;
use crate::pod_security::admission::configuration::names::wrong_namespace;
use crate::pod_security::{Level, Version};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    /// Namespace objects.
    Manifests,
    /// `kubectl label` commands.
    Commands,
}

/// Renders what is to be applied. What is left as it is stands there as a comment, with the reason.
pub fn render(levels: &Levels, patch: Patch) -> String {
    let mut text = String::new();
    for row in &levels.namespaces {
        match labels(row, &levels.kubernetes) {
            Ok(labels) => write(&mut text, row, &labels, patch),
            Err(reason) => {
                // Names that come from manifests may hold line ends, which would end the comment.
                let _ = writeln!(text, "# {}: {}", escape(&row.name), escape(&reason));
            }
        }
    }
    text
}

fn write(text: &mut String, row: &Namespace, labels: &[(String, String)], patch: Patch) {
    let open = format!("# {}: not certain, the controllers of {} add to their pods", row.name, row.unproven.join(", "));
    if !row.proven {
        let _ = writeln!(text, "{}", escape(&open));
    }
    match patch {
        Patch::Manifests => {
            let _ =
                write!(text, "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"{}\"\n  labels:\n", row.name);
            for (name, value) in labels {
                let _ = writeln!(text, "    {PREFIX}{name}: {value}");
            }
        }
        Patch::Commands => {
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{PREFIX}{name}={value}")).collect();
            let _ = writeln!(text, "kubectl label --overwrite namespace {} {}", row.name, labels.join(" "));
        }
    }
}

/// The labels for a namespace, versions pinned; or why it is left as it is.
fn labels(row: &Namespace, kubernetes: &str) -> Result<Vec<(String, String)>, String> {
    if wrong_namespace(&row.name).is_some() {
        return Err("no name of a namespace".to_owned());
    }
    if row.exempt {
        return Err("exempt by the API server's configuration, whatever its labels".to_owned());
    }
    let (level, version) = parts(&row.strictest.enforce);
    if level == Level::Privileged {
        return Err("left as it is, since baseline refuses some of its workloads".to_owned());
    }
    let newest = kubernetes.parse().unwrap_or(Version::Latest);
    if is_stricter(parts(&row.today.enforce), (level, version), newest) {
        return Err(format!(
            "left as it is, since it enforces {} already, which refuses some of its workloads",
            row.today.enforce
        ));
    }
    let pinned = if version == Version::Latest { newest } else { version };
    let mut labels = Vec::new();
    for (mode, today) in [("enforce", &row.today.enforce), ("audit", &row.today.audit), ("warn", &row.today.warn)] {
        // A mode that asks for more than passes does so on purpose: its labels stay, and stand here too, since kubectl
        // takes away what an applied manifest no longer has.
        if mode != "enforce" && is_stricter(parts(today), (level, version), newest) {
            let (level, version) = parts(today);
            let own = |name: &str| row.labels.contains_key(name);
            labels.extend(own(mode).then(|| (mode.to_owned(), level.to_string())));
            let name = format!("{mode}-version");
            labels.extend(own(&name).then(|| (name, version.to_string())));
        } else {
            labels.push((mode.to_owned(), level.to_string()));
            labels.push((format!("{mode}-version"), pinned.to_string()));
        }
    }
    Ok(labels)
}

fn parts(standard: &str) -> (Level, Version) {
    let (level, version) = standard.split_once(':').unwrap_or((standard, "latest"));
    (level.parse().unwrap_or(Level::Privileged), version.parse().unwrap_or(Version::Latest))
}

/// Whether one asks for more than the other: a stricter level, or another version of it than the one that passes.
fn is_stricter(today: (Level, Version), passes: (Level, Version), newest: Version) -> bool {
    let pinned = |version| if version == Version::Latest { newest } else { version };
    today.0 > passes.0 || today.0 == passes.0 && passes.1 != Version::Latest && pinned(today.1) != passes.1
}
