//! The book is made of README, recipes and the pages of the rules: all of them are in it, and their links lead somewhere.

#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::fs;
use std::path::Path;
use std::process::Command;

use podline::rules;
use tempfile::TempDir;

fn build(arguments: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/build");
    let output = Command::new(script).args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The targets of a page's links to files.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    targets.filter(|target| !target.contains("://") && !target.starts_with('#'))
}

#[test]
fn the_book_has_every_page_and_no_link_is_broken() {
    let scratch = TempDir::new().expect("a directory");
    let book = scratch.path().join("book");
    build(&[book.to_str().expect("UTF-8"), "--sources-only"]);
    let source = book.join("src");
    let summary = fs::read_to_string(source.join("SUMMARY.md")).expect("a table of contents");
    for rule in rules::built_in() {
        assert!(summary.contains(&format!("(rules/{}.md)", rule.id)), "{} is not in the book", rule.id);
    }
    for name in fs::read_dir(source.join("docs/recipes")).expect("recipes") {
        let name = name.expect("an entry").file_name();
        assert!(
            summary.contains(&format!("(docs/recipes/{})", name.display())),
            "{} is not in the book",
            name.display()
        );
    }
    for page in links(&summary) {
        let path = source.join(page);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{page} is not there"));
        for link in links(&text) {
            let file = link.split('#').next().unwrap_or_default();
            let target = path.parent().expect("a directory").join(file);
            assert!(target.is_file(), "{page} has a link to {link}, which is not in the book");
        }
    }
}

#[test]
fn mdbook_builds_it() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|dir| dir.join("mdbook").is_file()) {
        println!("skipped: no mdbook on the path");
        return;
    }
    let scratch = TempDir::new().expect("a directory");
    let book = scratch.path().join("book");
    build(&[book.to_str().expect("UTF-8")]);
    let pages = book.join("book");
    assert!(pages.join("index.html").is_file());
    for page in ["README.html", "editors/README.html", "rules/pss/privileged.html"] {
        let path = pages.join(page);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{page} is not there"));
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
            let target = path.parent().expect("a directory").join(link);
            assert!(link.contains(':') || target.exists(), "{page} has a link to {link}, which is not there");
        }
    }
}
