//! One line a finding: `file:line:column: error[rule] message`.

use super::escape::escape;
use crate::finding::Finding;
use crate::verdict::FileReport;

/// The lines for one file.
pub fn render(file: &str, report: &FileReport) -> String {
    let findings = report.findings.iter().filter(|finding| finding.waived.is_none());
    findings.map(|finding| line(file, finding)).collect()
}

/// The line for one finding.
pub fn line(file: &str, finding: &Finding) -> String {
    let Finding { location, severity, rule, .. } = finding;
    let (file, start, message) = (escape(file), location.start, escape(&finding.message));
    // A finding in a chart's template is one there: editors open it.
    if let Some(origin) = finding.origin.as_deref() {
        let (name, place) = (escape(&origin.file), origin.start);
        let (line, column) = (place.line, place.column);
        return format!("{name}:{line}:{column}: {severity}[{rule}] {message} (rendered at {file}:{})\n", start.line);
    }
    format!("{file}:{}:{}: {severity}[{rule}] {message}\n", start.line, start.column)
}
