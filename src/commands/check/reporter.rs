//! Puts together what is said about the files, and says it.

use super::judge::{Judge, Judged, Turn};
use crate::cli::{Check, Format};
use crate::commands::Status;
use crate::commands::fix::Tally;
use crate::commands::outputs::{Outputs, Rendered, Wish, render};
use crate::commands::progress::Progress;
use crate::commands::read::report_of;
use crate::commands::terminal::{Output, complain, hint};
use crate::finding::{Finding, Waived};
use crate::report::format::{Checked, Run};
use crate::report::statistics::Statistics;
use crate::report::summary::{Summary, count};
use crate::source::discover::{Input, PassedOver, Problem, Source};
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, Skipped, TemplateReport};

/// A file with its report, or what kept it from being read.
type Reported<'i> = (&'i Input, Result<FileReport, String>);

/// Puts the reports together, in the order of the input.
pub(super) struct Reporter<'a> {
    pub options: &'a Check,
    pub progress: &'a Progress,
    pub outputs: Outputs<'a>,
    pub summary: Summary,
    statistics: Statistics,
    /// At which levels was judged.
    judged_by: String,
    /// Where fixed manifests or a diff go, while the report goes to standard error.
    pub manifests: Option<Output>,
    pub tally: Tally,
    /// Whether namespaces decide.
    pub by_namespace: bool,
    /// Objects that are not judged, or whose pods are not.
    exempt: usize,
    /// Pod templates that an overlay patches.
    patched: usize,
}

impl<'a> Reporter<'a> {
    pub fn new(options: &'a Check, progress: &'a Progress, outputs: Outputs<'a>, judged_by: String) -> Self {
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
            patched: 0,
        }
    }

    /// Whether every file is spoken of. A program that reads JSON is told there.
    pub fn is_verbose(&self) -> bool {
        self.options.verbose && self.options.format != Some(Format::Json)
    }

    /// The counts by rule and by object, if a report may show them.
    pub fn counted(&mut self) -> Option<&mut Statistics> {
        self.outputs.has_tables().then_some(&mut self.statistics)
    }

    /// Tells the reports which paths cannot be read.
    pub fn cannot_read(&mut self, problems: &[Problem]) {
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.display, problem.message)).collect();
        let checked = problems.iter().zip(&told);
        let checked: Vec<_> =
            checked.map(|(problem, told)| Checked { name: &problem.display, outcome: Err(told) }).collect();
        self.outputs.add(&checked);
    }

    /// Counts what was passed over without a look into it, and tells the reports.
    pub fn passed_over(&mut self, passed_over: &[PassedOver]) {
        for one in passed_over {
            let (name, report) = (&one.display, report_of(one));
            self.summary.add_skipped(&report);
            if self.is_verbose() {
                report.skipped.iter().for_each(|skipped| tell_skipped(name, skipped));
            }
            // There is no text to show anything of.
            if let Ok(file) = SourceFile::new(name.as_str(), Vec::new()) {
                let rendered = render(&file, &report, &self.outputs.wishes());
                self.outputs.show(name, &report, rendered, self.progress);
            }
            self.outputs.add(&[Checked { name, outcome: Ok(&report) }]);
        }
    }

    /// What is to be rendered of the next files.
    pub fn wishes(&self, judge: &Judge) -> Vec<Wish> {
        // A diff shows what is to change.
        if judge.mender.is_diff() { Vec::new() } else { self.outputs.wishes() }
    }

    /// Takes what the next files gave.
    pub fn take(&mut self, inputs: &[Input], judged: Vec<Judged>, judge: &Judge) -> Status {
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
        if let Some(statistics) = self.counted() {
            statistics.add(&input.display, report);
        }
        self.tell_exempt(report);
        self.tell_patched(report);
        self.outputs.show(&input.display, report, rendered, self.progress);
        if self.is_verbose() {
            self.progress.pause(|| {
                report.templates.iter().for_each(|template| tell_applied(input, template));
                report.skipped.iter().for_each(|skipped| tell_skipped(&input.display, skipped));
                report.findings.iter().for_each(|finding| tell_waived(&input.display, finding));
            });
        }
        if report.holds_object() { Status::Clean } else { Self::tell_nothing(input, !report.findings.is_empty()) }
    }

    /// Complains of standard input that holds no object; a document that was passed over was at least there.
    pub fn tell_nothing(input: &Input, has_findings: bool) -> Status {
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
            if self.is_verbose() {
                self.progress.pause(|| hint(&what));
            }
        }
    }

    /// Says whose verdict is only of what stands in its file, since an overlay that was not built patches it.
    fn tell_patched(&mut self, report: &FileReport) {
        for template in report.templates.iter().filter(|template| !template.patched_by.is_empty()) {
            self.patched += 1;
            if self.is_verbose() {
                let by = template.patched_by.join(", ");
                self.progress.pause(|| hint(&format!("{} is patched by {by}; not built", template.object)));
            }
        }
    }

    /// The last words. `status` is what the run has come to so far.
    pub fn close(&mut self, status: Status) -> Status {
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
        if self.patched > 0 && !self.options.quiet && !self.options.verbose {
            let (templates, are) = (count(self.patched, "pod template"), if self.patched == 1 { "is" } else { "are" });
            hint(&format!("{templates} {are} patched by kustomizations that were not built (-v lists them)"));
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

fn tell_skipped(name: &str, skipped: &Skipped) {
    let document = skipped.document.map(|document| format!(" document {document}")).unwrap_or_default();
    hint(&format!("skipped {name}{document}: {} ({})", skipped.reason.as_str(), skipped.detail));
}
