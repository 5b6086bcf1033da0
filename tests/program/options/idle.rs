//! Options that have nothing to do in a run are said, and change nothing else.

use super::*;

/// What is said of idle options.
fn said(arguments: &[&str]) -> Vec<String> {
    let scratch = Scratch::new(&[("dir/pod.yaml", POD), ("pod.yaml", POD), ("dir/x.txt", "")]);
    let told = run(podline(arguments).current_dir(scratch.path("")).write_stdin(POD));
    assert!(told.status < 2, "{arguments:?}: {}", told.stderr);
    let does_nothing = |line: &&str| line.contains(" does nothing here: ");
    told.stderr.lines().filter(does_nothing).map(|line| line.trim_start_matches("podline: ").to_owned()).collect()
}

#[test]
fn an_option_about_what_is_read_is_said_where_nothing_is_read_so() {
    for (arguments, option) in [
        (&["check", "--stdin-filename", "x.yaml", "dir"][..], "stdin-filename"),
        (&["check", "--exclude", "x", "pod.yaml"], "exclude"),
        (&["check", "--no-ignore", "pod.yaml", "-"], "no-ignore"),
        (&["check", "--as-walked", "dir"], "as-walked"),
        (&["check", "--force-exclude", "dir"], "force-exclude"),
        (&["inspect", "--stdin-filename", "x.yaml", "dir"], "stdin-filename"),
        (&["files", "--exclude", "x", "pod.yaml"], "exclude"),
        (&["waivers", "--as-walked", "dir"], "as-walked"),
        (&["levels", "--no-ignore", "pod.yaml"], "no-ignore"),
        (&["diff", "--stdin-filename", "x", "dir", "dir"], "stdin-filename"),
    ] {
        let told = said(arguments);
        assert_eq!(told.len(), 1, "{arguments:?}: {told:?}");
        assert!(told[0].starts_with(&format!("--{option} ")), "{told:?}");
    }
}

#[test]
fn an_option_about_what_judges_is_said_where_nothing_judges_so() {
    assert_eq!(
        said(&["check", "--user", "a", "dir"]),
        [
            "--user does nothing here: neither do namespaces decide nor policies of the cluster; add --admission or --policy"
        ]
    );
    assert_eq!(said(&["check", "--cluster", "pod.yaml", "dir"]).len(), 1);
    assert_eq!(said(&["check", "--psp-mode", "admission", "dir"]).len(), 1);
    assert_eq!(said(&["waivers", "--user", "a", "--cluster", "pod.yaml", "dir"]).len(), 2);
    assert_eq!(said(&["check", "--admission", "--user", "a", "--cluster", "pod.yaml", "dir"]), [""; 0]);
    assert_eq!(said(&["levels", "--cluster", "pod.yaml", "dir"]), [""; 0]);
}

#[test]
fn an_option_about_a_report_is_said_where_no_such_report_is_written() {
    for option in ["--statistics", "--max-findings=3", "--color=never", "--verbose"] {
        assert_eq!(said(&["check", "--format", "json", option, "dir"]).len(), 1, "{option}");
        assert_eq!(said(&["check", "--format", "json", "--output", "human=out", option, "dir"]), [""; 0], "{option}");
        assert_eq!(said(&["check", option, "dir"]), [""; 0], "{option}");
    }
    for (option, format) in [
        ("--path-prefix=x", "github"),
        ("--sarif-category=x", "sarif"),
        ("--policy-report-api=openreports.io/v1alpha1", "policy-report"),
    ] {
        assert_eq!(said(&["check", option, "dir"]).len(), 1, "{option}");
        assert_eq!(said(&["check", "--format", format, option, "dir"]), [""; 0], "{option}");
    }
    assert_eq!(said(&["diff", "--format", "json", "--max-findings", "3", "dir", "dir"]).len(), 1);
    assert_eq!(said(&["levels", "--format", "json", "-v", "dir"]).len(), 1);
    assert_eq!(said(&["check", "--unsafe-fixes", "dir"]).len(), 1);
    assert_eq!(said(&["check", "--source-root", "dir", "pod.yaml"]).len(), 1);
}

#[test]
fn what_the_environment_gives_to_every_run_is_not_said_and_quiet_says_nothing() {
    let scratch = Scratch::new(&[("pod.yaml", POD)]);
    let mut command = podline(&["check", "pod.yaml"]);
    for (name, value) in
        [("EXCLUDE", "x"), ("USER", "a"), ("PATH_PREFIX", "x"), ("UNSAFE_FIXES", "1"), ("NO_IGNORE", "1")]
    {
        command.env(format!("PODLINE_{name}"), value);
    }
    assert_eq!(run(command.current_dir(scratch.path(""))).stderr, "");
    assert_eq!(said(&["check", "-q", "--exclude", "x", "pod.yaml"]), [""; 0]);
}

#[test]
fn files_shows_no_configuration_that_is_not_read() {
    let scratch = Scratch::new(&[("pod.yaml", POD), ("podline.yaml", "level: baseline\n")]);
    let told = scratch.podline(&["files", "--config", "--no-config"]);
    assert!(told.status == 2 && told.stderr.contains("--config and --no-config exclude each other"), "{}", told.stderr);
    let told = run(podline(&["files", "--config"]).current_dir(scratch.path("")).env("PODLINE_NO_CONFIG", "1"));
    assert!(told.status == 0 && told.stdout.contains("\"level\": \"baseline\""), "{}", told.stderr);
}
