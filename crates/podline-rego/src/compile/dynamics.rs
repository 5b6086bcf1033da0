//! References and comprehensions within terms get their values before: `f(input.a)` is `x = input.a; f(x)`.
//!
//! Source: `rewriteDynamicTerms` in `v1/ast/compile.go`.

use crate::ast::{Expr, ExprKind, Term, TermKind, With};

use super::terms::{is_equality, take_out};
use super::{Compiler, Locals};

impl Compiler {
    /// Takes references and comprehensions out of all terms.
    pub(super) fn rewrite_dynamics(&mut self) {
        let locals = &mut self.locals;
        self.units.iter_mut().for_each(|unit| in_body(locals, &mut unit.rule.body));
    }
}

fn in_body(locals: &mut Locals, body: &mut Vec<Expr>) {
    let before = std::mem::take(body);
    for mut expr in before {
        in_expr(locals, &mut expr, body);
        body.push(expr);
    }
}

fn in_expr(locals: &mut Locals, expr: &mut Expr, out: &mut Vec<Expr>) {
    let equality = is_equality(expr);
    let Expr { kind, with, .. } = expr;
    let mut taker = Taker { locals, with, out };
    match kind {
        ExprKind::Call(terms) if equality && terms.len() != 3 => {}
        ExprKind::Call(terms) if equality => terms.iter_mut().skip(1).for_each(|term| taker.side(term)),
        ExprKind::Call(terms) => terms.iter_mut().skip(1).for_each(|term| taker.term(term)),
        ExprKind::Every(every) => {
            taker.term(&mut every.domain);
            in_body(locals, &mut every.body);
        }
        ExprKind::Not(negation) => in_body(locals, &mut negation.body),
        ExprKind::Term(term) => taker.side(term),
        ExprKind::Some(_) => {}
    }
}

struct Taker<'c> {
    locals: &'c mut Locals,
    with: &'c [With],
    out: &'c mut Vec<Expr>,
}

impl Taker<'_> {
    /// A term that may be a reference or a comprehension itself.
    fn side(&mut self, term: &mut Term) {
        match &mut term.kind {
            TermKind::Ref(parts) => parts.iter_mut().skip(1).for_each(|part| self.term(part)),
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                in_body(self.locals, &mut inner.body);
            }
            TermKind::ObjectComprehension(inner) => in_body(self.locals, &mut inner.body),
            _ => self.term(term),
        }
    }

    /// A term that may be neither.
    fn term(&mut self, term: &mut Term) {
        match &mut term.kind {
            TermKind::Ref(_)
            | TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => {
                self.side(term);
                let expr = take_out(self.locals, term);
                self.out.push(Expr { with: self.with.to_vec(), ..expr });
            }
            TermKind::Array(items) | TermKind::Set(items) => items.iter_mut().for_each(|item| self.term(item)),
            TermKind::Object(entries) => entries.iter_mut().for_each(|(key, value)| {
                self.term(key);
                self.term(value);
            }),
            _ => {}
        }
    }
}
