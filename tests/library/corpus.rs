//! Real manifests: the verdicts of the real API server code over the corpus.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{has_error, json_lines, shared};
use podline::lint::{Options, lint};
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use serde_json::Value;

#[test]
fn every_object_of_the_corpus_is_judged_as_the_api_server_judges_it() {
    let (Some(vectors), Some(corpus)) = (shared("vectors/corpus.jsonl.gz"), shared("corpus")) else { return };
    let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for vector in json_lines(&vectors) {
        by_file.entry(vector["file"].as_str().expect("a file").to_owned()).or_default().push(vector);
    }
    let mut compared = 0;
    for (name, vectors) in by_file {
        let bytes = fs::read(corpus.join(&name)).expect("a file of the corpus");
        let file = SourceFile::new(name, bytes).expect("a small file");
        for level in [Level::Baseline, Level::Restricted] {
            let report = lint(&file, true, &Options { level, version: Version::Latest, ..Options::default() });
            for vector in &vectors {
                compare(&report, vector, level);
                compared += 1;
            }
        }
    }
    assert!(compared > 4000, "only {compared} verdicts were compared");
}

fn compare(report: &FileReport, vector: &Value, level: Level) {
    let document = usize::try_from(vector["doc"].as_u64().expect("a document")).expect("small");
    let item =
        vector["item"].as_u64().map(|item| item.to_string()).or_else(|| vector["item"].as_str().map(str::to_owned));
    let place = format!("{} document {document} item {item:?} at {level}", vector["file"]);
    let is_it = |object: &podline::finding::ObjectRef| object.document == document && object.item == item;
    let template = report.templates.iter().find(|template| is_it(&template.object));
    let findings = || report.findings.iter().filter(|f| f.object.as_deref().is_some_and(is_it));
    if !vector["error"].is_null() {
        assert!(template.is_none(), "{place} cannot be decoded: {}", vector["error"]);
        assert!(has_error(report) || !report.skipped.is_empty(), "{place}: {}", vector["error"]);
        return;
    }
    let expected = vector["verdicts"][format!("{level}:latest")].as_array();
    let expected =
        expected.map(|checks| checks.iter().map(|check| (text(&check[0]), text(&check[1]))).collect::<Vec<_>>());
    let checks = template.map(|template| template.verdicts[0].checks.iter());
    let checks =
        checks.map(|checks| checks.map(|check| (check.id.to_owned(), check.detail.clone())).collect::<Vec<_>>());
    assert_eq!(checks, expected, "{place}");
    for warning in vector["strict"].as_array().into_iter().flatten().map(text) {
        let rule =
            if warning.starts_with("unknown field") { "manifest/unknown-field" } else { "manifest/duplicate-key" };
        // Go writes odd keys without quotes.
        let plain = |message: &str| message.replace("[\"", ".").replace("\"]", "");
        let is_told = |f: &podline::finding::ReportEntry| {
            f.rule == rule && (rule.ends_with("key") || plain(&f.message).starts_with(&warning))
        };
        assert!(findings().any(is_told), "{place}: {warning}");
    }
    let unknown = findings().filter(|f| f.rule == "manifest/unknown-field").count();
    let strict =
        vector["strict"].as_array().into_iter().flatten().filter(|w| text(w).starts_with("unknown field")).count();
    assert_eq!(unknown, strict, "{place}: as many unknown fields as strict decoding finds");
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// Searches by structure alone, knowing no kind: a list with a thing that has an image, below a key `containers`.
fn carries_containers(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            let is_container = |one: &Value| one["name"].is_string() && one["image"].is_string();
            key == "containers" && value.as_array().is_some_and(|list| list.iter().any(is_container))
                || carries_containers(value)
        }),
        Value::Array(list) => list.iter().any(carries_containers),
        _ => false,
    }
}

#[test]
fn no_object_that_carries_containers_is_passed_over_in_silence() {
    let Some(corpus) = shared("corpus") else { return };
    let mut seen = 0;
    for entry in ignore::Walk::new(&corpus).map(|entry| entry.expect("an entry")) {
        let Ok(bytes) = fs::read(entry.path()) else { continue };
        let name = entry.path().strip_prefix(&corpus).expect("below the corpus").display().to_string();
        let file = SourceFile::new(name.clone(), bytes).expect("a small file");
        let report = lint(&file, false, &Options::default());
        for (document, piece) in podline::yaml::split::split(&file).iter().enumerate() {
            let Ok(tree) = podline::yaml::parse::parse(&file, piece) else { continue };
            let quote = |text: &str| serde_json::to_string(text).expect("a string");
            let json: Value = serde_json::from_str(&podline::yaml::write::to_json(&tree, quote)).expect("JSON");
            // A value inside a string or in what is no object at all is nobody's pod.
            if json["kind"].is_null() || json["apiVersion"].is_null() || !carries_containers(&json) {
                continue;
            }
            seen += 1;
            let judged = report.templates.iter().any(|template| template.object.document == document);
            let skipped = report.skipped.iter().any(|skip| skip.document.is_none_or(|skipped| skipped == document));
            let told = report.findings.iter().any(|f| f.object.as_ref().is_some_and(|o| o.document == document));
            assert!(judged || skipped || told, "{name} document {document}: {} passes in silence", json["kind"]);
        }
    }
    assert!(seen > 2000, "only {seen} objects carry containers");
}
