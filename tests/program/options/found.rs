//! Which configuration file is found.

use super::*;

/// Whether a pod that baseline refuses passes: a configuration with `level: privileged` was used.
fn passes(scratch: &Scratch, here: &str, path: &str) -> bool {
    let found = run(podline(&["check", "-q", "--format", "concise", path]).current_dir(scratch.path(here)));
    assert!(found.status < 2, "{here} {path}: {}", found.stderr);
    found.status == 0
}

#[test]
fn the_nearest_file_is_found_without_a_repository_too() {
    let scratch = Scratch::new(&[
        ("tree/podline.yaml", "level: privileged\n"),
        ("tree/deploy/x/pod.yaml", POD),
        ("tree/strict/podline.yaml", "level: baseline\n"),
        ("tree/strict/y/pod.yaml", POD),
        ("other/z.yaml", POD),
    ]);
    for (here, path) in [
        ("", "tree/deploy"),
        ("", "tree/deploy/x/pod.yaml"),
        ("", "."),
        ("tree", "deploy"),
        ("tree/deploy", "../../tree"),
        ("other", "../tree"),
    ] {
        let judged = run(podline(&["check", "-q", "--format", "concise", path]).current_dir(scratch.path(here)));
        assert!(!judged.stdout.contains("deploy/x/pod.yaml"), "{here} {path}: {}", judged.stdout);
    }
    assert!(!passes(&scratch, "", "tree/strict") && !passes(&scratch, "tree/strict", "y"), "the nearest one holds");
}

#[test]
fn nothing_is_found_above_the_working_directory_and_the_path_given() {
    let scratch = Scratch::new(&[
        ("podline.yaml", "level: privileged\n"),
        ("tree/deploy/pod.yaml", POD),
        ("other/podline.yaml", "level: baseline\n"),
    ]);
    assert!(!passes(&scratch, "tree/deploy", "."), "it lies above both");
    assert!(!passes(&scratch, "other", "../tree"), "that of the working directory holds where there is no other");
    assert!(passes(&scratch, "tree/deploy", "../.."), "whichever is higher");
    assert!(passes(&scratch, "", "tree/deploy/pod.yaml"));
}

#[test]
fn the_root_of_a_repository_ends_the_search() {
    let files = [("podline.yaml", "level: privileged\n"), ("repo/.git/x", ""), ("repo/deploy/pod.yaml", POD)];
    assert!(!passes(&Scratch::new(&files), "", "."));
}

#[test]
fn every_name_is_found_and_none_of_them_is_a_manifest() {
    for name in ["podline.yaml", "podline.yml", ".podline.yaml", ".podline.yml"] {
        for scratch in [Scratch::new(&[]), Scratch::repository(&[])] {
            scratch.write(&format!("deploy/{name}"), "level: privileged\n");
            scratch.write("deploy/x/pod.yaml", POD);
            assert!(passes(&scratch, "", "."), "{name}");
            let told = scratch.podline(&["check"]).stdout;
            assert!(told.contains("Checked 1 file ") && !told.contains("Skipped"), "{name}: {told}");
            let files = scratch.podline(&["files"]).stdout;
            assert!(files.contains(&format!("by deploy/{name}\n")), "{name}: {files}");
        }
    }
}

#[test]
fn two_in_one_directory_are_an_error_that_names_both() {
    for command in ["check", "levels", "waivers", "files"] {
        let scratch = Scratch::repository(&[
            ("podline.yaml", "level: privileged\n"),
            (".podline.yml", "level: baseline\n"),
            ("pod.yaml", POD),
        ]);
        let told = scratch.podline(&[command]);
        assert_eq!(told.status, 2, "{command}");
        assert!(told.stderr.contains("podline.yaml: .podline.yml is beside it"), "{command}: {}", told.stderr);
    }
}

#[test]
fn a_file_with_such_a_name_is_judged_where_it_is_no_configuration() {
    let scratch = Scratch::repository(&[("deploy/podline.yaml", POD), ("pod.yaml", POD)]);
    let told = scratch.podline(&["check", "--level", "baseline"]);
    assert_eq!(told.status, 2, "it is one, and a broken one: {}", told.stdout);
    for arguments in [&["--no-config"][..], &["--config", "other.yaml"]] {
        scratch.write("other.yaml", "rules: {}\n");
        let told = scratch.podline(&[&["check", "--level", "baseline", "--format", "concise"], arguments].concat());
        assert!(told.stdout.contains("deploy/podline.yaml:1:"), "{arguments:?}: {}{}", told.stdout, told.stderr);
    }
}

#[test]
fn init_writes_no_second_one() {
    let scratch = Scratch::repository(&[("podline.yml", "level: baseline\n"), ("pod.yaml", POD)]);
    for arguments in [&["init"][..], &["init", "--force"]] {
        let told = scratch.podline(arguments);
        assert_eq!(told.status, 2, "{arguments:?}");
        assert!(told.stderr.contains("podline.yml is a configuration too"), "{}", told.stderr);
    }
    assert!(!scratch.path("podline.yaml").exists());
}

#[test]
fn standard_input_takes_the_file_that_is_nearest_to_its_name() {
    let scratch = Scratch::new(&[("deploy/.podline.yaml", "level: privileged\n")]);
    let judge = |arguments: &[&str]| run(podline(arguments).current_dir(scratch.path("")).write_stdin(POD)).status;
    assert_eq!(judge(&["check", "-q", "-"]), 1);
    assert_eq!(judge(&["check", "-q", "--stdin-filename", "deploy/x/pod.yaml", "-"]), 0);
}
