//! How much work policies are, counted beside what they say.
//!
//! Each evaluation has limits of its own. A policy that stays below them for each of ten thousand objects, or for each of
//! a thousand bindings, would still take hours: so a run counts what it uses of each policy, and stops to ask those that
//! take too much. Work is counted in steps and bytes, never by the clock.

use std::cell::RefCell;
use std::fmt;

use podline_cel::Context;

/// The most steps that a policy may use in a run, and so on an object. The most costly evaluation that the API server
/// allows is a hundredth of it.
pub const MOST_STEPS: u64 = 1_000_000_000;

/// So many bytes that are built are one step more.
const BYTES: u64 = 64;

/// Whether a policy, by its document, is asked no more.
pub type IsClosed<'m> = &'m (dyn Fn(usize) -> bool + 'm);

/// What policies use on one object.
pub struct Meter<'m> {
    is_closed: Option<IsClosed<'m>>,
    /// The most steps that a policy may use.
    most: u64,
    /// The steps, by the documents of the policies.
    used: RefCell<Vec<(usize, u64)>>,
}

impl fmt::Debug for Meter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.used).finish()
    }
}

/// For an object that is judged for itself.
impl Default for Meter<'_> {
    fn default() -> Self {
        Meter { is_closed: None, most: MOST_STEPS, used: RefCell::default() }
    }
}

impl<'m> Meter<'m> {
    /// For an object about which the policies that are closed are asked no more. A policy may use `most` steps.
    pub fn new(is_closed: IsClosed<'m>, most: u64) -> Meter<'m> {
        Meter { is_closed: Some(is_closed), most, used: RefCell::default() }
    }

    /// The steps that each policy used, by its document.
    pub fn used(&self) -> Vec<(usize, u64)> {
        self.used.borrow().clone()
    }

    /// Is a policy asked? One that has used all of a run's steps on this object alone is not.
    pub(crate) fn is_open(&self, document: usize) -> bool {
        let used = self.used.borrow().iter().find(|(known, _)| *known == document).map_or(0, |(_, steps)| *steps);
        used <= self.most && !self.is_closed.is_some_and(|is_closed| is_closed(document))
    }

    /// Counts steps of a policy.
    pub(crate) fn pay(&self, document: usize, steps: u64) {
        let mut used = self.used.borrow_mut();
        match used.iter_mut().find(|(known, _)| *known == document) {
            Some((_, all)) => *all = all.saturating_add(steps),
            None => used.push((document, steps)),
        }
    }

    /// All steps.
    pub(crate) fn total(&self) -> u64 {
        self.used.borrow().iter().fold(0, |all, (_, steps)| all.saturating_add(*steps))
    }
}

/// What an evaluation of CEL was.
pub(crate) fn steps_of(context: &Context<'_>) -> u64 {
    steps(context.cost().saturating_add(context.worked()), context.memory() as u64)
}

/// Steps, and bytes that were built.
pub(crate) fn steps(steps: u64, bytes: u64) -> u64 {
    steps.saturating_add(bytes / BYTES)
}
