//! Which fields of `input` decided.
//!
//! Arrays, objects and sets are known by their address, wherever they get to: a container that went through a set of
//! containers still knows that it is `input.review.object.spec.containers[0]`. What is read of them is recorded, and each
//! value that an evaluation makes remembers the reads that it comes from.

use std::collections::{BTreeMap, HashMap, HashSet};

use podline_cel::Step;

use super::touched::Touched;
use crate::value::Value;

/// The reads that something depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Why(u32);

impl Why {
    pub(crate) const NOTHING: Why = Why(0);
}

/// How many reads and dependencies are remembered.
const REMEMBERED: usize = 1 << 20;
/// How many dependencies are followed where they are looked at more closely than at the end.
const FEW: usize = 1 << 10;

/// A place that was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Read {
    /// The way from `input`. If nothing stands there, where it would stand.
    pub path: Vec<Step>,
    /// Does something stand there?
    pub found: bool,
    /// Does the result depend on it, or does it only say what it says?
    pub decided: bool,
}

/// What a value of a rule depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reasons {
    /// What its conditions looked at.
    pub conditions: Why,
    /// What was only bound to variables on the way.
    pub bound: Why,
    /// What the value itself is made of.
    pub value: Why,
}

#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Of each collection in `input`: where it stands.
    places: HashMap<usize, u32>,
    /// The parent of each place and the step from there. The first is `input` itself.
    parents: Vec<(u32, Step)>,
    reads: Vec<Recorded>,
    causes: Vec<Cause>,
    /// What the members of sets and values of objects that rules and comprehensions made depend on, by the address of
    /// the collection.
    members: HashMap<usize, BTreeMap<Value, Reasons>>,
    /// Collections whose addresses must not be given to others.
    kept: Vec<Value>,
    touched: Touched,
}

#[derive(Debug)]
struct Recorded {
    place: u32,
    rest: Vec<Step>,
    found: bool,
}

#[derive(Clone, Copy, Debug)]
enum Cause {
    Read(u32),
    Both(Why, Why),
}

/// Where a collection lies in memory.
pub(crate) fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(std::sync::Arc::as_ptr(items).addr()),
        Value::Object(entries) => Some(std::sync::Arc::as_ptr(entries).addr()),
        Value::Set(items) => Some(std::sync::Arc::as_ptr(items).addr()),
        _ => None,
    }
}

/// A key as a step of a path.
fn step(key: &Value) -> Option<Step> {
    match key {
        Value::String(key) => Some(Step::Key(key.clone())),
        Value::Number(index) => Some(Step::Index(usize::try_from(index.as_i64()?).ok()?)),
        _ => None,
    }
}

impl Trace {
    /// Learns the places of all collections in `input`.
    pub(crate) fn new(input: &Value) -> Trace {
        let mut trace = Trace { parents: vec![(0, Step::Index(0))], ..Trace::default() };
        let mut waiting = vec![(input.clone(), 0)];
        while let Some((value, place)) = waiting.pop() {
            if let Some(address) = address(&value) {
                trace.places.insert(address, place);
            }
            let mut child = |key: &Value, value: &Value| {
                if let (Some(step), Some(_)) = (step(key), address(value)) {
                    let id = u32::try_from(trace.parents.len()).unwrap_or(0);
                    trace.parents.push((place, step));
                    waiting.push((value.clone(), id));
                }
            };
            match &value {
                Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| child(&at.into(), item)),
                Value::Object(entries) => entries.iter().for_each(|(key, value)| child(key, value)),
                _ => {}
            }
        }
        trace.kept.push(input.clone());
        trace
    }

    fn place(&self, value: &Value) -> Option<u32> {
        self.places.get(&address(value)?).copied()
    }

    /// What depends on a value as a whole.
    pub(crate) fn whole(&mut self, value: &Value) -> Why {
        match self.place(value) {
            Some(place) => self.record(place, Vec::new(), true),
            None => Why::NOTHING,
        }
    }

    /// What the value under a key depends on, if that is more than the collection that it was found in. A collection
    /// counts as read only once it is looked at.
    pub(crate) fn child(&mut self, of: &Value, key: &Value, value: &Value) -> Option<Why> {
        let place = self.place(of)?;
        if self.place(value).is_some() {
            return Some(Why::NOTHING);
        }
        self.touched.add(place, step(key));
        Some(self.record(place, step(key).into_iter().collect(), true))
    }

    /// That a value is looked at as a whole.
    pub(crate) fn look(&mut self, value: &Value) {
        let mut waiting = vec![value.clone()];
        while let Some(value) = waiting.pop() {
            match (self.place(&value), &value) {
                (Some(place), _) => self.touched.add(place, None),
                (None, Value::Array(items)) => waiting.extend(items.iter().cloned()),
                (None, Value::Object(entries)) => {
                    waiting.extend(entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]));
                }
                (None, Value::Set(items)) => waiting.extend(items.as_slice().iter().cloned()),
                (None, _) => {}
            }
            if waiting.len() > REMEMBERED {
                self.touched.lose();
                return;
            }
        }
    }

    /// From now on places are no more known by their addresses.
    pub(crate) fn lose(&mut self) {
        self.touched.lose();
    }

    /// The fields that were looked at, with all that is below them; nothing if some may be missing.
    pub(crate) fn touched(&self) -> Option<Vec<Vec<Step>>> {
        let mut fields: Vec<&(u32, Option<Step>)> = self.touched.fields()?.collect();
        fields.sort_by_cached_key(|(place, step)| (*place, format!("{step:?}")));
        let of = |(place, step): &(u32, Option<Step>)| {
            let mut path = self.path(*place);
            path.extend(step.clone());
            path
        };
        Some(fields.into_iter().map(of).collect())
    }

    /// That a key is there.
    pub(crate) fn key(&mut self, of: &Value, key: &Value) -> Option<Why> {
        let place = self.place(of)?;
        Some(self.record(place, step(key).into_iter().collect(), true))
    }

    /// That nothing stands where the keys lead.
    pub(crate) fn missing(&mut self, of: &Value, keys: &[Value]) -> Option<Why> {
        let place = self.place(of)?;
        let rest = keys.iter().map_while(step).collect();
        Some(self.record(place, rest, false))
    }

    /// What depends on both.
    pub(crate) fn both(&mut self, first: Why, second: Why) -> Why {
        match (first, second) {
            (Why::NOTHING, other) | (other, Why::NOTHING) => other,
            _ if first == second => first,
            _ => self.cause(Cause::Both(first, second)),
        }
    }

    /// Remembers what the members of a collection depend on.
    pub(crate) fn keep_members(&mut self, collection: &Value, members: BTreeMap<Value, Reasons>) {
        if let (Some(address), true) = (address(collection), self.kept.len() < REMEMBERED) {
            self.kept.push(collection.clone());
            self.members.insert(address, members);
        }
    }

    /// What a member of a collection that a rule made depends on: of a set by itself, of an object by its key.
    pub(crate) fn member(&self, collection: &Value, key: &Value) -> Option<Reasons> {
        self.members.get(&address(collection)?)?.get(key).copied()
    }

    /// All members of such a collection.
    pub(crate) fn members(&self, collection: &Value) -> Option<&BTreeMap<Value, Reasons>> {
        self.members.get(&address(collection)?)
    }

    /// What it depends on that some keys are not there, where keys that are there were collected by these reads: on the
    /// places where they would stand. `is_key` tells what was collected.
    pub(crate) fn lacking(&mut self, why: Why, is_key: impl Fn(&Value) -> bool, missing: &[&Value]) -> Why {
        let steps: Vec<Step> = missing.iter().filter_map(|key| step(key)).collect();
        let Some(reads) = self.reads_within(why, FEW).filter(|_| !steps.is_empty()) else { return why };
        let (mut others, mut places) = (Why::NOTHING, Vec::new());
        for read in reads {
            let Recorded { place, rest, found } = &self.reads[read];
            let of_key = matches!(&rest[..], [Step::Key(key)] if *found && is_key(&Value::String(key.clone())));
            if !of_key {
                let cause = self.cause(Cause::Read(u32::try_from(read).unwrap_or(0)));
                others = self.both(others, cause);
            } else if !places.contains(place) {
                places.push(*place);
            }
        }
        for place in places {
            for step in &steps {
                let missing = self.record(place, vec![step.clone()], false);
                others = self.both(others, missing);
            }
        }
        others
    }

    fn record(&mut self, place: u32, rest: Vec<Step>, found: bool) -> Why {
        if self.reads.len() >= REMEMBERED {
            return Why::NOTHING;
        }
        let read = u32::try_from(self.reads.len()).unwrap_or(0);
        self.reads.push(Recorded { place, rest, found });
        self.cause(Cause::Read(read))
    }

    fn cause(&mut self, cause: Cause) -> Why {
        if self.causes.len() >= REMEMBERED * 4 {
            return Why::NOTHING;
        }
        self.causes.push(cause);
        Why(u32::try_from(self.causes.len()).unwrap_or(0))
    }

    /// The fields that a value depends on, each once: first what it only tells, last what decided, in the order in
    /// which they were read.
    pub(crate) fn reads(&self, reasons: &Reasons) -> Vec<Read> {
        let mut seen = HashSet::new();
        let mut reads = Vec::new();
        for (why, decided) in [(reasons.conditions, true), (reasons.bound, false), (reasons.value, false)] {
            let mut own = Vec::new();
            for index in self.reads_of(why) {
                let read = &self.reads[index];
                let mut path = self.path(read.place);
                path.extend(read.rest.iter().cloned());
                own.push(Read { path, found: read.found, decided });
            }
            // Of a field that was read twice the last time counts.
            for read in own.into_iter().rev() {
                if seen.insert(read.path.clone()) {
                    reads.push(read);
                }
            }
        }
        reads.reverse();
        reads
    }

    fn path(&self, mut place: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        while place != 0 {
            let (parent, step) = &self.parents[place as usize];
            steps.push(step.clone());
            place = *parent;
        }
        steps.reverse();
        steps
    }

    /// The reads that `why` depends on, in order. Causes name only earlier causes.
    fn reads_of(&self, why: Why) -> Vec<usize> {
        self.reads_within(why, usize::MAX).unwrap_or_default()
    }

    /// The same, unless more than so many dependencies must be followed for it.
    fn reads_within(&self, why: Why, most: usize) -> Option<Vec<usize>> {
        let mut waiting = vec![why];
        let mut seen = HashSet::new();
        let mut reads = Vec::new();
        while let Some(why) = waiting.pop() {
            if why == Why::NOTHING || !seen.insert(why) {
                continue;
            }
            if seen.len() > most {
                return None;
            }
            match self.causes[why.0 as usize - 1] {
                Cause::Read(read) => reads.push(read as usize),
                Cause::Both(first, second) => waiting.extend([first, second]),
            }
        }
        reads.sort_unstable();
        Some(reads)
    }
}
