//! What is checked and replaced of calls: `print`, `rego.metadata`, undefined and deprecated functions.
//!
//! Source: `checkVoidCalls`, `erasePrintCalls`, `rewriteRegoMetadataCalls`, `checkUndefinedFuncs` in
//! `v1/ast/compile.go`, `checkDeprecatedBuiltins` in `v1/ast/rego_v1.go`.

use crate::ast::{
    Expr, ExprKind, Location, Node, NodeMut, Path, Term, TermKind, Version, each_in_expr, each_in_term, walk_body,
    walk_head,
};
use crate::error::Code;

use super::terms::{append, builtin, is_equality, is_print, operands, take_out};
use super::tree::name_of;
use super::{Compiler, Unit};

impl Compiler {
    /// Functions without a result, as `print`, give no value.
    pub(super) fn check_void_calls(&mut self) {
        let tree = &self.tree;
        let is_void = |parts: &[Term]| {
            let function = parts.first().and_then(Term::as_ref).and_then(|name| tree.builtin(name));
            function.is_some_and(|builtin| builtin.signature().result.is_none())
        };
        let mut found = Vec::new();
        for unit in &self.units {
            visit_unit(unit, &mut |node| {
                if let Node::Term(term) = node
                    && let TermKind::Call(parts) = &term.kind
                    && is_void(parts)
                {
                    found.push((unit.module, term.location, format!("{term} used as value")));
                }
                false
            });
        }
        self.fail_all(Code::Type, found);
    }

    /// Calls of `print` are taken away.
    pub(super) fn erase_prints(&mut self) {
        for Unit { rule, .. } in &mut self.units {
            let head = &mut rule.head;
            let terms = head.args.iter_mut().chain(&mut head.key).chain(&mut head.value);
            terms.for_each(erase_in_term);
            erase_in_body(&mut rule.body);
        }
    }

    /// What is called is there, and takes as many arguments.
    pub(super) fn check_functions(&mut self) {
        let mut found = Vec::new();
        for unit in &self.units {
            visit_unit(unit, &mut |node| match node {
                Node::Expr(expr) => match self.function_error(expr) {
                    Some(message) => {
                        found.push((unit.module, expr.location, message));
                        true
                    }
                    None => false,
                },
                _ => false,
            });
        }
        self.fail_all(Code::Type, found);
    }

    fn function_error(&self, expr: &Expr) -> Option<String> {
        let ExprKind::Call(terms) = &expr.kind else { return None };
        let function = terms.first()?.as_ref()?;
        let name = || self.written_path(function);
        let Some(arity) = self.tree.arity(function) else {
            return Some(format!("undefined function {}", name()));
        };
        let count = operands(expr).len();
        let given = if expr.generated { count.saturating_sub(1) } else { count };
        let fits =
            if expr.generated { is_equality(expr) || count == arity + 1 } else { count == arity || count == arity + 1 };
        if fits {
            return None;
        }
        if self.tree.builtin(function).is_some() {
            return Some(format!("{}: arity mismatch", name()));
        }
        let s = if given == 1 { "" } else { "s" };
        Some(format!("function {} has arity {arity}, got {given} argument{s}", name()))
    }

    /// Version 1 does not call what is deprecated.
    pub(super) fn check_deprecated(&mut self) {
        let mut found = Vec::new();
        for unit in self.units.iter().filter(|unit| self.modules[unit.module].version != Version::V0) {
            visit_unit(unit, &mut |node| {
                let call = match node {
                    Node::Expr(Expr { kind: ExprKind::Call(terms), location, .. })
                    | Node::Term(Term { kind: TermKind::Call(terms), location }) => Some((terms, *location)),
                    _ => None,
                };
                if let Some((terms, location)) = call
                    && let Some(builtin) = terms.first().and_then(Term::as_ref).and_then(|name| self.tree.builtin(name))
                    && builtin.deprecated
                {
                    let message = format!("deprecated built-in function calls in expression: {}", builtin.name);
                    found.push((unit.module, location, message));
                }
                false
            });
        }
        self.fail_all(Code::Type, found);
    }

    /// Calls of `rego.metadata` become constants. Annotations are not read: where there are some, the calls stay, and
    /// cannot be answered.
    pub(super) fn rewrite_metadata(&mut self) {
        if self.modules.iter().any(|module| module.annotated) {
            return;
        }
        let mut units = std::mem::take(&mut self.units);
        for unit in &mut units {
            self.metadata_in(unit);
        }
        self.units = units;
    }

    fn metadata_in(&mut self, unit: &mut Unit) {
        let (mut chain, mut rule) = (None, None);
        visit_unit(unit, &mut |node| {
            if let Node::Expr(expr) = node {
                match metadata_call(expr) {
                    Some(Metadata::Chain) => chain = chain.or(Some(expr.location)),
                    Some(Metadata::Rule) => rule = rule.or(Some(expr.location)),
                    None => {}
                }
            }
            false
        });
        if chain.is_none() && rule.is_none() {
            return;
        }
        let mut before = Vec::new();
        let mut local = |value: Term| {
            let mut term = value;
            before.push(take_out(&mut self.locals, &mut term));
            term
        };
        let chain = chain.map(|location| local(chain_of(&self.modules[unit.module].package.path, unit, location)));
        let rule = rule.map(|location| local(Term::new(location, TermKind::Object(Vec::new()))));
        let head = &mut unit.rule.head;
        let terms = head.args.iter_mut().chain(&mut head.key).chain(&mut head.value);
        terms.for_each(|term| replace_in_term(term, chain.as_ref(), rule.as_ref()));
        replace_in_body(&mut unit.rule.body, chain.as_ref(), rule.as_ref());
        append(&mut before, std::mem::take(&mut unit.rule.body));
        unit.rule.body = before;
    }
}

/// Walks over a rule.
pub(super) fn visit_unit<'a>(unit: &'a Unit, visit: crate::ast::Visit<'_, 'a>) {
    walk_head(&unit.rule.head, visit);
    walk_body(&unit.rule.body, visit);
}

fn erase_in_body(body: &mut Vec<Expr>) {
    let location = body.first().map(|expr| expr.location).unwrap_or_default();
    body.retain(|expr| !is_print(expr));
    if body.is_empty() {
        *body = always(location);
    }
    for expr in body {
        each_in_expr(expr, &mut erase_in_node);
    }
}

fn erase_in_node(node: NodeMut<'_>) {
    match node {
        NodeMut::Term(term) => erase_in_term(term),
        NodeMut::Body(body) => erase_in_body(body),
        NodeMut::Expr(expr) => each_in_expr(expr, &mut erase_in_node),
        NodeMut::With(with) => {
            erase_in_term(&mut with.target);
            erase_in_term(&mut with.value);
        }
    }
}

fn erase_in_term(term: &mut Term) {
    each_in_term(term, &mut erase_in_node);
}

/// A body that always holds.
pub(super) fn always(location: Location) -> Vec<Expr> {
    let truth = Term::new(location, TermKind::Bool(true));
    vec![Expr::new(location, ExprKind::Term(Box::new(truth)))]
}

enum Metadata {
    Chain,
    Rule,
}

fn metadata_call(expr: &Expr) -> Option<Metadata> {
    let ExprKind::Call(terms) = &expr.kind else { return None };
    match name_of(terms.first()?.as_ref()?)?.as_str() {
        "rego.metadata.chain" => Some(Metadata::Chain),
        "rego.metadata.rule" => Some(Metadata::Rule),
        _ => None,
    }
}

/// The path of a rule, as `rego.metadata.chain()` gives it.
fn chain_of(package: &[crate::ast::Name], unit: &Unit, location: Location) -> Term {
    let parts = package.iter().map(|part| Term::text(location, part.clone()));
    let head = &unit.rule.head.reference;
    let name = head.iter().take(1).filter_map(Term::as_var).map(|name| Term::text(location, name.clone()));
    let path = parts.chain(name).chain(head.iter().skip(1).cloned()).collect();
    let path = Term::new(location, TermKind::Array(path));
    let link = Term::new(location, TermKind::Object(vec![(Term::text(location, "path"), path)]));
    Term::new(location, TermKind::Array(vec![link]))
}

fn replace_in_body(body: &mut [Expr], chain: Option<&Term>, rule: Option<&Term>) {
    for expr in body {
        let value = match metadata_call(expr) {
            Some(Metadata::Chain) => chain,
            Some(Metadata::Rule) => rule,
            None => None,
        };
        if let Some(value) = value {
            expr.kind = match operands(expr).first() {
                Some(output) => ExprKind::Call(vec![builtin(expr.location, "eq"), output.clone(), value.clone()]),
                None => ExprKind::Term(Box::new(value.clone())),
            };
            expr.generated = true;
        }
        each_in_expr(expr, &mut |node| replace_in_node(node, chain, rule));
    }
}

fn replace_in_node(node: NodeMut<'_>, chain: Option<&Term>, rule: Option<&Term>) {
    match node {
        NodeMut::Term(term) => replace_in_term(term, chain, rule),
        NodeMut::Body(body) => replace_in_body(body, chain, rule),
        NodeMut::Expr(expr) => each_in_expr(expr, &mut |node| replace_in_node(node, chain, rule)),
        NodeMut::With(with) => {
            replace_in_term(&mut with.target, chain, rule);
            replace_in_term(&mut with.value, chain, rule);
        }
    }
}

fn replace_in_term(term: &mut Term, chain: Option<&Term>, rule: Option<&Term>) {
    each_in_term(term, &mut |node| replace_in_node(node, chain, rule));
}

impl Compiler {
    /// A reference with the names of variables as they are written.
    pub(super) fn written_path(&self, path: &[Term]) -> String {
        let parts: Vec<Term> = path
            .iter()
            .map(|part| match part.as_var() {
                Some(name) => Term::var(part.location, self.written(name)),
                None => part.clone(),
            })
            .collect();
        Path(&parts).to_string()
    }
}
