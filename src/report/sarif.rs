//! SARIF 2.1.0, above all for GitHub code scanning.
//!
//! GitHub shows a result on a pull request if every line of its region is in the diff, so a region has one line. It
//! computes `primaryLocationLineHash` itself, so the fingerprint has a name of its own. It takes 25,000 results of a run
//! and shows the 5,000 most severe of them.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde_json::json;
use serde_sarif::sarif;

use super::escape::escape;
use super::format::{Checked, Finished, RANKS, Report, Run, Settings, WAIVED, rank};
use super::json::to_json;
use super::pieces::Pieces;
use super::sarif_result::{Shared, region, result, text};
use super::sarif_rules::driver;
use crate::source::repository::to_uri;
use crate::source::span::Position;
use crate::verdict::Skipped;

/// The address at which the standard itself keeps its schema.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;

/// GitHub keeps the most severe results of a run, so many of them.
const KEPT_RESULTS: usize = 5_000;

/// GitHub refuses a file of more bytes, packed by gzip.
const MOST_BYTES: usize = 10_000_000;

/// Collects results as JSON.
pub struct Sarif<'a> {
    settings: &'a Settings,
    shared: Shared,
    /// The results of each rank with their place in the order of the input, each list as long as a run may be.
    results: [Vec<(usize, String)>; RANKS],
    /// How many results there are of each rank.
    totals: [usize; RANKS],
    notifications: Vec<sarif::Notification>,
}

impl<'a> Sarif<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        let shared = Shared::new();
        Self { settings, shared, results: Default::default(), totals: [0; RANKS], notifications: Vec::new() }
    }

    fn push(&mut self, rank: usize, result: String) {
        let order = self.totals.iter().sum();
        self.totals[rank] += 1;
        if self.results[rank].len() < MOST_RESULTS {
            self.results[rank].push((order, result));
        }
    }

    /// The results that a run may have, the most severe ones in the order of the input.
    fn kept(&mut self) -> Vec<String> {
        // Either every result of a run says how it is suppressed, or none does.
        let waives = self.totals[WAIVED] > 0;
        let mut kept = Vec::new();
        for (rank, results) in self.results.iter_mut().enumerate() {
            results.truncate(MOST_RESULTS - kept.len());
            if waives && rank != WAIVED {
                for (_, result) in results.iter_mut().filter(|(_, result)| result.ends_with('}')) {
                    result.pop();
                    result.push_str(r#","suppressions":[]}"#);
                }
            }
            kept.append(results);
        }
        kept.sort_by_key(|(order, _)| *order);
        kept.into_iter().map(|(_, result)| result).collect()
    }

    /// What GitHub will not show of so many results.
    fn remarks(&self) -> Vec<String> {
        let total: usize = self.totals.iter().sum();
        let shown = total - self.totals[WAIVED];
        let mut remarks = Vec::new();
        if total > MOST_RESULTS {
            remarks.push(format!(
                "SARIF: {} of {total} results are left out, the least severe ones: GitHub takes {MOST_RESULTS} of a run",
                total - MOST_RESULTS
            ));
        }
        if shown > KEPT_RESULTS {
            remarks.push(format!(
                "SARIF: GitHub shows the {KEPT_RESULTS} most severe of {} results; choose fewer by --select or --ignore",
                shown.min(MOST_RESULTS)
            ));
        }
        remarks
    }
}

impl Report for Sarif<'_> {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        let (shared, settings) = (&self.shared, self.settings);
        let results: Vec<Vec<(usize, String)>> = files.par_iter().map(|file| results(file, shared, settings)).collect();
        results.into_iter().flatten().for_each(|(rank, result)| self.push(rank, result));
        for file in files {
            self.notifications.extend(notifications(file, settings));
        }
    }

    fn finish(mut self: Box<Self>, run: &Run<'_>) -> Finished {
        let mut remarks = self.remarks();
        let results = self.kept();
        let said = run.notice().into_iter().chain(run.besides()).map(|notice| {
            let level = if notice.is_error() { "error" } else { "warning" };
            notification(notice.id(), level, notice.to_string(), None)
        });
        self.notifications.splice(0..0, said);
        let said = remarks.iter().map(|remark| notification("limits", "warning", remark.clone(), None));
        self.notifications.extend(said);
        let invocation = sarif::Invocation::builder()
            .execution_successful(run.successful)
            .tool_execution_notifications(self.notifications)
            .build();
        let run = sarif::Run::builder()
            .tool(sarif::Tool::builder().driver(driver(run.rules)).build())
            .automation_details(
                sarif::RunAutomationDetails::builder().id(format!("{}/", self.settings.sarif_category)).build(),
            )
            .column_kind(json!("unicodeCodePoints"))
            .invocations(vec![invocation])
            .build();
        let run = to_json(&run);
        let run = run.strip_suffix('}').unwrap_or(&run);
        let mut text = Pieces::default();
        text.push(&format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[\n{run},\n\"results\":["));
        let line_end = if results.is_empty() { "" } else { "\n" };
        for (index, result) in results.into_iter().enumerate() {
            text.push(if index == 0 { "\n" } else { ",\n" });
            text.push(&result);
        }
        text.push(line_end);
        text.push("]}]}\n");
        let parts = text.into_vec();
        if parts.iter().map(String::len).sum::<usize>() > MOST_BYTES {
            let packed = packed_size(&parts);
            if packed > MOST_BYTES {
                remarks
                    .push(format!("SARIF: GitHub refuses the file: packed, it has {packed} bytes, not {MOST_BYTES}"));
            }
        }
        Finished { parts, remarks }
    }
}

fn results(file: &Checked<'_>, shared: &Shared, settings: &Settings) -> Vec<(usize, String)> {
    let Ok(report) = file.outcome else { return Vec::new() };
    let path = settings.paths.rebase(file.name);
    let results = report.findings.iter();
    results.map(|finding| (rank(finding), to_json(&result(finding, file.name, &path, shared, settings)))).collect()
}

/// What could not be read, and the manifests that were not judged.
fn notifications(file: &Checked<'_>, settings: &Settings) -> Vec<sarif::Notification> {
    let path = settings.paths.rebase(file.name);
    let report = match file.outcome {
        Ok(report) => report,
        Err(message) => return vec![notification("unreadable", "error", escape(message).into_owned(), Some(&path))],
    };
    let skipped = report.skipped.iter().filter(|skipped| skipped.is_manifest());
    let notify = |Skipped { document, reason, detail }: &Skipped| {
        let document = document.map(|document| format!("document {document} ")).unwrap_or_default();
        let message = format!("{document}not judged: {} ({})", reason.as_str(), escape(detail));
        notification("skipped", "note", message, Some(&path))
    };
    skipped.map(notify).collect()
}

fn notification(id: &str, level: &str, message: String, path: Option<&str>) -> sarif::Notification {
    let start = Position { line: 1, column: 1 };
    let location = path.map(|path| {
        let place = sarif::PhysicalLocation::builder()
            .artifact_location(sarif::ArtifactLocation::builder().uri(to_uri(path)).build())
            .region(region(start, start))
            .build();
        sarif::Location::builder().physical_location(place).build()
    });
    sarif::Notification::builder()
        .descriptor(sarif::ReportingDescriptorReference::builder().id(id).build())
        .level(json!(level))
        .message(text(message))
        .locations(location.into_iter().collect::<Vec<_>>())
        .build()
}

/// The size that a text has when packed.
fn packed_size(text: &[String]) -> usize {
    let mut encoder = GzEncoder::new(Counter(0), Compression::default());
    for part in text {
        // Counting cannot fail.
        drop(encoder.write_all(part.as_bytes()));
    }
    encoder.finish().map_or(0, |counter| counter.0)
}

/// Counts what is written.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Properties beyond those that SARIF names.
pub(super) fn properties(
    tags: Option<Vec<String>>,
    more: impl IntoIterator<Item = (&'static str, serde_json::Value)>,
) -> sarif::PropertyBag {
    let more: BTreeMap<String, serde_json::Value> =
        more.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut bag = sarif::PropertyBag::builder().additional_properties(more).build();
    bag.tags = tags;
    bag
}
