//! cel-go's library of sets.

use super::operators::contains;
use crate::context::Context;
use crate::cost::size;
use crate::error::Error;
use crate::function::Library;
use crate::value::{Traced, Value};

const SIGNATURE: &str = "(list(T), list(T)) -> bool";

/// `sets.contains`, `sets.equivalent`, `sets.intersects`.
pub fn library() -> Library {
    Library::new()
        .function("sets.contains", "list_sets_contains_list", SIGNATURE, |context, args| {
            affordable(context, args, 1)?;
            all_in(context, &args[0].value, &args[1].value).map(Value::Bool)
        })
        .function("sets.equivalent", "list_sets_equivalent_list", SIGNATURE, |context, args| {
            affordable(context, args, 2)?;
            let (a, b) = (&args[0].value, &args[1].value);
            Ok(Value::Bool(all_in(context, a, b)? && all_in(context, b, a)?))
        })
        .function("sets.intersects", "list_sets_intersects_list", SIGNATURE, |context, args| {
            affordable(context, args, 1)?;
            for element in args[0].value.elements(context) {
                if contains(context, &args[1].value, &element.value)? {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        })
        .costs(|_, overload, args, _| match overload {
            "list_sets_contains_list" | "list_sets_intersects_list" => Some(cost(args, 1)),
            "list_sets_equivalent_list" => Some(cost(args, 2)),
            _ => None,
        })
}

fn cost(args: &[Traced], factor: u64) -> u64 {
    let pairs = size(&args[0].value).saturating_mul(size(&args[1].value));
    pairs.saturating_mul(factor).saturating_add(1)
}

/// Each is compared with each: what that costs is known before it is done.
fn affordable(context: &Context<'_>, args: &[Traced], factor: u64) -> Result<(), Error> {
    context.check(cost(args, factor))
}

fn all_in(context: &mut Context<'_>, list: &Value, wanted: &Value) -> Result<bool, Error> {
    for element in wanted.elements(context) {
        if !contains(context, list, &element.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}
