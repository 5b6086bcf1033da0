//! Calls of functions and built-ins.

use super::budget::{check, over};
use super::machine::{Bound, Machine, Rest, Substitute};
use super::memo::Outcome;
use super::plan::{Callee, GroupId, Pattern, Place, Step};
use super::stop::Stop;
use super::touched::is_of_shape;
use super::trace::{Reasons, Why};
use crate::builtins::Builtin;
use crate::context::{Failure, Halt};
use crate::value::Value;

/// So many members that a set lacks are blamed each.
const LACKING: usize = 16;
/// The one built-in that has many values.
const WALK: &str = "walk";

impl<'p> Machine<'p> {
    pub(super) fn builtin(
        &mut self,
        step: &'p Step,
        at: usize,
        builtin: &'static Builtin,
        args: &'p [Pattern],
        output: Option<&'p Pattern>,
    ) -> Result<bool, Stop> {
        if builtin.name == WALK && self.mock(Callee::Builtin(builtin)).is_none() {
            let Some(bound) = args.first().map(|arg| self.ground(arg)).transpose()?.flatten() else { return Ok(false) };
            return self.begin(&step.op, at, Rest::Walk(vec![(Value::array(Vec::new()), bound)]));
        }
        self.apply(step, Callee::Builtin(builtin), args, output)
    }

    pub(super) fn call(
        &mut self,
        step: &'p Step,
        group: GroupId,
        args: &'p [Pattern],
        output: Option<&'p Pattern>,
    ) -> Result<bool, Stop> {
        self.apply(step, Callee::Group(group), args, output)
    }

    fn apply(
        &mut self,
        step: &'p Step,
        callee: Callee,
        args: &'p [Pattern],
        output: Option<&'p Pattern>,
    ) -> Result<bool, Stop> {
        let mut operands = Vec::with_capacity(args.len());
        for arg in args {
            let Some(bound) = self.ground(arg)? else { return Ok(false) };
            operands.push(bound);
        }
        let outcome = match self.mock(callee) {
            None => self.value_of(step, callee, &operands)?,
            Some(Substitute::Value(value)) => Outcome { value: Some(value), reasons: Reasons::default() },
            Some(Substitute::Function(callee)) => {
                self.mocks.push(Vec::new());
                let outcome = self.value_of(step, callee, &operands)?;
                self.mocks.pop();
                outcome
            }
        };
        let Reasons { conditions, value: own, .. } = outcome.reasons;
        let Some(value) = outcome.value else { return Ok(self.fail(conditions)) };
        let why = self.both(own, conditions);
        match output {
            Some(pattern) => {
                self.note(conditions, !step.telling);
                self.unify_value(pattern, &Bound { value, why })
            }
            None if matches!(value, Value::Bool(false)) => Ok(self.fail(why)),
            None => Ok(self.hold(why)),
        }
    }

    fn value_of(&mut self, step: &'p Step, callee: Callee, operands: &[Bound]) -> Result<Outcome, Stop> {
        match callee {
            Callee::Group(group) => {
                let telling = std::mem::replace(&mut self.telling, false);
                let outcome = self.function(group, operands);
                self.telling = telling;
                outcome
            }
            Callee::Builtin(builtin) => {
                let why = self.why_of_call(builtin, operands);
                let values: Vec<Value> = operands.iter().map(|bound| bound.value.clone()).collect();
                self.spend(1)?;
                let value = match builtin.call(&values, self.context) {
                    Ok(value) => value,
                    // An error leaves the call undefined.
                    Err(Failure::Error(_)) => None,
                    Err(Failure::Halt(Halt::Budget)) => return Err(over()),
                    Err(Failure::Halt(Halt::Undecided(name))) => {
                        return Err(Stop::Undecided { name: name.into(), place: self.place(step) });
                    }
                };
                if let Some(value) = &value {
                    check(value)?;
                }
                let conditions = if value.is_none() { why } else { Why::NOTHING };
                Ok(Outcome { value, reasons: Reasons { conditions, value: why, ..Reasons::default() } })
            }
        }
    }

    /// What the value of a built-in depends on: its operands. `object.get` only looks at what its keys lead to.
    fn why_of_call(&mut self, builtin: &Builtin, operands: &[Bound]) -> Why {
        let mut why = Why::NOTHING;
        if !self.traced() {
            return why;
        }
        let mut operands = operands;
        if let ("object.get", [of, key, rest @ ..]) = (builtin.name, operands) {
            let keys = match &key.value {
                Value::Array(keys) => keys.to_vec(),
                key => vec![key.clone()],
            };
            let found = self.walk_down(of.clone(), &keys);
            why = match found {
                Ok(found) => self.reason(&found),
                Err(missing) => missing,
            };
            why = self.both(why, key.why);
            operands = rest;
        }
        if let ("minus", [of, taken]) = (builtin.name, operands) {
            why = self.reason(of);
            let taken_why = self.reason(taken);
            let lacking = self.lacking(&of.value, &taken.value, taken_why);
            return self.both(why, lacking);
        }
        for operand in operands {
            if !is_of_shape(builtin.name, &operand.value) {
                self.look(&operand.value);
            }
            let reason = self.reason(operand);
            why = self.both(why, reason);
        }
        why
    }

    /// What a difference of sets depends on, of what the second of them does: what is left of the first is left since it
    /// stands nowhere.
    fn lacking(&mut self, of: &Value, taken: &Value, why: Why) -> Why {
        let (Value::Set(of), Value::Set(taken), Some(trace)) = (of, taken, &mut self.trace) else { return why };
        let left: Vec<&Value> = of.as_slice().iter().filter(|item| !taken.contains(item)).take(LACKING).collect();
        trace.lacking(why, |key| taken.contains(key), &left)
    }

    fn place(&self, step: &Step) -> Place {
        let file = self.rule.map_or_else(|| "".into(), |rule| rule.place.file.clone());
        Place { file, row: step.row }
    }

    /// The places below one, for `walk`: the last is the first to go to.
    pub(super) fn go_on(&mut self, path: &Value, of: &Bound, waiting: &mut Vec<(Value, Bound)>) -> Result<(), Stop> {
        let first = waiting.len();
        let Value::Array(steps) = path else { return Ok(()) };
        let mut at = 0;
        while let Some((key, value)) = super::body::element(&of.value, at) {
            at += 1;
            let (_, why) = self.element_why(of, &key, &value);
            self.allocate(64 + 24 * steps.len())?;
            let mut longer = Vec::with_capacity(steps.len() + 1);
            longer.extend(steps.iter().cloned());
            longer.push(key);
            waiting.push((Value::array(longer), Bound { value, why }));
        }
        waiting[first..].reverse();
        Ok(())
    }

    /// One outcome of `walk`.
    pub(super) fn take_place(&mut self, path: Value, value: Bound, output: Option<&'p Pattern>) -> Result<bool, Stop> {
        match output {
            // Each part with its own reason.
            Some(Pattern::Array(parts)) if parts.len() == 2 => {
                let why = self.reason(&value);
                Ok(self.unify_value(&parts[0], &Bound { value: path, why })? && self.unify_value(&parts[1], &value)?)
            }
            Some(pattern) => {
                let outcome = Value::array(vec![path, value.value]);
                self.unify_value(pattern, &Bound { value: outcome, why: value.why })
            }
            None => Ok(true),
        }
    }
}
