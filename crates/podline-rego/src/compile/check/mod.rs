//! The types of calls and references are checked, and those of rules inferred.
//!
//! Source: `v1/ast/check.go`.

mod env;
mod refs;
mod unify;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::{Expr, ExprKind, Location, Name, Node, Term, TermKind, walk_expr, walk_term};
use crate::error::Code;
use crate::types::{Function, Type, is_unknown, text};
use crate::value::Value;

use super::terms::{is_equality, operands};
use super::tree::{RuleId, Tree};
use super::{Compiler, Unit};

use env::{Env, Rules};
use unify::unifies;

/// How many terms and expressions may be looked at. Those in comprehensions are looked at several times for each level.
const MAX_LOOKS: usize = 3_000_000;

/// What is wrong with an expression.
pub(super) struct Failure {
    location: Location,
    message: String,
    /// Is it so because the type of something is not known, which may be wrong itself?
    unknown: bool,
}

/// Checks types.
pub(super) struct Checker {
    looks: Cell<usize>,
    /// What variables are called in the text.
    written: BTreeMap<Name, Name>,
}

impl Compiler {
    /// Checks the rules, in an order in which each stands behind those that it needs, and gives their types.
    pub(super) fn check_types(&mut self, order: &[RuleId]) -> Vec<Option<Type>> {
        let checker = Checker { looks: Cell::new(MAX_LOOKS), written: self.written.clone() };
        let mut rules = Rules::default();
        let mut found = Vec::new();
        for &rule in order {
            let path = self.rule_path_raw(rule);
            let failures = checker.rule(&mut rules, &self.tree, &self.units[rule], &path);
            found.extend(failures.into_iter().map(|failure| (rule, failure)));
        }
        found.sort_by(|(a, x), (b, y)| {
            let place = |rule: &RuleId, failure: &Failure| (self.units[*rule].module, failure.location);
            place(a, x).cmp(&place(b, y)).then_with(|| x.message.cmp(&y.message))
        });
        for (rule, failure) in found {
            self.fail(Code::Type, self.units[rule].module, failure.location, failure.message);
        }
        if checker.looks.get() == 0 {
            self.fail(Code::Compile, 0, Location::default(), "the rules are too complex to be checked".to_owned());
        }
        let constant = |path: &[Term]| -> Option<Vec<Value>> {
            path.iter().skip(1).map_while(|part| Some(part.to_value())).collect()
        };
        let of = |rule: &RuleId| {
            let path = self.rule_path_raw(*rule);
            let ground: Vec<Term> = ground_prefix(&path).to_vec();
            let keys = constant(&ground)?;
            keys.iter().try_fold(&rules.root, |node, key| node.children.get(key))?.value.clone()
        };
        (0..self.units.len()).map(|rule| of(&rule)).collect()
    }

    /// The whole path of a rule, with the variables as they are called now.
    pub(super) fn rule_path_raw(&self, rule: RuleId) -> Vec<Term> {
        let unit = &self.units[rule];
        let place = unit.rule.head.location;
        let mut path = vec![Term::var(place, "data")];
        path.extend(self.modules[unit.module].package.path.iter().map(|part| Term::text(place, part.clone())));
        let head = &unit.rule.head.reference;
        path.extend(head.iter().take(1).filter_map(Term::as_var).map(|name| Term::text(place, name.clone())));
        path.extend(head.iter().skip(1).cloned());
        path
    }
}

fn ground_prefix(path: &[Term]) -> &[Term] {
    let end = path.iter().skip(1).position(|part| !part.is_ground()).map_or(path.len(), |at| at + 1);
    &path[..end]
}

fn keys(path: &[Term]) -> Vec<Value> {
    path.iter().skip(1).filter_map(Term::to_value).collect()
}

impl Checker {
    fn rule(&self, rules: &mut Rules, tree: &Tree, unit: &Unit, path: &[Term]) -> Vec<Failure> {
        let prefix = ground_prefix(path);
        let outer = Env { vars: BTreeMap::new(), outer: None, rules, tree, checker: self };
        let (mut env, failures) = self.body(&outer, &unit.rule.body);
        let of = if failures.is_empty() { Self::rule_type(&mut env, unit, &path[prefix.len()..]) } else { None };
        let failed = !failures.is_empty();
        drop(env);
        let keys = keys(prefix);
        if failed {
            // What refers to it is not to be told a second time.
            rules.root.put(&keys, Type::any());
        } else if let Some(of) = of {
            rules.root.insert(&keys, &of);
        }
        failures
    }

    /// The type of what a rule makes, at the constant part of its path.
    fn rule_type(env: &mut Env<'_>, unit: &Unit, dynamic: &[Term]) -> Option<Type> {
        let head = &unit.rule.head;
        if unit.rule.is_function() {
            for arg in &head.args {
                walk_term(arg, &mut |node| {
                    if let Node::Term(Term { kind: TermKind::Var(name), .. }) = node
                        && env.var(name).is_none()
                    {
                        env.vars.insert(name.clone(), Some(Type::any()));
                    }
                    false
                });
            }
            let arguments = head.args.iter().map(|arg| (None, env.term(arg))).collect();
            let result = head.value.as_ref().and_then(|value| env.term(value));
            return Some(Type::Function(Arc::new(Function { arguments, variadic: None, result })));
        }
        let made = match (&head.value, &head.key) {
            (Some(value), _) => env.term(value)?,
            (None, Some(key)) => Type::set(Some(env.term(key)?)),
            (None, None) => return None,
        };
        dynamic.iter().rev().try_fold(made, |made, key| {
            let key = env.term(key)?;
            Some(Type::object(Vec::new(), Some((Some(key), Some(made)))))
        })
    }

    /// Checks a body, and gives the types of its variables.
    fn body<'i>(&self, outer: &'i Env<'i>, body: &[Expr]) -> (Env<'i>, Vec<Failure>) {
        let mut env = Env::within(outer);
        let mut failures = Vec::new();
        for expr in body {
            self.expr(&mut env, expr, &mut failures);
        }
        (env, failures)
    }

    /// The types of the variables of a closure, if nothing is wrong in it.
    fn closure<'i>(&self, outer: &'i Env<'i>, body: &[Expr]) -> Option<Env<'i>> {
        let (env, failures) = self.body(outer, body);
        failures.is_empty().then_some(env)
    }

    /// May something more be looked at?
    fn look(&self) -> bool {
        let left = self.looks.get();
        self.looks.set(left.saturating_sub(1));
        left > 0
    }

    fn expr(&self, env: &mut Env<'_>, expr: &Expr, failures: &mut Vec<Failure>) {
        if !self.look() {
            return;
        }
        let in_closures = self.closures(env, expr);
        let references = env.check_references(expr);
        let suppressed = !in_closures.is_empty() || !references.is_empty();
        failures.extend(in_closures);
        failures.extend(references.into_iter().map(|bad| {
            let path = self.written(&bad.path);
            let message = if bad.function {
                format!("function {path} used as reference, not called")
            } else {
                format!("undefined ref: {path}")
            };
            Failure { location: bad.location, message, unknown: false }
        }));
        if let Some(failure) = self.call(env, expr).filter(|failure| !(suppressed && failure.unknown)) {
            failures.push(failure);
        }
    }

    fn written(&self, path: &[Term]) -> String {
        let part = |part: &Term| match part.as_var().and_then(|name| self.written.get(name)) {
            Some(name) => Term::var(part.location, name.clone()),
            None => part.clone(),
        };
        let parts: Vec<Term> = path.iter().map(part).collect();
        crate::ast::Path(&parts).to_string()
    }

    /// What is wrong in the first comprehension of an expression in which something is.
    fn closures(&self, env: &Env<'_>, expr: &Expr) -> Vec<Failure> {
        let mut last = Vec::new();
        walk_expr(expr, &mut |node| {
            if !self.look() {
                return true;
            }
            let Node::Term(term) = node else { return false };
            let body = match &term.kind {
                TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => &inner.body,
                TermKind::ObjectComprehension(inner) => &inner.body,
                _ => return false,
            };
            let (_, failures) = self.body(env, body);
            let failed = !failures.is_empty();
            if failed {
                last = failures;
            }
            failed
        });
        last
    }

    fn call(&self, env: &mut Env<'_>, expr: &Expr) -> Option<Failure> {
        if let Some(failure) = with_failure(env, expr) {
            return Some(failure);
        }
        let ExprKind::Call(terms) = &expr.kind else { return None };
        if is_equality(expr) {
            return equality_failure(env, expr);
        }
        let name = terms.first()?.as_ref()?;
        let written = || self.written(name);
        let function = match env.reference(name) {
            Some(Type::Any(types)) if types.is_empty() => return None,
            Some(Type::Function(function)) => function,
            _ => {
                let message = format!("undefined function {}", written());
                return Some(Failure { location: expr.location, message, unknown: false });
            }
        };
        let args = operands(expr);
        let given: Vec<Option<Type>> = args.iter().map(|arg| env.term(arg)).collect();
        let fail =
            |what: &str, given: &[Option<Type>]| Some(argument_failure(expr, &written(), what, given, &function));
        let taken = function.arguments.len() + usize::from(function.result.is_some());
        if args.len() > taken && function.variadic.is_none() {
            return fail("too many arguments", &given);
        }
        if args.len() < function.arguments.len() {
            return fail("too few arguments", &given);
        }
        for (at, arg) in args.iter().enumerate() {
            let wanted = if at == function.arguments.len() && function.result.is_some() {
                function.result.as_ref()
            } else {
                function.argument(at)
            };
            if !is_unknown(given[at].as_ref()) && !unifies(given[at].as_ref(), wanted) {
                return fail("invalid argument(s)", &given);
            }
            if !env.assume(arg, wanted, false) {
                let given: Vec<Option<Type>> = args.iter().map(|arg| env.term(arg)).collect();
                return fail("invalid argument(s)", &given);
            }
        }
        None
    }
}

fn argument_failure(expr: &Expr, name: &str, what: &str, given: &[Option<Type>], function: &Function) -> Failure {
    let have: Vec<String> = given.iter().map(|of| text(of.as_ref())).collect();
    let mut want = function.signature();
    if let Some(result) = &function.result {
        let comma = if function.arguments.is_empty() { "" } else { ", " };
        want = format!("{}{comma}{result})", &want[..want.len() - 1]);
    }
    let message = format!("{name}: {what}\n\thave: ({})\n\twant: {want}", have.join(", "));
    Failure { location: expr.location, message, unknown: given.iter().any(|of| is_unknown(of.as_ref())) }
}

fn equality_failure(env: &mut Env<'_>, expr: &Expr) -> Option<Failure> {
    let (left, right) = match operands(expr) {
        [left, right] => (left, right),
        other => {
            let what = if other.len() < 2 { "too few arguments" } else { "too many arguments" };
            return Some(Failure { location: expr.location, message: format!("eq: {what}"), unknown: false });
        }
    };
    let (left_type, right_type) = (env.term(left), env.term(right));
    if env.equate(left, left_type.as_ref(), right, right_type.as_ref()) {
        return None;
    }
    let (left, right) = (text(left_type.as_ref()), text(right_type.as_ref()));
    let unknown = is_unknown(left_type.as_ref()) || is_unknown(right_type.as_ref());
    let message = format!("match error\n\tleft  : {left}\n\tright : {right}");
    Some(Failure { location: expr.location, message, unknown })
}

/// A function is replaced by one that takes as many arguments.
fn with_failure(env: &Env<'_>, expr: &Expr) -> Option<Failure> {
    for with in &expr.with {
        let (target, value) = (env.term(&with.target), env.term(&with.value));
        if let (Some(Type::Function(wanted)), Some(Type::Function(given))) = (&target, &value)
            && !unifies(target.as_ref(), value.as_ref())
        {
            let arguments: Vec<Option<Type>> = given.arguments.iter().map(|(_, of)| of.clone()).collect();
            let have: Vec<String> = arguments.iter().map(|of| text(of.as_ref())).collect();
            let message = format!(
                "{}: arity mismatch\n\thave: ({})\n\twant: {}",
                with.target,
                have.join(", "),
                wanted.signature()
            );
            let unknown = arguments.iter().any(|of| is_unknown(of.as_ref()));
            return Some(Failure { location: with.location, message, unknown });
        }
    }
    None
}
