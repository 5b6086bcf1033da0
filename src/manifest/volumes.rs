//! The types of volumes: the field that each stands in, and what PodSecurityPolicy calls it.

/// A type of volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeType {
    /// The field of a volume: `cephfs`.
    pub field: &'static str,
    /// PodSecurityPolicy's name for it: `cephFS`.
    pub name: &'static str,
    /// Whether restricted allows it.
    pub is_allowed: bool,
}

/// Every type that PodSecurityPolicy knew, in the order in which its messages list them.
///
/// Sources: `FSType` in `k8s.io/api/policy/v1beta1/types.go` (v0.24), `policy/check_restrictedVolumes.go` of
/// `k8s.io/pod-security-admission`.
pub const VOLUME_TYPES: [VolumeType; 29] = [
    refused("awsElasticBlockStore"),
    refused("azureDisk"),
    refused("azureFile"),
    VolumeType { name: "cephFS", ..refused("cephfs") },
    refused("cinder"),
    allowed("configMap"),
    allowed("csi"),
    allowed("downwardAPI"),
    allowed("emptyDir"),
    allowed("ephemeral"),
    refused("fc"),
    refused("flexVolume"),
    refused("flocker"),
    refused("gcePersistentDisk"),
    refused("gitRepo"),
    refused("glusterfs"),
    refused("hostPath"),
    refused("iscsi"),
    refused("nfs"),
    allowed("persistentVolumeClaim"),
    refused("photonPersistentDisk"),
    refused("portworxVolume"),
    allowed("projected"),
    refused("quobyte"),
    refused("rbd"),
    refused("scaleIO"),
    allowed("secret"),
    refused("storageos"),
    refused("vsphereVolume"),
];

const fn allowed(name: &'static str) -> VolumeType {
    VolumeType { field: name, name, is_allowed: true }
}

const fn refused(name: &'static str) -> VolumeType {
    VolumeType { field: name, name, is_allowed: false }
}

/// The fields of the types of volumes that restricted does not allow.
pub fn refused_fields() -> impl Iterator<Item = &'static str> {
    VOLUME_TYPES.iter().filter(|one| !one.is_allowed).map(|one| one.field)
}
