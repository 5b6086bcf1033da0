//! AppArmor profiles.
//!
//! Restricted: the annotation `container.apparmor.security.beta.kubernetes.io/<container>`, and the fields
//! `spec.containers[*].securityContext.appArmorProfile` (init and ephemeral containers too) and
//! `spec.securityContext.appArmorProfile`, which PodSecurityPolicy never knew: they count like the annotation, where
//! that is absent or empty.
//!
//! Allowed, if the policy lists profiles: one of them. Nothing stands for any.
//! Source: `apparmor/strategy.go`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::AppArmorProfile;
use serde_json::{Value, json};

use super::go;
use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/appArmor");

/// The annotation of a policy that names the profile to fill in.
pub(super) const DEFAULT_PROFILE: &str = "apparmor.security.beta.kubernetes.io/defaultProfileName";
/// The annotation of a policy that lists the allowed profiles, separated by commas.
pub(super) const ALLOWED_PROFILES: &str = "apparmor.security.beta.kubernetes.io/allowedProfileNames";
const OF_CONTAINER: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Which profiles a policy allows, and which it fills in.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// "" fills in none.
    pub default: String,
    /// `None` allows anything.
    allowed: Option<BTreeSet<String>>,
    /// The list as it was written, for messages.
    listed: String,
}

impl Rules {
    /// The rules of a policy's annotations.
    pub fn of_annotations(annotations: &BTreeMap<String, String>) -> Self {
        let listed = annotations.get(ALLOWED_PROFILES);
        Self {
            default: annotations.get(DEFAULT_PROFILE).cloned().unwrap_or_default(),
            allowed: listed.map(|listed| listed.split(',').map(str::to_owned).collect()),
            listed: listed.cloned().unwrap_or_default(),
        }
    }

    /// Rules that allow these profiles, by the names that annotations have for them.
    pub fn of_list(profiles: &[String]) -> Self {
        let listed = [(ALLOWED_PROFILES.to_owned(), profiles.join(","))];
        Self::of_annotations(&BTreeMap::from(listed))
    }
}

/// Judges one container.
pub(super) fn container(pod: &Pod, container: &Container<'_>, rules: &Rules) -> Option<Refusal> {
    let allowed = rules.allowed.as_ref()?;
    let (profile, path) = profile(pod, container);
    let key = format!("pod.metadata.annotations[{}]", key(container.name));
    if profile.is_empty() {
        let error = go::forbidden(key, "AppArmor profile must be set");
        let text = format!("must have an AppArmor profile: allowed is {}", rules.listed);
        let refusal = Refusal::of_container(RULE, error, container, path.clone(), &text);
        let default = field_of(&rules.default).filter(|_| allowed.contains(&rules.default));
        return Some(match default {
            Some(value) => refusal.mended_by(path, value),
            None => refusal,
        });
    }
    if allowed.contains(&profile) {
        return None;
    }
    let listed = go_quote(&rules.listed);
    let error = go::forbidden(key, &format!("{profile} is not an allowed profile. Allowed values: {listed}"));
    let text = format!("must not have the AppArmor profile {profile}: allowed is {}", rules.listed);
    Some(Refusal::of_container(RULE, error, container, path, &text))
}

/// The key and value of the annotation that a container of this name gets, if it must get one.
pub(super) fn generate(pod: &Pod, container: &Container<'_>, rules: &Rules) -> Option<(String, String)> {
    let is_set = !profile(pod, container).0.is_empty();
    (!is_set && !rules.default.is_empty()).then(|| (key(container.name), rules.default.clone()))
}

fn key(container: &str) -> String {
    format!("{OF_CONTAINER}{container}")
}

/// The profile of a container, and where it stands.
fn profile(pod: &Pod, container: &Container<'_>) -> (String, FieldPath) {
    let key = key(container.name);
    if let Some(annotation) = pod.annotations.get(&key).filter(|profile| !profile.is_empty()) {
        return (annotation.clone(), FieldPath::of("metadata.annotations").field(key));
    }
    let own = container.security_path("appArmorProfile");
    if let Some(field) = container.security_context.and_then(|context| context.app_armor_profile.as_ref()) {
        return (annotation_of(field), own);
    }
    match pod.security_context().and_then(|context| context.app_armor_profile.as_ref()) {
        Some(field) => (annotation_of(field), FieldPath::of("spec.securityContext.appArmorProfile")),
        None => (String::new(), own),
    }
}

/// The name that annotations have for a profile.
fn annotation_of(profile: &AppArmorProfile) -> String {
    match (profile.type_.as_str(), &profile.localhost_profile) {
        ("Unconfined", _) => "unconfined".to_owned(),
        ("RuntimeDefault", _) => "runtime/default".to_owned(),
        ("Localhost", Some(name)) => format!("localhost/{name}"),
        _ => String::new(),
    }
}

/// The field that means the same as an annotation.
fn field_of(profile: &str) -> Option<Value> {
    match profile {
        "unconfined" => Some(json!({"type": "Unconfined"})),
        "runtime/default" => Some(json!({"type": "RuntimeDefault"})),
        _ => {
            let name = profile.strip_prefix("localhost/").filter(|name| !name.is_empty())?;
            Some(json!({"type": "Localhost", "localhostProfile": name}))
        }
    }
}
