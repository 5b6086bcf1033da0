//! Every container must run under a seccomp profile: the runtime's, or one of the node's.
//!
//! **Restricted fields**
//! - `spec.securityContext.seccompProfile.type`
//! - `spec.containers[*].securityContext.seccompProfile.type`
//! - `spec.initContainers[*].securityContext.seccompProfile.type`
//! - `spec.ephemeralContainers[*].securityContext.seccompProfile.type`
//!
//! **Allowed values:** `RuntimeDefault`, `Localhost`; no profile in a container that inherits one, and in a pod whose
//! containers all have their own
//!
//! From v1.25 on pods of Windows are left alone.
//!
//! Source: `policy/check_seccompProfile_restricted.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, name_containers};
use super::super::setting::{RequiredSetting, RequiredValue, missing};
use super::seccomp_profile_baseline::{repair, seccomp_profile_baseline_1_19, seccomp_types};

pub(crate) const CHECK: Check = Check {
    id: "seccompProfile_restricted",
    level: Level::Restricted,
    versions: &[
        VersionedCheck { since: 19, check: seccomp_profile_restricted_1_19, overrides: &["seccompProfile_baseline"] },
        VersionedCheck { since: 25, check: seccomp_profile_restricted_1_25, overrides: &["seccompProfile_baseline"] },
    ],
    repair: Some(repair),
    setting: Some(RequiredSetting {
        name: "seccompProfile",
        path: &["seccompProfile", "type"],
        value: RequiredValue::Text("RuntimeDefault"),
        caution: "",
    }),
};

fn seccomp_profile_restricted_1_19(pod: &Pod<'_>) -> Option<Forbidden> {
    let text = "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
    let mut without = Vec::new();
    let mut missings = Vec::new();
    for container in seccomp_types(pod).filter_map(|setting| setting.container_without_value()) {
        without.push(container.name);
        missings.push(missing(&container, "securityContext.seccompProfile.type", text));
    }
    // Upstream speaks of those without a profile only where nobody has a bad one. They must change all the same.
    if let Some(mut forbidden) = seccomp_profile_baseline_1_19(pod) {
        forbidden.violations.append(&mut missings);
        return Some(forbidden);
    }
    (!without.is_empty()).then(|| Forbidden {
        reason: "seccompProfile".into(),
        detail: format!("pod or {} {text}", name_containers(&without)),
        violations: missings,
    })
}

/// The API server refuses a Windows pod that sets the field, so none can satisfy the check.
fn seccomp_profile_restricted_1_25(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.is_windows() { None } else { seccomp_profile_restricted_1_19(pod) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn a_valid_profile_of_the_pod_is_inherited() {
        let profile = json!({"seccompProfile": {"type": "Localhost"}});
        let spec = json!({"securityContext": profile, "containers": [{"name": "a"}]});
        assert!(judge(seccomp_profile_restricted_1_25, spec).is_none());
        let each = json!({"containers": [{"name": "a", "securityContext": profile}]});
        assert!(judge(seccomp_profile_restricted_1_25, each).is_none());
    }

    #[test]
    fn no_profile_is_one_violation_a_container() {
        let spec = json!({"initContainers": [{"name": "i"}], "containers": [{"name": "a"}]});
        let forbidden = judge(seccomp_profile_restricted_1_25, spec).unwrap();
        assert_eq!(forbidden.reason, "seccompProfile");
        assert_eq!(
            forbidden.detail,
            "pod or containers \"i\", \"a\" must set securityContext.seccompProfile.type to \
             \"RuntimeDefault\" or \"Localhost\""
        );
        assert_eq!(
            forbidden.lines()[1],
            "spec.containers[0].securityContext.seccompProfile.type: pod or container \"a\" must set \
             securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
        );
        assert_eq!(forbidden.violations.len(), 2);
    }

    #[test]
    fn a_bad_profile_of_the_pod_answers_for_those_who_inherit_it() {
        let spec =
            json!({"securityContext": {"seccompProfile": {"type": "Unconfined"}}, "containers": [{"name": "a"}]});
        let forbidden = judge(seccomp_profile_restricted_1_25, spec).unwrap();
        assert_eq!(forbidden.detail, r#"pod must not set securityContext.seccompProfile.type to "Unconfined""#);
        assert_eq!(forbidden.paths(), ["spec.securityContext.seccompProfile.type"]);
    }

    #[test]
    fn those_without_a_profile_must_change_beside_a_bad_one() {
        let bad = json!({"seccompProfile": {"type": "Unconfined"}});
        let spec = json!({"containers": [{"name": "a"}, {"name": "b", "securityContext": bad}]});
        let forbidden = judge(seccomp_profile_restricted_1_25, spec).unwrap();
        assert_eq!(
            forbidden.detail,
            r#"container "b" must not set securityContext.seccompProfile.type to "Unconfined""#
        );
        assert_eq!(
            forbidden.paths(),
            [
                "spec.containers[1].securityContext.seccompProfile.type",
                "spec.containers[0].securityContext.seccompProfile.type",
            ]
        );
    }

    #[test]
    fn windows_is_left_alone_from_1_25_on() {
        let spec = json!({"os": {"name": "windows"}, "containers": [{"name": "a"}]});
        assert!(judge(seccomp_profile_restricted_1_19, spec.clone()).is_some());
        assert!(judge(seccomp_profile_restricted_1_25, spec).is_none());
    }
}
