//! The types of variables, rules and built-ins.
//!
//! Source: `v1/ast/env.go`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::{Name, Term, TermKind};
use crate::types::{self, Array, Function, Object, Type, or};
use crate::value::Value;

use super::super::terms::is_constant;
use super::super::tree::Tree;
use super::Checker;

/// How many parts a type may have. Parts that are shared count each time, since they are looked at each time: of
/// `x1 := [x0, x0]; x2 := [x1, x1]` and so on each has twice as many.
const MAX_PARTS: usize = 20_000;

/// How many parts may be within each other.
const MAX_DEPTH: usize = 200;

/// The types of what rules make, by their paths below `data`.
#[derive(Default)]
pub(super) struct Rules {
    pub root: Node,
}

/// A place in the tree of types.
#[derive(Default)]
pub(super) struct Node {
    pub value: Option<Type>,
    pub children: BTreeMap<Value, Node>,
}

/// The types of the variables of a body, and what is around it.
pub(super) struct Env<'e> {
    pub vars: BTreeMap<Name, Option<Type>>,
    pub outer: Option<&'e Env<'e>>,
    pub rules: &'e Rules,
    pub tree: &'e Tree,
    pub checker: &'e Checker,
}

impl Node {
    /// The type of all that is here.
    pub fn extent(&self) -> Type {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let plain = |key: &Value| matches!(key, Value::String(_) | Value::Number(_) | Value::Bool(_));
        let children = self.children.iter().filter(|(key, _)| plain(key));
        let fixed = children.map(|(key, child)| (key.clone(), Some(child.extent()))).collect();
        Type::object(fixed, Some((Some(Type::String), Some(Type::any()))))
    }

    /// The node at a path, which is made if it is not there.
    fn make(&mut self, path: &[Value]) -> &mut Node {
        path.iter().fold(self, |node, key| node.children.entry(key.clone()).or_default())
    }

    /// Puts a type at a path.
    pub fn put(&mut self, path: &[Value], of: Type) {
        self.make(path).value = Some(of);
    }

    /// Puts a type at a path, joined with what is there, and with objects on the way.
    pub fn insert(&mut self, path: &[Value], of: &Type) {
        let mut node = self;
        for (at, key) in path.iter().enumerate() {
            node = node.children.entry(key.clone()).or_default();
            if at + 1 < path.len()
                && let Some(Type::Object(object)) = &node.value
            {
                node.value = Some(inserted(object, &path[at + 1..], Some(of)));
            }
        }
        let mut value = merge(node.value.take(), Some(of.clone()));
        if matches!(of, Type::Object(_)) {
            for (path, leaf) in node.leaves() {
                if let Some(Type::Object(object)) = &value {
                    value = Some(inserted(object, &path, Some(&leaf)));
                }
            }
        }
        node.value = value;
    }

    fn leaves(&self) -> Vec<(Vec<Value>, Type)> {
        let mut found = Vec::new();
        let mut open: Vec<(Vec<Value>, &Node)> = vec![(Vec::new(), self)];
        while let Some((path, node)) = open.pop() {
            for (key, child) in &node.children {
                let mut path = path.clone();
                path.push(key.clone());
                match &child.value {
                    Some(value) => found.push((path, value.clone())),
                    None => open.push((path, child)),
                }
            }
        }
        found
    }
}

/// The type of objects that may have something at a path too.
fn inserted(object: &Object, path: &[Value], of: Option<&Type>) -> Type {
    let Some((key, rest)) = path.split_first() else { return Type::Object(Arc::new(object.clone())) };
    let below = if rest.is_empty() { of.cloned() } else { Some(inserted(&Object::default(), rest, of)) };
    let key = Some(Type::of(key));
    let rest = match object.rest.clone() {
        Some((keys, values)) => (or(keys, key), or(values, below)),
        None => (key, below),
    };
    Type::Object(Arc::new(Object { fixed: object.fixed.clone(), rest: Some(rest) }))
}

/// The type of what several rules make together.
fn merge(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    let (a, b) = match (a, b) {
        (None, other) | (other, None) => return other,
        (Some(a), Some(b)) => (a, b),
    };
    match (&a, &b) {
        (Type::Object(x), Type::Object(y)) if x.fixed.is_empty() && y.fixed.is_empty() => match (&x.rest, &y.rest) {
            (Some((x_key, x_value)), Some((y_key, y_value))) => {
                let key = or(x_key.clone(), y_key.clone());
                Some(Type::object(Vec::new(), Some((key, merge(x_value.clone(), y_value.clone())))))
            }
            _ => or(Some(a), Some(b)),
        },
        (Type::Set(x), Type::Set(y)) => Some(Type::set(or((**x).clone(), (**y).clone()))),
        (Type::Object(object), Type::Any(types)) | (Type::Any(types), Type::Object(object))
            if object.fixed.is_empty() =>
        {
            merge_into_any(object, types).or_else(|| or(Some(a.clone()), Some(b.clone())))
        }
        _ => or(Some(a), Some(b)),
    }
}

/// Joins an object's type with the first such of a list.
fn merge_into_any(object: &Object, types: &[Type]) -> Option<Type> {
    let plain = |of: &Type| matches!(of, Type::Object(other) if other.fixed.is_empty() && other.rest.is_some());
    let at = types.iter().position(plain)?;
    let (key, value) = object.rest.clone()?;
    let mut types = types.to_vec();
    if let Type::Object(other) = &types[at] {
        let (other_key, other_value) = other.rest.clone()?;
        types[at] = Type::object(Vec::new(), Some((or(other_key, key), or(other_value, value))));
    }
    Some(Type::any_of(types))
}

impl Env<'_> {
    /// What a body sees within another.
    pub fn within<'i>(outer: &'i Env<'i>) -> Env<'i> {
        Env { vars: BTreeMap::new(), outer: Some(outer), rules: outer.rules, tree: outer.tree, checker: outer.checker }
    }

    /// The type of a variable, as far as it is known.
    pub fn var(&self, name: &Name) -> Option<Type> {
        match (self.vars.get(name), self.outer) {
            (Some(of), _) => of.clone(),
            (None, Some(outer)) => outer.var(name),
            // A variable that has the name of a built-in is taken for it.
            (None, None) => {
                let builtin = self.tree.builtin_named(name).filter(|_| !name.contains('.'))?;
                Some(Type::Function(Arc::new(builtin.signature().clone())))
            }
        }
    }

    /// The type of a term, as far as it is known. One that would be too large is any type.
    pub fn term(&self, term: &Term) -> Option<Type> {
        let of = self.whole(term)?;
        let scalar = term.is_scalar() || term.as_var().is_some();
        if scalar || count(&of, MAX_PARTS, MAX_DEPTH).is_some() { Some(of) } else { Some(Type::any()) }
    }

    fn whole(&self, term: &Term) -> Option<Type> {
        match &term.kind {
            TermKind::Null => Some(Type::Null),
            TermKind::Bool(_) => Some(Type::Boolean),
            TermKind::Number(_) => Some(Type::Number),
            TermKind::String(_) | TermKind::Template(_) => Some(Type::String),
            TermKind::Array(items) => {
                let rest = items.is_empty().then(Type::any);
                Some(Type::Array(Arc::new(Array { fixed: items.iter().map(|item| self.term(item)).collect(), rest })))
            }
            TermKind::Object(entries) => Some(self.object(entries)),
            TermKind::Set(items) => {
                let of = items.iter().fold(None, |of, item| or(of, self.term(item)));
                Some(Type::set(of.or_else(|| Some(Type::any()))))
            }
            TermKind::ArrayComprehension(inner) => {
                let env = self.checker.closure(self, &inner.body)?;
                Some(Type::array(Vec::new(), env.term(&inner.term)))
            }
            TermKind::SetComprehension(inner) => {
                let env = self.checker.closure(self, &inner.body)?;
                Some(Type::set(env.term(&inner.term)))
            }
            TermKind::ObjectComprehension(inner) => {
                let env = self.checker.closure(self, &inner.body)?;
                Some(Type::object(Vec::new(), Some((env.term(&inner.key), env.term(&inner.value)))))
            }
            TermKind::Ref(path) => self.reference(path),
            TermKind::Var(name) => self.var(name),
            TermKind::Call(_) => None,
        }
    }

    fn object(&self, entries: &[(Term, Term)]) -> Type {
        let mut fixed = Vec::new();
        let mut rest = None;
        for (key, value) in entries {
            match key.to_value().filter(|_| is_constant(key)) {
                Some(key) => fixed.push((key, self.term(value))),
                None => rest = Some((self.term(key), self.term(value))),
            }
        }
        if fixed.is_empty() && rest.is_none() {
            rest = Some((Some(Type::any()), Some(Type::any())));
        }
        Type::object(fixed, rest)
    }

    /// The type of what a reference leads to.
    pub fn reference(&self, path: &[Term]) -> Option<Type> {
        let (head, keys) = path.split_first()?;
        let name = head.as_var()?;
        let mut scope = Some(self);
        while let Some(env) = scope {
            if let Some(Some(of)) = env.vars.get(name) {
                return select(Some(of.clone()), keys);
            }
            scope = env.outer;
        }
        self.global(path)
    }

    /// The same for what is no variable.
    fn global(&self, path: &[Term]) -> Option<Type> {
        let (head, keys) = path.split_first()?;
        if let Some(builtin) = self.tree.builtin(path) {
            return Some(Type::Function(Arc::new(builtin.signature().clone())));
        }
        match head.as_var().map(|name| &**name) {
            Some("input") => Some(Type::any()),
            Some("data") if self.rules.root.children.is_empty() => Some(Type::any()),
            Some("data") => below(&self.rules.root, keys),
            _ => None,
        }
    }
}

/// The type of what is at some keys below a node.
fn below(node: &Node, keys: &[Term]) -> Option<Type> {
    let Some((key, rest)) = keys.split_first() else { return Some(node.extent()) };
    let child = key.to_value().and_then(|key| node.children.get(&key));
    match (&node.value, child) {
        (_, Some(child)) => below(child, rest),
        (Some(value), None) => select(Some(value.clone()), keys),
        (None, None) if !is_constant(key) => select(Some(node.extent()), keys),
        (None, None) => Some(Type::any()),
    }
}

/// The type of what is at some keys in a value of a type.
pub(super) fn select(of: Option<Type>, keys: &[Term]) -> Option<Type> {
    keys.iter().try_fold(of?, |of, key| match &key.kind {
        TermKind::Var(_) | TermKind::Ref(_) | TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_) => {
            types::values(&of)
        }
        _ => types::select(&of, &key.to_value()?),
    })
}

/// What is left of a number of parts without those of a type, if there are as many, and not too many within each other.
fn count(of: &Type, left: usize, depth: usize) -> Option<usize> {
    let (left, depth) = (left.checked_sub(1)?, depth.checked_sub(1)?);
    let optional = |left: usize, of: &Option<Type>| of.as_ref().map_or(Some(left), |of| count(of, left, depth));
    match of {
        Type::Array(array) => array.fixed.iter().chain([&array.rest]).try_fold(left, optional),
        Type::Object(object) => {
            let left = object.fixed.iter().map(|(_, of)| of).try_fold(left, optional)?;
            object.rest.iter().flat_map(|(key, value)| [key, value]).try_fold(left, optional)
        }
        Type::Set(of) => optional(left, of),
        Type::Any(types) => types.iter().try_fold(left, |left, of| count(of, left, depth)),
        Type::Function(function) => {
            let arguments = function.arguments.iter().map(|(_, of)| of);
            arguments.chain([&function.variadic, &function.result]).try_fold(left, optional)
        }
        Type::Null | Type::Boolean | Type::Number | Type::String => Some(left),
    }
}

/// How many arguments a function takes.
pub(super) fn arity(function: &Function) -> usize {
    function.arguments.len()
}
