//! Every case of the vectors of Kyverno: rows, findings, and what is refused or not judged.

use std::fmt::Write as _;
use std::sync::LazyLock;

use podline::finding::Severity;
use podline::verdict::Evaluation;
use podline::yaml::path::FieldPath;
use podline_policies::Rule;
use serde_json::Value;

use crate::loaded_policies::judged::{Judged, all, assert_deep, differences, is_found};
use crate::loaded_policies::kyverno_answers::{self as answers, Row};

/// The cases, each with what podline says: judged once for all tests.
static JUDGED: LazyLock<Option<Vec<Judged>>> = LazyLock::new(|| all("vectors/kyverno.jsonl.gz", true));

fn given(row: &Evaluation) -> Row {
    Row {
        document: row.object.document as u64,
        policy: row.policy.name.clone(),
        rule: match &row.rule {
            Rule::Named(name) => name.to_string(),
            Rule::Whole | Rule::Validation(_) => String::new(),
        },
        result: row.decision.word(),
        message: row.message.clone(),
        actions: row.action_names.clone(),
    }
}

/// The rule that a row belongs to, as its policy writes it: it may have written the name of a generated one.
fn rules_of(row: &Evaluation) -> Vec<String> {
    let Rule::Named(name) = &row.rule else { panic!("a rule has a name") };
    let stripped = name.trim_start_matches("autogen-").trim_start_matches("cronjob-");
    let id = |name: &str| match name {
        "" | "evaluation" => format!("kyverno/{}", row.policy.name),
        name => format!("kyverno/{}/{name}", row.policy.name),
    };
    vec![id(name), id(stripped)]
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

#[test]
fn every_row_is_as_kyverno_answers() {
    let Some(cases) = &*JUDGED else { return };
    let (mut wrong, mut all) = (String::new(), 0);
    for Judged { case, report, .. } in cases {
        all += report.evaluations.len();
        let found = answers::differences(report.evaluations.iter().map(given).collect(), case);
        if !found.is_empty() && !answers::BY_CHANCE.contains(&text(&case["name"])) {
            let _ = writeln!(wrong, "{}\n  {}", case["name"], found.join("\n  "));
        }
    }
    assert!(wrong.is_empty(), "some of {all} rows differ:\n{wrong}");
    assert!(all > 5000);
}

#[test]
fn every_row_names_its_object_as_it_is_stored() {
    let Some(cases) = &*JUDGED else { return };
    for Judged { case, report, .. } in cases {
        let of = |row: &Evaluation| {
            [&row.object.kind, &row.object.namespace, &row.object.name].map(String::as_str).join(" ")
        };
        let expected = case["expect"].as_array().expect("rows").iter();
        let expected = expected.map(|row| [&row["kind"], &row["namespace"], &row["name"]].map(text).join(" "));
        let found = differences(report.evaluations.iter().map(of).collect(), expected.collect());
        assert_eq!(found, "", "{}", case["name"]);
    }
}

#[test]
fn every_failing_row_is_a_finding_as_severe_as_its_actions() {
    let Some(cases) = &*JUDGED else { return };
    let (mut rows, mut deep) = (0, 0);
    for Judged { case, report, .. } in cases {
        for row in report.evaluations.iter().filter(|row| is_found(row)) {
            let is_its = |finding: &&podline::finding::ReportEntry| {
                let object = finding.object.as_deref().expect("an object");
                (object.document, &object.item) == (row.object.document, &row.object.item)
                    && finding.policy.as_ref() == Some(&row.policy)
                    && rules_of(row).contains(&finding.rule.to_string())
                    && (row.message.is_empty() || row.message.starts_with(finding.message.trim_end_matches('…')))
            };
            let found = report.findings.iter().find(is_its).unwrap_or_else(|| panic!("{}: {row:?}", case["name"]));
            let denies = row.action_names.iter().any(|action| ["Enforce", "Deny"].contains(action));
            let severity = if denies { Severity::Error } else { Severity::Warning };
            assert_eq!(found.severity, severity, "{}: {row:?}", case["name"]);
            rows += 1;
            deep += usize::from(found.path.segments().len() > 1 && found.path != FieldPath::of("metadata.name"));
        }
    }
    // Two in five ask about constants, as nobody would: those are at the name.
    assert_deep(deep, rows, 50);
}

#[test]
fn what_kyverno_refuses_is_said_with_the_name_of_the_policy() {
    let Some(cases) = &*JUDGED else { return };
    for Judged { case, problems, .. } in cases {
        let errors: Vec<&str> = problems.iter().filter(|one| one.is_error()).map(|one| one.message.as_str()).collect();
        let invalid = case["invalid"].as_array().expect("a list");
        assert_eq!(errors.len(), invalid.len(), "{}: {errors:?}", case["name"]);
        for one in invalid {
            let name = format!("{:?}", text(&one["policy"]));
            assert!(errors.iter().any(|error| error.contains(&name)), "{}: {errors:?}", case["name"]);
        }
    }
}

#[test]
fn what_is_not_judged_is_told_by_policy_and_rule() {
    let Some(cases) = &*JUDGED else { return };
    for Judged { case, told, problems, .. } in cases {
        for one in case["not_judged"].as_array().expect("a list") {
            let policy = told.iter().find(|known| known.reference.name == text(&one["policy"])).expect("a policy");
            let is_it = |(rule, why): &&(Option<String>, String)| {
                rule.as_deref().unwrap_or_default() == text(&one["rule"]) && why.contains(text(&one["why"]))
            };
            assert!(policy.not_judged.iter().any(|one| is_it(&one)), "{one}: {:?}", policy.not_judged);
            let said = problems.iter().filter(|problem| problem.message.contains("judges nothing"));
            assert!(said.filter(|problem| problem.message.contains(text(&one["rule"]))).count() > 0, "{one}");
        }
    }
}
