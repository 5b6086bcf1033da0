//! Containers may add no capabilities beyond those that a runtime grants by default, less `NET_RAW`.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.capabilities.add`
//! - `spec.initContainers[*].securityContext.capabilities.add`
//! - `spec.ephemeralContainers[*].securityContext.capabilities.add`
//!
//! **Allowed values:** undefined, empty, or of `AUDIT_WRITE`, `CHOWN`, `DAC_OVERRIDE`, `FOWNER`, `FSETID`, `KILL`,
//! `MKNOD`, `NET_BIND_SERVICE`, `SETFCAP`, `SETGID`, `SETPCAP`, `SETUID`, `SYS_CHROOT`
//!
//! Source: `policy/check_capabilities_baseline.go`.

use std::collections::BTreeSet;

use super::super::Level;
use super::super::check::{Check, Container, Forbidden, Pod, VersionedCheck, Violation, join_quote, name_containers};
use super::super::repair;

pub(crate) const CHECK: Check = Check {
    id: "capabilities_baseline",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: capabilities_baseline_1_0, overrides: &[] }],
    repair: Some(repair::take_away),
    setting: None,
};

const ALLOWED_1_0: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn capabilities_baseline_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let added = forbidden_additions(pod, &ALLOWED_1_0)?;
    Some(Forbidden { reason: "non-default capabilities".into(), detail: added.detail, violations: added.violations })
}

/// What containers add although it is not allowed.
pub(super) struct Additions {
    /// In upstream's words, the same for both levels.
    pub detail: String,
    /// One for each capability of each container.
    pub violations: Vec<Violation>,
}

pub(super) fn forbidden_additions(pod: &Pod<'_>, allowed: &[&str]) -> Option<Additions> {
    let mut names = Vec::new();
    let mut capabilities = BTreeSet::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        let before = violations.len();
        for (index, capability) in added_capabilities(&container) {
            if !allowed.contains(&capability) {
                capabilities.insert(capability);
                violations.push(violation(&container, index, capability, allowed));
            }
        }
        if violations.len() > before {
            names.push(container.name);
        }
    }
    let detail = || {
        let (containers, capabilities) = (name_containers(&names), join_quote(capabilities));
        format!("{containers} must not include {capabilities} in securityContext.capabilities.add")
    };
    (!names.is_empty()).then(|| Additions { detail: detail(), violations })
}

fn added_capabilities<'a>(container: &Container<'a>) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
    let capabilities = container.security_context.and_then(|context| context.capabilities.as_ref());
    let added = capabilities.and_then(|capabilities| capabilities.add.as_deref()).unwrap_or_default();
    added.iter().map(String::as_str).enumerate()
}

fn violation(container: &Container<'_>, index: usize, capability: &str, allowed: &[&str]) -> Violation {
    let path = container.path().fields("securityContext.capabilities.add").index(index);
    let allowed = allowed.join(", ");
    let text =
        format!("must not include \"{capability}\" in securityContext.capabilities.add; only {allowed} may be added");
    container.violation_at(path, &text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{container_with, judge};
    use super::*;

    #[test]
    fn each_forbidden_capability_is_a_violation() {
        let forbidden = judge(
            capabilities_baseline_1_0,
            json!({
                "initContainers": [{"name": "i", "securityContext": {"capabilities": {"add": ["SYS_TIME"]}}}],
                "containers": [
                    {"name": "good", "securityContext": {"capabilities": {"add": ["CHOWN", "SYS_CHROOT"]}}},
                    {"name": "bad", "securityContext": {"capabilities": {"add": ["SYS_TIME", "KILL", "CAP_KILL"]}}},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "non-default capabilities");
        assert_eq!(
            forbidden.detail,
            "containers \"i\", \"bad\" must not include \"CAP_KILL\", \"SYS_TIME\" \
             in securityContext.capabilities.add"
        );
        assert_eq!(
            forbidden.paths(),
            [
                "spec.initContainers[0].securityContext.capabilities.add[0]",
                "spec.containers[1].securityContext.capabilities.add[0]",
                "spec.containers[1].securityContext.capabilities.add[2]",
            ]
        );
        assert_eq!(
            forbidden.violations[2].message,
            "container \"bad\" must not include \"CAP_KILL\" in securityContext.capabilities.add; only AUDIT_WRITE, \
             CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, \
             SYS_CHROOT may be added"
        );
    }

    #[test]
    fn names_count_exactly() {
        let add = |capability: &str| container_with(&json!({"capabilities": {"add": [capability]}}));
        assert!(judge(capabilities_baseline_1_0, add("KILL")).is_none());
        for bad in ["kill", "CAP_KILL", "NET_RAW", "ALL", ""] {
            assert!(judge(capabilities_baseline_1_0, add(bad)).is_some(), "{bad:?}");
        }
    }
}
