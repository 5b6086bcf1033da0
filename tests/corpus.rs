//! Real manifests: the verdicts of the real API server code over the corpus.

mod support;

use std::collections::BTreeMap;
use std::fs;

use podline::lint::{FileReport, Options, lint};
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use serde_json::Value;
use support::{has_error, json_lines, shared};

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
        let is_told = |f: &podline::finding::Finding| {
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
