//! The report as it grows, file by file.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::admission::NamespaceEntry;
use super::entries::{FailedEntry, FindingEntry, PolicyEntry, SkippedEntry, SummaryEntry};
use super::evaluation::{EvaluationEntry, LoadedEntry};
use super::template::Template;
use super::{Counts, SCHEMA, to_json};
use crate::report::format::{Checked, Finished, Report, Run};
use crate::report::pieces::Pieces;
use crate::verdict::{FileReport, SkipReason, Skipped, ToldPolicy};

/// The parts of the report that some files give.
#[derive(Clone, Debug, Default)]
pub struct Fragments {
    templates: Members,
    findings: Members,
    skipped: Members,
    failed: Members,
    /// What becomes of Namespaces, if namespaces decide.
    namespaces: Members,
    /// Whether namespaces decide.
    by_namespace: bool,
    /// Whether policies were asked for.
    has_policies: bool,
    /// What loaded policies say.
    evaluations: Members,
}

/// Renders what one file gives.
pub fn fragments(file: &str, report: &FileReport) -> Fragments {
    let mut fragments = Fragments::default();
    for namespace in &report.namespaces {
        fragments.namespaces.add(&NamespaceEntry::new(namespace));
    }
    for template in &report.templates {
        fragments.templates.add(&Template::new(file, template));
    }
    for evaluation in &report.evaluations {
        fragments.evaluations.add(&EvaluationEntry::new(file, evaluation));
    }
    for finding in &report.findings {
        fragments.findings.add(&FindingEntry::new(file, finding));
    }
    for Skipped { document, reason, detail } in &report.skipped {
        let entry = SkippedEntry { file, document: *document, reason: reason.as_str(), detail };
        fragments.skipped.add(&entry);
    }
    fragments
}

/// Renders what kept a file from being read.
fn failed(file: &str, message: &str) -> Fragments {
    let mut fragments = Fragments::default();
    fragments.failed.add(&FailedEntry { file, message });
    fragments
}

impl Report for Fragments {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        let read = files.par_iter().map(|file| match file.outcome {
            Ok(report) => fragments(file.name, report),
            Err(message) => failed(file.name, message),
        });
        read.collect::<Vec<_>>().iter().for_each(|more| self.extend(more));
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished {
        Finished { parts: self.into_text(run), remarks: Vec::new() }
    }
}

impl Fragments {
    /// Those of no file. `by_namespace` says that namespaces decide, `has_policies` that policies were asked for.
    pub fn new(by_namespace: bool, has_policies: bool) -> Self {
        Self { by_namespace, has_policies, ..Self::default() }
    }

    /// Appends what the next file gave.
    pub fn extend(&mut self, other: &Fragments) {
        self.templates.extend(&other.templates);
        self.findings.extend(&other.findings);
        self.skipped.extend(&other.skipped);
        self.failed.extend(&other.failed);
        self.namespaces.extend(&other.namespaces);
        self.evaluations.extend(&other.evaluations);
    }

    /// The whole report, in pieces.
    pub fn into_text(self, run: &Run<'_>) -> Vec<String> {
        let summary = run.summary;
        let by_name = |counts: &BTreeMap<SkipReason, usize>| {
            counts.iter().map(|(reason, number)| (reason.as_str(), *number)).collect()
        };
        let entry = SummaryEntry {
            files: summary.files,
            failed: summary.failed,
            documents: summary.documents,
            objects: summary.objects,
            templates: summary.templates,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            waived: summary.waived,
            accepted: summary.accepted,
            fixable: summary.fixable,
            skipped: by_name(&summary.skipped),
            skipped_documents: by_name(&summary.skipped_documents),
        };
        let configuration = to_json(&summary.configuration);
        let mut policies = Members::default();
        for ToldPolicy { name, invalid, unusable } in &summary.policies {
            policies.add(&PolicyEntry { name, invalid, unusable: unusable.as_deref() });
        }
        for told in &summary.loaded {
            policies.add(&LoadedEntry::new(told, summary.judged.get(&told.reference).copied().unwrap_or_default()));
        }
        let has_evaluations = self.has_policies || summary.has_policies;
        let (version, summary) = (to_json(env!("CARGO_PKG_VERSION")), to_json(&entry));
        let notice = run.notice().or_else(|| run.besides());
        let notice = notice.map(|notice| format!("\"notice\": {},\n", to_json(&notice.to_string())));
        let notice = notice.unwrap_or_default();
        let head = format!(
            "{{\"schema\": {SCHEMA},\n\"podline\": {version},\n{notice}\"summary\": {summary},\n\"configuration\": {configuration},\n"
        );
        let mut text = vec![head];
        text.extend(self.skipped.into_list("skipped", ",\n"));
        if !self.failed.is_empty() {
            text.extend(self.failed.into_list("failed", ",\n"));
        }
        if self.by_namespace {
            text.extend(self.namespaces.into_list("namespaces", ",\n"));
        }
        if !policies.is_empty() {
            text.extend(policies.into_list("policies", ",\n"));
        }
        text.extend(self.templates.into_list("templates", ",\n"));
        if has_evaluations {
            text.extend(self.evaluations.into_list("evaluations", ",\n"));
        }
        text.extend(self.findings.into_list("findings", "}\n"));
        text
    }

    /// The report of a comparison: findings only, each with its `change`.
    pub fn diff(self, counts: &Counts) -> String {
        let (version, counts) = (to_json(env!("CARGO_PKG_VERSION")), to_json(counts));
        let head = format!("{{\"schema\": {SCHEMA},\n\"podline\": {version},\n\"diff\": {counts},\n");
        std::iter::once(head).chain(self.findings.into_list("findings", "}\n")).collect()
    }
}

/// Members of a list, each on a line of its own.
#[derive(Clone, Debug, Default)]
struct Members(Pieces);

impl Members {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, entry: &impl Serialize) {
        self.begin();
        self.0.push(&to_json(entry));
    }

    /// Adds the members of another list.
    fn extend(&mut self, other: &Self) {
        if !other.is_empty() {
            self.begin();
            self.0.extend(&other.0);
        }
    }

    /// Says that another member follows.
    fn begin(&mut self) {
        if !self.is_empty() {
            self.0.push(",\n");
        }
    }

    /// A member of the report whose value is this list, and what stands behind it.
    fn into_list(self, name: &str, end: &str) -> Vec<String> {
        let line = if self.is_empty() { "" } else { "\n" };
        let mut text = vec![format!("\"{name}\": [{line}")];
        text.extend(self.0.into_vec());
        text.push(format!("{line}]{end}"));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_several_lists_are_one_list() {
        let (mut all, mut some) = (Members::default(), Members::default());
        some.add(&"a");
        some.add(&"b");
        for list in [&some, &Members::default(), &some] {
            all.extend(list);
        }
        assert_eq!(all.into_list("all", "}").concat(), "\"all\": [\n\"a\",\n\"b\",\n\"a\",\n\"b\"\n]}");
        assert_eq!(Members::default().into_list("none", "}").concat(), "\"none\": []}");
    }
}
