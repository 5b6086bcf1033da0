//! `glob.match` and `glob.quote_meta`, as gobwas has them.
//!
//! Source: `v1/topdown/glob.go`, github.com/gobwas/glob v0.2.3.

mod compile;
mod matcher;
mod syntax;

use super::operands::{at, found, text, wrong, wrong_element};
use crate::context::{Budget, Context, Failure, Outcome};
use crate::value::Value;

/// What stands between parts of a text: nothing for `null`, a point for an empty list.
fn delimiters(operands: &[Value]) -> Result<Vec<char>, Failure> {
    match at(operands, 1)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) if items.is_empty() => Ok(vec!['.']),
        Value::Array(items) => items.iter().map(one_char).collect(),
        _ => Err(wrong(operands, 1, "one of {array, null}")),
    }
}

fn one_char(item: &Value) -> Result<char, Failure> {
    let mut chars = item.as_str().ok_or_else(|| wrong_element(1, "string", item))?.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(wrong_element(1, "rune", item)),
    }
}

/// Does a pattern match a text? `*` stops at delimiters, `**` does not.
pub(super) fn matches(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (pattern, delimiters, text) = (text(operands, 0)?, delimiters(operands)?, text(operands, 2)?);
    found(glob_matches(pattern, &delimiters, text, context.budget)?)
}

fn glob_matches(pattern: &str, delimiters: &[char], text: &str, budget: &Budget) -> Result<bool, Failure> {
    let parsed = syntax::parse(pattern).map_err(Failure::Error)?;
    // The shortcuts compare all parts with each other.
    let parts = pattern.bytes().filter(|byte| b"*?[{".contains(byte)).count();
    budget.steps(pattern.len() + parts.saturating_pow(4) / 8)?;
    compile::compile(&parsed, delimiters).matches(text.as_bytes(), budget)
}

pub(super) fn quote_meta(operands: &[Value], context: &Context<'_>) -> Outcome {
    let pattern = text(operands, 0)?;
    context.budget.bytes(pattern.len() * 2)?;
    let mut quoted = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if r"*?\[]{}".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    found(quoted)
}

#[cfg(test)]
mod tests;
