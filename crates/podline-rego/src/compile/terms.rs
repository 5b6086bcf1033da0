//! Small questions about terms and expressions, and the making of new ones.

use crate::ast::{Expr, ExprKind, Location, Node, Term, TermKind, walk_term};

use super::Locals;

/// A reference to a built-in of one part.
pub(super) fn builtin(location: Location, name: &str) -> Term {
    Term::new(location, TermKind::Ref(vec![Term::var(location, name)]))
}

/// Is it the call of a built-in of one part, and of which?
fn operator(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(terms) = &expr.kind else { return None };
    match terms.first()?.as_ref()?.as_slice() {
        [only] => only.as_var().map(|name| &**name),
        _ => None,
    }
}

/// `a = b`
pub(super) fn is_equality(expr: &Expr) -> bool {
    operator(expr) == Some("eq")
}

/// `a := b`
pub(super) fn is_assignment(expr: &Expr) -> bool {
    operator(expr) == Some("assign")
}

/// `a == b`
pub(super) fn is_comparison(expr: &Expr) -> bool {
    operator(expr) == Some("equal") && operands(expr).len() == 2
}

/// `print(…)`
pub(super) fn is_print(expr: &Expr) -> bool {
    operator(expr) == Some("print")
}

/// The arguments of a call, and the term for its result if it has one.
pub(super) fn operands(expr: &Expr) -> &[Term] {
    match &expr.kind {
        ExprKind::Call(terms) => terms.get(1..).unwrap_or_default(),
        _ => &[],
    }
}

/// Is it exactly `input` or `data`? Which?
pub(super) fn root(term: &Term) -> Option<&crate::ast::Name> {
    match term.as_ref()?.as_slice() {
        [only] => only.as_var().filter(|name| is_reserved(name)),
        _ => None,
    }
}

/// Is it one of the names that always have a value?
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(name, "input" | "data")
}

/// Does it hold a reference or a comprehension?
pub(super) fn requires_evaluation(term: &Term) -> bool {
    let mut found = false;
    walk_term(term, &mut |node| {
        if let Node::Term(term) = node {
            found |= matches!(
                term.kind,
                TermKind::Ref(_)
                    | TermKind::ArrayComprehension(_)
                    | TermKind::SetComprehension(_)
                    | TermKind::ObjectComprehension(_)
            );
        }
        found
    });
    found
}

/// Does it hold nothing but constants?
pub(super) fn is_constant(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) | TermKind::Template(_) => true,
        TermKind::Array(items) | TermKind::Set(items) => items.iter().all(is_constant),
        TermKind::Object(entries) => entries.iter().all(|(key, value)| is_constant(key) && is_constant(value)),
        _ => false,
    }
}

/// `local = other`, with a variable of its own.
pub(super) fn equality(locals: &mut Locals, other: Term) -> (Term, Expr) {
    let location = other.location;
    let local = Term::var(location, locals.next());
    let kind = ExprKind::Call(vec![builtin(location, "eq"), local.clone(), other]);
    (local, Expr { generated: true, ..Expr::new(location, kind) })
}

/// Replaces a term by a variable, and gives the expression that gives the variable its value.
pub(super) fn take_out(locals: &mut Locals, term: &mut Term) -> Expr {
    let location = term.location;
    let taken = std::mem::replace(term, Term::new(location, TermKind::Null));
    let (local, expr) = equality(locals, taken);
    *term = local;
    expr
}

/// Is it the body of a rule that has none?
pub(super) fn is_empty(body: &[Expr]) -> bool {
    matches!(body, [only] if matches!(&only.kind, ExprKind::Term(term) if matches!(term.kind, TermKind::Bool(true))))
}

/// Adds expressions to a body; the first takes the place of a body that says nothing.
pub(super) fn append(body: &mut Vec<Expr>, exprs: Vec<Expr>) {
    if !exprs.is_empty() && is_empty(body) {
        body.clear();
    }
    body.extend(exprs);
}
