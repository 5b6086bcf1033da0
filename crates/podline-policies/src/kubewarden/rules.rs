//! Which objects a policy is asked about: the webhook that the controller makes of it
//! (`internal/controller/policy_subreconciler_webhook.go`), and the rules that it refuses
//! (`api/policies/v1/policy_validation.go`).

use serde_json::{Value, json};

use crate::field::{Errors, Field};
use crate::json::{items, text, texts};
use crate::matching::{MatchResources, NAME_LABEL};

/// Where the chart puts Kubewarden itself.
const OWN_NAMESPACE: &str = "kubewarden";

/// What the webhook of a policy matches. A policy of a namespace matches there alone.
pub(super) fn webhook(spec: &Value, namespace: Option<&str>) -> MatchResources {
    MatchResources::new(&json!({
        "resourceRules": spec["rules"],
        "matchPolicy": spec["matchPolicy"],
        "objectSelector": spec["objectSelector"],
        "namespaceSelector": namespace_selector(spec, namespace),
    }))
}

/// Does it ask for more of namespaces than that they are not Kubewarden's own?
pub(super) fn selects_namespaces(spec: &Value, namespace: Option<&str>) -> bool {
    let allows_own = spec["allowInsideAdmissionControllerNamespace"] == true;
    let selector = &spec["namespaceSelector"];
    namespace.is_some() || items(&selector["matchExpressions"]).len() > 0 || (allows_own && selector.is_object())
}

/// The controller drops `matchLabels` of what policies of the cluster select, when it adds that its own namespace is not
/// theirs.
fn namespace_selector(spec: &Value, namespace: Option<&str>) -> Value {
    if let Some(namespace) = namespace {
        return json!({ "matchLabels": { NAME_LABEL: namespace } });
    }
    let written = &spec["namespaceSelector"];
    if spec["allowInsideAdmissionControllerNamespace"] == true {
        return written.clone();
    }
    let mut expressions = vec![json!({ "key": NAME_LABEL, "operator": "NotIn", "values": [OWN_NAMESPACE] })];
    expressions.extend(items(&written["matchExpressions"]).cloned());
    json!({ "matchExpressions": expressions })
}

/// What Kubewarden refuses in `rules`, in its words.
pub(super) fn check(spec: &Value, namespaced: bool, errors: &mut Errors) {
    let field = Field::new(&["spec", "rules"]);
    let rules = &spec["rules"];
    if items(rules).len() == 0 {
        errors.required(&field, "a value must be specified");
    }
    for rule in items(rules) {
        if items(&rule["operations"]).len() == 0 {
            errors.required(&field.child("operations"), "a value must be specified");
        } else if items(&rule["apiVersions"]).len() == 0 || items(&rule["resources"]).len() == 0 {
            errors.required(&field, "apiVersions and resources must have specified values");
        } else {
            for (list, inner) in [
                ("operations", field.child("operations")),
                ("apiVersions", field.child("rule.apiVersions")),
                ("resources", field.child("rule.resources")),
            ] {
                check_empty(&rule[list], &inner, errors);
            }
            if namespaced {
                check_wildcards(rule, &field, errors);
            }
        }
    }
}

fn check_empty(list: &Value, field: &Field, errors: &mut Errors) {
    for (index, _) in items(list).enumerate().filter(|(_, item)| text(item).is_empty()) {
        errors.required(&field.index(index), "must be non-empty");
    }
}

/// A policy of a namespace must not match everything. Upstream means the groups, but looks at the versions.
fn check_wildcards(rule: &Value, field: &Field, errors: &mut Errors) {
    let (versions, resources) = (texts(&rule["apiVersions"]), texts(&rule["resources"]));
    let version = versions.iter().position(|version| version == "*");
    let resource = resources.iter().position(|resource| resource == "*" || resource == "*/*");
    if let (Some(version), Some(resource)) = (version, resource) {
        let why =
            |what: &str| format!("{what} cannot use wildcards when using AdmissionPolicy or AdmissionPolicyGroup");
        errors.forbidden(&field.child("apiGroups").index(version), &why("apiGroups"));
        errors.forbidden(&field.child("resources").index(resource), &why("resources"));
    }
    let group = versions.iter().any(|version| version == "*" || version == "wgpolicyk8s.io");
    let reports = |resource: &String| {
        matches!(resource.as_str(), "policyreports" | "*" | "*/*") || resource.starts_with("policyreports/")
    };
    if group && resources.iter().any(reports) {
        let what = "{APIGroup: wgpolicyk8s.io, Resource: policyreports}";
        let why = format!("{what} resources cannot be targeted by AdmissionPolicy or AdmissionPolicyGroup");
        errors.forbidden(field, &why);
    }
}
