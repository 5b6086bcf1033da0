//! Walks over the tree, to see and to change it.

use super::{Expr, ExprKind, Head, Rule, TemplatePart, Term, TermKind, With};

/// What a walk meets.
#[derive(Clone, Copy)]
pub enum Node<'a> {
    /// A term.
    Term(&'a Term),
    /// An expression.
    Expr(&'a Expr),
    /// A `with`.
    With(&'a With),
}

/// The same, to be changed.
pub enum NodeMut<'a> {
    /// A term.
    Term(&'a mut Term),
    /// A body.
    Body(&'a mut Vec<Expr>),
    /// An expression.
    Expr(&'a mut Expr),
    /// A `with`.
    With(&'a mut With),
}

/// Asked about each node before what is in it. Returns whether that is to be left out.
pub type Visit<'v, 'a> = &'v mut dyn FnMut(Node<'a>) -> bool;

/// Walks over a body.
pub fn walk_body<'a>(body: &'a [Expr], visit: Visit<'_, 'a>) {
    for expr in body {
        walk_expr(expr, visit);
    }
}

/// Walks over an expression.
pub fn walk_expr<'a>(expr: &'a Expr, visit: Visit<'_, 'a>) {
    if visit(Node::Expr(expr)) {
        return;
    }
    match &expr.kind {
        ExprKind::Term(term) => walk_term(term, visit),
        ExprKind::Call(terms) | ExprKind::Some(terms) => walk_terms(terms, visit),
        ExprKind::Every(every) => {
            walk_terms(&every.key, visit);
            walk_term(&every.value, visit);
            walk_term(&every.domain, visit);
            walk_body(&every.body, visit);
        }
        ExprKind::Not(negation) => walk_body(&negation.body, visit),
    }
    for with in &expr.with {
        if !visit(Node::With(with)) {
            walk_term(&with.target, visit);
            walk_term(&with.value, visit);
        }
    }
}

/// Walks over terms.
pub fn walk_terms<'a>(terms: impl IntoIterator<Item = &'a Term>, visit: Visit<'_, 'a>) {
    for term in terms {
        walk_term(term, visit);
    }
}

/// Walks over a term.
pub fn walk_term<'a>(term: &'a Term, visit: Visit<'_, 'a>) {
    if visit(Node::Term(term)) {
        return;
    }
    match &term.kind {
        TermKind::Ref(terms) | TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
            walk_terms(terms, visit);
        }
        TermKind::Object(entries) => {
            for (key, value) in entries {
                walk_term(key, visit);
                walk_term(value, visit);
            }
        }
        TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
            walk_term(&inner.term, visit);
            walk_body(&inner.body, visit);
        }
        TermKind::ObjectComprehension(inner) => {
            walk_term(&inner.key, visit);
            walk_term(&inner.value, visit);
            walk_body(&inner.body, visit);
        }
        TermKind::Template(parts) => {
            for part in parts {
                match part {
                    TemplatePart::Term(term) => walk_term(term, visit),
                    TemplatePart::Expr(expr) => walk_expr(expr, visit),
                }
            }
        }
        _ => {}
    }
}

/// Walks over the head of a rule: its arguments, its key and its value.
pub fn walk_head<'a>(head: &'a Head, visit: Visit<'_, 'a>) {
    walk_terms(&head.args, visit);
    walk_terms(&head.key, visit);
    walk_terms(&head.value, visit);
}

/// Walks over a rule, without its branches.
pub fn walk_rule<'a>(rule: &'a Rule, visit: Visit<'_, 'a>) {
    walk_head(&rule.head, visit);
    walk_body(&rule.body, visit);
}

/// Hands over what is right below a term.
pub fn each_in_term(term: &mut Term, change: &mut dyn FnMut(NodeMut<'_>)) {
    match &mut term.kind {
        TermKind::Ref(terms) | TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
            for term in terms {
                change(NodeMut::Term(term));
            }
        }
        TermKind::Object(entries) => {
            for (key, value) in entries {
                change(NodeMut::Term(key));
                change(NodeMut::Term(value));
            }
        }
        TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
            change(NodeMut::Term(&mut inner.term));
            change(NodeMut::Body(&mut inner.body));
        }
        TermKind::ObjectComprehension(inner) => {
            change(NodeMut::Term(&mut inner.key));
            change(NodeMut::Term(&mut inner.value));
            change(NodeMut::Body(&mut inner.body));
        }
        TermKind::Template(parts) => {
            for part in parts {
                match part {
                    TemplatePart::Term(term) => change(NodeMut::Term(term)),
                    TemplatePart::Expr(expr) => change(NodeMut::Expr(expr)),
                }
            }
        }
        _ => {}
    }
}

/// Hands over what is right below an expression.
pub fn each_in_expr(expr: &mut Expr, change: &mut dyn FnMut(NodeMut<'_>)) {
    match &mut expr.kind {
        ExprKind::Term(term) => change(NodeMut::Term(term)),
        ExprKind::Call(terms) | ExprKind::Some(terms) => {
            for term in terms {
                change(NodeMut::Term(term));
            }
        }
        ExprKind::Every(every) => {
            if let Some(key) = &mut every.key {
                change(NodeMut::Term(key));
            }
            change(NodeMut::Term(&mut every.value));
            change(NodeMut::Term(&mut every.domain));
            change(NodeMut::Body(&mut every.body));
        }
        ExprKind::Not(negation) => change(NodeMut::Body(&mut negation.body)),
    }
    for with in &mut expr.with {
        change(NodeMut::With(with));
    }
}
