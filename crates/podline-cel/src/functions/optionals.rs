//! Values that may be missing.

use crate::context::Context;
use crate::error::Error;
use crate::function::{Library, Trait};
use crate::macros::Macros;
use crate::types::Type;
use crate::value::{Traced, Value};

/// `optional.of`, `.?`, `[?]`, `orValue` and what belongs to them, version 2.
pub fn library() -> Library {
    let index: [(&str, &str); 2] = [
        ("optional_list_index_int", "(optional_type(list(V)), int) -> optional_type(V)"),
        ("optional_map_index_value", "(optional_type(map(K, V)), K) -> optional_type(V)"),
    ];
    let optional_index: [(&str, &str); 4] = [
        ("list_optindex_optional_int", "(list(V), int) -> optional_type(V)"),
        ("optional_list_optindex_optional_int", "(optional_type(list(V)), int) -> optional_type(V)"),
        ("map_optindex_optional_value", "(map(K, V), K) -> optional_type(V)"),
        ("optional_map_optindex_optional_value", "(optional_type(map(K, V)), K) -> optional_type(V)"),
    ];
    Library::new()
        .type_name(Type::optional(Type::Dyn))
        .macros(Macros::optionals)
        .singleton("_[_]", &index, Trait::Any, |_, _| Err(Error::no_overload()))
        .singleton("_[?_]", &optional_index, Trait::Any, |_, _| Err(Error::no_overload()))
        .function("optional.none", "optional_none", "() -> optional_type(V)", |_, _| Ok(Value::Optional(None)))
        .traced("optional.of", "optional_of", "(V) -> optional_type(V)", |_, args| Ok(some(&args[0])))
        .traced("optional.ofNonZeroValue", "optional_ofNonZeroValue", "(V) -> optional_type(V)", |_, args| {
            let zero = is_zero(&args[0].value);
            Ok(if zero { Traced { value: Value::Optional(None), why: args[0].why } } else { some(&args[0]) })
        })
        .traced("value", "optional_value", "optional_type(V).() -> V", |context, args| match &args[0].value {
            Value::Optional(Some(inner)) => {
                let why = context.both(args[0].why, inner.why);
                Ok(Traced { value: inner.value.clone(), why })
            }
            Value::Optional(None) => Err(Error::new("optional.none() dereference").because(args[0].why)),
            _ => Err(Error::no_overload()),
        })
        .function("hasValue", "optional_hasValue", "optional_type(V).() -> bool", |_, args| {
            Ok(Value::Bool(matches!(args[0].value, Value::Optional(Some(_)))))
        })
        .function("or", "optional_or_optional", "optional_type(V).(optional_type(V)) -> optional_type(V)", |_, _| {
            Err(Error::no_overload())
        })
        .function("orValue", "optional_orValue_value", "optional_type(V).(V) -> V", |_, _| Err(Error::no_overload()))
        .traced("first", "list_first", "list(V).() -> optional_type(V)", |context, args| {
            Ok(nth(context, &args[0], |_| 0))
        })
        .traced("last", "list_last", "list(V).() -> optional_type(V)", |context, args| {
            Ok(nth(context, &args[0], |size| size.saturating_sub(1)))
        })
        .function("optional.unwrap", "optional_unwrap", "(list(optional_type(V))) -> list(V)", unwrap)
        .function("unwrapOpt", "optional_unwrapOpt", "list(optional_type(V)).() -> list(V)", unwrap)
}

fn some(of: &Traced) -> Traced {
    Traced { value: Value::some(of.clone()), why: of.why }
}

fn nth(context: &mut Context<'_>, list: &Traced, index: impl Fn(usize) -> usize) -> Traced {
    let size = usize::try_from(list.value.size().unwrap_or(0)).unwrap_or(0);
    match list.value.element(index(size), context) {
        Some(element) => {
            let why = context.both(list.why, element.why);
            Traced { value: Value::some(element), why }
        }
        None => Traced { value: Value::Optional(None), why: list.why },
    }
}

fn unwrap(context: &mut Context<'_>, args: &[Traced]) -> Result<Value, Error> {
    let mut values = Vec::new();
    for element in args[0].value.elements(context) {
        match element.value {
            Value::Optional(Some(inner)) => values.push((*inner).clone()),
            Value::Optional(None) => {}
            other => return Err(Error::new(format!("value {} is not optional", crate::text::go_value(&other)))),
        }
    }
    super::made_list(context, values)
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) | Value::Duration(0) => true,
        Value::Double(number) => *number == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Timestamp(at) => at.is_zero(),
        // Go structs do not say whether they are empty.
        Value::Node(node) if node.is_typed() => false,
        Value::List(_) | Value::Map(_) | Value::Node(_) => value.size() == Some(0),
        _ => false,
    }
}
