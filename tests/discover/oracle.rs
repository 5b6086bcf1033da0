//! Over trees made at random a walk reads what git would add, and accounts for everything else.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::tracked::git;
use super::*;

const NAMES: [&str; 8] = ["a", "b", "gen", "build", ".k8s", ".venv", "x.d", "ä"];
const FILES: [&str; 7] = ["a.yaml", "b.yml", "gen.yaml", "c.json", "notes.txt", ".hidden.yaml", "build.yaml"];
const RULES: [&str; 14] = [
    "build", "build/", "/gen", "*.yaml", "!a.yaml", "gen/**", "**/b", "a/b", "*", "!*/", "/*", "!/a", "*.json",
    "!build/",
];

/// A path below the root: up to three directories, and a file.
fn path() -> impl Strategy<Value = String> {
    let directories = prop::collection::vec(prop::sample::select(&NAMES[..]), 0..3);
    (directories, prop::sample::select(&FILES[..]))
        .prop_map(|(directories, file)| directories.into_iter().chain([file]).collect::<Vec<_>>().join("/"))
}

/// The text of an ignore file.
fn rules() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&RULES[..]), 0..4).prop_map(|rules| rules.join("\n") + "\n")
}

/// Where ignore files stand.
fn ignore_files() -> impl Strategy<Value = Vec<(String, String)>> {
    let place = prop::sample::select(&["", "a/", "build/", "gen/", "a/b/"][..]);
    prop::collection::vec((place.prop_map(|place| format!("{place}.gitignore")), rules()), 0..3)
}

/// What git has in the index, and what it would add.
fn of_git(tree: &Tree) -> BTreeSet<String> {
    let output = std::process::Command::new("git")
        .current_dir(tree.root())
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-per-directory=.gitignore"])
        .output()
        .expect("git runs");
    let names = String::from_utf8(output.stdout).expect("UTF-8");
    names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn is_manifest(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a path lies in a directory of this name.
fn is_in(path: &str, directory: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == directory)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_git_would_add(
        files in prop::collection::btree_set(path(), 1..14),
        ignore_files in ignore_files(),
        tracked in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let tree = Tree::new(&files.iter().map(String::as_str).collect::<Vec<_>>());
        for (path, text) in &ignore_files {
            tree.write(path, text);
        }
        if !git(&tree, "", &["init", "-q"]) {
            println!("skipped: there is no git");
            return Ok(());
        }
        let all: Vec<&String> = files.iter().collect();
        for index in &tracked {
            prop_assert!(git(&tree, "", &["add", "-f", (*index.get(&all)).as_str()]));
        }
        let found = run(&["."], &options());
        prop_assert_eq!(&found.problems, &[]);
        let read: BTreeSet<String> = found.inputs.iter().map(|input| input.display.clone()).collect();
        let expected: BTreeSet<String> =
            of_git(&tree).into_iter().filter(|name| is_manifest(name) && !is_in(name, ".venv")).collect();
        prop_assert_eq!(&read, &expected);

        // Every manifest is read, or it is passed over, or lies in something that is: once.
        for file in files.iter().filter(|name| is_manifest(name)) {
            let covers = |one: &&podline::source::discover::PassedOver| Path::new(file).starts_with(&one.display);
            let passed_over = found.passed_over.iter().filter(covers).count();
            prop_assert_eq!(usize::from(read.contains(file)) + passed_over, 1, "{}", file);
        }

        // Named one by one they have the same fate.
        let as_walked = WalkOptions { as_walked: true, ..options() };
        let named: BTreeSet<String> =
            run(&all.iter().map(|name| name.as_str()).collect::<Vec<_>>(), &as_walked).inputs.into_iter().map(|input| input.display).collect();
        prop_assert_eq!(&named, &read);
    }
}
