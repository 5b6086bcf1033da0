//! What `with` may replace, and by what.
//!
//! Source: `rewriteWithModifiers` and `validateWith` in `v1/ast/compile.go`.

use crate::ast::{Expr, Location, NodeMut, Term, TermKind, With, each_in_expr, each_in_term};
use crate::builtins::Builtin;
use crate::error::Code;

use super::terms::{requires_evaluation, take_out};
use super::tree::Tree;
use super::{Compiler, Locals, Unit};

type Failure = (Code, Location, String);

impl Compiler {
    /// Checks all `with`, and evaluates their values before.
    pub(super) fn rewrite_withs(&mut self) {
        let mut found = Vec::new();
        let mut rewriter = Rewriter { locals: &mut self.locals, tree: &self.tree, failures: Vec::new() };
        for Unit { rule, module, .. } in &mut self.units {
            let head = &mut rule.head;
            let terms = head.args.iter_mut().chain(&mut head.key).chain(&mut head.value);
            terms.for_each(|term| rewriter.term(term));
            rewriter.body(&mut rule.body);
            found.extend(rewriter.failures.drain(..).map(|failure| (*module, failure)));
        }
        for (module, (code, location, message)) in found {
            self.fail(code, module, location, message);
        }
    }
}

struct Rewriter<'c> {
    locals: &'c mut Locals,
    tree: &'c Tree,
    failures: Vec<Failure>,
}

impl Rewriter<'_> {
    fn body(&mut self, body: &mut Vec<Expr>) {
        let before = std::mem::take(body);
        for mut expr in before {
            for with in &mut expr.with {
                match self.needs_evaluation(with) {
                    Ok(true) => body.push(take_out(self.locals, &mut with.value)),
                    Ok(false) => {}
                    Err(failure) => self.failures.push(failure),
                }
            }
            body.push(expr);
        }
        for expr in body {
            each_in_expr(expr, &mut |node| self.node(node));
        }
    }

    fn node(&mut self, node: NodeMut<'_>) {
        match node {
            NodeMut::Term(term) => self.term(term),
            NodeMut::Body(body) => self.body(body),
            NodeMut::Expr(expr) => each_in_expr(expr, &mut |node| self.node(node)),
            NodeMut::With(with) => {
                self.term(&mut with.target);
                self.term(&mut with.value);
            }
        }
    }

    fn term(&mut self, term: &mut Term) {
        each_in_term(term, &mut |node| self.node(node));
    }

    /// Is the value of a `with` no function and to be evaluated before?
    fn needs_evaluation(&self, with: &mut With) -> Result<bool, Failure> {
        if self.builtin(&with.value).is_some() {
            as_reference(&mut with.value);
        }
        let location = with.target.location;
        let root = with.target.as_ref().and_then(|path| path[0].as_var()).cloned();
        match root.as_deref() {
            Some("data") => {
                if self.replaces_function(with)? && self.is_function(&with.value) {
                    return Ok(false);
                }
                let replacement = with.value.as_ref().map_or(&[][..], |path| self.tree.rules(path));
                if replacement.iter().any(|rule| self.tree.is_function(*rule)) {
                    return Ok(false);
                }
            }
            Some("input") => {}
            _ => {
                let Some(builtin) = self.builtin(&with.target) else {
                    let message = "with keyword target must reference existing input, data, or a function";
                    return Err((Code::Type, location, message.to_owned()));
                };
                as_reference(&mut with.target);
                replaceable(builtin).map_err(|why| {
                    let what = "with keyword replacing built-in function: ";
                    (Code::Compile, location, format!("{what}{why}"))
                })?;
                if self.is_function(&with.value) {
                    return Ok(false);
                }
            }
        }
        Ok(requires_evaluation(&with.value))
    }

    fn builtin(&self, term: &Term) -> Option<&'static Builtin> {
        match &term.kind {
            TermKind::Var(name) => self.tree.builtin_named(name),
            TermKind::Ref(path) => self.tree.builtin(path),
            _ => None,
        }
    }

    /// Does a term name rules or a built-in?
    fn is_function(&self, term: &Term) -> bool {
        term.as_ref().is_some_and(|path| self.tree.find(path).is_some()) || self.builtin(term).is_some()
    }

    /// Does a target below `data` name functions? It may not be below a rule.
    fn replaces_function(&self, with: &With) -> Result<bool, Failure> {
        let Some([_, keys @ ..]) = with.target.as_ref().map(Vec::as_slice) else { return Ok(false) };
        let mut node = Some(0);
        for (at, key) in keys.iter().enumerate() {
            node = node.and_then(|node| self.tree.child(node, key));
            let Some(node) = node else { return Ok(false) };
            if at + 1 < keys.len() && !self.tree.nodes[node].rules.is_empty() {
                let message = "with keyword cannot partially replace virtual document(s)".to_owned();
                return Err((Code::Compile, with.target.location, message));
            }
        }
        let rules = node.filter(|_| !keys.is_empty()).map_or(&[][..], |node| &self.tree.nodes[node].rules);
        Ok(rules.iter().any(|rule| self.tree.is_function(*rule)))
    }
}

fn as_reference(term: &mut Term) {
    if term.as_var().is_some() {
        let head = term.clone();
        term.kind = TermKind::Ref(vec![head]);
    }
}

/// Why a built-in cannot be replaced.
fn replaceable(builtin: &Builtin) -> Result<(), String> {
    let name = builtin.name;
    match name {
        "eq" | "rego.metadata.chain" | "rego.metadata.rule" => Err(format!("replacement of {name:?} invalid")),
        _ if name.starts_with("internal.") => Err(format!("replacement of internal function {name:?} invalid")),
        _ if builtin.relation => Err("target must not be a relation".to_owned()),
        _ if builtin.signature().result.is_none() => Err("target must not be a void function".to_owned()),
        _ => Ok(()),
    }
}
