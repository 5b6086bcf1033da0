//! The verdicts, reasons and details of the real API server code, byte for byte.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::support::{checks, fixture, has_error, json_lines, judge, shared};
use flate2::read::GzDecoder;
use podline::pod_security::{Level, Version};

#[test]
fn every_vector_of_the_fixtures_agrees_at_every_level_and_version() {
    compare(&fixture("vectors/pod-security.jsonl.gz"));
}

#[test]
fn every_shared_vector_agrees_at_every_level_and_version() {
    if let Some(path) = shared("vectors/pod-security.jsonl.gz") {
        compare(&path);
    }
}

fn compare(path: &Path) {
    let mut compared = 0;
    for vector in json_lines(path) {
        let name = vector["name"].as_str().expect("a name");
        let manifest = vector["manifest"].as_str().expect("a manifest");
        if !vector["error"].is_null() {
            let report = judge(manifest, Level::Restricted, Version::Latest);
            assert!(report.templates.is_empty() && has_error(&report), "{name} cannot be decoded");
            continue;
        }
        for (level, versions) in vector["verdicts"].as_object().into_iter().flatten() {
            for (version, result) in versions.as_object().expect("versions") {
                let index = usize::try_from(result.as_u64().expect("an index")).expect("small");
                let expected: Vec<[String; 3]> =
                    serde_json::from_value(vector["results"][index].clone()).expect("id, reason and detail");
                let report = judge(manifest, level.parse().expect("a level"), version.parse().expect("a version"));
                assert_eq!(checks(&report), Some(expected), "{name} at {level}:{version}");
                compared += 1;
            }
        }
        if vector["verdicts"].as_object().is_none_or(serde_json::Map::is_empty) {
            let report = judge(manifest, Level::Restricted, Version::Latest);
            assert!(report.templates.is_empty(), "{name} holds no pod template");
        }
    }
    assert!(compared > 1000, "only {compared} verdicts were compared");
}

#[test]
fn a_denied_pod_has_a_finding_for_each_check_that_denies_it() {
    for vector in json_lines(&fixture("vectors/pod-security.jsonl.gz")) {
        let report = judge(vector["manifest"].as_str().expect("a manifest"), Level::Restricted, Version::Latest);
        let denied: BTreeSet<String> =
            checks(&report).into_iter().flatten().map(|[id, ..]| format!("pss/{id}")).collect();
        let found = report.findings.iter().filter(|finding| finding.rule.starts_with("pss/"));
        let found: BTreeSet<String> = found.map(|finding| finding.rule.to_string()).collect();
        assert_eq!(denied, found, "{}", vector["name"]);
    }
}

/// The fixtures that upstream itself tests with: `<level>/<version>/<pass|fail>/<name>.yaml`.
#[test]
fn every_fixture_of_upstream_passes_or_fails_as_it_says() {
    let Some(path) = shared("vectors/upstream-testdata.tar.gz") else { return };
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).expect("the archive")));
    let mut compared = 0;
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").to_string_lossy().into_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let [_, level, version, outcome, name] = parts[..] else { continue };
        if Path::new(name).extension().is_none_or(|end| end != "yaml") {
            continue;
        }
        let mut manifest = String::new();
        entry.read_to_string(&mut manifest).expect("text");
        let report = judge(manifest, level.parse().expect("a level"), version.parse().expect("a version"));
        let allowed = checks(&report).expect("a pod").is_empty();
        assert_eq!(allowed, outcome == "pass", "{path}: {:?}", checks(&report));
        compared += 1;
    }
    assert!(compared > 4000, "only {compared} fixtures were compared");
}

#[test]
fn the_fixtures_cover_every_check() {
    let ids: BTreeSet<String> = json_lines(&fixture("vectors/pod-security.jsonl.gz"))
        .flat_map(|vector| vector["results"].as_array().cloned().unwrap_or_default())
        .flat_map(|result| result.as_array().cloned().unwrap_or_default())
        .filter_map(|check| check[0].as_str().map(str::to_owned))
        .collect();
    let known: BTreeSet<String> =
        podline::rules::built_in().iter().filter_map(|rule| rule.id.strip_prefix("pss/").map(str::to_owned)).collect();
    assert_eq!(ids, known);
    assert_eq!(known.len(), 19);
}
