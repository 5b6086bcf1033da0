//! The report for programs, as `interface.md` of the project describes it: schema 1.

mod admission;

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use admission::{AdmissionEntry, NamespaceEntry};

use super::escape;
use super::format::{Checked, Finished, Report, Run};
use super::summary::Summary;
use crate::finding::{Finding, Fix, Location, ObjectRef, Origin, Waived};
use crate::verdict::{FileReport, PspVerdict, Skipped, TemplateReport, ToldPolicy, Verdict};

/// The parts of the report that one file gives: the members of three lists, each on a line of its own.
#[derive(Clone, Debug, Default)]
pub struct Fragments {
    templates: String,
    findings: String,
    skipped: String,
    /// What becomes of Namespaces, if namespaces decide.
    namespaces: String,
    /// Whether namespaces decide.
    by_namespace: bool,
}

/// Renders what one file gives.
pub fn fragments(file: &str, report: &FileReport) -> Fragments {
    let mut fragments = Fragments::default();
    for namespace in &report.namespaces {
        append(&mut fragments.namespaces, &NamespaceEntry::new(namespace));
    }
    for template in &report.templates {
        append(&mut fragments.templates, &Template::new(file, template));
    }
    for finding in &report.findings {
        append(&mut fragments.findings, &FindingEntry::new(file, finding));
    }
    for Skipped { document, reason, detail } in &report.skipped {
        let entry = SkippedEntry { file, document: *document, reason: reason.as_str(), detail };
        append(&mut fragments.skipped, &entry);
    }
    fragments
}

impl Report for Fragments {
    fn add(&mut self, files: &[Checked<'_>]) {
        let read = files.par_iter().filter_map(|file| file.outcome.ok().map(|report| fragments(file.name, report)));
        read.collect::<Vec<_>>().iter().for_each(|more| self.extend(more));
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished {
        let mut report = Vec::new();
        // Writing to memory cannot fail.
        drop(self.write(run.summary, &mut report));
        String::from_utf8_lossy(&report).into_owned().into()
    }
}

impl Fragments {
    /// Those of no file. `by_namespace` says that namespaces decide.
    pub fn new(by_namespace: bool) -> Self {
        Self { by_namespace, ..Self::default() }
    }

    /// Appends what the next file gave.
    pub fn extend(&mut self, other: &Fragments) {
        for (all, more) in [
            (&mut self.templates, &other.templates),
            (&mut self.findings, &other.findings),
            (&mut self.skipped, &other.skipped),
            (&mut self.namespaces, &other.namespaces),
        ] {
            if !all.is_empty() && !more.is_empty() {
                all.push_str(",\n");
            }
            all.push_str(more);
        }
    }

    /// Writes the whole report.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, summary: &Summary, mut to: impl Write) -> io::Result<()> {
        let skipped = summary.skipped.iter().map(|(reason, number)| (reason.as_str(), *number)).collect();
        let entry = SummaryEntry {
            files: summary.files,
            documents: summary.documents,
            objects: summary.objects,
            templates: summary.templates,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            waived: summary.waived,
            fixable: summary.fixable,
            skipped,
        };
        let configuration = to_json(&summary.configuration);
        let mut policies = String::new();
        for ToldPolicy { name, invalid, unusable } in &summary.policies {
            append(&mut policies, &PolicyEntry { name, invalid, unusable: unusable.as_deref() });
        }
        let (version, summary) = (to_json(env!("CARGO_PKG_VERSION")), to_json(&entry));
        write!(to, "{{\"schema\": 1,\n\"podline\": {version},\n\"summary\": {summary},\n")?;
        writeln!(to, "\"configuration\": {configuration},")?;
        writeln!(to, "\"skipped\": [{}],", lines(&self.skipped))?;
        if self.by_namespace {
            writeln!(to, "\"namespaces\": [{}],", lines(&self.namespaces))?;
        }
        if !policies.is_empty() {
            writeln!(to, "\"policies\": [{}],", lines(&policies))?;
        }
        writeln!(to, "\"templates\": [{}],", lines(&self.templates))?;
        writeln!(to, "\"findings\": [{}]}}", lines(&self.findings))
    }
}

/// What a comparison counts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// Findings that are new.
    pub new: usize,
    /// Findings that are gone.
    pub fixed: usize,
    /// Findings that may still be there: what they are about is no longer judged.
    pub unjudged: usize,
    /// Findings that are still there.
    pub unchanged: usize,
    /// Findings that are accepted now.
    pub waived: usize,
}

impl Fragments {
    /// The report of a comparison: findings only, each with its `change`.
    pub fn diff(&self, counts: &Counts) -> String {
        let (version, counts) = (to_json(env!("CARGO_PKG_VERSION")), to_json(counts));
        let findings = lines(&self.findings);
        format!("{{\"schema\": 1,\n\"podline\": {version},\n\"diff\": {counts},\n\"findings\": [{findings}]}}\n")
    }
}

fn lines(members: &str) -> String {
    if members.is_empty() { String::new() } else { format!("\n{members}\n") }
}

fn append(members: &mut String, entry: &impl Serialize) {
    if !members.is_empty() {
        members.push_str(",\n");
    }
    members.push_str(&to_json(entry));
}

/// A value as JSON on one line, with unsafe characters as `\u` escapes.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Escaping);
    // Writing plain data to memory cannot fail.
    drop(value.serialize(&mut serializer));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Compact JSON in which no character can trouble a terminal or a log.
#[derive(Clone, Copy, Debug)]
pub struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        let must_go = |&(at, c): &(usize, char)| escape::is_unsafe(c) || escape::opens_command(fragment, at);
        for (at, c) in fragment.char_indices().filter(must_go) {
            writer.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        serde_json::ser::CompactFormatter.write_char_escape(writer, escape)
    }
}

#[derive(Serialize)]
struct SummaryEntry {
    files: usize,
    documents: usize,
    objects: usize,
    templates: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    waived: usize,
    fixable: usize,
    skipped: std::collections::BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct SkippedEntry<'a> {
    file: &'a str,
    document: Option<usize>,
    reason: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Template<'a> {
    file: &'a str,
    #[serde(flatten)]
    object: Object<'a>,
    path: &'a str,
    line: usize,
    effective_namespace: &'a str,
    source: Option<&'a str>,
    #[serde(flatten)]
    origin: Option<OriginEntry<'a>>,
    complete: bool,
    verdicts: Vec<VerdictEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admission: Option<AdmissionEntry<'a>>,
    #[serde(flatten)]
    psp: Option<PspEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PspEntry<'a> {
    policies: Vec<PolicyVerdictEntry<'a>>,
    policy: Option<&'a str>,
    admit_error: Option<&'a str>,
}

impl<'a> PspEntry<'a> {
    fn new(psp: &'a PspVerdict) -> Self {
        let policies = psp.policies.iter().map(|policy| PolicyVerdictEntry {
            name: &policy.name,
            admitted: policy.errors.is_empty(),
            admitted_unmutated: policy.errors_unmutated.is_empty(),
            mutated: &policy.mutated,
            errors: &policy.errors,
            errors_unmutated: &policy.errors_unmutated,
        });
        let (policy, admit_error) = (psp.policy.as_deref(), psp.admit_error.as_deref());
        Self { policies: policies.collect(), policy, admit_error }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PolicyVerdictEntry<'a> {
    name: &'a str,
    admitted: bool,
    admitted_unmutated: bool,
    mutated: &'a [(String, serde_json::Value)],
    errors: &'a [String],
    errors_unmutated: &'a [String],
}

#[derive(Serialize)]
struct PolicyEntry<'a> {
    name: &'a str,
    invalid: &'a [String],
    unusable: Option<&'a str>,
}

impl<'a> Template<'a> {
    fn new(file: &'a str, template: &'a TemplateReport) -> Self {
        Self {
            file,
            object: Object::new(&template.object),
            path: &template.path,
            line: template.line,
            effective_namespace: &template.effective_namespace,
            source: template.source.as_deref(),
            origin: template.origin.as_deref().map(OriginEntry::new),
            complete: template.complete,
            verdicts: template.verdicts.iter().map(VerdictEntry::new).collect(),
            admission: template.admission.as_ref().map(AdmissionEntry::new),
            psp: template.psp.as_ref().map(PspEntry::new),
        }
    }
}

#[derive(Serialize)]
struct VerdictEntry<'a> {
    mode: &'static str,
    level: &'static str,
    version: String,
    resolved: String,
    allowed: Option<bool>,
    checks: Vec<CheckEntry<'a>>,
}

impl<'a> VerdictEntry<'a> {
    fn new(verdict: &'a Verdict) -> Self {
        let checks = verdict.checks.iter();
        Self {
            mode: verdict.mode.as_str(),
            level: verdict.level.as_str(),
            version: verdict.version.to_string(),
            resolved: format!("v1.{}", verdict.resolved),
            allowed: verdict.allowed,
            checks: checks
                .map(|check| CheckEntry { id: check.id, reason: &check.reason, detail: &check.detail })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    id: &'a str,
    reason: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    document: usize,
    item: Option<&'a str>,
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

impl<'a> Object<'a> {
    fn new(object: &'a ObjectRef) -> Self {
        Self {
            document: object.document,
            item: object.item.as_deref(),
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: &object.namespace,
            name: &object.name,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingEntry<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    modes: Vec<&'static str>,
    level: Option<&'static str>,
    since: Option<String>,
    file: &'a str,
    #[serde(flatten)]
    range: Range,
    path: &'a str,
    value: Option<&'a str>,
    related: Vec<RelatedEntry<'a>>,
    #[serde(flatten)]
    origin: Option<OriginEntry<'a>>,
    object: Option<Object<'a>>,
    container: Option<&'a str>,
    fingerprint: &'a str,
    help: Option<String>,
    fix: Option<FixEntry<'a>>,
    waiver: Option<WaiverEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
}

impl<'a> FindingEntry<'a> {
    fn new(file: &'a str, finding: &'a Finding) -> Self {
        let related = finding.related.iter();
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            modes: finding.modes.iter().map(|mode| mode.as_str()).collect(),
            level: finding.level.map(crate::pod_security::Level::as_str),
            since: finding.since.map(|minor| format!("v1.{minor}")),
            file,
            range: Range::new(&finding.location),
            path: &finding.path,
            value: finding.value.as_deref(),
            related: related
                .map(|one| RelatedEntry { range: Range::new(&one.location), message: &one.message })
                .collect(),
            origin: finding.origin.as_deref().map(OriginEntry::new),
            object: finding.object.as_deref().map(Object::new),
            container: finding.container.as_deref(),
            fingerprint: &finding.fingerprint,
            help: crate::rules::help_url(finding.rule).map(str::to_owned),
            fix: finding.fix.as_ref().map(FixEntry::new),
            waiver: finding.waived.as_deref().map(WaiverEntry::new),
            change: finding.state.map(crate::finding::State::as_str),
        }
    }
}

/// Where in a chart's template it comes from; left out where that is not known.
#[derive(Serialize)]
struct OriginEntry<'a> {
    #[serde(rename = "sourceFile")]
    file: &'a str,
    #[serde(rename = "sourceLine")]
    line: usize,
    #[serde(rename = "sourceExact")]
    exact: bool,
}

impl<'a> OriginEntry<'a> {
    fn new(origin: &'a Origin) -> Self {
        Self { file: &origin.file, line: origin.start.line, exact: origin.exact }
    }
}

#[derive(Serialize)]
struct FixEntry<'a> {
    safe: bool,
    edits: Vec<EditEntry<'a>>,
}

impl<'a> FixEntry<'a> {
    fn new(fix: &'a Fix) -> Self {
        let edits = fix.edits.iter().map(|edit| EditEntry { range: Range::new(&edit.location), text: &edit.text });
        Self { safe: fix.safe, edits: edits.collect() }
    }
}

#[derive(Serialize)]
struct EditEntry<'a> {
    #[serde(flatten)]
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct WaiverEntry<'a> {
    reason: &'a str,
    until: Option<&'a str>,
    file: &'a str,
    line: Option<usize>,
}

impl<'a> WaiverEntry<'a> {
    fn new(waived: &'a Waived) -> Self {
        let Waived { reason, until, file, line } = waived;
        Self { reason, until: until.as_deref(), file, line: Some(*line).filter(|&line| line > 0) }
    }
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    #[serde(flatten)]
    range: Range,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Range {
    fn new(location: &Location) -> Self {
        let (start, end) = (location.start, location.end);
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}
