//! Pod Security labels of a Namespace that do nothing: misspelt keys, labels given as annotations, versions that nobody
//! knows.

use super::document::{Judge, Outcome};
use crate::finding::{Finding, Severity};
use crate::manifest::namespace::{self, Label};
use crate::manifest::object::Object;
use crate::manifest::suggest::nearest;
use crate::pod_security::admission::{LABELS, PREFIX};
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::rules::id;
use crate::yaml::path::FieldPath;

impl Judge<'_, '_> {
    /// Says what of the labels and annotations of a Namespace was meant for Pod Security and means nothing to it.
    pub fn idle_labels(&self, object: &Object, outcome: &mut Outcome) {
        for label in namespace::entries(self.tree, object, "labels") {
            let said = match label.key.strip_prefix(PREFIX) {
                Some(name) if LABELS.contains(&name) => self.unknown_version(object, name, &label),
                _ => misspelt(&label.key).map(|Misspelt { meant }| {
                    let means = meant.map_or_else(
                        || format!("there are {}", LABELS.map(|name| format!("{PREFIX}{name}")).join(", ")),
                        |meant| format!("write {PREFIX}{meant}"),
                    );
                    let message = format!("the label {} means nothing to Pod Security; {means}", label.key);
                    self.idle(object, "labels", &label, Severity::Error, message)
                }),
            };
            outcome.findings.extend(said);
        }
        for annotation in namespace::entries(self.tree, object, "annotations") {
            let name = match annotation.key.strip_prefix(PREFIX) {
                Some(name) if LABELS.contains(&name) => Some(name),
                _ => misspelt(&annotation.key).and_then(|Misspelt { meant }| meant),
            };
            if let Some(name) = name {
                let message = format!(
                    "the annotation {} means nothing to Pod Security; write {PREFIX}{name} among the labels",
                    annotation.key
                );
                outcome.findings.push(self.idle(object, "annotations", &annotation, Severity::Error, message));
            }
        }
    }

    /// A version that is well-formed, and newer than any that is known.
    fn unknown_version(&self, object: &Object, name: &str, label: &Label) -> Option<Finding> {
        let Ok(Version::Minor(minor)) = label.value.parse() else { return None };
        if !name.ends_with("-version") || minor <= u64::from(NEWEST_KNOWN) {
            return None;
        }
        let message = format!(
            "{PREFIX}{name}: podline knows no Kubernetes {}; a cluster that does not know it takes its newest version",
            label.value
        );
        Some(self.idle(object, "labels", label, Severity::Warning, message))
    }

    fn idle(&self, object: &Object, list: &str, label: &Label, severity: Severity, message: String) -> Finding {
        let span = self.tree.span(label.key_node);
        let finding = self.finding(object, id::BAD_NAMESPACE_LABEL, severity, span, message);
        let path = FieldPath::of("metadata").field(list.to_owned()).field(label.key.clone()).to_string();
        Finding { path, value: Some(self.tree.text()[span.range()].to_owned()), ..finding }.bounded()
    }
}

/// A key that was meant to be a Pod Security label and is none.
#[derive(Debug, PartialEq, Eq)]
struct Misspelt {
    /// The name behind the prefix that was meant, if one is near.
    meant: Option<&'static str>,
}

/// Whether a key was meant to be a Pod Security label and is none.
fn misspelt(key: &str) -> Option<Misspelt> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (prefix, name),
        None => key.rsplit_once('.')?,
    };
    let (first, rest) = prefix.split_once('.').unwrap_or((prefix, ""));
    let is_prefix = nearest(first, ["pod-security"]).is_some()
        && (rest.contains("kubernetes") || rest.contains("k8s") || nearest(rest, ["kubernetes.io"]).is_some());
    let meant = || {
        let name = name.to_ascii_lowercase().replace(['_', '.'], "-");
        let modes = [("enforc", "enforce"), ("audit", "audit"), ("warn", "warn")];
        let by_mode = || modes.iter().find(|(start, _)| name.starts_with(start)).map(|(_, mode)| *mode);
        let near = nearest(&name, LABELS);
        near.or_else(|| {
            let mode = by_mode()?;
            let version = if name.contains("version") { format!("{mode}-version") } else { mode.to_owned() };
            LABELS.into_iter().find(|label| *label == version)
        })
    };
    is_prefix.then(|| Misspelt { meant: meant() })
}

#[cfg(test)]
mod tests {
    use super::{Misspelt, misspelt};

    #[test]
    fn a_misspelt_prefix_or_name_is_told_from_labels_of_others() {
        for (key, meant) in [
            ("pod-security.kubernetes.io/enforced", "enforce"),
            ("pod-security.kubernetes.io/enforce_version", "enforce-version"),
            ("podsecurity.kubernetes.io/enforce", "enforce"),
            ("pod-security.k8s.io/warn", "warn"),
            ("pod-security.kubernetes.io/Audit", "audit"),
            ("pod-security.kubernetes.io/enforcement", "enforce"),
            ("pod-security.kubernets.io/enforce", "enforce"),
            ("pod-security.kubernetes.io.enforce", "enforce"),
        ] {
            assert_eq!(misspelt(key), Some(Misspelt { meant: Some(meant) }), "{key}");
        }
        assert_eq!(misspelt("pod-security.kubernetes.io/level"), Some(Misspelt { meant: None }));
        for other in ["kubernetes.io/metadata.name", "security.openshift.io/scc.podSecurityLabelSync", "app", "a.b/c"] {
            assert_eq!(misspelt(other), None, "{other}");
        }
    }
}
