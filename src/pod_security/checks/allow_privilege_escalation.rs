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

use k8s_openapi::api::core::v1::SecurityContext;
use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, name_containers};
use super::super::repair::{Repairer, added, remove, set};
use super::super::setting::{RequiredSetting, RequiredValue};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "allowPrivilegeEscalation",
    level: Level::Restricted,
    versions: &[
        // The version that brought the field.
        VersionedCheck { since: 8, check: allow_privilege_escalation_1_8, overrides: &[] },
        VersionedCheck { since: 25, check: allow_privilege_escalation_1_25, overrides: &[] },
    ],
    repair: Some(repair),
    setting: Some(RequiredSetting {
        name: "allowPrivilegeEscalation",
        path: &["allowPrivilegeEscalation"],
        value: RequiredValue::Bool(false),
        caution: "",
    }),
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

fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    if of.pod.is_windows() {
        return None;
    }
    let context = of.context(path);
    let is_missing = context.is_none_or(|context| context.allow_privilege_escalation.is_none());
    let mut changes = vec![set(path, json!(false))];
    // The API server refuses `false` beside these two.
    // Source: `ValidateSecurityContext` in `pkg/apis/core/validation/validation.go`.
    let is_privileged = context.is_some_and(|context| context.privileged == Some(true));
    let parent = path.prefix(path.segments().len() - 1);
    if is_privileged {
        changes.push(set(&parent.field("privileged"), json!(false)));
    }
    for (index, _) in added(context).iter().enumerate().filter(|(_, name)| *name == "CAP_SYS_ADMIN") {
        changes.push(remove(&parent.fields("capabilities.add").index(index)));
    }
    // Safe where there is nothing to gain: a process that begins without rights can get some only from setuid files
    // and file capabilities, and those give none that are dropped. Else `sudo`, `ping` and their like stop working.
    let safe = is_missing && !is_privileged && of.begins_without_rights(context) && drops_all(context);
    Some(Repair { safe, shared: false, changes })
}

fn drops_all(context: Option<&SecurityContext>) -> bool {
    let dropped = context.and_then(|context| context.capabilities.as_ref()?.drop.as_deref()).unwrap_or_default();
    dropped.iter().any(|name| name == "ALL")
}

#[cfg(test)]
mod tests {
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
