//! Every case of the vectors of ValidatingAdmissionPolicy: rows, findings, severities.

use std::sync::LazyLock;

use podline::finding::Severity;
use podline::verdict::Evaluation;
use podline_policies::{Decision, Rule};
use serde_json::{Value, json};

use crate::loaded_policies::judged::{Judged, all, assert_deep, assert_rows, differences, failing, is_about, is_found};

/// The cases, each with what podline says: judged once for all tests.
static JUDGED: LazyLock<Option<Vec<Judged>>> =
    LazyLock::new(|| all("vectors/validating-admission-policy.jsonl.gz", false));

fn given(row: &Evaluation) -> String {
    let rule = match &row.rule {
        Rule::Whole => Value::Null,
        Rule::Validation(index) => json!(index),
        Rule::Named(name) => json!(name.to_string()),
    };
    let object = &row.object;
    let actions: Vec<&str> = row.actions.names().collect();
    let message = if row.decision == Decision::Undecided { "" } else { &row.message };
    json!([
        [object.kind, object.namespace, object.name, row.as_pod.then_some("Pod")],
        [row.policy.name, row.binding.as_deref(), row.param.as_deref(), rule],
        [row.decision.word(), actions, message],
    ])
    .to_string()
}

fn expected(row: &Value) -> String {
    json!([
        [row["kind"], row["namespace"], row["name"], row["as"]],
        [row["policy"], row["binding"], row["param"], row["rule"]],
        [row["result"], row["actions"], row["message"]],
    ])
    .to_string()
}

#[test]
fn every_row_is_the_servers() {
    let Some(cases) = &*JUDGED else { return };
    assert!(assert_rows(cases, given, |row| vec![expected(row)]) > 14_000);
}

#[test]
fn every_failing_row_is_a_finding_at_a_place() {
    let Some(cases) = &*JUDGED else { return };
    let (mut rows_with_place, mut deep) = (0, 0);
    for (_, row, found) in failing(cases) {
        assert!(found.iter().all(|finding| finding.rule.short() == row.policy.name));
        if row.message.starts_with("failed to configure") {
            continue;
        }
        rows_with_place += 1;
        deep += usize::from(found.iter().any(|finding| finding.path.segments().len() > 1));
    }
    assert_deep(deep, rows_with_place, 85);
}

#[test]
fn the_severity_follows_from_what_the_cluster_does() {
    let Some(cases) = &*JUDGED else { return };
    for Judged { report, .. } in cases {
        for finding in report.findings.iter().filter(|finding| finding.policy.is_some()) {
            let is_its = |row: &&Evaluation| is_about(finding, row) && row.decision != Decision::Undecided;
            let rows = report.evaluations.iter().filter(is_its);
            let mut rows = rows.filter(|row| is_found(row)).peekable();
            if rows.peek().is_none() {
                continue;
            }
            let names: Vec<&str> = rows.flat_map(|row| row.actions.names().collect::<Vec<_>>()).collect();
            let severity = match names.as_slice() {
                names if names.contains(&"Deny") => Severity::Error,
                [] => Severity::Note,
                _ => Severity::Warning,
            };
            assert!(finding.severity <= severity, "{finding:?}");
        }
    }
}

#[test]
fn what_the_server_refuses_is_refused_in_its_words() {
    let Some(cases) = &*JUDGED else { return };
    for Judged { case, told, .. } in cases {
        let invalid = case["invalid"].as_array().expect("a list").iter();
        let expected = invalid.map(|one| json!([one["kind"], one["name"], one["error"]]).to_string());
        let refused = told.iter().filter(|one| !one.invalid.is_empty());
        let given = refused.map(|one| json!([one.kind, one.reference.name, one.invalid.join("; ")]).to_string());
        assert_eq!(differences(given.collect(), expected.collect()), "", "{}", case["name"]);
    }
}
