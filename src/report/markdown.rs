//! A summary in Markdown, for step summaries and comments on pull requests.
//!
//! Counts, a table by rule, one by workload, and the findings, as far as a comment has room: in all of them the most
//! severe first, and of these what baseline forbids.
//! Text from manifests stands in code, where GitHub and GitLab look for no mentions, with all that could mean something
//! as entities.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::escape;
use super::format::{
    Checked, Finished, LevelChange, Place, RANKS, Report, Run, Settings, URGENCIES, WAIVED, cut, message, object_name,
    rank, urgency,
};
use super::summary::{count, uncounted};
use crate::finding::{ObjectRef, ReportEntry};
use crate::rules::{self, RuleId};
use crate::source::STDIN;
use crate::source::repository::to_uri;

/// Comments take so many characters.
const LONGEST: usize = 65_536;

/// Room for the last sentences.
const RESERVED: usize = 512;

/// The table by workload has so many rows.
const WORKLOADS: usize = 100;

/// Longer texts are cut to this many characters.
const LONGEST_TEXT: usize = 300;

/// What the ranks are called.
const NAMES: [&str; RANKS] = ["error", "warning", "note", "waived"];

/// Collects counts, and as many rows as there is room for.
pub struct Markdown<'a> {
    settings: &'a Settings,
    totals: [usize; RANKS],
    /// Findings that files of accepted findings hold, which are counted and not listed.
    accepted: usize,
    rules: BTreeMap<RuleId, ByRule>,
    workloads: Vec<Workload>,
    /// The rows of each urgency, together no longer than the report may be.
    rows: [Rows; URGENCIES],
    unreadable: Vec<String>,
}

struct ByRule {
    counts: [usize; RANKS],
    workloads: usize,
    /// How urgent its most urgent finding is.
    urgency: usize,
}

struct Workload {
    name: String,
    link: String,
    counts: [usize; RANKS],
    /// How urgent its most urgent finding is.
    urgency: usize,
}

#[derive(Default)]
struct Rows {
    text: Vec<String>,
    length: usize,
}

impl<'a> Markdown<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            totals: [0; RANKS],
            accepted: 0,
            rules: BTreeMap::new(),
            workloads: Vec::new(),
            rows: Default::default(),
            unreadable: Vec::new(),
        }
    }

    fn add_file(&mut self, file: &Checked<'_>) {
        let report = match file.outcome {
            Ok(report) => report,
            Err(message) => {
                self.unreadable.push(code(message));
                return;
            }
        };
        let path = self.settings.paths.rebase(file.name);
        let mut workloads: BTreeMap<_, Workload> = BTreeMap::new();
        let mut seen = HashSet::new();
        self.accepted += report.findings.iter().filter(|finding| finding.is_accepted()).count();
        for finding in report.findings.iter().filter(|finding| !finding.is_accepted()) {
            let (rank, urgency) = (rank(finding), urgency(finding));
            self.totals[rank] += 1;
            let key = finding.object.as_deref().map(|object| (object.document, object.item.as_deref()));
            let place = Place::of(finding, &path, self.settings);
            let new = ByRule { counts: [0; RANKS], workloads: 0, urgency };
            let rule = self.rules.entry(finding.rule).or_insert(new);
            rule.counts[rank] += 1;
            rule.urgency = rule.urgency.min(urgency);
            rule.workloads += usize::from(seen.insert((finding.rule, key)));
            let workload = workloads.entry(key).or_insert_with(|| Workload {
                name: workload(finding.object.as_deref()),
                link: link(&place, self.settings),
                counts: [0; RANKS],
                urgency,
            });
            workload.counts[rank] += 1;
            workload.urgency = workload.urgency.min(urgency);
            let rows = &mut self.rows[urgency];
            if rows.length < LONGEST {
                let row = row(finding, file.name, &place, self.settings);
                rows.length += length(&row);
                rows.text.push(row);
            }
        }
        self.workloads.extend(workloads.into_values());
    }

    fn by_rule(&self) -> String {
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by_key(|(id, rule)| (rule.urgency, std::cmp::Reverse(open(rule.counts)), **id));
        let mut text = "\n### By rule\n\n| Rule | Errors | Warnings | Notes | Waived | Objects |\n| :-- | --: | --: | --: | --: | --: |\n".to_owned();
        for (id, rule) in rules {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {} |{} {} |", rule_name(*id), cells(rule.counts), rule.workloads);
        }
        text
    }

    fn by_workload(&mut self) -> String {
        // Stable: equal counts stay in the order of the input.
        self.workloads.sort_by_key(|workload| (workload.urgency, std::cmp::Reverse(open(workload.counts))));
        let mut text = "\n### By workload\n\n| Workload | File | Errors | Warnings | Notes | Waived |\n| :-- | :-- | --: | --: | --: | --: |\n".to_owned();
        for Workload { name, link, counts, .. } in self.workloads.iter().take(WORKLOADS) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {name} | {link} |{}", cells(*counts));
        }
        if let Some(more) = self.workloads.len().checked_sub(WORKLOADS).filter(|more| *more > 0) {
            let _ = writeln!(text, "\nAnd {more} more.");
        }
        text
    }
}

impl Report for Markdown<'_> {
    fn add(&mut self, files: &[Checked<'_>]) {
        for file in files {
            self.add_file(file);
        }
    }

    fn finish(mut self: Box<Self>, run: &Run<'_>) -> Finished {
        let headline = run.headline(&headline(self.totals, self.accepted), code);
        let mut text = format!("## podline: {headline}\n\n{}\n", closing_line(run));
        if let Some(denied) = run.told_denials() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n**{denied}**. That fails the run; `podline check -v` lists what was skipped.");
        }
        let mut parts = Parts { length: length(&text), text: &mut text, full: false };
        if !run.levels.is_empty() {
            parts.push("\n### Judged by other levels\n\n| Namespace | Before | Now |\n| :-- | :-- | :-- |\n");
            for LevelChange { namespace, before, now } in run.levels {
                let namespace = if namespace.is_empty() { "(none named)" } else { namespace };
                parts.push(&format!("| {} | {} | {} |\n", code(namespace), code(before), code(now)));
            }
        }
        if !self.unreadable.is_empty() {
            parts.push("\n### Not read\n\n");
            self.unreadable.iter().for_each(|what| parts.push(&format!("- {what}\n")));
        }
        let total: usize = self.totals.iter().sum();
        if total > 0 {
            parts.push(&self.by_rule());
            let by_workload = self.by_workload();
            // A table is shown row by row, as far as there is room.
            by_workload.split_inclusive('\n').for_each(|line| parts.push(line));
            parts.push(
                "\n### Findings\n\n| Severity | Place | Rule | Object | Finding |\n| :-- | :-- | :-- | :-- | :-- |\n",
            );
        }
        let mut shown = 0;
        for row in self.rows.iter().flat_map(|rows| &rows.text) {
            parts.push(row);
            shown += usize::from(!parts.full);
        }
        if shown < total {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "\nCut to the {LONGEST} characters that a comment may have: {} of {total} findings are not shown here.",
                total - shown
            );
        }
        text.into()
    }
}

/// The line that closes a report for people: here it stands at the head, and the headline says what failed.
fn closing_line(run: &Run<'_>) -> String {
    run.compared.map_or_else(|| run.summary.closing_line(run.judged_by), str::to_owned)
}

/// Adds to a text as long as there is room.
struct Parts<'a> {
    text: &'a mut String,
    length: usize,
    full: bool,
}

impl Parts<'_> {
    fn push(&mut self, part: &str) {
        let length = length(part);
        self.full |= self.length + length > LONGEST - RESERVED;
        if !self.full {
            self.length += length;
            self.text.push_str(part);
        }
    }
}

/// The length as those count who count in UTF-16, which is never less than the number of characters.
fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn headline(totals: [usize; RANKS], accepted: usize) -> String {
    let counts = totals.iter().zip(NAMES).take(WAIVED).filter(|(number, _)| **number > 0);
    let counts: Vec<String> = counts.map(|(number, name)| count(*number, name)).collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let uncounted = uncounted(totals[WAIVED], accepted);
    if uncounted.is_empty() { found } else { format!("{found} ({uncounted})") }
}

/// What is not waived.
fn open(counts: [usize; RANKS]) -> usize {
    counts[..WAIVED].iter().sum()
}

fn cells(counts: [usize; RANKS]) -> String {
    let [errors, warnings, notes, waived] = counts;
    format!(" {errors} | {warnings} | {notes} | {waived} |")
}

fn row(finding: &ReportEntry, file: &str, place: &Place, settings: &Settings) -> String {
    let reason = finding.waived.as_ref().map(|waived| format!("<br>waived: {}", code(&waived.reason)));
    format!(
        "| {} | {} | {} | {} | {}{} |\n",
        NAMES[rank(finding)],
        link(place, settings),
        rule_name(finding.rule),
        workload(finding.object.as_deref()),
        code(&message(finding, file)),
        reason.unwrap_or_default()
    )
}

fn rule_name(id: RuleId) -> String {
    if id.family().is_loaded() {
        // Whoever wrote the policy chose it.
        return code(&id);
    }
    rules::help_url(id).map_or_else(|| id.to_string(), |url| format!("[{id}]({url})"))
}

fn workload(object: Option<&ObjectRef>) -> String {
    code(&object_name(object))
}

fn link(place: &Place, settings: &Settings) -> String {
    let shown = code(&format!("{}:{}", place.path, place.start.line));
    if place.path == STDIN {
        return shown;
    }
    format!("[{shown}]({}{}#L{})", settings.link_base, to_uri(&place.path), place.start.line)
}

/// A text as code that means nothing else.
fn code(text: &str) -> String {
    let text = escape(text);
    let text = cut(&text, LONGEST_TEXT);
    let mut code = String::with_capacity(text.len() + 16);
    code.push_str("<code>");
    let mut last = ' ';
    for c in text.chars() {
        match c {
            // A dot within a word could make a link of `www.example.com`.
            '.' if last.eq_ignore_ascii_case(&'w') => code.push_str("&#46;"),
            c if c.is_alphanumeric()
                || matches!(c, ' ' | '.' | ',' | ';' | '?' | '/' | '-' | '=' | '"' | '(' | ')' | '…') =>
            {
                code.push(c);
            }
            c if c.is_ascii() => {
                // Writing to a string cannot fail.
                let _ = write!(code, "&#{};", u32::from(c));
            }
            c => code.push(c),
        }
        last = c;
    }
    code + "</code>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_manifest_means_nothing() {
        assert_eq!(code("`a`|<b>@c\n"), "<code>&#96;a&#96;&#124;&#60;b&#62;&#64;c&#92;n</code>");
        assert_eq!(
            code("https://www.x.y [z](w)"),
            "<code>https&#58;//www&#46;x.y &#91;z&#93;(w&#41;</code>".replace("&#41;", ")")
        );
    }
}
