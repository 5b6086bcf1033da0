//! `podline rules`: the catalogue for other tools.

use std::fmt::Write as _;

use serde::Serialize;

use super::Status;
use super::terminal::Output;
use crate::cli::{ListFormat, Rules};
use crate::report::json::to_json;
use crate::rules::{self, Rule};

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    severity: &'static str,
    #[serde(rename = "securitySeverity")]
    security_severity: Option<&'static str>,
    help: Option<&'static str>,
    page: &'static str,
}

/// Lists the rules.
pub(super) fn run(options: &Rules) -> Status {
    let text = match options.format {
        ListFormat::Json => json(),
        ListFormat::Markdown => markdown(),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    output.status()
}

fn json() -> String {
    let entry = |rule: &Rule| {
        let Rule { id, title, summary, page } = *rule;
        let (severity, security_severity) = (rule.severity().as_str(), rule.security_severity());
        to_json(&Entry { id, title, summary, severity, security_severity, help: rules::help_url(id), page })
    };
    format!("[\n{}\n]\n", rules::all().iter().map(entry).collect::<Vec<_>>().join(",\n"))
}

fn markdown() -> String {
    let head = "| rule | title | what it demands |\n|---|---|---|\n".to_owned();
    rules::all().iter().fold(head, |mut text, rule| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {} |", rule.id, rule.title, rule.summary);
        text
    })
}
