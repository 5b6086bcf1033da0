//! ValidatingAdmissionPolicies: the cluster's own policies.

use podline_policies::{Actions, Step, vap};
use serde_json::Value;

use super::language::{self, Bound, Language, NotJudged, Read, ReadPolicy, ReadValidation};
use crate::finding::PolicyEngine;
use crate::rules::Family;

/// The cluster's own policies.
#[derive(Debug)]
pub(super) struct ValidatingAdmissionPolicies;

impl Language for ValidatingAdmissionPolicies {
    fn engine(&self) -> PolicyEngine {
        PolicyEngine::ValidatingAdmissionPolicy
    }

    fn family(&self) -> Family {
        Family::Vap
    }

    fn source(&self, _: &str) -> &'static str {
        "ValidatingAdmissionPolicy"
    }

    fn groups(&self) -> &'static [&'static str] {
        &["admissionregistration.k8s.io"]
    }

    /// Webhooks are configured in the same group.
    fn marks(&self) -> &'static [&'static str] {
        &["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"]
    }

    fn claims(&self, api_version: &str, kind: &str) -> bool {
        vap::claims(&serde_json::json!({ "apiVersion": api_version, "kind": kind }))
    }

    fn refers_to(&self, document: &Value) -> Vec<(String, String)> {
        let param_kind = &document["spec"]["paramKind"];
        let text = |key: &str| param_kind[key].as_str().map(str::to_owned);
        text("apiVersion").zip(text("kind")).into_iter().collect()
    }

    fn actions(&self, _: &str, actions: Actions) -> Vec<&'static str> {
        actions.names().collect()
    }

    fn validations(&self, document: &Value) -> Vec<ReadValidation> {
        let of = |(index, one): (usize, &Value)| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().trim().to_owned();
            let key = |key: &str| Step::Key(key.into());
            let path = vec![key("spec"), key("validations"), Step::Index(index), key("expression")];
            ReadValidation { path, expression: text("expression"), message: text("message") }
        };
        document["spec"]["validations"].as_array().into_iter().flatten().enumerate().map(of).collect()
    }

    fn load(&self, documents: &[Value], _: i64) -> Read {
        let vap::Loaded { engine, refused, unknown, dangling } = vap::load(documents);
        let policies = engine.summaries().map(|summary| read_policy(&summary, &documents[summary.document])).collect();
        let refused = refused.into_iter().map(language::refusal).collect();
        let unknown = unknown.into_iter().map(language::unknown).collect();
        Read { engine: Box::new(engine), policies, refused, unknown, dangling }
    }
}

fn read_policy(summary: &vap::Summary<'_>, document: &Value) -> ReadPolicy {
    let mut not_judged = Vec::new();
    let can_judge = summary.kind != "MutatingAdmissionPolicy";
    if !can_judge {
        let path = ["spec", "mutations"].map(|key| Step::Key(key.into())).to_vec();
        not_judged.push(NotJudged {
            rule: None,
            why: "podline does not apply mutations".to_owned(),
            path,
            is_left_out: true,
        });
    }
    if let Some(path) = summary.authorizer {
        let why = "it asks the cluster's authorizer: what depends on the answer stays undecided".to_owned();
        not_judged.push(NotJudged { rule: None, why, path: path.to_vec(), is_left_out: false });
    }
    let mut messages = document["spec"]["validations"].as_array().into_iter().flatten();
    ReadPolicy {
        document: summary.document,
        can_judge,
        bound: Bound::By(summary.bindings.iter().map(|(_, document, actions)| (*document, *actions)).collect()),
        rules: Vec::new(),
        not_judged,
        remarks: Vec::new(),
        matches: language::matches(&summary.resources),
        summary: messages.find_map(|one| one["message"].as_str()).map(str::to_owned),
    }
}
