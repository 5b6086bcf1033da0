//! References lead somewhere.
//!
//! Source: `refChecker` in `v1/ast/check.go`.

use crate::ast::{Expr, ExprKind, Location, Node as Part, Term, TermKind, walk_term};
use crate::types::{self, Type};

use super::env::{Env, Node};
use super::unify::unifies;

/// A reference that leads nowhere: where, which, and whether it names a function.
pub(super) struct BadReference {
    pub location: Location,
    pub path: Vec<Term>,
    pub function: bool,
}

impl Env<'_> {
    /// The references in an expression, those in comprehensions aside.
    pub fn check_references(&mut self, expr: &Expr) -> Vec<BadReference> {
        let mut paths: Vec<&Vec<Term>> = Vec::new();
        let mut found = Vec::new();
        let mut visit = |part: Part<'_>| -> bool { matches!(part, Part::Term(term) if is_closure(term)) };
        collect(expr, &mut paths, &mut visit);
        for path in paths {
            if matches!(self.reference(path), Some(Type::Function(_))) {
                found.push(BadReference { location: path[0].location, path: path.clone(), function: true });
            } else if !self.leads_somewhere(path) {
                found.push(BadReference { location: path[0].location, path: path.clone(), function: false });
            }
        }
        found
    }

    fn leads_somewhere(&mut self, path: &[Term]) -> bool {
        let Some(name) = path[0].as_var() else { return self.leads_into(&Type::any(), path) };
        let mut scope = Some(&*self);
        while let Some(env) = scope {
            if let Some(Some(of)) = env.vars.get(name) {
                let of = of.clone();
                return self.leads_into(&of, &path[1..]);
            }
            scope = env.outer;
        }
        match &**name {
            "data" if !self.rules.root.children.is_empty() => {
                let rules = self.rules;
                self.leads_below(&rules.root, path, 1)
            }
            "input" | "data" => self.leads_into(&Type::any(), &path[1..]),
            _ => match self.reference(&path[..1]) {
                Some(of) => self.leads_into(&of, &path[1..]),
                None => self.leads_into(&Type::any(), path),
            },
        }
    }

    /// Does the rest of a path lead from a node of the tree of rules to something?
    fn leads_below(&mut self, node: &Node, path: &[Term], at: usize) -> bool {
        let Some(key) = path.get(at) else { return true };
        if at <= 2 && !matches!(key.kind, TermKind::Var(_) | TermKind::String(_)) {
            return false;
        }
        if let TermKind::Var(name) = &key.kind {
            let keys = types::keys(&node.extent());
            match self.var(name) {
                Some(known) if !unifies(keys.as_ref(), Some(&known)) => return false,
                Some(_) => {}
                None => {
                    self.vars.insert(name.clone(), keys);
                }
            }
        }
        match key.to_value().and_then(|key| node.children.get(&key)) {
            Some(child) => match &child.value {
                Some(of) => self.leads_into(&of.clone(), &path[at + 1..]),
                None => self.leads_below(child, path, at + 1),
            },
            // What else there is below `data` is not known.
            None => self.leads_into(&Type::any(), &path[1..]),
        }
    }

    /// Do keys lead to something in a value of a type?
    fn leads_into(&mut self, of: &Type, keys: &[Term]) -> bool {
        let mut of = Some(of.clone());
        for key in keys {
            let Some(here) = of.filter(|here| types::keys(here).is_some()) else { return false };
            of = match &key.kind {
                TermKind::Var(_) | TermKind::Ref(_) | TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_) => {
                    if !self.assume_key(key, &here) {
                        return false;
                    }
                    types::values(&here)
                }
                _ => match key.to_value().and_then(|key| types::select(&here, &key)) {
                    Some(found) => Some(found),
                    None => return false,
                },
            };
        }
        true
    }
}

fn is_closure(term: &Term) -> bool {
    matches!(
        term.kind,
        TermKind::ArrayComprehension(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_)
    )
}

/// The references in an expression; what is called is none.
fn collect<'t>(expr: &'t Expr, paths: &mut Vec<&'t Vec<Term>>, skip: &mut dyn FnMut(Part<'_>) -> bool) {
    let mut visit = |part: Part<'t>| {
        if let Part::Term(Term { kind: TermKind::Ref(path), .. }) = part {
            paths.push(path);
        }
        skip(part)
    };
    match &expr.kind {
        ExprKind::Call(terms) => terms.iter().skip(1).for_each(|term| walk_term(term, &mut visit)),
        ExprKind::Term(term) => walk_term(term, &mut visit),
        ExprKind::Not(negation) => walk_calls(&negation.body, paths, skip),
        ExprKind::Every(every) => {
            walk_term(&every.domain, &mut visit);
            for with in &expr.with {
                walk_term(&with.target, &mut visit);
                walk_term(&with.value, &mut visit);
            }
            walk_calls(&every.body, paths, skip);
        }
        ExprKind::Some(_) => {}
    }
}

fn walk_calls<'t>(body: &'t [Expr], paths: &mut Vec<&'t Vec<Term>>, skip: &mut dyn FnMut(Part<'_>) -> bool) {
    for expr in body {
        collect(expr, paths, skip);
    }
}
