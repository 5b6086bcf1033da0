//! What each step does.

use super::machine::{Bound, Flow, Machine, Rest};
use super::plan::{Block, Collect, Every, GroupId, Op, Pattern, Slot, Step};
use super::stop::Stop;
use super::trace::Why;
use crate::value::Value;

impl<'p> Machine<'p> {
    /// Evaluates one step. Does it have an outcome?
    pub(super) fn step(&mut self, step: &'p Step, at: usize) -> Result<bool, Stop> {
        match &step.op {
            Op::Input { path, into } => Ok(self.read_input(path, *into)),
            Op::Base { path, into } if self.replaced.is_none() => Ok(self.read_base(path, *into)),
            Op::Base { path, into } => self.read_replaced(path, *into),
            Op::Fields { from, path, into } => Ok(self.fields(*from, path, *into)),
            Op::Index { from, key, into } => self.index(step, at, *from, key, *into),
            Op::Rules { group, into } => self.rules(*group, &[], *into),
            Op::Keyed { group, keys, into } => self.rules(*group, keys, *into),
            Op::Tree { keys, into: _ } => {
                let found = self.find_in_tree(keys)?;
                self.begin(&step.op, at, Rest::Solutions(found))
            }
            Op::Unify(a, b) => self.unify(a, b),
            Op::Holds(pattern) => self.holds(pattern),
            Op::Builtin { builtin, args, output } => self.builtin(step, at, builtin, args, output.as_ref()),
            Op::Function { group, args, output } => self.call(step, *group, args, output.as_ref()),
            Op::Not(block) => self.not(block),
            Op::Every(every) => self.every(every),
            Op::Collect(collect) => self.collect(collect),
            Op::With(with) => {
                let solutions = self.with(with)?;
                self.begin(&step.op, at, Rest::Solutions(solutions))
            }
        }
    }

    fn read_input(&mut self, path: &'p [Value], into: Slot) -> bool {
        let Some(input) = self.input.clone() else { return false };
        self.descend(Bound { value: input, why: Why::NOTHING }, path, into)
    }

    fn read_base(&mut self, path: &'p [Value], into: Slot) -> bool {
        match super::tree::find_document(self.data, path) {
            Some(value) => {
                self.put(into, Bound { value: value.clone(), why: Why::NOTHING });
                true
            }
            None => false,
        }
    }

    fn fields(&mut self, from: Slot, path: &'p [Value], into: Slot) -> bool {
        let Some(bound) = self.slot(from) else { return false };
        if !self.traced() {
            let Some(value) = find(&bound.value, path).cloned() else { return false };
            self.put(into, Bound { value, why: Why::NOTHING });
            return true;
        }
        let bound = bound.clone();
        self.descend(bound, path, into)
    }

    /// Follows constant keys.
    fn descend(&mut self, from: Bound, path: &'p [Value], into: Slot) -> bool {
        if !self.traced() {
            let Some(value) = find(&from.value, path).cloned() else { return false };
            self.put(into, Bound { value, why: Why::NOTHING });
            return true;
        }
        match self.walk_down(from, path) {
            Ok(found) => {
                self.put(into, found);
                true
            }
            Err(missing) => self.fail(missing),
        }
    }

    /// What keys lead to, or the reason why nothing stands there.
    pub(super) fn walk_down(&mut self, mut from: Bound, path: &[Value]) -> Result<Bound, Why> {
        for (at, key) in path.iter().enumerate() {
            let Some(value) = from.value.get(key).cloned() else { return Err(self.missing(&from, &path[at..])) };
            let (_, why) = self.element_why(&from, key, &value);
            from = Bound { value, why };
        }
        Ok(from)
    }

    fn index(&mut self, step: &'p Step, at: usize, from: Slot, key: &'p Pattern, into: Slot) -> Result<bool, Stop> {
        let Some(of) = self.slot(from) else { return Ok(false) };
        match key {
            // The most frequent cases need no copies.
            Pattern::Slot(slot) if self.slot(*slot).is_none() => {}
            Pattern::Slot(slot) if !self.traced() => {
                let value = self.slot(*slot).and_then(|key| of.value.get(&key.value)).cloned();
                let Some(value) = value else { return Ok(false) };
                self.put(into, Bound { value, why: Why::NOTHING });
                return Ok(true);
            }
            _ => {
                let of = of.clone();
                if let Some(key) = self.ground(key)? {
                    return Ok(self.look_up(&of, &key, into));
                }
            }
        }
        let Some(of) = self.slot(from).cloned() else { return Ok(false) };
        let collection = matches!(of.value, Value::Array(_) | Value::Object(_) | Value::Set(_));
        // An array has no key that is not a number.
        if !collection || matches!((&of.value, key), (Value::Array(_), Pattern::Array(_) | Pattern::Object(_))) {
            let why = self.reason(&of);
            return Ok(self.fail(why));
        }
        let why = self.reason(&of);
        let some = self.begin(&step.op, at, Rest::Elements { of, next: 0 })?;
        Ok(some || self.fail(why))
    }

    fn look_up(&mut self, of: &Bound, key: &Bound, into: Slot) -> bool {
        let Some(value) = of.value.get(&key.value).cloned() else {
            let missing = self.missing(of, std::slice::from_ref(&key.value));
            let key = self.reason(key);
            let why = self.both(missing, key);
            return self.fail(why);
        };
        let (_, why) = self.element_why(of, &key.value, &value);
        let why = self.both(key.why, why);
        self.put(into, Bound { value, why });
        true
    }

    /// What a key of a collection and the value under it depend on.
    pub(super) fn element_why(&mut self, of: &Bound, key: &Value, value: &Value) -> (Why, Why) {
        let Some(trace) = &mut self.trace else { return (Why::NOTHING, Why::NOTHING) };
        if let Some(reasons) = trace.member(&of.value, key) {
            let conditions = if reasons.conditions == Why::NOTHING { reasons.bound } else { reasons.conditions };
            let both = trace.both(reasons.value, conditions);
            // What a rule composed is looked at for its conditions, its parts for themselves.
            let composed = matches!(value, Value::Object(_) | Value::Array(_)) && trace.whole(value) == Why::NOTHING;
            return (both, if composed && conditions != Why::NOTHING { conditions } else { both });
        }
        match (trace.key(&of.value, key), trace.child(&of.value, key, value)) {
            (Some(key), Some(value)) => (key, value),
            _ => (of.why, of.why),
        }
    }

    fn missing(&mut self, of: &Bound, keys: &[Value]) -> Why {
        let missing = self.trace.as_mut().and_then(|trace| trace.missing(&of.value, keys));
        missing.unwrap_or(of.why)
    }

    fn holds(&mut self, pattern: &'p Pattern) -> Result<bool, Stop> {
        let Some(bound) = self.ground(pattern)? else { return Ok(false) };
        let why = self.reason(&bound);
        Ok(if matches!(bound.value, Value::Bool(false)) { self.fail(why) } else { self.hold(why) })
    }

    fn not(&mut self, block: &'p Block) -> Result<bool, Stop> {
        let mut held = None;
        let failed = self.solve(block, &mut |machine, mark| {
            if held.is_none() {
                let reasons = machine.reasons_since(mark);
                held = Some(machine.both(reasons.conditions, reasons.bound));
            }
            // All solutions are looked for, as OPA does: an error in one of them is an error.
            Ok(Flow::More)
        })?;
        Ok(match held {
            Some(why) => self.fail(why),
            None => self.hold(failed),
        })
    }

    fn every(&mut self, every: &'p Every) -> Result<bool, Stop> {
        let Some(domain) = self.ground(&every.domain)? else { return Ok(false) };
        if !matches!(domain.value, Value::Array(_) | Value::Object(_) | Value::Set(_)) {
            let why = self.reason(&domain);
            return Ok(self.fail(why));
        }
        let mut all = if self.traced() { self.reason(&domain) } else { Why::NOTHING };
        let mut next = 0;
        while let Some((key, value)) = super::body::element(&domain.value, next) {
            next += 1;
            let mark = self.mark();
            let (key_why, why) = self.element_why(&domain, &key, &value);
            let mut fits = self.unify_value(&every.value, &Bound { value, why })?;
            if let (Some(pattern), true) = (&every.key, fits) {
                fits = self.unify_value(pattern, &Bound { value: key, why: key_why })?;
            }
            let mut held = None;
            if fits {
                let failed = self.solve(&every.body, &mut |machine, mark| {
                    let reasons = machine.reasons_since(mark);
                    held = Some(reasons.conditions);
                    Ok(Flow::Enough)
                })?;
                self.undo(mark);
                match held {
                    Some(why) => all = self.both(all, why),
                    None => return Ok(self.fail(failed)),
                }
            }
            self.undo(mark);
        }
        Ok(self.hold(all))
    }

    fn collect(&mut self, collect: &'p Collect) -> Result<bool, Stop> {
        let value = self.comprehension(collect)?;
        self.put(collect.into, value);
        Ok(true)
    }

    fn rules(&mut self, group: GroupId, keys: &'p [Pattern], into: Slot) -> Result<bool, Stop> {
        let outcome = if self.replaced.is_some() { self.shadowed(group)? } else { self.document(group, keys)? };
        match outcome.value {
            Some(value) => {
                let why = self.both(outcome.reasons.value, outcome.reasons.conditions);
                self.put(into, Bound { value, why });
                Ok(true)
            }
            None => Ok(self.fail(outcome.reasons.conditions)),
        }
    }
}

/// The value that constant keys lead to.
pub(super) fn find<'v>(value: &'v Value, path: &[Value]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}
