//! The counts of a run, and the line that closes it.

mod nothing;
mod overlaid;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podline_policies::Decision;

use crate::config::deny::Deny;
use crate::finding::{PolicyRef, Severity};
use crate::pod_security::NEWEST_KNOWN;
use crate::rules::Families;
use crate::verdict::{Evaluation, FileReport, SkipReason, ToldLoaded, ToldPolicy};
pub use nothing::Unheld;
pub use overlaid::Overlaid;

/// What was read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were checked: read, and not passed over as a whole.
    pub files: usize,
    /// Files that were passed over, and what a walk did not read, a directory as one.
    pub passed_over: usize,
    /// Files that could not be read, or whose configuration cannot be used.
    pub failed: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects in them.
    pub objects: usize,
    /// Pod templates that were judged.
    pub templates: usize,
    /// Those of them that nobody judges whose findings are reported.
    pub unheld: Unheld,
    /// Other objects that a policy judged.
    pub judged_objects: usize,
    /// Findings of each severity.
    pub errors: usize,
    /// Findings of each severity.
    pub warnings: usize,
    /// Findings of each severity.
    pub notes: usize,
    /// Findings that a waiver covers, which count for nothing else.
    pub waived: usize,
    /// Findings that a file of accepted findings holds, which count for nothing else.
    pub accepted: usize,
    /// Findings that make the exit status 1.
    pub failing: usize,
    /// Findings that podline can fix.
    pub fixable: usize,
    /// Those of them of which the repair is safe.
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
    /// Whether policies were given, of whatever kind.
    pub has_policies: bool,
    /// Policies in what was read by which nothing is judged, though it could be.
    pub unused_policies: usize,
    /// The policies of engines, and what their systems refuse.
    pub loaded: Vec<ToldLoaded>,
    /// How many objects each of them has judged.
    pub judged: BTreeMap<Arc<PolicyRef>, usize>,
    /// How often only the cluster can tell what a policy says.
    pub undecided: usize,
    /// Of how many objects it is so, by policy.
    pub undecided_by: BTreeMap<Arc<PolicyRef>, usize>,
    /// How many of the findings are failures of policies that only audit.
    pub audited: usize,
    /// Of how many objects each of them says something else where they are judged as they are written.
    pub otherwise_as_written: BTreeMap<Arc<PolicyRef>, usize>,
    /// The files that were passed over, by reason.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// Documents and objects of other files that were passed over, by reason.
    pub skipped_documents: BTreeMap<SkipReason, usize>,
    /// Whether findings of every rule are hidden.
    pub hides_all: bool,
    /// Those of whom no rule is reported.
    pub hidden: Families,
    /// Whether the level privileged was asked for: then it is no surprise that it forbids nothing.
    pub asks_privileged: bool,
    /// Pod templates that kustomizations change which were not built.
    pub overlaid: Overlaid,
    /// What `--deny` can forbid, and how much of it there is.
    pub denied: BTreeMap<Deny, usize>,
}

impl Summary {
    /// Adds what one file gave.
    pub fn add(&mut self, report: &FileReport) {
        if report.passed_over().is_none() {
            self.files += 1;
        }
        self.add_part(report);
    }

    /// Adds what a part of a file gave that counts as checked.
    pub fn add_part(&mut self, report: &FileReport) {
        self.documents += report.documents;
        self.objects += report.objects;
        self.templates += report.templates.iter().filter(|template| template.is_judged()).count();
        report.templates.iter().filter(|template| template.is_judged()).for_each(|one| self.add_unheld(one));
        self.judged_objects += report.judged_objects;
        self.add_findings(report);
        self.refused += report.refused;
        self.labelled_namespaces += report.labelled_namespaces;
        self.add_overlaid(report);
        self.add_skipped(report);
        self.add_evaluations(&report.evaluations);
        self.unused_policies += report.unused_policies;
        for (policy, _) in &report.otherwise_as_written {
            *self.otherwise_as_written.entry(Arc::clone(policy)).or_default() += 1;
        }
    }

    /// Counts the objects that policies have judged, and what only the cluster can tell.
    fn add_evaluations(&mut self, evaluations: &[Evaluation]) {
        for of_object in evaluations.chunk_by(|one, other| Arc::ptr_eq(&one.object, &other.object)) {
            let policies: BTreeSet<&Arc<PolicyRef>> = of_object.iter().map(|one| &one.policy).collect();
            for policy in policies {
                *self.judged.entry(Arc::clone(policy)).or_default() += 1;
            }
            let undecided = of_object.iter().filter(|one| one.decision == Decision::Undecided);
            let policies: BTreeSet<&Arc<PolicyRef>> = undecided.map(|one| &one.policy).collect();
            for policy in policies {
                *self.undecided_by.entry(Arc::clone(policy)).or_default() += 1;
            }
        }
        let undecided = evaluations.iter().filter(|one| one.decision == Decision::Undecided).count();
        self.undecided += undecided;
        self.deny((0..undecided).map(|_| Deny::Undecided));
    }

    /// Adds what was passed over.
    pub fn add_skipped(&mut self, report: &FileReport) {
        let whole = report.passed_over();
        if let Some(whole) = whole {
            self.passed_over += 1;
            *self.skipped.entry(whole.reason).or_default() += 1;
        }
        for skipped in &report.skipped {
            // What is in a file that was passed over counts with it.
            if whole.is_none() {
                *self.skipped_documents.entry(skipped.reason).or_default() += 1;
            }
            self.deny(Deny::of_skipped(skipped));
        }
        for template in &report.templates {
            self.deny(Deny::of_template(template));
        }
    }

    /// Adds what was found in a file that was not checked itself, such as one of accepted findings.
    pub fn add_findings(&mut self, report: &FileReport) {
        self.files_with_findings += usize::from(report.findings.iter().any(|finding| finding.waived.is_none()));
        for finding in &report.findings {
            if let Some(waived) = &finding.waived {
                *(if waived.is_accepted() { &mut self.accepted } else { &mut self.waived }) += 1;
                continue;
            }
            self.deny(Deny::of_finding(finding));
            self.failing += usize::from(report.fail_on.fails(finding));
            self.fixable += usize::from(finding.is_fixable() || finding.fixed_with_others);
            self.audited += usize::from(finding.is_audited());
            let is_safe = finding.repair.as_ref().is_some_and(|repair| repair.safe && !repair.shared);
            self.safely_fixable += usize::from(is_safe);
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    /// Notes the version of a cluster: one that podline does not know is nothing to rely on.
    pub fn add_cluster(&mut self, minor: u32) {
        self.deny((minor > NEWEST_KNOWN).then_some(Deny::UnknownVersion));
    }

    /// Notes the policies of engines, and what their systems refuse.
    pub fn add_loaded(&mut self, loaded: Vec<ToldLoaded>) {
        self.deny(loaded.iter().filter(|policy| policy.is_unjudged).map(|_| Deny::Unjudged));
        self.loaded = loaded;
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

    /// Whether nothing was even looked for: no file, and nothing passed over.
    pub fn is_empty(&self) -> bool {
        self.files + self.passed_over + self.failed == 0
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
        let uncounted = uncounted(self.waived, self.accepted);
        let uncounted = if uncounted.is_empty() { uncounted } else { format!("; {uncounted}") };
        let found = match found.as_str() {
            "" => format!("No findings{uncounted}."),
            found => format!("Found {found} in {}{uncounted}.", count(self.files_with_findings, "file")),
        };
        let audited = match self.audited {
            0 => String::new(),
            1 => " 1 failure of a policy that only audits.".to_owned(),
            audited => format!(" {audited} failures of policies that only audit."),
        };
        let undecided = match self.undecided {
            0 => String::new(),
            undecided => format!(" {} that only the cluster can give.", count(undecided, "answer")),
        };
        let refused = match self.refused {
            0 => String::new(),
            1 => " 1 object could not be judged.".to_owned(),
            refused => format!(" {refused} objects could not be judged."),
        };
        let skipped = skipped(&self.skipped, "") + &skipped(&self.skipped_documents, "document");
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(" {} could not be checked.", count(failed, "file")),
        };
        let unsafely = self.fixable - self.safely_fixable;
        let fixable = match (self.safely_fixable, unsafely) {
            (0, 0) => String::new(),
            (safely, 0) => format!(" Fixable: {safely} with --fix."),
            (0, unsafely) => format!(" Fixable: {unsafely} with --fix --unsafe-fixes."),
            (safely, unsafely) => format!(" Fixable: {safely} with --fix, {unsafely} more with --unsafe-fixes."),
        };
        format!(
            "Checked {files} {judged_by}: {documents}, {templates}. {found}{audited}{undecided}{fixable}{refused}{failed}{skipped}"
        )
    }
}

/// `2 waived, 3 accepted`: what there is any of.
pub fn uncounted(waived: usize, accepted: usize) -> String {
    let some = [(waived, "waived"), (accepted, "accepted")].into_iter().filter(|&(number, _)| number > 0);
    some.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}

/// What was skipped, as a sentence.
fn skipped(counts: &BTreeMap<SkipReason, usize>, what: &str) -> String {
    let total = counts.values().sum();
    match (total, what) {
        (0, _) => String::new(),
        (_, "") => format!(" Skipped {total}: {}.", by_reason(counts)),
        _ => format!(" Skipped {} of files that were checked: {}.", count(total, what), by_reason(counts)),
    }
}

/// `2 not-manifest, 1 unrendered`
fn by_reason(counts: &BTreeMap<SkipReason, usize>) -> String {
    let counts = counts.iter().map(|(reason, number)| format!("{number} {}", reason.as_str()));
    counts.collect::<Vec<_>>().join(", ")
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
