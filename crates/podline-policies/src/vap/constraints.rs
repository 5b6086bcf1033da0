//! What the server refuses in match constraints, selectors and references to params:
//! `k8s.io/kubernetes/pkg/apis/admissionregistration/validation`.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::field::{Errors, Field};
use crate::json::{items, text, texts};
use crate::names;
use crate::validate::selector;

/// Checks `matchConstraints` or `matchResources`.
pub(super) fn match_resources(spec: &Value, field: &Field, errors: &mut Errors) {
    one_of(&spec["matchPolicy"], &["Equivalent", "Exact"], &field.child("matchPolicy"), errors);
    selector(&spec["namespaceSelector"], &field.child("namespaceSelector"), errors);
    selector(&spec["objectSelector"], &field.child("objectSelector"), errors);
    for list in ["resourceRules", "excludeResourceRules"] {
        let field = field.child(list);
        for (index, rule) in items(&spec[list]).enumerate() {
            resource_rule(rule, &field.index(index), errors);
        }
    }
}

/// A text that has few choices, or is not there (the API's default counts).
pub(super) fn one_of(value: &Value, known: &[&str], field: &Field, errors: &mut Errors) {
    if let Some(value) = value.as_str()
        && !known.contains(&value)
    {
        errors.unsupported(field, value, known);
    }
}

fn resource_rule(rule: &Value, field: &Field, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for (index, name) in items(&rule["resourceNames"]).map(text).enumerate() {
        let field = field.child("resourceNames").index(index);
        for wrong in names::path_segment(name) {
            errors.invalid(&field, name, &wrong);
        }
        if !seen.insert(name) {
            errors.duplicate(&field, name);
        }
    }
    operations(&texts(&rule["operations"]), &field.child("operations"), errors);
    wildcard(&texts(&rule["apiGroups"]), "API groups", &field.child("apiGroups"), errors);
    let versions = field.child("apiVersions");
    wildcard(&texts(&rule["apiVersions"]), "API versions", &versions, errors);
    for (index, version) in items(&rule["apiVersions"]).map(text).enumerate() {
        if version.is_empty() {
            errors.required(&versions.index(index), "");
        }
    }
    resources(&texts(&rule["resources"]), &field.child("resources"), errors);
    one_of(&rule["scope"], &["*", "Cluster", "Namespaced"], &field.child("scope"), errors);
}

fn operations(operations: &[String], field: &Field, errors: &mut Errors) {
    wildcard(operations, "operations", field, errors);
    for (index, operation) in operations.iter().enumerate() {
        let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
        if !known.contains(&operation.as_str()) {
            errors.unsupported(&field.index(index), operation, &known);
        }
    }
}

/// A list must have elements, and `*` none beside it.
fn wildcard(list: &[String], what: &str, field: &Field, errors: &mut Errors) {
    if list.is_empty() {
        errors.required(field, "");
    }
    if list.len() > 1 && list.iter().any(|element| element == "*") {
        errors.invalid_json(field, &json!(list), &format!("if '*' is present, must not specify other {what}"));
    }
}

fn resources(resources: &[String], field: &Field, errors: &mut Errors) {
    if resources.is_empty() {
        errors.required(field, "");
    }
    let (mut whole, mut any) = (HashSet::new(), HashSet::new());
    // Of several plain names and `*` the last decides: so does the server.
    let mut plain = false;
    for (index, resource) in resources.iter().enumerate() {
        let field = field.index(index);
        if resource.is_empty() {
            errors.required(&field, "");
            continue;
        }
        let Some((name, sub)) = resource.split_once('/') else {
            plain = resource != "*";
            continue;
        };
        if whole.contains(name) {
            errors.invalid(&field, resource, &format!("if '{name}/*' is present, must not specify {resource}"));
        }
        if any.contains(sub) {
            errors.invalid(&field, resource, &format!("if '*/{sub}' is present, must not specify {resource}"));
        }
        if sub == "*" {
            whole.insert(name);
        }
        if name == "*" {
            any.insert(sub);
        }
    }
    let has = |wanted: &str| resources.iter().any(|resource| resource == wanted);
    if resources.len() > 1 && has("*/*") {
        errors.invalid_json(field, &json!(resources), "if '*/*' is present, must not specify other resources");
    }
    if has("*") && plain {
        let detail = "if '*' is present, must not specify other resources without subresources";
        errors.invalid_json(field, &json!(resources), detail);
    }
}

/// Checks the kind of the params.
pub(super) fn param_kind(kind: &Value, field: &Field, errors: &mut Errors) {
    let api_version = text(&kind["apiVersion"]);
    let version_field = field.child("apiVersion");
    let parts: Vec<&str> = api_version.split('/').collect();
    match parts[..] {
        [""] => errors.required(&version_field, ""),
        [version] => group_version(api_version, "", version, &version_field, errors),
        [group, version] => group_version(api_version, group, version, &version_field, errors),
        _ => {
            let detail = format!("unexpected GroupVersion string: {api_version}");
            errors.invalid(&version_field, api_version, &detail);
        }
    }
    let name = text(&kind["kind"]);
    let wrong = names::label_1035(&name.to_lowercase());
    if name.is_empty() {
        errors.required(&field.child("kind"), "");
    } else if !wrong.is_empty() {
        let detail = format!("may have mixed case, but should otherwise match: {}", wrong.join(","));
        errors.invalid(&field.child("kind"), name, &detail);
    }
}

fn group_version(whole: &str, group: &str, version: &str, field: &Field, errors: &mut Errors) {
    let wrong = names::subdomain(group);
    if !group.is_empty() && !wrong.is_empty() {
        errors.invalid(field, group, &wrong.join(","));
    }
    let wrong = names::label_1035(version);
    if version.is_empty() {
        errors.invalid(field, whole, "version must be specified");
    } else if !wrong.is_empty() {
        errors.invalid(field, version, &wrong.join(","));
    }
}

/// Checks which params a binding takes.
pub(super) fn param_ref(reference: &Value, field: &Field, errors: &mut Errors) {
    const EXCLUSIVE: &str = "name and selector are mutually exclusive";
    let name = text(&reference["name"]);
    let selects = reference["selector"].is_object();
    if !name.is_empty() {
        for wrong in names::path_segment(name) {
            errors.invalid(&field.child("name"), name, &wrong);
        }
        if selects {
            errors.forbidden(&field.child("name"), EXCLUSIVE);
        }
    }
    if selects {
        selector(&reference["selector"], &field.child("selector"), errors);
        if !name.is_empty() {
            errors.forbidden(&field.child("selector"), EXCLUSIVE);
        }
    }
    if name.is_empty() && !selects {
        errors.required(field, "one of name or selector must be specified");
    }
    let action = field.child("parameterNotFoundAction");
    match text(&reference["parameterNotFoundAction"]) {
        "" => errors.required(&action, ""),
        other => one_of(&json!(other), &["Deny", "Allow"], &action, errors),
    }
}
