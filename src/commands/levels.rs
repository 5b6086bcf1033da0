//! `podline levels`: how far each namespace can go.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::content::RunContent;
use super::idle::{self, Facts};
use super::problems::tell;
use super::progress::Progress;
use super::read::{Found, find_in, paths, tell_passed_over};
use super::terminal::{Output, complain, hint};
use crate::cli::levels::{By, Levels, LevelsFormat, PatchAs};
use crate::finding::Severity;
use crate::levels::{self, GroupBy, Question, ReadFile, Workloads};
use crate::pod_security::{Level, NEWEST_KNOWN};
use crate::problem::{About, Problem};
use crate::report::json::to_json;
use crate::report::level_patch::{self, Patch};
use crate::report::levels::{Style, render};
use crate::rules::{RuleId, id};
use crate::session::{Ask, Session, loosening};
use crate::source::discover::Input;
use crate::source::path::read_asked;
use crate::verdict::SkipReason;

/// Answers for the namespaces of the input.
pub(super) fn run(options: &Levels) -> Status {
    let known = |minor: u32| minor.min(NEWEST_KNOWN);
    let kubernetes_version = options.kubernetes_version.or(options.to).map_or(NEWEST_KNOWN, known);
    let from = options.from.map(known);
    if from.is_some_and(|from| from > kubernetes_version) {
        complain("--from is newer than --to");
        return Status::Failed;
    }
    if options.unproven && options.patch.is_none() && options.require.is_none() {
        idle::says("unproven", "neither --patch nor --require was given");
    }
    let since = match options.since.as_deref().map(earlier).transpose() {
        Ok(since) => since,
        Err(problem) => {
            complain(&problem.to_string());
            return Status::Failed;
        }
    };
    let Found { inputs, passed_over, mut status, .. } = find_in(&options.input, &paths(&options.input));
    tell_passed_over(&passed_over);
    let ask = Ask::from(options);
    status = status.max(tell(&loosening::by_ignore_files(&ask, &passed_over)));
    let session = match Session::find(&ask, inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            tell_passed_over(&session.excluded);
            let is_for_people = Some(options.format != LevelsFormat::Json);
            idle::tell(&options.input, &Facts { is_for_people, ..Facts::of_input(&options.input) });
            session
        }
        Err(found) => return tell(&found),
    };
    let (reports, read) = reports(&session);
    status = status.max(read);
    let cluster = session.admission.clone().unwrap_or_default();
    let question = Question {
        kubernetes_version,
        by: options.by.map(group_by),
        upgrade: from.map(|from| (from, kubernetes_version)),
        since,
        require: options.require,
        unproven: options.unproven,
        configuration: cluster.configuration.clone(),
    };
    let answer = levels::answer(&Workloads::new(reports), &cluster.namespaces, &question);
    let mut output = Output::new();
    output.write(shown(options, &answer).as_bytes());
    status.max(judged(&answer, options)).max(output.status())
}

/// Judges all inputs, in parallel, in their order.
fn reports(session: &Session) -> (Vec<ReadFile>, Status) {
    let inputs = &session.inputs;
    let progress = Progress::new(inputs.len());
    let judge = |input: &Input| {
        let judged = session.judge(input).map(|judged| judged.filter(|_| !session.is_patch(input)));
        let mut report = judged?.map(|judged| judged.report).unwrap_or_default();
        // What is wrong with single objects is for `check` to say, and what the cluster would say of the pods is in the
        // A survey of levels: only what could not be judged is of use here.
        let is_open =
            |rule: RuleId| rule.is_unjudged() || matches!(rule, id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS);
        report.findings.retain(|finding| is_open(finding.rule) && finding.severity > Severity::Note);
        progress.advance();
        let namespace = session.basis(input).map(|basis| basis.options.namespace.clone()).unwrap_or_default();
        Ok(ReadFile { name: input.display.clone(), namespace, report })
    };
    let judged: Vec<Result<ReadFile, Problem>> = inputs.par_iter().map(judge).collect();
    progress.finish();
    let (mut reports, mut status) = (Vec::new(), Status::Clean);
    let mut content = RunContent::default();
    let mut unseen: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for (input, judged) in inputs.iter().zip(judged) {
        match judged {
            Ok(read) => {
                let report = &read.report;
                let hides = |reason: &SkipReason| matches!(reason, SkipReason::Unrendered | SkipReason::Encrypted);
                for reason in report.skipped.iter().map(|skipped| skipped.reason).filter(hides) {
                    *unseen.entry(reason).or_default() += 1;
                }
                if let Err(message) = content.take(input, report.holds_object() || report.refused > 0, false) {
                    complain(message);
                    status = Status::Failed;
                }
                reports.push(read);
            }
            Err(problem) => {
                complain(&problem.to_string());
                status = Status::Failed;
            }
        }
    }
    if !unseen.is_empty() {
        let unseen: Vec<String> =
            unseen.iter().map(|(reason, number)| format!("{number} {}", reason.as_str())).collect();
        hint(&format!("not counted: {} (podline check -v lists them)", unseen.join(", ")));
    }
    if let Some(nothing) = content.nothing().filter(|_| status == Status::Clean) {
        complain(&format!("nothing to judge: {nothing}"));
        status = Status::Failed;
    }
    (reports, status)
}

fn shown(options: &Levels, answer: &levels::Levels) -> String {
    match (options.patch, options.format) {
        (Some(PatchAs::Manifests), _) => level_patch::render(answer, Patch::Manifests, options.unproven),
        (Some(PatchAs::Commands), _) => level_patch::render(answer, Patch::Commands, options.unproven),
        (None, LevelsFormat::Human) => render(answer, Style::Human, options.verbose),
        (None, LevelsFormat::Markdown) => render(answer, Style::Markdown, options.verbose),
        (None, LevelsFormat::Json) => to_json(answer) + "\n",
    }
}

/// What the answer means for the exit status.
fn judged(answer: &levels::Levels, options: &Levels) -> Status {
    if answer.summary.unjudged > 0 {
        hint(&format!("{} could not be read and are not counted: podline check says why", answer.summary.unjudged));
    }
    let Some(short) = &answer.short else { return Status::Clean };
    if !short.is_empty() {
        hint(&format!(
            "{} of {} namespaces do not reach it: {}",
            short.len(),
            answer.namespaces.len(),
            short.join(", ")
        ));
        let required = options.require.map_or(Level::Privileged, |(level, _)| level);
        let is_open = |row: &&levels::Namespace| short.contains(&row.name) && !row.open.is_empty();
        let open = answer.namespaces.iter().filter(is_open).filter(|row| row.level() >= required);
        let open: Vec<&str> = open.map(|row| row.name.as_str()).collect();
        if !open.is_empty() {
            let open = open.join(", ");
            hint(&format!("not all is known of the pods in {open} (-v says why, --unproven takes it as reached)"));
        }
    }
    if short.is_empty() && answer.summary.unjudged == 0 { Status::Clean } else { Status::Findings }
}

/// An earlier answer.
fn earlier(path: &Path) -> Result<levels::Levels, Problem> {
    let problem = |message: String| Problem::in_file(About::Input, path.display().to_string(), message);
    let text = read_asked(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    let levels: levels::Levels = serde_json::from_slice(&text)
        .map_err(|error| problem(format!("is not an answer of podline levels: {error}")))?;
    if levels.schema == 1 { Ok(levels) } else { Err(problem(format!("schema {} is not known", levels.schema))) }
}

fn group_by(by: By) -> GroupBy {
    match by {
        By::Rule => GroupBy::Rule,
        By::Chart => GroupBy::Chart,
        By::Image => GroupBy::Image,
    }
}
