//! What a schema refuses in an object: `k8s.io/kube-openapi/pkg/validation`, with the words in which
//! `k8s.io/apiextensions-apiserver/pkg/apiserver/validation` tells it.
//!
//! Formats are not checked.

use std::fmt::Write as _;

use podline_cel::go::Regex;
use serde_json::Value;

use crate::field::{Errors, Field};
use crate::json::{items, text, texts};

/// Finds what `schema` refuses in `value`, which stands at `field`.
pub(crate) fn validate(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let types = types(schema);
    let fits = types.is_empty()
        || types.iter().any(|ty| has_type(value, ty))
        || (value.is_null() && schema["nullable"] == true);
    if !fits {
        let name = type_name(value);
        errors.invalid(field, name, &in_body(field, &format!("must be of type {}: \"{name}\"", types.join(","))));
    }
    check_enum(value, schema, field, errors);
    if value.is_null() {
        return;
    }
    match value {
        Value::Object(_) => check_object(value, schema, field, errors),
        Value::Array(_) => check_list(value, schema, field, errors),
        Value::String(_) => check_text(value, schema, field, errors),
        Value::Number(_) => check_number(value, schema, field, errors),
        _ => {}
    }
    check_combinations(value, schema, field, errors);
}

fn types(schema: &Value) -> Vec<&str> {
    if schema["x-kubernetes-int-or-string"] == true {
        return vec!["integer", "string"];
    }
    Some(text(&schema["type"])).filter(|ty| !ty.is_empty()).into_iter().collect()
}

fn has_type(value: &Value, ty: &str) -> bool {
    match ty {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

/// Numbers arrive as floating ones.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn in_body(field: &Field, what: &str) -> String {
    format!("{} in body {what}", field.text())
}

fn refuse(value: &Value, field: &Field, what: &str, errors: &mut Errors) {
    let detail = in_body(field, what);
    match value {
        Value::String(written) => errors.invalid(field, written, &detail),
        other => errors.invalid_json(field, other, &detail),
    }
}

fn check_enum(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let Some(known) = schema["enum"].as_array().filter(|known| !known.contains(value)) else { return };
    let words: Vec<String> =
        known.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    match value {
        Value::String(written) => errors.unsupported(field, written, &words),
        other => errors.unsupported(field, &other.to_string(), &words),
    }
}

fn check_object(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let Some(fields) = value.as_object() else { return };
    let count = fields.len();
    if let Some(least) = schema["minProperties"].as_u64().filter(|least| (count as u64) < *least) {
        refuse(value, field, &format!("should have at least {least} properties"), errors);
    }
    if let Some(most) = schema["maxProperties"].as_u64().filter(|most| count as u64 > *most) {
        errors.too_many(field, count, usize::try_from(most).unwrap_or(usize::MAX));
    }
    for required in texts(&schema["required"]).iter().filter(|key| !fields.contains_key(*key)) {
        errors.required(&field.child(required), "");
    }
    let additional = &schema["additionalProperties"];
    for (key, value) in fields {
        if let Some(of) = schema["properties"].get(key).or_else(|| additional.is_object().then_some(additional)) {
            validate(value, of, &field.child(key), errors);
        } else if *additional == false {
            let detail = format!("{}.{key} in body is a forbidden property", field.text());
            errors.invalid(&field.child(key), "", &detail);
        }
    }
}

fn check_list(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let count = items(value).len();
    if let Some(least) = schema["minItems"].as_u64().filter(|least| (count as u64) < *least) {
        refuse(value, field, &format!("should have at least {least} items"), errors);
    }
    if let Some(most) = schema["maxItems"].as_u64().filter(|most| count as u64 > *most) {
        errors.too_many(field, count, usize::try_from(most).unwrap_or(usize::MAX));
    }
    if let Some(of) = schema.get("items").filter(|of| of.is_object()) {
        for (index, item) in items(value).enumerate() {
            validate(item, of, &field.index(index), errors);
        }
    }
}

fn check_text(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let written = text(value);
    let length = written.chars().count() as u64;
    if let Some(most) = schema["maxLength"].as_u64().filter(|most| length > *most) {
        errors.too_long(field, most);
    }
    if let Some(least) = schema["minLength"].as_u64().filter(|least| length < *least) {
        refuse(value, field, &format!("should be at least {least} chars long"), errors);
    }
    // A schema whose pattern is none is refused before.
    if let Some(pattern) = schema["pattern"].as_str()
        && !Regex::new(pattern).is_ok_and(|regex| regex.is_match(written))
    {
        refuse(value, field, &format!("should match '{pattern}'"), errors);
    }
}

fn check_number(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let Some(number) = value.as_f64() else { return };
    let excluded = |key: &str| schema[key] == true;
    if let Some(most) = schema["maximum"].as_f64() {
        if excluded("exclusiveMaximum") && number >= most {
            refuse(value, field, &format!("should be less than {most}"), errors);
        } else if number > most {
            refuse(value, field, &format!("should be less than or equal to {most}"), errors);
        }
    }
    if let Some(least) = schema["minimum"].as_f64() {
        if excluded("exclusiveMinimum") && number <= least {
            refuse(value, field, &format!("should be greater than {least}"), errors);
        } else if number < least {
            refuse(value, field, &format!("should be greater than or equal to {least}"), errors);
        }
    }
    if let Some(factor) = schema["multipleOf"].as_f64().filter(|factor| *factor > 0.0)
        && (number / factor).fract() != 0.0
    {
        refuse(value, field, &format!("should be a multiple of {factor}"), errors);
    }
}

fn check_combinations(value: &Value, schema: &Value, field: &Field, errors: &mut Errors) {
    let holds = |schema: &Value| {
        let mut found = Errors::default();
        validate(value, schema, field, &mut found);
        found.is_empty()
    };
    let name = podline_cel::quote(&field.text());
    let mut refuse = |what: &str| errors.invalid(field, "", &format!("{name} must {what}"));
    if items(&schema["anyOf"]).len() > 0 && !items(&schema["anyOf"]).any(holds) {
        refuse("validate at least one schema (anyOf)");
    }
    if items(&schema["oneOf"]).len() > 0 {
        match items(&schema["oneOf"]).filter(|one| holds(one)).count() {
            1 => {}
            0 => refuse("validate one and only one schema (oneOf). Found none valid"),
            valid => {
                let mut what = String::from("validate one and only one schema (oneOf). ");
                let _ = write!(what, "Found {valid} valid alternatives");
                refuse(&what);
            }
        }
    }
    if schema["not"].is_object() && holds(&schema["not"]) {
        refuse("not validate the schema (not)");
    }
    let every = items(&schema["allOf"]);
    for one in every {
        validate(value, one, field, errors);
    }
}
