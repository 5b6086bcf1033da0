//! cel-go's library of lists, version 3.

use std::cmp::Ordering;

use super::{Outcome, int, made_list};
use crate::context::Context;
use crate::cost::size;
use crate::equal::{compare, same};
use crate::error::Error;
use crate::function::{Library, Trait};
use crate::macros::Macros;
use crate::value::{Traced, Value};

/// The longest list that `lists.range` makes.
const LONGEST: i64 = 1_000_000;
const SORTABLE: [(&str, &str); 8] = [
    ("int", "int"),
    ("uint", "uint"),
    ("double", "double"),
    ("bool", "bool"),
    ("google.protobuf.Duration", "duration"),
    ("google.protobuf.Timestamp", "timestamp"),
    ("string", "string"),
    ("bytes", "bytes"),
];

/// `slice`, `flatten`, `sort`, `sortBy`, `lists.range`, `reverse`, `distinct`.
pub fn library() -> Library {
    let sort: Vec<(String, String)> =
        SORTABLE.iter().map(|(id, ty)| (format!("list_{id}_sort"), format!("list({ty}).() -> list({ty})"))).collect();
    let sort_by: Vec<(String, String)> = SORTABLE
        .iter()
        .map(|(id, ty)| (format!("list_{id}_sortByAssociatedKeys"), format!("list(T).(list({ty})) -> list(T)")))
        .collect();
    Library::new()
        .macros(Macros::lists)
        .function("slice", "list_slice", "list(T).(int, int) -> list(T)", slice)
        .function("flatten", "list_flatten", "list(list(T)).() -> list(T)", |context, args| flatten(context, args, 1))
        .function("flatten", "list_flatten_int", "list(dyn).(int) -> list(dyn)", |context, args| {
            flatten(context, args, int(args, 1)?)
        })
        .unguarded("flatten")
        .singleton("sort", &pairs(&sort), Trait::Lister, |context, args| {
            sorted(context, &args[0].value, &args[0].value)
        })
        .singleton("@sortByAssociatedKeys", &pairs(&sort_by), Trait::Lister, |context, args| {
            sorted(context, &args[0].value, &args[1].value)
        })
        .function("lists.range", "lists_range", "(int) -> list(int)", |context, args| range(context, int(args, 0)?))
        .function("reverse", "list_reverse", "list(T).() -> list(T)", |context, args| {
            let mut elements = args[0].value.elements(context);
            elements.reverse();
            made_list(context, elements)
        })
        .function("distinct", "list_distinct", "list(T).() -> list(T)", distinct)
        .costs(costs)
}

fn pairs(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(id, signature)| (id.as_str(), signature.as_str())).collect()
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as cel-go does
fn costs(_: &str, overload: &str, args: &[Traced], result: Option<&Value>) -> Option<u64> {
    let allocating = |factor: f64, size: u64| {
        let factor = if factor < 0.0 { 1.0 } else { factor };
        ((size as f64 * factor) as u64).saturating_add(11)
    };
    let compared = |list: &Value| {
        let limits = crate::Limits::default();
        let first = list.element(0, &mut Context::new(&limits, false)).map(|first| first.value);
        let factor = if matches!(first, Some(Value::String(_) | Value::Bytes(_))) { 2.1 } else { 2.0 };
        allocating(factor, size(list).saturating_mul(size(list)))
    };
    Some(match overload {
        "list_slice" | "lists_range" | "list_reverse" => allocating(1.0, result.map_or(1, size)),
        "list_flatten" => allocating(1.0, size(&args[0].value)),
        "list_flatten_int" => match args[1].value {
            Value::Int(depth) => allocating(depth as f64, size(&args[0].value)),
            _ => return None,
        },
        "list_distinct" => compared(&args[0].value),
        _ if overload.ends_with("_sort") => compared(&args[0].value),
        _ if overload.ends_with("_sortByAssociatedKeys") => compared(&args[1].value),
        _ => return None,
    })
}

fn slice(context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let (start, end) = (int(args, 1)?, int(args, 2)?);
    let length = args[0].value.size().unwrap_or(0);
    let fails = |why: &str| Err(Error::new(format!("cannot slice({start}, {end}), {why}")));
    let (Ok(from), Ok(to)) = (usize::try_from(start), usize::try_from(end)) else {
        return fails("negative indexes not supported");
    };
    if start > end {
        return fails("start index must be less than or equal to end index");
    }
    if length < to as u64 {
        return fails(&format!("list is length {length}"));
    }
    let elements = (from..to).filter_map(|index| args[0].value.element(index, context)).collect();
    made_list(context, elements)
}

fn flatten(context: &mut Context<'_>, args: &[Traced], depth: i64) -> Outcome {
    if !args[0].value.is_list() {
        let depth = args.get(1).map(|depth| depth.value.type_name()).unwrap_or_default();
        return Err(Error::new(format!("no such overload: {}.flatten({depth})", args[0].value.type_of())));
    }
    if depth < 0 {
        return Err(Error::new("level must be non-negative"));
    }
    let mut flat = Vec::new();
    flatten_into(context, &args[0].value, depth, &mut flat)?;
    made_list(context, flat)
}

fn flatten_into(context: &mut Context<'_>, list: &Value, depth: i64, flat: &mut Vec<Traced>) -> Result<(), Error> {
    for element in list.elements(context) {
        if depth > 0 && element.value.is_list() {
            flatten_into(context, &element.value, depth - 1, flat)?;
        } else {
            context.allocate(48)?;
            flat.push(element);
        }
    }
    Ok(())
}

/// `list` in the order of `keys`.
fn sorted(context: &mut Context<'_>, list: &Value, keys: &Value) -> Outcome {
    let (list, keys) = (list.elements(context), keys.elements(context));
    if list.len() != keys.len() {
        let (list, keys) = (list.len(), keys.len());
        return Err(Error::new(format!(
            "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got {list} and {keys} elements respectively"
        )));
    }
    let Some(first) = keys.first() else { return made_list(context, list) };
    if !Trait::Comparer.has(&first.value) {
        return Err(Error::new("list elements must be comparable"));
    }
    let ty = first.value.type_of();
    if keys.len() > 1 && keys.iter().any(|key| key.value.type_of() != ty) {
        return Err(Error::new("list elements must have the same type"));
    }
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|a, b| compare(&keys[*a].value, &keys[*b].value).unwrap_or(Ordering::Equal));
    made_list(context, order.into_iter().map(|index| list[index].clone()).collect())
}

fn range(context: &mut Context<'_>, count: i64) -> Outcome {
    if count < 0 {
        return Err(Error::new(format!("lists.range: size must be non-negative, got {count}")));
    }
    if count > LONGEST {
        return Err(Error::new(format!("lists.range: size {count} exceeds maximum allowed ({LONGEST})")));
    }
    made_list(context, (0..count).map(|index| Value::Int(index).into()).collect())
}

fn distinct(context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let elements = args[0].value.elements(context);
    // It compares each with each: what that costs is known before it is done.
    context.check(costs("", "list_distinct", args, None).unwrap_or(0))?;
    let mut unique: Vec<Traced> = Vec::new();
    for (index, element) in elements.into_iter().enumerate() {
        let mut seen = false;
        for other in unique.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, other)| other) {
            seen = same(&element.value, &other.value, context)?;
            if seen {
                break;
            }
        }
        if !seen {
            unique.push(element);
        }
    }
    made_list(context, unique)
}
