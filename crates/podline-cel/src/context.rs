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
pub(crate) struct Why(u32);

impl Why {
    pub(crate) const NOTHING: Why = Why(0);
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
                _ => trace.cause(Cause::Both(first, second)),
            },
            _ => first,
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
            Value::Node(node) if value.why == Why::NOTHING && self.trace.is_some() => self.read(node).why,
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
        let decided = trace.reads_of(why);
        let mut reads: Vec<Read> = Vec::new();
        for (recorded, decided) in trace.reads.iter().zip(decided) {
            let mut path = recorded.document.path(recorded.node);
            path.steps.extend(recorded.missing.clone());
            reads.push(Read { path, found: recorded.missing.is_none(), decided });
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
        self.cause(Cause::Read(read))
    }

    fn cause(&mut self, cause: Cause) -> Why {
        if self.causes.len() >= REMEMBERED * 4 {
            return Why::NOTHING;
        }
        self.causes.push(cause);
        Why(u32::try_from(self.causes.len()).unwrap_or(0))
    }

    /// For each read: does `why` depend on it? Causes only name earlier causes, so that one pass is enough.
    fn reads_of(&self, why: Why) -> Vec<bool> {
        let mut wanted = vec![false; self.causes.len() + 1];
        let mut decided = vec![false; self.reads.len()];
        if let Some(wanted) = wanted.get_mut(why.0 as usize) {
            *wanted = why != Why::NOTHING;
        }
        for index in (1..wanted.len()).rev() {
            if !wanted[index] {
                continue;
            }
            match self.causes[index - 1] {
                Cause::Read(read) => decided[read as usize] = true,
                Cause::Both(first, second) => {
                    wanted[first.0 as usize] = true;
                    wanted[second.0 as usize] = true;
                }
            }
        }
        decided
    }
}
