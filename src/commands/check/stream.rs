//! A large file, judged and reported part by part: what is said about it is never all in memory.

use std::ops::Range;

use rayon::prelude::*;

use super::beside;
use super::judge::Judge;
use super::reporter::Reporter;
use crate::commands::Status;
use crate::commands::outputs::{Rendered, Wish, render};
use crate::fix;
use crate::lint::Parts;
use crate::report::format::Checked;
use crate::session::read::read_or_kept;
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// So many parts a thread are judged at a time: enough to keep all of them busy to the end.
const PARTS: usize = 8;

/// What is said about a part of a file, with what is shown of it to people.
type Part = (FileReport, Vec<Rendered>);

/// What a file has held so far.
#[derive(Default)]
struct Held {
    object: bool,
    findings: bool,
    /// Findings that are not accepted.
    counted: bool,
}

impl Judge<'_> {
    /// Judges the next parts of a file.
    fn parts(&self, file: &SourceFile, parts: &mut Parts, next: Vec<Range<usize>>, wishes: &[Wish]) -> Vec<Part> {
        let judged = next.into_par_iter().map(|documents| parts.judge(documents)).collect();
        let reports = parts.settle(judged);
        reports.into_par_iter().map(|report| self.part(file, parts, report, wishes)).collect()
    }

    fn part(&self, file: &SourceFile, parts: &Parts, mut report: FileReport, wishes: &[Wish]) -> Part {
        report.findings.retain(|finding| self.filter.keeps(finding));
        if self.offers {
            fix::offer_in(file, parts.pieces(), &mut report.findings);
        }
        let rendered = render(file, &report, wishes);
        (report, rendered)
    }
}

impl Reporter<'_> {
    /// Whether every report takes a file part by part.
    pub(super) fn takes_streams(&self) -> bool {
        // What verbose runs say of a file is sorted by what it is.
        !self.is_verbose() && self.outputs.take_parts()
    }

    /// Judges a file and reports it.
    ///
    /// # Errors
    /// A message for the user if it cannot be read.
    pub(super) fn stream(&mut self, judge: &Judge, input: &Input) -> Result<Status, String> {
        let Some(basis) = judge.session.basis(input) else { return Ok(Status::Clean) };
        let options = &basis.options;
        let file = read_or_kept(input, &judge.session.kept).map_err(|problem| problem.to_string())?;
        file.count_lines();
        let (files, files_with_findings) = (self.summary.files, self.summary.files_with_findings);
        let mut held = Held::default();
        if judge.session.is_patch(input) {
            let report = judge.report(input, &file, options);
            let rendered = render(&file, &report, &self.wishes(judge));
            self.take_parts(input, vec![(report, rendered)], &mut held);
        } else {
            self.take_documents(judge, input, &mut Parts::new(&file, input, options), &file, &mut held);
        }
        if let Some(statistics) = self.counted() {
            statistics.close_file();
        }
        // The parts are one file.
        self.summary.files = files + 1;
        self.summary.files_with_findings = files_with_findings + usize::from(held.counted);
        self.progress.advance();
        Ok(if held.object { Status::Clean } else { Self::tell_nothing(input, held.findings) })
    }

    fn take_documents(&mut self, judge: &Judge, input: &Input, parts: &mut Parts, file: &SourceFile, held: &mut Held) {
        let at_a_time = PARTS * rayon::current_num_threads();
        let mut ahead = Vec::new();
        loop {
            let next = parts.next(at_a_time);
            if next.is_empty() {
                break;
            }
            let wishes = self.wishes(judge);
            // While some parts are judged, what those before gave is reported.
            let done = std::mem::take(&mut ahead);
            let judged = beside(|| judge.parts(file, parts, next, &wishes), || self.take_parts(input, done, held));
            ahead = judged.unwrap_or_default();
        }
        self.take_parts(input, ahead, held);
        let rest = parts.close();
        let rest = judge.part(file, parts, rest, &self.wishes(judge));
        self.take_parts(input, vec![rest], held);
    }

    fn take_parts(&mut self, input: &Input, parts: Vec<Part>, held: &mut Held) {
        let mut reports = Vec::with_capacity(parts.len());
        for (report, rendered) in parts {
            held.object |= report.holds_object();
            held.findings |= !report.findings.is_empty();
            held.counted |= report.findings.iter().any(|finding| finding.waived.is_none());
            self.summary.add(&report);
            if let Some(statistics) = self.counted() {
                statistics.add_part(&input.display, &report);
            }
            self.tell_exempt(&report);
            self.outputs.show(&input.display, &report, rendered, self.progress);
            reports.push(report);
        }
        let checked = reports.iter().map(|report| Checked { name: &input.display, outcome: Ok(report) });
        self.outputs.add(&checked.collect::<Vec<_>>());
    }
}
