//! Placeholders: values that nobody knows yet.

use podline_defaulting::{Request, Step, Stored, Unknown, defaulted_unknown, pod};
use serde_json::{Value, json};

/// The object, at first or with other values for what nobody knows: texts that begin with a dollar.
fn completed(manifest: &Value, otherwise: bool) -> Result<Stored, podline_defaulting::Error> {
    let is = |path: &[Step<'_>]| {
        let value = path.iter().try_fold(manifest, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        });
        value.and_then(Value::as_str).is_some_and(|text| text.contains('$'))
    };
    defaulted_unknown(manifest, &Request::default(), Unknown { is: &is, otherwise })
}

/// What differs of two objects that were made of a manifest.
fn unlike(first: &Stored, other: &Stored) -> Vec<String> {
    let text = |step: &Step<'_>| match step {
        Step::Key(key) => (*key).to_owned(),
        Step::Index(index) => index.to_string(),
    };
    first.unlike(other).iter().map(|path| path.iter().map(text).collect::<Vec<_>>().join(".")).collect()
}

fn deployment(replicas: &str, container: Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": { "replicas": replicas, "template": { "spec": { "containers": [container] } } },
    })
}

#[test]
fn a_value_stands_for_a_placeholder_in_the_place_of_a_number() {
    let manifest =
        deployment("$N", json!({ "name": "a", "image": "b:1", "resources": { "limits": { "cpu": "$CPU" } } }));
    let stored = completed(&manifest, false).expect("an object");
    assert!(stored.object()["spec"]["replicas"].is_i64());
    // Requests are what limits are, if nobody says otherwise.
    let expected = ["spec.replicas", "spec.template.spec.containers.0.resources.limits.cpu"];
    assert_eq!(unlike(&stored, &completed(&manifest, true).expect("an object")), expected);
}

#[test]
fn what_is_no_placeholder_is_still_refused() {
    assert!(completed(&deployment("three", json!({ "name": "a", "image": "b:1" })), false).is_err());
    assert!(completed(&deployment("$N", json!({ "name": "a", "image": "b:1", "args": "$ARGS" })), false).is_err());
}

#[test]
fn what_follows_from_a_placeholder_differs_too() {
    let container = json!({ "name": "a", "image": "b:$TAG" });
    let manifest = deployment("$N", container);
    let of = |otherwise| pod(&completed(&manifest, otherwise).expect("an object")).expect("a pod").stored;
    let pods = unlike(&of(false), &of(true));
    let container = "spec.template.spec.containers.0";
    assert_eq!(pods, [format!("{container}.image"), format!("{container}.imagePullPolicy")]);
}

#[test]
fn a_priority_that_nobody_knows_does_not_keep_the_pod_from_being_made() {
    let mut manifest = deployment("$N", json!({ "name": "a", "image": "b:1" }));
    manifest["spec"]["template"]["spec"]["priority"] = json!("$P");
    assert!(pod(&completed(&manifest, false).expect("an object")).is_some());
}
