//! OPA's answers: `../shared/vectors/rego.jsonl.gz`, and where `PODLINE_REGO_CASES` names a file of the same shape, those.

#![expect(clippy::print_stderr, reason = "says what is skipped")]

mod support;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use podline_rego::ast::Version;
use podline_rego::compile::{Options, compile};
use podline_rego::{Answer, Host, Limits, Policy, Query, Value, json, parse};

#[test]
fn snippets_are_answered_as_opa_answers_them() {
    let Some(rows) = rows() else { return };
    let mut families: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    let mut unread = 0;
    for row in rows.lines().filter(|row| !row.contains("\"unencodable\"")) {
        // Python's word for a number that no double holds.
        let row = json::read(&row.replace("\"value\": Infinity", "\"value\": 1e400")).expect("a row");
        let family = families.entry(text(&row, "id").split('/').next().unwrap_or_default().to_string()).or_default();
        match differs(&row) {
            None => family.0 += 1,
            // The program lends what reads YAML; without it these are undecided, and nothing else is.
            Some(difference) if difference.contains("ours   undecided yaml.unmarshal") => unread += 1,
            Some(difference) => family.1.push(difference),
        }
    }
    let right: usize = families.values().map(|(right, _)| right).sum();
    let wrong: Vec<&String> = families.values().flat_map(|(_, wrong)| wrong).collect();
    let summary: Vec<String> = families
        .iter()
        .filter(|(_, (_, wrong))| !wrong.is_empty())
        .map(|(family, (right, wrong))| format!("{family}: {right} right, {} wrong", wrong.len()))
        .collect();
    assert!(
        wrong.is_empty(),
        "{right} right, {} wrong\n{}\n{}",
        wrong.len(),
        wrong.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("\n"),
        summary.join("\n")
    );
    assert!(unread * 100 < right, "{unread} rows need a reader of YAML");
}

/// The rows, one a line; none where the vectors are absent.
fn rows() -> Option<String> {
    if let Some(path) = std::env::var_os("PODLINE_REGO_CASES") {
        return Some(std::fs::read_to_string(path).expect("the cases"));
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/rego.jsonl.gz");
    let Ok(packed) = std::fs::File::open(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    };
    let mut rows = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut rows).expect("the vectors");
    Some(rows)
}

/// How our answer to a row is another than OPA's.
fn differs(row: &Value) -> Option<String> {
    let expected = match (field(row, "value"), field(row, "error").and_then(Value::as_str)) {
        (Some(value), _) => plain(value).to_string(),
        // Of an error only its kind counts: the words behind it are not compared.
        (None, Some(error)) => error.split(':').next().unwrap_or_default().to_string(),
        (None, None) => "undefined".to_string(),
    };
    let (kind, words) = answer(row);
    (kind != expected).then(|| {
        let modules = field(row, "modules").map(Value::to_string).unwrap_or_default();
        format!("{}\n    ours   {kind} {words}\n    OPA's  {expected}\n    {modules}", text(row, "id"))
    })
}

/// Our answer as it is compared, and the words of an error.
fn answer(row: &Value) -> (String, String) {
    let version = if field(row, "v1") == Some(&true.into()) { Version::V1 } else { Version::V0 };
    let texts = field(row, "modules").and_then(Value::as_array).unwrap_or_default();
    let mut modules = Vec::new();
    for (at, module) in texts.iter().enumerate() {
        match parse(&format!("m{at}.rego"), module.as_str().unwrap_or_default(), version) {
            Ok(module) => modules.push(module),
            Err(errors) => return ("parse".into(), format!("{errors:?}")),
        }
    }
    let program = match compile(modules, &Options::default()) {
        Ok(program) => program,
        Err(errors) => return ("compile".into(), format!("{errors:?}")),
    };
    let none = Value::object([]);
    let path = text(row, "rule");
    let path: Vec<&str> = path.split('.').skip(1).collect();
    let host = Host::default();
    let data = field(row, "data").unwrap_or(&none);
    // The inputs of the vectors went through Go's float64.
    let input = field(row, "input").map(|input| Value::from_json(&through_doubles(input.to_json())));
    let query = Query { path: &path, input: input.as_ref(), data, host: &host };
    let policy = Policy::new(program).expect("room");
    let answer = policy.evaluate(&query, &Limits::default());
    assert_eq!(
        support::show(&answer),
        support::show(&policy.explain(&query, &Limits::default()).answer),
        "explained: {}",
        text(row, "id")
    );
    match answer {
        Answer::Defined(value) => (plain(&value).to_string(), String::new()),
        Answer::Undefined => ("undefined".into(), String::new()),
        Answer::Error(words) => ("eval".into(), words),
        Answer::Undecided(call) => ("undecided".into(), call.name.to_string()),
    }
}

fn through_doubles(json: serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "whole numbers that a double holds")]
            let whole = number
                .as_f64()
                .filter(|double| double.fract() == 0.0 && double.abs() < 9e18)
                .map(|double| double as i64);
            whole.map_or(serde_json::Value::Number(number), Into::into)
        }
        serde_json::Value::Array(items) => items.into_iter().map(through_doubles).collect(),
        serde_json::Value::Object(entries) => {
            entries.into_iter().map(|(key, value)| (key, through_doubles(value))).collect()
        }
        other => other,
    }
}

/// As JSON has it: sets are arrays, keys are texts.
fn plain(value: &Value) -> Value {
    Value::from_json(&value.to_json())
}

fn field<'r>(row: &'r Value, name: &str) -> Option<&'r Value> {
    row.as_object()?.get_str(name)
}

fn text(row: &Value, name: &str) -> String {
    field(row, name).and_then(Value::as_str).unwrap_or_default().to_string()
}
