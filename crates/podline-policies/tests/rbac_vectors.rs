//! The answers of the real RBAC authorizer of Kubernetes 1.24 to who may use which PodSecurityPolicy.

mod support;

use std::collections::BTreeSet;

use podline_policies::User;
use podline_policies::rbac::{self, Permission, Rbac};
use serde_json::{Value, json};
use support::yaml;

#[test]
fn every_vector_agrees_on_who_may_use_what_and_on_what_is_refused() {
    for case in support::vectors("psp-rbac").into_iter().flatten() {
        let name = case["name"].as_str().expect("a name");
        let documents = objects(&case["rbac"]);
        let loaded = rbac::load(&documents, "default");
        let refused: Vec<Value> = loaded
            .refused
            .iter()
            .map(|refusal| {
                let document = &documents[refusal.document];
                let namespaced = !refusal.kind.starts_with("Cluster");
                let written = document["metadata"]["namespace"].as_str().unwrap_or("default");
                let namespace = if namespaced { written } else { "" };
                let errors: Vec<&str> = refusal.errors.iter().map(|error| error.text.as_str()).collect();
                json!({"kind": refusal.kind, "namespace": namespace, "name": refusal.name, "errors": errors})
            })
            .collect();
        assert_eq!(json!(refused), case["invalid_rbac"], "{name}");
        let policies = usable_at_all(&case);
        for object in case["objects"].as_array().expect("objects") {
            let usable = &object["usable"];
            let account = usable["serviceAccount"]["user"].as_str().expect("an account");
            let parts: Vec<&str> = account.split(':').collect();
            let [.., namespace, own] = parts[..] else { panic!("{account}") };
            let account = User::service_account(namespace, own);
            assert_eq!(json!(of(&loaded.rbac, &account, namespace, &policies)), usable["serviceAccount"], "{name}");
            let creator = if object["kind"] == "Pod" {
                let groups: Vec<String> = serde_json::from_value(case["groups"].clone()).expect("groups");
                User::in_groups(case["user"].as_str().unwrap_or_default(), &groups)
            } else {
                User::named(usable["creator"]["user"].as_str().expect("a user"))
            };
            assert_eq!(json!(of(&loaded.rbac, &creator, namespace, &policies)), usable["creator"], "{name}");
        }
    }
}

/// Objects of a stream, those of lists taken out.
fn objects(stream: &Value) -> Vec<Value> {
    let documents = yaml::documents(stream.as_str().expect("text"));
    let items = documents.into_iter().flat_map(|document| match document["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![document],
    });
    items.collect()
}

/// The policies that are valid, and that admission does not pass over, by name.
fn usable_at_all(case: &Value) -> BTreeSet<String> {
    let named = |list: &Value| -> Vec<String> {
        let entries = list.as_array().expect("a list").iter();
        entries.map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
    };
    let out = [named(&case["invalid_policies"]), named(&case["unusable_policies"])].concat();
    let all = objects(&case["policies"]).into_iter();
    let all = all.map(|policy| policy["metadata"]["name"].as_str().expect("a name").to_owned());
    all.filter(|name| !out.contains(name)).collect()
}

fn of(rbac: &Rbac, user: &User, namespace: &str, policies: &BTreeSet<String>) -> Value {
    let may = |name: &&String| {
        let groups: &[&str] = &["policy", "extensions"];
        rbac.allows(user, namespace, &Permission { verb: "use", groups, resource: "podsecuritypolicies", name })
    };
    json!({"user": user.name, "policies": policies.iter().filter(may).collect::<Vec<_>>()})
}
