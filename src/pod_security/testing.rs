//! Short ways to judge a pod in the tests of checks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, from_value, json};

use super::check::{CheckFn, Forbidden, Pod};

/// Judges a pod spec as it stands, without annotations.
pub(crate) fn judge(check: CheckFn, spec: Value) -> Option<Forbidden> {
    judge_annotated(check, json!({}), spec)
}

/// Judges a pod spec as it stands, with annotations.
pub(crate) fn judge_annotated(check: CheckFn, annotations: Value, spec: Value) -> Option<Forbidden> {
    let annotations: BTreeMap<String, String> = from_value(annotations).unwrap();
    let spec = from_value(spec).unwrap();
    check(&Pod { annotations: &annotations, spec: &spec, defaulted: &BTreeSet::new() })
}

/// A pod of one container `a` with this security context.
pub(crate) fn container_with(context: &Value) -> Value {
    json!({"containers": [{"name": "a", "securityContext": context}]})
}

/// A pod of one container `a` without a security context, and this one at the pod level.
pub(crate) fn pod_with(context: &Value) -> Value {
    json!({"securityContext": context, "containers": [{"name": "a"}]})
}

impl Forbidden {
    /// The violations as `path: message`.
    pub fn lines(&self) -> Vec<String> {
        self.violations.iter().map(|violation| format!("{}: {}", violation.path, violation.message)).collect()
    }

    /// The paths of the violations.
    pub fn paths(&self) -> Vec<String> {
        self.violations.iter().map(|violation| violation.path.to_string()).collect()
    }

    /// The pod-level paths that the violations are related to.
    pub fn related(&self) -> Vec<Option<String>> {
        self.violations.iter().map(|violation| violation.related.as_ref().map(ToString::to_string)).collect()
    }
}
