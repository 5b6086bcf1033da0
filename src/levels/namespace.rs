//! What holds for one namespace at each level and version.

use std::collections::BTreeMap;

use super::report::{Blocked, Next, Open};
use super::workload::Workload;
use crate::pod_security::admission::LevelVersion;
use crate::pod_security::{Level, Version};
use crate::rules::RuleId;
use crate::verdict::Obstacle;

/// The workloads of one namespace.
#[derive(Clone, Copy, Debug)]
pub struct NamespaceWorkloads<'a> {
    workloads: &'a [Workload],
    kubernetes_version: u32,
}

impl<'a> NamespaceWorkloads<'a> {
    /// Of these workloads, in a cluster whose newest minor version is `newest`.
    pub fn new(workloads: &'a [Workload], kubernetes_version: u32) -> Self {
        Self { workloads, kubernetes_version }
    }

    /// The workloads.
    pub fn workloads(&self) -> &'a [Workload] {
        self.workloads
    }

    /// Whether no workload is refused at a level and version.
    pub fn passes(&self, level: Level, minor: u32) -> bool {
        !self.workloads.iter().any(|workload| workload.is_refused(level, minor))
    }

    /// The strictest level that refuses nothing: at latest, or else at the newest version at which it refuses nothing.
    /// A later version may refuse less than one before it, so every version is looked at.
    pub fn strictest(&self) -> LevelVersion {
        for level in [Level::Restricted, Level::Baseline] {
            if self.passes(level, self.kubernetes_version) {
                return LevelVersion { level, version: Version::Latest };
            }
            if let Some(minor) = (0..self.kubernetes_version).rev().find(|&minor| self.passes(level, minor)) {
                return LevelVersion { level, version: Version::Minor(minor.into()) };
            }
        }
        LevelVersion::default()
    }

    /// The workloads of which nothing is known for certain, with the reason.
    pub fn open(&self) -> Vec<Open> {
        let open = self.workloads.iter().filter(|workload| !workload.proven);
        open.filter_map(|workload| workload.open.clone()).collect()
    }

    /// What stands in the way of a level at the newest version.
    pub fn next(&self, level: Level) -> Next {
        let mut blocked: BTreeMap<RuleId, Blocked> = BTreeMap::new();
        let (mut findings, mut workloads) = (0, 0);
        for workload in self.workloads {
            let mut of_workload: BTreeMap<RuleId, usize> = BTreeMap::new();
            for obstacle in obstacles(workload, level) {
                *of_workload.entry(obstacle.rule).or_default() += 1;
            }
            workloads += usize::from(!of_workload.is_empty());
            for (rule, count) in of_workload {
                findings += count;
                let entry = blocked.entry(rule).or_insert_with(|| Blocked::new(&rule));
                entry.findings += count;
                entry.workloads.push(workload.name.clone());
            }
        }
        let mut rules: Vec<Blocked> = blocked.into_values().collect();
        rules.sort_by_key(|blocked| std::cmp::Reverse(blocked.findings));
        Next { level: level.as_str().to_owned(), version: Version::Latest.to_string(), findings, workloads, rules }
    }
}

/// What stands in the way of a level in one workload.
pub(super) fn obstacles(workload: &Workload, level: Level) -> impl Iterator<Item = &Obstacle> {
    workload.obstacles.iter().filter(move |obstacle| obstacle.level == level)
}
