//! `--config-from`: a change does not decide what it is judged by.

use crate::support::command::{Run, Scratch};

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: app, image: a}]
";

/// A repository whose pod is refused, on the branch of a change.
fn repository(more: &[(&str, &str)]) -> Option<Scratch> {
    let files = [&[("podline.yaml", "level: baseline\n"), ("deploy/pod.yaml", POD)], more].concat();
    let scratch = Scratch::committed(&files)?;
    scratch.git(&["checkout", "-q", "-b", "change"]);
    Some(scratch)
}

fn diff(scratch: &Scratch) -> Run {
    scratch.podline_with_git(&["diff", "--format", "concise", "--git", "main"])
}

fn check(scratch: &Scratch, arguments: &[&str]) -> Run {
    let base = ["check", "--format", "concise", "--config-from", "main"];
    scratch.podline_with_git(&[&base[..], arguments].concat())
}

#[test]
fn whatever_a_change_does_to_the_gate_the_gate_stays() {
    for (name, text, line) in [
        ("podline.yaml", "level: privileged\n", "podline.yaml:1:1"),
        ("podline.yaml", "level: baseline\nrules: {'*': off}\n", "podline.yaml:2:1"),
        ("podline.yaml", "level: baseline\nexclude: [deploy/]\n", "podline.yaml:2:1"),
        (
            "podline.yaml",
            "level: baseline\nnamespaces: [{match: {namespaces: '*'}, level: privileged}]\n",
            "podline.yaml:2:1",
        ),
        ("deploy/podline.yaml", "level: privileged\n", "deploy/podline.yaml:1:1"),
        (".podlineignore", "deploy/\n", ".podlineignore:1:1"),
        ("deploy/.gitignore", "*\n", "deploy/.gitignore:1:1"),
    ] {
        let Some(scratch) = repository(&[]) else { return };
        scratch.write(name, text);
        let run = check(&scratch, &[]);
        assert_eq!(run.status, 1, "{name} {text}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("deploy/pod.yaml:5:"), "{name}: {}", run.stdout);
        assert!(
            run.stdout.contains(&format!("{line}: warning[policy/changed] this file is ")),
            "{name}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("/tmp"), "{}", run.stdout);
    }
}

#[test]
fn accepted_findings_and_policies_are_those_of_the_revision() {
    let policy = "policies: [{name: digests, requireImageDigest: true}]\n";
    let config = "level: privileged\naccepted: a.jsonl\npolicies: [{file: policy.yaml}]\n";
    let Some(scratch) =
        repository(&[("team/podline.yaml", config), ("team/policy.yaml", policy), ("team/pod.yaml", POD)])
    else {
        return;
    };
    scratch.write("team/a.jsonl", "{\"podline\":\"accepted\",\"schema\":1}\n");
    scratch.commit("accepted");
    scratch.git(&["branch", "-f", "main"]);
    scratch.write("team/policy.yaml", "policies: [{name: digests, requireImageDigest: false}]\n");
    let accept = scratch.podline_with_git(&["check", "--write-accepted", "team/a.jsonl", "team"]);
    assert_eq!(accept.status, 0, "{}", accept.stderr);
    let run = check(&scratch, &["team"]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("local/requireImageDigest"), "{}", run.stdout);
    assert!(run.stdout.contains("team/policy.yaml:1:1: warning[policy/changed]"), "{}", run.stdout);
}

#[test]
fn what_is_judged_is_what_is_there_now() {
    let Some(scratch) = repository(&[]) else { return };
    scratch.write("deploy/pod.yaml", &POD.replace("  hostPID: true\n", ""));
    scratch.write("deploy/new.yaml", &POD.replace("hostPID", "hostIPC"));
    let run = check(&scratch, &[]);
    assert_eq!(run.status, 1);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.contains("error[")).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("deploy/new.yaml:5:"), "{}", run.stdout);
    std::fs::remove_file(scratch.path("deploy/new.yaml")).expect("removed");
    let run = check(&scratch, &["--output", "json=report.json", "deploy"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(scratch.read("report.json").contains("\"deploy/pod.yaml\""));
}

#[test]
fn what_does_not_go_with_it_is_refused() {
    let Some(scratch) = repository(&[]) else { return };
    for arguments in [&["--fix"][..], &["--no-config"], &["--config", "podline.yaml"], &["--write-accepted", "a"]] {
        let run = check(&scratch, arguments);
        assert!(run.status == 2 && run.stderr.contains("--config-from does not go with"), "{}", run.stderr);
    }
    let run = scratch.podline_with_git(&["check", "--config-from", "nowhere"]);
    assert!(run.status == 2 && run.stderr.contains("nowhere"), "{}", run.stderr);
}

#[test]
fn ignore_files_that_no_commit_holds_are_no_change() {
    let Some(scratch) = repository(&[(".gitignore", "node_modules/\ntarget/\n")]) else { return };
    scratch.write("node_modules/left-pad/.gitignore", "test/\n");
    scratch.write("node_modules/left-pad/podline.yaml", "level: privileged\n");
    scratch.write("target/.gitignore", "*\n");
    scratch.write(".venv/lib/.gitignore", "build/\n");
    // Git ignores all in it, and so what says that.
    scratch.write("env/.gitignore", "*\n");
    scratch.write("env/pod.yaml", POD);
    for run in [check(&scratch, &[]), diff(&scratch)] {
        assert!(!run.stdout.contains("policy/changed"), "{}", run.stdout);
        assert!(!run.stdout.contains("env/pod.yaml"), "{}", run.stdout);
    }
}

#[test]
fn what_git_ignores_and_tracks_all_the_same_is_a_change() {
    let Some(scratch) = repository(&[(".gitignore", "out/\n")]) else { return };
    scratch.write("out/.gitignore", "*\n");
    scratch.git(&["add", "-f", "out/.gitignore"]);
    for run in [check(&scratch, &[]), diff(&scratch)] {
        assert!(run.stdout.contains("out/.gitignore:1:1: warning[policy/changed]"), "{}", run.stdout);
    }
}

#[test]
fn an_ignore_file_beside_what_git_tracks_is_a_change_though_it_ignores_itself() {
    let Some(scratch) = repository(&[]) else { return };
    scratch.write(".gitignore", "*\n");
    scratch.write("deploy/new.yaml", POD);
    for run in [check(&scratch, &[]), diff(&scratch)] {
        assert!(run.stdout.contains(".gitignore:1:1: warning[policy/changed]"), "{}", run.stdout);
        assert!(run.stdout.contains("deploy/new.yaml:5:"), "{}", run.stdout);
    }
}

#[test]
fn a_configuration_that_is_not_added_yet_is_a_change() {
    let Some(scratch) = repository(&[]) else { return };
    scratch.write("deploy/podline.yaml", "level: privileged\n");
    scratch.write("deploy/.podlineignore", "*\n");
    for run in [check(&scratch, &[]), diff(&scratch)] {
        assert!(run.stdout.contains("deploy/podline.yaml:1:1: warning[policy/changed]"), "{}", run.stdout);
        assert!(run.stdout.contains("deploy/.podlineignore:1:1: warning[policy/changed]"), "{}", run.stdout);
    }
}

#[test]
fn accepted_findings_count_however_many_they_are() {
    let pods: String = (0..1200).map(|at| POD.replace("name: web", &format!("name: web-{at}")) + "---\n").collect();
    let Some(scratch) = repository(&[("podline.yaml", "accepted: accepted.jsonl\n"), ("deploy/many.yaml", &pods)])
    else {
        return;
    };
    scratch.podline_with_git(&["check", "--write-accepted", "accepted.jsonl", "."]);
    assert!(scratch.read("accepted.jsonl").len() > 256 << 10);
    scratch.commit("accepted");
    scratch.git(&["branch", "-f", "main"]);
    scratch.write("podline.yaml", "level: privileged\n");
    for run in [check(&scratch, &[]), diff(&scratch)] {
        assert_eq!((run.status, run.stdout.lines().count()), (0, 1), "{}{}", run.stdout, run.stderr);
    }
}
