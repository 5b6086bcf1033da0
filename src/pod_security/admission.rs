//! Who is judged by what, and what the API server answers: the levels that a namespace's labels and the configuration
//! give, exemptions, and the texts of responses.
//!
//! Plain data in, plain data out. Source: k8s.io/pod-security-admission v0.37, `admission/admission.go` and
//! `api/helpers.go`.

pub mod configuration;
mod labels;
mod policy;
mod response;

pub use labels::{LABELS, LabelError, Labels, PREFIX};
pub use policy::{LevelVersion, Policy};
pub use response::{Answer, Gate, Request, detail};

use std::collections::BTreeMap;

use super::go_quote;

/// What a PodSecurityConfiguration says. Without one, everything is privileged and nobody exempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// What holds where a namespace has no label.
    pub defaults: Policy,
    /// Who is not judged.
    pub exemptions: Exemptions,
}

/// Who is not judged. Names match exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exemptions {
    /// Who creates something.
    pub usernames: Vec<String>,
    /// Where it is created.
    pub namespaces: Vec<String>,
    /// The runtime class of the pod.
    pub runtime_classes: Vec<String>,
}

impl Exemptions {
    /// Whether everybody is judged.
    pub fn is_empty(&self) -> bool {
        self.usernames.is_empty() && self.namespaces.is_empty() && self.runtime_classes.is_empty()
    }
}

/// Why something is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// Its namespace is exempt.
    Namespace,
    /// Who creates it is exempt.
    User,
    /// The pod's runtime class is exempt.
    RuntimeClass,
}

impl Exemption {
    /// The word of the audit annotation.
    pub fn as_str(self) -> &'static str {
        match self {
            Exemption::Namespace => "namespace",
            Exemption::User => "user",
            Exemption::RuntimeClass => "runtimeClass",
        }
    }
}

/// How the objects of one namespace are judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judging {
    /// The level and version of each mode. Always valid, whatever the labels hold.
    pub policy: Policy,
    /// What is wrong with the labels, in upstream's order.
    pub errors: Vec<LabelError>,
}

impl Judging {
    /// What follows from a namespace's Pod Security labels and the configured defaults.
    pub fn new(labels: &Labels, defaults: &Policy) -> Self {
        labels::policy_to_evaluate(labels, defaults)
    }

    /// All errors in one text, as Go joins them: a single one stands without brackets.
    fn error(&self) -> Option<String> {
        let errors: Vec<String> = self.errors.iter().map(ToString::to_string).collect();
        match errors.as_slice() {
            [] => None,
            [error] => Some(error.clone()),
            errors => Some(format!("[{}]", errors.join(", "))),
        }
    }
}

/// What the API server answers to the creation of a Namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceAnswer {
    /// Whether it is accepted.
    pub allowed: bool,
    /// Why not; "" if it is.
    pub message: String,
    /// What its creator is warned of.
    pub warnings: Vec<String>,
}

/// Judges the creation of a Namespace: bad labels are refused whoever asks, an exempt Namespace is told that its labels
/// mean nothing.
///
/// Source: `ValidateNamespace`.
pub fn validate_namespace(name: &str, labels: &Labels, configuration: &Configuration) -> NamespaceAnswer {
    let judging = Judging::new(labels, &configuration.defaults);
    if let Some(error) = judging.error() {
        let message = format!("Namespace {} is invalid: {error}", go_quote(name));
        return NamespaceAnswer { allowed: false, message, warnings: Vec::new() };
    }
    let is_exempt = configuration.exempts_namespace(name);
    let warning = is_exempt.then(|| exempt_warning(name, &judging.policy, labels, &configuration.defaults)).flatten();
    NamespaceAnswer { allowed: true, message: String::new(), warnings: warning.into_iter().collect() }
}

/// Source: `exemptNamespaceWarning`.
fn exempt_warning(name: &str, policy: &Policy, labels: &Labels, defaults: &Policy) -> Option<String> {
    if policy.is_privileged() || policy.is_equivalent(defaults) {
        return None;
    }
    let own = [("enforce", policy.enforce), ("audit", policy.audit), ("warn", policy.warn)];
    let own = own
        .into_iter()
        .filter(|(mode, standard)| standard.level != super::Level::Privileged && labels.says_anything_of(mode));
    let own: Vec<String> = own.map(|(mode, standard)| format!("{mode}={standard}")).collect();
    Some(format!(
        "namespace {} is exempt from Pod Security, and the policy ({}) will be ignored",
        go_quote(name),
        own.join(", ")
    ))
}

impl Configuration {
    /// Whether nothing in this namespace is judged.
    pub fn exempts_namespace(&self, namespace: &str) -> bool {
        !namespace.is_empty() && self.exemptions.namespaces.iter().any(|name| name == namespace)
    }

    fn exempts_user(&self, user: &str) -> bool {
        !user.is_empty() && self.exemptions.usernames.iter().any(|name| name == user)
    }

    fn exempts_runtime_class(&self, class: Option<&str>) -> bool {
        class.is_some_and(|class| !class.is_empty() && self.exemptions.runtime_classes.iter().any(|name| name == class))
    }
}

/// The account by which the pods of an object are created; `None` for a Pod, which its user creates, and for kinds that
/// the API server does not know.
///
/// Deployments make ReplicaSets and CronJobs Jobs, whose controllers make the pods. A PodTemplate makes none by itself:
/// the pod that one would make is judged for nobody in particular.
pub fn pods_user(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ReplicationController" => "system:serviceaccount:kube-system:replication-controller",
        "ReplicaSet" | "Deployment" => "system:serviceaccount:kube-system:replicaset-controller",
        "StatefulSet" => "system:serviceaccount:kube-system:statefulset-controller",
        "DaemonSet" => "system:serviceaccount:kube-system:daemon-set-controller",
        "Job" | "CronJob" => "system:serviceaccount:kube-system:job-controller",
        "PodTemplate" => "",
        _ => return None,
    })
}

/// The annotations of the audit log, without their prefix.
pub type AuditAnnotations = BTreeMap<&'static str, String>;

#[cfg(test)]
mod tests;
