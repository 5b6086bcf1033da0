//! A seccomp profile may be the runtime's or one of the node's, but none may be switched off.
//!
//! **Restricted fields**, v1.0 to v1.18
//! - `metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]`
//! - `metadata.annotations["container.seccomp.security.alpha.kubernetes.io/*"]` of existing containers
//!
//! **Allowed values:** undefined, `runtime/default`, `docker/default`, `localhost/*`
//!
//! **Restricted fields**, from v1.19 on
//! - `spec.securityContext.seccompProfile.type`
//! - `spec.containers[*].securityContext.seccompProfile.type`
//! - `spec.initContainers[*].securityContext.seccompProfile.type`
//! - `spec.ephemeralContainers[*].securityContext.seccompProfile.type`
//!
//! **Allowed values:** no profile, or one of type `RuntimeDefault`, `Localhost`
//!
//! Source: `policy/check_seccompProfile_baseline.go`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::SeccompProfile;
use serde_json::json;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, Violation, annotations_under, join_quote, pluralize};
use super::super::go_quote;
use super::super::repair::{Repairer, is_annotation, not_safe, profile_of_runtime, remove, set, shared};
use super::super::setting::{Setters, Setting};
use crate::manifest::repair::Repair;
use crate::yaml::path::{FieldPath, Segment};

pub(crate) const CHECK: Check = Check {
    id: "seccompProfile_baseline",
    level: Level::Baseline,
    versions: &[
        VersionedCheck { since: 0, check: seccomp_profile_baseline_1_0, overrides: &[] },
        VersionedCheck { since: 19, check: seccomp_profile_baseline_1_19, overrides: &[] },
    ],
    repair: Some(repair),
    setting: None,
};

const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION_PREFIX: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn seccomp_profile_baseline_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    // By the text in which upstream names and sorts them.
    let mut forbidden = BTreeMap::new();
    let mut judge = |key: &str| {
        if let Some(value) = pod.annotations.get(key).filter(|value| !is_allowed_annotation(value)) {
            forbidden.insert(format!("{key}={}", go_quote(value)), annotation_violation(key, value));
        }
    };
    judge(POD_ANNOTATION);
    if annotations_under(pod.annotations, CONTAINER_ANNOTATION_PREFIX).next().is_some() {
        for container in pod.containers() {
            judge(&format!("{CONTAINER_ANNOTATION_PREFIX}{}", container.name));
        }
    }
    (!forbidden.is_empty()).then(|| {
        let annotations = pluralize("annotation", "annotations", forbidden.len());
        let texts: Vec<&str> = forbidden.keys().map(String::as_str).collect();
        Forbidden {
            reason: "seccompProfile".into(),
            detail: format!("forbidden {annotations} {}", texts.join(", ")),
            violations: forbidden.into_values().collect(),
        }
    })
}

fn is_allowed_annotation(value: &str) -> bool {
    matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/")
}

fn annotation_violation(key: &str, value: &str) -> Violation {
    let message = format!(
        "annotation \"{key}\" must not be \"{value}\"; \
         allowed are \"runtime/default\", \"docker/default\" and \"localhost/*\""
    );
    Violation::of_pod(FieldPath::of("metadata.annotations").field(key.to_owned()), message)
}

/// Also the first part of the restricted check, in words too.
pub(super) fn seccomp_profile_baseline_1_19(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut setters = Setters::default();
    let mut types = BTreeSet::new();
    let mut violations = Vec::new();
    for setting in seccomp_types(pod) {
        if let Some(bad) = setting.value.filter(|bad| !matches!(*bad, "RuntimeDefault" | "Localhost")) {
            setters.add(&setting);
            types.insert(bad);
            let text = format!(
                "must not set securityContext.seccompProfile.type to \"{bad}\"; \
                 allowed are \"RuntimeDefault\" and \"Localhost\""
            );
            violations.push(setting.violation("securityContext.seccompProfile.type", &text));
        }
    }
    (!setters.is_empty()).then(|| Forbidden {
        reason: "seccompProfile".into(),
        detail: format!("{setters} must not set securityContext.seccompProfile.type to {}", join_quote(types)),
        violations,
    })
}

/// The types of the profiles of the pod and of each container.
pub(super) fn seccomp_types<'a>(pod: &Pod<'a>) -> impl Iterator<Item = Setting<'a, &'a str>> {
    fn type_of(profile: Option<&SeccompProfile>) -> Option<&str> {
        profile.map(|profile| profile.type_.as_str())
    }
    pod.settings(
        |context| type_of(context.seccomp_profile.as_ref()),
        |context| type_of(context.seccomp_profile.as_ref()),
    )
}

/// What fixes a profile, for the check of the restricted level too.
pub(super) fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    if is_annotation(path) {
        return Some(not_safe(vec![remove(path)]));
    }
    if of.pod.is_windows() {
        return None;
    }
    let of_container = of.context(path).and_then(|context| context.seccomp_profile.as_ref());
    let of_pod = of.pod.security_context().and_then(|context| context.seccomp_profile.as_ref());
    let is_container = matches!(path.segments().get(2), Some(Segment::Index(_)));
    let own: Option<&SeccompProfile> = if is_container { of_container } else { of_pod };
    if let Some(profile) = own {
        let changes = profile_of_runtime(path, profile.localhost_profile.is_some());
        return Some(not_safe(changes));
    }
    let change = set(&shared(path, of.seccomp_of_pod), json!("RuntimeDefault"));
    // Never safe: a system call that worked without a profile may be one that the runtime's own forbids.
    Some(not_safe(vec![change]))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{judge, judge_annotated};
    use super::*;

    #[test]
    fn annotations_count_for_the_pod_and_existing_containers() {
        let annotations = json!({
            "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
            "container.seccomp.security.alpha.kubernetes.io/a": "",
            "container.seccomp.security.alpha.kubernetes.io/b": "localhost/x",
            "container.seccomp.security.alpha.kubernetes.io/ghost": "unconfined",
        });
        let spec = json!({"containers": [{"name": "a"}, {"name": "b"}, {"name": "a"}]});
        let forbidden = judge_annotated(seccomp_profile_baseline_1_0, annotations, spec).unwrap();
        assert_eq!(forbidden.reason, "seccompProfile");
        assert_eq!(
            forbidden.detail,
            "forbidden annotations container.seccomp.security.alpha.kubernetes.io/a=\"\", \
             seccomp.security.alpha.kubernetes.io/pod=\"unconfined\""
        );
        assert_eq!(
            forbidden.lines(),
            [
                "metadata.annotations[\"container.seccomp.security.alpha.kubernetes.io/a\"]: \
                 annotation \"container.seccomp.security.alpha.kubernetes.io/a\" must not be \"\"; \
                 allowed are \"runtime/default\", \"docker/default\" and \"localhost/*\"",
                "metadata.annotations[\"seccomp.security.alpha.kubernetes.io/pod\"]: \
                 annotation \"seccomp.security.alpha.kubernetes.io/pod\" must not be \"unconfined\"; \
                 allowed are \"runtime/default\", \"docker/default\" and \"localhost/*\"",
            ]
        );
    }

    #[test]
    fn fields_count_from_1_19_on() {
        let spec = json!({
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {"name": "a", "securityContext": {"seccompProfile": {"type": "Unconfined"}}},
                {"name": "b"},
                {"name": "c", "securityContext": {"seccompProfile": {}}},
            ],
        });
        assert!(judge(seccomp_profile_baseline_1_0, spec.clone()).is_none());
        let forbidden = judge(seccomp_profile_baseline_1_19, spec).unwrap();
        assert_eq!(
            forbidden.detail,
            r#"containers "a", "c" must not set securityContext.seccompProfile.type to "", "Unconfined""#
        );
        assert_eq!(
            forbidden.lines()[0],
            "spec.containers[0].securityContext.seccompProfile.type: container \"a\" must not set \
             securityContext.seccompProfile.type to \"Unconfined\"; allowed are \"RuntimeDefault\" and \"Localhost\""
        );
        let of_pod = Some("spec.securityContext.seccompProfile.type".to_owned());
        assert_eq!(forbidden.related(), [of_pod.clone(), of_pod]);
        assert!(judge(seccomp_profile_baseline_1_19, json!({"containers": [{"name": "a"}]})).is_none());
    }
}
