//! All formats tell the same findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

use crate::reports::{FORMATS, json, podline, root, run};
use crate::support::shared;

/// Rule, file and line of each finding, with how often it is told.
type Told = BTreeMap<(String, String, u64), usize>;

fn count(findings: impl Iterator<Item = (String, String, u64)>) -> Told {
    let mut told = Told::new();
    findings.for_each(|finding| *told.entry(finding).or_default() += 1);
    told
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

/// `file:line:column: …` taken apart.
fn place(text: &str) -> (String, u64) {
    let mut parts = text.splitn(3, ':');
    let file = parts.next().expect("a file").to_owned();
    (file, parts.next().and_then(|line| line.parse().ok()).expect("a line"))
}

/// What a format tells.
fn told(format: &str, text_of: &str) -> Told {
    match format {
        "json" => count(list(&json(text_of)["findings"]).map(|finding| {
            (text(&finding["rule"]), text(&finding["file"]), finding["line"].as_u64().expect("a line"))
        })),
        "sarif" => count(list(&json(text_of)["runs"][0]["results"]).map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let line = place["region"]["startLine"].as_u64().expect("a line");
            (text(&result["ruleId"]), text(&place["artifactLocation"]["uri"]), line)
        })),
        "gitlab" => count(list(&json(text_of)).map(|entry| {
            let place = &entry["location"];
            (text(&entry["check_name"]), text(&place["path"]), place["lines"]["begin"].as_u64().expect("a line"))
        })),
        "policy-report" => {
            let report = json(text_of);
            let results = list(&report["items"]).flat_map(|item| list(&item["results"]));
            count(results.filter(|result| result["result"] != "pass").map(|result| {
                let line = text(&result["properties"]["line"]).parse().expect("a line");
                (text(&result["policy"]), text(&result["properties"]["file"]), line)
            }))
        }
        "junit" => junit(text_of),
        "github" => count(text_of.lines().filter_map(github)),
        "markdown" => count(text_of.split("### Findings").nth(1).expect("a table").lines().skip(4).map(markdown)),
        _ => panic!("{format}"),
    }
}

fn junit(text: &str) -> Told {
    let report = Report::deserialize_from_str(text).expect("JUnit");
    let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    count(cases.flat_map(|case| {
        let fails = match &case.status {
            TestCaseStatus::NonSuccess { description, .. } => description.as_ref(),
            _ => None,
        };
        let said = [fails, case.system_out.as_ref()].into_iter().flatten();
        let lines = said.flat_map(|text| text.as_str().lines()).filter(|line| !line.contains(": overlay: "));
        let finding = |line: &str| {
            let (file, at) = place(line);
            let rule = line.split_once('[').and_then(|(_, rest)| rest.split_once(']')).expect("a rule").0;
            (rule.to_owned(), file, at)
        };
        lines.map(finding).collect::<Vec<_>>()
    }))
}

/// An annotation, or a plain line: `error: file:line:column: [rule] message`.
fn github(line: &str) -> Option<(String, String, u64)> {
    let Some(command) = line.strip_prefix("::") else {
        let (place_of, rest) = line.split_once(": ")?.1.split_once(": [")?;
        let (file, line) = place(place_of);
        return Some((rest.split(']').next()?.to_owned(), file, line));
    };
    if command.starts_with("notice title=podline::") {
        return None;
    }
    let property =
        |name: &str| command.split([' ', ',', ':']).find_map(|part| part.strip_prefix(name)).expect("a property");
    let line = property("line=").parse().expect("a line");
    Some((property("title=").to_owned(), property("file=").to_owned(), line))
}

/// A row of the table of findings.
fn markdown(row: &str) -> (String, String, u64) {
    let cells: Vec<&str> = row.split(" | ").collect();
    let target = cells[1].split_once("](").expect("a link").1;
    let (file, line) = target.trim_end_matches(')').split_once("#L").expect("a line");
    let rule = cells[2].trim_start_matches('[').split(']').next().expect("a rule");
    (rule.to_owned(), file.to_owned(), line.parse().expect("a line"))
}

#[test]
fn all_formats_tell_the_same_findings_of_one_run() {
    let scratch = tempfile::tempdir().expect("a directory");
    let formats: Vec<&str> = FORMATS.into_iter().chain(["json"]).collect();
    let outputs = formats.iter().map(|format| format!("--output={format}={}", scratch.path().join(format).display()));
    let outputs: Vec<String> = outputs.collect();
    let input = ["--path-prefix", "", "fixtures/example", "fixtures/cases", "fixtures/kustomize"];
    let arguments: Vec<&str> = outputs.iter().map(String::as_str).chain(input).collect();
    let (status, human, _) = run(&mut podline(root(), &arguments));
    assert_eq!(status, 1);
    assert!(human.contains("Checked "), "standard output is for people all the same");
    let read = |format: &str| fs::read_to_string(scratch.path().join(format)).expect("a report");
    let expected = told("json", &read("json"));
    assert!(expected.len() > 30, "{expected:?}");
    for format in FORMATS.into_iter().filter(|format| *format != "markdown") {
        assert_eq!(told(format, &read(format)), expected, "{format}");
    }
    // The table has no room for all of them.
    let markdown = told("markdown", &printed_markdown());
    assert_eq!(markdown, told("json", &crate::reports::printed(&["--format", "json", "fixtures/example"])));
}

fn printed_markdown() -> String {
    crate::reports::printed(&["--format", "markdown", "fixtures/example"])
}

#[test]
fn no_two_test_cases_of_the_corpus_have_the_same_name() {
    let Some(corpus) = shared("corpus") else { return };
    let path = corpus.to_str().expect("UTF-8");
    for input in [path, "fixtures"] {
        let text = crate::reports::printed(&["--format", "junit", input]);
        let report = Report::deserialize_from_str(&text).expect("JUnit");
        let mut seen = BTreeSet::new();
        let mut failures = 0;
        for case in report.test_suites.iter().flat_map(|suite| &suite.test_cases) {
            let class = case.classname.as_ref().expect("a class").as_str();
            assert!(seen.insert((class, case.name.as_str())), "{class}: {}", case.name.as_str());
            failures += usize::from(matches!(case.status, TestCaseStatus::NonSuccess { .. }));
        }
        assert!(seen.len() > 100 && failures > 0, "{} cases, {failures} failures", seen.len());
    }
}
