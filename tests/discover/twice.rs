//! A file reached twice is read once.

use super::*;

#[test]
fn the_same_path_twice() {
    let _tree = Tree::new(&["a.yaml", "dir/b.yaml"]);
    assert_eq!(read(&["a.yaml", "./a.yaml", "dir", "./dir/", "dir"]), ["a.yaml", "dir/b.yaml"]);
}

#[test]
fn a_file_and_its_directory_at_the_first_place_and_named() {
    let _tree = Tree::new(&["dir/a.yaml", "dir/b.yaml"]);
    for paths in [["dir", "dir/b.yaml"], ["dir/b.yaml", "dir"]] {
        let inputs = run(&paths, &options()).inputs;
        let named: Vec<_> = inputs.iter().filter(|input| input.named).map(|input| input.display.as_str()).collect();
        assert_eq!(inputs.len(), 2);
        assert_eq!(named, ["dir/b.yaml"]);
    }
    assert_eq!(read(&["dir", "dir/b.yaml"]), ["dir/a.yaml", "dir/b.yaml"]);
    assert_eq!(read(&["dir/b.yaml", "dir"]), ["dir/b.yaml", "dir/a.yaml"]);
}

#[test]
fn a_directory_and_one_below_it() {
    let _tree = Tree::new(&["a/b/1.yaml", "a/c/2.yaml"]);
    assert_eq!(read(&["a", "a/b"]), ["a/b/1.yaml", "a/c/2.yaml"]);
    assert_eq!(read(&["a/c", "."]), ["a/c/2.yaml", "a/b/1.yaml"]);
}

#[test]
fn a_relative_and_an_absolute_path() {
    let tree = Tree::new(&["a.yaml"]);
    assert_eq!(read(&[".", tree.root().to_str().unwrap()]), ["a.yaml"]);
}

#[test]
fn a_path_with_a_detour() {
    let _tree = Tree::new(&["a/x.yaml", "b/y.yaml"]);
    assert_eq!(read(&["a/x.yaml", "b/../a"]), ["a/x.yaml"]);
}

#[test]
fn another_link_to_a_file_or_a_directory_is_told_and_another_spelling_is_not() {
    let tree = Tree::new(&["real/a.yaml", "b.yaml"]);
    tree.link("real", "directory");
    tree.link("b.yaml", "c.yaml");
    tree.link("real/a.yaml", "d.yaml");
    let expected = [
        "c.yaml: leads to b.yaml, which is read",
        "d.yaml: leads to real/a.yaml, which is read",
        "directory: leads to real, which is read",
    ];
    assert_eq!(passed_over(&["."]), expected);
    assert_eq!(passed_over(&[".", "./b.yaml", "real/../real", tree.root().to_str().unwrap()]), expected);
    assert_eq!(passed_over(&["c.yaml", "b.yaml"]), ["b.yaml: leads to c.yaml, which is read"]);
}

#[test]
fn hard_links_are_two_files() {
    let _tree = Tree::new(&["a.yaml"]);
    fs::hard_link("a.yaml", "b.yaml").unwrap();
    assert_eq!(read(&[".", "a.yaml"]), ["a.yaml", "b.yaml"]);
}
