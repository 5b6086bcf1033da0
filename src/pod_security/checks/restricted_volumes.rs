//! Volumes must be of a kind that belongs to the pod or was granted by an administrator.
//!
//! **Restricted fields**
//! - `spec.volumes[*]`
//!
//! **Allowed values:** a volume with at least one of the sources `configMap`, `csi`, `downwardAPI`, `emptyDir`,
//! `ephemeral`, `image`, `persistentVolumeClaim`, `projected`, `secret`
//!
//! Source: `policy/check_restrictedVolumes.go`.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Volume;

use super::super::Level;
use super::super::check::{Check, Forbidden, Pod, VersionedCheck, Violation, join_quote, name_all, pluralize};
use crate::yaml::path::FieldPath;

pub(crate) const CHECK: Check = Check {
    id: "restrictedVolumes",
    level: Level::Restricted,
    versions: &[VersionedCheck { since: 0, check: restricted_volumes_1_0, overrides: &["hostPathVolumes"] }],
    // What the pod needs of the volume only its author knows.
    repair: None,
    setting: None,
};

const ALLOWED: &str =
    "configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret";

fn restricted_volumes_1_0(pod: &Pod<'_>) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut types = BTreeSet::new();
    let mut violations = Vec::new();
    let volumes = pod.spec.volumes.iter().flatten().enumerate();
    for (index, volume) in volumes.filter(|(_, volume)| !is_allowed(volume)) {
        let sources: Vec<_> = restricted_sources(volume).collect();
        names.push(&volume.name);
        types.insert(sources.first().copied().unwrap_or("unknown"));
        add_violations(&mut violations, index, &volume.name, &sources);
    }
    (!names.is_empty()).then(|| Forbidden {
        reason: "restricted volume types".into(),
        detail: format!(
            "{} {} {} {}",
            name_all("volume", "volumes", &names),
            pluralize("uses", "use", names.len()),
            pluralize("restricted volume type", "restricted volume types", types.len()),
            join_quote(&types),
        ),
        violations,
    })
}

/// Every source must go, although upstream names the first one only.
fn add_violations(violations: &mut Vec<Violation>, index: usize, name: &str, sources: &[&'static str]) {
    let volume = FieldPath::of("spec.volumes").index(index);
    for source in sources {
        let message = format!("volume \"{name}\" uses restricted volume type \"{source}\"; allowed are {ALLOWED}");
        violations.push(Violation::of_pod(volume.field(*source), message));
    }
    if sources.is_empty() {
        let message = format!("volume \"{name}\" uses an unknown volume type; allowed are {ALLOWED}");
        violations.push(Violation::of_pod(volume, message));
    }
}

/// Whether a volume has an allowed source. Other sources beside it do not count.
fn is_allowed(volume: &Volume) -> bool {
    volume.config_map.is_some()
        || volume.csi.is_some()
        || volume.downward_api.is_some()
        || volume.empty_dir.is_some()
        || volume.ephemeral.is_some()
        || volume.image.is_some()
        || volume.persistent_volume_claim.is_some()
        || volume.projected.is_some()
        || volume.secret.is_some()
}

/// The restricted sources of a volume, in the order in which upstream looks for them.
fn restricted_sources(volume: &Volume) -> impl Iterator<Item = &'static str> {
    [
        ("hostPath", volume.host_path.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        ("awsElasticBlockStore", volume.aws_elastic_block_store.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("rbd", volume.rbd.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("flocker", volume.flocker.is_some()),
        ("fc", volume.fc.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("azureDisk", volume.azure_disk.is_some()),
        ("photonPersistentDisk", volume.photon_persistent_disk.is_some()),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("storageos", volume.storageos.is_some()),
    ]
    .into_iter()
    .filter_map(|(source, is_set)| is_set.then_some(source))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::judge;
    use super::*;

    const RESTRICTED: [&str; 21] = [
        "hostPath",
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "gitRepo",
        "nfs",
        "iscsi",
        "glusterfs",
        "rbd",
        "flexVolume",
        "cinder",
        "cephfs",
        "flocker",
        "fc",
        "azureFile",
        "vsphereVolume",
        "quobyte",
        "azureDisk",
        "photonPersistentDisk",
        "portworxVolume",
        "scaleIO",
        "storageos",
    ];

    #[test]
    fn every_source_is_known() {
        for source in ALLOWED.split(", ") {
            assert!(judge(restricted_volumes_1_0, json!({"volumes": [{"name": "v", source: {}}]})).is_none());
        }
        for source in RESTRICTED {
            let spec = json!({"volumes": [{"name": "v", source: {}}]});
            let forbidden = judge(restricted_volumes_1_0, spec).unwrap();
            assert_eq!(forbidden.detail, format!(r#"volume "v" uses restricted volume type "{source}""#));
            assert_eq!(forbidden.paths(), [format!("spec.volumes[0].{source}")]);
        }
    }

    #[test]
    fn an_allowed_source_hides_the_others() {
        let spec = json!({"volumes": [{"name": "v", "hostPath": {"path": "/"}, "configMap": {"name": "c"}}]});
        assert!(judge(restricted_volumes_1_0, spec).is_none());
    }

    #[test]
    fn upstream_names_the_first_source_of_each_volume() {
        let forbidden = judge(
            restricted_volumes_1_0,
            json!({"volumes": [{"name": "a", "nfs": {}, "hostPath": {}}, {"name": "b", "fc": {}}, {"name": "none"}]}),
        )
        .unwrap();
        assert_eq!(forbidden.reason, "restricted volume types");
        assert_eq!(
            forbidden.detail,
            r#"volumes "a", "b", "none" use restricted volume types "fc", "hostPath", "unknown""#
        );
        assert_eq!(
            forbidden.paths(),
            ["spec.volumes[0].hostPath", "spec.volumes[0].nfs", "spec.volumes[1].fc", "spec.volumes[2]"]
        );
        assert_eq!(
            forbidden.violations[0].message,
            "volume \"a\" uses restricted volume type \"hostPath\"; allowed are configMap, csi, downwardAPI, \
             emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret"
        );
    }
}
