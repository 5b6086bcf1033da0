//! Every case of the vectors of Gatekeeper: rows, findings, and what is refused.

use std::sync::LazyLock;

use podline::finding::Severity;
use podline::verdict::Evaluation;
use podline_policies::Decision;
use serde_json::{Value, json};

use crate::loaded_policies::judged::{Judged, all, assert_deep, assert_rows, differences, failing};

/// The cases, each with what podline says: judged once for all tests.
static JUDGED: LazyLock<Option<Vec<Judged>>> = LazyLock::new(|| all("vectors/gatekeeper.jsonl.gz", false));

fn given(row: &Evaluation) -> String {
    let object = &row.object;
    let message = if row.decision == Decision::Error { "" } else { &row.message };
    json!([
        [object.kind, object.namespace, object.name, row.as_pod.then_some("Pod")],
        [row.policy.engine.as_str(), row.policy.name, row.binding.as_deref(), row.param.as_deref()],
        [row.decision.word(), row.action_names, message],
    ])
    .to_string()
}

/// One row for each message, and one for a pass.
fn expected(row: &Value) -> Vec<String> {
    let one = |message: &str| {
        json!([
            [row["kind"], row["namespace"], row["name"], row["as"]],
            ["Gatekeeper", row["constraint"], null, null],
            [row["result"], [row["action"]], message],
        ])
        .to_string()
    };
    let messages = row["messages"].as_array().expect("messages").iter().filter_map(Value::as_str);
    // The words of errors are the engine's own.
    let messages = messages.map(|message| if row["result"] == "error" { "" } else { message });
    if row["result"] == "pass" { vec![one("")] } else { messages.map(one).collect() }
}

#[test]
fn every_row_is_as_gatekeeper_answered() {
    let Some(cases) = &*JUDGED else { return };
    assert!(assert_rows(cases, given, expected) > 4000);
}

#[test]
fn every_failing_row_is_a_finding_as_severe_as_its_action() {
    let Some(cases) = &*JUDGED else { return };
    let (mut rows, mut deep) = (0, 0);
    for (name, row, found) in failing(cases) {
        let severity = if row.action_names == ["deny"] { Severity::Error } else { Severity::Warning };
        assert!(found[0].rule.as_str().starts_with("gatekeeper/"), "{name}: {row:?}");
        assert!(found[0].severity >= severity, "{name}: {row:?}");
        rows += 1;
        deep += usize::from(found[0].path.segments().len() > 1);
    }
    assert_deep(deep, rows, 85);
}

#[test]
fn what_gatekeeper_refuses_is_told_by_kind_and_name() {
    let Some(cases) = &*JUDGED else { return };
    let mut all = 0;
    for Judged { case, told, problems, .. } in cases {
        let refused = told.iter().filter(|one| !one.invalid.is_empty());
        let given: Vec<String> = refused.map(|one| format!("{} {}", one.kind, one.reference.name)).collect();
        let invalid = case["invalid"].as_array().expect("a list").iter();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let name = |one: &Value| {
            let (kind, name) = (text(one, "kind"), text(one, "name"));
            if kind == "ExpansionTemplate" { format!("{kind} {kind}") } else { format!("{kind} {kind}/{name}") }
        };
        let expected: Vec<String> = invalid.map(name).collect();
        all += expected.len();
        let errors = problems.iter().filter(|one| one.is_error()).count();
        assert!(errors >= usize::from(!expected.is_empty()), "{}", case["name"]);
        assert_eq!(differences(given, expected), "", "{}", case["name"]);
    }
    assert!(all > 300);
}
