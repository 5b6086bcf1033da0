//! `podline diff --git`.

use crate::support::command::{Run, Scratch, podline, run};

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostPID: true
  containers: [{name: app, image: a}]
";

/// A branch `work` beside `main`, on which the pod takes part in the network of its node and no longer sees processes.
/// Meanwhile, `main` got a pod that is worse.
fn branches() -> Option<Scratch> {
    let scratch = Scratch::committed(&[("podline.yaml", "level: baseline\n"), ("deploy/web.yaml", POD)])?;
    scratch.git(&["checkout", "-q", "-b", "work"]);
    scratch.write("deploy/web.yaml", &POD.replace("hostPID", "hostNetwork"));
    scratch.commit("work");
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("deploy/db.yaml", &POD.replace("web", "db").replace("hostPID", "hostIPC"));
    scratch.commit("meanwhile");
    scratch.git(&["checkout", "-q", "work"]);
    Some(scratch)
}

fn concise(scratch: &Scratch, arguments: &[&str]) -> (i32, String) {
    let Run { status, stdout, stderr } = scratch.podline_with_git(&[&["diff", "--format=concise"], arguments].concat());
    assert!(status < 2 && !stderr.contains("/tmp"), "{stderr}");
    (status, stdout)
}

const NEW: &str = "new deploy/web.yaml:5:16: error[pss/hostNamespaces] pod must not set hostNetwork=true\n";
const FIXED: &str = "fixed deploy/web.yaml:5:12: error[pss/hostNamespaces] pod must not set hostPID=true\n";

#[test]
fn what_is_checked_out_is_compared_with_the_commit_that_it_shares_with_the_base() {
    let Some(scratch) = branches() else { return };
    assert_eq!(concise(&scratch, &["--git", "main"]), (1, format!("{NEW}{FIXED}")));
    assert_eq!(concise(&scratch, &["--git", "main", "deploy"]), (1, format!("{NEW}{FIXED}")));
    assert_eq!(concise(&scratch, &["--git", "main", scratch.path("deploy").to_str().expect("UTF-8")]).0, 1);
    // As it is, committed or not.
    scratch.write("deploy/web.yaml", POD);
    assert_eq!(concise(&scratch, &["--git", "main"]), (0, String::new()));
    scratch.write("deploy/new.yaml", &POD.replace("web", "new"));
    let (status, stdout) = concise(&scratch, &["--git", "main"]);
    assert!(status == 1 && stdout.starts_with("new deploy/new.yaml:5:12: "), "{stdout}");
}

#[test]
fn any_two_revisions_are_compared_without_a_look_at_what_is_checked_out() {
    let Some(scratch) = branches() else { return };
    scratch.write("deploy/web.yaml", "not: [even yaml");
    assert_eq!(concise(&scratch, &["--git", "main", "--head", "work"]), (1, format!("{NEW}{FIXED}")));
    assert_eq!(concise(&scratch, &["--git", "main", "--head", "main"]), (0, String::new()));
    let (status, stdout) = concise(&scratch, &["--git", "main~1", "--head", "main"]);
    assert!(status == 1 && stdout.starts_with("new deploy/db.yaml:5:12: "), "{stdout}");
}

#[test]
fn without_the_merge_base_what_others_did_meanwhile_counts_too() {
    let Some(scratch) = branches() else { return };
    let (status, stdout) = concise(&scratch, &["--git", "main", "--no-merge-base"]);
    assert_eq!(status, 1);
    assert!(stdout.contains("\nfixed deploy/db.yaml:5:12: "), "{stdout}");
}

#[test]
fn paths_are_relative_to_where_podline_runs_on_both_sides() {
    let Some(scratch) = branches() else { return };
    let (status, stdout) = concise_in(&scratch, "deploy", &["--git", "main", "web.yaml"]);
    assert_eq!((status, stdout), (1, format!("{NEW}{FIXED}").replace("deploy/", "")));
    scratch.write("other/x.yaml", &POD.replace("web", "x"));
    let (status, stdout) = concise_in(&scratch, "other", &["--git", "main", "--level=privileged"]);
    assert_eq!((status, stdout.as_str()), (0, ""), "a directory that the base does not have");
    assert_eq!(concise_in(&scratch, "other", &["--git", "main"]).0, 1);
}

fn concise_in(scratch: &Scratch, directory: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = podline(&[&["diff", "--format=concise"], arguments].concat());
    command.current_dir(scratch.path(directory)).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let run = run(&mut command);
    (run.status, run.stdout)
}

#[test]
fn the_head_is_judged_by_what_decides_in_the_base_and_what_it_changes_of_that_is_told() {
    for (file, text) in [
        ("podline.yaml", "level: privileged\n"),
        (".podlineignore", "*\n"),
        ("deploy/podline.yaml", "exclude: ['*']\n"),
        ("deploy/.podline.yml", "rules: {'*': off}\n"),
    ] {
        let Some(scratch) = branches() else { return };
        scratch.write(file, text);
        for commit in [false, true] {
            if commit {
                scratch.commit("weaker");
            }
            let (status, stdout) = concise(&scratch, &["--git", "main"]);
            assert_eq!(status, 1, "{file}: {stdout}");
            assert!(stdout.contains(NEW) && stdout.contains(FIXED), "{file}: {stdout}");
            assert!(stdout.contains(&format!("new {file}:1:1: warning[policy/changed]")), "{file}: {stdout}");
        }
    }
}

#[test]
fn what_options_name_holds_for_both() {
    let Some(scratch) = branches() else { return };
    scratch.write("strict.yaml", "level: baseline\n");
    assert_eq!(concise(&scratch, &["--git", "main", "--config", "strict.yaml"]), (1, format!("{NEW}{FIXED}")));
}

#[test]
fn what_was_deleted_is_fixed_and_what_neither_side_has_is_a_mistake() {
    let Some(scratch) = branches() else { return };
    scratch.git(&["rm", "-q", "-r", "deploy"]);
    assert_eq!(concise(&scratch, &["--git", "main", "deploy"]), (0, FIXED.to_owned()));
    let run = scratch.podline_with_git(&["diff", "--git", "main", "depoly"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("depoly: neither revision has it"), "{}", run.stderr);
    scratch.git(&["checkout", "-q", "--orphan", "empty"]);
    scratch.git(&["rm", "-q", "-rf", "."]);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
    assert_eq!(scratch.podline_with_git(&["diff", "--git", "HEAD"]).status, 2, "nothing is there to compare");
}

#[test]
fn what_cannot_be_compared_says_why() {
    let Some(scratch) = branches() else { return };
    let cases: [(&[&str], &str); 9] = [
        (&["--git", "gone"], "gone is no commit of this clone"),
        (&["--git=--all"], "\"--all\" is not a revision"),
        (&["--git=main", "--head=-q"], "\"-q\" is not a revision"),
        (&["--git", "main", "-"], "standard input is of no revision"),
        (&["--git", "main", ".."], "is outside of the repository"),
        (
            &["--git", "main", "--format=html"],
            "diff writes human, concise, json, sarif, junit, github, gitlab, markdown",
        ),
        (&["--head", "main", "a", "b"], "--git <BASE>"),
        (&["deploy"], "diff takes two paths: BASE and HEAD"),
        (&["--git", "main", "--fix"], "podline diff does not take --fix"),
    ];
    for (arguments, message) in cases {
        let run = scratch.podline_with_git(&[&["diff"], arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
    let outside = Scratch::new(&[("a.yaml", POD)]);
    let run = outside.podline_with_git(&["diff", "--git", "main"]);
    assert!(run.status == 2 && run.stderr.contains("this directory is in no git repository"), "{}", run.stderr);
}

#[test]
fn every_format_tells_only_what_is_new() {
    let Some(scratch) = branches() else { return };
    scratch.write("deploy/old.yaml", &POD.replace("web", "old"));
    scratch.git(&["add", "-A"]);
    scratch.git(&["stash", "-q"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.git(&["stash", "pop", "-q"]);
    scratch.commit("old");
    scratch.git(&["checkout", "-q", "work"]);
    scratch.git(&["merge", "-q", "main"]);
    let mut arguments = vec!["diff", "--git", "main"];
    let outputs = ["sarif", "junit", "github", "gitlab", "markdown", "json", "concise", "human"]
        .map(|format| format!("--output={format}={format}.out"));
    arguments.extend(outputs.iter().map(String::as_str));
    let run = scratch.podline_with_git(&arguments);
    assert_eq!(run.status, 1, "{}", run.stderr);
    for format in ["sarif", "junit", "github", "gitlab", "markdown"] {
        let text = scratch.read(&format!("{format}.out"));
        assert!(text.contains("hostNetwork=true"), "{format}: {text}");
        assert!(!text.contains("hostPID=true") && !text.contains("hostIPC=true"), "{format}: {text}");
    }
    insta::assert_snapshot!(scratch.read("markdown.out"));
    assert_eq!(scratch.read("human.out"), run.stdout);
    assert!(run.stdout.ends_with("Compared at baseline:latest (v1.37): new: 1 error; 1 fixed, 2 unchanged.\n"));
}

#[test]
fn the_help_lists_what_a_comparison_takes() {
    let help = run(&mut podline(&["diff", "--help"])).stdout;
    let options: Vec<&str> =
        help.lines().filter_map(|line| line.trim_start().strip_prefix("--")?.split([' ', '[']).next()).collect();
    for option in ["git", "head", "no-merge-base", "output", "sarif-category", "path-prefix", "level"] {
        assert!(options.contains(&option), "{option}: {options:?}");
    }
    for option in ["fix", "unsafe-fixes", "diff", "accepted", "write-accepted", "statistics", "source-root"] {
        assert!(!options.contains(&option), "{option}");
    }
    assert!(help.contains("- markdown:") && !help.contains("- html:") && !help.contains("- policy-report:"), "{help}");
}

#[test]
fn submodules_are_not_compared_on_either_side_and_that_is_said() {
    let Some(scratch) = branches() else { return };
    let other = Scratch::committed(&[("bad.yaml", POD)]).expect("git is there");
    let url = other.path("").display().to_string();
    scratch.git(&["submodule", "--quiet", "add", &url, "vendor/other"]);
    scratch.git(&["commit", "-q", "-m", "submodule"]);
    let run = scratch.podline_with_git(&["diff", "--git", "main", "--format=concise"]);
    assert_eq!(run.stdout, format!("{NEW}{FIXED}"));
    assert!(run.stderr.contains("not compared: 1 submodule (vendor/other)"), "{}", run.stderr);
}

#[test]
fn a_shallow_clone_says_how_to_fetch_the_rest() {
    let Some(scratch) = branches() else { return };
    scratch.git(&["clone", "-q", "--no-local", "--depth=1", "--no-single-branch", ".", "shallow"]);
    let mut command = podline(&["diff", "--git", "origin/main"]);
    command.current_dir(scratch.path("shallow")).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let run = run(&mut command);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("no common ancestor; the clone is shallow: fetch the rest first"), "{}", run.stderr);
}

#[test]
fn links_and_ignore_files_of_a_revision_hold_as_in_a_checkout() {
    let Some(scratch) = branches() else { return };
    scratch.write(".podlineignore", "deploy/skip.yaml\n");
    scratch.write(".gitignore", "deploy/gen.yaml\n");
    scratch.commit("rules");
    scratch.git(&["tag", "rules"]);
    scratch.write("deploy/skip.yaml", POD);
    scratch.write("deploy/gen.yaml", &POD.replace("web", "gen"));
    scratch.git(&["add", "-f", "deploy/gen.yaml"]);
    scratch.commit("more");
    let (status, stdout) = concise(&scratch, &["--git", "rules", "--head", "work"]);
    assert_eq!(status, 1);
    assert!(stdout.contains("new deploy/gen.yaml:5:12") && !stdout.contains("skip.yaml"), "{stdout}");
    let (_, of_checkout) = concise(&scratch, &["--git", "rules"]);
    assert_eq!(stdout, of_checkout);
}

#[cfg(unix)]
#[test]
fn a_git_that_the_repository_brings_is_not_run() {
    let Some(scratch) = branches() else { return };
    let trap = format!("#!/bin/sh\ntouch '{}'\n", scratch.path("TRAPPED").display());
    scratch.write("bin/git", &trap);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scratch.path("bin/git"), executable).expect("permissions");
    let elsewhere = Scratch::new(&[]);
    std::os::unix::fs::symlink(scratch.path("bin/git"), elsewhere.path("git")).expect("a link");
    let bin = scratch.path("bin");
    for path in [bin.to_str().expect("UTF-8"), "bin", "./bin", "", elsewhere.path("").to_str().expect("UTF-8")] {
        let run = run(podline(&["diff", "--git", "HEAD"]).current_dir(scratch.path("")).env("PATH", path));
        assert_eq!(run.status, 2, "{path}: {}", run.stderr);
        assert!(run.stderr.contains("no git is on the PATH"), "{path}: {}", run.stderr);
        assert!(!scratch.path("TRAPPED").exists(), "{path}");
    }
}
