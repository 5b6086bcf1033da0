//! Functions: what they are called with, and what they do.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Error;
use crate::macros::Macros;
use crate::types::{OPTIONAL, Type};
use crate::value::{Traced, Value};

/// What a function does with its arguments, the receiver first.
pub type Implementation = Arc<dyn Fn(&mut Context<'_>, &[Traced]) -> Result<Traced, Error> + Send + Sync>;
/// What a call costs beside evaluating its arguments, by function and overload (empty if the arguments' types
/// left several). Nothing if it does not know.
pub type CostFunction = Arc<dyn Fn(&str, &str, &[Traced], Option<&Value>) -> Option<u64> + Send + Sync>;

/// What values the receiver of a function without overloads of its own must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trait {
    Any,
    Adder,
    Comparer,
    Divider,
    Lister,
    Matcher,
    Modder,
    Multiplier,
    Negator,
    Sizer,
    Subtractor,
}

impl Trait {
    /// Can a value be the receiver?
    pub(crate) fn has(self, value: &Value) -> bool {
        let (list, map) = (value.is_list(), value.is_map());
        let number = matches!(value, Value::Int(_) | Value::Uint(_) | Value::Double(_));
        let time = matches!(value, Value::Duration(_) | Value::Timestamp(_));
        let text = matches!(value, Value::String(_) | Value::Bytes(_));
        match self {
            Trait::Any => true,
            Trait::Adder => number || time || text || list,
            Trait::Comparer => number || time || text || matches!(value, Value::Bool(_)),
            Trait::Divider | Trait::Multiplier => number,
            Trait::Lister => list,
            Trait::Matcher => matches!(value, Value::String(_)),
            Trait::Modder => matches!(value, Value::Int(_) | Value::Uint(_)),
            Trait::Negator => matches!(value, Value::Int(_) | Value::Double(_) | Value::Duration(_) | Value::Bool(_)),
            Trait::Sizer => text || list || (map && !matches!(value, Value::Fields(_))),
            Trait::Subtractor => number || time,
        }
    }
}

/// One way to call a function.
#[derive(Clone)]
pub(crate) struct Overload {
    pub(crate) id: Arc<str>,
    pub(crate) member: bool,
    pub(crate) args: Vec<Type>,
    pub(crate) result: Type,
    /// The type parameters that it names.
    pub(crate) params: Vec<Arc<str>>,
    pub(crate) run: Option<Implementation>,
}

/// A function with all its overloads.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    pub(crate) overloads: Vec<Overload>,
    /// What does the work for all overloads, for functions that look at their arguments themselves.
    pub(crate) singleton: Option<(Trait, Implementation)>,
    /// Are the types of the arguments compared with the overload before it runs?
    pub(crate) guarded: bool,
}

/// Functions, macros and costs that belong together.
#[derive(Clone, Default)]
pub struct Library {
    pub(crate) functions: Vec<Function>,
    pub(crate) types: Vec<Type>,
    pub(crate) costs: Vec<CostFunction>,
    pub(crate) extend_macros: Vec<fn(&mut Macros)>,
    pub(crate) regex_arguments: Vec<Arc<str>>,
}

impl Library {
    /// A library of nothing.
    pub fn new() -> Library {
        Library::default()
    }

    /// Adds a way to call `name`. Signatures are written as error texts write them: `string.(int) -> string` for
    /// a method, `(list(A), A) -> bool` for a function; single capital letters are type parameters, names with a
    /// dot are types without fields.
    ///
    /// # Panics
    /// If the signature cannot be read: it is part of the program.
    #[must_use]
    pub fn function<F>(mut self, name: &str, overload: &str, signature: &str, run: F) -> Library
    where
        F: Fn(&mut Context<'_>, &[Traced]) -> Result<Value, Error> + Send + Sync + 'static,
    {
        let run: Implementation = Arc::new(move |context, args| {
            let why = context.reasons(args);
            let value = run(context, args).map_err(|error| error.because(why))?;
            // How long a list is that it makes (`flatten`, `split`) depends on all that it is made of.
            let why = if value.is_list() { context.choice(why) } else { why };
            Ok(Traced { value, why })
        });
        self.add(name, overload, signature, Some(run));
        self
    }

    /// The same for functions that hand on what their arguments hold, and with it where it came from.
    #[must_use]
    pub(crate) fn traced<F>(mut self, name: &str, overload: &str, signature: &str, run: F) -> Library
    where
        F: Fn(&mut Context<'_>, &[Traced]) -> Result<Traced, Error> + Send + Sync + 'static,
    {
        self.add(name, overload, signature, Some(Arc::new(run)));
        self
    }

    /// Declares several overloads that `run` serves.
    #[must_use]
    pub(crate) fn singleton<F>(mut self, name: &str, overloads: &[(&str, &str)], receiver: Trait, run: F) -> Library
    where
        F: Fn(&mut Context<'_>, &[Traced]) -> Result<Value, Error> + Send + Sync + 'static,
    {
        for (id, signature) in overloads {
            self.add(name, id, signature, None);
        }
        let run: Implementation = Arc::new(move |context, args| {
            let why = context.reasons(args);
            let value = run(context, args).map_err(|error| error.because(why))?;
            Ok(Traced { value, why })
        });
        let function = self.entry(name);
        function.singleton = Some((receiver, run));
        self
    }

    /// The same for functions that know best what their results depend on.
    #[must_use]
    pub(crate) fn traced_singleton<F>(
        mut self,
        name: &str,
        overloads: &[(&str, &str)],
        receiver: Trait,
        run: F,
    ) -> Library
    where
        F: Fn(&mut Context<'_>, &[Traced]) -> Result<Traced, Error> + Send + Sync + 'static,
    {
        for (id, signature) in overloads {
            self.add(name, id, signature, None);
        }
        self.entry(name).singleton = Some((receiver, Arc::new(run)));
        self
    }

    /// The arguments of `name` are not compared with its overloads before it runs.
    #[must_use]
    pub(crate) fn unguarded(mut self, name: &str) -> Library {
        self.entry(name).guarded = false;
        self
    }

    /// Declares a type that expressions may name.
    #[must_use]
    pub fn type_name(mut self, ty: Type) -> Library {
        self.types.push(ty);
        self
    }

    /// Says what calls cost. Libraries added later are asked first.
    #[must_use]
    pub fn costs<F>(mut self, cost: F) -> Library
    where
        F: Fn(&str, &str, &[Traced], Option<&Value>) -> Option<u64> + Send + Sync + 'static,
    {
        self.costs.push(Arc::new(cost));
        self
    }

    #[must_use]
    pub(crate) fn macros(mut self, extend: fn(&mut Macros)) -> Library {
        self.extend_macros.push(extend);
        self
    }

    /// The second argument of `name` is a regular expression: one that is constant is compiled once.
    #[must_use]
    pub(crate) fn regex_argument(mut self, name: &str) -> Library {
        self.regex_arguments.push(name.into());
        self
    }

    fn entry(&mut self, name: &str) -> &mut Function {
        let found = self.functions.iter().position(|function| &*function.name == name);
        let at = found.unwrap_or_else(|| {
            self.functions.push(Function { name: name.into(), overloads: Vec::new(), singleton: None, guarded: true });
            self.functions.len() - 1
        });
        &mut self.functions[at]
    }

    fn add(&mut self, name: &str, id: &str, signature: &str, run: Option<Implementation>) {
        let Some((member, args, result)) = parse_signature(signature) else {
            panic!("{name}: the signature {signature} cannot be read");
        };
        let mut params = Vec::new();
        args.iter().chain([&result]).for_each(|ty| collect_params(ty, &mut params));
        self.entry(name).overloads.push(Overload { id: id.into(), member, args, result, params, run });
    }
}

/// All functions of an environment by name.
#[derive(Clone, Default)]
pub(crate) struct Functions {
    pub(crate) known: BTreeMap<Arc<str>, Function>,
}

impl Functions {
    /// Adds a library's functions; overloads of a name that is known join it.
    pub(crate) fn add(&mut self, library: &Library) {
        for function in &library.functions {
            match self.known.get_mut(&function.name) {
                Some(known) => {
                    known.overloads.retain(|old| function.overloads.iter().all(|new| new.id != old.id));
                    known.overloads.extend(function.overloads.iter().cloned());
                    known.singleton = known.singleton.clone().or_else(|| function.singleton.clone());
                }
                None => {
                    self.known.insert(function.name.clone(), function.clone());
                }
            }
        }
    }
}

fn collect_params(ty: &Type, params: &mut Vec<Arc<str>>) {
    if let Type::Param(name) = ty
        && !params.contains(name)
    {
        params.push(name.clone());
    }
    ty.parameters().into_iter().for_each(|parameter| collect_params(parameter, params));
}

fn parse_signature(signature: &str) -> Option<(bool, Vec<Type>, Type)> {
    let (call, result) = signature.rsplit_once(" -> ")?;
    let result = parse_type(result)?;
    let open = match call.strip_prefix('(') {
        Some(_) => 0,
        None => call.rfind(".(")? + 1,
    };
    let mut args = Vec::new();
    if open > 0 {
        args.push(parse_type(&call[..open - 1])?);
    }
    let inner = call[open..].strip_prefix('(')?.strip_suffix(')')?;
    args.extend(split(inner).into_iter().map(parse_type).collect::<Option<Vec<_>>>()?);
    Some((open > 0, args, result))
}

/// The parts between commas that stand in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

fn parse_type(text: &str) -> Option<Type> {
    if let Some((name, rest)) = text.split_once('(') {
        let mut parameters = split(rest.strip_suffix(')')?).into_iter().map(parse_type).collect::<Option<Vec<_>>>()?;
        return match (name, parameters.len()) {
            ("list", 1) => Some(Type::list(parameters.remove(0))),
            ("map", 2) => {
                let value = parameters.remove(1);
                Some(Type::map(parameters.remove(0), value))
            }
            ("type", 1) => Some(Type::Type(Some(Arc::new(parameters.remove(0))))),
            (OPTIONAL, 1) => Some(Type::optional(parameters.remove(0))),
            _ => None,
        };
    }
    Some(match text {
        "dyn" => Type::Dyn,
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "" => return None,
        _ if text.len() == 1 => Type::Param(text.into()),
        // The API server has declared its network types without fields, and its others with none.
        _ if text.starts_with("net.") => Type::opaque(text),
        _ => Type::structure(text),
    })
}
