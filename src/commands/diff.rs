//! `podline diff`: what a change makes worse, and what it fixes.

mod compare;
mod git;
mod outputs;
mod report;
mod show;
mod standards;
mod tree;

use std::collections::HashSet;
use std::path::Path;

use compare::compare;
use outputs::Outputs;
use standards::Judged;

use super::Status;
use super::check::{Said, denied, is_denied};
use super::idle::{self, Facts};
use super::outputs::settings;
use super::rule_filter::RuleFilter;
use super::terminal::{complain, hint};
use crate::cli::{self, Check};
use crate::config::deny::Deny;
use crate::finding::ReportEntry;
use crate::report::format::Settings;
use crate::report::summary::Summary;
use crate::rules::{Catalogue, Families, Family, Rule, RuleId, id};
use crate::source::file::SourceFile;
use crate::verdict::FileReport;
use tree::Tree;

/// One of the two that are compared.
#[derive(Default)]
struct Side {
    files: Vec<File>,
    /// Whether it is a report, which knows less than the files themselves.
    is_report: bool,
    /// Which podline wrote a report.
    podline: Option<String>,
    /// At which levels a tree was judged.
    judged_by: Option<String>,
    /// Files that are there and cannot be read, by their names for comparing.
    unreadable: HashSet<String>,
    /// Their names for people, and what is wrong with each.
    problems: Vec<(String, String)>,
    /// The rules of policies that it knows.
    rules: Vec<Rule>,
    /// Those of policies that were refused.
    refused: Vec<RuleId>,
    /// What its configurations forbid.
    deny: Vec<Deny>,
    /// Whether nothing of it could be read.
    failed: bool,
}

/// A file of a side.
struct File {
    /// Its name for comparing: its path from the root of its side.
    name: String,
    /// Its name for people.
    display: String,
    /// Its text, where the side is no report.
    text: Option<SourceFile>,
    report: FileReport,
    /// By what each of its pod templates was judged.
    judged: Vec<Judged>,
}

impl Side {
    /// Adds what there is to say of files that decide, to what was found in them.
    fn say(&mut self, said: Vec<Said>, filter: &RuleFilter) {
        for (file, mut report) in said {
            report.findings.retain(|finding| filter.keeps(finding));
            let known = self.files.iter_mut().find(|known| known.display == file.name());
            match known {
                _ if report.findings.is_empty() => {}
                Some(known) => known.report.findings.append(&mut report.findings),
                None => {
                    let name = file.name().to_owned();
                    self.files.push(File { display: name.clone(), name, text: Some(file), report, judged: Vec::new() });
                }
            }
        }
    }
}

impl File {
    /// Whether something in it was passed over, or could not be judged.
    fn has_unjudged(&self) -> bool {
        let unjudged = |finding: &ReportEntry| {
            finding.rule.is_unjudged()
                || matches!(finding.rule, id::UNKNOWN_KIND | id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS)
        };
        !self.report.skipped.is_empty() || self.report.refused > 0 || self.report.findings.iter().any(unjudged)
    }

    /// Whether the pods of the object of a finding were judged in it.
    fn judges_object_of(&self, finding: &ReportEntry) -> bool {
        let Some(object) = &finding.object else { return false };
        let is_it = |judged: &Judged| judged.template[..3] == [object.kind.as_str(), &object.namespace, &object.name];
        self.judged.iter().any(is_it)
    }
}

/// Compares two trees or reports, or two revisions of a repository.
pub(super) fn run(options: &cli::Diff) -> Status {
    let (options, git) = (&options.check, &options.git);
    if options.verbose {
        options.notes.iter().for_each(|note| hint(note));
    }
    let settings = settings(&options.reports);
    let usable = usage(options, &settings);
    let (filter, outputs) = match usable {
        Ok(usable) => usable,
        Err(problem) => {
            complain(&problem);
            return Status::Failed;
        }
    };
    if !options.quiet {
        let facts = Facts { formats: Some(outputs.formats()), ..Facts::of_input(&options.input) };
        idle::tell(&options.input, &facts);
    }
    let sides = match (&git.git, options.input.paths.as_slice()) {
        (Some(base), _) => git::read(base, git, options, &filter),
        (None, [base, head]) => {
            Ok([read(base, options, &filter, Role::Base), read(head, options, &filter, Role::Head)])
        }
        (None, _) => Err("diff takes two paths: BASE and HEAD".to_owned()),
    };
    match sides {
        Ok([base, head]) => report(base, head, options, &filter, &outputs),
        Err(message) => {
            complain(&message);
            Status::Failed
        }
    }
}

/// What can be wrong with the options taken together.
fn usage<'a>(options: &'a Check, settings: &'a Settings) -> Result<(RuleFilter, Outputs<'a>), String> {
    let filter = RuleFilter::new(&options.select, &options.ignore, Catalogue::before_policies());
    Ok((filter.map_err(|error| error.to_string())?, Outputs::new(options, settings)?))
}

/// Compares what was read of both sides, and writes what came of it.
fn report(
    (base, base_status): (Side, Status),
    (head, head_status): (Side, Status),
    options: &Check,
    filter: &RuleFilter,
    outputs: &Outputs<'_>,
) -> Status {
    let rules = Catalogue::new(base.rules.iter().chain(&head.rules).cloned().collect());
    let refused = [base.refused.as_slice(), &head.refused].concat();
    if let Err(error) = filter.check(&rules, &refused) {
        complain(&error.to_string());
        return Status::Failed;
    }
    let comparable = standards::tell_differences(&base, &head);
    let is_left = |family| rules.all().any(|rule| rule.id.is_of(family) && filter.leaves(rule.id));
    let hidden = Families::of(Family::ALL.into_iter().filter(|family| !is_left(*family)));
    let mut read = Summary { hidden, asks_privileged: options.input.gives("level"), ..Summary::default() };
    head.files.iter().for_each(|file| read.add(&file.report));
    read.add_cluster(options.kubernetes_version.unwrap_or_default());
    read.hides_all = !rules.all().any(|rule| filter.leaves(rule.id));
    if let Some(why) = read.nothing_judged().filter(|_| !head.failed && (!head.is_report || read.hides_all)) {
        hint(&format!("warning: nothing was judged in HEAD: {why}"));
    }
    let is_denied = is_denied(options, &head.deny, &read);
    let denied = denied(options, &head.deny);
    let judged_by = head.judged_by.clone().or(base.judged_by.clone());
    let judged_by = judged_by.map(|level| format!(" {level}")).unwrap_or_default();
    let levels = standards::changed(&base, &head);
    let mut diff = compare(base, head);
    diff.levels = levels;
    diff.new.hides_all = read.hides_all;
    // What is denied is that of the whole head, new or not.
    diff.new.denied = read.denied;
    let status = base_status.max(head_status).max(comparable);
    let line = format!("Compared{judged_by}: {}", diff.closing_line());
    let written = outputs.write(&diff, (line.as_str(), denied.as_slice()), status, &rules);
    if diff.unjudged > 0 {
        hint(&format!("{} of BASE are not fixed: HEAD does not judge what they are about", diff.unjudged_text()));
    }
    let is_worse = diff.new.failing > 0 || is_denied;
    status.max(if is_worse { Status::Findings } else { Status::Clean }).max(written)
}

/// Which side it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Base,
    Head,
}

/// Reads a side, and complains of what cannot be read.
fn read(path: &Path, options: &Check, filter: &RuleFilter, role: Role) -> (Side, Status) {
    match report::read(path, filter) {
        Ok(Some(mut side)) => {
            side.files.iter_mut().for_each(|file| file.report.fail_on = options.fail_on.unwrap_or_default());
            (side, Status::Clean)
        }
        Ok(None) => tree::read(&Tree::named(path), options, filter, role),
        Err(error) => {
            complain(&format!("{}: {error}", path.display()));
            (Side { failed: true, ..Side::default() }, Status::Failed)
        }
    }
}
