//! PolicyException of `kyverno.io`: v2 and v2beta1.
//!
//! Source: kyverno `pkg/engine/exceptions.go`, `pkg/engine/utils/exceptions.go`.

use podline_jmespath::wildcard;
use serde_json::Value as Json;

use super::conditions::hold;
use super::context::Context;
use super::fault::Fault;
use super::matching::{Candidate, Match};
use super::pod_security::Exclude;
use super::rule::Conditions;
use crate::doubts::Truth;
use crate::json::{items, text, texts};

/// An exception.
#[derive(Debug)]
pub(super) struct Exception {
    /// `namespace/name`
    pub(super) key: String,
    pub(super) document: usize,
    policies: Vec<(String, Vec<String>)>,
    matches: Match,
    conditions: Option<Conditions>,
    /// What it lets pass of the Standards; everything if it is empty.
    pub(super) pod_security: Vec<Exclude>,
}

impl Exception {
    pub(super) fn new(json: &Json, document: usize) -> Exception {
        let (namespace, name) = (text(&json["metadata"]["namespace"]), text(&json["metadata"]["name"]));
        let spec = &json["spec"];
        Exception {
            key: if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") },
            document,
            policies: items(&spec["exceptions"])
                .map(|one| (text(&one["policyName"]).to_owned(), texts(&one["ruleNames"])))
                .collect(),
            matches: Match::new(&spec["match"]),
            conditions: spec.get("conditions").filter(|json| !json.is_null()).map(Conditions::new),
            pod_security: items(&spec["podSecurity"]).map(Exclude::new).collect(),
        }
    }

    /// Is it about this rule?
    pub(super) fn names(&self, policy: &str, rule: &str) -> bool {
        self.policies
            .iter()
            .any(|(name, rules)| name == policy && rules.iter().any(|pattern| wildcard::matches(pattern, rule)))
    }

    /// Does it name one of these policies at all?
    pub(super) fn names_any<'p>(&self, mut policies: impl Iterator<Item = &'p str>) -> bool {
        policies.any(|policy| self.policies.iter().any(|(name, _)| name == policy))
    }

    /// Does it concern the object? Conditions that cannot be evaluated do not hold.
    pub(super) fn applies(&self, candidate: &Candidate<'_>, context: &mut Context<'_>) -> Result<Truth, Fault> {
        let matches = self.matches.excepts(candidate);
        let Some(conditions) = self.conditions.as_ref().filter(|_| matches != Truth::No) else { return Ok(matches) };
        let before = context.seen();
        let holds = match hold(context, conditions) {
            Ok((holds, _)) => Truth::from(holds),
            Err(Fault::Text(_)) => Truth::No,
            Err(fault) => return Err(fault),
        };
        Ok(matches.min(if context.is_open_since(before) { Truth::Unknown } else { holds }))
    }
}
