//! Which overloads of a function fit a call.

use std::sync::Arc;

use super::unify::instantiate;
use super::{Checker, Reference};
use crate::ast::{Expr, Id};
use crate::types::Type;

impl Checker<'_> {
    /// Gives a call its type: that of the first overload that fits, `dyn` if several fit and differ.
    pub(super) fn resolve(&mut self, id: Id, name: &Arc<str>, target: Option<&Expr>, args: &[Expr]) {
        let types: Vec<Type> = target.into_iter().chain(args).map(|arg| self.type_of(arg)).collect();
        if matches!(&**name, "_&&_" | "_||_") {
            self.resolve_logic(id, name, args, &types);
            return;
        }
        let Some(function) = self.env.functions.known.get(name) else { return };
        let mut fitting = Vec::new();
        let mut result: Option<Type> = None;
        for (index, overload) in function.overloads.iter().enumerate() {
            if overload.member != target.is_some() {
                continue;
            }
            let fresh: Vec<(Arc<str>, Type)> =
                overload.params.iter().map(|param| (param.clone(), self.variable())).collect();
            let wanted: Vec<Type> = overload.args.iter().map(|arg| instantiate(arg, &fresh)).collect();
            if !self.substitutions.assignable(&types, &wanted) {
                continue;
            }
            fitting.push(index);
            let found = self.substitutions.apply(&instantiate(&overload.result, &fresh), None);
            result = Some(match result {
                Some(known) if !known.is_dyn() && known != found => Type::Dyn,
                Some(known) => known,
                None => found,
            });
        }
        match result {
            Some(result) => {
                self.set_type(id, result);
                let receiver = target.is_some();
                self.references.insert(id, Reference::Function { name: name.clone(), overloads: fitting, receiver });
            }
            None => self.no_overload(id, name, &types, target.is_some()),
        }
    }

    fn resolve_logic(&mut self, id: Id, name: &Arc<str>, args: &[Expr], types: &[Type]) {
        let mut fits = true;
        for (arg, ty) in args.iter().zip(types) {
            if !self.assignable(ty, &Type::Bool) {
                self.mismatch(arg.id, &Type::Bool, ty);
                fits = false;
            }
        }
        self.set_type(id, if fits { Type::Bool } else { Type::Error });
        if fits {
            let reference = Reference::Function { name: name.clone(), overloads: vec![0], receiver: false };
            self.references.insert(id, reference);
        }
    }

    fn no_overload(&mut self, id: Id, name: &str, types: &[Type], member: bool) {
        let mut texts: Vec<String> =
            types.iter().map(|ty| self.substitutions.apply(ty, Some(&Type::Dyn)).in_errors()).collect();
        let receiver = if member && !texts.is_empty() { format!("{}.", texts.remove(0)) } else { String::new() };
        let signature = format!("{receiver}({})", texts.join(", "));
        self.report(id, format!("found no matching overload for '{name}' applied to '{signature}'"));
        self.set_type(id, Type::Error);
    }
}
