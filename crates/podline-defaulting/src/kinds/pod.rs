//! What happens to pods, and never to templates: defaults, the admission plugins that are on, and the strategy.
//!
//! Source: `SetDefaults_Pod`, `plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}` and
//! `pkg/registry/core/pod/strategy.go`. What other objects would add (limit ranges, priority classes, runtime
//! classes, the pull secrets of a service account) is left out.

mod resources;

use super::workloads::drop_init_container_annotations;
use crate::node::{Data, Map, Node, list, map};

const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const TOKEN_VOLUME: &str = "kube-api-access-00000";
const MIRROR: &str = "kubernetes.io/config.mirror";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Takes a pod through all that.
pub(crate) fn admit(pod: &mut Map) {
    let metadata = pod.map("metadata").cloned().unwrap_or_default();
    let empty = Map::default();
    let labels = metadata.map("labels").unwrap_or(&empty);
    let annotations = metadata.map("annotations").unwrap_or(&empty);
    let spec = pod.map_or_new("spec");
    set_defaults(spec);
    // The kubelet made mirror pods, and expects them back as they are.
    if !annotations.has(MIRROR) {
        service_account(spec);
    }
    priority(spec);
    tolerations(spec);
    match_label_keys(spec, labels);
    app_armor(spec, annotations);
    resources::complete(spec);
    let quality = resources::quality(spec);
    let is_gated = !spec.list("schedulingGates").is_empty();
    let status = pod.map_or_new("status");
    status.insert("phase", Node::new("Pending"));
    status.insert("qosClass", Node::new(quality));
    if is_gated {
        status.push("conditions", scheduling_gated());
    }
    drop_init_container_annotations(pod);
}

/// `SetDefaults_Pod`
fn set_defaults(spec: &mut Map) {
    if spec.int("terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0) {
        spec.insert("terminationGracePeriodSeconds", Node::new(1));
    }
    spec.set_default("enableServiceLinks", true);
    let is_on_host = spec.bool("hostNetwork") == Some(true);
    for containers in ["containers", "initContainers"] {
        for container in spec.maps_mut(containers) {
            if let Some(resources) = container.map_mut("resources") {
                crate::defaults::copy_missing(resources, "limits", "requests");
            }
            for port in container.maps_mut("ports").filter(|port| is_on_host && !port.has("hostPort")) {
                if let Some(number) = port.get("containerPort").filter(|number| !number.data.is_empty()).cloned() {
                    port.insert("hostPort", number);
                }
            }
        }
    }
}

/// The name of the account, and the volume with its token.
fn service_account(spec: &mut Map) {
    if spec.text("serviceAccountName").is_empty() {
        spec.insert("serviceAccountName", Node::new("default"));
        spec.insert("serviceAccount", Node::new("default"));
    }
    if spec.bool("automountServiceAccountToken") == Some(false) {
        return;
    }
    let prefix = TOKEN_VOLUME.trim_end_matches('0');
    let written = spec.maps("volumes").find(|volume| volume.text("name").starts_with(prefix));
    let written = written.and_then(|volume| volume.get("name")).cloned();
    let name = written.clone().unwrap_or_else(|| Node::new(TOKEN_VOLUME));
    let mut is_needed = false;
    for containers in ["initContainers", "containers"] {
        for container in spec.maps_mut(containers) {
            if container.maps("volumeMounts").all(|mount| mount.text("mountPath") != TOKEN_PATH) {
                let mut mount = map([("mountPath", TOKEN_PATH.into()), ("readOnly", true.into())]);
                mount.insert("name", name.clone());
                container.push("volumeMounts", mount);
                is_needed = true;
            }
        }
    }
    if written.is_none() && is_needed {
        spec.push("volumes", token_volume());
    }
}

fn token_volume() -> Map {
    let token = map([("expirationSeconds", 3607.into()), ("path", "token".into())]);
    let certificate = map([("key", "ca.crt".into()), ("path", "ca.crt".into())]);
    let certificates = map([("name", "kube-root-ca.crt".into()), ("items", list([certificate.into()]))]);
    let reference = map([("apiVersion", "v1".into()), ("fieldPath", "metadata.namespace".into())]);
    let namespace = map([("path", "namespace".into()), ("fieldRef", reference.into())]);
    let namespace = map([("items", list([namespace.into()]))]);
    let sources = list([
        map([("serviceAccountToken", token.into())]).into(),
        map([("configMap", certificates.into())]).into(),
        map([("downwardAPI", namespace.into())]).into(),
    ]);
    let projected = map([("defaultMode", 420.into()), ("sources", sources)]);
    map([("name", TOKEN_VOLUME.into()), ("projected", projected.into())])
}

/// The priority of no class, and of the two classes that every cluster has; `None` for all others.
pub(crate) fn known_priority(class: &str) -> Option<i64> {
    match class {
        "" => Some(0),
        "system-cluster-critical" => Some(2_000_000_000),
        "system-node-critical" => Some(2_000_001_000),
        _ => None,
    }
}

fn priority(spec: &mut Map) {
    if let Some(priority) = known_priority(spec.text("priorityClassName")) {
        spec.set_default("priority", priority);
        spec.set_default("preemptionPolicy", "PreemptLowerPriority");
    }
}

/// `DefaultTolerationSeconds`
fn tolerations(spec: &mut Map) {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let is_tolerated = spec.maps("tolerations").any(|toleration| {
            ["", key].contains(&toleration.text("key")) && ["", "NoExecute"].contains(&toleration.text("effect"))
        });
        if !is_tolerated {
            let toleration = map([
                ("key", key.into()),
                ("operator", "Exists".into()),
                ("effect", "NoExecute".into()),
                ("tolerationSeconds", 300.into()),
            ]);
            spec.push("tolerations", toleration);
        }
    }
}

/// The keys of labels by which a pod is matched with those like it become expressions of the selector.
fn match_label_keys(spec: &mut Map, labels: &Map) {
    for constraint in spec.maps_mut("topologySpreadConstraints") {
        merge_keys(constraint, "matchLabelKeys", "In", labels);
    }
    let Some(affinity) = spec.map_mut("affinity") else { return };
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = affinity.map_mut(kind) else { continue };
        for term in affinity.maps_mut("preferredDuringSchedulingIgnoredDuringExecution") {
            if let Some(term) = term.map_mut("podAffinityTerm") {
                merge_keys(term, "matchLabelKeys", "In", labels);
                merge_keys(term, "mismatchLabelKeys", "NotIn", labels);
            }
        }
        for term in affinity.maps_mut("requiredDuringSchedulingIgnoredDuringExecution") {
            merge_keys(term, "matchLabelKeys", "In", labels);
            merge_keys(term, "mismatchLabelKeys", "NotIn", labels);
        }
    }
}

fn merge_keys(term: &mut Map, keys: &str, operator: &'static str, labels: &Map) {
    let keys = term.list(keys).to_vec();
    let Some(selector) = term.map_mut("labelSelector") else { return };
    for key in keys {
        if let Some(value) = labels.get(key.as_text()) {
            let mut expression = map([("operator", operator.into()), ("values", Data::List(vec![value.clone()]))]);
            expression.insert("key", key);
            selector.push("matchExpressions", expression);
        }
    }
}

/// The old annotations become the field of each container that has none.
///
/// Source: `applyAppArmorVersionSkew`
fn app_armor(spec: &mut Map, annotations: &Map) {
    if spec.map("os").is_some_and(|os| os.text("name") == "windows") {
        return;
    }
    let of_pod = spec.map("securityContext").and_then(|context| context.get("appArmorProfile")).cloned();
    for containers in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.maps_mut(containers) {
            let annotation = annotations.get(&format!("{APP_ARMOR}{}", container.text("name")));
            let has_field = container.map("securityContext").is_some_and(|context| context.has("appArmorProfile"));
            let Some(annotation) = annotation.filter(|_| !has_field) else { continue };
            let Some(mut profile) = profile(annotation.as_text()) else { continue };
            if of_pod.as_ref().is_some_and(|of_pod| same(of_pod, &profile)) {
                continue;
            }
            profile.iter_mut().for_each(|node| node.place = annotation.place);
            let profile = Node { place: annotation.place, data: profile.into() };
            container.map_or_new("securityContext").insert("appArmorProfile", profile);
        }
    }
}

fn profile(annotation: &str) -> Option<Map> {
    match annotation {
        "unconfined" => Some(map([("type", "Unconfined".into())])),
        "runtime/default" => Some(map([("type", "RuntimeDefault".into())])),
        _ => {
            const LONGEST: usize = 4095;
            let name = annotation.strip_prefix("localhost/")?;
            let is_valid = !name.is_empty() && name.trim() == name && name.len() <= LONGEST;
            is_valid.then(|| map([("type", "Localhost".into()), ("localhostProfile", name.to_owned().into())]))
        }
    }
}

/// Whether two profiles say the same, wherever they stand.
fn same(one: &Node, other: &Map) -> bool {
    ["type", "localhostProfile"].iter().all(|key| one.as_map().is_some_and(|one| one.text(key) == other.text(key)))
}

fn scheduling_gated() -> Map {
    map([
        ("type", "PodScheduled".into()),
        ("status", "False".into()),
        ("reason", "SchedulingGated".into()),
        ("message", "Scheduling is blocked due to non-empty scheduling gates".into()),
        ("lastProbeTime", Data::Null),
        ("lastTransitionTime", crate::metadata::A_TIME.into()),
    ])
}
