//! Terms: scalars, collections, comprehensions, references and calls.

use crate::ast::{Comprehension, Location, ObjectComprehension, Term, TermKind};

use super::operators::operator;
use super::token::Token;
use super::{MAX_DEPTH, Parser, State};

impl<'t> Parser<'t> {
    /// A term without operators.
    pub(super) fn term(&mut self) -> Option<Term> {
        if self.trying == 0 && self.known.is_empty() {
            return self.nested(Self::fresh_term);
        }
        let start = self.state.start;
        if let Some((term, mut after)) = self.known.remove(&start) {
            if term.is_none() {
                self.known.insert(start, (None, after.clone()));
            }
            // Only what is wrong within the term counts again.
            let within = std::mem::take(&mut after.errors);
            after.errors = std::mem::take(&mut self.state.errors);
            after.errors.extend(within);
            self.restore(after);
            return term;
        }
        let composite = matches!(self.token(), Token::OpenBracket | Token::OpenBrace | Token::OpenParen);
        let errors = self.state.errors.len();
        let term = self.nested(Self::fresh_term);
        if composite && self.trying > 0 {
            let mut after = self.save();
            after.errors = after.errors.split_off(errors.min(after.errors.len()));
            self.known.insert(start, (term.clone(), after));
        }
        term
    }

    fn fresh_term(&mut self) -> Option<Term> {
        let location = self.location();
        let scalar = |kind| Some(Term::new(location, kind));
        let term = match self.token() {
            Token::Null => scalar(TermKind::Null),
            Token::True => scalar(TermKind::Bool(true)),
            Token::False => scalar(TermKind::Bool(false)),
            Token::Sub => return self.negative(location),
            Token::Dot | Token::Number => self.number(),
            Token::String => self.string(),
            Token::TemplatePart | Token::TemplateEnd => self.template(),
            Token::Ident | Token::Contains => Some(self.var()),
            Token::OpenBracket => self.array(),
            Token::OpenBrace => self.set_or_object(),
            Token::OpenParen => self.parenthesized(),
            _ => {
                self.illegal("");
                None
            }
        };
        self.finish(term?)
    }

    /// `-1`, or `-x`, which is `0 - x`.
    fn negative(&mut self, location: Location) -> Option<Term> {
        let before = self.save();
        self.scan();
        if !matches!(self.token(), Token::Ident | Token::Contains) {
            self.restore(before);
            let number = self.number()?;
            return self.finish(number);
        }
        let name = self.var();
        let of = self.finish(name)?;
        let zero = Term::new(location, TermKind::Number(0_i64.into()));
        Some(Term::new(location, TermKind::Call(vec![operator(location, &["minus"]), zero, of])))
    }

    fn parenthesized(&mut self) -> Option<Term> {
        self.scan();
        let term = self.infix()?;
        if self.token() != Token::CloseParen {
            self.error(self.location(), "non-terminated expression");
            return None;
        }
        Some(term)
    }

    /// What may follow a term at once: a reference into it, or a call of it.
    pub(super) fn finish(&mut self, head: Term) -> Option<Term> {
        self.scan_blank();
        match self.token() {
            Token::OpenParen | Token::Dot | Token::OpenBracket => return self.reference(head),
            Token::Blank => self.scan(),
            _ => {}
        }
        Some(root_as_reference(head))
    }

    /// A reference into a term, at its first key or at the arguments of a call.
    pub(super) fn reference(&mut self, head: Term) -> Option<Term> {
        let before = self.depth;
        let read = self.reference_parts(head);
        self.depth = before;
        read
    }

    fn reference_parts(&mut self, head: Term) -> Option<Term> {
        let location = head.location;
        self.check_head(&head);
        let mut parts = vec![head];
        loop {
            self.check_length(parts.len())?;
            match self.token() {
                Token::Dot => {
                    self.scan_blank();
                    if self.token() != Token::Ident && !self.is_keyword_for_refs() {
                        self.illegal("expected identifier");
                        return None;
                    }
                    parts.push(Term::text(self.location(), self.lexeme()));
                    self.scan_blank();
                }
                Token::OpenBracket => {
                    self.scan();
                    let key = self.infix()?;
                    if self.token() != Token::CloseBracket {
                        self.illegal("expected [");
                        return None;
                    }
                    parts.push(key);
                    self.scan_blank();
                }
                Token::OpenParen => {
                    let function = Term::new(location, TermKind::Ref(parts));
                    let call = self.call(function)?;
                    match self.token() {
                        Token::Blank => {
                            self.scan();
                            return Some(call);
                        }
                        Token::Dot | Token::OpenBracket => {
                            // A reference into what a call gives is one level deeper.
                            self.enter()?;
                            self.check_head(&call);
                            parts = vec![call];
                        }
                        _ => return Some(call),
                    }
                }
                Token::Blank => {
                    self.scan();
                    return Some(Term::new(location, TermKind::Ref(parts)));
                }
                _ => return Some(Term::new(location, TermKind::Ref(parts))),
            }
        }
    }

    /// A reference of many parts makes trees of rules and of types as deep as one of many levels.
    fn check_length(&mut self, parts: usize) -> Option<()> {
        let depth = self.depth + parts;
        if depth > MAX_DEPTH {
            self.error(self.location(), "max parsing recursion depth exceeded");
            return None;
        }
        self.deepest = self.deepest.max(depth);
        Some(())
    }

    fn check_head(&mut self, head: &Term) {
        use TermKind::{Array, ArrayComprehension, Call, Object, ObjectComprehension, Set, SetComprehension, Var};
        let allowed = matches!(
            head.kind,
            Var(_)
                | Array(_)
                | Object(_)
                | Set(_)
                | Call(_)
                | ArrayComprehension(_)
                | ObjectComprehension(_)
                | SetComprehension(_)
        );
        if !allowed {
            self.error(head.location, format!("illegal ref (head cannot be {})", head.kind.name()));
        }
    }

    fn call(&mut self, function: Term) -> Option<Term> {
        let location = function.location;
        self.scan();
        if self.token() == Token::CloseParen {
            self.scan_blank();
            let set = function.as_ref().is_some_and(
                |parts| matches!(parts.as_slice(), [only] if only.as_var().is_some_and(|name| &**name == "set")),
            );
            let kind = if set { TermKind::Set(Vec::new()) } else { TermKind::Call(vec![function]) };
            return Some(Term::new(location, kind));
        }
        let parts = self.list(Token::CloseParen, vec![function])?;
        self.scan_blank();
        Some(Term::new(location, TermKind::Call(parts)))
    }

    fn array(&mut self) -> Option<Term> {
        let location = self.location();
        self.scan();
        if self.token() == Token::CloseBracket {
            return Some(Term::new(location, TermKind::Array(Vec::new())));
        }
        let comprehension = self.no_leading_comma();
        let before = self.save();
        let head = self.term()?;
        let items = match self.token() {
            Token::CloseBracket => vec![head],
            Token::Comma => {
                self.scan();
                self.list(Token::CloseBracket, vec![head])?
            }
            Token::Or if comprehension => match self.comprehension(head, Token::CloseBracket, before)? {
                Tried::Body(inner) => return Some(Term::new(location, TermKind::ArrayComprehension(Box::new(inner)))),
                Tried::Nothing => self.list(Token::CloseBracket, Vec::new())?,
            },
            _ => {
                let first = self.infix_in_list_from(head)?;
                self.list_from(Token::CloseBracket, first, Vec::new())?
            }
        };
        Some(Term::new(location, TermKind::Array(items)))
    }

    /// `[x | …]` in OPA may not begin with a comma, a list may.
    fn no_leading_comma(&mut self) -> bool {
        let none = self.token() != Token::Comma;
        if !none {
            self.scan();
        }
        none
    }

    /// What follows `head |`: the body of a comprehension, or else nothing, and the parser is where `head` begins.
    fn comprehension(&mut self, head: Term, end: Token, before: State<'t>) -> Option<Tried> {
        self.trying += 1;
        self.scan();
        let body = self.body(end);
        self.trying -= 1;
        if let Some(body) = body {
            return Some(Tried::Body(Comprehension { term: head, body }));
        }
        if self.token() != Token::Comma {
            return None;
        }
        self.restore(before);
        Some(Tried::Nothing)
    }

    fn set_or_object(&mut self) -> Option<Term> {
        let location = self.location();
        self.scan();
        if self.token() == Token::CloseBrace {
            return Some(Term::new(location, TermKind::Object(Vec::new())));
        }
        let comprehension = self.no_leading_comma();
        let before = self.save();
        let head = self.term()?;
        let kind = match self.token() {
            Token::Or if comprehension => match self.comprehension(head, Token::CloseBrace, before)? {
                Tried::Body(inner) => TermKind::SetComprehension(Box::new(inner)),
                Tried::Nothing => TermKind::set(self.list(Token::CloseBrace, Vec::new())?),
            },
            Token::CloseBrace | Token::Comma => self.set(head)?,
            Token::Colon => self.object(head, comprehension)?,
            _ => {
                let head = self.infix_in_list_from(head)?;
                match self.token() {
                    Token::CloseBrace | Token::Comma => self.set(head)?,
                    Token::Colon => self.object(head, comprehension)?,
                    _ => {
                        self.illegal("non-terminated set");
                        return None;
                    }
                }
            }
        };
        Some(Term::new(location, kind))
    }

    /// The rest of a set whose first element has been read.
    fn set(&mut self, head: Term) -> Option<TermKind> {
        if self.token() == Token::CloseBrace {
            return Some(TermKind::Set(vec![head]));
        }
        self.scan();
        Some(TermKind::set(self.list(Token::CloseBrace, vec![head])?))
    }

    /// The rest of an object whose first key has been read.
    fn object(&mut self, key: Term, comprehension: bool) -> Option<TermKind> {
        self.scan();
        let before = self.save();
        let mut value = self.term()?;
        if self.token() == Token::Or && comprehension {
            self.trying += 1;
            self.scan();
            let body = self.body(Token::CloseBrace);
            self.trying -= 1;
            if let Some(body) = body {
                return Some(TermKind::ObjectComprehension(Box::new(ObjectComprehension { key, value, body })));
            }
            self.restore(before);
            value = self.infix_in_list()?;
        } else if !matches!(self.token(), Token::CloseBrace | Token::Comma) {
            value = self.infix_in_list_from(value)?;
        }
        match self.token() {
            Token::CloseBrace => Some(TermKind::object(vec![(key, value)])),
            Token::Comma => {
                self.scan();
                Some(TermKind::object(self.pairs(vec![(key, value)])?))
            }
            _ => {
                self.illegal("non-terminated object");
                None
            }
        }
    }

    /// The rest of a list up to `end`, where its next element begins.
    fn list(&mut self, end: Token, read: Vec<Term>) -> Option<Vec<Term>> {
        if self.token() == end {
            return Some(read);
        }
        let first = self.infix_in_list()?;
        self.list_from(end, first, read)
    }

    /// The rest of a list up to `end`, after one of its elements.
    fn list_from(&mut self, end: Token, first: Term, mut read: Vec<Term>) -> Option<Vec<Term>> {
        read.push(first);
        while self.token() != end {
            if self.token() != Token::Comma {
                self.illegal(&format!("expected \",\" or \"{}\"", end.name()));
                return None;
            }
            self.scan();
            if self.token() == end {
                break;
            }
            read.push(self.infix_in_list()?);
        }
        Some(read)
    }

    fn pairs(&mut self, mut read: Vec<(Term, Term)>) -> Option<Vec<(Term, Term)>> {
        while self.token() != Token::CloseBrace {
            let key = self.infix_in_list()?;
            if self.token() != Token::Colon {
                self.illegal("expected \":\"");
                return None;
            }
            self.scan();
            read.push((key, self.infix_in_list()?));
            match self.token() {
                Token::CloseBrace => break,
                Token::Comma => self.scan(),
                _ => {
                    self.illegal("expected \",\" or \"}\"");
                    return None;
                }
            }
        }
        Some(read)
    }
}

/// What trying to read a comprehension gave.
enum Tried {
    Body(Comprehension),
    Nothing,
}

/// `input` and `data` alone are references.
pub(super) fn root_as_reference(head: Term) -> Term {
    let root = head.as_var().is_some_and(|name| matches!(&**name, "input" | "data"));
    if !root {
        return head;
    }
    Term::new(head.location, TermKind::Ref(vec![head]))
}
