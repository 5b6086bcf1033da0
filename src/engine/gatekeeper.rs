//! Gatekeeper: constraints, their templates, and what expands objects for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use podline_policies::{Actions, gatekeeper};
use serde_json::Value;

use super::document::{Document, read_yaml};
use super::language::{self, Bound, Language, NotJudged, Read, ReadPolicy};
use crate::finding::PolicyEngine;
use crate::rules::Family;

/// The kind whose rows are of no constraint.
const EXPANSION: &str = "ExpansionTemplate";

/// Constraints of Gatekeeper.
#[derive(Debug)]
pub(super) struct Gatekeeper;

impl Language for Gatekeeper {
    fn engine(&self) -> PolicyEngine {
        PolicyEngine::Gatekeeper
    }

    fn family(&self) -> Family {
        Family::Gatekeeper
    }

    fn source(&self, _: &str) -> &'static str {
        "gatekeeper"
    }

    fn groups(&self) -> &'static [&'static str] {
        &[
            "templates.gatekeeper.sh",
            "constraints.gatekeeper.sh",
            "expansion.gatekeeper.sh",
            "config.gatekeeper.sh",
            "syncset.gatekeeper.sh",
            "mutations.gatekeeper.sh",
            "externaldata.gatekeeper.sh",
        ]
    }

    fn claims(&self, api_version: &str, kind: &str) -> bool {
        gatekeeper::claims(&serde_json::json!({ "apiVersion": api_version, "kind": kind }))
    }

    /// Of every kind there may be constraints of the same names. What cannot be expanded is told of the kind.
    fn name(&self, document: &Document) -> String {
        let Document { kind, name, .. } = document;
        if kind == EXPANSION { kind.clone() } else { format!("{kind}/{name}") }
    }

    fn actions(&self, _kind: &str, actions: Actions) -> Vec<&'static str> {
        let words = [(Actions::DENY, "deny"), (Actions::WARN, "warn"), (Actions::AUDIT, "dryrun")];
        words.into_iter().filter(|(action, _)| actions.contains(*action)).map(|(_, word)| word).collect()
    }

    fn load(&self, documents: &[Value], _now: i64) -> Read {
        let settings = gatekeeper::Settings { yaml: Some(Arc::new(read_yaml)) };
        let gatekeeper::Loaded { engine, refused, unknown, not_judged, idle } = gatekeeper::load(documents, settings);
        let mut policies: Vec<ReadPolicy> = engine.summaries().map(|summary| constraint(&summary, documents)).collect();
        policies.extend(templates(&engine, &idle));
        policies.extend(engine.expansions().map(|(document, actions)| ReadPolicy {
            document,
            can_judge: false,
            bound: Bound::Itself(actions),
            not_judged: Vec::new(),
            rules: Vec::new(),
            remarks: Vec::new(),
            matches: Vec::new(),
            summary: Some("Says which objects the controllers of others will make.".to_owned()),
        }));
        policies.extend(not_judged.into_iter().map(|one| ReadPolicy {
            document: one.document,
            can_judge: false,
            bound: Bound::Itself(Actions::NONE),
            not_judged: vec![NotJudged { rule: None, why: one.why.to_owned(), path: one.path, is_left_out: true }],
            rules: Vec::new(),
            remarks: Vec::new(),
            matches: Vec::new(),
            summary: None,
        }));
        policies.sort_by_key(|policy| policy.document);
        let refused = refused.into_iter().map(language::refusal).collect();
        let unknown = unknown.into_iter().map(language::unknown).collect();
        Read { engine: Box::new(engine), policies, refused, unknown, dangling: Vec::new() }
    }

    fn imitates(&self) -> Option<&'static str> {
        Some("3.23")
    }
}

fn constraint(summary: &gatekeeper::Summary<'_>, documents: &[Value]) -> ReadPolicy {
    let unknowable = summary.unknowable.iter();
    let template = &documents[summary.template]["metadata"]["annotations"]["description"];
    ReadPolicy {
        document: summary.document,
        can_judge: true,
        bound: Bound::Itself(summary.actions),
        not_judged: unknowable
            .map(|why| NotJudged { rule: None, why: (*why).to_owned(), path: Vec::new(), is_left_out: false })
            .collect(),
        rules: Vec::new(),
        remarks: Vec::new(),
        matches: language::matches(&summary.kinds),
        summary: Some(
            template.as_str().map_or_else(|| format!("A constraint of the kind {}.", summary.kind), str::to_owned),
        ),
    }
}

/// The templates, each bound by its constraints.
fn templates(engine: &gatekeeper::Engine, idle: &[usize]) -> Vec<ReadPolicy> {
    let mut bindings: BTreeMap<usize, Vec<(usize, Actions)>> = idle.iter().map(|at| (*at, Vec::new())).collect();
    for summary in engine.summaries() {
        bindings.entry(summary.template).or_default().push((summary.document, summary.actions));
    }
    let template = |(document, constraints)| ReadPolicy {
        document,
        can_judge: false,
        bound: Bound::By(constraints),
        not_judged: Vec::new(),
        rules: Vec::new(),
        remarks: Vec::new(),
        matches: Vec::new(),
        summary: Some("A template of constraints.".to_owned()),
    };
    bindings.into_iter().map(template).collect()
}
