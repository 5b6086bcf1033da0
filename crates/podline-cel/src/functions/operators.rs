//! Operators, and the functions that macros expand to.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Outcome;
use crate::context::Context;
use crate::document::Step;
use crate::equal::{compare, same};
use crate::error::Error;
use crate::function::{Library, Trait};
use crate::macros::Macros;
use crate::value::{MapValue, Traced, Value};

const BOOL_PAIR: &str = "(bool, bool) -> bool";

pub(super) fn library() -> Library {
    let library = Library::new()
        .singleton("_&&_", &[("logical_and", BOOL_PAIR)], Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("_||_", &[("logical_or", BOOL_PAIR)], Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("_?_:_", &[("conditional", "(bool, A, A) -> A")], Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("_==_", &[("equals", "(A, A) -> bool")], Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("_!=_", &[("not_equals", "(A, A) -> bool")], Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("!_", &[("logical_not", "(bool) -> bool")], Trait::Any, |_, args| match args[0].value {
            Value::Bool(value) => Ok(Value::Bool(!value)),
            _ => Err(Error::no_overload()),
        })
        .singleton(
            "-_",
            &[("negate_double", "(double) -> double"), ("negate_int64", "(int) -> int")],
            Trait::Negator,
            negate,
        )
        .singleton(
            "_[_]",
            &[("index_list", "(list(A), int) -> A"), ("index_map", "(map(A, B), A) -> B")],
            Trait::Any,
            |_, _| Err(Error::no_overload()),
        )
        .traced_singleton(
            "@in",
            &[("in_list", "(A, list(A)) -> bool"), ("in_map", "(A, map(A, B)) -> bool")],
            Trait::Any,
            is_in,
        );
    arithmetic(comparisons(library)).function(
        "@not_strictly_false",
        "not_strictly_false",
        "(bool) -> bool",
        |_, args| Ok(Value::Bool(!matches!(args[0].value, Value::Bool(false)))),
    )
}

fn comparisons(mut library: Library) -> Library {
    const PAIRS: [(&str, &str); 14] = [
        ("bool", BOOL_PAIR),
        ("int64", "(int, int) -> bool"),
        ("int64_double", "(int, double) -> bool"),
        ("int64_uint64", "(int, uint) -> bool"),
        ("uint64", "(uint, uint) -> bool"),
        ("uint64_double", "(uint, double) -> bool"),
        ("uint64_int64", "(uint, int) -> bool"),
        ("double", "(double, double) -> bool"),
        ("double_int64", "(double, int) -> bool"),
        ("double_uint64", "(double, uint) -> bool"),
        ("string", "(string, string) -> bool"),
        ("bytes", "(bytes, bytes) -> bool"),
        ("timestamp", "(timestamp, timestamp) -> bool"),
        ("duration", "(duration, duration) -> bool"),
    ];
    let operators: [(&str, &str, fn(Ordering) -> bool); 4] = [
        ("_<_", "less", Ordering::is_lt),
        ("_<=_", "less_equals", Ordering::is_le),
        ("_>_", "greater", Ordering::is_gt),
        ("_>=_", "greater_equals", Ordering::is_ge),
    ];
    for (operator, prefix, holds) in operators {
        let names: Vec<(String, &str)> =
            PAIRS.iter().map(|(id, signature)| (format!("{prefix}_{id}"), *signature)).collect();
        let overloads: Vec<(&str, &str)> = names.iter().map(|(id, signature)| (id.as_str(), *signature)).collect();
        library = library.singleton(operator, &overloads, Trait::Comparer, move |_, args| {
            compare(&args[0].value, &args[1].value).map(|order| Value::Bool(holds(order)))
        });
    }
    library
}

fn arithmetic(library: Library) -> Library {
    let numbers = |prefix: &str| -> Vec<(String, &'static str)> {
        vec![
            (format!("{prefix}_double"), "(double, double) -> double"),
            (format!("{prefix}_int64"), "(int, int) -> int"),
            (format!("{prefix}_uint64"), "(uint, uint) -> uint"),
        ]
    };
    let add = [
        ("add_bytes", "(bytes, bytes) -> bytes"),
        ("add_double", "(double, double) -> double"),
        ("add_duration_duration", "(duration, duration) -> duration"),
        ("add_duration_timestamp", "(duration, timestamp) -> timestamp"),
        ("add_timestamp_duration", "(timestamp, duration) -> timestamp"),
        ("add_int64", "(int, int) -> int"),
        ("add_list", "(list(A), list(A)) -> list(A)"),
        ("add_string", "(string, string) -> string"),
        ("add_uint64", "(uint, uint) -> uint"),
    ];
    let subtract = [
        ("subtract_double", "(double, double) -> double"),
        ("subtract_duration_duration", "(duration, duration) -> duration"),
        ("subtract_int64", "(int, int) -> int"),
        ("subtract_timestamp_duration", "(timestamp, duration) -> timestamp"),
        ("subtract_timestamp_timestamp", "(timestamp, timestamp) -> duration"),
        ("subtract_uint64", "(uint, uint) -> uint"),
    ];
    let modulo = [("modulo_int64", "(int, int) -> int"), ("modulo_uint64", "(uint, uint) -> uint")];
    library
        .singleton("_+_", &add, Trait::Adder, add_values)
        .singleton("_-_", &subtract, Trait::Subtractor, |_, args| subtract_values(&args[0].value, &args[1].value))
        .singleton("_*_", &pairs(&numbers("multiply")), Trait::Multiplier, |_, args| {
            multiply(&args[0].value, &args[1].value)
        })
        .singleton("_/_", &pairs(&numbers("divide")), Trait::Divider, |_, args| divide(&args[0].value, &args[1].value))
        .singleton("_%_", &modulo, Trait::Modder, |_, args| remainder(&args[0].value, &args[1].value))
}

fn pairs<'a>(all: &'a [(String, &'static str)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(id, signature)| (id.as_str(), *signature)).collect()
}

fn int_overflow() -> Error {
    Error::new("integer overflow")
}

fn uint_overflow() -> Error {
    Error::new("unsigned integer overflow")
}

fn duration_overflow() -> Error {
    Error::new("duration overflow")
}

fn timestamp_overflow() -> Error {
    Error::new("timestamp overflow")
}

fn negate(_: &mut Context<'_>, args: &[Traced]) -> Outcome {
    match args[0].value {
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(int_overflow),
        Value::Double(value) => Ok(Value::Double(-value)),
        Value::Duration(value) => value.checked_neg().map(Value::Duration).ok_or_else(duration_overflow),
        _ => Err(Error::no_overload()),
    }
}

fn add_values(context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    match (&args[0].value, &args[1].value) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int).ok_or_else(int_overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_add(*b).map(Value::Uint).ok_or_else(uint_overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_add(*b).map(Value::Duration).ok_or_else(duration_overflow)
        }
        (Value::Duration(by), Value::Timestamp(at)) | (Value::Timestamp(at), Value::Duration(by)) => {
            at.plus(*by).map(Value::Timestamp).ok_or_else(timestamp_overflow)
        }
        (Value::String(a), Value::String(b)) => {
            context.allocate(a.len() + b.len())?;
            Ok(Value::String(format!("{a}{b}").into()))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            context.allocate(a.len() + b.len())?;
            Ok(Value::Bytes(a.iter().chain(b.iter()).copied().collect()))
        }
        (a, b) if a.is_list() && b.is_list() => {
            let mut all = a.elements(context);
            all.extend(b.elements(context));
            super::made_list(context, all)
        }
        _ => Err(Error::no_overload()),
    }
}

fn subtract_values(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_sub(*b).map(Value::Int).ok_or_else(int_overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_sub(*b).map(Value::Uint).ok_or_else(uint_overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a - b)),
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_sub(*b).map(Value::Duration).ok_or_else(duration_overflow)
        }
        (Value::Timestamp(at), Value::Duration(by)) => {
            by.checked_neg().and_then(|by| at.plus(by)).map(Value::Timestamp).ok_or_else(timestamp_overflow)
        }
        (Value::Timestamp(a), Value::Timestamp(b)) => a.since(*b).map(Value::Duration).ok_or_else(duration_overflow),
        _ => Err(Error::no_overload()),
    }
}

fn multiply(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_mul(*b).map(Value::Int).ok_or_else(int_overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_mul(*b).map(Value::Uint).ok_or_else(uint_overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
        _ => Err(Error::no_overload()),
    }
}

fn divide(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Int(_), Value::Int(0)) | (Value::Uint(_), Value::Uint(0)) => Err(Error::new("division by zero")),
        (Value::Int(a), Value::Int(b)) => a.checked_div(*b).map(Value::Int).ok_or_else(int_overflow),
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(a / b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a / b)),
        _ => Err(Error::no_overload()),
    }
}

fn remainder(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Int(_), Value::Int(0)) | (Value::Uint(_), Value::Uint(0)) => Err(Error::new("modulus by zero")),
        (Value::Int(a), Value::Int(b)) => a.checked_rem(*b).map(Value::Int).ok_or_else(int_overflow),
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(a % b)),
        _ => Err(Error::no_overload()),
    }
}

/// `in`: that something is in a list depends on the element that it equals, that a map has a key on what stands there.
fn is_in(context: &mut Context<'_>, args: &[Traced]) -> Result<Traced, Error> {
    let why = context.reasons(args);
    let (element, container) = (&args[0].value, &args[1].value);
    let found = find(context, container, element).map_err(|error| error.because(why))?;
    let value = Value::Bool(found.is_some());
    let there = match (container, element, found) {
        (_, _, Some(found)) => context.reason(&found),
        (Value::Node(map), Value::String(key), None) if !map.is_list() => {
            context.missing(container, || Some(Step::Key(key.clone())))
        }
        _ => why,
    };
    Ok(Traced { value, why: context.both(why, there) })
}

/// Is `element` in a list, or a key of a map?
pub(super) fn contains(context: &mut Context<'_>, container: &Value, element: &Value) -> Result<bool, Error> {
    find(context, container, element).map(|found| found.is_some())
}

/// The element of a list that `element` equals, or what a map has at that key.
fn find(context: &mut Context<'_>, container: &Value, element: &Value) -> Result<Option<Traced>, Error> {
    if container.is_list() {
        // Go structs compare from the list's side, everything else from the element's.
        let from_list = matches!(container, Value::Node(node) if node.is_typed());
        let count = usize::try_from(container.size().unwrap_or(0)).unwrap_or(0);
        for index in 0..count {
            let Some(found) = container.element(index, context) else { break };
            let (a, b) = if from_list { (&found.value, element) } else { (element, &found.value) };
            if same(a, b, context)? {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    if container.is_map() {
        return container.lookup(element, context);
    }
    Err(Error::no_overload())
}

pub(super) fn two_variables() -> Library {
    Library::new()
        .macros(Macros::two_variables)
        .function("cel.@mapInsert", "@mapInsert_map_key_value", "(map(K, V), K, V) -> map(K, V)", |context, args| {
            insert(context, &args[0].value, [(args[1].value.clone(), args[2].clone())])
        })
        .function("cel.@mapInsert", "@mapInsert_map_map", "(map(K, V), map(K, V)) -> map(K, V)", |context, args| {
            let mut entries = Vec::new();
            for key in args[1].value.keys() {
                let value = args[1].value.lookup(&key, context)?.unwrap_or_else(|| Value::Null.into());
                entries.push((key, value));
            }
            insert(context, &args[0].value, entries)
        })
}

fn insert(context: &mut Context<'_>, map: &Value, entries: impl IntoIterator<Item = (Value, Traced)>) -> Outcome {
    let Value::Map(map) = map else { return Err(Error::no_overload()) };
    let mut map: Arc<MapValue> = map.clone();
    for (key, value) in entries {
        if map.get(&key).is_some() {
            return Err(Error::new(format!("insert failed: key {} already exists", crate::text::go_value(&key))));
        }
        context.allocate(96)?;
        Arc::make_mut(&mut map).set(key, value);
    }
    Ok(Value::Map(map))
}
