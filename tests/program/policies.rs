//! Policies of real clusters, with manifests on both sides of each.

use crate::support::command::{Scratch, podline, run};
use crate::support::fixture;
use assert_cmd::Command;

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
fn a_container_of_a_built_in_kind_that_names_no_image_has_no_allowed_one() {
    let policy = "policies: [{name: images, allowedRegistries: [registry.example]}]\n";
    for (image, expected) in [
        ("image: null", 1),
        ("image: ", 1),
        ("command: [a]", 1),
        ("image: ''", 1),
        ("image: registry.example/a:1", 0),
        // Nobody knows it yet.
        ("image: '${IMAGE}'", 0),
    ] {
        let pod =
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, {image}}}]}}\n");
        let files = [("podline.yaml", policy), ("pod.yaml", &pod)];
        let run = Scratch::new(&files).podline(&["check", "--select", "local/*", "-q", "pod.yaml"]);
        assert_eq!(run.status, expected, "{image}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stdout.contains("must have a valid image reference, and \"\" is not one"), expected == 1);
    }
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

const PRIVILEGED: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: app, image: a, securityContext: {privileged: true}}
";

const TWO: &str = "policies:
- {name: one, privileged: false}
- {name: two, privileged: false}
";

const PSP: &str = "apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: strict}
spec:
  runAsUser: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  volumes: ['*']
";

/// What a run says of each finding of `local/privileged`: its policy, and whether it is waived.
fn policies_of(scratch: &Scratch, arguments: &[&str]) -> Vec<(serde_json::Value, bool)> {
    let all = [&["check", "--level", "privileged", "--format", "json", "pod.yaml"], arguments].concat();
    let report: serde_json::Value = serde_json::from_str(&scratch.podline(&all).stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    let of_rule = findings.filter(|finding| finding["rule"] == "local/privileged");
    of_rule.map(|finding| (finding["policy"].clone(), !finding["waiver"].is_null())).collect()
}

#[test]
fn a_finding_names_the_policy_that_refuses_and_where_it_stands() {
    let scratch = Scratch::repository(&[("pod.yaml", PRIVILEGED), ("two.yaml", TWO), ("psp.yaml", PSP)]);
    let policy = |engine: &str, name: &str, file: &str, line: usize| {
        (serde_json::json!({"engine": engine, "name": name, "file": file, "line": line}), false)
    };
    let two = [policy("podline", "one", "two.yaml", 2), policy("podline", "two", "two.yaml", 3)];
    assert_eq!(policies_of(&scratch, &["--policy", "two.yaml"]), two);
    let psp = [policy("PodSecurityPolicy", "strict", "psp.yaml", 1)];
    assert_eq!(policies_of(&scratch, &["--policy", "psp.yaml"]), psp);
    let check = ["check", "--level", "privileged", "--policy", "psp.yaml", "--format", "sarif", "pod.yaml"];
    let log: serde_json::Value = serde_json::from_str(&scratch.podline(&check).stdout).expect("JSON");
    assert_eq!(log["runs"][0]["results"][0]["properties"]["policy"], psp[0].0);
}

#[test]
fn a_waiver_of_the_configuration_may_be_about_one_policy() {
    let waiver = "waivers:\n- {rules: [local/privileged], policy: tw*, reason: for a test}\n";
    let scratch = Scratch::repository(&[("pod.yaml", PRIVILEGED), ("podline.yaml", &format!("{TWO}{waiver}"))]);
    let found = policies_of(&scratch, &[]);
    let told: Vec<(&str, bool)> =
        found.iter().map(|(policy, waived)| (policy["name"].as_str().expect("a name"), *waived)).collect();
    assert_eq!(told, [("one", false), ("two", true)]);
    let listed = scratch.podline(&["waivers", "--format", "json", "."]).stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed[0]["policy"], "tw*");
}

#[test]
fn a_waiver_in_a_manifest_may_be_about_one_policy() {
    let comment = format!("# podline: ignore[local/privileged] for a test (policy=tw*)\n{PRIVILEGED}");
    let annotated = "metadata: {annotations: {podline.dev/ignore: \"local/privileged: for a test (policy=tw*)\"}, ";
    let annotation = PRIVILEGED.replacen("metadata: {", annotated, 1);
    let key = "metadata: {annotations: {podline.dev/ignore.local.privileged: for a test (policy=tw*)}, ";
    let key = PRIVILEGED.replacen("metadata: {", key, 1);
    for text in [comment, annotation, key] {
        let scratch = Scratch::repository(&[("pod.yaml", &text), ("two.yaml", TWO)]);
        let found = policies_of(&scratch, &["--policy", "two.yaml"]);
        let told: Vec<(&str, bool)> =
            found.iter().map(|(policy, waived)| (policy["name"].as_str().expect("a name"), *waived)).collect();
        assert_eq!(told, [("one", false), ("two", true)], "{text}");
    }
}

#[test]
fn waivers_of_one_place_may_each_be_about_another_policy() {
    let of = |policy: &str| format!("# podline: ignore[local/privileged] for a test (policy={policy})\n");
    for (waivers, unused) in [(of("one") + &of("two"), 0), (of("one") + &of("t?o"), 0), (of("one") + &of("three"), 1)] {
        let text = format!("{waivers}{PRIVILEGED}");
        let scratch = Scratch::repository(&[("pod.yaml", &text), ("two.yaml", TWO)]);
        let check = ["check", "--level", "privileged", "--policy", "two.yaml", "--format", "concise", "pod.yaml"];
        let run = scratch.podline(&check);
        assert_eq!(run.stdout.matches("policy/unused-waiver").count(), unused, "{}", run.stdout);
        assert_eq!(run.stdout.matches("local/privileged").count(), 2 * unused, "{}", run.stdout);
    }
}

#[test]
fn reports_for_people_name_the_policy_that_refuses_and_its_place() {
    let scratch = Scratch::repository(&[("pod.yaml", PRIVILEGED), ("two.yaml", TWO)]);
    for format in ["human", "html"] {
        let check = ["check", "--level", "privileged", "--policy", "two.yaml", "--format", format, "pod.yaml"];
        let text = scratch.podline(&check).stdout.replace("&quot;", "\"");
        let told = if format == "human" {
            "policy: podline \"two\" (two.yaml:3)"
        } else {
            "policy podline \"two\" (two.yaml:3)"
        };
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn what_one_policy_refuses_is_accepted_and_what_another_does_is_new() {
    let one = TWO.replace("- {name: two, privileged: false}\n", "");
    let scratch = Scratch::repository(&[("pod.yaml", PRIVILEGED), ("two.yaml", TWO), ("one.yaml", &one)]);
    let accept = ["check", "--level", "privileged", "--policy", "one.yaml", "--write-accepted", "a.jsonl", "pod.yaml"];
    assert_eq!(scratch.podline(&accept).status, 0);
    let found = policies_of(&scratch, &["--policy", "two.yaml", "--accepted", "a.jsonl"]);
    assert_eq!(found.iter().map(|(_, waived)| *waived).collect::<Vec<_>>(), [true, false]);
}
