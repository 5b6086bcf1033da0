//! The state of an evaluation.

use super::memo::Memo;
use super::plan::{Callee, Plan, Rule, Slot};
use super::stop::Stop;
use super::trace::{Reasons, Trace, Why};
use crate::context::Context;
use crate::value::Value;

/// How deep evaluations may be nested: rules that ask for rules, and closures in them.
pub(super) const DEPTH: usize = 1_000;

/// A value and what it depends on.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub value: Value,
    pub why: Why,
}

/// Something that the solutions of a body have in common so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub why: Why,
    /// Could it have failed by its value, or was it only found?
    pub decides: bool,
}

/// Goes on, or is content with what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    More,
    Enough,
}

/// A replaced function: what is called instead, or its value.
#[derive(Clone, Debug)]
pub(super) struct Mock {
    pub target: Callee,
    pub by: Substitute,
}

#[derive(Clone, Debug)]
pub(super) enum Substitute {
    Function(Callee),
    Value(Value),
}

/// `data` under `with`.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    /// What stands instead of base documents.
    pub data: Value,
    /// The paths that rules and base documents are hidden at.
    pub targets: Vec<Vec<Value>>,
}

/// What a step can go back to.
#[derive(Debug)]
pub(super) struct Choice {
    /// The step that left the choice.
    pub at: usize,
    pub trail: usize,
    pub held: usize,
    pub rest: Rest,
}

/// What is left to choose from.
#[derive(Debug)]
pub(super) enum Rest {
    /// The elements of a collection from an index on.
    Elements { of: Bound, next: usize },
    /// Solutions that are known, the last first.
    Solutions(Vec<Solution>),
    /// Places that `walk` has yet to go to, the last first: the path, the value.
    Walk(Vec<(Value, Bound)>),
}

/// What one solution binds.
#[derive(Debug)]
pub(super) struct Solution {
    pub bound: Vec<(Slot, Bound)>,
    pub held: Vec<Held>,
}

/// How far the stacks were filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    choices: usize,
    trail: usize,
    held: usize,
}

pub(super) struct Machine<'p> {
    pub plan: &'p Plan,
    pub input: Option<Value>,
    pub data: &'p Value,
    pub replaced: Option<Replaced>,
    pub slots: Vec<Option<Bound>>,
    /// Where the slots of the current rule begin.
    pub base: usize,
    /// The variables that got a value, to take it from them again.
    pub trail: Vec<usize>,
    pub choices: Vec<Choice>,
    pub held: Vec<Held>,
    /// Results of rules; one more for each `with` that is in force.
    pub memos: Vec<Memo>,
    /// Replaced functions: for each function that was called instead of another those that are replaced in it.
    pub mocks: Vec<Vec<Vec<Mock>>>,
    pub context: &'p Context<'p>,
    pub depth: usize,
    /// The rule that is evaluated.
    pub rule: Option<&'p Rule>,
    /// Does the current step serve only what the rule says?
    pub telling: bool,
    pub trace: Option<Box<Trace>>,
    /// Why the current body failed so far.
    pub failed: Why,
}

impl<'p> Machine<'p> {
    pub fn new(
        plan: &'p Plan,
        input: Option<Value>,
        data: &'p Value,
        context: &'p Context<'p>,
        traced: bool,
    ) -> Machine<'p> {
        let trace = traced.then(|| Box::new(Trace::new(input.as_ref().unwrap_or(&Value::Null))));
        Machine {
            plan,
            input,
            data,
            replaced: None,
            slots: Vec::new(),
            base: 0,
            trail: Vec::new(),
            choices: Vec::new(),
            held: Vec::new(),
            memos: vec![Memo::default()],
            mocks: vec![Vec::new()],
            context,
            depth: 0,
            rule: None,
            telling: false,
            trace,
            failed: Why::NOTHING,
        }
    }

    pub fn slot(&self, slot: Slot) -> Option<&Bound> {
        self.slots[self.base + slot].as_ref()
    }

    /// Puts what stands between two steps into its slot.
    pub fn put(&mut self, slot: Slot, bound: Bound) {
        self.slots[self.base + slot] = Some(bound);
    }

    /// Gives a variable its value, until the step is taken back.
    pub fn bind(&mut self, slot: Slot, bound: Bound) {
        self.trail.push(self.base + slot);
        self.slots[self.base + slot] = Some(bound);
    }

    pub fn mark(&self) -> Mark {
        Mark { choices: self.choices.len(), trail: self.trail.len(), held: self.held.len() }
    }

    /// Takes everything back that was done since the mark.
    pub fn undo(&mut self, mark: Mark) {
        self.choices.truncate(mark.choices);
        self.unbind(mark.trail);
        self.held.truncate(mark.held);
    }

    pub fn unbind(&mut self, trail: usize) {
        for slot in self.trail.drain(trail..) {
            self.slots[slot] = None;
        }
    }

    /// Is there no choice left since the mark?
    pub fn decided(&self, mark: Mark) -> bool {
        self.choices.len() <= mark.choices
    }

    /// The variables that got a value since the mark, and what held since.
    pub fn solution(&self, mark: Mark) -> Solution {
        let bound = self.trail[mark.trail..].iter().filter_map(|at| Some((at - self.base, self.slots[*at].clone()?)));
        Solution { bound: bound.collect(), held: self.held[mark.held..].to_vec() }
    }

    pub fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Stop::Limit(format!("rules are nested more than {DEPTH} deep")));
        }
        Ok(())
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    // What follows says why, and does nothing unless that is asked for.

    pub fn traced(&self) -> bool {
        self.trace.is_some()
    }

    pub fn both(&mut self, first: Why, second: Why) -> Why {
        match &mut self.trace {
            Some(trace) => trace.both(first, second),
            None => Why::NOTHING,
        }
    }

    /// What depends on a value that is looked at.
    pub fn reason(&mut self, bound: &Bound) -> Why {
        match &mut self.trace {
            Some(trace) if bound.why == Why::NOTHING => trace.whole(&bound.value),
            _ => bound.why,
        }
    }

    /// A value is looked at as a whole.
    pub fn look(&mut self, value: &Value) {
        if let Some(trace) = &mut self.trace {
            trace.look(value);
        }
    }

    /// A step fails for a reason: no outcome.
    pub fn fail(&mut self, why: Why) -> bool {
        if self.traced() {
            self.failed = self.both(self.failed, why);
        }
        false
    }

    /// A condition holds.
    pub fn hold(&mut self, why: Why) -> bool {
        self.note(why, true);
        true
    }

    /// A variable got a value.
    pub fn touch(&mut self, bound: &Bound) {
        if self.traced() {
            let why = self.reason(bound);
            self.note(why, false);
        }
    }

    pub fn note(&mut self, why: Why, decides: bool) {
        if self.traced() && why != Why::NOTHING {
            self.held.push(Held { why, decides });
        }
    }

    /// What held since the mark.
    pub fn reasons_since(&mut self, mark: Mark) -> Reasons {
        let mut reasons = Reasons::default();
        if !self.traced() {
            return reasons;
        }
        for index in mark.held..self.held.len() {
            let Held { why, decides } = self.held[index];
            if decides {
                reasons.conditions = self.both(reasons.conditions, why);
            } else {
                reasons.bound = self.both(reasons.bound, why);
            }
        }
        reasons
    }
}
