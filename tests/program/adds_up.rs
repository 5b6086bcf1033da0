//! The closing line adds up, in every format: the files that were named or walked are judged, skipped for a reason, or
//! could not be read.
//!
//! The trees are made at random, but always the same ones, and what is to become of each entry is known from how it was
//! made. Nothing here asks podline's own walk.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::command::{Run, Scratch, podline, run};
use crate::support::shared;
use serde_json::Value;

/// What becomes of an entry; the reasons to skip something by their names.
const JUDGED: &str = "judged";
const FAILED: &str = "failed";
/// It is no part of what is to be read.
const NOTHING: &str = "";

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}]}}\n";
const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
const ENCRYPTED: &str = "{apiVersion: 'ENC[AES256_GCM,data:a]', kind: 'ENC[AES256_GCM,data:b]', sops: {mac: a}}\n";
const POD_AND_ENCRYPTED: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}]}}\n---\n\
                                 {apiVersion: v1, kind: Pod, metadata: {name: e}, spec: 'ENC[AES256_GCM,data:a]', sops: {mac: a}}\n";
const TEMPLATE_AND_VALUES: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n---\nimage: a\n";
const TEMPLATE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n";
const RELEASE: &str =
    "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {values: {a: b}}}\n";
const POLICY: &str = "{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: p}, spec: {rules: [{validate: {pattern: \
                      {spec: {containers: [{image: a}]}}}}]}}\n";

/// Contents, what becomes of a walked file of each, and of a named one.
const CONTENTS: &[(&str, &str, &str)] = &[
    (POD, JUDGED, JUDGED),
    (MAP, JUDGED, JUDGED),
    ("apiVersion: v1\nkind: Pod\na: [\n", JUDGED, JUDGED),
    ("a: [\n", "not-manifest", JUDGED),
    ("image: a\n", "not-manifest", "not-manifest"),
    ("# nothing\n---\n", "not-manifest", "not-manifest"),
    ("", "not-manifest", FAILED),
    (" \n\t\n", "not-manifest", FAILED),
    (TEMPLATE, "unrendered", JUDGED),
    (RELEASE, "unrendered", "unrendered"),
    (ENCRYPTED, "encrypted", "encrypted"),
    (POLICY, "policy", "policy"),
    // What is skipped in a file that is judged is no file.
    (POD_AND_ENCRYPTED, JUDGED, JUDGED),
    (TEMPLATE_AND_VALUES, "not-manifest", JUDGED),
];

/// Where files lie, and whether an ignore rule hides the directory or a tool owns it.
const DIRECTORIES: &[(&str, &str)] = &[
    ("", NOTHING),
    ("a", NOTHING),
    ("a/b", NOTHING),
    (".k8s", NOTHING),
    (".venv", "hidden"),
    (".venv/lib", "hidden"),
    ("dist", "ignored"),
    ("dist/deep", "ignored"),
    ("own", "ignored"),
    ("excluded/x", "ignored"),
];

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's MMIX: the high bits are good enough.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("small") % limit
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// A tree, and what is to become of what is in it.
struct Tree {
    scratch: Scratch,
    random: Random,
    /// By path: the file, or the directory that counts as one.
    expected: BTreeMap<String, &'static str>,
    /// What is named on the command line, besides the root.
    named: Vec<String>,
    tracked: BTreeSet<String>,
}

impl Tree {
    fn new(seed: u64, has_git: bool) -> Self {
        let scratch = Scratch::new(&[
            (".gitignore", "dist/\n*.gen.yaml\n"),
            (".podlineignore", "own/\n"),
            ("k/kustomization.yaml", "patches: [{path: patch.yaml}]\n"),
            ("k/patch.yaml", POD),
        ]);
        let mut expected = BTreeMap::new();
        expected.insert("k/kustomization.yaml".to_owned(), "not-manifest");
        expected.insert("k/patch.yaml".to_owned(), "patch");
        let mut tree = Self { scratch, random: Random(seed), expected, named: Vec::new(), tracked: BTreeSet::new() };
        let git = |arguments: &[&str]| {
            let mut git = Command::new("git");
            git.current_dir(tree.scratch.path("")).env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments);
            git.output().is_ok_and(|output| output.status.success())
        };
        if !has_git || !git(&["init", "-q"]) {
            fs::create_dir(tree.scratch.path(".git")).expect("a directory");
        }
        let files = 4 + tree.random.below(24);
        (0..files).for_each(|number| tree.file(number, has_git));
        (0..5).for_each(|number| tree.odd(number));
        if !tree.tracked.is_empty() {
            let tracked: Vec<String> = tree.tracked.iter().cloned().collect();
            let mut git = Command::new("git");
            git.current_dir(tree.scratch.path("")).args(["add", "-f", "--"]).args(&tracked);
            assert!(git.output().is_ok_and(|output| output.status.success()), "git add");
        }
        tree.left_out();
        tree
    }

    /// Adds a file of some content somewhere.
    fn file(&mut self, number: usize, has_git: bool) {
        let &(directory, hidden) = self.random.pick(DIRECTORIES);
        let &(text, walked, named) = self.random.pick(CONTENTS);
        let ending = *self.random.pick(&["yaml", "yml", "json", "gen.yaml", "txt"]);
        let path = if directory.is_empty() {
            format!("f{number}.{ending}")
        } else {
            format!("{directory}/f{number}.{ending}")
        };
        self.scratch.write(&path, text);
        // git itself ignores only what it does not track.
        let may_track = has_git && ending != "txt" && (directory.starts_with("dist") || ending == "gen.yaml");
        let is_tracked = may_track && self.random.below(3) == 0;
        if is_tracked {
            self.tracked.insert(path.clone());
        }
        if ending == "txt" || hidden != NOTHING && !(is_tracked && directory.starts_with("dist")) {
            return;
        }
        if ending == "gen.yaml" && !is_tracked {
            self.expected.insert(path, "ignored");
        } else if hidden == NOTHING && self.random.below(5) == 0 {
            self.named.push(path.clone());
            self.expected.insert(path, named);
        } else {
            self.expected.insert(path, walked);
        }
    }

    /// Adds something that is no plain file.
    fn odd(&mut self, number: usize) {
        let path = format!("a/odd{number}.yaml");
        fs::create_dir_all(self.scratch.path("a")).expect("a directory");
        let link = |to: &str| symlink(to, self.scratch.path(&path)).expect("a link");
        let fate = match self.random.below(10) {
            0 => {
                link("nowhere.yaml");
                FAILED
            }
            1 => {
                link("/etc/hostname");
                "outside"
            }
            // The file has a name of its own, under which it is read.
            2 => {
                link("../k/kustomization.yaml");
                "linked"
            }
            // So has each of the files in a directory.
            8 => {
                symlink("../k", self.scratch.path(&format!("a/links{number}"))).expect("a link");
                self.expected.insert(format!("a/links{number}"), "linked");
                NOTHING
            }
            // Not to be read as wished, but no file of the run either.
            9 => {
                self.scratch.write("a/.podlineignore", "[z-a]\n");
                NOTHING
            }
            3 => {
                symlink("..", self.scratch.path(&format!("a/loop{number}"))).expect("a link");
                self.expected.insert(format!("a/loop{number}"), "special");
                NOTHING
            }
            4 => {
                let fifo = Command::new("mkfifo").arg(self.scratch.path(&path)).status();
                if fifo.is_ok_and(|status| status.success()) { "special" } else { NOTHING }
            }
            5 => {
                self.named.push(format!("missing{number}.yaml"));
                self.expected.insert(format!("missing{number}.yaml"), FAILED);
                NOTHING
            }
            _ => NOTHING,
        };
        if fate != NOTHING {
            self.expected.insert(path, fate);
        }
    }

    /// Counts what is hidden or ignored: a directory as one, unless something in it is tracked.
    fn left_out(&mut self) {
        for (directory, fate) in [(".venv", "hidden"), ("own", "ignored"), ("excluded", "ignored")] {
            if self.scratch.path(directory).exists() {
                self.expected.insert(directory.to_owned(), fate);
            }
        }
        self.ignored("dist");
    }

    fn ignored(&mut self, path: &str) {
        let on_disk = self.scratch.path(path);
        let holds_tracked = self.tracked.iter().any(|tracked| tracked.starts_with(&format!("{path}/")));
        if !on_disk.is_dir() {
            return;
        }
        if !holds_tracked {
            self.expected.insert(path.to_owned(), "ignored");
            return;
        }
        for entry in fs::read_dir(&on_disk).expect("a directory").map(|entry| entry.expect("an entry")) {
            let below = format!("{path}/{}", entry.file_name().into_string().expect("UTF-8"));
            let is_manifest = [".yaml", ".yml", ".json"].iter().any(|end| below.ends_with(end));
            if entry.path().is_dir() {
                self.ignored(&below);
            } else if is_manifest && !self.tracked.contains(&below) {
                self.expected.insert(below, "ignored");
            }
        }
    }

    fn check(&self, format: &str) -> Run {
        let mut arguments = vec!["check", "--exclude=excluded", "--format", format];
        arguments.extend(self.named.iter().map(String::as_str));
        arguments.push(".");
        self.scratch.podline(&arguments)
    }

    /// How many of the entries are to have each fate.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for fate in self.expected.values() {
            *counts.entry((*fate).to_owned()).or_default() += 1;
        }
        counts
    }
}

/// The numbers of a closing line, by what becomes of a file.
fn counted(line: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let number = |text: &str| text.split(' ').next_back().and_then(|number| number.parse::<usize>().ok());
    let before = |what: &str| line.split_once(what).and_then(|(before, _)| number(before));
    for (fate, what) in
        [(JUDGED, " file at "), (JUDGED, " files at "), (FAILED, " file could not"), (FAILED, " files could not")]
    {
        if let Some(number) = before(what).filter(|number| *number > 0) {
            counts.insert(fate.to_owned(), number);
        }
    }
    if let Some((_, skipped)) =
        line.split_once("Skipped ").filter(|(_, rest)| !rest.split(':').next().unwrap_or_default().contains("document"))
    {
        let (total, reasons) = skipped.split_once(": ").expect("the reasons");
        let reasons = reasons.split('.').next().unwrap_or_default();
        for one in reasons.split(", ") {
            let (number, reason) = one.split_once(' ').expect("a number and a reason");
            counts.insert(reason.to_owned(), number.parse().expect("a number"));
        }
        let sum: usize = reasons.split(", ").filter_map(|one| one.split(' ').next()?.parse::<usize>().ok()).sum();
        assert_eq!(total.parse(), Ok(sum), "{line}");
    }
    counts
}

/// The closing line of a run, wherever the format leaves it.
fn closing_line(run: &Run) -> String {
    let all = format!("{}\n{}", run.stdout, run.stderr);
    let line = all.lines().find(|line| line.contains("Checked ") && line.contains(" pod template"));
    line.unwrap_or_else(|| panic!("no closing line: {all}")).to_owned()
}

/// What the report as JSON says of each path that is not judged, and how many files are.
fn of_json(run: &Run) -> (BTreeMap<String, String>, u64) {
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut fates = BTreeMap::new();
    for skipped in list("skipped").iter().filter(|skipped| skipped["document"].is_null()) {
        let twice = fates.insert(text(&skipped["file"]), text(&skipped["reason"]));
        assert_eq!(twice, None, "{skipped}");
    }
    for failed in list("failed") {
        fates.insert(text(&failed["file"]), FAILED.to_owned());
    }
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for fate in fates.values() {
        *counts.entry(fate.clone()).or_default() += 1;
    }
    let summary = &report["summary"];
    assert_eq!(counts.remove(FAILED).unwrap_or_default(), summary["failed"], "{summary}");
    assert_eq!(serde_json::to_value(counts).expect("JSON"), summary["skipped"], "{summary}");
    (fates, summary["files"].as_u64().expect("a number"))
}

const FORMATS: [&str; 10] =
    ["human", "concise", "sarif", "junit", "github", "gitlab", "policy-report", "markdown", "html", "json"];

#[test]
fn every_entry_of_a_tree_is_judged_or_skipped_or_failed_in_every_format() {
    let has_git = Command::new("git").arg("--version").output().is_ok();
    if !has_git {
        println!("nothing is tracked: there is no git");
    }
    let mut seen = BTreeSet::new();
    for (number, seed) in (0..60).enumerate() {
        let tree = Tree::new(seed, has_git);
        let expected = tree.counts();
        let json = tree.check("json");
        let (fates, judged) = of_json(&json);
        let apart: BTreeMap<String, String> = tree
            .expected
            .iter()
            .filter(|(_, fate)| **fate != JUDGED)
            .map(|(path, fate)| (path.clone(), (*fate).to_owned()))
            .collect();
        assert_eq!(fates, apart, "tree {seed}");
        assert_eq!(judged, expected.get(JUDGED).copied().unwrap_or_default() as u64, "tree {seed}");
        // Each format some of the trees; together all of them.
        for format in [FORMATS[number % FORMATS.len()], FORMATS[(number + 3) % FORMATS.len()]] {
            let line = closing_line(&tree.check(format));
            assert_eq!(counted(&line), expected, "tree {seed} as {format}: {line}");
        }
        seen.extend(expected.into_keys());
    }
    let reasons = [
        "encrypted",
        "failed",
        "hidden",
        "ignored",
        "judged",
        "linked",
        "not-manifest",
        "outside",
        "patch",
        "policy",
        "special",
        "unrendered",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), reasons, "every fate was met");
}

/// The manifests below a directory, by their names alone.
fn manifests(root: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(root).expect("a directory").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
        count += if entry.path().is_dir() { manifests(&entry.path()) } else { usize::from(is_manifest) };
    }
    count
}

#[test]
fn every_file_of_the_corpus_is_judged_or_skipped() {
    let Some(corpus) = shared("corpus") else { return };
    let root = corpus.to_str().expect("UTF-8");
    let json = run(&mut podline(&["check", "--no-config", "--format=json", root]));
    let (fates, judged) = of_json(&json);
    // Of a directory that belongs to a tool nothing is read.
    let hidden: usize =
        fates.iter().filter(|(_, fate)| *fate == "hidden").map(|(path, _)| manifests(Path::new(path)) - 1).sum();
    assert_eq!(fates.len() + hidden + usize::try_from(judged).expect("small"), manifests(&corpus));
    let human = run(&mut podline(&["check", "--no-config", "--max-findings=1", root]));
    let counts = counted(&closing_line(&human));
    assert_eq!(counts.values().sum::<usize>() + hidden, manifests(&corpus), "{counts:?}");
}
