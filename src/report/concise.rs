//! One line a finding: `file:line:column: error[rule] message`.

use std::borrow::Cow;
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
    let start = finding.location.start;
    // A finding in a chart's template is one there: editors open it.
    let origin = finding.origin.as_deref();
    let name = origin.map_or(Cow::Borrowed(file), |origin| escape(&origin.file));
    let place = origin.map_or(start, |origin| origin.start);
    // Writing to a string cannot fail; pieces that need no format are cheaper without one.
    let _ = write!(lines, "{name}:{}:{}: ", place.line, place.column);
    let message = escape(&finding.message);
    for piece in [finding.severity.as_str(), "[", finding.rule.as_str(), "] ", &message] {
        lines.push_str(piece);
    }
    if origin.is_some() {
        let _ = write!(lines, " (rendered at {file}:{})", start.line);
    }
    lines.push('\n');
}
