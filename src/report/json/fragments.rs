//! The report as it grows, file by file.

use rayon::prelude::*;
use serde::Serialize;

use super::admission::NamespaceEntry;
use super::entries::{FindingEntry, PolicyEntry, SkippedEntry, SummaryEntry};
use super::template::Template;
use super::{Counts, to_json};
use crate::report::format::{Checked, Finished, Report, Run};
use crate::report::pieces::Pieces;
use crate::report::summary::Summary;
use crate::verdict::{FileReport, Skipped, ToldPolicy};

/// The parts of the report that some files give.
#[derive(Clone, Debug, Default)]
pub struct Fragments {
    templates: Members,
    findings: Members,
    skipped: Members,
    /// What becomes of Namespaces, if namespaces decide.
    namespaces: Members,
    /// Whether namespaces decide.
    by_namespace: bool,
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
    for finding in &report.findings {
        fragments.findings.add(&FindingEntry::new(file, finding));
    }
    for Skipped { document, reason, detail } in &report.skipped {
        let entry = SkippedEntry { file, document: *document, reason: reason.as_str(), detail };
        fragments.skipped.add(&entry);
    }
    fragments
}

impl Report for Fragments {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        let read = files.par_iter().filter_map(|file| file.outcome.ok().map(|report| fragments(file.name, report)));
        read.collect::<Vec<_>>().iter().for_each(|more| self.extend(more));
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished {
        Finished { parts: self.into_text(run.summary), remarks: Vec::new() }
    }
}

impl Fragments {
    /// Those of no file. `by_namespace` says that namespaces decide.
    pub fn new(by_namespace: bool) -> Self {
        Self { by_namespace, ..Self::default() }
    }

    /// Appends what the next file gave.
    pub fn extend(&mut self, other: &Fragments) {
        self.templates.extend(&other.templates);
        self.findings.extend(&other.findings);
        self.skipped.extend(&other.skipped);
        self.namespaces.extend(&other.namespaces);
    }

    /// The whole report, in pieces.
    pub fn into_text(self, summary: &Summary) -> Vec<String> {
        let skipped = summary.skipped.iter().map(|(reason, number)| (reason.as_str(), *number)).collect();
        let entry = SummaryEntry {
            files: summary.files,
            documents: summary.documents,
            objects: summary.objects,
            templates: summary.templates,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            waived: summary.waived,
            fixable: summary.fixable,
            skipped,
        };
        let configuration = to_json(&summary.configuration);
        let mut policies = Members::default();
        for ToldPolicy { name, invalid, unusable } in &summary.policies {
            policies.add(&PolicyEntry { name, invalid, unusable: unusable.as_deref() });
        }
        let (version, summary) = (to_json(env!("CARGO_PKG_VERSION")), to_json(&entry));
        let head = format!(
            "{{\"schema\": 1,\n\"podline\": {version},\n\"summary\": {summary},\n\"configuration\": {configuration},\n"
        );
        let mut text = vec![head];
        text.extend(self.skipped.into_list("skipped", ",\n"));
        if self.by_namespace {
            text.extend(self.namespaces.into_list("namespaces", ",\n"));
        }
        if !policies.is_empty() {
            text.extend(policies.into_list("policies", ",\n"));
        }
        text.extend(self.templates.into_list("templates", ",\n"));
        text.extend(self.findings.into_list("findings", "}\n"));
        text
    }

    /// The report of a comparison: findings only, each with its `change`.
    pub fn diff(self, counts: &Counts) -> String {
        let (version, counts) = (to_json(env!("CARGO_PKG_VERSION")), to_json(counts));
        let head = format!("{{\"schema\": 1,\n\"podline\": {version},\n\"diff\": {counts},\n");
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
