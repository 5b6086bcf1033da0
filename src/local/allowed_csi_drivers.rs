//! Drivers of inline CSI volumes.
//!
//! Restricted field: `spec.volumes[*].csi.driver`.
//!
//! Allowed: a listed driver; an empty list allows all.
//! Source: `validatePodVolumes` in `provider.go`.

use serde::{Deserialize, Serialize};

use super::go;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedCSIDrivers");

/// A driver that may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AllowedCsiDriver {
    /// Its name.
    pub name: String,
}

/// Judges one volume.
pub(super) fn volume(index: usize, name: &str, driver: &str, allowed: &[AllowedCsiDriver]) -> Option<Refusal> {
    if allowed.is_empty() || allowed.iter().any(|one| one.name == driver) {
        return None;
    }
    let path = FieldPath::of("spec.volumes").index(index).fields("csi.driver");
    let error = go::invalid(&path, go_quote(driver), "Inline CSI driver is not allowed to be used");
    let listed = allowed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("volume \"{name}\" must not use the CSI driver {driver}: allowed is {listed}");
    Some(Refusal::of_pod(RULE, error, path, message))
}
