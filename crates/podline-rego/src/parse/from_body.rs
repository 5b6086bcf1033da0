//! Expressions that stand for rules: `p = 1`, `p[1]`, `f(x) = x`, `p.q.r`.
//!
//! Source: `ParseRuleFromBody` and what it calls, in `v1/ast/parser_ext.go`.

use crate::ast::{Expr, ExprKind, Head, Location, Ref, Rule, Term, TermKind};
use crate::builtins;

use super::head::plain_head;
use super::rule::always;

/// The rule that a body stands for, or why it stands for none.
pub(super) fn rule_from_body(mut body: Vec<Expr>) -> Result<Rule, String> {
    let (Some(expr), true) = (body.pop(), body.is_empty()) else {
        return Err("multiple expressions cannot be used for rule head".to_owned());
    };
    if !expr.with.is_empty() {
        return Err("expressions using with keyword cannot be used for rule head".to_owned());
    }
    if expr.negated {
        return Err("negated expressions cannot be used for rule head".to_owned());
    }
    match expr.kind {
        ExprKind::Some(_) => Err("'some' declarations cannot be used for rule head".to_owned()),
        ExprKind::Term(term) => rule_from_term(*term),
        ExprKind::Call(terms) => rule_from_call(expr.location, terms),
        ExprKind::Every(_) | ExprKind::Not(_) => Err("expression cannot be used for rule head".to_owned()),
    }
}

fn rule(location: Location, body: Location, head: Head) -> Rule {
    Rule { location, default: false, head, body: always(body), otherwise: Vec::new(), generated_body: true }
}

fn truth(location: Location) -> Term {
    Term::new(location, TermKind::Bool(true))
}

/// Its parts, if it is a reference that begins with a name.
fn named(reference: Ref) -> Result<Ref, String> {
    match reference.first() {
        Some(first) if first.as_var().is_some() => Ok(reference),
        _ => Err(format!("invalid rule head: {}", crate::ast::Path(&reference))),
    }
}

/// `p.q.r` is true, `p[x]` is a set.
fn rule_from_term(term: Term) -> Result<Rule, String> {
    let location = term.location;
    let TermKind::Ref(reference) = term.kind else {
        return Err(format!("{} cannot be used for rule name", term.kind.name()));
    };
    if reference.len() == 1 {
        return Err("refs cannot be used for rule head".to_owned());
    }
    let mut reference = named(reference)?;
    if reference.len() > 2 {
        let mut head = plain_head(location, reference, Some(truth(location)));
        head.generated_value = true;
        return Ok(rule(location, location, head));
    }
    let key = reference.pop();
    let head = Head { key, ..plain_head(location, reference, None) };
    Ok(rule(location, location, head))
}

fn rule_from_call(location: Location, terms: Vec<Term>) -> Result<Rule, String> {
    let mut terms = terms.into_iter();
    let function = terms.next().ok_or("expression cannot be used for rule head")?;
    let name = function.to_string();
    if name == "eq" || name == "assign" {
        let (Some(left), Some(right)) = (terms.next(), terms.next()) else {
            return Err("assignment requires two operands".to_owned());
        };
        let mut rule = rule_from_equality(left, right)?;
        rule.head.assign = name == "assign";
        rule.location = location;
        rule.head.location = location;
        return Ok(rule);
    }
    if builtins::find(&name).is_some() {
        return Err("rule name conflicts with built-in function".to_owned());
    }
    let args: Vec<Term> = terms.collect();
    if args.is_empty() {
        return Err("rule argument list must take at least one argument".to_owned());
    }
    let location = function.location;
    Ok(rule(location, location, Head { args, ..function_head(function, Some(truth(location)))? }))
}

fn function_head(function: Term, value: Option<Term>) -> Result<Head, String> {
    let location = function.location;
    match function.kind {
        TermKind::Ref(reference) => Ok(plain_head(location, named(reference)?, value)),
        kind => Err(format!("{}s cannot be used in function signature", kind.name())),
    }
}

/// `f(x) = y`, `p[x] = y`, `p = y`.
fn rule_from_equality(left: Term, right: Term) -> Result<Rule, String> {
    let (location, body) = (left.location, right.location);
    let head = match left.kind {
        TermKind::Call(mut parts) => {
            let args = parts.split_off(1);
            let function = parts.pop().ok_or("must be call")?;
            Head { args, ..function_head(function, Some(right))? }
        }
        TermKind::Ref(reference) => {
            let mut head = plain_head(location, named(reference)?, Some(right));
            if let [first, key] = head.reference.as_slice() {
                head.name = first.as_var().cloned().unwrap_or_default();
                head.key = Some(key.clone());
            }
            head
        }
        TermKind::Var(_) => plain_head(location, vec![left], Some(right)),
        kind => return Err(format!("{} cannot be used for rule name", kind.name())),
    };
    Ok(rule(location, body, head))
}
