//! Kinds whose objects are policies, schemas or reviews: what looks like a pod in one is a pattern, and no controller
//! makes pods of it.
//!
//! Their groups have other kinds too, such as the server of Kubewarden's policies, which is a workload: each kind is
//! named. What a group gains later is looked into as any custom resource is.

use super::object::{self, Object};

/// The policies of Kyverno, Gatekeeper, Kubewarden and Open Cluster Management with what belongs to them alone:
/// exceptions, bindings, definitions, and records of requests. No kind at all means every kind of the group.
///
/// Source: `api/kyverno` and `api/policies.kyverno.io` of kyverno/kyverno and kyverno/api; the `apis` of
/// open-policy-agent/gatekeeper; `api/policies/v1` of kubewarden/kubewarden-controller; `api` of
/// open-cluster-management-io/governance-policy-propagator and config-policy-controller.
const GROUPS: &[(&str, &[&str])] = &[
    ("admissionregistration.k8s.io", &[]),
    ("cli.kyverno.io", &[]),
    ("config.gatekeeper.sh", &["Config"]),
    ("constraints.gatekeeper.sh", &[]),
    ("expansion.gatekeeper.sh", &["ExpansionTemplate"]),
    (
        "kyverno.io",
        &[
            "AdmissionReport",
            "BackgroundScanReport",
            "CleanupPolicy",
            "ClusterAdmissionReport",
            "ClusterBackgroundScanReport",
            "ClusterCleanupPolicy",
            "ClusterPolicy",
            "GenerateRequest",
            "GlobalContextEntry",
            "Policy",
            "PolicyException",
            "UpdateRequest",
        ],
    ),
    ("mutations.gatekeeper.sh", &["Assign", "AssignImage", "AssignMetadata", "ModifySet"]),
    (
        "policies.kubewarden.io",
        &["AdmissionPolicy", "AdmissionPolicyGroup", "ClusterAdmissionPolicy", "ClusterAdmissionPolicyGroup"],
    ),
    (
        "policies.kyverno.io",
        &[
            "DeletingPolicy",
            "GeneratingPolicy",
            "ImageValidatingPolicy",
            "MutatingPolicy",
            "NamespacedDeletingPolicy",
            "NamespacedGeneratingPolicy",
            "NamespacedImageValidatingPolicy",
            "NamespacedMutatingPolicy",
            "NamespacedValidatingPolicy",
            "PolicyException",
            "ValidatingPolicy",
        ],
    ),
    (
        "policy.open-cluster-management.io",
        &[
            "CertificatePolicy",
            "ConfigurationPolicy",
            "IamPolicy",
            "OperatorPolicy",
            "PlacementBinding",
            "Policy",
            "PolicyAutomation",
            "PolicySet",
        ],
    ),
    ("templates.gatekeeper.sh", &["ConstraintTemplate"]),
];

/// Kinds of policies, schemas and reviews that are told by their name alone: those of Kubernetes, OpenShift, Rancher and
/// Crossplane.
const KINDS: [&str; 6] = [
    "CustomResourceDefinition",
    "CompositeResourceDefinition",
    "AdmissionReview",
    "PodSecurityPolicy",
    "PodSecurityPolicyTemplate",
    "SecurityContextConstraints",
];

/// Whether an object is a policy, a schema or a review: what looks like a pod in it is a pattern.
pub fn is_policy(object: &Object) -> bool {
    KINDS.contains(&object.kind.as_str()) || is_of_system(&object.api_version, &object.kind)
}

/// Whether a type is one of a system of policies: what is written in its objects are patterns.
pub fn is_of_system(api_version: &str, kind: &str) -> bool {
    let kinds = kinds_of(object::group(api_version));
    kinds.is_some_and(|kinds| kinds.is_empty() || kinds.contains(&kind))
}

/// The kinds of policies in a group.
pub fn of_group(group: &str) -> &'static [&'static str] {
    kinds_of(group).unwrap_or_default()
}

fn kinds_of(group: &str) -> Option<&'static [&'static str]> {
    GROUPS.iter().find(|(known, _)| *known == group).map(|(_, kinds)| *kinds)
}
