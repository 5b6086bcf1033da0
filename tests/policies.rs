//! Policies of real clusters, with manifests on both sides of each.

mod support;

use assert_cmd::Command;
use support::command::{Scratch, podline, run};
use support::fixture;

/// What `podline check` prints in one line each, and its exit status, from within a folder of fixtures.
fn check(folder: &str, arguments: &[&str]) -> (String, i32) {
    let mut command = Command::cargo_bin("podline").expect("the program");
    let command = command.current_dir(fixture("policies").join(folder));
    let output = command.args(["check", "--format", "concise", "--select", "local/*"]).args(arguments).output();
    let output = output.expect("it runs");
    let text = [output.stderr, output.stdout].concat();
    (String::from_utf8(text).expect("text"), output.status.code().expect("a status"))
}

fn found(folder: &str, arguments: &[&str]) -> String {
    let (text, status) = check(folder, arguments);
    format!("{text}exit status {status}")
}

#[test]
fn what_a_policy_admits_as_written_has_no_finding() {
    for (folder, policy) in
        [("enterprise", "psp.yaml"), ("enterprise", "policies.yaml"), ("tools", "psp.yaml"), ("wiki", "psp.yaml")]
    {
        for mode in ["admission", "manifest"] {
            let (text, status) = check(folder, &["--policy", policy, "--psp-mode", mode, "-q", "admitted.yaml"]);
            assert_eq!((text.as_str(), status), ("", 0), "{folder}/{policy} {mode}");
        }
    }
}

#[test]
fn without_the_wide_policy_the_enterprise_refuses() {
    insta::assert_snapshot!(found("enterprise", &["--policy", "policies.yaml", "-q", "refused.yaml"]));
}

#[test]
fn the_wide_policy_admits_everything() {
    assert_eq!(check("enterprise", &["--policy", "psp.yaml", "-q", "refused.yaml"]), (String::new(), 0));
}

#[test]
fn a_hosting_cluster_refuses_by_its_old_policy() {
    insta::assert_snapshot!(found("tools", &["--policy", "psp.yaml", "-q", "refused.yaml"]));
}

#[test]
fn a_hosting_cluster_refuses_by_its_new_policies() {
    insta::assert_snapshot!(found("tools", &["--policy", "policies.yaml", "-q", "refused.yaml"]));
}

#[test]
fn an_exception_of_the_standards_says_what_it_asks_of_the_cluster() {
    let arguments = ["--policy", "policies.yaml", "-q", "admitted.yaml"];
    insta::assert_snapshot!(found("tools", &arguments));
    // Without the policies the Standards have their say.
    let mut command = Command::cargo_bin("podline").expect("the program");
    let command = command.current_dir(fixture("policies/tools"));
    let output = command.args(["check", "--format", "concise", "-q", "admitted.yaml"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("pss/restrictedVolumes"));
}

#[test]
fn what_a_policy_filled_in_must_be_written_today() {
    insta::assert_snapshot!(found("wiki", &["--policy", "psp.yaml", "-q", "refused.yaml"]));
}

#[test]
fn what_a_policy_filled_in_was_no_fault_in_the_old_cluster() {
    insta::assert_snapshot!(found("wiki", &["--policy", "psp.yaml", "--psp-mode", "admission", "-q", "refused.yaml"]));
}

#[test]
fn a_person_sees_the_line_and_the_policy() {
    let mut command = Command::cargo_bin("podline").expect("the program");
    let command = command.current_dir(fixture("policies/wiki"));
    let output = command.args(["check", "--select", "local/*", "--policy", "psp.yaml", "refused.yaml"]).output();
    insta::assert_snapshot!(String::from_utf8_lossy(&output.expect("it runs").stdout));
}

#[test]
fn the_closest_policy_speaks_and_the_others_are_named() {
    let mut command = Command::cargo_bin("podline").expect("the program");
    let command = command.current_dir(fixture("policies/wiki"));
    let command = command.args(["check", "--select", "local/*", "--psp-mode", "admission", "refused.yaml"]);
    let output = command.args(["--policy", "../tools/psp.yaml", "--policy", "psp.yaml"]).output();
    insta::assert_snapshot!(String::from_utf8_lossy(&output.expect("it runs").stdout));
}

#[test]
fn an_invalid_policy_is_status_2_and_the_others_judge() {
    let directory = tempfile::tempdir().expect("a directory");
    let valid = std::fs::read_to_string(fixture("policies/wiki/psp.yaml")).expect("a policy");
    let invalid = valid.replace("name: restricted", "name: broken").replace("rule: MustRunAsNonRoot", "rule: NonRoot");
    let file = directory.path().join("psp.yaml");
    std::fs::write(&file, format!("{valid}---\n{invalid}")).expect("a file");
    let mut command = Command::cargo_bin("podline").expect("the program");
    let command = command.current_dir(fixture("policies/wiki"));
    let output = command.args(["check", "--format", "json", "--policy"]).arg(&file).arg("admitted.yaml").output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    let unsupported = "spec.runAsUser.rule: Unsupported value: \"NonRoot\": supported values: \"MustRunAs\", \
                       \"MustRunAsNonRoot\", \"RunAsAny\"";
    let policies = serde_json::json!([
        {"name": "restricted", "invalid": [], "unusable": null},
        {"name": "broken", "invalid": [unsupported], "unusable": null},
    ]);
    assert_eq!(report["policies"], policies);
    assert_eq!(report["templates"][0]["policy"], "restricted");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("psp.yaml:49:21: PodSecurityPolicy \"broken\" is invalid"), "{told}");
}

#[test]
fn a_policy_that_says_what_nobody_knows_is_status_2() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("policies.yaml");
    std::fs::write(&file, "policies:\n- name: a\n  allowedRegistry: [x]\n").expect("a file");
    let (text, status) = check("wiki", &["--policy", file.to_str().expect("UTF-8"), "-q", "admitted.yaml"]);
    assert_eq!(status, 2);
    assert!(text.contains("unknown field \"policies[0].allowedRegistry\"; did you mean allowedRegistries?"), "{text}");
}

#[test]
fn ranges_stand_in_namespaces_wherever_these_are_read() {
    let policy = "policies: [{name: ids, runAsUser: {rangesFromAnnotation: example.org/uids}}]\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {example.org/uids: 500/1}}\n";
    let pod = |user: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec: {{containers: [{{name: a, \
             image: b, securityContext: {{runAsUser: {user}}}}}]}}\n"
        )
    };
    let scratch = Scratch::new(&[("policy.yaml", policy), ("cluster/shop.yaml", namespace)]);
    let base = ["check", "--level=privileged", "--policy=policy.yaml", "--format=concise", "-q"];
    let judged = |arguments: &[&str], input: String| {
        let mut command = podline(&[&base[..], arguments, &["-"]].concat());
        run(command.current_dir(scratch.path("")).write_stdin(input)).stdout.lines().count()
    };
    for (user, findings) in [("500", 0), ("501", 1)] {
        assert_eq!(judged(&[], format!("{}---\n{namespace}", pod(user))), findings, "{user} on standard input");
        assert_eq!(judged(&["--cluster=cluster"], pod(user)), findings, "{user} with --cluster");
    }
    assert_eq!(judged(&[], pod("500")), 1, "nobody described the namespace");
}
