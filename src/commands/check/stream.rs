//! A large file, judged and reported part by part: what is said about it is never all in memory.

use std::ops::Range;

use rayon::prelude::*;

use super::beside;
use super::judge::Judge;
use super::reporter::Reporter;
use crate::commands::Status;
use crate::commands::outputs::{RenderRequest, Rendered, render};
use crate::fix;
use crate::lint::Parts;
use crate::problem::Problem;
use crate::report::format::Checked;
use crate::session::read::{of_blank, read_or_kept};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// So many parts a thread are judged at a time: enough to keep all of them busy to the end.
const PARTS: usize = 8;

/// What is said about a part of a file, with what is shown of it to people.
type Part = (FileReport, Vec<Rendered>);

/// What a file has held so far.
#[derive(Default)]
struct StreamContent {
    object: bool,
    findings: bool,
    /// Findings that are not accepted.
    counted: bool,
}

impl Judge<'_> {
    /// Judges the next parts of a file.
    fn parts(
        &self,
        source: (&Input, &SourceFile),
        parts: &mut Parts,
        next: &[Range<usize>],
        requests: &[RenderRequest],
    ) -> Vec<Part> {
        let judge = || next.par_iter().cloned().map(|documents| parts.judge(documents)).collect();
        let mut judged: Vec<_> = judge();
        if self.session.has_engines() {
            let end = next.last().and_then(|last| parts.pieces().get(last.end));
            let end = end.map_or(u32::MAX, |piece| piece.span().start);
            if self.session.settle_work((self.session.number_of(source.0), end)).is_some() {
                judged = judge();
            }
        }
        let mut reports = parts.settle(judged);
        for report in &mut reports {
            self.settle(source.0, report);
        }
        reports.into_par_iter().map(|report| self.part(source, parts, report, requests)).collect()
    }

    fn part(
        &self,
        (input, file): (&Input, &SourceFile),
        parts: &Parts,
        mut report: FileReport,
        requests: &[RenderRequest],
    ) -> Part {
        self.session.complete_part(input, parts.options(), &mut report);
        report.fail_on = self.fail_on(input);
        report.findings.retain(|finding| self.filter.keeps(finding));
        fix::announce_in(file, parts.pieces(), &mut report.findings);
        if self.offers {
            fix::offer_in(file, parts.pieces(), &mut report.findings);
        }
        let rendered = render(file, &report, requests);
        (report, rendered)
    }
}

impl Reporter<'_> {
    /// Whether every report takes a file part by part.
    pub(super) fn takes_streams(&self) -> bool {
        // What is said of a file besides is sorted by what it is.
        !self.tells_skipped() && self.outputs.take_parts()
    }

    /// Judges a file and reports it.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn stream(&mut self, judge: &Judge, input: &Input) -> Result<Status, Problem> {
        let Some(basis) = judge.session.basis(input) else { return Ok(Status::Clean) };
        let options = &*judge.session.options(input, &basis.options);
        let file = read_or_kept(input, &judge.session.kept)?;
        if let Some(problem) = of_blank(input, &file) {
            return Err(problem);
        }
        file.count_lines();
        let (passed_over, files_with_findings) = (self.summary.passed_over, self.summary.files_with_findings);
        let mut content = StreamContent::default();
        if judge.session.needs_whole(input, &file) {
            let mut report = judge.report(input, &file, options);
            judge.settle(input, &mut report);
            let rendered = render(&file, &report, &self.requests(judge));
            self.take_parts(input, vec![(report, rendered)], &mut content);
        } else {
            self.take_documents(judge, input, &mut Parts::new(&file, input, options), &file, &mut content);
        }
        if let Some(statistics) = self.counted() {
            statistics.close_file();
        }
        // The parts are one file.
        self.summary.files += usize::from(self.summary.passed_over == passed_over);
        self.summary.files_with_findings = files_with_findings + usize::from(content.counted);
        self.progress.advance();
        Ok(self.hold(input, content.object, content.findings))
    }

    fn take_documents(
        &mut self,
        judge: &Judge,
        input: &Input,
        parts: &mut Parts,
        file: &SourceFile,
        content: &mut StreamContent,
    ) {
        let at_a_time = PARTS * rayon::current_num_threads();
        let mut ahead = Vec::new();
        loop {
            let next = parts.next(at_a_time);
            if next.is_empty() {
                break;
            }
            let requests = self.requests(judge);
            // While some parts are judged, what those before gave is reported.
            let done = std::mem::take(&mut ahead);
            let judged = beside(
                || judge.parts((input, file), parts, &next, &requests),
                || self.take_parts(input, done, content),
            );
            ahead = judged.unwrap_or_default();
        }
        self.take_parts(input, ahead, content);
        let mut rest = parts.close();
        judge.settle(input, &mut rest);
        let rest = judge.part((input, file), parts, rest, &self.requests(judge));
        self.take_parts(input, vec![rest], content);
    }

    fn take_parts(&mut self, input: &Input, parts: Vec<Part>, content: &mut StreamContent) {
        let mut reports = Vec::with_capacity(parts.len());
        for (report, rendered) in parts {
            content.object |= report.holds_object();
            content.findings |= !report.findings.is_empty();
            content.counted |= report.findings.iter().any(|finding| finding.waived.is_none());
            self.summary.add_part(&report);
            if let Some(statistics) = self.counted() {
                statistics.add_part(&input.display, &report);
            }
            self.tell_exempt(&report);
            self.tell_overlays(&report);
            self.outputs.show(&input.display, &report, rendered, self.progress);
            reports.push(report);
        }
        let checked = reports.iter().map(|report| Checked { name: &input.display, outcome: Ok(report) });
        self.outputs.add(&checked.collect::<Vec<_>>());
    }
}
