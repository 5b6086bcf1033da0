//! What is said of loaded policies, beside what they say of objects.

use std::sync::PoisonError;

use super::judge::Judge;
use super::reporter::Reporter;
use crate::commands::accepted::AcceptedFiles;
use crate::commands::outputs::render;
use crate::commands::terminal::hint;
use crate::local::psp::Rights;
use crate::report::summary::{Summary, count};
use crate::session::Session;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, TemplateReport};

/// Reports the policies that their systems refuse, as far as only a directory has brought them.
pub(super) fn report_refused(judge: &Judge, reporter: &mut Reporter, accepted: &mut AcceptedFiles) {
    for (file, findings) in judge.session.refused() {
        let mut report = FileReport { findings, ..FileReport::default() };
        report.findings.retain(|finding| judge.filter.keeps(finding));
        accepted.take(&input_of(&file), &mut report);
        let rendered = render(&file, &report, &reporter.outputs.requests());
        reporter.take_policy(file.name(), &report, rendered);
    }
}

/// Reports the policies that take too much work, and the rules of policies that only the cluster can decide.
pub(super) fn report_undecided(judge: &Judge, reporter: &mut Reporter) {
    report_overspent(judge, reporter);
    let undecided = std::mem::take(&mut *judge.undecided.lock().unwrap_or_else(PoisonError::into_inner));
    for (file, report) in undecided.reports(judge.session) {
        let rendered = render(&file, &report, &reporter.outputs.requests());
        reporter.take_policy(file.name(), &report, rendered);
    }
}

/// Reports the policies that take too much work.
fn report_overspent(judge: &Judge, reporter: &mut Reporter) {
    for (file, mut report) in judge.session.overspent() {
        report.findings.retain(|finding| judge.filter.keeps(finding));
        let rendered = render(&file, &report, &reporter.outputs.requests());
        reporter.take_policy(file.name(), &report, rendered);
    }
}

/// A file of policies as accepted findings know files.
fn input_of(file: &SourceFile) -> Input {
    let (source, display) = (Source::File(file.name().into()), file.name().to_owned());
    Input { source, display, named: false, directory: None }
}

/// Says of each policy which would answer otherwise about what is written, without what a cluster fills in.
fn tell_otherwise_as_written(summary: &Summary) {
    let named = summary.otherwise_as_written.iter().map(|(policy, objects)| {
        let objects = count(*objects, "object");
        format!("{} ({objects})", policy.name)
    });
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        let how = "judged with the cluster's defaults; about what is written (--as-written) these answer otherwise";
        hint(&format!("{how}: {}", named.join(", ")));
    }
}

/// Says whether roles and bindings decide who may use PodSecurityPolicies.
pub(super) fn tell_rights(session: &Session, verbose: bool) {
    let deciding: Vec<Option<&Rights>> = session
        .bases()
        .map(|basis| &basis.options.policies)
        .filter(|policies| policies.has_psp())
        .map(|policies| policies.rights())
        .collect();
    let mut brought = session.bases().flat_map(|basis| &basis.brought_roles);
    if deciding.is_empty() && brought.any(|one| one.is_named) {
        hint("roles and bindings are among the policies, and no PodSecurityPolicy that anybody could use");
    }
    if deciding.iter().flatten().any(|rights| !rights.are_granted()) {
        hint(
            "no role that was given lets anybody use a PodSecurityPolicy: roles and bindings come from --cluster and the files of policies",
        );
    }
    if verbose && deciding.iter().any(Option::is_none) {
        hint(
            "every PodSecurityPolicy may be used for every pod: no roles and bindings were given that decide (--cluster)",
        );
    }
}

/// Says which PodSecurityPolicy admits the pods of a template, and whose right decides that.
pub(super) fn tell_usable(name: &str, template: &TemplateReport) {
    let Some(psp) = &template.psp else { return };
    let Some(usable) = &psp.usable else { return };
    let (line, object) = (template.line, &template.object);
    let what = if usable.is_pod { "it" } else { "its pods" };
    let said = match &psp.policy {
        Some(policy) => format!("PodSecurityPolicy {policy:?} admits {what}, {}", usable.right_to(policy)),
        None => format!("no PodSecurityPolicy admits {what}: {}", usable.said()),
    };
    hint(&format!("{name}:{line}: {object}: {said}"));
}

/// Says which policies do nothing, and which files of their directories hold none.
pub(super) fn tell_idle(session: &Session, summary: &Summary, verbose: bool) {
    session.idle(|policy| summary.judged.contains_key(&policy.reference)).iter().for_each(|said| hint(said));
    tell_otherwise_as_written(summary);
    let without = session.files_without_policies();
    if !without.is_empty() {
        let files = count(without.len(), "file");
        let how = if verbose { "" } else { " (-v lists them)" };
        hint(&format!("{files} among the policies without a policy{how}"));
    }
    if verbose {
        for file in without {
            hint(&format!("no policy in {file}"));
        }
    }
    if summary.unused_policies > 0 {
        let policies = count(summary.unused_policies, "document");
        let how = "--policy names the files or directories to judge by";
        hint(&format!("{policies} of policies in what was read, not used: {how}"));
    }
}
