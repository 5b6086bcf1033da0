//! What built-ins are given beside their operands, and how they end without a value.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use crate::value::Value;

/// What an evaluation may still use.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    bytes: Cell<u64>,
}

impl Budget {
    /// This many steps and bytes.
    pub fn new(steps: u64, bytes: u64) -> Budget {
        Budget { steps: Cell::new(steps), bytes: Cell::new(bytes) }
    }

    /// The steps and the bytes that are left.
    pub fn left(&self) -> (u64, u64) {
        (self.steps.get(), self.bytes.get())
    }

    /// Pays for steps.
    ///
    /// # Errors
    /// Where fewer are left.
    pub fn steps(&self, steps: usize) -> Result<(), Failure> {
        pay(&self.steps, steps)
    }

    /// Pays for memory.
    ///
    /// # Errors
    /// Where less is left.
    pub fn bytes(&self, bytes: usize) -> Result<(), Failure> {
        pay(&self.bytes, bytes)
    }
}

fn pay(left: &Cell<u64>, cost: usize) -> Result<(), Failure> {
    let after = left.get().checked_sub(cost as u64);
    left.set(after.unwrap_or(0));
    after.map(drop).ok_or(Failure::Halt(Halt::Budget))
}

/// As much as a policy may use on one object.
impl Default for Budget {
    fn default() -> Budget {
        Budget::new(5_000_000, 256 << 20)
    }
}

/// Reads the first document of a YAML text as `sigs.k8s.io/yaml` does.
pub type ReadYaml = dyn Fn(&str) -> Result<serde_json::Value, String> + Send + Sync;

/// What the program lends to built-ins.
#[derive(Clone, Default)]
pub struct Host {
    /// For `yaml.unmarshal` and `yaml.is_valid`; without it they are undecided.
    pub read_yaml: Option<Arc<ReadYaml>>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("read_yaml", &self.read_yaml.is_some()).finish()
    }
}

/// Compiled patterns, which evaluations of one policy share. What an evaluation pays for a pattern is the same whether
/// another one has compiled it already.
#[derive(Debug, Default)]
pub struct Patterns(Mutex<HashMap<String, Pattern>>);

/// A compiled pattern, or what is wrong with it.
pub(crate) type Pattern = Result<Arc<podline_cel::go::Regex>, String>;

/// How many are kept, and how long they may be.
const KEPT: usize = 256;
const LONGEST: usize = 1024;

impl Patterns {
    pub(crate) fn compile(&self, pattern: &str) -> Pattern {
        let known = self.0.lock().ok().and_then(|kept| kept.get(pattern).cloned());
        known.unwrap_or_else(|| {
            let compiled = podline_cel::go::Regex::new(pattern).map(Arc::new);
            if let (Ok(mut kept), true) = (self.0.lock(), pattern.len() <= LONGEST) {
                if kept.len() >= KEPT {
                    kept.clear();
                }
                kept.insert(pattern.to_owned(), compiled.clone());
            }
            compiled
        })
    }
}

/// What built-ins are given beside their operands.
pub struct Context<'e> {
    /// What they may use.
    pub budget: &'e Budget,
    /// What the program lends.
    pub host: &'e Host,
    pub(crate) patterns: RefCell<HashMap<String, Pattern>>,
    pub(crate) shared: &'e Patterns,
}

impl<'e> Context<'e> {
    /// For one evaluation.
    pub fn new(budget: &'e Budget, host: &'e Host, patterns: &'e Patterns) -> Context<'e> {
        Context { budget, host, patterns: RefCell::default(), shared: patterns }
    }
}

/// Why a built-in has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It fails. What calls it is undefined.
    Error(String),
    /// It ends the evaluation.
    Halt(Halt),
}

/// What ends an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It needs more time or memory than a policy may use.
    Budget,
    /// A built-in asks what no file says: the network, the clock, chance. It is named.
    Undecided(String),
}

impl Failure {
    /// A failure in these words.
    pub fn error(text: impl Into<String>) -> Failure {
        Failure::Error(text.into())
    }

    /// The answer of a built-in is not known.
    pub fn undecided(name: impl Into<String>) -> Failure {
        Failure::Halt(Halt::Undecided(name.into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Error(text) => f.write_str(text),
            Failure::Halt(halt) => halt.fmt(f),
        }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Halt::Budget => f.write_str("needs more work or memory than a policy may use"),
            Halt::Undecided(name) => write!(f, "{name} asks what no file says"),
        }
    }
}

/// The value of a call; none where it is undefined without an error.
pub type Outcome = Result<Option<Value>, Failure>;
