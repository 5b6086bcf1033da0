//! Objects of kinds that podline does not know.

use super::document::{Judge, Outcome};
use crate::finding::{Finding, Severity};
use crate::manifest::object::Object;
use crate::manifest::unknown::{self, Misspelt};
use crate::rules::id;
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::path::{FieldPath, Segment};

impl Judge<'_, '_> {
    /// Says of an object without pod templates what keeps it from being judged, if it may hold a pod all the same.
    /// Whether it is dealt with.
    pub fn is_unknown(&self, object: &Object, outcome: &mut Outcome) -> bool {
        let tree = self.tree;
        if unknown::is_policy(object) {
            if unknown::mentions_containers(tree, object) {
                let detail = format!("{} {}", object.kind, object.name);
                outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Policy, detail });
            }
            // Its metadata is read like any other's.
            return false;
        }
        if let Some(Misspelt { key, meant }) = unknown::misspelt(object) {
            let value = tree.get(object.node, key).unwrap_or(object.node);
            let message =
                format!("no {} {} is known to Kubernetes; did you mean {meant}?", object.api_version, object.kind);
            let finding = self.finding(object, id::UNKNOWN_KIND, Severity::Error, tree.span(value), message);
            let value = Some(tree.text()[tree.span(value).range()].to_owned());
            outcome.findings.push(Finding { path: key.to_owned(), value, ..finding }.bounded());
            return true;
        }
        false
    }

    /// Says what looks like a pod in an object and is none of the templates that were found.
    pub fn unjudged(&self, object: &Object, templates: &[FieldPath], outcome: &mut Outcome) {
        for (path, key) in unknown::pods(self.tree, object) {
            let is_judged = |template: &FieldPath| path.segments().starts_with(template.segments());
            if templates.iter().any(is_judged) {
                continue;
            }
            let (version, kind) = (&object.api_version, &object.kind);
            let message = format!(
                "podline does not know what {version} {kind} makes of this, and has not judged what looks like a pod \
                 (templates: [{{apiVersion: {version}, kind: {kind}, path: {}}}])",
                pattern(&path)
            );
            let finding = self.finding(object, id::UNJUDGED_TEMPLATE, Severity::Warning, self.tree.span(key), message);
            outcome.findings.push(Finding { path: path.to_string(), ..finding }.bounded());
        }
    }
}

/// A path as the configuration takes it: `[*]` for any element, and `*` for a key that is no plain word.
pub(super) fn pattern(path: &FieldPath) -> String {
    let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let mut pattern = String::new();
    for segment in path.segments() {
        match segment {
            Segment::Index(_) => pattern.push_str("[*]"),
            Segment::Field(name) => {
                pattern.push_str(if pattern.is_empty() { "" } else { "." });
                pattern.push_str(if is_plain(name) { name } else { "*" });
            }
        }
    }
    // Brackets and stars mean something to YAML.
    if pattern.contains(['[', '*']) { format!("'{pattern}'") } else { pattern }
}
