//! For people: each finding with the line it is about.

use std::fmt::Write as _;

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Mark};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::escape::escape;
use super::excerpt::Excerpt;
use crate::finding::{Finding, Severity};
use crate::lint::FileReport;
use crate::source::file::SourceFile;

/// How to show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With what the API server would say.
    pub verbose: bool,
}

/// The findings of one file, each as a block with a blank line after it.
pub fn render(file: &SourceFile, report: &FileReport, style: Style) -> String {
    let mut bytes = Vec::new();
    for finding in &report.findings {
        let bytes = if style.color {
            emit(Ansi::new(&mut bytes), file, finding, report, style)
        } else {
            emit(NoColor::new(&mut bytes), file, finding, report, style)
        };
        // Writing to memory cannot fail.
        drop(bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn emit(
    writer: impl WriteColor,
    file: &SourceFile,
    finding: &Finding,
    report: &FileReport,
    style: Style,
) -> Result<(), codespan_reporting::files::Error> {
    let mut excerpt = Excerpt::new(file);
    let mut places = vec![(&finding.location, None)];
    places.extend(finding.related.iter().map(|related| (&related.location, Some(related.message.as_str()))));
    places.sort_by_key(|(location, _)| location.span.start);
    let labels = places.into_iter().map(|(location, message)| {
        let range = excerpt.add(file, location);
        match message {
            None => Label::primary((), range),
            Some(message) => Label::secondary((), range).with_message(escape(message)),
        }
    });
    let labels = labels.collect();
    let mark = match finding.severity {
        Severity::Error => Mark::Error,
        Severity::Warning => Mark::Warning,
        Severity::Note => Mark::Note,
    };
    let diagnostic = Diagnostic::new(mark)
        .with_code(finding.rule)
        .with_message(escape(&finding.message))
        .with_labels(labels)
        .with_notes(notes(finding, report, style));
    let styles = Styles::default();
    let mut writer = StylesWriter::new(writer, &styles);
    term::emit_to_write_style(&mut writer, &Config::default(), &excerpt, &diagnostic)
}

/// What stands below the excerpt.
fn notes(finding: &Finding, report: &FileReport, style: Style) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(object) = &finding.object {
        let mut what = escape(&object.to_string()).into_owned();
        if let (Some(level), Some(since)) = (finding.level, finding.since) {
            // Writing to a string cannot fail.
            let _ = write!(what, ", {level} since v1.{since}");
        }
        notes.push(what);
    }
    if style.verbose {
        notes.extend(upstream(finding, report));
    }
    notes
}

/// What the API server says about the check, so that it can be searched for.
fn upstream(finding: &Finding, report: &FileReport) -> Option<String> {
    let object = finding.object.as_ref()?;
    let template = report
        .templates
        .iter()
        .find(|template| template.object == *object && finding.path.starts_with(&template.path))?;
    let short = finding.rule.strip_prefix("pss/")?;
    template.verdicts.iter().find_map(|verdict| {
        let check = verdict.checks.iter().find(|check| check.id == short)?;
        let (level, version) = (verdict.level, verdict.version);
        let words = format!("violates PodSecurity \"{level}:{version}\": {} ({})", check.reason, check.detail);
        Some(escape(&words).into_owned())
    })
}
