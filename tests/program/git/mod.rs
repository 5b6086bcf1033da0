//! What a repository holds at a revision, and that nothing of it is run.

mod compare;
#[cfg(unix)]
mod hostile;

use std::fs;
use std::path::{Path, PathBuf};

use podline::source::git::snapshot::{Snapshot, Wanted};
use podline::source::git::{EntryKind, GitError, Repository};
use tempfile::TempDir;

use crate::support::command::Scratch;

const WANTED: Wanted<'static> = Wanted { names: &[".gitignore"], naming: &["podline.yaml"] };

/// A repository, and the same as podline reads it.
fn repository(files: &[(&str, &str)]) -> Option<(Scratch, Repository)> {
    let scratch = Scratch::committed(files)?;
    let repository = Repository::around(&scratch.path("")).expect("a repository");
    Some((scratch, repository))
}

/// The files of a revision as they are written, with those that are links.
fn written(repository: &Repository, revision: &str) -> (TempDir, Snapshot, Vec<String>) {
    let directory = TempDir::new().expect("a directory");
    let commit = repository.resolve(revision).expect("a commit");
    let snapshot = Snapshot::write(repository, &commit, directory.path(), WANTED).expect("a snapshot");
    let mut names = Vec::new();
    list(directory.path(), directory.path(), &mut names);
    names.sort();
    (directory, snapshot, names)
}

fn list(root: &Path, directory: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            list(root, &path, names);
        } else {
            names.push(path.strip_prefix(root).expect("below").to_str().expect("UTF-8").to_owned());
        }
    }
}

#[test]
fn a_tree_is_listed_and_read_at_any_revision() {
    let Some((scratch, repository)) = repository(&[("a.yaml", "old"), ("deep/down/b c.yaml", "b")]) else { return };
    scratch.write("a.yaml", "new");
    scratch.git(&["tag", "v1"]);
    scratch.commit("second");
    for (revision, text) in [("v1", "old"), ("main~1", "old"), ("HEAD", "new"), ("main", "new")] {
        let commit = repository.resolve(revision).expect("a commit");
        let entries = repository.tree(&commit).expect("a tree");
        let paths: Vec<&Path> = entries.iter().map(|entry| entry.path.as_path()).collect();
        assert_eq!(paths, [Path::new("a.yaml"), Path::new("deep/down/b c.yaml")]);
        let mut texts = Vec::new();
        let read = repository.read(&entries.iter().collect::<Vec<_>>(), |_, blob| {
            let mut text = String::new();
            blob.read_to_string(&mut text)?;
            texts.push(text);
            Ok(())
        });
        assert!(read.is_ok());
        assert_eq!(texts, [text, "b"], "{revision}");
    }
}

#[test]
fn what_the_reader_leaves_of_a_file_is_passed_over() {
    let long = "x".repeat(300_000);
    let Some((_scratch, repository)) = repository(&[("a", &long), ("b", ""), ("c", "end")]) else { return };
    let entries = repository.tree(&repository.resolve("HEAD").expect("a commit")).expect("a tree");
    let mut starts = Vec::new();
    let read = repository.read(&entries.iter().collect::<Vec<_>>(), |_, blob| {
        let mut start = [0; 3];
        let count = blob.read(&mut start)?;
        starts.push(String::from_utf8_lossy(&start[..count]).into_owned());
        Ok(())
    });
    assert!(read.is_ok());
    assert_eq!(starts, ["xxx", "", "end"]);
}

#[test]
fn what_is_no_commit_is_said() {
    let Some((scratch, repository)) = repository(&[("a.yaml", "a")]) else { return };
    for revision in ["", "-q", "--all", "--output=x", "a\nb"] {
        assert!(matches!(repository.resolve(revision), Err(GitError::NoRevision(_))), "{revision:?}");
    }
    for revision in ["gone", "HEAD~7", "HEAD:a.yaml", "^HEAD", "HEAD..HEAD", "HEAD^!", "main main"] {
        assert!(matches!(repository.resolve(revision), Err(GitError::UnknownRevision { .. })), "{revision:?}");
    }
    assert!(!scratch.path("x").exists());
    scratch.git(&["update-ref", "refs/remotes/origin/release", "HEAD"]);
    let error = repository.resolve("release").expect_err("no commit").to_string();
    assert!(error.ends_with("but origin/release is"), "{error}");
}

#[test]
fn the_merge_base_is_where_two_branches_part() {
    let Some((scratch, repository)) = repository(&[("a.yaml", "a")]) else { return };
    let base = repository.resolve("HEAD").expect("a commit");
    scratch.git(&["checkout", "-q", "-b", "work"]);
    scratch.write("b.yaml", "b");
    scratch.commit("second");
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("c.yaml", "c");
    scratch.commit("third");
    let [work, main] = ["work", "main"].map(|revision| repository.resolve(revision).expect("a commit"));
    assert_eq!(repository.merge_base(&work, &main).expect("a commit"), base);
    scratch.git(&["checkout", "-q", "--orphan", "other"]);
    scratch.commit("alone");
    let other = repository.resolve("other").expect("a commit");
    assert!(matches!(repository.merge_base(&other, &main), Err(GitError::NoMergeBase { is_shallow: false })));
}

#[test]
fn worktrees_bare_repositories_and_longer_hashes_are_read() {
    let Some((scratch, _)) = repository(&[("a.yaml", "a")]) else { return };
    scratch.git(&["worktree", "add", "-q", "beside/tree"]);
    let server = Scratch::new(&[]);
    scratch.git(&["clone", "-q", "--bare", ".", server.path("bare.git").to_str().expect("UTF-8")]);
    scratch.git(&["init", "-q", "--object-format=sha256", "long"]);
    scratch.write("long/a.yaml", "a");
    scratch.git(&["-C", "long", "add", "-A"]);
    scratch.git(&["-C", "long", "commit", "-q", "-m", "first"]);
    let bare = server.path("bare.git");
    let directories = [scratch.path("beside/tree"), scratch.path("long"), bare.clone(), bare.join("refs")];
    for (number, directory) in directories.iter().enumerate() {
        let repository = Repository::around(directory).expect("a repository");
        assert_eq!(repository.root.is_none(), number > 1, "{}", directory.display());
        let directory = directory.to_str().expect("UTF-8");
        let entries = repository.tree(&repository.resolve("HEAD").expect(directory)).expect(directory);
        assert_eq!(entries.len(), 1, "{directory}");
    }
    let outside = TempDir::new().expect("a directory");
    assert!(matches!(Repository::around(outside.path()), Err(GitError::NoRepository)));
}

#[test]
fn a_shallow_clone_is_said_where_it_ends_too_soon() {
    let Some((scratch, _)) = repository(&[("a.yaml", "a")]) else { return };
    scratch.write("a.yaml", "b");
    scratch.commit("second");
    scratch.git(&["clone", "-q", "--no-local", "--depth=1", ".", "shallow"]);
    let repository = Repository::around(&scratch.path("shallow")).expect("a repository");
    assert!(repository.is_shallow().expect("an answer"));
    let error = repository.resolve("HEAD~1").expect_err("no commit").to_string();
    assert!(error.contains("the clone is shallow: fetch the rest first"), "{error}");
}

#[test]
fn a_snapshot_holds_manifests_and_what_configurations_name_and_counts_as_tracked() {
    let files = [
        (".gitignore", "out/\n"),
        ("podline.yaml", "accepted: policy/known.txt\n"),
        ("policy/known.txt", "{}"),
        ("main.go", "package main"),
        ("deploy/WEB.YAML", "a"),
        ("deploy/a.json", "{}"),
    ];
    let Some((scratch, repository)) = repository(&files) else { return };
    scratch.write("out/generated.yaml", "kept");
    scratch.git(&["add", "-f", "out/generated.yaml"]);
    scratch.write("big.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    scratch.commit("second");
    let (directory, snapshot, names) = written(&repository, "HEAD");
    let expected = [
        ".git/index",
        ".gitignore",
        "big.yaml",
        "deploy/WEB.YAML",
        "deploy/a.json",
        "out/generated.yaml",
        "podline.yaml",
        "policy/known.txt",
    ];
    assert_eq!(names, expected);
    assert_eq!(fs::read_to_string(directory.path().join("out/generated.yaml")).expect("a file"), "kept");
    assert_eq!(snapshot.pointers, [PathBuf::from("big.yaml")]);
    assert!(snapshot.holds(Path::new("main.go")) && snapshot.holds(Path::new("deploy")));
    assert!(!snapshot.holds(Path::new("gone")));
}

#[test]
fn submodules_are_not_entered() {
    let Some((scratch, repository)) = repository(&[("a.yaml", "a")]) else { return };
    scratch.git(&["init", "-q", "other"]);
    scratch.write("other/b.yaml", "b");
    scratch.git(&["-C", "other", "add", "-A"]);
    scratch.git(&["-C", "other", "commit", "-q", "-m", "first"]);
    scratch.git(&["submodule", "--quiet", "add", "./other", "vendor/other"]);
    scratch.git(&["commit", "-q", "-m", "second", "vendor", ".gitmodules"]);
    let (_directory, snapshot, names) = written(&repository, "HEAD");
    assert_eq!(snapshot.submodules, [PathBuf::from("vendor/other")]);
    assert_eq!(names, [".git/index", "a.yaml"]);
    let entries = repository.tree(&repository.resolve("HEAD").expect("a commit")).expect("a tree");
    assert_eq!(entries.iter().filter(|entry| entry.kind == EntryKind::Submodule).count(), 1);
}
