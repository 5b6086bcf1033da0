//! Containers must be required to run as a user other than root.
//!
//! **Restricted fields**
//! - `spec.securityContext.runAsNonRoot`
//! - `spec.containers[*].securityContext.runAsNonRoot`
//! - `spec.initContainers[*].securityContext.runAsNonRoot`
//! - `spec.ephemeralContainers[*].securityContext.runAsNonRoot`
//!
//! **Allowed values:** `true`; undefined/null in a container that inherits `true`, and in a pod whose containers all
//! say `true`; from v1.35 on anything in a pod with `hostUsers: false`
//!
//! Source: `policy/check_runAsNonRoot.go`.

use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, name_containers};
use super::super::repair::{Repairer, not_safe, remove, set, shared};
use super::super::setting::{RequiredSetting, RequiredValue, Setters, missing};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "runAsNonRoot",
    level: Level::Restricted,
    versions: &[
        VersionedCheck { since: 0, check: run_as_non_root_1_0, overrides: &[] },
        VersionedCheck { since: 35, check: run_as_non_root_1_35, overrides: &[] },
    ],
    repair: Some(repair),
    setting: Some(RequiredSetting {
        name: "runAsNonRoot",
        path: &["runAsNonRoot"],
        value: RequiredValue::Bool(true),
        caution: "needs an image that does not start as root",
    }),
};

const FIELD: &str = "securityContext.runAsNonRoot";

fn run_as_non_root_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut setters = Setters::default();
    let mut without = Vec::new();
    let mut violations = Vec::new();
    let mut missings = Vec::new();
    for setting in pod.settings(|context| context.run_as_non_root, |context| context.run_as_non_root) {
        if setting.value == Some(false) {
            setters.add(&setting);
            violations.push(setting.violation(FIELD, "must not set securityContext.runAsNonRoot=false"));
        } else if let Some(container) = setting.container_without_value() {
            without.push(container.name);
            missings.push(missing(&container, FIELD, "must set securityContext.runAsNonRoot=true"));
        }
    }
    // Upstream speaks of those who say nothing only where nobody says `false`. They must change all the same.
    let detail = if !setters.is_empty() {
        format!("{setters} must not set securityContext.runAsNonRoot=false")
    } else if !without.is_empty() {
        format!("pod or {} must set securityContext.runAsNonRoot=true", name_containers(&without))
    } else {
        return None;
    };
    violations.append(&mut missings);
    Some(Forbidden { reason: "runAsNonRoot != true".into(), detail, violations })
}

fn run_as_non_root_1_35(pod: &Pod<'_>) -> Option<Forbidden> {
    if pod.has_user_namespace() { None } else { run_as_non_root_1_0(pod) }
}

/// A container that says `runAsUser: 0` beside it would never start.
fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    let place = shared(path, of.non_root_of_pod);
    let mut changes = vec![set(&place, json!(true))];
    let of_pod = FieldPath::of("spec.securityContext");
    if of.pod.security_context().is_some_and(|context| context.run_as_user == Some(0)) {
        changes.push(remove(&of_pod.field("runAsUser")));
    }
    if place.segments().starts_with(of_pod.segments()) {
        changes.extend(of.roots.iter().map(|root| remove(&root.field("runAsUser"))));
    } else if of.context(&place).is_some_and(|context| context.run_as_user == Some(0)) {
        changes.push(remove(&place.prefix(place.segments().len() - 1).field("runAsUser")));
    }
    Some(not_safe(changes))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::judge;
    use super::*;

    #[test]
    fn a_pod_that_says_true_is_inherited() {
        let good = json!({"securityContext": {"runAsNonRoot": true}, "containers": [{"name": "a"}]});
        assert!(judge(run_as_non_root_1_0, good).is_none());
        let each = json!({"containers": [{"name": "a", "securityContext": {"runAsNonRoot": true}}]});
        assert!(judge(run_as_non_root_1_0, each).is_none());
    }

    #[test]
    fn saying_nothing_is_one_violation_a_container() {
        let spec = json!({"initContainers": [{"name": "i"}], "containers": [{"name": "a"}]});
        let forbidden = judge(run_as_non_root_1_0, spec).unwrap();
        assert_eq!(forbidden.reason, "runAsNonRoot != true");
        assert_eq!(forbidden.detail, r#"pod or containers "i", "a" must set securityContext.runAsNonRoot=true"#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.initContainers[0].securityContext.runAsNonRoot: \
                 pod or container \"i\" must set securityContext.runAsNonRoot=true",
                "spec.containers[0].securityContext.runAsNonRoot: \
                 pod or container \"a\" must set securityContext.runAsNonRoot=true",
            ]
        );
    }

    #[test]
    fn a_pod_that_says_false_answers_for_those_who_inherit_it() {
        let forbidden = judge(
            run_as_non_root_1_0,
            json!({
                "securityContext": {"runAsNonRoot": false},
                "containers": [{"name": "a"}, {"name": "b", "securityContext": {"runAsNonRoot": false}}],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.detail, r#"pod and container "b" must not set securityContext.runAsNonRoot=false"#);
        assert_eq!(
            forbidden.paths(),
            ["spec.securityContext.runAsNonRoot", "spec.containers[1].securityContext.runAsNonRoot"]
        );
        assert_eq!(forbidden.related(), [None, Some("spec.securityContext.runAsNonRoot".to_owned())]);
    }

    #[test]
    fn those_who_say_nothing_must_change_beside_one_that_says_false() {
        let forbidden = judge(
            run_as_non_root_1_0,
            json!({"containers": [{"name": "a"}, {"name": "b", "securityContext": {"runAsNonRoot": false}}]}),
        )
        .unwrap();
        assert_eq!(forbidden.detail, r#"container "b" must not set securityContext.runAsNonRoot=false"#);
        assert_eq!(
            forbidden.lines(),
            [
                "spec.containers[1].securityContext.runAsNonRoot: \
                 container \"b\" must not set securityContext.runAsNonRoot=false",
                "spec.containers[0].securityContext.runAsNonRoot: \
                 pod or container \"a\" must set securityContext.runAsNonRoot=true",
            ]
        );
    }

    #[test]
    fn user_namespaces_relax_from_1_35_on() {
        let spec = json!({"hostUsers": false, "containers": [{"name": "a"}]});
        assert!(judge(run_as_non_root_1_0, spec.clone()).is_some());
        assert!(judge(run_as_non_root_1_35, spec).is_none());
    }
}
