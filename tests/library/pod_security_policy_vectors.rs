//! The answers of the real PodSecurityPolicy code of Kubernetes 1.24, byte for byte.

use std::path::Path;
use std::sync::Arc;

use crate::support::{fixture, json_lines, shared};
use podline::lint::{Options, lint};
use podline::local::policies::LocalPolicies;
use podline::local::policy_file::PolicyFile;
use podline::local::psp::{Policy, PspMode};
use podline::source::file::SourceFile;
use podline::verdict::{FileReport, PolicyVerdict};
use serde_json::{Value, json};

#[test]
fn every_vector_of_the_fixtures_agrees() {
    compare(&fixture("vectors/pod-security-policy.jsonl.gz"));
}

#[test]
fn every_shared_vector_agrees() {
    if let Some(path) = shared("vectors/pod-security-policy.jsonl.gz") {
        compare(&path);
    }
}

fn file(name: &str, text: &Value) -> SourceFile {
    SourceFile::new(name, text.as_str().expect("text").as_bytes().to_vec()).expect("a small file")
}

fn judge(policies: &[Policy], pods: &Value, mode: PspMode) -> FileReport {
    let mut local = LocalPolicies::new(mode);
    local.add_psp(policies.to_vec());
    let policies = Arc::new(local);
    lint(&file("pods.yaml", pods), true, &Options { policies, ..Options::default() })
}

fn compare(path: &Path) {
    let mut compared = 0;
    for vector in json_lines(path) {
        let name = vector["name"].as_str().expect("a name");
        let policies = PolicyFile::read(&Arc::new(file("psp.yaml", &vector["policies"]))).psp;
        let invalid: Vec<Value> = policies
            .iter()
            .filter(|policy| !policy.invalid.is_empty())
            .map(|policy| json!({"name": policy.name(), "errors": policy.invalid}))
            .collect();
        assert_eq!(json!(invalid), vector["invalid_policies"], "{name}: invalid policies");
        let unusable: Vec<Value> = policies
            .iter()
            .filter_map(|policy| Some(json!({"name": policy.name(), "error": policy.unusable.as_ref()?})))
            .collect();
        assert_eq!(json!(unusable), vector["unusable_policies"], "{name}: unusable policies");

        let objects = vector["objects"].as_array().expect("objects");
        let admission = judge(&policies, &vector["pods"], PspMode::Admission);
        let manifest = judge(&policies, &vector["pods"], PspMode::Manifest);
        assert_eq!(admission.templates.len(), objects.len(), "{name}: templates");
        for (index, object) in objects.iter().enumerate() {
            let verdict = admission.templates[index].psp.as_ref().expect("a verdict");
            let each: Vec<Value> = verdict.policies.iter().map(entry).collect();
            assert_eq!(json!(each), object["each"], "{name}: object {index}");
            assert_eq!(json!(verdict.policy), object["chosen"], "{name}: object {index}: chosen");
            let admit_error = object.get("admit_error").unwrap_or(&Value::Null);
            assert_eq!(json!(verdict.admit_error), *admit_error, "{name}: object {index}");
            let as_written = manifest.templates[index].psp.as_ref().expect("a verdict");
            assert_eq!(as_written.policy, first_as_written(object), "{name}: object {index}: as written");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} objects were compared");
}

fn entry(verdict: &PolicyVerdict) -> Value {
    json!({
        "policy": verdict.name,
        "admitted": verdict.errors.is_empty(),
        "admitted_unmutated": verdict.errors_unmutated.is_empty(),
        "errors": verdict.errors,
        "errors_unmutated": verdict.errors_unmutated,
        "mutated": verdict.mutated,
    })
}

/// The first policy by name that admits the pods as they are written.
fn first_as_written(object: &Value) -> Option<String> {
    let each = object["each"].as_array().expect("answers");
    let admitting = each.iter().filter(|answer| answer["admitted_unmutated"] == json!(true));
    admitting.filter_map(|answer| answer["policy"].as_str()).min().map(str::to_owned)
}

#[test]
fn a_pod_that_no_policy_admits_has_a_finding_for_each_refusal_of_the_closest() {
    for vector in json_lines(&fixture("vectors/pod-security-policy.jsonl.gz")) {
        let policies = PolicyFile::read(&Arc::new(file("psp.yaml", &vector["policies"]))).psp;
        for (mode, member) in [(PspMode::Admission, "errors"), (PspMode::Manifest, "errors_unmutated")] {
            let report = judge(&policies, &vector["pods"], mode);
            let expected: usize = vector["objects"]
                .as_array()
                .expect("objects")
                .iter()
                .map(|object| {
                    let each = object["each"].as_array().expect("answers");
                    // Without any usable policy there is one finding.
                    each.iter().map(|answer| answer[member].as_array().expect("errors").len()).min().unwrap_or(1)
                })
                .sum();
            let found = report.findings.iter().filter(|finding| finding.rule.starts_with("local/")).count();
            assert!(
                found <= expected && (found == 0) == (expected == 0),
                "{} {mode:?}: {found} {expected}",
                vector["name"]
            );
        }
    }
}
