//! Template strings become calls: `$"a {x.b}"` is `internal.template_string(["a ", {y | y = x.b}])`, where a part that is
//! undefined gives an empty set.
//!
//! Source: `rewriteTemplateStrings` in `v1/ast/compile.go`.

use crate::ast::{
    Comprehension, Expr, ExprKind, Location, NodeMut, RuleKind, TemplatePart, Term, TermKind, each_in_expr,
    each_in_term,
};
use crate::error::Code;

use super::terms::{builtin, is_empty};
use super::tree::Tree;
use super::vars::{self, Skip, VarSet};
use super::{Compiler, Locals, Unit, outputs};

impl Compiler {
    /// Rewrites the template strings of all rules.
    pub(super) fn rewrite_templates(&mut self) {
        let mut units = std::mem::take(&mut self.units);
        let known: Vec<bool> = units.iter().map(is_constant_rule).collect();
        let defined: Vec<(bool, bool, bool)> =
            units.iter().map(|unit| (unit.rule.default, unit.rule.head.kind() == RuleKind::Multi, false)).collect();
        for unit in &mut units {
            let mut templates = Templates {
                locals: &mut self.locals,
                tree: &self.tree,
                constant: &known,
                defined: &defined,
                errors: Vec::new(),
            };
            templates.rule(unit);
            for (location, message) in templates.errors {
                let message = self.with_written_names(message);
                self.fail(Code::Compile, unit.module, location, message);
            }
        }
        self.units = units;
    }
}

/// Has a rule always the same value?
fn is_constant_rule(unit: &Unit) -> bool {
    let value = unit.rule.head.value.as_ref();
    is_empty(&unit.rule.body)
        && value.is_some_and(|value| value.as_var().is_some() || value.is_ground() && value.as_ref().is_none())
}

struct Templates<'c> {
    locals: &'c mut Locals,
    tree: &'c Tree,
    constant: &'c [bool],
    /// Which rules are defaults, and which make sets.
    defined: &'c [(bool, bool, bool)],
    errors: Vec<(Location, Message)>,
}

/// What is wrong; variables are told by the names that they have in the text.
pub(super) enum Message {
    Undeclared(crate::ast::Name),
    Text(String),
}

impl Templates<'_> {
    fn rule(&mut self, unit: &mut Unit) {
        let rule = &mut unit.rule;
        let mut safe: VarSet = ["input", "data"].into_iter().map(Into::into).collect();
        vars::add_terms(&rule.head.args, Skip::default(), &mut safe);
        let safe = self.body(&mut rule.body, &safe);
        let head = &mut rule.head;
        for term in head.args.iter_mut().chain(&mut head.key).chain(&mut head.value) {
            self.term(term, &safe);
        }
    }

    /// Rewrites those in a body, and gives the variables that have a value in it.
    fn body(&mut self, body: &mut [Expr], globals: &VarSet) -> VarSet {
        let mut safe = outputs::of_body(body, self.tree, globals);
        safe.extend(globals.iter().cloned());
        for expr in body {
            self.expr(expr, &safe);
        }
        safe
    }

    fn expr(&mut self, expr: &mut Expr, safe: &VarSet) {
        if let ExprKind::Every(every) = &mut expr.kind {
            self.term(&mut every.domain, safe);
            let mut inner = safe.clone();
            vars::add_terms(&every.key, Skip::default(), &mut inner);
            vars::add_term(&every.value, Skip::default(), &mut inner);
            self.body(&mut every.body, &inner);
            return;
        }
        each_in_expr(expr, &mut |node| self.node(node, safe));
    }

    fn node(&mut self, node: NodeMut<'_>, safe: &VarSet) {
        match node {
            NodeMut::Term(term) => self.term(term, safe),
            NodeMut::Body(body) => body.iter_mut().for_each(|expr| self.expr(expr, safe)),
            NodeMut::Expr(expr) => self.expr(expr, safe),
            NodeMut::With(with) => {
                self.term(&mut with.target, safe);
                self.term(&mut with.value, safe);
            }
        }
    }

    fn term(&mut self, term: &mut Term, safe: &VarSet) {
        match &mut term.kind {
            TermKind::Template(parts) => {
                let parts = std::mem::take(parts);
                term.kind = self.call(term.location, parts, safe);
                each_in_term(term, &mut |node| self.node(node, safe));
            }
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                let inside = self.body(&mut inner.body, safe);
                self.collected(&mut inner.term, safe, &inside);
            }
            TermKind::ObjectComprehension(inner) => {
                let inside = self.body(&mut inner.body, safe);
                self.collected(&mut inner.key, safe, &inside);
                self.collected(&mut inner.value, safe, &inside);
            }
            _ => each_in_term(term, &mut |node| self.node(node, safe)),
        }
    }

    /// Only a template string that is itself what is collected sees the variables of the body.
    fn collected(&mut self, term: &mut Term, outside: &VarSet, inside: &VarSet) {
        let template = matches!(term.kind, TermKind::Template(_));
        self.term(term, if template { inside } else { outside });
    }

    fn call(&mut self, location: Location, parts: Vec<TemplatePart>, safe: &VarSet) -> TermKind {
        let mut items = Vec::new();
        if parts.is_empty() {
            items.push(Term::text(location, ""));
        }
        for part in parts {
            match part {
                TemplatePart::Term(term) => items.push(term),
                TemplatePart::Expr(expr) => items.extend(self.part(expr, safe)),
            }
        }
        let function = builtin(location, "internal");
        let TermKind::Ref(mut name) = function.kind else { return TermKind::Null };
        name.push(Term::text(location, "template_string"));
        let function = Term::new(location, TermKind::Ref(name));
        TermKind::Call(vec![function, Term::new(location, TermKind::Array(items))])
    }

    fn part(&mut self, expr: Expr, safe: &VarSet) -> Option<Term> {
        let location = expr.location;
        let term = match expr.kind {
            ExprKind::Term(term) => *term,
            ExprKind::Call(terms) => {
                let function = terms.first().and_then(Term::as_ref).and_then(|name| self.tree.builtin(name));
                if let Some(relation) = function.filter(|builtin| builtin.relation) {
                    let what = format!("illegal call to relation built-in '{}'", relation.name);
                    let message = Message::Text(format!("{what} that may cause multiple outputs"));
                    self.errors.push((location, message));
                    return None;
                }
                Term::new(location, TermKind::Call(terms))
            }
            _ => {
                let message = "unexpected template-string expression type".to_owned();
                self.errors.push((location, Message::Text(message)));
                return None;
            }
        };
        let always = term.as_var().is_some() || term.as_ref().is_some_and(|path| self.is_always_defined(path));
        if always {
            return Some(Term::new(location, TermKind::Set(vec![term])));
        }
        for name in &vars::of_term(&term, Skip::SAFETY) - safe {
            self.errors.push((location, Message::Undeclared(name)));
        }
        let local = Term::var(location, self.locals.next());
        let kind = ExprKind::Call(vec![builtin(location, "eq"), local.clone(), term]);
        let body = vec![Expr { with: expr.with, ..Expr::new(location, kind) }];
        let inner = Comprehension { term: local, body };
        Some(Term::new(location, TermKind::SetComprehension(Box::new(inner))))
    }

    /// Does a reference name rules that always have a value?
    fn is_always_defined(&self, path: &[Term]) -> bool {
        let rules = self.tree.rules(path);
        let Some(&first) = rules.first() else { return false };
        if self.tree.is_function(first) {
            return false;
        }
        let (default, multi, _) = self.defined[first];
        if default || multi {
            return true;
        }
        if rules.len() == 1 { self.constant[first] } else { rules[1..].iter().any(|rule| self.defined[*rule].0) }
    }
}
