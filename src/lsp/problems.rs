//! What is wrong with what manifests are judged by, as findings in the files in which it stands.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range};
use ropey::Rope;

use super::basis::DocumentBasis;
use super::diagnostics::SOURCE;
use super::text::Encoding;
use super::uri::uri_of;
use crate::config::load::shown;
use crate::finding::{Finding, ReportEntry};
use crate::problem::{Problem, ProblemPlace, Spot};
use crate::report::escape::escape;
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::source::span::Span;

/// Files and what is wrong with them, each once.
pub type Mistakes = Vec<(PathBuf, Arc<SourceFile>, Vec<ReportEntry>)>;

/// Problems by the file in which each is shown: that in which it stands, or that which names a file as a whole.
pub fn by_file(problems: &[Problem]) -> Mistakes {
    let mut files: Mistakes = Vec::new();
    for problem in problems {
        let Some((spot, message)) = shown_at(problem) else { continue };
        let finding = Finding::within(&spot.file, id::CONFIGURATION, spot.span, message).severity(problem.severity);
        add(&mut files, &spot, finding.build().into());
    }
    files
}

/// The same with what is to be said of files of policies, by the rules for that.
pub fn with_said(mut files: Mistakes, basis: Option<&DocumentBasis>) -> Mistakes {
    for (rule, problem, advice) in basis.into_iter().flat_map(DocumentBasis::said) {
        let ProblemPlace::At(spot) = &problem.place else { continue };
        let finding = Finding::within(&spot.file, rule, spot.span, problem.message.as_str());
        add(&mut files, spot, finding.advice(advice.map(str::to_owned)).build().into());
    }
    files
}

fn add(files: &mut Mistakes, spot: &Spot, finding: ReportEntry) {
    let path = spot.path();
    match files.iter_mut().find(|(known, ..)| *known == path) {
        // Two configurations may name one file.
        Some((_, _, findings)) if findings.contains(&finding) => {}
        Some((_, _, findings)) => findings.push(finding),
        None => files.push((path, Arc::clone(&spot.file), vec![finding])),
    }
}

/// The files in which problems are shown.
pub fn files_of<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> impl Iterator<Item = PathBuf> {
    problems.into_iter().filter_map(|problem| shown_at(problem).map(|(spot, _)| spot.path()))
}

/// Where a problem is shown, and what is said there; nothing for one that stands nowhere.
fn shown_at(problem: &Problem) -> Option<(Spot, String)> {
    match &problem.place {
        ProblemPlace::At(spot) => Some((spot.clone(), problem.message.clone())),
        ProblemPlace::File(_, Some(named)) => Some((named.clone(), problem.to_string())),
        ProblemPlace::File(name, None) => {
            let file = Arc::new(SourceFile::new(name.as_str(), Vec::new()).ok()?);
            Some((Spot { file, span: Span::default() }, problem.message.clone()))
        }
        ProblemPlace::Nowhere => None,
    }
}

/// What a manifest says that is not judged, or not by all that it should be, so that it does not look clean. `name` is that
/// of the configuration.
pub fn unjudged(problems: &[Problem], is_judged: bool, name: &str, encoding: Encoding) -> Option<Diagnostic> {
    let errors = || problems.iter().filter(|problem| problem.is_error());
    let first = errors().find(|problem| problem.place != ProblemPlace::Nowhere).or(errors().next())?;
    let more = match errors().filter(|problem| problem.place != ProblemPlace::Nowhere).count() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let message = if is_judged {
        format!("this file is checked by only a part of what {name} asks for: {first}{more}")
    } else {
        format!("{name} cannot be used, so this file is not checked: {first}{more}")
    };
    let related = shown_at(first).and_then(|(spot, said)| {
        let uri = uri_of(&spot.path())?;
        let range = encoding.range(&Rope::from_str(spot.file.text()), spot.span);
        Some(DiagnosticRelatedInformation { location: Location { uri, range }, message: escape(&said).into_owned() })
    });
    Some(Diagnostic {
        range: Range::default(),
        severity: Some(if is_judged { DiagnosticSeverity::WARNING } else { DiagnosticSeverity::ERROR }),
        code: Some(NumberOrString::String(id::CONFIGURATION.to_string())),
        source: Some(SOURCE.to_owned()),
        message: escape(&message).into_owned(),
        related_information: related.map(|related| vec![related]),
        ..Diagnostic::default()
    })
}

/// The name by which people know a configuration file.
pub fn name_of(path: Option<&Path>) -> String {
    path.map_or_else(|| "podline".to_owned(), |path| shown(&normal(path)))
}
