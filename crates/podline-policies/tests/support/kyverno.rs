//! Policies of Kyverno and what they answer, for tests with small fixtures.

use podline_policies::kyverno::{self, Loaded, Settings};
use podline_policies::{Cluster, Engine as _, GroupVersionKind, Judgement, Meter, Operation, Review, Subject, User};
use serde_json::Value;

use super::yaml;

pub fn settings() -> Settings {
    Settings { now: (0, 0), yaml: std::sync::Arc::new(|_| Err("no YAML".to_owned())), pod_security: None }
}

/// A policy for pods with these lines as its one rule.
pub fn policy(rule: &str) -> String {
    let rule = rule.trim_end().replace('\n', "\n    ");
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\nspec:\n  background: false\n  rules:\n  - name: r\n    match:\n      any:\n      - resources:\n          kinds: [Pod]\n    {rule}\n"
    )
}

pub fn judged(policies: &str, object: &str) -> Vec<Judgement> {
    let policies = yaml::documents(policies);
    let loaded = kyverno::load(&policies, settings());
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    let mut cluster = Cluster::new();
    policies.iter().filter(|json| !kyverno::claims(json)).for_each(|json| cluster.add(json.clone()));
    rows(&loaded, &cluster, object)
}

pub fn rows(loaded: &Loaded, cluster: &Cluster, object: &str) -> Vec<Judgement> {
    reviewed(loaded, cluster, object, (&User::default(), false))
}

/// The rows, and what passes says what it depends on.
pub fn explained(loaded: &Loaded, cluster: &Cluster, object: &str) -> Vec<Judgement> {
    reviewed(loaded, cluster, object, (&User::default(), true))
}

/// The rows about an object that a user sends.
pub fn sent_by(loaded: &Loaded, object: &str, user: &User) -> Vec<Judgement> {
    reviewed(loaded, &Cluster::new(), object, (user, false))
}

fn reviewed(loaded: &Loaded, cluster: &Cluster, object: &str, (user, explained): (&User, bool)) -> Vec<Judgement> {
    let object = yaml::documents(object).remove(0);
    let text = |json: &Value| json.as_str().unwrap_or_default().to_owned();
    let resource = cluster.resource(&GroupVersionKind::new(&text(&object["apiVersion"]), &text(&object["kind"])));
    let (name, namespace) = (text(&object["metadata"]["name"]), text(&object["metadata"]["namespace"]));
    let subject = Subject { resource: &resource, name: &name, namespace: Some(&namespace) };
    let (operation, convert, meter) = (Operation::Create, &|_: &_| None, &Meter::default());
    let review = Review { subject, object: &object, user, operation, cluster, convert, meter };
    if explained { loaded.engine.judge_and_explain(&review, &|_| false) } else { loaded.engine.judge(&review) }
}

/// The one row: its word, and its message.
#[track_caller]
pub fn answer(policies: &str, object: &str) -> (&'static str, String) {
    let rows = judged(policies, object);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    (rows[0].decision.word(), rows[0].message.clone())
}

pub const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, num: '3'}}
spec:
  hostNetwork: true
  containers:
  - {name: main, image: nginx, ports: [{containerPort: 8080}], resources: {limits: {memory: 1Gi}}}
  - {name: log, image: 'ghcr.io/acme/log:1'}
";

pub const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx}]}
";
