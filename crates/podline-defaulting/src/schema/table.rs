//! Written by `tools/schema` from the types of k8s.io/api v0.37.2: do not edit.

use super::{Defaults, Kind, OMIT, OMIT_POINTER, POINTER, Type, UNKEPT, VALUE, field};

/// The type of `metadata`.
pub const OBJECT_META: usize = 0;

/// A metric in an annotation of autoscaling/v1.
pub const METRIC_SPEC_V1: usize = 302;

/// `(apiVersion, kind, its type)`
pub const KINDS: &[(&str, &str, usize)] = &[
    ("v1", "ConfigMap", 3),
    ("v1", "LimitRange", 4),
    ("v1", "Namespace", 7),
    ("v1", "PersistentVolume", 11),
    ("v1", "PersistentVolumeClaim", 42),
    ("v1", "Pod", 54),
    ("v1", "PodTemplate", 165),
    ("v1", "ReplicationController", 167),
    ("v1", "ResourceQuota", 171),
    ("v1", "Secret", 176),
    ("v1", "Service", 177),
    ("v1", "ServiceAccount", 187),
    ("apps/v1", "DaemonSet", 188),
    ("apps/v1", "Deployment", 194),
    ("apps/v1", "ReplicaSet", 200),
    ("apps/v1", "StatefulSet", 204),
    ("autoscaling/v1", "HorizontalPodAutoscaler", 212),
    ("autoscaling/v2", "HorizontalPodAutoscaler", 216),
    ("batch/v1", "CronJob", 239),
    ("batch/v1", "Job", 260),
    ("networking.k8s.io/v1", "Ingress", 264),
    ("networking.k8s.io/v1", "IngressClass", 277),
    ("networking.k8s.io/v1", "NetworkPolicy", 280),
    ("policy/v1", "PodDisruptionBudget", 287),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", 290),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 293),
    ("rbac.authorization.k8s.io/v1", "Role", 296),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", 297),
    ("scheduling.k8s.io/v1", "PriorityClass", 298),
    ("storage.k8s.io/v1", "StorageClass", 299),
];

/// Further kinds, of which the fields alone are known.
pub const OTHERS: &[(&str, &str, usize)] = &[
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", 337),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding", 347),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", 350),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 355),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", 362),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", 364),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", 366),
    ("apiregistration.k8s.io/v1", "APIService", 381),
    ("apps/v1", "ControllerRevision", 386),
    ("authentication.k8s.io/v1", "TokenReview", 387),
    ("authorization.k8s.io/v1", "LocalSubjectAccessReview", 391),
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview", 399),
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview", 401),
    ("authorization.k8s.io/v1", "SubjectAccessReview", 406),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", 407),
    ("coordination.k8s.io/v1", "Lease", 411),
    ("discovery.k8s.io/v1", "EndpointSlice", 413),
    ("events.k8s.io/v1", "Event", 420),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", 422),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", 435),
    ("networking.k8s.io/v1", "IPAddress", 443),
    ("networking.k8s.io/v1", "ServiceCIDR", 446),
    ("node.k8s.io/v1", "RuntimeClass", 449),
    ("policy/v1", "Eviction", 452),
    ("resource.k8s.io/v1", "DeviceClass", 455),
    ("resource.k8s.io/v1", "ResourceClaim", 461),
    ("resource.k8s.io/v1", "ResourceClaimTemplate", 480),
    ("resource.k8s.io/v1", "ResourceSlice", 482),
    ("storage.k8s.io/v1", "CSIDriver", 497),
    ("storage.k8s.io/v1", "CSINode", 500),
    ("storage.k8s.io/v1", "CSIStorageCapacity", 507),
    ("storage.k8s.io/v1", "VolumeAttachment", 508),
    ("storage.k8s.io/v1", "VolumeAttributesClass", 513),
    ("v1", "Binding", 308),
    ("v1", "ComponentStatus", 309),
    ("v1", "Endpoints", 311),
    ("v1", "Event", 315),
    ("v1", "Node", 318),
];

/// Every type, its fields in the order of their names.
pub static TYPES: &[Type] = &[
    // 0: meta/v1.ObjectMeta
    Type {
        defaults: Defaults::None,
        names: &[
            "annotations",
            "creationTimestamp",
            "deletionGracePeriodSeconds",
            "deletionTimestamp",
            "finalizers",
            "generateName",
            "generation",
            "labels",
            "managedFields",
            "name",
            "namespace",
            "ownerReferences",
            "resourceVersion",
            "selfLink",
            "uid",
        ],
        fields: &[
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Time, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(2)), UNKEPT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(1)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 1: meta/v1.OwnerReference
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "blockOwnerDeletion", "controller", "kind", "name", "uid"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 2: meta/v1.ManagedFieldsEntry
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "fieldsType", "fieldsV1", "manager", "operation", "subresource", "time"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Any, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Time, OMIT_POINTER),
        ],
    },
    // 3: core/v1.ConfigMap
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "binaryData", "data", "immutable", "kind", "metadata"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Map(&Kind::Bytes), OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
        ],
    },
    // 4: core/v1.LimitRange
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(5), VALUE),
        ],
    },
    // 5: core/v1.LimitRangeSpec
    Type { defaults: Defaults::None, names: &["limits"], fields: &[field(Kind::List(&Kind::Struct(6)), VALUE)] },
    // 6: core/v1.LimitRangeItem
    Type {
        defaults: Defaults::LimitRangeItem,
        names: &["default", "defaultRequest", "max", "maxLimitRequestRatio", "min", "type"],
        fields: &[
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 7: core/v1.Namespace
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(8), VALUE),
            field(Kind::Struct(9), VALUE),
        ],
    },
    // 8: core/v1.NamespaceSpec
    Type { defaults: Defaults::None, names: &["finalizers"], fields: &[field(Kind::List(&Kind::String), OMIT)] },
    // 9: core/v1.NamespaceStatus
    Type {
        defaults: Defaults::None,
        names: &["conditions", "phase"],
        fields: &[field(Kind::List(&Kind::Struct(10)), OMIT), field(Kind::String, OMIT)],
    },
    // 10: core/v1.NamespaceCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 11: core/v1.PersistentVolume
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(12), VALUE),
            field(Kind::Struct(41), VALUE),
        ],
    },
    // 12: core/v1.PersistentVolumeSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "accessModes",
            "awsElasticBlockStore",
            "azureDisk",
            "azureFile",
            "capacity",
            "cephfs",
            "cinder",
            "claimRef",
            "csi",
            "fc",
            "flexVolume",
            "flocker",
            "gcePersistentDisk",
            "glusterfs",
            "hostPath",
            "iscsi",
            "local",
            "mountOptions",
            "nfs",
            "nodeAffinity",
            "persistentVolumeReclaimPolicy",
            "photonPersistentDisk",
            "portworxVolume",
            "quobyte",
            "rbd",
            "scaleIO",
            "storageClassName",
            "storageos",
            "volumeAttributesClassName",
            "volumeMode",
            "vsphereVolume",
        ],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(14), OMIT_POINTER),
            field(Kind::Struct(29), OMIT_POINTER),
            field(Kind::Struct(26), OMIT_POINTER),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Struct(22), OMIT_POINTER),
            field(Kind::Struct(21), OMIT_POINTER),
            field(Kind::Struct(35), OMIT_POINTER),
            field(Kind::Struct(36), OMIT_POINTER),
            field(Kind::Struct(23), OMIT_POINTER),
            field(Kind::Struct(25), OMIT_POINTER),
            field(Kind::Struct(24), OMIT_POINTER),
            field(Kind::Struct(13), OMIT_POINTER),
            field(Kind::Struct(16), OMIT_POINTER),
            field(Kind::Struct(15), OMIT_POINTER),
            field(Kind::Struct(20), OMIT_POINTER),
            field(Kind::Struct(33), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(17), OMIT_POINTER),
            field(Kind::Struct(37), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(30), OMIT_POINTER),
            field(Kind::Struct(31), OMIT_POINTER),
            field(Kind::Struct(28), OMIT_POINTER),
            field(Kind::Struct(18), OMIT_POINTER),
            field(Kind::Struct(32), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(34), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(27), OMIT_POINTER),
        ],
    },
    // 13: core/v1.GCEPersistentDiskVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "partition", "pdName", "readOnly"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT),
        ],
    },
    // 14: core/v1.AWSElasticBlockStoreVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "partition", "readOnly", "volumeID"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 15: core/v1.HostPathVolumeSource
    Type {
        defaults: Defaults::HostPathVolumeSource,
        names: &["path", "type"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT_POINTER)],
    },
    // 16: core/v1.GlusterfsPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["endpoints", "endpointsNamespace", "path", "readOnly"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT),
        ],
    },
    // 17: core/v1.NFSVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["path", "readOnly", "server"],
        fields: &[field(Kind::String, VALUE), field(Kind::Bool, OMIT), field(Kind::String, VALUE)],
    },
    // 18: core/v1.RBDPersistentVolumeSource
    Type {
        defaults: Defaults::RBDPersistentVolumeSource,
        names: &["fsType", "image", "keyring", "monitors", "pool", "readOnly", "secretRef", "user"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 19: core/v1.SecretReference
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 20: core/v1.ISCSIPersistentVolumeSource
    Type {
        defaults: Defaults::ISCSIPersistentVolumeSource,
        names: &[
            "chapAuthDiscovery",
            "chapAuthSession",
            "fsType",
            "initiatorName",
            "iqn",
            "iscsiInterface",
            "lun",
            "portals",
            "readOnly",
            "secretRef",
            "targetPortal",
        ],
        fields: &[
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 21: core/v1.CinderPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "readOnly", "secretRef", "volumeID"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 22: core/v1.CephFSPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["monitors", "path", "readOnly", "secretFile", "secretRef", "user"],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 23: core/v1.FCVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "lun", "readOnly", "targetWWNs", "wwids"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 24: core/v1.FlockerVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["datasetName", "datasetUUID"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 25: core/v1.FlexPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["driver", "fsType", "options", "readOnly", "secretRef"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
        ],
    },
    // 26: core/v1.AzureFilePersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["readOnly", "secretName", "secretNamespace", "shareName"],
        fields: &[
            field(Kind::Bool, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 27: core/v1.VsphereVirtualDiskVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "storagePolicyID", "storagePolicyName", "volumePath"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 28: core/v1.QuobyteVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["group", "readOnly", "registry", "tenant", "user", "volume"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 29: core/v1.AzureDiskVolumeSource
    Type {
        defaults: Defaults::AzureDiskVolumeSource,
        names: &["cachingMode", "diskName", "diskURI", "fsType", "kind", "readOnly"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
        ],
    },
    // 30: core/v1.PhotonPersistentDiskVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "pdID"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE)],
    },
    // 31: core/v1.PortworxVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "readOnly", "volumeID"],
        fields: &[field(Kind::String, OMIT), field(Kind::Bool, OMIT), field(Kind::String, VALUE)],
    },
    // 32: core/v1.ScaleIOPersistentVolumeSource
    Type {
        defaults: Defaults::ScaleIOPersistentVolumeSource,
        names: &[
            "fsType",
            "gateway",
            "protectionDomain",
            "readOnly",
            "secretRef",
            "sslEnabled",
            "storageMode",
            "storagePool",
            "system",
            "volumeName",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(19), POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
        ],
    },
    // 33: core/v1.LocalVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "path"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 34: core/v1.StorageOSPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "readOnly", "secretRef", "volumeName", "volumeNamespace"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(35), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 35: core/v1.ObjectReference
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 36: core/v1.CSIPersistentVolumeSource
    Type {
        defaults: Defaults::None,
        names: &[
            "controllerExpandSecretRef",
            "controllerPublishSecretRef",
            "driver",
            "fsType",
            "nodeExpandSecretRef",
            "nodePublishSecretRef",
            "nodeStageSecretRef",
            "readOnly",
            "volumeAttributes",
            "volumeHandle",
        ],
        fields: &[
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::Struct(19), OMIT_POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 37: core/v1.VolumeNodeAffinity
    Type { defaults: Defaults::None, names: &["required"], fields: &[field(Kind::Struct(38), OMIT_POINTER)] },
    // 38: core/v1.NodeSelector
    Type {
        defaults: Defaults::None,
        names: &["nodeSelectorTerms"],
        fields: &[field(Kind::List(&Kind::Struct(39)), VALUE)],
    },
    // 39: core/v1.NodeSelectorTerm
    Type {
        defaults: Defaults::None,
        names: &["matchExpressions", "matchFields"],
        fields: &[field(Kind::List(&Kind::Struct(40)), OMIT), field(Kind::List(&Kind::Struct(40)), OMIT)],
    },
    // 40: core/v1.NodeSelectorRequirement
    Type {
        defaults: Defaults::None,
        names: &["key", "operator", "values"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::List(&Kind::String), OMIT)],
    },
    // 41: core/v1.PersistentVolumeStatus
    Type {
        defaults: Defaults::None,
        names: &["lastPhaseTransitionTime", "message", "phase", "reason"],
        fields: &[
            field(Kind::Time, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 42: core/v1.PersistentVolumeClaim
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(43), VALUE),
            field(Kind::Struct(49), VALUE),
        ],
    },
    // 43: core/v1.PersistentVolumeClaimSpec
    Type {
        defaults: Defaults::PersistentVolumeClaimSpec,
        names: &[
            "accessModes",
            "dataSource",
            "dataSourceRef",
            "resources",
            "selector",
            "storageClassName",
            "volumeAttributesClassName",
            "volumeMode",
            "volumeName",
        ],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(47), OMIT_POINTER),
            field(Kind::Struct(48), OMIT_POINTER),
            field(Kind::Struct(46), VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 44: meta/v1.LabelSelector
    Type {
        defaults: Defaults::None,
        names: &["matchExpressions", "matchLabels"],
        fields: &[field(Kind::List(&Kind::Struct(45)), OMIT), field(Kind::Map(&Kind::String), OMIT)],
    },
    // 45: meta/v1.LabelSelectorRequirement
    Type {
        defaults: Defaults::None,
        names: &["key", "operator", "values"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::List(&Kind::String), OMIT)],
    },
    // 46: core/v1.VolumeResourceRequirements
    Type {
        defaults: Defaults::None,
        names: &["limits", "requests"],
        fields: &[field(Kind::Map(&Kind::Quantity), OMIT), field(Kind::Map(&Kind::Quantity), OMIT)],
    },
    // 47: core/v1.TypedLocalObjectReference
    Type {
        defaults: Defaults::None,
        names: &["apiGroup", "kind", "name"],
        fields: &[field(Kind::String, POINTER), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 48: core/v1.TypedObjectReference
    Type {
        defaults: Defaults::None,
        names: &["apiGroup", "kind", "name", "namespace"],
        fields: &[
            field(Kind::String, POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 49: core/v1.PersistentVolumeClaimStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "accessModes",
            "allocatedResourceStatuses",
            "allocatedResources",
            "capacity",
            "conditions",
            "currentVolumeAttributesClassName",
            "healthStatus",
            "modifyVolumeStatus",
            "phase",
        ],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::List(&Kind::Struct(50)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(52), OMIT_POINTER),
            field(Kind::Struct(51), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 50: core/v1.PersistentVolumeClaimCondition
    Type {
        defaults: Defaults::None,
        names: &["lastProbeTime", "lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 51: core/v1.ModifyVolumeStatus
    Type {
        defaults: Defaults::None,
        names: &["status", "targetVolumeAttributesClassName"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT)],
    },
    // 52: core/v1.VolumeHealthStatus
    Type {
        defaults: Defaults::None,
        names: &["healthConditions", "lastTransitionTime"],
        fields: &[field(Kind::List(&Kind::Struct(53)), OMIT), field(Kind::Time, VALUE)],
    },
    // 53: core/v1.VolumeHealthCondition
    Type {
        defaults: Defaults::None,
        names: &["message", "reason", "status"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 54: core/v1.Pod
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(55), VALUE),
            field(Kind::Struct(142), VALUE),
        ],
    },
    // 55: core/v1.PodSpec
    Type {
        defaults: Defaults::PodSpec,
        names: &[
            "activeDeadlineSeconds",
            "affinity",
            "automountServiceAccountToken",
            "containers",
            "dnsConfig",
            "dnsPolicy",
            "enableServiceLinks",
            "ephemeralContainers",
            "evictionResponders",
            "hostAliases",
            "hostIPC",
            "hostNetwork",
            "hostPID",
            "hostUsers",
            "hostname",
            "hostnameOverride",
            "imagePullSecrets",
            "initContainers",
            "nodeName",
            "nodeSelector",
            "os",
            "overhead",
            "preemptionPolicy",
            "priority",
            "priorityClassName",
            "readinessGates",
            "resourceClaims",
            "resources",
            "restartPolicy",
            "runtimeClassName",
            "schedulerName",
            "schedulingGates",
            "schedulingGroup",
            "securityContext",
            "serviceAccount",
            "serviceAccountName",
            "setHostnameAsFQDN",
            "shareProcessNamespace",
            "subdomain",
            "terminationGracePeriodSeconds",
            "tolerations",
            "topologySpreadConstraints",
            "volumes",
        ],
        fields: &[
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Struct(124), OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(89)), VALUE),
            field(Kind::Struct(133), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(121)), OMIT),
            field(Kind::List(&Kind::Struct(141)), UNKEPT),
            field(Kind::List(&Kind::Struct(132)), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(62)), OMIT),
            field(Kind::List(&Kind::Struct(89)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Struct(137), OMIT_POINTER),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(135)), OMIT),
            field(Kind::List(&Kind::Struct(139)), OMIT),
            field(Kind::Struct(99), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(138)), OMIT),
            field(Kind::Struct(140), UNKEPT),
            field(Kind::Struct(122), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(131)), OMIT),
            field(Kind::List(&Kind::Struct(136)), OMIT),
            field(Kind::List(&Kind::Struct(56)), OMIT),
        ],
    },
    // 56: core/v1.Volume
    Type {
        defaults: Defaults::Volume,
        names: &[
            "awsElasticBlockStore",
            "azureDisk",
            "azureFile",
            "cephfs",
            "cinder",
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "fc",
            "flexVolume",
            "flocker",
            "gcePersistentDisk",
            "gitRepo",
            "glusterfs",
            "hostPath",
            "image",
            "iscsi",
            "name",
            "nfs",
            "persistentVolumeClaim",
            "photonPersistentDisk",
            "portworxVolume",
            "projected",
            "quobyte",
            "rbd",
            "scaleIO",
            "secret",
            "storageos",
            "vsphereVolume",
        ],
        fields: &[
            field(Kind::Struct(14), OMIT_POINTER),
            field(Kind::Struct(29), OMIT_POINTER),
            field(Kind::Struct(73), OMIT_POINTER),
            field(Kind::Struct(68), OMIT_POINTER),
            field(Kind::Struct(67), OMIT_POINTER),
            field(Kind::Struct(74), OMIT_POINTER),
            field(Kind::Struct(85), OMIT_POINTER),
            field(Kind::Struct(69), OMIT_POINTER),
            field(Kind::Struct(57), OMIT_POINTER),
            field(Kind::Struct(86), OMIT_POINTER),
            field(Kind::Struct(23), OMIT_POINTER),
            field(Kind::Struct(66), OMIT_POINTER),
            field(Kind::Struct(24), OMIT_POINTER),
            field(Kind::Struct(13), OMIT_POINTER),
            field(Kind::Struct(58), OMIT_POINTER),
            field(Kind::Struct(63), OMIT_POINTER),
            field(Kind::Struct(15), OMIT_POINTER),
            field(Kind::Struct(88), OMIT_POINTER),
            field(Kind::Struct(61), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(17), OMIT_POINTER),
            field(Kind::Struct(64), OMIT_POINTER),
            field(Kind::Struct(30), OMIT_POINTER),
            field(Kind::Struct(31), OMIT_POINTER),
            field(Kind::Struct(75), OMIT_POINTER),
            field(Kind::Struct(28), OMIT_POINTER),
            field(Kind::Struct(65), OMIT_POINTER),
            field(Kind::Struct(83), OMIT_POINTER),
            field(Kind::Struct(59), OMIT_POINTER),
            field(Kind::Struct(84), OMIT_POINTER),
            field(Kind::Struct(27), OMIT_POINTER),
        ],
    },
    // 57: core/v1.EmptyDirVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["medium", "mode", "sizeLimit"],
        fields: &[field(Kind::String, OMIT), field(Kind::Int32, UNKEPT), field(Kind::Quantity, OMIT_POINTER)],
    },
    // 58: core/v1.GitRepoVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["directory", "repository", "revision"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE), field(Kind::String, OMIT)],
    },
    // 59: core/v1.SecretVolumeSource
    Type {
        defaults: Defaults::SecretVolumeSource,
        names: &["defaultMode", "defaultUser", "items", "optional", "secretName"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
            field(Kind::List(&Kind::Struct(60)), OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 60: core/v1.KeyToPath
    Type {
        defaults: Defaults::None,
        names: &["key", "mode", "path", "user"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Int64, UNKEPT),
        ],
    },
    // 61: core/v1.ISCSIVolumeSource
    Type {
        defaults: Defaults::ISCSIVolumeSource,
        names: &[
            "chapAuthDiscovery",
            "chapAuthSession",
            "fsType",
            "initiatorName",
            "iqn",
            "iscsiInterface",
            "lun",
            "portals",
            "readOnly",
            "secretRef",
            "targetPortal",
        ],
        fields: &[
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 62: core/v1.LocalObjectReference
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, OMIT)] },
    // 63: core/v1.GlusterfsVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["endpoints", "path", "readOnly"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::Bool, OMIT)],
    },
    // 64: core/v1.PersistentVolumeClaimVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["claimName", "readOnly"],
        fields: &[field(Kind::String, VALUE), field(Kind::Bool, OMIT)],
    },
    // 65: core/v1.RBDVolumeSource
    Type {
        defaults: Defaults::RBDVolumeSource,
        names: &["fsType", "image", "keyring", "monitors", "pool", "readOnly", "secretRef", "user"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 66: core/v1.FlexVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["driver", "fsType", "options", "readOnly", "secretRef"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
        ],
    },
    // 67: core/v1.CinderVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "readOnly", "secretRef", "volumeID"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 68: core/v1.CephFSVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["monitors", "path", "readOnly", "secretFile", "secretRef", "user"],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 69: core/v1.DownwardAPIVolumeSource
    Type {
        defaults: Defaults::DownwardAPIVolumeSource,
        names: &["defaultMode", "defaultUser", "items"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
            field(Kind::List(&Kind::Struct(70)), OMIT),
        ],
    },
    // 70: core/v1.DownwardAPIVolumeFile
    Type {
        defaults: Defaults::None,
        names: &["fieldRef", "mode", "path", "resourceFieldRef", "user"],
        fields: &[
            field(Kind::Struct(71), OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(72), OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
        ],
    },
    // 71: core/v1.ObjectFieldSelector
    Type {
        defaults: Defaults::ObjectFieldSelector,
        names: &["apiVersion", "fieldPath"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE)],
    },
    // 72: core/v1.ResourceFieldSelector
    Type {
        defaults: Defaults::None,
        names: &["containerName", "divisor", "resource"],
        fields: &[field(Kind::String, OMIT), field(Kind::Quantity, VALUE), field(Kind::String, VALUE)],
    },
    // 73: core/v1.AzureFileVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["readOnly", "secretName", "shareName"],
        fields: &[field(Kind::Bool, OMIT), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 74: core/v1.ConfigMapVolumeSource
    Type {
        defaults: Defaults::ConfigMapVolumeSource,
        names: &["defaultMode", "defaultUser", "items", "name", "optional"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
            field(Kind::List(&Kind::Struct(60)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
        ],
    },
    // 75: core/v1.ProjectedVolumeSource
    Type {
        defaults: Defaults::ProjectedVolumeSource,
        names: &["defaultMode", "defaultUser", "sources"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
            field(Kind::List(&Kind::Struct(76)), VALUE),
        ],
    },
    // 76: core/v1.VolumeProjection
    Type {
        defaults: Defaults::None,
        names: &["clusterTrustBundle", "configMap", "downwardAPI", "podCertificate", "secret", "serviceAccountToken"],
        fields: &[
            field(Kind::Struct(81), OMIT_POINTER),
            field(Kind::Struct(79), OMIT_POINTER),
            field(Kind::Struct(78), OMIT_POINTER),
            field(Kind::Struct(82), OMIT_POINTER),
            field(Kind::Struct(77), OMIT_POINTER),
            field(Kind::Struct(80), OMIT_POINTER),
        ],
    },
    // 77: core/v1.SecretProjection
    Type {
        defaults: Defaults::None,
        names: &["items", "name", "optional"],
        fields: &[
            field(Kind::List(&Kind::Struct(60)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
        ],
    },
    // 78: core/v1.DownwardAPIProjection
    Type { defaults: Defaults::None, names: &["items"], fields: &[field(Kind::List(&Kind::Struct(70)), OMIT)] },
    // 79: core/v1.ConfigMapProjection
    Type {
        defaults: Defaults::None,
        names: &["items", "name", "optional"],
        fields: &[
            field(Kind::List(&Kind::Struct(60)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
        ],
    },
    // 80: core/v1.ServiceAccountTokenProjection
    Type {
        defaults: Defaults::ServiceAccountTokenProjection,
        names: &["audience", "expirationSeconds", "path", "user"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Int64, UNKEPT),
        ],
    },
    // 81: core/v1.ClusterTrustBundleProjection
    Type {
        defaults: Defaults::None,
        names: &["labelSelector", "name", "optional", "path", "signerName", "user"],
        fields: &[
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int64, UNKEPT),
        ],
    },
    // 82: core/v1.PodCertificateProjection
    Type {
        defaults: Defaults::None,
        names: &[
            "certificateChainPath",
            "credentialBundlePath",
            "keyPath",
            "keyType",
            "maxExpirationSeconds",
            "signerName",
            "user",
            "userAnnotations",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int64, UNKEPT),
            field(Kind::Map(&Kind::String), OMIT),
        ],
    },
    // 83: core/v1.ScaleIOVolumeSource
    Type {
        defaults: Defaults::ScaleIOVolumeSource,
        names: &[
            "fsType",
            "gateway",
            "protectionDomain",
            "readOnly",
            "secretRef",
            "sslEnabled",
            "storageMode",
            "storagePool",
            "system",
            "volumeName",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
        ],
    },
    // 84: core/v1.StorageOSVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["fsType", "readOnly", "secretRef", "volumeName", "volumeNamespace"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 85: core/v1.CSIVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["driver", "fsType", "nodePublishSecretRef", "readOnly", "volumeAttributes"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(62), OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Map(&Kind::String), OMIT),
        ],
    },
    // 86: core/v1.EphemeralVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["volumeClaimTemplate"],
        fields: &[field(Kind::Struct(87), OMIT_POINTER)],
    },
    // 87: core/v1.PersistentVolumeClaimTemplate
    Type {
        defaults: Defaults::None,
        names: &["metadata", "spec"],
        fields: &[field(Kind::Struct(0), VALUE), field(Kind::Struct(43), VALUE)],
    },
    // 88: core/v1.ImageVolumeSource
    Type {
        defaults: Defaults::None,
        names: &["pullPolicy", "reference"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 89: core/v1.Container
    Type {
        defaults: Defaults::Container,
        names: &[
            "args",
            "command",
            "env",
            "envFrom",
            "image",
            "imagePullPolicy",
            "lifecycle",
            "livenessProbe",
            "name",
            "ports",
            "readinessProbe",
            "resizePolicy",
            "resources",
            "restartPolicy",
            "restartPolicyRules",
            "securityContext",
            "startupProbe",
            "stdin",
            "stdinOnce",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "tty",
            "volumeDevices",
            "volumeMounts",
            "workingDir",
        ],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(94)), OMIT),
            field(Kind::List(&Kind::Struct(91)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(112), OMIT_POINTER),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Struct(90)), OMIT),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(101)), OMIT),
            field(Kind::Struct(99), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(102)), OMIT),
            field(Kind::Struct(115), OMIT_POINTER),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::List(&Kind::Struct(105)), OMIT),
            field(Kind::List(&Kind::Struct(104)), OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 90: core/v1.ContainerPort
    Type {
        defaults: Defaults::ContainerPort,
        names: &["containerPort", "hostIP", "hostPort", "name", "protocol"],
        fields: &[
            field(Kind::Int32, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 91: core/v1.EnvFromSource
    Type {
        defaults: Defaults::None,
        names: &["configMapRef", "prefix", "secretRef"],
        fields: &[
            field(Kind::Struct(92), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(93), OMIT_POINTER),
        ],
    },
    // 92: core/v1.ConfigMapEnvSource
    Type {
        defaults: Defaults::None,
        names: &["name", "optional"],
        fields: &[field(Kind::String, OMIT), field(Kind::Bool, OMIT_POINTER)],
    },
    // 93: core/v1.SecretEnvSource
    Type {
        defaults: Defaults::None,
        names: &["name", "optional"],
        fields: &[field(Kind::String, OMIT), field(Kind::Bool, OMIT_POINTER)],
    },
    // 94: core/v1.EnvVar
    Type {
        defaults: Defaults::None,
        names: &["name", "value", "valueFrom"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT), field(Kind::Struct(95), OMIT_POINTER)],
    },
    // 95: core/v1.EnvVarSource
    Type {
        defaults: Defaults::None,
        names: &["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"],
        fields: &[
            field(Kind::Struct(96), OMIT_POINTER),
            field(Kind::Struct(71), OMIT_POINTER),
            field(Kind::Struct(98), OMIT_POINTER),
            field(Kind::Struct(72), OMIT_POINTER),
            field(Kind::Struct(97), OMIT_POINTER),
        ],
    },
    // 96: core/v1.ConfigMapKeySelector
    Type {
        defaults: Defaults::None,
        names: &["key", "name", "optional"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT), field(Kind::Bool, OMIT_POINTER)],
    },
    // 97: core/v1.SecretKeySelector
    Type {
        defaults: Defaults::None,
        names: &["key", "name", "optional"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT), field(Kind::Bool, OMIT_POINTER)],
    },
    // 98: core/v1.FileKeySelector
    Type {
        defaults: Defaults::FileKeySelector,
        names: &["key", "optional", "path", "volumeName"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 99: core/v1.ResourceRequirements
    Type {
        defaults: Defaults::None,
        names: &["claims", "limits", "requests"],
        fields: &[
            field(Kind::List(&Kind::Struct(100)), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
        ],
    },
    // 100: core/v1.ResourceClaim
    Type {
        defaults: Defaults::None,
        names: &["name", "request"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT)],
    },
    // 101: core/v1.ContainerResizePolicy
    Type {
        defaults: Defaults::None,
        names: &["resourceName", "restartPolicy"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 102: core/v1.ContainerRestartRule
    Type {
        defaults: Defaults::None,
        names: &["action", "exitCodes"],
        fields: &[field(Kind::String, OMIT), field(Kind::Struct(103), OMIT_POINTER)],
    },
    // 103: core/v1.ContainerRestartRuleOnExitCodes
    Type {
        defaults: Defaults::None,
        names: &["operator", "values"],
        fields: &[field(Kind::String, OMIT), field(Kind::List(&Kind::Int32), OMIT)],
    },
    // 104: core/v1.VolumeMount
    Type {
        defaults: Defaults::None,
        names: &[
            "bindMountOptions",
            "mountPath",
            "mountPropagation",
            "name",
            "readOnly",
            "recursiveReadOnly",
            "subPath",
            "subPathExpr",
        ],
        fields: &[
            field(Kind::List(&Kind::String), UNKEPT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 105: core/v1.VolumeDevice
    Type {
        defaults: Defaults::None,
        names: &["devicePath", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 106: core/v1.Probe
    Type {
        defaults: Defaults::Probe,
        names: &[
            "exec",
            "failureThreshold",
            "grpc",
            "httpGet",
            "initialDelaySeconds",
            "periodSeconds",
            "successThreshold",
            "tcpSocket",
            "terminationGracePeriodSeconds",
            "timeoutSeconds",
        ],
        fields: &[
            field(Kind::Struct(107), OMIT_POINTER),
            field(Kind::Int32, OMIT),
            field(Kind::Struct(111), OMIT_POINTER),
            field(Kind::Struct(108), OMIT_POINTER),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Struct(110), OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Int32, OMIT),
        ],
    },
    // 107: core/v1.ExecAction
    Type { defaults: Defaults::None, names: &["command"], fields: &[field(Kind::List(&Kind::String), OMIT)] },
    // 108: core/v1.HTTPGetAction
    Type {
        defaults: Defaults::HTTPGetAction,
        names: &["host", "httpHeaders", "path", "port", "protocol", "scheme"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(109)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::IntOrString, VALUE),
            field(Kind::String, UNKEPT),
            field(Kind::String, OMIT),
        ],
    },
    // 109: core/v1.HTTPHeader
    Type {
        defaults: Defaults::None,
        names: &["name", "value"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 110: core/v1.TCPSocketAction
    Type {
        defaults: Defaults::None,
        names: &["host", "port"],
        fields: &[field(Kind::String, OMIT), field(Kind::IntOrString, VALUE)],
    },
    // 111: core/v1.GRPCAction
    Type {
        defaults: Defaults::GRPCAction,
        names: &["mode", "port", "service"],
        fields: &[field(Kind::String, UNKEPT), field(Kind::Int32, VALUE), field(Kind::String, POINTER)],
    },
    // 112: core/v1.Lifecycle
    Type {
        defaults: Defaults::None,
        names: &["postStart", "preStop", "stopSignal"],
        fields: &[
            field(Kind::Struct(113), OMIT_POINTER),
            field(Kind::Struct(113), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 113: core/v1.LifecycleHandler
    Type {
        defaults: Defaults::None,
        names: &["exec", "httpGet", "sleep", "tcpSocket"],
        fields: &[
            field(Kind::Struct(107), OMIT_POINTER),
            field(Kind::Struct(108), OMIT_POINTER),
            field(Kind::Struct(114), OMIT_POINTER),
            field(Kind::Struct(110), OMIT_POINTER),
        ],
    },
    // 114: core/v1.SleepAction
    Type { defaults: Defaults::None, names: &["seconds"], fields: &[field(Kind::Int64, VALUE)] },
    // 115: core/v1.SecurityContext
    Type {
        defaults: Defaults::None,
        names: &[
            "allowPrivilegeEscalation",
            "appArmorProfile",
            "capabilities",
            "privileged",
            "procMount",
            "readOnlyRootFilesystem",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seLinuxOptions",
            "seccompProfile",
            "windowsOptions",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(120), OMIT_POINTER),
            field(Kind::Struct(116), OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Struct(117), OMIT_POINTER),
            field(Kind::Struct(119), OMIT_POINTER),
            field(Kind::Struct(118), OMIT_POINTER),
        ],
    },
    // 116: core/v1.Capabilities
    Type {
        defaults: Defaults::None,
        names: &["add", "drop"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::List(&Kind::String), OMIT)],
    },
    // 117: core/v1.SELinuxOptions
    Type {
        defaults: Defaults::None,
        names: &["level", "role", "type", "user"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 118: core/v1.WindowsSecurityContextOptions
    Type {
        defaults: Defaults::None,
        names: &["gmsaCredentialSpec", "gmsaCredentialSpecName", "hostProcess", "runAsUserName"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 119: core/v1.SeccompProfile
    Type {
        defaults: Defaults::None,
        names: &["localhostProfile", "type"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 120: core/v1.AppArmorProfile
    Type {
        defaults: Defaults::None,
        names: &["localhostProfile", "type"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 121: core/v1.EphemeralContainer
    Type {
        defaults: Defaults::EphemeralContainer,
        names: &[
            "args",
            "command",
            "env",
            "envFrom",
            "image",
            "imagePullPolicy",
            "lifecycle",
            "livenessProbe",
            "name",
            "ports",
            "readinessProbe",
            "resizePolicy",
            "resources",
            "restartPolicy",
            "restartPolicyRules",
            "securityContext",
            "startupProbe",
            "stdin",
            "stdinOnce",
            "targetContainerName",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "tty",
            "volumeDevices",
            "volumeMounts",
            "workingDir",
        ],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(94)), OMIT),
            field(Kind::List(&Kind::Struct(91)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(112), OMIT_POINTER),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Struct(90)), OMIT),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(101)), OMIT),
            field(Kind::Struct(99), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(102)), OMIT),
            field(Kind::Struct(115), OMIT_POINTER),
            field(Kind::Struct(106), OMIT_POINTER),
            field(Kind::Bool, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::List(&Kind::Struct(105)), OMIT),
            field(Kind::List(&Kind::Struct(104)), OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 122: core/v1.PodSecurityContext
    Type {
        defaults: Defaults::None,
        names: &[
            "appArmorProfile",
            "fsGroup",
            "fsGroupChangePolicy",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seLinuxChangePolicy",
            "seLinuxOptions",
            "seccompProfile",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "sysctls",
            "windowsOptions",
        ],
        fields: &[
            field(Kind::Struct(120), OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(117), OMIT_POINTER),
            field(Kind::Struct(119), OMIT_POINTER),
            field(Kind::List(&Kind::Int64), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(123)), OMIT),
            field(Kind::Struct(118), OMIT_POINTER),
        ],
    },
    // 123: core/v1.Sysctl
    Type {
        defaults: Defaults::None,
        names: &["name", "value"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 124: core/v1.Affinity
    Type {
        defaults: Defaults::None,
        names: &["nodeAffinity", "podAffinity", "podAntiAffinity"],
        fields: &[
            field(Kind::Struct(125), OMIT_POINTER),
            field(Kind::Struct(127), OMIT_POINTER),
            field(Kind::Struct(130), OMIT_POINTER),
        ],
    },
    // 125: core/v1.NodeAffinity
    Type {
        defaults: Defaults::None,
        names: &["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"],
        fields: &[field(Kind::List(&Kind::Struct(126)), OMIT), field(Kind::Struct(38), OMIT_POINTER)],
    },
    // 126: core/v1.PreferredSchedulingTerm
    Type {
        defaults: Defaults::None,
        names: &["preference", "weight"],
        fields: &[field(Kind::Struct(39), VALUE), field(Kind::Int32, VALUE)],
    },
    // 127: core/v1.PodAffinity
    Type {
        defaults: Defaults::None,
        names: &["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"],
        fields: &[field(Kind::List(&Kind::Struct(129)), OMIT), field(Kind::List(&Kind::Struct(128)), OMIT)],
    },
    // 128: core/v1.PodAffinityTerm
    Type {
        defaults: Defaults::None,
        names: &[
            "labelSelector",
            "matchLabelKeys",
            "mismatchLabelKeys",
            "namespaceSelector",
            "namespaces",
            "topologyKey",
        ],
        fields: &[
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 129: core/v1.WeightedPodAffinityTerm
    Type {
        defaults: Defaults::None,
        names: &["podAffinityTerm", "weight"],
        fields: &[field(Kind::Struct(128), VALUE), field(Kind::Int32, VALUE)],
    },
    // 130: core/v1.PodAntiAffinity
    Type {
        defaults: Defaults::None,
        names: &["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"],
        fields: &[field(Kind::List(&Kind::Struct(129)), OMIT), field(Kind::List(&Kind::Struct(128)), OMIT)],
    },
    // 131: core/v1.Toleration
    Type {
        defaults: Defaults::None,
        names: &["effect", "key", "operator", "tolerationSeconds", "value"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 132: core/v1.HostAlias
    Type {
        defaults: Defaults::None,
        names: &["hostnames", "ip"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::String, VALUE)],
    },
    // 133: core/v1.PodDNSConfig
    Type {
        defaults: Defaults::None,
        names: &["nameservers", "options", "searches"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(134)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 134: core/v1.PodDNSConfigOption
    Type {
        defaults: Defaults::None,
        names: &["name", "value"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT_POINTER)],
    },
    // 135: core/v1.PodReadinessGate
    Type { defaults: Defaults::None, names: &["conditionType"], fields: &[field(Kind::String, VALUE)] },
    // 136: core/v1.TopologySpreadConstraint
    Type {
        defaults: Defaults::None,
        names: &[
            "labelSelector",
            "matchLabelKeys",
            "maxSkew",
            "minDomains",
            "nodeAffinityPolicy",
            "nodeTaintsPolicy",
            "topologyKey",
            "whenUnsatisfiable",
        ],
        fields: &[
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 137: core/v1.PodOS
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 138: core/v1.PodSchedulingGate
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 139: core/v1.PodResourceClaim
    Type {
        defaults: Defaults::None,
        names: &["name", "resourceClaimName", "resourceClaimTemplateName"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 140: core/v1.PodSchedulingGroup
    Type { defaults: Defaults::None, names: &["podGroupName"], fields: &[field(Kind::String, OMIT_POINTER)] },
    // 141: core/v1.EvictionResponder
    Type {
        defaults: Defaults::None,
        names: &["name", "priority"],
        fields: &[field(Kind::String, VALUE), field(Kind::Int32, POINTER)],
    },
    // 142: core/v1.PodStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "allocatedResources",
            "conditions",
            "containerStatuses",
            "ephemeralContainerStatuses",
            "extendedResourceClaimStatus",
            "hostIP",
            "hostIPs",
            "initContainerStatuses",
            "message",
            "nodeAllocatableResourceClaimStatuses",
            "nominatedNodeName",
            "observedGeneration",
            "phase",
            "podIP",
            "podIPs",
            "qosClass",
            "reason",
            "resize",
            "resourceClaimStatuses",
            "resources",
            "startTime",
            "volumeHealth",
        ],
        fields: &[
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::List(&Kind::Struct(143)), OMIT),
            field(Kind::List(&Kind::Struct(146)), OMIT),
            field(Kind::List(&Kind::Struct(146)), OMIT),
            field(Kind::Struct(159), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(144)), OMIT),
            field(Kind::List(&Kind::Struct(146)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(161)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(145)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(158)), OMIT),
            field(Kind::Struct(99), OMIT_POINTER),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(164)), OMIT),
        ],
    },
    // 143: core/v1.PodCondition
    Type {
        defaults: Defaults::None,
        names: &["lastProbeTime", "lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 144: core/v1.HostIP
    Type { defaults: Defaults::None, names: &["ip"], fields: &[field(Kind::String, VALUE)] },
    // 145: core/v1.PodIP
    Type { defaults: Defaults::None, names: &["ip"], fields: &[field(Kind::String, VALUE)] },
    // 146: core/v1.ContainerStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "allocatedResources",
            "allocatedResourcesStatus",
            "containerID",
            "image",
            "imageID",
            "lastState",
            "name",
            "ready",
            "resources",
            "restartCount",
            "started",
            "state",
            "stopSignal",
            "user",
            "volumeMounts",
        ],
        fields: &[
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::List(&Kind::Struct(156)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Struct(147), VALUE),
            field(Kind::String, VALUE),
            field(Kind::Bool, VALUE),
            field(Kind::Struct(99), OMIT_POINTER),
            field(Kind::Int32, VALUE),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(147), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(154), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(151)), OMIT),
        ],
    },
    // 147: core/v1.ContainerState
    Type {
        defaults: Defaults::None,
        names: &["running", "terminated", "waiting"],
        fields: &[
            field(Kind::Struct(149), OMIT_POINTER),
            field(Kind::Struct(150), OMIT_POINTER),
            field(Kind::Struct(148), OMIT_POINTER),
        ],
    },
    // 148: core/v1.ContainerStateWaiting
    Type {
        defaults: Defaults::None,
        names: &["message", "reason"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 149: core/v1.ContainerStateRunning
    Type { defaults: Defaults::None, names: &["startedAt"], fields: &[field(Kind::Time, VALUE)] },
    // 150: core/v1.ContainerStateTerminated
    Type {
        defaults: Defaults::None,
        names: &["containerID", "exitCode", "finishedAt", "message", "reason", "signal", "startedAt"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Time, VALUE),
        ],
    },
    // 151: core/v1.VolumeMountStatus
    Type {
        defaults: Defaults::None,
        names: &["mountPath", "name", "readOnly", "recursiveReadOnly", "volumeStatus"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(152), OMIT_POINTER),
        ],
    },
    // 152: core/v1.VolumeStatus
    Type { defaults: Defaults::None, names: &["image"], fields: &[field(Kind::Struct(153), OMIT_POINTER)] },
    // 153: core/v1.ImageVolumeStatus
    Type { defaults: Defaults::None, names: &["imageRef"], fields: &[field(Kind::String, OMIT)] },
    // 154: core/v1.ContainerUser
    Type { defaults: Defaults::None, names: &["linux"], fields: &[field(Kind::Struct(155), OMIT_POINTER)] },
    // 155: core/v1.LinuxContainerUser
    Type {
        defaults: Defaults::None,
        names: &["gid", "supplementalGroups", "uid"],
        fields: &[field(Kind::Int64, VALUE), field(Kind::List(&Kind::Int64), OMIT), field(Kind::Int64, VALUE)],
    },
    // 156: core/v1.ResourceStatus
    Type {
        defaults: Defaults::None,
        names: &["name", "resources"],
        fields: &[field(Kind::String, VALUE), field(Kind::List(&Kind::Struct(157)), OMIT)],
    },
    // 157: core/v1.ResourceHealth
    Type {
        defaults: Defaults::None,
        names: &["health", "message", "resourceID"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 158: core/v1.PodResourceClaimStatus
    Type {
        defaults: Defaults::None,
        names: &["name", "resourceClaimName"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT_POINTER)],
    },
    // 159: core/v1.PodExtendedResourceClaimStatus
    Type {
        defaults: Defaults::None,
        names: &["requestMappings", "resourceClaimName"],
        fields: &[field(Kind::List(&Kind::Struct(160)), VALUE), field(Kind::String, VALUE)],
    },
    // 160: core/v1.ContainerExtendedResourceRequest
    Type {
        defaults: Defaults::None,
        names: &["containerName", "requestName", "resourceName"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 161: core/v1.NodeAllocatableResourceClaimStatus
    Type {
        defaults: Defaults::None,
        names: &["containers", "mapping", "overhead", "resourceClaimName"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(162)), OMIT),
            field(Kind::List(&Kind::Struct(163)), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 162: core/v1.NodeAllocatableMappedResources
    Type {
        defaults: Defaults::None,
        names: &["name", "quantity"],
        fields: &[field(Kind::String, VALUE), field(Kind::Quantity, POINTER)],
    },
    // 163: core/v1.NodeAllocatableOverheadResources
    Type {
        defaults: Defaults::None,
        names: &["name", "perContainer", "perPod"],
        fields: &[field(Kind::String, VALUE), field(Kind::Quantity, OMIT_POINTER), field(Kind::Quantity, OMIT_POINTER)],
    },
    // 164: core/v1.PodVolumeHealth
    Type {
        defaults: Defaults::None,
        names: &["healthConditions", "lastTransitionTime", "name"],
        fields: &[field(Kind::List(&Kind::Struct(53)), OMIT), field(Kind::Time, VALUE), field(Kind::String, VALUE)],
    },
    // 165: core/v1.PodTemplate
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "template"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(166), VALUE),
        ],
    },
    // 166: core/v1.PodTemplateSpec
    Type {
        defaults: Defaults::None,
        names: &["metadata", "spec"],
        fields: &[field(Kind::Struct(0), VALUE), field(Kind::Struct(55), VALUE)],
    },
    // 167: core/v1.ReplicationController
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(168), VALUE),
            field(Kind::Struct(169), VALUE),
        ],
    },
    // 168: core/v1.ReplicationControllerSpec
    Type {
        defaults: Defaults::None,
        names: &["minReadySeconds", "replicas", "selector", "template"],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Struct(166), OMIT_POINTER),
        ],
    },
    // 169: core/v1.ReplicationControllerStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "availableReplicas",
            "conditions",
            "fullyLabeledReplicas",
            "observedGeneration",
            "readyReplicas",
            "replicas",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::List(&Kind::Struct(170)), OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
        ],
    },
    // 170: core/v1.ReplicationControllerCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 171: core/v1.ResourceQuota
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(172), VALUE),
            field(Kind::Struct(175), VALUE),
        ],
    },
    // 172: core/v1.ResourceQuotaSpec
    Type {
        defaults: Defaults::None,
        names: &["hard", "scopeSelector", "scopes"],
        fields: &[
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Struct(173), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 173: core/v1.ScopeSelector
    Type {
        defaults: Defaults::None,
        names: &["matchExpressions"],
        fields: &[field(Kind::List(&Kind::Struct(174)), OMIT)],
    },
    // 174: core/v1.ScopedResourceSelectorRequirement
    Type {
        defaults: Defaults::None,
        names: &["operator", "scopeName", "values"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::List(&Kind::String), OMIT)],
    },
    // 175: core/v1.ResourceQuotaStatus
    Type {
        defaults: Defaults::None,
        names: &["hard", "used"],
        fields: &[field(Kind::Map(&Kind::Quantity), OMIT), field(Kind::Map(&Kind::Quantity), OMIT)],
    },
    // 176: core/v1.Secret
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "data", "immutable", "kind", "metadata", "stringData", "type"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Map(&Kind::Bytes), OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 177: core/v1.Service
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(178), VALUE),
            field(Kind::Struct(182), VALUE),
        ],
    },
    // 178: core/v1.ServiceSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "allocateLoadBalancerNodePorts",
            "clusterIP",
            "clusterIPs",
            "externalIPs",
            "externalName",
            "externalTrafficPolicy",
            "healthCheckNodePort",
            "internalTrafficPolicy",
            "ipFamilies",
            "ipFamilyPolicy",
            "loadBalancerClass",
            "loadBalancerIP",
            "loadBalancerSourceRanges",
            "ports",
            "publishNotReadyAddresses",
            "selector",
            "sessionAffinity",
            "sessionAffinityConfig",
            "trafficDistribution",
            "type",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(179)), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(180), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 179: core/v1.ServicePort
    Type {
        defaults: Defaults::None,
        names: &["appProtocol", "name", "nodePort", "port", "protocol", "targetPort"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::String, OMIT),
            field(Kind::IntOrString, VALUE),
        ],
    },
    // 180: core/v1.SessionAffinityConfig
    Type { defaults: Defaults::None, names: &["clientIP"], fields: &[field(Kind::Struct(181), OMIT_POINTER)] },
    // 181: core/v1.ClientIPConfig
    Type { defaults: Defaults::None, names: &["timeoutSeconds"], fields: &[field(Kind::Int32, OMIT_POINTER)] },
    // 182: core/v1.ServiceStatus
    Type {
        defaults: Defaults::None,
        names: &["conditions", "loadBalancer"],
        fields: &[field(Kind::List(&Kind::Struct(186)), OMIT), field(Kind::Struct(183), VALUE)],
    },
    // 183: core/v1.LoadBalancerStatus
    Type { defaults: Defaults::None, names: &["ingress"], fields: &[field(Kind::List(&Kind::Struct(184)), OMIT)] },
    // 184: core/v1.LoadBalancerIngress
    Type {
        defaults: Defaults::None,
        names: &["hostname", "ip", "ipMode", "ports"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(185)), OMIT),
        ],
    },
    // 185: core/v1.PortStatus
    Type {
        defaults: Defaults::None,
        names: &["error", "port", "protocol"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::Int32, VALUE), field(Kind::String, VALUE)],
    },
    // 186: meta/v1.Condition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Int64, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 187: core/v1.ServiceAccount
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "automountServiceAccountToken", "imagePullSecrets", "kind", "metadata", "secrets"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(62)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(35)), OMIT),
        ],
    },
    // 188: apps/v1.DaemonSet
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(189), VALUE),
            field(Kind::Struct(192), VALUE),
        ],
    },
    // 189: apps/v1.DaemonSetSpec
    Type {
        defaults: Defaults::None,
        names: &["minReadySeconds", "revisionHistoryLimit", "selector", "template", "updateStrategy"],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(44), POINTER),
            field(Kind::Struct(166), VALUE),
            field(Kind::Struct(190), VALUE),
        ],
    },
    // 190: apps/v1.DaemonSetUpdateStrategy
    Type {
        defaults: Defaults::None,
        names: &["rollingUpdate", "type"],
        fields: &[field(Kind::Struct(191), OMIT_POINTER), field(Kind::String, OMIT)],
    },
    // 191: apps/v1.RollingUpdateDaemonSet
    Type {
        defaults: Defaults::None,
        names: &["maxSurge", "maxUnavailable"],
        fields: &[field(Kind::IntOrString, OMIT_POINTER), field(Kind::IntOrString, OMIT_POINTER)],
    },
    // 192: apps/v1.DaemonSetStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "collisionCount",
            "conditions",
            "currentNumberScheduled",
            "desiredNumberScheduled",
            "numberAvailable",
            "numberMisscheduled",
            "numberReady",
            "numberUnavailable",
            "observedGeneration",
            "updatedNumberScheduled",
        ],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(193)), OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Int32, OMIT),
        ],
    },
    // 193: apps/v1.DaemonSetCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 194: apps/v1.Deployment
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(195), VALUE),
            field(Kind::Struct(198), VALUE),
        ],
    },
    // 195: apps/v1.DeploymentSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "minReadySeconds",
            "paused",
            "progressDeadlineSeconds",
            "replicas",
            "revisionHistoryLimit",
            "selector",
            "strategy",
            "template",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(44), POINTER),
            field(Kind::Struct(196), VALUE),
            field(Kind::Struct(166), VALUE),
        ],
    },
    // 196: apps/v1.DeploymentStrategy
    Type {
        defaults: Defaults::None,
        names: &["rollingUpdate", "type"],
        fields: &[field(Kind::Struct(197), OMIT_POINTER), field(Kind::String, OMIT)],
    },
    // 197: apps/v1.RollingUpdateDeployment
    Type {
        defaults: Defaults::None,
        names: &["maxSurge", "maxUnavailable"],
        fields: &[field(Kind::IntOrString, OMIT_POINTER), field(Kind::IntOrString, OMIT_POINTER)],
    },
    // 198: apps/v1.DeploymentStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "availableReplicas",
            "collisionCount",
            "conditions",
            "observedGeneration",
            "readyReplicas",
            "replicas",
            "terminatingReplicas",
            "unavailableReplicas",
            "updatedReplicas",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(199)), OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT),
        ],
    },
    // 199: apps/v1.DeploymentCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "lastUpdateTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 200: apps/v1.ReplicaSet
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(201), VALUE),
            field(Kind::Struct(202), VALUE),
        ],
    },
    // 201: apps/v1.ReplicaSetSpec
    Type {
        defaults: Defaults::None,
        names: &["minReadySeconds", "replicas", "selector", "template"],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(44), POINTER),
            field(Kind::Struct(166), VALUE),
        ],
    },
    // 202: apps/v1.ReplicaSetStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "availableReplicas",
            "conditions",
            "fullyLabeledReplicas",
            "observedGeneration",
            "readyReplicas",
            "replicas",
            "terminatingReplicas",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::List(&Kind::Struct(203)), OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 203: apps/v1.ReplicaSetCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 204: apps/v1.StatefulSet
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(205), VALUE),
            field(Kind::Struct(210), VALUE),
        ],
    },
    // 205: apps/v1.StatefulSetSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "minReadySeconds",
            "ordinals",
            "persistentVolumeClaimRetentionPolicy",
            "podManagementPolicy",
            "replicas",
            "revisionHistoryLimit",
            "selector",
            "serviceName",
            "template",
            "updateStrategy",
            "volumeClaimTemplates",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::Struct(209), OMIT_POINTER),
            field(Kind::Struct(208), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(44), POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(166), VALUE),
            field(Kind::Struct(206), VALUE),
            field(Kind::List(&Kind::Struct(42)), OMIT),
        ],
    },
    // 206: apps/v1.StatefulSetUpdateStrategy
    Type {
        defaults: Defaults::None,
        names: &["rollingUpdate", "type"],
        fields: &[field(Kind::Struct(207), OMIT_POINTER), field(Kind::String, OMIT)],
    },
    // 207: apps/v1.RollingUpdateStatefulSetStrategy
    Type {
        defaults: Defaults::None,
        names: &["maxUnavailable", "partition"],
        fields: &[field(Kind::IntOrString, OMIT_POINTER), field(Kind::Int32, OMIT_POINTER)],
    },
    // 208: apps/v1.StatefulSetPersistentVolumeClaimRetentionPolicy
    Type {
        defaults: Defaults::None,
        names: &["whenDeleted", "whenScaled"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 209: apps/v1.StatefulSetOrdinals
    Type { defaults: Defaults::None, names: &["start"], fields: &[field(Kind::Int32, VALUE)] },
    // 210: apps/v1.StatefulSetStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "availableReplicas",
            "collisionCount",
            "conditions",
            "currentReplicas",
            "currentRevision",
            "observedGeneration",
            "readyReplicas",
            "replicas",
            "updateRevision",
            "updatedReplicas",
        ],
        fields: &[
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(211)), OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
        ],
    },
    // 211: apps/v1.StatefulSetCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 212: autoscaling/v1.HorizontalPodAutoscaler
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(213), VALUE),
            field(Kind::Struct(215), VALUE),
        ],
    },
    // 213: autoscaling/v1.HorizontalPodAutoscalerSpec
    Type {
        defaults: Defaults::None,
        names: &["maxReplicas", "minReplicas", "scaleTargetRef", "targetCPUUtilizationPercentage"],
        fields: &[
            field(Kind::Int32, VALUE),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(214), VALUE),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 214: autoscaling/v1.CrossVersionObjectReference
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "name"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 215: autoscaling/v1.HorizontalPodAutoscalerStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "currentCPUUtilizationPercentage",
            "currentReplicas",
            "desiredReplicas",
            "lastScaleTime",
            "observedGeneration",
        ],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, VALUE),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
        ],
    },
    // 216: autoscaling/v2.HorizontalPodAutoscaler
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(217), VALUE),
            field(Kind::Struct(230), VALUE),
        ],
    },
    // 217: autoscaling/v2.HorizontalPodAutoscalerSpec
    Type {
        defaults: Defaults::None,
        names: &["behavior", "maxReplicas", "metrics", "minReplicas", "scaleTargetRef"],
        fields: &[
            field(Kind::Struct(227), OMIT_POINTER),
            field(Kind::Int32, VALUE),
            field(Kind::List(&Kind::Struct(219)), OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(218), VALUE),
        ],
    },
    // 218: autoscaling/v2.CrossVersionObjectReference
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "name"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 219: autoscaling/v2.MetricSpec
    Type {
        defaults: Defaults::None,
        names: &["containerResource", "external", "object", "pods", "resource", "type"],
        fields: &[
            field(Kind::Struct(225), OMIT_POINTER),
            field(Kind::Struct(226), OMIT_POINTER),
            field(Kind::Struct(220), OMIT_POINTER),
            field(Kind::Struct(223), OMIT_POINTER),
            field(Kind::Struct(224), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 220: autoscaling/v2.ObjectMetricSource
    Type {
        defaults: Defaults::None,
        names: &["describedObject", "metric", "target"],
        fields: &[field(Kind::Struct(218), VALUE), field(Kind::Struct(222), VALUE), field(Kind::Struct(221), VALUE)],
    },
    // 221: autoscaling/v2.MetricTarget
    Type {
        defaults: Defaults::None,
        names: &["averageUtilization", "averageValue", "type", "value"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 222: autoscaling/v2.MetricIdentifier
    Type {
        defaults: Defaults::None,
        names: &["name", "selector"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(44), OMIT_POINTER)],
    },
    // 223: autoscaling/v2.PodsMetricSource
    Type {
        defaults: Defaults::None,
        names: &["metric", "target"],
        fields: &[field(Kind::Struct(222), VALUE), field(Kind::Struct(221), VALUE)],
    },
    // 224: autoscaling/v2.ResourceMetricSource
    Type {
        defaults: Defaults::None,
        names: &["name", "target"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(221), VALUE)],
    },
    // 225: autoscaling/v2.ContainerResourceMetricSource
    Type {
        defaults: Defaults::None,
        names: &["container", "name", "target"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::Struct(221), VALUE)],
    },
    // 226: autoscaling/v2.ExternalMetricSource
    Type {
        defaults: Defaults::None,
        names: &["metric", "target"],
        fields: &[field(Kind::Struct(222), VALUE), field(Kind::Struct(221), VALUE)],
    },
    // 227: autoscaling/v2.HorizontalPodAutoscalerBehavior
    Type {
        defaults: Defaults::None,
        names: &["scaleDown", "scaleUp"],
        fields: &[field(Kind::Struct(228), OMIT_POINTER), field(Kind::Struct(228), OMIT_POINTER)],
    },
    // 228: autoscaling/v2.HPAScalingRules
    Type {
        defaults: Defaults::None,
        names: &["policies", "selectPolicy", "stabilizationWindowSeconds", "tolerance"],
        fields: &[
            field(Kind::List(&Kind::Struct(229)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 229: autoscaling/v2.HPAScalingPolicy
    Type {
        defaults: Defaults::None,
        names: &["periodSeconds", "type", "value"],
        fields: &[field(Kind::Int32, VALUE), field(Kind::String, VALUE), field(Kind::Int32, VALUE)],
    },
    // 230: autoscaling/v2.HorizontalPodAutoscalerStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "conditions",
            "currentMetrics",
            "currentReplicas",
            "desiredReplicas",
            "lastScaleTime",
            "observedGeneration",
        ],
        fields: &[
            field(Kind::List(&Kind::Struct(238)), OMIT),
            field(Kind::List(&Kind::Struct(231)), VALUE),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
        ],
    },
    // 231: autoscaling/v2.MetricStatus
    Type {
        defaults: Defaults::None,
        names: &["containerResource", "external", "object", "pods", "resource", "type"],
        fields: &[
            field(Kind::Struct(236), OMIT_POINTER),
            field(Kind::Struct(237), OMIT_POINTER),
            field(Kind::Struct(232), OMIT_POINTER),
            field(Kind::Struct(234), OMIT_POINTER),
            field(Kind::Struct(235), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 232: autoscaling/v2.ObjectMetricStatus
    Type {
        defaults: Defaults::None,
        names: &["current", "describedObject", "metric"],
        fields: &[field(Kind::Struct(233), VALUE), field(Kind::Struct(218), VALUE), field(Kind::Struct(222), VALUE)],
    },
    // 233: autoscaling/v2.MetricValueStatus
    Type {
        defaults: Defaults::None,
        names: &["averageUtilization", "averageValue", "value"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 234: autoscaling/v2.PodsMetricStatus
    Type {
        defaults: Defaults::None,
        names: &["current", "metric"],
        fields: &[field(Kind::Struct(233), VALUE), field(Kind::Struct(222), VALUE)],
    },
    // 235: autoscaling/v2.ResourceMetricStatus
    Type {
        defaults: Defaults::None,
        names: &["current", "name"],
        fields: &[field(Kind::Struct(233), VALUE), field(Kind::String, VALUE)],
    },
    // 236: autoscaling/v2.ContainerResourceMetricStatus
    Type {
        defaults: Defaults::None,
        names: &["container", "current", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(233), VALUE), field(Kind::String, VALUE)],
    },
    // 237: autoscaling/v2.ExternalMetricStatus
    Type {
        defaults: Defaults::None,
        names: &["current", "metric"],
        fields: &[field(Kind::Struct(233), VALUE), field(Kind::Struct(222), VALUE)],
    },
    // 238: autoscaling/v2.HorizontalPodAutoscalerCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 239: batch/v1.CronJob
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(240), VALUE),
            field(Kind::Struct(259), VALUE),
        ],
    },
    // 240: batch/v1.CronJobSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "concurrencyPolicy",
            "failedJobsHistoryLimit",
            "jobTemplate",
            "schedule",
            "startingDeadlineSeconds",
            "successfulJobsHistoryLimit",
            "suspend",
            "timeZone",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(241), VALUE),
            field(Kind::String, VALUE),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 241: batch/v1.JobTemplateSpec
    Type {
        defaults: Defaults::None,
        names: &["metadata", "spec"],
        fields: &[field(Kind::Struct(0), VALUE), field(Kind::Struct(242), VALUE)],
    },
    // 242: batch/v1.JobSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "activeDeadlineSeconds",
            "backoffLimit",
            "backoffLimitPerIndex",
            "completionMode",
            "completions",
            "managedBy",
            "manualSelector",
            "maxFailedIndexes",
            "parallelism",
            "podFailurePolicy",
            "podReplacementPolicy",
            "scheduling",
            "selector",
            "successPolicy",
            "suspend",
            "template",
            "ttlSecondsAfterFinished",
        ],
        fields: &[
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(243), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(249), UNKEPT),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(247), OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(166), VALUE),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 243: batch/v1.PodFailurePolicy
    Type { defaults: Defaults::None, names: &["rules"], fields: &[field(Kind::List(&Kind::Struct(244)), VALUE)] },
    // 244: batch/v1.PodFailurePolicyRule
    Type {
        defaults: Defaults::None,
        names: &["action", "onExitCodes", "onPodConditions"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::Struct(245), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(246)), OMIT),
        ],
    },
    // 245: batch/v1.PodFailurePolicyOnExitCodesRequirement
    Type {
        defaults: Defaults::None,
        names: &["containerName", "operator", "values"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Int32), VALUE),
        ],
    },
    // 246: batch/v1.PodFailurePolicyOnPodConditionsPattern
    Type {
        defaults: Defaults::PodFailurePolicyOnPodConditionsPattern,
        names: &["status", "type"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 247: batch/v1.SuccessPolicy
    Type { defaults: Defaults::None, names: &["rules"], fields: &[field(Kind::List(&Kind::Struct(248)), VALUE)] },
    // 248: batch/v1.SuccessPolicyRule
    Type {
        defaults: Defaults::None,
        names: &["succeededCount", "succeededIndexes"],
        fields: &[field(Kind::Int32, OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 249: batch/v1.JobSchedulingConfiguration
    Type {
        defaults: Defaults::None,
        names: &["disruptionMode", "resourceClaims", "schedulingConstraints", "schedulingPolicy"],
        fields: &[
            field(Kind::Struct(255), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(258)), OMIT),
            field(Kind::Struct(253), OMIT_POINTER),
            field(Kind::Struct(250), OMIT_POINTER),
        ],
    },
    // 250: scheduling/v1alpha3.WorkloadPodGroupSchedulingPolicy
    Type {
        defaults: Defaults::None,
        names: &["basic", "gang"],
        fields: &[field(Kind::Struct(251), OMIT_POINTER), field(Kind::Struct(252), OMIT_POINTER)],
    },
    // 251: scheduling/v1alpha3.WorkloadPodGroupBasicSchedulingPolicy
    Type { defaults: Defaults::None, names: &[], fields: &[] },
    // 252: scheduling/v1alpha3.WorkloadPodGroupGangSchedulingPolicy
    Type { defaults: Defaults::None, names: &["minCount"], fields: &[field(Kind::Int32, OMIT_POINTER)] },
    // 253: scheduling/v1alpha3.WorkloadPodGroupSchedulingConstraints
    Type { defaults: Defaults::None, names: &["topology"], fields: &[field(Kind::List(&Kind::Struct(254)), OMIT)] },
    // 254: scheduling/v1alpha3.TopologyConstraint
    Type { defaults: Defaults::None, names: &["key"], fields: &[field(Kind::String, VALUE)] },
    // 255: scheduling/v1alpha3.WorkloadPodGroupDisruptionMode
    Type {
        defaults: Defaults::None,
        names: &["all", "single"],
        fields: &[field(Kind::Struct(257), OMIT_POINTER), field(Kind::Struct(256), OMIT_POINTER)],
    },
    // 256: scheduling/v1alpha3.WorkloadPodGroupSingleDisruptionMode
    Type { defaults: Defaults::None, names: &[], fields: &[] },
    // 257: scheduling/v1alpha3.WorkloadPodGroupAllDisruptionMode
    Type { defaults: Defaults::None, names: &[], fields: &[] },
    // 258: scheduling/v1alpha3.WorkloadPodGroupResourceClaim
    Type {
        defaults: Defaults::None,
        names: &["name", "resourceClaimName", "resourceClaimTemplateName"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 259: batch/v1.CronJobStatus
    Type {
        defaults: Defaults::None,
        names: &["active", "lastScheduleTime", "lastSuccessfulTime"],
        fields: &[
            field(Kind::List(&Kind::Struct(35)), OMIT),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::Time, OMIT_POINTER),
        ],
    },
    // 260: batch/v1.Job
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(242), VALUE),
            field(Kind::Struct(261), VALUE),
        ],
    },
    // 261: batch/v1.JobStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "active",
            "completedIndexes",
            "completionTime",
            "conditions",
            "failed",
            "failedIndexes",
            "ready",
            "startTime",
            "succeeded",
            "terminating",
            "uncountedTerminatedPods",
        ],
        fields: &[
            field(Kind::Int32, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(262)), OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::Int32, OMIT),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(263), OMIT_POINTER),
        ],
    },
    // 262: batch/v1.JobCondition
    Type {
        defaults: Defaults::None,
        names: &["lastProbeTime", "lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 263: batch/v1.UncountedTerminatedPods
    Type {
        defaults: Defaults::None,
        names: &["failed", "succeeded"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::List(&Kind::String), OMIT)],
    },
    // 264: networking/v1.Ingress
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(265), VALUE),
            field(Kind::Struct(273), VALUE),
        ],
    },
    // 265: networking/v1.IngressSpec
    Type {
        defaults: Defaults::None,
        names: &["defaultBackend", "ingressClassName", "rules", "tls"],
        fields: &[
            field(Kind::Struct(266), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(270)), OMIT),
            field(Kind::List(&Kind::Struct(269)), OMIT),
        ],
    },
    // 266: networking/v1.IngressBackend
    Type {
        defaults: Defaults::None,
        names: &["resource", "service"],
        fields: &[field(Kind::Struct(47), OMIT_POINTER), field(Kind::Struct(267), OMIT_POINTER)],
    },
    // 267: networking/v1.IngressServiceBackend
    Type {
        defaults: Defaults::None,
        names: &["name", "port"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(268), VALUE)],
    },
    // 268: networking/v1.ServiceBackendPort
    Type {
        defaults: Defaults::None,
        names: &["name", "number"],
        fields: &[field(Kind::String, OMIT), field(Kind::Int32, OMIT)],
    },
    // 269: networking/v1.IngressTLS
    Type {
        defaults: Defaults::None,
        names: &["hosts", "secretName"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::String, OMIT)],
    },
    // 270: networking/v1.IngressRule
    Type {
        defaults: Defaults::None,
        names: &["host", "http"],
        fields: &[field(Kind::String, OMIT), field(Kind::Struct(271), OMIT_POINTER)],
    },
    // 271: networking/v1.HTTPIngressRuleValue
    Type { defaults: Defaults::None, names: &["paths"], fields: &[field(Kind::List(&Kind::Struct(272)), VALUE)] },
    // 272: networking/v1.HTTPIngressPath
    Type {
        defaults: Defaults::None,
        names: &["backend", "path", "pathType"],
        fields: &[field(Kind::Struct(266), VALUE), field(Kind::String, OMIT), field(Kind::String, POINTER)],
    },
    // 273: networking/v1.IngressStatus
    Type { defaults: Defaults::None, names: &["loadBalancer"], fields: &[field(Kind::Struct(274), VALUE)] },
    // 274: networking/v1.IngressLoadBalancerStatus
    Type { defaults: Defaults::None, names: &["ingress"], fields: &[field(Kind::List(&Kind::Struct(275)), OMIT)] },
    // 275: networking/v1.IngressLoadBalancerIngress
    Type {
        defaults: Defaults::None,
        names: &["hostname", "ip", "ports"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT), field(Kind::List(&Kind::Struct(276)), OMIT)],
    },
    // 276: networking/v1.IngressPortStatus
    Type {
        defaults: Defaults::None,
        names: &["error", "port", "protocol"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::Int32, VALUE), field(Kind::String, VALUE)],
    },
    // 277: networking/v1.IngressClass
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(278), VALUE),
        ],
    },
    // 278: networking/v1.IngressClassSpec
    Type {
        defaults: Defaults::None,
        names: &["controller", "parameters"],
        fields: &[field(Kind::String, OMIT), field(Kind::Struct(279), OMIT_POINTER)],
    },
    // 279: networking/v1.IngressClassParametersReference
    Type {
        defaults: Defaults::None,
        names: &["apiGroup", "kind", "name", "namespace", "scope"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, POINTER),
        ],
    },
    // 280: networking/v1.NetworkPolicy
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(281), VALUE),
        ],
    },
    // 281: networking/v1.NetworkPolicySpec
    Type {
        defaults: Defaults::None,
        names: &["egress", "ingress", "podSelector", "policyTypes"],
        fields: &[
            field(Kind::List(&Kind::Struct(286)), OMIT),
            field(Kind::List(&Kind::Struct(282)), OMIT),
            field(Kind::Struct(44), VALUE),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 282: networking/v1.NetworkPolicyIngressRule
    Type {
        defaults: Defaults::None,
        names: &["from", "ports"],
        fields: &[field(Kind::List(&Kind::Struct(284)), OMIT), field(Kind::List(&Kind::Struct(283)), OMIT)],
    },
    // 283: networking/v1.NetworkPolicyPort
    Type {
        defaults: Defaults::NetworkPolicyPort,
        names: &["endPort", "port", "protocol"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::IntOrString, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 284: networking/v1.NetworkPolicyPeer
    Type {
        defaults: Defaults::None,
        names: &["ipBlock", "namespaceSelector", "podSelector"],
        fields: &[
            field(Kind::Struct(285), OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
        ],
    },
    // 285: networking/v1.IPBlock
    Type {
        defaults: Defaults::None,
        names: &["cidr", "except"],
        fields: &[field(Kind::String, VALUE), field(Kind::List(&Kind::String), OMIT)],
    },
    // 286: networking/v1.NetworkPolicyEgressRule
    Type {
        defaults: Defaults::None,
        names: &["ports", "to"],
        fields: &[field(Kind::List(&Kind::Struct(283)), OMIT), field(Kind::List(&Kind::Struct(284)), OMIT)],
    },
    // 287: policy/v1.PodDisruptionBudget
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(288), VALUE),
            field(Kind::Struct(289), VALUE),
        ],
    },
    // 288: policy/v1.PodDisruptionBudgetSpec
    Type {
        defaults: Defaults::None,
        names: &["maxUnavailable", "minAvailable", "selector", "unhealthyPodEvictionPolicy"],
        fields: &[
            field(Kind::IntOrString, OMIT_POINTER),
            field(Kind::IntOrString, OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 289: policy/v1.PodDisruptionBudgetStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "conditions",
            "currentHealthy",
            "desiredHealthy",
            "disruptedPods",
            "disruptionsAllowed",
            "expectedPods",
            "observedGeneration",
        ],
        fields: &[
            field(Kind::List(&Kind::Struct(186)), OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, VALUE),
            field(Kind::Map(&Kind::Time), OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Int32, VALUE),
            field(Kind::Int64, OMIT),
        ],
    },
    // 290: rbac/v1.ClusterRole
    Type {
        defaults: Defaults::None,
        names: &["aggregationRule", "apiVersion", "kind", "metadata", "rules"],
        fields: &[
            field(Kind::Struct(292), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(291)), VALUE),
        ],
    },
    // 291: rbac/v1.PolicyRule
    Type {
        defaults: Defaults::None,
        names: &["apiGroups", "nonResourceURLs", "resourceNames", "resources", "verbs"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), VALUE),
        ],
    },
    // 292: rbac/v1.AggregationRule
    Type {
        defaults: Defaults::None,
        names: &["clusterRoleSelectors"],
        fields: &[field(Kind::List(&Kind::Struct(44)), OMIT)],
    },
    // 293: rbac/v1.ClusterRoleBinding
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "roleRef", "subjects"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(295), VALUE),
            field(Kind::List(&Kind::Struct(294)), OMIT),
        ],
    },
    // 294: rbac/v1.Subject
    Type {
        defaults: Defaults::Subject,
        names: &["apiGroup", "kind", "name", "namespace"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
        ],
    },
    // 295: rbac/v1.RoleRef
    Type {
        defaults: Defaults::None,
        names: &["apiGroup", "kind", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 296: rbac/v1.Role
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "rules"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(291)), VALUE),
        ],
    },
    // 297: rbac/v1.RoleBinding
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "roleRef", "subjects"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(295), VALUE),
            field(Kind::List(&Kind::Struct(294)), OMIT),
        ],
    },
    // 298: scheduling/v1.PriorityClass
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "description", "globalDefault", "kind", "metadata", "preemptionPolicy", "value"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, VALUE),
        ],
    },
    // 299: storage/v1.StorageClass
    Type {
        defaults: Defaults::None,
        names: &[
            "allowVolumeExpansion",
            "allowedTopologies",
            "apiVersion",
            "kind",
            "metadata",
            "mountOptions",
            "parameters",
            "provisioner",
            "reclaimPolicy",
            "volumeBindingMode",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(300)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 300: core/v1.TopologySelectorTerm
    Type {
        defaults: Defaults::None,
        names: &["matchLabelExpressions"],
        fields: &[field(Kind::List(&Kind::Struct(301)), OMIT)],
    },
    // 301: core/v1.TopologySelectorLabelRequirement
    Type {
        defaults: Defaults::None,
        names: &["key", "values"],
        fields: &[field(Kind::String, VALUE), field(Kind::List(&Kind::String), VALUE)],
    },
    // 302: autoscaling/v1.MetricSpec
    Type {
        defaults: Defaults::None,
        names: &["containerResource", "external", "object", "pods", "resource", "type"],
        fields: &[
            field(Kind::Struct(306), OMIT_POINTER),
            field(Kind::Struct(307), OMIT_POINTER),
            field(Kind::Struct(303), OMIT_POINTER),
            field(Kind::Struct(304), OMIT_POINTER),
            field(Kind::Struct(305), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 303: autoscaling/v1.ObjectMetricSource
    Type {
        defaults: Defaults::None,
        names: &["averageValue", "metricName", "selector", "target", "targetValue"],
        fields: &[
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(214), VALUE),
            field(Kind::Quantity, VALUE),
        ],
    },
    // 304: autoscaling/v1.PodsMetricSource
    Type {
        defaults: Defaults::None,
        names: &["metricName", "selector", "targetAverageValue"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(44), OMIT_POINTER), field(Kind::Quantity, VALUE)],
    },
    // 305: autoscaling/v1.ResourceMetricSource
    Type {
        defaults: Defaults::None,
        names: &["name", "targetAverageUtilization", "targetAverageValue"],
        fields: &[field(Kind::String, VALUE), field(Kind::Int32, OMIT_POINTER), field(Kind::Quantity, OMIT_POINTER)],
    },
    // 306: autoscaling/v1.ContainerResourceMetricSource
    Type {
        defaults: Defaults::None,
        names: &["container", "name", "targetAverageUtilization", "targetAverageValue"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 307: autoscaling/v1.ExternalMetricSource
    Type {
        defaults: Defaults::None,
        names: &["metricName", "metricSelector", "targetAverageValue", "targetValue"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 308: core/v1.Binding
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "target"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(35), VALUE),
        ],
    },
    // 309: core/v1.ComponentStatus
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "conditions", "kind", "metadata"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(310)), OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
        ],
    },
    // 310: core/v1.ComponentCondition
    Type {
        defaults: Defaults::None,
        names: &["error", "message", "status", "type"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 311: core/v1.Endpoints
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "subsets"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(312)), OMIT),
        ],
    },
    // 312: core/v1.EndpointSubset
    Type {
        defaults: Defaults::None,
        names: &["addresses", "notReadyAddresses", "ports"],
        fields: &[
            field(Kind::List(&Kind::Struct(313)), OMIT),
            field(Kind::List(&Kind::Struct(313)), OMIT),
            field(Kind::List(&Kind::Struct(314)), OMIT),
        ],
    },
    // 313: core/v1.EndpointAddress
    Type {
        defaults: Defaults::None,
        names: &["hostname", "ip", "nodeName", "targetRef"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(35), OMIT_POINTER),
        ],
    },
    // 314: core/v1.EndpointPort
    Type {
        defaults: Defaults::None,
        names: &["appProtocol", "name", "port", "protocol"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::String, OMIT),
        ],
    },
    // 315: core/v1.Event
    Type {
        defaults: Defaults::None,
        names: &[
            "action",
            "apiVersion",
            "count",
            "eventTime",
            "firstTimestamp",
            "involvedObject",
            "kind",
            "lastTimestamp",
            "message",
            "metadata",
            "reason",
            "related",
            "reportingComponent",
            "reportingInstance",
            "series",
            "source",
            "type",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::MicroTime, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::Struct(35), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(35), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Struct(317), OMIT_POINTER),
            field(Kind::Struct(316), VALUE),
            field(Kind::String, OMIT),
        ],
    },
    // 316: core/v1.EventSource
    Type {
        defaults: Defaults::None,
        names: &["component", "host"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 317: core/v1.EventSeries
    Type {
        defaults: Defaults::None,
        names: &["count", "lastObservedTime"],
        fields: &[field(Kind::Int32, OMIT), field(Kind::MicroTime, VALUE)],
    },
    // 318: core/v1.Node
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(319), VALUE),
            field(Kind::Struct(324), VALUE),
        ],
    },
    // 319: core/v1.NodeSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "configSource",
            "externalID",
            "podCIDR",
            "podCIDRs",
            "podPreemptionPolicy",
            "providerID",
            "taints",
            "unschedulable",
        ],
        fields: &[
            field(Kind::Struct(321), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(323), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(320)), OMIT),
            field(Kind::Bool, OMIT),
        ],
    },
    // 320: core/v1.Taint
    Type {
        defaults: Defaults::None,
        names: &["effect", "key", "timeAdded", "value"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 321: core/v1.NodeConfigSource
    Type { defaults: Defaults::None, names: &["configMap"], fields: &[field(Kind::Struct(322), OMIT_POINTER)] },
    // 322: core/v1.ConfigMapNodeConfigSource
    Type {
        defaults: Defaults::None,
        names: &["kubeletConfigKey", "name", "namespace", "resourceVersion", "uid"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 323: core/v1.NodePodPreemptionPolicy
    Type {
        defaults: Defaults::None,
        names: &["disableResizePreemption"],
        fields: &[field(Kind::List(&Kind::String), OMIT)],
    },
    // 324: core/v1.NodeStatus
    Type {
        defaults: Defaults::None,
        names: &[
            "addresses",
            "allocatable",
            "capacity",
            "conditions",
            "config",
            "daemonEndpoints",
            "declaredFeatures",
            "features",
            "images",
            "nodeInfo",
            "phase",
            "runtimeHandlers",
            "volumesAttached",
            "volumesInUse",
        ],
        fields: &[
            field(Kind::List(&Kind::Struct(326)), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::List(&Kind::Struct(325)), OMIT),
            field(Kind::Struct(333), OMIT_POINTER),
            field(Kind::Struct(327), VALUE),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(336), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(331)), OMIT),
            field(Kind::Struct(329), VALUE),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(334)), OMIT),
            field(Kind::List(&Kind::Struct(332)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 325: core/v1.NodeCondition
    Type {
        defaults: Defaults::None,
        names: &["lastHeartbeatTime", "lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 326: core/v1.NodeAddress
    Type {
        defaults: Defaults::None,
        names: &["address", "type"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 327: core/v1.NodeDaemonEndpoints
    Type { defaults: Defaults::None, names: &["kubeletEndpoint"], fields: &[field(Kind::Struct(328), VALUE)] },
    // 328: core/v1.DaemonEndpoint
    Type { defaults: Defaults::None, names: &["Port"], fields: &[field(Kind::Int32, VALUE)] },
    // 329: core/v1.NodeSystemInfo
    Type {
        defaults: Defaults::None,
        names: &[
            "architecture",
            "bootID",
            "containerRuntimeVersion",
            "kernelVersion",
            "kubeProxyVersion",
            "kubeletVersion",
            "machineID",
            "operatingSystem",
            "osImage",
            "runningInUserNamespace",
            "swap",
            "systemUUID",
        ],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(330), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 330: core/v1.NodeSwapStatus
    Type { defaults: Defaults::None, names: &["capacity"], fields: &[field(Kind::Int64, OMIT_POINTER)] },
    // 331: core/v1.ContainerImage
    Type {
        defaults: Defaults::None,
        names: &["names", "sizeBytes"],
        fields: &[field(Kind::List(&Kind::String), VALUE), field(Kind::Int64, OMIT)],
    },
    // 332: core/v1.AttachedVolume
    Type {
        defaults: Defaults::None,
        names: &["devicePath", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 333: core/v1.NodeConfigStatus
    Type {
        defaults: Defaults::None,
        names: &["active", "assigned", "error", "lastKnownGood"],
        fields: &[
            field(Kind::Struct(321), OMIT_POINTER),
            field(Kind::Struct(321), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(321), OMIT_POINTER),
        ],
    },
    // 334: core/v1.NodeRuntimeHandler
    Type {
        defaults: Defaults::None,
        names: &["features", "name"],
        fields: &[field(Kind::Struct(335), OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 335: core/v1.NodeRuntimeHandlerFeatures
    Type {
        defaults: Defaults::None,
        names: &["recursiveReadOnlyMounts", "userNamespaces"],
        fields: &[field(Kind::Bool, OMIT_POINTER), field(Kind::Bool, OMIT_POINTER)],
    },
    // 336: core/v1.NodeFeatures
    Type { defaults: Defaults::None, names: &["supplementalGroupsPolicy"], fields: &[field(Kind::Bool, OMIT_POINTER)] },
    // 337: admissionregistration/v1.MutatingAdmissionPolicy
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(338), VALUE),
        ],
    },
    // 338: admissionregistration/v1.MutatingAdmissionPolicySpec
    Type {
        defaults: Defaults::None,
        names: &[
            "failurePolicy",
            "matchConditions",
            "matchConstraints",
            "mutations",
            "paramKind",
            "reinvocationPolicy",
            "variables",
        ],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(346)), OMIT),
            field(Kind::Struct(340), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(343)), OMIT),
            field(Kind::Struct(339), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(342)), OMIT),
        ],
    },
    // 339: admissionregistration/v1.ParamKind
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 340: admissionregistration/v1.MatchResources
    Type {
        defaults: Defaults::None,
        names: &["excludeResourceRules", "matchPolicy", "namespaceSelector", "objectSelector", "resourceRules"],
        fields: &[
            field(Kind::List(&Kind::Struct(341)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(341)), OMIT),
        ],
    },
    // 341: admissionregistration/v1.NamedRuleWithOperations
    Type {
        defaults: Defaults::None,
        names: &["apiGroups", "apiVersions", "operations", "resourceNames", "resources", "scope"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 342: admissionregistration/v1.Variable
    Type {
        defaults: Defaults::None,
        names: &["expression", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 343: admissionregistration/v1.Mutation
    Type {
        defaults: Defaults::None,
        names: &["applyConfiguration", "jsonPatch", "patchType"],
        fields: &[
            field(Kind::Struct(344), OMIT_POINTER),
            field(Kind::Struct(345), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 344: admissionregistration/v1.ApplyConfiguration
    Type { defaults: Defaults::None, names: &["expression"], fields: &[field(Kind::String, OMIT)] },
    // 345: admissionregistration/v1.JSONPatch
    Type { defaults: Defaults::None, names: &["expression"], fields: &[field(Kind::String, OMIT)] },
    // 346: admissionregistration/v1.MatchCondition
    Type {
        defaults: Defaults::None,
        names: &["expression", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 347: admissionregistration/v1.MutatingAdmissionPolicyBinding
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(348), VALUE),
        ],
    },
    // 348: admissionregistration/v1.MutatingAdmissionPolicyBindingSpec
    Type {
        defaults: Defaults::None,
        names: &["matchResources", "paramRef", "policyName"],
        fields: &[
            field(Kind::Struct(340), OMIT_POINTER),
            field(Kind::Struct(349), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 349: admissionregistration/v1.ParamRef
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace", "parameterNotFoundAction", "selector"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
        ],
    },
    // 350: admissionregistration/v1.MutatingWebhookConfiguration
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "webhooks"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(351)), OMIT),
        ],
    },
    // 351: admissionregistration/v1.MutatingWebhook
    Type {
        defaults: Defaults::None,
        names: &[
            "admissionReviewVersions",
            "clientConfig",
            "failurePolicy",
            "matchConditions",
            "matchPolicy",
            "name",
            "namespaceSelector",
            "objectSelector",
            "reinvocationPolicy",
            "rules",
            "sideEffects",
            "timeoutSeconds",
        ],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::Struct(352), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(346)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(354)), OMIT),
            field(Kind::String, POINTER),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 352: admissionregistration/v1.WebhookClientConfig
    Type {
        defaults: Defaults::None,
        names: &["caBundle", "service", "url"],
        fields: &[field(Kind::Bytes, OMIT), field(Kind::Struct(353), OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 353: admissionregistration/v1.ServiceReference
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace", "path", "port"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 354: admissionregistration/v1.RuleWithOperations
    Type {
        defaults: Defaults::None,
        names: &["apiGroups", "apiVersions", "operations", "resources", "scope"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 355: admissionregistration/v1.ValidatingAdmissionPolicy
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(356), VALUE),
            field(Kind::Struct(359), VALUE),
        ],
    },
    // 356: admissionregistration/v1.ValidatingAdmissionPolicySpec
    Type {
        defaults: Defaults::None,
        names: &[
            "auditAnnotations",
            "failurePolicy",
            "matchConditions",
            "matchConstraints",
            "paramKind",
            "validations",
            "variables",
        ],
        fields: &[
            field(Kind::List(&Kind::Struct(358)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(346)), OMIT),
            field(Kind::Struct(340), OMIT_POINTER),
            field(Kind::Struct(339), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(357)), OMIT),
            field(Kind::List(&Kind::Struct(342)), OMIT),
        ],
    },
    // 357: admissionregistration/v1.Validation
    Type {
        defaults: Defaults::None,
        names: &["expression", "message", "messageExpression", "reason"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 358: admissionregistration/v1.AuditAnnotation
    Type {
        defaults: Defaults::None,
        names: &["key", "valueExpression"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 359: admissionregistration/v1.ValidatingAdmissionPolicyStatus
    Type {
        defaults: Defaults::None,
        names: &["conditions", "observedGeneration", "typeChecking"],
        fields: &[
            field(Kind::List(&Kind::Struct(186)), OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::Struct(360), OMIT_POINTER),
        ],
    },
    // 360: admissionregistration/v1.TypeChecking
    Type {
        defaults: Defaults::None,
        names: &["expressionWarnings"],
        fields: &[field(Kind::List(&Kind::Struct(361)), OMIT)],
    },
    // 361: admissionregistration/v1.ExpressionWarning
    Type {
        defaults: Defaults::None,
        names: &["fieldRef", "warning"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 362: admissionregistration/v1.ValidatingAdmissionPolicyBinding
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(363), VALUE),
        ],
    },
    // 363: admissionregistration/v1.ValidatingAdmissionPolicyBindingSpec
    Type {
        defaults: Defaults::None,
        names: &["matchResources", "paramRef", "policyName", "validationActions"],
        fields: &[
            field(Kind::Struct(340), OMIT_POINTER),
            field(Kind::Struct(349), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 364: admissionregistration/v1.ValidatingWebhookConfiguration
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "webhooks"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(365)), OMIT),
        ],
    },
    // 365: admissionregistration/v1.ValidatingWebhook
    Type {
        defaults: Defaults::None,
        names: &[
            "admissionReviewVersions",
            "clientConfig",
            "failurePolicy",
            "matchConditions",
            "matchPolicy",
            "name",
            "namespaceSelector",
            "objectSelector",
            "rules",
            "sideEffects",
            "timeoutSeconds",
        ],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::Struct(352), VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(346)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(354)), OMIT),
            field(Kind::String, POINTER),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 366: apiextensions/v1.CustomResourceDefinition
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(367), VALUE),
            field(Kind::Struct(379), VALUE),
        ],
    },
    // 367: apiextensions/v1.CustomResourceDefinitionSpec
    Type {
        defaults: Defaults::None,
        names: &["conversion", "group", "names", "preserveUnknownFields", "scope", "versions"],
        fields: &[
            field(Kind::Struct(375), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(368), VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Struct(369)), VALUE),
        ],
    },
    // 368: apiextensions/v1.CustomResourceDefinitionNames
    Type {
        defaults: Defaults::None,
        names: &["categories", "kind", "listKind", "plural", "shortNames", "singular"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 369: apiextensions/v1.CustomResourceDefinitionVersion
    Type {
        defaults: Defaults::None,
        names: &[
            "additionalPrinterColumns",
            "deprecated",
            "deprecationWarning",
            "name",
            "schema",
            "selectableFields",
            "served",
            "storage",
            "subresources",
        ],
        fields: &[
            field(Kind::List(&Kind::Struct(373)), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Any, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(374)), OMIT),
            field(Kind::Bool, VALUE),
            field(Kind::Bool, VALUE),
            field(Kind::Struct(370), OMIT_POINTER),
        ],
    },
    // 370: apiextensions/v1.CustomResourceSubresources
    Type {
        defaults: Defaults::None,
        names: &["scale", "status"],
        fields: &[field(Kind::Struct(372), OMIT_POINTER), field(Kind::Struct(371), OMIT_POINTER)],
    },
    // 371: apiextensions/v1.CustomResourceSubresourceStatus
    Type { defaults: Defaults::None, names: &[], fields: &[] },
    // 372: apiextensions/v1.CustomResourceSubresourceScale
    Type {
        defaults: Defaults::None,
        names: &["labelSelectorPath", "specReplicasPath", "statusReplicasPath"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 373: apiextensions/v1.CustomResourceColumnDefinition
    Type {
        defaults: Defaults::None,
        names: &["description", "format", "jsonPath", "name", "priority", "type"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Int32, OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 374: apiextensions/v1.SelectableField
    Type { defaults: Defaults::None, names: &["jsonPath"], fields: &[field(Kind::String, VALUE)] },
    // 375: apiextensions/v1.CustomResourceConversion
    Type {
        defaults: Defaults::None,
        names: &["strategy", "webhook"],
        fields: &[field(Kind::String, VALUE), field(Kind::Struct(376), OMIT_POINTER)],
    },
    // 376: apiextensions/v1.WebhookConversion
    Type {
        defaults: Defaults::None,
        names: &["clientConfig", "conversionReviewVersions"],
        fields: &[field(Kind::Struct(377), OMIT_POINTER), field(Kind::List(&Kind::String), VALUE)],
    },
    // 377: apiextensions/v1.WebhookClientConfig
    Type {
        defaults: Defaults::None,
        names: &["caBundle", "service", "url"],
        fields: &[field(Kind::Bytes, OMIT), field(Kind::Struct(378), OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 378: apiextensions/v1.ServiceReference
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace", "path", "port"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
        ],
    },
    // 379: apiextensions/v1.CustomResourceDefinitionStatus
    Type {
        defaults: Defaults::None,
        names: &["acceptedNames", "conditions", "observedGeneration", "storedVersions"],
        fields: &[
            field(Kind::Struct(368), VALUE),
            field(Kind::List(&Kind::Struct(380)), VALUE),
            field(Kind::Int64, OMIT),
            field(Kind::List(&Kind::String), VALUE),
        ],
    },
    // 380: apiextensions/v1.CustomResourceDefinitionCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 381: apiregistration/v1.APIService
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(382), VALUE),
            field(Kind::Struct(384), VALUE),
        ],
    },
    // 382: apiregistration/v1.APIServiceSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "caBundle",
            "group",
            "groupPriorityMinimum",
            "insecureSkipTLSVerify",
            "service",
            "version",
            "versionPriority",
        ],
        fields: &[
            field(Kind::Bytes, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::Struct(383), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Int32, VALUE),
        ],
    },
    // 383: apiregistration/v1.ServiceReference
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace", "port"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT), field(Kind::Int32, OMIT_POINTER)],
    },
    // 384: apiregistration/v1.APIServiceStatus
    Type { defaults: Defaults::None, names: &["conditions"], fields: &[field(Kind::List(&Kind::Struct(385)), OMIT)] },
    // 385: apiregistration/v1.APIServiceCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 386: apps/v1.ControllerRevision
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "data", "kind", "metadata", "revision"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Any, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Int64, VALUE),
        ],
    },
    // 387: authentication/v1.TokenReview
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(388), VALUE),
            field(Kind::Struct(389), VALUE),
        ],
    },
    // 388: authentication/v1.TokenReviewSpec
    Type {
        defaults: Defaults::None,
        names: &["audiences", "token"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::String, OMIT)],
    },
    // 389: authentication/v1.TokenReviewStatus
    Type {
        defaults: Defaults::None,
        names: &["audiences", "authenticated", "error", "user"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(390), VALUE),
        ],
    },
    // 390: authentication/v1.UserInfo
    Type {
        defaults: Defaults::None,
        names: &["extra", "groups", "uid", "username"],
        fields: &[
            field(Kind::Map(&Kind::List(&Kind::String)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 391: authorization/v1.LocalSubjectAccessReview
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(392), VALUE),
            field(Kind::Struct(398), VALUE),
        ],
    },
    // 392: authorization/v1.SubjectAccessReviewSpec
    Type {
        defaults: Defaults::None,
        names: &["extra", "groups", "nonResourceAttributes", "resourceAttributes", "uid", "user"],
        fields: &[
            field(Kind::Map(&Kind::List(&Kind::String)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Struct(397), OMIT_POINTER),
            field(Kind::Struct(393), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 393: authorization/v1.ResourceAttributes
    Type {
        defaults: Defaults::None,
        names: &[
            "fieldSelector",
            "group",
            "labelSelector",
            "name",
            "namespace",
            "resource",
            "subresource",
            "verb",
            "version",
        ],
        fields: &[
            field(Kind::Struct(394), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(396), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 394: authorization/v1.FieldSelectorAttributes
    Type {
        defaults: Defaults::None,
        names: &["rawSelector", "requirements"],
        fields: &[field(Kind::String, OMIT), field(Kind::List(&Kind::Struct(395)), OMIT)],
    },
    // 395: meta/v1.FieldSelectorRequirement
    Type {
        defaults: Defaults::None,
        names: &["key", "operator", "values"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::List(&Kind::String), OMIT)],
    },
    // 396: authorization/v1.LabelSelectorAttributes
    Type {
        defaults: Defaults::None,
        names: &["rawSelector", "requirements"],
        fields: &[field(Kind::String, OMIT), field(Kind::List(&Kind::Struct(45)), OMIT)],
    },
    // 397: authorization/v1.NonResourceAttributes
    Type {
        defaults: Defaults::None,
        names: &["path", "verb"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT)],
    },
    // 398: authorization/v1.SubjectAccessReviewStatus
    Type {
        defaults: Defaults::None,
        names: &["allowed", "denied", "evaluationError", "reason"],
        fields: &[
            field(Kind::Bool, VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 399: authorization/v1.SelfSubjectAccessReview
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(400), VALUE),
            field(Kind::Struct(398), VALUE),
        ],
    },
    // 400: authorization/v1.SelfSubjectAccessReviewSpec
    Type {
        defaults: Defaults::None,
        names: &["nonResourceAttributes", "resourceAttributes"],
        fields: &[field(Kind::Struct(397), OMIT_POINTER), field(Kind::Struct(393), OMIT_POINTER)],
    },
    // 401: authorization/v1.SelfSubjectRulesReview
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(402), VALUE),
            field(Kind::Struct(403), VALUE),
        ],
    },
    // 402: authorization/v1.SelfSubjectRulesReviewSpec
    Type { defaults: Defaults::None, names: &["namespace"], fields: &[field(Kind::String, OMIT)] },
    // 403: authorization/v1.SubjectRulesReviewStatus
    Type {
        defaults: Defaults::None,
        names: &["evaluationError", "incomplete", "nonResourceRules", "resourceRules"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Bool, VALUE),
            field(Kind::List(&Kind::Struct(405)), VALUE),
            field(Kind::List(&Kind::Struct(404)), VALUE),
        ],
    },
    // 404: authorization/v1.ResourceRule
    Type {
        defaults: Defaults::None,
        names: &["apiGroups", "resourceNames", "resources", "verbs"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), VALUE),
        ],
    },
    // 405: authorization/v1.NonResourceRule
    Type {
        defaults: Defaults::None,
        names: &["nonResourceURLs", "verbs"],
        fields: &[field(Kind::List(&Kind::String), OMIT), field(Kind::List(&Kind::String), VALUE)],
    },
    // 406: authorization/v1.SubjectAccessReview
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(392), VALUE),
            field(Kind::Struct(398), VALUE),
        ],
    },
    // 407: certificates/v1.CertificateSigningRequest
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(408), VALUE),
            field(Kind::Struct(409), VALUE),
        ],
    },
    // 408: certificates/v1.CertificateSigningRequestSpec
    Type {
        defaults: Defaults::None,
        names: &["expirationSeconds", "extra", "groups", "request", "signerName", "uid", "usages", "username"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Map(&Kind::List(&Kind::String)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Bytes, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 409: certificates/v1.CertificateSigningRequestStatus
    Type {
        defaults: Defaults::None,
        names: &["certificate", "conditions"],
        fields: &[field(Kind::Bytes, OMIT), field(Kind::List(&Kind::Struct(410)), OMIT)],
    },
    // 410: certificates/v1.CertificateSigningRequestCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "lastUpdateTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 411: coordination/v1.Lease
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(412), VALUE),
        ],
    },
    // 412: coordination/v1.LeaseSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "acquireTime",
            "holderIdentity",
            "leaseDurationSeconds",
            "leaseTransitions",
            "preferredHolder",
            "renewTime",
            "strategy",
        ],
        fields: &[
            field(Kind::MicroTime, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::MicroTime, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 413: discovery/v1.EndpointSlice
    Type {
        defaults: Defaults::None,
        names: &["addressType", "apiVersion", "endpoints", "kind", "metadata", "ports"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::Struct(414)), VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::List(&Kind::Struct(419)), VALUE),
        ],
    },
    // 414: discovery/v1.Endpoint
    Type {
        defaults: Defaults::None,
        names: &["addresses", "conditions", "deprecatedTopology", "hints", "hostname", "nodeName", "targetRef", "zone"],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::Struct(415), VALUE),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Struct(416), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(35), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 415: discovery/v1.EndpointConditions
    Type {
        defaults: Defaults::None,
        names: &["ready", "serving", "terminating"],
        fields: &[field(Kind::Bool, OMIT_POINTER), field(Kind::Bool, OMIT_POINTER), field(Kind::Bool, OMIT_POINTER)],
    },
    // 416: discovery/v1.EndpointHints
    Type {
        defaults: Defaults::None,
        names: &["forNodes", "forZones"],
        fields: &[field(Kind::List(&Kind::Struct(418)), OMIT), field(Kind::List(&Kind::Struct(417)), OMIT)],
    },
    // 417: discovery/v1.ForZone
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 418: discovery/v1.ForNode
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 419: discovery/v1.EndpointPort
    Type {
        defaults: Defaults::None,
        names: &["appProtocol", "name", "port", "protocol"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 420: events/v1.Event
    Type {
        defaults: Defaults::None,
        names: &[
            "action",
            "apiVersion",
            "deprecatedCount",
            "deprecatedFirstTimestamp",
            "deprecatedLastTimestamp",
            "deprecatedSource",
            "eventTime",
            "kind",
            "metadata",
            "note",
            "reason",
            "regarding",
            "related",
            "reportingController",
            "reportingInstance",
            "series",
            "type",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int32, OMIT),
            field(Kind::Time, VALUE),
            field(Kind::Time, VALUE),
            field(Kind::Struct(316), VALUE),
            field(Kind::MicroTime, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(35), VALUE),
            field(Kind::Struct(35), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(421), OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 421: events/v1.EventSeries
    Type {
        defaults: Defaults::None,
        names: &["count", "lastObservedTime"],
        fields: &[field(Kind::Int32, VALUE), field(Kind::MicroTime, VALUE)],
    },
    // 422: flowcontrol/v1.FlowSchema
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(423), VALUE),
            field(Kind::Struct(433), VALUE),
        ],
    },
    // 423: flowcontrol/v1.FlowSchemaSpec
    Type {
        defaults: Defaults::None,
        names: &["distinguisherMethod", "matchingPrecedence", "priorityLevelConfiguration", "rules"],
        fields: &[
            field(Kind::Struct(425), OMIT_POINTER),
            field(Kind::Int32, VALUE),
            field(Kind::Struct(424), VALUE),
            field(Kind::List(&Kind::Struct(426)), OMIT),
        ],
    },
    // 424: flowcontrol/v1.PriorityLevelConfigurationReference
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 425: flowcontrol/v1.FlowDistinguisherMethod
    Type { defaults: Defaults::None, names: &["type"], fields: &[field(Kind::String, VALUE)] },
    // 426: flowcontrol/v1.PolicyRulesWithSubjects
    Type {
        defaults: Defaults::None,
        names: &["nonResourceRules", "resourceRules", "subjects"],
        fields: &[
            field(Kind::List(&Kind::Struct(432)), OMIT),
            field(Kind::List(&Kind::Struct(431)), OMIT),
            field(Kind::List(&Kind::Struct(427)), VALUE),
        ],
    },
    // 427: flowcontrol/v1.Subject
    Type {
        defaults: Defaults::None,
        names: &["group", "kind", "serviceAccount", "user"],
        fields: &[
            field(Kind::Struct(429), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::Struct(430), OMIT_POINTER),
            field(Kind::Struct(428), OMIT_POINTER),
        ],
    },
    // 428: flowcontrol/v1.UserSubject
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 429: flowcontrol/v1.GroupSubject
    Type { defaults: Defaults::None, names: &["name"], fields: &[field(Kind::String, VALUE)] },
    // 430: flowcontrol/v1.ServiceAccountSubject
    Type {
        defaults: Defaults::None,
        names: &["name", "namespace"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 431: flowcontrol/v1.ResourcePolicyRule
    Type {
        defaults: Defaults::None,
        names: &["apiGroups", "clusterScope", "namespaces", "resources", "verbs"],
        fields: &[
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::Bool, OMIT),
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::List(&Kind::String), VALUE),
            field(Kind::List(&Kind::String), VALUE),
        ],
    },
    // 432: flowcontrol/v1.NonResourcePolicyRule
    Type {
        defaults: Defaults::None,
        names: &["nonResourceURLs", "verbs"],
        fields: &[field(Kind::List(&Kind::String), VALUE), field(Kind::List(&Kind::String), VALUE)],
    },
    // 433: flowcontrol/v1.FlowSchemaStatus
    Type { defaults: Defaults::None, names: &["conditions"], fields: &[field(Kind::List(&Kind::Struct(434)), OMIT)] },
    // 434: flowcontrol/v1.FlowSchemaCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 435: flowcontrol/v1.PriorityLevelConfiguration
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(436), VALUE),
            field(Kind::Struct(441), VALUE),
        ],
    },
    // 436: flowcontrol/v1.PriorityLevelConfigurationSpec
    Type {
        defaults: Defaults::None,
        names: &["exempt", "limited", "type"],
        fields: &[
            field(Kind::Struct(440), OMIT_POINTER),
            field(Kind::Struct(437), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 437: flowcontrol/v1.LimitedPriorityLevelConfiguration
    Type {
        defaults: Defaults::None,
        names: &["borrowingLimitPercent", "lendablePercent", "limitResponse", "nominalConcurrencyShares"],
        fields: &[
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Int32, OMIT_POINTER),
            field(Kind::Struct(438), VALUE),
            field(Kind::Int32, POINTER),
        ],
    },
    // 438: flowcontrol/v1.LimitResponse
    Type {
        defaults: Defaults::None,
        names: &["queuing", "type"],
        fields: &[field(Kind::Struct(439), OMIT_POINTER), field(Kind::String, VALUE)],
    },
    // 439: flowcontrol/v1.QueuingConfiguration
    Type {
        defaults: Defaults::None,
        names: &["handSize", "queueLengthLimit", "queues"],
        fields: &[field(Kind::Int32, VALUE), field(Kind::Int32, VALUE), field(Kind::Int32, VALUE)],
    },
    // 440: flowcontrol/v1.ExemptPriorityLevelConfiguration
    Type {
        defaults: Defaults::None,
        names: &["lendablePercent", "nominalConcurrencyShares"],
        fields: &[field(Kind::Int32, OMIT_POINTER), field(Kind::Int32, OMIT_POINTER)],
    },
    // 441: flowcontrol/v1.PriorityLevelConfigurationStatus
    Type { defaults: Defaults::None, names: &["conditions"], fields: &[field(Kind::List(&Kind::Struct(442)), OMIT)] },
    // 442: flowcontrol/v1.PriorityLevelConfigurationCondition
    Type {
        defaults: Defaults::None,
        names: &["lastTransitionTime", "message", "reason", "status", "type"],
        fields: &[
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 443: networking/v1.IPAddress
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(444), VALUE),
        ],
    },
    // 444: networking/v1.IPAddressSpec
    Type { defaults: Defaults::None, names: &["parentRef"], fields: &[field(Kind::Struct(445), OMIT_POINTER)] },
    // 445: networking/v1.ParentReference
    Type {
        defaults: Defaults::None,
        names: &["group", "name", "namespace", "resource"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
        ],
    },
    // 446: networking/v1.ServiceCIDR
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(447), VALUE),
            field(Kind::Struct(448), VALUE),
        ],
    },
    // 447: networking/v1.ServiceCIDRSpec
    Type { defaults: Defaults::None, names: &["cidrs"], fields: &[field(Kind::List(&Kind::String), OMIT)] },
    // 448: networking/v1.ServiceCIDRStatus
    Type { defaults: Defaults::None, names: &["conditions"], fields: &[field(Kind::List(&Kind::Struct(186)), OMIT)] },
    // 449: node/v1.RuntimeClass
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "handler", "kind", "metadata", "overhead", "scheduling"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(450), OMIT_POINTER),
            field(Kind::Struct(451), OMIT_POINTER),
        ],
    },
    // 450: node/v1.Overhead
    Type { defaults: Defaults::None, names: &["podFixed"], fields: &[field(Kind::Map(&Kind::Quantity), OMIT)] },
    // 451: node/v1.Scheduling
    Type {
        defaults: Defaults::None,
        names: &["nodeSelector", "tolerations"],
        fields: &[field(Kind::Map(&Kind::String), OMIT), field(Kind::List(&Kind::Struct(131)), OMIT)],
    },
    // 452: policy/v1.Eviction
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "deleteOptions", "kind", "metadata"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Struct(453), OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
        ],
    },
    // 453: meta/v1.DeleteOptions
    Type {
        defaults: Defaults::None,
        names: &[
            "apiVersion",
            "dryRun",
            "gracePeriodSeconds",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "kind",
            "orphanDependents",
            "preconditions",
            "propagationPolicy",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(454), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 454: meta/v1.Preconditions
    Type {
        defaults: Defaults::None,
        names: &["resourceVersion", "uid"],
        fields: &[field(Kind::String, OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 455: resource/v1.DeviceClass
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(456), VALUE),
        ],
    },
    // 456: resource/v1.DeviceClassSpec
    Type {
        defaults: Defaults::None,
        names: &["config", "extendedResourceName", "selectors"],
        fields: &[
            field(Kind::List(&Kind::Struct(459)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(457)), OMIT),
        ],
    },
    // 457: resource/v1.DeviceSelector
    Type { defaults: Defaults::None, names: &["cel"], fields: &[field(Kind::Struct(458), OMIT_POINTER)] },
    // 458: resource/v1.CELDeviceSelector
    Type { defaults: Defaults::None, names: &["expression"], fields: &[field(Kind::String, VALUE)] },
    // 459: resource/v1.DeviceClassConfiguration
    Type { defaults: Defaults::None, names: &["opaque"], fields: &[field(Kind::Struct(460), OMIT_POINTER)] },
    // 460: resource/v1.OpaqueDeviceConfiguration
    Type {
        defaults: Defaults::None,
        names: &["driver", "parameters"],
        fields: &[field(Kind::String, VALUE), field(Kind::Any, VALUE)],
    },
    // 461: resource/v1.ResourceClaim
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(462), VALUE),
            field(Kind::Struct(472), VALUE),
        ],
    },
    // 462: resource/v1.ResourceClaimSpec
    Type { defaults: Defaults::None, names: &["devices"], fields: &[field(Kind::Struct(463), VALUE)] },
    // 463: resource/v1.DeviceClaim
    Type {
        defaults: Defaults::None,
        names: &["config", "constraints", "requests"],
        fields: &[
            field(Kind::List(&Kind::Struct(471)), OMIT),
            field(Kind::List(&Kind::Struct(470)), OMIT),
            field(Kind::List(&Kind::Struct(464)), VALUE),
        ],
    },
    // 464: resource/v1.DeviceRequest
    Type {
        defaults: Defaults::None,
        names: &["exactly", "firstAvailable", "name"],
        fields: &[
            field(Kind::Struct(465), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(469)), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 465: resource/v1.ExactDeviceRequest
    Type {
        defaults: Defaults::None,
        names: &[
            "adminAccess",
            "allocationMode",
            "capacity",
            "count",
            "derivedAttributes",
            "deviceClassName",
            "selectors",
            "tolerations",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Struct(467), OMIT_POINTER),
            field(Kind::Int64, OMIT),
            field(Kind::List(&Kind::Struct(468)), OMIT),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Struct(457)), OMIT),
            field(Kind::List(&Kind::Struct(466)), OMIT),
        ],
    },
    // 466: resource/v1.DeviceToleration
    Type {
        defaults: Defaults::None,
        names: &["effect", "key", "operator", "tolerationSeconds", "value"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 467: resource/v1.CapacityRequirements
    Type { defaults: Defaults::None, names: &["requests"], fields: &[field(Kind::Map(&Kind::Quantity), OMIT)] },
    // 468: resource/v1.DeviceDerivedAttribute
    Type {
        defaults: Defaults::None,
        names: &["expression", "name"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE)],
    },
    // 469: resource/v1.DeviceSubRequest
    Type {
        defaults: Defaults::None,
        names: &[
            "allocationMode",
            "capacity",
            "count",
            "derivedAttributes",
            "deviceClassName",
            "name",
            "selectors",
            "tolerations",
        ],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Struct(467), OMIT_POINTER),
            field(Kind::Int64, OMIT),
            field(Kind::List(&Kind::Struct(468)), OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::Struct(457)), OMIT),
            field(Kind::List(&Kind::Struct(466)), OMIT),
        ],
    },
    // 470: resource/v1.DeviceConstraint
    Type {
        defaults: Defaults::None,
        names: &["distinctAttribute", "matchAttribute", "requests"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 471: resource/v1.DeviceClaimConfiguration
    Type {
        defaults: Defaults::None,
        names: &["opaque", "requests"],
        fields: &[field(Kind::Struct(460), OMIT_POINTER), field(Kind::List(&Kind::String), OMIT)],
    },
    // 472: resource/v1.ResourceClaimStatus
    Type {
        defaults: Defaults::None,
        names: &["allocation", "devices", "reservedFor"],
        fields: &[
            field(Kind::Struct(473), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(478)), OMIT),
            field(Kind::List(&Kind::Struct(477)), OMIT),
        ],
    },
    // 473: resource/v1.AllocationResult
    Type {
        defaults: Defaults::None,
        names: &["allocationTimestamp", "devices", "nodeSelector"],
        fields: &[
            field(Kind::Time, OMIT_POINTER),
            field(Kind::Struct(474), VALUE),
            field(Kind::Struct(38), OMIT_POINTER),
        ],
    },
    // 474: resource/v1.DeviceAllocationResult
    Type {
        defaults: Defaults::None,
        names: &["config", "results"],
        fields: &[field(Kind::List(&Kind::Struct(476)), OMIT), field(Kind::List(&Kind::Struct(475)), OMIT)],
    },
    // 475: resource/v1.DeviceRequestAllocationResult
    Type {
        defaults: Defaults::None,
        names: &[
            "adminAccess",
            "bindingConditions",
            "bindingFailureConditions",
            "consumedCapacity",
            "device",
            "driver",
            "pool",
            "request",
            "shareID",
            "skipNodeOperations",
            "tolerations",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Map(&Kind::Quantity), OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::Struct(466)), OMIT),
        ],
    },
    // 476: resource/v1.DeviceAllocationConfiguration
    Type {
        defaults: Defaults::None,
        names: &["opaque", "requests", "source"],
        fields: &[
            field(Kind::Struct(460), OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, VALUE),
        ],
    },
    // 477: resource/v1.ResourceClaimConsumerReference
    Type {
        defaults: Defaults::None,
        names: &["apiGroup", "name", "resource", "uid"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
        ],
    },
    // 478: resource/v1.AllocatedDeviceStatus
    Type {
        defaults: Defaults::None,
        names: &["conditions", "data", "device", "driver", "networkData", "pool", "shareID"],
        fields: &[
            field(Kind::List(&Kind::Struct(186)), VALUE),
            field(Kind::Any, OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Struct(479), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 479: resource/v1.NetworkDeviceData
    Type {
        defaults: Defaults::None,
        names: &["hardwareAddress", "interfaceName", "ips"],
        fields: &[field(Kind::String, OMIT), field(Kind::String, OMIT), field(Kind::List(&Kind::String), OMIT)],
    },
    // 480: resource/v1.ResourceClaimTemplate
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(481), VALUE),
        ],
    },
    // 481: resource/v1.ResourceClaimTemplateSpec
    Type {
        defaults: Defaults::None,
        names: &["metadata", "spec"],
        fields: &[field(Kind::Struct(0), VALUE), field(Kind::Struct(462), VALUE)],
    },
    // 482: resource/v1.ResourceSlice
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(483), VALUE),
        ],
    },
    // 483: resource/v1.ResourceSliceSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "allNodes",
            "devices",
            "driver",
            "nodeName",
            "nodeSelector",
            "partitionTypeAttribute",
            "perDeviceNodeSelection",
            "pool",
            "sharedCounters",
            "skipNodeOperations",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(485)), OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(38), OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Struct(484), VALUE),
            field(Kind::List(&Kind::Struct(496)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 484: resource/v1.ResourcePool
    Type {
        defaults: Defaults::None,
        names: &["generation", "name", "resourceSliceCount"],
        fields: &[field(Kind::Int64, VALUE), field(Kind::String, VALUE), field(Kind::Int64, VALUE)],
    },
    // 485: resource/v1.Device
    Type {
        defaults: Defaults::None,
        names: &[
            "allNodes",
            "allowMultipleAllocations",
            "attributes",
            "bindingConditions",
            "bindingFailureConditions",
            "bindsToNode",
            "capacity",
            "consumesCounters",
            "name",
            "nodeAllocatableResources",
            "nodeName",
            "nodeSelector",
            "taints",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Map(&Kind::Struct(486)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Map(&Kind::Struct(487)), OMIT),
            field(Kind::List(&Kind::Struct(490)), OMIT),
            field(Kind::String, VALUE),
            field(Kind::Map(&Kind::Struct(493)), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Struct(38), OMIT_POINTER),
            field(Kind::List(&Kind::Struct(492)), OMIT),
        ],
    },
    // 486: resource/v1.DeviceAttribute
    Type {
        defaults: Defaults::None,
        names: &["bool", "bools", "int", "ints", "string", "strings", "version", "versions"],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Bool), OMIT),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::List(&Kind::Int64), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, OMIT_POINTER),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 487: resource/v1.DeviceCapacity
    Type {
        defaults: Defaults::None,
        names: &["requestPolicy", "value"],
        fields: &[field(Kind::Struct(488), OMIT_POINTER), field(Kind::Quantity, VALUE)],
    },
    // 488: resource/v1.CapacityRequestPolicy
    Type {
        defaults: Defaults::None,
        names: &["default", "validRange", "validValues"],
        fields: &[
            field(Kind::Quantity, POINTER),
            field(Kind::Struct(489), OMIT_POINTER),
            field(Kind::List(&Kind::Quantity), OMIT),
        ],
    },
    // 489: resource/v1.CapacityRequestPolicyRange
    Type {
        defaults: Defaults::None,
        names: &["max", "min", "step"],
        fields: &[
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 490: resource/v1.DeviceCounterConsumption
    Type {
        defaults: Defaults::None,
        names: &["compatibilityGroups", "counterSet", "counters"],
        fields: &[
            field(Kind::List(&Kind::String), OMIT),
            field(Kind::String, VALUE),
            field(Kind::Map(&Kind::Struct(491)), OMIT),
        ],
    },
    // 491: resource/v1.Counter
    Type { defaults: Defaults::None, names: &["value"], fields: &[field(Kind::Quantity, VALUE)] },
    // 492: resource/v1.DeviceTaint
    Type {
        defaults: Defaults::None,
        names: &["effect", "key", "timeAdded", "value"],
        fields: &[
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::Time, OMIT_POINTER),
            field(Kind::String, OMIT),
        ],
    },
    // 493: resource/v1.NodeAllocatableResource
    Type {
        defaults: Defaults::None,
        names: &["mapping", "overhead"],
        fields: &[field(Kind::Struct(494), OMIT_POINTER), field(Kind::Struct(495), OMIT_POINTER)],
    },
    // 494: resource/v1.NodeAllocatableMapping
    Type {
        defaults: Defaults::None,
        names: &["capacityKey", "capacityMultiplier", "deviceMultiplier"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Quantity, OMIT_POINTER),
        ],
    },
    // 495: resource/v1.NodeAllocatableOverhead
    Type {
        defaults: Defaults::None,
        names: &["perContainer", "perPod"],
        fields: &[field(Kind::Quantity, OMIT_POINTER), field(Kind::Quantity, OMIT_POINTER)],
    },
    // 496: resource/v1.CounterSet
    Type {
        defaults: Defaults::None,
        names: &["counters", "name"],
        fields: &[field(Kind::Map(&Kind::Struct(491)), OMIT), field(Kind::String, VALUE)],
    },
    // 497: storage/v1.CSIDriver
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(498), VALUE),
        ],
    },
    // 498: storage/v1.CSIDriverSpec
    Type {
        defaults: Defaults::None,
        names: &[
            "attachRequired",
            "fsGroupPolicy",
            "nodeAllocatableUpdatePeriodSeconds",
            "podInfoOnMount",
            "preventPodSchedulingIfMissing",
            "requiresRepublish",
            "seLinuxMount",
            "serviceAccountTokenInSecrets",
            "storageCapacity",
            "tokenRequests",
            "volumeLifecycleModes",
        ],
        fields: &[
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::String, OMIT_POINTER),
            field(Kind::Int64, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::Bool, OMIT_POINTER),
            field(Kind::List(&Kind::Struct(499)), OMIT),
            field(Kind::List(&Kind::String), OMIT),
        ],
    },
    // 499: storage/v1.TokenRequest
    Type {
        defaults: Defaults::None,
        names: &["audience", "expirationSeconds"],
        fields: &[field(Kind::String, VALUE), field(Kind::Int64, OMIT_POINTER)],
    },
    // 500: storage/v1.CSINode
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(501), VALUE),
            field(Kind::Struct(504), VALUE),
        ],
    },
    // 501: storage/v1.CSINodeSpec
    Type { defaults: Defaults::None, names: &["drivers"], fields: &[field(Kind::List(&Kind::Struct(502)), VALUE)] },
    // 502: storage/v1.CSINodeDriver
    Type {
        defaults: Defaults::None,
        names: &["allocatable", "name", "nodeID", "topologyKeys"],
        fields: &[
            field(Kind::Struct(503), OMIT_POINTER),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::List(&Kind::String), VALUE),
        ],
    },
    // 503: storage/v1.VolumeNodeResources
    Type { defaults: Defaults::None, names: &["count"], fields: &[field(Kind::Int32, OMIT_POINTER)] },
    // 504: storage/v1.CSINodeStatus
    Type {
        defaults: Defaults::None,
        names: &["storageHealth"],
        fields: &[field(Kind::List(&Kind::Struct(505)), OMIT)],
    },
    // 505: storage/v1.StorageHealth
    Type {
        defaults: Defaults::None,
        names: &["healthConditions", "name"],
        fields: &[field(Kind::List(&Kind::Struct(506)), OMIT), field(Kind::String, VALUE)],
    },
    // 506: storage/v1.StorageHealthCondition
    Type {
        defaults: Defaults::None,
        names: &["accessMode", "lastTransitionTime", "message", "reason", "status", "volumeMode"],
        fields: &[
            field(Kind::String, OMIT_POINTER),
            field(Kind::Time, VALUE),
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT_POINTER),
        ],
    },
    // 507: storage/v1.CSIStorageCapacity
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "capacity", "kind", "maximumVolumeSize", "metadata", "nodeTopology", "storageClassName"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::String, OMIT),
            field(Kind::Quantity, OMIT_POINTER),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(44), OMIT_POINTER),
            field(Kind::String, VALUE),
        ],
    },
    // 508: storage/v1.VolumeAttachment
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "kind", "metadata", "spec", "status"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Struct(509), VALUE),
            field(Kind::Struct(511), VALUE),
        ],
    },
    // 509: storage/v1.VolumeAttachmentSpec
    Type {
        defaults: Defaults::None,
        names: &["attacher", "nodeName", "source"],
        fields: &[field(Kind::String, VALUE), field(Kind::String, VALUE), field(Kind::Struct(510), VALUE)],
    },
    // 510: storage/v1.VolumeAttachmentSource
    Type {
        defaults: Defaults::None,
        names: &["inlineVolumeSpec", "persistentVolumeName"],
        fields: &[field(Kind::Struct(12), OMIT_POINTER), field(Kind::String, OMIT_POINTER)],
    },
    // 511: storage/v1.VolumeAttachmentStatus
    Type {
        defaults: Defaults::None,
        names: &["attachError", "attached", "attachmentMetadata", "detachError"],
        fields: &[
            field(Kind::Struct(512), OMIT_POINTER),
            field(Kind::Bool, VALUE),
            field(Kind::Map(&Kind::String), OMIT),
            field(Kind::Struct(512), OMIT_POINTER),
        ],
    },
    // 512: storage/v1.VolumeError
    Type {
        defaults: Defaults::None,
        names: &["errorCode", "message", "time"],
        fields: &[field(Kind::Int32, OMIT_POINTER), field(Kind::String, OMIT), field(Kind::Time, VALUE)],
    },
    // 513: storage/v1.VolumeAttributesClass
    Type {
        defaults: Defaults::None,
        names: &["apiVersion", "driverName", "kind", "metadata", "parameters"],
        fields: &[
            field(Kind::String, OMIT),
            field(Kind::String, VALUE),
            field(Kind::String, OMIT),
            field(Kind::Struct(0), VALUE),
            field(Kind::Map(&Kind::String), OMIT),
        ],
    },
];
