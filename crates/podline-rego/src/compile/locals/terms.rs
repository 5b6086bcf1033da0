//! The renaming of variables in terms.

use crate::ast::{NodeMut, Term, TermKind, each_in_expr, each_in_term};

use super::super::terms::root;
use super::super::vars::{self, Skip};
use super::{Occurrence, Renamer, Scope};

impl Renamer<'_> {
    /// Renames the variables of a term; those that are not declared count as seen.
    pub(super) fn term(&mut self, term: &mut Term) {
        match &mut term.kind {
            TermKind::Var(name) => {
                if let Some(new) = self.renamed(name) {
                    *name = new.clone();
                } else {
                    let name = name.clone();
                    self.insert(&name, &name, Occurrence::Seen);
                }
            }
            TermKind::Ref(_) => self.reference(term),
            TermKind::Call(parts) => {
                if let Some(shadowed) = self.shadowed(parts) {
                    self.fail(term.location, format!("called function {shadowed} shadowed"));
                }
                for part in parts {
                    self.term(part);
                }
            }
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                let used = vars::of_term(&inner.term, Skip::default());
                self.scopes.push(Scope::default());
                self.body(&mut inner.body, &used);
                self.term(&mut inner.term);
                self.scopes.pop();
            }
            TermKind::ObjectComprehension(inner) => {
                let mut used = vars::of_term(&inner.key, Skip::default());
                vars::add_term(&inner.value, Skip::default(), &mut used);
                self.scopes.push(Scope::default());
                self.body(&mut inner.body, &used);
                self.term(&mut inner.key);
                self.term(&mut inner.value);
                self.scopes.pop();
            }
            _ => each_in_term(term, &mut |node| match node {
                NodeMut::Term(term) => self.term(term),
                NodeMut::Expr(expr) => each_in_expr(expr, &mut |node| match node {
                    NodeMut::Term(term) => self.term(term),
                    NodeMut::With(with) => {
                        self.term(&mut with.target);
                        self.term(&mut with.value);
                    }
                    _ => {}
                }),
                _ => {}
            }),
        }
    }

    /// `input` and `data` are what they are, unless a variable of that name is declared.
    fn reference(&mut self, term: &mut Term) {
        if let Some(name) = root(term) {
            let known = self.scopes.iter().rev().find_map(|scope| scope.names.get(name));
            if let Some((new, occurrence)) = known
                && *occurrence != Occurrence::Seen
            {
                term.kind = TermKind::Var(new.clone());
            }
            return;
        }
        each_in_term(term, &mut |node| {
            if let NodeMut::Term(term) = node {
                self.term(term);
            }
        });
    }

    /// The function, if a variable has its name.
    fn shadowed(&self, parts: &[Term]) -> Option<String> {
        let function = parts.first()?;
        let named = vars::of_term(function, Skip::default());
        let shadowed = named.iter().any(|name| self.renamed(name).is_some_and(|new| new != name));
        shadowed.then(|| function.to_string())
    }
}

/// Gives the variables of a term the names of a scope.
pub(super) fn rename(term: &mut Term, scope: &Scope) {
    if let TermKind::Var(name) = &mut term.kind {
        if let Some((new, _)) = scope.names.get(name) {
            *name = new.clone();
        }
        return;
    }
    each_in_term(term, &mut |node| rename_node(node, scope));
}

fn rename_node(node: NodeMut<'_>, scope: &Scope) {
    match node {
        NodeMut::Term(term) => rename(term, scope),
        NodeMut::Body(body) => {
            for expr in body {
                each_in_expr(expr, &mut |node| rename_node(node, scope));
            }
        }
        NodeMut::Expr(expr) => each_in_expr(expr, &mut |node| rename_node(node, scope)),
        NodeMut::With(with) => {
            rename(&mut with.target, scope);
            rename(&mut with.value, scope);
        }
    }
}
