//! Variables that are declared, by `:=`, `some`, `every` and as arguments, get names of their own.
//!
//! Source: `rewriteLocalVars` in `v1/ast/compile.go`.

mod terms;

use std::collections::BTreeMap;

use crate::ast::{
    Expr, ExprKind, Head, Location, Name, NodeMut, Rule, TemplatePart, Term, TermKind, With, each_in_expr, each_in_term,
};
use crate::error::Code;

use terms::rename;

use super::calls::always;
use super::terms::{builtin, is_assignment, root};
use super::vars::{self, Skip, VarSet};
use super::{Compiler, Locals, outputs};

/// How many bodies the modules may have, those counted again that are looked at again.
const MAX_BODIES: usize = 200_000;

/// How a variable came up in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occurrence {
    Arg,
    Seen,
    Assigned,
    Declared,
}

/// The variables of a scope: their new names, and how they came up.
#[derive(Clone, Default)]
struct Scope {
    names: BTreeMap<Name, (Name, Occurrence)>,
    /// Where `some` declares what.
    some: Vec<(Name, Location)>,
}

impl Compiler {
    /// Renames the variables of all rules.
    pub(super) fn rewrite_locals(&mut self) {
        let mut units = std::mem::take(&mut self.units);
        let mut bodies = MAX_BODIES;
        for first in 0..units.len() {
            if !units[first].is_first() {
                continue;
            }
            let module = units[first].module;
            let mut names = Renamer {
                locals: &mut self.locals,
                written: &mut self.written,
                scopes: vec![Scope::default()],
                errors: Vec::new(),
                earlier: 0,
                bodies,
            };
            units[first].rule.head.args.iter_mut().for_each(|arg| names.argument(arg));
            let args = names.scopes.clone();
            let chain: Vec<usize> = units[first].chain(first).collect();
            for at in chain {
                names.scopes.clone_from(&args);
                names.rule(&mut units[at].rule);
            }
            bodies = names.bodies;
            for (location, message) in names.errors {
                self.fail(Code::Compile, module, location, message);
            }
        }
        self.units = units;
    }
}

struct Renamer<'c> {
    locals: &'c mut Locals,
    /// What variables were called in the text.
    written: &'c mut BTreeMap<Name, Name>,
    scopes: Vec<Scope>,
    errors: Vec<(Location, String)>,
    /// How many of them belong to other bodies.
    earlier: usize,
    /// How many more bodies may be looked at: those within `every` and `not` are, twice for each level.
    bodies: usize,
}

impl Renamer<'_> {
    fn fail(&mut self, location: Location, message: impl Into<String>) {
        self.errors.push((location, message.into()));
    }

    fn insert(&mut self, name: &Name, new: &Name, occurrence: Occurrence) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name.clone(), (new.clone(), occurrence));
        }
        if name != new {
            self.written.insert(new.clone(), name.clone());
        }
    }

    fn renamed(&self, name: &Name) -> Option<&Name> {
        self.scopes.iter().rev().find_map(|scope| scope.names.get(name)).map(|(new, _)| new)
    }

    fn occurrence(&self, name: &Name) -> Option<Occurrence> {
        self.scopes.last()?.names.get(name).map(|(_, occurrence)| *occurrence)
    }

    /// Gives a variable that is declared here its new name.
    fn declare(&mut self, name: &Name, occurrence: Occurrence) -> Result<Name, String> {
        match self.occurrence(name) {
            Some(Occurrence::Seen) => Err(format!("var {name} referenced above")),
            Some(Occurrence::Assigned) => Err(format!("var {name} assigned above")),
            Some(Occurrence::Declared) => Err(format!("var {name} declared above")),
            Some(Occurrence::Arg) => Err(format!("arg {name} redeclared")),
            None => {
                let new = self.locals.next();
                self.insert(name, &new, occurrence);
                Ok(new)
            }
        }
    }

    fn argument(&mut self, arg: &mut Term) {
        match &mut arg.kind {
            TermKind::Var(name) => {
                let name = name.clone();
                let new = self.renamed(&name).cloned().unwrap_or_else(|| {
                    let new = self.locals.next();
                    self.insert(&name, &new, Occurrence::Arg);
                    new
                });
                arg.kind = TermKind::Var(new);
            }
            TermKind::Object(entries) => entries.iter_mut().for_each(|(_, value)| self.argument(value)),
            TermKind::Call(_) => self.fail(arg.location, "rule arguments cannot contain calls"),
            TermKind::Ref(parts) | TermKind::Array(parts) => parts.iter_mut().for_each(|part| self.argument(part)),
            _ => {}
        }
    }

    fn rule(&mut self, rule: &mut Rule) {
        let variables = has_variables(&rule.head);
        self.earlier = self.errors.len();
        if variables {
            // Comprehensions in a head see nothing of the body that they could rename.
            let scopes = std::mem::replace(&mut self.scopes, vec![Scope::default()]);
            let Head { key, value, args, .. } = &mut rule.head;
            args.iter_mut().chain(key).chain(value).for_each(|term| self.closures_in_head(term));
            self.scopes = scopes;
        }
        let mut used = VarSet::new();
        let head = &rule.head;
        if variables {
            let terms = head.reference.iter().skip(1).chain(&head.key).chain(&head.value);
            vars::add_terms(terms, Skip::default(), &mut used);
        }
        self.earlier = self.errors.len();
        self.body(&mut rule.body, &used);
        if variables && let Some(scope) = self.scopes.last() {
            let Head { reference, key, value, args, .. } = &mut rule.head;
            let terms = args.iter_mut().chain(reference.iter_mut().skip(1)).chain(key).chain(value);
            terms.for_each(|term| rename(term, scope));
        }
    }

    fn closures_in_head(&mut self, term: &mut Term) {
        self.scopes.truncate(1);
        self.scopes[0] = Scope::default();
        match &mut term.kind {
            TermKind::ArrayComprehension(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_) => {
                self.term(term);
            }
            TermKind::Template(parts) => self.template(parts),
            _ => each_in_term(term, &mut |node| {
                if let NodeMut::Term(term) = node {
                    self.closures_in_head(term);
                }
            }),
        }
    }

    fn template(&mut self, parts: &mut [TemplatePart]) {
        for part in parts {
            if let TemplatePart::Expr(expr) = part {
                self.scopes.push(Scope::default());
                self.terms_of(expr);
                self.scopes.pop();
            }
        }
    }

    /// Renames the variables of a body, of which what is made of it uses some.
    fn body(&mut self, body: &mut Vec<Expr>, used: &VarSet) {
        let place = body.first().map(|expr| expr.location).unwrap_or_default();
        if self.bodies == 0 {
            return;
        }
        self.bodies -= 1;
        if self.bodies == 0 {
            return self.fail(place, "the rules are too complex");
        }
        let before = std::mem::take(body);
        for mut expr in before {
            if self.expr(&mut expr) {
                body.push(expr);
            }
        }
        if body.is_empty() {
            *body = always(place);
        }
        self.check_used(body, used, place);
    }

    /// What is declared is used.
    fn check_used(&mut self, body: &[Expr], used: &VarSet, place: Location) {
        let Some(scope) = self.scopes.last().filter(|_| self.errors.len() == self.earlier) else { return };
        let declared = scope.names.iter().filter(|(_, (_, occurrence))| *occurrence == Occurrence::Declared);
        let declared: Vec<(&Name, &Name)> = declared.map(|(name, (new, _))| (name, new)).collect();
        if declared.is_empty() {
            return;
        }
        let mut known = vars::of_body(body, Skip::default());
        known.extend(used.iter().map(|name| self.renamed(name).unwrap_or(name).clone()));
        let unused = declared.into_iter().filter(|(name, new)| !known.contains(*new) && !name.starts_with("__local"));
        let unused: Vec<(Location, String)> = unused
            .map(|(name, _)| {
                let at = scope.some.iter().find(|(declared, _)| declared == name).map_or(place, |(_, at)| *at);
                (at, format!("declared var {name} unused"))
            })
            .collect();
        self.errors.extend(unused);
    }

    /// Renames the variables of an expression. Does anything stay of it?
    fn expr(&mut self, expr: &mut Expr) -> bool {
        if is_assignment(expr) {
            self.assignment(expr);
            return true;
        }
        match &expr.kind {
            ExprKind::Some(_) => return self.some(expr),
            ExprKind::Every(_) => self.every(expr),
            ExprKind::Not(negation) if negation.explicit => {
                self.scopes.push(Scope::default());
                if let ExprKind::Not(negation) = &mut expr.kind {
                    self.body(&mut negation.body, &VarSet::new());
                }
                self.terms_of(expr);
                self.scopes.pop();
            }
            _ => self.terms_of(expr),
        }
        true
    }

    /// The terms of an expression that declares nothing.
    fn terms_of(&mut self, expr: &mut Expr) {
        each_in_expr(expr, &mut |node| match node {
            NodeMut::Term(term) => self.term(term),
            NodeMut::With(with) => self.with(with),
            NodeMut::Body(body) => body.iter_mut().for_each(|expr| self.terms_of(expr)),
            NodeMut::Expr(expr) => self.terms_of(expr),
        });
    }

    /// The target `input` stays what it is, even where a variable of that name is declared.
    fn with(&mut self, with: &mut With) {
        self.term(&mut with.target);
        if let Some(shadow) = self.renamed(&"input".into()) {
            let input = || TermKind::Var("input".into());
            match &mut with.target.kind {
                TermKind::Var(name) if name == shadow => {
                    let head = Term::new(with.target.location, input());
                    with.target.kind = TermKind::Ref(vec![head]);
                }
                TermKind::Ref(parts) if parts[0].as_var() == Some(shadow) => parts[0].kind = input(),
                _ => {}
            }
        }
        self.term(&mut with.value);
    }

    fn every(&mut self, expr: &mut Expr) {
        let ExprKind::Every(every) = &mut expr.kind else { return };
        let location = expr.location;
        self.term(&mut every.domain);
        self.scopes.push(Scope::default());
        let no_key = every.key.is_none();
        let key = every.key.get_or_insert_with(|| Term::var(Location::default(), self.locals.next()));
        let declared = (!no_key).then_some(key).into_iter().chain(std::iter::once(&mut every.value));
        for term in declared {
            let TermKind::Var(name) = &mut term.kind else { continue };
            if name.starts_with('$') {
                continue;
            }
            match self.declare(&name.clone(), Occurrence::Declared) {
                Ok(new) => *name = new,
                Err(message) => self.fail(location, message),
            }
        }
        self.body(&mut every.body, &VarSet::new());
        self.terms_of(expr);
        self.scopes.pop();
    }

    /// `some x` declares and goes; `some x in xs` becomes `x = xs[_]`.
    fn some(&mut self, expr: &mut Expr) -> bool {
        let location = expr.location;
        let ExprKind::Some(symbols) = &mut expr.kind else { return false };
        if let [Term { kind: TermKind::Call(parts), .. }] = symbols.as_mut_slice() {
            let mut parts = std::mem::take(parts).into_iter().skip(1);
            let (Some(first), Some(second)) = (parts.next(), parts.next()) else { return false };
            let (key, value, domain) = match parts.next() {
                Some(domain) => (first, second, domain),
                None => (Term::var(location, self.locals.next()), first, second),
            };
            return self.some_in(expr, key, value, domain);
        }
        for symbol in std::mem::take(symbols) {
            let TermKind::Var(name) = &symbol.kind else { continue };
            if let Err(message) = self.declare(name, Occurrence::Declared) {
                self.fail(location, message);
                return false;
            }
            if let Some(scope) = self.scopes.last_mut() {
                scope.some.push((name.clone(), location));
            }
        }
        false
    }

    fn some_in(&mut self, expr: &mut Expr, key: Term, value: Term, domain: Term) -> bool {
        let location = expr.location;
        let known = vars::of_term(&domain, Skip::default());
        let place = domain.location;
        let element = match domain.kind {
            TermKind::Ref(mut parts) => {
                parts.push(key);
                parts
            }
            _ => vec![domain, key],
        };
        let element = Term::new(place, TermKind::Ref(element));
        expr.kind = ExprKind::Call(vec![builtin(location, "eq"), value, element]);
        for name in outputs::of_equality(expr, &known) {
            if let Err(message) = self.declare(&name, Occurrence::Declared) {
                self.fail(location, message);
                return false;
            }
        }
        self.terms_of(expr);
        true
    }

    fn assignment(&mut self, expr: &mut Expr) {
        if expr.negated {
            return self.fail(expr.location, "cannot assign vars inside negated expression");
        }
        let ExprKind::Call(terms) = &mut expr.kind else { return };
        let [operator, left, right] = terms.as_mut_slice() else { return };
        let errors = self.errors.len();
        self.term(right);
        for with in &mut expr.with {
            self.term(&mut with.value);
        }
        self.assigned(left);
        if self.errors.len() == errors {
            *operator = builtin(operator.location, "eq");
        }
    }

    /// The left side of `:=`.
    fn assigned(&mut self, term: &mut Term) {
        let name = match &mut term.kind {
            TermKind::Var(name) => name.clone(),
            TermKind::Array(items) => return items.iter_mut().for_each(|item| self.assigned(item)),
            TermKind::Object(entries) => {
                return entries.iter_mut().for_each(|(_, value)| self.assigned(value));
            }
            _ => match root(term) {
                Some(name) => name.clone(),
                None => return self.fail(term.location, format!("cannot assign to {}", term.kind.name())),
            },
        };
        match self.declare(&name, Occurrence::Assigned) {
            Ok(new) => term.kind = TermKind::Var(new),
            Err(message) => self.fail(term.location, message),
        }
    }
}

fn has_variables(head: &Head) -> bool {
    let terms = head.args.iter().chain(&head.key).chain(&head.value).chain(head.reference.iter().skip(1));
    terms.into_iter().any(|term| !term.is_scalar())
}
