//! Symbolic links.

use super::*;

#[test]
fn links_to_files_are_followed() {
    let tree = Tree::repository(&["elsewhere/real.txt", "walk/b.yaml"]);
    tree.link("../elsewhere/real.txt", "walk/a.yaml");
    assert_eq!(read(&["walk"]), ["walk/a.yaml", "walk/b.yaml"]);
}

#[test]
fn links_to_directories_are_followed_in_their_place() {
    let tree = Tree::repository(&["elsewhere/sub/x.yaml", "walk/a.yaml", "walk/c.yaml"]);
    tree.link("../elsewhere", "walk/b");
    assert_eq!(read(&["walk"]), ["walk/a.yaml", "walk/b/sub/x.yaml", "walk/c.yaml"]);
}

#[test]
fn links_behind_links_are_followed() {
    let tree = Tree::repository(&["one/x.yaml", "two/y.yaml", "walk/a.yaml"]);
    tree.link("../one", "walk/one");
    tree.link("../two", "one/two");
    assert_eq!(read(&["walk"]), ["walk/a.yaml", "walk/one/two/y.yaml", "walk/one/x.yaml"]);
}

#[test]
fn a_file_has_its_own_name_before_a_link() {
    let tree = Tree::new(&["z.yaml", "real/y.yaml"]);
    tree.link("z.yaml", "a.yaml");
    tree.link("real", "link");
    tree.link("real/y.yaml", "b.yaml");
    assert_eq!(read(&["."]), ["real/y.yaml", "z.yaml"]);
}

#[test]
fn a_named_link_keeps_its_name_and_place() {
    let tree = Tree::new(&["real.yaml", "dir/x.yaml"]);
    tree.link("real.yaml", "link.yaml");
    tree.link("dir", "linked");
    assert_eq!(read(&["link.yaml", "real.yaml"]), ["link.yaml"]);
    assert_eq!(read(&["linked", "dir"]), ["linked/x.yaml"]);
    assert_eq!(read(&["dir", "linked"]), ["dir/x.yaml"]);
}

#[test]
fn several_links_to_one_file_are_read_through_the_first() {
    let tree = Tree::repository(&["elsewhere/x.yaml", "walk/0.yaml"]);
    tree.link("../elsewhere", "walk/b");
    tree.link("../elsewhere", "walk/a");
    tree.link("../elsewhere/x.yaml", "walk/c.yaml");
    assert_eq!(read(&["walk"]), ["walk/0.yaml", "walk/a/x.yaml"]);
}

#[test]
fn links_follow_the_rules_of_where_they_stand() {
    let tree = Tree::repository(&["out/x.yaml", "out/y.yaml", "walk/a.yaml"]);
    tree.write("walk/.gitignore", "ignored/\nlink/y.yaml\n");
    for link in ["walk/ignored", "walk/.idea", "walk/excluded", "walk/link"] {
        tree.link("../out", link);
    }
    assert_eq!(read_with(&["walk"], &excluding(&["excluded/"])), ["walk/a.yaml", "walk/link/x.yaml"]);
}

#[test]
fn a_loop_is_told_once_and_passed_over() {
    let tree = Tree::new(&["a/b/x.yaml", "y.yaml"]);
    tree.link("..", "a/b/up");
    tree.link(".", "a/b/self");
    tree.link("round", "round");
    tree.link("there.yaml", "back.yaml");
    tree.link("back.yaml", "there.yaml");
    let looped = ["a/b/self", "a/b/up", "back.yaml", "round", "there.yaml"];
    let expected = looped.map(|link| format!("{link}: a symbolic link that leads in a circle"));
    assert_eq!(passed_over(&["."]), expected);
    assert_eq!(read(&["."]), ["a/b/x.yaml", "y.yaml"]);
}

#[test]
fn a_named_link_to_itself_is_a_problem() {
    let tree = Tree::new(&[]);
    tree.link("round", "round");
    let problems = problems(&["round"]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("round: too many levels of symbolic links"), "{problems:?}");
}

#[test]
fn directories_that_link_to_each_other_are_read_once() {
    let tree = Tree::repository(&["a/x.yaml", "b/y.yaml"]);
    tree.link("../b", "a/b");
    tree.link("../a", "b/a");
    assert_eq!(read(&["."]), ["a/x.yaml", "b/y.yaml"]);
    assert_eq!(read(&["a"]), ["a/b/y.yaml", "a/x.yaml"]);
}

#[test]
fn links_that_fan_out_cost_no_time() {
    // Followed one by one these would be 2^30 paths.
    let tree = Tree::repository(&["bomb/30/x.yaml", "start/y.yaml"]);
    for i in 0..30 {
        for side in ["left", "right"] {
            tree.link(&format!("../{}", i + 1), &format!("bomb/{i}/{side}"));
        }
    }
    tree.link("../bomb/0", "start/bomb");
    assert_eq!(read(&["."]), ["bomb/30/x.yaml", "start/y.yaml"]);
    assert_eq!(read(&["start"]).len(), 2);
}

#[test]
fn a_broken_link_is_a_problem_if_a_manifest_would_be_there() {
    let tree = Tree::new(&["a.yaml"]);
    tree.link("gone", "result");
    tree.link("gone.yaml", "b.yaml");
    tree.link("a.yaml/gone.yaml", "c.yaml");
    let problems = problems(&["."]);
    assert_eq!(problems, ["b.yaml: broken symbolic link", "c.yaml: not a directory"]);
}

#[test]
fn a_broken_link_that_the_walk_leaves_out_is_none() {
    let tree = Tree::new(&["a.yaml"]);
    tree.write(".gitignore", "/ignored.yaml\n/bazel-out\n");
    tree.link("gone", "ignored.yaml");
    tree.link("gone", "excluded.yaml");
    tree.link("bazel-out", "bazel-out");
    assert_eq!(read_with(&["."], &excluding(&["excluded.yaml"])), ["a.yaml"]);
}

#[test]
fn the_lock_files_of_emacs_are_no_problem() {
    let tree = Tree::new(&["a.yaml"]);
    tree.link("me@host.1234:1700000000", ".#a.yaml");
    assert_eq!(read(&["."]), ["a.yaml"]);
}

#[test]
fn a_named_broken_link_is_a_problem() {
    let tree = Tree::new(&[]);
    tree.link("gone", "link");
    assert_eq!(problems(&["link"]), ["link: broken symbolic link"]);
}

#[test]
fn dots_after_a_link_lead_up_from_its_target() {
    let tree = Tree::new(&["far/away/dir/x.yaml", "far/away/a.yaml", "far/away/b.yaml"]);
    tree.write("far/away/.gitignore", "b.yaml\n");
    tree.write(".gitignore", "/a.yaml\n");
    tree.link("far/away/dir", "link");
    assert_eq!(read(&["link/.."]), ["link/../a.yaml", "link/../dir/x.yaml"]);
}
