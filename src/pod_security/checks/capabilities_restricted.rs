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

use super::super::Level;
use super::super::check::{Check, Container, Forbidden, Pod, VersionedCheck, join_quote, name_containers};
use super::capabilities_baseline::forbidden_additions;

pub(crate) const CHECK: Check = Check {
    id: "capabilities_restricted",
    level: Level::Restricted,
    versions: &[
        VersionedCheck { since: 22, check: capabilities_restricted_1_22, overrides: &["capabilities_baseline"] },
        VersionedCheck { since: 25, check: capabilities_restricted_1_25, overrides: &["capabilities_baseline"] },
    ],
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

#[cfg(test)]
mod tests {
    use serde_json::json;

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
