//! Volumes that pods must have, such as those that a mutating webhook used to add.
//!
//! Restricted fields: `spec.volumes[*]`, and `spec.containers[*].volumeMounts[*]` (init containers too).
//!
//! Allowed: a volume of the name, with the host path, claim or config map if one is named; and in every container a
//! mount of it at the path, read-only if that is asked for.

use k8s_openapi::api::core::v1::Volume;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/requiredVolumes");

/// A volume that pods must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RequiredVolume {
    /// Its name.
    pub name: String,
    /// The path of the node that it must mount.
    pub host_path: Option<String>,
    /// The claim that it must be of.
    pub persistent_volume_claim: Option<String>,
    /// The config map that it must be of.
    pub config_map: Option<String>,
    /// Where every container must mount it.
    pub mount_path: Option<String>,
    /// Whether the mounts must be read-only.
    pub read_only: bool,
}

impl RequiredVolume {
    /// Whether a volume is the one that is asked for.
    fn is(&self, volume: &Volume) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        same(&self.host_path, volume.host_path.as_ref().map(|source| source.path.as_str()))
            && same(
                &self.persistent_volume_claim,
                volume.persistent_volume_claim.as_ref().map(|source| source.claim_name.as_str()),
            )
            && same(&self.config_map, volume.config_map.as_ref().map(|source| source.name.as_str()))
    }

    /// The volume as it must stand, if all of it is known.
    fn value(&self) -> Option<Value> {
        let mut value = Map::from_iter([("name".to_owned(), json!(self.name))]);
        if let Some(path) = &self.host_path {
            value.insert("hostPath".to_owned(), json!({"path": path}));
        } else if let Some(claim) = &self.persistent_volume_claim {
            value.insert("persistentVolumeClaim".to_owned(), json!({"claimName": claim}));
        } else if let Some(map) = &self.config_map {
            value.insert("configMap".to_owned(), json!({"name": map}));
        } else {
            return None;
        }
        Some(Value::Object(value))
    }

    fn show(&self) -> String {
        let sources = [
            ("hostPath", &self.host_path),
            ("persistentVolumeClaim", &self.persistent_volume_claim),
            ("configMap", &self.config_map),
        ];
        let source = sources.into_iter().find_map(|(kind, value)| Some(format!(" ({kind} {})", value.as_ref()?)));
        format!("\"{}\"{}", self.name, source.unwrap_or_default())
    }
}

/// Judges a pod.
pub(super) fn judge(pod: &Pod, required: &[RequiredVolume]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut added = 0;
    for one in required {
        let volumes = pod.spec.volumes.as_deref().unwrap_or_default();
        let path = FieldPath::of("spec.volumes");
        match volumes.iter().position(|volume| volume.name == one.name) {
            Some(index) if !one.is(&volumes[index]) => {
                let message = format!("pod must have the volume {} as it is asked for", one.show());
                refusals.push(Refusal::of_pod(RULE, String::new(), path.index(index), message));
            }
            Some(_) => {}
            None => {
                let message = format!("pod must have the volume {}", one.show());
                let refusal = Refusal::of_pod(RULE, String::new(), path.clone(), message);
                refusals.push(match one.value() {
                    Some(value) => {
                        added += 1;
                        refusal.mended_by(path.index(volumes.len() + added - 1), value)
                    }
                    None => refusal,
                });
            }
        }
    }
    for container in pod.containers().filter(|container| !container.is_ephemeral()) {
        mounts(&container, required, &mut refusals);
    }
    refusals
}

fn mounts(container: &Container<'_>, required: &[RequiredVolume], refusals: &mut Vec<Refusal>) {
    let path = container.path().field("volumeMounts");
    let mut next = container.volume_mounts.len();
    for one in required {
        let Some(mount_path) = &one.mount_path else { continue };
        let is_it = |mount: &k8s_openapi::api::core::v1::VolumeMount| {
            mount.name == one.name && same_path(&mount.mount_path, mount_path)
        };
        let how = if one.read_only { ", read-only" } else { "" };
        match container.volume_mounts.iter().position(is_it) {
            Some(index) if one.read_only && container.volume_mounts[index].read_only != Some(true) => {
                let path = path.index(index).field("readOnly");
                let text = format!("must mount the volume \"{}\" at {mount_path} read-only", one.name);
                let refusal = Refusal::of_container(RULE, String::new(), container, path.clone(), &text);
                refusals.push(refusal.mended_by(path, true));
            }
            Some(_) => {}
            None => {
                let text = format!("must mount the volume \"{}\" at {mount_path}{how}", one.name);
                let mut value = json!({"name": one.name, "mountPath": mount_path});
                if let (true, Some(value)) = (one.read_only, value.as_object_mut()) {
                    value.insert("readOnly".to_owned(), json!(true));
                }
                let refusal = Refusal::of_container(RULE, String::new(), container, path.clone(), &text);
                refusals.push(refusal.mended_by(path.index(next), value));
                next += 1;
            }
        }
    }
}

fn same_path(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}
