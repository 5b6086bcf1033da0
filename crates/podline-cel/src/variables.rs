//! Variables that are expressions: each is evaluated when it is first read, and only once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::context::Context;
use crate::error::Error;
use crate::program::{Activation, Program};
use crate::value::{Fields, Traced, Value};

/// The variables of one evaluation, as the API server composes them. Programs read them as the fields of
/// [`Variables::value`].
///
/// Use them with one context: the values they keep know what was read in it.
///
/// Each program has the whole cost limit for itself; what they cost together is [`Variables::take_cost`], and not
/// part of what the expression that reads them costs.
pub struct Variables<A> {
    programs: Arc<HashMap<Arc<str>, Program>>,
    type_name: Arc<str>,
    activation: A,
    known: Mutex<HashMap<Arc<str>, Result<Traced, Error>>>,
    cost: Mutex<u64>,
    itself: Weak<Variables<A>>,
}

impl<A> fmt::Debug for Variables<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.type_name)
    }
}

impl<A: Activation + Send + 'static> Variables<A> {
    /// Variables of the type `type_name`. Their programs read `activation`, and the variables themselves as
    /// `variables`.
    pub fn new(type_name: &str, programs: Arc<HashMap<Arc<str>, Program>>, activation: A) -> Arc<Variables<A>> {
        Arc::new_cyclic(|itself| Variables {
            programs,
            type_name: type_name.into(),
            activation,
            known: Mutex::default(),
            cost: Mutex::default(),
            itself: itself.clone(),
        })
    }

    /// What the variable `variables` holds.
    pub fn value(&self) -> Value {
        self.itself.upgrade().map_or(Value::Null, |itself| Value::Fields(itself))
    }

    /// The same variables before any was evaluated, for another context.
    #[must_use]
    pub fn anew(&self) -> Arc<Variables<A>>
    where
        A: Clone,
    {
        Variables::new(&self.type_name, self.programs.clone(), self.activation.clone())
    }

    /// What was spent on variables since this was asked last.
    pub fn take_cost(&self) -> u64 {
        std::mem::take(&mut self.cost.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<A: Activation + Send + 'static> Activation for Variables<A> {
    fn resolve(&self, name: &str) -> Option<Value> {
        if name == "variables" { Some(self.value()) } else { self.activation.resolve(name) }
    }
}

impl<A: Activation + Send + 'static> Fields for Variables<A> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn field(&self, name: &str, context: &mut Context<'_>) -> Option<Result<Traced, Error>> {
        let (name, program) = self.programs.get_key_value(name)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(known) = known {
            return Some(known);
        }
        // What it costs is not the reader's.
        let spent = context.take_cost();
        let result = program.run(self, context);
        let cost = context.take_cost();
        context.set_cost(spent);
        *self.cost.lock().unwrap_or_else(PoisonError::into_inner) += cost;
        let result = result.map_err(|error| {
            let why = error.why;
            Error::new(format!("composited variable \"{name}\" fails to evaluate: {error}")).because(why)
        });
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), result.clone());
        Some(result)
    }
}
