//! PodSecurityPolicy as the policy: which pods its policies admit, after what they fill in and as written.
//!
//! Source: `pkg/security/podsecuritypolicy`, `plugin/pkg/admission/security/podsecuritypolicy` of Kubernetes 1.24.17.

mod field_error;
mod mutation;
pub mod rights;
mod sysctl_lists;
pub mod traps;
mod types;
mod validation;
mod verdict;

use std::sync::Arc;

use k8s_openapi::api::core::v1::SELinuxOptions;

use super::pod::Pod;
use super::refusal::{Change, Refusal};
use super::{app_armor, capabilities, seccomp};
use crate::finding::{PolicyEngine, PolicyRef};
use crate::problem::Spot;
use crate::yaml::path::FieldPath;
pub use field_error::FieldError;
pub use rights::Rights;
pub use types::PodSecurityPolicy;

/// How the policies are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PspMode {
    /// As the old cluster read them: a policy fills in what a pod leaves open, then judges.
    Admission,
    /// As they hold today, when nothing fills in anything: what they filled in must stand in the manifest.
    #[default]
    Manifest,
}

/// A policy, and whether it counts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name, and where it stands.
    pub reference: Arc<PolicyRef>,
    /// The errors with which the API server refuses it.
    pub invalid: Vec<FieldError>,
    /// Why admission passes over it although it is stored.
    pub unusable: Option<FieldError>,
    provider: Option<Box<Provider>>,
}

impl Policy {
    /// Looks at a policy as the API server does that stores it, and admission that uses it. `spot` is where it stands.
    pub fn new(policy: PodSecurityPolicy, spot: &Spot) -> Self {
        let reference = Arc::new(spot.policy(PolicyEngine::PodSecurityPolicy, policy.name()));
        let invalid = validation::validate(&policy);
        let unusable = if invalid.is_empty() { unusable(&policy) } else { None };
        let provider = (invalid.is_empty() && unusable.is_none()).then(|| Box::new(Provider::new(policy)));
        Self { reference, invalid, unusable, provider }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.reference.name
    }

    /// Whether admission would use it.
    pub fn is_usable(&self) -> bool {
        self.provider.is_some()
    }
}

/// Why no strategies can be made of a valid policy.
///
/// Source: `CreateStrategies` in `factory.go`, and the strategies' constructors.
fn unusable(policy: &PodSecurityPolicy) -> Option<FieldError> {
    let spec = &policy.spec;
    let mut errors: Vec<(&'static str, &str)> = Vec::new();
    if spec.run_as_user.rule == "MustRunAs" && spec.run_as_user.ranges().is_empty() {
        errors.push(("spec.runAsUser", "MustRunAs requires at least one range"));
    }
    if spec.se_linux.rule == "MustRunAs" && spec.se_linux.se_linux_options.is_none() {
        errors.push(("spec.seLinux", "MustRunAs requires SELinuxOptions"));
    }
    for (path, group) in [("spec.fsGroup", &spec.fs_group), ("spec.supplementalGroups", &spec.supplemental_groups)] {
        match group.rule.as_str() {
            "MustRunAs" if group.ranges().is_empty() => errors.push((path, "ranges must be supplied for MustRunAs")),
            "MayRunAs" if group.ranges().is_empty() => errors.push((path, "ranges must be supplied for MayRunAs")),
            _ => {}
        }
    }
    aggregate(&errors)
}

/// Several errors as one, about the field of the first: each message once, in brackets if there are several.
///
/// Source: `aggregate.Error` in `k8s.io/apimachinery/pkg/util/errors`.
fn aggregate(errors: &[(&'static str, &str)]) -> Option<FieldError> {
    let (field, _) = errors.first()?;
    let mut distinct: Vec<&str> = Vec::new();
    for (_, error) in errors {
        if !distinct.contains(error) {
            distinct.push(error);
        }
    }
    let text = match distinct.as_slice() {
        [only] => (*only).to_owned(),
        several => format!("[{}]", several.join(", ")),
    };
    Some(FieldError { field: FieldPath::of(field), text })
}

/// A policy that can judge.
#[derive(Clone, Debug)]
struct Provider {
    policy: PodSecurityPolicy,
    seccomp: seccomp::Rules,
    app_armor: app_armor::Rules,
}

impl Provider {
    fn new(policy: PodSecurityPolicy) -> Self {
        let annotations = policy.metadata.annotations.clone().unwrap_or_default();
        Self {
            policy,
            seccomp: seccomp::Rules::of_annotations(&annotations),
            app_armor: app_armor::Rules::of_annotations(&annotations),
        }
    }

    /// The options that pods and containers must have.
    fn se_linux(&self) -> Option<&SELinuxOptions> {
        let se_linux = &self.policy.spec.se_linux;
        se_linux.se_linux_options.as_ref().filter(|_| se_linux.rule == "MustRunAs")
    }

    fn capabilities(&self) -> capabilities::Rules<'_> {
        let spec = &self.policy.spec;
        capabilities::Rules {
            default_add: spec.default_add_capabilities.as_deref().unwrap_or_default(),
            required_drop: spec.required_drop_capabilities.as_deref().unwrap_or_default(),
            allowed: spec.allowed_capabilities.as_deref().unwrap_or_default(),
        }
    }
}

/// What one policy says of a pod.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The policy.
    pub policy: Arc<PolicyRef>,
    /// What it fills in, sorted by path.
    pub mutated: Vec<Change>,
    /// Why it does not admit the pod even so.
    pub refusals: Vec<Refusal>,
    /// Why it does not admit the pod as written.
    pub refusals_unmutated: Vec<Refusal>,
}

impl Answer {
    /// The refusals that count in a mode.
    pub fn refusals(&self, mode: PspMode) -> &[Refusal] {
        match mode {
            PspMode::Admission => &self.refusals,
            PspMode::Manifest => &self.refusals_unmutated,
        }
    }
}

/// What each usable policy says of a pod, in the order of the policies.
pub(crate) fn judge<'p>(policies: impl IntoIterator<Item = &'p Policy>, pod: &Pod) -> Vec<Answer> {
    let answer = |policy: &Policy| {
        let provider = policy.provider.as_ref()?;
        let mut filled = pod.clone();
        let mutated = mutation::mutate(provider, &mut filled);
        Some(Answer {
            policy: Arc::clone(&policy.reference),
            refusals: verdict::validate(provider, &filled),
            refusals_unmutated: verdict::validate(provider, pod),
            mutated,
        })
    };
    policies.into_iter().filter_map(answer).collect()
}

/// The policy that admits a pod, by name in the order of bytes. In admission the first that changes nothing wins over
/// those that do.
///
/// Source: `computeSecurityContext` in `plugin/pkg/admission/security/podsecuritypolicy/admission.go`.
pub(crate) fn chosen<'a>(answers: &[&'a Answer], mode: PspMode) -> Option<&'a Answer> {
    let admitting = answers.iter().filter(|answer| answer.refusals(mode).is_empty());
    admitting
        .min_by_key(|answer| (mode == PspMode::Admission && !answer.mutated.is_empty(), &answer.policy.name))
        .copied()
}

/// The policy that comes closest to admitting a pod: that with the fewest refusals, of several the first by name.
pub(crate) fn closest<'a>(answers: &[&'a Answer], mode: PspMode) -> Option<&'a Answer> {
    answers.iter().min_by_key(|answer| (answer.refusals(mode).len(), &answer.policy.name)).copied()
}

/// What admission answers where no policy is usable at all. `pod` is the name of the pod, or the beginning of it that its
/// controller gives.
pub(crate) fn no_providers(pod: &str) -> String {
    forbidden(pod, "no providers available to validate pod request")
}

/// What admission answers where none of the policies that somebody may use admits a pod: all that they have against it,
/// by their names. Upstream's order of policies is chance.
pub(crate) fn unable_to_admit(pod: &str, answers: &[&Answer]) -> String {
    let mut answers = answers.to_vec();
    answers.sort_by_key(|answer| &answer.policy.name);
    let errors = answers.iter().flat_map(|answer| &answer.refusals).map(|refusal| refusal.error.as_str());
    forbidden(pod, &format!("unable to admit pod: [{}]", errors.collect::<Vec<_>>().join(" ")))
}

fn forbidden(pod: &str, why: &str) -> String {
    format!("pods {} is forbidden: PodSecurityPolicy: {why}", crate::pod_security::go_quote(pod))
}
