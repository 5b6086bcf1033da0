//! `--as-walked`: named files follow the rules of the walk.

use super::*;

fn options() -> WalkOptions {
    WalkOptions { as_walked: true, ..super::options() }
}

#[test]
fn a_file_needs_the_ending_of_a_manifest() {
    let _tree = Tree::new(&["a.yaml", "b.txt"]);
    let found = run(&["a.yaml", "b.txt"], &options());
    assert_eq!(found.inputs.len(), 1);
    assert_eq!(found.left_out, 1);
    assert_eq!(found.passed_over[0].display, "b.txt");
}

#[test]
fn a_file_counts_as_walked() {
    let _tree = Tree::new(&["a.yaml"]);
    assert!(!run(&["a.yaml"], &options()).inputs[0].named);
}

#[test]
fn hidden_directories_of_tools_are_left_out_and_others_are_not() {
    let _tree = Tree::new(&[".github/a.yaml", ".b.yaml", "c/.d/e/f.yaml", "c/.venv/e/g.yaml"]);
    let files = [".github/a.yaml", ".b.yaml", "c/.d/e/f.yaml", "c/.venv/e/g.yaml"];
    assert_eq!(read_with(&files, &options()), [".b.yaml", "c/.d/e/f.yaml"]);
}

#[test]
fn of_every_file_that_is_left_out_it_is_said_why() {
    let tree = Tree::new(&[".git/config", "gen/x/a.yaml", "b.yaml", "c.txt", ".venv/d.yaml", "e.yaml", "f.yaml"]);
    tree.write(".gitignore", "gen/\n");
    tree.write(".podlineignore", "b.yaml\n");
    let options = WalkOptions { exclude: vec!["/e.yaml".to_owned()], ..options() };
    let files = ["gen/x/a.yaml", "b.yaml", "c.txt", ".venv/d.yaml", "e.yaml", "f.yaml"];
    let expected = [
        "gen/x/a.yaml: by gen/ in .gitignore",
        "b.yaml: by b.yaml in .podlineignore",
        "c.txt: neither *.yaml, *.yml nor *.json",
        ".venv/d.yaml: settings or caches of a tool",
        "e.yaml: by /e.yaml in --exclude",
    ];
    assert_eq!(passed_over_with(&files, &options), expected);
    assert_eq!(read_with(&files, &options), ["f.yaml"]);
}

#[test]
fn a_hidden_directory_above_the_project_does_not_matter() {
    let tree = Tree::new(&[".worktrees/one/a.yaml"]);
    tree.enter(".worktrees/one");
    assert_eq!(read_with(&["a.yaml"], &options()), ["a.yaml"]);
}

#[test]
fn hidden_directories_count_from_the_root_of_the_checkout() {
    let tree = Tree::new(&[".git/config", ".github/a.yaml", "deploy/b.yaml"]);
    tree.enter(".github");
    assert_eq!(read_with(&["a.yaml", "../deploy/b.yaml"], &options()), ["../deploy/b.yaml"]);
}

#[test]
fn ignore_files_of_all_parents_count() {
    let tree = Tree::new(&[".git/config", "a/b/1.yaml", "a/b/2.yaml", "a/b/3.yaml", "a/b/4.yaml"]);
    tree.write(".gitignore", "/a/b/1.yaml\n");
    tree.write("a/.podlineignore", "b/2.yaml\n");
    tree.write("a/b/.gitignore", "3.yaml\n");
    let files = ["a/b/1.yaml", "a/b/2.yaml", "a/b/3.yaml", "a/b/4.yaml"];
    assert_eq!(read_with(&files, &options()), ["a/b/4.yaml"]);
    tree.enter("a/b");
    assert_eq!(read_with(&["1.yaml", "2.yaml", "3.yaml", "4.yaml"], &options()), ["4.yaml"]);
}

#[test]
fn a_file_in_an_ignored_directory_is_left_out() {
    let tree = Tree::new(&[".git/config", "build/x/a.yaml", "b.yaml"]);
    tree.write(".gitignore", "build\n");
    assert_eq!(read_with(&["build/x/a.yaml", "b.yaml"], &options()), ["b.yaml"]);
    tree.enter("build/x");
    assert_eq!(read_with(&["a.yaml"], &options()), [""; 0]);
}

#[test]
fn exclude_is_forced() {
    let _tree = Tree::new(&["gen/a.yaml", "b.yaml"]);
    let options = WalkOptions { as_walked: true, ..excluding(&["gen"]) };
    assert_eq!(read_with(&["gen/a.yaml", "b.yaml"], &options), ["b.yaml"]);
}

#[test]
fn no_ignore_counts_here_too() {
    let tree = Tree::new(&["a.yaml", ".hidden/b.yaml"]);
    tree.write(".gitignore", "a.yaml\n");
    tree.write(".github/c.yaml", "");
    let options = WalkOptions { no_ignore: true, ..options() };
    assert_eq!(read_with(&["a.yaml", ".hidden/b.yaml", ".github/c.yaml"], &options).len(), 3);
}

#[test]
fn a_named_directory_is_walked_as_always() {
    let tree = Tree::new(&[".hidden/a.yaml", "build/b.yaml", "c.yaml"]);
    tree.write(".gitignore", "build\n");
    let paths = [".hidden", "build", "build/b.yaml", "c.yaml"];
    assert_eq!(read_with(&paths, &options()), [".hidden/a.yaml", "build/b.yaml", "c.yaml"]);
}

#[test]
fn a_file_elsewhere_follows_its_own_checkout() {
    let tree = Tree::new(&["here/x.yaml", "there/.git/config", "there/.vscode/a.yaml", "there/b.yaml", "there/c.yaml"]);
    tree.write("there/.gitignore", "b.yaml\n");
    tree.enter("here");
    let files = ["../there/.vscode/a.yaml", "../there/b.yaml", "../there/c.yaml"];
    assert_eq!(read_with(&files, &options()), ["../there/c.yaml"]);
}

#[test]
fn standard_input_is_read() {
    let _tree = Tree::new(&[]);
    assert_eq!(read_with(&["-"], &options()), ["<stdin>"]);
}

#[test]
fn a_path_that_does_not_exist_is_a_problem() {
    let _tree = Tree::new(&[]);
    assert_eq!(run(&["gone.yaml"], &options()).problems.len(), 1);
}

#[test]
fn it_reads_what_a_walk_reads() {
    let tree = Tree::new(&[]);
    let files = [
        "a.yaml",
        "b.txt",
        "x/c.yml",
        "x/y/d.json",
        "x/y/e.gen.yaml",
        ".h/f.yaml",
        "x/.h/g.yaml",
        "sub/h.yaml",
        ".idea/i.yaml",
        "x/.cache/j/k.yaml",
    ];
    for file in files {
        tree.write(file, "");
    }
    tree.write(".gitignore", "*.gen.yaml\n/x/y\n");
    tree.write("x/.podlineignore", "!y\n");
    tree.write("sub/.git", "");
    let walked = read_with(&["."], &super::options());
    let mut named = read_with(&files, &options());
    named.sort();
    let mut expected = walked.clone();
    expected.sort();
    assert_eq!(named, expected);
    assert_eq!(walked, [".h/f.yaml", "a.yaml", "sub/h.yaml", "x/.h/g.yaml", "x/c.yml", "x/y/d.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_and_its_target_are_one_file() {
    let tree = Tree::new(&["b.yaml"]);
    tree.link("b.yaml", "a.yaml");
    assert_eq!(read_with(&["a.yaml", "b.yaml"], &options()), ["b.yaml"]);
}
