//! The counts of a run, and the line that closes it.

use std::collections::BTreeMap;

use crate::config::deny::Deny;
use crate::finding::Severity;
use crate::verdict::{FileReport, SkipReason, ToldPolicy};

/// What was read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects in them.
    pub objects: usize,
    /// Pod templates that were judged.
    pub templates: usize,
    /// Findings of each severity.
    pub errors: usize,
    /// Findings of each severity.
    pub warnings: usize,
    /// Findings of each severity.
    pub notes: usize,
    /// Findings that are accepted, which count for nothing else.
    pub waived: usize,
    /// Findings that podline can mend.
    pub fixable: usize,
    /// Those of them that can be mended without stopping an image that ran before.
    pub safely_fixable: usize,
    /// Files with findings.
    pub files_with_findings: usize,
    /// Documents and objects that Kubernetes would refuse.
    pub refused: usize,
    /// Namespaces with Pod Security labels.
    pub labelled_namespaces: usize,
    /// The configuration files that were used.
    pub configuration: Vec<String>,
    /// The PodSecurityPolicies, those that do not count included.
    pub policies: Vec<ToldPolicy>,
    /// What was not judged, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// What `--deny` can forbid, and how much of it there is.
    pub denied: BTreeMap<Deny, usize>,
}

impl Summary {
    /// Adds what one file gave.
    pub fn add(&mut self, report: &FileReport) {
        self.files += 1;
        self.documents += report.documents;
        self.objects += report.objects;
        self.templates += report.templates.len();
        self.add_findings(report);
        self.refused += report.refused;
        self.labelled_namespaces += report.labelled_namespaces;
        self.add_skipped(report);
    }

    /// Adds what was passed over.
    pub fn add_skipped(&mut self, report: &FileReport) {
        for skipped in &report.skipped {
            *self.skipped.entry(skipped.reason).or_default() += 1;
            self.deny(Deny::of_skipped(skipped.reason));
        }
        for template in &report.templates {
            self.deny(Deny::of_template(template));
        }
    }

    /// Adds what was found in a file that was not checked itself, such as a baseline.
    pub fn add_findings(&mut self, report: &FileReport) {
        self.files_with_findings += usize::from(report.findings.iter().any(|finding| finding.waived.is_none()));
        for finding in &report.findings {
            if finding.waived.is_some() {
                self.waived += 1;
                continue;
            }
            self.deny(Deny::of_finding(finding));
            self.fixable += usize::from(finding.is_fixable());
            let is_safe = finding.repair.as_ref().is_some_and(|repair| repair.safe && !repair.shared);
            self.safely_fixable += usize::from(is_safe);
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    fn deny(&mut self, found: impl IntoIterator<Item = Deny>) {
        for what in found {
            *self.denied.entry(what).or_default() += 1;
        }
    }

    /// How many findings weigh at least this much.
    pub fn at_least(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        }
    }

    /// `2 errors, 1 note`; "" where nothing was found.
    pub fn found(&self) -> String {
        list([(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")])
    }

    /// The line that closes the report. `judged_by` says at which levels: `at restricted:latest (v1.37)`.
    pub fn closing_line(&self, judged_by: &str) -> String {
        let (files, documents) = (count(self.files, "file"), count(self.documents, "document"));
        let templates = count(self.templates, "pod template");
        let found = self.found();
        let waived = if self.waived > 0 { format!("; {} waived", self.waived) } else { String::new() };
        let found = match found.as_str() {
            "" => format!("No findings{waived}."),
            found => format!("Found {found} in {}{waived}.", count(self.files_with_findings, "file")),
        };
        let refused = match self.refused {
            0 => String::new(),
            1 => " 1 object could not be judged.".to_owned(),
            refused => format!(" {refused} objects could not be judged."),
        };
        let skipped: Vec<String> =
            self.skipped.iter().map(|(reason, number)| format!("{number} {}", reason.as_str())).collect();
        let skipped = match skipped.as_slice() {
            [] => String::new(),
            skipped => format!(" Skipped {}: {}.", self.skipped.values().sum::<usize>(), skipped.join(", ")),
        };
        let unsafely = self.fixable - self.safely_fixable;
        let fixable = match (self.safely_fixable, unsafely) {
            (0, 0) => String::new(),
            (safely, 0) => format!(" Fixable: {safely} with --fix."),
            (0, unsafely) => format!(" Fixable: {unsafely} with --fix --unsafe-fixes."),
            (safely, unsafely) => format!(" Fixable: {safely} with --fix, {unsafely} more with --unsafe-fixes."),
        };
        format!("Checked {files} {judged_by}: {documents}, {templates}. {found}{fixable}{refused}{skipped}")
    }
}

/// `2 errors, 1 note`: what there is any of.
fn list(counts: [(usize, &str); 3]) -> String {
    let some = counts.into_iter().filter(|&(number, _)| number > 0).map(|(number, what)| count(number, what));
    some.collect::<Vec<_>>().join(", ")
}

/// `1 file`, `2 files`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
