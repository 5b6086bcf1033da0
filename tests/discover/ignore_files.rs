//! `.gitignore` and `.podlineignore`.

use super::*;

#[test]
fn a_gitignore_counts_outside_a_checkout() {
    let tree = Tree::new(&["a.yaml", "build/b.yaml", "sub/build/c.yaml"]);
    tree.write(".gitignore", "build/\n");
    assert_eq!(read(&["."]), ["a.yaml"]);
}

#[test]
fn a_nearer_gitignore_is_stronger() {
    let tree = Tree::new(&["a.gen.yaml", "sub/b.gen.yaml"]);
    tree.write(".gitignore", "*.gen.yaml\n");
    tree.write("sub/.gitignore", "!b.gen.yaml\n");
    assert_eq!(read(&["."]), ["sub/b.gen.yaml"]);
}

#[test]
fn ignore_files_of_parents_count() {
    let tree = Tree::new(&["sub/deep/a.yaml", "sub/deep/b.yaml", "sub/deep/c.yaml"]);
    tree.write(".gitignore", "/sub/deep/a.yaml\n");
    tree.write("sub/.podlineignore", "deep/b.yaml\n");
    assert_eq!(read(&["sub/deep"]), ["sub/deep/c.yaml"]);
    tree.enter("sub/deep");
    assert_eq!(read(&["."]), ["c.yaml"]);
    assert_eq!(read(&["../deep"]), ["../deep/c.yaml"]);
}

#[test]
fn podlineignore_is_stronger_than_any_gitignore() {
    let tree = Tree::new(&["sub/a.yaml", "sub/b.yaml"]);
    tree.write(".podlineignore", "!a.yaml\nb.yaml\n");
    tree.write("sub/.gitignore", "a.yaml\n!b.yaml\n");
    assert_eq!(read(&["."]), ["sub/a.yaml"]);
}

#[test]
fn a_nearer_podlineignore_is_stronger() {
    let tree = Tree::new(&["a.yaml", "sub/a.yaml"]);
    tree.write(".podlineignore", "a.yaml\n");
    tree.write("sub/.podlineignore", "!a.yaml\n");
    assert_eq!(read(&["."]), ["sub/a.yaml"]);
}

#[test]
fn a_gitignore_above_the_checkout_does_not_count() {
    let tree = Tree::new(&["repo/a.yaml", "repo/.git/config", "other/b.yaml"]);
    tree.write(".gitignore", "*.yaml\n");
    assert_eq!(read(&["repo"]), ["repo/a.yaml"]);
    assert_eq!(read(&["other"]), [""; 0]);
}

#[test]
fn a_gitignore_does_not_reach_into_a_checkout_within() {
    let tree = Tree::new(&["sub/.git", "sub/a.yaml", "b.yaml", "sub/c.yaml"]);
    tree.write(".gitignore", "*.yaml\n");
    tree.write("sub/.gitignore", "c.yaml\n");
    assert_eq!(read(&["."]), ["sub/a.yaml"]);
}

#[test]
fn a_podlineignore_reaches_into_checkouts() {
    let tree = Tree::new(&["sub/.git", "sub/a.yaml", "b.yaml"]);
    tree.write(".podlineignore", "a.yaml\n");
    assert_eq!(read(&["."]), ["b.yaml"]);
    assert_eq!(read(&["sub"]), [""; 0]);
}

#[test]
fn git_info_exclude_is_not_read() {
    let tree = Tree::new(&["a.yaml"]);
    tree.write(".git/info/exclude", "a.yaml\n");
    assert_eq!(read(&["."]), ["a.yaml"]);
}

#[test]
fn an_ignored_directory_that_is_named_is_read_all_of_it() {
    let files = ["build/a.yaml", "build/sub/b.yaml", "build/c.tmp.yaml", "build/sub/d.yaml", "e.tmp.yaml"];
    for rule in ["build", "build/", "build/*", "/build/**", "*", "buil[d]\n!build/sub"] {
        let tree = Tree::new(&files);
        tree.write(".gitignore", &format!("*.tmp.yaml\n{rule}\n"));
        tree.write("build/sub/.gitignore", "d.yaml\n");
        assert_eq!(read(&["build"]), ["build/a.yaml", "build/c.tmp.yaml", "build/sub/b.yaml"], "{rule}");
        assert_eq!(read(&["build/sub"]), ["build/sub/b.yaml"], "{rule}");
        assert_eq!(read(&["build/sub", "."])[0], "build/sub/b.yaml", "{rule}");
        tree.enter("build");
        assert_eq!(read(&["."]), ["a.yaml", "c.tmp.yaml", "sub/b.yaml"], "{rule}");
    }
}

#[test]
fn a_named_directory_is_read_although_a_podlineignore_covers_it() {
    let tree = Tree::new(&["build/a.yaml", "build/sub/b.yaml"]);
    tree.write(".podlineignore", "build\n");
    assert_eq!(read(&["build"]), ["build/a.yaml", "build/sub/b.yaml"]);
    assert_eq!(read(&["."]), [""; 0]);
}

#[test]
fn rules_for_some_files_of_a_named_directory_count_in_it() {
    let tree = Tree::new(&["build/a.yaml", "build/b.yaml", "build/gen/c.yaml"]);
    tree.write(".gitignore", "b.yaml\ngen/\n");
    assert_eq!(read(&["build"]), ["build/a.yaml"]);
    assert_eq!(passed_over(&["build"]), ["build/b.yaml: by b.yaml in .gitignore", "build/gen: by gen/ in .gitignore"]);
}

#[test]
fn the_star_by_which_a_directory_is_kept_empty_does_not_empty_it_when_it_is_named() {
    let tree =
        Tree::new(&["rendered/a.yaml", "rendered/sub/b.yaml", "repo/.git/config", "repo/a.yaml", "repo/deploy/b.yaml"]);
    tree.write("rendered/.gitignore", "*\n!.gitignore\n");
    assert_eq!(read(&["rendered"]), ["rendered/a.yaml", "rendered/sub/b.yaml"]);
    assert_eq!(
        passed_over(&["."])[..2],
        ["rendered/a.yaml: by * in rendered/.gitignore", "rendered/sub: by * in rendered/.gitignore"]
    );
    tree.write("repo/.gitignore", "/*\n!/deploy\n");
    assert_eq!(read(&["repo"]), ["repo/deploy/b.yaml"], "that of a checkout says what is in it");
}

#[test]
fn what_is_left_out_is_told_once_with_its_rule_and_not_entered() {
    let tree = Tree::new(&["build/a.yaml", "build/b/c.yaml", "d.yaml", "readme.md", "x/e.json", "f.yaml"]);
    tree.write(".gitignore", "build/\nreadme.md\n");
    tree.write("x/.gitignore", "*.json\n");
    tree.write(".podlineignore", "d.yaml\n");
    let expected = [
        "build: by build/ in .gitignore",
        "d.yaml: by d.yaml in .podlineignore",
        "x/e.json: by *.json in x/.gitignore",
    ];
    assert_eq!(passed_over(&["."]), expected);
    assert_eq!(passed_over(&[".", "x", "f.yaml"]), expected);
    tree.enter("x");
    assert_eq!(passed_over(&["../x"]), ["../x/e.json: by *.json in .gitignore"]);
    assert_eq!(passed_over(&[".."])[0], "../build: by build/ in ../.gitignore");
}

#[test]
fn a_file_in_an_ignored_directory_cannot_be_taken_back() {
    let tree = Tree::new(&["build/a.yaml"]);
    tree.write(".gitignore", "build\n!build/a.yaml\n");
    assert_eq!(read(&["."]), [""; 0]);
}

#[test]
fn hidden_directories_of_tools_cannot_be_taken_back() {
    let tree = Tree::new(&[".github/a.yaml"]);
    tree.write(".podlineignore", "!.github\n");
    assert_eq!(read(&["."]), [""; 0]);
}

#[test]
fn no_ignore_reads_all_but_what_version_control_keeps() {
    let tree = Tree::new(&["a.yaml", "b.yaml", ".venv/c.yaml", ".git/d.yaml", "build/e.yaml"]);
    tree.write(".gitignore", "a.yaml\nbuild\n");
    tree.write(".podlineignore", "b.yaml\n[\n");
    let options = WalkOptions { no_ignore: true, ..options() };
    assert_eq!(read_with(&["."], &options), [".venv/c.yaml", "a.yaml", "b.yaml", "build/e.yaml"]);
    assert_eq!(passed_over_with(&["."], &options), [".git: what version control keeps for itself"]);
}

#[test]
fn a_byte_order_mark_crlf_and_foreign_bytes_do_no_harm() {
    let tree = Tree::new(&["a.yaml", "b.yaml"]);
    fs::write(tree.root().join(".gitignore"), b"\xEF\xBB\xBFa.yaml\r\n\xFF\xFE\r\nb.yaml\r\n").unwrap();
    assert_eq!(read(&["."]), [""; 0]);
}

#[test]
fn a_bad_line_in_a_podlineignore_is_a_problem_and_the_others_count() {
    let tree = Tree::new(&["a.yaml", "b.yaml"]);
    tree.write("sub/.podlineignore", "# fine\n{x\n");
    tree.write(".podlineignore", "a.yaml\n");
    let problems = problems(&[".", "sub"]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("sub/.podlineignore: line 2: "), "{problems:?}");
    assert_eq!(run(&["."], &options()).inputs.len(), 1);
}

#[test]
fn a_bad_line_in_a_gitignore_is_passed_over_as_by_git() {
    let tree = Tree::new(&["a.yaml", "b.yaml"]);
    tree.write(".gitignore", "{x\na.yaml\n");
    assert_eq!(read(&["."]), ["b.yaml"]);
}

#[cfg(unix)]
#[test]
fn an_ignore_file_may_be_a_link() {
    let tree = Tree::new(&["a/pod.yaml", "b/pod.yaml", "c/pod.yaml"]);
    tree.write("rules", "pod.yaml\n");
    tree.link("../rules", "a/.gitignore");
    tree.link("../rules", "b/.podlineignore");
    assert_eq!(read(&["."]), ["c/pod.yaml"]);
}

#[test]
fn an_ignore_file_matters_where_there_is_something_to_ignore() {
    let tree = Tree::new(&["a.yaml", "docs/readme.md"]);
    tree.write("docs/.podlineignore", "a{b\n");
    assert_eq!(read(&["."]), ["a.yaml"]);
    tree.write("docs/b.yaml", "");
    assert_eq!(problems(&["."]).len(), 1);
}
