//! What can be done about findings: repairs, and waivers with a reason.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, DocumentChanges, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::basis::Others;
use super::client::Client;
use super::diagnostics::Diagnostics;
use super::judge::Analysis;
use crate::finding::{Change, ReportEntry};
use crate::fix::{self, Repairs};
use crate::report::escape::escape;
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::yaml::path::{FieldPath, Segment};

/// The kind of the action that fixes a whole file.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.podline");

/// What stands where the reason belongs. It is none, so that the waiver waives nothing until somebody writes one.
const REASON: &str = "???";

/// A place with more findings than this is about a whole document, and no menu is that long.
const MOST: usize = 20;

/// What can be done at a place. `cancelled` is set when nobody wants to know any more.
pub fn actions(
    analysis: &Analysis,
    parameters: &CodeActionParams,
    client: &Client,
    cancelled: &Arc<AtomicBool>,
) -> Vec<CodeAction> {
    let context = &parameters.context;
    let is_asked_for = |kind: &CodeActionKind| {
        let covers = |asked: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty())
        };
        context.only.as_ref().is_none_or(|kinds| kinds.iter().any(covers))
    };
    let maker = Maker { analysis, client, cancelled };
    let mut actions = Vec::new();
    if is_asked_for(&CodeActionKind::QUICKFIX) {
        let mut findings = maker.chosen(parameters);
        fix::offer(&analysis.file, &mut findings);
        actions.extend(findings.iter().filter_map(|finding| maker.repair(finding)));
        let mut waived = HashSet::new();
        let once = findings.iter().filter(|finding| waived.insert((finding.rule, finding.location.start.line)));
        // Each is tried, which takes as long as to judge the document.
        let once = once.take_while(|_| !cancelled.load(Ordering::Relaxed));
        actions.extend(once.filter_map(|finding| maker.waiver(finding)));
    }
    if is_asked_for(&FIX_ALL) {
        actions.extend(maker.fix_all());
    }
    actions
}

struct Maker<'a> {
    analysis: &'a Analysis,
    client: &'a Client,
    cancelled: &'a Arc<AtomicBool>,
}

impl Maker<'_> {
    /// The findings at a place, and those whose diagnostics the client names.
    fn chosen(&self, parameters: &CodeActionParams) -> Vec<ReportEntry> {
        let Range { start, end } = parameters.range;
        let touches = |range: Range| range.start <= end && start <= range.end;
        let is_named = |finding: &ReportEntry, range: Range| {
            let code = Some(NumberOrString::String(finding.rule.to_string()));
            parameters.context.diagnostics.iter().any(|named| named.range == range && named.code == code)
        };
        let text = &self.analysis.snapshot.text;
        let is_meant = |finding: &&ReportEntry| {
            let range = self.client.encoding.range(text, finding.location.span);
            finding.waived.is_none() && (touches(range) || is_named(finding, range))
        };
        self.analysis.report.findings.iter().filter(is_meant).take(MOST).cloned().collect()
    }

    /// The action that fixes a finding.
    fn repair(&self, finding: &ReportEntry) -> Option<CodeAction> {
        let (repair, fix) = (finding.repair.as_ref()?, finding.fix.as_ref()?);
        let edits = fix.edits.iter().map(|edit| (edit.location.span, edit.text.clone()));
        let risk = if fix.safe { "" } else { " (unsafe: may stop an image that runs)" };
        Some(CodeAction {
            title: format!("{}{risk}", sentence(&repair.changes, finding)),
            is_preferred: Some(fix.safe),
            ..self.action(CodeActionKind::QUICKFIX, Some(finding), edits)
        })
    }

    /// The action that fixes all that can be fixed without a risk.
    fn fix_all(&self) -> Option<CodeAction> {
        let findings = &self.analysis.report.findings;
        if !findings.iter().any(|finding| Repairs::Safe.include(finding)) {
            return None;
        }
        let fixed = fix::apply(&self.analysis.file, findings, Repairs::Safe).ok()?;
        let count = fixed.findings.len();
        let edits = fixed.edits.into_iter().map(|edit| (edit.span, edit.text));
        let problems = if count == 1 { "finding" } else { "findings" };
        (count > 0).then(|| CodeAction {
            title: format!("Fix {count} {problems} in this file safely"),
            ..self.action(FIX_ALL, None, edits)
        })
    }

    /// The action that writes a waiver, for somebody to give the reason.
    fn waiver(&self, finding: &ReportEntry) -> Option<CodeAction> {
        // JSON has no comments, whatever a reader of YAML bears.
        if self.analysis.file.text().trim_start_matches('\u{FEFF}').trim_start().starts_with(['{', '[']) {
            return None;
        }
        let edit = self.waiver_edits(finding).find(|edit| self.is_waived_by(finding, edit))?;
        let edit = (edit.at, edit.text(REASON));
        Some(CodeAction {
            title: format!("Waive {} (write the reason)", finding.rule),
            ..self.action(CodeActionKind::QUICKFIX, Some(finding), [edit].into_iter())
        })
    }

    /// Where a waiver for a finding may stand: above its line, or at the end of it.
    fn waiver_edits(&self, finding: &ReportEntry) -> impl Iterator<Item = WaiverEdit> {
        let file = &self.analysis.file;
        let span = file.line_span(finding.location.start.line);
        let line = &file.text()[span.range()];
        let indentation = line.len() - line.trim_start_matches([' ', '\u{FEFF}']).len();
        let line_end = if file.text()[span.end as usize..].starts_with('\r') { "\r\n" } else { "\n" };
        let (start, end) = (span.start as usize, span.start as usize + line.trim_end().len());
        let comment = format!("# podline: ignore[{}]", self.analysis.rules().short(finding.rule));
        let above = WaiverEdit {
            at: Span::new(start, start),
            before: format!("{}{comment}", &line[..indentation]),
            after: line_end.to_owned(),
        };
        let behind = WaiverEdit { at: Span::new(end, end), before: format!(" {comment}"), after: String::new() };
        [above, behind].into_iter()
    }

    /// Whether a waiver that is written so, with a reason, holds for a finding.
    fn is_waived_by(&self, finding: &ReportEntry, edit: &WaiverEdit) -> bool {
        let (Some(basis), text) = (self.analysis.basis(), self.analysis.file.text()) else { return false };
        let at = edit.at.start as usize;
        let text = format!("{}{}{}", &text[..at], edit.text("reason"), &text[at..]);
        let Ok(file) = SourceFile::new(self.analysis.file.name(), text.into_bytes()) else { return false };
        let Analysis { snapshot, unsaved, .. } = self.analysis;
        let others = Others { unsaved, patches: None, abandoned: self.cancelled };
        let report = basis.lint(snapshot.path.as_deref(), &file, &others);
        let mut same = report.findings.iter().filter(|one| one.fingerprint == finding.fingerprint);
        same.any(|finding| finding.waived.is_some())
    }

    fn action(
        &self,
        kind: CodeActionKind,
        finding: Option<&ReportEntry>,
        edits: impl Iterator<Item = (Span, String)>,
    ) -> CodeAction {
        let snapshot = &self.analysis.snapshot;
        let encoding = self.client.encoding;
        let edits = edits.map(|(span, new_text)| TextEdit { range: encoding.range(&snapshot.text, span), new_text });
        let diagnostics = Diagnostics { text: &snapshot.text, encoding, uri: Some(&snapshot.uri) };
        CodeAction {
            kind: Some(kind),
            diagnostics: finding.map(|finding| vec![diagnostics.one(finding)]),
            edit: Some(self.edit(edits.collect())),
            ..CodeAction::default()
        }
    }

    #[allow(clippy::mutable_key_type, reason = "the protocol's types want it so, and nobody changes a URI")]
    fn edit(&self, edits: Vec<TextEdit>) -> WorkspaceEdit {
        let uri = self.analysis.snapshot.uri.clone();
        if !self.client.has_document_changes {
            return WorkspaceEdit::new(HashMap::from([(uri, edits)]));
        }
        let version = Some(self.analysis.snapshot.version);
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }])),
            ..WorkspaceEdit::default()
        }
    }
}

/// A place for a waiver.
struct WaiverEdit {
    at: Span,
    before: String,
    after: String,
}

impl WaiverEdit {
    fn text(&self, reason: &str) -> String {
        format!("{} {reason}{}", self.before, self.after)
    }
}

/// What a repair does: `Set securityContext.runAsNonRoot to true`, `Remove NET_ADMIN from capabilities.add`.
fn sentence(changes: &[Change], finding: &ReportEntry) -> String {
    let Some((first, more)) = changes.split_first() else { return "Fix".to_owned() };
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_new = finding.fix.iter().flat_map(|fix| &fix.edits).all(|edit| edit.location.span.range().is_empty());
    let (name, segments) = (field(&first.path), first.path.segments());
    let list = match segments {
        [.., Segment::Index(_)] => Some(field(&first.path.prefix(segments.len() - 1))),
        _ => None,
    };
    let what = match (&first.set, list, &finding.value) {
        (None, Some(list), Some(value)) => format!("Remove {value} from {list}"),
        (None, ..) => format!("Remove {name}"),
        (Some(value), Some(list), _) if is_new => format!("Add {} to {list}", text(value)),
        (Some(value), ..) if value.is_object() => format!("Set {name}"),
        (Some(value), ..) => format!("Set {name} to {}", text(value)),
    };
    let more = if more.is_empty() { String::new() } else { format!(", and {} more", more.len()) };
    escape(&format!("{what}{more}")).into_owned()
}

/// The last names of a path: enough to know the field by.
fn field(path: &FieldPath) -> String {
    let segments = path.segments();
    let names = |segment: &Segment| matches!(segment, Segment::Field(_));
    let last = segments.iter().rposition(names).unwrap_or_default();
    let start = if last > 0 && names(&segments[last - 1]) { last - 1 } else { last };
    let whole = path.to_string();
    let before = path.prefix(start).to_string();
    whole[before.len()..].trim_start_matches('.').to_owned()
}
