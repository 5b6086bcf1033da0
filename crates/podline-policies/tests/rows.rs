//! What a real API server's policies said about objects and their pods, row by row, and how it answered.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use podline_policies::{Actions, Decision, Judgement, Rule};
use serde_json::{Value, json};
use support::judged::{CASES, Judged};

/// A row in the shape of the vectors.
fn row(of: &Judged, judgement: &Judgement) -> String {
    let rule = match &judgement.rule {
        Rule::Whole => Value::Null,
        Rule::Validation(index) => json!(index),
        Rule::Named(name) => json!(name.to_string()),
    };
    let metadata = &of.manifest["metadata"];
    let of_metadata = |key: &str| metadata.get(key).cloned().unwrap_or_else(|| json!(""));
    let actions: Vec<&str> = judgement.actions.names().collect();
    let undecided = judgement.decision == Decision::Undecided;
    let reason = if judgement.decision == Decision::Fail { judgement.reason.as_deref() } else { None };
    json!([
        [of.manifest["kind"], of_metadata("namespace"), of_metadata("name"), of.pod.then_some("Pod")],
        [judgement.policy.to_string(), judgement.binding.as_deref(), judgement.param.as_deref(), rule],
        [judgement.decision.word(), actions, if undecided { "" } else { &judgement.message }, reason],
    ])
    .to_string()
}

fn expected(row: &Value) -> String {
    let reason = if row["result"] == "fail" { row["reason"].clone() } else { Value::Null };
    json!([
        [row["kind"], row["namespace"], row["name"], row["as"]],
        [row["policy"], row["binding"], row["param"], row["rule"]],
        [row["result"], row["actions"], row["message"], reason],
    ])
    .to_string()
}

#[test]
fn every_row_is_the_servers() {
    let Some(cases) = &*CASES else { return };
    let (mut report, mut all) = (String::new(), 0);
    for (case, judged) in cases {
        let mut expected: Vec<String> = case["expect"].as_array().expect("rows").iter().map(expected).collect();
        let mut given: Vec<String> =
            judged.iter().flat_map(|of| of.judgements.iter().map(|judgement| row(of, judgement))).collect();
        expected.sort_unstable();
        given.sort_unstable();
        all += expected.len();
        if given != expected {
            let _ = writeln!(report, "{}", case["name"]);
            for missing in expected.iter().filter(|row| !given.contains(row)) {
                let _ = writeln!(report, "  - {missing}");
            }
            for wrong in given.iter().filter(|row| !expected.contains(row)) {
                let _ = writeln!(report, "  + {wrong}");
            }
        }
    }
    assert!(report.is_empty(), "some of {all} rows differ:\n{report}");
}

/// The messages that a denial may have: which of several comes first is chance.
fn denials(of: &Judged) -> BTreeSet<String> {
    let denies = of.judgements.iter().filter(|judgement| judgement.actions.contains(Actions::DENY));
    let text = |judgement: &Judgement| {
        let binding = judgement.binding.as_ref().map(|name| format!(" with binding '{name}'")).unwrap_or_default();
        format!(
            "{} is forbidden: ValidatingAdmissionPolicy '{}'{binding} denied request: {}",
            of.name, judgement.policy, judgement.message
        )
    };
    denies.map(text).collect()
}

/// The warnings. Those of several lines do not fit in a header, and are lost.
fn warnings(of: &Judged) -> BTreeSet<String> {
    let warns = of.judgements.iter().filter(|judgement| judgement.actions.contains(Actions::WARN));
    let text = |judgement: &Judgement| {
        format!(
            "Validation failed for ValidatingAdmissionPolicy '{}' with binding '{}': {}",
            judgement.policy,
            judgement.binding.as_deref().unwrap_or_default(),
            judgement.message
        )
    };
    warns.map(text).filter(|text| !text.contains('\n')).collect()
}

/// The audit annotations of policies, and how many there are of failures.
fn annotations(of: &Judged) -> BTreeSet<(String, String)> {
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for judgement in &of.judgements {
        let Rule::Named(name) = &judgement.rule else { continue };
        if judgement.decision != Decision::Pass {
            continue;
        }
        let key = name.trim_start_matches("auditAnnotations[").trim_end_matches(']');
        let key = format!("{}/{key}", judgement.policy);
        let at = values.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            values.push((key, Vec::new()));
            values.len() - 1
        });
        if !values[at].1.contains(&judgement.message) {
            values[at].1.push(judgement.message.clone());
        }
    }
    values.into_iter().map(|(key, values)| (key, sorted(&values.join(", ")))).collect()
}

/// Several values come in any order.
fn sorted(joined: &str) -> String {
    let mut values: Vec<&str> = joined.split(", ").collect();
    values.sort_unstable();
    values.join(", ")
}

const FAILURES: &str = "validation.policy.admission.k8s.io/validation_failure";

fn answer(response: &Value) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let texts = |list: &Value| -> BTreeSet<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let warnings = texts(&response["warnings"]);
    let of_policies =
        warnings.into_iter().filter(|text| text.starts_with("Validation failed for Validating")).collect();
    let annotations = response["auditAnnotations"].as_object().into_iter().flatten();
    let of_policies_too = annotations
        .filter(|(key, _)| *key != FAILURES && !key.starts_with("apiserver.latency"))
        .map(|(key, value)| (key.clone(), sorted(value.as_str().unwrap_or_default())))
        .collect();
    (of_policies, of_policies_too)
}

#[test]
fn every_answer_follows_from_the_rows() {
    let Some(cases) = &*CASES else { return };
    let mut report = String::new();
    for (case, judged) in cases {
        // What the cluster's authorizer says, nobody knows here.
        if judged.iter().any(|of| of.judgements.iter().any(|row| row.decision == Decision::Undecided)) {
            continue;
        }
        let responses = case["responses"].as_array().expect("responses");
        assert_eq!(responses.len(), judged.len(), "{}", case["name"]);
        for (response, of) in responses.iter().zip(judged) {
            let denials = denials(of);
            let message = response["message"].as_str().expect("a message");
            let fits = if response["allowed"] == true { denials.is_empty() } else { denials.contains(message) };
            // Annotations and warnings of what is denied depend on which policies came before the denial.
            let answered = response["allowed"] != true || answer(response) == (warnings(of), annotations(of));
            if !fits || !answered {
                let _ = writeln!(
                    report,
                    "{}: {response}\n  {denials:?} {:?} {:?}",
                    case["name"],
                    warnings(of),
                    annotations(of)
                );
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn of_failing_rows_most_blame_a_field_below_spec() {
    let Some(cases) = &*CASES else { return };
    let judgements = cases.iter().flat_map(|(_, judged)| judged).flat_map(|of| &of.judgements);
    let failing: Vec<&Judgement> = judgements.filter(|judgement| judgement.decision == Decision::Fail).collect();
    let deep = failing.iter().filter(|row| row.blame().is_some_and(|blame| blame.path.len() > 1)).count();
    assert!(deep * 100 >= failing.len() * 85, "{deep} of {} failing rows", failing.len());
}
