//! Macros: calls that are rewritten while an expression is read.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::{Comprehension, Expr, ExprKind, Id};
use crate::parser::Places;
use crate::value::Value;

/// Where a macro is wrong, and why.
pub(crate) type Failure = (Id, String);
/// Rewrites a call.
pub(crate) type Expander = fn(&mut Scope<'_>, Option<Expr>, Vec<Expr>) -> Result<Expr, Failure>;

/// The variable that folds collect in. No expression can name it.
const RESULT: &str = "@result";
const UNUSED: &str = "#unused";

/// The macros of an environment.
#[derive(Clone, Default)]
pub(crate) struct Macros {
    known: HashMap<(String, usize, bool), Expander>,
}

impl Macros {
    pub(crate) fn add(&mut self, function: &str, args: usize, receiver: bool, expander: Expander) {
        self.known.insert((function.to_owned(), args, receiver), expander);
    }

    pub(crate) fn find(&self, function: &str, args: usize, receiver: bool) -> Option<Expander> {
        self.known.get(&(function.to_owned(), args, receiver)).copied()
    }

    /// `has`, `all`, `exists`, `exists_one`, `map`, `filter`.
    pub(crate) fn standard(&mut self) {
        self.add("has", 1, false, has);
        self.add("all", 2, true, all);
        self.add("exists", 2, true, exists);
        self.add("exists_one", 2, true, exists_one);
        self.add("map", 2, true, map);
        self.add("map", 3, true, map);
        self.add("filter", 2, true, filter);
    }

    /// `optMap`, `optFlatMap`.
    pub(crate) fn optionals(&mut self) {
        self.add("optMap", 2, true, |scope, target, args| optional(scope, target, args, false));
        self.add("optFlatMap", 2, true, |scope, target, args| optional(scope, target, args, true));
    }

    /// The macros with index or key, and value.
    pub(crate) fn two_variables(&mut self) {
        self.add("all", 3, true, all);
        self.add("exists", 3, true, exists);
        self.add("existsOne", 3, true, exists_one);
        self.add("exists_one", 3, true, exists_one);
        for args in [3, 4] {
            self.add("transformList", args, true, transform_list);
            self.add("transformMap", args, true, transform_map);
            self.add("transformMapEntry", args, true, transform_map_entry);
        }
    }

    /// `cel.bind`.
    pub(crate) fn bindings(&mut self) {
        self.add("bind", 3, true, bind_macro);
    }

    /// `orValue` of anything.
    pub(crate) fn lenient_or_value(&mut self) {
        self.add("orValue", 1, true, |scope, on, mut args| {
            args.insert(0, target(on));
            Ok(scope.call("__orValueCompat__", args))
        });
    }

    /// `sortBy`.
    pub(crate) fn lists(&mut self) {
        self.add("sortBy", 2, true, sort_by);
    }
}

/// Makes the parts of an expanded macro; all stand where the call stands.
pub(crate) struct Scope<'a> {
    places: &'a mut Places,
    call: Id,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(places: &'a mut Places, call: Id) -> Self {
        Scope { places, call }
    }

    fn make(&mut self, kind: ExprKind) -> Expr {
        let offset = self.places.offset(self.call);
        Expr { id: self.places.add(offset), kind }
    }

    fn literal(&mut self, value: Value) -> Expr {
        self.make(ExprKind::Literal(value))
    }

    fn ident(&mut self, name: &str) -> Expr {
        self.make(ExprKind::Ident(name.into()))
    }

    fn result(&mut self) -> Expr {
        self.ident(RESULT)
    }

    fn list(&mut self, elements: Vec<Expr>) -> Expr {
        let optional = vec![false; elements.len()];
        self.make(ExprKind::List { elements, optional })
    }

    fn call(&mut self, function: &str, args: Vec<Expr>) -> Expr {
        self.make(ExprKind::Call { function: function.into(), target: None, args })
    }

    fn member(&mut self, function: &str, target: Expr, args: Vec<Expr>) -> Expr {
        self.make(ExprKind::Call { function: function.into(), target: Some(Box::new(target)), args })
    }

    /// The same expression with new numbers.
    fn copy(&mut self, expr: &Expr) -> Expr {
        let mut copy = expr.clone();
        self.renumber(&mut copy);
        copy
    }

    fn renumber(&mut self, expr: &mut Expr) {
        let offset = self.places.offset(expr.id);
        expr.id = self.places.add(offset);
        match &mut expr.kind {
            ExprKind::Unspecified | ExprKind::Literal(_) | ExprKind::Ident(_) => {}
            ExprKind::Select { operand, .. } => self.renumber(operand),
            ExprKind::Call { target, args, .. } => {
                for part in target.iter_mut().map(|target| &mut **target).chain(args) {
                    self.renumber(part);
                }
            }
            ExprKind::List { elements, .. } => elements.iter_mut().for_each(|element| self.renumber(element)),
            ExprKind::Map(entries) => {
                for entry in entries {
                    entry.id = self.places.add(self.places.offset(self.call));
                    self.renumber(&mut entry.key);
                    self.renumber(&mut entry.value);
                }
            }
            ExprKind::Struct { fields, .. } => fields.iter_mut().for_each(|field| self.renumber(&mut field.value)),
            ExprKind::Comprehension(fold) => {
                for part in [&mut fold.range, &mut fold.init, &mut fold.condition, &mut fold.step, &mut fold.result] {
                    self.renumber(part);
                }
            }
        }
    }

    fn fold(&mut self, variables: Variables, parts: Parts) -> Expr {
        let Parts { range, init, condition, step, result } = parts;
        self.make(ExprKind::Comprehension(Box::new(Comprehension {
            range,
            variable: variables.first,
            second: variables.second,
            accumulator: variables.accumulator,
            init,
            condition,
            step,
            result,
        })))
    }
}

struct Variables {
    first: Arc<str>,
    second: Option<Arc<str>>,
    accumulator: Arc<str>,
}

struct Parts {
    range: Expr,
    init: Expr,
    condition: Expr,
    step: Expr,
    result: Expr,
}

fn ident(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name.clone()),
        _ => None,
    }
}

fn target(expr: Option<Expr>) -> Expr {
    expr.unwrap_or(Expr { id: 0, kind: ExprKind::Unspecified })
}

fn not_result(expr: &Expr, name: &str) -> Result<(), Failure> {
    if name == RESULT || name == "__result__" {
        return Err((expr.id, "iteration variable overwrites accumulator variable".to_owned()));
    }
    Ok(())
}

/// Takes the variables off the front of the arguments, of which `rest` are none.
fn variables(args: &mut Vec<Expr>, rest: usize, message: &str) -> Result<Variables, Failure> {
    let names: Vec<Expr> = args.drain(..args.len() - rest).collect();
    let mut found = Vec::new();
    for expr in &names {
        found.push(ident(expr).ok_or_else(|| (expr.id, message.to_owned()))?);
    }
    if let [first, second] = &found[..]
        && first == second
    {
        return Err((names[1].id, format!("duplicate variable name: {first}")));
    }
    for (expr, name) in names.iter().zip(&found) {
        not_result(expr, name)?;
    }
    let mut found = found.into_iter();
    let first = found.next().unwrap_or_else(|| UNUSED.into());
    Ok(Variables { first, second: found.next(), accumulator: RESULT.into() })
}

fn has(scope: &mut Scope<'_>, _: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let arg = args.remove(0);
    match arg.kind {
        ExprKind::Select { operand, field, test: false } => {
            Ok(scope.make(ExprKind::Select { operand, field, test: true }))
        }
        _ => Err((arg.id, "invalid argument to has() macro".to_owned())),
    }
}

const SIMPLE: &str = "argument must be a simple name";
const NO_IDENTIFIER: &str = "argument is not an identifier";

fn all(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let names = variables(&mut args, 1, SIMPLE)?;
    let init = scope.literal(Value::Bool(true));
    let so_far = scope.result();
    let condition = scope.call("@not_strictly_false", vec![so_far]);
    let so_far = scope.result();
    let step = scope.call("_&&_", vec![so_far, args.remove(0)]);
    let result = scope.result();
    Ok(scope.fold(names, Parts { range: target(range), init, condition, step, result }))
}

fn exists(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let names = variables(&mut args, 1, SIMPLE)?;
    let init = scope.literal(Value::Bool(false));
    let so_far = scope.result();
    let negated = scope.call("!_", vec![so_far]);
    let condition = scope.call("@not_strictly_false", vec![negated]);
    let so_far = scope.result();
    let step = scope.call("_||_", vec![so_far, args.remove(0)]);
    let result = scope.result();
    Ok(scope.fold(names, Parts { range: target(range), init, condition, step, result }))
}

fn exists_one(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let names = variables(&mut args, 1, SIMPLE)?;
    let init = scope.literal(Value::Int(0));
    let condition = scope.literal(Value::Bool(true));
    let (so_far, one) = (scope.result(), scope.literal(Value::Int(1)));
    let more = scope.call("_+_", vec![so_far, one]);
    let so_far = scope.result();
    let step = scope.call("_?_:_", vec![args.remove(0), more, so_far]);
    let (so_far, one) = (scope.result(), scope.literal(Value::Int(1)));
    let result = scope.call("_==_", vec![so_far, one]);
    Ok(scope.fold(names, Parts { range: target(range), init, condition, step, result }))
}

/// A fold whose step is `step`, where the filter (if there is one) holds.
fn collect(scope: &mut Scope<'_>, names: Variables, range: Expr, init: Expr, step: Expr, filter: Option<Expr>) -> Expr {
    let condition = scope.literal(Value::Bool(true));
    let step = match filter {
        None => step,
        Some(filter) => {
            let so_far = scope.result();
            scope.call("_?_:_", vec![filter, step, so_far])
        }
    };
    let result = scope.result();
    scope.fold(names, Parts { range, init, condition, step, result })
}

fn append(scope: &mut Scope<'_>, element: Expr) -> Expr {
    let so_far = scope.result();
    let element = scope.list(vec![element]);
    scope.call("_+_", vec![so_far, element])
}

fn map(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let rest = args.len() - 1;
    let names = variables(&mut args, rest, NO_IDENTIFIER)?;
    let transform = args.remove(rest - 1);
    let init = scope.list(Vec::new());
    let step = append(scope, transform);
    Ok(collect(scope, names, target(range), init, step, args.pop()))
}

fn filter(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let element = args[0].clone();
    let names = variables(&mut args, 1, NO_IDENTIFIER)?;
    let init = scope.list(Vec::new());
    let step = append(scope, element);
    Ok(collect(scope, names, target(range), init, step, args.pop()))
}

fn transform_list(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let rest = args.len() - 2;
    let names = variables(&mut args, rest, SIMPLE)?;
    let transform = args.remove(rest - 1);
    let init = scope.list(Vec::new());
    let step = append(scope, transform);
    Ok(collect(scope, names, target(range), init, step, args.pop()))
}

const INSERT: &str = "cel.@mapInsert";

fn transform_map(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let rest = args.len() - 2;
    let names = variables(&mut args, rest, SIMPLE)?;
    let transform = args.remove(rest - 1);
    let (so_far, key) = (scope.result(), scope.ident(&names.first));
    let step = scope.call(INSERT, vec![so_far, key, transform]);
    let init = scope.make(ExprKind::Map(Vec::new()));
    Ok(collect(scope, names, target(range), init, step, args.pop()))
}

fn transform_map_entry(scope: &mut Scope<'_>, range: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, Failure> {
    let rest = args.len() - 2;
    let names = variables(&mut args, rest, SIMPLE)?;
    let transform = args.remove(rest - 1);
    let so_far = scope.result();
    let step = scope.call(INSERT, vec![so_far, transform]);
    let init = scope.make(ExprKind::Map(Vec::new()));
    Ok(collect(scope, names, target(range), init, step, args.pop()))
}

/// Gives `value` the name `name` in `body`: a fold over nothing.
/// `cel.bind(name, value, body)`; a `bind` of something else stays a call.
fn bind_macro(scope: &mut Scope<'_>, on: Option<Expr>, args: Vec<Expr>) -> Result<Expr, Failure> {
    let on = target(on);
    let Ok([name, value, body]) = <[Expr; 3]>::try_from(args) else {
        return Err((on.id, "cel.bind() takes three arguments".to_owned()));
    };
    if ident(&on).as_deref() != Some("cel") {
        return Ok(scope.member("bind", on, vec![name, value, body]));
    }
    let Some(variable) = ident(&name) else {
        return Err((name.id, "cel.bind() variable names must be simple identifiers".to_owned()));
    };
    Ok(bind(scope, variable, value, body))
}

fn bind(scope: &mut Scope<'_>, name: Arc<str>, value: Expr, body: Expr) -> Expr {
    let range = scope.list(Vec::new());
    let condition = scope.literal(Value::Bool(false));
    let step = scope.ident(&name);
    let names = Variables { first: UNUSED.into(), second: None, accumulator: name };
    scope.fold(names, Parts { range, init: value, condition, step, result: body })
}

fn optional(scope: &mut Scope<'_>, optional: Option<Expr>, mut args: Vec<Expr>, flat: bool) -> Result<Expr, Failure> {
    let name = ident(&args[0]).ok_or_else(|| {
        let macro_name = if flat { "optFlatMap" } else { "optMap" };
        (args[0].id, format!("{macro_name}() variable name must be a simple identifier"))
    })?;
    let optional = target(optional);
    let copy = scope.copy(&optional);
    let present = scope.member("hasValue", optional, Vec::new());
    let value = scope.member("value", copy, Vec::new());
    let bound = bind(scope, name, value, args.remove(1));
    let bound = if flat { bound } else { scope.call("optional.of", vec![bound]) };
    let none = scope.call("optional.none", Vec::new());
    Ok(scope.call("_?_:_", vec![present, bound, none]))
}

fn sort_by(scope: &mut Scope<'_>, list: Option<Expr>, args: Vec<Expr>) -> Result<Expr, Failure> {
    const INPUT: &str = "@__sortBy_input__";
    let list = target(list);
    if matches!(list.kind, ExprKind::Literal(_) | ExprKind::Map(_) | ExprKind::Struct { .. } | ExprKind::Unspecified) {
        let message = "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
        return Err((list.id, message.to_owned()));
    }
    let range = scope.ident(INPUT);
    let keys = map(scope, Some(range), args)?;
    let input = scope.ident(INPUT);
    let sorted = scope.member("@sortByAssociatedKeys", input, vec![keys]);
    Ok(bind(scope, INPUT.into(), list, sorted))
}
