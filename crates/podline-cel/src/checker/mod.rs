//! The type checker: cel-go's rules, and its words for what does not fit.

mod overloads;
mod unify;
mod validate;

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::{Comprehension, Entry, Expr, ExprKind, Field, Id};
use crate::env::Env;
use crate::issues::{Collector, Issues};
use crate::parser::Parsed;
use crate::source::Source;
use crate::types::Type;
use crate::value::Value;
use unify::{Substitutions, most_general};

/// What a part of an expression refers to.
#[derive(Clone, Debug)]
pub(crate) enum Reference {
    /// A variable of a macro.
    Local(Arc<str>),
    /// A variable of the environment.
    Variable(Arc<str>),
    /// A type.
    Type(Type),
    /// A type that the API server's interpreter does not know, by its name.
    UnboundType(Arc<str>),
    /// A function of the environment, and those of its overloads that fit.
    Function { name: Arc<str>, overloads: Vec<usize>, receiver: bool },
}

/// The types and references of an expression's parts.
pub(crate) struct Checked {
    pub(crate) types: Vec<Option<Type>>,
    pub(crate) references: HashMap<Id, Reference>,
}

impl Checked {
    pub(crate) fn type_of(&self, id: Id) -> &Type {
        self.types.get(id as usize).and_then(Option::as_ref).unwrap_or(&Type::Dyn)
    }
}

/// Checks an expression.
pub(crate) fn check(parsed: &Parsed, source: &Source, env: &Env) -> Result<Checked, Issues> {
    let mut state = Checker {
        env,
        source,
        parsed,
        types: vec![None; parsed.places.len()],
        references: HashMap::new(),
        scopes: Vec::new(),
        substitutions: Substitutions::new(parsed.places.len()),
        variables: 0,
        issues: Collector::default(),
    };
    state.check(&parsed.expr);
    let types = std::mem::take(&mut state.types);
    let types = types.into_iter().map(|ty| ty.map(|ty| state.substitutions.apply(&ty, Some(&Type::Dyn)))).collect();
    if state.substitutions.exhausted() {
        state.report(parsed.expr.id, "the types of the expression are too large to be checked");
    }
    let Checker { references, mut issues, .. } = state;
    let checked = Checked { types, references };
    if issues.is_empty() {
        validate::validate(parsed, source, &checked, &mut issues);
    }
    if issues.is_empty() { Ok(checked) } else { Err(issues.finish(source)) }
}

struct Checker<'a> {
    env: &'a Env,
    source: &'a Source,
    parsed: &'a Parsed,
    types: Vec<Option<Type>>,
    references: HashMap<Id, Reference>,
    /// The variables of the macros around the part at hand.
    scopes: Vec<HashMap<Arc<str>, Type>>,
    substitutions: Substitutions,
    /// How many type variables were made.
    variables: usize,
    issues: Collector,
}

impl Checker<'_> {
    fn check(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unspecified => self.set_type(expr.id, Type::Error),
            ExprKind::Literal(value) => self.set_type(expr.id, value.type_of()),
            ExprKind::Ident(name) => self.check_ident(expr.id, name),
            ExprKind::Select { operand, field, test } => self.check_select(expr, operand, field, *test),
            ExprKind::Call { function, target, args } => self.check_call(expr.id, function, target.as_deref(), args),
            ExprKind::List { elements, optional } => self.check_list(expr.id, elements, optional),
            ExprKind::Map(entries) => self.check_map(expr.id, entries),
            ExprKind::Struct { name, fields } => self.check_struct(expr.id, name, fields),
            ExprKind::Comprehension(fold) => self.check_fold(expr.id, fold),
        }
    }

    fn report(&mut self, id: Id, message: impl Into<String>) {
        let at = self.parsed.places.location(self.source, id);
        self.issues.report(at, message);
    }

    fn undeclared(&mut self, id: Id, name: &str) {
        self.report(id, format!("undeclared reference to '{name}' (in container '')"));
        self.set_type(id, Type::Error);
    }

    fn mismatch(&mut self, id: Id, expected: &Type, found: &Type) {
        let (expected, found) = (expected.in_errors(), found.in_errors());
        self.report(id, format!("expected type '{expected}' but found '{found}'"));
    }

    fn set_type(&mut self, id: Id, ty: Type) {
        self.types[id as usize] = Some(ty);
    }

    fn type_of(&self, expr: &Expr) -> Type {
        self.types[expr.id as usize].clone().unwrap_or(Type::Error)
    }

    fn variable(&mut self) -> Type {
        self.variables += 1;
        Type::Param(format!("_var{}", self.variables - 1).into())
    }

    fn assignable(&mut self, to: &Type, from: &Type) -> bool {
        self.substitutions.assignable(std::slice::from_ref(to), std::slice::from_ref(from))
    }

    fn local(&self, name: &str) -> Option<Type> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).cloned()
    }

    fn check_ident(&mut self, id: Id, name: &Arc<str>) {
        if let Some(ty) = self.local(name) {
            self.set_type(id, ty);
            self.references.insert(id, Reference::Local(name.clone()));
            return;
        }
        if !self.global(id, name.strip_prefix('.').unwrap_or(name)) {
            self.undeclared(id, name);
        }
    }

    /// Makes a part the reference to a variable or a type of the environment, if there is one of that name.
    fn global(&mut self, id: Id, name: &str) -> bool {
        if let Some((name, ty)) = self.env.variables.get_key_value(name) {
            self.set_type(id, ty.clone());
            self.references.insert(id, Reference::Variable(name.clone()));
            return true;
        }
        if let Some(ty) = self.env.types.get(name) {
            self.set_type(id, Type::Type(Some(Arc::new(ty.clone()))));
            self.references.insert(id, Reference::Type(ty.clone()));
            return true;
        }
        if let Some((name, ty)) = self.env.unbound_types.get_key_value(name) {
            self.set_type(id, Type::Type(Some(Arc::new(ty.clone()))));
            self.references.insert(id, Reference::UnboundType(name.clone()));
            return true;
        }
        false
    }

    fn check_select(&mut self, expr: &Expr, operand: &Expr, field: &str, test: bool) {
        // `a.b.c` may be the name of something.
        if !test && let Some(name) = qualified_name(expr) {
            let first = name.split('.').next().unwrap_or_default();
            let local = !name.starts_with('.') && self.local(first).is_some();
            if !local && self.global(expr.id, name.strip_prefix('.').unwrap_or(&name)) {
                return;
            }
        }
        let found = self.select_type(expr.id, operand, field, false);
        let ty = if test { Type::Bool } else { self.substitutions.apply(&found, None) };
        self.set_type(expr.id, ty);
    }

    fn select_type(&mut self, id: Id, operand: &Expr, field: &str, optional: bool) -> Type {
        self.check(operand);
        let operand = self.type_of(operand);
        let operand = self.substitutions.apply(&operand, None);
        let (target, unwrapped) = match operand.optional_of() {
            Some(of) => (of.clone(), true),
            None => (operand, false),
        };
        let result = match &target {
            Type::Map(_, value) => (**value).clone(),
            Type::Struct(name) => self.field_type(id, name, field),
            Type::Param(_) => {
                self.assignable(&Type::Dyn, &target);
                Type::Dyn
            }
            _ => {
                if !target.is_dyn_or_error() {
                    self.report(id, format!("type '{}' does not support field selection", target.in_errors()));
                }
                Type::Dyn
            }
        };
        if unwrapped || optional { Type::optional(result) } else { result }
    }

    fn field_type(&mut self, id: Id, name: &str, field: &str) -> Type {
        let Some(fields) = self.env.structures.get(name) else {
            self.report(id, format!("unexpected failed resolution of '{name}'"));
            return Type::Error;
        };
        match fields.get(field) {
            Some(ty) => ty.clone(),
            None => {
                self.report(id, format!("undefined field '{field}'"));
                Type::Error
            }
        }
    }

    fn check_call(&mut self, id: Id, function: &Arc<str>, target: Option<&Expr>, args: &[Expr]) {
        if &**function == "_?._" {
            self.check_optional_select(id, args);
            return;
        }
        for arg in args {
            self.check(arg);
        }
        let Some(target) = target else {
            let name = function.strip_prefix('.').unwrap_or(function);
            match self.env.functions.known.get_key_value(name) {
                Some((name, _)) => self.resolve(id, &name.clone(), None, args),
                None => self.undeclared(id, function),
            }
            return;
        };
        if let Some(prefix) = qualified_name(target) {
            let name = format!("{}.{function}", prefix.strip_prefix('.').unwrap_or(&prefix));
            if let Some((name, _)) = self.env.functions.known.get_key_value(name.as_str()) {
                self.resolve(id, &name.clone(), None, args);
                return;
            }
        }
        self.check(target);
        match self.env.functions.known.get_key_value(&**function) {
            Some((name, _)) => self.resolve(id, &name.clone(), Some(target), args),
            None => self.undeclared(id, function),
        }
    }

    fn check_optional_select(&mut self, id: Id, args: &[Expr]) {
        let [operand, field] = args else { return };
        let ExprKind::Literal(Value::String(name)) = &field.kind else { return };
        let found = self.select_type(id, operand, name, true);
        let found = self.substitutions.apply(&found, None);
        self.set_type(id, found);
    }

    /// The type of elements of both types. That literals hold one type only is checked when all types are known.
    fn join(&mut self, previous: Option<Type>, current: Type) -> Type {
        let Some(previous) = previous else { return current };
        if self.assignable(&previous, &current) { most_general(&previous, &current) } else { Type::Dyn }
    }

    /// What an optional element is if it is there.
    fn unwrap(&mut self, expr: &Expr, ty: Type) -> Type {
        if let Some(of) = ty.optional_of() {
            return of.clone();
        }
        if !ty.is_dyn() {
            self.mismatch(expr.id, &Type::optional(ty.clone()), &ty);
        }
        ty
    }

    fn check_list(&mut self, id: Id, elements: &[Expr], optional: &[bool]) {
        let mut joined = None;
        for (element, optional) in elements.iter().zip(optional) {
            self.check(element);
            let mut ty = self.type_of(element);
            if *optional {
                ty = self.unwrap(element, ty);
            }
            joined = Some(self.join(joined, ty));
        }
        let element = joined.unwrap_or_else(|| self.variable());
        self.set_type(id, Type::list(element));
    }

    fn check_map(&mut self, id: Id, entries: &[Entry]) {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            self.check(&entry.key);
            keys = Some(self.join(keys, self.type_of(&entry.key)));
            self.check(&entry.value);
            let mut ty = self.type_of(&entry.value);
            if entry.optional {
                ty = self.unwrap(&entry.value, ty);
            }
            values = Some(self.join(values, ty));
        }
        let key = keys.unwrap_or_else(|| self.variable());
        let value = values.unwrap_or_else(|| self.variable());
        self.set_type(id, Type::map(key, value));
    }

    fn check_struct(&mut self, id: Id, name: &str, fields: &[Field]) {
        self.undeclared(id, name);
        for field in fields {
            self.check(&field.value);
        }
    }

    fn check_fold(&mut self, id: Id, fold: &Comprehension) {
        self.check(&fold.range);
        self.check(&fold.init);
        let range = self.type_of(&fold.range);
        let range = self.substitutions.apply(&range, None);
        let accumulator = self.type_of(&fold.init);
        self.scopes.push(HashMap::from([(fold.accumulator.clone(), accumulator.clone())]));
        let (first, second) = self.range_types(fold, &range);
        let mut scope = HashMap::from([(fold.variable.clone(), first)]);
        if let Some(name) = &fold.second {
            scope.insert(name.clone(), second);
        }
        self.scopes.push(scope);
        self.check(&fold.condition);
        self.assert(&fold.condition, &Type::Bool);
        self.check(&fold.step);
        self.assert(&fold.step, &accumulator);
        self.scopes.pop();
        self.check(&fold.result);
        self.scopes.pop();
        let result = self.type_of(&fold.result);
        let result = self.substitutions.apply(&result, None);
        self.set_type(id, result);
    }

    /// The types of a fold's variables.
    fn range_types(&mut self, fold: &Comprehension, range: &Type) -> (Type, Type) {
        match range {
            Type::List(element) if fold.second.is_some() => (Type::Int, (**element).clone()),
            Type::List(element) => ((**element).clone(), Type::Error),
            Type::Map(key, value) => ((**key).clone(), (**value).clone()),
            Type::Dyn | Type::Error | Type::Param(_) => {
                self.assignable(&Type::Dyn, range);
                (Type::Dyn, Type::Dyn)
            }
            _ => {
                let text = range.in_errors();
                let message = format!(
                    "expression of type '{text}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                self.report(fold.range.id, message);
                (Type::Error, Type::Error)
            }
        }
    }

    fn assert(&mut self, expr: &Expr, ty: &Type) {
        let found = self.type_of(expr);
        if !self.assignable(ty, &found) {
            self.mismatch(expr.id, ty, &found);
        }
    }
}

/// `a.b.c` of an expression that is nothing but names.
fn qualified_name(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name.to_string()),
        ExprKind::Select { operand, field, test: false } => Some(format!("{}.{field}", qualified_name(operand)?)),
        _ => None,
    }
}
