//! `podline policies`: what a run would judge by, and whom it has judged.

mod who_can_use;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use super::Status;
use super::problems::tell;
use super::read::{find, tell_passed_over};
use super::terminal::{Output, complain, hint};
use crate::cli::{self, PoliciesFormat};
use crate::engine::{Document, LoadedPolicy, Refused};
use crate::finding::{PolicyEngine, PolicyRef};
use crate::report::escape::escape;
use crate::report::json::to_json;
use crate::report::summary::{Summary, count};
use crate::session::Session;
use crate::source::discover::Input;
use crate::verdict::FileReport;

/// Lists the policies that were loaded.
pub(super) fn run(options: &cli::Policies) -> Status {
    let (inputs, mut status) = find(&options.input);
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) => {
            status = status.max(tell(&found));
            tell_passed_over(&session.excluded);
            session
        }
        Err(found) => return tell(&found),
    };
    if let Some(policy) = &options.who_can_use {
        return status.max(who_can_use::list(&session, policy, options.format));
    }
    let summary = judged(&session, &mut status);
    let rows = rows(&session, &summary);
    if rows.is_empty() {
        hint("no policy of a cluster is loaded: --policy and `policies:` name files and directories");
    }
    let text = match options.format {
        PoliciesFormat::Human => human(&rows),
        PoliciesFormat::Json => json(&rows),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    // What is only refused in a directory is no failure of a check, but here it is what was asked for.
    let of = |row: &Row| match (row.invalid.is_empty(), row.not_judged.is_empty()) {
        (false, _) => Status::Failed,
        (true, false) => Status::Findings,
        (true, true) => Status::Clean,
    };
    status = status.max(rows.iter().map(of).max().unwrap_or_default());
    status.max(output.status())
}

/// How many objects each policy judges, and leaves undecided. What cannot be read is told.
fn judged(session: &Session, status: &mut Status) -> Summary {
    let of = |input: &Input| session.judge(input).map(|judged| judged.map(|judged| judged.report));
    let mut summary = Summary::default();
    for report in session.judge_all(of) {
        match report {
            Ok(report) => summary.add(&report.unwrap_or_else(FileReport::default)),
            Err(problem) => {
                complain(&problem.to_string());
                *status = Status::Failed;
            }
        }
    }
    for (file, report) in session.overspent() {
        for entry in &report.findings {
            complain(&format!("{}:{}: {}", file.name(), entry.location.start.line, entry.message));
        }
        *status = (*status).max(Status::Findings);
    }
    summary
}

/// A policy as it is listed. Texts are raw.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    engine: &'static str,
    kind: &'a str,
    name: Cow<'a, str>,
    namespace: &'a str,
    file: &'a str,
    line: usize,
    matches: &'a [String],
    /// The last day on which it judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    actions: Vec<&'static str>,
    bindings: Vec<BindingRow<'a>>,
    /// Whether it does something.
    #[serde(skip)]
    is_bound: bool,
    invalid: Vec<&'a str>,
    not_judged: Vec<NotJudgedRow<'a>>,
    /// What other versions of its engine make of it.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remarks: &'a [String],
    /// The version of its engine that is imitated.
    imitates: Option<&'static str>,
    judged: usize,
    /// Of how many of them only the cluster can tell.
    undecided: usize,
}

/// A binding of a policy.
#[derive(Serialize)]
struct BindingRow<'a> {
    name: &'a str,
    actions: Vec<&'static str>,
    file: &'a str,
    line: usize,
}

/// What will never be decided of a policy.
#[derive(Serialize)]
struct NotJudgedRow<'a> {
    rule: Option<&'a str>,
    why: &'a str,
    line: usize,
}

fn rows<'s>(session: &'s Session, summary: &Summary) -> Vec<Row<'s>> {
    let loaded = session.loaded_policies().into_iter().map(|policy| of_policy(policy, summary));
    loaded.chain(session.refused_documents().into_iter().map(of_refused)).collect()
}

fn of_policy<'p>(policy: &'p LoadedPolicy, summary: &Summary) -> Row<'p> {
    let count = |of: &BTreeMap<Arc<PolicyRef>, usize>| of.get(&policy.reference).copied().unwrap_or_default();
    let bindings = policy.bindings.iter().map(|binding| BindingRow {
        name: &binding.document.name,
        actions: policy.names(binding.actions),
        file: binding.document.file.name(),
        line: binding.document.line(),
    });
    let not_judged = policy.not_judged.iter().map(|one| NotJudgedRow {
        rule: one.rule.as_deref(),
        why: &one.why,
        line: policy.document.locate(&one.path).start.line,
    });
    let PolicyRef { engine, file, line, .. } = &*policy.reference;
    Row {
        engine: engine.as_str(),
        kind: &policy.kind,
        name: name(&policy.reference, &policy.document),
        namespace: &policy.namespace,
        file,
        line: *line,
        matches: &policy.matches,
        until: policy.until.as_deref(),
        actions: policy.names(policy.actions),
        bindings: bindings.collect(),
        is_bound: policy.is_bound,
        invalid: Vec::new(),
        not_judged: not_judged.collect(),
        remarks: &policy.remarks,
        imitates: policy.language().imitates(),
        judged: count(&summary.judged),
        undecided: count(&summary.undecided_by),
    }
}

/// Its name. Answers that are given in the name of a whole kind leave open which of them it is.
fn name<'p>(reference: &'p PolicyRef, document: &Document) -> Cow<'p, str> {
    let Document { kind, name, .. } = document;
    let is_of_kind = reference.engine == PolicyEngine::Gatekeeper && reference.name == *kind;
    if is_of_kind { format!("{kind}/{name}").into() } else { reference.name.as_str().into() }
}

fn of_refused(refused: &Refused) -> Row<'_> {
    let PolicyRef { engine, file, .. } = &*refused.reference;
    Row {
        engine: engine.as_str(),
        kind: &refused.document.kind,
        name: name(&refused.reference, &refused.document),
        namespace: &refused.document.namespace,
        file,
        line: refused.document.locate(&refused.path).start.line,
        matches: &[],
        until: None,
        actions: Vec::new(),
        bindings: Vec::new(),
        is_bound: false,
        invalid: vec![&refused.text],
        not_judged: Vec::new(),
        remarks: &[],
        imitates: None,
        judged: 0,
        undecided: 0,
    }
}

fn json(rows: &[Row]) -> String {
    format!("[\n{}\n]\n", rows.iter().map(to_json).collect::<Vec<_>>().join(",\n"))
}

fn human(rows: &[Row]) -> String {
    let mut text = String::new();
    let imitated: BTreeSet<(&str, &str)> = rows.iter().filter_map(|row| Some((row.engine, row.imitates?))).collect();
    for (engine, version) in imitated {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "as {engine} {version} judges");
    }
    for row in rows {
        let _ = writeln!(text, "{} ({}, {}:{})", escape(&row.name), row.kind, escape(row.file), row.line);
        for why in &row.invalid {
            let _ = writeln!(text, "  refused: {}", escape(why));
        }
        if row.invalid.is_empty() {
            if !row.matches.is_empty() {
                let _ = writeln!(text, "  matches {}", escape(&row.matches.join(", ")));
            }
            if let Some(until) = row.until {
                let _ = writeln!(text, "  until {until}");
            }
            let undecided =
                if row.undecided > 0 { format!(", {} of them undecided", row.undecided) } else { String::new() };
            let _ = writeln!(text, "  judged {}{undecided}", count(row.judged, "object"));
        }
        for BindingRow { name, actions, file, line } in &row.bindings {
            let does = if actions.is_empty() { "does nothing".to_owned() } else { actions.join(", ") };
            let _ = writeln!(text, "  binding {}: {does} ({}:{line})", escape(name), escape(file));
        }
        if row.invalid.is_empty() && !row.is_bound {
            text.push_str("  no binding, so that it does nothing\n");
        } else if row.invalid.is_empty() && row.bindings.is_empty() && !row.actions.is_empty() {
            let _ = writeln!(text, "  action {}", row.actions.join(", "));
        }
        for NotJudgedRow { rule, why, line } in &row.not_judged {
            let rule = rule.map(|rule| format!("rule {rule:?}: ")).unwrap_or_default();
            let _ = writeln!(text, "  not decided: {}{} ({}:{line})", escape(&rule), escape(why), escape(row.file));
        }
        for remark in row.remarks {
            let _ = writeln!(text, "  {remark}");
        }
    }
    text
}
