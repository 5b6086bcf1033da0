//! What is shown about a place: the page of the rule, and why it is asked for there.

use std::fmt::Write as _;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::config_text;
use super::judge::{Analysis, Snapshot};
use super::text::Encoding;
use super::waiver_comment;
use crate::finding::ReportEntry;
use crate::pod_security::{Mode, Version};
use crate::report::escape::escape;
use crate::rules::{Catalogue, Rule, RuleId};
use crate::source::span::Span;
use crate::verdict::{TemplateReport, Verdict};

/// A place with more findings than this is about a whole document, and nobody reads on.
const MOST: usize = 20;

/// What is to be shown at a place of a document.
pub fn hover(analysis: &Analysis, position: Position, encoding: Encoding, markdown: bool) -> Option<Hover> {
    let snapshot = &analysis.snapshot;
    let offset = encoding.offset(&snapshot.text, position);
    let findings = at(analysis, offset);
    let about = if findings.is_empty() {
        of_text(snapshot, offset, analysis.rules())?
    } else {
        let span = findings.iter().map(|finding| finding.location.span).min_by_key(|span| span.end - span.start)?;
        (span, of_findings(analysis, &findings, markdown))
    };
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value: about.1 });
    Some(Hover { contents, range: Some(encoding.range(&snapshot.text, about.0)) })
}

/// The findings at a place; where there is none, the next ones behind it on its line: who asks about a key means its
/// value.
fn at(analysis: &Analysis, offset: usize) -> Vec<&ReportEntry> {
    let all = &analysis.report.findings;
    let here: Vec<&ReportEntry> = all.iter().filter(|finding| covers(finding, offset)).take(MOST).collect();
    if !here.is_empty() {
        return here;
    }
    let (file, offset) = (&analysis.file, crate::source::span::offset(offset));
    let line = file.line_span(file.position(offset).line);
    let starts = all.iter().map(|finding| finding.location.span.start);
    let next = starts.filter(|start| (offset..=line.end).contains(start)).min();
    all.iter().filter(|finding| Some(finding.location.span.start) == next).take(MOST).collect()
}

fn covers(finding: &ReportEntry, offset: usize) -> bool {
    let range = finding.location.span.range();
    range.contains(&offset) || range.is_empty() && range.start == offset
}

/// What a name in the text means: that of a rule in a waiver, or a key of the configuration.
fn of_text(snapshot: &Snapshot, offset: usize, catalogue: &Catalogue) -> Option<(Span, String)> {
    if snapshot.is_configuration() {
        return config_text::describe(&snapshot.text.to_string(), offset, catalogue);
    }
    let text = &snapshot.text;
    let at = text.byte_to_char(offset);
    let line = text.char_to_line(at);
    let start = text.line_to_char(line);
    let before = text.slice(start..at).to_string();
    let after = text.slice(at..start + text.line(line).len_chars()).to_string();
    let rule = waiver_comment::rule_at(&before, &after, catalogue)?;
    Some((Span::new(offset, offset), page(rule)))
}

/// The findings at a place, and the page of each rule once.
fn of_findings(analysis: &Analysis, findings: &[&ReportEntry], markdown: bool) -> String {
    let literal = |text: &str| if markdown { literal(text) } else { escape(text).into_owned() };
    let mut text = String::new();
    for finding in findings {
        // Writing to a string cannot fail.
        let _ = write!(text, "**{}** {}", finding.severity, literal(&finding.message));
        if let Some(waived) = &finding.waived {
            let until = waived.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
            let word = if waived.is_accepted() { "Accepted" } else { "Waived" };
            let _ = write!(text, "\n\n{word}{until}: {}", literal(&waived.reason));
        }
        if let Some(policy) = &finding.policy {
            let _ = write!(text, "\n\nPolicy: {}", literal(&policy.to_string()));
        }
        if let Some(asked) = asked_for(analysis, finding) {
            let _ = write!(text, "\n\n{asked}");
        }
        text.push_str("\n\n");
    }
    let mut shown: Vec<RuleId> = Vec::new();
    for rule in findings.iter().filter_map(|finding| analysis.rules().get(finding.rule)) {
        if !shown.contains(&rule.id) {
            shown.push(rule.id);
            let _ = write!(text, "---\n\n{}\n", page(rule));
        }
    }
    text
}

/// A text of the manifest, which must not become a link, a picture or HTML.
fn literal(text: &str) -> String {
    escape(text).replace('\\', "\\\\").replace('<', "\\<").replace("](", "]\\(")
}

/// `Asked for by the level baseline since v1.0. Judged at restricted:latest (v1.37), by podline.yaml:14.`
fn asked_for(analysis: &Analysis, finding: &ReportEntry) -> Option<String> {
    let asked = finding.asked_by?;
    let mut text = format!("Asked for by the level {}", asked.level);
    if let Some(since) = asked.since {
        let _ = write!(text, " since v1.{since}");
    }
    text.push('.');
    if let Some((template, verdict)) = judged(analysis, finding) {
        let Verdict { mode, level, version, resolved, .. } = verdict;
        let _ = write!(text, " Judged at {level}:{version}");
        if *version == Version::Latest {
            let _ = write!(text, " (v1.{resolved})");
        }
        if *mode != Mode::Enforce {
            let _ = write!(text, " for {mode}");
        }
        if let Some(place) = &template.applied {
            let _ = write!(text, ", as {} says", escape(place));
        }
        text.push('.');
    }
    Some(text)
}

/// The template that a finding belongs to, and the verdict of its most severe mode.
fn judged<'a>(analysis: &'a Analysis, finding: &ReportEntry) -> Option<(&'a TemplateReport, &'a Verdict)> {
    let object = finding.object.as_ref()?;
    let is_its = |template: &&TemplateReport| {
        template.object.document == object.document
            && template.object.item == object.item
            && finding.path.starts_with(&template.path)
    };
    let template =
        analysis.report.templates.iter().filter(is_its).max_by_key(|template| template.path.segments().len())?;
    let verdict = template.verdicts.iter().find(|verdict| finding.modes().contains(verdict.mode));
    Some((template, verdict.or(template.verdicts.first())?))
}

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    rule.page.trim_end().to_owned()
}
