//! The functions: those of the specification as go-jmespath has them, and Kyverno's.
// Handlers share one signature.
#![allow(clippy::unnecessary_wraps)]

mod arithmetic;
mod encoding;
mod lists;
mod numbers;
mod standard;
mod strings;
mod times;
mod versions;
mod x509;

use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) use standard::parse_float;

use crate::ast::Node;
use crate::error::Error;
use crate::interpret::{Runtime, evaluate};
use crate::text;
use crate::value::{Map, Value};

/// What a function is given.
pub(crate) enum Argument<'n> {
    Value(Value),
    /// `&name`
    Expression(&'n Node),
}

/// The types of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    String,
    Array,
    Object,
    Numbers,
    Strings,
    Expression,
    Any,
}

use Type::{Any, Array, Expression, Number, Numbers, Object, String as Text, Strings};

type Outcome = Result<Value, Error>;

/// What runs: the arguments have the types that the table says.
type Handler = fn(&Call<'_>) -> Outcome;

/// A call, as handlers see it.
struct Call<'c> {
    name: &'c str,
    arguments: &'c [Argument<'c>],
    runtime: &'c Runtime<'c>,
}

struct Function {
    name: &'static str,
    parameters: &'static [&'static [Type]],
    variadic: bool,
    handler: Handler,
}

const fn function(name: &'static str, parameters: &'static [&'static [Type]], handler: Handler) -> Function {
    Function { name, parameters, variadic: false, handler }
}

const fn variadic(name: &'static str, parameters: &'static [&'static [Type]], handler: Handler) -> Function {
    Function { name, parameters, variadic: true, handler }
}

/// A parameter that takes text, or a number for it.
const TEXTUAL: &[Type] = &[Text, Number];

static FUNCTIONS: &[Function] = &[
    // The specification's.
    function("length", &[&[Text, Array, Object]], lists::length),
    function("starts_with", &[&[Text], &[Text]], standard::starts_with),
    function("abs", &[&[Number]], numbers::abs),
    function("avg", &[&[Numbers]], numbers::avg),
    function("ceil", &[&[Number]], numbers::ceil),
    function("contains", &[&[Array, Text], &[Any]], lists::contains),
    function("ends_with", &[&[Text], &[Text]], standard::ends_with),
    function("floor", &[&[Number]], numbers::floor),
    function("map", &[&[Expression], &[Array]], lists::map),
    function("max", &[&[Numbers, Strings]], lists::max),
    variadic("merge", &[&[Object]], lists::merge),
    function("max_by", &[&[Array], &[Expression]], lists::max_by),
    function("sum", &[&[Array]], arithmetic::sum),
    function("min", &[&[Numbers, Strings]], lists::min),
    function("min_by", &[&[Array], &[Expression]], lists::min_by),
    function("type", &[&[Any]], standard::type_of),
    function("keys", &[&[Object]], lists::keys),
    function("values", &[&[Object]], lists::values),
    function("sort", &[&[Strings, Numbers]], lists::sort),
    function("sort_by", &[&[Array], &[Expression]], lists::sort_by),
    function("join", &[&[Text], &[Strings]], standard::join),
    function("reverse", &[&[Array, Text]], lists::reverse),
    function("to_array", &[&[Any]], standard::to_array),
    function("to_string", &[&[Any]], standard::to_text),
    function("to_number", &[&[Any]], standard::to_number),
    variadic("not_null", &[&[Any]], standard::not_null),
    // Kyverno's.
    function("compare", &[&[Text], &[Text]], strings::compare),
    function("equal_fold", &[&[Text], &[Text]], strings::equal_fold),
    function("replace", &[&[Text], &[Text], &[Text], &[Number]], strings::replace),
    function("replace_all", &[&[Text], &[Text], &[Text]], strings::replace_all),
    function("to_upper", &[&[Text]], strings::to_upper),
    function("to_lower", &[&[Text]], strings::to_lower),
    function("trim", &[&[Text], &[Text]], strings::trim),
    function("trim_prefix", &[&[Text], &[Text]], strings::trim_prefix),
    function("split", &[&[Text], &[Text]], strings::split),
    function("regex_replace_all", &[&[Text], TEXTUAL, TEXTUAL], strings::regex_replace_all),
    function("regex_replace_all_literal", &[&[Text], TEXTUAL, TEXTUAL], strings::regex_replace_all_literal),
    function("regex_match", &[&[Text], TEXTUAL], strings::regex_match),
    function("pattern_match", &[&[Text], TEXTUAL], strings::pattern_match),
    function("label_match", &[&[Object], &[Object]], lists::label_match),
    function("to_boolean", &[&[Text]], strings::to_boolean),
    function("add", &[&[Any], &[Any]], arithmetic::add),
    function("subtract", &[&[Any], &[Any]], arithmetic::subtract),
    function("multiply", &[&[Any], &[Any]], arithmetic::multiply),
    function("divide", &[&[Any], &[Any]], arithmetic::divide),
    function("modulo", &[&[Any], &[Any]], arithmetic::modulo),
    function("round", &[&[Number], &[Number]], numbers::round),
    function("base64_decode", &[&[Text]], encoding::base64_decode),
    function("base64_encode", &[&[Text]], encoding::base64_encode),
    function("path_canonicalize", &[&[Text]], strings::path_canonicalize),
    function("truncate", &[&[Text], &[Number]], strings::truncate),
    function("semver_compare", &[&[Text], &[Text]], versions::semver_compare),
    function("parse_json", &[&[Text]], encoding::parse_json),
    function("parse_yaml", &[&[Text]], encoding::parse_yaml),
    function("lookup", &[&[Object, Array], TEXTUAL], lists::lookup),
    function("items", &[&[Object, Array], &[Text], &[Text]], lists::items),
    function("object_from_lists", &[&[Array], &[Array]], lists::object_from_lists),
    function("random", &[&[Text]], encoding::random),
    function("x509_decode", &[&[Text]], x509::decode),
    function("image_normalize", &[&[Text]], encoding::image_normalize),
    function("is_external_url", &[&[Text]], encoding::is_external_url),
    function("sha256", &[&[Text]], encoding::sha256),
    function("sha1", &[&[Text]], encoding::sha1),
    function("md5", &[&[Text]], encoding::md5),
    function("time_since", &[&[Text], &[Text], &[Text]], times::since),
    function("time_now", &[], times::now),
    function("time_now_utc", &[], times::now),
    function("time_add", &[&[Text], &[Text]], times::add),
    function("time_parse", &[&[Text], &[Text]], times::parse),
    function("time_to_cron", &[&[Text]], times::to_cron),
    function("time_utc", &[&[Text]], times::utc),
    function("time_diff", &[&[Text], &[Text]], times::diff),
    function("time_before", &[&[Text], &[Text]], times::before),
    function("time_after", &[&[Text], &[Text]], times::after),
    function("time_between", &[&[Text], &[Text], &[Text]], times::between),
    function("time_truncate", &[&[Text], &[Text]], times::truncate),
];

/// Is there a function of this name?
pub(crate) fn exists(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.name == name)
}

/// Calls a function.
///
/// # Errors
/// If there is none, the arguments are wrong, or it fails.
pub(crate) fn call(name: &str, arguments: &[Argument<'_>], runtime: &Runtime<'_>) -> Outcome {
    let function = FUNCTIONS
        .iter()
        .find(|function| function.name == name)
        .ok_or_else(|| Error::new(format!("unknown function: {name}")))?;
    function.check(arguments)?;
    (function.handler)(&Call { name, arguments, runtime })
}

impl Function {
    fn check(&self, arguments: &[Argument<'_>]) -> Result<(), Error> {
        if self.parameters.is_empty() {
            return Ok(());
        }
        if self.variadic {
            let enough = arguments.len() >= self.parameters.len();
            return if enough { Ok(()) } else { Err(Error::new("Invalid arity.")) };
        }
        if arguments.len() != self.parameters.len() {
            return Err(Error::new("incorrect number of args"));
        }
        for (types, argument) in self.parameters.iter().zip(arguments) {
            if !types.iter().any(|wanted| wanted.takes(argument)) {
                return Err(wrong_type(types, argument));
            }
        }
        Ok(())
    }
}

fn wrong_type(types: &[Type], argument: &Argument<'_>) -> Error {
    let mut text = "Invalid type for: ".to_owned();
    match argument {
        Argument::Value(value) => text.push_str(&text::format(value)),
        Argument::Expression(_) => text.push_str("{ref}"),
    }
    text.push_str(", expected: []jmespath.JpType{");
    for (at, wanted) in types.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}\"{}\"", wanted.name());
    }
    text.push('}');
    Error::Failed(text)
}

impl Type {
    fn takes(self, argument: &Argument<'_>) -> bool {
        let value = match argument {
            Argument::Expression(_) => return matches!(self, Expression | Any),
            Argument::Value(value) => value,
        };
        let all = |wanted: fn(&Value) -> bool| match value {
            Value::Array(items) => items.iter().all(wanted),
            _ => false,
        };
        match self {
            Number => matches!(value, Value::Number(_)),
            Text => matches!(value, Value::String(_)),
            Array => value.as_slice().is_some(),
            Object => matches!(value, Value::Object(_)),
            Numbers => all(|item| matches!(item, Value::Number(_))),
            Strings => all(|item| matches!(item, Value::String(_))),
            Expression => false,
            Any => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Number => "number",
            Text => "string",
            Array => "array",
            Object => "object",
            Numbers => "array[number]",
            Strings => "array[string]",
            Expression => "expref",
            Any => "any",
        }
    }
}

static NULL: Value = Value::Null;

impl<'c> Call<'c> {
    fn value(&self, at: usize) -> &'c Value {
        match self.arguments.get(at) {
            Some(Argument::Value(value)) => value,
            _ => &NULL,
        }
    }

    fn values(&self) -> impl Iterator<Item = &'c Value> {
        (0..self.arguments.len()).map(|at| self.value(at))
    }

    fn text(&self, at: usize) -> &'c str {
        self.value(at).as_str().unwrap_or_default()
    }

    fn number(&self, at: usize) -> f64 {
        self.value(at).as_number().unwrap_or_default()
    }

    fn slice(&self, at: usize) -> &'c [Value] {
        self.value(at).as_slice().unwrap_or_default()
    }

    /// A list of Go's `[]any`. The original panics at what `items` returns.
    fn list(&self, at: usize) -> Result<&'c Arc<Vec<Value>>, Error> {
        match self.value(at) {
            Value::Array(items) => Ok(items),
            _ => Err(Error::new("interface conversion: interface {} is []map[string]interface {}, not []interface {}")),
        }
    }

    fn entries(&self, at: usize) -> Result<&'c Map, Error> {
        match self.value(at) {
            Value::Object(entries) => Ok(entries),
            _ => Err(Error::new("interface conversion: interface {} is not map[string]interface {}")),
        }
    }

    fn expression(&self, at: usize) -> Result<&'c Node, Error> {
        match self.arguments.get(at) {
            Some(Argument::Expression(node)) => Ok(node),
            _ => Err(Error::new("Invalid type")),
        }
    }

    /// The expression of each element; a missing key is null.
    fn apply(&self, node: &Node, value: &Value) -> Outcome {
        match evaluate(node, value, self.runtime) {
            Err(Error::NotFound(_)) => Ok(Value::Null),
            other => other,
        }
    }

    /// A text that was built, paid for.
    fn built(&self, text: String) -> Outcome {
        self.runtime.budget.bytes(text.len())?;
        Ok(Value::from(text))
    }

    fn error(&self, text: impl std::fmt::Display) -> Error {
        Error::of(self.name, text)
    }
}
