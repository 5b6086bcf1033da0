//! The runtime's default AppArmor profile may be replaced by one of the node's, but not switched off.
//!
//! **Restricted fields**
//! - `spec.securityContext.appArmorProfile.type`
//! - `spec.containers[*].securityContext.appArmorProfile.type`
//! - `spec.initContainers[*].securityContext.appArmorProfile.type`
//! - `spec.ephemeralContainers[*].securityContext.appArmorProfile.type`
//!
//! **Allowed values:** no profile, or one of type `RuntimeDefault`, `Localhost`
//!
//! **Restricted fields**
//! - `metadata.annotations["container.apparmor.security.beta.kubernetes.io/*"]`
//!
//! **Allowed values:** undefined, empty, `runtime/default`, `localhost/*`
//!
//! Source: `policy/check_appArmorProfile.go`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::AppArmorProfile;

use super::super::Level;
use super::super::check::{
    Check, Container, Forbidden, Pod, VersionedCheck, Violation, annotations_under, join_quote, pluralize,
};
use super::super::go_quote;
use super::super::repair::{Repairer, is_annotation, not_safe, profile_of_runtime, remove};
use super::super::setting::{Setters, Setting};
use crate::manifest::repair::Repair;
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "appArmorProfile",
    level: Level::Baseline,
    versions: &[VersionedCheck { since: 0, check: app_armor_profile_1_0, overrides: &[] }],
    repair: Some(repair),
    setting: None,
};

/// What the annotation of a container begins with; its name follows.
pub(crate) const ANNOTATION_PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";

fn app_armor_profile_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut setters = Setters::default();
    let mut types = BTreeSet::new();
    let mut violations = Vec::new();
    let settings = pod.settings(
        |context| type_of(context.app_armor_profile.as_ref()),
        |context| type_of(context.app_armor_profile.as_ref()),
    );
    for setting in settings {
        let Some(bad) = setting.value.filter(|bad| !matches!(*bad, "RuntimeDefault" | "Localhost")) else {
            continue;
        };
        setters.add(&setting);
        types.insert(bad);
        if !is_copied(pod, &setting) {
            violations.push(setting.violation("securityContext.appArmorProfile.type", &text(bad)));
        }
    }
    let annotations = forbidden_annotations(pod);
    if setters.is_empty() && annotations.is_empty() {
        return None;
    }

    let mut who = Vec::new();
    if !setters.is_empty() {
        who.push(setters.to_string());
    }
    if !annotations.is_empty() {
        who.push(pluralize("annotation", "annotations", annotations.len()).to_owned());
    }
    let values: Vec<&str> = types.into_iter().chain(annotations.keys().map(String::as_str)).collect();
    let reason = pluralize("forbidden AppArmor profile", "forbidden AppArmor profiles", values.len());
    let detail = format!("{} must not set AppArmor profile type to {}", who.join(" and "), join_quote(values));
    violations.extend(annotations.into_values());
    Some(Forbidden { reason: reason.into(), detail, violations })
}

fn type_of(profile: Option<&AppArmorProfile>) -> Option<&str> {
    profile.map(|profile| profile.type_.as_str())
}

fn text(bad: &str) -> String {
    format!(
        "must not set securityContext.appArmorProfile.type to \"{bad}\"; \
         allowed are \"RuntimeDefault\" and \"Localhost\""
    )
}

/// Whether the API server copied the setting from an annotation, which then is all that must change.
fn is_copied(pod: &Pod<'_>, setting: &Setting<'_, &str>) -> bool {
    let profile = |container: Container<'_>| container.path().fields("securityContext.appArmorProfile");
    setting.container.is_some_and(|container| pod.defaulted.contains(&profile(container)))
}

/// The annotations with a forbidden value, by the text in which upstream names and sorts them.
fn forbidden_annotations(pod: &Pod<'_>) -> BTreeMap<String, Violation> {
    annotations_under(pod.annotations, ANNOTATION_PREFIX)
        .filter(|(_, value)| !is_allowed_annotation(value))
        .map(|(key, value)| {
            let message = format!(
                "annotation \"{key}\" must not set AppArmor profile type to \"{value}\"; \
                 allowed are \"runtime/default\" and \"localhost/*\""
            );
            let path = FieldPath::of("metadata.annotations").field(key.to_owned());
            (format!("{key}={}", go_quote(value)), Violation::of_pod(path, message))
        })
        .collect()
}

fn is_allowed_annotation(value: &str) -> bool {
    value.is_empty() || value == "runtime/default" || value.starts_with("localhost/")
}

fn repair(of: &Repairer<'_>, path: &FieldPath) -> Option<Repair> {
    if is_annotation(path) {
        return Some(not_safe(vec![remove(path)]));
    }
    if of.pod.is_windows() {
        return None;
    }
    let profile = |profile: Option<&AppArmorProfile>| profile.is_some_and(|one| one.localhost_profile.is_some());
    let has_file = match of.context(path) {
        Some(context) => profile(context.app_armor_profile.as_ref()),
        None => profile(of.pod.security_context().and_then(|context| context.app_armor_profile.as_ref())),
    };
    let mut changes = profile_of_runtime(path, has_file);
    // The API server refuses an annotation that says something else than the field.
    if let Some(name) = of.container_name(path) {
        let key = format!("{ANNOTATION_PREFIX}{name}");
        if of.pod.annotations.get(&key).is_some_and(|value| value != "runtime/default") {
            changes.push(remove(&FieldPath::of("metadata.annotations").field(key)));
        }
    }
    Some(not_safe(changes))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::super::super::defaults;
    use super::super::super::testing::{judge, judge_annotated};
    use super::*;

    #[test]
    fn types_are_reported_once_and_setters_each() {
        let unconfined = json!({"appArmorProfile": {"type": "Unconfined"}});
        let forbidden = judge(
            app_armor_profile_1_0,
            json!({
                "securityContext": unconfined,
                "containers": [
                    {"name": "a", "securityContext": unconfined},
                    {"name": "b", "securityContext": {"appArmorProfile": {"type": "Localhost"}}},
                    {"name": "c", "securityContext": {"appArmorProfile": {}}},
                ],
            }),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "forbidden AppArmor profiles");
        assert_eq!(
            forbidden.detail,
            r#"pod and containers "a", "c" must not set AppArmor profile type to "", "Unconfined""#
        );
        assert_eq!(
            forbidden.lines()[1],
            "spec.containers[0].securityContext.appArmorProfile.type: container \"a\" must not set \
             securityContext.appArmorProfile.type to \"Unconfined\"; allowed are \"RuntimeDefault\" and \"Localhost\""
        );
        let of_pod = Some("spec.securityContext.appArmorProfile.type".to_owned());
        assert_eq!(forbidden.related(), [None, of_pod.clone(), of_pod]);
    }

    #[test]
    fn annotations_are_sorted_by_key_and_value_and_quoted_as_go_does() {
        let annotations = json!({
            "container.apparmor.security.beta.kubernetes.io/a": "x\ty",
            "container.apparmor.security.beta.kubernetes.io/a-b": "unconfined",
            "container.apparmor.security.beta.kubernetes.io/c": "",
            "container.apparmor.security.beta.kubernetes.io/d": "localhost/",
        });
        let forbidden = judge_annotated(app_armor_profile_1_0, annotations, json!({})).unwrap();
        assert_eq!(
            forbidden.detail,
            "annotations must not set AppArmor profile type to \
             \"container.apparmor.security.beta.kubernetes.io/a-b=\"unconfined\"\", \
             \"container.apparmor.security.beta.kubernetes.io/a=\"x\\ty\"\""
        );
        assert_eq!(
            forbidden.lines()[0],
            "metadata.annotations[\"container.apparmor.security.beta.kubernetes.io/a-b\"]: \
             annotation \"container.apparmor.security.beta.kubernetes.io/a-b\" must not set AppArmor profile type to \
             \"unconfined\"; allowed are \"runtime/default\" and \"localhost/*\""
        );
        assert_eq!(forbidden.violations.len(), 2);
    }

    #[test]
    fn a_copied_profile_is_named_but_only_the_annotation_must_change() {
        let annotations: BTreeMap<String, String> =
            BTreeMap::from([(format!("{ANNOTATION_PREFIX}a"), "unconfined".to_owned())]);
        let judge_pod = |spec: Value| {
            let mut spec = from_value(spec).unwrap();
            let defaulted = defaults::apply(true, &annotations, &mut spec);
            app_armor_profile_1_0(&Pod { annotations: &annotations, spec: &spec, defaulted: &defaulted }).unwrap()
        };
        let copied = judge_pod(json!({"containers": [{"name": "a"}]}));
        assert_eq!(
            copied.detail,
            "container \"a\" and annotation must not set AppArmor profile type to \"Unconfined\", \
             \"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\""
        );
        let annotation = "metadata.annotations[\"container.apparmor.security.beta.kubernetes.io/a\"]";
        assert_eq!(copied.paths(), [annotation]);

        let unconfined = json!({"appArmorProfile": {"type": "Unconfined"}});
        let written = judge_pod(json!({"containers": [{"name": "a", "securityContext": unconfined}]}));
        assert_eq!(written.detail, copied.detail);
        assert_eq!(written.paths(), ["spec.containers[0].securityContext.appArmorProfile.type", annotation]);
    }
}
