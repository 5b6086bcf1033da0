//! What git tracks is read although an ignore file names it. These tests run git; podline never does.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::process::Command;

use super::*;

/// Runs git in a directory; false where there is no git, or none that knows this.
pub(super) fn git(tree: &Tree, directory: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(tree.root().join(directory)).args(["-c", "protocol.file.allow=always"]).args(arguments);
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
        command.env(name, value);
    }
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "a").env(format!("GIT_{name}_EMAIL"), "a@example.com");
    }
    command.output().is_ok_and(|output| output.status.success())
}

const FILES: [&str; 7] = [
    "keep/c.yaml",
    "dist/p.yaml",
    "dist/untracked.yaml",
    "dist/deep/down/q.json",
    "dist/other/r.yaml",
    "one.gen.yaml",
    "two.gen.yaml",
];

/// A repository that tracks some files which it ignores; none where there is no git.
fn repository(init: &[&str]) -> Option<Tree> {
    let tree = Tree::new(&FILES);
    tree.write(".gitignore", "dist/\n*.gen.yaml\n");
    let is_there = git(&tree, "", &[&["init", "-q"], init].concat())
        && git(&tree, "", &["add", "-f", "keep", "dist/p.yaml", "dist/deep", "one.gen.yaml"]);
    if !is_there {
        println!("skipped: there is no git that can init {init:?}");
    }
    is_there.then_some(tree)
}

const TRACKED: [&str; 4] = ["dist/deep/down/q.json", "dist/p.yaml", "keep/c.yaml", "one.gen.yaml"];

const LEFT: [&str; 4] = [
    ".git: what version control keeps for itself",
    "dist/other: by dist/ in .gitignore",
    "dist/untracked.yaml: by dist/ in .gitignore",
    "two.gen.yaml: by *.gen.yaml in .gitignore",
];

#[test]
fn a_tracked_file_is_read_and_an_untracked_one_is_not() {
    let Some(_tree) = repository(&[]) else { return };
    assert_eq!(read(&["."]), TRACKED);
    assert_eq!(passed_over(&["."]), LEFT);
}

#[test]
fn every_form_of_the_index_is_read() {
    for form in
        [&["--index-version", "2"][..], &["--index-version", "3"], &["--index-version", "4"], &["--split-index"]]
    {
        let Some(tree) = repository(&[]) else { return };
        assert!(git(&tree, "", &["add", "-N", "-f", "two.gen.yaml"]), "an entry with more flags");
        assert!(git(&tree, "", &["rm", "-q", "--cached", "two.gen.yaml"]));
        assert!(git(&tree, "", &[&["update-index"], form].concat()), "{form:?}");
        assert_eq!(read(&["."]), TRACKED, "{form:?}");
        tree.write("dist/new.yaml", "");
        assert!(git(&tree, "", &["add", "-f", "dist/new.yaml"]));
        assert_eq!(read(&["dist/new.yaml", "."]).len(), 5, "{form:?}");
    }
}

#[test]
fn a_repository_with_longer_hashes_is_read() {
    let Some(_tree) = repository(&["--object-format=sha256"]) else { return };
    assert_eq!(read(&["."]), TRACKED);
}

#[test]
fn named_files_that_follow_the_rules_of_the_walk_are_read_where_git_tracks_them() {
    let Some(tree) = repository(&[]) else { return };
    let as_walked = WalkOptions { as_walked: true, ..options() };
    let mut found = read_with(&FILES, &as_walked);
    found.sort();
    assert_eq!(found, TRACKED);
    tree.enter("dist");
    assert_eq!(read_with(&["p.yaml", "untracked.yaml"], &as_walked), ["p.yaml"]);
    assert_eq!(passed_over_with(&["untracked.yaml"], &as_walked), ["untracked.yaml: by dist/ in ../.gitignore"]);
}

#[test]
fn podlineignore_and_exclude_hold_for_tracked_files_too() {
    let Some(tree) = repository(&[]) else { return };
    tree.write(".podlineignore", "one.gen.yaml\n");
    tree.write("dist/.podlineignore", "deep\n");
    assert_eq!(read_with(&["."], &excluding(&["p.yaml"])), ["keep/c.yaml"]);
    tree.write("dist/.podlineignore", "!untracked.yaml\n");
    assert_eq!(read(&["."]).len(), 4, "and podline may be told to read more");
}

#[test]
fn a_worktree_has_an_index_of_its_own() {
    let Some(tree) = repository(&[]) else { return };
    assert!(git(&tree, "", &["commit", "-q", "-m", "x"]));
    let worktree = tree.root().join("inner");
    assert!(git(&tree, "", &["worktree", "add", "-q", "-f", worktree.to_str().unwrap()]));
    tree.write("inner/.gitignore", "dist/\n*.gen.yaml\n");
    tree.write("inner/dist/new.yaml", "");
    assert_eq!(read(&["inner"]), TRACKED.map(|file| format!("inner/{file}")));
    assert!(git(&tree, "inner", &["rm", "-q", "--cached", "dist/p.yaml"]));
    assert_eq!(read(&["inner"]).len(), 3);
}

#[test]
fn a_submodule_is_read_by_its_own_rules_wherever_it_lies() {
    let Some(tree) = repository(&[]) else { return };
    assert!(git(&tree, "", &["commit", "-q", "-m", "x"]));
    tree.write("outer/.gitignore", "vendor/\n*.yaml\n");
    tree.write("outer/vendor/other/x.yaml", "");
    assert!(git(&tree, "outer", &["init", "-q"]));
    let source = tree.root().display().to_string();
    assert!(git(&tree, "outer", &["submodule", "-q", "add", "-f", &source, "vendor/sub"]));
    let expected = TRACKED.map(|file| format!("outer/vendor/sub/{file}"));
    assert_eq!(read(&["outer"]), expected);
    assert!(passed_over(&["outer"]).contains(&"outer/vendor/other: by vendor/ in outer/.gitignore".to_owned()));
}

#[test]
fn a_tracked_link_to_a_directory_is_followed() {
    let Some(tree) = repository(&[]) else { return };
    tree.write("far/x.yaml", "");
    tree.write(".gitignore", "dist/\n*.gen.yaml\n/link\n/far\n");
    tree.link("far", "link");
    assert_eq!(read(&["."]), TRACKED);
    assert!(git(&tree, "", &["add", "-f", "link"]));
    assert!(read(&["."]).contains(&"link/x.yaml".to_owned()));
}

#[test]
fn what_is_no_index_is_told_and_nothing_is_tracked_by_it() {
    let Some(tree) = repository(&[]) else { return };
    let whole = fs::read(tree.root().join(".git/index")).unwrap();
    let broken: [&[u8]; 4] = [b"", b"DIRC", &whole[..whole.len() / 2], &[0xff; 4096]];
    for bytes in broken {
        fs::write(tree.root().join(".git/index"), bytes).unwrap();
        let found = run(&["."], &options());
        assert_eq!(found.inputs.len(), 1, "{bytes:?}");
        assert_eq!(found.problems.len(), 1, "{bytes:?}");
        assert_eq!(found.problems[0].display, ".git");
        assert!(found.problems[0].message.contains("counts as tracked"), "{:?}", found.problems);
    }
    fs::remove_file(tree.root().join(".git/index")).unwrap();
    assert_eq!(read(&["."]), ["keep/c.yaml"], "nothing is tracked yet");
    assert!(Command::new("mkfifo").arg(tree.root().join(".git/index")).status().unwrap().success());
    assert_eq!(problems(&["."]).len(), 1, "nobody waits for a pipe");
}

#[test]
fn a_broken_index_does_not_matter_where_nothing_is_ignored() {
    let tree = Tree::new(&["a.yaml"]);
    tree.write(".git/index", "no index");
    tree.write(".gitignore", "b.yaml\n");
    assert_eq!(read(&["."]), ["a.yaml"]);
}

#[test]
fn a_file_in_place_of_the_repository_may_lead_nowhere() {
    for text in ["", "gitdir:", "gitdir: gone", "x", "gitdir: /dev\n"] {
        let tree = Tree::new(&["a.yaml", "b.yaml"]);
        tree.write(".git", text);
        tree.write(".gitignore", "b.yaml\n");
        assert_eq!(read(&["."]), ["a.yaml"], "{text:?}");
    }
}
