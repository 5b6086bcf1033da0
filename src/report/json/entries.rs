//! What stands in the report, as its schema describes it.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Fix, Location, ObjectRef, Origin, State, Waived};
use crate::pod_security::Level;
use crate::rules;

/// The counts of a run.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct SummaryEntry {
    /// Files that were read.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects in them.
    pub objects: usize,
    /// Pod templates that were judged.
    pub templates: usize,
    /// Errors, without those that are waived.
    pub errors: usize,
    /// Warnings, without those that are waived.
    pub warnings: usize,
    /// Notes, without those that are waived.
    pub notes: usize,
    /// Findings that are accepted.
    pub waived: usize,
    /// Findings that podline can mend.
    pub fixable: usize,
    /// What was passed over, by reason.
    pub skipped: BTreeMap<&'static str, usize>,
}

/// Something that was passed over.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct SkippedEntry<'a> {
    /// The file.
    pub file: &'a str,
    /// The document, from 0; null for all of the file.
    pub document: Option<usize>,
    /// Why.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["not-manifest", "unrendered", "patch", "encrypted", "policy", "outside", "special"])))]
    pub reason: &'static str,
    /// The same in words.
    pub detail: &'a str,
}

/// A PodSecurityPolicy of the run.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct PolicyEntry<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is wrong with it.
    pub invalid: &'a [String],
    /// Why it cannot be used; null if it can.
    pub unusable: Option<&'a str>,
}

/// The object that it belongs to.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Object<'a> {
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
    pub fn new(object: &'a ObjectRef) -> Self {
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
pub(super) struct FindingEntry<'a> {
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
    pub fn new(file: &'a str, finding: &'a Finding) -> Self {
        let related = finding.related.iter();
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            modes: finding.modes.iter().map(|mode| mode.as_str()).collect(),
            level: finding.level.map(Level::as_str),
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
            help: rules::help_url(finding.rule).map(str::to_owned),
            fix: finding.fix.as_ref().map(FixEntry::new),
            waiver: finding.waived.as_deref().map(WaiverEntry::new),
            change: finding.state.map(State::as_str),
        }
    }
}

/// Where in a chart's template it comes from; left out where that is not known.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct OriginEntry<'a> {
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
    pub fn new(origin: &'a Origin) -> Self {
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
