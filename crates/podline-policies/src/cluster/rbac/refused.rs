//! What the API server refuses in roles and bindings: `pkg/apis/rbac/validation` of Kubernetes 1.24.17, which judges
//! them after the API's defaults are filled in.

use serde_json::Value;

use super::GROUP;
use super::binding::default_group;
use crate::field::{Errors, Field};
use crate::json::{items, text, texts};
use crate::names;
use crate::validate::{metadata, selector};

/// Checks a role or a binding of one of the four kinds. `namespace` is where it lives, if its kind lives in namespaces.
pub(super) fn validate(document: &Value, namespace: Option<&str>, errors: &mut Errors) {
    metadata(document, names::path_segment, errors);
    if let Some(namespace) = namespace {
        for wrong in names::label_1123(namespace) {
            errors.invalid(&Field::new(&["metadata", "namespace"]), namespace, &wrong);
        }
    }
    match text(&document["kind"]) {
        "Role" | "ClusterRole" => role(document, namespace.is_some(), errors),
        _ => binding(document, namespace.is_some(), errors),
    }
}

fn role(document: &Value, namespaced: bool, errors: &mut Errors) {
    for (index, json) in items(&document["rules"]).enumerate() {
        rule(json, namespaced, &Field::new(&["rules"]).index(index), errors);
    }
    let aggregation = &document["aggregationRule"];
    if aggregation.is_object() && !namespaced {
        let (selectors, field) =
            (&aggregation["clusterRoleSelectors"], Field::new(&["aggregationRule", "clusterRoleSelectors"]));
        if items(selectors).len() == 0 {
            errors.required(&field, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        for (index, json) in items(selectors).enumerate() {
            selector(json, &field.index(index), errors);
        }
    }
}

fn rule(json: &Value, namespaced: bool, field: &Field, errors: &mut Errors) {
    let is_empty = |key: &str| items(&json[key]).len() == 0;
    if is_empty("verbs") {
        errors.required(&field.child("verbs"), "verbs must contain at least one value");
    }
    if !is_empty("nonResourceURLs") {
        let (urls, field) = (texts(&json["nonResourceURLs"]), field.child("nonResourceURLs"));
        if namespaced {
            errors.invalid_texts(&field, &urls, "namespaced rules cannot apply to non-resource URLs");
        }
        if !["apiGroups", "resources", "resourceNames"].into_iter().all(is_empty) {
            errors.invalid_texts(&field, &urls, "rules cannot apply to both regular resources and non-resource URLs");
        }
        return;
    }
    if is_empty("apiGroups") {
        errors.required(&field.child("apiGroups"), "resource rules must supply at least one api group");
    }
    if is_empty("resources") {
        errors.required(&field.child("resources"), "resource rules must supply at least one resource");
    }
}

fn binding(document: &Value, namespaced: bool, errors: &mut Errors) {
    let (role, field) = (&document["roleRef"], Field::new(&["roleRef"]));
    let group = text(&role["apiGroup"]);
    if !matches!(group, "" | GROUP) {
        errors.unsupported(&field.child("apiGroup"), group, &[GROUP]);
    }
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    let kind = text(&role["kind"]);
    if !kinds.contains(&kind) {
        errors.unsupported(&field.child("kind"), kind, kinds);
    }
    let name = text(&role["name"]);
    if name.is_empty() {
        errors.required(&field.child("name"), "");
    }
    for wrong in names::path_segment(name) {
        errors.invalid(&field.child("name"), name, &wrong);
    }
    let is_alpha = document["apiVersion"] == "rbac.authorization.k8s.io/v1alpha1";
    for (index, json) in items(&document["subjects"]).enumerate() {
        subject(json, namespaced, is_alpha, &Field::new(&["subjects"]).index(index), errors);
    }
}

fn subject(json: &Value, namespaced: bool, is_alpha: bool, field: &Field, errors: &mut Errors) {
    let (kind, name) = (text(&json["kind"]), text(&json["name"]));
    if name.is_empty() {
        errors.required(&field.child("name"), "");
    }
    let wanted = default_group(kind);
    // In v1alpha1 the group follows from the kind.
    let group = Some(text(&json["apiGroup"])).filter(|group| !group.is_empty() && !is_alpha).unwrap_or(wanted);
    match kind {
        "ServiceAccount" => {
            if !name.is_empty() {
                for wrong in names::subdomain(name) {
                    errors.invalid(&field.child("name"), name, &wrong);
                }
            }
            if group != wanted {
                errors.unsupported(&field.child("apiGroup"), group, &[wanted]);
            }
            if !namespaced && text(&json["namespace"]).is_empty() {
                errors.required(&field.child("namespace"), "");
            }
        }
        "User" | "Group" if group != wanted => errors.unsupported(&field.child("apiGroup"), group, &[wanted]),
        "User" | "Group" => {}
        _ => errors.unsupported(&field.child("kind"), kind, &["ServiceAccount", "User", "Group"]),
    }
}
