//! What templates see of a request. Source: gatekeeper `pkg/webhook/policy.go`, `pkg/target/{target,review}.go`.

use serde_json::{Map, Value, json};

use super::matching::{Source, Target};
use crate::engine::{Review, User};
use crate::json::{entries, items};
use crate::matching::{GroupVersionKind, NAME_LABEL};

/// `input.review`, without the object and the Namespace.
pub(super) fn review(target: &Target<'_>, asked: &Review<'_>) -> Value {
    let mut review = request(target, asked);
    review["uid"] = json!("");
    review["oldObject"] = Value::Null;
    review["options"] = Value::Null;
    review
}

/// The variable `request` of CEL.
pub(super) fn cel_request(target: &Target<'_>, asked: &Review<'_>) -> Value {
    let mut request = request(target, asked);
    request["dryRun"] = json!(false);
    // The resource that was sent stands there always.
    request["requestKind"] = request["kind"].clone();
    request["requestResource"] = request["resource"].clone();
    request
}

/// What both see. Of what is implied nobody knows who sends it, and as which resource.
fn request(target: &Target<'_>, asked: &Review<'_>) -> Value {
    let kind = kind(target.kind);
    let resource =
        |plural: &str, of: &GroupVersionKind| json!({ "group": of.group, "version": of.version, "resource": plural });
    let mut request = json!({ "kind": kind, "operation": asked.operation.name(), "userInfo": {} });
    match target.source {
        Source::Original => {
            let resource = resource(&asked.subject.resource.plural, target.kind);
            request["requestKind"] = kind;
            request["requestResource"] = resource.clone();
            request["resource"] = resource;
            request["userInfo"] = user(asked.user);
        }
        Source::Generated => request["resource"] = resource("", &GroupVersionKind::default()),
    }
    for (key, value) in [("name", target.name()), ("namespace", target.namespace.unwrap_or_default())] {
        if !value.is_empty() {
            request[key] = json!(value);
        }
    }
    request
}

fn kind(kind: &GroupVersionKind) -> Value {
    json!({ "group": kind.group, "version": kind.version, "kind": kind.kind })
}

fn user(user: &User) -> Value {
    let mut json = json!({});
    if !user.name.is_empty() {
        json["username"] = json!(user.name);
    }
    if !user.groups.is_empty() && !user.name.is_empty() {
        json["groups"] = json!(user.groups);
    }
    json
}

/// `input.review.namespaceObject`: nothing for what is in no namespace.
pub(super) fn namespace_object(target: &Target<'_>) -> Value {
    let Some(name) = target.namespace.filter(|_| !target.is_namespace()) else { return Value::Null };
    let written = target.cluster.namespace(name).map(|object| &object["metadata"]);
    let mut labels: Map<String, Value> =
        written.into_iter().flat_map(|written| entries(&written["labels"])).map(owned).collect();
    labels.insert(NAME_LABEL.to_owned(), json!(name));
    let mut metadata = json!({ "name": name, "labels": labels });
    if let Some(written) = written {
        if entries(&written["annotations"]).next().is_some() {
            metadata["annotations"] = written["annotations"].clone();
        }
        if items(&written["finalizers"]).len() > 0 {
            metadata["finalizers"] = written["finalizers"].clone();
        }
    }
    json!({ "metadata": metadata, "spec": { "finalizers": ["kubernetes"] }, "status": { "phase": "Active" } })
}

fn owned((key, value): (&str, &Value)) -> (String, Value) {
    (key.to_owned(), value.clone())
}
