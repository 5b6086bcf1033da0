//! `with`: another input, other data, other functions for one expression.

use super::machine::{Flow, Machine, Mock, Replaced, Solution, Substitute};
use super::memo::Memo;
use super::plan::{Callee, Replacement, Target, With};
use super::stop::Stop;
use crate::value::{Object, Value};

impl<'p> Machine<'p> {
    /// The solutions of what stands under `with`, the last first.
    pub(super) fn with(&mut self, with: &'p With) -> Result<Vec<Solution>, Stop> {
        let (mut input, mut replaced) = (self.input.clone(), self.replaced.clone());
        let mut mocks = Vec::new();
        for (target, replacement) in &with.changes {
            let by = match replacement {
                Replacement::Function(callee) => Substitute::Function(*callee),
                Replacement::Value(pattern) => match self.ground(pattern)? {
                    Some(bound) => Substitute::Value(bound.value),
                    None => return Ok(Vec::new()),
                },
            };
            match (target, by) {
                (Target::Function(callee), by) => mocks.push(Mock { target: *callee, by }),
                (Target::Input(path), Substitute::Value(value)) => {
                    // What stands around it is copied.
                    if let (Some(trace), false) = (&mut self.trace, path.is_empty()) {
                        trace.lose();
                    }
                    input = Some(put(input.as_ref(), path, value));
                }
                (Target::Data(path), Substitute::Value(value)) => {
                    let Replaced { data, mut targets } =
                        replaced.unwrap_or_else(|| Replaced { data: Value::object([]), targets: Vec::new() });
                    targets.push(path.clone());
                    replaced = Some(Replaced { data: put(Some(&data), path, value), targets });
                }
                (_, Substitute::Function(_)) => return Ok(Vec::new()),
            }
        }
        if let Some(input) = &input {
            self.admit(input)?;
        }
        let (input, replaced) =
            (std::mem::replace(&mut self.input, input), std::mem::replace(&mut self.replaced, replaced));
        self.memos.push(Memo::default());
        if let Some(current) = self.mocks.last_mut() {
            current.push(mocks);
        }
        let mut solutions = Vec::new();
        let failed = self.solve(&with.body, &mut |machine, mark| {
            let solution = machine.solution(mark);
            machine.allocate(64 * (1 + solution.bound.len()))?;
            solutions.push(solution);
            Ok(Flow::More)
        })?;
        self.fail(failed);
        if let Some(current) = self.mocks.last_mut() {
            current.pop();
        }
        self.memos.pop();
        self.replaced = replaced;
        self.input = input;
        solutions.reverse();
        Ok(solutions)
    }

    /// What is called instead of a function.
    pub(super) fn mock(&self, callee: Callee) -> Option<Substitute> {
        let current = self.mocks.last()?;
        current.iter().rev().flatten().find(|mock| mock.target == callee).map(|mock| mock.by.clone())
    }
}

/// A document in which a value stands at a path. What is no object on the way becomes one.
fn put(document: Option<&Value>, path: &[Value], value: Value) -> Value {
    let Some((key, rest)) = path.split_first() else { return value };
    let mut entries = document.and_then(Value::as_object).cloned().unwrap_or_else(Object::default);
    let below = put(entries.get(key), rest, value);
    entries.insert(key.clone(), below);
    Value::Object(std::sync::Arc::new(entries))
}
