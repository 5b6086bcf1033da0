//! `podline explain`: the page of a rule.

use std::fmt::Write as _;

use super::Status;
use super::terminal::{Output, complain, use_color};
use crate::cli::Explain;
use crate::rules;

const BOLD: &str = "\u{1b}[1m";
const CODE: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

/// Shows a page, or the list of all rules.
pub(super) fn run(options: &Explain) -> Status {
    let mut output = Output::new();
    let Some(name) = &options.rule else {
        output.write(list().as_bytes());
        return output.status();
    };
    let Some(rule) = rules::find(name) else {
        complain(&rules::unknown(name));
        return Status::Failed;
    };
    output.write(page(rule.page, use_color(options.color)).as_bytes());
    output.status()
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
