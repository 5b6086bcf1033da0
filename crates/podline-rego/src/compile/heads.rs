//! What is done with the heads of rules.
//!
//! Source: `rewriteRuleHeadRefs`, `rewriteRefsInHead` and `checkSafetyRuleHeads` in `v1/ast/compile.go`, and
//! `v1/ast/rego_v1.go`.

use std::collections::BTreeMap;

use crate::ast::{Head, Node, Rule, TermKind, Version, compare, walk_body, walk_head};
use crate::error::Code;

use super::resolve::import_name;
use super::terms::{append, is_assignment, is_reserved, operands, requires_evaluation, root, take_out};
use super::vars::{self, Skip};
use super::{Compiler, Unit};

impl Compiler {
    /// Keys in the path of a head that are no scalars become variables: `p[a.b]`.
    pub(super) fn rewrite_head_paths(&mut self) {
        for Unit { rule, .. } in self.units.iter_mut().filter(|unit| unit.is_first()) {
            let last = rule.head.reference.len() - 1;
            for at in 1..=last {
                let part = &mut rule.head.reference[at];
                if part.as_var().is_some() || part.is_scalar() {
                    continue;
                }
                let before = part.clone();
                let expr = take_out(&mut self.locals, part);
                if let Some(key) = rule.head.key.as_mut().filter(|key| at == last && compare(key, &before).is_eq()) {
                    *key = part.clone();
                }
                append(&mut rule.body, vec![expr]);
            }
        }
    }

    /// In version 1 nothing may be called `input` or `data`.
    pub(super) fn check_reserved(&mut self) {
        let units = std::mem::take(&mut self.units);
        for unit in &units {
            if self.modules[unit.module].version != Version::V0 {
                self.check_reserved_in(unit);
            }
        }
        self.units = units;
    }

    fn check_reserved_in(&mut self, unit: &Unit) {
        let rule = &unit.rule;
        let name = rule.head.reference[0].as_var().filter(|name| unit.is_first() && is_reserved(name));
        if let Some(name) = name {
            let message = format!("rules must not shadow {name} (use a different rule name)");
            self.fail(Code::Compile, unit.module, rule.location, message);
        }
        for arg in rule.head.args.iter().filter(|_| unit.is_first()) {
            if let Some(name) = root(arg) {
                let message = format!("args must not shadow {name} (use a different variable name)");
                self.fail(Code::Compile, unit.module, arg.location, message);
            }
        }
        let mut shadowing = Vec::new();
        let mut visit = |node: Node<'_>| {
            if let Node::Expr(expr) = node
                && is_assignment(expr)
                && let Some(left) = operands(expr).first()
                && is_reserved(&left.to_string())
            {
                shadowing.push((expr.location, left.to_string()));
            }
            false
        };
        walk_head(&rule.head, &mut visit);
        walk_body(&rule.body, &mut visit);
        for (location, name) in shadowing {
            let message = format!("variables must not shadow {name} (use a different variable name)");
            self.fail(Code::Compile, unit.module, location, message);
        }
    }

    /// In version 1 no two imports have one name.
    pub(super) fn check_imports(&mut self) {
        let mut found = Vec::new();
        for (at, module) in self.modules.iter().enumerate().filter(|(_, module)| module.version != Version::V0) {
            let mut seen = BTreeMap::new();
            for import in &module.imports {
                let name = import_name(import);
                if let Some(first) = seen.get(&name) {
                    found.push((at, import.location, format!("import must not shadow import {first}")));
                } else {
                    seen.insert(name, crate::ast::Path(&import.path).to_string());
                }
            }
        }
        for (module, location, message) in found {
            self.fail(Code::Compile, module, location, message);
        }
    }

    /// References and comprehensions in a head are evaluated in the body.
    pub(super) fn rewrite_references_in_heads(&mut self) {
        for Unit { rule: Rule { head, body, .. }, .. } in &mut self.units {
            let Head { key, value, args, .. } = head;
            for term in key.iter_mut().chain(value).chain(args) {
                if requires_evaluation(term) {
                    let expr = take_out(&mut self.locals, term);
                    append(body, vec![expr]);
                }
            }
        }
    }

    /// The variables of a head stand in the body too.
    pub(super) fn check_head_safety(&mut self) {
        let units = std::mem::take(&mut self.units);
        for unit in &units {
            let head = &unit.rule.head;
            let mut known = vars::of_body(&unit.rule.body, Skip::SAFETY);
            vars::add_terms(&head.args, Skip::default(), &mut known);
            let mut unknown = Vec::new();
            let terms = head.key.iter().chain(&head.value).chain(head.reference.iter().skip(1));
            for term in terms {
                crate::ast::walk_term(term, &mut |node| {
                    if let Node::Term(term) = node
                        && let TermKind::Var(name) = &term.kind
                        && !known.contains(name)
                    {
                        unknown.push((name.clone(), term.location));
                    }
                    false
                });
            }
            unknown.sort();
            unknown.dedup_by(|later, first| later.0 == first.0);
            for (name, location) in unknown {
                let name = self.written(&name);
                if !name.starts_with("__local") {
                    self.fail(Code::UnsafeVar, unit.module, location, format!("var {name} is unsafe"));
                }
            }
        }
        self.units = units;
    }
}
