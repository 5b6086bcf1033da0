//! Evaluation, with the costs of cel-go's runtime tracker.

mod attribute;
mod call;
mod fold;

use std::sync::Arc;

use crate::context::{Context, Why};
use crate::equal::equal_within;
use crate::error::Error;
use crate::function::CostFunction;
use crate::plan::Plan;
use crate::program::Activation;
use crate::value::{MapValue, Traced, Value};

/// What a list, a map or an element of one takes in memory.
const CELL: usize = 48;

type Outcome = Result<Traced, Error>;

/// Evaluates a plan. `costs` are asked from the last to the first.
pub(crate) fn run(
    plan: &Plan,
    costs: &[CostFunction],
    activation: &dyn Activation,
    context: &mut Context<'_>,
) -> Outcome {
    Evaluator { context, costs, activation, slots: Vec::new() }.eval(plan)
}

struct Evaluator<'p, 'c, 'l> {
    context: &'c mut Context<'l>,
    costs: &'p [CostFunction],
    activation: &'c dyn Activation,
    /// The variables of the folds that are being evaluated.
    slots: Vec<Slot<'p>>,
}

enum Slot<'p> {
    /// An accumulator before its first use.
    Waiting(&'p Plan),
    Ready(Outcome),
}

impl<'p> Evaluator<'p, '_, '_> {
    fn eval(&mut self, plan: &'p Plan) -> Outcome {
        match plan {
            Plan::Constant(value) => Ok(value.clone().into()),
            Plan::Attribute(attribute) => self.attribute(attribute),
            Plan::And(terms) => self.logic(terms, false),
            Plan::Or(terms) => self.logic(terms, true),
            Plan::Equal { sides, negated } => self.equal(sides, *negated),
            Plan::Call(call) => self.call(call),
            Plan::List { elements, optional } => self.list(elements, optional),
            Plan::Map { entries } => self.map(entries),
            Plan::Fold(fold) => self.fold(fold),
            Plan::OptionalOr { sides, value, lenient } => self.optional_or(sides, *value, *lenient),
            Plan::Member { element, list } => {
                let element = self.eval(element)?;
                let found = list.get(&element.value).is_some();
                Ok(Traced { value: Value::Bool(found), why: element.why })
            }
        }
    }

    /// `||` ends at the first true, `&&` at the first false; else the first error counts.
    fn logic(&mut self, terms: &'p [Plan; 2], ends: bool) -> Outcome {
        let mut why = Why::NOTHING;
        let mut failed = None;
        for term in terms {
            match self.eval(term) {
                Ok(Traced { value: Value::Bool(value), why: reason }) => {
                    if value == ends {
                        return Ok(Traced { value: Value::Bool(value), why: reason });
                    }
                    why = self.context.both(why, reason);
                }
                Ok(other) => {
                    failed.get_or_insert(Error::no_overload().because(other.why));
                }
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(Traced { value: Value::Bool(!ends), why }),
        }
    }

    /// Evaluates without letting an error end more than its own part.
    fn try_eval(&mut self, plan: &'p Plan) -> Result<Outcome, Error> {
        match self.eval(plan) {
            Err(error) if error.is_cancelled() => Err(error),
            other => Ok(other),
        }
    }

    fn equal(&mut self, sides: &'p [Plan; 2], negated: bool) -> Outcome {
        let left = self.try_eval(&sides[0])?;
        let right = self.try_eval(&sides[1])?;
        let function = if negated { ("_!=_", "not_equals") } else { ("_==_", "equals") };
        let (left, right) = match (left, right) {
            (Ok(left), Ok(right)) => (left, right),
            (left, right) => {
                let args = [value_or_null(&left), value_or_null(&right)];
                self.charge(function.0, function.1, &args, None)?;
                return Err(left.err().or(right.err()).unwrap_or_else(Error::no_overload));
            }
        };
        let (first, second) = (self.context.reason(&left), self.context.reason(&right));
        let mut why = self.context.both(first, second);
        if left.value.is_list() && right.value.is_list() && left.value.size() != right.value.size() {
            why = self.context.number(why);
        }
        let same = equal_within(&left.value, &right.value, self.context)?;
        let value = match same {
            _ if negated => Some(same != Some(true)),
            _ => same,
        };
        let args = [left, right];
        self.charge(function.0, function.1, &args, None)?;
        match value {
            Some(value) => Ok(Traced { value: Value::Bool(value), why }),
            None => Err(Error::no_overload().because(why)),
        }
    }

    fn list(&mut self, elements: &'p [Plan], optional: &[bool]) -> Outcome {
        let result = self.list_elements(elements, optional);
        self.charge_after(10, result)
    }

    /// A constructor costs whether or not it succeeds.
    fn charge_after(&mut self, cost: u64, result: Outcome) -> Outcome {
        match result {
            Err(error) if error.is_cancelled() => Err(error),
            other => {
                self.context.spend(cost)?;
                other
            }
        }
    }

    fn list_elements(&mut self, elements: &'p [Plan], optional: &[bool]) -> Outcome {
        let mut list = Vec::with_capacity(elements.len());
        let mut chosen = Why::NOTHING;
        self.context.allocate(CELL * elements.len())?;
        for (element, optional) in elements.iter().zip(optional) {
            let element = self.eval(element)?;
            if !optional {
                list.push(element);
                continue;
            }
            chosen = self.context.both(chosen, element.why);
            match element.value {
                Value::Optional(Some(value)) => list.push((*value).clone()),
                Value::Optional(None) => {}
                other => {
                    let text = crate::text::go_value(&other);
                    let message = format!("cannot initialize optional list element from non-optional value {text}");
                    return Err(Error::new(message));
                }
            }
        }
        let content = self.context.all(&list);
        let (chosen, content) = (self.context.choice(chosen), self.context.content(content));
        let why = self.context.both(chosen, content);
        Ok(Traced { value: Value::List(Arc::new(list)), why })
    }

    fn map(&mut self, entries: &'p [(Plan, Plan, bool)]) -> Outcome {
        let result = self.map_entries(entries);
        self.charge_after(30, result)
    }

    fn map_entries(&mut self, entries: &'p [(Plan, Plan, bool)]) -> Outcome {
        let mut map = MapValue::default();
        let mut why = Why::NOTHING;
        self.context.allocate(2 * CELL * entries.len())?;
        for (key, value, optional) in entries {
            let key = self.eval(key)?;
            let value = self.eval(value)?;
            let content = if *optional { value.why } else { self.context.content(value.why) };
            let both = self.context.both(key.why, content);
            why = self.context.both(why, both);
            if !optional {
                map.set(key.value, value);
                continue;
            }
            match value.value {
                Value::Optional(Some(value)) => map.set(key.value, (*value).clone()),
                Value::Optional(None) => map.remove(&key.value),
                other => {
                    let (key, value) = (crate::text::go_value(&key.value), crate::text::go_value(&other));
                    let message = format!("cannot initialize optional entry '{key}' from non-optional value {value}");
                    return Err(Error::new(message));
                }
            }
        }
        Ok(Traced { value: Value::Map(Arc::new(map)), why })
    }

    fn optional_or(&mut self, sides: &'p [Plan; 2], value: bool, lenient: bool) -> Outcome {
        let left = self.eval(&sides[0])?;
        match &left.value {
            Value::Optional(Some(inner)) if value => {
                let why = self.context.both(left.why, inner.why);
                Ok(Traced { value: inner.value.clone(), why })
            }
            Value::Optional(Some(_)) => Ok(left),
            Value::Optional(None) => {
                let right = self.eval(&sides[1])?;
                let why = self.context.both(left.why, right.why);
                Ok(Traced { why, ..right })
            }
            _ if lenient => Ok(left),
            _ => Err(Error::no_overload().because(left.why)),
        }
    }
}

fn value_or_null(outcome: &Outcome) -> Traced {
    match outcome {
        Ok(traced) => traced.clone(),
        Err(_) => Value::Null.into(),
    }
}
