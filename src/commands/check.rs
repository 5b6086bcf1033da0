//! `podline check`: the main job.

mod stream;

use std::borrow::Cow;
use std::path::PathBuf;

use rayon::prelude::*;

use super::Status;
use super::baseline::Baselines;
use super::charts::Charts;
use super::configuration::Configurations;
use super::fix::{Mended, Mender, Tally, leave_out};
use super::judging::Judging;
use super::outputs::{self, Outputs, Rendered, Wish, render};
use super::progress::Progress;
use super::read::{find_and_tell, paths, read_or_kept, read_small};
use super::rule_filter::RuleFilter;
use super::terminal::{Output, complain, hint};
use crate::cli::{self, Check, Format, SkipReasons};
use crate::finding::{Finding, Waived};
use crate::fix;
use crate::lint::namespaces::lint_namespaces;
use crate::lint::{Options, lint};
use crate::report::format::{Checked, Run, Settings};
use crate::report::statistics::Statistics;
use crate::report::summary::Summary;
use crate::source::discover::{Input, Problem, Source};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, SkipReason, Skipped, TemplateReport};

/// Files are judged this many at a time, so that memory is bounded by their reports and output begins early.
const BATCH: usize = 512;

/// Judges files and reports what was found.
pub(super) fn run(options: &Check) -> Status {
    let settings = outputs::settings(&options.reports);
    let (filter, mut outputs, charts) = match usage(options, &settings) {
        Ok(usable) => usable,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    if !options.quiet {
        options.hints.iter().for_each(|message| hint(message));
    }
    if options.verbose {
        options.notes.iter().for_each(|note| hint(note));
    }
    let (mut inputs, problems, mut status) = find_and_tell(&options.input);
    let (configurations, configured) = Configurations::load(&options.config, &options.input, &mut inputs);
    status = status.max(configured);
    let besides = configurations.all().flat_map(|settings| &settings.loaded.config.outputs.0);
    let places = outputs.configure(besides, options, &settings);
    if let Err(message) = places.and_then(|()| outputs.leave_out_own(&mut inputs)) {
        complain(&message);
        return Status::Failed;
    }
    let mut baselines = match Baselines::open(options, &configurations, &inputs) {
        Ok(baselines) => baselines,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    if let Err(message) = baselines.leave_out_own(&configurations, &mut inputs) {
        complain(&message);
        return Status::Failed;
    }
    let files = files_of(&configurations);
    let Some((mut judging, prepared)) = Judging::prepare(options, configurations, &inputs) else {
        return Status::Failed;
    };
    status = status.max(prepared);
    if outputs.has_page() {
        judging.standards.sweep();
    }
    let mender = Mender::new(&options.repair);
    let manifests = mender.takes_stdout(&inputs).then(|| outputs.divert());
    let offers = outputs.has_edits();
    // Charts and repairs need a file as a whole.
    let streams = charts.is_none() && mender.is_off();
    let judge = Judge { filter, judging: &judging, charts, mender, offers, streams };
    let progress = Progress::new(inputs.len());
    let mut reporter = Reporter::new(options, &progress, outputs, judging.judged_by(&inputs));
    reporter.manifests = manifests;
    reporter.summary.configuration = files;
    reporter.by_namespace = judging.admission.is_some();
    reporter.summary.policies = judging.told();
    reporter.cannot_read(&problems);
    let of_namespaces = Options { admission: judging.admission.clone(), ..Options::default() };
    for input in &judging.others {
        let judged = judge.namespaces(input, &of_namespaces, &reporter.outputs.wishes());
        status = status.max(reporter.take(std::slice::from_ref(input), vec![judged], &judge));
    }
    let judge = Judge { streams: reporter.takes_streams() && judge.streams && baselines.are_idle(), ..judge };
    let mut ahead: Option<(&[Input], Vec<Judged>)> = None;
    for batch in inputs.chunks(BATCH).map(Some).chain([None]) {
        let wishes = reporter.wishes(&judge);
        // While one batch is judged, what the one before gave is reported.
        let next = beside(
            || batch.map(|batch| (batch, judge.batch(batch, &wishes, &mut baselines, &progress))),
            || {
                if let Some((batch, judged)) = ahead.take() {
                    status = status.max(reporter.take(batch, judged, &judge));
                }
            },
        );
        ahead = next.flatten();
    }
    progress.finish();
    if let Some(charts) = &judge.charts {
        tell_missing(charts);
    }
    let was_judged = |rule: &str| judge.filter.keeps_rule(rule) && judging.standards.judge_by(rule);
    let said = baselines.gone(was_judged).into_iter().chain(waivers_of(&judging, &options.input));
    for (file, findings) in said {
        let mut report = FileReport { findings, ..FileReport::default() };
        report.findings.retain(|finding| judge.filter.keeps(finding));
        let rendered = render(file, &report, &reporter.outputs.wishes());
        reporter.take_policy(file.name(), &report, rendered);
    }
    status = status.max(baselines.write(status, was_judged));
    status = status.max(reporter.close(status));
    status = status.max(std::mem::take(&mut reporter.tally).close(&options.repair, options.quiet));
    let failing = options.fail_on.severity().is_some_and(|severity| reporter.summary.at_least(severity) > 0);
    let failing = failing || denies_skipped(options, &reporter.summary);
    status.max(if failing { Status::Findings } else { Status::Clean })
}

/// What can be wrong with the options taken together.
fn usage<'a>(options: &Check, settings: &'a Settings) -> Result<(RuleFilter, Outputs<'a>, Option<Charts>), String> {
    let filter = RuleFilter::new(&options.select, &options.ignore)?;
    let outputs = Outputs::new(options, settings)?;
    let charts = options.source_root.as_deref().map(|root| {
        Charts::find(root).map_err(|error| format!("--source-root {}: cannot be read: {error}", root.display()))
    });
    Ok((filter, outputs, charts.transpose()?))
}

/// Says which templates the charts do not have.
fn tell_missing(charts: &Charts) {
    let missing = charts.missing();
    if charts.is_empty() {
        hint("--source-root: no Chart.yaml is there");
    } else if let Some(first) = missing.first() {
        let more = missing.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        hint(&format!("--source-root: no chart there has {first}{more}"));
    }
}

/// What there is to say of the waivers of each configuration file.
fn waivers_of<'j>(judging: &'j Judging, input: &cli::Input) -> Vec<(&'j SourceFile, Vec<Finding>)> {
    let mut said = Vec::new();
    for (settings, options) in judging.configurations.each().zip(judging.standards.all()) {
        let Some(settings) = settings.filter(|settings| !settings.loaded.waivers.is_empty()) else { continue };
        // A hook that checks three files knows nothing of the others.
        let walks = |path: &PathBuf| path.is_dir() && settings.base.starts_with(normal(path));
        let covered = !input.as_walked && paths(input).iter().any(walks);
        for file in &settings.loaded.sources {
            said.push((&**file, options.waivers.findings(file, covered, options)));
        }
    }
    said
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

/// What became of a file.
enum Turn<T> {
    /// It is not to be judged.
    Passed,
    /// It is so large that it is judged for itself, when its turn comes to be reported.
    Later,
    /// What kept it from being read.
    Failed(String),
    /// It was judged.
    Done(T),
}

/// A file, and what is said about it.
type Read<'f> = Turn<(Cow<'f, SourceFile>, FileReport, Mended)>;

/// What is said about a file, with what is shown of it to people.
type Judged = Turn<(FileReport, Vec<Rendered>, Mended)>;

/// Does some work with all threads, and something else meanwhile here; with one thread one after the other.
fn beside<R: Send>(work: impl FnOnce() -> R + Send, here: impl FnOnce()) -> Option<R> {
    if rayon::current_num_threads() == 1 {
        here();
        return Some(work());
    }
    let mut result = None;
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| result = Some(work()));
        here();
    });
    result
}

/// Judges files, on any thread.
struct Judge<'a> {
    filter: RuleFilter,
    judging: &'a Judging,
    charts: Option<Charts>,
    mender: Mender,
    /// Whether a report carries the edits that mend a finding.
    offers: bool,
    /// Whether large files are judged part by part.
    streams: bool,
}

impl Judge<'_> {
    /// Judges some files, and renders what is wished of them.
    fn batch(&self, batch: &[Input], wishes: &[Wish], baselines: &mut Baselines, progress: &Progress) -> Vec<Judged> {
        let render = |read: Read| match read {
            Turn::Done((file, report, mended)) => {
                let rendered = render(&file, &report, wishes);
                Turn::Done((report, rendered, mended))
            }
            Turn::Passed => Turn::Passed,
            Turn::Later => Turn::Later,
            Turn::Failed(message) => Turn::Failed(message),
        };
        if baselines.are_idle() {
            return batch.par_iter().map(|input| render(self.judge(input, progress))).collect();
        }
        let mut read: Vec<Read> = batch.par_iter().map(|input| self.judge(input, progress)).collect();
        // What a baseline still has to give depends on the files before.
        for (input, read) in batch.iter().zip(&mut read) {
            if let Turn::Done((_, report, _)) = read {
                baselines.take(input, report);
            }
        }
        read.into_par_iter().map(render).collect()
    }

    /// Reads and judges one file.
    fn judge(&self, input: &Input, progress: &Progress) -> Read<'_> {
        // What is wrong with the configuration has been said.
        let Some(options) = self.judging.of(input) else { return Turn::Passed };
        let kept = &self.judging.kept;
        let read = if self.streams { read_small(input, kept) } else { read_or_kept(input, kept).map(Some) };
        let file = match read {
            Ok(Some(file)) => file,
            Ok(None) => return Turn::Later,
            Err(message) => return Turn::Failed(message),
        };
        let report = self.report(input, &file, options);
        let (file, mut report, mended) = if self.mender.is_off() {
            (file, report, Mended::default())
        } else {
            let file = file.into_owned();
            let (file, report, mended) =
                self.mender.mend(input, file, report, options, |file| self.report(input, file, options));
            (Cow::Owned(file), report, mended)
        };
        leave_out(&mut report.findings, &mended);
        if self.offers {
            fix::offer(&file, &mut report.findings);
        }
        if let Some(charts) = &self.charts {
            charts.trace(&file, &mut report);
        }
        progress.advance();
        Turn::Done((file, report, mended))
    }

    /// What is to be said about a file.
    fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> FileReport {
        if self.judging.patches.contains(input) {
            return FileReport::of_patch();
        }
        let mut report = lint(file, input.named, options);
        report.findings.retain(|finding| self.filter.keeps(finding));
        report
    }

    /// What is wrong with the Namespaces of a file that is read for their labels only; nothing if all is well.
    fn namespaces(&self, input: &Input, options: &Options, wishes: &[Wish]) -> Judged {
        let file = match read_or_kept(input, &self.judging.kept) {
            Ok(file) => file,
            Err(message) => return Turn::Failed(message),
        };
        let mut findings = lint_namespaces(&file, options);
        findings.retain(|finding| self.filter.keeps(finding));
        if findings.is_empty() {
            return Turn::Passed;
        }
        let report = FileReport { findings, manifests: 1, ..FileReport::default() };
        let rendered = render(&file, &report, wishes);
        Turn::Done((report, rendered, Mended::default()))
    }
}

/// A file with its report, or what kept it from being read.
type Reported<'i> = (&'i Input, Result<FileReport, String>);

/// Puts the reports together, in the order of the input.
struct Reporter<'a> {
    options: &'a Check,
    progress: &'a Progress,
    outputs: Outputs<'a>,
    summary: Summary,
    statistics: Statistics,
    /// At which levels was judged.
    judged_by: String,
    /// Where fixed manifests or a diff go, while the report goes to standard error.
    manifests: Option<Output>,
    tally: Tally,
    /// Whether namespaces decide.
    by_namespace: bool,
    /// Objects that are not judged, or whose pods are not.
    exempt: usize,
}

impl<'a> Reporter<'a> {
    fn new(options: &'a Check, progress: &'a Progress, outputs: Outputs<'a>, judged_by: String) -> Self {
        Self {
            options,
            progress,
            outputs,
            summary: Summary::default(),
            statistics: Statistics::default(),
            judged_by,
            manifests: None,
            tally: Tally::default(),
            by_namespace: false,
            exempt: 0,
        }
    }

    /// Tells the reports which paths cannot be read.
    fn cannot_read(&mut self, problems: &[Problem]) {
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.display, problem.message)).collect();
        let checked = problems.iter().zip(&told);
        let checked: Vec<_> =
            checked.map(|(problem, told)| Checked { name: &problem.display, outcome: Err(told) }).collect();
        self.outputs.add(&checked);
    }

    /// What is to be rendered of the next files.
    fn wishes(&self, judge: &Judge) -> Vec<Wish> {
        // A diff shows what is to change.
        if judge.mender.is_diff() { Vec::new() } else { self.outputs.wishes() }
    }

    /// Takes what the next files gave.
    fn take(&mut self, inputs: &[Input], judged: Vec<Judged>, judge: &Judge) -> Status {
        let mut status = Status::Clean;
        let mut reports = Vec::new();
        for (input, judged) in inputs.iter().zip(judged) {
            match judged {
                Turn::Done((report, rendered, mended)) => {
                    if let Some(manifests) = &mut self.manifests {
                        self.progress.pause(|| manifests.write(mended.output.as_bytes()));
                    }
                    status = status.max(self.progress.pause(|| self.tally.take(input, mended)));
                    status = status.max(self.show(input, &report, rendered));
                    reports.push((input, Ok(report)));
                }
                Turn::Passed => {}
                Turn::Later => {
                    self.hand_over(&mut reports);
                    match self.stream(judge, input) {
                        Ok(streamed) => status = status.max(streamed),
                        Err(message) => status = status.max(self.failed(input, message, &mut reports)),
                    }
                }
                Turn::Failed(message) => status = status.max(self.failed(input, message, &mut reports)),
            }
        }
        self.hand_over(&mut reports);
        status
    }

    /// Notes a file that cannot be read.
    fn failed<'i>(&self, input: &'i Input, message: String, reports: &mut Vec<Reported<'i>>) -> Status {
        self.progress.pause(|| complain(&message));
        reports.push((input, Err(message)));
        Status::Failed
    }

    /// Gives files to the reports that are written at the end.
    fn hand_over(&mut self, reports: &mut Vec<Reported<'_>>) {
        let checked = reports.iter().map(|(input, report)| {
            let outcome = report.as_ref().map_err(String::as_str);
            Checked { name: &input.display, outcome }
        });
        self.outputs.add(&checked.collect::<Vec<_>>());
        reports.clear();
    }

    /// Counts a file, and shows it.
    fn show(&mut self, input: &Input, report: &FileReport, rendered: Vec<Rendered>) -> Status {
        self.summary.add(report);
        self.statistics.add(&input.display, report);
        self.tell_exempt(report);
        self.outputs.show(&input.display, report, rendered, self.progress);
        if self.options.verbose && self.options.format != Some(Format::Json) {
            self.progress.pause(|| {
                report.templates.iter().for_each(|template| tell_applied(input, template));
                report.skipped.iter().for_each(|skipped| tell_skipped(input, skipped));
                report.findings.iter().for_each(|finding| tell_waived(&input.display, finding));
            });
        }
        let holds_object = report.manifests > 0 || report.skipped.iter().any(Skipped::is_manifest);
        if holds_object { Status::Clean } else { Self::tell_nothing(input, !report.findings.is_empty()) }
    }

    /// Complains of standard input that holds no object; a document that was passed over was at least there.
    fn tell_nothing(input: &Input, has_findings: bool) -> Status {
        if input.source != Source::Stdin {
            return Status::Clean;
        }
        complain(if has_findings {
            "standard input holds no object that can be read"
        } else {
            "standard input holds no object: did the command before the pipe fail?"
        });
        Status::Failed
    }

    /// Takes what is wrong with a file that was not checked itself, such as a baseline.
    fn take_policy(&mut self, name: &str, report: &FileReport, rendered: Vec<Rendered>) {
        self.summary.add_findings(report);
        self.statistics.add(name, report);
        self.outputs.show(name, report, rendered, self.progress);
        self.outputs.add(&[Checked { name, outcome: Ok(report) }]);
    }

    /// Counts what is exempt, and names it where that is asked for.
    fn tell_exempt(&mut self, report: &FileReport) {
        for template in &report.templates {
            let Some(admission) = &template.admission else { continue };
            let what = match (admission.exempt, admission.pods.exempt) {
                (Some(exemption), Some(_)) => format!("{} is exempt by its {}", template.object, exemption.as_str()),
                (Some(exemption), None) => {
                    format!("{} is exempt by its {}, its pods are not", template.object, exemption.as_str())
                }
                (None, Some(exemption)) => {
                    format!("the pods of {} are exempt by their {}", template.object, exemption.as_str())
                }
                (None, None) => continue,
            };
            self.exempt += 1;
            if self.options.verbose && self.options.format != Some(Format::Json) {
                self.progress.pause(|| hint(&what));
            }
        }
    }

    /// The last words. `status` is what the run has come to so far.
    fn close(&mut self, status: Status) -> Status {
        let judged_by = &self.judged_by;
        let line = self.summary.closing_line(judged_by);
        let says_nothing = self.options.quiet || self.summary.files == 0;
        let run = Run { summary: &self.summary, judged_by, successful: status != Status::Failed };
        let last_line = if says_nothing { String::new() } else { format!("{line}\n") };
        let (statistics, alone) = (&self.statistics, self.options.statistics);
        let status = self.outputs.finish(&run, |left_out| tables(statistics, alone, left_out) + &last_line);
        if self.options.format == Some(Format::Concise) && !says_nothing {
            hint(&line);
        }
        if self.summary.files > 0 && self.summary.templates == 0 && !self.options.quiet {
            hint("no pod template was found in what was read");
        }
        if self.exempt > 0 && !self.options.quiet && !self.options.verbose {
            let are = if self.exempt == 1 { "object is" } else { "objects are" };
            hint(&format!("{} {are} exempt, wholly or in part (-v lists them)", self.exempt));
        }
        let one_level = self.options.level.is_none() && !self.by_namespace;
        if self.summary.labelled_namespaces > 0 && one_level {
            hint(&format!(
                "the input holds Namespaces with Pod Security labels; all pods were judged {judged_by} (choose with --level, or let the labels decide with --admission)"
            ));
        }
        status.max(self.manifests.as_ref().map_or(Status::Clean, Output::status))
    }
}

/// Whether something was passed over that must not be; says so.
pub(super) fn denies_skipped(options: &Check, summary: &Summary) -> bool {
    let is_denied = |reason: SkipReason| {
        options.deny_skipped.iter().any(|denied| *denied == SkipReasons::All || *denied == SkipReasons::One(reason))
    };
    let skipped = summary.skipped.iter().filter(|(reason, _)| is_denied(**reason));
    let count: usize = skipped.map(|(_, count)| count).sum();
    if count > 0 {
        complain(&format!("{count} skipped, which --deny-skipped forbids (-v lists them)"));
    }
    count > 0
}

/// What the blocks did not show, counted; also without that if the counts `alone` were asked for.
fn tables(statistics: &Statistics, alone: bool, left_out: usize) -> String {
    match left_out {
        _ if alone => format!("{}\n", statistics.tables()),
        0 => String::new(),
        left_out => {
            let counts = statistics.tables();
            format!("{left_out} more findings are not shown; --max-findings 0 shows all of them.\n\n{counts}\n")
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

/// Says of a finding that is waived why.
fn tell_waived(name: &str, finding: &Finding) {
    let Some(waived) = &finding.waived else { return };
    let Waived { reason, until, file, line } = waived.as_ref();
    let until = until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let place = if *line > 0 { format!("{file}:{line}") } else { file.clone() };
    let (at, rule) = (finding.location.start.line, finding.rule);
    hint(&format!("waived {name}:{at}: {rule}{until}: {reason} ({place})"));
}

fn tell_skipped(input: &Input, skipped: &Skipped) {
    let document = skipped.document.map(|document| format!(" document {document}")).unwrap_or_default();
    hint(&format!("skipped {}{document}: {} ({})", input.display, skipped.reason.as_str(), skipped.detail));
}
