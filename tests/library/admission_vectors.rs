//! The answers of the real admission code: levels, exemptions, responses, and what becomes of the pods.

use std::path::Path;

use crate::support::{fixture, json_lines, judge_by_namespaces, shared};
use podline::pod_security::admission::configuration::{Loaded, load};
use podline::source::file::SourceFile;
use podline::verdict::{AdmissionReport, NamespaceReport, TemplateReport};
use serde_json::{Value, json};

#[test]
fn every_admission_of_the_fixtures_agrees() {
    assert!(compare(&fixture("vectors/admission.jsonl.gz")) >= 100);
}

#[test]
fn every_shared_admission_agrees() {
    if let Some(path) = shared("vectors/admission.jsonl.gz") {
        assert!(compare(&path) > 1000);
    }
}

/// Compares all cases of a file; returns how many objects were compared.
fn compare(path: &Path) -> usize {
    let mut compared = 0;
    for vector in json_lines(path) {
        let name = vector["name"].as_str().expect("a name");
        let text = vector["config"].as_str().unwrap_or_default();
        let config = SourceFile::new("config.yaml", text.as_bytes().to_vec()).expect("a small file");
        let loaded = load(&config);
        assert_eq!(loaded.is_err(), !vector["config_error"].is_null(), "{name}: {loaded:?}\n{vector:#}");
        let Ok(loaded) = loaded else { continue };
        let Loaded::Here(configuration) = loaded else { panic!("{name}: the configuration stands elsewhere") };
        let user = vector["user"].as_str().unwrap_or_default();
        let report = judge_by_namespaces(vector["input"].as_str().expect("an input"), configuration, user);
        let namespaces: Vec<Value> = report.namespaces.iter().map(namespace).collect();
        assert_eq!(Value::from(namespaces), vector["namespaces"], "{name}");
        // An object without a template makes no pods, and has no entry.
        let objects = vector["objects"].as_array().expect("objects").iter();
        let expected: Vec<&Value> = objects.filter(|object| !object["pods_allowed"].is_null()).collect();
        let found: Vec<Value> = report.templates.iter().map(object).collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found, expected, "{name}");
            compared += 1;
        }
    }
    compared
}

fn namespace(report: &NamespaceReport) -> Value {
    let NamespaceReport { name, answer } = report;
    json!({"name": name, "allowed": answer.allowed, "message": answer.message, "warnings": answer.warnings})
}

fn object(template: &TemplateReport) -> Value {
    let AdmissionReport { exempt, policy, answer, pods } = template.admission.as_ref().expect("an answer");
    let object = &template.object;
    json!({
        "apiVersion": object.api_version, "kind": object.kind, "namespace": object.namespace, "name": object.name,
        "exempt": exempt.map(podline::pod_security::admission::Exemption::as_str),
        "policy": {
            "enforce": policy.enforce.to_string(), "audit": policy.audit.to_string(), "warn": policy.warn.to_string(),
        },
        "allowed": answer.allowed, "message": answer.message, "warnings": answer.warnings, "audit": answer.audit,
        "pods_user": pods.user, "pods_exempt": pods.exempt.map(podline::pod_security::admission::Exemption::as_str),
        "pods_allowed": pods.allowed, "pods_message": pods.message,
    })
}
