//! What the modules' own code answered.

use std::fmt::Write as _;

use podline_defaulting::pod;
use podline_policies::{Actions, Cluster, Engine as _, User, kubewarden};
use serde_json::{Value, json};

use super::support::stored::stored;
use super::support::{review_of, vectors, yaml};

fn text<'v>(json: &'v Value, key: &str) -> &'v str {
    json[key].as_str().unwrap_or_default()
}

fn documents(case: &Value, key: &str) -> Vec<Value> {
    yaml::documents(text(case, key))
}

/// The rows of a case: document, as, policy, result, mode, message (of an error no matter which).
fn rows(case: &Value) -> Vec<Value> {
    let mut cluster = Cluster::new();
    for namespace in documents(case, "namespaces") {
        cluster.add(stored(&namespace, &Cluster::new()).expect("a namespace").object().clone());
    }
    let engine = kubewarden::load(&documents(case, "policies")).engine;
    let mut rows = Vec::new();
    for (document, manifest) in documents(case, "objects").iter().enumerate() {
        let whole = stored(manifest, &cluster).expect("a sound object");
        let mut judge = |object: &Value, of: Value, user: &str| {
            let judgements = review_of(object, &cluster, &User::named(user), |review| {
                let judgements = engine.judge(review);
                assert!(judgements.is_empty() || engine.accepts(&review.subject, &cluster));
                judgements
            });
            rows.extend(judgements.into_iter().map(|row| {
                let result = row.decision.word();
                let mode = if row.actions == Actions::DENY { "protect" } else { "monitor" };
                let message = if result == "error" { "" } else { &row.message };
                json!([document, of, &*row.policy, result, mode, message])
            }));
        };
        judge(whole.object(), Value::Null, "alice");
        if let Some(pod) = pod(&whole) {
            judge(pod.stored.object(), json!("Pod"), pod.user);
        }
    }
    rows
}

fn expected(case: &Value) -> Vec<Value> {
    let rows = case["expect"].as_array().expect("rows").iter();
    rows.map(|row| {
        let message = if row["result"] == "error" { "" } else { row["messages"][0].as_str().unwrap_or_default() };
        json!([row["document"], row["as"], row["policy"], row["result"], row["action"], message])
    })
    .collect()
}

/// Rows as sorted lines.
fn lines(rows: &[Value]) -> Vec<String> {
    let mut lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    lines.sort();
    lines
}

#[test]
fn every_row_is_as_the_modules_answered() {
    let Some(cases) = vectors("kubewarden") else { return };
    let (mut report, mut wrong, mut all) = (String::new(), 0, 0);
    for case in &cases {
        let (given, expected) = (lines(&rows(case)), lines(&expected(case)));
        all += expected.len();
        if given != expected {
            wrong += 1;
            let _ = writeln!(report, "{}", case["name"]);
            for line in expected.iter().filter(|line| !given.contains(line)) {
                let _ = writeln!(report, "  expected {line}");
            }
            for line in given.iter().filter(|line| !expected.contains(line)) {
                let _ = writeln!(report, "  given    {line}");
            }
        }
    }
    assert!(wrong == 0, "{wrong} cases of {all} rows differ:\n{report}");
}

#[test]
fn what_the_modules_refuse_is_refused_in_their_words() {
    let Some(cases) = vectors("kubewarden") else { return };
    let mut report = String::new();
    for case in &cases {
        let loaded = kubewarden::load(&documents(case, "policies"));
        assert_eq!(loaded.not_judged, [], "{}", case["name"]);
        let mut given: Vec<[&str; 3]> =
            loaded.refused.iter().map(|one| [one.kind.as_str(), one.name.as_str(), one.text.as_str()]).collect();
        let invalid = case["invalid"].as_array().expect("a list").iter();
        // The harness of the vectors left a mark in the words of one module.
        let words = |one| text(one, "error").trim_start_matches(": ");
        let mut expected: Vec<[&str; 3]> =
            invalid.map(|one| [text(one, "kind"), text(one, "name"), words(one)]).collect();
        given.sort_unstable();
        expected.sort_unstable();
        if given != expected {
            let _ = writeln!(report, "{}\n  expected {expected:#?}\n  given    {given:#?}", case["name"]);
        }
    }
    assert!(report.is_empty(), "{report}");
}
