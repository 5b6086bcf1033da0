//! Waivers, baselines and comparisons: what is accepted, and that nothing else is.

mod accepted;
mod config_from;
mod configured;
mod diff;
mod ends;
mod floor;
mod pinned;
mod properties;
mod waivers;
mod who_may_waive;

use podline::Options;
use podline::finding::ReportEntry;
use podline::lint::lint;
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

/// A day on which the fixtures' waivers are in every state.
const TODAY: &str = "2026-12-20";

/// Judges a text on that day.
fn judge(text: &str) -> FileReport {
    let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
    let options = Options { today: TODAY.parse().expect("a day"), details: true, ..Options::default() };
    lint(&file, true, &options)
}

/// `rule container` of the findings that are waived, without those of podline's own policy.
fn waived(report: &FileReport) -> Vec<String> {
    let waived = report.findings.iter().filter(|finding| finding.waived.is_some());
    waived.map(short).collect()
}

fn short(finding: &ReportEntry) -> String {
    let rule = finding.rule.as_str().split_once('/').map_or(finding.rule.as_str(), |(_, rule)| rule);
    match &finding.container {
        Some(container) => format!("{rule} {container}"),
        None => rule.to_owned(),
    }
}

/// The rules in `policy/` that are found.
fn complaints(report: &FileReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).filter(|rule| rule.starts_with("policy/")).collect()
}
