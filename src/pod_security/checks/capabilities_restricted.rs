//! Containers must drop every capability, and may take back only the one to bind ports below 1024.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.capabilities.drop`
//! - `spec.initContainers[*].securityContext.capabilities.drop`
//! - `spec.ephemeralContainers[*].securityContext.capabilities.drop`
//!
//! **Allowed values:** any list with `ALL`
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.capabilities.add`
//! - `spec.initContainers[*].securityContext.capabilities.add`
//! - `spec.ephemeralContainers[*].securityContext.capabilities.add`
//!
//! **Allowed values:** undefined, empty, `NET_BIND_SERVICE`
//!
//! From v1.25 on pods of Windows are left alone.
//!
//! Source: `policy/check_capabilities_restricted.go`.

use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Container, Forbidden, Pod, VersionedCheck, join_quote, name_containers};
use super::super::repair::{Repairer, not_safe, remove, set};
use super::super::setting::{RequiredSetting, RequiredValue};
use super::capabilities_baseline::forbidden_additions;
use crate::manifest::repair::Repair;
use crate::yaml::path::{FieldPath, Segment};

pub(crate) const CHECK: Check = Check {
    id: "capabilities_restricted",
    level: Level::Restricted,
    versions: &[
        VersionedCheck { since: 22, check: capabilities_restricted_1_22, overrides: &["capabilities_baseline"] },
        VersionedCheck { since: 25, check: capabilities_restricted_1_25, overrides: &["capabilities_baseline"] },
    ],
    repair: Some(repair),
    setting: Some(RequiredSetting {
        name: "capabilities.drop",
        path: &["capabilities", "drop"],
        value: RequiredValue::List(&["ALL"]),
        caution: "",
    }),
};

fn capabilities_restricted_1_22(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    let mut details = Vec::new();
    for container in pod.containers() {
        let dropped = dropped_capabilities(&container);
        if !dropped.iter().any(|capability| capability == "ALL") {
            names.push(container.name);
            violations.push(container.violation("securityContext.capabilities.drop", &text(dropped)));
        }
    }
    if !names.is_empty() {
        details.push(format!("{} must set securityContext.capabilities.drop=[\"ALL\"]", name_containers(&names)));
    }
    if let Some(additions) = forbidden_additions(pod, &["NET_BIND_SERVICE"]) {
        details.push(additions.detail);
        violations.extend(additions.violations);
    }
    (!violations.is_empty()).then(|| Forbidden {
        reason: "unrestricted capabilities".into(),
        detail: details.join("; "),
        violations,
    })
}

/// The API server refuses a Windows pod that sets the fields, so none can satisfy the check.
fn capabilities_restricted_1_25(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.is_windows() { None } else { capabilities_restricted_1_22(pod) }
}

fn dropped_capabilities<'a>(container: &Container<'a>) -> &'a [String] {
    let capabilities = container.security_context.and_then(|context| context.capabilities.as_ref());
    capabilities.and_then(|capabilities| capabilities.drop.as_deref()).unwrap_or_default()
}

fn text(dropped: &[String]) -> String {
    let instead = match dropped {
        [] => String::new(),
        dropped => format!(" instead of [{}]", join_quote(dropped)),
    };
    format!("must set securityContext.capabilities.drop=[\"ALL\"]{instead}")
}

fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    if matches!(path.segments().last(), Some(Segment::Index(_))) {
        return Some(not_safe(vec![remove(path)]));
    }
    if of.pod.is_windows() {
        return None;
    }
    let context = of.context(path);
    let dropped = context.and_then(|context| context.capabilities.as_ref()?.drop.as_deref()).unwrap_or_default();
    let lower = dropped.iter().position(|name| name.eq_ignore_ascii_case("ALL"));
    let change = set(&path.index(lower.unwrap_or(dropped.len())), json!("ALL"));
    // Safe where no process has a capability, or can get one: it begins without rights, and setuid files and file
    // capabilities are off.
    let is_closed = context.is_some_and(|context| context.allow_privilege_escalation == Some(false));
    let safe = lower.is_none() && is_closed && of.begins_without_rights(context);
    Some(Repair { safe, shared: false, changes: vec![change] })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{container_with, judge};
    use super::*;

    #[test]
    fn a_missing_drop_and_a_forbidden_add_are_two_violations() {
        let forbidden = judge(
            capabilities_restricted_1_25,
            json!({
                "initContainers": [{"name": "bare"}],
                "containers": [
                    {"name": "both", "securityContext": {"capabilities": {"drop": ["all"], "add": ["CHOWN"]}}},
                    {"name": "good", "securityContext": {"capabilities": {"drop": ["KILL", "ALL"]}}},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "unrestricted capabilities");
        assert_eq!(
            forbidden.detail,
            "containers \"bare\", \"both\" must set securityContext.capabilities.drop=[\"ALL\"]; \
             container \"both\" must not include \"CHOWN\" in securityContext.capabilities.add"
        );
        assert_eq!(
            forbidden.lines(),
            [
                "spec.initContainers[0].securityContext.capabilities.drop: \
                 container \"bare\" must set securityContext.capabilities.drop=[\"ALL\"]",
                "spec.containers[0].securityContext.capabilities.drop: container \"both\" must set \
                 securityContext.capabilities.drop=[\"ALL\"] instead of [\"all\"]",
                "spec.containers[0].securityContext.capabilities.add[0]: container \"both\" must not include \
                 \"CHOWN\" in securityContext.capabilities.add; only NET_BIND_SERVICE may be added",
            ]
        );
    }

    #[test]
    fn a_forbidden_add_stands_alone() {
        let spec = container_with(&json!({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "KILL"]}}));
        let forbidden = judge(capabilities_restricted_1_22, spec).unwrap();
        assert_eq!(forbidden.detail, r#"container "a" must not include "KILL" in securityContext.capabilities.add"#);
        assert_eq!(forbidden.paths(), ["spec.containers[0].securityContext.capabilities.add[1]"]);
        let good = container_with(&json!({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}));
        assert!(judge(capabilities_restricted_1_22, good).is_none());
    }

    #[test]
    fn windows_is_left_alone_from_1_25_on() {
        let spec = json!({"os": {"name": "windows"}, "containers": [{"name": "a"}]});
        assert!(judge(capabilities_restricted_1_22, spec.clone()).is_some());
        assert!(judge(capabilities_restricted_1_25, spec).is_none());
    }
}
