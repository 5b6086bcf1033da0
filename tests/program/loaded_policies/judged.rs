//! The cases of vectors, judged as a run judges them: files in, rows and findings out.
#![allow(clippy::print_stdout, reason = "a test that measures says what")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use podline::finding::ReportEntry;
use podline::problem::Problem;
use podline::session::{Ask, AskedAdmission, Choice, Session};
use podline::source::discover::{Input, Source};
use podline::verdict::{Evaluation, FileReport, ToldLoaded};
use podline_policies::Decision;
use rayon::prelude::*;
use serde_json::Value;

use crate::support::{json_lines, shared};

/// A case, and what podline says of its objects and of its policies.
pub struct Judged {
    pub case: Value,
    pub report: FileReport,
    pub problems: Vec<Problem>,
    pub told: Vec<ToldLoaded>,
}

/// The cases of a file of vectors; `None` where it is not there. `as_written`: as the engine's own command line judges.
pub fn all(vectors: &str, as_written: bool) -> Option<Vec<Judged>> {
    let cases: Vec<Value> = json_lines(&shared(vectors)?).collect();
    let scratch = tempfile::tempdir().expect("a directory");
    let judge_one = |(index, case): (usize, Value)| {
        let directory = scratch.path().join(index.to_string());
        fs::create_dir(&directory).expect("a directory");
        judge(case, &directory, as_written)
    };
    Some(cases.into_par_iter().enumerate().map(judge_one).collect())
}

/// Judges the objects of a case: policies, namespaces and objects are files, as they would be given to podline.
fn judge(case: Value, directory: &Path, as_written: bool) -> Judged {
    let write = |name: &str, key: &str| {
        let path = directory.join(name);
        fs::write(&path, case[key].as_str().expect("a stream")).expect("a file");
        path
    };
    let (policies, cluster) = (write("policies.yaml", "policies"), write("namespaces.yaml", "namespaces"));
    let objects = write("objects.yaml", if case["objects"].is_null() { "resources" } else { "objects" });
    let ask = Ask {
        choice: Choice::None,
        policies: vec![policies],
        as_written,
        admission: AskedAdmission {
            cluster: vec![cluster],
            user: case["user"].as_str().map(str::to_owned),
            ..AskedAdmission::default()
        },
        ..Ask::default()
    };
    let display = objects.display().to_string();
    let input = Input { source: Source::File(objects), display, named: true, directory: None };
    let (session, problems) = Session::find(&ask, vec![input]).unwrap_or_else(|problems| panic!("{problems:?}"));
    let judged = session.judge(&session.inputs[0]).expect("readable").expect("a configuration that can be used");
    Judged { report: judged.report, told: session.told_loaded(), case, problems }
}

/// Compares rows in any order: which of several params comes first is chance. Says what differs; "" for nothing.
pub fn differences(mut given: Vec<String>, mut expected: Vec<String>) -> String {
    given.sort_unstable();
    expected.sort_unstable();
    let mut text = String::new();
    if given != expected {
        for missing in expected.iter().filter(|row| !given.contains(row)) {
            let _ = writeln!(text, "  - {missing}");
        }
        for more in given.iter().filter(|row| !expected.contains(row)) {
            let _ = writeln!(text, "  + {more}");
        }
        if text.is_empty() {
            text.push_str("  some rows come more often than others\n");
        }
    }
    text
}

/// Whether a row is a finding too.
pub fn is_found(row: &Evaluation) -> bool {
    matches!(row.decision, Decision::Fail | Decision::Error)
}

/// Compares the rows of all cases, as texts, with those that are expected. How many these are.
pub fn assert_rows(
    cases: &[Judged],
    given: impl Fn(&Evaluation) -> String,
    expected: impl Fn(&Value) -> Vec<String>,
) -> usize {
    let (mut wrong, mut all) = (String::new(), 0);
    for Judged { case, report, .. } in cases {
        let expected: Vec<String> = case["expect"].as_array().expect("rows").iter().flat_map(&expected).collect();
        all += expected.len();
        let found = differences(report.evaluations.iter().map(&given).collect(), expected);
        if !found.is_empty() {
            let _ = write!(wrong, "{}\n{found}", case["name"]);
        }
    }
    assert!(wrong.is_empty(), "some of {all} rows differ:\n{wrong}");
    all
}

/// The rows that are findings too, each with the name of its case and those findings.
pub fn failing(cases: &[Judged]) -> impl Iterator<Item = (&Value, &Evaluation, Vec<&ReportEntry>)> {
    cases.iter().flat_map(|Judged { case, report, .. }| {
        report.evaluations.iter().filter(|row| is_found(row)).map(move |row| {
            let found: Vec<_> = report.findings.iter().filter(|finding| is_about(finding, row)).collect();
            assert!(!found.is_empty(), "{}: {row:?}", case["name"]);
            (&case["name"], row, found)
        })
    })
}

/// Whether a finding says what a row says.
pub fn is_about(finding: &ReportEntry, row: &Evaluation) -> bool {
    finding.object.as_deref() == Some(&*row.object)
        && finding.policy.as_ref() == Some(&row.policy)
        && row.message.starts_with(finding.message.trim_end_matches('…'))
}

/// That so many of a hundred failing rows stand deeper than a top-level field.
pub fn assert_deep(deep: usize, rows: usize, least: usize) {
    let share = 100 * deep / rows.max(1);
    println!("{rows} failing rows, {deep} deeper than a top-level field: {share} %");
    assert!(share >= least, "{share} %");
}
