//! `podline levels`: how far each namespace can go.

use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::problems::tell;
use super::progress::Progress;
use super::read::find;
use super::terminal::{Output, complain, hint};
use crate::cli::levels::{By, Levels, LevelsFormat, PatchAs};
use crate::finding::Severity;
use crate::levels::{self, GroupBy, Question, Workloads};
use crate::pod_security::NEWEST_KNOWN;
use crate::problem::Problem;
use crate::report::json::to_json;
use crate::report::level_patch::{self, Patch};
use crate::report::levels::{Style, render};
use crate::rules::id;
use crate::session::Session;
use crate::source::discover::{Input, Source};
use crate::verdict::{FileReport, Skipped};

/// Answers for the namespaces of the input.
pub(super) fn run(options: &Levels) -> Status {
    let newest = options.kubernetes_version.or(options.to).unwrap_or(NEWEST_KNOWN);
    if options.from.is_some_and(|from| from > newest) {
        complain("--from is newer than --to");
        return Status::Failed;
    }
    let since = match options.since.as_deref().map(earlier).transpose() {
        Ok(since) => since,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    let (inputs, mut status) = find(&options.input);
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            session
        }
        Err(found) => return tell(&found),
    };
    let (reports, read) = reports(&session);
    status = status.max(read);
    let cluster = session.admission.clone().unwrap_or_default();
    let question = Question {
        newest,
        by: options.by.map(group_by),
        upgrade: options.from.map(|from| (from, newest)),
        since,
        require: options.require,
        configuration: cluster.configuration.clone(),
    };
    let answer = levels::answer(&Workloads::new(reports), &cluster.namespaces, &question);
    let mut output = Output::new();
    output.write(shown(options, &answer).as_bytes());
    status.max(judged(&answer)).max(output.status())
}

/// Judges all inputs, in parallel, in their order.
fn reports(session: &Session) -> (Vec<FileReport>, Status) {
    let inputs = &session.inputs;
    let progress = Progress::new(inputs.len());
    let judge = |input: &Input| {
        let judged = session.judge(input).map(|judged| judged.filter(|_| !session.is_patch(input)));
        let mut report = judged?.map(|judged| judged.report).unwrap_or_default();
        // What is wrong with single objects is for `check` to say, and what the cluster would say of the pods is in the
        // sweep: only what could not be judged is of use here.
        let is_open = |rule| matches!(rule, id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS | id::WRONG_TYPE);
        report.findings.retain(|finding| is_open(finding.rule) && finding.severity > Severity::Note);
        progress.advance();
        Ok(report)
    };
    let judged: Vec<Result<FileReport, Problem>> = inputs.par_iter().map(judge).collect();
    progress.finish();
    let (mut reports, mut status) = (Vec::new(), Status::Clean);
    for (input, judged) in inputs.iter().zip(judged) {
        match judged {
            Ok(report) => {
                let is_empty = report.manifests == 0 && !report.skipped.iter().any(Skipped::is_manifest);
                if input.source == Source::Stdin && is_empty {
                    complain("standard input holds no object: did the command before the pipe fail?");
                    status = Status::Failed;
                }
                reports.push(report);
            }
            Err(problem) => {
                complain(&problem.to_string());
                status = Status::Failed;
            }
        }
    }
    (reports, status)
}

fn shown(options: &Levels, answer: &levels::Levels) -> String {
    match (options.patch, options.format) {
        (Some(PatchAs::Manifests), _) => level_patch::render(answer, Patch::Manifests),
        (Some(PatchAs::Commands), _) => level_patch::render(answer, Patch::Commands),
        (None, LevelsFormat::Human) => render(answer, Style::Human, options.verbose),
        (None, LevelsFormat::Markdown) => render(answer, Style::Markdown, options.verbose),
        (None, LevelsFormat::Json) => to_json(answer) + "\n",
    }
}

/// What the answer means for the exit status.
fn judged(answer: &levels::Levels) -> Status {
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
    }
    if short.is_empty() && answer.summary.unjudged == 0 { Status::Clean } else { Status::Findings }
}

/// An earlier answer.
fn earlier(path: &Path) -> Result<levels::Levels, String> {
    let name = path.display();
    let text = std::fs::read(path).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    let levels: levels::Levels = serde_json::from_slice(&text)
        .map_err(|error| format!("{name}: is not an answer of podline levels: {error}"))?;
    if levels.schema == 1 { Ok(levels) } else { Err(format!("{name}: schema {} is not known", levels.schema)) }
}

fn group_by(by: By) -> GroupBy {
    match by {
        By::Rule => GroupBy::Rule,
        By::Chart => GroupBy::Chart,
        By::Image => GroupBy::Image,
    }
}
