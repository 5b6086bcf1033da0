//! Policies, bindings, params and an object, in one JSON list: whatever they say, policies are refused or loaded, the
//! object is judged within the limits, and twice the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline_policies::{Cluster, Engine, GroupVersionKind, Meter, Operation, Review, Subject, User, kubewarden, kyverno, vap};
use serde_json::Value;

/// What Kyverno needs from outside, the same in every run.
fn settings() -> kyverno::Settings {
    kyverno::Settings {
        now: (1_790_000_000, 0),
        yaml: std::sync::Arc::new(|text| serde_json::from_str(text).map_err(|error| error.to_string())),
        pod_security: Some(Box::new(kyverno::Standards)),
    }
}

fuzz_target!(|text: &str| {
    let Ok(Value::Array(mut documents)) = serde_json::from_str(text) else { return };
    let Some(object) = documents.pop() else { return };
    let loaded = vap::load(&documents);
    let kubewarden = kubewarden::load(&documents);
    let kyverno = kyverno::load(&documents, settings());
    for refusal in loaded.refused.iter().chain(&kubewarden.refused).chain(&kyverno.refused) {
        assert!(!refusal.errors.is_empty() && refusal.document < documents.len());
    }
    let count = documents.len();
    let mut cluster = Cluster::new();
    for document in documents.into_iter().filter(|document| !vap::claims(document)) {
        cluster.add(document);
    }
    let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
    let kind = GroupVersionKind::new(&text(&object["apiVersion"]), &text(&object["kind"]));
    let resource = cluster.resource(&kind);
    let (name, namespace) = (text(&object["metadata"]["name"]), text(&object["metadata"]["namespace"]));
    let namespace = resource.namespaced.then_some(namespace.as_str());
    let subject = Subject { resource: &resource, name: &name, namespace };
    let review = Review {
        subject,
        object: &object,
        user: &User::named("alice"),
        operation: Operation::Create,
        cluster: &cluster,
        convert: &|_| Some(object.clone()),
        meter: &Meter::default(),
    };
    assert!(kyverno.engine.summaries().all(|summary| summary.document < count));
    for engine in [&loaded.engine as &dyn Engine, &kubewarden.engine, &kyverno.engine] {
        let rows = engine.judge(&review);
        assert_eq!(rows, engine.judge(&review));
        engine.judge_and_explain(&review, &|path| path.len() > 1);
        engine.mutations(&review);
        assert!(rows.is_empty() || engine.accepts(&subject, &cluster));
    }
});
