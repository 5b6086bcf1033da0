//! Hostile input: whatever stands in one document, it is answered at its place, and the documents around it are judged.

mod aliases;
mod characters;
mod nesting;
mod output;
mod size;

use crate::support::judge;
use podline::finding::{ReportEntry, Severity};
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;

const BEFORE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: before}\nspec: {hostPID: true, containers: [{name: c}]}\n---\n";
const AFTER: &str =
    "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: after}\nspec: {hostPID: true, containers: [{name: c}]}\n";
/// The line on which what stands between the two begins.
const FIRST: usize = 6;

/// A Pod up to its only container, whose fields follow at four spaces.
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: hostile}\nspec:\n  containers:\n  - name: c\n";
/// A custom resource, of which podline decodes the metadata alone.
const CUSTOM: &str = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: hostile}\n";

fn judge_baseline(text: impl Into<Vec<u8>>) -> FileReport {
    judge(text, Level::Baseline, Version::Latest)
}

/// Judges a text between two bad pods, and sees to it that they are judged: the findings of the text alone, and the
/// whole report.
fn between(hostile: &str) -> (Vec<ReportEntry>, FileReport) {
    let mut report = judge_baseline(format!("{BEFORE}{hostile}{AFTER}"));
    assert_neighbours(&report, &["before", "after"]);
    let is_neighbour = |finding: &ReportEntry| {
        finding.object.as_ref().is_some_and(|object| matches!(object.name.as_str(), "before" | "after"))
    };
    let (neighbours, own): (Vec<_>, Vec<_>) = std::mem::take(&mut report.findings).into_iter().partition(is_neighbour);
    assert_eq!(neighbours.len(), 2, "one finding each: {neighbours:#?}");
    assert_eq!(neighbours[0].location.start.line, 4);
    let lines = BEFORE.len() + hostile.len() + AFTER.len();
    let last = format!("{BEFORE}{hostile}{AFTER}").bytes().filter(|&byte| byte == b'\n').count();
    assert_eq!(neighbours[1].location.start.line, last, "of a text of {lines} bytes");
    (own, report)
}

/// These pods, of those on both sides, were judged and found bad.
fn assert_neighbours(report: &FileReport, names: &[&str]) {
    for name in names {
        let template = report.templates.iter().find(|template| template.object.name == *name);
        let verdict = &template.unwrap_or_else(|| panic!("{name} is judged")).verdicts[0];
        let checks: Vec<_> = verdict.checks.iter().map(|check| check.id).collect();
        assert_eq!(checks, ["hostNamespaces"], "{name}");
    }
}

/// A text between two bad pods is answered with one error, on this line of its own and with these words.
fn assert_refused(hostile: &str, rule: &str, line: usize, words: &str) {
    let (findings, _) = between(hostile);
    let start: String = hostile.chars().take(60).collect();
    assert_eq!(findings.len(), 1, "{start:?}: {:#?}", findings.iter().take(3).collect::<Vec<_>>());
    assert_one(&findings[0], rule, FIRST - 1 + line, words, &start);
}

fn assert_one(finding: &ReportEntry, rule: &str, line: usize, words: &str, what: &str) {
    assert_eq!(finding.rule, rule, "{what:?}: {}", finding.message);
    assert_eq!(finding.severity, Severity::Error, "{what:?}");
    assert!(finding.message.contains(words), "{what:?}: {}", finding.message);
    assert_eq!(finding.location.start.line, line, "{what:?}: {}", finding.message);
}

const INVALID: &str = "manifest/invalid-yaml";

/// The lines of the findings of a rule, relative to the text that stands between the two pods.
fn lines_of(findings: &[ReportEntry], rule: &str) -> Vec<usize> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| finding.location.start.line + 1 - FIRST).collect()
}

/// Each of a number of lines is pointed at once by a rule, and nothing else is.
fn assert_each_line(findings: &[ReportEntry], rule: &str, lines: impl Iterator<Item = usize>) {
    let expected: Vec<usize> = lines.collect();
    let found = lines_of(findings, rule);
    assert_eq!(found.len(), expected.len(), "findings of {rule}");
    assert_eq!(found.len(), findings.len(), "findings of other rules beside {rule}");
    let wrong = found.iter().zip(&expected).find(|(found, expected)| found != expected);
    assert_eq!(wrong, None, "found at, expected at");
}

/// A text of many lines.
fn repeat_lines(count: usize, mut line: impl FnMut(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0..count {
        text.push_str(&line(index));
        text.push('\n');
    }
    text
}
