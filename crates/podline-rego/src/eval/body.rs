//! Bodies: step by step, and back to the last choice when one fails.

use super::machine::{Bound, Choice, Flow, Machine, Mark, Rest, Solution};
use super::plan::{Block, Op, Pattern};
use super::stop::Stop;
use super::trace::Why;
use crate::value::Value;

impl<'p> Machine<'p> {
    /// Calls `found` for each solution of a body, as long as it wants more. Afterwards the variables are as they were.
    /// Says why what failed did.
    pub fn solve(
        &mut self,
        block: &'p Block,
        found: &mut dyn FnMut(&mut Self, Mark) -> Result<Flow, Stop>,
    ) -> Result<Why, Stop> {
        self.enter()?;
        let (failed, telling) = (std::mem::take(&mut self.failed), self.telling);
        let mark = self.mark();
        let mut at = 0;
        loop {
            let done = match block.steps.get(at) {
                Some(step) => {
                    self.spend(1)?;
                    self.telling = step.telling;
                    self.step(step, at)?
                }
                None => match found(self, mark)? {
                    Flow::More => false,
                    Flow::Enough => break,
                },
            };
            if done {
                at += 1;
            } else if let Some(next) = self.retry(block, mark)? {
                at = next;
            } else {
                break;
            }
        }
        self.undo(mark);
        self.telling = telling;
        self.leave();
        Ok(std::mem::replace(&mut self.failed, failed))
    }

    /// The step to go on with after the last choice that has something left.
    fn retry(&mut self, block: &'p Block, mark: Mark) -> Result<Option<usize>, Stop> {
        while !self.decided(mark) {
            let Some(mut choice) = self.choices.pop() else { break };
            self.unbind(choice.trail);
            self.held.truncate(choice.held);
            let at = choice.at;
            self.telling = block.steps[at].telling;
            if self.choose(&block.steps[at].op, &mut choice.rest)? {
                // What was bound while choosing belongs to the choice.
                self.choices.push(choice);
                return Ok(Some(at + 1));
            }
        }
        Ok(None)
    }

    /// Leaves a choice and takes the first of it.
    pub fn begin(&mut self, op: &'p Op, at: usize, mut rest: Rest) -> Result<bool, Stop> {
        let (trail, held) = (self.trail.len(), self.held.len());
        let some = self.choose(op, &mut rest)?;
        if some {
            self.choices.push(Choice { at, trail, held, rest });
        }
        Ok(some)
    }

    /// Takes the next alternative that fits.
    fn choose(&mut self, op: &'p Op, rest: &mut Rest) -> Result<bool, Stop> {
        let trail = self.trail.len();
        loop {
            self.spend(1)?;
            let fits = match rest {
                Rest::Elements { of, next } => {
                    let Op::Index { key, into, .. } = op else { return Ok(false) };
                    let Some((at, value)) = element(&of.value, *next) else { return Ok(false) };
                    *next += 1;
                    self.take_element(of, key, *into, at, value)?
                }
                Rest::Solutions(solutions) => {
                    let Some(solution) = solutions.pop() else { return Ok(false) };
                    self.take_solution(op, solution)?
                }
                Rest::Walk(waiting) => {
                    let Op::Builtin { args, output, .. } = op else { return Ok(false) };
                    let Some((path, value)) = waiting.pop() else { return Ok(false) };
                    self.go_on(&path, &value, waiting)?;
                    self.take_place(path, value, output.as_ref().or(args.get(1)))?
                }
            };
            if fits {
                return Ok(true);
            }
            self.unbind(trail);
        }
    }

    fn take_element(
        &mut self,
        of: &Bound,
        pattern: &'p Pattern,
        into: usize,
        key: Value,
        value: Value,
    ) -> Result<bool, Stop> {
        let (key_why, why) = self.element_why(of, &key, &value);
        if !self.unify_value(pattern, &Bound { value: key, why: key_why })? {
            return Ok(false);
        }
        self.put(into, Bound { value, why });
        Ok(true)
    }

    fn take_solution(&mut self, op: &'p Op, solution: Solution) -> Result<bool, Stop> {
        if let Op::Tree { keys, into } = op {
            return self.take_found(keys, *into, solution);
        }
        for (slot, bound) in solution.bound {
            self.bind(slot, bound);
        }
        self.held.extend(solution.held);
        Ok(true)
    }

    /// The last of what a solution of a reference holds is its value, what comes before are its keys.
    fn take_found(&mut self, keys: &'p [Pattern], into: usize, solution: Solution) -> Result<bool, Stop> {
        let mut found = solution.bound;
        let Some((_, value)) = found.pop() else { return Ok(false) };
        for (pattern, (_, key)) in keys.iter().zip(&found) {
            if !self.unify_value(pattern, key)? {
                return Ok(false);
            }
        }
        self.put(into, value);
        Ok(true)
    }
}

/// A key and a value of a collection.
pub(super) fn element(of: &Value, at: usize) -> Option<(Value, Value)> {
    match of {
        Value::Array(items) => Some((at.into(), items.get(at)?.clone())),
        Value::Object(entries) => {
            let (key, value) = entries.iter().nth(at)?;
            Some((key.clone(), value.clone()))
        }
        Value::Set(items) => {
            let item = items.as_slice().get(at)?;
            Some((item.clone(), item.clone()))
        }
        _ => None,
    }
}
