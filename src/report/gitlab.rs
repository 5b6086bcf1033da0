//! GitLab Code Quality: what the merge request widget shows.
//!
//! An array of findings. Those that are waived are left out, since GitLab knows no accepted ones.

use rayon::prelude::*;
use serde::Serialize;

use super::format::{Checked, Finished, Place, Report, Run, Settings, message};
use super::json::to_json;
use crate::finding::{Finding, Severity};
use crate::rules;

/// Collects the members of the array.
pub struct Gitlab<'a> {
    settings: &'a Settings,
    entries: Vec<String>,
}

impl<'a> Gitlab<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, entries: Vec::new() }
    }
}

impl Report for Gitlab<'_> {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        let entries: Vec<Vec<String>> = files.par_iter().map(|file| entries(file, self.settings)).collect();
        self.entries.extend(entries.into_iter().flatten());
    }

    fn finish(self: Box<Self>, _: &Run<'_>) -> Finished {
        let separator = if self.entries.is_empty() { "" } else { "\n" };
        format!("[{separator}{}{separator}]\n", self.entries.join(",\n")).into()
    }
}

fn entries(file: &Checked<'_>, settings: &Settings) -> Vec<String> {
    let Ok(report) = file.outcome else { return Vec::new() };
    let path = settings.paths.rebase(file.name);
    let findings = report.findings.iter().filter(|finding| finding.waived.is_none());
    findings.map(|finding| to_json(&Entry::new(file.name, &path, finding, settings))).collect()
}

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Entry {
    fn new(file: &str, path: &str, finding: &Finding, settings: &Settings) -> Self {
        let Place { path, start, end } = Place::of(finding, path, settings);
        Self {
            description: message(finding, file),
            check_name: finding.rule,
            fingerprint: finding.fingerprint.clone(),
            severity: severity(finding),
            location: Location { path, lines: Lines { begin: start.line, end: end.line } },
        }
    }
}

/// GitLab's five severities: errors by the weight of their rule.
fn severity(finding: &Finding) -> &'static str {
    let weight = rules::find(finding.rule).and_then(rules::Rule::security_severity);
    let weight: f64 = weight.and_then(|weight| weight.parse().ok()).unwrap_or_default();
    match finding.severity {
        Severity::Note => "info",
        Severity::Warning => "minor",
        Severity::Error if weight > 9.0 => "blocker",
        Severity::Error if weight >= 7.0 => "critical",
        Severity::Error => "major",
    }
}
