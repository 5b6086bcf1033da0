//! What an evaluation spends and remembers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{Document, NodeRef, Path, Step};
use crate::error::Error;
use crate::regex::Regex;
use crate::value::{Traced, Value};

/// What one evaluation may spend. Limits count steps and bytes, never the clock.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The cost after which the API server cancels an expression.
    pub cost: u64,
    /// How many bytes the values that an expression makes may take together.
    pub memory: usize,
    /// How many steps an evaluation may take that the server does not count: comparing large objects, searching
    /// long lists, compiling patterns.
    pub work: u64,
}

impl Default for Limits {
    /// The limit of the API server for each expression. It has none for memory and work; here they are far above
    /// what the cost of a real policy allows.
    fn default() -> Self {
        Limits { cost: 1_000_000, memory: 256 << 20, work: 20_000_000 }
    }
}

/// The reads that something depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    cause: u32,
    /// Is any of them to blame, or were all passed over?
    blames: bool,
}

impl Why {
    pub(crate) const NOTHING: Why = Why { cause: 0, blames: false };

    /// Is there nothing to blame? What was passed over may still be in it.
    pub(crate) fn is_nothing(self) -> bool {
        !self.blames
    }
}

/// What compiling a pattern takes at least, in steps, and how many compiled patterns are kept.
const COMPILING: u64 = 20_000;
const PATTERNS: usize = 64;

/// How many reads and dependencies are remembered.
const REMEMBERED: usize = 1 << 20;

/// What an evaluation read, and what depends on what.
#[derive(Debug)]
pub(crate) struct Trace {
    reads: Vec<Recorded>,
    causes: Vec<Cause>,
}

#[derive(Clone, Copy, Debug)]
enum Cause {
    Read(u32),
    Both(Why, Why),
    /// What the elements of a list are made of, which says nothing of how many there are.
    Content(Why),
    /// How many elements there are.
    Number(Why),
    /// What decides how many there are, whatever it is made of.
    Choice(Why),
    /// What was asked about something that then was left out.
    PassedOver(Why),
}

/// What is asked of a cause.
#[derive(Clone, Copy, Default)]
struct Wanted {
    /// All that it depends on.
    whole: bool,
    /// What the number of elements depends on.
    number: bool,
}

impl Wanted {
    const WHOLE: Wanted = Wanted { whole: true, number: false };
    const NUMBER: Wanted = Wanted { whole: false, number: true };

    fn any(self) -> bool {
        self.whole || self.number
    }

    fn add(&mut self, other: Wanted) {
        self.whole |= other.whole;
        self.number |= other.number;
    }
}

#[derive(Debug)]
struct Recorded {
    document: Arc<Document>,
    node: u32,
    missing: Option<Step>,
}

/// A place that an expression read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Where. If nothing stands there, where it would stand.
    pub path: Path,
    /// Does something stand there?
    pub found: bool,
    /// Does the result depend on it?
    pub decided: bool,
    /// Was something left out for what it is, so that nothing in the result is to be blamed on it? Were it otherwise,
    /// the result might be too.
    pub passed_over: bool,
}

/// The state of an evaluation. One context may serve several programs that belong together, such as a
/// validation and the variables that it reads.
#[derive(Debug)]
pub struct Context<'a> {
    cost: u64,
    memory: usize,
    work: u64,
    /// How many programs are being evaluated, one for another.
    depth: usize,
    limits: &'a Limits,
    patterns: HashMap<Arc<str>, Arc<Regex>>,
    pub(crate) trace: Option<Box<Trace>>,
}

impl<'a> Context<'a> {
    /// A context that has spent nothing. With `trace` it remembers what is read.
    pub fn new(limits: &'a Limits, trace: bool) -> Self {
        let trace = trace.then(|| Box::new(Trace { reads: Vec::new(), causes: Vec::new() }));
        Context { cost: 0, memory: 0, work: 0, depth: 0, limits, patterns: HashMap::new(), trace }
    }

    /// What was spent since the context was made or [`Context::take_cost`] was called.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// What was spent; counting starts anew.
    pub fn take_cost(&mut self) -> u64 {
        std::mem::take(&mut self.cost)
    }

    /// The bytes that were taken for values.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// The steps without cost that were taken.
    pub fn worked(&self) -> u64 {
        self.work
    }

    pub(crate) fn set_cost(&mut self, cost: u64) {
        self.cost = cost;
    }

    /// Spends `cost`.
    ///
    /// # Errors
    /// If that is more than the limit.
    pub fn spend(&mut self, cost: u64) -> Result<(), Error> {
        self.cost = self.cost.saturating_add(cost);
        if self.cost > self.limits.cost {
            return Err(over_cost());
        }
        Ok(())
    }

    /// Would `cost` more be too much? For what takes long and whose cost is known before.
    ///
    /// # Errors
    /// If so.
    pub fn check(&self, cost: u64) -> Result<(), Error> {
        if self.cost.saturating_add(cost) > self.limits.cost { Err(over_cost()) } else { Ok(()) }
    }

    /// Takes `steps` that have no cost.
    ///
    /// # Errors
    /// If that is more than the limit.
    pub fn work(&mut self, steps: u64) -> Result<(), Error> {
        self.work = self.work.saturating_add(steps);
        if self.work > self.limits.work {
            return Err(Error::cancelled("operation cancelled: work limit exceeded"));
        }
        Ok(())
    }

    /// The steps that are left.
    pub(crate) fn work_left(&self) -> u64 {
        self.limits.work.saturating_sub(self.work)
    }

    /// A compiled pattern. Those that are met again and again are compiled once.
    pub(crate) fn regex(&mut self, pattern: &Arc<str>) -> Result<Arc<Regex>, Error> {
        if let Some(known) = self.patterns.get(pattern) {
            return Ok(known.clone());
        }
        self.work(COMPILING + 100 * pattern.len() as u64)?;
        let regex = Arc::new(Regex::new(pattern).map_err(Error::new)?);
        if self.patterns.len() >= PATTERNS {
            self.patterns.clear();
        }
        self.patterns.insert(pattern.clone(), regex.clone());
        Ok(regex)
    }

    /// Begins to evaluate one more program for another; says how many there are now.
    pub(crate) fn enter(&mut self) -> usize {
        self.depth += 1;
        self.depth
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Takes `bytes` for a value.
    ///
    /// # Errors
    /// If that is more than the limit.
    pub fn allocate(&mut self, bytes: usize) -> Result<(), Error> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.limits.memory {
            return Err(Error::cancelled("operation cancelled: memory limit exceeded"));
        }
        Ok(())
    }

    /// The value at a place, with the place as its reason.
    pub(crate) fn read(&mut self, place: &NodeRef) -> Traced {
        let why = match &mut self.trace {
            Some(trace) => trace.record(place, None),
            None => Why::NOTHING,
        };
        Traced { value: place.value(), why }
    }

    /// That nothing stands at `step` below a place.
    pub(crate) fn missing(&mut self, place: &Value, step: impl FnOnce() -> Option<Step>) -> Why {
        let (Some(trace), Value::Node(node)) = (&mut self.trace, place) else { return Why::NOTHING };
        trace.record(node, step())
    }

    /// What depends on both.
    pub(crate) fn both(&mut self, first: Why, second: Why) -> Why {
        match &mut self.trace {
            Some(trace) if first != second => match (first, second) {
                (Why::NOTHING, other) | (other, Why::NOTHING) => other,
                _ => trace.cause(Cause::Both(first, second), first.blames || second.blames),
            },
            _ => first,
        }
    }

    /// What the elements of a list are made of. It does not decide how many there are.
    pub(crate) fn content(&mut self, why: Why) -> Why {
        self.derived(why, Cause::Content)
    }

    /// What decides how many elements a list has, of what the list depends on.
    pub(crate) fn number(&mut self, why: Why) -> Why {
        self.derived(why, Cause::Number)
    }

    /// What was asked whether there should be an element: it decides how many there are.
    pub(crate) fn choice(&mut self, why: Why) -> Why {
        self.derived(why, Cause::Choice)
    }

    /// What was asked about something that then was left out: it is not to blame.
    pub(crate) fn passed_over(&mut self, why: Why) -> Why {
        Why { blames: false, ..self.derived(why, Cause::PassedOver) }
    }

    fn derived(&mut self, why: Why, cause: fn(Why) -> Cause) -> Why {
        match &mut self.trace {
            Some(trace) if why != Why::NOTHING => trace.cause(cause(why), why.blames),
            _ => why,
        }
    }

    /// What depends on all of the values, as far as they were read.
    pub(crate) fn all(&mut self, values: &[Traced]) -> Why {
        if self.trace.is_none() {
            return Why::NOTHING;
        }
        values.iter().fold(Why::NOTHING, |all, value| self.both(all, value.why))
    }

    /// What depends on a value that is looked at as a whole, be it a list or a map.
    pub(crate) fn reason(&mut self, value: &Traced) -> Why {
        match &value.value {
            Value::Node(node) if value.why.is_nothing() && self.trace.is_some() => {
                let read = self.read(node).why;
                self.both(value.why, read)
            }
            _ => value.why,
        }
    }

    /// What depends on all arguments of a call.
    pub(crate) fn reasons(&mut self, values: &[Traced]) -> Why {
        if self.trace.is_none() {
            return Why::NOTHING;
        }
        values.iter().fold(Why::NOTHING, |all, value| {
            let why = self.reason(value);
            self.both(all, why)
        })
    }

    /// A value in a list or a map. What is a list or a map itself counts as read only once it is used.
    pub(crate) fn part(&mut self, place: &NodeRef) -> Traced {
        match place.value() {
            node @ Value::Node(_) => node.into(),
            _ => self.read(place),
        }
    }

    /// What was read so far, in order. `decided` are the reads that `why` depends on.
    pub(crate) fn reads(&self, why: Why) -> Vec<Read> {
        let Some(trace) = &self.trace else { return Vec::new() };
        let (decided, depends) = (trace.reads_of(why, false), trace.reads_of(why, true));
        let mut reads: Vec<Read> = Vec::new();
        for (recorded, (decided, depends)) in trace.reads.iter().zip(decided.into_iter().zip(depends)) {
            let mut path = recorded.document.path(recorded.node);
            path.steps.extend(recorded.missing.clone());
            reads.push(Read { path, found: recorded.missing.is_none(), decided, passed_over: depends && !decided });
        }
        reads
    }
}

fn over_cost() -> Error {
    Error::cancelled("operation cancelled: actual cost limit exceeded")
}

impl Trace {
    fn record(&mut self, place: &NodeRef, missing: Option<Step>) -> Why {
        if self.reads.len() >= REMEMBERED {
            return Why::NOTHING;
        }
        self.reads.push(Recorded { document: place.document().clone(), node: place.id(), missing });
        let read = u32::try_from(self.reads.len() - 1).unwrap_or(u32::MAX);
        self.cause(Cause::Read(read), true)
    }

    fn cause(&mut self, cause: Cause, blames: bool) -> Why {
        if self.causes.len() >= REMEMBERED * 4 {
            return Why::NOTHING;
        }
        self.causes.push(cause);
        Why { cause: u32::try_from(self.causes.len()).unwrap_or(0), blames }
    }

    /// For each read: does `why` depend on it? `passed_over` also asks for what was left out. Causes only name earlier
    /// causes, so that one pass is enough.
    fn reads_of(&self, why: Why, passed_over: bool) -> Vec<bool> {
        let mut wanted = vec![Wanted::default(); self.causes.len() + 1];
        let mut decided = vec![false; self.reads.len()];
        if let Some(wanted) = wanted.get_mut(why.cause as usize).filter(|_| why != Why::NOTHING) {
            wanted.add(Wanted::WHOLE);
        }
        for index in (1..wanted.len()).rev() {
            let asked = wanted[index];
            if !asked.any() {
                continue;
            }
            match self.causes[index - 1] {
                Cause::Read(read) => decided[read as usize] = true,
                Cause::Both(first, second) => {
                    wanted[first.cause as usize].add(asked);
                    wanted[second.cause as usize].add(asked);
                }
                Cause::Content(of) if asked.whole => wanted[of.cause as usize].add(Wanted::WHOLE),
                Cause::PassedOver(of) if passed_over => wanted[of.cause as usize].add(Wanted::WHOLE),
                Cause::Content(_) | Cause::PassedOver(_) => {}
                Cause::Number(of) => wanted[of.cause as usize].add(Wanted::NUMBER),
                Cause::Choice(of) => wanted[of.cause as usize].add(Wanted::WHOLE),
            }
        }
        decided
    }
}
