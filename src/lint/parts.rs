//! A file judged part by part: of a large stream of documents nobody has to hold all that is said about it.

use std::cell::LazyCell;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::document::{self, DocumentClass, Outcome};
use super::standing::Standing;
use super::{MANY_DOCUMENTS, Options, looks_like_manifest, stray, waive, weigh};
use crate::config::scope::FileScopes;
use crate::finding::fingerprint::{self, Hash, Seen};
use crate::manifest::kustomization;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, SkipReason, Skipped};
use crate::waiver::manifest::settle_expired;
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
    assembly: Assembly,
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
        let (assembly, seen) = (Assembly::default(), Seen::default());
        Self { file, standing, options, scopes, marks, pieces, next: 0, assembly, seen }
    }

    /// The documents of the file.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// What the file is judged by.
    pub fn options(&self) -> &Options {
        self.options
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
        let settled = judged.into_iter().map(|judged| self.assembly.take(judged.0, self.file, &self.standing));
        let reports = settled.collect();
        self.finish(reports)
    }

    /// The report of what is left at the end.
    pub fn close(&mut self) -> FileReport {
        let rest = self.assembly.close(self.file, &self.standing);
        self.finish(vec![rest]).pop().unwrap_or_default()
    }

    /// All of the file at once.
    pub(super) fn whole(mut self) -> FileReport {
        let documents = 0..self.pieces.len();
        self.assembly.waiting = if documents.len() > MANY_DOCUMENTS {
            documents.into_par_iter().map(|index| self.document(index)).collect()
        } else {
            documents.map(|index| self.document(index)).collect()
        };
        self.close()
    }

    /// Does what concerns no single document.
    fn finish(&mut self, mut reports: Vec<FileReport>) -> Vec<FileReport> {
        let (file, scopes, is_named) = (self.file, &self.scopes, self.options.fingerprints);
        let hashes = |report: &mut FileReport| {
            weigh(&mut report.findings, |finding| finding.object.is_none(), scopes.of_document(), scopes);
            report.findings.sort_by_key(|finding| finding.location.span.start);
            if is_named { fingerprint::hashes(&report.findings, file.name()) } else { Vec::new() }
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
                settle_expired(report, self.options.today);
            }
        }
        reports
    }
}

/// Puts the documents of a file together: what one of them is may depend on the others.
#[derive(Default)]
struct Assembly {
    /// Whether some document was one.
    holds_manifests: bool,
    /// What was found in the documents that are not yet in a report.
    waiting: Vec<Outcome>,
    /// How many documents are.
    settled: usize,
    /// The first document that is no manifest, in a file that holds none.
    first_stray: Option<usize>,
}

/// Makes one entry for all of a file of those for its documents that have the same reason as the first.
fn as_a_whole(skipped: &mut Vec<Skipped>) {
    let Some(reason) = skipped.first().map(|first| first.reason) else { return };
    let documents = skipped.iter().filter(|one| one.reason == reason).count();
    let mut is_first = true;
    skipped.retain(|one| one.reason != reason || std::mem::take(&mut is_first));
    let first = &mut skipped[0];
    first.document = None;
    if documents > 1 {
        first.detail = format!("{documents} documents, the first: {}", first.detail);
    }
}

impl Assembly {
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
            report.findings = vec![commented.into()];
            report.refused = 1;
        } else if !self.holds_manifests {
            self.pass_over(file, &mut report);
        }
        let is_skipped = report.templates.is_empty() && report.objects <= report.skipped.len();
        if self.settled == 1 && report.findings.is_empty() && is_skipped {
            // A file of one document is skipped as a whole.
            report.skipped.iter_mut().for_each(|skipped| skipped.document = None);
        }
        report
    }

    /// Says why a file without any manifest is passed over: in one entry for all of it, unless something was found.
    fn pass_over(&self, file: &SourceFile, report: &mut FileReport) {
        let found = !report.findings.is_empty();
        let not_manifest =
            |document, detail: &str| Skipped { document, reason: SkipReason::NotManifest, detail: detail.to_owned() };
        if let Some(first) = self.first_stray {
            report.skipped.push(not_manifest(found.then_some(first), "no document with apiVersion and kind"));
        } else if report.skipped.is_empty() && !found {
            let detail = if file.is_blank() { "empty" } else { "no document, only comments" };
            report.skipped.push(not_manifest(None, detail));
        }
        if !found && report.passed_over().is_none() {
            as_a_whole(&mut report.skipped);
        }
    }

    fn look(&mut self) {
        self.holds_manifests |= self.waiting.iter().any(|outcome| matches!(outcome.class, DocumentClass::Manifest));
    }

    fn settle(&mut self, file: &SourceFile, standing: &Standing<'_>) -> FileReport {
        let outcomes = std::mem::take(&mut self.waiting);
        let mut report = FileReport { documents: outcomes.len(), ..FileReport::default() };
        let looks_like_manifest =
            LazyCell::new(|| looks_like_manifest(file.text()) || kustomization::is_name_of_one(file.name()));
        let first = self.settled;
        self.settled += outcomes.len();
        for (document, outcome) in (first..).zip(outcomes) {
            report.objects += outcome.objects;
            report.templates.extend(outcome.templates);
            report.judged_objects += outcome.judged_objects;
            report.sources.extend(outcome.source.map(|source| (document, source)));
            report.findings.extend(outcome.findings);
            report.skipped.extend(outcome.skipped);
            report.waivers.extend(outcome.waivers);
            report.refused += outcome.refused;
            report.labelled_namespaces += outcome.labelled_namespaces;
            report.namespaces.extend(outcome.namespaces);
            report.evaluations.extend(outcome.evaluations);
            report.otherwise_as_written.extend(outcome.otherwise_as_written);
            report.unused_policies += outcome.unused_policies;
            let skip = |reason, detail| Skipped { document: Some(document), reason, detail };
            match outcome.class {
                DocumentClass::Null => {}
                DocumentClass::Manifest => report.manifests += 1,
                DocumentClass::Stray(finding) if self.holds_manifests => report.findings.push((*finding).into()),
                DocumentClass::Stray(_) => {
                    self.first_stray.get_or_insert(document);
                }
                DocumentClass::Unreadable(finding, template) => {
                    if standing.named || (template.is_none() && (self.holds_manifests || *looks_like_manifest)) {
                        report.findings.push((*finding).into());
                        report.refused += 1;
                    } else {
                        let reason = template.map_or(SkipReason::NotManifest, |_| SkipReason::Unrendered);
                        report.skipped.push(skip(
                            reason,
                            template.unwrap_or("not well-formed, and no sign of a manifest").to_owned(),
                        ));
                    }
                }
                DocumentClass::Skipped(reason, detail) => report.skipped.push(skip(reason, detail)),
            }
        }
        report
    }
}
