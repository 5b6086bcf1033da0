//! What a control answers.

use serde_json::Value;

use super::pod::Container;
use super::psp::Answer;
use crate::pod_security::check::Violation;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

/// Why a policy does not admit a pod: one place that must change.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The rule's id: `local/runAsUser`.
    pub rule: RuleId,
    /// PodSecurityPolicy's own words, byte for byte; "" for what it never judged.
    pub error: String,
    /// The place, and what must change there.
    pub violation: Violation,
    /// What fixes it: the value that PodSecurityPolicy would have filled in, or the only one that is allowed.
    pub change: Option<Change>,
    /// Whether nothing is wrong that is known, but what must be known is not.
    pub is_unknown: bool,
}

/// A value that a field of the pod must get.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The field, from the pod.
    pub path: FieldPath,
    /// Its new value.
    pub value: Value,
}

impl Refusal {
    /// A refusal for what stands at the level of the pod.
    pub fn of_pod(rule: RuleId, error: String, path: FieldPath, message: String) -> Self {
        Self { rule, error, violation: Violation::of_pod(path, message), change: None, is_unknown: false }
    }

    /// A refusal for what a container says. The message is the text behind its name.
    pub fn of_container(rule: RuleId, error: String, container: &Container<'_>, path: FieldPath, text: &str) -> Self {
        Self { rule, error, violation: container.violation(path, text), change: None, is_unknown: false }
    }

    /// Whether the policy that gave the answer used to fix it by itself, before it judged.
    pub fn is_filled_by(&self, answer: &Answer) -> bool {
        !answer.refusals.iter().any(|refusal| refusal.error == self.error) && self.change.is_some()
    }

    /// This refusal, with what would fix it.
    pub fn mended_by(mut self, path: FieldPath, value: impl Into<Value>) -> Self {
        self.change = Some(Change { path, value: value.into() });
        self
    }
}
