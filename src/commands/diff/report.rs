//! A side that is a report, as `podline check --format json` wrote it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::standards::Judged;
use super::{File, Side};
use crate::commands::rule_filter::RuleFilter;
use crate::finding::{Finding, Location, ObjectRef, Severity, Waived};
use crate::lint::finding_at;
use crate::pod_security::Mode;
use crate::rules;
use crate::source::span::{Position, Span};
use crate::verdict::{FileReport, SkipReason, Skipped};

/// The schema of reports that can be read.
const SCHEMA: u64 = 1;

#[derive(Deserialize)]
struct Head {
    schema: u64,
    podline: String,
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Entry>,
    templates: Vec<Template>,
    skipped: Vec<Passed>,
}

/// Something that was passed over.
#[derive(Deserialize)]
struct Passed {
    file: String,
    document: Option<usize>,
    reason: String,
}

#[derive(Deserialize)]
struct Template {
    file: String,
    kind: String,
    namespace: String,
    name: String,
    path: String,
    verdicts: Vec<Verdict>,
    admission: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Verdict {
    mode: String,
    level: String,
    version: String,
    resolved: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    rule: String,
    severity: String,
    message: String,
    modes: Vec<String>,
    level: Option<String>,
    since: Option<String>,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    path: String,
    value: Option<String>,
    object: Option<Object>,
    container: Option<String>,
    fingerprint: String,
    waiver: Option<Waiver>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    document: usize,
    item: Option<String>,
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct Waiver {
    reason: String,
    until: Option<String>,
    file: String,
    line: Option<usize>,
}

/// Reads a report; `None` if the path holds something else.
///
/// # Errors
/// A message if it is a report that cannot be read.
pub(super) fn read(path: &Path, filter: &RuleFilter) -> Result<Option<Side>, String> {
    // Anything else that cannot be read is complained of as a tree.
    let Some(bytes) = path.is_file().then(|| fs::read(path).ok()).flatten() else { return Ok(None) };
    let Ok(Head { schema, podline }) = serde_json::from_slice(&bytes) else { return Ok(None) };
    if schema != SCHEMA {
        return Err(format!("a report of podline {podline} with schema {schema}: this podline reads schema {SCHEMA}"));
    }
    let report: Report =
        serde_json::from_slice(&bytes).map_err(|error| format!("cannot be read as a report: {error}"))?;
    let mut side = Side { is_report: true, podline: Some(podline), ..Side::default() };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut file_of = |side: &mut Side, name: String| {
        *places.entry(name.clone()).or_insert_with(|| {
            side.files.push(File {
                display: name.clone(),
                name,
                text: None,
                report: FileReport::default(),
                judged: Vec::new(),
            });
            side.files.len() - 1
        })
    };
    for template in report.templates {
        let at = file_of(&mut side, template.file.clone());
        side.files[at].judged.push(judged(template)?);
    }
    for Passed { file, document, reason } in report.skipped {
        let at = file_of(&mut side, file);
        let reason = SkipReason::ALL.into_iter().find(|one| one.as_str() == reason);
        let reason = reason.ok_or("it skips something for an unknown reason")?;
        side.files[at].report.skipped.push(Skipped { document, reason, detail: String::new() });
    }
    for entry in report.findings {
        let at = file_of(&mut side, entry.file.clone());
        let finding = finding(entry)?;
        if filter.keeps(&finding) {
            side.files[at].report.findings.push(finding);
        }
    }
    Ok(Some(side))
}

fn judged(template: Template) -> Result<Judged, String> {
    let verdict = |verdict: &Verdict| {
        let modes = [Mode::Enforce, Mode::Audit, Mode::Warn];
        let mode = modes.into_iter().find(|mode| mode.as_str() == verdict.mode)?;
        let (Ok(level), Ok(version)) = (verdict.level.parse(), verdict.version.parse()) else { return None };
        Some((mode, level, version, verdict.resolved.strip_prefix("v1.")?.parse().ok()?))
    };
    let standards = template.verdicts.iter().map(verdict).collect::<Option<_>>().ok_or("a verdict cannot be read")?;
    Ok(Judged {
        template: [template.kind, template.namespace, template.name, template.path],
        standards,
        by_namespace: template.admission.is_some(),
    })
}

fn finding(entry: Entry) -> Result<Finding, String> {
    let all = rules::all().iter();
    let rule = all.map(|rule| rule.id).find(|id| *id == entry.rule).ok_or_else(|| rules::unknown(&entry.rule))?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let severity = severities.into_iter().find(|severity| severity.as_str() == entry.severity);
    let severity = severity.ok_or_else(|| format!("unknown severity {:?}", entry.severity))?;
    let mode = |mode: Mode| entry.modes.iter().any(|name| name == mode.as_str());
    // A report tells no offsets, and there is no text for them.
    let location = Location {
        span: Span::default(),
        start: Position { line: entry.line, column: entry.column },
        end: Position { line: entry.end_line, column: entry.end_column },
    };
    let object = entry.object.map(|object| ObjectRef {
        document: object.document,
        item: object.item,
        api_version: object.api_version,
        kind: object.kind,
        namespace: object.namespace,
        name: object.name,
        generate_name: String::new(),
        details: None,
    });
    let waived = entry.waiver.map(|waiver| Waived {
        reason: waiver.reason,
        until: waiver.until,
        file: waiver.file,
        line: waiver.line.unwrap_or_default(),
    });
    Ok(Finding {
        modes: [Mode::Enforce, Mode::Warn, Mode::Audit].into_iter().filter(|&one| mode(one)).collect(),
        level: entry.level.as_deref().and_then(|level| level.parse().ok()),
        since: entry.since.as_deref().and_then(|since| since.strip_prefix("v1.")?.parse().ok()),
        path: entry.path,
        value: entry.value,
        object: object.map(Arc::new),
        container: entry.container,
        waived: waived.map(Arc::new),
        fingerprint: entry.fingerprint,
        ..finding_at(rule, severity, location, entry.message)
    })
}
