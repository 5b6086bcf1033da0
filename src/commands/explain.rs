//! `podline explain`: the page of a rule, or the catalogue of all of them.

use std::fmt::Write as _;

use serde::Serialize;

use super::Status;
use super::terminal::{Output, complain, use_color};
use crate::cli::{Explain, ListFormat};
use crate::report::json::to_json;
use crate::rules::{self, Rule};

const BOLD: &str = "\u{1b}[1m";
const CODE: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

/// Shows a page, or the list of all rules.
pub(super) fn run(options: &Explain) -> Status {
    let rule = match options.rule.as_deref().map(|name| rules::find(name).ok_or(name)).transpose() {
        Ok(rule) => rule,
        Err(name) => {
            complain(&rules::unknown(name));
            return Status::Failed;
        }
    };
    let text = match (options.format, rule) {
        (None, None) => list(),
        (None, Some(rule)) => page(rule.page, use_color(options.color)),
        (Some(ListFormat::Json), rule) => json(rule),
        (Some(ListFormat::Markdown), None) => markdown(),
        (Some(ListFormat::Markdown), Some(rule)) => rule.page.to_owned(),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    output.status()
}

/// A rule, for other tools.
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

/// This rule or all of them, as an array.
fn json(rule: Option<&Rule>) -> String {
    let entry = |rule: &Rule| {
        let Rule { id, title, summary, page } = *rule;
        let (severity, security_severity) = (rule.severity().as_str(), rule.security_severity());
        to_json(&Entry { id, title, summary, severity, security_severity, help: rules::help_url(id), page })
    };
    let rules = rule.map_or(rules::all(), std::slice::from_ref);
    format!("[\n{}\n]\n", rules.iter().map(entry).collect::<Vec<_>>().join(",\n"))
}

fn markdown() -> String {
    let head = "| rule | title | what it demands |\n|---|---|---|\n".to_owned();
    rules::all().iter().fold(head, |mut text, rule| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {} |", rule.id, rule.title, rule.summary);
        text
    })
}

fn list() -> String {
    let width = rules::all().iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    rules::all().iter().fold(String::new(), |mut text, rule| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  {}", rule.id, rule.title);
        text
    })
}

/// A page for the terminal: Markdown's marks become colours, or indentation without them.
fn page(markdown: &str, color: bool) -> String {
    let (bold, code, plain) = if color { (BOLD, CODE, PLAIN) } else { ("", "", "") };
    let mut text = String::new();
    let mut in_example = false;
    for line in markdown.lines() {
        // Writing to a string cannot fail.
        let _ = if line.starts_with("```") {
            in_example = !in_example;
            continue;
        } else if in_example {
            writeln!(text, "    {code}{line}{plain}")
        } else if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            writeln!(text, "{bold}{heading}{plain}")
        } else {
            writeln!(text, "{}", inline(line, code, plain))
        };
    }
    text
}

/// A line with what stands in backticks coloured, or as it is without colours.
fn inline(line: &str, code: &str, plain: &str) -> String {
    if code.is_empty() {
        return line.to_owned();
    }
    let mut parts = line.split('`');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        text.push_str(if index % 2 == 0 { code } else { plain });
        text.push_str(part);
    }
    text
}
