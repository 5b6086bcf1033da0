//! Kubewarden: policies that name well-known modules.

use podline_policies::{Actions, kubewarden};
use serde_json::Value;

use super::language::{self, Bound, Language, NotJudged, Read, ReadPolicy};
use crate::finding::PolicyEngine;
use crate::rules::Family;

/// Policies of Kubewarden.
#[derive(Debug)]
pub(super) struct Kubewarden;

impl Language for Kubewarden {
    fn engine(&self) -> PolicyEngine {
        PolicyEngine::Kubewarden
    }

    fn family(&self) -> Family {
        Family::Kubewarden
    }

    fn source(&self, _: &str) -> &'static str {
        "kubewarden"
    }

    fn groups(&self) -> &'static [&'static str] {
        &["policies.kubewarden.io"]
    }

    fn claims(&self, api_version: &str, kind: &str) -> bool {
        kubewarden::claims(&serde_json::json!({ "apiVersion": api_version, "kind": kind }))
    }

    /// Its modes.
    fn actions(&self, _: &str, actions: Actions) -> Vec<&'static str> {
        let modes = [(Actions::DENY, "protect"), (Actions::AUDIT, "monitor")];
        modes.into_iter().filter(|(action, _)| actions.contains(*action)).map(|(_, mode)| mode).collect()
    }

    fn load(&self, documents: &[Value], _: i64) -> Read {
        let kubewarden::Loaded { engine, refused, unknown, not_judged } = kubewarden::load(documents);
        let sound = engine.summaries().map(|summary| read_policy(&summary, &documents[summary.document]));
        let others = not_judged.into_iter().map(|one| of_unknown_module(one, documents));
        let mut policies: Vec<ReadPolicy> = sound.chain(others).collect();
        policies.sort_by_key(|policy| policy.document);
        let refused = refused.into_iter().map(language::refusal).collect();
        let unknown = unknown.into_iter().map(language::unknown).collect();
        Read { engine: Box::new(engine), policies, refused, unknown, dangling: Vec::new() }
    }
}

fn read_policy(summary: &kubewarden::Summary<'_>, document: &Value) -> ReadPolicy {
    let unknowable = summary.unknowable.iter();
    ReadPolicy {
        document: summary.document,
        can_judge: true,
        bound: Bound::Itself(summary.actions),
        not_judged: unknowable
            .map(|(why, path)| NotJudged { rule: None, why: (*why).to_owned(), path: path.clone(), is_left_out: false })
            .collect(),
        rules: Vec::new(),
        remarks: Vec::new(),
        matches: language::matches(&summary.resources),
        summary: Some(describe(&summary.modules, document)),
    }
}

/// A policy that nothing is judged by: what it would match is of no use.
fn of_unknown_module(not_judged: kubewarden::NotJudged, documents: &[Value]) -> ReadPolicy {
    let kubewarden::NotJudged { document, why, path, .. } = not_judged;
    let actions = if documents[document]["spec"]["mode"] == "monitor" { Actions::AUDIT } else { Actions::DENY };
    ReadPolicy {
        document,
        can_judge: false,
        bound: Bound::Itself(actions),
        rules: Vec::new(),
        not_judged: vec![NotJudged { rule: None, why, path, is_left_out: true }],
        remarks: Vec::new(),
        matches: Vec::new(),
        summary: Some(describe(&[], &documents[document])),
    }
}

/// What a policy says of itself: its message, or what it judges by.
fn describe(modules: &[&str], document: &Value) -> String {
    match document["spec"]["message"].as_str() {
        Some(message) if !message.is_empty() => message.to_owned(),
        _ if modules.is_empty() => "A policy of Kubewarden that podline does not judge by.".to_owned(),
        _ => format!("Judges by Kubewarden's {}.", modules.join(", ")),
    }
}
