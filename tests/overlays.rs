//! Overlays of kustomize in the walk: what they set is judged, and whom they patch is said.

mod support;

use serde_json::Value;
use support::command::Scratch;

fn report(files: &[(&str, &str)]) -> Value {
    let run = Scratch::new(files).podline(&["check", "--format", "json", "."]);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// `file:line rule` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let of = |finding: &Value| {
        format!(
            "{}:{} {}",
            finding["file"].as_str().expect("a directory"),
            finding["line"],
            finding["rule"].as_str().expect("a directory")
        )
    };
    report["findings"].as_array().expect("findings").iter().map(of).collect()
}

const BASE: (&str, &str) = (
    "base/d.yaml",
    "apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: api
        image: registry.example/a:1
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
",
);
const BASE_LIST: (&str, &str) = ("base/kustomization.yaml", "resources: [d.yaml]\n");

#[test]
fn what_a_patch_forbids_itself_is_found_at_its_line_and_the_base_says_that_it_is_patched() {
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        (
            "prod/p.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      \
             hostNetwork: true\n      containers:\n      - name: api\n        securityContext: {privileged: true}\n",
        ),
    ]);
    assert_eq!(findings(&report), ["prod/p.yaml:7 pss/hostNamespaces", "prod/p.yaml:10 pss/privileged"]);
    assert_eq!(report["templates"][0]["patchedBy"], serde_json::json!(["prod/kustomization.yaml"]));
    assert_eq!(report["summary"]["skipped"]["patch"], 1);
}

#[test]
fn a_json_patch_and_a_patch_without_a_kind_are_read_by_their_target() {
    let report = report(&[
        BASE,
        BASE_LIST,
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches:\n- {path: p.json, target: {kind: Deployment, name: api}}\n\
             - {path: q.yaml, target: {kind: Deployment}}\n",
        ),
        (
            "prod/p.json",
            "[\n  {\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 2},\n  \
             {\"op\": \"add\", \"path\": \"/spec/template/spec/hostPID\", \"value\": true}\n]\n",
        ),
        ("prod/q.yaml", "spec:\n  template:\n    spec:\n      hostIPC: true\n"),
    ]);
    assert_eq!(findings(&report), ["prod/p.json:3 pss/hostNamespaces", "prod/q.yaml:4 pss/hostNamespaces"]);
}

#[test]
fn a_patch_in_the_kustomization_is_read_where_it_stands() {
    let report = report(&[
        BASE,
        BASE_LIST,
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      \
             path: /spec/template/spec/hostPID\n      value: true\n- patch: |-\n    apiVersion: apps/v1\n    \
             kind: Deployment\n    metadata: {name: api}\n    spec: {template: {spec: {hostIPC: true}}}\n",
        ),
    ]);
    let expected = ["prod/kustomization.yaml:7 pss/hostNamespaces", "prod/kustomization.yaml:12 pss/hostNamespaces"];
    assert_eq!(findings(&report), expected);
}

#[test]
fn a_harmless_patch_says_nothing_and_a_base_that_nobody_patches_neither() {
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        ("prod/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {replicas: 2}\n"),
    ]);
    assert_eq!(findings(&report), [""; 0]);
    assert!(report["templates"][0].get("patchedBy").is_none());
}

#[test]
fn what_a_test_of_chainsaw_asserts_is_no_manifest() {
    let report = report(&[
        (
            "a/chainsaw-test.yaml",
            "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\nspec:\n  steps:\n  \
             - try: [{assert: {file: ready.yaml}}]\n",
        ),
        ("a/ready.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}"),
    ]);
    assert_eq!((findings(&report), &report["summary"]["templates"]), (vec![], &Value::from(0)));
}
