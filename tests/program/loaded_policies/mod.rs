//! The policies of a cluster, its own and those of engines, loaded as they stand: what is read, what is said of objects
//! and where, and that it is what the cluster says.

#[path = "../../../crates/podline-policies/tests/support/kyverno_answers.rs"]
mod kyverno_answers;

mod budget;
mod files;
mod findings;
mod gatekeeper;
mod gatekeeper_vectors;
mod judged;
mod kubewarden;
mod kubewarden_vectors;
mod kyverno;
mod kyverno_vectors;
mod listing;
mod loading;
mod mixed;
mod placeholders;
mod vectors;

use crate::support::command::{Run, Scratch};
use serde_json::Value;

/// A policy of this name with these lines of its spec, for all that `resources` name, and a binding that denies.
fn policy(name: &str, resources: &str, spec: &str) -> String {
    format!("{}---\n{}", policy_alone(name, resources, spec), binding(name, "[Deny]"))
}

/// The same without a binding.
fn policy_alone(name: &str, resources: &str, spec: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata:\n  name: {name}\nspec:\n  matchConstraints:\n    resourceRules:\n    - {{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: [{resources}]}}\n{spec}"
    )
}

/// The binding of a policy.
fn binding(policy: &str, actions: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata:\n  name: {policy}-binding\nspec:\n  policyName: {policy}\n  validationActions: {actions}\n"
    )
}

/// At most two replicas.
pub const FEW: &str = "  validations:\n  - expression: object.spec.replicas <= 2\n    message: at most two replicas\n";

/// No privileged container, in pods.
pub const PLAIN: &str = "  validations:\n  - expression: object.spec.containers.all(c, !(c.?securityContext.?privileged.orValue(false)))\n    message: no privileged containers\n";

/// A Deployment of three replicas with a privileged container.
pub const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.4.0
        securityContext:
          privileged: true
";

/// Runs `podline check` on a directory of its own: its output as JSON, and the run.
fn check(scratch: &Scratch, arguments: &[&str]) -> (Value, Run) {
    let level = ["check", "--format", "json", "--level", "privileged"];
    let run = scratch.podline(&[&level[..], arguments].concat());
    let report = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr));
    (report, run)
}

/// The rows of a report, each as: name, as, policy, rule, result.
fn rows(report: &Value) -> Vec<String> {
    let row = |row: &Value| {
        let text = |key: &str| row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned);
        format!("{} {} {} {} {}", text("name"), text("as"), text("policy"), text("rule"), text("result"))
    };
    report["evaluations"].as_array().expect("evaluations").iter().map(row).collect()
}

/// The findings of a report, each as: file:line rule severity message.
fn found(report: &Value) -> Vec<String> {
    let one = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default();
        format!("{}:{} {} {} {}", text("file"), finding["line"], text("severity"), text("rule"), text("message"))
    };
    report["findings"].as_array().expect("findings").iter().map(one).collect()
}
