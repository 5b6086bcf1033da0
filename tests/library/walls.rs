//! The walls of the house, as ARCHITECTURE.md has them: which folder of `src/` may import which.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders from the bottom up: each may import those before it.
const FLOORS: [&str; 21] = [
    "source",
    "yaml",
    "manifest",
    "matching",
    "pod_security",
    "finding",
    "rules",
    "problem",
    "verdict",
    "local",
    "engine",
    "config",
    "waiver",
    "lint",
    "fix",
    "levels",
    "session",
    "report",
    "lsp",
    "cli",
    "commands",
];

/// Imports against that order which are there today. Whoever takes one away takes its line away.
const AGAINST: [(&str, &str); 4] = [
    // A rule's page has a severity, and a finding a rule.
    ("finding", "rules"),
    // A waiver that stands in a manifest is part of what is said about the file.
    ("verdict", "waiver"),
    // Files of PodSecurityPolicies are read as other files of policies are.
    ("local", "engine"),
    // Configuration checks waivers as it reads them.
    ("config", "waiver"),
];

/// Every Rust file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// What of a file is program: without its unit tests, which stand at its end, and without comments.
fn program(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The folders of `src/` that a text imports.
fn imported(text: &str) -> BTreeSet<&str> {
    let after = text.split("crate::").skip(1);
    after.map(|rest| rest.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or_default()).collect()
}

/// Each file of `src/` with its folder; `problem.rs` is the folder `problem`.
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    let of = |path: PathBuf| {
        let first = path.strip_prefix(&src).expect("below src").components().next().expect("a name");
        let folder = Path::new(first.as_os_str()).with_extension("").display().to_string();
        let text = program(&fs::read_to_string(&path).expect("a text"));
        (folder, path, text)
    };
    found.into_iter().map(of).collect()
}

fn floor(folder: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| *floor == folder)
}

#[test]
fn a_folder_imports_those_below_it_alone() {
    let mut against = BTreeSet::new();
    for (folder, path, text) in sources() {
        for other in imported(&text) {
            let is_above = matches!((floor(&folder), floor(other)), (Some(own), Some(its)) if its > own);
            let pair = (folder.as_str(), other);
            assert!(!is_above || AGAINST.contains(&pair), "{} imports crate::{other}", path.display());
            if is_above {
                against.insert((folder.clone(), other.to_owned()));
            }
        }
    }
    for (folder, other) in AGAINST {
        assert!(
            against.contains(&(folder.to_owned(), other.to_owned())),
            "{folder} imports {other} no more: take its line away"
        );
    }
}

#[test]
fn only_the_language_server_knows_its_protocol() {
    for (folder, path, text) in sources() {
        assert!(folder == "lsp" || !text.contains("lsp_types::"), "{} knows lsp_types", path.display());
        assert!(folder == "lsp" || !text.contains("lsp_server::"), "{} knows lsp_server", path.display());
    }
}

#[test]
fn judges_open_no_files() {
    for (folder, path, text) in sources() {
        let is_judge =
            ["yaml", "matching", "pod_security", "finding", "rules", "verdict", "lint"].contains(&folder.as_str());
        assert!(!is_judge || !text.contains("std::fs"), "{} knows std::fs", path.display());
    }
}

#[test]
fn the_pipeline_and_reports_name_no_system_of_policies() {
    for (folder, path, text) in sources() {
        if ["lint", "report"].contains(&folder.as_str()) {
            for system in [
                "podline_policies::vap",
                "podline_policies::kyverno",
                "podline_policies::gatekeeper",
                "podline_policies::kubewarden",
            ] {
                assert!(!text.contains(system), "{} names {system}", path.display());
            }
        }
    }
}

#[test]
fn languages_know_no_policies() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    for name in ["podline-cel", "podline-jmespath", "podline-rego", "podline-defaulting"] {
        let manifest = fs::read_to_string(crates.join(name).join("Cargo.toml")).expect("the crate's manifest");
        let needed =
            manifest.split("[dependencies]").nth(1).unwrap_or_default().split("\n[").next().unwrap_or_default();
        assert!(!needed.contains("podline-policies"), "{name} knows podline-policies");
        assert!(!needed.lines().any(|line| line.starts_with("podline =")), "{name} knows podline");
    }
}
