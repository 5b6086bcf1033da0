//! The heads of rules.

use crate::ast::{Head, Location, Name, Ref, Term, TermKind};

use super::Parser;
use super::term::root_as_reference;
use super::token::Token;

/// A head that is only a path.
pub(super) fn plain_head(location: Location, reference: Ref, value: Option<Term>) -> Head {
    let name: Name = match reference.as_slice() {
        [only] => only.as_var().cloned().unwrap_or_default(),
        _ => Name::default(),
    };
    Head {
        location,
        reference,
        name,
        args: Vec::new(),
        key: None,
        value,
        assign: false,
        generated_value: false,
        says_if: false,
        says_contains: false,
    }
}

impl Parser<'_> {
    /// The head of a rule, up to its body.
    pub(super) fn head(&mut self, default: bool) -> Option<Head> {
        let location = self.location();
        let name = self.var();
        let Some(term) = self.head_path(name) else {
            self.illegal("expected rule head name");
            return None;
        };
        let mut head = self.head_of(location, term)?;
        let name = crate::ast::Path(&head.reference).to_string();
        match self.token() {
            Token::Contains => {
                if !head.args.is_empty() {
                    self.illegal("the contains keyword can only be used with multi-value rule definitions");
                }
                self.scan();
                head.says_contains = true;
                head.key = self.infix();
                if head.key.is_none() {
                    self.illegal(&format!("expected rule key term (e.g., {name} contains <VALUE> {{ ... }})"));
                    return None;
                }
                return Some(head);
            }
            Token::Unify | Token::Assign => {
                head.assign = self.token() == Token::Assign;
                self.scan();
                head.value = self.infix();
                if head.value.is_none() {
                    let what = if default { "default rule" } else { "rule" };
                    self.illegal(&format!("expected {what} value term (e.g., {name} := <VALUE>)"));
                    return None;
                }
            }
            _ => {}
        }
        if head.value.is_none() && (head.reference.len() != 2 || !head.args.is_empty()) {
            head.generated_value = true;
            head.value = Some(Term::new(location, TermKind::Bool(true)));
        }
        Some(head)
    }

    /// The path of a head; a blank may stand before its first key or its arguments.
    fn head_path(&mut self, name: Term) -> Option<Term> {
        self.scan_blank();
        match self.token() {
            Token::Add
            | Token::Sub
            | Token::Mul
            | Token::Quo
            | Token::Rem
            | Token::And
            | Token::Or
            | Token::Equal
            | Token::Neq
            | Token::Gt
            | Token::Gte
            | Token::Lt
            | Token::Lte => self.illegal(""),
            Token::Blank => self.scan(),
            _ => {}
        }
        match self.token() {
            Token::OpenParen | Token::Dot | Token::OpenBracket => self.reference(name),
            _ => Some(root_as_reference(name)),
        }
    }

    fn head_of(&mut self, location: Location, term: Term) -> Option<Head> {
        let (reference, args) = match term.kind {
            TermKind::Call(mut parts) => {
                let args = parts.split_off(1);
                match parts.pop().map(|function| function.kind) {
                    Some(TermKind::Ref(reference)) => (reference, args),
                    _ => return None,
                }
            }
            TermKind::Ref(reference) => (reference, Vec::new()),
            TermKind::Var(_) => (vec![term], Vec::new()),
            _ => return None,
        };
        if reference.first().is_none_or(|first| first.as_var().is_none()) {
            self.illegal(&format!("rule head ref {} invalid", crate::ast::Path(&reference)));
            return None;
        }
        Some(Head { args, ..plain_head(location, reference, None) })
    }
}
