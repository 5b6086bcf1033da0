//! The findings of a day, recorded, so that only what comes after it is reported.
//!
//! Such a file is a text of JSON lines: a head that says so, then one finding a line, sorted, the same line as often as
//! the finding is there. It holds no line numbers, and git can merge it.

use std::sync::Arc;

use super::compare::{Key, Matcher};
use crate::finding::{self, Finding, Location, ReportEntry, Severity, Waived, WaiverSource};
use crate::problem::{About, Problem};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// The first line of every such file.
pub const HEAD: &str = r#"{"podline":"accepted","schema":1}"#;

/// Why an accepted finding does not count.
const REASON: &str = "accepted";

/// What a file of accepted findings says of each that it holds.
pub fn held_by(file: &str) -> Waived {
    Waived { source: WaiverSource::Accepted, reason: REASON.to_owned(), until: None, file: file.to_owned(), line: 0 }
}

/// A file of accepted findings that was read.
#[derive(Debug)]
pub struct AcceptedFindings {
    file: Arc<SourceFile>,
    /// The recorded findings with their lines.
    entries: Vec<(Key, usize)>,
    waived: Arc<Waived>,
}

impl AcceptedFindings {
    /// Reads a file of accepted findings.
    ///
    /// # Errors
    /// The line that cannot be read, and why.
    pub fn read(file: Arc<SourceFile>) -> Result<Self, Problem> {
        let mut lines = file.text().trim_start_matches('\u{FEFF}').lines().zip(1..);
        if lines.next().is_none_or(|(head, _)| head.trim() != HEAD) {
            let message = format!("is not a file of accepted findings: it must begin with {HEAD}");
            return Err(Problem::in_file(About::Accepted, file.name(), message));
        }
        let mut entries = Vec::new();
        for (text, line) in lines.filter(|(text, _)| !text.trim().is_empty()) {
            let key: Key = serde_json::from_str(text).map_err(|error| {
                let hint = if is_conflict(text) { " (a git conflict that is not resolved)" } else { "" };
                let error = error.to_string();
                let error = error.split(" at line ").next().unwrap_or_default();
                let message = format!("is not an accepted finding{hint}: {error}");
                Problem::at(About::Accepted, &file, file.line_span(line), message)
            })?;
            entries.push((key, line));
        }
        let waived = Arc::new(held_by(file.name()));
        Ok(Self { file, entries, waived })
    }

    /// What finds each entry once, for the files of a run. `is_gone` says of a recorded file whether there is none of that
    /// name any more.
    pub fn matcher(&self, is_gone: impl Fn(&str) -> bool) -> Matcher {
        Matcher::new(self.entries.iter().map(|(key, _)| key.clone()), [], is_gone)
    }

    /// Waives the recorded ones among the findings of a file. Files come in a fixed order, each once.
    ///
    /// `name` is what the file is called there.
    pub fn apply(&self, matcher: &mut Matcher, name: &str, report: &mut FileReport) {
        waive(matcher, &self.waived, name, report);
    }

    /// The same for a file that is judged again and again, as in an editor: as if it were the first and only one.
    pub fn apply_alone(&self, name: &str, report: &mut FileReport) {
        let own = self.entries.iter().map(|(key, _)| key).filter(|key| key.file == name);
        let mut matcher = Matcher::new(own.cloned(), [], |_| false);
        waive(&mut matcher, &self.waived, name, report);
    }

    /// The entries that were found again; of the others those of which `was_judged` is false, which may still be there.
    pub fn kept(&self, matcher: &Matcher, was_judged: impl Fn(&Key) -> bool) -> Vec<Key> {
        let mut keys: Vec<Option<&Key>> = self.entries.iter().map(|(key, _)| Some(key)).collect();
        for at in matcher.left().filter(|&at| was_judged(&self.entries[at].0)) {
            keys[at] = None;
        }
        keys.into_iter().flatten().cloned().collect()
    }

    /// The entries that were not found again and of which `was_judged` is false: they may still be there.
    pub fn unseen(&self, matcher: &Matcher, was_judged: impl Fn(&Key) -> bool) -> Vec<Key> {
        let left = matcher.left().map(|at| &self.entries[at].0);
        left.filter(|key| !was_judged(key)).cloned().collect()
    }

    /// A note for each entry that was judged and is gone, in the order of the file.
    pub fn gone(&self, matcher: &Matcher, was_judged: impl Fn(&Key) -> bool) -> Vec<ReportEntry> {
        let gone = matcher.left().map(|at| &self.entries[at]).filter(|(key, _)| was_judged(key));
        let mut findings: Vec<ReportEntry> = gone.map(|(key, line)| self.note(key, *line).into()).collect();
        finding::identify(&mut findings, self.file.name());
        findings
    }

    fn note(&self, key: &Key, line: usize) -> Finding {
        let span = self.file.line_span(line);
        let location = Location { span, start: self.file.position(span.start), end: self.file.position(span.end) };
        let message = format!("accepted, and no longer there: {} (write this file again)", key.describe());
        let note = Finding::at(id::UNUSED_WAIVER, location, message).severity(Severity::Note);
        note.value(Some(&self.file.text()[span.range()])).build()
    }

    /// The file that it was read from.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }
}

fn waive(matcher: &mut Matcher, waived: &Arc<Waived>, name: &str, report: &mut FileReport) {
    // Two files may hold the same finding, and each must find its own again.
    for finding in report.findings.iter_mut().filter(|finding| is_recorded(finding)) {
        if matcher.take(&Key::new(name, finding)).is_some() {
            finding.waived.get_or_insert_with(|| Arc::clone(waived));
        }
    }
}

fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

/// The keys of what is recorded of a file: all that no waiver covers, that which another file holds included, unless
/// `stays_there`.
pub fn keys<'a>(
    name: &'a str,
    report: &'a FileReport,
    stays_there: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Key> + 'a {
    let is_elsewhere = move |one: &&ReportEntry| one.waived.as_ref().is_some_and(|waived| stays_there(&waived.file));
    let recorded = report.findings.iter().filter(|finding| is_recorded(finding));
    recorded.filter(move |finding| !is_elsewhere(finding)).map(move |finding| Key::new(name, finding))
}

/// Whether a file of accepted findings holds a finding, or could: no waiver covers it.
fn is_recorded(finding: &ReportEntry) -> bool {
    can_be_recorded(finding) && finding.waived.as_ref().is_none_or(|waived| waived.is_accepted())
}

/// Whether a finding can be accepted. What could not be judged cannot: nobody knows what it will hide. Nor can what is
/// wrong with a waiver: it would stay as it is.
fn can_be_recorded(finding: &ReportEntry) -> bool {
    let is_about_waivers = matches!(
        finding.rule,
        id::BAD_WAIVER | id::EXPIRED_WAIVER | id::IGNORED_WAIVER | id::UNUSED_WAIVER | id::WAIVER_ENDS_SOON
    );
    !finding.rule.is_unjudged() && !is_about_waivers && finding.rule != id::CONFIGURATION
}

/// Accepts what is recorded of a file.
pub fn accept(report: &mut FileReport, held: &Arc<Waived>) {
    for finding in report.findings.iter_mut().filter(|finding| is_recorded(finding)) {
        finding.waived.get_or_insert_with(|| Arc::clone(held));
    }
}

/// The findings of a file that count and cannot be accepted.
pub fn left(report: &FileReport) -> impl Iterator<Item = &ReportEntry> {
    report.findings.iter().filter(|finding| finding.waived.is_none() && !can_be_recorded(finding))
}

/// The text of a file of accepted findings.
pub fn write(mut keys: Vec<Key>, to_json: impl Fn(&Key) -> String) -> String {
    keys.sort_unstable();
    let mut text = format!("{HEAD}\n");
    for key in &keys {
        text.push_str(&to_json(key));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<AcceptedFindings, String> {
        let file = Arc::new(SourceFile::new("b.jsonl", text.into()).expect("small"));
        AcceptedFindings::read(file).map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_is_no_accepted_is_refused_with_its_line() {
        assert_eq!(
            read("[]\n").map(|_| ()),
            Err(format!("b.jsonl: is not a file of accepted findings: it must begin with {HEAD}"))
        );
        let conflict = read(&format!("{HEAD}\n<<<<<<< main\n")).map(|_| ());
        assert_eq!(
            conflict,
            Err("b.jsonl:2:1: is not an accepted finding (a git conflict that is not resolved): expected value"
                .to_owned())
        );
        assert!(read(&format!("{HEAD}\n\n{{\"file\":\"a\",\"rule\":\"x\",\"line\":3}}\n")).is_err());
    }

    #[test]
    fn what_is_written_is_sorted_and_repeated_as_often_as_it_is_there() {
        let key = |file: &str| Key { file: file.to_owned(), rule: "r".to_owned(), ..Key::default() };
        let text = write(vec![key("b"), key("a"), key("b")], |key| serde_json::to_string(key).unwrap());
        let entry = |file: &str| format!("{{\"file\":\"{file}\",\"rule\":\"r\"}}\n");
        assert_eq!(text, format!("{HEAD}\n{}{}{}", entry("a"), entry("b"), entry("b")));
        assert_eq!(read(&text).map(|accepted| accepted.entries.len()), Ok(3));
    }
}
