//! Defaults that belong to a type, wherever it stands: in a pod, in a template, in a claim.
//!
//! Source: `SetDefaults_*` in k8s.io/kubernetes v1.37.2 `pkg/apis/*/v1/defaults.go`, and the markers `+default` of
//! k8s.io/api, which `zz_generated.defaults.go` carries out. "Unset" is empty for plain fields and absent for
//! pointers, so a zero that decoding left out is unset too.

use std::borrow::Cow;

use crate::image::pull_policy;
use crate::node::{Map, Node, map};
use crate::schema::Defaults;

/// Fills in what a struct lacks. The structs in it were filled in before.
pub(crate) fn of_type(of: Defaults, map: &mut Map) {
    match of {
        Defaults::None => {}
        Defaults::Container | Defaults::EphemeralContainer => container(map),
        Defaults::PodSpec => pod_spec(map),
        Defaults::Volume => volume(map),
        Defaults::Probe => probe(map),
        Defaults::HTTPGetAction => {
            map.set_default("path", "/");
            map.set_default("scheme", "HTTP");
        }
        Defaults::LimitRangeItem => limit_range_item(map),
        Defaults::Subject => subject(map),
        Defaults::GRPCAction => map.set_default("service", ""),
        Defaults::FileKeySelector => map.set_default("optional", false),
        Defaults::ObjectFieldSelector => map.set_default("apiVersion", "v1"),
        Defaults::ContainerPort | Defaults::NetworkPolicyPort => map.set_default("protocol", "TCP"),
        Defaults::PersistentVolumeClaimSpec => map.set_default("volumeMode", "Filesystem"),
        Defaults::PodFailurePolicyOnPodConditionsPattern => {
            if map.text("status").is_empty() {
                map.insert("status", Node::new("True"));
            }
        }
        _ => volume_source(of, map),
    }
}

fn volume_source(of: Defaults, map: &mut Map) {
    match of {
        Defaults::ConfigMapVolumeSource
        | Defaults::SecretVolumeSource
        | Defaults::DownwardAPIVolumeSource
        | Defaults::ProjectedVolumeSource => map.set_default("defaultMode", 420),
        Defaults::ServiceAccountTokenProjection => map.set_default("expirationSeconds", 3600),
        Defaults::HostPathVolumeSource => map.set_default("type", ""),
        Defaults::ISCSIVolumeSource | Defaults::ISCSIPersistentVolumeSource => {
            map.set_default("iscsiInterface", "default");
        }
        Defaults::RBDVolumeSource | Defaults::RBDPersistentVolumeSource => {
            map.set_default("pool", "rbd");
            map.set_default("user", "admin");
            map.set_default("keyring", "/etc/ceph/keyring");
        }
        Defaults::AzureDiskVolumeSource => {
            map.set_default("cachingMode", "ReadWrite");
            map.set_default("fsType", "ext4");
            map.set_default("readOnly", false);
            map.set_default("kind", "Shared");
        }
        Defaults::ScaleIOVolumeSource | Defaults::ScaleIOPersistentVolumeSource => {
            map.set_default("storageMode", "ThinProvisioned");
            map.set_default("fsType", "xfs");
        }
        _ => {}
    }
}

/// `SetDefaults_Container`
fn container(container: &mut Map) {
    if !container.has("imagePullPolicy") {
        let policy = pull_policy(container.text("image"));
        container.set_default("imagePullPolicy", policy);
    }
    container.set_default("terminationMessagePath", "/dev/termination-log");
    container.set_default("terminationMessagePolicy", "File");
    drop_stop_signal(container);
}

/// Stop signals are behind a feature gate that is off; a lifecycle that held nothing else goes with them.
///
/// Source: `dropContainerStopSignals` in `pkg/api/pod/util.go`.
fn drop_stop_signal(container: &mut Map) {
    let Some(lifecycle) = container.map_mut("lifecycle") else { return };
    if lifecycle.remove("stopSignal").is_some() && lifecycle.is_empty() {
        container.remove("lifecycle");
    }
}

/// `SetDefaults_PodSpec`
fn pod_spec(spec: &mut Map) {
    // The one is an old name of the other; the new name wins.
    match (spec.get("serviceAccountName"), spec.get("serviceAccount")) {
        (Some(name), _) => {
            let name = name.clone();
            spec.insert("serviceAccount", name);
        }
        (None, Some(name)) => {
            let name = name.clone();
            spec.insert("serviceAccountName", name);
        }
        (None, None) => {}
    }
    spec.set_default("dnsPolicy", "ClusterFirst");
    spec.set_default("restartPolicy", "Always");
    spec.set_default("schedulerName", "default-scheduler");
    spec.set_default("securityContext", Map::default());
    spec.set_default("terminationGracePeriodSeconds", 30);
}

/// `SetDefaults_Volume`
fn volume(volume: &mut Map) {
    let has_source = volume.iter().any(|(key, _)| key != "name");
    if !has_source {
        volume.set_default("emptyDir", Map::default());
    }
    if let Some(image) = volume.map_mut("image")
        && !image.has("pullPolicy")
    {
        let policy = pull_policy(image.text("reference"));
        image.set_default("pullPolicy", policy);
    }
}

/// `SetDefaults_Probe`
fn probe(probe: &mut Map) {
    probe.set_default("timeoutSeconds", 1);
    probe.set_default("periodSeconds", 10);
    probe.set_default("successThreshold", 1);
    probe.set_default("failureThreshold", 3);
}

/// `SetDefaults_Subject`
fn subject(subject: &mut Map) {
    if matches!(subject.text("kind"), "User" | "Group") {
        subject.set_default("apiGroup", "rbac.authorization.k8s.io");
    }
}

/// `SetDefaults_LimitRangeItem`
fn limit_range_item(item: &mut Map) {
    if item.text("type") != "Container" {
        return;
    }
    copy_missing(item, "max", "default");
    copy_missing(item, "default", "defaultRequest");
    copy_missing(item, "min", "defaultRequest");
}

/// Copies the entries of one map that another lacks. They keep their place.
pub(crate) fn copy_missing(parent: &mut Map, from: &str, to: &'static str) {
    let Some(from) = parent.map(from).filter(|from| !from.is_empty()).cloned() else { return };
    let to = parent.map_or_new(to);
    for (key, node) in from.iter() {
        if !to.has(key) {
            to.insert(Cow::clone(key), node.clone());
        }
    }
}

/// A map with one text, as in selectors.
pub(crate) fn single(key: &'static str, value: impl Into<crate::node::Data>) -> Map {
    map([(key, value.into())])
}
