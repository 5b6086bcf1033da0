//! Calls of functions.

use std::sync::Arc;

use super::{CELL, Evaluator, Outcome, Slot};
use crate::error::Error;
use crate::function::{Overload, Trait};
use crate::plan::{Call, Runner};
use crate::types::Type;
use crate::value::{Traced, Value, go_name};

/// The arguments of a call.
struct Arguments {
    /// Null for those that are errors.
    values: Vec<Traced>,
    /// Which are errors.
    errors: Vec<usize>,
    /// The first error.
    failed: Option<Error>,
}

impl<'p> Evaluator<'p, '_, '_> {
    pub(super) fn call(&mut self, call: &'p Call) -> Outcome {
        if let Some(place) = call.accumulates {
            return self.accumulate(call, place);
        }
        let Arguments { values, errors, failed } = self.arguments(call)?;
        match failed {
            Some(error) => self.fail(call, &values, &errors, error),
            None => self.finish(call, &values),
        }
    }

    /// Evaluates the arguments of a call, all of them unless the call stops at the first error.
    ///
    /// # Errors
    /// Those that no call can absorb, and of a call that stops early the first that keeps it from costing.
    fn arguments(&mut self, call: &'p Call) -> Result<Arguments, Error> {
        let mut arguments = Arguments { values: Vec::with_capacity(call.args.len()), errors: Vec::new(), failed: None };
        let last = call.args.len().saturating_sub(1);
        for (index, arg) in call.args.iter().enumerate() {
            match self.try_eval(arg)? {
                Ok(value) => arguments.values.push(value),
                // What was not evaluated keeps the call from costing.
                Err(error) if call.stops_early && index < last => return Err(error),
                Err(error) => {
                    arguments.failed.get_or_insert(error);
                    arguments.errors.push(index);
                    arguments.values.push(Value::Null.into());
                }
            }
        }
        Ok(arguments)
    }

    /// A call some of whose arguments are errors costs all the same.
    fn fail(&mut self, call: &Call, args: &[Traced], errors: &[usize], error: Error) -> Outcome {
        if let Some(broken) = uncountable(&call.overload, args, errors) {
            return Err(broken);
        }
        self.charge(&call.function, &call.overload, args, None)?;
        Err(error)
    }

    fn finish(&mut self, call: &Call, args: &[Traced]) -> Outcome {
        let result = self.run(call, args);
        if let Some(broken) = uncountable(&call.overload, args, &[]) {
            return Err(broken);
        }
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
        let Arguments { values: mut args, errors, failed } = self.arguments(call)?;
        if let Some(error) = failed {
            return self.fail(call, &args, &errors, error);
        }
        // Nobody else may hold it, or it is copied after all.
        self.slots[place] = Slot::Ready(Ok(Value::Null.into()));
        match &mut args[..] {
            [Traced { value: Value::List(so_far), why }, more] if more.value.is_list() => {
                let why = self.context.both(*why, more.why);
                let more = more.value.elements(self.context);
                self.context.allocate(CELL * more.len())?;
                let mut elements = std::mem::take(so_far);
                Arc::make_mut(&mut elements).extend(more);
                self.context.spend(1)?;
                Ok(Traced { value: Value::List(elements), why })
            }
            _ => self.finish(call, &args),
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
        // What the server does not count, but what takes time all the same.
        let walked = args.iter().map(|arg| match &arg.value {
            Value::String(text) => text.len() as u64 / 16,
            Value::Bytes(bytes) => bytes.len() as u64 / 16,
            other => other.size().unwrap_or(0),
        });
        self.context.work(walked.sum())?;
        let known = self.costs.iter().rev().find_map(|cost| cost(function, overload, args, result));
        self.context.spend(known.unwrap_or_else(|| crate::cost::standard(overload, args)))
    }
}

/// What a few calls cost, the server cannot count if their arguments are of the wrong sort (or errors, which
/// `errors` names): it stops with the words of the panic.
fn uncountable(overload: &str, args: &[Traced], errors: &[usize]) -> Option<Error> {
    let wants_list = overload == "list_distinct" || overload.ends_with("_sort");
    let (index, wanted) = match overload {
        _ if wants_list => (0, "traits.Lister"),
        _ if overload.ends_with("_sortByAssociatedKeys") => (1, "traits.Lister"),
        "list_flatten_int" => (1, "types.Int"),
        _ => return None,
    };
    let value = &args.get(index)?.value;
    let fits = if wanted == "types.Int" { matches!(value, Value::Int(_)) } else { value.is_list() };
    if fits && !errors.contains(&index) {
        return None;
    }
    let found = if errors.contains(&index) { "*types.Err".to_owned() } else { go_name(value) };
    let why = match wanted {
        "types.Int" => format!("ref.Val is {found}, not {wanted}"),
        _ => format!("{found} is not {wanted}: missing method Add"),
    };
    Some(Error::cancelled(format!("internal error: interface conversion: {why}")))
}

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
