//! Paths on the command line.

use super::*;

#[test]
fn a_named_file_is_read_whatever_its_name() {
    let _tree = Tree::new(&["Makefile", "notes.txt"]);
    let inputs = run(&["notes.txt", "Makefile"], &options()).inputs;
    assert_eq!(inputs.iter().map(|input| input.display.as_str()).collect::<Vec<_>>(), ["notes.txt", "Makefile"]);
    assert!(inputs.iter().all(|input| input.named));
}

#[test]
fn a_named_file_is_read_in_ignored_and_hidden_directories() {
    let tree = Tree::new(&[".github/a.yaml", "build/b.yaml"]);
    tree.write(".gitignore", "build\n*.yaml\n");
    tree.write(".podlineignore", "build\n");
    assert_eq!(read(&[".github/a.yaml", "build/b.yaml"]), [".github/a.yaml", "build/b.yaml"]);
}

#[test]
fn standard_input_keeps_its_place_and_is_read_once() {
    let _tree = Tree::new(&["a.yaml", "b.yaml"]);
    assert_eq!(read(&["b.yaml", "-", "a.yaml", "-"]), ["b.yaml", "<stdin>", "a.yaml"]);
    let inputs = run(&["-"], &options()).inputs;
    assert_eq!(inputs[0].source, Source::Stdin);
    assert!(inputs[0].named);
}

#[test]
fn a_file_called_dash_can_be_named() {
    let _tree = Tree::new(&["-"]);
    let inputs = run(&["./-"], &options()).inputs;
    assert_eq!(inputs[0].source, source("-"));
}

#[test]
fn a_path_that_does_not_exist_is_a_problem_and_the_rest_is_read() {
    let _tree = Tree::new(&["a.yaml"]);
    let found = run(&["./no/such.yaml", "a.yaml"], &options());
    assert_eq!(found.problems[0].display, "no/such.yaml");
    assert_eq!(found.problems[0].message, "no such file or directory");
    assert_eq!(found.inputs[0].display, "a.yaml");
}

#[test]
fn a_problem_is_told_once() {
    let _tree = Tree::new(&[]);
    assert_eq!(problems(&["x", "./x", "a", "x"]), ["x: no such file or directory", "a: no such file or directory"]);
}

#[test]
fn problems_stand_in_the_order_of_the_paths() {
    let _tree = Tree::new(&[]);
    let expected = ["z: no such file or directory", "a: no such file or directory"];
    assert_eq!(problems(&["z", "a"]), expected);
}

#[test]
fn an_empty_path_is_a_problem() {
    let _tree = Tree::new(&["a.yaml"]);
    assert_eq!(problems(&[""]), ["\"\": no such file or directory"]);
}

#[cfg(unix)]
#[test]
fn a_file_with_a_slash_at_its_end_is_a_problem() {
    let _tree = Tree::new(&["a.yaml"]);
    assert_eq!(problems(&["a.yaml/"]), ["a.yaml: not a directory"]);
}
