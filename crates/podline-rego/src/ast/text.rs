//! The tree as text, as OPA writes it in its messages.
//!
//! Source: `v1/ast/term_appenders.go` and `v1/ast/policy_appenders.go`.

use std::fmt;

use podline_cel::go::quote;

use super::{Expr, ExprKind, Term, TermKind, With};

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            TermKind::Null => f.write_str("null"),
            TermKind::Bool(truth) => write!(f, "{truth}"),
            TermKind::Number(number) => write!(f, "{number}"),
            TermKind::String(text) => f.write_str(&quote(text)),
            TermKind::Var(name) if name.starts_with('$') => f.write_str("_"),
            TermKind::Var(name) => f.write_str(name),
            TermKind::Ref(parts) => reference(f, parts),
            TermKind::Array(items) => enclosed(f, '[', items, ']'),
            TermKind::Set(items) if items.is_empty() => f.write_str("set()"),
            TermKind::Set(items) => enclosed(f, '{', items, '}'),
            TermKind::Object(entries) => {
                f.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    let before = if at > 0 { ", " } else { "" };
                    write!(f, "{before}{key}: {value}")?;
                }
                f.write_str("}")
            }
            TermKind::ArrayComprehension(inner) => write!(f, "[{} | {}]", inner.term, Body(&inner.body)),
            TermKind::SetComprehension(inner) => write!(f, "{{{} | {}}}", inner.term, Body(&inner.body)),
            TermKind::ObjectComprehension(inner) => {
                write!(f, "{{{}: {} | {}}}", inner.key, inner.value, Body(&inner.body))
            }
            TermKind::Call(parts) => call(f, parts),
            TermKind::Template(_) => f.write_str("$\"…\""),
        }
    }
}

fn call(f: &mut fmt::Formatter<'_>, parts: &[Term]) -> fmt::Result {
    let Some((function, args)) = parts.split_first() else { return Ok(()) };
    write!(f, "{function}")?;
    enclosed(f, '(', args, ')')
}

fn enclosed(f: &mut fmt::Formatter<'_>, open: char, items: &[Term], close: char) -> fmt::Result {
    write!(f, "{open}")?;
    for (at, item) in items.iter().enumerate() {
        let before = if at > 0 { ", " } else { "" };
        write!(f, "{before}{item}")?;
    }
    write!(f, "{close}")
}

/// A reference: `a.b["c d"][e]`.
pub(crate) struct Path<'a>(pub &'a [Term]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reference(f, self.0)
    }
}

fn reference(f: &mut fmt::Formatter<'_>, parts: &[Term]) -> fmt::Result {
    let Some((first, keys)) = parts.split_first() else { return Ok(()) };
    write!(f, "{first}")?;
    for key in keys {
        match key.as_text() {
            Some(text) if is_word(text) => write!(f, ".{text}")?,
            _ => write!(f, "[{key}]")?,
        }
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A body: expressions with `; ` between them.
struct Body<'a>(&'a [Expr]);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, expr) in self.0.iter().enumerate() {
            let before = if at > 0 { "; " } else { "" };
            write!(f, "{before}{expr}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("not ")?;
        }
        match &self.kind {
            ExprKind::Term(term) => write!(f, "{term}")?,
            ExprKind::Call(parts) => written_call(f, parts)?,
            ExprKind::Some(symbols) => {
                f.write_str("some ")?;
                match symbols.first().map(|symbol| &symbol.kind) {
                    Some(TermKind::Call(parts)) => membership(f, parts)?,
                    _ => list(f, symbols)?,
                }
            }
            ExprKind::Every(every) => {
                f.write_str("every ")?;
                if let Some(key) = &every.key {
                    write!(f, "{key}, ")?;
                }
                write!(f, "{} in {} {{ {} }}", every.value, every.domain, Body(&every.body))?;
            }
            ExprKind::Not(negation) if negation.explicit => write!(f, "not {{ {} }}", Body(&negation.body))?,
            ExprKind::Not(negation) => write!(f, "not {}", Body(&negation.body))?,
        }
        for With { target, value, .. } in &self.with {
            write!(f, " with {target} as {value}")?;
        }
        Ok(())
    }
}

/// Unifications and assignments as they are written; other calls as calls.
fn written_call(f: &mut fmt::Formatter<'_>, parts: &[Term]) -> fmt::Result {
    let sign = parts.first().map(ToString::to_string);
    match (sign.as_deref(), parts) {
        (Some("eq"), [_, left, right]) => write!(f, "{left} = {right}"),
        (Some("assign"), [_, left, right]) => write!(f, "{left} := {right}"),
        _ => call(f, parts),
    }
}

fn membership(f: &mut fmt::Formatter<'_>, parts: &[Term]) -> fmt::Result {
    match parts {
        [_, value, domain] => write!(f, "{value} in {domain}"),
        [_, key, value, domain] => write!(f, "{key}, {value} in {domain}"),
        _ => call(f, parts),
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Term]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        let before = if at > 0 { ", " } else { "" };
        write!(f, "{before}{item}")?;
    }
    Ok(())
}
