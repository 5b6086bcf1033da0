//! The report for programs, as `interface.md` of the project describes it: schema 1.

mod admission;
mod fragments;
#[cfg(feature = "cli")]
mod schema;

use std::io::{self, Write};

pub use fragments::{Fragments, fragments};
#[cfg(feature = "cli")]
pub use schema::schema;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use admission::{AdmissionEntry, NamespaceEntry};

use super::escape;
use crate::finding::{Finding, Fix, Location, ObjectRef, Origin, Waived};
use crate::verdict::{PspVerdict, TemplateReport, Verdict};

/// What a comparison counts.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
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

/// An entry of a report has about so many bytes.
const ENTRY: usize = 1024;

/// A value as JSON on one line, with unsafe characters as `\u` escapes.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut bytes = Vec::with_capacity(ENTRY);
    let mut serializer = Serializer::with_formatter(&mut bytes, Escaping);
    // Writing plain data to memory cannot fail, and JSON is UTF-8.
    drop(value.serialize(&mut serializer));
    bytes.shrink_to_fit();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Compact JSON in which no character can trouble a terminal or a log.
#[derive(Clone, Copy, Debug)]
pub struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if escape::is_plain(fragment) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut from = 0;
        let must_go = |&(at, c): &(usize, char)| escape::must_go(fragment, at, c);
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

/// The counts of a run.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct SummaryEntry {
    /// Files that were read.
    files: usize,
    /// Documents in them.
    documents: usize,
    /// Objects in them.
    objects: usize,
    /// Pod templates that were judged.
    templates: usize,
    /// Errors, without those that are waived.
    errors: usize,
    /// Warnings, without those that are waived.
    warnings: usize,
    /// Notes, without those that are waived.
    notes: usize,
    /// Findings that are accepted.
    waived: usize,
    /// Findings that podline can mend.
    fixable: usize,
    /// What was passed over, by reason.
    skipped: std::collections::BTreeMap<&'static str, usize>,
}

/// Something that was passed over.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct SkippedEntry<'a> {
    /// The file.
    file: &'a str,
    /// The document, from 0; null for all of the file.
    document: Option<usize>,
    /// Why.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["not-manifest", "unrendered", "patch", "encrypted", "policy"])))]
    reason: &'static str,
    /// The same in words.
    detail: &'a str,
}

/// A pod template that was judged.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Template<'a> {
    /// The file.
    file: &'a str,
    #[serde(flatten)]
    object: Object<'a>,
    /// Where it stands in the object; "" for a Pod.
    path: &'a str,
    /// The line on which it begins, from 1.
    line: usize,
    /// The namespace that the object is created in.
    effective_namespace: &'a str,
    /// What it was rendered from, by a comment of Helm or an annotation of kustomize.
    source: Option<&'a str>,
    #[serde(flatten)]
    origin: Option<OriginEntry<'a>>,
    /// Whether the pods are what is written; false where a controller adds to it.
    complete: bool,
    /// What the cluster would say, one a mode, before waivers and local rules.
    verdicts: Vec<VerdictEntry<'a>>,
    /// What the API server answers, where namespaces decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    admission: Option<AdmissionEntry<'a>>,
    #[serde(flatten)]
    psp: Option<PspEntry<'a>>,
}

/// What the PodSecurityPolicies say of a template.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct PspEntry<'a> {
    /// Each of them.
    policies: Vec<PolicyVerdictEntry<'a>>,
    /// The one that admits; null if none does.
    policy: Option<&'a str>,
    /// The error of the old cluster; null if the pod is admitted.
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

/// What one PodSecurityPolicy says of a template.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct PolicyVerdictEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it admits the pod, filled in.
    admitted: bool,
    /// Whether it admits the pod as written.
    admitted_unmutated: bool,
    /// What it fills in: path and value.
    mutated: &'a [(String, serde_json::Value)],
    /// What it has against the pod, filled in.
    errors: &'a [String],
    /// What it has against the pod as written.
    errors_unmutated: &'a [String],
}

/// A PodSecurityPolicy of the run.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct PolicyEntry<'a> {
    /// Its name.
    name: &'a str,
    /// What is wrong with it.
    invalid: &'a [String],
    /// Why it cannot be used; null if it can.
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

/// What the cluster says of a pod at one level.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct VerdictEntry<'a> {
    /// What becomes of a pod that is not allowed.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["enforce", "audit", "warn"])))]
    mode: &'static str,
    /// The level.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["privileged", "baseline", "restricted"])))]
    level: &'static str,
    /// The version as it was asked for.
    version: String,
    /// The version whose policy judged.
    resolved: String,
    /// Whether the pod is allowed; null where its controller adds to it and nothing forbidden is stated.
    allowed: Option<bool>,
    /// The checks that refuse it, in upstream's order.
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

/// A check that refuses a pod, in upstream's words.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct CheckEntry<'a> {
    /// Upstream's id.
    id: &'a str,
    /// The reason.
    reason: &'a str,
    /// The detail.
    detail: &'a str,
}

/// The object that it belongs to.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    /// Its document in the file, from 0.
    document: usize,
    /// Its place in a list, "2.0" in a nested one; null outside of lists.
    item: Option<&'a str>,
    /// Its apiVersion.
    api_version: &'a str,
    /// Its kind.
    kind: &'a str,
    /// Its namespace as written, or "".
    namespace: &'a str,
    /// Its name.
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

/// Something to change.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct FindingEntry<'a> {
    /// The rule.
    rule: &'static str,
    /// How much it weighs.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["error", "warning", "note"])))]
    severity: &'static str,
    /// What is wrong.
    message: &'a str,
    /// The modes of the namespace that it violates.
    modes: Vec<&'static str>,
    /// The level that asks for it; null for what is no part of the Standards.
    level: Option<&'static str>,
    /// The version since which it does.
    since: Option<String>,
    /// The file.
    file: &'a str,
    #[serde(flatten)]
    range: Range,
    /// The field of the object.
    path: &'a str,
    /// The value as written; null where something is missing.
    value: Option<&'a str>,
    /// Other places that matter.
    related: Vec<RelatedEntry<'a>>,
    #[serde(flatten)]
    origin: Option<OriginEntry<'a>>,
    /// The object; null for what belongs to none.
    object: Option<Object<'a>>,
    /// The container.
    container: Option<&'a str>,
    /// The same as long as file, rule, object, container, path and value are.
    fingerprint: &'a str,
    /// A page that explains the rule.
    help: Option<String>,
    /// The edits that mend it alone; null if podline cannot.
    fix: Option<FixEntry<'a>>,
    /// Why it is accepted; null if it is not.
    waiver: Option<WaiverEntry<'a>>,
    /// What has become of it, in the report of podline diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["new", "fixed", "unchanged", "unjudged"])))]
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
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct OriginEntry<'a> {
    /// The chart's template.
    #[serde(rename = "sourceFile")]
    file: &'a str,
    /// The line in it, from 1.
    #[serde(rename = "sourceLine")]
    line: usize,
    /// Whether the line is the one to change, and not merely in the template.
    #[serde(rename = "sourceExact")]
    exact: bool,
}

impl<'a> OriginEntry<'a> {
    fn new(origin: &'a Origin) -> Self {
        Self { file: &origin.file, line: origin.start.line, exact: origin.exact }
    }
}

/// The edits that mend a finding.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct FixEntry<'a> {
    /// Whether they cannot stop an image that ran before.
    safe: bool,
    /// The edits, in the order of the file.
    edits: Vec<EditEntry<'a>>,
}

impl<'a> FixEntry<'a> {
    fn new(fix: &'a Fix) -> Self {
        let edits = fix.edits.iter().map(|edit| EditEntry { range: Range::new(&edit.location), text: &edit.text });
        Self { safe: fix.safe, edits: edits.collect() }
    }
}

/// A part of the file that is replaced.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct EditEntry<'a> {
    #[serde(flatten)]
    range: Range,
    /// What replaces it.
    text: &'a str,
}

/// Why a finding is accepted.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct WaiverEntry<'a> {
    /// The reason.
    reason: &'a str,
    /// The last day on which it is.
    until: Option<&'a str>,
    /// The file that says it.
    file: &'a str,
    /// The line in it; null for a baseline.
    line: Option<usize>,
}

impl<'a> WaiverEntry<'a> {
    fn new(waived: &'a Waived) -> Self {
        let Waived { reason, until, file, line } = waived;
        Self { reason, until: until.as_deref(), file, line: Some(*line).filter(|&line| line > 0) }
    }
}

/// Another place that matters.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct RelatedEntry<'a> {
    #[serde(flatten)]
    range: Range,
    /// What it has to do with it.
    message: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Range {
    /// The first line, from 1.
    line: usize,
    /// The first column, from 1, in characters.
    column: usize,
    /// The last line.
    end_line: usize,
    /// The column behind the last character.
    end_column: usize,
}

impl Range {
    fn new(location: &Location) -> Self {
        let (start, end) = (location.start, location.end);
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}
