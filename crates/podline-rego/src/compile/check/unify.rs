//! Do types fit together, and what does that say about variables?
//!
//! Source: `unify1`, `unify2` and `unifies` in `v1/ast/check.go`.

use crate::ast::{Term, TermKind, compare};
use crate::types::{self, Array, Object, Type, is_unknown, or};

use super::super::terms::is_constant;
use super::env::{Env, arity};

/// Can a value be of both types?
pub(super) fn unifies(a: Option<&Type>, b: Option<&Type>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    match (a, b) {
        (Type::Any(types), other) if fits_any(types, other) => true,
        (other, Type::Any(types)) => fits_any(types, other),
        (Type::Any(_), _) => false,
        (Type::Array(a), Type::Array(b)) => arrays(a, b),
        (Type::Object(a), Type::Object(b)) => objects(a, b),
        (Type::Set(a), Type::Set(b)) => unifies(a.as_ref().as_ref(), b.as_ref().as_ref()),
        (Type::Function(a), Type::Function(b)) => {
            arity(a) == arity(b) && (0..arity(a)).all(|at| unifies(a.argument(at), b.argument(at)))
        }
        _ => a == b,
    }
}

fn fits_any(types: &[Type], other: &Type) -> bool {
    !matches!(other, Type::Function(_)) && (types.is_empty() || types.iter().any(|of| unifies(Some(of), Some(other))))
}

fn at(array: &Array, at: usize) -> Option<&Type> {
    array.fixed.get(at).map_or(array.rest.as_ref(), Option::as_ref)
}

fn arrays(a: &Array, b: &Array) -> bool {
    let fits = |a: &Array, b: &Array| (0..a.fixed.len()).all(|i| unifies(at(a, i), at(b, i)));
    fits(a, b) && fits(b, a) && (a.rest.is_none() || b.rest.is_none() || unifies(a.rest.as_ref(), b.rest.as_ref()))
}

fn rest(object: &Object) -> Option<&Type> {
    object.rest.as_ref().and_then(|(_, value)| value.as_ref())
}

fn objects(a: &Object, b: &Object) -> bool {
    let open = rest(a).is_some() || rest(b).is_some();
    let fits = |a: &Object, b: &Object| {
        a.fixed.iter().all(|(key, of)| match b.select(key) {
            Some(other) => unifies(of.as_ref(), Some(&other)),
            None => open,
        })
    };
    fits(a, b) && fits(b, a) && (rest(a).is_none() || rest(b).is_none() || unifies(rest(a), rest(b)))
}

impl Env<'_> {
    /// Says that a term is of a type. Can it be? With `union`, variables may be of other types too.
    pub fn assume(&mut self, term: &Term, of: Option<&Type>, union: bool) -> bool {
        match &term.kind {
            TermKind::Array(items) => match of {
                Some(Type::Array(array)) => {
                    (items.len() == array.fixed.len() || array.rest.is_some())
                        && items.iter().enumerate().all(|(i, item)| self.assume(item, at(array, i), union))
                }
                Some(Type::Any(types)) => self.assume_any(term, types, items.iter()),
                _ => false,
            },
            TermKind::Object(entries) => match of {
                Some(Type::Object(object)) => self.assume_object(entries, object, union),
                Some(Type::Any(types)) => {
                    self.assume_any(term, types, entries.iter().flat_map(|(key, value)| [key, value]))
                }
                _ => false,
            },
            TermKind::Set(items) => match of {
                Some(Type::Set(of)) => items.iter().all(|item| self.assume(item, of.as_ref().as_ref(), union)),
                Some(Type::Any(types)) => self.assume_any(term, types, items.iter()),
                _ => false,
            },
            TermKind::Var(name) => {
                let known = self.var(name);
                if union {
                    self.vars.insert(name.clone(), or(known, of.cloned()));
                } else if known.is_some() {
                    return unifies(known.as_ref(), of);
                } else {
                    self.vars.insert(name.clone(), of.cloned());
                }
                true
            }
            _ => unifies(self.term(term).as_ref(), of),
        }
    }

    fn assume_any<'t>(&mut self, term: &Term, types: &[Type], parts: impl Iterator<Item = &'t Term>) -> bool {
        if types.is_empty() {
            let any = Type::any();
            for part in parts {
                self.assume(part, Some(&any), true);
            }
            return true;
        }
        let mut fits = false;
        for of in types {
            fits |= self.assume(term, Some(of), true);
        }
        fits
    }

    fn assume_object(&mut self, entries: &[(Term, Term)], object: &Object, union: bool) -> bool {
        if entries.len() != object.fixed.len() && rest(object).is_none() {
            return false;
        }
        entries.iter().all(|(key, value)| {
            if let Some(key) = key.to_value().filter(|_| is_constant(key)) {
                let of = object.select(&key);
                return of.is_some() && self.assume(value, of.as_ref(), union);
            }
            self.assume(value, Some(&Type::any()), union);
            true
        })
    }

    /// Says that two terms are equal. Can they be?
    pub fn equate(&mut self, a: &Term, a_type: Option<&Type>, b: &Term, b_type: Option<&Type>) -> bool {
        match (is_unknown(a_type), is_unknown(b_type)) {
            (true, false) => return self.assume(a, b_type, false),
            (false, true) => return self.assume(b, a_type, false),
            (false, false) => return unifies(a_type, b_type),
            (true, true) => {}
        }
        match (&a.kind, &b.kind) {
            (TermKind::Array(x), TermKind::Array(y)) => {
                x.len() == y.len() && x.iter().zip(y).all(|(x, y)| self.equate_terms(x, y))
            }
            (TermKind::Object(x), TermKind::Object(y)) => {
                let keys = x.iter().zip(y).all(|((x, _), (y, _))| compare(x, y).is_eq());
                x.len() == y.len() && keys && x.iter().zip(y).all(|((_, x), (_, y))| self.equate_terms(x, y))
            }
            (TermKind::Var(_) | TermKind::Array(_) | TermKind::Object(_), TermKind::Var(_)) => {
                self.equate_unknown(a, b)
            }
            (TermKind::Var(_), TermKind::Array(_) | TermKind::Object(_)) => self.equate_unknown(b, a),
            (TermKind::Var(_), _) if a_type.is_none() && b_type.is_some() => self.assume(a, b_type, false),
            (_, TermKind::Var(_)) if b_type.is_none() && a_type.is_some() => self.assume(b, a_type, false),
            _ => false,
        }
    }

    fn equate_terms(&mut self, a: &Term, b: &Term) -> bool {
        let (a_type, b_type) = (self.term(a), self.term(b));
        self.equate(a, a_type.as_ref(), b, b_type.as_ref())
    }

    /// Of two terms of which nothing is known the first can be anything, and the second what the first is.
    fn equate_unknown(&mut self, a: &Term, b: &Term) -> bool {
        self.assume(a, Some(&Type::any()), false) && {
            let of = self.term(a);
            self.assume(b, of.as_ref(), false)
        }
    }

    /// Says that a key leads into something of a type. Can it?
    pub fn assume_key(&mut self, key: &Term, of: &Type) -> bool {
        let keys = types::keys(of);
        match &key.kind {
            TermKind::Var(name) => {
                if let Some(known) = self.var(name) {
                    return unifies(Some(&known), keys.as_ref());
                }
                self.vars.insert(name.clone(), keys);
                true
            }
            TermKind::Ref(path) => match self.reference(path) {
                Some(known) => unifies(Some(&known), keys.as_ref()),
                None => true,
            },
            _ => self.assume(key, keys.as_ref(), false),
        }
    }
}
