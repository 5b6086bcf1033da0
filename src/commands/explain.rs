//! `podline explain`: the page of a rule, or the catalogue of all of them.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

use super::Status;
use super::problems::tell;
use super::terminal::{Output, complain, use_color};
use crate::cli::{Explain, ListFormat};
use crate::config::find::NAME;
use crate::report::escape::escape;
use crate::report::json::to_json;
use crate::rules::{self, Catalogue, Rule, RuleId};
use crate::session::basis::contexts;
use crate::session::{Ask, AskedFiles, Basis, Configurations};
use crate::source::discover::{Input, Source};

const BOLD: &str = "\u{1b}[1m";
const CODE: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

/// Shows a page, or the list of all rules.
pub(super) fn run(options: &Explain) -> Status {
    let (basis, status) = basis(options);
    let catalogue = &basis.options.rules;
    let find = |name| {
        let part = || catalogue.find_part(name).map(Cow::Owned);
        catalogue.find(name).map(Cow::Borrowed).or_else(part).ok_or(name)
    };
    let found = options.rule.as_deref().map(find).transpose();
    let rule = match &found {
        Ok(rule) => rule.as_deref(),
        Err(name) => {
            let refused =
                basis.refusal_of(name).map(|why| format!("{name} is no rule, since its policy is refused: {why}"));
            complain(&refused.unwrap_or_else(|| catalogue.unknown(name).to_string()));
            return Status::Failed;
        }
    };
    let text = match (options.format, rule) {
        (None, None) => list(catalogue),
        (None, Some(rule)) => page(&escaped(rule), use_color(options.color)),
        (Some(ListFormat::Json), rule) => json(catalogue, rule),
        (Some(ListFormat::Markdown), None) => markdown(catalogue),
        (Some(ListFormat::Markdown), Some(rule)) => rule.page.to_string(),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    status.max(output.status())
}

/// What knows the rules: podline's own, and those of the policies that are asked for or that the configuration of the
/// working directory names.
fn basis(options: &Explain) -> (Basis, Status) {
    let ask = Ask { policies: options.policy.clone(), ..Ask::default() };
    // The configuration of a file that stands here.
    let (source, display) = (Source::File(NAME.into()), NAME.to_owned());
    let mut inputs = vec![Input { source, display, named: true, directory: None }];
    let (asked, mut problems) = AskedFiles::read(&ask);
    let (mut configurations, _) = Configurations::find(&ask, &mut inputs);
    let settings = configurations.take_all().into_iter().next().unwrap_or_default();
    let (basis, mut more) = Basis::new(&ask, settings, &asked);
    more.extend(contexts([&basis].into_iter()));
    // What is wrong with anything else is said by the commands that judge.
    problems.extend(more.into_iter().filter(|_| !options.policy.is_empty()));
    let status = tell(&problems);
    (basis, status)
}

/// The page of a rule. What a policy says of itself may hold anything.
fn escaped(rule: &Rule) -> String {
    rule.page.lines().fold(String::new(), |page, line| page + &escape(line) + "\n")
}

/// A rule, for other tools.
#[derive(Serialize)]
struct Entry<'a> {
    id: RuleId,
    title: &'a str,
    summary: &'a str,
    severity: &'static str,
    #[serde(rename = "securitySeverity")]
    security_severity: Option<&'a str>,
    help: Option<&'static str>,
    page: &'a str,
}

/// This rule or all of them, as an array.
fn json(catalogue: &Catalogue, rule: Option<&Rule>) -> String {
    let entry = |rule: &Rule| {
        to_json(&Entry {
            id: rule.id,
            title: &rule.title,
            summary: &rule.summary,
            severity: rule.severity().as_str(),
            security_severity: rule.security_severity(),
            help: rules::help_url(rule.id),
            page: &rule.page,
        })
    };
    let rules: Vec<&Rule> = rule.map_or_else(|| catalogue.all().collect(), |rule| vec![rule]);
    format!("[\n{}\n]\n", rules.into_iter().map(entry).collect::<Vec<_>>().join(",\n"))
}

fn markdown(catalogue: &Catalogue) -> String {
    let head = "| rule | title | what it demands |\n|---|---|---|\n".to_owned();
    catalogue.all().fold(head, |mut text, rule| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {} |", rule.id, escape(&rule.title), escape(&rule.summary));
        text
    })
}

fn list(catalogue: &Catalogue) -> String {
    let width = catalogue.all().map(|rule| rule.id.len()).max().unwrap_or_default();
    catalogue.all().fold(String::new(), |mut text, rule| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  {}", rule.id, escape(&rule.title));
        text
    })
}

/// A page for the terminal: Markdown's marks become colours, or indentation without them.
fn page(markdown: &str, color: bool) -> String {
    let (bold, code, plain) = if color { (BOLD, CODE, PLAIN) } else { ("", "", "") };
    let mut text = String::new();
    // What began the example, which ends it too.
    let mut example: Option<&str> = None;
    for line in markdown.lines() {
        let fence = ["```", "~~~~"].into_iter().find(|fence| line.starts_with(fence));
        // Writing to a string cannot fail.
        let _ = if fence.is_some() && (example.is_none() || example == fence) {
            example = if example.is_none() { fence } else { None };
            continue;
        } else if example.is_some() {
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
