//! The answers of the real PodSecurityPolicy admission of Kubernetes 1.24 where roles and bindings decide, byte for byte.

use std::sync::Arc;

use podline::engine::Document;
use podline::lint::{Options, lint};
use podline::local::policies::LocalPolicies;
use podline::local::policy_file::PolicyFile;
use podline::local::psp::{PspMode, Rights};
use podline::source::file::SourceFile;
use podline::verdict::{FileReport, PspVerdict, UsableBy};
use podline_policies::{User, rbac};
use serde_json::{Value, json};

use crate::support::{json_lines, shared};

fn file(name: &str, text: &Value) -> SourceFile {
    SourceFile::new(name, text.as_str().expect("text").as_bytes().to_vec()).expect("a small file")
}

fn judge(case: &Value) -> FileReport {
    let mut policies = LocalPolicies::new(PspMode::Admission);
    policies.add_psp(PolicyFile::read(&Arc::new(file("psp.yaml", &case["policies"]))).psp);
    let documents = Document::all(&Arc::new(file("rbac.yaml", &case["rbac"]))).0;
    let values: Vec<Value> = documents.iter().map(|document| document.value().expect("a small object")).collect();
    let roles = rbac::load(&values, "default").rbac;
    let rights = Rights::new(&roles, policies.usable());
    policies.decide_by(rights);
    let groups: Vec<String> = serde_json::from_value(case["groups"].clone()).expect("groups");
    let creator = Arc::new(User::in_groups(case["user"].as_str().unwrap_or_default(), &groups));
    lint(
        &file("pods.yaml", &case["pods"]),
        true,
        &Options { policies: Arc::new(policies), creator, ..Options::default() },
    )
}

fn entry(verdict: &PspVerdict) -> Value {
    let by = |by: &UsableBy| json!({"user": by.user, "policies": by.policies});
    let usable = verdict.usable.as_deref().expect("rights decide");
    json!({
        "usable": {"creator": usable.creator.as_ref().map(by), "serviceAccount": by(&usable.service_account)},
        "chosen": verdict.policy,
        "admit_error": verdict.admit_error,
    })
}

#[test]
fn every_vector_agrees_on_the_chosen_policy_and_on_the_words_of_a_refusal() {
    let Some(path) = shared("vectors/psp-rbac.jsonl.gz") else { return };
    let mut compared = 0;
    for case in json_lines(&path) {
        let report = judge(&case);
        let objects = case["objects"].as_array().expect("objects");
        assert_eq!(report.templates.len(), objects.len(), "{}", case["name"]);
        for (template, object) in report.templates.iter().zip(objects) {
            let found = entry(template.psp.as_ref().expect("a verdict"));
            for member in ["usable", "chosen", "admit_error"] {
                assert_eq!(found[member], object[member], "{} {} {member}", case["name"], object["name"]);
            }
            compared += 1;
        }
        // A pod that is refused has an error that says so.
        let refused = objects.iter().any(|object| object["chosen"].is_null());
        let has_errors = report.findings.iter().any(|finding| finding.rule.starts_with("local/"));
        assert_eq!(has_errors, refused, "{}", case["name"]);
    }
    assert!(compared > 1000, "only {compared} objects were compared");
}
