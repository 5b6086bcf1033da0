//! From a checked expression to what is evaluated: names become places, constants values.

use std::sync::Arc;

use crate::ast::{Comprehension, Entry, Expr, ExprKind};
use crate::checker::{Checked, Reference};
use crate::context::{Context, Limits};
use crate::env::Env;
use crate::error::Error;
use crate::function::{Function, Implementation, Overload, Trait};
use crate::regex::Regex;
use crate::value::{MapValue, Traced, Value, lossless_int};

pub(crate) enum Plan {
    Constant(Value),
    Attribute(Box<Attribute>),
    And(Box<[Plan; 2]>),
    Or(Box<[Plan; 2]>),
    Equal {
        sides: Box<[Plan; 2]>,
        negated: bool,
    },
    Call(Box<Call>),
    List {
        elements: Vec<Plan>,
        optional: Vec<bool>,
    },
    Map {
        entries: Vec<(Plan, Plan, bool)>,
    },
    Fold(Box<Fold>),
    /// `or` and `orValue`, whose argument is only evaluated if it is needed.
    OptionalOr {
        sides: Box<[Plan; 2]>,
        value: bool,
        /// What is no optional value is taken for itself.
        lenient: bool,
    },
    /// `in` with a list of constants.
    Member {
        element: Box<Plan>,
        list: Arc<MapValue>,
    },
}

impl Plan {
    /// How deep it nests.
    pub(crate) fn depth(&self) -> usize {
        let deepest = |plans: &[Plan]| plans.iter().map(Plan::depth).max().unwrap_or(0);
        let inner = match self {
            Plan::Constant(_) => 0,
            Plan::Attribute(attribute) => attribute.depth(),
            Plan::And(sides) | Plan::Or(sides) | Plan::Equal { sides, .. } | Plan::OptionalOr { sides, .. } => {
                deepest(&sides[..])
            }
            Plan::Call(call) => deepest(&call.args),
            Plan::List { elements, .. } => deepest(elements),
            Plan::Map { entries } => {
                entries.iter().map(|(key, value, _)| key.depth().max(value.depth())).max().unwrap_or(0)
            }
            Plan::Fold(fold) => [&fold.range, &fold.init, &fold.condition, &fold.step, &fold.result]
                .into_iter()
                .map(Plan::depth)
                .max()
                .unwrap_or(0),
            Plan::Member { element, .. } => element.depth(),
        };
        inner + 1
    }
}

impl Attribute {
    fn depth(&self) -> usize {
        let base = match &self.base {
            Base::Variable(_) | Base::Local(_) => 0,
            Base::Value(plan) => plan.depth(),
            Base::Conditional(of) => of.condition.depth().max(of.yes.depth()).max(of.no.depth()),
        };
        let keys = self.qualifiers.iter().map(|qualifier| match &qualifier.key {
            Key::Constant(_) => 0,
            Key::Computed(plan) => plan.depth(),
        });
        base.max(keys.max().unwrap_or(0)) + 1
    }
}

/// A value, and the way from it: `object.spec['x']`.
pub(crate) struct Attribute {
    pub(crate) base: Base,
    pub(crate) qualifiers: Vec<Qualifier>,
    /// Only tests whether the last qualifier is there (`has`).
    pub(crate) test: bool,
}

pub(crate) enum Base {
    Variable(Arc<str>),
    /// The place of a variable of a macro.
    Local(usize),
    Value(Plan),
    Conditional(Box<Conditional>),
}

pub(crate) struct Conditional {
    pub(crate) condition: Plan,
    pub(crate) yes: Attribute,
    pub(crate) no: Attribute,
}

pub(crate) struct Qualifier {
    pub(crate) key: Key,
    pub(crate) optional: bool,
}

pub(crate) enum Key {
    Constant(Value),
    Computed(Plan),
}

pub(crate) struct Call {
    pub(crate) function: Arc<str>,
    /// The overload, if only one fits.
    pub(crate) overload: Arc<str>,
    pub(crate) runner: Runner,
    pub(crate) args: Vec<Plan>,
    /// An error in an argument keeps those behind it from being evaluated, and the call from costing.
    pub(crate) stops_early: bool,
    /// The first argument is the accumulator of the fold around it, which the result replaces.
    pub(crate) accumulates: Option<usize>,
}

pub(crate) enum Runner {
    Singleton(Trait, Implementation),
    Overloads { overloads: Vec<Overload>, guarded: bool },
    Regex(Arc<Regex>),
}

pub(crate) struct Fold {
    pub(crate) range: Plan,
    pub(crate) init: Plan,
    pub(crate) condition: Plan,
    pub(crate) step: Plan,
    pub(crate) result: Plan,
    /// Where its accumulator stands; its variables stand behind it.
    pub(crate) place: usize,
    pub(crate) two: bool,
}

impl Fold {
    /// Does it collect something for each element, as `map` without a filter does?
    pub(crate) fn keeps_all(&self) -> bool {
        matches!(&self.step, Plan::Call(step) if step.accumulates == Some(self.place))
    }
}

pub(crate) fn plan(expr: &Expr, checked: &Checked, env: &Env) -> Result<Plan, Error> {
    Planner { checked, env, locals: Vec::new() }.plan(expr)
}

struct Planner<'a> {
    checked: &'a Checked,
    env: &'a Env,
    /// The variables of the folds around the part at hand, by place; those that are out of sight have no name.
    locals: Vec<Option<Arc<str>>>,
}

impl Planner<'_> {
    fn plan(&mut self, expr: &Expr) -> Result<Plan, Error> {
        match &expr.kind {
            ExprKind::Unspecified | ExprKind::Struct { .. } => Err(Error::new("unsupported expression")),
            ExprKind::Literal(value) => Ok(Plan::Constant(value.clone())),
            ExprKind::Ident(_) => self.reference(expr),
            ExprKind::Select { .. } if self.checked.references.contains_key(&expr.id) => self.reference(expr),
            ExprKind::Select { operand, field, test } => {
                let mut attribute = self.attribute(operand)?;
                let key = Key::Constant(Value::String(field.clone()));
                attribute.qualifiers.push(Qualifier { key, optional: false });
                attribute.test = *test;
                Ok(Plan::Attribute(Box::new(attribute)))
            }
            ExprKind::Call { function, target, args } => self.call(expr, function, target.as_deref(), args),
            ExprKind::List { elements, optional } => self.list(elements, optional),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Comprehension(fold) => self.fold(fold),
        }
    }

    fn reference(&mut self, expr: &Expr) -> Result<Plan, Error> {
        let base = match self.checked.references.get(&expr.id) {
            Some(Reference::Type(ty)) => return Ok(Plan::Constant(Value::Type(Arc::new(ty.clone())))),
            Some(Reference::UnboundType(name)) => {
                return Err(Error::new(format!("reference to undefined type: {name}")));
            }
            Some(Reference::Variable(name)) => Base::Variable(name.clone()),
            Some(Reference::Local(name)) => {
                let place = self.locals.iter().rposition(|local| local.as_ref() == Some(name));
                Base::Local(place.ok_or_else(|| Error::new(format!("no such attribute(s): {name}")))?)
            }
            _ => return Err(Error::new("reference to nothing")),
        };
        Ok(Plan::Attribute(Box::new(Attribute { base, qualifiers: Vec::new(), test: false })))
    }

    /// An expression as the start of a way.
    fn attribute(&mut self, expr: &Expr) -> Result<Attribute, Error> {
        Ok(match self.plan(expr)? {
            // What `has` gives is no way to go on from.
            Plan::Attribute(attribute) if !attribute.test => *attribute,
            other => Attribute { base: Base::Value(other), qualifiers: Vec::new(), test: false },
        })
    }

    fn call(&mut self, expr: &Expr, function: &str, target: Option<&Expr>, args: &[Expr]) -> Result<Plan, Error> {
        match (function, args) {
            ("_?_:_", [condition, yes, no]) => {
                let condition = self.plan(condition)?;
                let (yes, no) = (self.attribute(yes)?, self.attribute(no)?);
                let base = Base::Conditional(Box::new(Conditional { condition, yes, no }));
                return Ok(Plan::Attribute(Box::new(Attribute { base, qualifiers: Vec::new(), test: false })));
            }
            ("_[_]", [operand, index]) => return self.index(operand, index, false),
            ("_[?_]" | "_?._", [operand, index]) => return self.index(operand, index, true),
            _ => {}
        }
        let Some(Reference::Function { name, overloads, receiver }) = self.checked.references.get(&expr.id) else {
            return Err(Error::new(format!("no such overload: {function}")));
        };
        let target = target.filter(|_| *receiver);
        let mut planned = Vec::with_capacity(args.len() + 1);
        for arg in target.into_iter().chain(args) {
            planned.push(self.plan(arg)?);
        }
        let pair = |planned: Vec<Plan>| <Box<[Plan; 2]>>::try_from(planned.into_boxed_slice()).ok();
        match &**name {
            "_&&_" => return pair(planned).map(Plan::And).ok_or_else(Error::no_overload),
            "_||_" => return pair(planned).map(Plan::Or).ok_or_else(Error::no_overload),
            "_==_" | "_!=_" => {
                let negated = &**name == "_!=_";
                return pair(planned).map(|sides| Plan::Equal { sides, negated }).ok_or_else(Error::no_overload);
            }
            "or" | "orValue" if planned.len() == 2 && *receiver => {
                let value = &**name == "orValue";
                let lenient = value && self.env.lenient_optionals;
                let plan = |sides| Plan::OptionalOr { sides, value, lenient };
                return pair(planned).map(plan).ok_or_else(Error::no_overload);
            }
            _ => {}
        }
        let function = self.env.functions.known.get(name).ok_or_else(Error::no_overload)?;
        self.function_call(function, overloads, planned)
    }

    fn function_call(&mut self, function: &Function, fitting: &[usize], args: Vec<Plan>) -> Result<Plan, Error> {
        let single = match fitting {
            [only] => Some(&function.overloads[*only]),
            _ => None,
        };
        let overload: Arc<str> = single.map_or_else(|| "".into(), |overload| overload.id.clone());
        if &*overload == "in_list"
            && let Plan::Constant(list) = &args[1]
            && let Some(plan) = member(list)
        {
            let element = args.into_iter().next().unwrap_or(Plan::Constant(Value::Null));
            return Ok(match plan {
                None => Plan::Constant(Value::Bool(false)),
                Some(list) => Plan::Member { element: Box::new(element), list },
            });
        }
        let dispatches = function.singleton.is_none() && single.is_none();
        let mut stops_early = args.len() > 2 || dispatches || &*function.name == "format";
        let runner = if let Some(regex) = self.regex(function, &args)? {
            stops_early = true;
            Runner::Regex(regex)
        } else if let Some((receiver, run)) = &function.singleton {
            Runner::Singleton(*receiver, run.clone())
        } else {
            let overloads = single.map_or_else(|| function.overloads.clone(), |overload| vec![overload.clone()]);
            Runner::Overloads { overloads, guarded: function.guarded }
        };
        let accumulates = match (&*function.name, args.first()) {
            ("_+_" | "cel.@mapInsert", Some(Plan::Attribute(first))) => match first.base {
                Base::Local(place) if first.qualifiers.is_empty() && self.is_result(place) => Some(place),
                _ => None,
            },
            _ => None,
        };
        let call = Call { function: function.name.clone(), overload, runner, args, stops_early, accumulates };
        Self::fold_conversion(call)
    }

    fn is_result(&self, place: usize) -> bool {
        self.locals[place].as_deref() == Some("@result")
    }

    /// A conversion of a constant is done now.
    fn fold_conversion(call: Call) -> Result<Plan, Error> {
        const CONVERSIONS: [&str; 10] =
            ["bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"];
        let constant = matches!(&call.args[..], [Plan::Constant(_)]);
        if !constant || !CONVERSIONS.contains(&&*call.function) {
            return Ok(Plan::Call(Box::new(call)));
        }
        let limits = Limits::default();
        let mut context = Context::new(&limits, false);
        let nothing = |_: &str| None;
        crate::eval::run(&Plan::Call(Box::new(call)), &[], &nothing, &mut context)
            .map(|done| Plan::Constant(done.value))
    }

    fn regex(&self, function: &Function, args: &[Plan]) -> Result<Option<Arc<Regex>>, Error> {
        match args.get(1) {
            Some(Plan::Constant(Value::String(pattern))) if self.env.regex_arguments.contains(&function.name) => {
                Regex::new(pattern).map(|regex| Some(Arc::new(regex))).map_err(Error::new)
            }
            _ => Ok(None),
        }
    }

    fn index(&mut self, operand: &Expr, index: &Expr, optional: bool) -> Result<Plan, Error> {
        let mut attribute = self.attribute(operand)?;
        let key = match self.plan(index)? {
            Plan::Constant(value) => match value {
                Value::String(_) | Value::Int(_) | Value::Uint(_) | Value::Bool(_) | Value::Double(_) => {
                    Key::Constant(value)
                }
                other => return Err(Error::new(format!("invalid qualifier type: {}", crate::value::go_name(&other)))),
            },
            other => Key::Computed(other),
        };
        attribute.qualifiers.push(Qualifier { key, optional });
        Ok(Plan::Attribute(Box::new(attribute)))
    }

    fn list(&mut self, elements: &[Expr], optional: &[bool]) -> Result<Plan, Error> {
        let elements = elements.iter().map(|element| self.plan(element)).collect::<Result<Vec<_>, _>>()?;
        let constant = elements.iter().all(|element| matches!(element, Plan::Constant(_)));
        if !constant || optional.contains(&true) {
            return Ok(Plan::List { elements, optional: optional.to_vec() });
        }
        let values = elements.into_iter().filter_map(|element| match element {
            Plan::Constant(value) => Some(Traced::from(value)),
            _ => None,
        });
        Ok(Plan::Constant(Value::List(Arc::new(values.collect()))))
    }

    fn map(&mut self, entries: &[Entry]) -> Result<Plan, Error> {
        let mut planned = Vec::new();
        for entry in entries {
            planned.push((self.plan(&entry.key)?, self.plan(&entry.value)?, entry.optional));
        }
        let constant = planned.iter().all(|entry| matches!(entry, (Plan::Constant(_), Plan::Constant(_), false)));
        if !constant {
            return Ok(Plan::Map { entries: planned });
        }
        let mut map = MapValue::default();
        for entry in planned {
            if let (Plan::Constant(key), Plan::Constant(value), _) = entry {
                map.set(key, value.into());
            }
        }
        Ok(Plan::Constant(Value::Map(Arc::new(map))))
    }

    fn fold(&mut self, fold: &Comprehension) -> Result<Plan, Error> {
        let init = self.plan(&fold.init)?;
        let range = self.plan(&fold.range)?;
        let place = self.locals.len();
        self.locals.push(Some(fold.accumulator.clone()));
        self.locals.push(Some(fold.variable.clone()));
        self.locals.push(fold.second.clone());
        let condition = self.plan(&fold.condition)?;
        let step = self.plan(&fold.step)?;
        // The variables are not in sight of the result, but their places stay theirs.
        self.locals[place + 1] = None;
        self.locals[place + 2] = None;
        let result = self.plan(&fold.result)?;
        self.locals.truncate(place);
        let two = fold.second.is_some();
        Ok(Plan::Fold(Box::new(Fold { range, init, condition, step, result, place, two })))
    }
}

/// A list of constants as keys; nothing if `in` must look at each. An empty list holds nothing.
#[allow(clippy::option_option)] // nothing to do, nothing in it, or a set
fn member(list: &Value) -> Option<Option<Arc<MapValue>>> {
    let Value::List(elements) = list else { return None };
    if elements.is_empty() {
        return Some(None);
    }
    let mut set = MapValue::default();
    for element in elements.iter() {
        match &element.value {
            Value::Bool(_) | Value::Double(_) | Value::Int(_) | Value::Uint(_) | Value::String(_) => {
                set.set(element.value.clone(), Value::Bool(true).into());
            }
            _ => return None,
        }
        // A whole double is also found as an integer.
        if let Value::Double(value) = &element.value
            && let Some(int) = lossless_int(*value)
        {
            set.set(Value::Int(int), Value::Bool(true).into());
        }
    }
    Some(Some(Arc::new(set)))
}
