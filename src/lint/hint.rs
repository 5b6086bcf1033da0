//! Why a document is likely not well-formed.

use crate::source::file::SourceFile;
use crate::yaml::parse::ParseError;

/// What is wrong, and what is likely the reason.
pub(super) fn with_hint(file: &SourceFile, error: &ParseError) -> String {
    let line = file.position(error.span.start).line;
    let lines = [line, line.saturating_sub(1).max(1)].map(|line| &file.text()[file.line_span(line).range()]);
    let indent = |line: &str| line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t');
    let hint = if lines.iter().any(|line| line.contains("{{") || line.contains("{%")) {
        "; this looks like a template that was not rendered"
    } else if lines.iter().any(|line| indent(line)) {
        "; tabs may not indent YAML"
    } else if lines.iter().any(|line| is_like_separator(line)) && !error.message.contains("separator") {
        "; documents are separated by a line ---, without anything before it"
    } else {
        ""
    };
    format!("{}{hint}", error.message)
}

/// Whether a line separates nothing, though somebody meant it to: dashes of another kind or number, also behind a value.
fn is_like_separator(line: &str) -> bool {
    let line = line.trim();
    let is_mark = |c: char| matches!(c, '-' | '–' | '—' | '―' | '−' | '=' | '*' | '_' | ' ' | '\u{feff}');
    line.ends_with("---") || line.chars().count() > 1 && line.chars().all(is_mark)
}
