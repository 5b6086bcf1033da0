//! Why an evaluation ends before its end.

use std::sync::Arc;

use super::plan::Place;

/// What one query may use. Limits count steps and bytes, never the clock.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many steps it may take. A step looks at a handful of values.
    pub steps: u64,
    /// How many bytes the values that it makes may take together.
    pub bytes: u64,
}

impl Limits {
    /// Nothing.
    pub(crate) const NONE: Limits = Limits { steps: 0, bytes: 0 };
}

impl Default for Limits {
    /// Far above what real policies need of one object; it is reached within a few seconds.
    fn default() -> Self {
        Limits { steps: 5_000_000, bytes: 256 << 20 }
    }
}

/// Evaluation has ended.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// The policy is at fault: its error as OPA words it.
    Error(String),
    /// It takes too much: which limit.
    Limit(String),
    /// A built-in was called that has no answer offline.
    Undecided { name: Arc<str>, place: Place },
}

impl Stop {
    pub(super) fn conflict(place: &Place, message: &str) -> Stop {
        Stop::Error(format!("{}:{}: eval_conflict_error: {message}", place.file, place.row))
    }
}

/// Rules of one path that give different values.
pub(super) const COMPLETE: &str = "complete rules must not produce multiple outputs";
/// Definitions of a function that give different values.
pub(super) const FUNCTION: &str = "functions must not produce multiple outputs for same inputs";
/// Different values for one key of an object.
pub(super) const KEYS: &str = "object keys must be unique";
