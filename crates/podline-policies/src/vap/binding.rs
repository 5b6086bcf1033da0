//! From a binding document to a binding, or to what the server would refuse in it.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::constraints::{match_resources, param_ref};
use super::policy::{Binding, Choice, ParamRef};
use crate::field::{Errors, Field, FieldError};
use crate::json::{text, texts};
use crate::judgement::Actions;
use crate::matching::{LabelSelector, MatchResources};
use crate::names;
use crate::validate::metadata;

/// Reads a ValidatingAdmissionPolicyBinding.
///
/// # Errors
/// What the server refuses, in its order.
pub(super) fn binding(document: &Value, index: usize) -> Result<Binding, Vec<FieldError>> {
    let mut errors = Errors::default();
    let binding = read(document, index, &mut errors);
    let actions = texts(&document["spec"]["validationActions"]);
    validation_actions(&actions, &Field::new(&["spec", "validationActions"]), &mut errors);
    let actions = actions.iter().fold(Actions::NONE, |all, name| all.with(action(name)));
    if errors.is_empty() { Ok(Binding { actions, ..binding }) } else { Err(errors.into_vec()) }
}

/// Reads a MutatingAdmissionPolicyBinding, which has no actions.
///
/// # Errors
/// As [`binding`].
pub(super) fn mutating_binding(document: &Value, index: usize) -> Result<Binding, Vec<FieldError>> {
    let mut errors = Errors::default();
    let binding = read(document, index, &mut errors);
    if errors.is_empty() { Ok(binding) } else { Err(errors.into_vec()) }
}

fn read(document: &Value, index: usize, errors: &mut Errors) -> Binding {
    metadata(document, names::subdomain, errors);
    let (spec, field) = (&document["spec"], Field::new(&["spec"]));
    let policy = text(&spec["policyName"]);
    if policy.is_empty() {
        errors.required(&field.child("policyName"), "");
    } else {
        for wrong in names::subdomain(policy) {
            errors.invalid(&field.child("policyName"), policy, &wrong);
        }
    }
    if spec["paramRef"].is_object() {
        param_ref(&spec["paramRef"], &field.child("paramRef"), errors);
    }
    if spec["matchResources"].is_object() {
        match_resources(&spec["matchResources"], &field.child("matchResources"), errors);
    }
    Binding {
        name: text(&document["metadata"]["name"]).into(),
        document: index,
        policy: policy.to_owned(),
        matches: MatchResources::new(&spec["matchResources"]),
        actions: Actions::NONE,
        params: spec["paramRef"].is_object().then(|| params(&spec["paramRef"])),
    }
}

fn params(reference: &Value) -> ParamRef {
    let name = text(&reference["name"]);
    let choice = if name.is_empty() {
        Choice::Selector(LabelSelector::new(&reference["selector"]))
    } else {
        Choice::Name(name.to_owned())
    };
    ParamRef {
        choice,
        namespace: text(&reference["namespace"]).to_owned(),
        required: reference["parameterNotFoundAction"] == "Deny",
    }
}

fn action(name: &str) -> Actions {
    match name {
        "Deny" => Actions::DENY,
        "Warn" => Actions::WARN,
        "Audit" => Actions::AUDIT,
        _ => Actions::NONE,
    }
}

fn validation_actions(actions: &[String], field: &Field, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for (index, action) in actions.iter().map(String::as_str).enumerate() {
        let known = ["Audit", "Deny", "Warn"];
        if !known.contains(&action) {
            errors.unsupported(&field.index(index), action, &known);
        }
        if !seen.insert(action) {
            errors.duplicate(&field.index(index), action);
        }
    }
    if seen.contains("Deny") && seen.contains("Warn") {
        let detail = "must not contain both Deny and Warn (repeating the same validation failure information in the \
                      API response and headers serves no purpose)";
        errors.invalid_json(field, &json!(actions), detail);
    }
    if seen.is_empty() {
        errors.required(field, "");
    }
}
