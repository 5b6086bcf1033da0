//! The rules by which the API server stores objects, one small manifest each.

#![allow(clippy::needless_pass_by_value, reason = "literals are passed")]

mod controllers;
mod custom;
mod decoding;
mod kinds;
mod metadata;
mod pods;
mod templates;
mod unknown;
mod versions;

use podline_defaulting::{Request, defaulted, pod};
use serde_json::{Value, json};

/// The object as it is stored.
fn stored(manifest: &Value) -> Value {
    defaulted(manifest, &Request::default()).expect("the manifest is valid").known()
}

/// An object of version v1.
fn v1(kind: &str, fields: Value) -> Value {
    of("v1", kind, fields)
}

/// An object called `x` with some fields.
fn of(api_version: &str, kind: &str, fields: Value) -> Value {
    let mut object = json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "x" } });
    merge(&mut object, fields);
    stored(&object)
}

fn merge(object: &mut Value, fields: Value) {
    if let (Value::Object(object), Value::Object(fields)) = (object, fields) {
        object.extend(fields);
    }
}

/// The spec of a Pod, as stored.
fn pod_spec(spec: Value) -> Value {
    v1("Pod", json!({ "spec": spec }))["spec"].take()
}

/// The spec of a template, as stored.
fn template_spec(spec: Value) -> Value {
    v1("PodTemplate", json!({ "template": { "spec": spec } }))["template"]["spec"].take()
}

/// A container of a template, as stored.
fn container(container: Value) -> Value {
    template_spec(json!({ "containers": [container] }))["containers"][0].take()
}

/// The pod of a workload in `apps/v1` or another version.
fn pod_of(api_version: &str, kind: &str, spec: Value) -> Value {
    let manifest = json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "x" }, "spec": spec });
    let stored = defaulted(&manifest, &Request::default()).expect("the manifest is valid");
    pod(&stored).expect("it makes pods").stored.known()
}
