//! Policies of several engines in one run.

use serde_json::Value;

use crate::loaded_policies::kubewarden::{PRIVILEGED, module};
use crate::loaded_policies::{DEPLOYMENT, FEW, check, found, policy, rows};
use crate::support::command::Scratch;

/// Two of each, by turns, and one of podline's own in another file.
fn scratch() -> Scratch {
    let policies = [
        module("first", "deployments", PRIVILEGED),
        policy("second", "deployments", FEW),
        module("third", "deployments", PRIVILEGED),
        policy("fourth", "deployments", FEW),
    ];
    let local = "policies:\n- name: digests\n  requireImageDigest: true\n";
    Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies.join("---\n")), ("local.yaml", local)])
}

#[test]
fn rows_come_in_the_order_of_the_documents_whatever_their_engines() {
    let (report, run) = check(&scratch(), &["--policy", "p.yaml,local.yaml", "web.yaml"]);
    let expected =
        ["web null first null fail", "web null second 0 fail", "web null third null fail", "web null fourth 0 fail"];
    assert_eq!(rows(&report), expected, "{}", run.stderr);
    let engines: Vec<&Value> =
        report["evaluations"].as_array().expect("rows").iter().map(|row| &row["engine"]).collect();
    assert_eq!(
        engines,
        ["Kubewarden", "ValidatingAdmissionPolicy", "Kubewarden", "ValidatingAdmissionPolicy"],
        "{report:#}"
    );
    let mut rules: Vec<String> =
        found(&report).into_iter().map(|one| one.split(' ').nth(2).unwrap_or_default().to_owned()).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["kubewarden/first", "kubewarden/third", "local/requireImageDigest", "vap/fourth", "vap/second"]);
}

#[test]
fn a_family_can_be_left_out() {
    let (report, _) = check(&scratch(), &["--policy", "p.yaml", "--ignore", "kubewarden/*", "web.yaml"]);
    let rules: Vec<String> =
        found(&report).into_iter().map(|one| one.split(' ').nth(2).unwrap_or_default().to_owned()).collect();
    assert_eq!(rules, ["vap/second", "vap/fourth"]);
    assert_eq!(rows(&report).len(), 4);
}
