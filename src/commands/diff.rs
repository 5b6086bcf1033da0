//! `podline diff`: what a change makes worse, and what it mends.

mod report;
mod standards;
mod tree;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use standards::{Difference, Judged};

use super::Status;
use super::check::is_denied;
use super::rule_filter::RuleFilter;
use super::terminal::{Output, complain, hint, use_color};
use crate::cli::{Check, Format};
use crate::finding::{Finding, Severity, State};
use crate::lint::is_unjudged;
use crate::report::summary::{Summary, count};
use crate::report::{concise, human, json};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;
use crate::waiver::compare::{Key, Matcher};

/// One of the two that are compared.
#[derive(Default)]
struct Side {
    files: Vec<File>,
    /// Whether it is a report, which knows less than the files themselves.
    is_report: bool,
    /// Which podline wrote a report.
    podline: Option<String>,
    /// At which levels a tree was judged.
    judged_by: Option<String>,
    /// Files that are there and cannot be read, by their names for comparing.
    unreadable: HashSet<String>,
    /// Whether nothing of it could be read.
    failed: bool,
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
    /// By what each of its pod templates was judged.
    judged: Vec<Judged>,
}

impl File {
    /// Whether something in it was passed over, or could not be judged.
    fn has_unjudged(&self) -> bool {
        let unjudged = |finding: &Finding| {
            is_unjudged(finding.rule)
                || matches!(finding.rule, id::UNKNOWN_KIND | id::UNJUDGED_TEMPLATE | id::UNJUDGED_SETTINGS)
        };
        !self.report.skipped.is_empty() || self.report.refused > 0 || self.report.findings.iter().any(unjudged)
    }

    /// Whether the pods of the object of a finding were judged in it.
    fn judges_object_of(&self, finding: &Finding) -> bool {
        let Some(object) = &finding.object else { return false };
        let is_it = |judged: &Judged| judged.template[..3] == [object.kind.as_str(), &object.namespace, &object.name];
        self.judged.iter().any(is_it)
    }
}

/// Compares two trees or reports.
pub(super) fn run(options: &Check) -> Status {
    let [base, head] = options.input.paths.as_slice() else {
        complain("diff takes two paths: BASE and HEAD");
        return Status::Failed;
    };
    let format = options.format.unwrap_or(Format::Human);
    if options.verbose {
        options.notes.iter().for_each(|note| hint(note));
    }
    if !format.is_for_diff() {
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
    let comparable = tell_differences(&base, &head);
    let mut read = Summary::default();
    head.files.iter().for_each(|file| read.add(&file.report));
    let denied = is_denied(options, None, &read);
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
    if diff.unjudged > 0 {
        hint(&format!("{} of BASE are not fixed: HEAD does not judge what they are about", diff.unjudged_text()));
    }
    let is_worse = options.fail_on.severity().is_some_and(|severity| diff.new.at_least(severity) > 0) || denied;
    base_status
        .max(head_status)
        .max(comparable)
        .max(if is_worse { Status::Findings } else { Status::Clean })
        .max(output.status())
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
            (Side { failed: true, ..Side::default() }, Status::Failed)
        }
    }
}

/// Says what keeps two sides from being compared fairly. What was asked of reports that cannot be undone is an error.
fn tell_differences(base: &Side, head: &Side) -> Status {
    let here = env!("CARGO_PKG_VERSION");
    let (one, other) = (base.podline.as_deref().unwrap_or(here), head.podline.as_deref().unwrap_or(here));
    if one != other {
        hint(&format!("BASE was judged by podline {one}, HEAD by podline {other}: findings may differ by that alone"));
    }
    let judged = |side: &'_ Side| side.files.iter().flat_map(|file| file.judged.clone()).collect::<Vec<_>>();
    match standards::compare(judged(base).iter(), judged(head).iter()) {
        Some(Difference::Asked(message)) if base.is_report || head.is_report => {
            complain(&message);
            Status::Failed
        }
        Some(Difference::Asked(message) | Difference::Partly(message)) => {
            hint(&message);
            Status::Clean
        }
        None => Status::Clean,
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
    /// Findings of the base that are neither found again nor mended, as far as anybody knows.
    unjudged: usize,
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
    let (mut fixed, mut unjudged) = (0, 0);
    let mut at = 0;
    let heads: HashMap<&str, &File> = head.files.iter().map(|file| (file.name.as_str(), file)).collect();
    // What was in a file that is gone may be in a new one.
    let new_files: Vec<&File> = head.files.iter().filter(|file| !matcher.knows(&file.name)).collect();
    let may_hide_more = new_files.iter().any(|file| file.has_unjudged());
    for file in &mut base.files {
        let now = heads.get(file.name.as_str());
        let is_lost = head.failed || head.unreadable.contains(&file.name);
        file.report.findings.retain_mut(|finding| {
            at += 1;
            // What was accepted was no trouble, and is none when it is gone.
            if !left.contains(&(at - 1)) || finding.waived.is_some() {
                return false;
            }
            let is_hidden = match now {
                Some(now) => now.has_unjudged() && !now.judges_object_of(finding),
                None => may_hide_more && !new_files.iter().any(|file| file.judges_object_of(finding)),
            };
            if is_lost || is_hidden {
                finding.state = Some(State::Unjudged);
                unjudged += 1;
            } else {
                finding.state = Some(State::Fixed);
                fixed += 1;
            }
            true
        });
    }
    Diff { head: head.files, base: base.files, new, fixed, unjudged, unchanged }
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
        for (count, title, state) in
            [(self.fixed, "Fixed", State::Fixed), (self.unjudged, "No longer judged", State::Unjudged)]
        {
            if count > 0 {
                let _ = writeln!(text, "{title}:");
                for file in &self.base {
                    let findings = file.report.findings.iter().filter(|finding| finding.state == Some(state));
                    text.push_str(&lines(&file.display, &findings.cloned().collect::<Vec<_>>(), |_| "  "));
                }
                text.push('\n');
            }
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
            Some(State::Unjudged) => "unjudged ",
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
            unjudged: self.unjudged,
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
        let unjudged = match self.unjudged {
            0 => String::new(),
            unjudged => format!(", {unjudged} no longer judged"),
        };
        format!("{new}; {} fixed{unjudged}, {} unchanged{waived}.", self.fixed, self.unchanged)
    }

    /// `1 finding`, `2 findings`
    fn unjudged_text(&self) -> String {
        count(self.unjudged, "finding")
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
