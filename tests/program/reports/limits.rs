//! More findings than the readers of a report take or show.

use podline::Severity;
use podline::config::severities::{Weight, apply};
use podline::report::{github, gitlab, junit, markdown, policy_report, sarif};

use crate::reports::json;
use crate::reports::waived::{finish, many, settings};

#[test]
fn sarif_keeps_the_most_severe_25000_results_and_says_what_is_left_out() {
    let settings = settings();
    let mut notes = many(6_000);
    let note = Weight::Severity(Severity::Note);
    notes.findings.iter_mut().for_each(|finding| assert!(apply(finding, note)));
    let errors = many(20_000);
    let finished = finish(Box::new(sarif::Sarif::new(&settings)), &[&notes, &errors]);
    let log = json(&finished.text());
    let results = log["runs"][0]["results"].as_array().expect("results");
    let of = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert_eq!((of("error"), of("note")), (20_000, 5_000));
    assert_eq!(results[0]["level"], "note", "the order is that of the input");
    assert_eq!(finished.remarks.len(), 2, "{:?}", finished.remarks);
    assert!(finished.remarks[0].contains("1000 of 26000 results are left out"), "{}", finished.remarks[0]);
    assert!(finished.remarks[1].contains("the 5000 most severe of 25000"), "{}", finished.remarks[1]);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["message"]["text"], finished.remarks[0]);
}

#[test]
fn sarif_says_nothing_of_limits_that_are_kept() {
    let settings = settings();
    assert!(finish(Box::new(sarif::Sarif::new(&settings)), &[&many(5_000)]).remarks.is_empty());
    let finished = finish(Box::new(sarif::Sarif::new(&settings)), &[&many(5_001)]);
    assert_eq!(finished.remarks.len(), 1);
}

#[test]
fn a_hundred_thousand_findings_are_all_told_where_nothing_forbids_it() {
    let (settings, report) = (settings(), many(100_000));
    let github = finish(Box::new(github::Github::new(&settings)), &[&report]).text();
    assert_eq!(github.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    assert_eq!(github.lines().filter(|line| line.starts_with("error: ")).count(), 99_990);
    assert!(github.ends_with("99990 errors more are in the log only\n"));
    let gitlab = finish(Box::new(gitlab::Gitlab::new(&settings)), &[&report]).text();
    assert_eq!(gitlab.lines().count(), 100_002);
    let junit = finish(Box::new(junit::Junit::new(&settings)), &[&report]).text();
    assert_eq!(junit.lines().filter(|line| line.contains("web.yaml:1:")).count(), 100_000);
    let policy = finish(Box::new(policy_report::PolicyReport::new(&settings)), &[&report]);
    assert!(policy.text().contains(r#""fail":100000"#));
    assert!(policy.remarks[0].contains("a cluster stores no object of"), "{:?}", policy.remarks);
}

#[test]
fn markdown_is_cut_where_a_comment_ends_and_says_so() {
    let settings = settings();
    let text = finish(Box::new(markdown::Markdown::new(&settings)), &[&many(100_000)]).text();
    assert!((60_000..=65_536).contains(&text.chars().count()), "{} characters", text.chars().count());
    let shown = text.lines().filter(|line| line.starts_with("| error |")).count();
    let cut = format!("{} of 100000 findings are not shown here.\n", 100_000 - shown);
    assert!(text.ends_with(&cut), "{}", &text[text.len() - 200..]);
    assert!(text.starts_with("## podline: 100000 errors\n"));
}
