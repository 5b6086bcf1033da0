//! What the schema of a custom resource makes of an object: unknown fields are pruned, missing ones get their defaults
//! (`k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`).

use serde_json::{Map, Value};

use crate::field::Field;
use crate::json::entries;

/// Prunes and defaults an object by the `openAPIV3Schema` of its version. `apiVersion`, `kind` and `metadata` are
/// no matter of the schema.
pub(crate) fn complete(object: &mut Value, schema: &Value) {
    if !schema.is_object() {
        return;
    }
    if let Value::Object(fields) = object {
        let mut content = std::mem::take(fields);
        let mut kept = Map::new();
        for key in ["apiVersion", "kind", "metadata"] {
            kept.extend(content.remove_entry(key));
        }
        prune_fields(&mut content, schema);
        default_fields(&mut content, schema);
        content.extend(kept);
        *fields = content;
    }
}

fn prune(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) if schema["x-kubernetes-embedded-resource"] == true => {
            let mut kept = Map::new();
            for key in ["apiVersion", "kind", "metadata"] {
                kept.extend(fields.remove_entry(key));
            }
            prune_fields(fields, schema);
            fields.extend(kept);
        }
        Value::Object(fields) => prune_fields(fields, schema),
        Value::Array(items) => items.iter_mut().for_each(|item| prune(item, &schema["items"])),
        _ => {}
    }
}

fn prune_fields(fields: &mut Map<String, Value>, schema: &Value) {
    let keeps_unknown = schema["x-kubernetes-preserve-unknown-fields"] == true;
    let additional = &schema["additionalProperties"];
    fields.retain(|key, value| {
        let known = schema["properties"].get(key);
        let Some(of) = known.or_else(|| additional.is_object().then_some(additional)) else {
            return keeps_unknown || *additional == true;
        };
        prune(value, of);
        true
    });
}

/// Gives what is missing below a value its defaults.
pub(crate) fn default(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => default_fields(fields, schema),
        Value::Array(items) => items.iter_mut().for_each(|item| default(item, &schema["items"])),
        _ => {}
    }
}

fn default_fields(fields: &mut Map<String, Value>, schema: &Value) {
    let additional = &schema["additionalProperties"];
    // Null stands for nothing where the schema does not allow it.
    fields.retain(|key, value| match schema["properties"].get(key) {
        Some(of) => !value.is_null() || of["nullable"] == true,
        None => true,
    });
    for (key, of) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(default) = of.get("default").filter(|_| !fields.contains_key(key)) {
            fields.insert(key.clone(), default.clone());
        }
    }
    for (key, value) in fields {
        default(value, schema["properties"].get(key).unwrap_or(additional));
    }
}

/// The fields of an object that its schema does not have, by path: those that pruning drops. `apiVersion`, `kind` and
/// `metadata` are no matter of the schema.
pub(crate) fn unknown(object: &Value, schema: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    for (key, value) in entries(object).filter(|(key, _)| !matches!(*key, "apiVersion" | "kind" | "metadata")) {
        find_in_field(key, value, Some(schema), &Field::default(), &mut found);
    }
    found.sort_by_key(Field::text);
    found
}

fn find_unknown(value: &Value, schema: Option<&Value>, field: &Field, found: &mut Vec<Field>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                find_in_field(key, value, schema, field, found);
            }
        }
        Value::Array(items) => {
            let of = schema.and_then(|schema| schema.get("items"));
            for (index, item) in items.iter().enumerate() {
                find_unknown(item, of, &field.index(index), found);
            }
        }
        _ => {}
    }
}

fn find_in_field(key: &str, value: &Value, schema: Option<&Value>, field: &Field, found: &mut Vec<Field>) {
    let field = field.child(key);
    let Some(schema) = schema else {
        found.push(field);
        return;
    };
    let additional = &schema["additionalProperties"];
    if let Some(of) = schema["properties"].get(key) {
        find_unknown(value, Some(of), &field, found);
    } else if !additional.is_null() {
        // `true` is no schema: what stands below it is dropped, as the server does.
        find_unknown(value, additional.is_object().then_some(additional), &field, found);
    } else if schema["x-kubernetes-preserve-unknown-fields"] != true {
        found.push(field);
    }
}
