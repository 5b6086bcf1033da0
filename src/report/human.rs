//! For people: each thing to change with the line it is about.

use std::collections::HashMap;
use std::fmt::Write as _;

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Mark};
use codespan_reporting::files::Error;
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::escape::escape;
use super::excerpt::Excerpt;
use super::format::{URGENCIES, urgency};
use super::group::{Group, group};
use super::setting;
use crate::finding::{ReportEntry, Severity};
use crate::pod_security::Mode;
use crate::rules::{Family, id};
use crate::source::file::SourceFile;
use crate::source::span::Position;
use crate::verdict::{FileReport, TemplateReport};
use crate::yaml::path::Segment;

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
    /// How urgent each of them is.
    pub urgency: Vec<usize>,
    /// How many findings the blocks beyond the limit stand for.
    pub left_out: usize,
}

/// Containers that are named in "and 49 more"; the rest is counted.
const NAMED: usize = 4;

/// How many blocks of each urgency are wanted at most, together with those that are more urgent.
pub type Limits = [usize; URGENCIES];

/// Renders the blocks of a file as far as they are wanted: not all of them, the most urgent first.
pub fn render(file: &SourceFile, report: &FileReport, style: Style, limits: &Limits) -> Blocks {
    let mut groups = group(&report.findings);
    // Where all are wanted nothing is cut, and a large file comes in parts: they stand in the order of the file.
    if limits.iter().any(|limit| *limit < usize::MAX) {
        groups.sort_by_key(urgency_of);
    }
    let templates = by_object(report);
    let mut blocks = Blocks::default();
    for group in &groups {
        let urgency = urgency_of(group);
        if blocks.shown.len() >= limits[urgency] {
            blocks.left_out += group.size();
            continue;
        }
        blocks.shown.push(block(file, &templates, group, style));
        blocks.findings.push(group.size());
        blocks.urgency.push(urgency);
    }
    blocks
}

fn urgency_of(group: &Group<'_>) -> usize {
    group.findings.iter().map(|finding| urgency(finding)).min().unwrap_or_default()
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
    let here = finding.related.iter().filter(|related| related.file.is_none());
    places.extend(here.map(|related| (&related.location, Some(related.message.as_str()))));
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
        .with_notes(notes(templates, group, group.first().nearest.in_braces, style));
    let styles = Styles::default();
    let mut writer = StylesWriter::new(writer, &styles);
    term::emit_to_write_style(&mut writer, &Config::default(), &excerpt, &diagnostic)
}

/// The rule, or how many of them, and what is to be done.
fn header(group: &Group<'_>) -> (String, String) {
    let finding = group.first();
    if group.findings.len() == 1 {
        return (finding.rule.to_string(), finding.message.clone());
    }
    let names: Vec<&str> =
        group.findings.iter().filter_map(|finding| finding.missing_setting()).map(|setting| setting.name).collect();
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
        if let ([_], Some((level, since))) = (group.findings.as_slice(), finding.level_since()) {
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
    if let Some(policy) = &finding.policy {
        notes.push(format!("policy: {}", escape(&policy.to_string())));
    }
    for related in &finding.related {
        if let Some(file) = &related.file {
            let Position { line, column } = related.location.start;
            notes.push(format!("{}:{line}:{column}: {}", escape(file), escape(&related.message)));
        }
    }
    notes.extend(finding.advice.iter().map(|advice| escape(advice).into_owned()));
    // Where one level holds for all, enforce is the only mode.
    if template.is_some_and(|template| template.admission.is_some()) && !finding.modes().is_empty() {
        let modes: Vec<&str> = finding.modes().iter().map(Mode::as_str).collect();
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
    if finding.missing_setting().is_some() {
        notes.push(snippet(group, is_json));
        // In YAML a comment says it.
        let cautions = group.findings.iter().filter_map(|finding| finding.missing_setting());
        let cautions = cautions.filter(|setting| is_json && !setting.caution.is_empty());
        notes.extend(cautions.map(|setting| format!("{} {}", setting.name, setting.caution)));
    }
    if style.verbose {
        notes.extend(group.findings.iter().filter_map(|finding| upstream(finding, template)));
    }
    notes
}

/// `pss/runAsNonRoot, restricted since v1.0`
fn rule_line(finding: &ReportEntry) -> String {
    match finding.level_since() {
        Some((level, since)) => format!("{}, {level} since v1.{since}", finding.rule),
        None => finding.rule.to_string(),
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
    let is_there = group.findings.iter().any(|finding| finding.written_path().iter().any(is_security_context));
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
fn lines(finding: &ReportEntry, is_json: bool) -> Option<String> {
    let setting = finding.missing_setting()?;
    let lines = setting::lines(setting, is_json);
    if is_json {
        return Some(lines);
    }
    let parent = setting.path.split_last().and_then(|(_, parents)| parents.last());
    let note = match (parent.filter(|parent| is_field(finding.written_path().last(), parent)), setting.caution) {
        (Some(parent), _) => format!("   # {parent} is there already: add the line to it"),
        (None, "") => String::new(),
        (None, caution) => format!("   # {caution}"),
    };
    Some(lines + &note)
}

fn is_security_context(segment: &Segment) -> bool {
    matches!(segment, Segment::Field(name) if name.ends_with("ecurityContext"))
}

fn is_field(segment: Option<&Segment>, name: &str) -> bool {
    matches!(segment, Some(Segment::Field(field)) if field == name)
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
fn template_of<'a>(templates: &Templates<'a>, finding: &'a ReportEntry) -> Option<&'a TemplateReport> {
    let object = finding.object.as_deref()?;
    let templates = templates.get(&(object.document, object.item.as_deref()))?;
    let leads_there = |template: &&&TemplateReport| finding.path.starts_with(&template.path);
    templates.iter().filter(leads_there).max_by_key(|template| template.path.segments().len()).copied()
}

/// What the API server says about the check, so that it can be searched for.
fn upstream(finding: &ReportEntry, template: Option<&TemplateReport>) -> Option<String> {
    let short = finding.rule.is_of(Family::Pss).then(|| finding.rule.short())?;
    template?.verdicts.iter().find_map(|verdict| {
        let check = verdict.checks.iter().find(|check| check.id == short)?;
        let (level, version) = (verdict.level, verdict.version);
        let words = format!("violates PodSecurity \"{level}:{version}\": {} ({})", check.reason, check.detail);
        Some(escape(&words).into_owned())
    })
}
