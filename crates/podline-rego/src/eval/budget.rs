//! What an evaluation may use, and where it is counted.

use super::machine::Machine;
use super::stop::Stop;
use crate::value::Value;

/// What a collection takes beside its elements, and an element.
const COLLECTION: usize = 48;
const ELEMENT: usize = std::mem::size_of::<Value>();

impl Machine<'_> {
    /// Takes steps.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        self.context.budget.steps(steps).map_err(|_| over())
    }

    /// Takes bytes.
    pub(super) fn allocate(&mut self, bytes: usize) -> Result<(), Stop> {
        self.context.budget.bytes(bytes).map_err(|_| over())
    }

    /// Takes what it takes to compare two values.
    pub(super) fn spend_on(&mut self, a: &Value, b: &Value) -> Result<(), Stop> {
        match (a, b) {
            (Value::String(a), Value::String(b)) => self.spend(a.len().min(b.len()) / 64),
            _ => self.spend(a.weight().min(b.weight()) / NODES),
        }
    }

    /// Takes what it takes to bring values in order, of which all together have a weight.
    pub(super) fn sort(&mut self, count: usize, weight: usize) -> Result<(), Stop> {
        if weight > MOST_WEIGHT {
            return Err(over());
        }
        let rounds = 1 + count.checked_ilog2().unwrap_or(0) as usize;
        self.spend(count.saturating_add(weight / NODES * rounds))
    }

    /// Takes what a collection takes that was made just now.
    pub(super) fn admit(&mut self, value: &Value) -> Result<(), Stop> {
        let elements = match value {
            Value::Array(items) => items.len(),
            Value::Set(items) => items.len(),
            Value::Object(entries) => 2 * entries.len(),
            _ => return Ok(()),
        };
        self.spend(elements)?;
        self.allocate(COLLECTION + ELEMENT * elements)?;
        check(value)
    }
}

/// Refuses values that are too large to be walked: of many nodes, though few may be in memory, or nested too deep.
pub(super) fn check(value: &Value) -> Result<(), Stop> {
    if value.depth() > MOST_DEPTH || value.weight() > MOST_WEIGHT { Err(over()) } else { Ok(()) }
}

/// How many nodes of values are compared in a step.
const NODES: usize = 32;
/// How deep a value may be nested.
const MOST_DEPTH: usize = 1_000;
/// How many nodes a value may have, each counted as often as it is met.
const MOST_WEIGHT: usize = 20_000_000;

/// The evaluation takes too much.
pub(super) fn over() -> Stop {
    Stop::Limit("it takes more steps or memory than a policy may use".into())
}
