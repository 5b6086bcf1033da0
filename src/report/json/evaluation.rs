//! What the report says of loaded policies: each of them, and what each said of each object.

use std::sync::Arc;

use podline_policies::Rule;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::entries::Object;
#[cfg(feature = "cli")]
use crate::finding::PolicyEngine;
use crate::finding::PolicyRef;
use crate::verdict::{Evaluation, ToldLoaded};

/// What one rule of a loaded policy says of one object, before waivers and severities.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct EvaluationEntry<'a> {
    /// The file.
    file: &'a str,
    #[serde(flatten)]
    object: Object<'a>,
    /// "Pod" for the pod that the object's controller would make; null for the object itself.
    #[serde(rename = "as")]
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["Pod", null])))]
    as_pod: Option<&'static str>,
    /// The engine.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = PolicyEngine::ALL.map(PolicyEngine::as_str))))]
    engine: &'static str,
    /// The policy.
    policy: &'a str,
    /// Its binding; null where it is about the policy as a whole.
    binding: Option<&'a str>,
    /// The param, "name" or "namespace/name"; null without one.
    param: Option<&'a str>,
    /// The index of a validation, the name of another rule, or null for the policy as a whole.
    rule: RuleEntry<'a>,
    /// What became of it.
    #[cfg_attr(feature = "cli", schemars(extend("enum" = ["pass", "fail", "warn", "error", "skip", "undecided"])))]
    result: &'static str,
    /// What the cluster does about it.
    actions: &'a [&'static str],
    /// What the cluster says; "" for a pass.
    message: &'a str,
    /// What lets the object pass, each with its place: exceptions, and Namespaces among what is judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exempted_by: Vec<ExemptionEntry<'a>>,
}

/// What lets an object pass.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct ExemptionEntry<'a> {
    /// Its name: "name" or "namespace/name"; for Gatekeeper "Namespace/name".
    name: &'a str,
    /// The file in which it stands.
    file: &'a str,
    /// The line on which it begins.
    line: usize,
}

impl<'a> EvaluationEntry<'a> {
    pub fn new(file: &'a str, evaluation: &'a Evaluation) -> Self {
        Self {
            file,
            object: Object::new(&evaluation.object),
            as_pod: evaluation.as_pod.then_some("Pod"),
            engine: evaluation.policy.engine.as_str(),
            policy: &evaluation.policy.name,
            binding: evaluation.binding.as_deref(),
            param: evaluation.param.as_deref(),
            rule: RuleEntry(&evaluation.rule),
            result: evaluation.decision.word(),
            actions: &evaluation.action_names,
            message: &evaluation.message,
            exempted_by: evaluation.exempted_by.iter().map(ExemptionEntry::new).collect(),
        }
    }
}

impl<'a> ExemptionEntry<'a> {
    fn new(exception: &'a Arc<PolicyRef>) -> Self {
        Self { name: &exception.name, file: &exception.file, line: exception.line }
    }
}

/// A rule of a policy: a number, a text, or null.
struct RuleEntry<'a>(&'a Rule);

impl Serialize for RuleEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Rule::Whole => serializer.serialize_none(),
            Rule::Validation(index) => index.serialize(serializer),
            Rule::Named(name) => name.serialize(serializer),
        }
    }
}

#[cfg(feature = "cli")]
impl JsonSchema for RuleEntry<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleOfPolicy".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["integer", "string", "null"] })
    }
}

/// A loaded policy of the run, or a document that its system refuses.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct LoadedEntry<'a> {
    /// Its engine.
    engine: &'static str,
    /// Its kind.
    kind: &'a str,
    /// Its name.
    name: &'a str,
    /// Its namespace; "" where it has none.
    namespace: &'a str,
    /// The file in which it stands.
    file: &'a str,
    /// The line on which it begins.
    line: usize,
    /// Why its system refuses it, in its words.
    invalid: &'a [String],
    /// What podline will never decide.
    not_judged: Vec<NotJudgedEntry<'a>>,
    /// How many objects it has judged.
    judged: usize,
}

/// What podline will never decide of a policy.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
struct NotJudgedEntry<'a> {
    /// The rule; null for all of the policy.
    rule: Option<&'a str>,
    /// The reason.
    why: &'a str,
}

impl<'a> LoadedEntry<'a> {
    pub fn new(told: &'a ToldLoaded, judged: usize) -> Self {
        let ToldLoaded { reference, kind, namespace, invalid, not_judged, is_unjudged: _ } = told;
        let not_judged = not_judged.iter().map(|(rule, why)| NotJudgedEntry { rule: rule.as_deref(), why });
        Self {
            engine: reference.engine.as_str(),
            kind,
            name: &reference.name,
            namespace,
            file: &reference.file,
            line: reference.line,
            invalid,
            not_judged: not_judged.collect(),
            judged,
        }
    }
}
