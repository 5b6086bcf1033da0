//! `--output`, and the paths in reports.

use std::fs;
use std::path::Path;

use crate::reports::{FORMATS, json, podline, root, run};
use crate::support::command::Scratch;

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

/// A repository with a manifest in `deploy/`.
fn repository() -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("a directory");
    fs::create_dir(scratch.path().join(".git")).expect("a repository");
    fs::create_dir(scratch.path().join("deploy")).expect("a directory");
    fs::write(scratch.path().join("deploy/a.yaml"), POD).expect("written");
    scratch
}

#[test]
fn reports_go_to_files_whose_parents_are_made() {
    let scratch = repository();
    let outputs = ["--output", "sarif=out/a/b.sarif", "--output", "junit=out/j.xml", "deploy"];
    let (status, human, error) = run(&mut podline(scratch.path(), &outputs));
    assert_eq!((status, error.as_str()), (1, ""));
    assert!(human.contains("hostPID"));
    assert!(fs::read_to_string(scratch.path().join("out/a/b.sarif")).is_ok_and(|text| text.contains("hostPID")));
    assert!(fs::read_to_string(scratch.path().join("out/j.xml")).is_ok_and(|text| text.ends_with("</testsuites>\n")));
    assert_eq!(fs::read_dir(scratch.path().join("out")).expect("a directory").count(), 2, "nothing else is left");
}

#[test]
fn an_output_may_take_standard_output_from_people() {
    let (_, text, _) = run(&mut podline(root(), &["--output", "gitlab=-", "fixtures/example"]));
    assert_eq!(json(&text).as_array().map(Vec::len), Some(10));
}

#[test]
fn a_report_for_people_in_a_file_has_no_colours_unless_they_were_asked_for() {
    let scratch = repository();
    let output = ["--output", "human=h.txt", "--output", "concise=c.txt", "--format", "json", "deploy"];
    let read = |name: &str| fs::read_to_string(scratch.path().join(name)).expect("a report");
    run(podline(scratch.path(), &output).env("FORCE_COLOR", "1"));
    assert!(read("h.txt").contains("Checked 1 file") && !read("h.txt").contains('\u{1b}'));
    assert!(read("c.txt").starts_with("deploy/a.yaml:1:"), "{}", read("c.txt"));
    run(podline(scratch.path(), &output).args(["--color", "always"]));
    assert!(read("h.txt").contains('\u{1b}'));
}

#[test]
fn two_reports_in_one_place_are_a_usage_error() {
    let scratch = repository();
    for outputs in [
        &["--output", "sarif=-", "--output", "junit=-"][..],
        &["--format", "json", "--output", "sarif=-"],
        &["--output", "sarif=a", "--output", "junit=deploy/../a"],
        &["--output", "sarif=deploy/a.yaml", "deploy/a.yaml"],
        &["--output", "sarif"],
        &["--output", "sarif="],
        &["--output", "xml=a"],
    ] {
        let (status, text, error) = run(&mut podline(scratch.path(), outputs));
        assert_eq!((status, text.as_str()), (2, ""), "{outputs:?}: {error}");
        assert!(!scratch.path().join("a").exists(), "{outputs:?}");
    }
    assert_eq!(fs::read_to_string(scratch.path().join("deploy/a.yaml")).expect("a manifest"), POD);
}

#[test]
fn a_report_that_cannot_be_written_is_status_2_and_the_others_are_written() {
    let scratch = repository();
    let outputs = ["--output", "sarif=deploy/a.yaml/x", "--output", "gitlab=g.json", "deploy"];
    let (status, human, error) = run(&mut podline(scratch.path(), &outputs));
    assert_eq!(status, 2);
    assert!(error.contains("deploy/a.yaml/x: cannot be written"), "{error}");
    assert!(human.contains("hostPID") && scratch.path().join("g.json").exists());
}

#[test]
fn a_configuration_asks_for_reports_besides_relative_to_itself() {
    let scratch = repository();
    let write = |text: &str| fs::write(scratch.path().join("podline.yaml"), text).expect("written");
    let below = scratch.path().join("deploy");
    write("outputs: [sarif=out/p.sarif, junit=out/j.xml]\n");
    let (status, human, _) = run(&mut podline(&below, &["."]));
    assert!(status == 1 && human.contains("hostPID"));
    assert!(scratch.path().join("out/p.sarif").exists() && scratch.path().join("out/j.xml").exists());
    for wrong in ["outputs: [xml=a]\n", "outputs: [json=-]\n", "outputs: [json=a, sarif=a]\n"] {
        write(wrong);
        let (status, text, error) = run(&mut podline(&below, &["."]));
        assert_eq!((status, text.as_str()), (2, ""), "{wrong}: {error}");
    }
}

#[test]
fn a_report_is_written_even_where_nothing_is_left_to_read() {
    let scratch = repository();
    fs::write(scratch.path().join("README.md"), "text").expect("written");
    let (status, ..) = run(&mut podline(scratch.path(), &["--as-walked", "--output", "sarif=a.sarif", "README.md"]));
    assert_eq!(status, 0);
    let (status, ..) = run(&mut podline(scratch.path(), &["--output", "junit=j.xml", "no/such"]));
    assert_eq!(status, 2);
    let log = json(&fs::read_to_string(scratch.path().join("a.sarif")).expect("a report"));
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(0));
    let junit = fs::read_to_string(scratch.path().join("j.xml")).expect("a report");
    assert!(junit.contains(r#"errors="1""#) && junit.contains("no/such: no such file"), "{junit}");
}

#[test]
fn reports_of_an_earlier_run_are_not_read() {
    let scratch = repository();
    let outputs = ["--output", "json=r.json", "--output", "policy-report=p.yaml", "."];
    let both = || {
        run(&mut podline(scratch.path(), &outputs));
        ["r.json", "p.yaml"].map(|name| fs::read_to_string(scratch.path().join(name)).expect("a report"))
    };
    assert_eq!(both(), both());
}

#[test]
fn a_manifest_that_a_report_would_overwrite_is_neither_hidden_nor_overwritten() {
    let scratch = repository();
    for report in ["--output=json=deploy/a.yaml", "--output=concise=deploy/../deploy/a.yaml"] {
        let (status, _, error) = run(&mut podline(scratch.path(), &[report, "deploy"]));
        assert_eq!(status, 2, "{report}");
        assert!(error.contains("deploy/a.yaml, which holds pods that are to be judged"), "{error}");
    }
    assert_eq!(fs::read_to_string(scratch.path().join("deploy/a.yaml")).expect("a manifest"), POD);
}

#[test]
fn no_environment_variable_writes_files() {
    let scratch = repository();
    run(podline(scratch.path(), &["deploy"]).env("PODLINE_OUTPUT", "sarif=a.sarif"));
    assert!(!scratch.path().join("a.sarif").exists());
}

/// The path that each format gives.
fn paths(directory: &Path, arguments: &[&str]) -> Vec<(&'static str, bool)> {
    let with = |format| run(&mut podline(directory, &[&["--format", format], arguments].concat())).1;
    let expected = |format| match format {
        "sarif" => r#""uri":"deploy/a.yaml""#,
        "junit" => r#"file="deploy/a.yaml""#,
        "github" => "file=deploy/a.yaml,",
        "gitlab" => r#""path":"deploy/a.yaml""#,
        "policy-report" => r#""file":"deploy/a.yaml""#,
        _ => "](deploy/a.yaml#L1)",
    };
    FORMATS.into_iter().map(|format| (format, with(format).contains(expected(format)))).collect()
}

#[test]
fn paths_are_those_of_the_repository_wherever_podline_runs() {
    let scratch = repository();
    let absolute = scratch.path().join("deploy/a.yaml");
    let below = scratch.path().join("deploy");
    for (directory, path) in [
        (scratch.path(), "deploy/a.yaml"),
        (scratch.path(), "."),
        (&below, "a.yaml"),
        (&below, "../deploy"),
        (Path::new("/"), absolute.to_str().expect("UTF-8")),
    ] {
        for (format, is_rebased) in paths(directory, &[path]) {
            assert!(is_rebased, "{format}: {path} in {}", directory.display());
        }
    }
}

#[test]
fn a_prefix_stands_before_every_path_instead() {
    let scratch = repository();
    let below = scratch.path().join("deploy");
    for (format, has_prefix) in paths(&below, &["--path-prefix", "x/../deploy/", "."]) {
        assert!(has_prefix, "{format}");
    }
}

#[test]
fn what_is_denied_is_told_in_what_a_pull_request_shows() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n";
    let pod = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    let scratch = Scratch::repository(&[("a/templates/web.yaml", template), ("b.yaml", pod)]);
    for (format, said) in [
        ("markdown", "**denied: 1 unrendered**"),
        ("github", "::error title=podline::denied: 1 unrendered (-v lists what was skipped)\n"),
        (
            "gitlab",
            "\"description\":\"1 unrendered: denied (podline check -v lists what was skipped)\",\"check_name\":\"denied\"",
        ),
    ] {
        let run = scratch.podline(&["check", "--deny", "unrendered", "--format", format]);
        assert!(run.status == 1 && run.stdout.contains(said), "{format}: {}", run.stdout);
        let run = scratch.podline(&["check", "--format", format]);
        assert!(run.status == 0 && !run.stdout.contains("denied"), "{format}: {}", run.stdout);
    }
}
