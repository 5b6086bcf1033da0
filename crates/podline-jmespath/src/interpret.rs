//! A tree and a value into a value.
//!
//! A missing key is an error that most operators swallow; an index out of range, and a field of what is no object, are
//! null. Source: `interpreter.go` of kyverno/go-jmespath.

use std::cell::Cell;
use std::sync::Arc;

use crate::ast::{Comparator, Node};
use crate::error::Error;
use crate::functions::{self, Argument};
use crate::value::{Map, Value};

/// How much work expressions may do, and how many bytes they may build. One budget serves all expressions of a rule.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    bytes: Cell<u64>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new(5_000_000, 64 << 20)
    }
}

impl Budget {
    /// This many steps and bytes.
    pub fn new(steps: u64, bytes: u64) -> Budget {
        Budget { steps: Cell::new(steps), bytes: Cell::new(bytes) }
    }

    /// The steps and the bytes that are left.
    pub fn left(&self) -> (u64, u64) {
        (self.steps.get(), self.bytes.get())
    }

    /// Takes steps.
    ///
    /// # Errors
    /// [`Error::Budget`] if there are no more.
    pub fn steps(&self, count: usize) -> Result<(), Error> {
        take(&self.steps, count)
    }

    /// Takes a step for each part of what a collection will hold, as often as it is held: what holds itself twice, and
    /// that again, takes little memory, and whoever compares or prints it walks through all of it.
    ///
    /// # Errors
    /// [`Error::Budget`] if there are fewer steps.
    fn hold<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> Result<(), Error> {
        let mut open: Vec<&Value> = values.into_iter().collect();
        while let Some(value) = open.pop() {
            self.steps(1)?;
            match value {
                Value::Array(items) | Value::Maps(items) => open.extend(items.iter()),
                Value::Object(entries) => open.extend(entries.values()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// [`Error::Budget`] if there are no more.
    pub fn bytes(&self, count: usize) -> Result<(), Error> {
        take(&self.bytes, count)
    }
}

fn take(left: &Cell<u64>, count: usize) -> Result<(), Error> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let rest = left.get().checked_sub(count);
    // What comes after a spent budget must not go on as if nothing had happened.
    left.set(rest.unwrap_or(0));
    rest.map(|_| ()).ok_or(Error::Budget)
}

/// Reads YAML for `parse_yaml`, as the caller reads it.
pub type ReadYaml = dyn Fn(&str) -> Result<serde_json::Value, String> + Send + Sync;

/// What functions need from outside.
pub struct Runtime<'r> {
    /// What `time_now` says: seconds and nanoseconds since 1970.
    pub now: (i64, u32),
    /// Reads YAML.
    pub yaml: &'r ReadYaml,
    /// What is left of the budget.
    pub budget: &'r Budget,
}

type Outcome = Result<Value, Error>;

/// What operators do with a missing key.
fn or_null(outcome: Outcome) -> Outcome {
    match outcome {
        Err(Error::NotFound(_)) => Ok(Value::Null),
        other => other,
    }
}

/// Evaluates.
///
/// # Errors
/// See [`Error`].
pub(crate) fn evaluate(node: &Node, value: &Value, runtime: &Runtime<'_>) -> Outcome {
    runtime.budget.steps(1)?;
    let go = |node: &Node| evaluate(node, value, runtime);
    match node {
        Node::Comparison { operator, left, right } => Ok(compare(*operator, &or_null(go(left))?, &or_null(go(right))?)),
        Node::Current => Ok(value.clone()),
        Node::Reference(_) => Err(Error::new("an expression reference is no value")),
        Node::Call { name, arguments } => call(name, arguments, value, runtime),
        Node::BadCall => Err(Error::new("invalid node value type")),
        Node::Field(name) => match value {
            Value::Object(entries) => entries.get(name).cloned().ok_or_else(|| Error::NotFound(name.to_string())),
            _ => Ok(Value::Null),
        },
        Node::FilterProjection { left, right, condition } => match unless_failed(go(left))?.as_slice() {
            Some(items) => filtered(items, condition, right, runtime),
            None => Ok(Value::Null),
        },
        Node::Flatten(left) => match unless_failed(go(left))?.as_slice() {
            Some(items) => flattened(items, runtime),
            None => Ok(Value::Null),
        },
        Node::Index(index) => Ok(value.as_slice().and_then(|items| element(items, *index)).unwrap_or_default()),
        Node::Literal(literal) => Ok(literal.clone()),
        Node::MultiSelectHash(entries) => hash(entries, value, runtime),
        Node::MultiSelectList(items) => list(items, value, runtime),
        Node::Or(left, right) => match or_null(go(left))? {
            matched if matched.is_false() => or_null(go(right)),
            matched => Ok(matched),
        },
        Node::And(left, right) => match or_null(go(left))? {
            matched if matched.is_false() => Ok(matched),
            _ => go(right),
        },
        Node::Not(inner) => Ok(or_null(go(inner))?.is_false().into()),
        Node::Pipe(left, right) => or_null(evaluate(right, &or_null(go(left))?, runtime)),
        Node::Projection { left, right } => match or_null(go(left))?.as_slice() {
            Some(items) => projected(items.iter(), right, runtime),
            None => Ok(Value::Null),
        },
        Node::Sub(left, right) => evaluate(right, &go(left)?, runtime),
        Node::Slice(parts) => match value.as_slice() {
            Some(items) => slice(items, *parts, runtime),
            None => Ok(Value::Null),
        },
        Node::ValueProjection { left, right } => match unless_failed(go(left))?.as_object() {
            Some(entries) => {
                // The original puts as many nulls in front as there are values.
                let nulls = std::iter::repeat_n(&Value::Null, entries.len());
                projected(nulls.chain(entries.values()), right, runtime)
            }
            None => Ok(Value::Null),
        },
    }
}

/// Filters, flattenings and value projections take any error on their left for null, but for ours.
fn unless_failed(outcome: Outcome) -> Outcome {
    match outcome {
        Err(Error::NotFound(_) | Error::Failed(_)) => Ok(Value::Null),
        other => other,
    }
}

fn compare(operator: Comparator, left: &Value, right: &Value) -> Value {
    match operator {
        Comparator::Equal => return (left == right).into(),
        Comparator::NotEqual => return (left != right).into(),
        _ => {}
    }
    let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else { return Value::Null };
    match operator {
        Comparator::Less => left < right,
        Comparator::LessEqual => left <= right,
        Comparator::Greater => left > right,
        _ => left >= right,
    }
    .into()
}

fn call(name: &str, arguments: &[Node], value: &Value, runtime: &Runtime<'_>) -> Outcome {
    let mut resolved = Vec::with_capacity(arguments.len());
    for argument in arguments {
        resolved.push(match argument {
            Node::Reference(node) => Argument::Expression(node),
            node => Argument::Value(or_null(evaluate(node, value, runtime))?),
        });
    }
    functions::call(name, &resolved, runtime)
}

fn filtered(items: &[Value], condition: &Node, right: &Node, runtime: &Runtime<'_>) -> Outcome {
    let mut kept = Vec::new();
    for item in items {
        if or_null(evaluate(condition, item, runtime))?.is_false() {
            continue;
        }
        let current = or_null(evaluate(right, item, runtime))?;
        if !current.is_null() {
            kept.push(current);
        }
    }
    built(kept, runtime)
}

fn projected<'v>(items: impl Iterator<Item = &'v Value>, right: &Node, runtime: &Runtime<'_>) -> Outcome {
    let mut kept = Vec::new();
    for item in items {
        let current = or_null(evaluate(right, item, runtime))?;
        if !current.is_null() {
            kept.push(current);
        }
    }
    built(kept, runtime)
}

fn flattened(items: &[Value], runtime: &Runtime<'_>) -> Outcome {
    let mut flat = Vec::new();
    for item in items {
        match item.as_slice() {
            Some(inner) => {
                runtime.budget.steps(inner.len())?;
                flat.extend_from_slice(inner);
            }
            None => flat.push(item.clone()),
        }
    }
    built(flat, runtime)
}

/// A list that was built, paid for.
fn built(items: Vec<Value>, runtime: &Runtime<'_>) -> Outcome {
    runtime.budget.bytes(items.len() * size_of::<Value>())?;
    Ok(Value::array(items))
}

fn hash(entries: &[(Arc<str>, Node)], value: &Value, runtime: &Runtime<'_>) -> Outcome {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let mut map = Map::new();
    for (key, node) in entries {
        map.insert(key.clone(), or_null(evaluate(node, value, runtime))?);
    }
    runtime.budget.bytes(map.len() * 64)?;
    runtime.budget.hold(map.values())?;
    Ok(Value::object(map))
}

fn list(items: &[Node], value: &Value, runtime: &Runtime<'_>) -> Outcome {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let items: Result<Vec<Value>, Error> = items.iter().map(|node| or_null(evaluate(node, value, runtime))).collect();
    let items = items?;
    runtime.budget.hold(&items)?;
    built(items, runtime)
}

fn element(items: &[Value], index: i64) -> Option<Value> {
    items.get(index_of(items.len(), index)?).cloned()
}

/// Negative ones count from the end.
pub(crate) fn index_of(length: usize, index: i64) -> Option<usize> {
    let at = if index < 0 { index.checked_add(i64::try_from(length).ok()?)? } else { index };
    usize::try_from(at).ok()
}

fn slice(items: &[Value], parts: [Option<i64>; 3], runtime: &Runtime<'_>) -> Outcome {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let step = parts[2].unwrap_or(1);
    if step == 0 {
        return Err(Error::new("Invalid slice, step cannot be 0"));
    }
    let capped = |at: i64| {
        let at = if at < 0 { at.saturating_add(length) } else { at };
        if at < 0 {
            if step < 0 { -1 } else { 0 }
        } else if at >= length {
            if step < 0 { length - 1 } else { length }
        } else {
            at
        }
    };
    let start = parts[0].map_or(if step < 0 { length - 1 } else { 0 }, capped);
    let end = parts[1].map_or(if step < 0 { -1 } else { length }, capped);
    let mut taken = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
            taken.push(item.clone());
        }
        at = at.saturating_add(step);
    }
    built(taken, runtime)
}
