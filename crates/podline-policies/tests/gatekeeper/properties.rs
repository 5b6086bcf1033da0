//! Whatever stands in policies and objects, the engine answers.

use podline_policies::{Cluster, Engine as _, User};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::load;
use super::support::review_of;

/// The keys that policies and objects have, so that what is written is looked at.
const KEYS: [&str; 40] = [
    "spec",
    "crd",
    "names",
    "kind",
    "validation",
    "openAPIV3Schema",
    "legacySchema",
    "properties",
    "items",
    "additionalProperties",
    "type",
    "default",
    "anyOf",
    "not",
    "pattern",
    "required",
    "enum",
    "targets",
    "target",
    "rego",
    "libs",
    "code",
    "engine",
    "source",
    "validations",
    "expression",
    "variables",
    "name",
    "operations",
    "match",
    "kinds",
    "namespaces",
    "labelSelector",
    "matchExpressions",
    "parameters",
    "enforcementAction",
    "scopedEnforcementActions",
    "applyTo",
    "templateSource",
    "generatedGVK",
];
const TEXTS: [&str; 14] = [
    "K8sRule",
    "admission.k8s.gatekeeper.sh",
    "Rego",
    "K8sNativeValidation",
    "package p\nviolation[{\"msg\": \"a\"}] { input.review.object.spec[_][_] }",
    "package p\nviolation[x] { x := data.inventory[_][_][_][_] }",
    "object.spec",
    "object",
    "string",
    "array",
    "scoped",
    "a.b",
    "*",
    "[",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        let key = proptest::sample::select(&KEYS[..]).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A document of one of Gatekeeper's kinds.
fn document(kind: usize, spec: &Value) -> Value {
    let (version, kind, name) = [
        ("templates.gatekeeper.sh/v1", "ConstraintTemplate", "k8srule"),
        ("templates.gatekeeper.sh/v1beta1", "ConstraintTemplate", "k8srule"),
        ("constraints.gatekeeper.sh/v1beta1", "K8sRule", "c"),
        ("expansion.gatekeeper.sh/v1beta1", "ExpansionTemplate", "e"),
        ("config.gatekeeper.sh/v1alpha1", "Config", "config"),
        ("syncset.gatekeeper.sh/v1alpha1", "SyncSet", "s"),
    ][kind];
    json!({ "apiVersion": version, "kind": kind, "metadata": { "name": name }, "spec": spec })
}

/// A sound template of these parameters and this code.
fn template(schema: &Value, code: &str) -> Value {
    document(
        0,
        &json!({
            "crd": { "spec": { "names": { "kind": "K8sRule" }, "validation": { "openAPIV3Schema": schema } } },
            "targets": [{ "target": "admission.k8s.gatekeeper.sh", "rego": code }],
        }),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_stands_in_a_spec_is_taken_or_refused(spec in any_json(), kind in 0_usize..6) {
        let loaded = load(&[document(kind, &spec)]);
        prop_assert!(loaded.refused.len() <= 1);
        prop_assert!(loaded.refused.iter().all(|refused| !refused.errors.is_empty() && !refused.text.is_empty()));
    }

    #[test]
    fn whatever_parameters_and_objects_are_written_there_is_an_answer(
        schema in any_json(), parameters in any_json(), spec in any_json(), code in 4_usize..6,
    ) {
        let constraint = document(2, &json!({ "parameters": parameters, "match": {} }));
        let expansion = json!({
            "applyTo": [{ "groups": [""], "versions": ["v1"], "kinds": ["Pod"] }],
            "templateSource": "spec.spec",
            "generatedGVK": { "group": "apps", "version": "v1", "kind": "Deployment" },
        });
        let loaded = load(&[template(&schema, TEXTS[code]), constraint, document(3, &expansion)]);
        let object = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web", "labels": spec }, "spec": spec,
        });
        let mut cluster = Cluster::new();
        cluster.add_to_inventory(&object);
        let rows = review_of(&object, &cluster, &User::default(), |review| loaded.engine.judge_and_explain(review, &|_| false));
        prop_assert!(!rows.is_empty() || !loaded.refused.is_empty());
    }
}
