//! `podline diff`: what a change makes worse, and what it mends.

mod report;
mod tree;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::Status;
use super::rule_filter::RuleFilter;
use super::terminal::{Output, complain, hint, use_color};
use crate::cli::{Check, Format};
use crate::finding::{Finding, Severity, State};
use crate::policy::compare::{Key, Matcher};
use crate::report::summary::Summary;
use crate::report::{concise, human, json};
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// One of the two that are compared.
#[derive(Default)]
struct Side {
    files: Vec<File>,
    /// Whether it is a report, which knows less than the files themselves.
    is_report: bool,
    /// At which levels a tree was judged.
    judged_by: Option<String>,
}

/// A file of a side.
struct File {
    /// Its name for comparing: its path from the root of its side.
    name: String,
    /// Its name for people.
    display: String,
    /// Its text, where the side is no report.
    text: Option<SourceFile>,
    report: FileReport,
}

/// Compares two trees or reports.
pub(super) fn run(options: &Check) -> Status {
    let [base, head] = options.input.paths.as_slice() else {
        complain("diff takes two paths: BASE and HEAD");
        return Status::Failed;
    };
    let format = options.format.unwrap_or(Format::Human);
    if !matches!(format, Format::Human | Format::Concise | Format::Json) || !options.reports.output.is_empty() {
        complain("diff writes human, concise and json to standard output");
        return Status::Failed;
    }
    let filter = match RuleFilter::new(&options.select, &options.ignore) {
        Ok(filter) => filter,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    let (base, base_status) = read(base, options, &filter, Role::Base);
    let (head, head_status) = read(head, options, &filter, Role::Head);
    let judged_by = head.judged_by.clone().or(base.judged_by.clone());
    let judged_by = judged_by.map(|level| format!(" {level}")).unwrap_or_default();
    let diff = compare(base, head);
    let mut output = Output::new();
    let text = match format {
        Format::Json => diff.json(),
        Format::Concise => diff.concise(options.verbose),
        _ => diff.human(options),
    };
    output.write(text.as_bytes());
    if !options.quiet {
        let line = format!("Compared{judged_by}: {}", diff.closing_line());
        if format == Format::Human { output.write(format!("{line}\n").as_bytes()) } else { hint(&line) }
    }
    let is_worse = options.fail_on.severity().is_some_and(|severity| diff.new.at_least(severity) > 0);
    base_status.max(head_status).max(if is_worse { Status::Findings } else { Status::Clean }).max(output.status())
}

/// Which side it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Base,
    Head,
}

/// Reads a side, and complains of what cannot be read.
fn read(path: &Path, options: &Check, filter: &RuleFilter, role: Role) -> (Side, Status) {
    match report::read(path, filter) {
        Ok(Some(side)) => (side, Status::Clean),
        Ok(None) => tree::read(path, options, filter, role),
        Err(message) => {
            complain(&format!("{}: {message}", path.display()));
            (Side::default(), Status::Failed)
        }
    }
}

/// What came of it: ordinary findings by file, each with its [`State`].
struct Diff {
    /// The files of the head, with what is new and what is unchanged in them.
    head: Vec<File>,
    /// The files of the base, with what is fixed in them.
    base: Vec<File>,
    new: Summary,
    fixed: usize,
    unchanged: usize,
}

/// Finds each finding of the base again in the head.
fn compare(mut base: Side, mut head: Side) -> Diff {
    let is_plain = !base.is_report && !head.is_report;
    let key = |file: &File, finding: &Finding| {
        let mut key = Key::new(&file.name, finding);
        if !is_plain {
            // Reports do not tell it.
            key.generate_name.clear();
        }
        key
    };
    let here: HashSet<&str> = head.files.iter().map(|file| file.name.as_str()).collect();
    let keys = base.files.iter().flat_map(|file| file.report.findings.iter().map(move |finding| key(file, finding)));
    let files = base.files.iter().map(|file| file.name.clone());
    let mut matcher = Matcher::new(keys, files, |file| !here.contains(file));
    let earlier: Vec<bool> = base
        .files
        .iter()
        .flat_map(|file| file.report.findings.iter().map(|finding| finding.waived.is_some()))
        .collect();
    let (mut new, mut unchanged) = (Summary::default(), 0);
    for file in &mut head.files {
        let states: Vec<State> = file
            .report
            .findings
            .iter()
            .map(|finding| {
                match matcher.take(&key(file, finding)) {
                    // A waiver that was taken away, or has ended.
                    Some(at) if earlier[at] && finding.waived.is_none() => State::New,
                    Some(_) => State::Unchanged,
                    None => State::New,
                }
            })
            .collect();
        for (finding, state) in file.report.findings.iter_mut().zip(states) {
            finding.state = Some(state);
            unchanged += usize::from(state == State::Unchanged && finding.waived.is_none());
        }
        let only_new: Vec<Finding> = file.report.findings.iter().filter(|finding| is_new(finding)).cloned().collect();
        new.add_findings(&FileReport { findings: only_new, ..FileReport::default() });
    }
    let left: HashSet<usize> = matcher.left().collect();
    let mut fixed = 0;
    let mut at = 0;
    for file in &mut base.files {
        file.report.findings.retain_mut(|finding| {
            finding.state = Some(State::Fixed);
            at += 1;
            // What was accepted was no trouble, and is none when it is gone.
            let is_fixed = left.contains(&(at - 1)) && finding.waived.is_none();
            fixed += usize::from(is_fixed);
            is_fixed
        });
    }
    Diff { head: head.files, base: base.files, new, fixed, unchanged }
}

fn is_new(finding: &Finding) -> bool {
    finding.state == Some(State::New)
}

impl Diff {
    /// New findings where they stand, then what is fixed, a line each.
    fn human(&self, options: &Check) -> String {
        let mut text = String::new();
        let mut left = if options.max_findings == 0 { usize::MAX } else { options.max_findings };
        let mut left_out = 0;
        let style = human::Style { color: use_color(options.color), verbose: options.verbose };
        for file in &self.head {
            let report = FileReport {
                findings: file.report.findings.iter().filter(|finding| is_new(finding)).cloned().collect(),
                templates: file.report.templates.clone(),
                ..FileReport::default()
            };
            match &file.text {
                Some(source) => {
                    let blocks = human::render(source, &report, style, left);
                    left -= blocks.shown.len();
                    left_out += blocks.left_out;
                    text.extend(blocks.shown);
                }
                // A report holds no text to show.
                None => text.push_str(&lines(&file.display, &report.findings, |_| "")),
            }
        }
        if left_out > 0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{left_out} more findings are not shown; --max-findings 0 shows all of them.\n");
        }
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        if self.fixed > 0 {
            text.push_str("Fixed:\n");
            self.base.iter().for_each(|file| text.push_str(&lines(&file.display, &file.report.findings, |_| "  ")));
            text.push('\n');
        }
        if options.verbose && self.unchanged > 0 {
            text.push_str("Unchanged:\n");
            for file in &self.head {
                let findings: Vec<Finding> =
                    file.report.findings.iter().filter(|finding| !is_new(finding)).cloned().collect();
                text.push_str(&lines(&file.display, &findings, |_| "  "));
            }
            text.push('\n');
        }
        text
    }

    /// One line each, with what has become of it before it.
    fn concise(&self, verbose: bool) -> String {
        let change = |finding: &Finding| match finding.state {
            Some(State::Fixed) => "fixed ",
            Some(State::Unchanged) => "unchanged ",
            _ => "new ",
        };
        let mut text = String::new();
        for file in self.head.iter().chain(&self.base) {
            let shown = |finding: &&Finding| verbose || finding.state != Some(State::Unchanged);
            let findings: Vec<Finding> = file.report.findings.iter().filter(shown).cloned().collect();
            text.push_str(&lines(&file.display, &findings, change));
        }
        text
    }

    fn json(&self) -> String {
        let mut fragments = json::Fragments::default();
        for file in self.head.iter().chain(&self.base) {
            let findings = file.report.findings.clone();
            let report = FileReport { findings, ..FileReport::default() };
            fragments.extend(&json::fragments(&file.display, &report));
        }
        let counts = json::Counts {
            new: self.new.at_least(Severity::Note),
            fixed: self.fixed,
            unchanged: self.unchanged,
            waived: self.waived(),
        };
        fragments.diff(&counts)
    }

    /// Findings of the head that are accepted.
    fn waived(&self) -> usize {
        let all = self.head.iter().flat_map(|file| &file.report.findings);
        all.filter(|finding| finding.waived.is_some()).count()
    }

    /// `1 new error, 2 fixed, 3 unchanged.`
    fn closing_line(&self) -> String {
        let new = self.new.found();
        let new = if new.is_empty() { "nothing new".to_owned() } else { format!("new: {new}") };
        let waived = match self.waived() {
            0 => String::new(),
            waived => format!(", {waived} waived"),
        };
        format!("{new}; {} fixed, {} unchanged{waived}.", self.fixed, self.unchanged)
    }
}

/// Findings on one line each, with a word before each.
fn lines(display: &str, findings: &[Finding], word: impl Fn(&Finding) -> &'static str) -> String {
    findings.iter().filter(|finding| finding.waived.is_none()).fold(String::new(), |mut text, finding| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{}", word(finding), concise::line(display, finding));
        text
    })
}
