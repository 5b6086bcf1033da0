//! A process must not be able to gain more privileges than its parent has, as through a setuid program.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.allowPrivilegeEscalation`
//! - `spec.initContainers[*].securityContext.allowPrivilegeEscalation`
//! - `spec.ephemeralContainers[*].securityContext.allowPrivilegeEscalation`
//!
//! **Allowed values:** `false`; from v1.25 on also undefined in a pod of Windows
//!
//! Source: `policy/check_allowPrivilegeEscalation.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, name_containers};

pub(crate) const CHECK: Check = Check {
    id: "allowPrivilegeEscalation",
    level: Level::Restricted,
    versions: &[
        // The version that brought the field.
        VersionedCheck { since: 8, check: allow_privilege_escalation_1_8, overrides: &[] },
        VersionedCheck { since: 25, check: allow_privilege_escalation_1_25, overrides: &[] },
    ],
};

fn allow_privilege_escalation_1_8(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        let text = match container.security_context.and_then(|context| context.allow_privilege_escalation) {
            Some(false) => continue,
            Some(true) => "must set securityContext.allowPrivilegeEscalation=false instead of true",
            None => "must set securityContext.allowPrivilegeEscalation=false",
        };
        names.push(container.name);
        violations.push(container.violation("securityContext.allowPrivilegeEscalation", text));
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "allowPrivilegeEscalation != false".into(),
        detail: format!("{} must set securityContext.allowPrivilegeEscalation=false", name_containers(&names)),
        violations,
    })
}

/// The API server refuses a Windows pod that sets the field, so none can satisfy the check.
fn allow_privilege_escalation_1_25(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.is_windows() { None } else { allow_privilege_escalation_1_8(pod) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn every_container_must_say_false() {
        let spec = json!({
            "initContainers": [{"name": "missing"}],
            "containers": [
                {"name": "good", "securityContext": {"allowPrivilegeEscalation": false}},
                {"name": "bad", "securityContext": {"allowPrivilegeEscalation": true}},
            ],
        });
        let forbidden = judge(allow_privilege_escalation_1_25, spec).unwrap();
        assert_eq!(forbidden.reason, "allowPrivilegeEscalation != false");
        assert_eq!(
            forbidden.detail,
            r#"containers "missing", "bad" must set securityContext.allowPrivilegeEscalation=false"#
        );
        assert_eq!(
            forbidden.lines(),
            [
                "spec.initContainers[0].securityContext.allowPrivilegeEscalation: \
                 container \"missing\" must set securityContext.allowPrivilegeEscalation=false",
                "spec.containers[1].securityContext.allowPrivilegeEscalation: \
                 container \"bad\" must set securityContext.allowPrivilegeEscalation=false instead of true",
            ]
        );
    }

    #[test]
    fn windows_is_left_alone_from_1_25_on() {
        let spec = json!({"os": {"name": "windows"}, "containers": [{"name": "a"}]});
        assert!(judge(allow_privilege_escalation_1_8, spec.clone()).is_some());
        assert!(judge(allow_privilege_escalation_1_25, spec).is_none());
        let linux = json!({"os": {"name": "Windows"}, "containers": [{"name": "a"}]});
        assert!(judge(allow_privilege_escalation_1_25, linux).is_some());
    }
}
