//! The order of terms, by which sets and objects are kept: places do not count.
//!
//! Source: `v1/ast/compare.go`.

use std::cmp::Ordering;

use super::{Term, TermKind};

impl TermKind {
    /// A set: its elements in order, each once.
    pub(crate) fn set(mut items: Vec<Term>) -> TermKind {
        items.sort_by(compare);
        items.dedup_by(|b, a| compare(a, b).is_eq());
        TermKind::Set(items)
    }

    /// An object: its entries in the order of their keys; of equal keys the last value counts.
    pub(crate) fn object(mut entries: Vec<(Term, Term)>) -> TermKind {
        entries.sort_by(|(a, _), (b, _)| compare(a, b));
        entries.dedup_by(|later, kept| {
            let equal = compare(&kept.0, &later.0).is_eq();
            if equal {
                std::mem::swap(&mut kept.1, &mut later.1);
            }
            equal
        });
        TermKind::Object(entries)
    }

    /// OPA's word for what it is.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            TermKind::Null => "null",
            TermKind::Bool(_) => "boolean",
            TermKind::Number(_) => "number",
            TermKind::String(_) => "string",
            TermKind::Var(_) => "var",
            TermKind::Ref(_) => "ref",
            TermKind::Array(_) => "array",
            TermKind::Object(_) => "object",
            TermKind::Set(_) => "set",
            TermKind::ArrayComprehension(_) => "arraycomprehension",
            TermKind::SetComprehension(_) => "setcomprehension",
            TermKind::ObjectComprehension(_) => "objectcomprehension",
            TermKind::Call(_) => "call",
            TermKind::Template(_) => "templatestring",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            TermKind::Null => 0,
            TermKind::Bool(_) => 1,
            TermKind::Number(_) => 2,
            TermKind::String(_) => 3,
            TermKind::Template(_) => 4,
            TermKind::Var(_) => 5,
            TermKind::Ref(_) => 6,
            TermKind::Array(_) => 7,
            TermKind::Object(_) => 8,
            TermKind::Set(_) => 9,
            TermKind::ArrayComprehension(_) => 10,
            TermKind::ObjectComprehension(_) => 11,
            TermKind::SetComprehension(_) => 12,
            TermKind::Call(_) => 13,
        }
    }
}

/// The order of two terms.
pub(crate) fn compare(a: &Term, b: &Term) -> Ordering {
    match (&a.kind, &b.kind) {
        (TermKind::Bool(a), TermKind::Bool(b)) => a.cmp(b),
        (TermKind::Number(a), TermKind::Number(b)) => a.cmp(b),
        (TermKind::String(a), TermKind::String(b)) | (TermKind::Var(a), TermKind::Var(b)) => a.cmp(b),
        (TermKind::Ref(a), TermKind::Ref(b))
        | (TermKind::Array(a), TermKind::Array(b))
        | (TermKind::Set(a), TermKind::Set(b))
        | (TermKind::Call(a), TermKind::Call(b)) => compare_all(a, b),
        (TermKind::Object(a), TermKind::Object(b)) => {
            let entries = a.iter().zip(b);
            let differing = entries.map(|(a, b)| compare(&a.0, &b.0).then_with(|| compare(&a.1, &b.1)));
            differing.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (x, y) if x.rank() != y.rank() => x.rank().cmp(&y.rank()),
        (TermKind::Null, TermKind::Null) => Ordering::Equal,
        // Comprehensions and template strings: any order does, as long as equal ones are equal.
        _ => a.to_string().cmp(&b.to_string()),
    }
}

/// The order of two lists of terms.
fn compare_all(a: &[Term], b: &[Term]) -> Ordering {
    let differing = a.iter().zip(b).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

impl Term {
    /// Does it hold no variable?
    pub(crate) fn is_ground(&self) -> bool {
        match &self.kind {
            TermKind::Var(_)
            | TermKind::Template(_)
            | TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => false,
            TermKind::Ref(parts) => parts.iter().skip(1).all(Term::is_ground),
            TermKind::Array(items) | TermKind::Set(items) | TermKind::Call(items) => items.iter().all(Term::is_ground),
            TermKind::Object(entries) => entries.iter().all(|(key, value)| key.is_ground() && value.is_ground()),
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        }
    }

    /// Is it null, a boolean, a number or a text?
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self.kind, TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_))
    }

    /// Is it the variable of that name?
    pub(crate) fn is_var(&self, name: &str) -> bool {
        self.as_var().is_some_and(|var| &**var == name)
    }
}
