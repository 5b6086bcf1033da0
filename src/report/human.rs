//! For people: each thing to change with the line it is about.

use std::collections::HashMap;
use std::fmt::Write as _;

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Mark};
use codespan_reporting::files::Error;
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::escape::escape;
use super::excerpt::Excerpt;
use super::group::{Group, Setting, group, is_missing, setting};
use crate::finding::{Finding, Severity};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, TemplateReport};

/// How to show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With what the API server would say.
    pub verbose: bool,
}

/// The blocks of one file, and what was left out of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Each block, with a blank line after it.
    pub shown: Vec<String>,
    /// How many findings each of them stands for.
    pub findings: Vec<usize>,
    /// How many findings the blocks beyond the limit stand for.
    pub left_out: usize,
}

/// Containers that are named in "and 49 more"; the rest is counted.
const NAMED: usize = 4;

/// Renders the first `limit` blocks of a file.
pub fn render(file: &SourceFile, report: &FileReport, style: Style, limit: usize) -> Blocks {
    let groups = group(&report.findings);
    let templates = by_object(report);
    let (shown, rest) = groups.split_at(limit.min(groups.len()));
    Blocks {
        shown: shown.iter().map(|group| block(file, &templates, group, style)).collect(),
        findings: shown.iter().map(Group::size).collect(),
        left_out: rest.iter().map(Group::size).sum(),
    }
}

fn block(file: &SourceFile, templates: &Templates<'_>, group: &Group<'_>, style: Style) -> String {
    let mut bytes = Vec::new();
    let written = if style.color {
        emit(Ansi::new(&mut bytes), file, templates, group, style)
    } else {
        emit(NoColor::new(&mut bytes), file, templates, group, style)
    };
    // Writing to memory cannot fail.
    drop(written);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn emit(
    writer: impl WriteColor,
    file: &SourceFile,
    templates: &Templates<'_>,
    group: &Group<'_>,
    style: Style,
) -> Result<(), Error> {
    let finding = group.first();
    let mut excerpt = Excerpt::new(file);
    let mut places = vec![(&finding.location, None)];
    places.extend(finding.related.iter().map(|related| (&related.location, Some(related.message.as_str()))));
    places.sort_by_key(|(location, _)| location.span.start);
    let ranges = excerpt.add(file, &places.iter().map(|(location, _)| *location).collect::<Vec<_>>());
    let labels = places.into_iter().zip(ranges).map(|((_, message), range)| match message {
        None => Label::primary((), range),
        Some(message) => Label::secondary((), range).with_message(escape(message)),
    });
    let labels = labels.collect();
    let mark = match finding.severity {
        Severity::Error => Mark::Error,
        Severity::Warning => Mark::Warning,
        Severity::Note => Mark::Note,
    };
    let (code, message) = header(group);
    let diagnostic = Diagnostic::new(mark)
        .with_code(code)
        .with_message(escape(&message))
        .with_labels(labels)
        .with_notes(notes(templates, group, group.first().in_braces, style));
    let styles = Styles::default();
    let mut writer = StylesWriter::new(writer, &styles);
    term::emit_to_write_style(&mut writer, &Config::default(), &excerpt, &diagnostic)
}

/// The rule, or how many of them, and what is to be done.
fn header(group: &Group<'_>) -> (String, String) {
    let finding = group.first();
    if group.findings.len() == 1 {
        return (finding.rule.to_owned(), finding.message.clone());
    }
    let names: Vec<&str> =
        group.findings.iter().filter_map(|finding| setting(finding.rule)).map(|setting| setting.name).collect();
    let (last, names) = names.split_last().map_or(("", Vec::new()), |(last, names)| (*last, names.to_vec()));
    let container = finding.container.as_deref().unwrap_or_default();
    let message = format!("container \"{container}\" must set {} and {last} in its securityContext", names.join(", "));
    (format!("{} rules", group.findings.len()), message)
}

/// What stands below the excerpt.
fn notes(templates: &Templates<'_>, group: &Group<'_>, is_json: bool, style: Style) -> Vec<String> {
    let finding = group.first();
    let template = template_of(templates, finding);
    let mut notes = Vec::new();
    if let Some(object) = &finding.object {
        let mut what = escape(&object.to_string()).into_owned();
        // Writing to a string cannot fail.
        if let Some(source) = template.and_then(|template| template.source.as_deref()) {
            let _ = write!(what, " from {}", escape(source));
        }
        if let ([_], Some(level), Some(since)) = (group.findings.as_slice(), finding.level, finding.since) {
            let _ = write!(what, "; {level} since v1.{since}");
        }
        notes.push(what);
    }
    if let Some(origin) = &finding.origin {
        let place = format!("{}:{}", escape(&origin.file), origin.start.line);
        let inexact = match (origin.exact, origin.start.line) {
            (true, _) => "",
            (false, 1) => ", somewhere in it",
            (false, _) => ", or elsewhere in it",
        };
        notes.push(format!("in the chart: {place}{inexact}"));
    }
    // Where one level holds for all, enforce is the only mode.
    if template.is_some_and(|template| template.admission.is_some()) && !finding.modes.is_empty() {
        let modes: Vec<&str> = finding.modes.iter().map(|mode| mode.as_str()).collect();
        notes.push(format!("violates {} of its namespace", modes.join(", ")));
    }
    notes.extend(others(group));
    if group.findings.len() > 1 {
        notes.push(group.findings.iter().map(|finding| rule_line(finding)).collect::<Vec<_>>().join("\n"));
    }
    if finding.severity == Severity::Note && template.is_some_and(|template| !template.complete) {
        notes.push("its controller adds to the pod, and may set what is missing here".to_owned());
    }
    if finding.rule == id::WRONG_TYPE {
        notes.push("Kubernetes would refuse the object, so its pods were not judged".to_owned());
    }
    if is_missing(finding) {
        notes.push(snippet(group, is_json));
        // In YAML a comment says it.
        let cautions = group.findings.iter().filter_map(|finding| setting(finding.rule));
        let cautions = cautions.filter(|setting| is_json && !setting.caution.is_empty());
        notes.extend(cautions.map(|setting| format!("{} {}", setting.name, setting.caution)));
    }
    if style.verbose {
        notes.extend(group.findings.iter().filter_map(|finding| upstream(finding, template)));
    }
    notes
}

/// `pss/runAsNonRoot, restricted since v1.0`
fn rule_line(finding: &Finding) -> String {
    match (finding.level, finding.since) {
        (Some(level), Some(since)) => format!("{}, {level} since v1.{since}", finding.rule),
        _ => finding.rule.to_owned(),
    }
}

/// The other containers of which the same is true, with their lines.
fn others(group: &Group<'_>) -> Option<String> {
    let named = group.others.iter().take(NAMED).map(|other| {
        let name = other.container.as_deref().unwrap_or_default();
        format!("\"{}\" (line {})", escape(name), other.location.start.line)
    });
    let named: Vec<String> = named.collect();
    let count = group.others.len();
    let containers = if count == 1 { "container" } else { "containers" };
    let rest = count
        .checked_sub(NAMED)
        .filter(|&rest| rest > 0)
        .map(|rest| format!(" and {rest} {}", if rest == 1 { "other" } else { "others" }));
    (count > 0).then(|| format!("and {count} more {containers}: {}{}", named.join(", "), rest.unwrap_or_default()))
}

/// What to write, as YAML in block style, or as JSON into a JSON file.
fn snippet(group: &Group<'_>, is_json: bool) -> String {
    // A second securityContext would hide the first one.
    let is_there = group.findings.iter().any(|finding| finding.exists.contains("ecurityContext"));
    let place = match (is_there, group.others.is_empty()) {
        (true, true) if is_json => "add between the braces of its securityContext:",
        (true, false) if is_json => "add between the braces of the securityContext of each:",
        (true, true) => "add to its securityContext:",
        (true, false) => "add to the securityContext of each:",
        (false, true) => "add to the container:",
        (false, false) => "add to each of these containers:",
    };
    let lines: Vec<String> = group.findings.iter().filter_map(|finding| lines(finding, is_json)).collect();
    let body = lines.join(if is_json { ",\n" } else { "\n" });
    match (is_there, is_json) {
        (true, _) => format!("{place}\n{body}"),
        (false, true) => format!("{place}\n\"securityContext\": {{\n{}\n}}", indent(&body)),
        (false, false) => format!("{place}\nsecurityContext:\n{}", indent(&body)),
    }
}

/// The lines for one setting.
fn lines(finding: &Finding, is_json: bool) -> Option<String> {
    let Setting { name, yaml, json, caution } = setting(finding.rule)?;
    if is_json {
        return Some(json.to_owned());
    }
    let parent = name.split_once('.').map_or("", |(parent, _)| parent);
    let note = if !parent.is_empty() && finding.exists.ends_with(parent) {
        format!("   # {parent} is there already: add the line to it")
    } else if caution.is_empty() {
        String::new()
    } else {
        format!("   # {caution}")
    };
    Some(format!("{yaml}{note}"))
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The templates of a file by the document and item of their object.
type Templates<'a> = HashMap<(usize, Option<&'a str>), Vec<&'a TemplateReport>>;

fn by_object(report: &FileReport) -> Templates<'_> {
    let mut templates = Templates::new();
    for template in &report.templates {
        templates.entry((template.object.document, template.object.item.as_deref())).or_default().push(template);
    }
    templates
}

/// The template that a finding is about: the one with the longest path that leads to it.
fn template_of<'a>(templates: &Templates<'a>, finding: &'a Finding) -> Option<&'a TemplateReport> {
    let object = finding.object.as_deref()?;
    let templates = templates.get(&(object.document, object.item.as_deref()))?;
    let leads_there = |template: &&&TemplateReport| finding.path.starts_with(&template.path);
    templates.iter().filter(leads_there).max_by_key(|template| template.path.len()).copied()
}

/// What the API server says about the check, so that it can be searched for.
fn upstream(finding: &Finding, template: Option<&TemplateReport>) -> Option<String> {
    let short = finding.rule.strip_prefix("pss/")?;
    template?.verdicts.iter().find_map(|verdict| {
        let check = verdict.checks.iter().find(|check| check.id == short)?;
        let (level, version) = (verdict.level, verdict.version);
        let words = format!("violates PodSecurity \"{level}:{version}\": {} ({})", check.reason, check.detail);
        Some(escape(&words).into_owned())
    })
}
