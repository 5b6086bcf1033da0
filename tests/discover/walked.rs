//! What a walk reads, and in which order.

use super::*;

#[test]
fn manifests_are_known_by_their_ending_in_any_case() {
    let _tree = Tree::new(&["a.yaml", "b.yml", "c.json", "D.YAML", "e.yaml.bak", "f.txt", "yaml", "g.jsonl"]);
    assert_eq!(read(&["."]), ["D.YAML", "a.yaml", "b.yml", "c.json"]);
}

#[test]
fn a_directory_stands_where_its_name_stands() {
    let _tree = Tree::new(&["a-c.yaml", "a/b.yaml", "a.yaml", "B.yaml", "a/b/c.yaml", "ä.yaml", "a0.yaml"]);
    let sorted = ["B.yaml", "a/b/c.yaml", "a/b.yaml", "a-c.yaml", "a.yaml", "a0.yaml", "ä.yaml"];
    assert_eq!(read(&["."]), sorted);
}

#[test]
fn paths_stand_in_the_order_given() {
    let _tree = Tree::new(&["a/1.yaml", "b/2.yaml", "c.yaml"]);
    assert_eq!(read(&["c.yaml", "b", "a"]), ["c.yaml", "b/2.yaml", "a/1.yaml"]);
}

#[test]
fn the_number_of_threads_does_not_show() {
    let files: Vec<_> = (0..300).map(|i| format!("{}/{}/{i}.yaml", i % 7, i % 13)).collect();
    let _tree = Tree::new(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let read_by = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read(&["3", "."]))
    };
    let one = read_by(1);
    assert_eq!(one.len(), 300);
    for threads in [0, 2, 3, 8] {
        assert_eq!(read_by(threads), one);
    }
}

#[test]
fn hidden_directories_are_read_but_for_those_of_tools() {
    let files = ["a.yaml", ".k8s/b.yaml", ".tekton/.x/c.yaml", ".github/ci.yaml", "deploy/.venv/d.yaml", ".git/e.yaml"];
    let _tree = Tree::new(&files);
    assert_eq!(read(&["."]), [".k8s/b.yaml", ".tekton/.x/c.yaml", "a.yaml"]);
    let expected = [
        ".git: what version control keeps for itself",
        ".github: settings or caches of a tool",
        "deploy/.venv: settings or caches of a tool",
    ];
    assert_eq!(passed_over(&["."]), expected);
}

#[test]
fn hidden_files_are_read() {
    let _tree = Tree::new(&[".gitlab-ci.yaml", "deploy/.hidden.yml"]);
    assert_eq!(read(&["."]), [".gitlab-ci.yaml", "deploy/.hidden.yml"]);
}

#[test]
fn a_hidden_directory_that_is_named_is_walked() {
    let _tree = Tree::new(&[".github/ci.yaml", ".github/.cache/x.yaml", ".git/x.yaml"]);
    assert_eq!(read(&[".github"]), [".github/ci.yaml"]);
    assert_eq!(read(&[".git"]), [".git/x.yaml"]);
}

#[test]
fn a_walked_file_is_not_named() {
    let _tree = Tree::new(&["a.yaml"]);
    let inputs = run(&["."], &options()).inputs;
    assert_eq!(inputs.len(), 1);
    assert!(!inputs[0].named);
    assert_eq!(inputs[0].source, source("a.yaml"));
}

#[test]
fn the_working_directory_does_not_show() {
    let _tree = Tree::new(&["dir/a.yaml"]);
    for path in [".", "./", "./.", "./dir", "dir/", ".//dir/./", "./dir/a.yaml"] {
        assert_eq!(read(&[path]), ["dir/a.yaml"], "{path}");
    }
}

#[test]
fn a_path_upwards_is_shown_as_given() {
    let tree = Tree::new(&["a/x.yaml", "b/y.yaml"]);
    tree.enter("a");
    assert_eq!(read(&["../b"]), ["../b/y.yaml"]);
    assert_eq!(read(&[".."]), ["../a/x.yaml", "../b/y.yaml"]);
}

#[test]
fn an_absolute_path_is_shown_as_given() {
    let tree = Tree::new(&["dir/a.yaml"]);
    let dir = tree.root().join("dir");
    let shown = format!("{}/a.yaml", dir.display()).replace('\\', "/");
    assert_eq!(read(&[dir.to_str().unwrap()]), [shown]);
}

#[test]
fn a_directory_called_dash_can_be_walked() {
    let _tree = Tree::new(&["-/a.yaml"]);
    assert_eq!(read(&["./-"]), ["-/a.yaml"]);
}

#[test]
fn an_empty_directory_is_no_problem() {
    let _tree = Tree::new(&[]);
    assert_eq!(read(&["."]), [""; 0]);
    assert_eq!(read(&[]), [""; 0]);
}

#[test]
fn a_directory_tells_which_of_the_noted_names_it_does_not_hold() {
    let _tree = Tree::new(&["a/pod.yaml", "a/Kustomization", "a/b/pod.yaml"]);
    let options = WalkOptions { noted: &["kustomization", "podline.yaml"], ..options() };
    let inputs = run(&["."], &options).inputs;
    let [a, b] = [&inputs[1], &inputs[0]].map(|input| input.directory.as_deref().unwrap());
    assert_eq!((a.path.as_path(), b.path.as_path()), (Path::new("a"), Path::new("a/b")));
    assert_eq!(b.above.as_ref().unwrap().path, Path::new("a"));
    // In any case: whether it matters is for the file system to say.
    assert!(a.may_hold("kustomization") && !a.may_hold("podline.yaml") && !a.may_hold(".gitignore"));
    assert!(!b.may_hold("kustomization"));
    assert!(b.may_hold("what nobody asked for"));
}

#[test]
fn a_directory_may_be_called_like_standard_input() {
    let _tree = Tree::new(&["-/a.yaml"]);
    assert_eq!(read(&["./-"]), ["-/a.yaml"]);
}
