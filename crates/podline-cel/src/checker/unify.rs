//! Which types fit which, and what type parameters stand for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::types::Type;

/// What type parameters stand for, with a way back.
#[derive(Default)]
pub(super) struct Substitutions {
    known: HashMap<Arc<str>, Type>,
    /// What each change replaced, the latest last.
    trail: Vec<(Arc<str>, Option<Type>)>,
    /// Steps that are left; types that share their parts could take forever.
    fuel: u64,
}

/// More steps than any expression that was not made to be slow takes, by the number of its parts.
fn fuel(parts: usize) -> u64 {
    500_000 + 100 * parts as u64
}

impl Substitutions {
    pub(super) fn new(parts: usize) -> Self {
        Substitutions { fuel: fuel(parts), ..Substitutions::default() }
    }

    /// Were there too many steps? Then nothing it says is true.
    pub(super) fn exhausted(&self) -> bool {
        self.fuel == 0
    }

    fn step(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    fn find(&self, ty: &Type) -> Option<Type> {
        match ty {
            Type::Param(name) => self.known.get(name).cloned(),
            _ => None,
        }
    }

    fn add(&mut self, param: &Type, to: Type) {
        if let Type::Param(name) = param {
            let old = self.known.insert(name.clone(), to);
            self.trail.push((name.clone(), old));
        }
    }

    fn undo(&mut self, to: usize) {
        while self.trail.len() > to {
            if let Some((name, old)) = self.trail.pop() {
                match old {
                    Some(old) => self.known.insert(name, old),
                    None => self.known.remove(&name),
                };
            }
        }
    }

    /// Can the types be assigned pairwise? What that takes is remembered if so.
    pub(super) fn assignable(&mut self, to: &[Type], from: &[Type]) -> bool {
        let mark = self.trail.len();
        let fits = to.len() == from.len() && to.iter().zip(from).all(|(a, b)| self.fits(a, b));
        if !fits {
            self.undo(mark);
        }
        fits
    }

    fn fits(&mut self, a: &Type, b: &Type) -> bool {
        if !self.step() {
            return false;
        }
        if matches!(b, Type::Param(_)) {
            let (valid, known) = self.valid(a, b);
            if valid {
                return true;
            }
            if known {
                return false;
            }
        }
        if matches!(a, Type::Param(_)) {
            return self.valid(b, a).0;
        }
        if a.is_dyn_or_error() || b.is_dyn_or_error() {
            return true;
        }
        if matches!(a, Type::Null) {
            return nullable(b);
        }
        if matches!(b, Type::Null) {
            return nullable(a);
        }
        match (a, b) {
            (Type::Type(_), Type::Type(_)) => true,
            (Type::List(_) | Type::Map(..) | Type::Opaque(..), _) => {
                let (left, right) = (a.parameters(), b.parameters());
                std::mem::discriminant(a) == std::mem::discriminant(b)
                    && a.name() == b.name()
                    && left.len() == right.len()
                    && left.into_iter().zip(right).all(|(a, b)| self.fits(a, b))
            }
            _ => a == b,
        }
    }

    /// Can `param` stand for `ty`, and does it stand for something already?
    fn valid(&mut self, ty: &Type, param: &Type) -> (bool, bool) {
        if ty == param {
            return (true, true);
        }
        if let Some(known) = self.find(param) {
            if *ty == known {
                return (true, true);
            }
            if self.fits(ty, &known) {
                let general = most_general(ty, &known);
                if self.absent(param, &general) {
                    self.add(param, general);
                }
                return (true, true);
            }
            return (false, true);
        }
        if self.absent(param, ty) {
            self.add(param, ty.clone());
            return (true, false);
        }
        (false, false)
    }

    /// Does `param` not occur in `ty`?
    fn absent(&mut self, param: &Type, ty: &Type) -> bool {
        if !self.step() || param == ty {
            return false;
        }
        match ty {
            Type::Param(_) => match self.find(ty) {
                Some(known) => self.absent(param, &known),
                None => true,
            },
            _ => ty.parameters().into_iter().all(|part| self.absent(param, part)),
        }
    }

    /// The type with all that parameters stand for; `unbound` replaces those that stand for nothing.
    pub(super) fn apply(&mut self, ty: &Type, unbound: Option<&Type>) -> Type {
        if !self.step() {
            return Type::Dyn;
        }
        if let Some(known) = self.find(ty) {
            return self.apply(&known, unbound);
        }
        match ty {
            Type::Param(_) => unbound.unwrap_or(ty).clone(),
            Type::List(element) => Type::list(self.apply(element, unbound)),
            Type::Map(key, value) => Type::map(self.apply(key, unbound), self.apply(value, unbound)),
            Type::Opaque(name, parts) => {
                let parts: Vec<Type> = parts.iter().map(|part| self.apply(part, unbound)).collect();
                Type::Opaque(name.clone(), parts.into())
            }
            Type::Type(Some(of)) => Type::Type(Some(Arc::new(self.apply(of, unbound)))),
            _ => ty.clone(),
        }
    }
}

/// The type with fresh parameters instead of those of a declaration.
pub(super) fn instantiate(ty: &Type, fresh: &[(Arc<str>, Type)]) -> Type {
    match ty {
        Type::Param(name) => {
            fresh.iter().find(|(param, _)| param == name).map_or_else(|| ty.clone(), |(_, fresh)| fresh.clone())
        }
        Type::List(element) => Type::list(instantiate(element, fresh)),
        Type::Map(key, value) => Type::map(instantiate(key, fresh), instantiate(value, fresh)),
        Type::Opaque(name, parts) => {
            Type::Opaque(name.clone(), parts.iter().map(|part| instantiate(part, fresh)).collect())
        }
        Type::Type(Some(of)) => Type::Type(Some(Arc::new(instantiate(of, fresh)))),
        _ => ty.clone(),
    }
}

fn nullable(ty: &Type) -> bool {
    matches!(ty, Type::Null | Type::Opaque(..) | Type::Struct(_) | Type::Duration | Type::Timestamp)
}

pub(super) fn most_general(a: &Type, b: &Type) -> Type {
    if less_specific(a, b) { a.clone() } else { b.clone() }
}

fn less_specific(a: &Type, b: &Type) -> bool {
    if a.is_dyn() || matches!(a, Type::Param(_)) {
        return true;
    }
    if b.is_dyn() || matches!(b, Type::Param(_)) {
        return false;
    }
    match (a, b) {
        (Type::Type(_), Type::Type(_)) => true,
        (Type::List(_) | Type::Map(..) | Type::Opaque(..), _) => {
            let (left, right) = (a.parameters(), b.parameters());
            std::mem::discriminant(a) == std::mem::discriminant(b)
                && a.name() == b.name()
                && left.len() == right.len()
                && left.into_iter().zip(right).all(|(a, b)| less_specific(a, b))
        }
        _ => a == b,
    }
}
