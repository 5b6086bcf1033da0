//! Which variables an expression gives a value to, if others have one.
//!
//! Source: `outputVarsFor…` in `v1/ast/compile.go`, `v1/ast/unify.go`.

use std::collections::BTreeMap;

use crate::ast::{Expr, ExprKind, Name, Node, Term, TermKind, walk_expr, walk_term};

use super::terms::{is_equality, operands};
use super::tree::Tree;
use super::vars::{self, Skip, VarSet};

/// What a body gives a value to, one expression after another.
pub(super) fn of_body(body: &[Expr], tree: &Tree, safe: &VarSet) -> VarSet {
    let mut known = safe.clone();
    for expr in body {
        let found = of_expr(expr, tree, &known);
        known.extend(found);
    }
    &known - safe
}

/// What an expression gives a value to.
pub(super) fn of_expr(expr: &Expr, tree: &Tree, safe: &VarSet) -> VarSet {
    if expr.negated {
        return VarSet::new();
    }
    for with in &expr.with {
        let mut needed = VarSet::new();
        vars::add_with(with, Skip::SAFETY, &mut needed);
        if !needed.is_subset(safe) {
            return VarSet::new();
        }
    }
    match &expr.kind {
        ExprKind::Term(_) => of_references(expr, safe),
        ExprKind::Call(_) if is_equality(expr) => of_equality(expr, safe),
        ExprKind::Call(terms) => of_call(expr, terms, tree, safe),
        ExprKind::Every(every) => {
            let mut found = VarSet::new();
            walk_term(&every.domain, &mut |node| reference(node, safe, &mut found));
            found
        }
        ExprKind::Some(_) | ExprKind::Not(_) => VarSet::new(),
    }
}

/// The keys of references whose beginning has a value.
fn of_references(expr: &Expr, safe: &VarSet) -> VarSet {
    let mut found = VarSet::new();
    walk_expr(expr, &mut |node| reference(node, safe, &mut found));
    found
}

fn reference(node: Node<'_>, safe: &VarSet, found: &mut VarSet) -> bool {
    let Node::Term(term) = node else { return false };
    match &term.kind {
        TermKind::ArrayComprehension(_)
        | TermKind::SetComprehension(_)
        | TermKind::ObjectComprehension(_)
        | TermKind::Template(_) => true,
        TermKind::Ref(parts) => {
            let ready = is_reference_safe(parts, &|name| safe.contains(name));
            if ready && !term.is_ground() {
                let skip = Skip { ref_head: true, ..Skip::default() };
                vars::add_terms(parts.iter().skip(1), skip, found);
            }
            !ready
        }
        _ => false,
    }
}

/// What `left = right` gives a value to.
pub(super) fn of_equality(expr: &Expr, safe: &VarSet) -> VarSet {
    let [left, right] = operands(expr) else { return safe.clone() };
    let mut unifier = Unifier {
        known: Known { safe, more: of_references(expr, safe) },
        unified: VarSet::new(),
        unknown: BTreeMap::new(),
    };
    unifier.unify(left, right);
    let mut found = unifier.known.more;
    found.extend(unifier.unified);
    found.retain(|name| !safe.contains(name));
    found
}

fn of_call(expr: &Expr, terms: &[Term], tree: &Tree, safe: &VarSet) -> VarSet {
    let Some(arity) = terms.first().and_then(Term::as_ref).and_then(|function| tree.arity(function)) else {
        return VarSet::new();
    };
    let mut found = of_references(expr, safe);
    let inputs = arity + 1;
    if inputs >= terms.len() {
        return found;
    }
    let skip = Skip { sets: true, ..Skip::OUTPUTS };
    let mut needed = VarSet::new();
    vars::add_terms(&terms[..inputs], skip, &mut needed);
    if needed.iter().any(|name| !found.contains(name) && !safe.contains(name)) {
        return VarSet::new();
    }
    vars::add_terms(&terms[inputs..], skip, &mut found);
    found
}

/// What an expression gives a value to whatever else has one.
pub(super) fn bound_alone(expr: &Expr, tree: &Tree) -> VarSet {
    let ExprKind::Call(terms) = &expr.kind else { return VarSet::new() };
    if is_equality(expr) {
        return of_equality(expr, &VarSet::new());
    }
    let mut found = VarSet::new();
    if let Some(arity) = terms.first().and_then(Term::as_ref).and_then(|function| tree.arity(function)) {
        vars::add_terms(terms.iter().skip(arity + 1), Skip { sets: true, ..Skip::OUTPUTS }, &mut found);
    }
    found
}

/// Variables that have a value.
struct Known<'s> {
    safe: &'s VarSet,
    more: VarSet,
}

impl Known<'_> {
    fn contains(&self, name: &Name) -> bool {
        self.safe.contains(name) || self.more.contains(name)
    }

    fn has_reference(&self, parts: &[Term]) -> bool {
        is_reference_safe(parts, &|name| self.contains(name))
    }

    fn has_call(&self, call: &Term) -> bool {
        vars::of_term(call, Skip::SAFETY).iter().all(|name| self.contains(name))
    }
}

fn is_reference_safe(parts: &[Term], known: &dyn Fn(&Name) -> bool) -> bool {
    match parts.first().map(|head| &head.kind) {
        Some(TermKind::Var(name)) => known(name),
        Some(_) => vars::of_term(&parts[0], Skip::SAFETY).iter().all(known),
        None => true,
    }
}

/// The variables that have a value once two terms are unified.
struct Unifier<'s> {
    known: Known<'s>,
    unified: VarSet,
    /// Variables that have a value if all of others have one.
    unknown: BTreeMap<Name, VarSet>,
}

impl Unifier<'_> {
    fn is_safe(&self, name: &Name) -> bool {
        self.known.contains(name) || self.unified.contains(name)
    }

    fn unify(&mut self, a: &Term, b: &Term) {
        use TermKind::{Array, ArrayComprehension, Call, Object, ObjectComprehension, Ref, SetComprehension, Var};
        match (&a.kind, &b.kind) {
            (Var(a), Var(b)) => self.unify_vars(a, b),
            (Var(name), Array(_) | Object(_)) => self.unify_all(name, b),
            (Array(_) | Object(_), Var(name)) => self.unify_all(name, a),
            (Var(name), Ref(parts)) | (Ref(parts), Var(name)) if self.known.has_reference(parts) => {
                self.mark(name.clone());
            }
            (Var(name), Call(_)) if self.known.has_call(b) => self.mark(name.clone()),
            (Call(_), Var(name)) if self.known.has_call(a) => self.mark(name.clone()),
            (Var(_), Call(_)) | (Call(_), Var(_)) => {}
            (Var(name), _) | (_, Var(name)) => self.mark(name.clone()),
            (Ref(parts), Array(_) | Object(_)) if self.known.has_reference(parts) => self.mark_all(b),
            (Array(_) | Object(_), Ref(parts)) if self.known.has_reference(parts) => self.mark_all(a),
            (Call(_), Array(_) | Object(_)) if self.known.has_call(a) => self.mark_all(b),
            (Array(_) | Object(_), Call(_)) if self.known.has_call(b) => self.mark_all(a),
            (ArrayComprehension(_), Array(_)) | (ObjectComprehension(_), Object(_)) => self.mark_all(b),
            (Array(_), ArrayComprehension(_) | ObjectComprehension(_) | SetComprehension(_)) => self.mark_all(a),
            (Array(a), Array(b)) if a.len() == b.len() => {
                a.iter().zip(b).for_each(|(a, b)| self.unify(a, b));
            }
            (Object(a), Object(b)) if a.len() == b.len() => {
                for (key, value) in a {
                    if let Some((_, other)) = b.iter().find(|(other, _)| crate::ast::compare(key, other).is_eq()) {
                        self.unify(value, other);
                    }
                }
            }
            _ => {}
        }
    }

    fn unify_vars(&mut self, a: &Name, b: &Name) {
        if self.is_safe(b) {
            self.mark(a.clone());
        } else if self.is_safe(a) {
            self.mark(b.clone());
        } else {
            self.unknown.entry(a.clone()).or_default().insert(b.clone());
            self.unknown.entry(b.clone()).or_default().insert(a.clone());
        }
    }

    fn mark_all(&mut self, term: &Term) {
        for name in vars::of_term(term, Skip::OUTPUTS) {
            self.mark(name);
        }
    }

    /// A variable has a value, so others may have one too.
    fn mark(&mut self, name: Name) {
        let mut ready = vec![name];
        while let Some(name) = ready.pop() {
            self.unified.insert(name.clone());
            ready.extend(self.unknown.remove(&name).unwrap_or_default());
            let mut complete = Vec::new();
            for (other, needs) in &mut self.unknown {
                if needs.remove(&name) && needs.is_empty() {
                    complete.push(other.clone());
                }
            }
            for other in complete {
                self.unknown.remove(&other);
                ready.push(other);
            }
        }
    }

    /// A variable and the variables in a collection: either side gives the other its values.
    fn unify_all(&mut self, name: &Name, collection: &Term) {
        if self.is_safe(name) {
            return self.mark_all(collection);
        }
        let mut open = vars::of_term(collection, Skip::OUTPUTS);
        open.retain(|var| !self.is_safe(var));
        if open.is_empty() {
            self.mark(name.clone());
        } else {
            self.unknown.entry(name.clone()).or_default().extend(open);
        }
    }
}
