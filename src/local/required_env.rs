//! Environment variables that containers must have, such as those that a mutating webhook used to add.
//!
//! Restricted field: `spec.containers[*].env[*]` (init containers too). Variables from `envFrom` are not known.
//!
//! Allowed: a variable of the name, with the value if one is asked for.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/requiredEnv");

/// A variable that containers must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RequiredEnv {
    /// Its name.
    pub name: String,
    /// The value that it must have; without one any does.
    pub value: Option<String>,
}

/// Judges a pod.
pub(super) fn judge(pod: &Pod, required: &[RequiredEnv]) -> Vec<Refusal> {
    let containers = pod.containers().filter(|container| !container.is_ephemeral());
    containers.flat_map(|one| container(&one, required)).collect()
}

fn container(container: &Container<'_>, required: &[RequiredEnv]) -> Vec<Refusal> {
    let path = container.path().field("env");
    let mut next = container.env.len();
    let mut refusals = Vec::new();
    for RequiredEnv { name, value } in required {
        // Of several variables by one name the last one counts.
        let found = container.env.iter().rposition(|one| &one.name == name);
        let is_it = |index: usize| value.is_none() || container.env[index].value == *value;
        let shown = value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
        let text = format!("must set the environment variable {name}{shown}");
        let refusal = |path| Refusal::of_container(RULE, String::new(), container, path, &text);
        match (found, value) {
            (Some(index), _) if is_it(index) => {}
            (Some(index), _) => refusals.push(refusal(path.index(index))),
            (None, None) => refusals.push(refusal(path.clone())),
            (None, Some(value)) => {
                let change = json!({"name": name, "value": value});
                refusals.push(refusal(path.clone()).mended_by(path.index(next), change));
                next += 1;
            }
        }
    }
    refusals
}
