//! Counts by rule and by object, for a run with more findings than anybody reads.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::escape;
use crate::verdict::FileReport;

/// The table by object shows this many of them.
const OBJECTS: usize = 20;

/// More objects than this are not kept in mind.
const MOST: usize = 1000;

/// Counts that grow file by file.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rules: BTreeMap<&'static str, Rule>,
    objects: Vec<Object>,
    /// Objects that have fewer findings than all that will be shown.
    dropped: usize,
    /// What belongs to no object in the file that is being added, and its rules.
    loose: Option<Object>,
    loose_rules: HashSet<&'static str>,
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
    findings: usize,
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
        let new = |name| Object { findings: 0, name, file: escape(file).into_owned() };
        for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
            let object = finding.object.as_deref();
            let rule = self.rules.entry(finding.rule).or_default();
            rule.findings += 1;
            rule.what = if object.is_some() { "object" } else { "document" };
            let (is_new, counted) = if let Some(object) = object {
                let key = (object.document, object.item.as_deref());
                let counted = by_object.entry(key).or_insert_with(|| new(escape(&object.to_string()).into_owned()));
                (seen.insert((finding.rule, key)), counted)
            } else {
                let counted = self.loose.get_or_insert_with(|| new("(no object)".to_owned()));
                (self.loose_rules.insert(finding.rule), counted)
            };
            rule.objects += usize::from(is_new);
            counted.findings += 1;
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

    /// Puts those with most findings first. Stable: equal counts stay in the order of the input.
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
        rules.sort_by_key(|(id, rule)| (std::cmp::Reverse(rule.findings), **id));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Findings by rule:");
        for (id, rule) in rules {
            let plural = if rule.objects == 1 { "" } else { "s" };
            let _ = writeln!(text, "{:>8}  {id}  in {} {}{plural}", rule.findings, rule.objects, rule.what);
        }
        let mut objects: Vec<_> = self.objects.iter().collect();
        objects.sort_by_key(|object| std::cmp::Reverse(object.findings));
        let _ = writeln!(text, "\nFindings by object:");
        for object in objects.iter().take(OBJECTS) {
            let _ = writeln!(text, "{:>8}  {}  {}", object.findings, object.name, object.file);
        }
        if let Some(more) = (objects.len() + self.dropped).checked_sub(OBJECTS).filter(|&more| more > 0) {
            let _ = writeln!(text, "          and {more} more");
        }
        text
    }
}
