//! Containers must not be told to run as root.
//!
//! **Restricted fields**
//! - `spec.securityContext.runAsUser`
//! - `spec.containers[*].securityContext.runAsUser`
//! - `spec.initContainers[*].securityContext.runAsUser`
//! - `spec.ephemeralContainers[*].securityContext.runAsUser`
//!
//! **Allowed values:** undefined/null, any but `0`; from v1.35 on anything in a pod with `hostUsers: false`
//!
//! Source: `policy/check_runAsUser.go`.

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck};
use super::super::repair;
use super::super::setting::Setters;

pub(crate) const CHECK: Check = Check {
    id: "runAsUser",
    level: Level::Restricted,
    versions: &[
        VersionedCheck { since: 23, check: run_as_user_1_23, overrides: &[] },
        VersionedCheck { since: 35, check: run_as_user_1_35, overrides: &[] },
    ],
    repair: Some(repair::take_away),
    setting: None,
};

fn run_as_user_1_23(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut setters = Setters::default();
    let mut violations = Vec::new();
    for setting in pod.settings(|context| context.run_as_user, |context| context.run_as_user) {
        if setting.value == Some(0) {
            setters.add(&setting);
            violations.push(setting.violation("securityContext.runAsUser", "must not set runAsUser=0"));
        }
    }
    (!setters.is_empty()).then(|| Forbidden {
        reason: "runAsUser=0".into(),
        detail: format!("{setters} must not set runAsUser=0"),
        violations,
    })
}

fn run_as_user_1_35(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.has_user_namespace() { None } else { run_as_user_1_23(pod) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{container_with, judge, pod_with};
    use super::*;

    #[test]
    fn the_pod_and_its_containers_are_judged() {
        let root = json!({"runAsUser": 0});
        let forbidden = judge(
            run_as_user_1_23,
            json!({
                "securityContext": root,
                "containers": [
                    {"name": "a", "securityContext": root},
                    {"name": "b", "securityContext": {"runAsUser": 1}},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "runAsUser=0");
        assert_eq!(forbidden.detail, r#"pod and container "a" must not set runAsUser=0"#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.securityContext.runAsUser: pod must not set runAsUser=0",
                "spec.containers[0].securityContext.runAsUser: container \"a\" must not set runAsUser=0",
            ]
        );
        assert_eq!(forbidden.related(), [None, Some("spec.securityContext.runAsUser".to_owned())]);
    }

    #[test]
    fn only_zero_is_root() {
        assert_eq!(
            judge(run_as_user_1_23, pod_with(&json!({"runAsUser": 0}))).unwrap().detail,
            "pod must not set runAsUser=0"
        );
        assert!(judge(run_as_user_1_23, container_with(&json!({"runAsUser": null}))).is_none());
        assert!(judge(run_as_user_1_23, container_with(&json!({"runAsUser": -1}))).is_none());
    }

    #[test]
    fn user_namespaces_relax_from_1_35_on() {
        let spec = json!({"hostUsers": false, "securityContext": {"runAsUser": 0}});
        assert!(judge(run_as_user_1_23, spec.clone()).is_some());
        assert!(judge(run_as_user_1_35, spec).is_none());
    }
}
