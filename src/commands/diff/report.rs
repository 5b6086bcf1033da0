//! A side that is a report, as `podline check --format json` wrote it.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::standards::Judged;
use super::{File, Side};
use crate::commands::rule_filter::RuleFilter;
use crate::finding::{
    AskedBy, Finding, Location, ObjectRef, PolicyEngine, PolicyNotes, PolicyRef, ReportEntry, Severity, Waived,
    WaiverSource,
};
use crate::pod_security::Mode;
use crate::report::json::SCHEMA;
use crate::rules::{Catalogue, Family, Rule, UnknownRule};
use crate::source::span::{Position, Span};
use crate::verdict::{FileReport, SkipReason, Skipped};
use crate::yaml::path::FieldPath;

/// The schemas of reports that can be read. The first named no policy.
const SCHEMAS: [u64; 2] = [1, SCHEMA];

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
    detail: String,
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
    policy: Option<Policy>,
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
struct Policy {
    engine: String,
    name: String,
    file: String,
    line: usize,
}

#[derive(Deserialize)]
struct Waiver {
    /// An earlier podline did not say it.
    source: Option<String>,
    reason: String,
    until: Option<String>,
    file: String,
    line: Option<usize>,
}

/// What says that a finding does not count.
fn source(waiver: &Waiver) -> WaiverSource {
    let told = waiver.source.as_deref();
    let told = WaiverSource::ALL.into_iter().find(|one| told == Some(one.as_str()));
    told.unwrap_or(if waiver.line.is_none() { WaiverSource::Accepted } else { WaiverSource::Configuration })
}

/// Why a report cannot be read.
#[derive(Debug)]
pub(super) enum ReportError {
    /// The podline that wrote it has a schema that this one does not read.
    Schema(String, u64),
    /// It is not what its schema says.
    Json(serde_json::Error),
    /// It skips something for a reason that does not exist.
    UnknownReason,
    /// A verdict has another form.
    Verdict,
    /// A rule does not exist.
    UnknownRule(UnknownRule),
    /// A severity does not exist.
    UnknownSeverity(String),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(podline, schema) => {
                let read = SCHEMAS.map(|schema| schema.to_string()).join(" and ");
                write!(f, "a report of podline {podline} with schema {schema}: this podline reads schema {read}")
            }
            Self::Json(error) => write!(f, "cannot be read as a report: {error}"),
            Self::UnknownReason => f.write_str("it skips something for an unknown reason"),
            Self::Verdict => f.write_str("a verdict cannot be read"),
            Self::UnknownRule(unknown) => unknown.fmt(f),
            Self::UnknownSeverity(severity) => write!(f, "unknown severity {severity:?}"),
        }
    }
}

/// Reads a report; `None` if the path holds something else.
///
/// # Errors
/// It is a report that cannot be read.
pub(super) fn read(path: &Path, filter: &RuleFilter) -> Result<Option<Side>, ReportError> {
    // Anything else that cannot be read is complained of as a tree.
    let Some(bytes) = path.is_file().then(|| fs::read(path).ok()).flatten() else { return Ok(None) };
    let Ok(Head { schema, podline }) = serde_json::from_slice(&bytes) else { return Ok(None) };
    if !SCHEMAS.contains(&schema) {
        return Err(ReportError::Schema(podline, schema));
    }
    let report: Report = serde_json::from_slice(&bytes).map_err(ReportError::Json)?;
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
    for Passed { file, document, reason, detail } in report.skipped {
        let at = file_of(&mut side, file);
        let reason = SkipReason::ALL.into_iter().find(|one| one.as_str() == reason);
        let reason = reason.ok_or(ReportError::UnknownReason)?;
        side.files[at].report.skipped.push(Skipped { document, reason, detail });
    }
    for entry in report.findings {
        let at = file_of(&mut side, entry.file.clone());
        let finding = finding(entry)?;
        if finding.rule.family().is_loaded() {
            let (id, title) = (finding.rule, finding.rule.short().to_owned());
            side.rules.push(Rule::loaded(id, title, String::new(), finding.severity));
        }
        if filter.keeps(&finding) {
            side.files[at].report.findings.push(finding);
        }
    }
    Ok(Some(side))
}

fn judged(template: Template) -> Result<Judged, ReportError> {
    let verdict = |verdict: &Verdict| {
        let modes = [Mode::Enforce, Mode::Audit, Mode::Warn];
        let mode = modes.into_iter().find(|mode| mode.as_str() == verdict.mode)?;
        let (Ok(level), Ok(version)) = (verdict.level.parse(), verdict.version.parse()) else { return None };
        Some((mode, level, version, verdict.resolved.strip_prefix("v1.")?.parse().ok()?))
    };
    let standards = template.verdicts.iter().map(verdict).collect::<Option<_>>().ok_or(ReportError::Verdict)?;
    Ok(Judged {
        template: [template.kind, template.namespace, template.name, template.path],
        standards,
        by_namespace: template.admission.is_some(),
    })
}

fn finding(entry: Entry) -> Result<ReportEntry, ReportError> {
    let catalogue = Catalogue::of_podline();
    let rule = catalogue.id(&entry.rule).ok_or_else(|| ReportError::UnknownRule(catalogue.unknown(&entry.rule)))?;
    let severity = Severity::named(&entry.severity);
    let severity = severity.ok_or_else(|| ReportError::UnknownSeverity(entry.severity.clone()))?;
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
        source: source(&waiver),
        reason: waiver.reason,
        until: waiver.until,
        file: waiver.file,
        line: waiver.line.unwrap_or_default(),
    });
    let level = entry.level.as_deref().and_then(|level| level.parse().ok());
    let asked_by = level.map(|level| AskedBy {
        level,
        since: entry.since.as_deref().and_then(|since| since.strip_prefix("v1.")?.parse().ok()),
        modes: [Mode::Enforce, Mode::Warn, Mode::Audit].into_iter().filter(|&one| mode(one)).collect(),
        setting: None,
    });
    // What an older podline has cut is no path any more, and compares as a text.
    let path = FieldPath::parse(&entry.path).unwrap_or_else(|| FieldPath::ROOT.field(entry.path));
    let policy = entry.policy.and_then(|Policy { engine, name, file, line }| {
        let engine = PolicyEngine::ALL.into_iter().find(|one| one.as_str() == engine)?;
        Some(Arc::new(PolicyRef { engine, name, file, line, notes: PolicyNotes::default() }))
    });
    let container = entry.container.filter(|_| object.is_some());
    let finding = Finding::at(rule, location, if entry.message.is_empty() { "?".to_owned() } else { entry.message });
    let finding = finding.severity(severity).asked_by(asked_by.filter(|_| rule.is_of(Family::Pss))).path(path);
    let finding = finding.value(entry.value).object(object.map(Arc::new)).container(container).policy(policy).build();
    let (waived, fingerprint) = (waived.map(Arc::new), entry.fingerprint);
    Ok(ReportEntry { waived, fingerprint, ..finding.into() })
}
