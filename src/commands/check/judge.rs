//! What is said about each file, on any thread.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::commands::accepted::AcceptedFiles;
use crate::commands::charts::Charts;
use crate::commands::fix::{FixOutcome, Fixer, leave_out};
use crate::commands::outputs::{RenderRequest, Rendered, render};
use crate::commands::progress::Progress;
use crate::commands::rule_filter::RuleFilter;
use crate::finding::FailOn;
use crate::fix;
use crate::lint::Options;
use crate::lint::namespaces::lint_namespaces;
use crate::problem::Problem;
use crate::session::Session;
use crate::session::read::{of_blank, read_or_kept, read_small};
use crate::session::undecided::UndecidedRules;
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// What is said about so many bytes of files is held at a time, where files can be judged for themselves: it may be
/// thirty times as much.
pub(super) const MOST_HELD: u64 = 4 << 20;

/// What became of a file.
pub(super) enum FileOutcome<T> {
    /// Nothing is to be said of it.
    Passed,
    /// Its configuration cannot be used, which has been said.
    Unusable,
    /// It is so large, or what is said about those before it, that it is judged for itself when its turn comes to be
    /// reported.
    Later,
    /// What kept it from being read.
    Failed(Problem),
    /// It was judged.
    Done(T),
}

/// A file, and what is said about it.
type Read<'f> = FileOutcome<(Cow<'f, SourceFile>, FileReport, FixOutcome)>;

/// What is said about a file, with what is shown of it to people.
pub(super) type Judged = FileOutcome<(FileReport, Vec<Rendered>, FixOutcome)>;

/// Judges files, on any thread.
pub(super) struct Judge<'a> {
    pub filter: RuleFilter,
    pub session: &'a Session,
    pub charts: Option<Charts>,
    pub fixer: Fixer,
    /// Whether a report carries the edits that fix a finding.
    pub offers: bool,
    /// Whether large files are judged part by part.
    pub streams: bool,
    /// From which severity on findings make the run fail that are about no file that is judged.
    pub strictest: FailOn,
    /// What only the cluster can tell.
    pub undecided: Mutex<UndecidedRules>,
}

impl Judge<'_> {
    /// Judges some files, and renders what is wished of them.
    ///
    /// `held` grows by the bytes of the files of which reports are held at the end. When it passes [`MOST_HELD`], the
    /// rest is left for later. Those after a file that is left for later are not judged where policies are loaded.
    pub fn batch(
        &self,
        batch: &[Input],
        requests: &[RenderRequest],
        accepted: &mut AcceptedFiles,
        progress: &Progress,
        held: &AtomicU64,
    ) -> Vec<Judged> {
        let render = |read: Read| match read {
            FileOutcome::Done((file, report, outcome)) => {
                let rendered = render(&file, &report, requests);
                FileOutcome::Done((report, rendered, outcome))
            }
            FileOutcome::Passed => FileOutcome::Passed,
            FileOutcome::Unusable => FileOutcome::Unusable,
            FileOutcome::Later => FileOutcome::Later,
            FileOutcome::Failed(problem) => FileOutcome::Failed(problem),
        };
        if accepted.are_idle() && !self.session.has_engines() {
            return batch.par_iter().map(|input| render(self.judge(input, progress, held))).collect();
        }
        let mut read: Vec<Read> = batch.par_iter().map(|input| self.judge(input, progress, held)).collect();
        if self.session.has_engines() {
            self.settle_work(batch, &mut read, progress, held);
        }
        // What a file of accepted findings still has to give depends on the files before.
        for (input, read) in batch.iter().zip(&mut read) {
            if let FileOutcome::Done((_, report, _)) = read {
                accepted.take(input, report);
                self.settle(input, report);
            }
        }
        read.into_par_iter().map(render).collect()
    }

    /// Judges anew what policies were asked about that take too much, and leaves out what comes after a file that is
    /// judged later: what policies may use of it, that file decides.
    fn settle_work<'s>(&'s self, batch: &[Input], read: &mut Vec<Read<'s>>, progress: &Progress, held: &AtomicU64) {
        let later = read.iter().position(|read| matches!(read, FileOutcome::Later));
        read.truncate(later.map_or(read.len(), |later| later + 1));
        let start = batch.first().map_or(0, |first| self.session.number_of(first));
        let judged = later.unwrap_or(read.len());
        // What was mended is judged already.
        if let Some((last, _)) = self.session.settle_work((start + judged, 0)).filter(|_| self.fixer.is_off()) {
            let anew = last.saturating_sub(start).min(judged);
            let files = batch[anew..judged].par_iter().zip(&mut read[anew..judged]);
            files.for_each(|(input, read)| *read = self.judge(input, progress, held));
        }
    }

    /// Takes out what is said once at the end.
    pub fn settle(&self, input: &Input, report: &mut FileReport) {
        report.findings.retain(|finding| self.filter.keeps(finding));
        self.undecided.lock().unwrap_or_else(PoisonError::into_inner).take(&input.display, report);
    }

    /// Reads and judges one file.
    fn judge(&self, input: &Input, progress: &Progress, held: &AtomicU64) -> Read<'_> {
        let Some(basis) = self.session.basis(input) else { return FileOutcome::Unusable };
        let (options, kept) = (&*self.session.options(input, &basis.options), &self.session.kept);
        let limit = if held.load(Ordering::Relaxed) > MOST_HELD { 0 } else { u64::MAX };
        let read = if self.streams { read_small(input, kept, limit) } else { read_or_kept(input, kept).map(Some) };
        let file = match read {
            Ok(Some(file)) => file,
            Ok(None) => return FileOutcome::Later,
            Err(problem) => return FileOutcome::Failed(problem),
        };
        if let Some(problem) = of_blank(input, &file) {
            return FileOutcome::Failed(problem);
        }
        held.fetch_add(file.text().len() as u64, Ordering::Relaxed);
        let report = self.report(input, &file, options);
        let (file, mut report, outcome) = if self.fixer.is_off() {
            (file, report, FixOutcome::default())
        } else {
            let file = file.into_owned();
            let (file, report, outcome) =
                self.fixer.fix(input, file, report, options, |file| self.report(input, file, options));
            (Cow::Owned(file), report, outcome)
        };
        leave_out(&mut report.findings, &outcome);
        fix::announce(&file, &mut report.findings);
        if self.offers {
            fix::offer(&file, &mut report.findings);
        }
        if let Some(charts) = &self.charts {
            charts.trace(&file, &mut report);
        }
        progress.advance();
        FileOutcome::Done((file, report, outcome))
    }

    /// What is to be said about a file.
    pub fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> FileReport {
        let mut report = self.session.report(input, file, options);
        report.findings.retain(|finding| self.filter.keeps(finding));
        report.fail_on = self.fail_on(input);
        report
    }

    /// From which severity on findings of a file make the run fail.
    pub fn fail_on(&self, input: &Input) -> FailOn {
        self.session.basis(input).map_or_else(FailOn::default, |basis| basis.fail_on)
    }

    /// What is wrong with the Namespaces of a file that is read for their labels only; nothing if all is well.
    pub fn namespaces(&self, input: &Input, options: &Options, requests: &[RenderRequest]) -> Judged {
        let file = match read_or_kept(input, &self.session.kept) {
            Ok(file) => file,
            Err(problem) => return FileOutcome::Failed(problem),
        };
        let mut findings = lint_namespaces(&file, options);
        findings.retain(|finding| self.filter.keeps(finding));
        if findings.is_empty() {
            return FileOutcome::Passed;
        }
        let report = FileReport { findings, manifests: 1, fail_on: self.strictest, ..FileReport::default() };
        let rendered = render(&file, &report, requests);
        FileOutcome::Done((report, rendered, FixOutcome::default()))
    }
}
