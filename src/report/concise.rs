//! One line a finding: `file:line:column: error[rule] message`.

use std::fmt::Write as _;

use super::escape::escape;
use crate::verdict::FileReport;

/// The lines for one file.
pub fn render(file: &str, report: &FileReport) -> String {
    let file = escape(file);
    let mut lines = String::new();
    for finding in &report.findings {
        let (start, message) = (finding.location.start, escape(&finding.message));
        // A finding in a chart's template is one there: editors open it.
        if let Some(origin) = finding.origin.as_deref() {
            let (place, rule) = (origin.start, finding.rule);
            let _ = writeln!(
                lines,
                "{}:{}:{}: {}[{rule}] {message} (rendered at {file}:{})",
                escape(&origin.file),
                place.line,
                place.column,
                finding.severity,
                start.line
            );
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "{file}:{}:{}: {}[{}] {}",
            start.line, start.column, finding.severity, finding.rule, message
        );
    }
    lines
}
