//! Expressions that can be evaluated.

use std::sync::Arc;

use crate::checker::check;
use crate::context::{Context, Limits, Read, Why};
use crate::env::Env;
use crate::error::Error;
use crate::eval;
use crate::function::CostFunction;
use crate::issues::CompileError;
use crate::parser::parse;
use crate::plan::{Plan, plan};
use crate::source::Source;
use crate::types::Type;
use crate::value::{Traced, Value};

/// Longer texts may nest deeply.
const SHALLOW: usize = 400;
/// Deeper plans need more stack than a thread may have.
const SHALLOW_PLAN: usize = 60;

/// How many programs may be evaluated one for another, and from which on they need more stack.
const NESTED: usize = 2_000;
const NESTED_SHALLOW: usize = 12;
const NO_ROOM: &str = "there is no memory for an expression that nests so deeply";

/// What variables hold while an expression is evaluated.
pub trait Activation: Sync {
    /// What the variable holds, or nothing if it is not set.
    fn resolve(&self, name: &str) -> Option<Value>;
}

impl<F: Fn(&str) -> Option<Value> + Sync> Activation for F {
    fn resolve(&self, name: &str) -> Option<Value> {
        self(name)
    }
}

/// A compiled expression.
#[derive(Clone)]
pub struct Program {
    plan: Arc<Plan>,
    deep: bool,
    output: Type,
    costs: Arc<Vec<CostFunction>>,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Program({})", self.output)
    }
}

/// What an evaluation gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The value, or why there is none.
    pub result: Result<Value, Error>,
    /// What it cost, as the API server counts.
    pub cost: u64,
    /// What it read, in order, if that was asked for.
    pub reads: Vec<Read>,
}

impl Program {
    pub(crate) fn compile(env: &Env, text: &str) -> Result<Program, CompileError> {
        crate::stack::run(text.len() > SHALLOW, || Program::compile_here(env, text))
            .unwrap_or_else(|| Err(CompileError::Program { message: NO_ROOM.to_owned(), output_type: Type::Error }))
    }

    fn compile_here(env: &Env, text: &str) -> Result<Program, CompileError> {
        let source = Source::new(text);
        let parsed = parse(text, &source, &env.macros).map_err(CompileError::Issues)?;
        let checked = check(&parsed, &source, env).map_err(CompileError::Issues)?;
        let output = checked.type_of(parsed.expr.id).clone();
        let plan = plan(&parsed.expr, &checked, env).map_err(|error| CompileError::Program {
            message: error.message().to_owned(),
            output_type: output.clone(),
        })?;
        let deep = plan.depth() > SHALLOW_PLAN;
        Ok(Program { plan: Arc::new(plan), deep, output, costs: env.costs.clone() })
    }

    /// The type of its result.
    pub fn output_type(&self) -> &Type {
        &self.output
    }

    /// Evaluates it, as fast as that goes.
    pub fn evaluate(&self, activation: &dyn Activation, limits: &Limits) -> Outcome {
        self.outcome(activation, &mut Context::new(limits, false))
    }

    /// Evaluates it, and tells what it read on the way and which of that decided.
    pub fn explain(&self, activation: &dyn Activation, limits: &Limits) -> Outcome {
        self.outcome(activation, &mut Context::new(limits, true))
    }

    fn outcome(&self, activation: &dyn Activation, context: &mut Context<'_>) -> Outcome {
        let result = self.run(activation, context);
        let why = match &result {
            Ok(traced) => traced.why,
            Err(error) => error.why,
        };
        Outcome { result: result.map(|traced| traced.value), cost: context.cost(), reads: context.reads(why) }
    }

    /// Evaluates it within a context that other programs share. Costs add up in it.
    ///
    /// # Errors
    /// Those of the expression, and of limits that are met.
    pub fn run(&self, activation: &dyn Activation, context: &mut Context<'_>) -> Result<Traced, Error> {
        let depth = context.enter();
        if depth > NESTED {
            context.leave();
            return Err(Error::cancelled("operation cancelled: variables nest too deeply"));
        }
        let deep = self.deep || depth == NESTED_SHALLOW;
        let result = crate::stack::run(deep, || eval::run(&self.plan, &self.costs, activation, context));
        context.leave();
        result.unwrap_or_else(|| Err(Error::cancelled(NO_ROOM)))
    }
}

impl Context<'_> {
    /// What was read so far, in order; of that decided what the result `of` depends on.
    pub fn reads_behind(&self, of: &Result<Traced, Error>) -> Vec<Read> {
        let why: Why = match of {
            Ok(traced) => traced.why,
            Err(error) => error.why,
        };
        self.reads(why)
    }
}
