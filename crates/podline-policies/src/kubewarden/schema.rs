//! The fields that the schemas of Kubewarden's definitions check, and its timeouts.

use serde_json::Value;

use crate::field::{Errors, Field};
use crate::json::entries;

/// The fields of a spec that are checked: those that must be there, and the types.
pub(super) struct Shape {
    required: &'static [&'static str],
    types: &'static [(&'static str, &'static str)],
}

pub(super) const POLICY: Shape = Shape {
    required: &["module", "mutating", "rules"],
    types: &[("module", "string"), ("mutating", "boolean"), ("settings", "object")],
};

pub(super) const GROUP: Shape = Shape {
    required: &["expression", "message", "policies", "rules"],
    types: &[("expression", "string"), ("policies", "object")],
};

/// The types of fields that all kinds have.
const COMMON: [(&str, &str); 12] = [
    ("allowInsideAdmissionControllerNamespace", "boolean"),
    ("backgroundAudit", "boolean"),
    ("failurePolicy", "string"),
    ("matchConditions", "array"),
    ("matchPolicy", "string"),
    ("message", "string"),
    ("mode", "string"),
    ("namespaceSelector", "object"),
    ("objectSelector", "object"),
    ("policyServer", "string"),
    ("rules", "array"),
    ("timeoutSeconds", "integer"),
];

impl Shape {
    /// What the API server refuses in a spec. One that is not there has nothing to check.
    pub(super) fn check(&self, spec: &Value, errors: &mut Errors) {
        let field = Field::new(&["spec"]);
        if spec.is_null() {
            return;
        }
        if !is(spec, "object") {
            wrong_type(&field, spec, "object", errors);
            return;
        }
        for key in self.required.iter().filter(|key| spec[**key].is_null()) {
            errors.required(&field.child(key), "");
        }
        for (key, of) in self.types.iter().chain(&COMMON) {
            if !spec[*key].is_null() && !is(&spec[*key], of) {
                wrong_type(&field.child(key), &spec[*key], of, errors);
            }
        }
        if let Some(mode) = spec["mode"].as_str().filter(|mode| !["protect", "monitor"].contains(mode)) {
            errors.unsupported(&field.child("mode"), mode, &["protect", "monitor"]);
        }
        for (name, member) in entries(&spec["policies"]) {
            check_member(&field.child("policies").child(name), member, errors);
        }
    }
}

fn check_member(field: &Field, member: &Value, errors: &mut Errors) {
    if !is(member, "object") {
        wrong_type(field, member, "object", errors);
        return;
    }
    if member["module"].is_null() {
        errors.required(&field.child("module"), "");
    }
    for (key, of) in [("module", "string"), ("settings", "object"), ("timeoutEvalSeconds", "integer")] {
        if !member[key].is_null() && !is(&member[key], of) {
            wrong_type(&field.child(key), &member[key], of, errors);
        }
    }
}

fn is(value: &Value, of: &str) -> bool {
    sort(value) == of
}

fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn wrong_type(field: &Field, value: &Value, of: &str, errors: &mut Errors) {
    let found = sort(value);
    errors.invalid(field, found, &format!("{} in body must be of type {of}: \"{found}\"", field.text()));
}

/// The longest that the API server waits for a webhook.
const LONGEST: i64 = 30;

/// A module must not have more time than its webhook has.
pub(super) fn timeouts(spec: &Value, errors: &mut Errors) {
    let (webhook, module) = (&spec["timeoutSeconds"], &spec["timeoutEvalSeconds"]);
    if let (Some(most), Some(seconds)) = (webhook.as_i64(), module.as_i64())
        && seconds > most
    {
        let field = Field::new(&["spec", "timeoutEvalSeconds"]);
        errors.invalid_json(&field, module, "timeoutEvalSeconds cannot be greater than timeoutSeconds");
    }
}

/// Neither must the members of a group, alone and together.
pub(super) fn member_timeouts(spec: &Value, errors: &mut Errors) {
    let (field, most) = (Field::new(&["spec", "policies"]), spec["timeoutSeconds"].as_i64());
    let mut sum = 0_i64;
    for (name, member) in entries(&spec["policies"]) {
        let Some(seconds) = member["timeoutEvalSeconds"].as_i64() else { continue };
        sum = sum.saturating_add(seconds);
        let field = field.child(name).child("timeoutEvalSeconds");
        let what = "timeoutEvalSeconds cannot be greater than";
        if seconds > LONGEST {
            let why = format!("{what} {LONGEST} (Kubernetes webhook max timeout)");
            errors.invalid_json(&field, &seconds.into(), &why);
        }
        if let Some(most) = most.filter(|most| seconds > *most) {
            errors.invalid_json(&field, &seconds.into(), &format!("{what} group timeoutSeconds ({most})"));
        }
    }
    let what = "the sum of all members' timeoutEvalSeconds cannot be greater than";
    if let Some(most) = most.filter(|most| sum > *most) {
        errors.invalid_json(&field, &sum.into(), &format!("{what} group timeoutSeconds ({most})"));
    }
    if sum > LONGEST {
        errors.invalid_json(&field, &sum.into(), &format!("{what} {LONGEST} (Kubernetes webhook max timeout)"));
    }
}
