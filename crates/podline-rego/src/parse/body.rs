//! Bodies and their expressions.

use crate::ast::{Every, Expr, ExprKind, Location, Negation, Term, TermKind, With};

use super::Parser;
use super::operators::operator;
use super::token::Token;

impl Parser<'_> {
    /// The expressions up to `end`.
    pub(super) fn body(&mut self, end: Token) -> Option<Vec<Expr>> {
        self.nested(|parser| parser.query(false, end))
    }

    /// Expressions with new lines or `;` between them; if only `;` counts, as many as these join.
    pub(super) fn query(&mut self, only_semicolons: bool, end: Token) -> Option<Vec<Expr>> {
        if self.token() == end {
            self.error(self.location(), "found empty body");
            return None;
        }
        let mut body = Vec::new();
        loop {
            body.push(self.literal()?);
            if self.token() == Token::Semicolon {
                self.scan();
                continue;
            }
            if self.token() == end || only_semicolons {
                return Some(body);
            }
            if !self.state.skipped_line {
                if self.state.errors.is_empty() {
                    self.illegal(&format!("expected \\n or ; or {}", end.name()));
                }
                return None;
            }
        }
    }

    /// One expression.
    pub(super) fn literal(&mut self) -> Option<Expr> {
        let location = self.location();
        let mut expr = self.any_literal(location)?;
        expr.location = location;
        Some(expr)
    }

    fn any_literal(&mut self, location: Location) -> Option<Expr> {
        if self.keyword_as_name() {
            return self.expression(false);
        }
        let negated = self.negation();
        if negated && self.not_bodies && self.token() == Token::OpenBrace {
            self.scan();
            let body = self.body(Token::CloseBrace)?;
            self.scan();
            let kind = ExprKind::Not(Box::new(Negation { body, explicit: true }));
            return self.with_modifiers(Expr::new(location, kind));
        }
        match self.token() {
            Token::Some | Token::Every if negated => {
                self.illegal(&format!("illegal negation of '{}'", self.token().name()));
                None
            }
            Token::Some => self.some(location),
            Token::Every => self.every(location),
            _ => self.expression(negated),
        }
    }

    /// Skips a `not` that is no name (`not.x`).
    fn negation(&mut self) -> bool {
        let negated = self.token() == Token::Not;
        if negated {
            self.scan();
        }
        negated
    }

    fn expression(&mut self, negated: bool) -> Option<Expr> {
        let location = self.location();
        let expr = Expr::new(location, self.terms()?);
        let mut expr = self.with_modifiers(expr)?;
        if negated && self.not_bodies {
            let with = std::mem::take(&mut expr.with);
            let kind = ExprKind::Not(Box::new(Negation { body: vec![expr], explicit: false }));
            return Some(Expr { with, ..Expr::new(location, kind) });
        }
        expr.negated = negated;
        Some(expr)
    }

    /// A term, a call, an unification or an assignment.
    fn terms(&mut self) -> Option<ExprKind> {
        let left = self.infix()?;
        if matches!(self.token(), Token::Assign | Token::Unify) {
            let sign = operator(self.location(), &[self.token().name()]);
            self.scan();
            let right = self.infix()?;
            return Some(ExprKind::Call(vec![sign, left, right]));
        }
        Some(match left.kind {
            TermKind::Call(terms) => ExprKind::Call(terms),
            _ => ExprKind::Term(Box::new(left)),
        })
    }

    fn with_modifiers(&mut self, mut expr: Expr) -> Option<Expr> {
        while self.token() == Token::With {
            let location = self.location();
            self.scan();
            if self.token() != Token::Ident {
                self.illegal("expected ident");
                return None;
            }
            let target = self.term()?;
            if !matches!(target.kind, TermKind::Ref(_) | TermKind::Var(_)) {
                self.illegal("expected with target path");
            }
            if self.token() != Token::As {
                self.illegal("expected as keyword");
                return None;
            }
            self.scan();
            let value = self.infix()?;
            expr.with.push(With { location, target, value });
        }
        Some(expr)
    }

    fn some(&mut self, location: Location) -> Option<Expr> {
        let before = self.save();
        self.scan();
        if let Some(term) = self.infix()
            && let TermKind::Call(parts) = &term.kind
        {
            if membership(parts).is_none() {
                self.illegal("expected `x in xs` or `x, y in xs` expression");
                return None;
            }
            return self.with_modifiers(Expr::new(location, ExprKind::Some(vec![term])));
        }
        self.restore(before);
        let mut symbols = Vec::new();
        loop {
            self.scan();
            if self.token() != Token::Ident {
                self.illegal("expected var");
                return None;
            }
            symbols.push(self.var());
            self.scan();
            if self.token() != Token::Comma {
                return Some(Expr::new(location, ExprKind::Some(symbols)));
            }
        }
    }

    fn every(&mut self, location: Location) -> Option<Expr> {
        self.scan();
        let term = self.infix()?;
        let TermKind::Call(parts) = term.kind else {
            self.illegal("expected `x[, y] in xs { ... }` expression");
            return None;
        };
        let Some(pair) = membership(&parts) else {
            self.illegal("expected `x[, y] in xs { ... }` expression");
            return None;
        };
        let mut parts = parts.into_iter().skip(1);
        let key = if pair { parts.next() } else { None };
        let (value, domain) = (parts.next()?, parts.next()?);
        if key.as_ref().is_some_and(|key| key.as_var().is_none()) {
            self.illegal("expected key to be a variable");
            return None;
        }
        if value.as_var().is_none() {
            self.illegal("expected value to be a variable");
            return None;
        }
        if self.token() != Token::OpenBrace {
            self.illegal("missing body");
            return None;
        }
        self.scan();
        let body = self.body(Token::CloseBrace)?;
        self.scan();
        let kind = ExprKind::Every(Box::new(Every { key, value, domain, body }));
        self.with_modifiers(Expr::new(location, kind))
    }
}

/// Is it `x in xs` (false) or `k, x in xs` (true)?
fn membership(parts: &[Term]) -> Option<bool> {
    let function = parts.first()?.as_ref()?;
    let name = match function.as_slice() {
        [internal, name] if internal.is_var("internal") => name.as_text()?,
        _ => return None,
    };
    match (&**name, parts.len()) {
        ("member_2", 3) => Some(false),
        ("member_3", 4) => Some(true),
        _ => None,
    }
}
