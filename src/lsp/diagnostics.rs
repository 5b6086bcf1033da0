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
use crate::finding::{Finding, Related, Severity};
use crate::report::escape::escape;
use crate::rules::{self, id};

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
    pub fn of(&self, findings: &[Finding]) -> Vec<Diagnostic> {
        let shown = findings.iter().filter(|finding| finding.waived.is_none());
        let mut diagnostics: Vec<Diagnostic> = shown.clone().take(MOST).map(|finding| self.one(finding)).collect();
        let more = shown.count().saturating_sub(MOST);
        if more > 0 {
            diagnostics.push(left_out(more));
        }
        diagnostics
    }

    /// The diagnostic of a finding.
    pub fn one(&self, finding: &Finding) -> Diagnostic {
        let href = page_of(finding.rule);
        Diagnostic {
            range: self.encoding.range(self.text, finding.location.span),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(finding.rule.to_owned())),
            code_description: href.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: escape(&finding.message).into_owned(),
            tags: tag(finding.rule).map(|tag| vec![tag]),
            related_information: self.uri.map(|uri| self.related(uri, &finding.related)).filter(|all| !all.is_empty()),
            ..Diagnostic::default()
        }
    }

    fn related(&self, uri: &Uri, related: &[Related]) -> Vec<DiagnosticRelatedInformation> {
        let one = |related: &Related| DiagnosticRelatedInformation {
            location: Location { uri: uri.clone(), range: self.encoding.range(self.text, related.location.span) },
            message: escape(&related.message).into_owned(),
        };
        related.iter().map(one).collect()
    }
}

/// The address of a rule's page: read once, since every finding names it.
fn page_of(rule: &str) -> Option<Uri> {
    static PAGES: OnceLock<HashMap<&'static str, Uri>> = OnceLock::new();
    let page = |rule: &'static rules::Rule| {
        let url = rules::help_url(rule.id)?;
        Some((rule.id, Uri::from_str(url).ok()?))
    };
    PAGES.get_or_init(|| rules::all().iter().filter_map(page).collect()).get(rule).cloned()
}

/// What editors strike through or fade.
fn tag(rule: &str) -> Option<DiagnosticTag> {
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
