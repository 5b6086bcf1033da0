//! Pod Security labels of a Namespace that do nothing: misspelt keys, labels given as annotations, versions that nobody
//! knows.

use super::document::{Judge, Outcome};
use crate::finding::{Finding, Severity};
use crate::manifest::kinds;
use crate::manifest::namespace::{self, Label};
use crate::manifest::object::Object;
use crate::manifest::suggest::nearest;
use crate::manifest::typed::Template;
use crate::pod_security::admission::{LABELS, PREFIX};
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::rules::id;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::NodeId;

impl Judge<'_, '_> {
    /// Says what of the labels and annotations of a Namespace was meant for Pod Security and means nothing to it.
    pub fn idle_labels(
        &self,
        object: &Object,
        (in_labels, labels): (&FieldPath, &[Label]),
        (in_annotations, annotations): (&FieldPath, &[Label]),
        outcome: &mut Outcome,
    ) {
        for label in labels {
            let said = match label.key.strip_prefix(PREFIX) {
                Some(name) if LABELS.contains(&name) => self.unknown_version(object, name, (in_labels, label)),
                _ => misspelt(&label.key).map(|Misspelt { meant }| {
                    let means = meant.map_or_else(
                        || format!("there are {}", LABELS.map(|name| format!("{PREFIX}{name}")).join(", ")),
                        |meant| format!("write {PREFIX}{meant}"),
                    );
                    let message = format!("the label {} means nothing to Pod Security; {means}", label.key);
                    self.idle(object, (in_labels, label), Severity::Error, message)
                }),
            };
            outcome.extend(said);
        }
        for annotation in annotations {
            if let Some(name) = meant_by(&annotation.key) {
                let message = format!(
                    "the annotation {} means nothing to Pod Security; write {PREFIX}{name} among the labels",
                    annotation.key
                );
                outcome.push(self.idle(object, (in_annotations, annotation), Severity::Error, message));
            }
        }
    }

    /// Says which labels for Pod Security stand where none are read: at an object of Kubernetes' own that is no Namespace,
    /// or at pods.
    pub fn labels_of_no_namespace(&self, object: &Object, templates: &[Template], outcome: &mut Outcome) {
        if kinds::is_built_in(object) {
            self.labels_at(object, object.node, (&FieldPath::ROOT, &object.kind), outcome);
        }
        let is_inside = |template: &&Template| template.places.is_empty() && !template.path.segments().is_empty();
        for template in templates.iter().filter(is_inside) {
            if let Some(node) = self.locator.locate(object.node, &template.path).value {
                self.labels_at(object, node, (&template.path, ""), outcome);
            }
        }
    }

    /// As [`Self::labels_of_no_namespace`], for an object of a kind, or a pod template, at its place.
    fn labels_at(&self, object: &Object, node: NodeId, (path, kind): (&FieldPath, &str), outcome: &mut Outcome) {
        let Some(metadata) = self.tree.get(node, "metadata") else { return };
        for (list, is) in [("labels", "label"), ("annotations", "annotation")] {
            let labels = self.tree.get(metadata, list);
            for entry in namespace::entries_if(self.tree, labels, |key| meant_by(key).is_some()) {
                if let Some(name) = meant_by(&entry.key) {
                    let at = path.field("metadata").field(list);
                    let what = if kind.is_empty() { "pods".to_owned() } else { format!("a {kind}") };
                    let message = format!(
                        "the {is} {} does nothing at {what}: Pod Security reads {PREFIX}{name} among the labels of the \
                         Namespace",
                        entry.key
                    );
                    outcome.push(self.idle(object, (&at, &entry), Severity::Warning, message));
                }
            }
        }
    }

    /// Checks the labels of namespaces that a controller makes by this object.
    pub fn labels_of_made(&self, object: &Object, outcome: &mut Outcome) {
        for (labels, annotations) in namespace::made_by(object) {
            let Some((before, after)) = labels.split_once("[*].") else {
                self.labels_of_namespaces(object, &FieldPath::of(labels), &FieldPath::of(annotations), outcome);
                continue;
            };
            let list = self.locator.locate(object.node, &FieldPath::of(before)).value;
            let (_, of_annotations) = annotations.split_once("[*].").unwrap_or_default();
            for index in 0..list.map_or(0, |list| self.tree.elements(list).count()) {
                let one = FieldPath::of(before).index(index);
                self.labels_of_namespaces(object, &one.field(after), &one.field(of_annotations), outcome);
            }
        }
    }

    /// A version that is well-formed, and newer than any that is known.
    fn unknown_version(&self, object: &Object, name: &str, (list, label): (&FieldPath, &Label)) -> Option<Finding> {
        let Ok(Version::Minor(minor)) = label.value.parse() else { return None };
        if !name.ends_with("-version") || minor <= u64::from(NEWEST_KNOWN) {
            return None;
        }
        let message = format!(
            "{PREFIX}{name}: podline knows no Kubernetes {}; a cluster that does not know it takes its newest version",
            label.value
        );
        Some(self.idle(object, (list, label), Severity::Warning, message))
    }

    fn idle(
        &self,
        object: &Object,
        (list, label): (&FieldPath, &Label),
        severity: Severity,
        message: String,
    ) -> Finding {
        let span = self.tree.span(label.key_node);
        let path = list.field(label.key.clone());
        let finding = self.finding(object, id::BAD_NAMESPACE_LABEL, span, message).severity(severity);
        finding.path(path).value(Some(&self.tree.text()[span.range()])).build()
    }
}

/// A key that was meant to be a Pod Security label and is none.
#[derive(Debug, PartialEq, Eq)]
struct Misspelt {
    /// The name behind the prefix that was meant, if one is near.
    meant: Option<&'static str>,
}

/// The label of Pod Security that a key is, or was meant to be.
fn meant_by(key: &str) -> Option<&'static str> {
    let is_it = |name: &&str| key.strip_prefix(PREFIX) == Some(*name);
    LABELS.into_iter().find(is_it).or_else(|| misspelt(key).and_then(|Misspelt { meant }| meant))
}

/// Whether a key was meant to be a Pod Security label and is none.
fn misspelt(key: &str) -> Option<Misspelt> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (prefix, name),
        None => key.rsplit_once('.')?,
    };
    let (first, rest) = prefix.split_once('.').unwrap_or((prefix, ""));
    let is_of_kubernetes = |host: &str| host.contains("kubernetes") || host.contains("k8s");
    let is_prefix = nearest(first, ["pod-security"]).is_some()
        && (is_of_kubernetes(rest) || nearest(rest, ["kubernetes.io"]).is_some());
    // The mark of Pod Security behind the slash, or without anything of Kubernetes around it.
    let moved = name.strip_prefix("pod-security").filter(|_| is_of_kubernetes(prefix));
    // Slips that move its dots, or leave a part out.
    let is_near = nearest(prefix, [PREFIX.trim_end_matches('/')]).is_some();
    let is_alone = rest.is_empty() && nearest(first, ["pod-security"]).is_some();
    let meant = || {
        let name = moved.unwrap_or(name).to_ascii_lowercase().replace(['_', '.'], "-");
        let name = name.trim_start_matches('-');
        let modes = [("enforc", "enforce"), ("audit", "audit"), ("warn", "warn")];
        let by_mode = || modes.iter().find(|(start, _)| name.starts_with(start)).map(|(_, mode)| *mode);
        let near = nearest(name, LABELS);
        near.or_else(|| {
            let mode = by_mode()?;
            let version = if name.contains("version") { format!("{mode}-version") } else { mode.to_owned() };
            LABELS.into_iter().find(|label| *label == version)
        })
    };
    if is_prefix {
        return Some(Misspelt { meant: meant() });
    }
    (moved.is_some() || is_near || is_alone).then(meant).flatten().map(|meant| Misspelt { meant: Some(meant) })
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
            ("pod-security-kubernetes.io/enforce", "enforce"),
            ("pod-security.kubernetesio/warn", "warn"),
            ("security.kubernetes.io/enforce-version", "enforce-version"),
            ("pod-security/enforce", "enforce"),
            ("podsecurity.enforce", "enforce"),
            ("kubernetes.io/pod-security-warn-version", "warn-version"),
        ] {
            assert_eq!(misspelt(key), Some(Misspelt { meant: Some(meant) }), "{key}");
        }
        assert_eq!(misspelt("pod-security.kubernetes.io/level"), Some(Misspelt { meant: None }));
        for other in [
            "kubernetes.io/metadata.name",
            "security.openshift.io/scc.podSecurityLabelSync",
            "app",
            "a.b/c",
            "pod-security/team",
            "security.kubernetes.io/team",
        ] {
            assert_eq!(misspelt(other), None, "{other}");
        }
    }
}
