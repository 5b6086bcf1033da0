//! Kubernetes' library of lists.

use std::cmp::Ordering;

use super::Outcome;
use crate::context::Context;
use crate::cost::TRAVERSAL;
use crate::equal::{compare, same};
use crate::error::Error;
use crate::function::Library;
use crate::value::{Traced, Value};

const COMPARABLE: [&str; 8] = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];
const SUMMABLE: [&str; 4] = ["int", "uint", "double", "duration"];

/// `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`.
pub fn library() -> Library {
    let mut library = Library::new();
    for ty in COMPARABLE {
        let list = format!("list({ty}).()");
        library = library
            .function("isSorted", &format!("list_{ty}_is_sorted_bool"), &format!("{list} -> bool"), is_sorted)
            .traced("max", &format!("list_{ty}_max_{ty}"), &format!("{list} -> {ty}"), |context, args| {
                extreme(context, &args[0], "max", Ordering::Less)
            })
            .traced("min", &format!("list_{ty}_min_{ty}"), &format!("{list} -> {ty}"), |context, args| {
                extreme(context, &args[0], "min", Ordering::Greater)
            });
    }
    for ty in SUMMABLE {
        let signature = format!("list({ty}).() -> {ty}");
        library = library.function("sum", &format!("list_{ty}_sum_{ty}"), &signature, move |context, args| {
            sum(context, &args[0].value, ty)
        });
    }
    library
        .function("indexOf", "list_a_index_of_int", "list(A).(A) -> int", |context, args| {
            let elements = args[0].value.elements(context);
            position(elements.iter().enumerate(), &args[1].value, context)
        })
        .function("lastIndexOf", "list_a_last_index_of_int", "list(A).(A) -> int", |context, args| {
            let elements = args[0].value.elements(context);
            position(elements.iter().enumerate().rev(), &args[1].value, context)
        })
        .costs(costs)
}

/// `includes`, new in 1.37.
pub fn includes() -> Library {
    Library::new().function("includes", "list_includes_dyn_dyn", "dyn.(dyn) -> bool", |context, args| {
        let (target, wanted) = (&args[0].value, &args[1].value);
        if !target.is_list() {
            return same(target, wanted, context).map(Value::Bool);
        }
        for element in target.elements(context) {
            if same(&element.value, wanted, context)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    })
}

fn costs(function: &str, _: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    match function {
        "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" | "includes" => {
            Some(args.first().map_or(0, |list| traversal(&list.value)))
        }
        _ => None,
    }
}

/// What walking through a value costs.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // as the server does
fn traversal(value: &Value) -> u64 {
    let limits = crate::Limits::default();
    let mut context = Context::new(&limits, false);
    let text = |length: usize| (length as f64 * TRAVERSAL) as u64;
    match value {
        Value::String(value) => text(value.len()),
        Value::Bytes(value) => text(value.len()),
        _ if value.is_list() => value.elements(&mut context).iter().map(|element| traversal(&element.value)).sum(),
        _ if value.is_map() => value
            .keys()
            .iter()
            .map(|key| {
                let found = value.lookup(key, &mut context).ok().flatten();
                traversal(key) + found.map_or(1, |found| traversal(&found.value))
            })
            .sum(),
        _ => 1,
    }
}

/// The index of the first that is `wanted`, or -1.
fn position<'e>(
    elements: impl Iterator<Item = (usize, &'e Traced)>,
    wanted: &Value,
    context: &mut Context<'_>,
) -> Outcome {
    for (index, element) in elements {
        if same(&element.value, wanted, context)? {
            return Ok(Value::Int(i64::try_from(index).unwrap_or(i64::MAX)));
        }
    }
    Ok(Value::Int(-1))
}

fn comparable(value: &Value) -> bool {
    crate::function::Trait::Comparer.has(value)
}

fn is_sorted(context: &mut Context<'_>, args: &[Traced]) -> Outcome {
    let elements = args[0].value.elements(context);
    for (index, element) in elements.iter().enumerate() {
        if !comparable(&element.value) {
            return Err(Error::no_overload());
        }
        let before = index.checked_sub(1).map(|before| &elements[before].value);
        if before.is_some_and(|before| matches!(compare(before, &element.value), Ok(Ordering::Greater))) {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn extreme(context: &mut Context<'_>, list: &Traced, name: &'static str, replaced: Ordering) -> Result<Traced, Error> {
    let mut best: Option<Traced> = None;
    for element in list.value.elements(context) {
        if !comparable(&element.value) {
            return Err(Error::no_overload());
        }
        let better = match &best {
            None => true,
            Some(best) => compare(&best.value, &element.value).is_ok_and(|order| order == replaced),
        };
        if better {
            best = Some(element);
        }
    }
    let best = best.ok_or_else(|| Error::new(format!("{name} called on empty list")).because(list.why))?;
    let why = context.both(list.why, best.why);
    Ok(Traced { why, ..best })
}

fn sum(context: &mut Context<'_>, list: &Value, ty: &str) -> Outcome {
    let zero = match ty {
        "int" => Value::Int(0),
        "uint" => Value::Uint(0),
        "double" => Value::Double(0.0),
        _ => Value::Duration(0),
    };
    list.elements(context).iter().try_fold(zero, |total, element| {
        let sum = match (&total, &element.value) {
            (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int).ok_or("integer overflow"),
            (Value::Uint(a), Value::Uint(b)) => a.checked_add(*b).map(Value::Uint).ok_or("unsigned integer overflow"),
            (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
            (Value::Duration(a), Value::Duration(b)) => {
                a.checked_add(*b).map(Value::Duration).ok_or("duration overflow")
            }
            _ => Err("no such overload"),
        };
        sum.map_err(Error::new)
    })
}
