//! Marks by which a pod asks for containers that are not in view.

use crate::support::judge;
use podline::finding::Severity;
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;

const RULE: &str = "manifest/injected-containers";

fn deployment(labels: &str, annotations: &str, level: Level) -> FileReport {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, annotations: {{linkerd.io/inject: enabled}}}}\nspec:\n  \
         selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata:\n      labels: {{a: b{labels}}}\n      annotations: \
         {{c: d{annotations}}}\n    spec:\n      containers: [{{name: c, image: registry.example/a:1}}]\n"
    );
    judge(text, level, Version::Latest)
}

/// Who is said to add containers, and the line.
fn notes(report: &FileReport) -> Vec<(&str, usize)> {
    let notes = report.findings.iter().filter(|finding| finding.rule == RULE);
    notes.map(|note| (note.message.split(' ').next().unwrap_or_default(), note.location.start.line)).collect()
}

#[test]
fn each_injector_is_noted_at_its_mark() {
    for (key, value, who) in [
        ("linkerd.io/inject", "enabled", "Linkerd"),
        ("consul.hashicorp.com/connect-inject", "'true'", "Consul"),
        ("vault.hashicorp.com/agent-inject", "'true'", "Vault"),
        ("dapr.io/enabled", "'true'", "Dapr"),
        ("sidecar.istio.io/inject", "'true'", "Istio"),
    ] {
        let report = deployment("", &format!(", {key}: {value}"), Level::Baseline);
        assert_eq!(notes(&report), [(who, 9)], "{key}");
    }
    assert_eq!(notes(&deployment(", istio.io/rev: stable", "", Level::Baseline)), [("Istio", 8)]);
}

#[test]
fn a_note_says_nothing_of_the_verdict() {
    let report = deployment(", sidecar.istio.io/inject: 'true'", "", Level::Baseline);
    let note = report.findings.iter().find(|finding| finding.rule == RULE).expect("a note");
    assert_eq!((note.severity, note.value.as_deref()), (Severity::Note, Some("'true'")));
    assert_eq!(note.path, "spec.template.metadata.labels[\"sidecar.istio.io/inject\"]");
    assert_eq!(report.templates[0].verdicts[0].allowed, Some(true));
}

#[test]
fn one_injector_is_noted_once() {
    let report = deployment(", sidecar.istio.io/inject: 'true'", ", sidecar.istio.io/inject: 'true'", Level::Baseline);
    assert_eq!(notes(&report), [("Istio", 8)]);
}

#[test]
fn a_mark_that_says_no_and_a_mark_that_is_not_on_the_pod_are_no_injection() {
    assert!(notes(&deployment(", sidecar.istio.io/inject: 'false'", "", Level::Baseline)).is_empty());
}

#[test]
fn where_nothing_is_enforced_nothing_is_noted() {
    assert!(notes(&deployment(", sidecar.istio.io/inject: 'true'", "", Level::Privileged)).is_empty());
}
