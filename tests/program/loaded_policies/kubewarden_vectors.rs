//! Every case of the vectors of Kubewarden: rows, findings, and what is refused.

use std::sync::LazyLock;

use podline::finding::Severity;
use podline::verdict::Evaluation;
use podline_policies::Decision;
use serde_json::{Value, json};

use crate::loaded_policies::judged::{Judged, all, assert_deep, assert_rows, differences, failing};

/// The cases, each with what podline says: judged once for all tests.
static JUDGED: LazyLock<Option<Vec<Judged>>> = LazyLock::new(|| all("vectors/kubewarden.jsonl.gz", false));

fn given(row: &Evaluation) -> String {
    let object = &row.object;
    // What a module says where it breaks down is said in the words of its language.
    let message = if row.decision == Decision::Error { "" } else { &row.message };
    json!([
        [object.kind, object.namespace, object.name, row.as_pod.then_some("Pod")],
        [row.policy.engine.as_str(), row.policy.name, row.binding.as_deref(), row.param.as_deref()],
        [row.decision.word(), row.action_names, message],
    ])
    .to_string()
}

fn expected(row: &Value) -> String {
    let message = if row["result"] == "error" { "" } else { row["messages"][0].as_str().unwrap_or_default() };
    json!([
        [row["kind"], row["namespace"], row["name"], row["as"]],
        ["Kubewarden", row["policy"], null, null],
        [row["result"], [row["action"]], message],
    ])
    .to_string()
}

#[test]
fn every_row_is_as_the_modules_answered() {
    let Some(cases) = &*JUDGED else { return };
    assert!(assert_rows(cases, given, |row| vec![expected(row)]) > 1000);
}

#[test]
fn every_failing_row_is_a_finding_as_severe_as_its_mode() {
    let Some(cases) = &*JUDGED else { return };
    let (mut rows, mut deep) = (0, 0);
    for (name, row, found) in failing(cases) {
        assert_eq!(found[0].rule.as_str(), format!("kubewarden/{}", row.policy.name));
        let severity = if row.action_names == ["protect"] { Severity::Error } else { Severity::Warning };
        assert_eq!(found[0].severity, severity, "{name}: {row:?}");
        rows += 1;
        deep += usize::from(found[0].path.segments().len() > 1);
    }
    assert_deep(deep, rows, 85);
}

#[test]
fn what_the_modules_refuse_is_refused_in_their_words_with_the_name_of_the_policy() {
    let Some(cases) = &*JUDGED else { return };
    let mut refused = 0;
    for Judged { case, problems, .. } in cases {
        let given: Vec<String> = problems.iter().filter(|one| one.is_error()).map(|one| one.message.clone()).collect();
        let invalid = case["invalid"].as_array().expect("a list").iter();
        // The harness of the vectors left a mark in the words of one module.
        let words = |one: &Value| {
            let error = one["error"].as_str().unwrap_or_default().trim_start_matches(": ");
            format!("{} {}: {error}", one["kind"].as_str().unwrap_or_default(), one["name"])
        };
        let expected: Vec<String> = invalid.map(words).collect();
        refused += expected.len();
        assert_eq!(differences(given, expected), "", "{}", case["name"]);
    }
    assert!(refused > 50);
}
