//! What is accepted, and what podline can mend.

use std::path::PathBuf;
use std::sync::Arc;

use podline::finding::{Edit, Fix, ReportEntry, Waived, WaiverSource};
use podline::report::format::{Checked, PolicyReportApi, Report, Run, Settings};
use podline::report::summary::Summary;
use podline::report::{github, gitlab, junit, markdown, policy_report, sarif};
use podline::source::repository::Paths;
use podline::verdict::FileReport;
use podline::{Options, lint_text};

use crate::reports::json;
use podline::rules::Catalogue;

pub fn settings() -> Settings {
    Settings {
        paths: Paths::new(PathBuf::from("/nowhere"), Some(String::new())),
        policy_report_api: PolicyReportApi::WgPolicy,
        sarif_category: "podline".to_owned(),
        link_base: String::new(),
        time: None,
    }
}

/// What a format makes of some files.
pub fn finish(mut report: Box<dyn Report + '_>, files: &[&FileReport]) -> podline::report::format::Finished {
    let mut summary = Summary::default();
    for file in files {
        summary.add(file);
        report.add(&[Checked { name: "web.yaml", outcome: Ok(file) }]);
    }
    // Some of them are findings alone, made by hand.
    summary.templates = summary.templates.max(1);
    report.finish(&Run {
        summary: &summary,
        judged_by: "restricted:latest",
        successful: true,
        failure: None,
        rules: Catalogue::of_podline(),
        compared: None,
        denied: &[],
        levels: &[],
    })
}

/// Two findings: one that is waived, and one that podline can mend.
fn two_findings() -> FileReport {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {hostPID: true, hostIPC: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}";
    let mut report = lint_text("web.yaml", pod, &Options::default()).expect("a small file");
    let [waived, mended] = report.findings.as_mut_slice() else { panic!("{:?}", report.findings) };
    let accepted = Waived {
        source: WaiverSource::Comment,
        reason: "the agent needs it".into(),
        until: Some("2027-03-31".into()),
        file: "web.yaml".into(),
        line: 1,
    };
    waived.waived = Some(Arc::new(accepted));
    let edits = vec![Edit { location: mended.location, text: "false".to_owned() }];
    mended.fix = Some(Fix { safe: true, edits });
    report
}

#[test]
fn sarif_suppresses_what_is_waived_and_carries_fixes() {
    let (settings, report) = (settings(), two_findings());
    let log = json(&finish(Box::new(sarif::Sarif::new(&settings)), &[&report]).text());
    let results = &log["runs"][0]["results"];
    let suppression = &results[0]["suppressions"][0];
    assert_eq!(suppression["justification"], "the agent needs it (until 2027-03-31)");
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"inSource".into(), &"accepted".into()));
    // Either all results of a run say how they are suppressed, or none does.
    assert_eq!(results[1]["suppressions"], serde_json::json!([]));
    let change = &results[1]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "web.yaml");
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "false");
    assert_eq!(change["replacements"][0]["deletedRegion"], results[1]["locations"][0]["physicalLocation"]["region"]);
}

#[test]
fn sarif_says_nothing_of_suppression_where_nothing_is_waived() {
    let (settings, mut report) = (settings(), two_findings());
    report.findings[0].waived = None;
    assert!(!finish(Box::new(sarif::Sarif::new(&settings)), &[&report]).text().contains("suppressions"));
}

#[test]
fn junit_passes_what_is_waived_and_says_why() {
    let (settings, report) = (settings(), two_findings());
    let text = finish(Box::new(junit::Junit::new(&settings)), &[&report]).text();
    // Both are of one object, so the case fails by the other one.
    let failure = text.split("<failure").nth(1).and_then(|rest| rest.split("</failure>").next()).expect("a failure");
    assert!(text.contains(r#"tests="1" skipped="0" failures="1""#) && !failure.contains("hostPID"), "{text}");
    let only_waived = FileReport { findings: vec![report.findings[0].clone()], ..report };
    let text = finish(Box::new(junit::Junit::new(&settings)), &[&only_waived]).text();
    assert!(text.contains(r#"failures="0""#) && text.contains("waived[pss/hostNamespaces]"), "{text}");
    assert!(text.contains("(the agent needs it)</system-out>"), "{text}");
}

#[test]
fn github_and_gitlab_leave_out_what_is_waived() {
    let (settings, report) = (settings(), two_findings());
    let github = finish(Box::new(github::Github::new(&settings)), &[&report]).text();
    assert!(github.contains("hostIPC") && !github.contains("hostPID") && github.lines().count() == 1, "{github}");
    let gitlab = json(&finish(Box::new(gitlab::Gitlab::new(&settings)), &[&report]).text());
    assert_eq!(gitlab.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_policy_report_skips_what_is_waived() {
    let (settings, report) = (settings(), two_findings());
    let list = json(&finish(Box::new(policy_report::PolicyReport::new(&settings)), &[&report]).text());
    let report = &list["items"][0];
    assert_eq!(report["summary"], serde_json::json!({"pass": 0, "fail": 1, "warn": 0, "error": 0, "skip": 1}));
    assert_eq!(report["results"][0]["properties"]["waived"], "the agent needs it");
}

#[test]
fn markdown_counts_what_is_waived_apart() {
    let (settings, report) = (settings(), two_findings());
    let text = finish(Box::new(markdown::Markdown::new(&settings)), &[&report]).text();
    assert!(text.starts_with("## podline: 1 error (1 waived)\n"), "{text}");
    let last: Vec<&str> = text.lines().rev().take(2).collect();
    assert!(last[0].starts_with("| waived |") && last[0].contains("the agent needs it"), "{text}");
    assert!(last[1].starts_with("| error |"), "{text}");
}

/// Many findings, each of its own.
pub fn many(number: usize) -> FileReport {
    let one = two_findings().findings[1].clone();
    let nth = |n: usize| ReportEntry { fingerprint: format!("{n:032x}"), fix: None, ..one.clone() };
    FileReport { findings: (0..number).map(nth).collect(), ..FileReport::default() }
}
