//! Lists and objects.

use std::cmp::Ordering;
use std::sync::Arc;

use super::numbers::integer;
use super::{Call, Outcome};
use crate::ast::Node;
use crate::error::Error;
use crate::text;
use crate::value::{Map, Value};

pub(super) fn length(call: &Call<'_>) -> Outcome {
    let length = match call.value(0) {
        Value::String(text) => text.chars().count(),
        Value::Object(entries) => entries.len(),
        _ => call.slice(0).len(),
    };
    #[expect(clippy::cast_precision_loss, reason = "as Go does")]
    Ok((length as f64).into())
}

/// Lists and objects equal nothing here: the original compares with `==`, which panics for them.
pub(super) fn contains(call: &Call<'_>) -> Outcome {
    let wanted = call.value(1);
    if let Value::String(text) = call.value(0) {
        return Ok(wanted.as_str().is_some_and(|wanted| text.contains(wanted)).into());
    }
    let items = call.list(0)?;
    let is_plain = !matches!(wanted, Value::Array(_) | Value::Maps(_) | Value::Object(_));
    Ok((is_plain && items.iter().any(|item| item == wanted)).into())
}

pub(super) fn map(call: &Call<'_>) -> Outcome {
    let node = call.expression(0)?;
    let items: Result<Vec<Value>, Error> = call.list(1)?.iter().map(|item| call.apply(node, item)).collect();
    Ok(Value::array(items?))
}

pub(super) fn merge(call: &Call<'_>) -> Outcome {
    let mut merged = Map::new();
    for at in 0..call.arguments.len() {
        let entries = call.entries(at)?;
        call.runtime.budget.steps(entries.len())?;
        merged.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(Value::object(merged))
}

/// Numbers by size, texts by bytes; nothing for what cannot be compared.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.partial_cmp(b).unwrap_or(Ordering::Equal)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn best(items: &[Value], wanted: Ordering) -> Value {
    let mut items = items.iter();
    let Some(mut best) = items.next() else { return Value::Null };
    for item in items {
        if order(item, best) == Some(wanted) {
            best = item;
        }
    }
    best.clone()
}

pub(super) fn max(call: &Call<'_>) -> Outcome {
    Ok(best(call.slice(0), Ordering::Greater))
}

pub(super) fn min(call: &Call<'_>) -> Outcome {
    Ok(best(call.slice(0), Ordering::Less))
}

fn best_by(call: &Call<'_>, wanted: Ordering) -> Outcome {
    let node = call.expression(1)?;
    let items = call.list(0)?;
    let Some((first, rest)) = items.split_first() else { return Ok(Value::Null) };
    if rest.is_empty() {
        return Ok(first.clone());
    }
    let mut best = (call.apply(node, first)?, first);
    let must = match best.0 {
        Value::Number(_) => "invalid type, must be number",
        Value::String(_) => "invalid type, must be string",
        _ => return Err(Error::new("invalid type, must be number of string")),
    };
    for item in rest {
        let current = call.apply(node, item)?;
        match order(&current, &best.0) {
            None => return Err(Error::new(must)),
            Some(found) if found == wanted => best = (current, item),
            Some(_) => {}
        }
    }
    Ok(best.1.clone())
}

pub(super) fn max_by(call: &Call<'_>) -> Outcome {
    best_by(call, Ordering::Greater)
}

pub(super) fn min_by(call: &Call<'_>) -> Outcome {
    best_by(call, Ordering::Less)
}

/// In the order of the keys. The original's order is random.
pub(super) fn keys(call: &Call<'_>) -> Outcome {
    Ok(Value::array(call.entries(0)?.keys().map(|key| Value::String(key.clone())).collect()))
}

pub(super) fn values(call: &Call<'_>) -> Outcome {
    Ok(Value::array(call.entries(0)?.values().cloned().collect()))
}

pub(super) fn sort(call: &Call<'_>) -> Outcome {
    let mut items = call.slice(0).to_vec();
    call.runtime.budget.steps(items.len())?;
    items.sort_by(|a, b| order(a, b).unwrap_or(Ordering::Equal));
    Ok(Value::array(items))
}

pub(super) fn sort_by(call: &Call<'_>) -> Outcome {
    let node: &Node = call.expression(1)?;
    let items = call.list(0)?;
    if items.len() < 2 {
        return Ok(Value::Array(items.clone()));
    }
    let mut keyed = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let key = match call.apply(node, item) {
            Err(Error::Failed(_)) if at > 0 => Value::Null,
            other => other?,
        };
        keyed.push((key, item.clone()));
    }
    if !matches!(keyed[0].0, Value::Number(_) | Value::String(_)) {
        return Err(Error::new("invalid type, must be number of string"));
    }
    if keyed.iter().any(|(key, _)| order(key, &keyed[0].0).is_none()) {
        return Err(Error::new("error in sort_by comparison"));
    }
    keyed.sort_by(|a, b| order(&a.0, &b.0).unwrap_or(Ordering::Equal));
    Ok(Value::array(keyed.into_iter().map(|(_, item)| item).collect()))
}

pub(super) fn reverse(call: &Call<'_>) -> Outcome {
    if let Value::String(text) = call.value(0) {
        return call.built(text.chars().rev().collect());
    }
    Ok(Value::array(call.list(0)?.iter().rev().cloned().collect()))
}

/// Are all labels of the first object in the second?
pub(super) fn label_match(call: &Call<'_>) -> Outcome {
    let labels = call.entries(1)?;
    Ok(call.entries(0)?.iter().all(|(key, value)| labels.get(key) == Some(value)).into())
}

pub(super) fn lookup(call: &Call<'_>) -> Outcome {
    let key = call.value(1);
    match call.value(0) {
        Value::Object(entries) => match key {
            Value::String(key) => Ok(entries.get(key).cloned().unwrap_or_default()),
            _ => Err(call.error("argument #2 is not of type String")),
        },
        Value::Array(items) => {
            let key = key.as_number().ok_or_else(|| call.error("argument #2 is not of type Number"))?;
            let at = integer(key).map_err(|why| call.error(format!("argument #2: {why}")))?;
            Ok(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().unwrap_or_default())
        }
        _ => Err(call.error("argument #1 is not of type Object or Array")),
    }
}

pub(super) fn items(call: &Call<'_>) -> Outcome {
    let (key_name, value_name): (Arc<str>, Arc<str>) = (call.text(1).into(), call.text(2).into());
    // The original writes the key first: where both names are equal, the value stays.
    let pair = |key: Value, value: &Value| {
        Value::object(Map::from_iter([(key_name.clone(), key), (value_name.clone(), value.clone())]))
    };
    let pairs: Vec<Value> = match call.value(0) {
        Value::Object(entries) => entries.iter().map(|(key, value)| pair(Value::String(key.clone()), value)).collect(),
        #[expect(clippy::cast_precision_loss, reason = "as Go does")]
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, value)| pair(Value::Number(at as f64), value)).collect()
        }
        _ => return Err(call.error("argument #1 is not of type Object or Array")),
    };
    call.runtime.budget.bytes(pairs.len() * 128)?;
    Ok(Value::Maps(Arc::new(pairs)))
}

pub(super) fn object_from_lists(call: &Call<'_>) -> Outcome {
    let array = |at: usize| match call.value(at) {
        Value::Array(items) => Ok(items),
        _ => Err(call.error(format!("argument #{} is not of type Array", at + 1))),
    };
    let (keys, values) = (array(0)?, array(1)?);
    let mut object = Map::new();
    for (at, key) in keys.iter().enumerate() {
        let key = as_text(key).ok_or_else(|| call.error("argument #1 is not of type StringArray"))?;
        object.insert(key.into(), values.get(at).cloned().unwrap_or_default());
    }
    Ok(Value::object(object))
}

/// Numbers, truths and texts as text. Numbers are cut to single precision, as the original does.
pub(super) fn as_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        #[expect(clippy::cast_possible_truncation, reason = "as the original does")]
        Value::Number(number) => {
            let single = *number as f32;
            if single.is_finite() { format!("{single}") } else { text::plain(f64::from(single)) }
        }
        _ => return None,
    })
}
