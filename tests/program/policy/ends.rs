//! `until` of an entry of `policies:`: two versions of a policy beside each other, until a day.

use crate::support::command::{Run, Scratch};

const CONFIG: &str = "level: privileged
policies:
  - {name: images-v1, match: {labels: 'policy=v1'}, forbiddenImageTags: [latest], until: 2027-03-31}
  - {name: images-v2, match: {labels: 'policy=v2'}, requireImageDigest: true}
";

fn pod(version: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {version}, labels: {{policy: {version}}}}}\n\
         spec: {{containers: [{{name: app, image: 'a:latest'}}]}}\n"
    )
}

/// A policy that no pod without a team fulfils.
fn kyverno(name: &str) -> String {
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: {name}}}\nspec:\n  rules:\n  - name: team\n    \
         match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n    \
         validate: {{failureAction: Enforce, message: no team, pattern: {{metadata: {{labels: {{team: '?*'}}}}}}}}\n"
    )
}

fn scratch() -> Scratch {
    Scratch::repository(&[("podline.yaml", CONFIG), ("v1.yaml", &pod("v1")), ("v2.yaml", &pod("v2"))])
}

fn check(scratch: &Scratch, today: &str) -> Run {
    scratch.podline(&["check", "--format", "concise", "--today", today])
}

#[test]
fn two_versions_of_a_policy_judge_by_label_until_the_old_one_ends() {
    let scratch = scratch();
    let run = check(&scratch, "2027-01-01");
    assert!(run.stdout.contains("v1.yaml:4:") && run.stdout.contains("v2.yaml:4:"), "{}", run.stdout);
    assert!(!run.stdout.contains("[policy/"), "{}", run.stdout);
    let run = check(&scratch, "2027-04-01");
    assert!(!run.stdout.contains("v1.yaml") && run.stdout.contains("v2.yaml:4:"), "{}", run.stdout);
}

#[test]
fn a_policy_that_ends_is_told_at_its_entry_before_and_after_its_last_day() {
    let scratch = scratch();
    for (today, said) in [
        ("2027-03-21", "note[policy/ends-soon] the policy images-v1 ends in 10 days, on 2027-03-31"),
        ("2027-03-30", "note[policy/ends-soon] the policy images-v1 ends in 1 day, on 2027-03-31"),
        ("2027-03-31", "note[policy/ends-soon] the policy images-v1 judges for the last time today, on 2027-03-31"),
        ("2027-04-01", "warning[policy/ended] the policy images-v1 ended on 2027-03-31 and judges nothing any more"),
    ] {
        let run = check(&scratch, today);
        assert!(run.stdout.contains(&format!("podline.yaml:3:5: {said}")), "{today}: {}", run.stdout);
        assert_eq!(run.stdout.contains("v1.yaml"), !said.contains("ended"), "{today}: {}", run.stdout);
    }
}

#[test]
fn the_file_and_the_rules_of_an_ended_policy_may_be_gone() {
    let config = "level: baseline\nrules: {kyverno/old: warning}\npolicies:\n- {file: old.yaml, until: 2027-03-31}\n- file: new.yaml\n";
    let files = [("podline.yaml", config), ("new.yaml", &kyverno("new")), ("v1.yaml", &pod("v1"))];
    let scratch = Scratch::repository(&files);
    let run = check(&scratch, "2027-04-01");
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("kyverno/old") && run.stdout.contains("kyverno/new"), "{}", run.stderr);
    assert_eq!(check(&scratch, "2027-03-31").status, 2);
}

#[test]
fn a_last_day_that_is_no_date_is_a_mistake_at_its_place() {
    let scratch = scratch();
    scratch.write("podline.yaml", &CONFIG.replace("2027-03-31", "'31.03.2027'"));
    let run = check(&scratch, "2027-01-01");
    assert!(run.status == 2 && run.stderr.contains("31.03.2027"), "{}{}", run.stdout, run.stderr);
    assert!(format!("{}{}", run.stdout, run.stderr).contains("podline.yaml:3:"), "{}", run.stderr);
}

#[test]
fn the_list_of_policies_says_until_when_each_judges() {
    let config = "policies: [{file: all.yaml, until: 2027-03-31}]\n";
    let files = [("podline.yaml", config), ("all.yaml", &kyverno("labels")), ("v1.yaml", &pod("v1"))];
    let scratch = Scratch::repository(&files);
    let run = scratch.podline(&["policies"]);
    assert!(run.stdout.contains("\n  until 2027-03-31\n"), "{}{}", run.stdout, run.stderr);
    let run = scratch.podline(&["policies", "--format", "json"]);
    assert!(run.stdout.contains("\"until\":\"2027-03-31\""), "{}", run.stdout);
}
