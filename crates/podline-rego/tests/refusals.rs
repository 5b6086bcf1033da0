//! Whatever OPA 1.17.1 refuses is refused, as what it refuses it as, and nothing else is.

#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::io::Read as _;
use std::path::Path;

use podline_rego::ast::Version;
use podline_rego::compile::{Options, compile};
use podline_rego::{Code, Value, json, parse};

struct Row {
    id: String,
    version: Version,
    modules: Vec<String>,
    /// `parse`, `compile`, or nothing if the rule can be evaluated.
    refused: Option<&'static str>,
}

/// OPA's answers, or nothing where they are not beside the repository.
fn rows() -> Option<Vec<Row>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/rego.jsonl.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("packed text");
    Some(text.lines().map(row).collect())
}

fn row(line: &str) -> Row {
    // The one value that JSON cannot hold.
    let line = line.replace("\"value\": Infinity", "\"value\": null");
    let value = json::read(&line).expect("a row is JSON");
    let row = value.as_object().expect("a row is an object");
    let text = |key: &str| row.get_str(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let modules = row.get_str("modules").and_then(Value::as_array).expect("a row has modules");
    let error = text("error");
    Row {
        id: text("id"),
        version: if row.get_str("v1") == Some(&Value::Bool(true)) { Version::V1 } else { Version::V0 },
        modules: modules.iter().filter_map(|module| module.as_str().map(str::to_owned)).collect(),
        refused: ["parse", "compile"].into_iter().find(|kind| error.starts_with(kind)),
    }
}

/// What the modules of a row are refused as, with the errors.
fn refusal(row: &Row) -> Option<(&'static str, String)> {
    let mut modules = Vec::new();
    for (at, text) in row.modules.iter().enumerate() {
        match parse(&format!("m{at}.rego"), text, row.version) {
            Ok(module) => modules.push(module),
            Err(errors) => {
                assert!(errors.iter().all(|error| error.code == Code::Parse), "{}", row.id);
                return Some(("parse", errors[0].to_string()));
            }
        }
    }
    match compile(modules, &Options::default()) {
        Ok(_) => None,
        Err(errors) => Some(("compile", errors[0].to_string())),
    }
}

#[test]
fn modules_are_refused_as_opa_refuses_them() {
    let Some(rows) = rows() else { return };
    let mut differing = Vec::new();
    for row in &rows {
        let refused = refusal(row);
        if refused.as_ref().map(|(kind, _)| *kind) != row.refused {
            differing.push(format!("{}: OPA: {:?}, here: {refused:?}", row.id, row.refused));
        }
    }
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), rows.len(), differing.join("\n"));
}
