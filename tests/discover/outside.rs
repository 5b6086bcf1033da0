//! A walk follows no link out of its root.

use super::*;

/// What a walk passes over, and where that leads, below the temporary directory.
fn led_out(tree: &Tree, paths: &[&str], options: &WalkOptions) -> Vec<(String, String)> {
    let found = run(paths, options);
    assert_eq!(found.problems, []);
    let root = format!("{}/", tree.root().display());
    let one = |one: podline::source::discover::PassedOver| {
        let why = one.why.to_string();
        let to = why.strip_prefix("leads to ").and_then(|rest| rest.split(", ").next()).unwrap_or_default();
        (one.display, to.replacen(&root, "", 1))
    };
    let is_known = |one: &podline::source::discover::PassedOver| one.why != Why::VersionControl;
    found.passed_over.into_iter().filter(is_known).map(one).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|&(path, to)| (path.to_owned(), to.to_owned())).collect()
}

/// A repository `repo` beside a directory with files that are none of its business.
fn scratch() -> Tree {
    Tree::new(&["secret/x.yaml", "secret/deep/y.yaml", "repo/.git/config", "repo/a.yaml", "repo/sub/b.yaml"])
}

#[test]
fn links_to_files_directories_and_other_links_that_lead_out_are_passed_over() {
    let tree = scratch();
    tree.link("../secret/x.yaml", "repo/file.yaml");
    tree.link("../secret", "repo/dir");
    tree.link("file.yaml", "repo/chain.yaml");
    tree.link("../dir/deep", "repo/sub/chain");
    tree.link("/dev/zero", "repo/device.yaml");
    tree.link("/proc/self/environ", "repo/env.yaml");
    tree.link("..", "repo/up");
    tree.link("../secret/gone.yaml", "repo/gone.yaml");
    tree.link(&tree.root().join("secret/x.yaml").display().to_string(), "repo/sub/absolute.yaml");
    tree.link("sub/../../secret/x.yaml", "repo/dots.yaml");
    assert_eq!(read(&["repo"]), ["repo/a.yaml", "repo/sub/b.yaml"]);
    let expected = [
        ("repo/chain.yaml", "secret/x.yaml"),
        ("repo/device.yaml", "/dev/zero"),
        ("repo/dir", "secret"),
        ("repo/dots.yaml", "secret/x.yaml"),
        ("repo/env.yaml", "/proc/self/environ"),
        ("repo/file.yaml", "secret/x.yaml"),
        ("repo/gone.yaml", "secret/gone.yaml"),
        ("repo/sub/absolute.yaml", "secret/x.yaml"),
        ("repo/sub/chain", "secret/deep"),
    ];
    let mut found = led_out(&tree, &["repo"], &options());
    let up = found.pop();
    assert_eq!(found, pairs(&expected));
    assert_eq!(up.map(|(path, _)| path), Some("repo/up".to_owned()), "it is outside before it is a loop");
}

#[test]
fn the_root_is_the_repository_around_a_named_directory() {
    let tree = scratch();
    tree.link("../a.yaml", "repo/sub/up.yaml");
    tree.link("../../secret/x.yaml", "repo/sub/out.yaml");
    assert_eq!(read(&["repo/sub"]), ["repo/sub/b.yaml", "repo/sub/up.yaml"]);
    assert_eq!(led_out(&tree, &["repo/sub"], &options()), pairs(&[("repo/sub/out.yaml", "secret/x.yaml")]));
}

#[test]
fn without_a_repository_the_root_is_the_named_directory() {
    let tree = Tree::new(&["walk/sub/a.yaml", "other/b.yaml"]);
    tree.link("../other/b.yaml", "walk/b.yaml");
    tree.link("../../walk/sub", "walk/sub/self");
    tree.link("sub/a.yaml", "walk/in.yaml");
    assert_eq!(read(&["walk"]), ["walk/sub/a.yaml"]);
    let [out, linked, round] = &passed_over(&["walk"])[..] else { panic!("three") };
    assert_eq!(linked, "walk/in.yaml: leads to walk/sub/a.yaml, which is read");
    assert!(
        out.starts_with("walk/b.yaml: leads to ") && round.starts_with("walk/sub/self: a symbolic link"),
        "{round}"
    );
    assert_eq!(read(&["."]).len(), 2, "from above it lies inside");
    let linked = passed_over(&["."]).into_iter().filter(|one| one.ends_with("which is read")).count();
    assert_eq!((linked, passed_over(&["."]).len()), (2, 3));
}

#[test]
fn what_is_named_is_read_wherever_it_lies() {
    let tree = scratch();
    tree.link("../secret/x.yaml", "repo/file.yaml");
    tree.link("../secret", "repo/dir");
    assert_eq!(read(&["repo/file.yaml"]), ["repo/file.yaml"]);
    assert_eq!(read(&["repo/dir"]), ["repo/dir/deep/y.yaml", "repo/dir/x.yaml"]);
}

#[test]
fn what_the_rules_of_the_walk_leave_out_is_counted_as_that() {
    let tree = scratch();
    tree.write("repo/.gitignore", "ignored.yaml\nnode_modules/\n");
    tree.link("../secret/x.yaml", "repo/ignored.yaml");
    tree.link("../secret", "repo/node_modules");
    tree.link("../secret", "repo/.idea");
    tree.link("../secret/x.yaml", "repo/README");
    tree.link("../secret/x.yaml", "repo/excluded.yaml");
    let expected = [
        "repo/.git: what version control keeps for itself",
        "repo/.idea: settings or caches of a tool",
        "repo/excluded.yaml: by excluded.yaml in --exclude",
        "repo/ignored.yaml: by ignored.yaml in repo/.gitignore",
        // git says so of directories only, and to git a link is none. To a walk it is one.
        "repo/node_modules: by node_modules/ in repo/.gitignore",
    ];
    assert_eq!(passed_over_with(&["repo"], &excluding(&["excluded.yaml"])), expected);
}

#[test]
fn what_git_keeps_for_itself_is_outside() {
    let tree = scratch();
    tree.link(".git/config", "repo/config.yaml");
    tree.link(".git", "repo/git");
    assert_eq!(read(&["repo"]), ["repo/a.yaml", "repo/sub/b.yaml"]);
    assert_eq!(led_out(&tree, &["repo"], &options()).len(), 2);
}

#[test]
fn names_that_differ_in_case_or_at_the_end_are_other_directories() {
    let tree = scratch();
    if tree.root().join("REPO").exists() {
        println!("skipped: this file system does not tell them apart");
        return;
    }
    for other in ["REPO", "repo-2"] {
        tree.write(&format!("{other}/x.yaml"), "");
        tree.link(&format!("../{other}/x.yaml"), &format!("repo/{other}.yaml"));
    }
    let expected = [("repo/REPO.yaml", "REPO/x.yaml"), ("repo/repo-2.yaml", "repo-2/x.yaml")];
    assert_eq!(led_out(&tree, &["repo"], &options()), pairs(&expected));
}

#[test]
fn named_files_that_follow_the_rules_of_the_walk_are_passed_over_too() {
    let tree = scratch();
    tree.link("../secret/x.yaml", "repo/file.yaml");
    tree.link("../secret", "repo/dir");
    tree.link("sub", "repo/in");
    tree.enter("repo");
    let as_walked = WalkOptions { as_walked: true, ..options() };
    let paths = ["file.yaml", "dir/x.yaml", "dir/deep/y.yaml", "in/b.yaml", "a.yaml"];
    assert_eq!(read_with(&paths, &as_walked), ["in/b.yaml", "a.yaml"]);
    let expected = [("file.yaml", "secret/x.yaml"), ("dir/x.yaml", "secret"), ("dir/deep/y.yaml", "secret/deep")];
    assert_eq!(led_out(&tree, &paths, &as_walked), pairs(&expected));
}

#[test]
fn an_ignore_file_that_leads_out_is_not_read() {
    let tree = scratch();
    tree.write("secret/rules", "a.yaml\n[hunter2\n");
    tree.write("repo/rules", "b.yaml\n");
    tree.link("../secret/rules", "repo/.gitignore");
    tree.link("../../secret/rules", "repo/sub/.podlineignore");
    let found = run(&["repo"], &options());
    assert_eq!(found.inputs.len(), 2, "git follows no such link either");
    let problems = problems(&["repo"]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("repo/sub/.podlineignore: leads to "), "{problems:?}");
    assert!(!problems[0].contains("hunter2"));
    fs::remove_file(tree.root().join("repo/sub/.podlineignore")).unwrap();
    tree.link("../rules", "repo/sub/.podlineignore");
    assert_eq!(read(&["repo"]), ["repo/a.yaml"], "one inside counts");
}
