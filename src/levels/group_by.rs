//! The same obstacles by what they are about: which rules, charts or images block how many namespaces.

use std::collections::{BTreeMap, BTreeSet};

use super::namespace::obstacles;
use super::report::{By, Group, Namespace};
use super::workload::{Workload, Workloads};
use crate::verdict::Obstacle;

/// Stands for the chart of what was rendered from none.
pub const NO_CHART: &str = "(no chart)";

/// What obstacles are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// By rule.
    Rule,
    /// By the chart that a workload was rendered from.
    Chart,
    /// By the image of the container, or those of the pod, without its tag.
    Image,
}

impl GroupBy {
    /// The word of the option.
    pub fn as_str(self) -> &'static str {
        match self {
            GroupBy::Rule => "rule",
            GroupBy::Chart => "chart",
            GroupBy::Image => "image",
        }
    }

    /// What an obstacle is counted under.
    fn keys(self, workload: &Workload, obstacle: &Obstacle) -> Vec<String> {
        match (self, &obstacle.container) {
            (GroupBy::Rule, _) => vec![obstacle.rule.to_string()],
            (GroupBy::Chart, _) => vec![workload.chart.clone().unwrap_or_else(|| NO_CHART.to_owned())],
            (GroupBy::Image, Some(container)) => workload.images.get(container).cloned().into_iter().collect(),
            (GroupBy::Image, None) => {
                let images: BTreeSet<&String> = workload.images.values().collect();
                images.into_iter().cloned().collect()
            }
        }
    }
}

#[derive(Default)]
struct Count {
    namespaces: BTreeSet<String>,
    workloads: usize,
    findings: usize,
}

/// Counts what stands in the way of the next level of each namespace.
pub(super) fn group(by: GroupBy, workloads: &Workloads, rows: &[Namespace]) -> By {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut blocked = BTreeSet::new();
    for row in rows {
        let Some(level) = row.next.as_ref().and_then(|next| next.level.parse().ok()) else { continue };
        for workload in workloads.by_namespace.get(&row.name).into_iter().flatten() {
            let mut of_workload: BTreeMap<String, usize> = BTreeMap::new();
            for obstacle in obstacles(workload, level) {
                blocked.insert(&row.name);
                for key in by.keys(workload, obstacle) {
                    *of_workload.entry(key).or_default() += 1;
                }
            }
            for (key, findings) in of_workload {
                let count = counts.entry(key).or_default();
                count.namespaces.insert(row.name.clone());
                count.workloads += 1;
                count.findings += findings;
            }
        }
    }
    let mut groups: Vec<Group> = counts
        .into_iter()
        .map(|(name, Count { namespaces, workloads, findings })| Group {
            name,
            namespaces: namespaces.into_iter().collect(),
            workloads,
            findings,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.namespaces.len(), group.findings)));
    By { what: by.as_str().to_owned(), blocked: blocked.len(), groups }
}
