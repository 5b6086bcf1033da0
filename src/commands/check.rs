//! `podline check`: the main job.

use rayon::prelude::*;

use super::Status;
use super::patches::Patches;
use super::progress::Progress;
use super::read::{find, read};
use super::rule_filter::RuleFilter;
use super::terminal::{Output, complain, hint, use_color};
use crate::cli::{Check, Format, SkipReasons};
use crate::lint::{Options, lint};
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::report::statistics::Statistics;
use crate::report::summary::Summary;
use crate::report::{concise, human, json};
use crate::source::discover::{Input, Source};
use crate::verdict::{FileReport, SkipReason, Skipped};

/// Files are judged this many at a time, so that memory is bounded by their reports and output begins early.
const BATCH: usize = 512;

/// Judges files and reports what was found.
pub(super) fn run(options: &Check) -> Status {
    let filter = match RuleFilter::new(&options.select, &options.ignore) {
        Ok(filter) => filter,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    let (inputs, mut status) = find(&options.input);
    let patches = Patches::new(&inputs);
    let judge = Judge { options, filter, patches, lint: lint_options(options), style: style(options) };
    let progress = Progress::new(inputs.len());
    let mut reporter = Reporter::new(options, &progress);
    for batch in inputs.chunks(BATCH) {
        let limit = reporter.blocks_left;
        let results: Vec<Judged> = batch.par_iter().map(|input| judge.judge(input, limit, &progress)).collect();
        for (input, judged) in batch.iter().zip(results) {
            status = status.max(reporter.take(input, judged));
        }
    }
    progress.finish();
    reporter.close();
    let failing = options.fail_on.severity().is_some_and(|severity| reporter.summary.at_least(severity) > 0);
    let failing = failing || reporter.denies_skipped();
    status.max(if failing { Status::Findings } else { Status::Clean }).max(reporter.output.status())
}

fn style(options: &Check) -> human::Style {
    human::Style { color: use_color(options.color), verbose: options.verbose }
}

fn lint_options(options: &Check) -> Options {
    let defaults = Options::default();
    let (level, version) = options.level.unwrap_or((defaults.level, defaults.version));
    let newest = options.kubernetes_version.unwrap_or(NEWEST_KNOWN);
    Options { level, version, newest, namespace: options.namespace.clone() }
}

/// A file that was judged, or what kept it from being read.
type Judged = Result<(FileReport, Rendered), String>;

/// What a file adds to the report.
enum Rendered {
    Text(String),
    Blocks(human::Blocks),
    Json(json::Fragments),
}

/// Judges files, on any thread.
struct Judge<'a> {
    options: &'a Check,
    filter: RuleFilter,
    patches: Patches,
    lint: Options,
    style: human::Style,
}

impl Judge<'_> {
    /// Reads and judges one file, and renders what was found while its text is at hand.
    ///
    /// At most `limit` blocks are rendered for people.
    fn judge(&self, input: &Input, limit: usize, progress: &Progress) -> Judged {
        let file = read(input)?;
        let mut report =
            if self.patches.contains(input) { FileReport::of_patch() } else { lint(&file, input.named, &self.lint) };
        report.findings.retain(|finding| self.filter.keeps(finding));
        let rendered = match self.options.format {
            Format::Human => Rendered::Blocks(human::render(&file, &report, self.style, limit)),
            Format::Concise => Rendered::Text(concise::render(file.name(), &report)),
            Format::Json => Rendered::Json(json::fragments(file.name(), &report)),
        };
        progress.advance();
        Ok((report, rendered))
    }
}

/// Puts the report together, in the order of the input.
struct Reporter<'a> {
    options: &'a Check,
    progress: &'a Progress,
    output: Output,
    fragments: json::Fragments,
    summary: Summary,
    statistics: Statistics,
    /// How many blocks may still be shown.
    blocks_left: usize,
    /// Findings in blocks that were not shown.
    left_out: usize,
}

impl<'a> Reporter<'a> {
    fn new(options: &'a Check, progress: &'a Progress) -> Self {
        let blocks_left = match options.max_findings {
            _ if options.statistics => 0,
            0 => usize::MAX,
            limit => limit,
        };
        Self {
            options,
            progress,
            output: Output::new(),
            fragments: json::Fragments::default(),
            summary: Summary::default(),
            statistics: Statistics::default(),
            blocks_left,
            left_out: 0,
        }
    }

    /// Takes what the next file gave.
    fn take(&mut self, input: &Input, judged: Judged) -> Status {
        let (report, rendered) = match judged {
            Ok(judged) => judged,
            Err(message) => {
                self.progress.pause(|| complain(&message));
                return Status::Failed;
            }
        };
        self.summary.add(&report);
        self.statistics.add(&input.display, &report);
        match rendered {
            Rendered::Blocks(blocks) => self.show(&blocks),
            Rendered::Text(text) => self.progress.pause(|| self.output.write(text.as_bytes())),
            Rendered::Json(more) => self.fragments.extend(&more),
        }
        if self.options.verbose && self.options.format != Format::Json {
            self.progress.pause(|| report.skipped.iter().for_each(|skipped| tell_skipped(input, skipped)));
        }
        // A document that was passed over was at least there.
        if input.source == Source::Stdin && report.manifests == 0 && !report.skipped.iter().any(Skipped::is_manifest) {
            complain(if report.findings.is_empty() {
                "standard input holds no object: did the command before the pipe fail?"
            } else {
                "standard input holds no object that can be read"
            });
            return Status::Failed;
        }
        Status::Clean
    }

    /// Whether something was passed over that must not be; says so.
    fn denies_skipped(&self) -> bool {
        let is_denied = |reason: SkipReason| {
            self.options
                .deny_skipped
                .iter()
                .any(|denied| *denied == SkipReasons::All || *denied == SkipReasons::One(reason))
        };
        let skipped = self.summary.skipped.iter().filter(|(reason, _)| is_denied(**reason));
        let count: usize = skipped.map(|(_, count)| count).sum();
        if count > 0 {
            complain(&format!("{count} skipped, which --deny-skipped forbids (-v lists them)"));
        }
        count > 0
    }

    fn show(&mut self, blocks: &human::Blocks) {
        let shown = blocks.shown.len().min(self.blocks_left);
        self.blocks_left -= shown;
        self.left_out += blocks.left_out + blocks.findings[shown..].iter().sum::<usize>();
        let text = blocks.shown[..shown].concat();
        self.progress.pause(|| self.output.write(text.as_bytes()));
    }

    /// What the blocks did not show, counted.
    fn tables(&self) -> String {
        let mut text = String::new();
        if self.left_out > 0 || self.options.statistics {
            text = self.statistics.tables();
            if !self.options.statistics {
                let left_out = self.left_out;
                text = format!("{left_out} more findings are not shown; --max-findings 0 shows all of them.\n\n{text}");
            }
            text.push('\n');
        }
        text
    }

    /// The last words.
    fn close(&mut self) {
        let line = self.summary.closing_line(&judged_by(self.options));
        match self.options.format {
            Format::Json => {
                let mut report = Vec::new();
                // Writing to memory cannot fail.
                drop(self.fragments.write(&self.summary, &mut report));
                self.output.write(&report);
            }
            Format::Human => {
                let nothing_read = self.summary.files == 0;
                let line = if self.options.quiet || nothing_read { String::new() } else { format!("{line}\n") };
                self.output.write(format!("{}{line}", self.tables()).as_bytes());
            }
            _ if self.options.quiet => {}
            Format::Concise if self.summary.files > 0 => hint(&line),
            Format::Concise => {}
        }
        if self.summary.files > 0 && self.summary.templates == 0 && !self.options.quiet {
            hint("no pod template was found in what was read");
        }
        if self.summary.labelled_namespaces > 0 && self.options.level.is_none() {
            let judged_by = judged_by(self.options);
            hint(&format!(
                "the input holds Namespaces with Pod Security labels; all pods were judged by {judged_by} (choose with --level)"
            ));
        }
    }
}

/// `restricted:latest (v1.37)`
fn judged_by(options: &Check) -> String {
    let Options { level, version, newest, .. } = lint_options(options);
    match version {
        Version::Latest => format!("{level}:latest (v1.{newest})"),
        Version::Minor(_) => format!("{level}:{version}"),
    }
}

fn tell_skipped(input: &Input, skipped: &Skipped) {
    let document = skipped.document.map(|document| format!(" document {document}")).unwrap_or_default();
    hint(&format!("skipped {}{document}: {} ({})", input.display, skipped.reason.as_str(), skipped.detail));
}
