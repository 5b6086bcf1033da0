//! Calls within terms become expressions of their own: `x = f(g(1))` is `g(1, a); f(a, b); x = b`.
//!
//! Source: `rewriteExprTerms` in `v1/ast/compile.go`. The calls within a negation are taken out of it: there `not f(g(1))`
//! needs `g(1)` to be defined.

use crate::ast::{Expr, ExprKind, Term, TermKind};

use super::terms::{append, equality, take_out};
use super::{Compiler, Locals, Unit};

impl Compiler {
    /// Takes the calls out of all terms.
    pub(super) fn expand_calls(&mut self) {
        let locals = &mut self.locals;
        for Unit { rule, .. } in &mut self.units {
            let head = &mut rule.head;
            for term in head.args.iter_mut().chain(&mut head.key).chain(&mut head.value) {
                let support = expand_term(locals, term);
                append(&mut rule.body, support);
            }
            expand_body(locals, &mut rule.body);
        }
    }
}

fn expand_body(locals: &mut Locals, body: &mut Vec<Expr>) {
    let before = std::mem::take(body);
    for expr in before {
        expand_expr(locals, expr, body);
    }
}

/// Adds to `out` what an expression needs before it, and the expression.
fn expand_expr(locals: &mut Locals, mut expr: Expr, out: &mut Vec<Expr>) {
    for with in &mut expr.with {
        out.extend(expand_term(locals, &mut with.value));
    }
    let mut support = Vec::new();
    match &mut expr.kind {
        ExprKind::Term(term) => support = expand_term(locals, term),
        ExprKind::Call(terms) => {
            for term in terms.iter_mut().skip(1) {
                support.extend(expand_term(locals, term));
            }
        }
        ExprKind::Every(every) => {
            let domain = take_out(locals, &mut every.domain);
            expand_expr(locals, Expr { with: expr.with.clone(), ..domain }, out);
            expand_body(locals, &mut every.body);
        }
        ExprKind::Not(negation) => expand_body(locals, &mut negation.body),
        ExprKind::Some(_) => {}
    }
    for before in &mut support {
        before.with.clone_from(&expr.with);
    }
    out.extend(support);
    out.push(expr);
}

/// Takes the calls out of a term, and gives the expressions that must stand before it.
fn expand_term(locals: &mut Locals, term: &mut Term) -> Vec<Expr> {
    match &mut term.kind {
        TermKind::Call(parts) => {
            let mut support = expand_terms(locals, &mut parts[1..]);
            let location = term.location;
            let local = Term::var(location, locals.next());
            let mut parts = std::mem::take(parts);
            parts.push(local.clone());
            *term = local;
            support.push(Expr { generated: true, ..Expr::new(location, ExprKind::Call(parts)) });
            support
        }
        TermKind::Ref(parts) => {
            let mut support = expand_terms(locals, parts);
            // `[1, 2][i]` is `local = [1, 2]; local[i]`.
            if !matches!(parts[0].kind, TermKind::Var(_) | TermKind::Ref(_)) {
                support.push(take_out(locals, &mut parts[0]));
            }
            support
        }
        TermKind::Array(items) | TermKind::Set(items) => expand_terms(locals, items),
        TermKind::Object(entries) => {
            let mut support = Vec::new();
            for (key, value) in entries {
                support.extend(expand_term(locals, key));
                support.extend(expand_term(locals, value));
            }
            support
        }
        TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
            let support = expand_term(locals, &mut inner.term);
            append(&mut inner.body, support);
            expand_body(locals, &mut inner.body);
            Vec::new()
        }
        TermKind::ObjectComprehension(inner) => {
            let support = expand_term(locals, &mut inner.key);
            append(&mut inner.body, support);
            let support = expand_term(locals, &mut inner.value);
            append(&mut inner.body, support);
            expand_body(locals, &mut inner.body);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn expand_terms(locals: &mut Locals, terms: &mut [Term]) -> Vec<Expr> {
    terms.iter_mut().flat_map(|term| expand_term(locals, term)).collect()
}

/// What comprehensions collect is computed at the end of their bodies, if it has to be evaluated.
pub(super) mod collected {
    use crate::ast::{Expr, NodeMut, Term, TermKind, each_in_expr, each_in_term};

    use super::super::terms::requires_evaluation;
    use super::super::{Compiler, Locals, Unit};
    use super::{append, equality};

    impl Compiler {
        /// Does so in all rules.
        pub(in super::super) fn rewrite_collected(&mut self) {
            let locals = &mut self.locals;
            for Unit { rule, .. } in &mut self.units {
                let head = &mut rule.head;
                let terms = head.args.iter_mut().chain(&mut head.key).chain(&mut head.value);
                terms.for_each(|term| in_term(locals, term));
                in_body(locals, &mut rule.body);
            }
        }
    }

    fn in_body(locals: &mut Locals, body: &mut [Expr]) {
        for expr in body {
            each_in_expr(expr, &mut |node| in_node(locals, node));
        }
    }

    fn in_node(locals: &mut Locals, node: NodeMut<'_>) {
        match node {
            NodeMut::Term(term) => in_term(locals, term),
            NodeMut::Body(body) => in_body(locals, body),
            NodeMut::Expr(expr) => each_in_expr(expr, &mut |node| in_node(locals, node)),
            NodeMut::With(with) => {
                in_term(locals, &mut with.target);
                in_term(locals, &mut with.value);
            }
        }
    }

    fn in_term(locals: &mut Locals, term: &mut Term) {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                collect(locals, &mut inner.term, &mut inner.body);
            }
            TermKind::ObjectComprehension(inner) => {
                collect(locals, &mut inner.key, &mut inner.body);
                collect(locals, &mut inner.value, &mut inner.body);
            }
            _ => {}
        }
        each_in_term(term, &mut |node| in_node(locals, node));
    }

    fn collect(locals: &mut Locals, term: &mut Term, body: &mut Vec<Expr>) {
        if requires_evaluation(term) {
            let place = Term::new(term.location, TermKind::Null);
            let (local, expr) = equality(locals, std::mem::replace(term, place));
            *term = local;
            append(body, vec![expr]);
        }
    }
}
