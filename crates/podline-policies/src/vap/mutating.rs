//! MutatingAdmissionPolicies: read and matched. What they would change is not computed.

use std::sync::Arc;

use serde_json::Value;

use super::Summary;
use super::constraints::{match_resources, one_of, param_kind};
use super::policy::Binding;
use super::session::matched;
use crate::doubts::Doubts;
use crate::engine::Review;
use crate::field::{Errors, Field, FieldError};
use crate::json::{items, text};
use crate::judgement::{Actions, Mutation};
use crate::matching::{Candidate, MatchResources};
use crate::names;
use crate::validate::metadata;
use crate::writes::{Writes, of_mutations};

/// A MutatingAdmissionPolicy, as far as it says which objects it changes.
pub struct MutatingPolicy {
    name: Arc<str>,
    document: usize,
    constraints: MatchResources,
    bindings: Vec<Binding>,
    writes: Writes,
}

impl MutatingPolicy {
    pub(super) fn bind(&mut self, binding: Binding) {
        self.bindings.push(binding);
    }

    pub(super) fn summary(&self) -> Summary<'_> {
        let bindings = self.bindings.iter().map(|binding| (&*binding.name, binding.document, Actions::NONE));
        Summary {
            kind: "MutatingAdmissionPolicy",
            name: &self.name,
            document: self.document,
            bindings: bindings.collect(),
            resources: self.constraints.rules().iter().map(|rule| (rule.groups(), rule.resources())).collect(),
            authorizer: None,
        }
    }

    /// The first binding that lets the policy change the object. Match conditions are not evaluated: it may turn out
    /// that nothing is changed.
    pub(super) fn matches(&self, review: &Review<'_>, candidate: &Candidate<'_>) -> Option<Mutation> {
        let doubts = Doubts::default();
        matched(&self.constraints, review, candidate, &doubts)?;
        let matches = |binding: &&Binding| matched(&binding.matches, review, candidate, &doubts).is_some();
        let binding = self.bindings.iter().find(matches)?;
        Some(Mutation {
            policy: self.name.clone(),
            binding: Some(binding.name.clone()),
            document: self.document,
            writes: self.writes.clone(),
        })
    }
}

/// Reads a MutatingAdmissionPolicy.
///
/// # Errors
/// What the server refuses in everything but its expressions.
pub(super) fn mutating_policy(document: &Value, index: usize) -> Result<MutatingPolicy, Vec<FieldError>> {
    let mut errors = Errors::default();
    metadata(document, names::subdomain, &mut errors);
    let (spec, field) = (&document["spec"], Field::new(&["spec"]));
    one_of(&spec["failurePolicy"], &["Fail", "Ignore"], &field.child("failurePolicy"), &mut errors);
    if spec["paramKind"].is_object() {
        param_kind(&spec["paramKind"], &field.child("paramKind"), &mut errors);
    }
    let constraints = field.child("matchConstraints");
    if spec["matchConstraints"].is_object() {
        match_resources(&spec["matchConstraints"], &constraints, &mut errors);
        if items(&spec["matchConstraints"]["resourceRules"]).len() == 0 {
            errors.required(&constraints.child("resourceRules"), "");
        }
    } else {
        errors.required(&constraints, "");
    }
    if items(&spec["mutations"]).len() == 0 {
        errors.required(&field.child("mutations"), "mutations must contain at least one item");
    }
    match &spec["reinvocationPolicy"] {
        Value::String(policy) if !policy.is_empty() => {
            let known = ["IfNeeded", "Never"];
            one_of(&spec["reinvocationPolicy"], &known, &field.child("reinvocationPolicy"), &mut errors);
        }
        _ => errors.required(&field.child("reinvocationPolicy"), ""),
    }
    if !errors.is_empty() {
        return Err(errors.into_vec());
    }
    Ok(MutatingPolicy {
        name: text(&document["metadata"]["name"]).into(),
        document: index,
        constraints: MatchResources::new(&spec["matchConstraints"]),
        bindings: Vec::new(),
        writes: of_mutations(&spec["mutations"]),
    })
}
