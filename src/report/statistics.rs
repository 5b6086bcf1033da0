//! Counts by rule and by object, for a run with more findings than anybody reads.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::escape;
use crate::verdict::FileReport;

/// The table by object shows this many of them.
const OBJECTS: usize = 20;

/// Counts that grow file by file.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rules: BTreeMap<&'static str, Rule>,
    objects: Vec<Object>,
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
        let mut by_object: BTreeMap<(usize, Option<&str>), Object> = BTreeMap::new();
        let mut seen = HashSet::new();
        for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
            let object = finding.object.as_deref();
            let key = object.map_or((usize::MAX, None), |object| (object.document, object.item.as_deref()));
            let rule = self.rules.entry(finding.rule).or_default();
            rule.findings += 1;
            rule.what = if object.is_some() { "object" } else { "document" };
            rule.objects += usize::from(seen.insert((finding.rule, key)));
            let counted = by_object.entry(key).or_insert_with(|| Object {
                findings: 0,
                name: object
                    .map_or_else(|| "(no object)".to_owned(), |object| escape(&object.to_string()).into_owned()),
                file: escape(file).into_owned(),
            });
            counted.findings += 1;
        }
        self.objects.extend(by_object.into_values());
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
        // Stable: equal counts stay in the order of the input.
        objects.sort_by_key(|object| std::cmp::Reverse(object.findings));
        let _ = writeln!(text, "\nFindings by object:");
        for object in objects.iter().take(OBJECTS) {
            let _ = writeln!(text, "{:>8}  {}  {}", object.findings, object.name, object.file);
        }
        if let Some(more) = objects.len().checked_sub(OBJECTS).filter(|&more| more > 0) {
            let _ = writeln!(text, "          and {more} more");
        }
        text
    }
}
