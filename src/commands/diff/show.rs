//! A comparison as it is shown: for people, on lines, and as JSON.

use std::fmt::Write as _;

use super::compare::{Diff, is_new, only_new};
use crate::cli::Check;
use crate::finding::{ReportEntry, Severity, State};
use crate::report::format::URGENCIES;
use crate::report::summary::{count, uncounted};
use crate::report::{concise, human, json};
use crate::verdict::FileReport;

impl Diff {
    /// New findings where they stand, then what is fixed, a line each.
    pub fn human(&self, options: &Check, color: bool) -> String {
        let style = human::Style { color, verbose: options.verbose };
        let (mut blocks, mut text) = (Vec::new(), String::new());
        let (mut left_out, limit) = (0, if options.max_findings == 0 { usize::MAX } else { options.max_findings });
        for file in &self.head {
            let report = only_new(file);
            match &file.text {
                Some(source) => {
                    let of_file = human::render(source, &report, style, &[limit; URGENCIES]);
                    left_out += of_file.left_out;
                    blocks.extend(of_file.urgency.into_iter().zip(of_file.shown.into_iter().zip(of_file.findings)));
                }
                // A report holds no text to show.
                None => text.push_str(&lines(&file.display, &report.findings, |_| "")),
            }
        }
        // Stable: what is equally urgent stays in the order of the files.
        blocks.sort_by_key(|(urgency, _)| *urgency);
        for (at, (_, (block, findings))) in blocks.into_iter().enumerate() {
            if at < limit { text.push_str(&block) } else { left_out += findings }
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
                let findings: Vec<ReportEntry> =
                    file.report.findings.iter().filter(|finding| !is_new(finding)).cloned().collect();
                text.push_str(&lines(&file.display, &findings, |_| "  "));
            }
            text.push('\n');
        }
        text
    }

    /// One line each, with what has become of it before it.
    pub fn concise(&self, verbose: bool) -> String {
        let change = |finding: &ReportEntry| match finding.state {
            Some(State::Fixed) => "fixed ",
            Some(State::Unchanged) => "unchanged ",
            Some(State::Unjudged) => "unjudged ",
            _ => "new ",
        };
        let mut text = String::new();
        for file in self.head.iter().chain(&self.base) {
            let shown = |finding: &&ReportEntry| verbose || finding.state != Some(State::Unchanged);
            let findings: Vec<ReportEntry> = file.report.findings.iter().filter(shown).cloned().collect();
            text.push_str(&lines(&file.display, &findings, change));
        }
        text
    }

    /// The findings of both, each with what has become of it.
    pub fn json(&self) -> String {
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
            waived: self.uncounted(false),
            accepted: self.uncounted(true),
        };
        fragments.diff(&counts)
    }

    /// Findings of the head that do not count: those that files of accepted findings hold, or those that waivers cover.
    fn uncounted(&self, accepted: bool) -> usize {
        let all = self.head.iter().flat_map(|file| &file.report.findings);
        all.filter_map(|finding| finding.waived.as_ref()).filter(|waived| waived.is_accepted() == accepted).count()
    }

    /// `1 new error, 2 fixed, 3 unchanged.`
    pub fn closing_line(&self) -> String {
        let new = self.new.found();
        let new = if new.is_empty() { "nothing new".to_owned() } else { format!("new: {new}") };
        let uncounted = uncounted(self.uncounted(false), self.uncounted(true));
        let uncounted = if uncounted.is_empty() { uncounted } else { format!(", {uncounted}") };
        let unjudged = match self.unjudged {
            0 => String::new(),
            unjudged => format!(", {unjudged} no longer judged"),
        };
        let accepted = match self.fixed_accepted {
            0 => String::new(),
            all if all == self.fixed => " (accepted before)".to_owned(),
            some => format!(" ({some} of them accepted before)"),
        };
        format!("{new}; {} fixed{accepted}{unjudged}, {} unchanged{uncounted}.", self.fixed, self.unchanged)
    }

    /// `1 finding`, `2 findings`
    pub fn unjudged_text(&self) -> String {
        count(self.unjudged, "finding")
    }
}

/// Findings on one line each, with a word before each: those that count, and those that were accepted and are fixed.
fn lines(display: &str, findings: &[ReportEntry], word: impl Fn(&ReportEntry) -> &'static str) -> String {
    let is_told = |finding: &&ReportEntry| finding.waived.is_none() || finding.state == Some(State::Fixed);
    findings.iter().filter(is_told).fold(String::new(), |mut text, finding| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{}", word(finding), concise::line(display, finding));
        text
    })
}
