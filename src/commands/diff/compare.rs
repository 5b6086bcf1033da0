//! Finds what the base holds again in the head.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{File, Side};
use crate::finding::{ReportEntry, State};
use crate::report::format::LevelChange;
use crate::report::summary::Summary;
use crate::verdict::FileReport;
use crate::waiver::compare::{Key, Matcher};

/// What came of it: ordinary findings by file, each with its [`State`].
pub(super) struct Diff {
    /// The files of the head, with what is new and what is unchanged in them.
    pub head: Vec<File>,
    /// The files of the base, with what is fixed in them.
    pub base: Vec<File>,
    /// What was read of the head, with what is new in it as all that was found.
    pub new: Summary,
    pub fixed: usize,
    /// Those of them that were accepted.
    pub fixed_accepted: usize,
    /// Findings of the base that are neither found again nor fixed, as far as anybody knows.
    pub unjudged: usize,
    pub unchanged: usize,
    /// Files of the head that cannot be read, by their names for people, and why.
    pub problems: Vec<(String, String)>,
    /// The namespaces that are judged by other levels now.
    pub levels: Vec<LevelChange>,
}

/// Finds each finding of the base again in the head.
pub(super) fn compare(mut base: Side, mut head: Side) -> Diff {
    let is_plain = !base.is_report && !head.is_report;
    let key = |file: &File, finding: &ReportEntry| {
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
        new.add(&only_new(file));
        if head.is_report {
            new.templates += file.judged.len();
        }
    }
    let left: HashSet<usize> = matcher.left().collect();
    let (mut fixed, mut fixed_accepted, mut unjudged) = (0, 0, 0);
    let mut at = 0;
    let heads: HashMap<&str, &File> = head.files.iter().map(|file| (file.name.as_str(), file)).collect();
    // What was in a file that is gone may be in a new one.
    let new_files: Vec<&File> = head.files.iter().filter(|file| !matcher.knows(&file.name)).collect();
    let may_hide_more = new_files.iter().any(|file| file.has_unjudged());
    for file in &mut base.files {
        // What is passed over may be a directory.
        let above = || Path::new(&file.name).ancestors().skip(1).filter_map(Path::to_str);
        let now = heads.get(file.name.as_str()).or_else(|| above().find_map(|above| heads.get(above)));
        let is_lost = head.failed || head.unreadable.contains(&file.name);
        file.report.findings.retain_mut(|finding| {
            at += 1;
            // What a waiver covered was no trouble, and is none when it is gone. What was only accepted was to be mended.
            if !left.contains(&(at - 1)) || finding.waived.is_some() && !finding.is_accepted() {
                return false;
            }
            let is_hidden = match now {
                Some(now) => now.has_unjudged() && !now.judges_object_of(finding),
                None => may_hide_more && !new_files.iter().any(|file| file.judges_object_of(finding)),
            };
            if (is_lost || is_hidden) && finding.is_accepted() {
                return false;
            }
            if is_lost || is_hidden {
                finding.state = Some(State::Unjudged);
                unjudged += 1;
            } else {
                finding.state = Some(State::Fixed);
                fixed += 1;
                fixed_accepted += usize::from(finding.is_accepted());
            }
            true
        });
    }
    new.failed += head.problems.len();
    Diff {
        head: head.files,
        base: base.files,
        new,
        fixed,
        fixed_accepted,
        unjudged,
        unchanged,
        problems: head.problems,
        levels: Vec::new(),
    }
}

/// Whether the base does not have it.
pub(super) fn is_new(finding: &ReportEntry) -> bool {
    finding.state == Some(State::New)
}

/// What there is to report of a file, with what is new as all that was found.
pub(super) fn only_new(file: &File) -> FileReport {
    let findings = file.report.findings.iter().filter(|finding| is_new(finding)).cloned().collect();
    FileReport { findings, ..file.report.clone() }
}
