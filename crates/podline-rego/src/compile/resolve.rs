//! Names of rules and imports become references from `data` on.
//!
//! Source: `resolveAllRefs` in `v1/ast/compile.go`.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{Expr, ExprKind, Module, Name, Node, Ref, Rule, TemplatePart, Term, TermKind, walk_body, walk_term};
use crate::error::Code;

use super::Compiler;
use super::terms::{is_assignment, operands, root};
use super::vars::{self, Skip, VarSet};

impl Compiler {
    /// Resolves the names in all rules.
    pub(super) fn resolve(&mut self) {
        let exports = self.exports();
        let globals: Vec<BTreeMap<Name, Ref>> =
            self.modules.iter().map(|module| globals(module, &exports[&module.package.path])).collect();
        let mut units = std::mem::take(&mut self.units);
        for unit in &mut units {
            let mut resolver = Resolver { globals: &globals[unit.module], ignored: Vec::new() };
            if let Err(message) = resolver.rule(&mut unit.rule) {
                self.fail(Code::Compile, unit.module, unit.rule.location, message);
            }
        }
        self.units = units;
    }

    /// The names that the rules of each package define.
    fn exports(&self) -> BTreeMap<Vec<Name>, BTreeSet<Name>> {
        let mut exports: BTreeMap<Vec<Name>, BTreeSet<Name>> = BTreeMap::new();
        for module in &self.modules {
            exports.entry(module.package.path.clone()).or_default();
        }
        for unit in self.units.iter().filter(|unit| unit.is_first()) {
            let path = self.modules[unit.module].package.path.clone();
            let name = unit.rule.head.reference.first().and_then(Term::as_var);
            exports.entry(path).or_default().extend(name.cloned());
        }
        exports
    }
}

/// What the names of a module stand for.
fn globals(module: &Module, rules: &BTreeSet<Name>) -> BTreeMap<Name, Ref> {
    let place = module.package.location;
    let mut package = vec![Term::var(place, "data")];
    package.extend(module.package.path.iter().map(|part| Term::text(place, part.clone())));
    let mut globals = BTreeMap::new();
    for rule in rules {
        let mut path = package.clone();
        path.push(Term::text(place, rule.clone()));
        globals.insert(rule.clone(), path);
    }
    for import in &module.imports {
        if !import.path[0].is_var("future") && !import.path[0].is_var("rego") {
            globals.insert(import_name(import), import.path.clone());
        }
    }
    globals
}

/// The name by which a module calls what it imports.
pub(super) fn import_name(import: &crate::ast::Import) -> Name {
    let last = import.path.last();
    let name = import.alias.as_ref().or_else(|| last.and_then(|part| part.as_text().or(part.as_var())));
    name.cloned().unwrap_or_default()
}

struct Resolver<'g> {
    globals: &'g BTreeMap<Name, Ref>,
    /// Names that stand for variables, of the outer scopes first.
    ignored: Vec<VarSet>,
}

impl Resolver<'_> {
    fn global(&self, name: &Name) -> Option<&Ref> {
        if self.ignored.iter().any(|scope| scope.contains(name)) { None } else { self.globals.get(name) }
    }

    fn rule(&mut self, rule: &mut Rule) -> Result<(), String> {
        let mut args = VarSet::new();
        for arg in &rule.head.args {
            argument(arg, &mut args)?;
        }
        self.ignored.push(args);
        self.ignored.push(declared(&rule.body));
        let head = &mut rule.head;
        head.reference.iter_mut().skip(1).for_each(|part| self.term(part));
        head.key.iter_mut().for_each(|key| self.term(key));
        head.value.iter_mut().for_each(|value| self.term(value));
        self.body(&mut rule.body);
        Ok(())
    }

    fn body(&mut self, body: &mut [Expr]) {
        for expr in body {
            self.expr(expr);
        }
    }

    fn terms(&mut self, terms: &mut [Term]) {
        for term in terms {
            self.term(term);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => self.terms(terms),
            ExprKind::Some(symbols) => {
                if let Some(TermKind::Call(parts)) = symbols.first_mut().map(|symbol| &mut symbol.kind) {
                    self.terms(parts);
                }
            }
            ExprKind::Every(every) => {
                let mut locals = VarSet::new();
                vars::add_terms(&every.key, Skip::default(), &mut locals);
                vars::add_term(&every.value, Skip::default(), &mut locals);
                self.ignored.push(locals);
                self.term(&mut every.domain);
                self.body(&mut every.body);
                self.ignored.pop();
            }
            ExprKind::Not(negation) => self.body(&mut negation.body),
        }
        for with in &mut expr.with {
            self.term(&mut with.target);
            self.term(&mut with.value);
        }
    }

    fn term(&mut self, term: &mut Term) {
        let location = term.location;
        match &mut term.kind {
            TermKind::Var(name) => {
                if let Some(path) = self.global(name) {
                    term.kind = TermKind::Ref(placed(path, location));
                }
            }
            TermKind::Ref(parts) => self.reference(parts),
            TermKind::Array(items) | TermKind::Call(items) => self.terms(items),
            TermKind::Set(items) => {
                self.terms(items);
                term.kind = TermKind::set(std::mem::take(items));
            }
            TermKind::Object(entries) => {
                for (key, value) in entries.iter_mut() {
                    self.term(key);
                    self.term(value);
                }
                term.kind = TermKind::object(std::mem::take(entries));
            }
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                self.ignored.push(declared(&inner.body));
                self.term(&mut inner.term);
                self.body(&mut inner.body);
                self.ignored.pop();
            }
            TermKind::ObjectComprehension(inner) => {
                self.ignored.push(declared(&inner.body));
                self.term(&mut inner.key);
                self.term(&mut inner.value);
                self.body(&mut inner.body);
                self.ignored.pop();
            }
            TermKind::Template(parts) => {
                for part in parts {
                    if let TemplatePart::Expr(expr) = part {
                        self.expr(expr);
                    }
                }
            }
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
        }
    }

    fn reference(&mut self, parts: &mut Ref) {
        let mut head = None;
        for (at, part) in parts.iter_mut().enumerate() {
            let location = part.location;
            match &part.kind {
                TermKind::Var(name) => match self.global(name) {
                    Some(path) if at == 0 => head = Some(placed(path, location)),
                    Some(path) => part.kind = TermKind::Ref(placed(path, location)),
                    None => {}
                },
                _ => self.term(part),
            }
        }
        if let Some(path) = head {
            parts.splice(..1, path);
        }
    }
}

fn placed(path: &Ref, location: crate::ast::Location) -> Ref {
    path.iter().map(|part| Term::new(location, part.kind.clone())).collect()
}

/// The variables of an argument, which may not be `input` or `data`.
fn argument(arg: &Term, found: &mut VarSet) -> Result<(), String> {
    let mut result = Ok(());
    walk_term(arg, &mut |node| {
        let Node::Term(term) = node else { return false };
        match &term.kind {
            TermKind::Var(name) => {
                found.insert(name.clone());
            }
            TermKind::Ref(_) => {
                if let Some(name) = root(term) {
                    result = Err(format!("args must not shadow {name} (use a different variable name)"));
                    return true;
                }
            }
            TermKind::Object(entries) => {
                for (_, value) in entries {
                    if let Err(message) = argument(value, found) {
                        result = Err(message);
                    }
                }
                return true;
            }
            TermKind::Set(_)
            | TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_)
            | TermKind::Call(_) => return true,
            _ => {}
        }
        false
    });
    result
}

/// The variables that a body declares, by `:=` and `some`, its comprehensions aside.
fn declared(body: &[Expr]) -> VarSet {
    let mut found = VarSet::new();
    let mut add = |term: &Term| {
        walk_term(term, &mut |node| {
            if let Node::Term(Term { kind: TermKind::Var(name), .. }) = node {
                found.insert(name.clone());
            }
            false
        });
    };
    walk_body(body, &mut |node| match node {
        Node::Expr(expr) => {
            if is_assignment(expr)
                && let [left, _] = operands(expr)
            {
                add(left);
            } else if let ExprKind::Some(symbols) = &expr.kind {
                for symbol in symbols {
                    match &symbol.kind {
                        TermKind::Call(parts) => parts[1..parts.len() - 1].iter().for_each(&mut add),
                        _ => add(symbol),
                    }
                }
            }
            false
        }
        Node::Term(term) => matches!(
            term.kind,
            TermKind::ArrayComprehension(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_)
        ),
        Node::With(_) => false,
    });
    found
}
