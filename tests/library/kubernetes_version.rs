//! `--kubernetes-version`: what an older cluster does not know yet.

use assert_cmd::Command;
use serde_json::Value;

/// What `podline check` finds of the rules about unknown and removed things: `(line, severity, message)`.
fn found(arguments: &[&str], manifest: &str) -> Vec<(u64, String, String)> {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    command.env_clear().args(["check", "--no-config", "--format", "json", "--level", "privileged"]);
    let output = command.args(arguments).arg("-").write_stdin(manifest).output().expect("podline runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let findings = report["findings"].as_array().expect("a list").iter();
    let line = |finding: &Value| finding["line"].as_u64().expect("a line");
    findings.map(|finding| (line(finding), text(&finding["severity"]), text(&finding["message"]))).collect()
}

fn messages(arguments: &[&str], manifest: &str) -> Vec<String> {
    found(arguments, manifest).into_iter().map(|(.., message)| message).collect()
}

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {}
  template:
    spec:
      hostUsers: false
      hostnameOverride: web
      containers:
        - name: web
          env:
            - {name: A, valueFrom: {fileKeyRef: {volumeName: v, path: p, key: k}}}
          securityContext: {appArmorProfile: {type: RuntimeDefault}}
";

#[test]
fn fields_that_came_later_are_warned_about_at_their_keys() {
    let template = "spec.template.spec";
    let expected = [(9, "hostnameOverride", "v1.34"), (13, "containers[0].env[0].valueFrom.fileKeyRef", "v1.34")];
    let expected = expected.map(|(line, field, since)| {
        let message = format!("Kubernetes v1.33 does not know the field \"{template}.{field}\" (known since {since})");
        (line, "warning".to_owned(), message)
    });
    assert_eq!(found(&["--kubernetes-version", "v1.33"], DEPLOYMENT), expected);
}

#[test]
fn the_older_the_cluster_the_more_it_does_not_know() {
    let count = |version| found(&["--kubernetes-version", version], DEPLOYMENT).len();
    // appArmorProfile came with v1.30, hostUsers with v1.25.
    assert_eq!(["v1.34", "v1.33", "v1.30", "v1.29", "v1.25", "v1.24", "v1.5"].map(count), [0, 2, 2, 3, 3, 4, 4]);
}

#[test]
fn the_newest_cluster_and_no_cluster_know_every_field() {
    assert!(found(&["--kubernetes-version", "v1.37"], DEPLOYMENT).is_empty());
    assert!(found(&[], DEPLOYMENT).is_empty());
}

#[test]
fn fields_of_a_merged_and_aliased_mapping_are_found() {
    let pod = "x: &x {hostUsers: true}\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  <<: *x\n  containers: [{name: c}]\n";
    let found = found(&["--kubernetes-version", "v1.24", "--select", "unknown-field"], pod);
    assert!(found.iter().any(|(line, _, message)| *line == 1 && message.contains("\"spec.hostUsers\" (known since")));
}

#[test]
fn custom_resources_keep_the_fields_of_their_own_definition() {
    let rollout = DEPLOYMENT.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout");
    assert!(messages(&["--kubernetes-version", "v1.20"], &rollout).is_empty());
}

#[test]
fn kinds_that_came_later_are_warned_about_and_not_looked_into() {
    let job = "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {schedule: '@daily', timeZone: UTC, \
               jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}}\n";
    let expected = "Kubernetes v1.20 does not know batch/v1 CronJob (known since v1.21)";
    assert_eq!(messages(&["--kubernetes-version", "v1.20"], job), [expected]);
    let expected = "Kubernetes v1.21 does not know the field \"spec.timeZone\" (known since v1.24)";
    assert_eq!(messages(&["--kubernetes-version", "v1.21"], job), [expected]);
    let budget = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}}\n";
    let expected = "Kubernetes v1.20 does not know policy/v1 PodDisruptionBudget (known since v1.21)";
    assert_eq!(messages(&["--kubernetes-version", "v1.20"], budget), [expected]);
    assert!(messages(&["--kubernetes-version", "v1.21"], budget).is_empty());
}

#[test]
fn an_api_is_not_removed_in_a_cluster_that_still_serves_it() {
    let job = "{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a}, spec: {schedule: '@daily', \
               jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}}\n";
    assert!(messages(&["--kubernetes-version", "v1.24"], job).is_empty());
    let expected = "batch/v1beta1 CronJob was removed in Kubernetes v1.25; use batch/v1";
    assert_eq!(messages(&["--kubernetes-version", "v1.25"], job), [expected]);
}

#[test]
fn the_configuration_tells_the_version_too() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("podline.yaml"), "kubernetes-version: v1.33\nlevel: privileged\n")
        .expect("written");
    std::fs::write(folder.path().join("web.yaml"), DEPLOYMENT).expect("written");
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    let output = command.current_dir(&folder).env_clear().args(["check", "web.yaml"]).output().expect("podline runs");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(stdout.contains("does not know the field \"spec.template.spec.hostnameOverride\" (known since v1.34)"));
}
