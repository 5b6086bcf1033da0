//! Privileged containers disable most security mechanisms and must be disallowed.
//!
//! **Restricted fields**
//! - `spec.containers[*].securityContext.privileged`
//! - `spec.initContainers[*].securityContext.privileged`
//! - `spec.ephemeralContainers[*].securityContext.privileged`
//!
//! **Allowed values:** undefined/null, `false`
//!
//! Source: `policy/check_privileged.go`.

use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, name_containers};
use super::super::repair::{Repairer, not_safe};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "privileged",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: privileged_1_0, overrides: &[] }],
    repair: Some(repair),
    setting: None,
};

fn privileged_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut violations = Vec::new();
    for container in pod.containers() {
        if container.security_context.and_then(|context| context.privileged) == Some(true) {
            names.push(container.name);
            let text = "must not set securityContext.privileged=true";
            violations.push(container.violation("securityContext.privileged", text));
        }
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "privileged".into(),
        detail: format!("{} must not set securityContext.privileged=true", name_containers(&names)),
        violations,
    })
}

fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    Some(not_safe(vec![of.set_on_linux(path, json!(false))]))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn containers_of_every_kind_are_judged() {
        let privileged = json!({"privileged": true});
        let forbidden = judge(
            privileged_1_0,
            json!({
                "initContainers": [{"name": "i", "securityContext": privileged}],
                "containers": [
                    {"name": "good", "securityContext": {"privileged": false}},
                    {"name": "bare"},
                ],
                "ephemeralContainers": [{"name": "e", "securityContext": privileged}],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "privileged");
        assert_eq!(forbidden.detail, r#"containers "i", "e" must not set securityContext.privileged=true"#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.initContainers[0].securityContext.privileged: \
                 container \"i\" must not set securityContext.privileged=true",
                "spec.ephemeralContainers[0].securityContext.privileged: \
                 container \"e\" must not set securityContext.privileged=true",
            ]
        );
        assert_eq!(forbidden.violations[0].container.as_deref(), Some("i"));
    }
}
