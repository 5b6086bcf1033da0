//! Counts by rule and by object, with each severity apart, for a run with more findings than anybody reads.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::escape;
use super::format::{TURNS, WAIVED, rank, urgency};
use super::summary::count;
use crate::rules::RuleId;
use crate::verdict::FileReport;

/// What the severities are called, by rank.
const NAMES: [&str; WAIVED] = ["error", "warning", "note"];

/// The table by object shows this many of them.
const OBJECTS: usize = 20;

/// More objects than this are not kept in mind.
const MOST: usize = 1000;

/// Counts that grow file by file.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rules: BTreeMap<(usize, RuleId), Rule>,
    objects: Vec<Object>,
    /// Objects that have fewer findings than all that will be shown.
    dropped: usize,
    /// What belongs to no object in the file that is being added, and its rules.
    loose: Option<Object>,
    loose_rules: HashSet<(usize, RuleId)>,
}

#[derive(Clone, Debug, Default)]
struct Rule {
    findings: usize,
    objects: usize,
    /// `object`, or `document` for what is none.
    what: &'static str,
}

#[derive(Clone, Debug)]
struct Object {
    /// By severity, the errors first.
    findings: [usize; WAIVED],
    name: String,
    file: String,
}

impl Statistics {
    /// Adds what one file gave.
    pub fn add(&mut self, file: &str, report: &FileReport) {
        self.add_part(file, report);
        self.close_file();
    }

    /// Adds what a part of a file gave, which holds documents as a whole.
    pub fn add_part(&mut self, file: &str, report: &FileReport) {
        let mut by_object: BTreeMap<(usize, Option<&str>), Object> = BTreeMap::new();
        let mut seen = HashSet::new();
        let new = |name| Object { findings: [0; WAIVED], name, file: escape(file).into_owned() };
        for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
            let object = finding.object.as_deref();
            let id = (urgency(finding), finding.rule);
            let rule = self.rules.entry(id).or_default();
            rule.findings += 1;
            rule.what = if object.is_some() { "object" } else { "document" };
            let (is_new, counted) = if let Some(object) = object {
                let key = (object.document, object.item.as_deref());
                let counted = by_object.entry(key).or_insert_with(|| new(escape(&object.to_string()).into_owned()));
                (seen.insert((id, key)), counted)
            } else {
                let counted = self.loose.get_or_insert_with(|| new("(no object)".to_owned()));
                (self.loose_rules.insert(id), counted)
            };
            rule.objects += usize::from(is_new);
            counted.findings[rank(finding)] += 1;
        }
        self.objects.extend(by_object.into_values());
        if self.objects.len() > MOST {
            self.sort();
            self.dropped += self.objects.len() - OBJECTS;
            self.objects.truncate(OBJECTS);
        }
    }

    /// Says that the next part is of another file.
    pub fn close_file(&mut self) {
        self.objects.extend(self.loose.take());
        self.loose_rules.clear();
    }

    /// Puts those with most errors first, then those with most warnings. Stable: equal counts stay in the order of the
    /// input.
    fn sort(&mut self) {
        self.objects.sort_by_key(|object| std::cmp::Reverse(object.findings));
    }

    /// Both tables; "" without findings.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        if self.objects.is_empty() {
            return text;
        }
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by_key(|((urgency, id), rule)| (*urgency, std::cmp::Reverse(rule.findings), *id));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Findings by rule:");
        let counts = rules.iter().map(|((urgency, _), rule)| count(rule.findings, NAMES[urgency / TURNS])).collect();
        for (counts, ((_, id), rule)) in aligned(counts).into_iter().zip(rules) {
            let plural = if rule.objects == 1 { "" } else { "s" };
            let _ = writeln!(text, "{counts}  {id}  in {} {}{plural}", rule.objects, rule.what);
        }
        let mut objects: Vec<_> = self.objects.iter().collect();
        objects.sort_by_key(|object| std::cmp::Reverse(object.findings));
        let _ = writeln!(text, "\nFindings by object:");
        let counts = objects.iter().take(OBJECTS).map(|object| by_severity(object.findings)).collect();
        for (counts, object) in aligned(counts).into_iter().zip(&objects) {
            let _ = writeln!(text, "{counts}  {}  {}", object.name, object.file);
        }
        if let Some(more) = (objects.len() + self.dropped).checked_sub(OBJECTS).filter(|&more| more > 0) {
            let _ = writeln!(text, "          and {more} more");
        }
        text
    }
}

/// `2 errors, 1 note`
fn by_severity(findings: [usize; WAIVED]) -> String {
    let some = findings.into_iter().zip(NAMES).filter(|(number, _)| *number > 0);
    some.map(|(number, name)| count(number, name)).collect::<Vec<_>>().join(", ")
}

/// Texts of one width, which end where the longest one does.
fn aligned(texts: Vec<String>) -> Vec<String> {
    let width = texts.iter().map(String::len).max().unwrap_or_default() + 2;
    texts.into_iter().map(|text| format!("{text:>width$}")).collect()
}
