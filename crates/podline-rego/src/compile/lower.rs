//! From rewritten rules to the form in which they are evaluated: variables become slots, names of rules their groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ast::{self, Name, RuleKind, TermKind};
use crate::error::Code;
use crate::types::Type;
use crate::value::Value;

use super::terms::{is_equality, operands};
use super::tree::{RuleId, Tree, TreeNode};
use super::vars::{self, Skip, VarSet};
use super::{
    Base, Callee, Collection, Compiler, Comprehension, Expr, ExprKind, Group, GroupId, GroupKind, Node, Program,
    Reference, Replacement, Rule, Slot, Target, Term, With,
};

impl Compiler {
    /// The program of checked rules, given their types.
    pub(super) fn lower(&mut self, mut types: Vec<Option<Type>>) -> Program {
        let tree = std::mem::take(&mut self.tree);
        let members = self.members(&tree);
        let groups: BTreeMap<usize, GroupId> = members.keys().copied().zip(0..).collect();
        let node = |(at, node): (usize, &TreeNode)| {
            let group = groups.get(&at).copied();
            let open = members.get(&at).is_none_or(|rules| rules.len() == node.rules.len());
            Node { children: if open { node.children.clone() } else { BTreeMap::new() }, group }
        };
        let mut program = Program { groups: Vec::new(), nodes: tree.nodes.iter().enumerate().map(node).collect() };
        let paths = paths(&tree);
        for (&at, rules) in &members {
            match self.group(&tree, &groups, rules, at, &paths[at]) {
                Ok(mut group) => {
                    group.result = rules.first().and_then(|rule| types[*rule].take());
                    program.groups.push(group);
                }
                Err(Unexpected { rule, location, message }) => {
                    self.fail(Code::Compile, self.units[rule].module, location, message);
                    break;
                }
            }
        }
        self.tree = tree;
        program
    }

    /// The rules of each group, by the node where it stands. Rules with keys that are no constants and all rules below
    /// them make one object together.
    fn members(&self, tree: &Tree) -> BTreeMap<usize, Vec<RuleId>> {
        let mut members = BTreeMap::new();
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            let node = &tree.nodes[at];
            let mut rules = node.rules.clone();
            if rules.iter().any(|rule| self.has_open_keys(*rule)) {
                let mut below = BTreeSet::new();
                node.children.values().for_each(|child| tree.below(*child, &mut below));
                rules.extend(below);
            } else {
                open.extend(node.children.values());
            }
            if !rules.is_empty() {
                members.insert(at, rules);
            }
        }
        members
    }

    fn has_open_keys(&self, rule: RuleId) -> bool {
        self.units[rule].rule.head.reference.iter().skip(1).any(|key| !key.is_ground())
    }

    fn group(
        &self,
        tree: &Tree,
        groups: &BTreeMap<usize, GroupId>,
        rules: &[RuleId],
        node: usize,
        path: &[Value],
    ) -> Result<Group, Unexpected> {
        let mut group = Group {
            path: path.to_vec(),
            node,
            kind: self.kind(rules),
            rules: Vec::new(),
            default: None,
            early_exit: false,
            result: None,
        };
        for &first in rules {
            let unit = &self.units[first];
            let mut chain = Vec::new();
            for at in unit.chain(first) {
                let lower = Lower { tree, groups, slots: 0, scopes: Vec::new() };
                let file = &self.modules[unit.module].file;
                let whole = self.rule_path_raw(at);
                let keys = whole.get(path.len() + 1..).unwrap_or_default();
                let lowered = lower.rule(&self.units[at].rule, keys, file);
                chain.push(lowered.map_err(|(location, message)| Unexpected { rule: at, location, message })?);
            }
            let mut rule = chain.remove(0);
            rule.otherwise = chain;
            if unit.rule.default {
                group.default = Some(rule);
            } else {
                group.rules.push(rule);
            }
        }
        group.early_exit = is_one_value(&group.rules);
        Ok(group)
    }

    fn kind(&self, rules: &[RuleId]) -> GroupKind {
        let rule = |rule: &RuleId| &self.units[*rule].rule;
        if rules.iter().any(|rule| self.has_open_keys(*rule)) {
            GroupKind::Object
        } else if rules.iter().map(rule).any(ast::Rule::is_function) {
            GroupKind::Function
        } else if rules.iter().map(rule).any(|rule| rule.head.kind() == RuleKind::Multi) {
            GroupKind::Set
        } else {
            GroupKind::Complete
        }
    }
}

/// What should not be there after all rewriting.
struct Unexpected {
    rule: RuleId,
    location: ast::Location,
    message: &'static str,
}

type Lowered<T> = Result<T, (ast::Location, &'static str)>;

/// The path of each node.
fn paths(tree: &Tree) -> Vec<Vec<Value>> {
    let mut paths = vec![Vec::new(); tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        for (key, child) in &node.children {
            let mut path: Vec<Value> = paths[at].clone();
            path.push(key.clone());
            paths[*child] = path;
        }
    }
    paths
}

/// Have all rules and branches one constant value?
fn is_one_value(rules: &[Rule]) -> bool {
    let mut values = rules.iter().flat_map(|rule| std::iter::once(rule).chain(&rule.otherwise)).map(|rule| &rule.value);
    let Some(Some(Term::Value(first))) = values.next() else { return false };
    values.all(|value| matches!(value, Some(Term::Value(value)) if value == first))
}

struct Lower<'c> {
    tree: &'c Tree,
    groups: &'c BTreeMap<usize, GroupId>,
    slots: usize,
    /// The slots of variables, of the outer scopes first.
    scopes: Vec<BTreeMap<Name, Slot>>,
}

impl Lower<'_> {
    fn rule(mut self, rule: &ast::Rule, keys: &[ast::Term], file: &Arc<str>) -> Lowered<Rule> {
        let head = &rule.head;
        let mut names = vars::of_body(&rule.body, own());
        vars::add_terms(head.args.iter().chain(keys).chain(&head.key).chain(&head.value), own(), &mut names);
        self.enter(names);
        let multi = head.kind() == RuleKind::Multi;
        let key = head.key.as_ref().filter(|_| multi).map(|key| self.term(key)).transpose()?;
        Ok(Rule {
            file: file.clone(),
            row: rule.location.row,
            head_row: head.location.row,
            args: self.terms(&head.args)?,
            path: self.terms(keys)?,
            key,
            value: head.value.as_ref().map(|value| self.term(value)).transpose()?,
            body: self.exprs(&rule.body)?,
            slots: self.slots,
            otherwise: Vec::new(),
        })
    }

    /// Opens a scope: names that are not known yet get slots of their own.
    fn enter(&mut self, names: VarSet) {
        let mut scope = BTreeMap::new();
        for name in names {
            if self.slot(&name).is_none() && !super::terms::is_reserved(&name) {
                scope.insert(name, self.slots);
                self.slots += 1;
            }
        }
        self.scopes.push(scope);
    }

    fn slot(&self, name: &Name) -> Option<Slot> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied()
    }

    /// A body with a scope of its own.
    fn body(&mut self, body: &[ast::Expr]) -> Lowered<Vec<Expr>> {
        self.enter(vars::of_body(body, own()));
        let lowered = self.exprs(body);
        self.scopes.pop();
        lowered
    }

    fn exprs(&mut self, body: &[ast::Expr]) -> Lowered<Vec<Expr>> {
        body.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&mut self, expr: &ast::Expr) -> Lowered<Expr> {
        let kind = match &expr.kind {
            ast::ExprKind::Term(term) => ExprKind::Term(self.term(term)?),
            ast::ExprKind::Call(_) if is_equality(expr) => match operands(expr) {
                [left, right] => ExprKind::Unify(self.term(left)?, self.term(right)?),
                _ => return Err((expr.location, "an equality has two sides")),
            },
            ast::ExprKind::Call(terms) => self.call(expr.location, terms)?,
            ast::ExprKind::Every(every) => self.every(expr.location, every)?,
            ast::ExprKind::Not(negation) => ExprKind::Not(self.body(&negation.body)?),
            ast::ExprKind::Some(_) => return Err((expr.location, "a declaration is no expression")),
        };
        let with = expr.with.iter().map(|with| self.with(with)).collect::<Lowered<_>>()?;
        Ok(Expr { kind, negated: expr.negated, with, row: expr.location.row })
    }

    fn call(&mut self, location: ast::Location, terms: &[ast::Term]) -> Lowered<ExprKind> {
        let function = terms.first().and_then(ast::Term::as_ref);
        let callee = function.and_then(|path| self.callee(path)).ok_or((location, "what is called is no function"))?;
        let arity = function.and_then(|path| self.tree.arity(path)).unwrap_or(0);
        let mut args = self.terms(&terms[1..])?;
        let output = if args.len() > arity { args.pop() } else { None };
        Ok(ExprKind::Call { callee, args, output })
    }

    /// The function that a reference names.
    fn callee(&self, path: &[ast::Term]) -> Option<Callee> {
        if let Some(builtin) = self.tree.builtin(path) {
            return Some(Callee::Builtin(builtin.name.into()));
        }
        self.tree.find(path).and_then(|node| self.groups.get(&node)).map(|group| Callee::Group(*group))
    }

    fn every(&mut self, location: ast::Location, every: &ast::Every) -> Lowered<ExprKind> {
        let domain = self.term(&every.domain)?;
        let mut names = vars::of_body(&every.body, own());
        vars::add_terms(every.key.iter().chain([&every.value]), Skip::default(), &mut names);
        self.enter(names);
        let body = self.exprs(&every.body);
        let key = every.key.as_ref().and_then(ast::Term::as_var).and_then(|name| self.slot(name));
        let value = every.value.as_var().and_then(|name| self.slot(name));
        self.scopes.pop();
        let value = value.ok_or((location, "the value of every is a variable"))?;
        Ok(ExprKind::Every { key, value, domain, body: body? })
    }

    fn with(&mut self, with: &ast::With) -> Lowered<With> {
        let location = with.target.location;
        let path = with.target.as_ref().ok_or((location, "what is replaced is no reference"))?;
        let keys = path.iter().skip(1).map(ast::Term::to_value).collect::<Option<Vec<Value>>>();
        let target = match (path[0].as_var().map(|name| &**name), keys) {
            (Some("input"), Some(keys)) => Target::Input(keys),
            (Some("data"), Some(keys)) => match self.function(path) {
                Some(callee) => Target::Function(callee),
                None => Target::Data(keys),
            },
            (Some("input" | "data"), None) => return Err((location, "the keys of what with replaces are constants")),
            _ => Target::Function(self.callee(path).ok_or((location, "what is replaced is no function"))?),
        };
        let function = with.value.as_ref().and_then(|path| self.function(path));
        let value = match function {
            Some(callee) => Replacement::Function(callee),
            None => Replacement::Value(self.term(&with.value)?),
        };
        Ok(With { target, value, row: with.location.row })
    }

    /// The function that a reference names, if it names no other rule.
    fn function(&self, path: &[ast::Term]) -> Option<Callee> {
        let rule = self.tree.rules(path).first();
        if rule.is_some_and(|rule| !self.tree.is_function(*rule)) {
            return None;
        }
        self.callee(path)
    }

    fn terms(&mut self, terms: &[ast::Term]) -> Lowered<Vec<Term>> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn term(&mut self, term: &ast::Term) -> Lowered<Term> {
        if let Some(value) = term.to_value() {
            return Ok(Term::Value(value));
        }
        Ok(match &term.kind {
            TermKind::Var(name) => Term::Var(self.slot(name).ok_or((term.location, "a variable has no place"))?),
            TermKind::Ref(path) => self.reference(path)?,
            TermKind::Array(items) => Term::Array(self.terms(items)?),
            TermKind::Set(items) => Term::Set(self.terms(items)?),
            TermKind::Object(entries) => {
                let entry = |(key, value): &(ast::Term, ast::Term)| Ok((self.term(key)?, self.term(value)?));
                Term::Object(entries.iter().map(entry).collect::<Lowered<_>>()?)
            }
            TermKind::ArrayComprehension(inner) => {
                self.comprehension(term, &[&inner.term], &inner.body, |mut terms| {
                    Some(Collection::Array(terms.pop()?))
                })?
            }
            TermKind::SetComprehension(inner) => {
                self.comprehension(term, &[&inner.term], &inner.body, |mut terms| Some(Collection::Set(terms.pop()?)))?
            }
            TermKind::ObjectComprehension(inner) => {
                let collected = [&inner.key, &inner.value];
                self.comprehension(term, &collected, &inner.body, |mut terms| {
                    let value = terms.pop()?;
                    Some(Collection::Object(terms.pop()?, value))
                })?
            }
            _ => return Err((term.location, "a call stands within a term")),
        })
    }

    fn comprehension(
        &mut self,
        term: &ast::Term,
        collected: &[&ast::Term],
        body: &[ast::Expr],
        kind: impl FnOnce(Vec<Term>) -> Option<Collection>,
    ) -> Lowered<Term> {
        let mut names = vars::of_body(body, own());
        vars::add_terms(collected.iter().copied(), own(), &mut names);
        self.enter(names);
        let terms = collected.iter().map(|term| self.term(term)).collect::<Lowered<Vec<_>>>();
        let body = self.exprs(body);
        self.scopes.pop();
        let kind = kind(terms?).ok_or((term.location, "nothing is collected"))?;
        let row = collected.first().map_or(term.location.row, |first| first.location.row);
        Ok(Term::Comprehension(Arc::new(Comprehension { kind, body: body?, row })))
    }

    fn reference(&mut self, path: &[ast::Term]) -> Lowered<Term> {
        let head = &path[0];
        let name = head.as_var().ok_or((head.location, "a reference begins with a variable"))?;
        let (base, skipped) = match (self.slot(name), &**name) {
            (Some(slot), _) => (Base::Var(slot), 1),
            (None, "input") => (Base::Input, 1),
            (None, "data") => self.base(path),
            _ => return Err((head.location, "a variable has no place")),
        };
        let path = self.terms(&path[skipped..])?;
        Ok(Term::Ref(Box::new(Reference { base, path })))
    }

    /// The first rules on the way of a reference, and how many of its parts lead there.
    fn base(&self, path: &[ast::Term]) -> (Base, usize) {
        let mut node = 0;
        for (at, key) in path.iter().enumerate().skip(1) {
            let Some(next) = self.tree.child(node, key) else { break };
            if let Some(group) = self.groups.get(&next) {
                return (Base::Group(*group), at + 1);
            }
            node = next;
        }
        (Base::Data, 1)
    }
}

/// The variables that belong to a body itself.
fn own() -> Skip<'static> {
    Skip::SAFETY
}
