//! Custom resources, and kinds that this crate does not know.

use podline_defaulting::{Request, defaulted};
use serde_json::{Value, json};

use super::stored;

fn widget(fields: Value) -> Value {
    let mut object = json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "x" } });
    super::merge(&mut object, fields);
    object
}

#[test]
fn the_content_stays_as_it_is_written() {
    let spec = json!({
        "empty": "", "no": false, "none": null, "list": [], "map": {}, "zero": 0, "quantity": "0.5", "Image": "x",
        "items": [null, { "a": null }], "share": 2.5,
    });
    let stored = stored(&widget(json!({ "spec": spec, "status": { "ready": true } })));
    assert_eq!(stored["spec"], spec);
    assert_eq!(stored["status"], json!({ "ready": true }));
}

#[test]
fn whole_floats_are_integers() {
    let stored = stored(&widget(json!({ "spec": { "size": 3.0, "much": 1000.0, "list": [16.0, 1e30] } })));
    assert!(stored["spec"]["size"].is_i64() && stored["spec"]["much"].is_i64() && stored["spec"]["list"][0].is_i64());
    assert!(stored["spec"]["list"][1].is_f64());
}

#[test]
fn metadata_is_read_as_that_of_a_built_in_kind() {
    let metadata = json!({
        "name": "x", "namespace": "shop", "labels": { "a": null }, "annotations": {}, "bogus": 1, "generation": 7,
        "uid": "u", "resourceVersion": "5", "selfLink": "/x",
    });
    let stored = stored(&widget(json!({ "metadata": metadata })));
    let expected = json!({ "name": "x", "namespace": "shop", "labels": { "a": "" }, "generation": 1 });
    assert_eq!(stored["metadata"], expected);
}

#[test]
fn metadata_of_the_wrong_sort_is_refused() {
    let error = defaulted(&widget(json!({ "metadata": { "labels": { "a": 1 } } })), &Request::default());
    assert_eq!(error.expect_err("it is refused").path(), "metadata.labels.a");
}

#[test]
fn the_scope_of_the_kind_decides_about_the_namespace() {
    let cluster = Request { namespaced: false, ..Request::default() };
    let widget = widget(json!({ "metadata": { "name": "x", "namespace": "shop" } }));
    let stored = defaulted(&widget, &cluster).expect("the manifest is valid");
    assert_eq!(stored.object()["metadata"].get("namespace"), None);
    assert!(!stored.is_built_in());
}
