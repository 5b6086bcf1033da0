//! The JSON Schema of the JSON report.

use assert_cmd::Command;
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use super::{json, podline, root, run};
use crate::support::shared;

fn schema() -> Value {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    json(&run(command.current_dir(root()).env_clear().args(["schema", "report"])).1)
}

fn compiled() -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("report.json", schema()).expect("a schema");
    let index = compiler.compile("report.json", &mut schemas).expect("a sound schema");
    (schemas, index)
}

/// The report of a run at the root of the project.
fn report(arguments: &[&str]) -> Value {
    json(&run(&mut podline(root(), &[&["--format", "json"], arguments].concat())).1)
}

fn assert_valid(report: &Value, what: &str) {
    let (schemas, index) = compiled();
    if let Err(error) = schemas.validate(report, index) {
        panic!("{what}: {error:#}");
    }
}

#[test]
fn reports_of_every_kind_are_as_their_schema_says() {
    let cluster = "fixtures/cluster/admission.yaml";
    for arguments in [
        &["fixtures/example"][..],
        &["fixtures/cases", "fixtures/custom", "fixtures/kustomize", "fixtures/waivers"],
        &["--admission", "--admission-config", cluster, "fixtures/cluster"],
        &["--policy", "fixtures/policies/tools/psp.yaml", "fixtures/policies/tools"],
        &["--level", "privileged", "fixtures/cluster"],
    ] {
        let report = report(arguments);
        assert!(report["templates"].as_array().is_some_and(|templates| !templates.is_empty()), "{arguments:?}");
        assert_valid(&report, &arguments.join(" "));
    }
}

#[test]
fn a_comparison_is_as_its_schema_says() {
    let mut command = Command::cargo_bin("podline").expect("the binary is built");
    let command = command.current_dir(root()).env_clear();
    let diff = run(command.args(["diff", "--format", "json", "fixtures/cluster", "fixtures/example"])).1;
    assert_valid(&json(&diff), "diff");
}

#[test]
fn reports_of_the_corpus_are_as_their_schema_says() {
    let Some(corpus) = shared("corpus/rendered") else { return };
    let mut charts: Vec<_> =
        corpus.read_dir().expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    charts.sort();
    for chart in charts.iter().step_by(charts.len() / 8 + 1) {
        let chart = chart.to_str().expect("a path of text");
        assert_valid(&report(&[chart]), chart);
    }
}

#[test]
fn what_is_no_report_is_not() {
    let (schemas, index) = compiled();
    let mut report = report(&["fixtures/example"]);
    for (place, wrong) in
        [("/findings/0/severity", "fatal"), ("/findings/0/line", "one"), ("/templates/0/complete", "no")]
    {
        let value = report.pointer_mut(place).expect("a value");
        let right = std::mem::replace(value, Value::from(wrong));
        assert!(schemas.validate(&report, index).is_err(), "{place}");
        *report.pointer_mut(place).expect("a value") = right;
    }
    report.as_object_mut().expect("an object").remove("summary");
    assert!(schemas.validate(&report, index).is_err());
}

#[test]
fn every_part_of_a_report_is_described() {
    let schema = schema();
    let described = schema["$defs"]["Report"]["properties"].as_object().expect("properties");
    let report = report(&["--admission", "--policy", "fixtures/policies/tools/psp.yaml", "fixtures/policies/tools"]);
    for part in report.as_object().expect("an object").keys() {
        assert!(described.contains_key(part), "{part}");
    }
    for (name, part) in schema["$defs"].as_object().expect("parts") {
        let properties = part["properties"].as_object().expect("properties");
        for (key, property) in properties {
            assert!(property["description"].is_string(), "{name}.{key}");
        }
    }
}
