//! `--exclude` and `--force-exclude`.

use super::*;

const FILES: [&str; 5] = ["a.gen.yaml", "a.yaml", "dir/b.gen.yaml", "dir/b.yaml", "x/dir/c.yaml"];

fn left(glob: &str) -> Vec<String> {
    let _tree = Tree::new(&FILES);
    read_with(&["."], &excluding(&[glob]))
}

#[test]
fn a_name_excludes_at_any_depth() {
    let rest = ["a.gen.yaml", "a.yaml"];
    for glob in ["dir", "dir/", "**/dir", "**/dir/**"] {
        assert_eq!(left(glob), rest, "{glob}");
    }
    assert_eq!(left("*.gen.yaml"), ["a.yaml", "dir/b.yaml", "x/dir/c.yaml"]);
}

#[test]
fn a_slash_ties_a_glob_to_the_working_directory() {
    let rest = ["a.gen.yaml", "a.yaml", "x/dir/c.yaml"];
    for glob in ["/dir", "./dir", "dir/*", "dir/**"] {
        assert_eq!(left(glob), rest, "{glob}");
    }
}

#[test]
fn a_glob_with_a_slash_at_its_end_spares_files() {
    assert_eq!(left("a.yaml/"), FILES);
}

#[test]
fn several_globs_all_count() {
    let _tree = Tree::new(&FILES);
    assert_eq!(read_with(&["."], &excluding(&["dir", "*.gen.yaml", ""])), ["a.yaml"]);
}

#[test]
fn globs_begin_at_the_working_directory_wherever_the_walk_begins() {
    let tree = Tree::new(&FILES);
    let absolute = tree.root().join("x");
    for path in ["x", "./x", absolute.to_str().unwrap()] {
        assert_eq!(run(&[path], &excluding(&["x/dir"])).inputs, [], "{path}");
        assert_eq!(run(&[path], &excluding(&["/dir"])).inputs.len(), 1, "{path}");
    }
}

#[test]
fn an_absolute_path_and_one_upwards_exclude_what_they_name() {
    let tree = Tree::new(&["a/x.yaml", "a/gen/y.yaml", "b/gen/z.yaml", "b[1]/gen/w.yaml"]);
    let root = tree.root().display().to_string();
    let read_without = |path: &str, glob: &str| read_with(&[path], &excluding(&[glob]));
    for directory in ["a", "b[1]"] {
        tree.enter(directory);
        let absolute = format!("{root}/b/gen");
        for glob in [
            "../b",
            "../b/",
            "../b/gen",
            "../b/*",
            &absolute,
            &format!("{root}/b"),
            "./../*/../b/gen/x/..",
            "../**/gen/z.yaml",
        ] {
            if glob.contains("*/..") {
                assert!(discover(&[PathBuf::from("..")], &excluding(&[glob])).is_err(), "{glob}");
                continue;
            }
            let left: Vec<String> = read_without("..", glob);
            assert_eq!(left, ["../a/gen/y.yaml", "../a/x.yaml", "../b[1]/gen/w.yaml"], "{directory} {glob}");
            assert_eq!(read_without(&root, glob).len(), 3, "{directory} {glob}");
        }
    }
    tree.enter("a");
    for glob in ["gen/../gen", "../a/gen", &format!("{root}/a/gen"), &format!("{root}/a/g*")] {
        assert_eq!(read_without(".", glob), ["x.yaml"], "{glob}");
        assert_eq!(read_without(&format!("{root}/a"), glob).len(), 1, "{glob}");
    }
    assert_eq!(read_without(".", "..").len(), 2, "what is named is read");
    let forced = WalkOptions { force_exclude: true, ..excluding(&["../b/gen"]) };
    assert_eq!(read_with(&["../b/gen/z.yaml", "x.yaml"], &forced), ["x.yaml"]);
}

#[test]
fn a_hash_is_no_comment() {
    let _tree = Tree::new(&["#a.yaml", "b.yaml"]);
    assert_eq!(read_with(&["."], &excluding(&["#a.yaml"])), ["b.yaml"]);
}

#[test]
fn no_ignore_leaves_exclude_in_force() {
    let _tree = Tree::new(&FILES);
    let options = WalkOptions { no_ignore: true, ..excluding(&["dir", "*.gen.yaml"]) };
    assert_eq!(read_with(&["."], &options), ["a.yaml"]);
}

#[test]
fn what_is_named_is_excluded_only_by_force() {
    let _tree = Tree::new(&FILES);
    let paths = ["dir/b.yaml", "a.yaml", "x/dir"];
    let mut options = excluding(&["dir"]);
    assert_eq!(read_with(&paths, &options), ["dir/b.yaml", "a.yaml", "x/dir/c.yaml"]);
    options.force_exclude = true;
    let found = run(&paths, &options);
    assert_eq!(found.inputs.len(), 1);
    assert_eq!(found.inputs[0].display, "a.yaml");
    assert_eq!(found.left_out, 2);
}

#[test]
fn force_exclude_without_globs_changes_nothing() {
    let _tree = Tree::new(&FILES);
    let options = WalkOptions { force_exclude: true, ..options() };
    assert_eq!(read_with(&["dir/b.yaml", "-", "."], &options).len(), FILES.len() + 1);
}

#[test]
fn a_bad_glob_is_an_error_that_names_it() {
    for (glob, reason) in [("a[", "unclosed"), ("{a", "unclosed"), ("a\\", "dangling"), ("!a", "not supported")] {
        let error = discover(&[PathBuf::from(".")], &excluding(&["fine", glob])).unwrap_err();
        assert_eq!(error.glob, glob);
        assert!(error.reason.contains(reason), "{error}");
        assert!(error.to_string().contains(glob), "{error}");
    }
}
