//! Terms with operators between them: `a + b * c`, `x in xs`, `k, v in xs`.

use crate::ast::{Location, Term, TermKind};

use super::token::Token;
use super::{Parser, State};

/// Which operators there are, and how tightly each binds.
fn strength(token: Token) -> Option<u8> {
    Some(match token {
        Token::Equal | Token::Neq | Token::Lt | Token::Gt | Token::Lte | Token::Gte => 0,
        Token::Or => 1,
        Token::And => 2,
        Token::Add | Token::Sub => 3,
        Token::Mul | Token::Quo | Token::Rem => 4,
        _ => return None,
    })
}

/// The reference to a built-in that an operator stands for.
pub(super) fn operator(location: Location, parts: &[&str]) -> Term {
    let mut reference: Vec<Term> = parts.iter().map(|part| Term::text(location, *part)).collect();
    if let Some(first) = reference.first_mut() {
        *first = Term::var(location, parts[0]);
    }
    Term::new(location, TermKind::Ref(reference))
}

impl<'t> Parser<'t> {
    /// A term with all operators.
    pub(super) fn infix(&mut self) -> Option<Term> {
        self.nested(|parser| {
            let first = parser.relation()?;
            Some(parser.membership(first, true))
        })
    }

    /// The same in a list, where a comma ends it.
    pub(super) fn infix_in_list(&mut self) -> Option<Term> {
        self.nested(|parser| {
            let first = parser.relation()?;
            Some(parser.membership(first, false))
        })
    }

    /// Goes on in a list after a first term that has been read.
    pub(super) fn infix_in_list_from(&mut self, first: Term) -> Option<Term> {
        self.nested(|parser| {
            let first = parser.climb(first, 0);
            Some(parser.membership(first, false))
        })
    }

    fn relation(&mut self) -> Option<Term> {
        let first = self.term()?;
        Some(self.climb(first, 0))
    }

    /// Goes on with operators that bind at least so tightly; they are taken from the left.
    fn climb(&mut self, mut left: Term, least: u8) -> Term {
        let before = self.depth;
        while let Some(strength) = strength(self.token()).filter(|strength| *strength >= least) {
            let location = self.location();
            let sign = operator(location, &[self.token().name()]);
            self.scan();
            // Each operator makes the tree deeper.
            let right = self.enter().and_then(|()| self.term()).map(|right| self.climb(right, strength + 1));
            let Some(right) = right else { break };
            left = Term::new(left.location, TermKind::Call(vec![sign, left, right]));
        }
        self.depth = before;
        left
    }

    fn membership(&mut self, mut left: Term, pairs: bool) -> Term {
        let before = self.depth;
        loop {
            if pairs && self.token() == Token::Comma {
                let state = self.save();
                match self.pair(left, state) {
                    Ok(call) => left = call,
                    Err(term) => {
                        left = term;
                        break;
                    }
                }
            } else {
                self.keyword_as_name();
                if self.token() != Token::In {
                    break;
                }
                let sign = operator(self.location(), &["internal", "member_2"]);
                self.scan();
                let Some(right) = self.relation() else { break };
                left = Term::new(left.location, TermKind::Call(vec![sign, left, right]));
            }
            if self.token() != Token::In || self.enter().is_none() {
                break;
            }
        }
        self.depth = before;
        left
    }

    /// `key, value in domain`, or what was before if it is none.
    fn pair(&mut self, key: Term, before: State<'t>) -> Result<Term, Term> {
        self.scan();
        if let Some(value) = self.relation()
            && self.token() == Token::In
        {
            let sign = operator(self.location(), &["internal", "member_3"]);
            self.scan();
            if let Some(domain) = self.relation() {
                return Ok(Term::new(key.location, TermKind::Call(vec![sign, key, value, domain])));
            }
        }
        self.restore(before);
        Err(key)
    }
}
