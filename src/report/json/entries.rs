//! What stands in the report, as its schema describes it.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{
    Fix, Location, ObjectRef, Origin, PolicyEngine, PolicyRef, ReportEntry, State, Waived, WaiverSource,
};
use crate::pod_security::Mode;
use crate::rules;
use crate::verdict::SkipReason;

/// The counts of a run.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct SummaryEntry {
    /// Files that were checked: read, and not passed over as a whole.
    pub files: usize,
    /// Files that could not be read, or whose configuration cannot be used.
    pub failed: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects in them.
    pub objects: usize,
    /// Pod templates that were judged.
    pub templates: usize,
    /// Errors, without those that are waived or accepted.
    pub errors: usize,
    /// Warnings, without those that are waived or accepted.
    pub warnings: usize,
    /// Notes, without those that are waived or accepted.
    pub notes: usize,
    /// Findings that a waiver covers.
    pub waived: usize,
    /// Findings that a file of accepted findings holds.
    pub accepted: usize,
    /// Findings that podline can fix.
    pub fixable: usize,
    /// Files that were passed over, and directories as a whole, by reason. Together with the files that were checked and
    /// those that failed they are all that was named or walked.
    pub skipped: BTreeMap<&'static str, usize>,
    /// Documents and objects of files that were checked which were passed over, by reason.
    pub skipped_documents: BTreeMap<&'static str, usize>,
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
    #[cfg_attr(feature = "cli", schemars(extend("enum" = SkipReason::ALL.map(SkipReason::as_str))))]
    pub reason: &'static str,
    /// The same in words.
    pub detail: &'a str,
}

/// A file that could not be read.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct FailedEntry<'a> {
    /// The file.
    pub file: &'a str,
    /// What is wrong.
    pub message: &'a str,
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

/// The loaded policy that refuses.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub(super) struct PolicyRefEntry<'a> {
    /// What judges by it.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = PolicyEngine::ALL.map(PolicyEngine::as_str))))]
    engine: &'static str,
    /// Its name.
    name: &'a str,
    /// The file that it stands in.
    file: &'a str,
    /// The line on which it begins, from 1.
    line: usize,
}

impl<'a> PolicyRefEntry<'a> {
    fn new(policy: &'a PolicyRef) -> Self {
        let PolicyRef { engine, name, file, line, .. } = policy;
        Self { engine: engine.as_str(), name, file, line: *line }
    }
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
    /// The loaded policy that refuses; null for what no policy asks for.
    policy: Option<PolicyRefEntry<'a>>,
    /// The file.
    file: &'a str,
    #[serde(flatten)]
    range: Range,
    /// The field of the object.
    path: String,
    /// The value as written; null where something is missing.
    value: Option<&'a str>,
    /// Other places that matter.
    related: Vec<RelatedEntry<'a>>,
    /// What else helps to fix it, where that stands in no manifest.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    advice: &'a [String],
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
    /// The edits that fix it alone; null if podline cannot.
    fix: Option<FixEntry<'a>>,
    /// Why it is accepted; null if it is not.
    waiver: Option<WaiverEntry<'a>>,
    /// What has become of it, in the report of podline diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["new", "fixed", "unchanged", "unjudged"])))]
    change: Option<&'static str>,
}

impl<'a> FindingEntry<'a> {
    pub fn new(file: &'a str, finding: &'a ReportEntry) -> Self {
        let related = finding.related.iter();
        Self {
            rule: finding.rule.as_str(),
            severity: finding.severity.as_str(),
            message: &finding.message,
            modes: finding.modes().iter().map(Mode::as_str).collect(),
            level: finding.asked_by.map(|asked| asked.level.as_str()),
            since: finding.asked_by.and_then(|asked| asked.since).map(|minor| format!("v1.{minor}")),
            policy: finding.policy.as_deref().map(PolicyRefEntry::new),
            file,
            range: Range::new(&finding.location),
            path: finding.path.text(usize::MAX),
            value: finding.value.as_deref(),
            related: related
                .map(|one| RelatedEntry {
                    file: one.file.as_deref(),
                    range: Range::new(&one.location),
                    message: &one.message,
                })
                .collect(),
            advice: &finding.advice,
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

/// The edits that fix a finding.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct FixEntry<'a> {
    /// Whether what ran before runs after.
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

/// Why a finding does not count.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct WaiverEntry<'a> {
    /// What says so, and so who may have written it.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = WaiverSource::ALL.map(WaiverSource::as_str))))]
    source: &'static str,
    /// The reason.
    reason: &'a str,
    /// The last day on which it is.
    until: Option<&'a str>,
    /// The file that says it.
    file: &'a str,
    /// The line in it; null for accepted findings.
    line: Option<usize>,
}

impl<'a> WaiverEntry<'a> {
    fn new(waived: &'a Waived) -> Self {
        let Waived { source, reason, until, file, line } = waived;
        let line = Some(*line).filter(|&line| line > 0);
        Self { source: source.as_str(), reason, until: until.as_deref(), file, line }
    }
}

/// Another place that matters.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct RelatedEntry<'a> {
    /// The file, if it is another one: that of a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
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
