//! The schemas of Gatekeeper's own kinds: its definitions, and the one that it makes of a template
//! (frameworks `pkg/client/crds/schema.go`, gatekeeper `pkg/target/matchcrd_constant.go`).

use std::sync::LazyLock;

use serde_json::{Value, json};

/// What a list of such things is.
fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn object(properties: &Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn anything() -> Value {
    json!({ "x-kubernetes-preserve-unknown-fields": true })
}

fn wildcard() -> Value {
    json!({ "type": "string", "pattern": r"^\*?[-:a-z0-9]*\*?$" })
}

/// An object of a kind with this spec.
fn kind(spec: &Value) -> Value {
    object(&json!({ "spec": spec, "status": anything() }))
}

fn group_version_kind() -> Value {
    object(&json!({ "group": text(), "version": text(), "kind": text() }))
}

/// ConstraintTemplates, in all versions.
pub(super) static TEMPLATE: LazyLock<Value> = LazyLock::new(|| {
    let names = object(&json!({ "kind": text(), "shortNames": list(&text()) }));
    let validation = object(&json!({
        "legacySchema": { "type": "boolean" },
        "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
    }));
    let mut code = object(&json!({ "engine": text(), "source": anything() }));
    code["required"] = json!(["engine", "source"]);
    let operation = json!({ "type": "string", "enum": ["*", "CREATE", "DELETE", "UPDATE", "CONNECT"] });
    let target = object(&json!({
        "target": text(),
        "rego": text(),
        "libs": list(&text()),
        "code": list(&code),
        "operations": list(&operation),
    }));
    let crd = object(&json!({ "spec": object(&json!({ "names": names, "validation": validation })) }));
    kind(&object(&json!({ "crd": crd, "targets": list(&target) })))
});

/// ExpansionTemplates.
pub(super) static EXPANSION: LazyLock<Value> = LazyLock::new(|| {
    let applies_to = object(&json!({ "groups": list(&text()), "kinds": list(&text()), "versions": list(&text()) }));
    kind(&object(&json!({
        "applyTo": list(&applies_to),
        "templateSource": text(),
        "generatedGVK": group_version_kind(),
        "enforcementAction": text(),
    })))
});

/// The Config.
pub(super) static CONFIG: LazyLock<Value> = LazyLock::new(|| {
    let excluded = object(&json!({ "excludedNamespaces": list(&wildcard()), "processes": list(&text()) }));
    let trace = object(&json!({ "dump": text(), "user": text(), "kind": group_version_kind() }));
    kind(&object(&json!({
        "match": list(&excluded),
        "readiness": object(&json!({ "statsEnabled": { "type": "boolean" } })),
        "sync": object(&json!({ "syncOnly": list(&group_version_kind()) })),
        "validation": object(&json!({ "traces": list(&trace) })),
    })))
});

/// SyncSets.
pub(super) static SYNC_SET: LazyLock<Value> =
    LazyLock::new(|| kind(&object(&json!({ "gvks": list(&group_version_kind()) }))));

static MATCH: LazyLock<Value> = LazyLock::new(|| {
    let kinds = object(&json!({ "apiGroups": list(&text()), "kinds": list(&text()) }));
    let mut requirement = object(&json!({ "key": text(), "operator": text(), "values": list(&text()) }));
    requirement["required"] = json!(["key", "operator"]);
    let selector = object(&json!({
        "matchExpressions": list(&requirement),
        "matchLabels": { "type": "object", "additionalProperties": text() },
    }));
    object(&json!({
        "kinds": list(&kinds),
        "scope": text(),
        "namespaces": list(&wildcard()),
        "excludedNamespaces": list(&wildcard()),
        "labelSelector": selector,
        "namespaceSelector": selector,
        "name": wildcard(),
        "source": { "type": "string", "enum": ["All", "Generated", "Original"] },
    }))
});

/// The constraints of a template with these parameters.
pub(super) fn constraint(parameters: Option<&Value>) -> Value {
    let point = object(&json!({ "name": text() }));
    let scoped = object(&json!({ "action": text(), "enforcementPoints": list(&point) }));
    let mut spec = object(&json!({
        "match": *MATCH,
        "enforcementAction": { "type": "string", "default": "deny" },
        "scopedEnforcementActions": list(&scoped),
    }));
    if let Some(parameters) = parameters {
        spec["properties"]["parameters"] = parameters.clone();
    }
    let mut schema = kind(&spec);
    schema["properties"]["metadata"] = object(&json!({ "name": { "type": "string", "maxLength": 63 } }));
    schema
}
