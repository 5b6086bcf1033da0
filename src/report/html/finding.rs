//! One finding, with the lines that it is about.

use maud::{Markup, html};

use crate::finding::{Location, ReportEntry};
use crate::pod_security::Mode;
use crate::report::escape::escape;
use crate::report::excerpt::Excerpt;
use crate::report::setting;
use crate::source::file::SourceFile;

/// A finding. `object` and `title` are the id and the name of the object that it belongs to.
pub fn article(file: &SourceFile, finding: &ReportEntry, object: &str, title: &str) -> Markup {
    let severity = finding.severity.as_str();
    let id = format!("f-{}", finding.fingerprint);
    let start = finding.location.start;
    html! {
        article id=(id) tabindex="-1" data-rule=(finding.rule) data-severity=(finding.waived.as_ref().map_or(severity, |waived| waived.source.past())) {
            h4 {
                span class={ "severity " (severity) } { (severity) }
                " " (escape(&finding.message))
            }
            p.place {
                a.here href={ "#" (id) } title="Link to this finding" { (escape(file.name())) ":" (start.line) ":" (start.column) }
                a.of href={ "#" (object) } { (title) }
                a.rule href={ "#rule-" (finding.rule) } { (finding.rule) }
                @if let Some(origin) = &finding.origin { span { "template " (escape(&origin.file)) ":" (origin.start.line) } }
                @if let Some(policy) = &finding.policy { span { "policy " (escape(&policy.to_string())) } }
                @if let Some((level, since)) = finding.level_since() { span { (level) " since v1." (since) } }
                @if let Some(modes) = modes(finding) { span { (modes) } }
            }
            (excerpt(file, &finding.location))
            @for related in &finding.related {
                @if let Some(other) = &related.file {
                    p.note { (escape(other)) ":" (related.location.start.line) ": " (escape(&related.message)) }
                } @else {
                    p.note { (escape(&related.message)) }
                    (excerpt(file, &related.location))
                }
            }
            @for advice in &finding.advice {
                p.note { (escape(advice)) }
            }
            @if let Some((lines, caution)) = to_add(finding) {
                p.note { "Add to its securityContext:" @if !caution.is_empty() { " (" (caution) ")" } }
                pre.add { (lines) }
            }
            @if let Some(waived) = finding.waived.as_deref() {
                p.note {
                    @if waived.is_accepted() { "Accepted" } @else {
                        "Waived"
                        @if let Some(until) = &waived.until { " until " (escape(until)) }
                        ": " (escape(&waived.reason))
                    }
                    " (" (escape(&waived.file)) @if waived.line > 0 { ":" (waived.line) } ")"
                }
            }
        }
    }
}

/// The modes that a finding violates, where there is more to say than that it is enforced.
fn modes(finding: &ReportEntry) -> Option<String> {
    let modes: Vec<&str> = finding.modes().iter().map(Mode::as_str).collect();
    (modes != ["enforce"] && !modes.is_empty()).then(|| modes.join(", "))
}

/// The lines to add where a container lacks a setting, in the style of the place, and what to know before.
fn to_add(finding: &ReportEntry) -> Option<(String, &'static str)> {
    let setting = finding.missing_setting()?;
    Some((setting::lines(setting, finding.nearest.in_braces), setting.caution))
}

/// The line of a place, with the place marked.
fn excerpt(file: &SourceFile, place: &Location) -> Markup {
    let mut excerpt = Excerpt::new(file);
    let marked = excerpt.add(file, &[place]).into_iter().next().unwrap_or_default();
    let text = excerpt.text().trim_end_matches('\n');
    let (start, end) = (marked.start.min(text.len()), marked.end.min(text.len()));
    html! {
        pre {
            span.line { (place.start.line) } " " (text[..start]) mark { (text[start..end]) } (text[end..])
        }
    }
}
