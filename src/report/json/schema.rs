//! The JSON Schema of the report. What writes a part of the report describes it too; here is the whole.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::admission::NamespaceEntry;
use super::entries::{FailedEntry, FindingEntry, PolicyEntry, SkippedEntry, SummaryEntry};
use super::evaluation::{EvaluationEntry, LoadedEntry};
use super::template::Template;
use super::{Counts, SCHEMA};

/// The report of podline check --format json, and of podline diff, which has findings and counts of its own only.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what is written piece by piece")]
enum AnyReport<'a> {
    Check(Box<Report<'a>>),
    Diff(Comparison<'a>),
}

/// The report of podline check --format json.
#[derive(Serialize, JsonSchema)]
struct Report<'a> {
    /// The version of this format. What is added to it does not change the number.
    #[schemars(extend("const" = SCHEMA))]
    schema: u64,
    /// podline's own version.
    podline: &'a str,
    /// What has to be said before all: that nothing was judged, or that podline could not check, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
    /// The counts.
    summary: SummaryEntry,
    /// The configuration files that were used.
    configuration: Vec<&'a str>,
    /// What was passed over.
    skipped: Vec<SkippedEntry<'a>>,
    /// What could not be read, where there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Vec<FailedEntry<'a>>>,
    /// What becomes of the Namespaces of the input, where namespaces decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespaces: Option<Vec<NamespaceEntry<'a>>>,
    /// The policies, where any were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<Vec<AnyPolicy<'a>>>,
    /// Every pod template that was judged, in the order of the input.
    templates: Vec<Template<'a>>,
    /// What loaded policies say of each object, where policies were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluations: Option<Vec<EvaluationEntry<'a>>>,
    /// What was found, that which is waived included.
    findings: Vec<FindingEntry<'a>>,
}

/// A policy of the run.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
#[expect(dead_code, reason = "describes what is written piece by piece")]
enum AnyPolicy<'a> {
    Psp(PolicyEntry<'a>),
    Loaded(LoadedEntry<'a>),
}

/// The report of podline diff --format json.
#[derive(Serialize, JsonSchema)]
struct Comparison<'a> {
    /// The version of this format. What is added to it does not change the number.
    #[schemars(extend("const" = SCHEMA))]
    schema: u64,
    /// podline's own version.
    podline: &'a str,
    /// The counts.
    diff: Counts,
    /// What was found in one of the two, each with its change.
    findings: Vec<FindingEntry<'a>>,
}

/// The JSON Schema of the report.
pub fn schema() -> schemars::Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<AnyReport<'static>>()
}
