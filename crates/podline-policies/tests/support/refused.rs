//! Documents with something wrong in them.

use podline_policies::vap;
use serde_json::{Value, json};

use super::yaml;

/// A sound policy, changed by a JSON merge patch of its spec.
pub fn policy(patch: &str) -> Value {
    let rule = json!({ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] });
    let mut document = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": "p" },
        "spec": {
            "matchConstraints": { "resourceRules": [rule] },
            "validations": [{ "expression": "true" }],
        },
    });
    merge(&mut document["spec"], yaml::documents(patch).remove(0));
    document
}

/// A sound binding, changed likewise.
pub fn binding(patch: &str) -> Value {
    let mut document = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": "b" },
        "spec": { "policyName": "p", "validationActions": ["Deny"] },
    });
    merge(&mut document["spec"], yaml::documents(patch).remove(0));
    document
}

/// A JSON merge patch.
pub fn merge(target: &mut Value, patch: Value) {
    match patch {
        Value::Object(fields) if target.is_object() => {
            for (key, value) in fields {
                merge(&mut target[key], value);
            }
        }
        other => *target = other,
    }
}

/// What is wrong with the fields of a document, without its head.
pub fn errors(document: &Value) -> Vec<String> {
    let loaded = vap::load(std::slice::from_ref(document));
    loaded.refused.into_iter().flat_map(|refusal| refusal.errors).map(|error| error.text).collect()
}
