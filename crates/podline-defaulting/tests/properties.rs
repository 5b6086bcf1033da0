//! What holds for every manifest: nothing panics, and origins lead to equal values.

mod yaml;

use std::io::Read as _;

use podline_defaulting::{Request, Step, Stored, convert, defaulted, pod};
use proptest::prelude::*;
use serde_json::{Map, Value};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/defaulting.jsonl.gz");

/// Calls `visit` with every path of a value.
fn walk<'a>(value: &'a Value, path: &mut Vec<Step<'a>>, visit: &mut impl FnMut(&[Step<'a>], &'a Value)) {
    visit(path, value);
    let children: Vec<(Step<'a>, &'a Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect(),
        _ => return,
    };
    for (step, child) in children {
        path.push(step);
        walk(child, path, visit);
        path.pop();
    }
}

fn find<'v>(value: &'v Value, path: &[Step<'_>]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// Whether a stored value is what the API server makes of a written one. `path` is where that one stands.
fn is_made_of(stored: &Value, written: &Value, path: &str) -> bool {
    // Quantities and timestamps begin with a digit, a period or a sign.
    let is_measure = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    match (stored, written) {
        (Value::String(stored), Value::String(written)) => {
            // Base64, and the profile that an annotation names.
            let is_other_text = path.starts_with("stringData") || path.starts_with("data") || path.contains("apparmor");
            stored == written || is_other_text || is_measure(stored) && is_measure(written)
        }
        (Value::String(stored), Value::Number(_)) => is_measure(stored),
        (Value::Number(stored), Value::Number(written)) => stored.as_f64() == written.as_f64(),
        (Value::Object(_), Value::Object(_) | Value::Null) | (Value::Array(_), Value::Array(_)) => true,
        (Value::Object(_), Value::String(_)) => path.contains("apparmor"),
        // A null in a list or a map is the zero of what it holds.
        (Value::String(text), Value::Null) => text.is_empty() || text == "0",
        (stored, Value::Null) => {
            matches!(stored.as_i64(), Some(0)) || stored.is_null() || stored == &Value::Bool(false)
        }
        (stored, written) => stored == written,
    }
}

/// Panics where a value that is said to be written is not in the manifest, or differs from what is there.
fn check(stored: &Stored, manifest: &Value) {
    walk(stored.object(), &mut Vec::new(), &mut |path, value| {
        let origin = stored.origin(path);
        let nearest = find(manifest, origin.nearest());
        assert!(nearest.is_some(), "{path:?} leads to {origin}, and no such place is in the manifest");
        if origin.is_written() {
            let written = nearest.unwrap_or(&Value::Null);
            let origin = origin.to_string();
            assert!(is_made_of(value, written, &origin), "{path:?} is {value}, but {written} is at {origin}");
        }
    });
}

/// Stores a manifest, makes its pod and its other versions, and checks the origins of all.
fn check_all(manifest: &Value) {
    let Ok(stored) = defaulted(manifest, &Request::default()) else { return };
    check(&stored, manifest);
    if let Some(pod) = pod(&stored) {
        check(&pod.stored, manifest);
    }
    for version in ["autoscaling/v1", "autoscaling/v2"] {
        if let Some(converted) = convert(&stored, version) {
            let _ = converted.origin(&[Step::Key("spec"), Step::Key("metrics")]);
        }
    }
}

#[test]
fn origins_of_real_manifests_lead_to_equal_values() {
    let Ok(packed) = std::fs::read(VECTORS) else {
        eprintln!("skipped: {VECTORS} is not there");
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("gzip");
    for line in text.lines() {
        let vector: Value = serde_json::from_str(line).expect("JSON");
        check_all(&yaml::read(vector["input"].as_str().expect("an input")));
    }
}

const KINDS: &[(&str, &str)] = &[
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Secret"),
    ("v1", "LimitRange"),
    ("v1", "ReplicationController"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("autoscaling/v1", "HorizontalPodAutoscaler"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("example.com/v1", "Widget"),
];

const KEYS: &[&str] = &[
    "metadata",
    "spec",
    "status",
    "name",
    "labels",
    "annotations",
    "template",
    "jobTemplate",
    "containers",
    "initContainers",
    "volumes",
    "resources",
    "limits",
    "requests",
    "cpu",
    "memory",
    "ports",
    "containerPort",
    "hostPort",
    "hostNetwork",
    "image",
    "env",
    "securityContext",
    "privileged",
    "replicas",
    "metrics",
    "behavior",
    "scaleUp",
    "type",
    "data",
    "stringData",
    "volumeClaimTemplates",
    "tolerations",
    "affinity",
    "podAffinity",
    "livenessProbe",
    "httpGet",
    "port",
    "path",
    "selector",
    "matchLabels",
    "serviceAccountName",
    "é",
    "",
];

const TEXTS: &[&str] =
    &["", "a", "1", "0.5", "1Gi", "YQ==", "2024-01-01T00:00:00Z", "nginx:latest", "None", "Indexed", "é"];

/// JSON in the words of manifests: maps where fields want maps more often than not.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-3..200_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(TEXTS).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((proptest::sample::select(KEYS), inner), 0..6).prop_map(|entries| {
                Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_manifest_panics_and_origins_hold(kind in proptest::sample::select(KINDS), fields in json(), path in 0..6_usize) {
        let places = ["", "/spec", "/spec/template", "/spec/template/spec", "/metadata", "/spec/jobTemplate/spec/template/spec"];
        let mut manifest = serde_json::json!({ "apiVersion": kind.0, "kind": kind.1 });
        let mut at = &mut manifest;
        for key in places[path].split('/').skip(1) {
            at = &mut at[key];
        }
        match (fields, at) {
            (Value::Object(fields), Value::Object(object)) => object.extend(fields),
            (fields, at @ Value::Null) => *at = fields,
            _ => {}
        }
        manifest["apiVersion"] = kind.0.into();
        manifest["kind"] = kind.1.into();
        check_all(&manifest);
    }

    #[test]
    fn no_json_panics(value in json()) {
        let _ = defaulted(&value, &Request::default());
    }
}
