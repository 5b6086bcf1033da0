//! The runtime that runs a pod.
//!
//! Restricted field: `spec.runtimeClassName`.
//!
//! Allowed: absent, or listed; `*` allows any.
//! Source: `validateRuntimeClassName` in `provider.go`.

use super::go;
use super::pod::Pod;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/runtimeClass");

/// Judges a pod.
pub(super) fn judge(pod: &Pod, allowed: &[String]) -> Option<Refusal> {
    let name = pod.spec.runtime_class_name.as_deref()?;
    if allowed.iter().any(|one| one == "*" || one == name) {
        return None;
    }
    let path = FieldPath::of("spec.runtimeClassName");
    let listed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let message = format!("pod must not set runtimeClassName={name}: allowed is {listed}");
    Some(Refusal::of_pod(RULE, go::invalid(&path, go_quote(name), ""), path, message))
}
