//! Kinds, and the resources that rules name.
//!
//! What Kubernetes 1.37 serves with its default settings.

use std::fmt;

/// A group, a version and a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupVersionKind {
    /// Empty for the core group.
    pub group: String,
    /// `v1`
    pub version: String,
    /// `Deployment`
    pub kind: String,
}

impl GroupVersionKind {
    /// From `apiVersion` and `kind`.
    pub fn new(api_version: &str, kind: &str) -> GroupVersionKind {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        GroupVersionKind { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() }
    }

    /// `apps/v1`, `v1`
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// As Kubernetes writes it in errors: `g/v1, Kind=K`.
impl fmt::Display for GroupVersionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// A kind with the resource that serves it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// The kind.
    pub kind: GroupVersionKind,
    /// `deployments`
    pub plural: String,
    /// Do its objects live in namespaces?
    pub namespaced: bool,
}

impl Resource {
    /// A built-in kind, or nothing if 1.37 does not serve it.
    pub fn built_in(kind: &GroupVersionKind) -> Option<Resource> {
        let found = BUILT_IN
            .iter()
            .find(|(group, version, kinds)| *group == kind.group && *version == kind.version && has(kinds, &kind.kind));
        let (_, _, kinds) = found?;
        let namespaced = kinds.split(' ').any(|known| known == kind.kind);
        Some(Resource { kind: kind.clone(), plural: plural(&kind.kind), namespaced })
    }

    /// A custom kind that nothing is known about: the plural is guessed, and it is taken as namespaced.
    pub fn unknown(kind: &GroupVersionKind) -> Resource {
        Resource { kind: kind.clone(), plural: plural(&kind.kind), namespaced: true }
    }

    /// Is it the core group's Namespace?
    pub fn is_namespace(&self) -> bool {
        self.kind.group.is_empty() && self.kind.kind == "Namespace"
    }

    /// As denials name it: `pods`, `deployments.apps`.
    pub fn name_in_errors(&self) -> String {
        if self.kind.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.kind.group) }
    }
}

/// Is the kind one of the API's own, in any version? Those are Go structs in the server, others are JSON.
pub fn is_built_in(kind: &GroupVersionKind) -> bool {
    BUILT_IN.iter().any(|(group, _, kinds)| *group == kind.group && has(kinds, &kind.kind))
}

/// The other versions in which the server serves the same built-in kind.
pub(crate) fn other_versions(kind: &GroupVersionKind) -> Vec<GroupVersionKind> {
    let same = |group: &str, version: &str| GroupVersionKind {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.kind.clone(),
    };
    match (kind.group.as_str(), kind.version.as_str(), kind.kind.as_str()) {
        ("autoscaling", "v1", "HorizontalPodAutoscaler") => vec![same("autoscaling", "v2")],
        ("autoscaling", "v2", "HorizontalPodAutoscaler") => vec![same("autoscaling", "v1")],
        ("", "v1", "Event") => vec![same("events.k8s.io", "v1")],
        ("events.k8s.io", "v1", "Event") => vec![same("", "v1")],
        _ => Vec::new(),
    }
}

/// The resource of a kind, as the server's own names go: lower case, in the plural.
pub fn plural(kind: &str) -> String {
    let singular = kind.to_lowercase();
    match singular.as_str() {
        "endpoints" => singular,
        "networkpolicy" | "csistoragecapacity" | "mutatingadmissionpolicy" | "validatingadmissionpolicy" => {
            format!("{}ies", &singular[..singular.len() - 1])
        }
        "ingress"
        | "ingressclass"
        | "ipaddress"
        | "storageclass"
        | "volumeattributesclass"
        | "priorityclass"
        | "runtimeclass"
        | "deviceclass" => format!("{singular}es"),
        _ => format!("{singular}s"),
    }
}

fn has(kinds: &str, kind: &str) -> bool {
    kinds.split(' ').any(|known| known.strip_prefix('!').unwrap_or(known) == kind)
}

/// Groups, versions and kinds; those with a `!` are cluster-scoped.
const BUILT_IN: &[(&str, &str, &str)] = &[
    (
        "",
        "v1",
        "Binding !ComponentStatus ConfigMap Endpoints Event LimitRange !Namespace !Node !PersistentVolume \
         PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
    ),
    ("apps", "v1", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet"),
    ("batch", "v1", "CronJob Job"),
    ("autoscaling", "v1", "HorizontalPodAutoscaler"),
    ("autoscaling", "v2", "HorizontalPodAutoscaler"),
    ("policy", "v1", "PodDisruptionBudget"),
    ("networking.k8s.io", "v1", "Ingress !IngressClass !IPAddress NetworkPolicy !ServiceCIDR"),
    ("rbac.authorization.k8s.io", "v1", "!ClusterRole !ClusterRoleBinding Role RoleBinding"),
    (
        "storage.k8s.io",
        "v1",
        "!CSIDriver !CSINode CSIStorageCapacity !StorageClass !VolumeAttachment !VolumeAttributesClass",
    ),
    ("scheduling.k8s.io", "v1", "!PriorityClass"),
    ("node.k8s.io", "v1", "!RuntimeClass"),
    ("coordination.k8s.io", "v1", "Lease"),
    ("discovery.k8s.io", "v1", "EndpointSlice"),
    ("events.k8s.io", "v1", "Event"),
    ("apiextensions.k8s.io", "v1", "!CustomResourceDefinition"),
    ("apiregistration.k8s.io", "v1", "!APIService"),
    ("certificates.k8s.io", "v1", "!CertificateSigningRequest !ClusterTrustBundle"),
    ("certificates.k8s.io", "v1beta1", "!ClusterTrustBundle"),
    ("flowcontrol.apiserver.k8s.io", "v1", "!FlowSchema !PriorityLevelConfiguration"),
    ("resource.k8s.io", "v1", "!DeviceClass !DeviceTaintRule ResourceClaim ResourceClaimTemplate !ResourceSlice"),
    ("storagemigration.k8s.io", "v1", "!StorageVersionMigration"),
    ("authentication.k8s.io", "v1", "!SelfSubjectReview !TokenReview"),
    (
        "authorization.k8s.io",
        "v1",
        "LocalSubjectAccessReview !SelfSubjectAccessReview !SelfSubjectRulesReview !SubjectAccessReview",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "!MutatingAdmissionPolicy !MutatingAdmissionPolicyBinding !MutatingWebhookConfiguration \
         !ValidatingAdmissionPolicy !ValidatingAdmissionPolicyBinding !ValidatingWebhookConfiguration",
    ),
];
