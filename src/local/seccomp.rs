//! Seccomp profiles.
//!
//! Restricted fields: `spec.securityContext.seccompProfile`, `spec.containers[*].securityContext.seccompProfile` (init
//! and ephemeral containers too), and the annotations from before Kubernetes 1.27.
//!
//! A container has the profile of its field, else of its annotation (also an empty one), else of the pod's field, else
//! of the pod's annotation. The pod level has that of a non-empty annotation, else of its field. Allowed: what is
//! listed; without a list no profile at all; `*` allows any. docker/default and runtime/default mean the same.
//! Source: `seccomp/strategy.go`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::SeccompProfile;
use serde_json::{Value, json};

use super::go;
use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/seccomp");

/// The annotation of a policy that names the profile to fill in.
pub(super) const DEFAULT_PROFILE: &str = "seccomp.security.alpha.kubernetes.io/defaultProfileName";
/// The annotation of a policy that lists the allowed profiles, separated by commas.
pub(super) const ALLOWED_PROFILES: &str = "seccomp.security.alpha.kubernetes.io/allowedProfileNames";
/// The annotation of a pod that names its profile.
pub(super) const OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";

const RUNTIME_DEFAULT: &str = "runtime/default";
const DOCKER_DEFAULT: &str = "docker/default";

/// Which profiles a policy allows, and which it fills in.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// "" fills in none.
    pub default: String,
    allowed: BTreeSet<String>,
    allows_any: bool,
    /// The list as it was written, for messages.
    listed: String,
}

impl Rules {
    /// The rules of a policy's annotations.
    pub fn of_annotations(annotations: &BTreeMap<String, String>) -> Self {
        let default = annotations.get(DEFAULT_PROFILE).cloned().unwrap_or_default();
        let Some(listed) = annotations.get(ALLOWED_PROFILES) else { return Self { default, ..Self::default() } };
        let (any, named): (Vec<&str>, Vec<&str>) = listed.split(',').partition(|name| *name == "*");
        let mut allowed: BTreeSet<String> = named.into_iter().map(str::to_owned).collect();
        if allowed.contains(RUNTIME_DEFAULT) || allowed.contains(DOCKER_DEFAULT) {
            allowed.extend([RUNTIME_DEFAULT.to_owned(), DOCKER_DEFAULT.to_owned()]);
        }
        Self { default, allowed, allows_any: !any.is_empty(), listed: listed.clone() }
    }

    /// Rules that allow these profiles, by the names that annotations have for them.
    pub fn of_list(profiles: &[String]) -> Self {
        let listed = [(ALLOWED_PROFILES.to_owned(), profiles.join(","))];
        Self::of_annotations(&BTreeMap::from(listed))
    }

    /// What upstream says of a profile that it does not allow.
    fn refuse(&self, profile: &str) -> Option<String> {
        let is_unlisted = !self.allows_any && self.allowed.is_empty();
        if is_unlisted && !profile.is_empty() {
            return Some("seccomp may not be set".to_owned());
        }
        let is_allowed = self.allows_any || self.allowed.contains(profile) || is_unlisted;
        let listed = &self.listed;
        (!is_allowed).then(|| format!("{profile} is not an allowed seccomp profile. Valid values are {listed}"))
    }

    /// The same for people.
    fn text(&self, profile: &str) -> String {
        match (profile, self.listed.is_empty()) {
            ("", _) => format!("must have a seccomp profile: allowed is {}", self.listed),
            (profile, true) => format!("must not have a seccomp profile, and has {profile}"),
            (profile, false) => format!("must not have the seccomp profile {profile}: allowed is {}", self.listed),
        }
    }

    /// Adds what would fix a missing profile: the one that the policy filled in.
    fn fix(&self, refusal: Refusal, profile: &str) -> Refusal {
        let usable = profile.is_empty() && self.refuse(&self.default).is_none();
        match field_of(&self.default).filter(|_| usable) {
            Some(value) => refusal.mended_by(FieldPath::of("spec.securityContext.seccompProfile"), value),
            None => refusal,
        }
    }
}

/// Judges what the pod level says.
pub(super) fn pod(pod: &Pod, rules: &Rules) -> Option<Refusal> {
    let (profile, path) = profile_of_pod(pod);
    let detail = rules.refuse(&profile)?;
    let error = go::forbidden(format!("pod.metadata.annotations[{OF_POD}]"), &detail);
    let refusal = Refusal::of_pod(RULE, error, path, format!("pod {}", rules.text(&profile)));
    Some(rules.fix(refusal, &profile))
}

/// Judges one container.
pub(super) fn container(pod: &Pod, container: &Container<'_>, rules: &Rules) -> Option<Refusal> {
    let (profile, path) = profile_of_container(pod, container);
    let detail = rules.refuse(&profile)?;
    let error = go::forbidden(format!("pod.metadata.annotations[{OF_CONTAINER}{}]", container.name), &detail);
    let refusal = Refusal::of_container(RULE, error, container, path, &rules.text(&profile));
    Some(rules.fix(refusal, &profile))
}

/// The annotation that the pod gets, if it must get another than it has.
pub(super) fn generate(pod: &Pod, rules: &Rules) -> Option<String> {
    let annotation = pod.annotations.get(OF_POD).map(String::as_str).unwrap_or_default();
    if !annotation.is_empty() {
        return None;
    }
    let field = pod.security_context().and_then(|context| context.seccomp_profile.as_ref());
    Some(field.map_or_else(|| rules.default.clone(), annotation_of)).filter(|profile| !profile.is_empty())
}

/// The profile of the pod level, and where it stands.
fn profile_of_pod(pod: &Pod) -> (String, FieldPath) {
    if let Some(annotation) = pod.annotations.get(OF_POD).filter(|profile| !profile.is_empty()) {
        return (annotation.clone(), FieldPath::of("metadata.annotations").field(OF_POD));
    }
    let field = pod.security_context().and_then(|context| context.seccomp_profile.as_ref());
    (field.map(annotation_of).unwrap_or_default(), FieldPath::of("spec.securityContext.seccompProfile"))
}

/// The profile of a container, and where it stands.
fn profile_of_container(pod: &Pod, container: &Container<'_>) -> (String, FieldPath) {
    let own = container.security_path("seccompProfile");
    if let Some(field) = container.security_context.and_then(|context| context.seccomp_profile.as_ref()) {
        return (annotation_of(field), own);
    }
    let annotations = FieldPath::of("metadata.annotations");
    let key = format!("{OF_CONTAINER}{}", container.name);
    if let Some(annotation) = pod.annotations.get(&key) {
        return (annotation.clone(), annotations.field(key));
    }
    if let Some(field) = pod.security_context().and_then(|context| context.seccomp_profile.as_ref()) {
        return (annotation_of(field), FieldPath::of("spec.securityContext.seccompProfile"));
    }
    match pod.annotations.get(OF_POD) {
        Some(annotation) => (annotation.clone(), annotations.field(OF_POD)),
        None => (String::new(), own),
    }
}

/// The name that annotations have for a profile; "" for what they cannot say.
///
/// Source: `SeccompAnnotationForField` in `pkg/api/pod/util.go`.
fn annotation_of(profile: &SeccompProfile) -> String {
    match (profile.type_.as_str(), &profile.localhost_profile) {
        ("Unconfined", _) => "unconfined".to_owned(),
        ("RuntimeDefault", _) => RUNTIME_DEFAULT.to_owned(),
        ("Localhost", Some(path)) => format!("localhost/{path}"),
        _ => String::new(),
    }
}

/// The field that means the same as an annotation.
fn field_of(profile: &str) -> Option<Value> {
    match profile {
        "unconfined" => Some(json!({"type": "Unconfined"})),
        RUNTIME_DEFAULT | DOCKER_DEFAULT => Some(json!({"type": "RuntimeDefault"})),
        _ => {
            let path = profile.strip_prefix("localhost/").filter(|path| !path.is_empty())?;
            Some(json!({"type": "Localhost", "localhostProfile": path}))
        }
    }
}
