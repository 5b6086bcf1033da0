//! How far each namespace can go, and what stands in its way: a roll-out of levels, judged from files.
//!
//! Judges nothing by itself: it puts together what [`crate::lint`] says of every pod template at every level and
//! version. Waivers do not count, since the cluster knows none.

mod group_by;
mod namespace;
mod report;
mod upgrade;
mod workload;

pub use group_by::{GroupBy, NO_CHART};
pub use namespace::NamespaceWorkloads;
pub use report::{Blocked, By, Group, Levels, Namespace, Next, Open, Since, Standards, Summary, Upgrade, schema};
pub use workload::{ReadFile, Workload, Workloads};

use std::collections::BTreeMap;

use crate::lint::namespaces::Namespaces;
use crate::pod_security::admission::{Configuration, Judging, LevelVersion};
use crate::pod_security::{Level, Version};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The newest minor version that the cluster knows.
    pub kubernetes_version: u32,
    /// What the obstacles are counted by.
    pub by: Option<GroupBy>,
    /// An upgrade of the cluster: from one minor version to another.
    pub upgrade: Option<(u32, u32)>,
    /// An earlier answer to compare with.
    pub since: Option<Levels>,
    /// What every namespace must reach.
    pub require: Option<(Level, Version)>,
    /// Whether what is not proven counts as reached.
    pub unproven: bool,
    /// What holds where a namespace has no label, and which namespaces are exempt.
    pub configuration: Configuration,
}

/// Answers for every namespace that is described or used, sorted by name.
pub fn answer(workloads: &Workloads, namespaces: &Namespaces, question: &Question) -> Levels {
    let mut names: Vec<&str> = namespaces.described().chain(workloads.namespaces()).collect();
    names.sort_unstable();
    names.dedup();
    let rows: Vec<Namespace> = names.iter().map(|name| row(name, workloads, namespaces, question)).collect();
    let mut summary = Summary {
        namespaces: rows.len(),
        workloads: rows.iter().map(|row| row.workloads).sum(),
        unjudged: workloads.unjudged,
        ..Summary::default()
    };
    for row in &rows {
        match row.level() {
            _ if row.is_unknown() => summary.unknown += 1,
            Level::Privileged => summary.privileged += 1,
            Level::Baseline => summary.baseline += 1,
            Level::Restricted => summary.restricted += 1,
        }
    }
    let gone = question.since.as_ref().map(|since| {
        let names_now: std::collections::HashSet<&str> = names.iter().copied().collect();
        let before = since.namespaces.iter().map(|row| row.name.clone());
        before.filter(|name| !names_now.contains(name.as_str())).collect()
    });
    Levels {
        schema: 1,
        podline: env!("CARGO_PKG_VERSION").to_owned(),
        kubernetes: format!("v1.{}", question.kubernetes_version),
        summary,
        by: question.by.map(|by| group_by::group(by, workloads, &rows)),
        short: question.require.map(|require| short(&rows, workloads, require, question)),
        namespaces: rows,
        gone,
    }
}

/// The namespaces that do not reach a level, as far as anybody knows. One of which something could not be read never does;
/// one of whose pods not all is known reaches privileged alone, unless somebody asks for more.
fn short(
    rows: &[Namespace],
    workloads: &Workloads,
    (level, version): (Level, Version),
    question: &Question,
) -> Vec<String> {
    let reaches = |row: &&Namespace| {
        let all = workloads.by_namespace.get(&row.name).map(Vec::as_slice).unwrap_or_default();
        let namespace = NamespaceWorkloads::new(all, question.kubernetes_version);
        let is_known = row.open.is_empty() || level == Level::Privileged || question.unproven;
        is_known && !row.is_unknown() && namespace.passes(level, version.resolve(question.kubernetes_version))
    };
    rows.iter().filter(|row| !reaches(row)).map(|row| row.name.clone()).collect()
}

/// One namespace.
fn row(name: &str, workloads: &Workloads, namespaces: &Namespaces, question: &Question) -> Namespace {
    let namespace = NamespaceWorkloads::new(
        workloads.by_namespace.get(name).map(Vec::as_slice).unwrap_or_default(),
        question.kubernetes_version,
    );
    let strictest = namespace.strictest();
    let labels = namespaces.labels(name);
    let today = Judging::new(labels, &question.configuration.defaults).policy;
    let exempt = question.configuration.exempts_namespace(name);
    let of_name = |all: &BTreeMap<String, Vec<Open>>| all.get(name).cloned().unwrap_or_default();
    let unread = of_name(&workloads.unread);
    // Of what is refused already nothing more has to be known.
    let open = if strictest.level == Level::Privileged && unread.is_empty() {
        Vec::new()
    } else {
        [namespace.open(), of_name(&workloads.open), workloads.anywhere.clone()].concat()
    };
    let mut unproven: Vec<String> = open.iter().chain(&unread).map(|one| one.object.clone()).collect();
    unproven.dedup();
    let is_certain = strictest.level == Level::Privileged || !namespace.workloads().is_empty();
    let next = next_step(strictest).map(|level| namespace.next(level));
    let earlier = question.since.as_ref().map(|since| since.namespaces.iter().find(|row| row.name == name));
    Namespace {
        name: name.to_owned(),
        described: namespaces.is_described(name),
        labels: labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        today: Standards::of(&today),
        workloads: namespace.workloads().len(),
        strictest: Standards::all(strictest),
        proven: unproven.is_empty() && is_certain,
        unproven,
        open,
        unread,
        since: earlier.map(|earlier| Since::new(earlier)),
        next,
        // Where nothing is judged nothing changes.
        upgrade: question.upgrade.map(
            |(from, to)| {
                if exempt { Vec::new() } else { upgrade::upgrade(&namespace, &today, from, to) }
            },
        ),
        exempt,
    }
}

/// The level that a namespace would go to next, always at the newest version.
fn next_step(strictest: LevelVersion) -> Option<Level> {
    match (strictest.level, strictest.version) {
        (Level::Restricted, Version::Latest) => None,
        // What it has is an old version of the level: the level itself comes next.
        (Level::Restricted, _) | (Level::Baseline, Version::Latest) => Some(Level::Restricted),
        (Level::Baseline | Level::Privileged, _) => Some(Level::Baseline),
    }
}

#[cfg(test)]
mod tests;
