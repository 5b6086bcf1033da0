//! MutatingAdmissionPolicies are read and matched, not applied.

mod support;

use podline_policies::{Cluster, Engine as _, User, vap};
use support::{review_of, yaml};

const POLICY: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: m}
spec:
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: b}
spec:
  policyName: m
  matchResources: {objectSelector: {matchLabels: {app: web}}}
";

fn mutations(object: &str) -> Vec<String> {
    let engine = vap::load(&yaml::documents(POLICY)).engine;
    let object = yaml::documents(object).remove(0);
    review_of(&object, &Cluster::new(), &User::named("alice"), |review| engine.mutations(review))
        .iter()
        .map(|mutation| {
            format!("{} {} {}", mutation.policy, mutation.binding.as_deref().unwrap_or_default(), mutation.document)
        })
        .collect()
}

#[test]
fn a_policy_that_may_change_an_object_is_named() {
    assert_eq!(mutations("{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: web}}}"), ["m b 0"]);
    assert!(mutations("{apiVersion: v1, kind: Pod, metadata: {name: a}}").is_empty());
    assert!(mutations("{apiVersion: v1, kind: Service, metadata: {name: a, labels: {app: web}}}").is_empty());
}

#[test]
fn what_is_missing_is_refused() {
    let broken = POLICY
        .replace("  reinvocationPolicy: Never\n", "")
        .replace("[{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]", "[]");
    let loaded = vap::load(&yaml::documents(&broken));
    let texts: Vec<&str> = loaded.refused[0].errors.iter().map(|error| error.text.as_str()).collect();
    let expected = [
        "spec.mutations: Required value: mutations must contain at least one item",
        "spec.reinvocationPolicy: Required value",
    ];
    assert_eq!(texts, expected);
    assert_eq!(loaded.dangling, [1]);
}
