//! What is said about each file, on any thread.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::commands::baseline::Baselines;
use crate::commands::charts::Charts;
use crate::commands::fix::{Mended, Mender, leave_out};
use crate::commands::outputs::{Rendered, Wish, render};
use crate::commands::progress::Progress;
use crate::commands::rule_filter::RuleFilter;
use crate::fix;
use crate::lint::Options;
use crate::lint::namespaces::lint_namespaces;
use crate::session::Session;
use crate::session::read::{read_or_kept, read_small};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// What is said about so many bytes of files is held at a time, where files can be judged for themselves: it may be
/// thirty times as much.
pub(super) const MOST_HELD: u64 = 4 << 20;

/// What became of a file.
pub(super) enum Turn<T> {
    /// It is not to be judged.
    Passed,
    /// It is so large, or what is said about those before it, that it is judged for itself when its turn comes to be
    /// reported.
    Later,
    /// What kept it from being read.
    Failed(String),
    /// It was judged.
    Done(T),
}

/// A file, and what is said about it.
type Read<'f> = Turn<(Cow<'f, SourceFile>, FileReport, Mended)>;

/// What is said about a file, with what is shown of it to people.
pub(super) type Judged = Turn<(FileReport, Vec<Rendered>, Mended)>;

/// Judges files, on any thread.
pub(super) struct Judge<'a> {
    pub filter: RuleFilter,
    pub session: &'a Session,
    pub charts: Option<Charts>,
    pub mender: Mender,
    /// Whether a report carries the edits that mend a finding.
    pub offers: bool,
    /// Whether large files are judged part by part.
    pub streams: bool,
}

impl Judge<'_> {
    /// Judges some files, and renders what is wished of them.
    ///
    /// `held` grows by the bytes of the files of which reports are held at the end. When it passes [`MOST_HELD`], the
    /// rest is left for later.
    pub fn batch(
        &self,
        batch: &[Input],
        wishes: &[Wish],
        baselines: &mut Baselines,
        progress: &Progress,
        held: &AtomicU64,
    ) -> Vec<Judged> {
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
            return batch.par_iter().map(|input| render(self.judge(input, progress, held))).collect();
        }
        let mut read: Vec<Read> = batch.par_iter().map(|input| self.judge(input, progress, held)).collect();
        // What a baseline still has to give depends on the files before.
        for (input, read) in batch.iter().zip(&mut read) {
            if let Turn::Done((_, report, _)) = read {
                baselines.take(input, report);
            }
        }
        read.into_par_iter().map(render).collect()
    }

    /// Reads and judges one file.
    fn judge(&self, input: &Input, progress: &Progress, held: &AtomicU64) -> Read<'_> {
        // What is wrong with the configuration has been said.
        let Some(basis) = self.session.basis(input) else { return Turn::Passed };
        let (options, kept) = (&basis.options, &self.session.kept);
        let limit = if held.load(Ordering::Relaxed) > MOST_HELD { 0 } else { u64::MAX };
        let read = if self.streams { read_small(input, kept, limit) } else { read_or_kept(input, kept).map(Some) };
        let file = match read {
            Ok(Some(file)) => file,
            Ok(None) => return Turn::Later,
            Err(problem) => return Turn::Failed(problem.to_string()),
        };
        held.fetch_add(file.text().len() as u64, Ordering::Relaxed);
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
    pub fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> FileReport {
        let mut report = self.session.report(input, file, options);
        report.findings.retain(|finding| self.filter.keeps(finding));
        report
    }

    /// What is wrong with the Namespaces of a file that is read for their labels only; nothing if all is well.
    pub fn namespaces(&self, input: &Input, options: &Options, wishes: &[Wish]) -> Judged {
        let file = match read_or_kept(input, &self.session.kept) {
            Ok(file) => file,
            Err(problem) => return Turn::Failed(problem.to_string()),
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
