//! Puts together what is said about the files, and says it.

use super::exempt::exempt;
use super::judge::{FileOutcome, Judge, Judged};
use super::policies::tell_usable;
use crate::cli::{Check, Format};
use crate::commands::Status;
use crate::commands::content::RunContent;
use crate::commands::fix::FixCounts;
use crate::commands::outputs::{Outputs, RenderRequest, Rendered, render};
use crate::commands::progress::Progress;
use crate::commands::read::report_of;
use crate::commands::terminal::{Output, hint};
use crate::config::deny::Deny;
use crate::finding::{ObjectRef, PolicyRef, ReportEntry, Waived};
use crate::problem::{About, Problem as ReadProblem};
use crate::report::format::{Checked, Run};
use crate::report::statistics::Statistics;
use crate::report::summary::Summary;
use crate::rules::Catalogue;
use crate::source::discover::{Input, PassedOver, Problem};
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, Skipped, TemplateReport};

/// A file with its report, or what kept it from being read.
type Reported<'i> = (&'i Input, Result<FileReport, ReadProblem>);

/// Puts the reports together, in the order of the input.
pub(super) struct Reporter<'a> {
    pub options: &'a Check,
    pub progress: &'a Progress,
    pub outputs: Outputs<'a>,
    pub summary: Summary,
    /// The rules that there are.
    pub rules: Catalogue,
    statistics: Statistics,
    /// At which levels was judged.
    judged_by: String,
    /// Where fixed manifests or a diff go, while the report goes to standard error.
    pub manifests: Option<Output>,
    pub fix_counts: FixCounts,
    /// What is denied.
    pub denied: Vec<Deny>,
    /// What keeps podline from its job, the first of it.
    pub failure: Option<String>,
    pub content: RunContent,
    /// Whether namespaces decide.
    pub by_namespace: bool,
    /// Objects that are not judged, or whose pods are not.
    exempt: usize,
}

impl<'a> Reporter<'a> {
    pub fn new(options: &'a Check, progress: &'a Progress, outputs: Outputs<'a>, judged_by: String) -> Self {
        Self {
            options,
            progress,
            outputs,
            summary: Summary::default(),
            rules: Catalogue::default(),
            statistics: Statistics::default(),
            judged_by,
            manifests: None,
            fix_counts: FixCounts::default(),
            denied: Vec::new(),
            failure: None,
            content: RunContent::default(),
            by_namespace: false,
            exempt: 0,
        }
    }

    /// Whether every file is spoken of. A program that reads JSON is told there.
    pub fn is_verbose(&self) -> bool {
        self.options.verbose && self.options.format != Some(Format::Json)
    }

    /// Whether it is said what was skipped: who names files one by one wants to hear of each.
    pub fn tells_skipped(&self) -> bool {
        self.is_verbose() || self.options.input.as_walked && !self.options.quiet
    }

    /// The counts by rule and by object, if a report may show them.
    pub fn counted(&mut self) -> Option<&mut Statistics> {
        self.outputs.has_tables().then_some(&mut self.statistics)
    }

    /// Tells the reports which paths cannot be read. What else keeps podline from its job is no file of the run.
    pub fn cannot_read(&mut self, problems: &[Problem]) {
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.display, problem.message)).collect();
        if self.failure.is_none() {
            self.failure = told.first().cloned();
        }
        let checked = problems.iter().zip(&told).filter(|(problem, _)| problem.is_input);
        let checked: Vec<_> =
            checked.map(|(problem, told)| Checked { name: &problem.display, outcome: Err(told) }).collect();
        self.summary.failed += checked.len();
        self.outputs.add(&checked);
    }

    /// Counts what was passed over without a look into it, and tells the reports.
    pub fn passed_over(&mut self, passed_over: &[PassedOver]) {
        for one in passed_over {
            let (name, report) = (&one.display, report_of(one));
            self.summary.add_skipped(&report);
            if self.tells_skipped() {
                report.skipped.iter().for_each(|skipped| tell_skipped(name, skipped));
            }
            // There is no text to show anything of.
            if let Ok(file) = SourceFile::new(name.as_str(), Vec::new()) {
                let rendered = render(&file, &report, &self.outputs.requests());
                self.outputs.show(name, &report, rendered, self.progress);
            }
            self.outputs.add(&[Checked { name, outcome: Ok(&report) }]);
        }
    }

    /// What is to be rendered of the next files.
    pub fn requests(&self, judge: &Judge) -> Vec<RenderRequest> {
        // A diff shows what is to change.
        if judge.fixer.is_diff() { Vec::new() } else { self.outputs.requests() }
    }

    /// Takes what the next files gave.
    pub fn take(&mut self, inputs: &[Input], judged: Vec<Judged>, judge: &Judge) -> Status {
        let mut status = Status::Clean;
        let mut reports = Vec::new();
        for (input, judged) in inputs.iter().zip(judged) {
            match judged {
                FileOutcome::Done((report, rendered, outcome)) => {
                    if let Some(manifests) = &mut self.manifests {
                        self.progress.pause(|| manifests.write(outcome.output.as_bytes()));
                    }
                    status = status.max(self.progress.pause(|| self.fix_counts.take(input, outcome)));
                    status = status.max(self.show(input, &report, rendered));
                    reports.push((input, Ok(report)));
                }
                FileOutcome::Passed => {}
                FileOutcome::Unusable => {
                    let message = "not judged, since its configuration cannot be used";
                    self.summary.failed += 1;
                    let problem = ReadProblem::in_file(About::Configuration, input.display.as_str(), message);
                    reports.push((input, Err(problem)));
                }
                FileOutcome::Later => {
                    self.hand_over(&mut reports);
                    match self.stream(judge, input) {
                        Ok(streamed) => status = status.max(streamed),
                        Err(problem) => status = status.max(self.failed(input, problem, &mut reports)),
                    }
                }
                FileOutcome::Failed(problem) => status = status.max(self.failed(input, problem, &mut reports)),
            }
        }
        self.hand_over(&mut reports);
        status
    }

    /// Notes a file that cannot be read.
    fn failed<'i>(&mut self, input: &'i Input, problem: ReadProblem, reports: &mut Vec<Reported<'i>>) -> Status {
        let message = problem.to_string();
        self.summary.failed += 1;
        reports.push((input, Err(problem)));
        self.fail(message)
    }

    /// Gives files to the reports that are written at the end.
    fn hand_over(&mut self, reports: &mut Vec<Reported<'_>>) {
        let told: Vec<String> = reports
            .iter()
            .map(|(_, report)| report.as_ref().err().map(ToString::to_string).unwrap_or_default())
            .collect();
        let checked = reports.iter().zip(&told).map(|((input, report), told)| {
            let outcome = report.as_ref().map_err(|_| told.as_str());
            Checked { name: &input.display, outcome }
        });
        self.outputs.add(&checked.collect::<Vec<_>>());
        reports.clear();
    }

    /// Counts a file, and shows it.
    fn show(&mut self, input: &Input, report: &FileReport, rendered: Vec<Rendered>) -> Status {
        self.summary.add(report);
        if let Some(statistics) = self.counted() {
            statistics.add(&input.display, report);
        }
        self.tell_exempt(report);
        self.tell_overlays(report);
        self.outputs.show(&input.display, report, rendered, self.progress);
        if self.tells_skipped() {
            let tell = |skipped| tell_skipped(&input.display, skipped);
            self.progress.pause(|| report.skipped.iter().for_each(tell));
        }
        if self.is_verbose() {
            self.progress.pause(|| {
                report.templates.iter().for_each(|template| {
                    tell_applied(input, template);
                    tell_usable(&input.display, template);
                });
                report.findings.iter().for_each(|finding| tell_waived(&input.display, finding));
                report.otherwise_as_written.iter().for_each(|(policy, object)| tell_otherwise(policy, object));
            });
        }
        self.hold(input, report.holds_object(), !report.findings.is_empty())
    }

    /// Takes what is wrong with a file that was not checked itself, such as one of accepted findings.
    pub fn take_policy(&mut self, name: &str, report: &FileReport, rendered: Vec<Rendered>) {
        self.summary.add_findings(report);
        if let Some(statistics) = self.counted() {
            statistics.add(name, report);
        }
        self.outputs.show(name, report, rendered, self.progress);
        self.outputs.add(&[Checked { name, outcome: Ok(report) }]);
    }

    /// Counts what is exempt, and names it where that is asked for.
    pub fn tell_exempt(&mut self, report: &FileReport) {
        let (objects, said) = exempt(report);
        self.exempt += objects;
        if self.is_verbose() {
            self.progress.pause(|| said.iter().for_each(|what| hint(what)));
        }
    }

    /// The last words. `status` is what the run has come to so far.
    pub fn close(&mut self, mut status: Status) -> Status {
        status = status.max(self.close_content());
        let speaks = self.outputs.speaks();
        let judged_by = &self.judged_by;
        let failure = self.failure.as_deref();
        let run = Run {
            summary: &self.summary,
            judged_by,
            successful: status != Status::Failed,
            failure,
            rules: &self.rules,
            compared: None,
            denied: &self.denied,
            levels: &[],
        };
        let says_nothing = self.options.quiet || self.summary.is_empty();
        let last_line = if says_nothing { String::new() } else { format!("{}\n", run.closing_line()) };
        let (statistics, alone) = (&self.statistics, self.options.statistics);
        status = status.max(self.outputs.finish(&run, |left_out| tables(statistics, alone, left_out) + &last_line));
        self.tell_judged(&run, speaks);
        if self.exempt > 0 && !self.options.quiet && !self.options.verbose {
            let are = if self.exempt == 1 { "object is" } else { "objects are" };
            hint(&format!("{} {are} exempt, wholly or in part (-v lists them)", self.exempt));
        }
        self.tell_counts_of_overlays();
        let one_level = self.options.level.is_none() && !self.by_namespace;
        if self.summary.labelled_namespaces > 0 && one_level {
            hint(&format!(
                "the input holds Namespaces with Pod Security labels; all pods were judged {judged_by} (choose with --level, or let the labels decide with --admission)"
            ));
        }
        status.max(self.manifests.as_ref().map_or(Status::Clean, Output::status))
    }
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

/// Says of an object that a policy answers otherwise about it as it is written.
fn tell_otherwise(policy: &PolicyRef, object: &ObjectRef) {
    hint(&format!("{object}: {} answers otherwise about it as it is written (--as-written)", policy.name));
}

/// Says of a finding that is waived why.
fn tell_waived(name: &str, finding: &ReportEntry) {
    let Some(waived) = &finding.waived else { return };
    let Waived { source, reason, until, file, line } = waived.as_ref();
    let until = until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let place = if *line > 0 { format!("{file}:{line}") } else { file.clone() };
    let (at, rule) = (finding.location.start.line, finding.rule);
    // Why somebody accepted all that was there is no news.
    let reason = if waived.is_accepted() { String::new() } else { format!(": {reason}") };
    hint(&format!("{} {name}:{at}: {rule}{until}{reason} ({place})", source.past()));
}

fn tell_skipped(name: &str, skipped: &Skipped) {
    let document = skipped.document.map(|document| format!(" document {document}")).unwrap_or_default();
    hint(&format!("skipped {name}{document}: {} ({})", skipped.reason.as_str(), skipped.detail));
}
