//! A container merged over another one, by strategic merge.
//!
//! Source: `MergeStepsWithStepTemplate` in `pkg/apis/pipeline/v1/merge.go` of tektoncd/pipeline, and the tags
//! `patchStrategy` and `patchMergeKey` of `Container` in `k8s.io/api/core/v1/types.go`.

use k8s_openapi::api::core::v1::Container;
use serde_json::Value;

use crate::yaml::path::{FieldPath, Segment};

/// Lists whose elements are merged by a key; all others replace those below them.
const MERGED: [(&str, &str); 4] =
    [("env", "name"), ("ports", "containerPort"), ("volumeDevices", "devicePath"), ("volumeMounts", "mountPath")];

/// A part of a container that came from its template: where it is in the container, and where it stands in the template.
pub(super) type Taken = (FieldPath, FieldPath);

/// A container with the fields of its template that it does not have itself.
pub(super) fn merge(container: Container, template: &Container) -> (Container, Vec<Taken>) {
    let (Ok(mut own), Ok(base)) = (serde_json::to_value(&container), serde_json::to_value(template)) else {
        return (container, Vec::new());
    };
    let mut taken = Vec::new();
    take(&mut own, &base, (&FieldPath::ROOT, &FieldPath::ROOT), &mut taken);
    match serde_json::from_value(own) {
        Ok(merged) => (merged, taken),
        Err(_) => (container, Vec::new()),
    }
}

fn take(own: &mut Value, base: &Value, (at, from): (&FieldPath, &FieldPath), taken: &mut Vec<Taken>) {
    match (own, base) {
        (Value::Object(own), Value::Object(base)) => {
            for (key, value) in base.iter().filter(|(_, value)| !is_empty(value)) {
                let places = (at.field(key.clone()), from.field(key.clone()));
                if let Some(own) = own.get_mut(key).filter(|own| !is_empty(own)) {
                    take(own, value, (&places.0, &places.1), taken);
                } else {
                    own.insert(key.clone(), value.clone());
                    taken.push(places);
                }
            }
        }
        (Value::Array(own), Value::Array(base)) => {
            let Some(key) = key_of(at) else { return };
            for (index, value) in base.iter().enumerate() {
                let from = from.index(index);
                if let Some(position) = own.iter().position(|own| own.get(key) == value.get(key)) {
                    take(&mut own[position], value, (&at.index(position), &from), taken);
                } else {
                    taken.push((at.index(own.len()), from));
                    own.push(value.clone());
                }
            }
        }
        _ => {}
    }
}

/// The key by which the elements of a list are merged.
fn key_of(list: &FieldPath) -> Option<&'static str> {
    let Some(Segment::Field(name)) = list.segments().last() else { return None };
    MERGED.iter().find(|(list, _)| list == name).map(|(_, key)| *key)
}

/// Whether Go leaves a value out that is written with `omitempty`.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn container(value: Value) -> Container {
        serde_json::from_value(value).unwrap()
    }

    fn merged(own: Value, base: Value) -> (Value, Vec<(String, String)>) {
        let (merged, taken) = merge(container(own), &container(base));
        let taken = taken.iter().map(|(at, from)| (at.to_string(), from.to_string()));
        (serde_json::to_value(merged).unwrap(), taken.collect())
    }

    #[test]
    fn what_a_container_says_itself_counts() {
        let own = json!({"name": "a", "securityContext": {"privileged": false, "capabilities": {"drop": ["ALL"]}}});
        let base = json!({"name": "", "securityContext": {"privileged": true, "capabilities": {"drop": ["KILL"]}}});
        assert_eq!(merged(own.clone(), base), (own, Vec::new()));
    }

    #[test]
    fn what_it_does_not_say_comes_from_the_template() {
        let own = json!({"name": "a", "securityContext": {"runAsUser": 1, "capabilities": {"add": []}}});
        let base = json!({"name": "", "image": "x", "securityContext": {"runAsUser": 0, "runAsNonRoot": true,
            "capabilities": {"add": ["KILL"]}}});
        let (merged, taken) = merged(own, base);
        let expected = json!({"name": "a", "image": "x", "securityContext": {"runAsUser": 1, "runAsNonRoot": true,
            "capabilities": {"add": ["KILL"]}}});
        assert_eq!(merged, expected);
        let places = ["image", "securityContext.capabilities.add", "securityContext.runAsNonRoot"];
        assert_eq!(taken, places.map(|place| (place.to_owned(), place.to_owned())));
    }

    #[test]
    fn lists_with_a_key_are_merged_by_it() {
        let own = json!({"name": "a", "ports": [{"containerPort": 2}], "args": ["x"]});
        let base = json!({"name": "", "ports": [{"containerPort": 1}, {"containerPort": 2, "hostPort": 2}],
            "args": ["y"]});
        let (merged, taken) = merged(own, base);
        let expected = json!({"name": "a", "ports": [{"containerPort": 2, "hostPort": 2}, {"containerPort": 1}],
            "args": ["x"]});
        assert_eq!(merged, expected);
        let places = [("ports[1]", "ports[0]"), ("ports[0].hostPort", "ports[1].hostPort")];
        assert_eq!(taken, places.map(|(at, from)| (at.to_owned(), from.to_owned())));
    }
}
