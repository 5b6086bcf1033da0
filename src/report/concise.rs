//! One line a finding: `file:line:column: error[rule] message`.

use std::fmt::Write as _;

use super::escape::escape;
use crate::finding::ReportEntry;
use crate::verdict::FileReport;

/// About so long is what a line says besides the file.
const LINE: usize = 160;

/// The lines for one file.
pub fn render(file: &str, report: &FileReport) -> String {
    let file = escape(file);
    let mut lines = String::with_capacity(report.findings.len() * (file.len() + LINE));
    for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
        add_line(&mut lines, &file, finding);
    }
    lines
}

/// The line for one finding.
pub fn line(file: &str, finding: &ReportEntry) -> String {
    let mut line = String::new();
    add_line(&mut line, &escape(file), finding);
    line
}

/// Adds the line for a finding in a file whose name is escaped.
fn add_line(lines: &mut String, file: &str, finding: &ReportEntry) {
    let (start, message) = (finding.location.start, escape(&finding.message));
    let (severity, rule) = (finding.severity, finding.rule);
    // Writing to a string cannot fail.
    let _ = if let Some(origin) = finding.origin.as_deref() {
        // A finding in a chart's template is one there: editors open it.
        let (name, place) = (escape(&origin.file), origin.start);
        let (line, column) = (place.line, place.column);
        writeln!(lines, "{name}:{line}:{column}: {severity}[{rule}] {message} (rendered at {file}:{})", start.line)
    } else {
        writeln!(lines, "{file}:{}:{}: {severity}[{rule}] {message}", start.line, start.column)
    };
}
