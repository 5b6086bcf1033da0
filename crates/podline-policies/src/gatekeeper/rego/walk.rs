//! What a module names.

use podline_rego::ast::walk::{Node, walk_rule};
use podline_rego::ast::{Expr, ExprKind, Module, Ref, Rule, Term, TermKind};

/// Hands over the references in rules; those within others too if `within` says so.
pub(super) fn each_ref(module: &Module, within: bool, see: &mut dyn FnMut(&Ref)) {
    module.rules.iter().for_each(|rule| refs_of(rule, within, see));
}

fn refs_of(rule: &Rule, within: bool, see: &mut dyn FnMut(&Ref)) {
    walk_rule(rule, &mut |node| match node {
        Node::Term(Term { kind: TermKind::Ref(path), .. }) => {
            see(path);
            !within
        }
        _ => false,
    });
    rule.otherwise.iter().for_each(|rule| refs_of(rule, within, see));
}

/// Hands over the names of the functions that are called in rules: `time.now_ns`.
pub(super) fn each_call(module: &Module, see: &mut dyn FnMut(&str)) {
    module.rules.iter().for_each(|rule| calls_of(rule, see));
}

fn calls_of(rule: &Rule, see: &mut dyn FnMut(&str)) {
    walk_rule(rule, &mut |node| {
        let (Node::Term(Term { kind: TermKind::Call(terms), .. })
        | Node::Expr(Expr { kind: ExprKind::Call(terms), .. })) = node
        else {
            return false;
        };
        if let Some(function) = terms.first() {
            see(&function.to_string());
        }
        false
    });
    rule.otherwise.iter().for_each(|rule| calls_of(rule, see));
}
