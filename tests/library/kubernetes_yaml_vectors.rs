//! The JSON that the real Kubernetes code makes of odd YAML.

use std::path::Path;

use crate::support::{fixture, json_lines, shared};
use podline::source::file::SourceFile;
use podline::yaml::parse::parse;
use podline::yaml::split::split;
use podline::yaml::write::to_json;
use serde_json::Value;

#[test]
fn every_vector_of_the_fixtures_is_read_as_kubernetes_reads_it() {
    compare(&fixture("vectors/kubernetes-yaml.jsonl"));
}

#[test]
fn every_shared_vector_is_read_as_kubernetes_reads_it() {
    if let Some(path) = shared("vectors/kubernetes-yaml.jsonl") {
        compare(&path);
    }
}

fn compare(path: &Path) {
    let mut compared = 0;
    for vector in json_lines(path) {
        let input = vector["input"].as_str().expect("an input");
        let expected = vector["docs"].as_array().expect("documents");
        let read = documents(input);
        let bad_separator =
            |document: &Value| document["error"].as_str().is_some_and(|error| error.contains("document separator"));
        if expected.iter().any(bad_separator) {
            // Kubernetes loses the document before a bad separator and all after it; podline reads both.
            assert_eq!(read.iter().filter(|document| document.is_none()).count(), 1, "{input:?}");
            continue;
        }
        let expected: Vec<Option<Value>> =
            expected.iter().map(|document| document["error"].is_null().then(|| document["json"].clone())).collect();
        assert_eq!(normal(read), normal(expected), "{input:?}");
        compared += 1;
    }
    assert!(compared > 50, "only {compared} cases were compared");
}

/// The documents of a text; `None` where one cannot be read.
fn documents(text: &str) -> Vec<Option<Value>> {
    let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
    let quote = |text: &str| serde_json::to_string(text).expect("a string");
    let json = |json: String| serde_json::from_str(&json).expect("what podline writes is JSON");
    split(&file).iter().map(|piece| parse(&file, piece).ok().map(|tree| json(to_json(&tree, quote)))).collect()
}

/// Numbers as floats: 1 and 1.0 are the same to Kubernetes.
fn normal(documents: Vec<Option<Value>>) -> Vec<Option<Value>> {
    fn value(json: Value) -> Value {
        match json {
            Value::Number(number) => number.as_f64().into(),
            Value::Array(list) => list.into_iter().map(value).collect(),
            Value::Object(map) => map.into_iter().map(|(key, json)| (key, value(json))).collect(),
            other => other,
        }
    }
    documents.into_iter().map(|document| document.map(value)).collect()
}
