//! `podline levels`: how far each namespace can go.

use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::admission::{Prepared, prepare};
use super::configuration::Configurations;
use super::judging;
use super::patches::Patches;
use super::progress::Progress;
use super::read::{find, read_or_kept};
use super::standards::{Asked, Standards};
use super::terminal::{Output, complain, hint};
use crate::cli::Admission;
use crate::cli::levels::{By, Levels, LevelsFormat, PatchAs};
use crate::finding::Severity;
use crate::levels::{self, GroupBy, Question, Workloads};
use crate::lint::lint;
use crate::pod_security::{Level, NEWEST_KNOWN, Version};
use crate::report::json::to_json;
use crate::report::level_patch::{self, Patch};
use crate::report::levels::{Style, render};
use crate::rules::id;
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
    let (mut inputs, mut status) = find(&options.input);
    let (configurations, configured) = Configurations::load(&options.config, &options.input, &mut inputs);
    let patches = Patches::new(&inputs);
    // What is judged is every level: the one that is asked for here is the one that costs nothing.
    let asked = Asked {
        level: Some((Level::Privileged, Version::Latest)),
        newest: Some(newest),
        namespace: options.namespace.clone(),
        ..Asked::default()
    };
    let mut standards = Standards::new(&asked, &configurations);
    standards.sweep();
    let of = |input: &Input| standards.of(input, &configurations).filter(|_| !patches.contains(input));
    let admission = match admission(options, &configurations) {
        Ok(admission) => admission,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    let Some(prepared) = prepare(&admission, false, &options.input, &inputs, of) else {
        return Status::Failed;
    };
    status = status.max(configured).max(prepared.status);
    let cluster = prepared.admission.clone().unwrap_or_default();
    if !cluster.configuration.exemptions.is_empty() {
        // Whose pods are exempt is seen only where namespaces decide.
        standards.set_admission(Some(&cluster), |_| true, &configurations);
    }
    let of = |input: &Input| standards.of(input, &configurations).filter(|_| !patches.contains(input));
    let (reports, read) = reports(&inputs, &prepared, of);
    status = status.max(read);
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

/// How the cluster decides: as the command line says, or the configurations.
fn admission(options: &Levels, configurations: &Configurations) -> Result<Admission, String> {
    let given = Admission {
        admission: false,
        admission_config: options.admission_config.clone(),
        user: None,
        names_user: false,
        cluster: options.cluster.clone(),
    };
    Ok(Admission { admission: true, ..judging::configured(&given, true, configurations)? })
}

/// Judges all inputs, in parallel, in their order.
fn reports<'o>(
    inputs: &[Input],
    prepared: &Prepared,
    of: impl Fn(&Input) -> Option<&'o crate::lint::Options> + Sync,
) -> (Vec<FileReport>, Status) {
    let progress = Progress::new(inputs.len());
    let judge = |input: &Input| {
        let Some(options) = of(input) else { return Ok(FileReport::default()) };
        let mut report = lint(&*read_or_kept(input, &prepared.kept)?, input.named, options);
        // What is wrong with single objects is for `check` to say, and what the cluster would say of the pods is in the
        // sweep: only what could not be judged is of use here.
        let is_open = |rule| matches!(rule, id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS | id::WRONG_TYPE);
        report.findings.retain(|finding| is_open(finding.rule) && finding.severity > Severity::Note);
        progress.advance();
        Ok(report)
    };
    let judged: Vec<Result<FileReport, String>> = inputs.par_iter().map(judge).collect();
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
            Err(message) => {
                complain(&message);
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
