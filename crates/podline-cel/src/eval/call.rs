//! Calls of functions.

use std::sync::Arc;

use super::{CELL, Evaluator, Outcome, Slot};
use crate::error::Error;
use crate::function::{Overload, Trait};
use crate::plan::{Call, Runner};
use crate::types::Type;
use crate::value::{Traced, Value};

impl<'p> Evaluator<'p, '_, '_> {
    pub(super) fn call(&mut self, call: &'p Call) -> Outcome {
        if let Some(place) = call.accumulates {
            return self.accumulate(call, place);
        }
        let mut args = Vec::with_capacity(call.args.len());
        let mut failed: Option<Error> = None;
        let last = call.args.len().saturating_sub(1);
        for (index, arg) in call.args.iter().enumerate() {
            match self.try_eval(arg)? {
                Ok(value) => args.push(value),
                // What was not evaluated keeps the call from costing.
                Err(error) if call.stops_early && index < last => return Err(error),
                Err(error) => {
                    failed.get_or_insert(error);
                    args.push(Value::Null.into());
                }
            }
        }
        if let Some(error) = failed {
            if counts_elements(&call.overload) {
                return Err(Error::cancelled(NO_LIST));
            }
            self.charge(&call.function, &call.overload, &args, None)?;
            return Err(error);
        }
        self.finish(call, &args)
    }

    fn finish(&mut self, call: &Call, args: &[Traced]) -> Outcome {
        let result = self.run(call, args);
        let why = match &result {
            Err(error) if error.is_cancelled() => return result,
            Err(_) => Some(self.context.reasons(args)),
            Ok(_) => None,
        };
        let value = result.as_ref().ok().map(|result| &result.value);
        self.charge(&call.function, &call.overload, args, value)?;
        result.map_err(|error| match why {
            Some(why) => error.because(why),
            None => error,
        })
    }

    fn run(&mut self, call: &Call, args: &[Traced]) -> Outcome {
        match &call.runner {
            Runner::Singleton(receiver, run) => {
                if receiver.has(&args[0].value) {
                    return run(self.context, args);
                }
                // Text and times answer for themselves what they do not know.
                let answers = matches!(args[0].value, Value::String(_) | Value::Duration(_) | Value::Timestamp(_));
                if answers || *receiver == Trait::Any {
                    return Err(Error::no_overload());
                }
                Err(Error::new(format!("no such overload: {}", call.function)))
            }
            Runner::Overloads { overloads, guarded } => {
                let found = overloads.iter().find(|overload| {
                    overload.args.len() == args.len()
                        && (!guarded || overload.args.iter().zip(args).all(|(ty, arg)| fits(ty, &arg.value)))
                });
                match found.and_then(|overload: &Overload| overload.run.as_ref()) {
                    Some(run) => run(self.context, args),
                    None => {
                        let types: Vec<String> = args.iter().map(|arg| arg.value.type_name()).collect();
                        Err(Error::new(format!("no such overload: {}({})", call.function, types.join(", "))))
                    }
                }
            }
            Runner::Regex(regex) => {
                let why = self.context.reasons(args);
                let value = crate::functions::regex::run(&call.function, regex, args, self.context)?;
                Ok(Traced { value, why })
            }
        }
    }

    /// `accumulator + list` and the like in a fold: the accumulator is changed in its place instead of copied.
    fn accumulate(&mut self, call: &'p Call, place: usize) -> Outcome {
        let so_far = self.try_eval(&call.args[0])?;
        let mut rest = Vec::new();
        let mut failed = so_far.as_ref().err().cloned();
        for arg in &call.args[1..] {
            if call.stops_early && failed.is_some() {
                break;
            }
            match self.try_eval(arg)? {
                Ok(value) => rest.push(value),
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        let (Ok(mut so_far), None) = (so_far, failed.clone()) else {
            if !call.stops_early {
                self.context.spend(1)?;
            }
            return Err(failed.unwrap_or_else(Error::no_overload));
        };
        // Nobody else may hold it, or it is copied after all.
        self.slots[place] = Slot::Ready(Ok(Value::Null.into()));
        match (&mut so_far.value, &rest[..]) {
            (Value::List(list), [more]) if more.value.is_list() => {
                let more = more.value.elements(self.context);
                self.context.allocate(CELL * more.len())?;
                let why = self.context.all(&more);
                Arc::make_mut(list).extend(more);
                self.context.spend(1)?;
                let why = self.context.both(so_far.why, why);
                Ok(Traced { value: so_far.value, why })
            }
            _ => {
                let mut args = vec![so_far];
                args.extend(rest);
                self.finish(call, &args)
            }
        }
    }

    /// Spends what a call costs.
    pub(super) fn charge(
        &mut self,
        function: &str,
        overload: &str,
        args: &[Traced],
        result: Option<&Value>,
    ) -> Result<(), Error> {
        let known = self.costs.iter().rev().find_map(|cost| cost(function, overload, args, result));
        self.context.spend(known.unwrap_or_else(|| crate::cost::standard(overload, args)))
    }
}

/// The server counts what these cost from the elements of their argument, and fails where that is an error.
fn counts_elements(overload: &str) -> bool {
    overload == "list_distinct" || overload.ends_with("_sort") || overload.ends_with("_sortByAssociatedKeys")
}

const NO_LIST: &str = "internal error: interface conversion: *types.Err is not traits.Lister: missing method Add";

/// Does a value fit the type of an argument, as far as cel-go looks (the first element of lists and maps)?
fn fits(ty: &Type, value: &Value) -> bool {
    let limits = crate::Limits::default();
    match ty {
        Type::Dyn | Type::Param(_) => true,
        Type::List(element) => {
            value.is_list()
                && value
                    .element(0, &mut crate::Context::new(&limits, false))
                    .is_none_or(|first| fits(element, &first.value))
        }
        Type::Map(key, of) => {
            value.is_map()
                && value.keys().first().is_none_or(|first| {
                    let mut context = crate::Context::new(&limits, false);
                    let found = value.lookup(first, &mut context).ok().flatten();
                    fits(key, first) && found.is_none_or(|found| fits(of, &found.value))
                })
        }
        _ => ty.name() == value.type_of().name(),
    }
}
