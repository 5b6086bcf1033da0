//! Custom resources that hold pod templates: one row a kind.

use super::template::{Decode, Row};

/// Every custom resource that podline looks into.
pub(super) const CUSTOM: &[Row] = &[complete(
    "argoproj.io",
    "Rollout",
    &["spec.template"],
    "argoproj/argo-rollouts rollout/sync.go (createDesiredReplicaSet)",
)];

/// The controller makes pods of the template as it stands.
const fn complete(
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
    source: &'static str,
) -> Row {
    Row { group, versions: &[], kind, paths, decode: Decode::Templates, complete: true, source, removed: None }
}
