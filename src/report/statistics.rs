//! Counts by rule and by workload, for a run with more findings than anybody reads.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::escape;
use crate::lint::FileReport;

/// The table by workload shows this many of them.
const WORKLOADS: usize = 20;

/// Counts that grow file by file.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rules: BTreeMap<&'static str, Rule>,
    workloads: Vec<Workload>,
}

#[derive(Clone, Debug, Default)]
struct Rule {
    findings: usize,
    workloads: usize,
}

#[derive(Clone, Debug)]
struct Workload {
    findings: usize,
    name: String,
    file: String,
}

impl Statistics {
    /// Adds what one file gave.
    pub fn add(&mut self, file: &str, report: &FileReport) {
        let mut by_object: BTreeMap<(usize, Option<&str>), Workload> = BTreeMap::new();
        let mut seen = HashSet::new();
        for finding in &report.findings {
            let object = finding.object.as_deref();
            let key = object.map_or((usize::MAX, None), |object| (object.document, object.item.as_deref()));
            let rule = self.rules.entry(finding.rule).or_default();
            rule.findings += 1;
            rule.workloads += usize::from(seen.insert((finding.rule, key)));
            let workload = by_object.entry(key).or_insert_with(|| Workload {
                findings: 0,
                name: object
                    .map_or_else(|| "(no object)".to_owned(), |object| escape(&object.to_string()).into_owned()),
                file: escape(file).into_owned(),
            });
            workload.findings += 1;
        }
        self.workloads.extend(by_object.into_values());
    }

    /// Both tables; "" without findings.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        if self.workloads.is_empty() {
            return text;
        }
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by_key(|(id, rule)| (std::cmp::Reverse(rule.findings), **id));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Findings by rule:");
        for (id, rule) in rules {
            let objects = if rule.workloads == 1 { "object" } else { "objects" };
            let _ = writeln!(text, "{:>8}  {id}  in {} {objects}", rule.findings, rule.workloads);
        }
        let mut workloads: Vec<_> = self.workloads.iter().collect();
        // Stable: equal counts stay in the order of the input.
        workloads.sort_by_key(|workload| std::cmp::Reverse(workload.findings));
        let _ = writeln!(text, "\nFindings by object:");
        for workload in workloads.iter().take(WORKLOADS) {
            let _ = writeln!(text, "{:>8}  {}  {}", workload.findings, workload.name, workload.file);
        }
        if let Some(more) = workloads.len().checked_sub(WORKLOADS).filter(|&more| more > 0) {
            let _ = writeln!(text, "          and {more} more");
        }
        text
    }
}
