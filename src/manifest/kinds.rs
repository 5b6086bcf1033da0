//! The kinds of Kubernetes' own API groups, so that one in a wrong group is told apart from a custom resource.
//!
//! Source: the `register.go` files of k8s.io/api (v0.37 and, for groups that are gone, v0.15), and of apiextensions and
//! kube-aggregator.

use super::object::Object;

/// `(group, the apiVersion to write, kinds)`
const KINDS: &[(&str, &str, &[&str])] = &[
    (
        "",
        "v1",
        &[
            "Binding",
            "ComponentStatus",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "List",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
    ),
    ("apps", "apps/v1", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "Scale", "StatefulSet"]),
    ("batch", "batch/v1", &["CronJob", "Job", "JobTemplate"]),
    ("autoscaling", "autoscaling/v2", &["HorizontalPodAutoscaler", "Scale"]),
    ("policy", "policy/v1", &["Eviction", "PodDisruptionBudget", "PodSecurityPolicy"]),
    (
        "networking.k8s.io",
        "networking.k8s.io/v1",
        &["IPAddress", "Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR"],
    ),
    (
        "rbac.authorization.k8s.io",
        "rbac.authorization.k8s.io/v1",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    (
        "storage.k8s.io",
        "storage.k8s.io/v1",
        &["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    ("scheduling.k8s.io", "scheduling.k8s.io/v1", &["PriorityClass"]),
    ("node.k8s.io", "node.k8s.io/v1", &["RuntimeClass"]),
    ("coordination.k8s.io", "coordination.k8s.io/v1", &["Lease"]),
    ("discovery.k8s.io", "discovery.k8s.io/v1", &["EndpointSlice"]),
    ("events.k8s.io", "events.k8s.io/v1", &["Event"]),
    ("apiextensions.k8s.io", "apiextensions.k8s.io/v1", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", "apiregistration.k8s.io/v1", &["APIService"]),
    ("certificates.k8s.io", "certificates.k8s.io/v1", &["CertificateSigningRequest"]),
    (
        "admissionregistration.k8s.io",
        "admissionregistration.k8s.io/v1",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("flowcontrol.apiserver.k8s.io", "flowcontrol.apiserver.k8s.io/v1", &["FlowSchema", "PriorityLevelConfiguration"]),
    (
        "resource.k8s.io",
        "resource.k8s.io/v1",
        &["DeviceClass", "DeviceTaintRule", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
    ),
    ("authentication.k8s.io", "authentication.k8s.io/v1", &["SelfSubjectReview", "TokenRequest", "TokenReview"]),
    (
        "authorization.k8s.io",
        "authorization.k8s.io/v1",
        &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
    ),
    // The last, since what it had has moved to the others.
    (
        "extensions",
        "extensions/v1beta1",
        &[
            "DaemonSet",
            "Deployment",
            "DeploymentRollback",
            "HorizontalPodAutoscaler",
            "Ingress",
            "Job",
            "NetworkPolicy",
            "PodSecurityPolicy",
            "ReplicaSet",
            "Scale",
            "ThirdPartyResource",
        ],
    ),
];

/// The groups of [`KINDS`] in which an object of another group's kind is surely misplaced: these hold nothing else, or
/// the name of the kind is Kubernetes' own.
fn is_own(group: &str) -> bool {
    // A custom resource needs a group with a dot.
    !group.contains('.') || KINDS.iter().any(|(own, ..)| *own == group)
}

/// The kinds of a group of Kubernetes' own.
pub fn of_group(group: &str) -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(move |(own, ..)| *own == group).flat_map(|(.., kinds)| kinds.iter().copied())
}

/// The apiVersion of a kind of Kubernetes' own.
pub fn api_version_of(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(.., kinds)| kinds.contains(&kind)).map(|(_, version, _)| *version)
}

/// The kind of Kubernetes' own that has this name in whatever casing, with its apiVersion.
pub fn in_any_casing(kind: &str) -> Option<(&'static str, &'static str)> {
    KINDS.iter().find_map(|(_, version, kinds)| {
        let same = kinds.iter().find(|known| known.eq_ignore_ascii_case(kind))?;
        Some((*version, *same))
    })
}

/// The apiVersion to write in a group of Kubernetes' own.
pub fn api_version_in(group: &str) -> Option<&'static str> {
    KINDS.iter().find(|(own, ..)| *own == group).map(|(_, version, _)| *version)
}

/// The apiVersion that an object needs whose kind stands in a group of Kubernetes that does not have it, but another
/// one does: `apps/v1 Service`.
pub fn right_group(object: &Object) -> Option<&'static str> {
    let group = object.group();
    let is_there = |(own, _, kinds): &(&str, &str, &[&str])| *own == group && kinds.contains(&object.kind.as_str());
    (is_own(group) && !KINDS.iter().any(is_there)).then(|| api_version_of(&object.kind)).flatten()
}

/// Whether an object is of a kind of Kubernetes' own, in any version of its group: kubectl knows its fields.
pub fn is_built_in(object: &Object) -> bool {
    let group = object.group();
    KINDS.iter().any(|(own, _, kinds)| *own == group && kinds.contains(&object.kind.as_str()))
}
