//! Accepted findings on the command line.

use std::fs;

use crate::support::command::{Scratch, podline, run};
use crate::support::shared;

const WEB: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: app
    image: a
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_ADMIN]}}
";

/// A repository with one manifest, whose findings of today are accepted.
fn accepted() -> Scratch {
    let scratch = Scratch::repository(&[("deploy/web.yaml", WEB)]);
    let run = scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "deploy"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, "podline: accepted.jsonl: 1 finding accepted\n"));
    scratch
}

/// What is new since.
fn check(scratch: &Scratch) -> (i32, String) {
    let run = scratch.podline(&["check", "--accepted", "accepted.jsonl", "--format", "concise", "deploy"]);
    (run.status, run.stdout)
}

#[test]
fn accepted_findings_hold_no_line_numbers_and_read_back_clean() {
    let scratch = accepted();
    insta::assert_snapshot!(scratch.read("accepted.jsonl"));
    assert_eq!(check(&scratch), (0, String::new()));
    let run = scratch.podline(&["check", "--accepted", "accepted.jsonl", "deploy"]);
    assert!(run.stdout.ends_with("No findings; 1 accepted.\n"), "{}", run.stdout);
}

#[test]
fn what_moves_stays_known() {
    let scratch = accepted();
    let moved = WEB.replace("  containers:\n", "  # a comment\n\n  containers:\n  - {name: first, image: b, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}\n");
    scratch.write("deploy/web.yaml", &moved);
    assert_eq!(check(&scratch), (0, String::new()), "lines and containers moved");
    fs::rename(scratch.path("deploy/web.yaml"), scratch.path("deploy/shop-web.yaml")).expect("renamed");
    assert_eq!(check(&scratch), (0, String::new()), "the file was renamed");
    assert_eq!(scratch.podline(&["check", "--accepted", "../accepted.jsonl", "--format", "concise"]).status, 2);
    let below = run(podline(&["check", "--accepted", "../accepted.jsonl"]).current_dir(scratch.path("deploy")));
    assert_eq!(below.status, 0, "podline may run elsewhere: {}{}", below.stdout, below.stderr);
}

#[test]
fn a_new_value_container_object_or_number_is_new() {
    let add = |text: &str| WEB.replace("[NET_ADMIN]", text);
    let container = WEB.replace("name: app", "name: app2");
    for (changed, new) in [
        (add("[NET_ADMIN, SYS_TIME]"), 1),
        (add("[SYS_TIME]"), 1),
        (add("[NET_ADMIN, NET_ADMIN]"), 1),
        (container, 1),
        (WEB.replace("namespace: shop", "namespace: bank"), 1),
        (format!("{WEB}---\n{WEB}"), 1),
    ] {
        let scratch = accepted();
        scratch.write("deploy/web.yaml", &changed);
        let (status, lines) = check(&scratch);
        let lines: Vec<&str> = lines.lines().filter(|line| line.contains("error[")).collect();
        assert_eq!((status, lines.len()), (1, new), "{changed}\n{lines:?}");
    }
}

#[test]
fn the_same_object_in_another_file_that_stays_is_new() {
    let scratch = accepted();
    scratch.write("deploy/clean.yaml", &WEB.replace(", add: [NET_ADMIN]", ""));
    scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "deploy"]);
    scratch.write("deploy/clean.yaml", WEB);
    assert_eq!(check(&scratch).0, 1);
}

#[test]
fn what_is_gone_is_named_and_taken_out() {
    let scratch = accepted();
    scratch.write("deploy/web.yaml", &WEB.replace("NET_ADMIN", "SYS_TIME"));
    insta::assert_snapshot!(check(&scratch).1);
    let shrink = ["check", "--accepted", "accepted.jsonl", "--write-accepted", "accepted.jsonl", "deploy"];
    let run = scratch.podline(&shrink);
    assert_eq!((run.status, run.stderr.as_str()), (1, "podline: accepted.jsonl: 0 findings accepted\n"));
    assert_eq!(scratch.read("accepted.jsonl").lines().count(), 1, "nothing new is added");
}

#[test]
fn nothing_is_said_of_entries_that_this_run_could_not_find() {
    let scratch = accepted();
    scratch.write("deploy/other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let base = ["check", "--accepted", "accepted.jsonl", "--format", "concise"];
    for arguments in
        [&["deploy/other.yaml"][..], &["--level", "privileged", "deploy"], &["--ignore", "pss/*", "deploy"]]
    {
        let run = scratch.podline(&[&base[..], arguments].concat());
        assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{arguments:?}");
    }
    scratch.podline(&[&base[..], &["--write-accepted", "accepted.jsonl", "deploy/other.yaml"]].concat());
    assert_eq!(check(&scratch), (0, String::new()), "and they stay accepted");
}

#[test]
fn nothing_can_be_accepted_of_podlines_own_policy() {
    let scratch = Scratch::repository(&[("deploy/web.yaml", &format!("# podline: ignore[procMount] x\n{WEB}"))]);
    scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "deploy"]);
    assert!(check(&scratch).1.contains("warning[policy/unused-waiver]"));
}

#[test]
fn findings_of_standard_input_can_be_accepted_too() {
    let scratch = accepted();
    let piped = |arguments: &[&str]| run(podline(arguments).current_dir(scratch.path("")).write_stdin(WEB));
    assert_eq!(piped(&["check", "--write-accepted", "piped.jsonl", "-"]).status, 0);
    assert_eq!(piped(&["check", "--accepted", "piped.jsonl", "-"]).status, 0);
}

#[test]
fn a_file_of_accepted_findings_that_cannot_be_read_or_written_is_no_success() {
    let scratch = accepted();
    let status = |arguments: &[&str]| scratch.podline(&[&["check"][..], arguments].concat()).status;
    assert_eq!(status(&["--accepted", "missing.jsonl", "deploy"]), 2);
    scratch.write("broken.jsonl", "<<<<<<< HEAD\n");
    assert_eq!(status(&["--accepted", "broken.jsonl", "deploy"]), 2);
    assert_eq!(status(&["--write-accepted", "deploy/web.yaml/no.jsonl", "deploy"]), 2);
    let before = scratch.read("accepted.jsonl");
    assert_eq!(status(&["--write-accepted", "accepted.jsonl", "deploy", "missing"]), 2);
    assert_eq!(scratch.read("accepted.jsonl"), before, "half of the findings would be missing in it");
}

#[test]
fn what_is_written_beside_another_file_holds_all_of_it() {
    let scratch = accepted();
    let both = ["check", "--accepted", "accepted.jsonl", "--write-accepted", "all.jsonl", "deploy"];
    let run = scratch.podline(&both);
    assert_eq!((run.status, run.stderr.as_str()), (0, "podline: all.jsonl: 1 finding accepted\n"));
    assert_eq!(scratch.read("all.jsonl"), scratch.read("accepted.jsonl"));
    let run = scratch.podline(&["check", "--accepted", "accepted.jsonl,all.jsonl", "--format", "concise", "deploy"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "neither has lost what the other found");
}

#[test]
fn writing_the_file_that_the_configuration_names_adds_what_is_new_and_takes_out_what_is_gone() {
    let scratch = accepted();
    scratch.write("podline.yaml", "accepted: accepted.jsonl\n");
    scratch.write("deploy/new.yaml", &WEB.replace("name: web", "name: new"));
    let again = ["check", "--write-accepted", "accepted.jsonl", "."];
    let run = scratch.podline(&again);
    assert!(run.stderr.contains("podline: accepted.jsonl: 2 findings accepted\n"), "{}", run.stderr);
    assert_eq!((run.status, scratch.podline(&["check", "."]).status), (0, 0), "{}", run.stdout);
    let both = scratch.read("accepted.jsonl");
    scratch.podline(&again);
    assert_eq!(scratch.read("accepted.jsonl"), both, "written again it is the same");
    scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "deploy/new.yaml"]);
    assert_eq!(scratch.read("accepted.jsonl"), both, "what this run did not see may still be there");
    fs::remove_file(scratch.path("deploy/web.yaml")).expect("it was there");
    scratch.podline(&again);
    assert_eq!(scratch.read("accepted.jsonl").lines().count(), 2, "the head, and one finding");
}

#[test]
fn what_another_file_of_the_configuration_holds_stays_in_it() {
    let scratch = accepted();
    scratch.write("podline.yaml", "accepted: [accepted.jsonl, more.jsonl]\n");
    scratch.write("more.jsonl", "{\"podline\":\"accepted\",\"schema\":1}\n");
    scratch.write("deploy/new.yaml", &WEB.replace("name: web", "name: new"));
    let before = scratch.read("accepted.jsonl");
    let run = scratch.podline(&["check", "--write-accepted", "more.jsonl", "."]);
    assert!(run.stderr.contains("podline: more.jsonl: 1 finding accepted\n"), "{}", run.stderr);
    assert_eq!(scratch.read("accepted.jsonl"), before);
    assert_eq!(scratch.podline(&["check", "."]).status, 0);
}

#[test]
fn nothing_is_said_of_entries_of_files_that_could_not_be_judged() {
    let scratch = accepted();
    let gone = "accepted, and no longer there";
    scratch.write("deploy/podline.yaml", "level: lowest\n");
    let run = scratch.podline(&["check", "--accepted", "accepted.jsonl", "--format", "concise", "deploy"]);
    assert!(run.status == 2 && !run.stdout.contains(gone), "{}", run.stdout);
    fs::remove_file(scratch.path("deploy/podline.yaml")).expect("it was there");
    scratch.write("deploy/web.yaml", &WEB.replace("metadata: {", "metadata: [{"));
    let (status, told) = check(&scratch);
    assert!(status == 1 && !told.contains(gone), "{told}");
}

#[test]
fn half_of_the_findings_are_not_recorded() {
    let scratch = accepted();
    let before = scratch.read("accepted.jsonl");
    let run = scratch.podline(&["check", "--select", "privileged", "--write-accepted", "accepted.jsonl", "deploy"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--select leaves some out"), "{}", run.stderr);
    assert_eq!(scratch.read("accepted.jsonl"), before);
}

#[test]
fn what_cannot_be_accepted_is_told_with_the_way_out() {
    let scratch = Scratch::repository(&[
        ("deploy/web.yaml", WEB),
        ("deploy/broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: [\n"),
        ("deploy/odd.yaml", &format!("# podline: ignore[nothing] x\n{WEB}")),
    ]);
    let run = scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "deploy"]);
    assert_eq!(run.status, 1);
    for said in [
        "accepted.jsonl: 2 findings accepted, 2 cannot be\n",
        "not accepted deploy/broken.yaml:",
        "manifest/invalid-yaml",
        "waive its rule for its file in podline.yaml, with an end",
        "not accepted deploy/odd.yaml:1: policy/bad-waiver",
        "is mended where the waiver stands",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
}

#[test]
fn what_a_file_holds_is_called_accepted_in_every_format() {
    let waived = WEB.replace("name: web,", "name: other,").replace("spec:", "# podline: ignore[pss/*] it must\nspec:");
    let scratch = accepted();
    scratch.write("deploy/other.yaml", &waived);
    let of =
        |format: &str| scratch.podline(&["check", "--accepted", "accepted.jsonl", "--format", format, "deploy"]).stdout;
    assert!(of("human").contains("No findings; 1 waived, 1 accepted."));
    let json: serde_json::Value = serde_json::from_str(&of("json")).expect("JSON");
    assert_eq!([&json["summary"]["waived"], &json["summary"]["accepted"]], [1, 1]);
    let sources: Vec<_> =
        json["findings"].as_array().expect("a list").iter().map(|one| &one["waiver"]["source"]).collect();
    assert_eq!(sources, ["comment", "accepted"]);
    let markdown = of("markdown");
    assert!(markdown.starts_with("## podline: no findings (1 waived, 1 accepted)\n"), "{markdown}");
    assert!(!markdown.contains("deploy/web.yaml") && markdown.contains("deploy/other.yaml"), "{markdown}");
    assert!(of("html").contains("data-severity=\"accepted\""));
    assert!(of("policy-report").contains("\"accepted\""));
    let told = scratch.podline(&["check", "-v", "--accepted", "accepted.jsonl", "deploy"]).stderr;
    assert!(
        told.contains("podline: accepted deploy/web.yaml:9: pss/capabilities_restricted (accepted.jsonl)"),
        "{told}"
    );
    let diff = scratch.podline(&["diff", "deploy", "deploy"]).stdout;
    assert!(diff.contains("1 waived"), "{diff}");
}

#[test]
fn over_the_corpus_one_value_more_is_one_finding_more() {
    let Some(corpus) = shared("corpus") else { return };
    let scratch = Scratch::new(&[]);
    let mut copied = 0;
    for entry in ignore::Walk::new(&corpus).map(|entry| entry.expect("an entry")) {
        let Ok(below) = entry.path().strip_prefix(&corpus) else { continue };
        // A part of it: each file costs time in a build without optimization.
        if entry.path().is_file() && copied < 400 {
            let text = fs::read(entry.path()).expect("a file");
            let to = scratch.path("corpus").join(below);
            fs::create_dir_all(to.parent().expect("a directory")).expect("a directory");
            fs::write(to, text).expect("written");
            copied += 1;
        }
    }
    scratch.write("corpus/zz-ours.yaml", WEB);
    let written = scratch.podline(&["check", "--write-accepted", "accepted.jsonl", "corpus"]);
    assert!(written.status < 2, "{}", written.stderr);
    assert!(scratch.read("accepted.jsonl").lines().count() > 100);
    let check = || scratch.podline(&["check", "--accepted", "accepted.jsonl", "--format", "concise", "corpus"]);
    let clean = check();
    assert_eq!((clean.status, clean.stdout.as_str()), (0, ""));
    scratch.write("corpus/zz-ours.yaml", &WEB.replace("NET_ADMIN", "NET_ADMIN, SYS_TIME"));
    let worse = check();
    assert_eq!((worse.status, worse.stdout.lines().count()), (1, 1), "{}", worse.stdout);
    assert!(worse.stdout.contains("SYS_TIME"));
}
