//! `podline check`: the main job.

use rayon::prelude::*;

use super::Status;
use super::configuration::Configurations;
use super::patches::Patches;
use super::progress::Progress;
use super::read::{find, read};
use super::rule_filter::RuleFilter;
use super::standards::Standards;
use super::terminal::{Output, complain, hint, use_color};
use crate::cli::{Check, Format, SkipReasons};
use crate::lint::lint;
use crate::report::statistics::Statistics;
use crate::report::summary::Summary;
use crate::report::{concise, human, json};
use crate::source::discover::{Input, Source};
use crate::verdict::{FileReport, SkipReason, Skipped, TemplateReport};

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
    let (mut inputs, mut status) = find(&options.input);
    let (configurations, configured) = Configurations::load(&options.config, &options.input, &mut inputs);
    status = status.max(configured);
    let patches = Patches::new(&inputs);
    let standards = Standards::new(&options.into(), &configurations);
    let judge = Judge { options, filter, patches, configurations: &configurations, standards, style: style(options) };
    let progress = Progress::new(inputs.len());
    let mut reporter = Reporter::new(options, &progress, judge.standards.judged_by(&inputs, &configurations));
    reporter.summary.configuration = files_of(&configurations);
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

/// The configuration files that a run uses, each once.
fn files_of(configurations: &Configurations) -> Vec<String> {
    let mut files = Vec::new();
    for file in configurations.all().flat_map(|settings| &settings.loaded.files) {
        if !files.contains(file) {
            files.push(file.clone());
        }
    }
    files
}

fn style(options: &Check) -> human::Style {
    human::Style { color: use_color(options.color), verbose: options.verbose }
}

/// A file that was judged, or what kept it from being read; nothing if it was not to be judged.
type Judged = Result<Option<(FileReport, Rendered)>, String>;

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
    configurations: &'a Configurations,
    standards: Standards,
    style: human::Style,
}

impl Judge<'_> {
    /// Reads and judges one file, and renders what was found while its text is at hand.
    ///
    /// At most `limit` blocks are rendered for people.
    fn judge(&self, input: &Input, limit: usize, progress: &Progress) -> Judged {
        // What is wrong with the configuration has been said.
        let Some(options) = self.standards.of(input, self.configurations) else { return Ok(None) };
        let file = read(input)?;
        let mut report =
            if self.patches.contains(input) { FileReport::of_patch() } else { lint(&file, input.named, options) };
        report.findings.retain(|finding| self.filter.keeps(finding));
        let rendered = match self.options.format {
            Format::Human => Rendered::Blocks(human::render(&file, &report, self.style, limit)),
            Format::Concise => Rendered::Text(concise::render(file.name(), &report)),
            Format::Json => Rendered::Json(json::fragments(file.name(), &report)),
        };
        progress.advance();
        Ok(Some((report, rendered)))
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
    /// At which levels was judged.
    judged_by: String,
}

impl<'a> Reporter<'a> {
    fn new(options: &'a Check, progress: &'a Progress, judged_by: String) -> Self {
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
            judged_by,
        }
    }

    /// Takes what the next file gave.
    fn take(&mut self, input: &Input, judged: Judged) -> Status {
        let (report, rendered) = match judged {
            Ok(Some(judged)) => judged,
            Ok(None) => return Status::Clean,
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
            self.progress.pause(|| {
                report.templates.iter().for_each(|template| tell_applied(input, template));
                report.skipped.iter().for_each(|skipped| tell_skipped(input, skipped));
            });
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
        let line = self.summary.closing_line(&self.judged_by);
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
            let judged_by = &self.judged_by;
            hint(&format!(
                "the input holds Namespaces with Pod Security labels; all pods were judged {judged_by} (choose with --level)"
            ));
        }
    }
}

/// Says which entry of the configuration is for a template.
fn tell_applied(input: &Input, template: &TemplateReport) {
    if let (Some(place), Some(verdict)) = (&template.applied, template.verdicts.first()) {
        let (level, version) = (verdict.level, verdict.version);
        hint(&format!("{}: {} is judged at {level}:{version} ({place})", input.display, template.object));
    }
}

fn tell_skipped(input: &Input, skipped: &Skipped) {
    let document = skipped.document.map(|document| format!(" document {document}")).unwrap_or_default();
    hint(&format!("skipped {}{document}: {} ({})", input.display, skipped.reason.as_str(), skipped.detail));
}
