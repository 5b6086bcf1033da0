//! What is accepted stays as it is, what cannot be judged is never accepted, and nothing that people wrote is replaced.

use crate::support::command::Scratch;

/// A Pod with one container, whose securityContext holds these lines.
fn pod(lines: &str) -> String {
    let head =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    securityContext:\n";
    let lines: Vec<String> = lines.lines().map(|line| format!("      {line}\n")).collect();
    head.to_owned() + &lines.concat()
}

#[test]
fn a_repair_leaves_what_a_waiver_accepts() {
    let text = pod("# podline: ignore[privileged] the driver needs it\nprivileged: true\n");
    let scratch = Scratch::new(&[("pod.yaml", &text)]);
    scratch.podline(&["check", "--fix", "--unsafe-fixes", "pod.yaml"]);
    let fixed = scratch.read("pod.yaml");
    assert!(fixed.contains("privileged: true"), "{fixed}");
    assert!(!fixed.contains("allowPrivilegeEscalation"), "the API server refuses it beside privileged: {fixed}");
    assert!(fixed.contains("RuntimeDefault"), "the rest is mended: {fixed}");
}

#[test]
fn a_repair_leaves_what_was_not_chosen() {
    let scratch = Scratch::new(&[("pod.yaml", &pod("privileged: true\n"))]);
    scratch.podline(&["check", "--fix", "--unsafe-fixes", "--ignore", "privileged", "pod.yaml"]);
    assert!(scratch.read("pod.yaml").contains("privileged: true"));
}

#[test]
fn a_container_that_may_run_as_root_is_not_told_not_to() {
    let text = pod("# podline: ignore[runAsUser] needs root\nrunAsUser: 0\n");
    let scratch = Scratch::new(&[("pod.yaml", &text)]);
    scratch.podline(&["check", "--fix", "--unsafe-fixes", "pod.yaml"]);
    assert!(!scratch.read("pod.yaml").contains("runAsNonRoot"), "it would never start");
}

#[test]
fn a_policy_adds_nothing_that_the_api_server_refuses_beside_privileged() {
    let policy = "policies: [{name: p, allowPrivilegeEscalation: false}]\n";
    let scratch = Scratch::new(&[("pod.yaml", &pod("privileged: true\n")), ("policy.yaml", policy)]);
    let arguments =
        ["check", "--level", "privileged", "--policy", "policy.yaml", "--fix", "--unsafe-fixes", "pod.yaml"];
    scratch.podline(&arguments);
    assert_eq!(scratch.read("pod.yaml"), pod("privileged: true\n"));
}

#[test]
fn a_waiver_at_the_end_of_a_block_is_not_about_what_follows_the_block() {
    let text = pod("runAsUser: 1\n# podline: ignore[privileged] of what?\n")
        + "  - name: other\n    securityContext: {privileged: true}\n";
    let scratch = Scratch::new(&[("pod.yaml", &text)]);
    let run = scratch.podline(&["check", "--level", "baseline", "--format", "concise", "-q", "pod.yaml"]);
    assert!(run.stdout.contains("error[pss/privileged] container \"other\""), "{}", run.stdout);
    assert!(run.stdout.contains("error[policy/bad-waiver] no field of its block follows"), "{}", run.stdout);
}

#[test]
fn a_baseline_does_not_record_what_could_not_be_judged() {
    let scratch = Scratch::new(&[("pod.yaml", &pod("runAsUser: root\n"))]);
    assert_eq!(scratch.podline(&["check", "--write-accepted", "accepted", "pod.yaml"]).status, 1);
    assert_eq!(scratch.podline(&["check", "--accepted", "accepted", "pod.yaml"]).status, 1);
}

#[test]
fn a_baseline_takes_the_place_of_nothing_but_a_baseline() {
    let text = pod("privileged: true\n");
    let scratch = Scratch::repository(&[("pod.yaml", &text), ("podline.yaml", "level: baseline\n")]);
    for other in ["pod.yaml", "podline.yaml"] {
        let before = scratch.read(other);
        assert_eq!(scratch.podline(&["check", "--write-accepted", other]).status, 2, "{other}");
        assert_eq!(scratch.read(other), before);
    }
    assert_eq!(scratch.podline(&["check", "--write-accepted", "accepted.json"]).status, 0);
    assert_eq!(scratch.podline(&["check", "--write-accepted", "accepted.json"]).status, 0);
    assert_eq!(scratch.podline(&["check", "--accepted", "accepted.json"]).status, 0, "a walk leaves it out");
}

#[test]
fn a_configuration_writes_reports_into_its_repository_only_and_over_no_manifest() {
    for output in ["json=../report.json", "json=/tmp/podline-report.json", "json=pod.yaml"] {
        let config = format!("outputs: '{output}'\n");
        let scratch = Scratch::repository(&[("podline.yaml", &config), ("pod.yaml", &pod("privileged: true\n"))]);
        assert_eq!(scratch.podline(&["check", "pod.yaml"]).status, 2, "{output}");
    }
}

#[test]
fn a_glob_does_not_turn_off_what_cannot_be_judged() {
    let scratch =
        Scratch::repository(&[("podline.yaml", "rules: {manifest/*: off}\n"), ("pod.yaml", &pod("runAsUser: root\n"))]);
    assert_eq!(scratch.podline(&["check", "pod.yaml"]).status, 1);
    assert_eq!(scratch.podline(&["check", "--no-config", "--ignore", "manifest/*", "pod.yaml"]).status, 1);
    assert_eq!(scratch.podline(&["check", "--no-config", "--ignore", "wrong-type", "pod.yaml"]).status, 0);
}

#[test]
fn a_configuration_that_cannot_be_opened_does_not_pass_for_none() {
    let scratch = Scratch::repository(&[("pod.yaml", &pod("runAsUser: 1\n"))]);
    std::fs::create_dir(scratch.path("podline.yaml")).expect("a directory");
    assert_eq!(scratch.podline(&["check", "pod.yaml"]).status, 2);
}

#[test]
fn a_comparison_with_something_that_is_no_report_fails() {
    let scratch = Scratch::new(&[("base.yaml", &pod("privileged: true\n"))]);
    for (name, text) in [("empty.json", ""), ("null.json", "null"), ("other.json", "{}")] {
        scratch.write(name, text);
        assert_eq!(scratch.podline(&["diff", "base.yaml", name]).status, 2, "{name}");
    }
}

#[test]
fn levels_prove_nothing_where_a_workload_could_not_be_judged() {
    let namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n";
    let scratch = Scratch::new(&[("all.yaml", &(pod("runAsUser: root\n") + namespace))]);
    let run = scratch.podline(&["levels", "--require", "restricted", "all.yaml"]);
    assert!(run.status == 1 && run.stdout.contains("unknown"), "{}", run.stdout);
}
