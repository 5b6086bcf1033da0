//! Objects of kinds that podline does not know.

use std::collections::HashSet;

use super::document::{Judge, Outcome};
use crate::engine::language;
use crate::manifest::groups;
use crate::manifest::object::Object;
use crate::manifest::policies;
use crate::manifest::unknown::{self, Impossible, Misspelt};
use crate::rules::id;
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::path::{FieldPath, Segment};

impl Judge<'_, '_> {
    /// Says of an object without pod templates what keeps it from being judged, if it may hold a pod all the same.
    /// Whether it is dealt with.
    pub fn is_unknown(&self, object: &Object, outcome: &mut Outcome) -> bool {
        let tree = self.tree;
        if policies::is_policy(object) {
            let is_of_engine = language::of(&object.api_version, &object.kind).is_some();
            if is_of_engine && self.is_loaded(object) {
                return false;
            }
            outcome.unused_policies += usize::from(is_of_engine);
            let is_of_system =
                !groups::is_own(object.group()) && policies::is_of_system(&object.api_version, &object.kind);
            let speaks_of_pods = || {
                unknown::mentions_containers(tree, object) || is_of_system && unknown::mentions_settings(tree, object)
            };
            if is_of_engine || speaks_of_pods() {
                let detail = format!("{} {}", object.kind, object.name);
                outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Policy, detail });
            }
            // Its metadata is read like any other's. That of a policy that Kubernetes itself would have is misspelt.
            if is_of_engine || !groups::is_own(object.group()) || groups::has_kind(object.group(), &object.kind) {
                return false;
            }
        }
        if unknown::is_known(object) {
            return false;
        }
        if let Some(Misspelt { key, meant }) = unknown::misspelt(object) {
            let value = tree.get(object.node, key).unwrap_or(object.node);
            let message =
                format!("no {} {} is known to Kubernetes; did you mean {meant}?", object.api_version, object.kind);
            let finding = self.finding(object, id::UNKNOWN_KIND, tree.span(value), message);
            let value = Some(&tree.text()[tree.span(value).range()]);
            outcome.push(finding.path(FieldPath::of(key)).value(value));
            return true;
        }
        if let Some(Impossible { key, node, message }) = unknown::impossible(tree, object) {
            let rule = if matches!(key.as_str(), "kind" | "apiVersion") { id::UNKNOWN_KIND } else { id::UNKNOWN_FIELD };
            let finding = self.finding(object, rule, tree.span(node), message);
            outcome.push(finding.path(FieldPath::ROOT.field(key)).value(Some(tree.raw(node))));
            return true;
        }
        false
    }

    /// Says what looks like a pod in an object and is none of the templates that were found.
    pub fn unjudged(&self, object: &Object, templates: &[FieldPath], outcome: &mut Outcome) {
        // There may be as many of the one as of the other.
        let templates: HashSet<&[Segment]> = templates.iter().map(FieldPath::segments).collect();
        for (path, key) in unknown::pods(self.tree, object) {
            let is_judged = |end: usize| templates.contains(&path.segments()[..end]);
            if (0..=path.segments().len()).any(is_judged) {
                continue;
            }
            let (version, kind) = (&object.api_version, &object.kind);
            let key_text = self.tree.raw(key);
            let how = if unknown::is_of_go(key_text) {
                format!("Kubernetes has no {key_text}")
            } else {
                format!("templates: [{{apiVersion: {version}, kind: {kind}, path: {}}}]", pattern(&path))
            };
            let message = format!(
                "podline does not know what {version} {kind} makes of this, and has not judged what looks like a pod \
                 ({how})"
            );
            let finding = self.finding(object, id::UNJUDGED_TEMPLATE, self.tree.span(key), message);
            outcome.push(finding.path(path));
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
