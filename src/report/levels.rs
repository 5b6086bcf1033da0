//! How far namespaces can go, for people: a table, and what stands in the way.

use std::fmt::Write as _;

use super::escape::escape;
use super::summary::count;
use crate::levels::{Blocked, By, Levels, NO_CHART, Namespace, Open, Upgrade};

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Columns.
    Human,
    /// A table of Markdown.
    Markdown,
}

/// Renders the answer. `verbose` lists what stands in the way by rule, with the workloads.
pub fn render(levels: &Levels, style: Style, verbose: bool) -> String {
    let mut text = match &levels.by {
        Some(by) => turned(by, style),
        None => table(&head(levels), &levels.namespaces.iter().map(cells).collect::<Vec<_>>(), style),
    };
    let upgrades: Vec<Vec<String>> = levels.namespaces.iter().flat_map(upgrade_cells).collect();
    if levels.namespaces.iter().any(|row| row.upgrade.is_some()) {
        text.push('\n');
        if upgrades.is_empty() {
            text.push_str("The upgrade changes nothing for these workloads.\n");
        } else {
            text.push_str(&table(&["namespace", "mode", "level", "means", "then", "changes"], &upgrades, style));
        }
    }
    if verbose {
        levels.namespaces.iter().for_each(|row| details(&mut text, row));
    }
    if let Some(gone) = levels.gone.as_ref().filter(|gone| !gone.is_empty()) {
        let names: Vec<_> = gone.iter().map(|name| escape(name)).collect();
        let _ = write!(text, "\nNo longer there: {}.\n", names.join(", "));
    }
    let _ = write!(text, "\n{}\n", closing_line(levels));
    text
}

fn head(levels: &Levels) -> Vec<&'static str> {
    let mut head = vec!["namespace", "workloads", "labels today", "could be", "in the way of the next level"];
    if levels.namespaces.iter().any(|row| row.since.is_some()) {
        head.push("before");
    }
    head
}

fn cells(row: &Namespace) -> Vec<String> {
    let labels: Vec<String> = modes(&row.labels);
    let labels = match (row.described, labels.is_empty()) {
        (false, _) => "unknown".to_owned(),
        (true, true) => "none".to_owned(),
        (true, false) => labels.join(", "),
    };
    let labels = if row.exempt { format!("{labels} (exempt)") } else { labels };
    let open = if row.proven { "" } else { " (unproven)" };
    let next = row.next.as_ref().map_or_else(
        || "-".to_owned(),
        |next| {
            let (findings, workloads) = (count(next.findings, "finding"), count(next.workloads, "workload"));
            format!("{}: {findings} in {workloads}", next.level)
        },
    );
    let mut cells = vec![
        escape(&row.name).into_owned(),
        row.workloads.to_string(),
        escape(&labels).into_owned(),
        if row.is_unknown() { "unknown".to_owned() } else { format!("{}{open}", row.strictest.enforce) },
        next,
    ];
    if let Some(since) = &row.since {
        let before = since.strictest.as_ref();
        let before = before.map(|level| format!("{}, {}", escape(level), count(since.findings, "finding")));
        cells.push(before.unwrap_or_else(|| "new".to_owned()));
    }
    cells
}

/// `enforce=baseline:v1.31`, for each mode with a label.
fn modes(labels: &std::collections::BTreeMap<String, String>) -> Vec<String> {
    let of_mode = |mode: &str| {
        let version = labels.get(&format!("{mode}-version"));
        match (labels.get(mode), version) {
            (None, None) => None,
            (Some(level), None) => Some(format!("{mode}={level}")),
            (level, Some(version)) => Some(format!("{mode}={}:{version}", level.map_or("", String::as_str))),
        }
    };
    ["enforce", "audit", "warn"].into_iter().filter_map(of_mode).collect()
}

/// What an upgrade changes, a row a mode.
fn upgrade_cells(row: &Namespace) -> Vec<Vec<String>> {
    let cells = |change: &Upgrade| {
        let mut changes = Vec::new();
        if !change.refused.is_empty() {
            changes.push(format!("against {}", escape(&change.refused.join(", "))));
        }
        if !change.accepted.is_empty() {
            changes.push(format!("no longer against {}", escape(&change.accepted.join(", "))));
        }
        let name = escape(&row.name).into_owned();
        let Upgrade { mode, standard, from, to, .. } = change;
        vec![name, mode.clone(), standard.clone(), from.clone(), to.clone(), changes.join("; ")]
    };
    row.upgrade.iter().flatten().map(cells).collect()
}

fn turned(by: &By, style: Style) -> String {
    let rows: Vec<Vec<String>> = by
        .groups
        .iter()
        .map(|group| {
            let name = escape(&group.name).into_owned();
            vec![name, group.namespaces.len().to_string(), group.workloads.to_string(), group.findings.to_string()]
        })
        .collect();
    let mut text = table(&[&by.what, "namespaces", "workloads", "findings"], &rows, style);
    let named = by.groups.iter().filter(|group| group.name != NO_CHART).count();
    let (groups, blocked) = (count(named, &by.what), count(by.blocked, "namespace"));
    let block = if named == 1 { "blocks" } else { "block" };
    let _ = write!(text, "\n{groups} {block} {blocked}.\n");
    text
}

/// What stands in the way of a namespace, by rule.
fn details(text: &mut String, row: &Namespace) {
    if let Some(next) = row.next.as_ref().filter(|next| next.findings > 0) {
        let _ = write!(text, "\n{}, on its way to {}:{}:\n", escape(&row.name), next.level, next.version);
        for Blocked { rule, findings, workloads } in &next.rules {
            let _ = writeln!(text, "  {rule}: {} in {}", count(*findings, "finding"), escape(&workloads.join(", ")));
        }
    }
    let name = escape(&row.name);
    if row.is_unknown() {
        let _ = writeln!(text, "\n{name} is unknown, since something of it could not be read:");
    } else if !row.open.is_empty() {
        let _ = writeln!(text, "\n{name} is not proven:");
    } else if !row.proven {
        let _ = writeln!(text, "\n{name} is not proven: it has no workloads here.");
    }
    for Open { object, why, file, line } in row.unread.iter().chain(&row.open) {
        let _ = writeln!(text, "  {} ({}:{line}): {}", escape(object), escape(file), escape(why));
    }
}

fn closing_line(levels: &Levels) -> String {
    let summary = &levels.summary;
    let reach = [
        (summary.restricted, "could be restricted"),
        (summary.baseline, "could be baseline"),
        (summary.privileged, "must stay privileged"),
        (summary.unknown, "cannot be told"),
    ];
    let reach: Vec<String> =
        reach.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    let reach = if reach.is_empty() { String::new() } else { format!(": {}", reach.join(", ")) };
    let unjudged = match summary.unjudged {
        0 => String::new(),
        number => format!(" {} could not be judged.", count(number, "object")),
    };
    let workloads = count(summary.workloads, "workload");
    let namespaces = count(summary.namespaces, "namespace");
    format!("{namespaces} with {workloads} ({}){reach}.{unjudged}", levels.kubernetes)
}

/// A table of these columns. Cells hold nothing that a terminal could trip over.
fn table(head: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let mut text = String::new();
    if style == Style::Markdown {
        let _ = writeln!(text, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        return text;
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let capitals: Vec<String> = head.iter().map(|title| title.to_uppercase()).collect();
    let _ = writeln!(text, "{}", line(&capitals));
    for row in rows {
        let _ = writeln!(text, "{}", line(row));
    }
    text
}
