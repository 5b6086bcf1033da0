//! Labels that objects must have.
//!
//! Restricted field: `metadata.labels` of the kinds that the policy names; of every kind with a pod template if it names
//! none. `Pod` also stands for the pods of a template.
//!
//! Allowed: a label of the key, with a value that one of the globs matches, if there are any.

use std::collections::BTreeMap;

use globset::GlobSet;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/requiredLabels");

/// A label that objects must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RequiredLabel {
    /// Its key.
    pub name: String,
    /// Globs for its value; without any every value does.
    pub values: Vec<String>,
    /// The kinds that must have it; without any all that hold a pod template.
    pub kinds: Vec<String>,
}

impl RequiredLabel {
    fn is_for(&self, kind: &str, holds_template: bool) -> bool {
        if self.kinds.is_empty() { holds_template } else { self.kinds.iter().any(|one| one == kind) }
    }
}

/// Whether any label is asked of an object of this kind.
pub(super) fn asks_about(kind: &str, holds_template: bool, required: &[(RequiredLabel, GlobSet)]) -> bool {
    required.iter().any(|(label, _)| label.is_for(kind, holds_template))
}

/// Judges the labels of an object, or those of its pods. `kind` is whose labels they are.
pub(super) fn judge(
    kind: &str,
    labels: &BTreeMap<String, String>,
    holds_template: bool,
    required: &[(RequiredLabel, GlobSet)],
) -> Vec<Refusal> {
    let path = FieldPath::of("metadata.labels");
    let judge = |(label, values): &(RequiredLabel, GlobSet)| {
        let RequiredLabel { name, values: listed, .. } = label;
        let allowed = if listed.is_empty() { String::new() } else { format!(": allowed is {}", listed.join(", ")) };
        let message = match labels.get(name) {
            None => format!("{kind} must have the label {name}{allowed}"),
            Some(value) if !listed.is_empty() && !values.is_match(value) => {
                format!("{kind} must not have the label {name}={value}{allowed}")
            }
            Some(_) => return None,
        };
        let refusal = Refusal::of_pod(RULE, String::new(), path.field(name.clone()), message);
        let is_text = |value: &&String| !value.contains(['*', '?', '[', '{', '\\']);
        Some(match listed.as_slice() {
            [only] if is_text(&only) && !labels.contains_key(name) => {
                refusal.mended_by(path.field(name.clone()), only.as_str())
            }
            _ => refusal,
        })
    };
    required.iter().filter(|(label, _)| label.is_for(kind, holds_template)).filter_map(judge).collect()
}
