//! What a real API server 1.37 made of 1,000 manifests, 400 of them from public repositories.
//!
//! The vectors are not part of the repository; without them the test says so and passes.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod yaml;

use std::collections::BTreeSet;
use std::io::Read as _;

use podline_defaulting::{Request, defaulted, pod};
use serde_json::Value;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/defaulting.jsonl.gz");

fn vectors() -> Option<Vec<Value>> {
    let Ok(packed) = std::fs::read(VECTORS) else {
        eprintln!("skipped: {VECTORS} is not there");
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("gzip");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

/// The paths at which two values differ.
fn differences(path: &str, given: &Value, expected: &Value, found: &mut Vec<String>) {
    match (given, expected) {
        (Value::Object(given), Value::Object(expected)) => {
            let keys: BTreeSet<&String> = given.keys().chain(expected.keys()).collect();
            for key in keys {
                let path = format!("{path}.{key}");
                match (given.get(key), expected.get(key)) {
                    (Some(given), Some(expected)) => differences(&path, given, expected, found),
                    (given, expected) => found.push(format!("{path}: {given:?} for {expected:?}")),
                }
            }
        }
        (Value::Array(given), Value::Array(expected)) if given.len() == expected.len() => {
            for (index, (given, expected)) in given.iter().zip(expected).enumerate() {
                differences(&format!("{path}[{index}]"), given, expected, found);
            }
        }
        _ if given == expected => {}
        _ => found.push(format!("{path}: {given} for {expected}")),
    }
}

/// The vectors hide every node port, chosen by the cluster or written.
fn hide_node_ports(object: &mut Value) {
    for port in object.pointer_mut("/spec/ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.get_mut("nodePort") {
            *port = 30000.into();
        }
    }
}

#[test]
fn objects_and_their_pods_are_those_of_a_real_api_server() {
    let Some(vectors) = vectors() else { return };
    let mut wrong = Vec::new();
    let count = vectors.len();
    for vector in vectors {
        let manifest = yaml::read(vector["input"].as_str().expect("an input"));
        let name = vector["name"].as_str().expect("a name");
        let mut found = Vec::new();
        match defaulted(&manifest, &Request::default()) {
            Ok(stored) => {
                let mut object = stored.known();
                hide_node_ports(&mut object);
                differences("object", &object, &vector["object"], &mut found);
                let pod = pod(&stored).map_or(Value::Null, |pod| pod.stored.known());
                differences("pod", &pod, &vector["pod"], &mut found);
            }
            Err(error) => found.push(error.to_string()),
        }
        if !found.is_empty() {
            wrong.push(format!("{name} {}:\n  {}", vector["kind"], found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 1000);
}
