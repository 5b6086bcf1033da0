//! The variables in a part of the tree.
//!
//! Source: `VarVisitor` in `v1/ast/visit.go`.

use std::collections::BTreeSet;

use crate::ast::{Expr, ExprKind, Name, Negation, TemplatePart, Term, TermKind, With};

use super::tree::Tree;

/// Names of variables.
pub(super) type VarSet = BTreeSet<Name>;

/// Which variables are left out.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub(super) struct Skip<'c> {
    /// That with which a reference begins.
    pub ref_head: bool,
    /// Those in the keys of objects.
    pub object_keys: bool,
    /// Those in comprehensions, template strings, negations and the bodies of `every`.
    pub closures: bool,
    /// Those in sets.
    pub sets: bool,
    /// That with which the name of a called function begins.
    pub call_heads: bool,
    /// Those of a negation without braces that it needs from outside are not left out.
    pub negations: Option<&'c Tree>,
}

impl<'c> Skip<'c> {
    /// What counts for safety.
    pub const SAFETY: Skip<'static> =
        Skip { ref_head: false, object_keys: false, closures: true, sets: false, call_heads: true, negations: None };

    /// What counts for the order of a body.
    pub fn safety(tree: &'c Tree) -> Skip<'c> {
        Skip { negations: Some(tree), ..Skip::SAFETY }
    }

    /// What an unification gives values to.
    pub const OUTPUTS: Skip<'static> =
        Skip { ref_head: true, object_keys: true, closures: true, sets: false, call_heads: false, negations: None };
}

/// The variables of a term.
pub(super) fn of_term(term: &Term, skip: Skip<'_>) -> VarSet {
    let mut vars = VarSet::new();
    add_term(term, skip, &mut vars);
    vars
}

/// The variables of an expression.
pub(super) fn of_expr(expr: &Expr, skip: Skip<'_>) -> VarSet {
    let mut vars = VarSet::new();
    add_expr(expr, skip, &mut vars);
    vars
}

/// The variables of a body.
pub(super) fn of_body(body: &[Expr], skip: Skip<'_>) -> VarSet {
    let mut vars = VarSet::new();
    add_body(body, skip, &mut vars);
    vars
}

/// Adds those of terms.
pub(super) fn add_terms<'t>(terms: impl IntoIterator<Item = &'t Term>, skip: Skip<'_>, vars: &mut VarSet) {
    terms.into_iter().for_each(|term| add_term(term, skip, vars));
}

/// Adds those of a body.
pub(super) fn add_body(body: &[Expr], skip: Skip<'_>, vars: &mut VarSet) {
    for expr in body {
        add_expr(expr, skip, vars);
    }
}

/// Adds those of a term.
pub(super) fn add_term(term: &Term, skip: Skip<'_>, vars: &mut VarSet) {
    match &term.kind {
        TermKind::Var(name) => {
            vars.insert(name.clone());
        }
        TermKind::Ref(parts) => add_terms(&parts[usize::from(skip.ref_head)..], skip, vars),
        TermKind::Array(items) => add_terms(items, skip, vars),
        TermKind::Set(items) if !skip.sets => add_terms(items, skip, vars),
        TermKind::Object(entries) => {
            for (key, value) in entries {
                if !skip.object_keys {
                    add_term(key, skip, vars);
                }
                add_term(value, skip, vars);
            }
        }
        TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) if !skip.closures => {
            add_term(&inner.term, skip, vars);
            add_body(&inner.body, skip, vars);
        }
        TermKind::ObjectComprehension(inner) if !skip.closures => {
            add_term(&inner.key, skip, vars);
            add_term(&inner.value, skip, vars);
            add_body(&inner.body, skip, vars);
        }
        TermKind::Template(parts) if !skip.closures => parts.iter().for_each(|part| match part {
            TemplatePart::Term(term) => add_term(term, skip, vars),
            TemplatePart::Expr(expr) => add_expr(expr, skip, vars),
        }),
        TermKind::Call(parts) => add_call(parts, skip, vars),
        _ => {}
    }
}

fn add_call(parts: &[Term], skip: Skip<'_>, vars: &mut VarSet) {
    match parts.first().map(|function| &function.kind) {
        Some(TermKind::Ref(path)) if skip.call_heads => {
            add_terms(path.iter().skip(1), skip, vars);
            add_terms(parts.iter().skip(1), skip, vars);
        }
        _ => add_terms(parts, skip, vars),
    }
}

/// Adds those of an expression.
pub(super) fn add_expr(expr: &Expr, skip: Skip<'_>, vars: &mut VarSet) {
    match &expr.kind {
        ExprKind::Term(term) => add_term(term, skip, vars),
        ExprKind::Some(symbols) => add_terms(symbols, skip, vars),
        ExprKind::Call(terms) => add_call(terms, skip, vars),
        ExprKind::Every(every) if skip.closures => return add_term(&every.domain, skip, vars),
        ExprKind::Every(every) => {
            add_terms(&every.key, skip, vars);
            add_term(&every.value, skip, vars);
            add_term(&every.domain, skip, vars);
            add_body(&every.body, skip, vars);
        }
        ExprKind::Not(negation) => match skip.negations {
            Some(tree) if !negation.explicit => vars.extend(needed(negation, tree)),
            _ if skip.closures => {}
            _ => add_body(&negation.body, skip, vars),
        },
    }
    expr.with.iter().for_each(|with| add_with(with, skip, vars));
}

/// Adds those of a `with`.
pub(super) fn add_with(with: &With, skip: Skip<'_>, vars: &mut VarSet) {
    let skip_head = usize::from(skip.call_heads);
    match &with.target.kind {
        TermKind::Ref(path) => add_terms(path.iter().skip(skip_head), skip, vars),
        _ if skip.call_heads => {}
        _ => add_term(&with.target, skip, vars),
    }
    match &with.value.kind {
        TermKind::Ref(path) => add_terms(path.iter().skip(skip_head), skip, vars),
        _ => add_term(&with.value, skip, vars),
    }
}

/// What a negation without braces needs from outside: variables that nothing in it gives a value to for something else
/// in it. Source: `unsafeImplicitBodyVars` in `v1/ast/compile.go`.
fn needed(negation: &Negation, tree: &Tree) -> VarSet {
    let body = &negation.body;
    let each: Vec<VarSet> = body.iter().map(|expr| of_expr(expr, Skip::SAFETY)).collect();
    let all: VarSet = each.iter().flatten().cloned().collect();
    if body.len() == 1 {
        return all;
    }
    let bound: VarSet = body.iter().flat_map(|expr| super::outputs::bound_alone(expr, tree)).collect();
    let alone = |name: &Name| each.iter().filter(|vars| vars.contains(name)).count() == 1;
    all.into_iter().filter(|name| !bound.contains(name) || alone(name)).collect()
}
