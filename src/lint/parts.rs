//! A file judged part by part: of a large stream of documents nobody has to hold all that is said about it.

use std::cell::LazyCell;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::document::{self, Fate, Outcome};
use super::fingerprint::{self, Hash, Seen};
use super::standing::Standing;
use super::{MANY_DOCUMENTS, Options, looks_like_manifest, stray, waive, weigh};
use crate::config::scope::FileScopes;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, SkipReason, Skipped};
use crate::yaml::split::{Piece, split};

/// A part has about so many bytes of the file.
const PART: u32 = 32 << 10;

/// A file on its way to its report.
pub struct Parts<'a> {
    file: &'a SourceFile,
    standing: Standing<'a>,
    options: &'a Options,
    scopes: FileScopes<'a>,
    marks: waive::Marks,
    pieces: Vec<Piece>,
    /// How many documents were given out to be judged.
    next: usize,
    settling: Settling,
    seen: Seen,
}

/// What was found in some documents of a file, one after the other.
pub struct Judged(Vec<Outcome>);

impl<'a> Parts<'a> {
    /// Cuts a file into documents. `standing` is as for [`super::lint`].
    pub fn new(file: &'a SourceFile, standing: impl Into<Standing<'a>>, options: &'a Options) -> Self {
        let standing = standing.into();
        let scopes = options.scopes.of_file(file.name());
        let (marks, pieces) = (waive::Marks::of(file.text()), split(file));
        let (settling, seen) = (Settling::default(), Seen::default());
        Self { file, standing, options, scopes, marks, pieces, next: 0, settling, seen }
    }

    /// The documents of the file.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The next parts of the file, at most so many, as ranges of its documents; none at its end.
    pub fn next(&mut self, count: usize) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        while self.next < self.pieces.len() && parts.len() < count {
            let start = self.next;
            let limit = self.pieces[start].span().start.saturating_add(PART);
            let size = self.pieces[start..].iter().take_while(|piece| piece.span().start < limit).count();
            self.next += size.max(1);
            parts.push(start..self.next);
        }
        parts
    }

    /// Judges some documents.
    pub fn judge(&self, documents: Range<usize>) -> Judged {
        Judged(documents.map(|index| self.document(index)).collect())
    }

    fn document(&self, index: usize) -> Outcome {
        let Self { file, pieces, options, .. } = self;
        if options.is_abandoned() {
            return Outcome::default();
        }
        let region = waive::region(self.marks, file.text(), pieces, index);
        document::judge(file, index, &pieces[index], region, &self.standing, options, &self.scopes)
    }

    /// Takes what the next parts gave, in their order, and makes reports of it. What depends on documents further on
    /// waits.
    pub fn settle(&mut self, judged: Vec<Judged>) -> Vec<FileReport> {
        let settled = judged.into_iter().map(|judged| self.settling.take(judged.0, self.file, &self.standing));
        let reports = settled.collect();
        self.finish(reports)
    }

    /// The report of what is left at the end.
    pub fn close(&mut self) -> FileReport {
        let rest = self.settling.close(self.file, &self.standing);
        self.finish(vec![rest]).pop().unwrap_or_default()
    }

    /// All of the file at once.
    pub(super) fn whole(mut self) -> FileReport {
        let documents = 0..self.pieces.len();
        self.settling.waiting = if documents.len() > MANY_DOCUMENTS {
            documents.into_par_iter().map(|index| self.document(index)).collect()
        } else {
            documents.map(|index| self.document(index)).collect()
        };
        self.close()
    }

    /// Does what concerns no single document.
    fn finish(&mut self, mut reports: Vec<FileReport>) -> Vec<FileReport> {
        let (file, scopes) = (self.file, &self.scopes);
        let hashes = |report: &mut FileReport| {
            weigh(&mut report.findings, |finding| finding.object.is_none(), scopes.of_document(), scopes);
            report.findings.sort_by_key(|finding| finding.location.span.start);
            fingerprint::hashes(&report.findings, file.name())
        };
        let hashes: Vec<Vec<Hash>> = match reports.as_mut_slice() {
            [report] => vec![hashes(report)],
            reports => reports.par_iter_mut().map(hashes).collect(),
        };
        for (report, hashes) in reports.iter_mut().zip(hashes) {
            fingerprint::set(&mut report.findings, hashes, &mut self.seen);
            if !self.options.waivers.is_empty() {
                let path = normal(Path::new(file.name()));
                self.options.waivers.apply(Some(&path), &self.options.namespace, report);
            }
        }
        reports
    }
}

/// Puts the documents of a file together: what one of them is may depend on the others.
#[derive(Default)]
struct Settling {
    /// Whether some document was one.
    holds_manifests: bool,
    /// What was found in the documents that are not yet in a report.
    waiting: Vec<Outcome>,
    /// How many documents are.
    settled: usize,
    /// Documents that are no manifests, in a file that holds none.
    strays: usize,
}

impl Settling {
    /// Takes the next documents, and reports what is certain.
    fn take(&mut self, outcomes: Vec<Outcome>, file: &SourceFile, standing: &Standing<'_>) -> FileReport {
        if self.waiting.is_empty() {
            self.waiting = outcomes;
        } else {
            self.waiting.extend(outcomes);
        }
        self.look();
        if self.holds_manifests { self.settle(file, standing) } else { FileReport::default() }
    }

    /// Reports what is left.
    fn close(&mut self, file: &SourceFile, standing: &Standing<'_>) -> FileReport {
        self.look();
        let mut report = self.settle(file, standing);
        let commented = (!self.holds_manifests).then(|| stray::commented_json(file)).flatten();
        if let Some(commented) = commented.filter(|_| !standing.is_in_chart()) {
            // What YAML makes of it is nothing that anybody wrote.
            report.skipped.clear();
            report.findings = vec![commented];
            report.refused = 1;
        } else if self.strays > 0 {
            let detail = "no document with apiVersion and kind".to_owned();
            report.skipped.push(Skipped { document: None, reason: SkipReason::NotManifest, detail });
        }
        if self.settled == 1 {
            // A file of one document is skipped as a whole.
            report.skipped.iter_mut().for_each(|skipped| skipped.document = None);
        }
        report
    }

    fn look(&mut self) {
        self.holds_manifests |= self.waiting.iter().any(|outcome| matches!(outcome.fate, Fate::Manifest));
    }

    fn settle(&mut self, file: &SourceFile, standing: &Standing<'_>) -> FileReport {
        let outcomes = std::mem::take(&mut self.waiting);
        let mut report = FileReport { documents: outcomes.len(), ..FileReport::default() };
        let looks_like_manifest = LazyCell::new(|| looks_like_manifest(file.text()));
        let first = self.settled;
        self.settled += outcomes.len();
        for (document, outcome) in (first..).zip(outcomes) {
            report.objects += outcome.objects;
            report.templates.extend(outcome.templates);
            report.sources.extend(outcome.source.map(|source| (document, source)));
            report.findings.extend(outcome.findings);
            report.skipped.extend(outcome.skipped);
            report.waivers.extend(outcome.waivers);
            report.refused += outcome.refused;
            report.labelled_namespaces += outcome.labelled_namespaces;
            report.namespaces.extend(outcome.namespaces);
            let skip = |reason, detail| Skipped { document: Some(document), reason, detail };
            match outcome.fate {
                Fate::Null => {}
                Fate::Manifest => report.manifests += 1,
                Fate::Stray(finding) if self.holds_manifests => report.findings.push(*finding),
                Fate::Stray(_) => self.strays += 1,
                Fate::Unreadable(finding, template) => {
                    if standing.named || (template.is_none() && (self.holds_manifests || *looks_like_manifest)) {
                        report.findings.push(*finding);
                        report.refused += 1;
                    } else {
                        let reason = template.map_or(SkipReason::NotManifest, |_| SkipReason::Unrendered);
                        report.skipped.push(skip(
                            reason,
                            template.unwrap_or("not well-formed, and no sign of a manifest").to_owned(),
                        ));
                    }
                }
                Fate::Skipped(reason, detail) => report.skipped.push(skip(reason, detail)),
            }
        }
        report
    }
}
