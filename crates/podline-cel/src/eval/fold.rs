//! The macros over lists and maps.

use super::{Evaluator, Outcome, Slot};
use crate::context::Why;
use crate::error::Error;
use crate::plan::Fold;
use crate::value::{Traced, Value, go_name};

impl<'p> Evaluator<'p, '_, '_> {
    pub(super) fn fold(&mut self, fold: &'p Fold) -> Outcome {
        let range = self.eval(&fold.range)?;
        debug_assert!(self.slots.len() >= fold.place);
        self.slots.truncate(fold.place);
        self.slots.push(Slot::Waiting(&fold.init));
        self.slots.push(Slot::Ready(Ok(Value::Null.into())));
        self.slots.push(Slot::Ready(Ok(Value::Null.into())));
        let result = self.steps(fold, &range).and_then(|()| self.eval(&fold.result));
        self.slots.truncate(fold.place);
        // What nothing in particular decided, the list itself did; and what it was asked before decided what is in it.
        let number = self.context.number(range.why);
        let left_out = self.context.passed_over(number);
        let mut or_range = |why: Why| self.context.both(why, if why.is_nothing() { range.why } else { left_out });
        match result {
            // What a filter keeps of a list that an expression made was kept there before.
            Ok(Traced { value: value @ Value::List(_), why })
                if fold.keeps_all() || !why.is_nothing() && matches!(range.value, Value::List(_)) =>
            {
                Ok(Traced { why: self.context.both(number, why), value })
            }
            Ok(result) => Ok(Traced { why: or_range(result.why), value: result.value }),
            Err(error) => {
                let why = or_range(error.why);
                Err(error.because(why))
            }
        }
    }

    fn steps(&mut self, fold: &'p Fold, range: &Traced) -> Result<(), Error> {
        let value = &range.value;
        if value.is_list() {
            let count = usize::try_from(value.size().unwrap_or(0)).unwrap_or(usize::MAX);
            for index in 0..count {
                let Some(element) = value.element(index, self.context) else { break };
                let key = Value::Int(i64::try_from(index).unwrap_or(i64::MAX)).into();
                let (first, second) = if fold.two { (key, element) } else { (element, Value::Null.into()) };
                if !self.step_once(fold, first, second)? {
                    break;
                }
            }
            return Ok(());
        }
        if !value.is_map() {
            let name = go_name(value);
            let message = if fold.two {
                format!("unsupported comprehension range type: {name}")
            } else {
                format!("got '{name}', expected iterable type")
            };
            return Err(Error::new(message).because(range.why));
        }
        for key in value.keys() {
            let found = if fold.two { value.lookup(&key, self.context)? } else { None };
            let second = found.unwrap_or_else(|| Value::Null.into());
            if !self.step_once(fold, Traced { value: key, why: range.why }, second)? {
                break;
            }
        }
        Ok(())
    }

    /// One element; says whether the next is wanted.
    fn step_once(&mut self, fold: &'p Fold, first: Traced, second: Traced) -> Result<bool, Error> {
        self.slots[fold.place + 1] = Slot::Ready(Ok(first));
        self.slots[fold.place + 2] = Slot::Ready(Ok(second));
        if let Ok(Traced { value: Value::Bool(false), .. }) = self.try_eval(&fold.condition)? {
            return Ok(false);
        }
        let next = self.try_eval(&fold.step)?;
        self.slots.truncate(fold.place + 3);
        self.slots[fold.place] = Slot::Ready(next);
        Ok(true)
    }
}
