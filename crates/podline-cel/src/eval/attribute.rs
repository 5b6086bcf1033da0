//! The way from a variable to a field of it.

use super::{Evaluator, Outcome, Slot};
use crate::context::Why;
use crate::document::{NodeRef, Step};
use crate::error::Error;
use crate::plan::{Attribute, Base, Conditional, Key, Qualifier};
use crate::text::go_value;
use crate::value::{Traced, Value, go_name, lossless_int};

/// Where a way has come to.
struct Here {
    value: Value,
    why: Why,
    /// The place in a document, if the value stands there. It counts as read only where the way ends.
    place: Option<NodeRef>,
}

impl<'p> Evaluator<'p, '_, '_> {
    pub(super) fn attribute(&mut self, attribute: &'p Attribute) -> Outcome {
        let result = self.resolve(attribute);
        if matches!(&result, Err(error) if error.is_cancelled()) {
            return result;
        }
        // A way costs 1 at its end; a conditional does not, and a test costs 1 less.
        match (matches!(attribute.base, Base::Conditional(_)), attribute.test) {
            (false, false) => self.context.spend(1)?,
            (true, true) => self.context.set_cost(self.context.cost().saturating_sub(1)),
            _ => {}
        }
        result
    }

    /// The value at the end of the way, without what the end costs.
    pub(super) fn resolve(&mut self, attribute: &'p Attribute) -> Outcome {
        let base = self.base(&attribute.base)?;
        if attribute.qualifiers.is_empty() {
            return Ok(base);
        }
        let (mut optional, start) = match base.value {
            Value::Optional(None) if attribute.test => {
                return Ok(Traced { value: Value::Bool(false), why: base.why });
            }
            Value::Optional(None) => return Ok(Traced { value: Value::Optional(None), why: base.why }),
            Value::Optional(Some(inner)) => (true, inner.value.clone()),
            other => (false, other),
        };
        let mut here = Here { value: start, why: base.why, place: None };
        let last = attribute.qualifiers.len() - 1;
        for (index, qualifier) in attribute.qualifiers.iter().enumerate() {
            optional |= qualifier.optional;
            let test = attribute.test && index == last;
            if test && !optional {
                return self.test(qualifier, &here);
            }
            match self.qualify(qualifier, here, optional, test)? {
                Ok(next) => here = next,
                Err(why) => {
                    let value = if attribute.test { Value::Bool(false) } else { Value::Optional(None) };
                    return Ok(Traced { value, why });
                }
            }
        }
        let Traced { value, why } = self.arrive(here);
        let value = match (attribute.test, optional) {
            (true, _) => Value::Bool(true),
            (false, true) => Value::some(Traced { value, why }),
            (false, false) => value,
        };
        Ok(Traced { value, why })
    }

    fn arrive(&mut self, here: Here) -> Traced {
        match here.place {
            Some(place) => {
                let read = self.context.read(&place);
                let why = self.context.both(here.why, read.why);
                Traced { value: here.value, why }
            }
            None => Traced { value: here.value, why: here.why },
        }
    }

    fn base(&mut self, base: &'p Base) -> Outcome {
        match base {
            Base::Variable(name) => match self.activation.resolve(name) {
                Some(value) => Ok(value.into()),
                None => Err(Error::new(format!("no such attribute(s): {name}"))),
            },
            Base::Local(place) => self.local(*place),
            Base::Value(plan) => self.eval(plan),
            Base::Conditional(conditional) => self.conditional(conditional),
        }
    }

    fn local(&mut self, place: usize) -> Outcome {
        if let Slot::Waiting(plan) = self.slots[place] {
            // It is evaluated as if the fold had not begun: folds in it take the same places.
            let inner = self.slots.split_off(place);
            let value = self.eval(plan);
            self.slots.truncate(place);
            self.slots.extend(inner);
            if matches!(&value, Err(error) if error.is_cancelled()) {
                return value;
            }
            self.slots[place] = Slot::Ready(value);
        }
        match &self.slots[place] {
            Slot::Ready(value) => value.clone(),
            Slot::Waiting(_) => Err(Error::new("no such attribute")),
        }
    }

    fn conditional(&mut self, conditional: &'p Conditional) -> Outcome {
        let Conditional { condition, yes, no } = conditional;
        let condition = self.eval(condition)?;
        let branch = match condition.value {
            Value::Bool(true) => yes,
            Value::Bool(false) => no,
            _ => return Err(Error::no_overload().because(condition.why)),
        };
        let result = self.resolve(branch).map_err(|error| {
            let why = self.context.both(condition.why, error.why);
            error.because(why)
        })?;
        // A step that changes nothing says nothing: what a filter leaves out is not why it holds the rest.
        let unchanged = matches!(branch.base, Base::Local(_)) && branch.qualifiers.is_empty();
        let chosen =
            if unchanged { self.context.passed_over(condition.why) } else { self.context.choice(condition.why) };
        let why = self.context.both(chosen, result.why);
        Ok(Traced { why, ..result })
    }

    /// `has(a.b)`: costs as a read, and does not fail where there is nothing.
    fn test(&mut self, qualifier: &'p Qualifier, here: &Here) -> Outcome {
        let key = self.key(&qualifier.key)?;
        let found = self.step(&key.value, &here.value, true);
        self.context.spend(1)?;
        match found? {
            Some((found, place)) => {
                let Traced { why, .. } = self.arrive(Here { value: found.value, place, why: here.why });
                Ok(Traced { value: Value::Bool(true), why })
            }
            None => {
                let why = self.missing(here, &key.value);
                Ok(Traced { value: Value::Bool(false), why })
            }
        }
    }

    /// One step of the way. Where nothing is and nothing need be, why that is.
    #[allow(clippy::type_complexity)] // an error, a step, or a reason
    fn qualify(
        &mut self,
        qualifier: &'p Qualifier,
        here: Here,
        optional: bool,
        test: bool,
    ) -> Result<Result<Here, Why>, Error> {
        let key = match self.key(&qualifier.key) {
            Err(error) if !error.is_cancelled() && !optional => {
                self.context.spend(1)?;
                return Err(error);
            }
            key => key?,
        };
        let found = self.step(&key.value, &here.value, optional);
        // An optional step costs only if it leads somewhere.
        if !optional || matches!(found, Ok(Some(_))) {
            self.context.spend(1)?;
        }
        match found {
            Ok(Some((found, place))) => {
                // What was made of many things depends on those that this part of it was made of.
                let of_part = !found.why.is_nothing() || place.is_some();
                let of_all = match here.value {
                    // A constant in it depends on none of the others.
                    Value::Map(_) => self.context.number(here.why),
                    _ => here.why,
                };
                let of_all = if of_part { self.left_out(here.why, found.why) } else { of_all };
                let why = self.context.both(of_all, key.why);
                Ok(Ok(Here { value: found.value, why, place }))
            }
            Ok(None) if optional || test => {
                let missing = self.missing(&here, &key.value);
                Ok(Err(self.context.both(key.why, missing)))
            }
            Ok(None) => {
                let missing = self.missing(&here, &key.value);
                let why = self.context.both(key.why, missing);
                Err(nothing_at(&here.value, &key.value).because(why))
            }
            Err(error) => {
                let why = self.context.both(here.why, key.why);
                let Traced { why, .. } = self.arrive(Here { why, ..here });
                Err(error.because(why))
            }
        }
    }

    /// Why a part of a list is what it is: also because others were left out.
    fn left_out(&mut self, list: Why, part: Why) -> Why {
        let number = self.context.number(list);
        let left_out = self.context.passed_over(number);
        self.context.both(left_out, part)
    }

    fn missing(&mut self, here: &Here, key: &Value) -> Why {
        let step = || match key {
            Value::String(name) => Some(Step::Key(name.clone())),
            Value::Int(index) => usize::try_from(*index).ok().map(Step::Index),
            _ => None,
        };
        let why = self.context.missing(&here.value, step);
        match &here.place {
            Some(place) if !matches!(here.value, Value::Node(_)) => self.context.read(place).why,
            _ if matches!(here.value, Value::Node(_)) => why,
            _ => here.why,
        }
    }

    fn key(&mut self, key: &'p Key) -> Outcome {
        let key = match key {
            Key::Constant(value) => return Ok(value.clone().into()),
            Key::Computed(crate::plan::Plan::Attribute(attribute)) if !attribute.test => self.resolve(attribute)?,
            Key::Computed(plan) => self.eval(plan)?,
        };
        match key.value {
            Value::String(_) | Value::Int(_) | Value::Uint(_) | Value::Bool(_) | Value::Double(_) => Ok(key),
            other => Err(Error::new(format!("invalid qualifier type: {}", go_name(&other))).because(key.why)),
        }
    }

    /// What stands at `key` in `value`, and where that is.
    #[allow(clippy::type_complexity)] // nothing, or a value and its place
    fn step(&mut self, key: &Value, value: &Value, presence: bool) -> Result<Option<(Traced, Option<NodeRef>)>, Error> {
        match value {
            Value::Node(node) if !node.is_list() => match key {
                Value::String(name) => Ok(node.field(name).map(|place| (place.value().into(), Some(place)))),
                _ => Ok(value.lookup(key, self.context)?.map(|found| (found, None))),
            },
            Value::Map(_) | Value::Fields(_) => {
                let found = value.lookup(key, self.context)?;
                Ok(found.map(|found| (found, None)))
            }
            _ if value.is_list() => {
                let Ok(index) = usize::try_from(index(key)?) else { return Ok(None) };
                let size = value.size().unwrap_or(0);
                if index as u64 >= size {
                    return Ok(None);
                }
                if let Value::Node(node) = value {
                    if node.is_typed() && !matches!(key, Value::Int(_)) {
                        return Err(Error::new(format!("unsupported index type: {}", go_name(key))));
                    }
                    return Ok(node.element(index).map(|place| (place.value().into(), Some(place))));
                }
                Ok(value.element(index, self.context).map(|found| (found, None)))
            }
            _ if presence => Ok(None),
            _ => Err(Error::new(format!("no such key: {}", go_value(key)))),
        }
    }
}

fn nothing_at(value: &Value, key: &Value) -> Error {
    let key = go_value(key);
    if value.is_list() {
        Error::new(format!("index out of bounds: {key}"))
    } else {
        Error::new(format!("no such key: {key}"))
    }
}

/// The index that a number names.
fn index(key: &Value) -> Result<i64, Error> {
    let unsupported = || Error::new(format!("unsupported index value {} in list", go_value(key)));
    match key {
        Value::Int(index) => Ok(*index),
        Value::Uint(index) => i64::try_from(*index).map_err(|_| unsupported()),
        Value::Double(index) => lossless_int(*index).ok_or_else(unsupported),
        other => Err(Error::new(format!("unsupported index type '{}' in list", other.type_name()))),
    }
}
