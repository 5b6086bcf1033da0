//! What the API server refuses in the metadata of any object, and in label selectors:
//! `k8s.io/apimachinery/pkg/api/validation` and `pkg/apis/meta/v1/validation`.

use serde_json::Value;

use crate::field::{Errors, Field};
use crate::json::{entries, items, text, texts};
use crate::names;

/// Checks the name, labels and annotations of an object. `name` tells what is wrong with a name of its kind.
pub(crate) fn metadata(document: &Value, name: fn(&str) -> Vec<String>, errors: &mut Errors) {
    let (metadata, field) = (&document["metadata"], Field::new(&["metadata"]));
    let written = text(&metadata["name"]);
    if written.is_empty() {
        errors.required(&field.child("name"), "name or generateName is required");
    } else {
        for wrong in name(written) {
            errors.invalid(&field.child("name"), written, &wrong);
        }
    }
    labels(&metadata["labels"], &field.child("labels"), errors);
    for (key, _) in entries(&metadata["annotations"]) {
        // Upper case is allowed in the whole key.
        for wrong in names::qualified(&key.to_lowercase()) {
            errors.invalid(&field.child("annotations"), key, &wrong);
        }
    }
}

/// Checks a label selector, strictly.
pub(crate) fn selector(selector: &Value, field: &Field, errors: &mut Errors) {
    labels(&selector["matchLabels"], &field.child("matchLabels"), errors);
    for (index, expression) in items(&selector["matchExpressions"]).enumerate() {
        requirement(expression, &field.child("matchExpressions").index(index), errors);
    }
}

/// Checks the keys and values of labels.
fn labels(labels: &Value, field: &Field, errors: &mut Errors) {
    for (key, value) in entries(labels) {
        for wrong in names::qualified(key) {
            errors.invalid(field, key, &wrong);
        }
        for wrong in names::label_value(text(value)) {
            errors.invalid(field, text(value), &wrong);
        }
    }
}

fn requirement(expression: &Value, field: &Field, errors: &mut Errors) {
    let values = texts(&expression["values"]);
    let operator = text(&expression["operator"]);
    match operator {
        "In" | "NotIn" if values.is_empty() => {
            errors.required(&field.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&field.child("values"), detail);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        _ => errors.invalid(&field.child("operator"), operator, "not a valid selector operator"),
    }
    let key = text(&expression["key"]);
    for wrong in names::qualified(key) {
        errors.invalid(&field.child("key"), key, &wrong);
    }
    for (index, value) in values.iter().enumerate() {
        for wrong in names::label_value(value) {
            errors.invalid(&field.child("values").index(index), value, &wrong);
        }
    }
}
