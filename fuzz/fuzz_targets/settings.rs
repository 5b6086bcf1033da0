//! Settings of Kubewarden's modules with an object, and roles with bindings, in one JSON object: whatever they say, they
//! are refused or loaded, the object is judged twice the same, and whom a binding names may do what its role allows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline_policies::rbac::{self, Permission, Subject};
use podline_policies::{Cluster, Engine, GroupVersionKind, Meter, Operation, Review, User, kubewarden};
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Ok(mut input) = serde_json::from_str::<Value>(text) else { return };
    modules(&input["settings"], &input["object"]);
    if let Some(Value::Array(documents)) = input.get_mut("rbac").map(Value::take) {
        roles(&documents);
    }
});

/// `settings` are those of modules, by their names.
fn modules(settings: &Value, object: &Value) {
    let rule = json!({"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]});
    let policy = |(name, settings): (&String, &Value)| {
        json!({
            "apiVersion": "policies.kubewarden.io/v1",
            "kind": "ClusterAdmissionPolicy",
            "metadata": {"name": "p"},
            "spec": {"module": format!("{name}:v1"), "mutating": false, "rules": [&rule], "settings": settings},
        })
    };
    let documents: Vec<Value> = settings.as_object().into_iter().flatten().map(policy).collect();
    let loaded = kubewarden::load(&documents);
    for refusal in &loaded.refused {
        assert!(!refusal.text.is_empty() && refusal.document < documents.len());
    }
    let cluster = Cluster::new();
    let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
    let kind = GroupVersionKind::new(&text(&object["apiVersion"]), &text(&object["kind"]));
    let resource = cluster.resource(&kind);
    let (name, namespace) = (text(&object["metadata"]["name"]), text(&object["metadata"]["namespace"]));
    let namespace = resource.namespaced.then_some(namespace.as_str());
    let review = Review {
        subject: podline_policies::Subject { resource: &resource, name: &name, namespace },
        object,
        user: &User::named("alice"),
        operation: Operation::Create,
        cluster: &cluster,
        convert: &|_| Some(object.clone()),
        meter: &Meter::default(),
    };
    let rows = loaded.engine.judge(&review);
    assert_eq!(rows, loaded.engine.judge(&review));
}

fn roles(documents: &[Value]) {
    let loaded = rbac::load(documents, "default");
    for refusal in &loaded.refused {
        assert!(!refusal.errors.is_empty() && refusal.document < documents.len());
    }
    for name in ["privileged", "strict", "*", ""] {
        let groups = &["policy", "extensions"];
        let permission = Permission { verb: "use", groups, resource: "podsecuritypolicies", name };
        for binding in loaded.rbac.grants(&permission) {
            assert!(loaded.rbac.has_role_of(binding));
            let namespace = binding.namespace.as_deref().unwrap_or("shop");
            for subject in &binding.subjects {
                let user = match subject {
                    Subject::User(name) => User::named(name),
                    Subject::Group(name) => User::in_groups("jeff", std::slice::from_ref(name)),
                    Subject::ServiceAccount { namespace, name } => User::service_account(namespace, name),
                };
                assert!(loaded.rbac.allows(&user, namespace, &permission));
            }
        }
    }
}
