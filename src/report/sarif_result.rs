//! A finding as a result of SARIF.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::json;
use serde_sarif::sarif;

use super::escape::escape;
use super::format::{Place, Settings, name, object_name};
use super::sarif::properties;
use crate::finding::{Edit, Fix, PolicyRef, ReportEntry, Waived};
use crate::pod_security::Mode;
use crate::rules::{self, RuleId};
use crate::source::STDIN;
use crate::source::repository::to_uri;
use crate::source::span::Position;

/// What all results share.
pub(super) struct Shared {
    /// The index of each built-in rule in the list of the driver. One of a policy is known by its id alone, as SARIF
    /// allows.
    rules: HashMap<RuleId, i64>,
}

impl Shared {
    pub fn new() -> Self {
        Self { rules: rules::built_in().iter().map(|rule| rule.id).zip(0..).collect() }
    }
}

/// A finding of `file`, whose rebased path is `path`.
pub(super) fn result(
    finding: &ReportEntry,
    file: &str,
    path: &str,
    shared: &Shared,
    settings: &Settings,
) -> sarif::Result {
    let place = Place::of(finding, path, settings);
    let mut location = location(&place.path, widen(place.start, place.end));
    location.logical_locations = Some(vec![logical(finding)]);
    let mut related: Vec<sarif::Location> = Vec::new();
    let mut message = plain(&escape(&finding.message));
    if !message.ends_with(['.', '?', '!']) {
        message.push('.');
    }
    for advice in &finding.advice {
        let _ = write!(message, " {}.", plain(&escape(advice)));
    }
    let mut relate = |path: &str, region, what: &str| {
        let mut location = self::location(path, region);
        let id = related.len() + 1;
        location.id = i64::try_from(id).ok();
        location.message = Some(text(what.to_owned()));
        related.push(location);
        // Related places are shown only where the message links to them.
        format!("[{}]({id})", what.replace('[', "\\[").replace(']', "\\]"))
    };
    if finding.origin.is_some() {
        let what = format!("{}:{}", escape(file), finding.location.start.line);
        let link = relate(path, widen(finding.location.start, finding.location.end), &what);
        // Writing to a string cannot fail.
        let _ = write!(message, " Rendered at {link}.");
    }
    for one in &finding.related {
        let region = widen(one.location.start, one.location.end);
        let path = one.file.as_deref().map_or(Cow::Borrowed(path), |other| Cow::Owned(settings.paths.rebase(other)));
        let _ = write!(message, " See {}.", relate(&path, region, &escape(&one.message)));
    }
    let mut result = sarif::Result::builder()
        .rule_id(finding.rule.as_str())
        .level(json_level(finding))
        .message(text(message))
        .locations(vec![location])
        .partial_fingerprints(fingerprints(finding))
        .properties(more(finding))
        .build();
    result.rule_index = shared.rules.get(&finding.rule).copied();
    result.related_locations = Some(related).filter(|related| !related.is_empty());
    // A rendered stream is no file that could be fixed.
    let is_file = finding.origin.is_none() && file != STDIN;
    result.fixes = finding.fix.as_ref().filter(|_| is_file).map(|fix| vec![to_fix(fix, finding.rule, path)]);
    result.suppressions = finding.waived.as_deref().map(|waived| vec![suppression(waived, file, settings)]);
    result
}

fn json_level(finding: &ReportEntry) -> sarif::ResultLevel {
    match finding.severity {
        crate::finding::Severity::Error => sarif::ResultLevel::Error,
        crate::finding::Severity::Warning => sarif::ResultLevel::Warning,
        crate::finding::Severity::Note => sarif::ResultLevel::Note,
    }
}

/// The name says what is hashed: rule, object, container, field and value, and no line.
fn fingerprints(finding: &ReportEntry) -> BTreeMap<String, String> {
    [("podline/objectPath/v1".to_owned(), finding.fingerprint.clone())].into()
}

fn more(finding: &ReportEntry) -> sarif::PropertyBag {
    let container = finding.container.as_deref().map(|container| ("container", json!(name(container))));
    let modes: Vec<&str> = finding.modes().iter().map(Mode::as_str).collect();
    let modes = Some(("modes", json!(modes))).filter(|_| !finding.modes().is_empty());
    let policy = finding.policy.as_deref().map(|policy| {
        let PolicyRef { engine, name: policy, file, line, .. } = policy;
        let (policy, file) = (name(policy), escape(file));
        ("policy", json!({"engine": engine.as_str(), "name": policy, "file": file, "line": line}))
    });
    properties(None, container.into_iter().chain(modes).chain(policy))
}

/// The object and the field.
fn logical(finding: &ReportEntry) -> sarif::LogicalLocation {
    let object = object_name(finding.object.as_deref());
    let path = finding.path.to_string();
    let path = escape(&path);
    let full = if path.is_empty() { object.clone() } else { format!("{object}: {path}") };
    let name = if path.is_empty() { object } else { path.into_owned() };
    sarif::LogicalLocation::builder().name(name).fully_qualified_name(full).kind("member").build()
}

fn location(path: &str, (start, end): (Position, Position)) -> sarif::Location {
    let artifact = sarif::ArtifactLocation::builder().uri(to_uri(path)).build();
    let place = sarif::PhysicalLocation::builder().artifact_location(artifact).region(region(start, end)).build();
    sarif::Location::builder().physical_location(place).build()
}

/// A region; readers do not show an empty one.
fn widen(mut start: Position, mut end: Position) -> (Position, Position) {
    if start == end && start.column > 1 {
        start.column -= 1;
    } else if start == end {
        end.column += 1;
    }
    (start, end)
}

/// A region, whose end is exclusive.
pub(super) fn region(start: Position, end: Position) -> sarif::Region {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    sarif::Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build()
}

fn to_fix(fix: &Fix, rule: RuleId, path: &str) -> sarif::Fix {
    let replacement = |Edit { location, text }: &Edit| {
        sarif::Replacement::builder()
            .deleted_region(region(location.start, location.end))
            .inserted_content(sarif::ArtifactContent::builder().text(text.as_str()).build())
            .build()
    };
    let change = sarif::ArtifactChange::builder()
        .artifact_location(sarif::ArtifactLocation::builder().uri(to_uri(path)).build())
        .replacements(fix.edits.iter().map(replacement).collect::<Vec<_>>())
        .build();
    let summary = rules::get(rule).map_or(rule.as_str(), |rule| &rule.summary);
    let caution = if fix.safe { "" } else { " An image that ran before may need changes to run so." };
    let description = format!("{}{caution}", plain(summary));
    sarif::Fix::builder().artifact_changes(vec![change]).description(text(description)).build()
}

fn suppression(waived: &Waived, file: &str, settings: &Settings) -> sarif::Suppression {
    let Waived { source: _, reason, until, file: written_in, line } = waived;
    let until = until.as_ref().map(|until| format!(" (until {until})")).unwrap_or_default();
    let kind = if written_in == file { "inSource" } else { "external" };
    let mut suppression = sarif::Suppression::builder()
        .kind(json!(kind))
        .status(json!("accepted"))
        .justification(format!("{}{}", escape(reason), escape(&until)))
        .build();
    if *line > 0 {
        let start = Position { line: *line, column: 1 };
        suppression.location = Some(location(&settings.paths.rebase(written_in), widen(start, start)));
    }
    suppression
}

pub(super) fn text(text: String) -> sarif::Message {
    sarif::Message::builder().text(text).build()
}

/// A text in which nothing is a link: `[text](1)` would be one.
pub(super) fn plain(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}
