//! GitHub's workflow commands: annotations on the lines of a pull request.
//!
//! GitHub shows the first ten annotations of a kind that a step makes. The findings behind them are written as plain
//! lines, and how many those are is said. What is waived is left out.

use std::fmt::Write as _;

use super::escape::{escape, push};
use super::format::{Checked, Finished, Place, Report, Run, Settings, message, object_name, rank};
use super::summary::count;
use crate::finding::Finding;

/// So many annotations of a kind are shown for a step.
const SHOWN: usize = 10;

/// The commands, and what GitHub calls what they make.
const KINDS: [(&str, &str); 3] = [("error", "error"), ("warning", "warning"), ("notice", "note")];

/// Collects the lines by kind.
pub struct Github<'a> {
    settings: &'a Settings,
    commands: [Vec<String>; 3],
    plain: [Vec<String>; 3],
    unreadable: Vec<String>,
}

impl<'a> Github<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, commands: Default::default(), plain: Default::default(), unreadable: Vec::new() }
    }
}

impl Report for Github<'_> {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        for file in files {
            let report = match file.outcome {
                Ok(report) => report,
                Err(message) => {
                    self.unreadable.push(format!("::error title=podline::{}", data(&escape(message))));
                    continue;
                }
            };
            let path = self.settings.paths.rebase(file.name);
            for finding in &report.findings {
                let kind = rank(finding);
                let Some((command, _)) = KINDS.get(kind) else { continue };
                let place = Place::of(finding, &path, self.settings);
                if self.commands[kind].len() + usize::from(kind == 0) * self.unreadable.len() < SHOWN {
                    self.commands[kind].push(to_command(command, &place, file.name, finding));
                } else {
                    self.plain[kind].push(to_plain(&place, file.name, finding));
                }
            }
        }
    }

    fn finish(self: Box<Self>, _: &Run<'_>) -> Finished {
        let mut text = String::new();
        let lines = self.unreadable.iter().chain(self.commands.iter().flatten()).chain(self.plain.iter().flatten());
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        let cut = self.plain.iter().zip(KINDS).filter(|(plain, _)| !plain.is_empty());
        let cut: Vec<String> = cut.map(|(plain, (_, name))| count(plain.len(), name)).collect();
        let remark = format!(
            "GitHub shows {SHOWN} annotations of a kind for a step: {} more are in the log only",
            cut.join(", ")
        );
        if !cut.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "podline: {remark}");
        }
        text.into()
    }
}

/// `::error file=…,line=…::message`. The message repeats the place, which the log would not show else.
fn to_command(command: &str, place: &Place, file: &str, finding: &Finding) -> String {
    let Place { path, start, end } = place;
    let mut line = format!("::{command} file={},line={},endLine={}", property(path), start.line, end.line);
    if start.line == end.line {
        // Writing to a string cannot fail.
        let _ = write!(line, ",col={},endColumn={}", start.column, end.column);
    }
    let title = format!("{} ({})", finding.rule, object_name(finding.object.as_deref()));
    let message = format!("{}: {}", place.show(), message(finding, file));
    line + &format!(",title={}::{}", property(&title), data(&message))
}

/// A line of a log that is no command, whatever it holds: it begins with the severity, and what it holds is escaped.
fn to_plain(place: &Place, file: &str, finding: &Finding) -> String {
    format!("{}: {}: [{}] {}", finding.severity, place.show(), finding.rule, message(finding, file))
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            c => push(&mut escaped, c),
        }
    }
    escaped
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_property_or_a_line() {
        assert_eq!(property("a,b:c%2C\r\nd"), "a%2Cb%3Ac%252C\\r\\nd");
        assert_eq!(data("50%\n::error::x"), "50%25\\n::error::x");
    }
}
