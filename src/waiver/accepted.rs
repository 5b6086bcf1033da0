//! The findings of a day, recorded, so that only what comes after it is reported.
//!
//! A baseline is a text of JSON lines: a head that says so, then one finding a line, sorted, the same line as often as
//! the finding is there. It holds no line numbers, and git can merge it.

use std::sync::Arc;

use super::can_be_waived;
use super::compare::{Key, Matcher};
use crate::finding::{Finding, Location, Severity, Waived};
use crate::lint::{self, is_unjudged};
use crate::problem::{About, Problem};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// The first line of every such file.
pub const HEAD: &str = r#"{"podline":"accepted","schema":1}"#;

/// Why an accepted finding is waived.
pub const REASON: &str = "accepted";

/// A file of accepted findings that was read.
#[derive(Debug)]
pub struct Baseline {
    file: Arc<SourceFile>,
    /// The recorded findings with their lines.
    entries: Vec<(Key, usize)>,
    waived: Arc<Waived>,
}

impl Baseline {
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
        let waived = Arc::new(Waived { reason: REASON.to_owned(), until: None, file: file.name().to_owned(), line: 0 });
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

    /// A note for each entry that was judged and is gone, in the order of the baseline.
    pub fn gone(&self, matcher: &Matcher, was_judged: impl Fn(&Key) -> bool) -> Vec<Finding> {
        let gone = matcher.left().map(|at| &self.entries[at]).filter(|(key, _)| was_judged(key));
        let mut findings: Vec<Finding> = gone.map(|(key, line)| self.note(key, *line)).collect();
        lint::identify(&mut findings, self.file.name());
        findings
    }

    fn note(&self, key: &Key, line: usize) -> Finding {
        let span = self.file.line_span(line);
        let location = Location { span, start: self.file.position(span.start), end: self.file.position(span.end) };
        let message = format!("accepted, and no longer there: {} (write this file again)", key.describe());
        let value = Some(self.file.text()[span.range()].to_owned());
        Finding { value, ..lint::finding_at(id::UNUSED_WAIVER, Severity::Note, location, message) }.bounded()
    }

    /// The file that it was read from.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }
}

fn waive(matcher: &mut Matcher, waived: &Arc<Waived>, name: &str, report: &mut FileReport) {
    for finding in report.findings.iter_mut().filter(|finding| can_be_recorded(finding)) {
        if matcher.take(&Key::new(name, finding)).is_some() {
            finding.waived = Some(Arc::clone(waived));
        }
    }
}

fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

/// The keys of what a baseline records of a file: all that is not waived by other means.
pub fn keys<'a>(name: &'a str, report: &'a FileReport) -> impl Iterator<Item = Key> + 'a {
    report.findings.iter().filter(|finding| can_be_recorded(finding)).map(move |finding| Key::new(name, finding))
}

/// Whether a finding can stand in a baseline. What could not be judged cannot: nobody knows what it will hide.
fn can_be_recorded(finding: &Finding) -> bool {
    can_be_waived(finding) && !is_unjudged(finding.rule)
}

/// Waives what a baseline records of a file.
pub fn accept(report: &mut FileReport, waived: &Arc<Waived>) {
    for finding in report.findings.iter_mut().filter(|finding| can_be_recorded(finding)) {
        finding.waived = Some(Arc::clone(waived));
    }
}

/// The text of a baseline.
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

    fn read(text: &str) -> Result<Baseline, String> {
        let file = Arc::new(SourceFile::new("b.jsonl", text.into()).expect("small"));
        Baseline::read(file).map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_is_no_baseline_is_refused_with_its_line() {
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
        assert_eq!(read(&text).map(|baseline| baseline.entries.len()), Ok(3));
    }
}
