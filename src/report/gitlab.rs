//! GitLab Code Quality: what the merge request widget shows.
//!
//! An array of findings. Those that are waived are left out, since GitLab knows no accepted ones.

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::escape::escape;
use super::format::{Checked, Finished, Notice, Place, Report, Run, Settings, message};
use super::json::to_json;
use crate::config::deny::Deny;
use crate::finding::{ReportEntry, Severity};
use crate::rules;

/// Collects the members of the array.
pub struct Gitlab<'a> {
    settings: &'a Settings,
    entries: Vec<String>,
    /// The first file of the run: what is about none has to be shown somewhere.
    first: Option<String>,
}

impl<'a> Gitlab<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, entries: Vec::new(), first: None }
    }
}

impl Report for Gitlab<'_> {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        if self.first.is_none() {
            self.first = files.first().map(|file| self.settings.paths.rebase(file.name));
        }
        let entries: Vec<Vec<String>> = files.par_iter().map(|file| entries(file, self.settings)).collect();
        self.entries.extend(entries.into_iter().flatten());
    }

    fn finish(mut self: Box<Self>, run: &Run<'_>) -> Finished {
        let path = self.first.take().unwrap_or_else(|| ".".to_owned());
        let denials = run.denials().into_iter().map(|(what, number)| Entry::of_denial(path.clone(), what, number));
        let notice = run.notice().map(|notice| Entry::of_notice(path.clone(), &notice));
        let of_run: Vec<String> = notice.into_iter().chain(denials).map(|entry| to_json(&entry)).collect();
        self.entries.splice(0..0, of_run);
        let separator = if self.entries.is_empty() { "" } else { "\n" };
        format!("[{separator}{}{separator}]\n", self.entries.join(",\n")).into()
    }
}

fn entries(file: &Checked<'_>, settings: &Settings) -> Vec<String> {
    let path = settings.paths.rebase(file.name);
    let report = match file.outcome {
        Ok(report) => report,
        Err(message) => return vec![to_json(&Entry::unreadable(path, message))],
    };
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
    fn new(file: &str, path: &str, finding: &ReportEntry, settings: &Settings) -> Self {
        let Place { path, start, end } = Place::of(finding, path, settings);
        Self {
            description: message(finding, file),
            check_name: finding.rule.as_str(),
            fingerprint: finding.fingerprint.clone(),
            severity: severity(finding),
            location: Location { path, lines: Lines { begin: start.line, end: end.line } },
        }
    }

    /// What is about the run as a whole. Its fingerprint is always the same, so that a merge request which makes podline
    /// judge nothing any more shows it as new.
    fn of_notice(path: String, notice: &Notice) -> Self {
        let severity = if notice.is_error() { "critical" } else { "info" };
        Self::about(path, notice.id(), severity, notice.to_string(), notice.id())
    }

    /// What is denied. Its fingerprint is that of the reason alone, as above.
    fn of_denial(path: String, what: Deny, number: usize) -> Self {
        let description = format!("{number} {}: denied (podline check -v lists what was skipped)", what.as_str());
        Self::about(path, "denied", "critical", description, &format!("denied\0{}", what.as_str()))
    }

    fn unreadable(path: String, message: &str) -> Self {
        let hashed = format!("unreadable\0{path}");
        Self::about(path, "unreadable", "critical", escape(message).into_owned(), &hashed)
    }

    fn about(path: String, check: &'static str, severity: &'static str, description: String, hashed: &str) -> Self {
        let fingerprint = Sha256::digest(hashed).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        let location = Location { path, lines: Lines { begin: 1, end: 1 } };
        Self { description, check_name: check, fingerprint, severity, location }
    }
}

/// GitLab's five severities: errors by the weight of their rule.
fn severity(finding: &ReportEntry) -> &'static str {
    let weight = rules::get(finding.rule).and_then(rules::Rule::security_severity);
    let weight: f64 = weight.and_then(|weight| weight.parse().ok()).unwrap_or_default();
    match finding.severity {
        Severity::Note => "info",
        Severity::Warning => "minor",
        Severity::Error if weight > 9.0 => "blocker",
        Severity::Error if weight >= 7.0 => "critical",
        Severity::Error => "major",
    }
}
