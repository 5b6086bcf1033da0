//! `podline init --accept`: a first run that ends green, and what comes after it.

use std::fs;
use std::path::Path;

use crate::support::command::Scratch;
use crate::support::shared;

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: app, image: a}]
";

#[test]
fn what_is_there_is_accepted_and_what_comes_is_not() {
    let scratch = Scratch::repository(&[("deploy/pod.yaml", POD)]);
    let init = scratch.podline(&["init", "--accept", "--today", "2026-11-30"]);
    assert_eq!(init.status, 0, "{}{}", init.stdout, init.stderr);
    assert!(init.stdout.contains("5 accepted"), "{}", init.stdout);
    assert!(scratch.read("podline.yaml").contains("\naccepted: podline.accepted\n"));
    let check = scratch.podline(&["check"]);
    assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
    assert!(check.stdout.contains("No findings; 5 accepted."), "{}", check.stdout);
    scratch.write("deploy/new.yaml", &POD.replace("name: web", "name: new"));
    assert_eq!(scratch.podline(&["check"]).status, 1);
}

#[test]
fn what_cannot_be_read_gets_a_waiver_that_ends() {
    let scratch = Scratch::repository(&[
        ("deploy/pod.yaml", POD),
        ("deploy/my [1].yaml", "apiVersion: v1\nkind: Pod\nmetadata: [\n"),
        ("deploy/wrong.yaml", &POD.replace("hostPID: true", "hostPID: perhaps")),
    ]);
    let init = scratch.podline(&["init", "--accept", "--today", "2026-11-30"]);
    assert_eq!(init.status, 0, "{}{}", init.stdout, init.stderr);
    assert!(
        init.stderr.contains("2 files with what cannot be read got waivers that end in 90 days"),
        "{}",
        init.stderr
    );
    let text = scratch.read("podline.yaml");
    assert_eq!(
        text.matches("reason: not readable when podline was adopted\n    until: 2027-02-28").count(),
        2,
        "{text}"
    );
    let check = |day: &str| scratch.podline(&["check", "--today", day]);
    assert_eq!(check("2026-12-01").status, 0, "{}", check("2026-12-01").stdout);
    assert_eq!(check("2027-03-01").status, 1);
}

#[test]
fn what_cannot_be_accepted_is_said_and_no_success() {
    let scratch = Scratch::repository(&[("pod.yaml", &format!("# podline: ignore[nothing] x\n{POD}"))]);
    let init = scratch.podline(&["init", "--accept"]);
    assert_eq!(init.status, 1, "{}", init.stderr);
    assert!(init.stderr.contains("not accepted pod.yaml:1: policy/bad-waiver"), "{}", init.stderr);
    assert!(init.stderr.contains("what is left cannot be accepted: mend it"), "{}", init.stderr);
}

#[test]
fn nothing_that_is_there_is_replaced_unasked() {
    let scratch = Scratch::repository(&[("pod.yaml", POD), ("podline.accepted", "mine\n")]);
    assert_eq!(scratch.podline(&["init", "--accept", "--force"]).status, 2);
    assert_eq!(scratch.read("podline.accepted"), "mine\n");
    fs::remove_file(scratch.path("podline.accepted")).expect("removed");
    assert_eq!(scratch.podline(&["init", "--accept"]).status, 0);
    let again = scratch.podline(&["init", "--accept"]);
    assert!(again.status == 2 && again.stderr.contains("podline check --write-accepted"), "{}", again.stderr);
    scratch.write("other.yaml", &POD.replace("name: web", "name: other"));
    assert_eq!(scratch.podline(&["init", "--accept", "--force"]).status, 0);
    assert_eq!(scratch.podline(&["check"]).status, 0, "all of it is accepted, and not only what was before");
}

#[test]
fn the_version_of_the_cluster_stands_there_where_it_is_known() {
    let scratch = Scratch::repository(&[("pod.yaml", POD)]);
    scratch.podline(&["init"]);
    assert!(scratch.read("podline.yaml").contains("\n# kubernetes-version: "));
    scratch.podline(&["init", "--force", "--kubernetes-version", "1.33"]);
    assert!(scratch.read("podline.yaml").contains("\nkubernetes-version: v1.33\n"));
}

/// Copies small files of the corpus to `deploy/`.
fn copy_some(corpus: &Path, scratch: &Scratch) {
    let files = ignore::WalkBuilder::new(corpus).sort_by_file_name(Ord::cmp).build().flatten();
    let is_small = |file: &ignore::DirEntry| file.metadata().is_ok_and(|found| found.is_file() && found.len() < 60_000);
    for file in files.filter(is_small).take(150) {
        let below = file.path().strip_prefix(corpus).expect("below the corpus");
        let to = scratch.path("deploy").join(below);
        fs::create_dir_all(to.parent().expect("a directory")).expect("a directory");
        fs::copy(file.path(), to).expect("copied");
    }
}

#[test]
fn a_repository_is_adopted_and_lived_in_for_a_week() {
    let Some(corpus) = shared("corpus/rendered") else { return };
    let scratch = Scratch::repository(&[]);
    copy_some(&corpus, &scratch);
    scratch.write("deploy/web.yaml", POD);
    let init = scratch.podline(&["init", "--accept", "--today", "2026-11-30"]);
    assert_eq!(init.status, 0, "{}{}", init.stdout, init.stderr);
    let check = || scratch.podline(&["check", "--format", "concise", "--today", "2026-12-01"]);
    let green = check();
    assert_eq!(green.status, 0, "{}{}", green.stdout, green.stderr);
    // A file moves, and is made stricter.
    fs::rename(scratch.path("deploy/web.yaml"), scratch.path("deploy/moved.yaml")).expect("renamed");
    assert_eq!(check().status, 0, "{}", check().stdout);
    scratch.write("deploy/moved.yaml", &POD.replace("  hostPID: true\n", ""));
    assert_eq!(check().status, 0, "{}", check().stdout);
    // It is weakened again, a container gets another name, and a workload is new: all of that is told.
    for (name, text, rule) in [
        ("deploy/moved.yaml", POD.replace("hostPID", "hostIPC"), "pss/hostNamespaces"),
        ("deploy/moved.yaml", POD.replace("name: app", "name: other"), "pss/runAsNonRoot"),
        ("deploy/new.yaml", POD.replace("name: web", "name: new"), "pss/hostNamespaces"),
    ] {
        scratch.write(name, &text);
        let run = check();
        assert_eq!(run.status, 1, "{name}");
        assert!(
            run.stdout.lines().filter(|line| line.contains("error[")).all(|line| line.starts_with(name)),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains(rule), "{}", run.stdout);
        scratch.write("deploy/moved.yaml", POD);
    }
}

/// A container that restricted allows but for what is missing here.
const HARDENED: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers: [{name: app, image: a}]
";

/// A change on a branch: its name, what it does to the repository, and what `diff --git` has to say of it: the file and the
/// rules of what is new, none of them where the gate stays open.
type Change = (&'static str, fn(&Scratch), Option<(&'static str, &'static [&'static str])>);

const WEEK: [Change; 7] = [
    (
        "new-workload",
        |scratch| scratch.write("deploy/new.yaml", &POD.replace("name: web", "name: new")),
        Some(("deploy/new.yaml", &["pss/hostNamespaces"])),
    ),
    ("moved", |scratch| scratch.git(&["mv", "deploy/web.yaml", "deploy/front.yaml"]), None),
    ("hardened", |scratch| scratch.write("deploy/web.yaml", HARDENED), None),
    (
        "weakened",
        |scratch| {
            scratch.write("deploy/web.yaml", &POD.replace("  hostPID: true\n", "  hostPID: true\n  hostIPC: true\n"));
        },
        Some(("deploy/web.yaml", &["pss/hostNamespaces"])),
    ),
    // What was accepted was of another container.
    (
        "renamed-container",
        |scratch| scratch.write("deploy/web.yaml", &POD.replace("name: app", "name: main")),
        Some(("deploy/web.yaml", &["pss/allowPrivilegeEscalation"])),
    ),
    ("deleted", |scratch| fs::remove_file(scratch.path("deploy/web.yaml")).expect("it was there"), None),
    (
        "opens-the-gate",
        |scratch| {
            scratch.write("podline.yaml", "level: privileged\n");
            scratch.write("deploy/new.yaml", &POD.replace("name: web", "name: new"));
        },
        Some(("deploy/new.yaml", &["pss/hostNamespaces"])),
    ),
];

/// Adopts a repository on main, and has every change of the week compared with it on a branch of its own.
fn live_a_week(scratch: &Scratch) {
    let init = scratch.podline_with_git(&["init", "--accept", "--today", "2026-11-30"]);
    assert_eq!(init.status, 0, "{}{}", init.stdout, init.stderr);
    scratch.commit("adopt podline");
    let compare = |more: &[&str]| {
        let base = ["diff", "--git", "main", "--format", "concise", "--today", "2026-12-01"];
        scratch.podline_with_git(&[&base[..], more].concat())
    };
    let nothing = compare(&[]);
    assert_eq!((nothing.status, nothing.stdout.as_str()), (0, ""), "{}", nothing.stderr);
    for (name, change, expected) in WEEK {
        scratch.git(&["checkout", "-q", "-b", name, "main"]);
        change(scratch);
        let before = compare(&[]);
        scratch.commit(name);
        let after = compare(&[]);
        let elsewhere = {
            scratch.git(&["checkout", "-q", "main"]);
            compare(&["--head", name])
        };
        for (when, run) in [("not committed", before), ("committed", after), ("from main", elsewhere)] {
            let new: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("new ")).collect();
            let errors: Vec<&str> = new.iter().copied().filter(|line| line.contains(": error[")).collect();
            assert_eq!(run.status, i32::from(expected.is_some()), "{name}, {when}: {}{}", run.stdout, run.stderr);
            let (file, rules) = expected.unwrap_or_default();
            assert!(errors.iter().all(|line| line.contains(file)), "{name}, {when}: {errors:#?}");
            for rule in rules {
                assert!(errors.iter().any(|line| line.contains(&format!("[{rule}]"))), "{name}, {when}: {errors:#?}");
            }
            if matches!(name, "hardened" | "deleted") {
                assert!(run.stderr.contains(" fixed (accepted before)"), "{name}, {when}: {}", run.stderr);
                assert!(run.stdout.lines().any(|line| line.starts_with("fixed deploy/web.yaml:")), "{}", run.stdout);
            }
            let changes_policy =
                new.iter().any(|line| line.contains("podline.yaml:") && line.contains("policy/changed"));
            assert_eq!(changes_policy, name == "opens-the-gate", "{name}, {when}: {new:#?}");
        }
    }
}

#[test]
fn every_change_of_a_week_is_compared_on_its_branch() {
    let Some(scratch) = Scratch::committed(&[("deploy/web.yaml", POD), ("deploy/other.yaml", HARDENED)]) else {
        return;
    };
    live_a_week(&scratch);
}

#[test]
fn every_change_of_a_week_is_compared_among_the_charts_of_others() {
    let Some(corpus) = shared("corpus/rendered") else { return };
    let Some(scratch) = Scratch::committed(&[("deploy/web.yaml", POD)]) else { return };
    copy_some(&corpus, &scratch);
    scratch.commit("charts");
    live_a_week(&scratch);
}
