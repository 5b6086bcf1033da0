//! Repositories that would have something run, read or written.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use podline::source::git::Repository;
use podline::source::git::snapshot::Snapshot;
use tempfile::TempDir;

use super::{WANTED, repository, written};
use crate::support::command::Scratch;

/// A script that leaves a trace.
fn trap(scratch: &Scratch, name: &str) -> String {
    let path = scratch.path(name);
    let text = format!("#!/bin/sh\ntouch '{}'\nexit 0\n", scratch.path("TRAPPED").display());
    scratch.write(name, &text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
    path.display().to_string()
}

#[test]
fn nothing_of_the_configuration_of_a_repository_is_run() {
    let files = [("a.yaml", "a"), ("podline.yaml", "{}"), (".gitattributes", "* filter=x diff=x textconv=x\n")];
    let Some((scratch, repository)) = repository(&files) else { return };
    scratch.write("a.yaml", "b");
    scratch.commit("second");
    let trap = trap(&scratch, "trap.sh");
    let keys = [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "filter.x.smudge",
        "filter.x.clean",
        "filter.x.process",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
        "pager.ls-tree",
    ];
    for key in keys {
        scratch.git(&["config", key, &trap]);
    }
    for alias in ["cat-file", "ls-tree", "rev-parse", "merge-base"] {
        scratch.git(&["config", &format!("alias.{alias}"), &format!("!{trap}")]);
    }
    for hook in ["post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"] {
        fs::copy(&trap, scratch.path(&format!(".git/hooks/{hook}"))).expect("a hook");
    }
    let (directory, ..) = written(&repository, "HEAD~1");
    assert_eq!(fs::read_to_string(directory.path().join("a.yaml")).expect("a file"), "a");
    let [one, other] = ["HEAD", "HEAD~1"].map(|revision| repository.resolve(revision).expect("a commit"));
    assert!(repository.merge_base(&one, &other).is_ok());
    assert!(!scratch.path("TRAPPED").exists(), "something was run");
}

/// A clone that has no files of the commits before the last one, and whose remote is a program.
fn partial(scratch: &Scratch) {
    scratch.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", scratch.path("").display());
    scratch.git(&["clone", "-q", "--filter=blob:none", &url, "partial"]);
}

#[test]
fn a_partial_clone_fetches_nothing_and_that_is_said() {
    let Some((scratch, _)) = repository(&[("a.yaml", "a")]) else { return };
    scratch.write("a.yaml", "b");
    scratch.commit("second");
    partial(&scratch);
    let trap = trap(&scratch, "trap.sh");
    for (key, value) in [("remote.origin.url", format!("ext::{trap}")), ("protocol.ext.allow", "always".to_owned())] {
        scratch.git(&["-C", "partial", "config", key, &value]);
    }
    let clone = Repository::around(&scratch.path("partial")).expect("a repository");
    let commit = clone.resolve("HEAD~1").expect("commits are there");
    let directory = TempDir::new().expect("a directory");
    let error = Snapshot::write(&clone, &commit, directory.path(), WANTED).expect_err("a file is missing").to_string();
    assert!(error.starts_with("a.yaml is not in this clone, which is a partial one"), "{error}");
    assert!(!scratch.path("TRAPPED").exists(), "something was run");
}

#[test]
fn a_repository_of_another_user_is_read() {
    let Some((scratch, repository)) = repository(&[("a.yaml", "a")]) else { return };
    let chown = std::process::Command::new("chown").args(["-R", "12345"]).arg(scratch.path("")).output();
    if !chown.is_ok_and(|output| output.status.success()) {
        println!("skipped: nobody but root gives files away");
        return;
    }
    assert_eq!(written(&repository, "HEAD").2, [".git/index", "a.yaml"]);
}

#[test]
fn links_are_written_as_links_and_nothing_through_them() {
    let Some((scratch, repository)) = repository(&[("deploy/a.yaml", "a")]) else { return };
    symlink("deploy", scratch.path("link")).expect("a link");
    symlink("/etc/passwd", scratch.path("out.yaml")).expect("a link");
    scratch.commit("second");
    let (directory, _, names) = written(&repository, "HEAD");
    assert_eq!(names, [".git/index", "deploy/a.yaml", "link", "out.yaml"]);
    assert_eq!(fs::read_link(directory.path().join("link")).expect("a link"), Path::new("deploy"));
}
