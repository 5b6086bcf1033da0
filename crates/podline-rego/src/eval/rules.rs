//! Rules and functions.

use std::collections::BTreeMap;

use super::build::Builder;
use super::machine::{Bound, Flow, Machine};
use super::memo::{Identity, Memo, Outcome};
use super::plan::{Collect, Collection, Group, GroupId, Kind, Pattern, Rule};
use super::stop::{COMPLETE, FUNCTION, KEYS, Stop};
use super::trace::{Reasons, Why};
use crate::value::Value;

/// What a remembered result takes beside its value.
const REMEMBERED: usize = 128;

impl<'p> Machine<'p> {
    fn memo(&mut self) -> &mut Memo {
        if self.memos.is_empty() {
            self.memos.push(Memo::default());
        }
        let last = self.memos.len() - 1;
        &mut self.memos[last]
    }

    /// What the rules of a group say. With keys only as far as these ask for it, if the rules say it by keys.
    pub(super) fn document(&mut self, id: GroupId, keys: &'p [Pattern]) -> Result<Outcome, Stop> {
        if let Some(known) = self.memo().documents.get(&id) {
            return Ok(known.clone());
        }
        let plan = self.plan;
        let group = &plan.groups[id];
        let asked = if group.kind == Kind::Complete { Vec::new() } else { self.asked(group, keys)? };
        if !asked.is_empty() {
            return self.part(id, group, &asked);
        }
        let outcome = match group.kind {
            Kind::Complete => self.evaluate(group, &[])?,
            Kind::Function => Outcome::default(),
            Kind::Set | Kind::Object => self.partial(group, &[])?,
        };
        self.allocate(REMEMBERED)?;
        self.memo().documents.insert(id, outcome.clone());
        Ok(outcome)
    }

    fn part(&mut self, id: GroupId, group: &'p Group, asked: &[Option<Value>]) -> Result<Outcome, Stop> {
        let key = (id, asked.iter().map(|key| key.clone().map(Identity)).collect::<Vec<_>>());
        if let Some(known) = self.memo().parts.get(&key) {
            return Ok(known.clone());
        }
        let outcome = self.partial(group, asked)?;
        self.allocate(REMEMBERED)?;
        self.memo().parts.insert(key, outcome.clone());
        Ok(outcome)
    }

    /// The keys that have a value, as far as the rules know keys. None if the first has not: then all is wanted.
    fn asked(&mut self, group: &'p Group, keys: &'p [Pattern]) -> Result<Vec<Option<Value>>, Stop> {
        let mut asked = Vec::new();
        for key in keys.iter().take(group.reach) {
            let key = self.ground(key)?.map(|bound| bound.value);
            if key.is_none() && asked.is_empty() {
                break;
            }
            asked.push(key);
        }
        while asked.last().is_some_and(Option::is_none) {
            asked.pop();
        }
        Ok(asked)
    }

    /// The value of a function.
    pub(super) fn function(&mut self, id: GroupId, args: &[Bound]) -> Result<Outcome, Stop> {
        let key = (id, args.iter().map(|arg| Identity(arg.value.clone())).collect::<Vec<_>>());
        // Scalars have no identity: what was read to get them is known only of those of the first call.
        let remembered = !self.traced() || args.iter().all(|arg| arg.why == Why::NOTHING);
        if let (true, Some(known)) = (remembered, self.memo().calls.get(&key)) {
            return Ok(known.clone());
        }
        let plan = self.plan;
        let outcome = self.evaluate(&plan.groups[id], args)?;
        self.allocate(REMEMBERED + 32 * args.len())?;
        self.memo().calls.insert(key, outcome.clone());
        Ok(outcome)
    }

    /// Evaluates all complete rules of a group, or all definitions of a function.
    fn evaluate(&mut self, group: &'p Group, args: &[Bound]) -> Result<Outcome, Stop> {
        let mut found: Option<Outcome> = None;
        let mut failed = Why::NOTHING;
        for rule in &group.rules {
            let before = std::mem::take(&mut failed);
            for rule in std::iter::once(rule).chain(&rule.otherwise) {
                let known = found.as_ref().and_then(|outcome| outcome.value.as_ref());
                let mut outcome = self.rule(group, rule, args, known)?;
                if outcome.value.is_some() {
                    // That the branches before did not hold is a condition too.
                    outcome.reasons.conditions = self.both(failed, outcome.reasons.conditions);
                    found = found.or(Some(outcome));
                    break;
                }
                failed = self.both(failed, outcome.reasons.conditions);
            }
            failed = self.both(before, failed);
            if group.early_exit && found.is_some() {
                break;
            }
        }
        if let (None, Some(default)) = (&found, &group.default) {
            let mut outcome = self.rule(group, default, args, None)?;
            outcome.reasons.conditions = self.both(outcome.reasons.conditions, failed);
            return Ok(outcome);
        }
        let reasons = Reasons { conditions: failed, ..Reasons::default() };
        Ok(found.unwrap_or(Outcome { value: None, reasons }))
    }

    /// Evaluates one rule, or one definition. What others said before must be what it says.
    fn rule(
        &mut self,
        group: &'p Group,
        rule: &'p Rule,
        args: &[Bound],
        known: Option<&Value>,
    ) -> Result<Outcome, Stop> {
        self.in_frame(rule, |machine| {
            let start = machine.mark();
            for (pattern, arg) in rule.args.iter().zip(args) {
                if !machine.unify_value(pattern, arg)? {
                    return Ok(Outcome::default());
                }
            }
            let mut outcome = Outcome::default();
            let failed = machine.solve(&rule.body, &mut |machine, _| {
                let Some(bound) = machine.ground(&rule.value)? else { return Ok(Flow::More) };
                let said = outcome.value.as_ref().or(known);
                if let Some(said) = said {
                    machine.spend_on(said, &bound.value)?;
                    machine.look(&bound.value);
                    if !super::unify::equal(said, &bound.value) {
                        let message = if group.kind == Kind::Function { FUNCTION } else { COMPLETE };
                        return Err(Stop::conflict(&rule.place, message));
                    }
                }
                if outcome.value.is_none() {
                    outcome.reasons = machine.reasons_since(start);
                    outcome.reasons.value = machine.reason(&bound);
                    outcome.value = Some(bound.value);
                }
                Ok(if group.early_exit { Flow::Enough } else { Flow::More })
            })?;
            if outcome.value.is_none() {
                outcome.reasons.conditions = failed;
            }
            Ok(outcome)
        })
    }

    /// Works with the variables of a rule. A reason of its head to fail becomes one of the result.
    fn in_frame(
        &mut self,
        rule: &'p Rule,
        work: impl FnOnce(&mut Self) -> Result<Outcome, Stop>,
    ) -> Result<Outcome, Stop> {
        let (base, mark, failed) = (self.base, self.mark(), std::mem::take(&mut self.failed));
        let outer = self.rule.replace(rule);
        self.base = self.slots.len();
        self.slots.resize(self.base + rule.slots, None);
        let mut outcome = work(self)?;
        self.undo(mark);
        self.slots.truncate(self.base);
        self.base = base;
        self.rule = outer;
        if outcome.value.is_none() {
            outcome.reasons.conditions = self.both(outcome.reasons.conditions, self.failed);
        }
        self.failed = failed;
        Ok(outcome)
    }

    /// A set or an object that rules make member by member; only those members that the keys ask for.
    fn partial(&mut self, group: &'p Group, asked: &[Option<Value>]) -> Result<Outcome, Stop> {
        let mut builder = Builder::new(group.kind);
        let mut members = BTreeMap::new();
        let mut failed = Why::NOTHING;
        for rule in &group.rules {
            let outcome = self.in_frame(rule, |machine| {
                for (at, key) in asked.iter().enumerate() {
                    let pattern = rule.path.get(at).or(if at == rule.path.len() { rule.key.as_ref() } else { None });
                    let (Some(pattern), Some(key)) = (pattern, key) else { continue };
                    if !machine.unify_value(pattern, &Bound { value: key.clone(), why: Why::NOTHING })? {
                        return Ok(Outcome::default());
                    }
                }
                let failed = machine.solve(&rule.body, &mut |machine, mark| {
                    let Some((key, mut reasons)) = machine.member(rule, &mut builder)? else { return Ok(Flow::More) };
                    if machine.traced() && !members.contains_key(&key) {
                        let held = machine.reasons_since(mark);
                        reasons.conditions = held.conditions;
                        reasons.bound = held.bound;
                        members.insert(key, reasons);
                    }
                    Ok(Flow::More)
                })?;
                let reasons = Reasons { conditions: failed, ..Reasons::default() };
                Ok(Outcome { value: None, reasons })
            })?;
            failed = self.both(failed, outcome.reasons.conditions);
        }
        self.sort(builder.count, builder.weight)?;
        let value = builder.finish();
        self.admit(&value)?;
        Ok(self.with_members(value, members, failed))
    }

    /// Adds what a rule says now. By which key it is found there, and what the value depends on.
    fn member(&mut self, rule: &'p Rule, builder: &mut Builder) -> Result<Option<(Value, Reasons)>, Stop> {
        let mut path = Vec::with_capacity(rule.path.len());
        let mut all = Why::NOTHING;
        for pattern in &rule.path {
            let Some(bound) = self.ground(pattern)? else { return Ok(None) };
            let why = self.reason(&bound);
            all = self.both(all, why);
            path.push(bound.value);
        }
        let last = rule.key.as_ref().unwrap_or(&rule.value);
        let Some(bound) = self.ground(last)? else { return Ok(None) };
        let why = self.reason(&bound);
        let value = self.both(all, why);
        self.allocate(64 + 32 * path.len())?;
        let key = path.first().unwrap_or(&bound.value).clone();
        let new = if rule.key.is_some() { builder.add(path, bound.value) } else { builder.set(path, &bound.value) };
        if !new {
            return Err(Stop::conflict(&rule.head, KEYS));
        }
        Ok(Some((key, Reasons { value, ..Reasons::default() })))
    }

    /// A collection with what its members depend on; without any, with the reasons why there is none.
    fn with_members(&mut self, value: Value, members: BTreeMap<Value, Reasons>, failed: Why) -> Outcome {
        let mut reasons = Reasons::default();
        if let Some(mut trace) = self.trace.take() {
            for member in members.values() {
                let conditions = if member.conditions == Why::NOTHING { member.bound } else { member.conditions };
                reasons.conditions = trace.both(reasons.conditions, conditions);
                reasons.value = trace.both(reasons.value, member.value);
            }
            if members.is_empty() {
                reasons.conditions = failed;
            }
            trace.keep_members(&value, members);
            self.trace = Some(trace);
        }
        Outcome { value: Some(value), reasons }
    }

    /// The value of a comprehension.
    pub(super) fn comprehension(&mut self, collect: &'p Collect) -> Result<Bound, Stop> {
        let mut items: Vec<(Value, Value)> = Vec::new();
        let mut weight = 0_usize;
        let mut members = BTreeMap::new();
        let failed = self.solve(&collect.body, &mut |machine, mark| {
            let (key, value) = match &collect.kind {
                Collection::Array(term) | Collection::Set(term) => (None, machine.ground(term)?),
                Collection::Object(key, value, _) => (machine.ground(key)?, machine.ground(value)?),
            };
            let Some(value) = value else { return Ok(Flow::More) };
            machine.allocate(64)?;
            if machine.traced() {
                let mut reasons = machine.reasons_since(mark);
                reasons.value = machine.reason(&value);
                let key = match (&collect.kind, &key) {
                    (Collection::Array(_), _) => items.len().into(),
                    (_, Some(key)) => key.value.clone(),
                    (_, None) => value.value.clone(),
                };
                members.entry(key).or_insert(reasons);
            }
            let key = key.map_or(Value::Null, |key| key.value);
            weight = weight.saturating_add(key.weight()).saturating_add(value.value.weight());
            items.push((key, value.value));
            Ok(Flow::More)
        })?;
        self.sort(items.len(), weight)?;
        let value = match &collect.kind {
            Collection::Array(_) => Value::array(items.into_iter().map(|(_, value)| value).collect()),
            Collection::Set(_) => Value::set(items.into_iter().map(|(_, value)| value)),
            Collection::Object(_, _, place) => {
                if !super::build::consistent(&mut items) {
                    return Err(Stop::conflict(place, KEYS));
                }
                Value::object(items)
            }
        };
        self.admit(&value)?;
        let Outcome { value, reasons } = self.with_members(value, members, failed);
        let why = self.both(reasons.value, reasons.conditions);
        Ok(Bound { value: value.unwrap_or(Value::Null), why })
    }
}
