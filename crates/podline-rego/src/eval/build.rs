//! Objects and sets that grow member by member.

use std::collections::BTreeMap;

use super::plan::Kind;
use super::unify::equal;
use crate::value::Value;

/// What partial rules of one path have said so far.
#[derive(Debug)]
pub(super) struct Builder {
    made: Made,
    /// How many members were said.
    pub count: usize,
    /// What they weigh together.
    pub weight: usize,
}

#[derive(Debug)]
enum Made {
    /// The value of a key.
    Leaf(Value),
    Set(Vec<Value>),
    Object(BTreeMap<Value, Made>),
}

impl Builder {
    pub(super) fn new(kind: Kind) -> Builder {
        let made = if kind == Kind::Set { Made::Set(Vec::new()) } else { Made::Object(BTreeMap::new()) };
        Builder { made, count: 0, weight: 0 }
    }

    /// Says that a value stands where the path leads. No if another value stands there, or one on the way.
    pub(super) fn set(&mut self, path: Vec<Value>, value: &Value) -> bool {
        self.count(&path, value);
        match self.made.at(path, || Made::Leaf(value.clone())) {
            Some(Made::Leaf(known)) => equal(known, value),
            Some(made) => equal(&made.value(), value),
            None => false,
        }
    }

    /// Adds a member to the set that the path leads to.
    pub(super) fn add(&mut self, path: Vec<Value>, member: Value) -> bool {
        self.count(&path, &member);
        match self.made.at(path, || Made::Set(Vec::new())) {
            Some(Made::Set(members)) => {
                members.push(member);
                true
            }
            _ => false,
        }
    }

    fn count(&mut self, path: &[Value], value: &Value) {
        self.count += 1;
        self.weight = path.iter().chain([value]).fold(self.weight, |sum, value| sum.saturating_add(value.weight()));
    }

    pub(super) fn finish(self) -> Value {
        self.made.finish()
    }
}

impl Made {
    fn at(&mut self, path: Vec<Value>, new: impl FnOnce() -> Made) -> Option<&mut Made> {
        let last = path.len().checked_sub(1);
        let mut here = self;
        let mut new = Some(new);
        for (at, key) in path.into_iter().enumerate() {
            let Made::Object(entries) = here else { return None };
            let made = || match new.take() {
                Some(new) if Some(at) == last => new(),
                other => {
                    new = other;
                    Made::Object(BTreeMap::new())
                }
            };
            here = entries.entry(key).or_insert_with(made);
        }
        Some(here)
    }

    fn value(&self) -> Value {
        match self {
            Made::Leaf(value) => value.clone(),
            Made::Set(members) => Value::set(members.iter().cloned()),
            Made::Object(entries) => Value::object(entries.iter().map(|(key, value)| (key.clone(), value.value()))),
        }
    }

    fn finish(self) -> Value {
        match self {
            Made::Leaf(value) => value,
            Made::Set(members) => Value::set(members),
            Made::Object(entries) => Value::object(entries.into_iter().map(|(key, value)| (key, value.finish()))),
        }
    }
}

/// Sorts entries. Have equal keys equal values?
pub(super) fn consistent(entries: &mut [(Value, Value)]) -> bool {
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries.windows(2).all(|pair| pair[0].0 != pair[1].0 || equal(&pair[0].1, &pair[1].1))
}
