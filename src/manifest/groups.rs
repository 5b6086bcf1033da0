//! The versions of Kubernetes' own API groups, and those of their kinds that nobody writes by mistake for another.
//!
//! Source: the `register.go` files of k8s.io/api from v0.15 to v0.37, of apimachinery, apiextensions and kube-aggregator;
//! for what is older, the API of Kubernetes 1.0 to 1.8.

use super::kinds;
use super::object::Object;
use super::suggest::nearest;

/// What a group is, besides what the table of kinds says of it.
struct Group {
    name: &'static str,
    /// Every version that it has or ever had, the newest first.
    versions: &'static [&'static str],
    /// Kinds that are old, young, or no objects that are stored.
    further: &'static [&'static str],
}

const fn group(name: &'static str, versions: &'static [&'static str], further: &'static [&'static str]) -> Group {
    Group { name, versions, further }
}

const GROUPS: &[Group] = &[
    group("", &["v1", "v1beta3", "v1beta2", "v1beta1"], CORE),
    group("admissionregistration.k8s.io", BETA, &["ExternalAdmissionHookConfiguration", "InitializerConfiguration"]),
    group("apidiscovery.k8s.io", &["v2", "v2beta1"], &["APIGroupDiscovery"]),
    group("apiextensions.k8s.io", BETA, &["ConversionReview"]),
    group("apiregistration.k8s.io", BETA, &[]),
    group("apps", &["v1", "v1beta2", "v1beta1"], &["DeploymentRollback", "PetSet"]),
    group("auditregistration.k8s.io", &["v1alpha1"], &["AuditSink"]),
    group("authentication.k8s.io", BETA, &[]),
    group("authorization.k8s.io", BETA, &[]),
    group("autoscaling", &["v2", "v1", "v2beta2", "v2beta1", "v2alpha1"], &[]),
    group("batch", &["v1", "v1beta1", "v2alpha1"], &["ScheduledJob"]),
    group("certificates.k8s.io", BETA, &["ClusterTrustBundle", "PodCertificateRequest"]),
    group("coordination.k8s.io", &["v1", "v1beta1", "v1alpha2", "v1alpha1"], &["LeaseCandidate"]),
    group("discovery.k8s.io", BETA, &[]),
    group("events.k8s.io", BETA, &[]),
    group("extensions", &["v1beta1"], &["ReplicationControllerDummy", "ThirdPartyResourceData"]),
    group("flowcontrol.apiserver.k8s.io", &["v1", "v1beta3", "v1beta2", "v1beta1", "v1alpha1"], &[]),
    group("imagepolicy.k8s.io", &["v1alpha1"], &["ImageReview"]),
    group("internal.apiserver.k8s.io", &["v1alpha1"], &["StorageVersion"]),
    group("lifecycle.k8s.io", &["v1alpha1"], &["Eviction", "EvictionRequest"]),
    group("networking.k8s.io", BETA, &["ClusterCIDR"]),
    group("node.k8s.io", BETA, &[]),
    group("policy", BETA, &[]),
    group("rbac.authorization.k8s.io", BETA, &[]),
    group(
        "resource.k8s.io",
        &["v1", "v1beta2", "v1beta1", "v1alpha3", "v1alpha2", "v1alpha1"],
        &[
            "PodScheduling",
            "PodSchedulingContext",
            "ResourceClaimParameters",
            "ResourceClass",
            "ResourceClassParameters",
            "ResourcePoolStatusRequest",
        ],
    ),
    group(
        "scheduling.k8s.io",
        &["v1", "v1beta1", "v1alpha3", "v1alpha2", "v1alpha1"],
        &["CompositePodGroup", "PodGroup", "Workload"],
    ),
    group("settings.k8s.io", &["v1alpha1"], &["PodPreset"]),
    group("storage.k8s.io", BETA, &[]),
    group("storagemigration.k8s.io", BETA, &["StorageVersionMigration"]),
];

/// The versions of most groups.
const BETA: &[&str] = &["v1", "v1beta1", "v1alpha1"];

/// Further kinds of the core group, and those that OpenShift 3 had there, with the files of its parts.
const CORE: &[&str] = &[
    "APIGroup",
    "APIResource",
    "APIVersions",
    "Minion",
    "NodeProxyOptions",
    "PodAttachOptions",
    "PodExecOptions",
    "PodLogOptions",
    "PodPortForwardOptions",
    "PodProxyOptions",
    "PodStatusResult",
    "RangeAllocation",
    "SerializedReference",
    "ServiceProxyOptions",
    "Status",
    "DeleteOptions",
    "WatchEvent",
    "AppliedClusterResourceQuota",
    "Build",
    "BuildConfig",
    "BuildLog",
    "BuildRequest",
    "ClusterNetwork",
    "ClusterPolicy",
    "ClusterPolicyBinding",
    "ClusterResourceQuota",
    "ClusterRole",
    "ClusterRoleBinding",
    "Config",
    "DeploymentConfig",
    "DeploymentConfigRollback",
    "DeploymentRequest",
    "EgressNetworkPolicy",
    "Group",
    "HostSubnet",
    "Identity",
    "Image",
    "ImageSignature",
    "ImageStream",
    "ImageStreamImage",
    "ImageStreamImport",
    "ImageStreamMapping",
    "ImageStreamTag",
    "LocalResourceAccessReview",
    "LocalSubjectAccessReview",
    "MasterConfig",
    "NetNamespace",
    "NodeConfig",
    "OAuthAccessToken",
    "OAuthAuthorizeToken",
    "OAuthClient",
    "OAuthClientAuthorization",
    "PodSecurityPolicyReview",
    "PodSecurityPolicySelfSubjectReview",
    "PodSecurityPolicySubjectReview",
    "Policy",
    "PolicyBinding",
    "ProcessedTemplate",
    "Project",
    "ProjectRequest",
    "ResourceAccessReview",
    "Role",
    "RoleBinding",
    "RoleBindingRestriction",
    "Route",
    "SecurityContextConstraints",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
    "SubjectRulesReview",
    "Template",
    "TemplateInstance",
    "User",
    "UserIdentityMapping",
];

fn of(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// Whether a group is Kubernetes' own: it holds no custom resources.
pub fn is_own(name: &str) -> bool {
    of(name).is_some()
}

/// Whether a group of Kubernetes' own has a kind, in whatever version, or the list of one.
pub fn has_kind(name: &str, kind: &str) -> bool {
    let has = |kind: &str| {
        kinds::of_group(name).any(|known| known == kind) || of(name).is_some_and(|group| group.further.contains(&kind))
    };
    has(kind) || kind.strip_suffix("List").is_some_and(has)
}

/// Whether an object is of a version that its group, one of Kubernetes' own, never had for more than such further kinds.
pub fn is_of_no_version(object: &Object) -> bool {
    of(object.group()).is_some_and(|group| {
        !group.versions.contains(&object.version()) && !group.further.contains(&object.kind.as_str())
    })
}

/// The apiVersion of the kind of an object that stands in a group that is nobody's: `rbac.k8s.io/v1 Role`, with a part
/// left out, or a slip of the name of the right one.
///
/// A group of one name below `k8s.io` is for Kubernetes alone, and none of those that there are has such a kind.
pub fn meant_group(object: &Object) -> Option<&'static str> {
    let group = object.group();
    if !group.contains('.') || is_own(group) {
        return None;
    }
    let meant = kinds::api_version_of(&object.kind)?;
    let is_reserved = group.strip_suffix(".k8s.io").is_some_and(|name| !name.contains('.') && name != "audit");
    let name = meant.split_once('/').map_or("", |(name, _)| name);
    (is_reserved || name.contains('.') && nearest(group, [name]).is_some()).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_with_kinds_has_versions() {
        for kind in
            ["Pod", "Deployment", "Job", "Ingress", "Role", "Lease", "EndpointSlice", "FlowSchema", "TokenReview"]
        {
            let version = kinds::api_version_of(kind).unwrap();
            let (name, version) = version.split_once('/').unwrap_or(("", version));
            assert!(of(name).is_some_and(|group| group.versions.contains(&version)), "{kind}");
        }
    }
}
