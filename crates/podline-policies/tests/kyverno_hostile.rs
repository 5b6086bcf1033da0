//! No policy makes the engine panic, or take more than it may.

#![allow(clippy::needless_pass_by_value, clippy::format_collect)] // fixtures read better so

mod support;

use podline_policies::kyverno::{self, Settings};
use podline_policies::{Cluster, Engine as _, GroupVersionKind, Judgement, Meter, Operation, Review, Subject, User};
use proptest::prelude::*;
use serde_json::{Value, json};

fn judged(policy: Value, object: &Value) -> Vec<Judgement> {
    let settings = Settings {
        now: (0, 0),
        yaml: std::sync::Arc::new(|text| serde_json::from_str(text).map_err(|error| error.to_string())),
        pod_security: Some(Box::new(kyverno::Standards)),
    };
    let loaded = kyverno::load(&[policy], settings);
    let cluster = Cluster::new();
    let resource = cluster.resource(&GroupVersionKind::new("v1", "Pod"));
    let review = Review {
        subject: Subject { resource: &resource, name: "web", namespace: Some("shop") },
        object,
        user: &User::default(),
        operation: Operation::Create,
        cluster: &cluster,
        convert: &|_| None,
        meter: &Meter::default(),
    };
    loaded.engine.judge(&review)
}

fn policy(validate: Value, more: Value) -> Value {
    let mut rule =
        json!({ "name": "r", "match": { "any": [{ "resources": { "kinds": ["Pod"] } }] }, "validate": validate });
    for (key, value) in more.as_object().into_iter().flatten() {
        rule[key] = value.clone();
    }
    json!({
        "apiVersion": "kyverno.io/v1",
        "kind": "ClusterPolicy",
        "metadata": { "name": "p" },
        "spec": { "background": false, "rules": [rule] },
    })
}

fn pod(annotation: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "web", "namespace": "shop", "annotations": { "a": annotation } },
        "spec": { "containers": [{ "name": "main", "image": "nginx" }] },
    })
}

#[test]
fn a_variable_that_holds_itself_ends() {
    let deny = json!({ "message": "{{ request.object.metadata.annotations.a }}", "deny": {} });
    for annotation in [
        "x{{ request.object.metadata.annotations.a }}{{ request.object.metadata.annotations.a }}",
        "{{ request.object.metadata.annotations }}",
        "{{ request.object }}",
        "{{ request.object.metadata.annotations.a }}",
    ] {
        let rows = judged(policy(deny.clone(), json!({})), &pod(annotation));
        assert!(rows.len() <= 1);
    }
}

#[test]
fn values_that_double_in_every_entry_end() {
    let mut context = vec![json!({ "name": "v0", "variable": { "value": "xxxxxxxxxxxxxxxx" } })];
    for at in 1..60 {
        let value = format!("{{{{ v{} }}}}{{{{ v{} }}}}", at - 1, at - 1);
        context.push(json!({ "name": format!("v{at}"), "variable": { "value": value } }));
    }
    let rows = judged(policy(json!({ "message": "{{ v59 }}", "deny": {} }), json!({ "context": context })), &pod(""));
    assert_eq!(rows.len(), 1);
}

#[test]
fn lists_in_lists_in_lists_end() {
    let list = "[request.object, request.object, request.object, request.object, request.object, request.object]";
    let mut foreach = json!([{ "list": list, "deny": {
        "conditions": [{ "key": "a", "operator": "Equals", "value": "b" }] } }]);
    for _ in 0..12 {
        foreach = json!([{ "list": list, "foreach": foreach }]);
    }
    let rows = judged(policy(json!({ "foreach": foreach }), json!({})), &pod(""));
    assert_eq!(rows[0].decision.word(), "error");
}

#[test]
fn deep_patterns_are_refused_or_end() {
    let mut pattern = json!("?*");
    for _ in 0..100 {
        pattern = json!({ "(a)": [pattern] });
    }
    let _ = judged(policy(json!({ "pattern": pattern }), json!({})), &pod(""));
}

#[test]
fn many_exclusions_from_many_containers_end() {
    let exclude = json!({ "controlName": "Capabilities", "images": ["*"], "restrictedField": "spec.containers[*].securityContext.capabilities.add", "values": ["x"] });
    let rule = json!({ "podSecurity": { "level": "restricted", "version": "latest", "exclude": vec![exclude; 2000] } });
    let mut object = pod("");
    let container =
        json!({ "name": "main", "image": "nginx", "securityContext": { "capabilities": { "add": ["a"] } } });
    object["spec"]["containers"] = json!(vec![container; 2000]);
    assert_eq!(judged(policy(rule, json!({})), &object)[0].decision.word(), "error");
}

fn validating(spec: Value) -> Value {
    let mut spec = if spec.is_object() { spec } else { json!({}) };
    spec["matchConstraints"] = json!({ "resourceRules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["pods"] }] });
    json!({ "apiVersion": "policies.kyverno.io/v1", "kind": "ValidatingPolicy", "metadata": { "name": "p" }, "spec": spec })
}

#[test]
fn expressions_that_double_end() {
    let mut expression = "v40".to_owned();
    let mut variables = vec![json!({ "name": "v0", "expression": "'xxxxxxxxxxxxxxxx'" })];
    for at in (1..=40).rev() {
        expression = format!("cel.bind(v{at}, v{} + v{}, {expression})", at - 1, at - 1);
        variables.insert(
            1,
            json!({ "name": format!("v{at}"), "expression": format!("variables.v{0} + variables.v{0}", at - 1) }),
        );
    }
    let bound = json!({ "validations": [{ "expression": format!("cel.bind(v0, 'x', {expression}) == ''") }] });
    let declared = json!({ "variables": variables, "validations": [{ "expression": "variables.v40 == ''" }] });
    let rounds = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let nested = (0..9).fold("true".to_owned(), |inner, at| format!("{rounds}.all(x{at}, {inner})"));
    let nested = json!({ "validations": [{ "expression": nested }] });
    for spec in [bound, declared, nested] {
        let words: Vec<&str> = judged(validating(spec), &pod("")).iter().map(|row| row.decision.word()).collect();
        assert_eq!(words, ["error"]);
    }
}

/// Any JSON of the words that policies are made of.
fn anything() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("spec"),
        Just("metadata"),
        Just("(name)"),
        Just("=(labels)"),
        Just("^(containers)"),
        Just("<(image)"),
        Just("X(a)"),
        Just("{{ element }}"),
        Just("{{ request.object }}"),
        Just("$(./../a)"),
        Just("!*"),
        Just("1-2"),
        Just(">=1Gi"),
        Just("key"),
        Just("operator"),
        Just("value"),
        Just("any"),
        Just("all"),
        Just("{{ @ }}"),
        Just("Equals"),
        Just("list"),
        Just("name"),
        Just("é|&"),
        Just("{{{a}}}"),
        Just("\\{{ a }}"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        Just(json!(1.5)),
        words.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((words.clone(), inner), 0..4)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_rule_is_refused_or_judged(
        kind in "pattern|anyPattern|deny|foreach|cel|podSecurity|message",
        body in anything(), preconditions in anything(), context in anything(), object in anything(),
    ) {
        let mut object = object;
        if !object.is_object() {
            object = pod("");
        }
        object["kind"] = json!("Pod");
        let validate = json!({ kind: body });
        let _ = judged(policy(validate, json!({ "preconditions": preconditions, "context": context })), &object);
    }

    #[test]
    fn any_document_is_refused_or_loaded(spec in anything(), metadata in anything()) {
        let document = json!({ "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": metadata, "spec": spec });
        let _ = judged(document, &pod(""));
    }

    #[test]
    fn any_validating_policy_is_refused_or_judged(
        validations in anything(), variables in anything(), autogen in anything(), object in anything(),
        expression in r"(object|variables|request|'x'|1|image\(|\)|\.name|\.orValue\(|==|\+|has\(|\?|:|\[0\]|cel\.bind\(|, ){1,8}",
    ) {
        let spec = json!({
            "validations": if validations.is_array() { validations } else { json!([{ "expression": expression, "message": "m" }]) },
            "variables": variables,
            "autogen": autogen,
        });
        let _ = judged(validating(spec), &object);
    }

    #[test]
    fn any_pattern_ends(pattern in anything(), object in anything()) {
        let _ = judged(policy(json!({ "pattern": pattern }), json!({})), &json!({ "kind": "Pod", "metadata": {}, "spec": object }));
    }
}
