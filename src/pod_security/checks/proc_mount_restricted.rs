//! Containers must keep the masks over `/proc` in a user namespace as well.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.procMount`
//! - `spec.initContainers[*].securityContext.procMount`
//! - `spec.ephemeralContainers[*].securityContext.procMount`
//!
//! **Allowed values:** undefined/null, `Default`
//!
//! Source: `policy/check_procMount_restricted.go`.

use super::super::Level;
use super::super::check::{Check, VersionedCheck};
use super::proc_mount::{proc_mount_1_0, repair};

pub(crate) const CHECK: Check = Check {
    id: "procMount_restricted",
    level: Level::Restricted,
    // Before v1.35 the baseline check is as strict as this one.
    versions: &[VersionedCheck { since: 35, check: proc_mount_1_0, overrides: &["procMount"] }],
    repair: Some(repair),
    setting: None,
};
