//! Fields that Kubewarden's kinds do not have. The API server drops them, so what they were to say is not judged.

use serde_json::Value;

use super::FieldError;
use crate::field::Field;
use crate::json::{entries, items};

/// The fields of a spec that are not looked into any further.
const COMMON: [&str; 10] = [
    "backgroundAudit",
    "failurePolicy",
    "matchPolicy",
    "message",
    "mode",
    "policyServer",
    "sideEffects",
    "timeoutSeconds",
    "objectSelector",
    "rules",
];
const POLICY: [&str; 5] = ["matchConditions", "module", "mutating", "settings", "timeoutEvalSeconds"];
const GROUP: [&str; 3] = ["matchConditions", "expression", "policies"];
const CLUSTER: [&str; 2] = ["allowInsideAdmissionControllerNamespace", "namespaceSelector"];

/// The unknown fields of a policy or a group, which may be of a namespace.
pub(super) fn fields(document: &Value, namespaced: bool, group: bool) -> Vec<FieldError> {
    let mut found = Vec::new();
    let mut check = |json: &Value, field: &Field, known: &[&[&str]]| {
        for (key, _) in entries(json).filter(|(key, _)| !known.iter().any(|known| known.contains(key))) {
            let field = field.child(key);
            let text = format!("unknown field \"{}\"", field.text());
            found.push(FieldError { path: field.steps(), text });
        }
    };
    check(document, &Field::default(), &[&["apiVersion", "kind", "metadata", "spec", "status"]]);
    let (spec, field) = (&document["spec"], Field::new(&["spec"]));
    let own: &[&str] = if group { &GROUP } else { &POLICY };
    let (cluster, context): (&[&str], &[&str]) =
        if namespaced { (&[], &[]) } else { (&CLUSTER, &["contextAwareResources"]) };
    check(spec, &field, &[&COMMON, own, cluster, if group { &[] } else { context }]);
    for (index, rule) in items(&spec["rules"]).enumerate() {
        let known = ["apiGroups", "apiVersions", "operations", "resources", "scope"];
        check(rule, &field.child("rules").index(index), &[&known]);
    }
    for (index, condition) in items(&spec["matchConditions"]).enumerate() {
        check(condition, &field.child("matchConditions").index(index), &[&["name", "expression"]]);
    }
    for key in ["namespaceSelector", "objectSelector"] {
        let (selector, field) = (&spec[key], field.child(key));
        check(selector, &field, &[&["matchLabels", "matchExpressions"]]);
        for (index, expression) in items(&selector["matchExpressions"]).enumerate() {
            let known = ["key", "operator", "values"];
            check(expression, &field.child("matchExpressions").index(index), &[&known]);
        }
    }
    for (name, member) in entries(&spec["policies"]).filter(|_| group) {
        let known = ["module", "settings", "timeoutEvalSeconds"];
        check(member, &field.child("policies").child(name), &[&known, context]);
    }
    found
}
