//! What a run leaves out is said: by reason in the last line, one by one where somebody asks.

use serde_json::{Value, json};

use crate::support::command::Scratch;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";

/// A checkout in which much is left out: two ignored entries, one that is excluded, and a hidden one.
fn checkout() -> Scratch {
    Scratch::repository(&[
        ("pod.yaml", POD),
        (".k8s/pod.yaml", POD),
        (".venv/lib/pod.yaml", POD),
        ("build/one.yaml", POD),
        ("build/deep/two.yaml", POD),
        ("gen.yaml", POD),
        ("vendor/x/pod.yaml", POD),
        ("vendor/pod.yaml", POD),
        (".gitignore", "build/\n"),
        (".podlineignore", "gen.yaml\n"),
        ("podline.yaml", "level: baseline\nexclude: vendor\n"),
    ])
}

const COUNTS: &str = "Skipped 4: 3 ignored, 1 hidden.";

#[test]
fn what_is_left_out_is_counted_in_the_last_line() {
    let scratch = checkout();
    for format in ["human", "concise", "markdown", "html"] {
        let run = scratch.podline(&["check", "--format", format]);
        assert_eq!(run.status, 0, "{format}: {}", run.stderr);
        assert!(format!("{}{}", run.stdout, run.stderr).contains(COUNTS), "{format}: {}{}", run.stdout, run.stderr);
    }
    let human = scratch.podline(&["check"]).stdout;
    assert!(human.starts_with("Checked 2 files "), "{human}");
}

#[test]
fn the_report_has_one_entry_for_a_directory() {
    let report = checkout().podline(&["check", "--format", "json"]).stdout;
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["summary"]["skipped"], json!({"ignored": 3, "hidden": 1}));
    let entry = |file: &str, reason: &str, detail: &str| json!({"file": file, "document": null, "reason": reason, "detail": detail});
    let expected = [
        entry(".venv", "hidden", "settings or caches of a tool"),
        entry("build", "ignored", "by build/ in .gitignore"),
        entry("gen.yaml", "ignored", "by gen.yaml in .podlineignore"),
        entry("vendor", "ignored", "by vendor in podline.yaml"),
    ];
    assert_eq!(report["skipped"], json!(expected));
}

#[test]
fn each_of_it_is_listed_where_somebody_asks() {
    let scratch = checkout();
    let files = scratch.podline(&["files"]).stdout;
    let expected = "skip  podline.yaml  podline's own\n\
                    skip  .git  hidden (what version control keeps for itself)\n";
    for line in expected.lines() {
        assert!(files.contains(line), "{files}");
    }
    let verbose = scratch.podline(&["check", "-v"]).stderr;
    for (name, why) in [
        (".venv", "hidden (settings or caches of a tool)"),
        ("build", "ignored (by build/ in .gitignore)"),
        ("gen.yaml", "ignored (by gen.yaml in .podlineignore)"),
        ("vendor", "ignored (by vendor in podline.yaml)"),
    ] {
        assert!(files.contains(&format!("skip  {name}  {why}\n")), "{files}");
        assert!(verbose.contains(&format!("podline: skipped {name}: {why}\n")), "{verbose}");
    }
    for command in ["levels", "waivers", "inspect"] {
        let told = scratch.podline(&[command]).stderr;
        assert!(told.contains("skipped 2 ignored, 1 hidden (podline files lists them)"), "{command}: {told}");
    }
}

#[test]
fn it_can_be_denied() {
    let scratch = checkout();
    for what in ["ignored", "hidden", "ignored,hidden", "all"] {
        let run = scratch.podline(&["check", "--deny", what]);
        assert_eq!(run.status, 1, "{what}: {}", run.stderr);
    }
    let run = scratch.podline(&["check", "--deny", "ignored,hidden"]);
    assert!(run.stderr.contains("3 ignored, 1 hidden: denied by --deny"), "{}", run.stderr);
    scratch.write("podline.yaml", "level: baseline\ndeny: [hidden]\n");
    assert_eq!(scratch.podline(&["check"]).status, 1);
}

#[test]
fn what_a_check_passes_over_for_what_is_in_it_is_none_that_is_read() {
    let policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {rules: [{validate: \
                  {pattern: {spec: {containers: [{image: a}]}}}}]}\n";
    let scratch = Scratch::repository(&[
        ("pod.yaml", POD),
        ("policy.yaml", policy),
        ("both.yaml", &format!("{POD}---\n{policy}")),
    ]);
    let listed = scratch.podline(&["files"]).stdout;
    let read = |line: &&str| line.starts_with("read  ");
    assert_eq!(listed.lines().filter(read).count(), 2, "{listed}");
    assert!(listed.contains("skip  policy.yaml  policy (ClusterPolicy a)"), "{listed}");
    assert!(scratch.podline(&["check", "--level", "privileged"]).stdout.starts_with("Checked 2 files "), "{listed}");
}

#[test]
fn no_ignore_reads_all_of_it() {
    let scratch = checkout();
    let run = scratch.podline(&["check", "--no-ignore"]);
    assert!(run.stdout.starts_with("Checked 8 files ") && !run.stdout.contains("Skipped"), "{}", run.stdout);
    let run = scratch.podline(&["check", "--no-ignore", "--exclude", "vendor"]);
    assert!(
        run.stdout.starts_with("Checked 6 files ") && run.stdout.contains("Skipped 1: 1 ignored."),
        "{}",
        run.stdout
    );
}

#[test]
fn of_each_named_file_that_follows_the_rules_of_the_walk_it_is_said_why_it_is_not_judged() {
    let scratch = checkout();
    scratch.write("notes.txt", "");
    scratch.write("values.yaml", "image: a\n");
    let names = [
        "values.yaml",
        "pod.yaml",
        "build/deep/two.yaml",
        "gen.yaml",
        ".venv/lib/pod.yaml",
        "vendor/pod.yaml",
        "notes.txt",
    ];
    let run = scratch.podline(&[&["check", "--as-walked"], &names[..]].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    let expected = "podline: skipped build/deep/two.yaml: ignored (by build/ in .gitignore)\n\
                    podline: skipped gen.yaml: ignored (by gen.yaml in .podlineignore)\n\
                    podline: skipped .venv/lib/pod.yaml: hidden (settings or caches of a tool)\n\
                    podline: skipped notes.txt: not-manifest (neither *.yaml, *.yml nor *.json)\n\
                    podline: skipped vendor: ignored (by vendor in podline.yaml)\n\
                    podline: skipped values.yaml: not-manifest (no document with apiVersion and kind)\n";
    assert_eq!(run.stderr, expected);
    assert!(run.stdout.contains("Skipped 6: 2 not-manifest, 3 ignored, 1 hidden."), "{}", run.stdout);
    let nothing = scratch.podline(&["check", "--as-walked", "gen.yaml"]);
    assert_eq!(nothing.status, 0, "{}", nothing.stderr);
    assert!(nothing.stderr.contains("skipped gen.yaml: ignored"), "{}", nothing.stderr);
}

#[test]
fn what_becomes_ignored_is_not_fixed_by_that() {
    let scratch = Scratch::new(&[
        ("base/build/pod.yaml", POD),
        ("base/pod.yaml", POD),
        ("head/build/pod.yaml", POD),
        ("head/pod.yaml", POD),
        ("head/.gitignore", "build/\n"),
    ]);
    let run = scratch.podline(&["diff", "base", "head"]);
    assert!(run.stdout.contains("0 fixed, ") && run.stdout.contains(" no longer judged"), "{}", run.stdout);
    assert_eq!(scratch.podline(&["diff", "base", "head", "--deny", "ignored"]).status, 1);
}

#[test]
fn a_manifest_that_is_called_like_the_schema_is_judged() {
    let scratch = Scratch::repository(&[(
        "podline.schema.json",
        r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true, "containers": []}}"#,
    )]);
    assert_eq!(scratch.podline(&["check"]).status, 1);
    assert_eq!(scratch.podline(&["init"]).status, 0);
    scratch.write("pod.yaml", POD);
    assert_eq!(scratch.podline(&["check", "--level", "baseline"]).status, 0, "the schema itself is no manifest");
}

#[test]
fn a_rule_that_reaches_the_terminal_is_escaped_and_short() {
    let long = format!("gen.y*\u{1b}[2K{}\n", "x".repeat(5000)).replace("\u{1b}[2K", "");
    let scratch = Scratch::repository(&[("pod.yaml", POD), ("gen.yaml", POD), ("\u{1b}[2K.yaml", POD)]);
    scratch
        .write(".gitignore", &format!("{long}gen.y{}\n\u{1b}[[]2K.yaml\n", "{aml,x}".to_owned() + &"*".repeat(3000)));
    let run = scratch.podline(&["check", "-v", "--level", "baseline"]);
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    let longest = run.stderr.lines().map(str::len).max().unwrap_or_default();
    assert!(run.stdout.contains("2 ignored") && longest < 400, "{}{}", run.stdout, run.stderr);
}
