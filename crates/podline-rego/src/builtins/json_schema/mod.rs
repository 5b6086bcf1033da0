//! `json.match_schema` and `json.verify_schema`, with the words of gojsonschema.
//!
//! Undecided are references to other documents, and identifiers together with references. Where several keys fail, OPA
//! names them in any order; here they are in their own.
//!
//! Source: `v1/topdown/jsonschema.go`, `internal/gojsonschema`.

mod compile;
mod formats;
mod keywords;
mod validate;

use std::sync::Arc;

use podline_cel::go::Regex;

use super::json::pay;
use super::operands::{at, found};
use crate::context::{Context, Failure, Halt, Outcome};
use crate::json::{ReadError, read, write};
use crate::number::Number;
use crate::value::Value;

/// The place of a schema among all that were compiled.
type Place = usize;

/// What a keyword says that takes a truth or a schema.
#[derive(Clone, Copy, Default)]
enum Additional {
    #[default]
    Any,
    Never,
    Schema(Place),
}

/// What a key needs beside it.
enum Dependency {
    Keys(Vec<String>),
    Schema(Place),
}

/// A compiled schema.
#[derive(Default)]
struct Schema {
    /// `true` or `false` as a schema.
    pass: Option<bool>,
    reference: Option<Place>,
    types: Vec<&'static str>,
    properties: Vec<(String, Place)>,
    additional_properties: Additional,
    pattern_properties: Vec<(Arc<Regex>, Place)>,
    property_names: Option<Place>,
    dependencies: Vec<(String, Dependency)>,
    items: Vec<Place>,
    /// One schema for all items.
    one_for_all: bool,
    additional_items: Additional,
    multiple_of: Option<Number>,
    minimum: Option<Number>,
    exclusive_minimum: Option<Number>,
    maximum: Option<Number>,
    exclusive_maximum: Option<Number>,
    length: Range,
    pattern: Option<(String, Arc<Regex>)>,
    format: String,
    size: Range,
    required: Vec<String>,
    count: Range,
    unique: bool,
    contains: Option<Place>,
    /// As JSON, as the values of `enum`.
    constant: Option<String>,
    choices: Vec<String>,
    one_of: Vec<Place>,
    any_of: Vec<Place>,
    all_of: Vec<Place>,
    not: Option<Place>,
    condition: Option<Place>,
    then: Option<Place>,
    otherwise: Option<Place>,
}

/// From and to, both included.
#[derive(Clone, Copy, Default)]
struct Range {
    least: Option<i64>,
    most: Option<i64>,
}

/// A document as JSON alone holds it. The words are for `json.verify_schema`.
fn document(value: &Value, context: &Context<'_>) -> Result<Value, Failure> {
    let text = match value {
        Value::String(text) => text.to_string(),
        Value::Object(_) | Value::Array(_) => {
            pay(value, context)?;
            write(value).map_err(|number| Failure::error(format!("json: invalid number literal {number}")))?
        }
        _ => return Err(Failure::error("wrong type, expected string or object")),
    };
    context.budget.bytes(text.len().saturating_mul(16))?;
    read(&text).map_err(|error| match error {
        ReadError::TooDeep => Failure::Halt(Halt::Budget),
        ReadError::Invalid(_) => Failure::error("invalid JSON string"),
    })
}

/// Is it a schema, and if not, why?
pub(super) fn verify(operands: &[Value], context: &Context<'_>) -> Outcome {
    let compiled = document(at(operands, 0)?, context).and_then(|schema| compile::compile(&schema, context).map(drop));
    match compiled {
        Ok(()) => found(vec![true.into(), Value::Null]),
        Err(Failure::Error(why)) => found(vec![false.into(), format!("jsonschema: {why}").into()]),
        Err(halt) => Err(halt),
    }
}

/// Does a document meet a schema, and if not, where and why?
pub(super) fn matches(operands: &[Value], context: &Context<'_>) -> Outcome {
    let instance = document(at(operands, 0)?, context)?;
    let schemas = compile::compile(&document(at(operands, 1)?, context)?, context)?;
    let errors = validate::validate(&schemas, &instance, context)?;
    let valid = errors.is_empty();
    let errors = errors.into_iter().map(|error| {
        let whole = format!("{}: {}", error.field, error.description);
        let fields: [(&str, String); 4] =
            [("error", whole), ("type", error.kind.to_owned()), ("field", error.field), ("desc", error.description)];
        Value::object(fields.into_iter().map(|(name, text)| (name.into(), text.into())))
    });
    found(vec![valid.into(), errors.collect::<Vec<_>>().into()])
}

/// A value as JSON with all numbers as doubles, for comparison.
fn as_doubles(value: &Value, context: &Context<'_>) -> Result<String, Failure> {
    fn doubles(value: &Value) -> Option<Value> {
        Some(match value {
            Value::Number(number) => Number::from_spelling(&json_double(number.as_f64()?)).into(),
            Value::Array(items) => items.iter().map(doubles).collect::<Option<Vec<_>>>()?.into(),
            Value::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| Some((key.clone(), doubles(value)?)));
                Value::object(entries.collect::<Option<Vec<_>>>()?)
            }
            other => other.clone(),
        })
    }
    pay(value, context)?;
    let doubles =
        doubles(value).ok_or_else(|| Failure::error("json: cannot unmarshal number into Go value of type float64"))?;
    write(&doubles).map_err(|number| Failure::error(format!("json: invalid number literal {number}")))
}

/// A double as Go writes it in JSON: with an exponent below a millionth and from 1e21 on.
fn json_double(number: f64) -> String {
    if number == 0.0 || (1e-6..1e21).contains(&number.abs()) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests;
