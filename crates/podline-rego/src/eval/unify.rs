//! Patterns: filling in what variables have, and giving values to those that have none.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::machine::{Bound, Machine};
use super::plan::{Pattern, Slot};
use super::stop::Stop;
use super::trace::{Reasons, Why};
use crate::value::Value;

/// Values, and if that is asked for what each depends on.
type Parts = (Vec<Value>, Vec<Why>);

impl<'p> Machine<'p> {
    /// The value of a pattern, if all its variables have one.
    pub(super) fn ground(&mut self, pattern: &'p Pattern) -> Result<Option<Bound>, Stop> {
        match pattern {
            Pattern::Value(value) => Ok(Some(Bound { value: value.clone(), why: Why::NOTHING })),
            Pattern::Slot(slot) => Ok(self.slot(*slot).cloned()),
            Pattern::Array(items) => {
                let Some((values, whys)) = self.ground_all(items)? else { return Ok(None) };
                let value = Value::array(values);
                self.admit(&value)?;
                let keys = (0..items.len()).map(Value::from);
                Ok(Some(self.composed(value, keys.zip(whys))))
            }
            Pattern::Set(items) => {
                let Some((values, whys)) = self.ground_all(items)? else { return Ok(None) };
                self.sort(values.len(), values.iter().map(Value::weight).sum())?;
                let why = whys.into_iter().fold(Why::NOTHING, |all, why| self.both(all, why));
                let value = Value::set(values);
                self.admit(&value)?;
                Ok(Some(Bound { value, why }))
            }
            Pattern::Object(entries) => {
                let mut values = Vec::with_capacity(entries.len());
                let mut whys = Vec::new();
                for (key, value) in entries {
                    let (Some(key), Some(value)) = (self.ground(key)?, self.ground(value)?) else { return Ok(None) };
                    if self.traced() {
                        let (of_key, of_value) = (self.reason(&key), self.reason(&value));
                        whys.push((key.value.clone(), self.both(of_key, of_value)));
                    }
                    values.push((key.value, value.value));
                }
                let value = Value::object(values);
                self.admit(&value)?;
                Ok(Some(self.composed(value, whys)))
            }
        }
    }

    /// The values of patterns and what they depend on.
    fn ground_all(&mut self, patterns: &'p [Pattern]) -> Result<Option<Parts>, Stop> {
        let mut values = Vec::with_capacity(patterns.len());
        let mut whys = Vec::new();
        for pattern in patterns {
            let Some(bound) = self.ground(pattern)? else { return Ok(None) };
            if self.traced() {
                whys.push(self.reason(&bound));
            }
            values.push(bound.value);
        }
        Ok(Some((values, whys)))
    }

    /// A collection that remembers what each of its parts depends on.
    fn composed(&mut self, value: Value, parts: impl IntoIterator<Item = (Value, Why)>) -> Bound {
        let Some(trace) = &mut self.trace else { return Bound { value, why: Why::NOTHING } };
        let mut all = Why::NOTHING;
        let mut members = BTreeMap::new();
        for (key, why) in parts {
            all = trace.both(all, why);
            members.insert(key, Reasons { value: why, ..Reasons::default() });
        }
        trace.keep_members(&value, members);
        Bound { value, why: all }
    }

    /// `a = b`. Bodies are ordered so that in each pair of parts one side has a value once the others are done.
    pub(super) fn unify(&mut self, a: &'p Pattern, b: &'p Pattern) -> Result<bool, Stop> {
        if let (Pattern::Slot(slot), other) | (other, Pattern::Slot(slot)) = (a, b)
            && self.slot(*slot).is_none()
            && let Some(bound) = self.ground(other)?
        {
            self.learn(*slot, bound);
            return Ok(true);
        }
        let mut waiting = vec![(a, b)];
        loop {
            let mut left = Vec::new();
            let learnt = self.trail.len();
            for (a, b) in waiting {
                if !self.pair(a, b, &mut left)? {
                    return Ok(false);
                }
            }
            if left.is_empty() {
                return Ok(true);
            }
            if self.trail.len() == learnt {
                // Nothing more can be learnt: only a variable that equals itself holds.
                return Ok(left.iter().all(|(a, b)| matches!((a, b), (Pattern::Slot(a), Pattern::Slot(b)) if a == b)));
            }
            waiting = left;
        }
    }

    /// Unifies two patterns as far as that can be done now; what cannot goes to `left`.
    fn pair(
        &mut self,
        a: &'p Pattern,
        b: &'p Pattern,
        left: &mut Vec<(&'p Pattern, &'p Pattern)>,
    ) -> Result<bool, Stop> {
        self.spend(1)?;
        if let Some(bound) = self.ground(a)? {
            return self.unify_value(b, &bound);
        }
        if let Some(bound) = self.ground(b)? {
            return self.unify_value(a, &bound);
        }
        match (a, b) {
            (Pattern::Array(a), Pattern::Array(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (a, b) in a.iter().zip(b) {
                    if !self.pair(a, b, left)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Pattern::Object(a), Pattern::Object(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                self.pair_entries(a, b, left)
            }
            (Pattern::Slot(_), _) | (_, Pattern::Slot(_)) => {
                left.push((a, b));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn pair_entries(
        &mut self,
        a: &'p [(Pattern, Pattern)],
        b: &'p [(Pattern, Pattern)],
        left: &mut Vec<(&'p Pattern, &'p Pattern)>,
    ) -> Result<bool, Stop> {
        for (key, value) in a {
            let Some(key) = self.ground(key)? else { return Ok(false) };
            let mut other = None;
            for (other_key, other_value) in b {
                if self.ground(other_key)?.is_some_and(|other| equal(&other.value, &key.value)) {
                    other = Some(other_value);
                }
            }
            let Some(other) = other else { return Ok(false) };
            if !self.pair(value, other, left)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives the variables of a pattern the parts of a value.
    pub(super) fn unify_value(&mut self, pattern: &'p Pattern, bound: &Bound) -> Result<bool, Stop> {
        match pattern {
            Pattern::Slot(slot) => self.unify_slot(*slot, bound),
            Pattern::Value(value) if !self.traced() => {
                self.spend_on(value, &bound.value)?;
                Ok(equal(value, &bound.value))
            }
            Pattern::Value(value) => self.compare(&Bound { value: value.clone(), why: Why::NOTHING }, bound),
            Pattern::Array(patterns) => {
                let Value::Array(items) = &bound.value else { return Ok(self.differs(bound)) };
                if items.len() != patterns.len() {
                    return Ok(self.differs(bound));
                }
                for (at, (pattern, item)) in patterns.iter().zip(items.iter()).enumerate() {
                    let why = self.part_why(bound, &at.into(), item);
                    if !self.unify_value(pattern, &Bound { value: item.clone(), why })? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Pattern::Object(patterns) => self.unify_entries(patterns, bound),
            Pattern::Set(_) => match self.ground(pattern)? {
                Some(set) => self.compare(&set, bound),
                None => Ok(false),
            },
        }
    }

    fn unify_slot(&mut self, slot: Slot, bound: &Bound) -> Result<bool, Stop> {
        if let Some(known) = self.slot(slot) {
            let known = known.clone();
            return self.compare(&known, bound);
        }
        self.learn(slot, bound.clone());
        Ok(true)
    }

    fn learn(&mut self, slot: Slot, bound: Bound) {
        if !self.telling {
            self.touch(&bound);
        }
        self.bind(slot, bound);
    }

    fn unify_entries(&mut self, patterns: &'p [(Pattern, Pattern)], bound: &Bound) -> Result<bool, Stop> {
        let Value::Object(entries) = &bound.value else { return Ok(self.differs(bound)) };
        let mut keys = BTreeMap::new();
        for (key, pattern) in patterns {
            let Some(key) = self.ground(key)? else { return Ok(false) };
            keys.insert(key.value, pattern);
        }
        if entries.len() != keys.len() {
            return Ok(self.differs(bound));
        }
        for (key, pattern) in keys {
            let Some(value) = entries.get(&key).cloned() else { return Ok(self.differs(bound)) };
            let why = self.part_why(bound, &key, &value);
            if !self.unify_value(pattern, &Bound { value, why })? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn part_why(&mut self, of: &Bound, key: &Value, value: &Value) -> Why {
        if self.traced() { self.element_why(of, key, value).1 } else { Why::NOTHING }
    }

    fn differs(&mut self, bound: &Bound) -> bool {
        let why = self.reason(bound);
        self.fail(why)
    }

    /// Are two values equal?
    fn compare(&mut self, a: &Bound, b: &Bound) -> Result<bool, Stop> {
        self.spend_on(&a.value, &b.value)?;
        let equal = equal(&a.value, &b.value);
        if !self.traced() {
            return Ok(equal);
        }
        self.look(&a.value);
        self.look(&b.value);
        let (a, b) = (self.reason(a), self.reason(b));
        let why = self.both(a, b);
        Ok(if equal { self.hold(why) } else { self.fail(why) })
    }
}

/// Equal as OPA's unification has it.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    a.compare_as_opa(b) == Ordering::Equal
}
