//! Drivers of flex volumes.
//!
//! Restricted field: `spec.volumes[*].flexVolume.driver`.
//!
//! Allowed: a listed driver; an empty list allows all.
//! Source: `validatePodVolumes` in `provider.go`.

use serde::{Deserialize, Serialize};

use super::go;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedFlexVolumes");

/// A driver that may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AllowedFlexVolume {
    /// Its name.
    pub driver: String,
}

/// Judges one volume.
pub(super) fn volume(index: usize, name: &str, driver: &str, allowed: &[AllowedFlexVolume]) -> Option<Refusal> {
    if allowed.is_empty() || allowed.iter().any(|one| one.driver == driver) {
        return None;
    }
    let path = FieldPath::of("spec.volumes").index(index);
    // Upstream forgot a field in its path.
    let error = go::invalid(path.field("driver"), go_quote(driver), "Flexvolume driver is not allowed to be used");
    let listed = allowed.iter().map(|one| one.driver.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("volume \"{name}\" must not use the flex driver {driver}: allowed is {listed}");
    Some(Refusal::of_pod(RULE, error, path.fields("flexVolume.driver"), message))
}
