//! What is wrong with what a run was given, as people read it on standard error.

use std::sync::Arc;

use super::Status;
use super::terminal::{complain, hint, show};
use crate::finding::{Finding, ReportEntry};
use crate::problem::{About, Problem, ProblemPlace, Spot};
use crate::report::format::URGENCIES;
use crate::report::human::{self, Style};
use crate::rules::id;
use crate::verdict::FileReport;

/// Says what is wrong, in its order. An error means that podline cannot do its job.
pub(super) fn tell(problems: &[Problem]) -> Status {
    let mut rest = problems;
    while let Some(first) = rest.first() {
        let is_beside = |problem: &&Problem| match (in_configuration(first), in_configuration(problem)) {
            (Some(one), Some(other)) => Arc::ptr_eq(&one.file, &other.file),
            _ => false,
        };
        let (told, after) = rest.split_at(rest.iter().take_while(is_beside).count().max(1));
        match in_configuration(first) {
            Some(spot) => excerpts(spot, told),
            None if first.is_error() => complain(&first.to_string()),
            None => hint(&first.to_string()),
        }
        rest = after;
    }
    if problems.iter().any(Problem::is_error) { Status::Failed } else { Status::Clean }
}

/// The place of a problem in a configuration file, whose lines are shown.
fn in_configuration(problem: &Problem) -> Option<&Spot> {
    match &problem.place {
        ProblemPlace::At(spot) if problem.about == About::Configuration => Some(spot),
        _ => None,
    }
}

/// Shows problems of one file with its lines.
fn excerpts(spot: &Spot, problems: &[Problem]) {
    let finding = |problem: &Problem| {
        let span = in_configuration(problem).map(|spot| spot.span).unwrap_or_default();
        let finding = Finding::within(&spot.file, id::CONFIGURATION, span, problem.message.as_str());
        ReportEntry::from(finding.severity(problem.severity).build())
    };
    let report = FileReport { findings: problems.iter().map(finding).collect(), ..FileReport::default() };
    show(&human::render(&spot.file, &report, Style::default(), &[usize::MAX; URGENCIES]).shown.concat());
}
