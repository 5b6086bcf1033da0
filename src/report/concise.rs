//! One line a finding: `file:line:column: error[rule] message`.

use std::fmt::Write as _;

use super::escape::escape;
use crate::verdict::FileReport;

/// The lines for one file.
pub fn render(file: &str, report: &FileReport) -> String {
    let file = escape(file);
    let mut lines = String::new();
    for finding in &report.findings {
        let start = finding.location.start;
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "{file}:{}:{}: {}[{}] {}",
            start.line,
            start.column,
            finding.severity,
            finding.rule,
            escape(&finding.message)
        );
    }
    lines
}
