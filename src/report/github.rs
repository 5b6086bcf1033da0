//! GitHub's workflow commands: annotations on the lines of a pull request.
//!
//! GitHub shows the first ten annotations of a kind that a step makes: what baseline forbids comes first, and one of each
//! container before a second one of any. The findings behind them are written as plain lines, and how many those are is
//! said. What is waived is left out.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::escape::{escape, push};
use super::format::{
    Checked, Finished, Notice, Place, Report, Run, Settings, TURNS, message, object_name, rank, urgency,
};
use super::summary::count;
use crate::finding::ReportEntry;
use crate::verdict::FileReport;

/// So many annotations of a kind are shown for a step.
const SHOWN: usize = 10;

/// The commands, and what GitHub calls what they make.
const KINDS: [(&str, &str); 3] = [("error", "error"), ("warning", "warning"), ("notice", "note")];

/// How the findings of a kind are chosen from: those that are the first of their container come first, by urgency, then the
/// others in the same order.
const CHOICES: usize = 2 * TURNS;

/// Collects the lines by kind and turn.
pub struct Github<'a> {
    settings: &'a Settings,
    kinds: [[Turn; CHOICES]; 3],
    unreadable: Vec<String>,
}

/// Findings of one turn.
#[derive(Default)]
struct Turn {
    /// Those that may become annotations.
    commands: Vec<String>,
    /// All of them.
    plain: Vec<String>,
}

impl<'a> Github<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, kinds: Default::default(), unreadable: Vec::new() }
    }

    fn add_file(&mut self, file: &str, report: &FileReport) {
        let path = self.settings.paths.rebase(file);
        let mut findings: Vec<&ReportEntry> = report.findings.iter().filter(|one| one.waived.is_none()).collect();
        findings.sort_by_key(|finding| urgency(finding));
        let mut containers = HashSet::new();
        for finding in findings {
            let kind = rank(finding);
            let Some((command, _)) = KINDS.get(kind) else { continue };
            let object = finding.object.as_deref().map(|object| (object.document, object.item.as_deref()));
            let is_first = object.is_none() || containers.insert((kind, object, finding.container.as_deref()));
            let turn = TURNS * usize::from(!is_first) + urgency(finding) % TURNS;
            let turn = &mut self.kinds[kind][turn];
            let place = Place::of(finding, &path, self.settings);
            if turn.commands.len() < SHOWN {
                turn.commands.push(to_command(command, &place, file, finding));
            }
            turn.plain.push(to_plain(&place, file, finding));
        }
    }
}

impl Report for Github<'_> {
    fn takes_parts(&self) -> bool {
        true
    }

    fn add(&mut self, files: &[Checked<'_>]) {
        for file in files {
            match file.outcome {
                Ok(report) => self.add_file(file.name, report),
                Err(message) => {
                    self.unreadable.push(format!("::error title=podline::{}", data(&escape(message))));
                }
            }
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished {
        let mut text = run.notice().map(|notice| annotation(&notice)).unwrap_or_default();
        let denied = run.told_denials();
        let denied =
            denied.map(|denied| format!("::error title=podline::{} (-v lists what was skipped)", data(&denied)));
        let overlaid: Vec<String> = run.summary.overlaid.told().collect();
        if !overlaid.is_empty() {
            // Writing to a string cannot fail.
            let _ =
                writeln!(text, "::notice title=podline::{} (podline check -v lists them)", data(&overlaid.join("; ")));
        }
        let (mut commands, mut plain) = (self.unreadable, Vec::new());
        commands.extend(denied);
        let mut taken = commands.len();
        let mut cut = Vec::new();
        for (turns, (command, name)) in self.kinds.into_iter().zip(KINDS) {
            let before = plain.len();
            taken += usize::from(command == "notice" && !overlaid.is_empty());
            for turn in turns {
                let shown = turn.commands.len().min(SHOWN.saturating_sub(taken));
                taken += shown;
                commands.extend(turn.commands.into_iter().take(shown));
                plain.extend(turn.plain.into_iter().skip(shown));
            }
            taken = 0;
            if plain.len() > before {
                cut.push(count(plain.len() - before, name));
            }
        }
        for line in commands.iter().chain(&plain) {
            text.push_str(line);
            text.push('\n');
        }
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

/// What is about no file.
fn annotation(notice: &Notice) -> String {
    let command = if notice.is_error() { "error" } else { "warning" };
    format!("::{command} title=podline::{}\n", data(&notice.to_string()))
}

/// `::error file=…,line=…::message`. The message repeats the place, which the log would not show else.
fn to_command(command: &str, place: &Place, file: &str, finding: &ReportEntry) -> String {
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
fn to_plain(place: &Place, file: &str, finding: &ReportEntry) -> String {
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
