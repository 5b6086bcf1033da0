//! Nesting.

use crate::hostile::{
    AFTER, CUSTOM, FIRST, INVALID, assert_neighbours, assert_one, assert_refused, between, judge_baseline, lines_of,
    repeat_lines,
};

#[test]
fn a_million_brackets() {
    assert_refused(&"[".repeat(1_000_000), INVALID, 1, "nested in brackets or braces more than 128 levels deep");
}

#[test]
fn a_million_braces() {
    assert_refused(&"{".repeat(1_000_000), INVALID, 1, "nested in brackets or braces more than 128 levels deep");
}

#[test]
fn a_hundred_thousand_open_mappings() {
    let (findings, _) = between(&"{a: ".repeat(100_000));
    assert_one(&findings[0], INVALID, FIRST, "more than 128 levels deep", "{a: ");
    assert_eq!(findings[0].location.start.column, 4 * 128 + 1);
}

#[test]
fn fifty_thousand_indicators_on_one_line() {
    assert_refused(&"- ".repeat(50_000), INVALID, 1, "nested more than 1000 levels deep");
    assert_refused(&"? ".repeat(50_000), INVALID, 1, "nested more than 1000 levels deep");
    assert_refused(&"a: ".repeat(50_000), INVALID, 1, "mapping values are not allowed");
}

#[test]
fn three_thousand_levels_of_indentation() {
    let hostile = repeat_lines(3000, |level| format!("{}a:", " ".repeat(level)));
    assert_refused(&hostile, INVALID, 1001, "nested more than 1000 levels deep");
}

#[test]
fn as_many_levels_as_are_allowed_are_read() {
    let deep = repeat_lines(990, |level| format!("{}a:", " ".repeat(level + 1)));
    let (findings, report) = between(&format!("{CUSTOM}data:\n{deep}"));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(report.objects, 3);
}

#[test]
fn lists_in_lists() {
    let list = |depth: usize| {
        repeat_lines(depth, |level| {
            let indent = "  ".repeat(level);
            format!("{indent}apiVersion: v1\n{indent}kind: List\n{indent}items:\n{indent}-")
        })
    };
    assert_refused(&list(1000), INVALID, 4 * 500 + 1, "nested more than 1000 levels deep");
    let pod = |indent: &str| {
        format!(
            "{indent}apiVersion: v1\n{indent}kind: Pod\n{indent}metadata: {{name: deep}}\n{indent}spec: {{hostIPC: true}}"
        )
    };
    let (findings, report) = between(&format!("{}{}", list(400), pod(&"  ".repeat(400))));
    assert_eq!(lines_of(&findings, "pss/hostNamespaces"), [4 * 400 + 4]);
    let item = report.templates[1].object.item.clone().expect("it is an item");
    assert_eq!(item.split('.').count(), 400);
    assert!(item.split('.').all(|index| index == "0"));
}

#[test]
fn json_of_depth_ten_thousand() {
    let report = judge_baseline(format!("{}{AFTER}", "{\"a\":".repeat(10_000)));
    assert_neighbours(&report, &["after"]);
    assert_one(&report.findings[0], INVALID, 1, "more than 128 levels deep", "JSON");
    // Behind two values it cannot be YAML any more.
    let report = judge_baseline(format!("{{}}{{}}{}{AFTER}", "{\"a\":".repeat(10_000)));
    assert_neighbours(&report, &["after"]);
    let found = report.findings.iter().find(|finding| finding.rule == INVALID).expect("an error");
    assert_one(found, INVALID, 1, "more than 128 levels deep", "JSON stream");
}
