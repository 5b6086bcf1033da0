//! Findings as the protocol's diagnostics.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::OnceLock;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, Uri,
};
use ropey::Rope;

use super::text::Encoding;
use super::uri::uri_of;
use crate::finding::{Related, ReportEntry, Severity};
use crate::report::escape::escape;
use crate::rules::{self, RuleId, id};
use crate::source::path::normal;
use crate::verdict::TemplateReport;

/// More diagnostics than this help nobody, and a hundred thousand of them stop an editor.
const MOST: usize = 1000;

/// The name that editors show beside a diagnostic.
pub const SOURCE: &str = "podline";

/// Makes diagnostics for one text.
pub struct Diagnostics<'a> {
    /// The text.
    pub text: &'a Rope,
    /// What the client counts characters in.
    pub encoding: Encoding,
    /// The document, for other places in it.
    pub uri: Option<&'a Uri>,
}

impl Diagnostics<'_> {
    /// The diagnostics of findings. What is waived is left out.
    pub fn of(&self, findings: &[ReportEntry]) -> Vec<Diagnostic> {
        let shown = findings.iter().filter(|finding| finding.waived.is_none());
        let mut diagnostics: Vec<Diagnostic> = shown.clone().take(MOST).map(|finding| self.one(finding)).collect();
        let more = shown.count().saturating_sub(MOST);
        if more > 0 {
            diagnostics.push(left_out(more));
        }
        diagnostics
    }

    /// The diagnostic of a finding.
    pub fn one(&self, finding: &ReportEntry) -> Diagnostic {
        let href = page_of(finding.rule);
        Diagnostic {
            range: self.encoding.range(self.text, finding.location.span),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(finding.rule.to_string())),
            code_description: href.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: lines(finding),
            tags: tag(finding.rule).map(|tag| vec![tag]),
            related_information: self.uri.map(|uri| self.related(uri, &finding.related)).filter(|all| !all.is_empty()),
            ..Diagnostic::default()
        }
    }

    fn related(&self, uri: &Uri, related: &[Related]) -> Vec<DiagnosticRelatedInformation> {
        let one = |related: &Related| {
            let location = match &related.file {
                None => Location { uri: uri.clone(), range: self.encoding.range(self.text, related.location.span) },
                // Its text is not at hand to count in the editor's units.
                Some(other) => Location { uri: uri_of(&normal(other.as_ref().as_ref()))?, range: of_lines(related) },
            };
            Some(DiagnosticRelatedInformation { location, message: escape(&related.message).into_owned() })
        };
        related.iter().filter_map(one).collect()
    }
}

/// What is to be said of a pod that overlays change: its verdict is of what stands here.
pub fn made_elsewhere(template: &TemplateReport) -> impl Iterator<Item = Diagnostic> {
    let line = u32::try_from(template.line.saturating_sub(1)).unwrap_or(u32::MAX);
    let start = Position { line, character: 0 };
    let said = [template.patched(), template.put_elsewhere()].into_iter().flatten();
    said.map(move |said| Diagnostic {
        range: Range { start, end: Position { line: line.saturating_add(1), character: 0 } },
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: escape(&said).into_owned(),
        ..Diagnostic::default()
    })
}

/// What is wrong, and what helps, a line each.
fn lines(finding: &ReportEntry) -> String {
    let advice = finding.advice.iter().map(|advice| escape(advice));
    std::iter::once(escape(&finding.message)).chain(advice).collect::<Vec<_>>().join("\n")
}

/// The lines of a place in another file: what is on them counts as a whole.
fn of_lines(related: &Related) -> Range {
    let line = u32::try_from(related.location.start.line.saturating_sub(1)).unwrap_or(u32::MAX);
    Range { start: Position { line, character: 0 }, end: Position { line: line.saturating_add(1), character: 0 } }
}

/// The address of a rule's page: read once, since every finding names it.
fn page_of(rule: RuleId) -> Option<Uri> {
    static PAGES: OnceLock<HashMap<RuleId, Uri>> = OnceLock::new();
    let page = |rule: &'static rules::Rule| {
        let url = rules::help_url(rule.id)?;
        Some((rule.id, Uri::from_str(url).ok()?))
    };
    PAGES.get_or_init(|| rules::built_in().iter().filter_map(page).collect()).get(&rule).cloned()
}

/// What editors strike through or fade.
fn tag(rule: RuleId) -> Option<DiagnosticTag> {
    match rule {
        id::REMOVED_API => Some(DiagnosticTag::DEPRECATED),
        id::IGNORED_CONTENT | id::UNUSED_WAIVER | id::EXPIRED_WAIVER => Some(DiagnosticTag::UNNECESSARY),
        _ => None,
    }
}

/// What is said instead of the rest.
fn left_out(count: usize) -> Diagnostic {
    let top = Position::default();
    Diagnostic {
        range: Range { start: top, end: top },
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: format!("{count} more findings are not shown; podline check shows all of them"),
        ..Diagnostic::default()
    }
}
