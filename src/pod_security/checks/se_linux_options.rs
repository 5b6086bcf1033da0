//! The SELinux type must be one that confines, and user and role must not be chosen.
//!
//! **Restricted fields**
//! - `spec.securityContext.seLinuxOptions.type`
//! - `spec.containers[*].securityContext.seLinuxOptions.type`
//! - `spec.initContainers[*].securityContext.seLinuxOptions.type`
//! - `spec.ephemeralContainers[*].securityContext.seLinuxOptions.type`
//!
//! **Allowed values:** undefined, empty, `container_t`, `container_init_t`, `container_kvm_t`; from v1.31 on also
//! `container_engine_t`
//!
//! **Restricted fields**
//! - `spec.securityContext.seLinuxOptions.user`, `….role`
//! - `spec.containers[*].securityContext.seLinuxOptions.user`, `….role`
//! - `spec.initContainers[*].securityContext.seLinuxOptions.user`, `….role`
//! - `spec.ephemeralContainers[*].securityContext.seLinuxOptions.user`, `….role`
//!
//! **Allowed values:** undefined, empty
//!
//! Source: `policy/check_seLinuxOptions.go`.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::SELinuxOptions;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, join_quote, name_all};
use super::super::repair;
use super::super::setting::Setters;

pub(crate) const CHECK: Check = Check {
    id: "seLinuxOptions",
    level: Level::Baseline,
    versions: &[
        VersionedCheck { since: 0, check: se_linux_options_1_0, overrides: &[] },
        VersionedCheck { since: 31, check: se_linux_options_1_31, overrides: &[] },
    ],
    repair: Some(repair::take_away),
    setting: None,
};

const TYPES_1_0: [&str; 3] = ["container_t", "container_init_t", "container_kvm_t"];
const TYPES_1_31: [&str; 4] = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

fn se_linux_options_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    se_linux_options(pod, &TYPES_1_0)
}

fn se_linux_options_1_31(pod: &Pod<'_>) -> Option<Forbidden> {
    se_linux_options(pod, &TYPES_1_31)
}

fn se_linux_options(pod: &Pod<'_>, allowed_types: &[&str]) -> Option<Forbidden> {
    let mut setters = Setters::default();
    let mut seen = Seen::default();
    let mut violations = Vec::new();
    let settings =
        pod.settings(|context| context.se_linux_options.as_ref(), |context| context.se_linux_options.as_ref());
    for setting in settings {
        let before = violations.len();
        for (field, value) in setting.value.into_iter().flat_map(fields) {
            if field != TYPE || !allowed_types.contains(&value) {
                seen.add(field, value);
                violations.push(setting.violation(field, &text(field, value, allowed_types)));
            }
        }
        if violations.len() > before {
            setters.add(&setting);
        }
    }
    (!setters.is_empty()).then(|| Forbidden {
        reason: "seLinuxOptions".into(),
        detail: format!("{setters} set forbidden securityContext.seLinuxOptions: {}", seen.text()),
        violations,
    })
}

const TYPE: &str = "securityContext.seLinuxOptions.type";
const USER: &str = "securityContext.seLinuxOptions.user";
const ROLE: &str = "securityContext.seLinuxOptions.role";

/// The restricted fields that are not empty, with their values.
fn fields(options: &SELinuxOptions) -> impl Iterator<Item = (&'static str, &str)> {
    [(TYPE, &options.type_), (USER, &options.user), (ROLE, &options.role)]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value.as_deref().filter(|value| !value.is_empty())?)))
}

fn text(field: &str, value: &str, allowed_types: &[&str]) -> String {
    let allowed = if field == TYPE {
        format!("allowed are {}", join_quote(allowed_types))
    } else {
        "it may not be set".to_owned()
    };
    format!("must not set {field} to \"{value}\"; {allowed}")
}

/// What is forbidden in any of the options: upstream tells all setters and all values, but not who set which.
#[derive(Default)]
struct Seen<'a> {
    types: BTreeSet<&'a str>,
    user: bool,
    role: bool,
}

impl<'a> Seen<'a> {
    fn add(&mut self, field: &'static str, value: &'a str) {
        match field {
            USER => self.user = true,
            ROLE => self.role = true,
            _ => _ = self.types.insert(value),
        }
    }

    fn text(&self) -> String {
        let mut texts = Vec::new();
        if !self.types.is_empty() {
            texts.push(name_all("type", "types", &self.types));
        }
        if self.user {
            texts.push("user may not be set".to_owned());
        }
        if self.role {
            texts.push("role may not be set".to_owned());
        }
        texts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{container_with, judge, pod_with};
    use super::*;

    #[test]
    fn each_field_is_a_violation() {
        let forbidden = judge(
            se_linux_options_1_31,
            json!({
                "securityContext": {"seLinuxOptions": {"type": "spc_t", "role": "r", "level": "s0"}},
                "containers": [
                    {"name": "a", "securityContext": {"seLinuxOptions": {"user": "u", "type": "bad_t"}}},
                    {"name": "b", "securityContext": {"seLinuxOptions": {"user": "", "type": "container_t"}}},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "seLinuxOptions");
        assert_eq!(
            forbidden.detail,
            "pod and container \"a\" set forbidden securityContext.seLinuxOptions: types \"bad_t\", \"spc_t\"; \
             user may not be set; role may not be set"
        );
        assert_eq!(
            forbidden.lines(),
            [
                "spec.securityContext.seLinuxOptions.type: pod must not set securityContext.seLinuxOptions.type to \
                 \"spc_t\"; allowed are \"container_t\", \"container_init_t\", \"container_kvm_t\", \
                 \"container_engine_t\"",
                "spec.securityContext.seLinuxOptions.role: \
                 pod must not set securityContext.seLinuxOptions.role to \"r\"; it may not be set",
                "spec.containers[0].securityContext.seLinuxOptions.type: container \"a\" must not set \
                 securityContext.seLinuxOptions.type to \"bad_t\"; allowed are \"container_t\", \
                 \"container_init_t\", \"container_kvm_t\", \"container_engine_t\"",
                "spec.containers[0].securityContext.seLinuxOptions.user: \
                 container \"a\" must not set securityContext.seLinuxOptions.user to \"u\"; it may not be set",
            ]
        );
        let related = forbidden.related();
        assert_eq!(related[..2], [None, None]);
        assert_eq!(related[2].as_deref(), Some("spec.securityContext.seLinuxOptions.type"));
    }

    #[test]
    fn the_engines_type_is_allowed_from_1_31_on() {
        let engine = pod_with(&json!({"seLinuxOptions": {"type": "container_engine_t"}}));
        assert_eq!(
            judge(se_linux_options_1_0, engine.clone()).unwrap().detail,
            r#"pod set forbidden securityContext.seLinuxOptions: type "container_engine_t""#
        );
        assert!(judge(se_linux_options_1_31, engine).is_none());
        let empty = container_with(&json!({"seLinuxOptions": {"type": "", "level": "s0:c1"}}));
        assert!(judge(se_linux_options_1_0, empty).is_none());
    }
}
