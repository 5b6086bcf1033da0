//! The labels that namespaces could bear, as something to apply.

use std::fmt::Write as _;

use super::escape::escape;
use crate::levels::{Levels, Namespace, Open};
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

/// Renders what is to be applied. What is left as it is stands there as a comment, with the reason. Pods are refused by a
/// level only where that is proven, or `unproven` asks for it.
pub fn render(levels: &Levels, patch: Patch, unproven: bool) -> String {
    let mut text = String::new();
    for row in &levels.namespaces {
        let name = escape(&row.name).into_owned();
        match labels(row, &levels.kubernetes, unproven) {
            Ok((labels, remarks)) => {
                for remark in remarks {
                    // Names that come from manifests may hold line ends, which would end the comment.
                    let _ = writeln!(text, "# {name}: {}", escape(&remark));
                }
                write(&mut text, row, &labels, patch);
            }
            Err(reason) => {
                let _ = writeln!(text, "# {name}: {}", escape(&reason));
            }
        }
    }
    text
}

fn write(text: &mut String, row: &Namespace, labels: &[(String, String)], patch: Patch) {
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

type Labels = Vec<(String, String)>;

/// The labels for a namespace, versions pinned, with what is worth knowing of them; or why it is left as it is.
fn labels(row: &Namespace, kubernetes: &str, unproven: bool) -> Result<(Labels, Vec<String>), String> {
    if wrong_namespace(&row.name).is_some() {
        return Err("no name of a namespace".to_owned());
    }
    if row.exempt {
        return Err("exempt by the API server's configuration, whatever its labels".to_owned());
    }
    if let Some(Open { object, why, file, line }) = row.unread.first() {
        return Err(format!("left as it is, since {object} could not be read ({file}:{line}: {why})"));
    }
    let newest = kubernetes.parse().unwrap_or(Version::Latest);
    let passes = parts(&row.strictest.enforce);
    let mut remarks = Vec::new();
    let enforces = match kept(row, passes, newest) {
        Some(reason) => {
            remarks.push(format!("enforce is left as it is, since {reason}"));
            false
        }
        None if row.proven || unproven => true,
        None => {
            remarks
                .push(format!("enforce is left as it is, since nothing is proven: {} (--unproven sets it)", open(row)));
            false
        }
    };
    // What would be refused next is noted and warned of first.
    let above = row.next.as_ref().map_or(passes, |next| (next.level.parse().unwrap_or(passes.0), Version::Latest));
    let mut labels = Vec::new();
    for (mode, today) in [("enforce", &row.today.enforce), ("audit", &row.today.audit), ("warn", &row.today.warn)] {
        let wanted = if mode == "enforce" { passes } else { above };
        // A mode that asks for more does so on purpose: its labels stay, and stand here too, since kubectl takes away what
        // an applied manifest no longer has.
        let stays = if mode == "enforce" { !enforces } else { is_stricter(parts(today), wanted, newest) };
        if stays {
            let (level, version) = parts(today);
            let own = |name: &str| row.labels.contains_key(name);
            labels.extend(own(mode).then(|| (mode.to_owned(), level.to_string())));
            let name = format!("{mode}-version");
            labels.extend(own(&name).then(|| (name, version.to_string())));
        } else {
            let pinned = if wanted.1 == Version::Latest { newest } else { wanted.1 };
            labels.push((mode.to_owned(), wanted.0.to_string()));
            labels.push((format!("{mode}-version"), pinned.to_string()));
        }
    }
    Ok((labels, remarks))
}

/// Why a namespace keeps what it enforces.
fn kept(row: &Namespace, passes: (Level, Version), newest: Version) -> Option<String> {
    if passes.0 == Level::Privileged {
        return Some("baseline refuses some of its workloads".to_owned());
    }
    let is_strict = is_stricter(parts(&row.today.enforce), passes, newest);
    is_strict.then(|| format!("it enforces {} already, which refuses some of its workloads", row.today.enforce))
}

/// What leaves it open whether a level refuses something.
fn open(row: &Namespace) -> String {
    let Some(Open { object, why, file, line }) = row.open.first() else { return "it has no workloads here".to_owned() };
    let more = match row.open.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("{object} ({file}:{line}): {why}{more}")
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
