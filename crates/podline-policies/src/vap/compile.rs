//! From a policy document to a policy, or to what the server would refuse in it:
//! `validateValidatingAdmissionPolicySpec` of `k8s.io/kubernetes/pkg/apis/admissionregistration/validation`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use podline_cel::{Program, Type};
use serde_json::{Value, json};

use super::constraints::{match_resources, one_of, param_kind};
use super::evaluate::BUDGET;
use super::policy::{Annotation, Expression, Policy, Programs, Validation};
use crate::environment::{Environments, Evaluator, Refused};
use crate::field::{Errors, Field, FieldError};
use crate::json::{items, text};
use crate::judgement::Step;
use crate::matching::{GroupVersionKind, MatchResources};
use crate::names;
use crate::validate::metadata;

/// How many match conditions and audit annotations a policy may have, and how long the value of one may be written.
const CONDITIONS: usize = 64;
const ANNOTATIONS: usize = 20;
const LONGEST_VALUE: usize = 5 * 1024;

/// Reads a ValidatingAdmissionPolicy.
///
/// # Errors
/// What the server refuses, in its order.
pub(super) fn policy(document: &Value, index: usize, evaluator: Evaluator) -> Result<Policy, Vec<FieldError>> {
    let mut errors = Errors::default();
    metadata(document, names::subdomain, &mut errors);
    let policy = read(document, (index, evaluator), &mut errors);
    match policy {
        Some(policy) if errors.is_empty() => Ok(policy),
        _ => Err(errors.into_vec()),
    }
}

fn read(document: &Value, (index, evaluator): (usize, Evaluator), errors: &mut Errors) -> Option<Policy> {
    let (spec, field) = (&document["spec"], Field::new(&["spec"]));
    constraints(spec, &field, errors);
    let params = spec["paramKind"].is_object();
    let environments = Environments::new(params, evaluator);
    let conditions = conditions(&spec["matchConditions"], &environments, &field.child("matchConditions"), errors);
    let (environments, variables) = variables(&spec["variables"], environments, &field.child("variables"), errors);
    let reader = Reader { environments, policy: text(&document["metadata"]["name"]) };
    let (validations, annotations) = reader.rules(spec, &field, errors);
    let kind = &spec["paramKind"];
    Some(Policy {
        name: reader.policy.into(),
        document: index,
        fails: spec["failurePolicy"] != "Ignore",
        param_kind: params.then(|| GroupVersionKind::new(text(&kind["apiVersion"]), text(&kind["kind"]))),
        constraints: MatchResources::new(&spec["matchConstraints"]),
        conditions: conditions?,
        composed_conditions: false,
        variables: variables?,
        validations: validations?,
        budget: BUDGET,
        annotations: annotations?,
        authorizer: authorizer(spec),
        bindings: Vec::new(),
    })
}

fn constraints(spec: &Value, field: &Field, errors: &mut Errors) {
    one_of(&spec["failurePolicy"], &["Fail", "Ignore"], &field.child("failurePolicy"), errors);
    if spec["paramKind"].is_object() {
        param_kind(&spec["paramKind"], &field.child("paramKind"), errors);
    }
    let constraints = field.child("matchConstraints");
    if !spec["matchConstraints"].is_object() {
        errors.required(&constraints, "");
        return;
    }
    match_resources(&spec["matchConstraints"], &constraints, errors);
    if items(&spec["matchConstraints"]["resourceRules"]).len() == 0 {
        errors.required(&constraints.child("resourceRules"), "");
    }
}

/// Where the authorizer is named first. The outcome of what does not even name it cannot depend on it.
fn authorizer(spec: &Value) -> Option<Vec<Step>> {
    ["matchConditions", "variables", "validations"].into_iter().find_map(|list| {
        let index = items(&spec[list]).position(|item| text(&item["expression"]).contains("authorizer"))?;
        Some(Field::new(&["spec", list]).index(index).child("expression").steps())
    })
}

/// What an expression is compiled to, or the field's error.
fn compiled(written: &str, result: Result<Program, Refused>, field: &Field, errors: &mut Errors) -> Option<Expression> {
    match result {
        Ok(program) => return Some(Expression { text: written.to_owned(), program: Ok(program) }),
        Err(Refused::Invalid(detail)) => errors.invalid(field, written, &detail),
        Err(Refused::Internal(detail)) => errors.internal(field, &detail),
    }
    None
}

fn conditions(
    list: &Value,
    environments: &Environments,
    field: &Field,
    errors: &mut Errors,
) -> Option<Vec<Expression>> {
    if items(list).len() > CONDITIONS {
        errors.too_many(field, items(list).len(), CONDITIONS);
    }
    let mut seen = HashSet::new();
    let read = items(list).enumerate().map(|(index, condition)| {
        let field = field.index(index);
        let (name, written) = (text(&condition["name"]), text(&condition["expression"]));
        let expression = condition_expression(written, environments, &field.child("expression"), errors);
        if name.is_empty() {
            errors.required(&field.child("name"), "");
        } else {
            for wrong in names::qualified(name) {
                errors.invalid(&field.child("name"), name, &wrong);
            }
            if !seen.insert(name) {
                errors.duplicate(&field.child("name"), name);
            }
        }
        expression
    });
    // Every condition is looked at, also behind one that is refused.
    read.collect::<Vec<_>>().into_iter().collect()
}

fn condition_expression(
    written: &str,
    environments: &Environments,
    field: &Field,
    errors: &mut Errors,
) -> Option<Expression> {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        errors.required(field, "");
        return None;
    }
    let compiled = compiled(trimmed, environments.compile(trimmed, &[Type::Bool]), field, errors)?;
    // Errors of evaluation name it as it is written.
    Some(Expression { text: written.to_owned(), ..compiled })
}

/// Compiles the variables, each of which sees those before it. The first value says what the expressions after them see.
fn variables(
    list: &Value,
    environments: Environments,
    field: &Field,
    errors: &mut Errors,
) -> (Environments, Option<Programs>) {
    if items(list).len() == 0 {
        return (environments, Some(Programs::default()));
    }
    let mut environments = environments.with_variables();
    let mut programs = Some(HashMap::new());
    for (index, variable) in items(list).enumerate() {
        let field = field.index(index);
        let (name, written) = (text(&variable["name"]), text(&variable["expression"]));
        if name.trim().is_empty() {
            errors.required(&field.child("name"), "name is not specified");
        } else if !names::is_identifier(name) {
            errors.invalid(&field.child("name"), name, "must be a valid CEL identifier");
        }
        if written.trim().is_empty() {
            errors.required(&field.child("expression"), "expression is not specified");
            programs = None;
            continue;
        }
        let result = environments.compile(written, &[]);
        let program =
            compiled(written, result, &field.child("expression"), errors).and_then(|found| found.program.ok());
        environments = environments.variable(name, program.as_ref());
        match (program, &mut programs) {
            (Some(program), Some(programs)) => drop(programs.insert(name.into(), program)),
            _ => programs = None,
        }
    }
    (environments, programs.map(Arc::new))
}

/// Reads the rules of a policy.
struct Reader<'a> {
    environments: Environments,
    policy: &'a str,
}

type Rules = (Option<Vec<Validation>>, Option<Vec<Annotation>>);

impl Reader<'_> {
    fn rules(&self, spec: &Value, field: &Field, errors: &mut Errors) -> Rules {
        let (validations, annotations) = (field.child("validations"), field.child("auditAnnotations"));
        if items(&spec["validations"]).len() == 0 && items(&spec["auditAnnotations"]).len() == 0 {
            let detail = "validations or auditAnnotations must contain at least one item";
            errors.required(&validations, detail);
            errors.required(&annotations, detail);
            return (None, None);
        }
        let read: Vec<Option<Validation>> = items(&spec["validations"])
            .enumerate()
            .map(|(index, validation)| self.validation(validation, &validations.index(index), errors))
            .collect();
        (read.into_iter().collect(), self.annotations(&spec["auditAnnotations"], &annotations, errors))
    }

    fn validation(&self, json: &Value, field: &Field, errors: &mut Errors) -> Option<Validation> {
        let written = text(&json["expression"]);
        let expression = if written.trim().is_empty() {
            errors.required(&field.child("expression"), "expression is not specified");
            None
        } else {
            let result = self.environments.compile(written, &[Type::Bool]);
            compiled(written, result, &field.child("expression"), errors)
        };
        let message_expression = self.message_expression(json, field, errors);
        let message = text(&json["message"]);
        if !message.is_empty() && message.trim().is_empty() {
            errors.invalid(&field.child("message"), message, "must be non-empty if specified");
        } else if message.trim().contains(['\n', '\r']) {
            errors.invalid(&field.child("message"), message, "must not contain line breaks");
        }
        let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
        one_of(&json["reason"], &reasons, &field.child("reason"), errors);
        Some(Validation {
            expression: expression?,
            message: message.trim().to_owned(),
            message_expression: message_expression.ok()?,
            reason: json["reason"].as_str().map(Arc::from),
        })
    }

    /// The expression that gives the message, if there is one; an error if it is refused.
    fn message_expression(&self, json: &Value, field: &Field, errors: &mut Errors) -> Result<Option<Expression>, ()> {
        let (written, field) = (text(&json["messageExpression"]), field.child("messageExpression"));
        if written.is_empty() {
            return Ok(None);
        }
        if written.trim().is_empty() {
            errors.invalid(&field, written, "must be non-empty if specified");
            return Err(());
        }
        compiled(written, self.environments.compile_message(written), &field, errors).map(Some).ok_or(())
    }

    fn annotations(&self, list: &Value, field: &Field, errors: &mut Errors) -> Option<Vec<Annotation>> {
        if items(list).len() > ANNOTATIONS {
            errors.invalid_json(field, &written_in_go(list), "must not have more than 20 auditAnnotations");
        }
        let mut seen = HashSet::new();
        let read = items(list).enumerate().map(|(index, annotation)| {
            let field = field.index(index);
            let key = text(&annotation["key"]);
            let value = self.annotation(annotation, key, &field, errors);
            if !seen.insert(key) {
                errors.duplicate(&field.child("key"), key);
            }
            value.map(|value| Annotation { key: key.into(), value })
        });
        read.collect::<Vec<_>>().into_iter().collect()
    }

    fn annotation(&self, json: &Value, key: &str, field: &Field, errors: &mut Errors) -> Option<Expression> {
        if self.policy.is_empty() {
            errors.invalid(&field.child("key"), key, "requires metadata.name be non-empty");
        } else {
            let whole = format!("{}/{key}", self.policy);
            for wrong in names::qualified(&whole) {
                errors.invalid(&field.child("key"), &whole, &wrong);
            }
        }
        let (written, field) = (text(&json["valueExpression"]), field.child("valueExpression"));
        let trimmed = written.trim();
        if trimmed.is_empty() {
            errors.required(&field, "valueExpression is not specified");
            return None;
        }
        if trimmed.len() > LONGEST_VALUE {
            errors.required(&field, &format!("must not exceed {LONGEST_VALUE} bytes in length"));
            return None;
        }
        let result = self.environments.compile(trimmed, &[Type::String, Type::Null]);
        compiled(written, result, &field, errors)
    }
}

/// A list of annotations under the names of Go's fields, in which the server shows it.
fn written_in_go(list: &Value) -> Value {
    let entry = |item: &Value| json!({ "Key": text(&item["key"]), "ValueExpression": text(&item["valueExpression"]) });
    items(list).map(entry).collect()
}
