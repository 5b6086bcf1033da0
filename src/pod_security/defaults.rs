//! What the API server fills in before it judges, as far as a check can see it.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{AppArmorProfile, Container, EmptyDirVolumeSource, PodSpec, SecurityContext, Volume};

use super::check::annotations_under;
use super::checks::app_armor_profile::ANNOTATION_PREFIX;
use crate::yaml::path::FieldPath;

/// Applies the API server's defaults, and returns the fields with a new value that a check may forbid: they stand
/// in no manifest, so no manifest is wrong there.
///
/// Volumes are completed in every template. The rest happens to Pods alone, when they are created.
pub(crate) fn apply(is_pod: bool, annotations: &BTreeMap<String, String>, spec: &mut PodSpec) -> BTreeSet<FieldPath> {
    let mut defaulted = BTreeSet::new();
    complete_volumes(spec);
    if is_pod {
        defaulted.extend(set_host_network_ports(spec));
        set_app_armor_profiles(annotations, spec, &mut defaulted);
    }
    defaulted
}

/// Every volume without any source becomes an emptyDir.
pub(crate) fn complete_volumes(spec: &mut PodSpec) {
    spec.volumes.iter_mut().flatten().for_each(complete_volume);
}

/// A volume without any source becomes an emptyDir.
///
/// Source: `SetDefaults_Volume` in `pkg/apis/core/v1/defaults.go`.
fn complete_volume(volume: &mut Volume) {
    // Compared as a whole, so that no source that a later API adds can be forgotten.
    let name = std::mem::take(&mut volume.name);
    if *volume == Volume::default() {
        volume.empty_dir = Some(EmptyDirVolumeSource::default());
    }
    volume.name = name;
}

/// Under hostNetwork every port of a container is a port of the host. Ephemeral containers are left alone. Returns the
/// fields that were set.
pub(crate) fn set_host_network_ports(spec: &mut PodSpec) -> BTreeSet<FieldPath> {
    let mut defaulted = BTreeSet::new();
    if spec.host_network == Some(true) {
        set_host_ports("initContainers", spec.init_containers.iter_mut().flatten(), &mut defaulted);
        set_host_ports("containers", spec.containers.iter_mut(), &mut defaulted);
    }
    defaulted
}

/// Makes every port of these containers a port of the host.
///
/// Source: `defaultHostNetworkPorts` in `pkg/apis/core/v1/defaults.go`.
fn set_host_ports<'a>(
    list: &'static str,
    containers: impl Iterator<Item = &'a mut Container>,
    defaulted: &mut BTreeSet<FieldPath>,
) {
    for (index, container) in containers.enumerate() {
        for (position, port) in container.ports.iter_mut().flatten().enumerate() {
            if port.host_port.unwrap_or(0) == 0 && port.container_port != 0 {
                port.host_port = Some(port.container_port);
                let path = FieldPath::of("spec").field(list).index(index).field("ports").index(position);
                defaulted.insert(path.field("hostPort"));
            }
        }
    }
}

/// Copies the AppArmor annotation of a container into its field.
///
/// Source: `applyAppArmorVersionSkew` in `pkg/registry/core/pod/strategy.go`.
fn set_app_armor_profiles(
    annotations: &BTreeMap<String, String>,
    spec: &mut PodSpec,
    defaulted: &mut BTreeSet<FieldPath>,
) {
    let is_windows = spec.os.as_ref().is_some_and(|os| os.name == "windows");
    if is_windows || annotations_under(annotations, ANNOTATION_PREFIX).next().is_none() {
        return;
    }
    let of_pod = spec.security_context.as_ref().and_then(|context| context.app_armor_profile.as_ref());
    let mut set = |list, index, name: &str, context: &mut Option<SecurityContext>| {
        if context.as_ref().is_some_and(|context| context.app_armor_profile.is_some()) {
            return;
        }
        let annotation = annotations.get(&format!("{ANNOTATION_PREFIX}{name}"));
        let profile = annotation.and_then(|value| app_armor_profile(value));
        if profile.is_some() && profile.as_ref() != of_pod {
            context.get_or_insert_default().app_armor_profile = profile;
            let path = FieldPath::of("spec").field(list).index(index);
            defaulted.insert(path.fields("securityContext.appArmorProfile"));
        }
    };
    for (index, container) in spec.init_containers.iter_mut().flatten().enumerate() {
        set("initContainers", index, &container.name, &mut container.security_context);
    }
    for (index, container) in spec.containers.iter_mut().enumerate() {
        set("containers", index, &container.name, &mut container.security_context);
    }
    for (index, container) in spec.ephemeral_containers.iter_mut().flatten().enumerate() {
        set("ephemeralContainers", index, &container.name, &mut container.security_context);
    }
}

/// The profile that an annotation means, if the API server would accept it as a field.
///
/// Source: `ApparmorFieldForAnnotation` in `pkg/api/pod/util.go`, `ValidateAppArmorProfileField` in
/// `pkg/apis/core/validation/validation.go`.
fn app_armor_profile(annotation: &str) -> Option<AppArmorProfile> {
    /// In bytes: Linux's `PATH_MAX` less the final zero.
    const MAX_LENGTH: usize = 4095;
    let profile = |kind: &str| AppArmorProfile { type_: kind.to_owned(), localhost_profile: None };
    match annotation {
        "unconfined" => Some(profile("Unconfined")),
        "runtime/default" => Some(profile("RuntimeDefault")),
        _ => annotation
            .strip_prefix("localhost/")
            .filter(|name| !name.is_empty() && name.trim() == *name && name.len() <= MAX_LENGTH)
            .map(|name| AppArmorProfile { localhost_profile: Some(name.to_owned()), ..profile("Localhost") }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    /// The spec of a Pod after defaulting, and the fields that were set.
    fn defaulted(annotations: Value, spec: Value) -> (PodSpec, Vec<String>) {
        let mut spec = from_value(spec).unwrap();
        let fields = apply(true, &from_value(annotations).unwrap(), &mut spec);
        (spec, fields.iter().map(ToString::to_string).collect())
    }

    fn profile_of_a(annotation: &str, context: &Value) -> Option<AppArmorProfile> {
        let annotations = json!({"container.apparmor.security.beta.kubernetes.io/a": annotation});
        let (spec, _) = defaulted(annotations, json!({"containers": [{"name": "a", "securityContext": context}]}));
        spec.containers.into_iter().next()?.security_context?.app_armor_profile
    }

    #[test]
    fn a_volume_without_a_source_is_an_empty_dir_in_every_kind() {
        let volumes = json!({"volumes": [{"name": "a"}, {"name": "b", "hostPath": null}, {"name": "c", "nfs": {}}]});
        let mut spec: PodSpec = from_value(volumes).unwrap();
        assert!(apply(false, &BTreeMap::new(), &mut spec).is_empty());
        let volumes = spec.volumes.unwrap();
        let is_empty_dir: Vec<_> = volumes.iter().map(|volume| volume.empty_dir.is_some()).collect();
        assert_eq!(is_empty_dir, [true, true, false]);
        assert_eq!(volumes[0].name, "a");
    }

    #[test]
    fn ports_are_host_ports_under_host_network() {
        let ports =
            json!([{"containerPort": 80}, {"containerPort": 81, "hostPort": 0}, {"containerPort": 82, "hostPort": 9}]);
        let spec = json!({
            "hostNetwork": true,
            "initContainers": [{"name": "i", "ports": [{"containerPort": 70}]}],
            "containers": [{"name": "a", "ports": ports}],
            "ephemeralContainers": [{"name": "e", "ports": [{"containerPort": 90}]}],
        });
        let (pod, fields) = defaulted(json!({}), spec.clone());
        let host_ports: Vec<_> = pod.containers[0].ports.iter().flatten().map(|port| port.host_port).collect();
        assert_eq!(host_ports, [Some(80), Some(81), Some(9)]);
        assert_eq!(
            fields,
            [
                "spec.containers[0].ports[0].hostPort",
                "spec.containers[0].ports[1].hostPort",
                "spec.initContainers[0].ports[0].hostPort"
            ]
        );

        let mut template: PodSpec = from_value(spec).unwrap();
        assert!(apply(false, &BTreeMap::new(), &mut template).is_empty());
        assert_eq!(template.containers[0].ports.as_ref().unwrap()[0].host_port, None);
    }

    #[test]
    fn a_valid_app_armor_annotation_becomes_a_field() {
        let kind = |annotation: &str, context: &Value| profile_of_a(annotation, context).map(|profile| profile.type_);
        assert_eq!(kind("unconfined", &Value::Null).as_deref(), Some("Unconfined"));
        assert_eq!(kind("runtime/default", &json!({})).as_deref(), Some("RuntimeDefault"));
        assert_eq!(kind("localhost/x", &json!({})).as_deref(), Some("Localhost"));
        let own = json!({"appArmorProfile": {"type": "RuntimeDefault"}});
        assert_eq!(kind("unconfined", &own).as_deref(), Some("RuntimeDefault"), "the field wins");
        for bad in ["", "Unconfined", "localhost/", "localhost/ x", "localhost/x\u{a0}"] {
            assert_eq!(kind(bad, &json!({})), None, "{bad:?}");
        }
        for (length, is_copied) in [(4095, true), (4096, false)] {
            let annotation = format!("localhost/{}", "x".repeat(length));
            assert_eq!(kind(&annotation, &json!({})).is_some(), is_copied, "{length}");
        }
    }

    #[test]
    fn the_annotation_is_not_copied_on_windows_or_where_the_pod_says_the_same() {
        let annotations = json!({"container.apparmor.security.beta.kubernetes.io/a": "unconfined"});
        let containers = json!([{"name": "a"}, {"name": "b"}]);
        let unconfined = json!({"appArmorProfile": {"type": "Unconfined"}});
        let set = |spec| defaulted(annotations.clone(), spec).1;
        let plain = set(json!({"containers": containers}));
        assert_eq!(plain, ["spec.containers[0].securityContext.appArmorProfile"]);
        assert!(set(json!({"containers": containers, "os": {"name": "windows"}})).is_empty());
        assert!(set(json!({"containers": containers, "securityContext": unconfined})).is_empty());
    }
}
