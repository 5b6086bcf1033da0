//! Digests in `extends` and `file`: a copy of somebody's policy is known to be the right one.

use crate::support::command::{Run, Scratch};

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: app, image: 'a:1'}]}
";
const ORGANISATION: &str = "level: baseline\n";
const OF_ORGANISATION: &str = "54a71b64c9a5bf8f3c4b6a1b5d5d1d1ae6e5c4d1b5d93c6d3d5a4fa4f5d6d3f3";
const POLICY: &str = "policies: [{name: digests, requireImageDigest: true}]\n";

fn check(config: &str) -> Run {
    let files =
        [("podline.yaml", config), ("org/podline.yaml", ORGANISATION), ("org/images.yaml", POLICY), ("a.yaml", POD)];
    Scratch::repository(&files).podline(&["check", "--format", "concise", "a.yaml"])
}

fn digest_of(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

#[test]
fn a_file_with_the_right_digest_is_used() {
    let extends = digest_of(ORGANISATION);
    let policy = digest_of(POLICY);
    let run = check(&format!(
        "extends: org/podline.yaml@sha256:{extends}\npolicies: [{{file: 'org/images.yaml@sha256:{policy}'}}]\n"
    ));
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("local/requireImageDigest") && !run.stdout.contains("pss/"), "{}", run.stdout);
}

#[test]
fn a_file_with_another_digest_is_an_error_at_its_line_that_says_both() {
    for (config, line, text) in [
        (format!("extends:\n  - org/podline.yaml@sha256:{OF_ORGANISATION}\n"), 2, ORGANISATION),
        (format!("policies:\n  - name: images\n    file: org/images.yaml@sha256:{OF_ORGANISATION}\n"), 3, POLICY),
    ] {
        let run = check(&config);
        assert_eq!(run.status, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(&format!("podline.yaml:{line}:")), "{}", run.stderr);
        let both = format!("its digest is sha256:{}, and not sha256:{OF_ORGANISATION}", digest_of(text));
        assert!(run.stderr.contains(&both), "{}", run.stderr);
    }
}

#[test]
fn a_digest_in_a_file_of_policies_counts_too() {
    let wrong = format!("policies: [{{file: 'images.yaml@sha256:{OF_ORGANISATION}'}}]\n");
    let files = [
        ("podline.yaml", "policies: [{file: org/all.yaml}]\n"),
        ("org/all.yaml", &wrong),
        ("org/images.yaml", POLICY),
        ("a.yaml", POD),
    ];
    let run = Scratch::repository(&files).podline(&["check", "a.yaml"]);
    assert!(run.status == 2 && run.stderr.contains("org/all.yaml:1:"), "{}", run.stderr);
    assert!(run.stderr.contains("not the one that was meant"), "{}", run.stderr);
}

#[test]
fn what_is_no_digest_and_a_directory_are_mistakes() {
    let run = check("extends: org/podline.yaml@sha256:12ab\n");
    assert!(run.status == 2 && run.stderr.contains("\"12ab\" is no digest"), "{}", run.stderr);
    let run = check(&format!("policies: [{{file: 'org@sha256:{OF_ORGANISATION}'}}]\n"));
    assert!(run.status == 2 && run.stderr.contains("org is a directory: only a file has a digest"), "{}", run.stderr);
}
