//! Types of volumes.
//!
//! Restricted fields: every source of `spec.volumes[*]`.
//!
//! Allowed: what is listed; `*` allows any, an empty list none. `secret` also allows a projected volume that holds no
//! more than the API server itself projects for a service account. A volume without a source is an emptyDir. Types that
//! PodSecurityPolicy never knew (image) are refused unless `*` allows any.
//! Source: `GetVolumeFSType`, `IsOnlyServiceAccountTokenSources` in `util/util.go`, `allowsVolumeType` in `provider.go`.

use k8s_openapi::api::core::v1::{ProjectedVolumeSource, Volume, VolumeProjection};

use super::go;
use super::refusal::Refusal;
use crate::manifest::volumes::{VOLUME_TYPES, VolumeType};
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/volumes");

/// Every name of a type, in the order in which messages list them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VOLUME_TYPES.iter().map(|one| one.name)
}

/// The type of a volume; of several sources the one that upstream looks at first. `None` is a type that
/// PodSecurityPolicy never knew.
pub(super) fn volume_type(volume: &Volume) -> Option<VolumeType> {
    macro_rules! first_of {
        ($($source:ident $field:literal),* $(,)?) => {
            $(if volume.$source.is_some() {
                return of_field($field);
            })*
        };
    }
    first_of!(
        host_path "hostPath",
        empty_dir "emptyDir",
        gce_persistent_disk "gcePersistentDisk",
        aws_elastic_block_store "awsElasticBlockStore",
        git_repo "gitRepo",
        secret "secret",
        nfs "nfs",
        iscsi "iscsi",
        glusterfs "glusterfs",
        persistent_volume_claim "persistentVolumeClaim",
        rbd "rbd",
        flex_volume "flexVolume",
        cinder "cinder",
        cephfs "cephfs",
        flocker "flocker",
        downward_api "downwardAPI",
        fc "fc",
        azure_file "azureFile",
        config_map "configMap",
        vsphere_volume "vsphereVolume",
        quobyte "quobyte",
        azure_disk "azureDisk",
        photon_persistent_disk "photonPersistentDisk",
        storageos "storageos",
        projected "projected",
        portworx_volume "portworxVolume",
        scale_io "scaleIO",
        csi "csi",
        ephemeral "ephemeral",
    );
    None
}

fn of_field(field: &str) -> Option<VolumeType> {
    VOLUME_TYPES.into_iter().find(|one| one.field == field)
}

/// Judges one volume.
pub(super) fn volume(index: usize, volume: &Volume, allowed: &[String]) -> Option<Refusal> {
    let allows = |name: &str| allowed.iter().any(|one| one == name);
    if allows("*") {
        return None;
    }
    let path = FieldPath::of("spec.volumes").index(index);
    let listed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let Some(VolumeType { name, field, .. }) = volume_type(volume) else {
        let error = go::invalid(&path, go_quote(""), &format!("unknown volume type for volume: {}", volume.name));
        let type_ = if volume.image.is_some() { "image" } else { "unknown" };
        let message = format!("volume \"{}\" must not be of type {type_}: allowed is {listed}", volume.name);
        return Some(Refusal::of_pod(RULE, error, path, message));
    };
    let is_token = || volume.projected.as_ref().is_some_and(is_service_account_token);
    if allows(name) || (name == "projected" && allows("secret") && is_token()) {
        return None;
    }
    let error = go::invalid(&path, go_quote(name), &format!("{name} volumes are not allowed to be used"));
    let message = format!("volume \"{}\" must not be of type {name}: allowed is {listed}", volume.name);
    Some(Refusal::of_pod(RULE, error, path.field(field), message))
}

/// Whether a projected volume holds no more than the API server projects for a service account.
fn is_service_account_token(projected: &ProjectedVolumeSource) -> bool {
    projected.sources.iter().flatten().all(|source| {
        let VolumeProjection { service_account_token, config_map, downward_api, .. } = source;
        let knows = service_account_token.is_some() || config_map.is_some() || downward_api.is_some();
        let token = service_account_token.as_ref();
        let is_token =
            token.is_none_or(|token| token.path == "token" && token.audience.as_deref().unwrap_or_default().is_empty());
        let is_root_ca = config_map.as_ref().is_none_or(|map| map.name == "kube-root-ca.crt");
        let is_namespace = downward_api.iter().flat_map(|api| api.items.iter().flatten()).all(|item| {
            let field = item.field_ref.as_ref();
            // The API server defaults the version of a field reference.
            let is_v1 = |version: Option<&str>| matches!(version, None | Some("" | "v1"));
            item.path == "namespace"
                && field.is_some_and(|field| {
                    is_v1(field.api_version.as_deref()) && field.field_path == "metadata.namespace"
                })
        });
        knows && is_token && is_root_ca && is_namespace
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_has_its_own_field() {
        for one in VOLUME_TYPES {
            let volume: Volume = serde_json::from_value(json!({"name": "v", one.field: {}})).unwrap();
            assert_eq!(volume_type(&volume), Some(one));
        }
    }

    #[test]
    fn a_type_that_was_never_known_needs_the_star() {
        let image: Volume = serde_json::from_value(json!({"name": "v", "image": {"reference": "a"}})).unwrap();
        assert!(volume(0, &image, &["*".to_owned()]).is_none());
        let refusal = volume(0, &image, &["configMap".to_owned()]).unwrap();
        assert_eq!(refusal.violation.message, "volume \"v\" must not be of type image: allowed is configMap");
    }
}
