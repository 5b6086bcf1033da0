//! What of an object nobody knows yet, where it decides whether a policy concerns the object at all.

use std::cell::RefCell;

use crate::judgement::{Decision, Judgement, Step, Violation};

/// Tells of a field of the object that is judged whether nobody knows its value yet: it is a placeholder, or encrypted. Labels
/// of its Namespace are asked for by the path `namespaceObject.metadata.labels`.
pub type Unknown<'a> = &'a dyn Fn(&[Step]) -> bool;

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    /// It depends on what nobody knows.
    Unknown,
    Yes,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }
}

impl Truth {
    /// Whether both hold. The other is not asked where that is decided.
    pub(crate) fn and(self, other: impl FnOnce() -> Truth) -> Truth {
        if self == Truth::No { Truth::No } else { self.min(other()) }
    }

    pub(crate) fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }

    /// Whether all of these hold.
    pub(crate) fn all(each: impl IntoIterator<Item = Truth>) -> Truth {
        let mut all = Truth::Yes;
        for one in each {
            all = all.min(one);
            if all == Truth::No {
                break;
            }
        }
        all
    }

    /// Whether one of these holds.
    pub(crate) fn any(each: impl IntoIterator<Item = Truth>) -> Truth {
        let mut any = Truth::No;
        for one in each {
            any = any.max(one);
            if any == Truth::Yes {
                break;
            }
        }
        any
    }
}

/// The fields that were asked for and that nobody knows.
#[derive(Default)]
pub(crate) struct Doubts<'a> {
    unknown: Option<Unknown<'a>>,
    found: RefCell<Vec<Violation>>,
}

impl<'a> Doubts<'a> {
    /// Doubts about these fields.
    pub(crate) fn about(unknown: Unknown<'a>) -> Doubts<'a> {
        Doubts { unknown: Some(unknown), found: RefCell::default() }
    }

    /// Which fields are not known, if any are.
    pub(crate) fn unknown(&self) -> Option<Unknown<'a>> {
        self.unknown
    }

    /// Whether nobody knows a field, which then is remembered.
    pub(crate) fn is(&self, keys: &[&str]) -> bool {
        let Some(unknown) = self.unknown else { return false };
        let path: Vec<Step> = keys.iter().map(|key| Step::Key((*key).into())).collect();
        let is_unknown = unknown(&path);
        if is_unknown {
            self.add(Violation { path, found: true, decided: true, passed_over: false });
        }
        is_unknown
    }

    /// Whether something depends on fields of which nobody knows one. That one is remembered.
    pub(crate) fn are_in(&self, fields: &[Violation]) -> bool {
        let Some(unknown) = self.unknown else { return false };
        let found = fields.iter().find(|field| unknown(&field.path));
        found.is_some_and(|field| {
            self.add(field.clone());
            true
        })
    }

    /// The first of these paths that nobody knows. It is not remembered.
    pub(crate) fn among(&self, paths: &[Vec<Step>]) -> Option<Violation> {
        let path = paths.iter().find(|path| self.unknown.is_some_and(|unknown| unknown(path)))?;
        Some(Violation { path: path.clone(), found: true, decided: true, passed_over: false })
    }

    fn add(&self, field: Violation) {
        let mut found = self.found.borrow_mut();
        if !found.iter().any(|known| known.path == field.path) {
            found.push(field);
        }
    }

    /// The fields that leave something open: none where it is decided all the same. It remembers none afterwards.
    pub(crate) fn settle(&self, truth: Truth) -> Vec<Violation> {
        if self.unknown.is_none() {
            return Vec::new();
        }
        let found = self.found.take();
        if truth == Truth::Unknown { found } else { Vec::new() }
    }
}

/// The rows of a policy of which it is not known whether it concerns the object, because of these fields, if there are any.
/// Where no row refuses, the object passes anyway; else one row says what that depends on, since no part of the policy
/// decides.
pub(crate) fn doubted(mut rows: Vec<Judgement>, fields: Vec<Violation>) -> Vec<Judgement> {
    if fields.is_empty() {
        return rows;
    }
    let refuses = |row: &Judgement| matches!(row.decision, Decision::Fail | Decision::Warn | Decision::Error);
    let Some(at) = rows.iter().position(refuses) else { return rows };
    let row = rows.swap_remove(at);
    vec![Judgement { violations: fields, ..row }]
}
