//! Kyverno: ClusterPolicies and Policies, the policies of `policies.kyverno.io`, and exceptions.

use std::sync::Arc;

use podline_policies::{Actions, kyverno};
use serde_json::{Value, json};

use super::document::{Document, read_yaml};
use super::language::{self, Bound, Language, NotJudged, Read, ReadPolicy, ReadRule};
use crate::finding::PolicyEngine;
use crate::rules::Family;

/// Policies of Kyverno.
#[derive(Debug)]
pub(super) struct Kyverno;

impl Language for Kyverno {
    fn engine(&self) -> PolicyEngine {
        PolicyEngine::Kyverno
    }

    fn family(&self) -> Family {
        Family::Kyverno
    }

    fn source(&self, kind: &str) -> &'static str {
        if kind.ends_with("ValidatingPolicy") { "KyvernoValidatingPolicy" } else { "kyverno" }
    }

    fn groups(&self) -> &'static [&'static str] {
        &["kyverno.io", "policies.kyverno.io"]
    }

    fn claims(&self, api_version: &str, kind: &str) -> bool {
        kyverno::claims(&json!({ "apiVersion": api_version, "kind": kind }))
    }

    /// The context of rules reads ConfigMaps.
    fn refers_to(&self, document: &Value) -> Vec<(String, String)> {
        let reads = kyverno::claims(document) && reads_config_maps(document);
        reads.then(|| ("v1".to_owned(), "ConfigMap".to_owned())).into_iter().collect()
    }

    /// They are applied with what reads them.
    fn reads_judged_config_maps(&self) -> bool {
        true
    }

    fn name(&self, document: &Document) -> String {
        let Document { kind, namespace, name, .. } = document;
        kyverno::key(&json!({ "kind": kind, "metadata": { "namespace": namespace, "name": name } }))
    }

    /// Its failure actions; those of `policies.kyverno.io` are called as the API server calls its own.
    fn actions(&self, kind: &str, actions: Actions) -> Vec<&'static str> {
        if !matches!(kind, "ClusterPolicy" | "Policy") {
            let mut names: Vec<&str> = actions.names().collect();
            names.sort_unstable();
            return names;
        }
        let names = [(Actions::DENY, "Enforce"), (Actions::AUDIT, "Audit")];
        names.into_iter().filter(|(action, _)| actions.contains(*action)).map(|(_, name)| name).collect()
    }

    fn load(&self, documents: &[Value], now: i64) -> Read {
        let settings = kyverno::Settings {
            now: (now, 0),
            yaml: Arc::new(read_yaml),
            pod_security: Some(Box::new(kyverno::Standards)),
        };
        let kyverno::Loaded { engine, refused, not_judged, dangling } = kyverno::load(documents, settings);
        let mut policies: Vec<ReadPolicy> =
            engine.summaries().map(|summary| read_policy(&summary, &documents[summary.document])).collect();
        for one in not_judged {
            let document = one.document;
            let left_out = left_out(one);
            match policies.iter_mut().find(|policy| policy.document == document) {
                Some(policy) => policy.not_judged.push(left_out),
                // Refused policies are said elsewhere, and replaced ones are not there.
                None => policies.push(of_another_kind(document, left_out)),
            }
        }
        policies.sort_by_key(|policy| policy.document);
        let refused = refused.into_iter().map(language::refusal).collect();
        Read { engine: Box::new(engine), policies, refused, unknown: Vec::new(), dangling }
    }

    /// `kyverno apply` fills nothing in.
    fn answers_as_written(&self) -> bool {
        true
    }

    fn names_as_stored(&self) -> bool {
        true
    }

    fn imitates(&self) -> Option<&'static str> {
        Some("1.19")
    }
}

/// Whether a rule's context, or that of one of its lists, reads ConfigMaps.
fn reads_config_maps(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("configMap") || map.values().any(reads_config_maps),
        Value::Array(list) => list.iter().any(reads_config_maps),
        _ => false,
    }
}

fn read_policy(summary: &kyverno::Summary<'_>, document: &Value) -> ReadPolicy {
    let unknowable = summary.unknowable.iter().map(|one| NotJudged {
        rule: Some(one.rule.clone()).filter(|rule| !rule.is_empty()),
        why: format!("it asks for {}: what depends on it stays undecided", one.need.text()),
        path: one.path.clone(),
        is_left_out: false,
    });
    let rules = summary.rules.iter().map(|rule| ReadRule {
        name: rule.name.to_owned(),
        path: rule.path.to_vec(),
        summary: rule.message.to_owned(),
        actions: rule.actions,
    });
    let mut messages = document["spec"]["validations"].as_array().into_iter().flatten();
    let message = messages.find_map(|one| one["message"].as_str());
    let message = message.or_else(|| summary.rules.iter().map(|rule| rule.message).find(|message| !message.is_empty()));
    ReadPolicy {
        document: summary.document,
        can_judge: !summary.rules.is_empty() || summary.kind.ends_with("ValidatingPolicy"),
        bound: Bound::Itself(summary.actions),
        rules: rules.collect(),
        not_judged: unknowable.collect(),
        remarks: remarks(document),
        matches: summary.kinds.iter().cloned().chain(language::matches(&summary.resources)).collect(),
        summary: message.map(str::to_owned),
    }
}

/// Where other versions of Kyverno, or of Kubernetes, answer otherwise.
fn remarks(document: &Value) -> Vec<String> {
    let older = kyverno::before_1_19(document).into_iter().map(|what| format!("Kyverno before 1.19 {what}"));
    let rules = document["spec"]["rules"].as_array();
    let asks_standards = rules.into_iter().flatten().any(|rule| rule["validate"]["podSecurity"].is_object());
    let standards =
        "podSecurity judges by the Standards of v1.34 at most, which Kyverno brings, whatever the cluster's are";
    older.chain(asks_standards.then(|| standards.to_owned())).collect()
}

/// A policy that judges nothing: it mutates, generates, cleans up or asks registries.
fn of_another_kind(document: usize, left_out: NotJudged) -> ReadPolicy {
    ReadPolicy {
        document,
        can_judge: false,
        bound: Bound::Itself(Actions::NONE),
        rules: Vec::new(),
        not_judged: vec![left_out],
        remarks: Vec::new(),
        matches: Vec::new(),
        summary: None,
    }
}

fn left_out(one: kyverno::NotJudged) -> NotJudged {
    let why = match one.why.as_str() {
        "mutate" => "mutate rules change objects, which podline does not do".to_owned(),
        "generate" => "generate rules make other objects".to_owned(),
        "verifyImages" => "verifyImages rules ask the registry of an image".to_owned(),
        "manifests" => "rules with manifests check signatures".to_owned(),
        why if one.rule.is_empty() && why.ends_with("Policy") => {
            format!("a policy of the kind {why} asks for more than manifests hold, or changes the cluster")
        }
        why => format!("podline does not know {why}"),
    };
    NotJudged { rule: Some(one.rule).filter(|rule| !rule.is_empty()), why, path: one.path, is_left_out: true }
}
