//! Regular expressions, as Go's `regexp` has them.
//!
//! Source: `v1/topdown/regex.go`, `regex_template.go`.

use std::sync::Arc;

use podline_cel::go::Regex;

use super::operands::{found, int, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

/// The compiled pattern; compiled only once.
fn compile(pattern: &str, context: &Context<'_>) -> Result<Arc<Regex>, Failure> {
    if let Some(known) = context.patterns.borrow().get(pattern) {
        return known.clone().map_err(Failure::Error);
    }
    // To compile costs more than to match; what is compiled stays in memory.
    let size = size(pattern);
    context.budget.steps(100 + size)?;
    context.budget.bytes(10_000 + size.saturating_mul(64))?;
    let compiled = context.shared.compile(pattern);
    context.patterns.borrow_mut().insert(pattern.to_owned(), compiled.clone());
    compiled.map_err(Failure::Error)
}

/// How large a pattern is when it is compiled: repetitions with numbers are written out, and classes of Unicode have
/// many ranges.
fn size(pattern: &str) -> usize {
    let largest = |piece: &str| {
        let counts =
            piece.split('}').next().unwrap_or_default().split(',').filter_map(|count| count.parse::<usize>().ok());
        counts.max().unwrap_or(1).clamp(1, 1000)
    };
    let repeated: usize = pattern.split('{').skip(1).map(largest).sum();
    let wide = pattern.contains("\\p") || pattern.contains("\\P") || pattern.contains("(?i");
    pattern.len().saturating_mul(1 + repeated).saturating_mul(if wide { 16 } else { 1 })
}

/// Matching takes time in proportion to both.
fn pay(pattern: &str, text: &str, context: &Context<'_>) -> Result<(), Failure> {
    context.budget.steps((text.len() / 64).saturating_mul(1 + pattern.len() / 64))
}

pub(super) fn is_valid(operands: &[Value], context: &Context<'_>) -> Outcome {
    let Ok(pattern) = text(operands, 0) else { return found(false) };
    match compile(pattern, context) {
        Ok(_) => found(true),
        Err(Failure::Error(_)) => found(false),
        Err(halt) => Err(halt),
    }
}

pub(super) fn matches(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (pattern, text) = (text(operands, 0)?, text(operands, 1)?);
    pay(pattern, text, context)?;
    found(compile(pattern, context)?.is_match(text))
}

/// The pieces between the matches, as Go's `Split`: without an empty one at the start or the end where the match is
/// empty there.
pub(super) fn split(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (pattern, text) = (text(operands, 0)?, text(operands, 1)?);
    pay(pattern, text, context)?;
    let regex = compile(pattern, context)?;
    if !pattern.is_empty() && text.is_empty() {
        return found(vec!["".into()]);
    }
    let mut pieces: Vec<Value> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in regex.matches(text) {
        end = found.start;
        if found.end != 0 {
            context.budget.bytes(48 + end - start)?;
            pieces.push(text[start..end].into());
        }
        start = found.end;
    }
    if end != text.len() {
        pieces.push(text[start..].into());
    }
    found(pieces)
}

/// So many matches; all of them for a negative number.
fn limit(operands: &[Value]) -> Result<usize, Failure> {
    Ok(usize::try_from(int(operands, 2)?).unwrap_or(usize::MAX))
}

pub(super) fn find(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (pattern, text, limit) = (text(operands, 0)?, text(operands, 1)?, limit(operands)?);
    pay(pattern, text, context)?;
    let regex = compile(pattern, context)?;
    let mut all: Vec<Value> = Vec::new();
    for found in regex.matches(text).take(limit) {
        context.budget.bytes(48 + found.len())?;
        all.push(text[found].into());
    }
    found(all)
}

/// Each match with its groups; a group that takes no part is an empty text.
pub(super) fn find_groups(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (pattern, text, limit) = (text(operands, 0)?, text(operands, 1)?, limit(operands)?);
    pay(pattern, text, context)?;
    let regex = compile(pattern, context)?;
    let mut all: Vec<Value> = Vec::new();
    for groups in regex.groups(text).take(limit) {
        context.budget.bytes(48 * groups.len() + groups.iter().flatten().map(ExactSizeIterator::len).sum::<usize>())?;
        let groups = groups.into_iter().map(|group| group.map_or("", |group| &text[group]).into());
        all.push(groups.collect::<Vec<Value>>().into());
    }
    found(all)
}

/// Every match replaced; `$1` and `${name}` stand for groups.
pub(super) fn replace(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (base, pattern, value) = (text(operands, 0)?, text(operands, 1)?, text(operands, 2)?);
    pay(pattern, base, context)?;
    let regex = compile(pattern, context)?;
    context.budget.bytes(base.len())?;
    let replaced = regex.replace_all(base, value, |bytes| context.budget.bytes(bytes).is_ok());
    found(replaced.ok_or(Failure::Halt(crate::context::Halt::Budget))?)
}

/// A text with regular expressions between delimiters.
pub(super) fn template_matches(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (template, value) = (text(operands, 0)?, text(operands, 1)?);
    let delimiter = |place| match text(operands, place)?.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(Failure::error("a delimiter has to be exactly one character long")),
    };
    let pattern = template_pattern(template, delimiter(2)?, delimiter(3)?, context)?;
    pay(&pattern, value, context)?;
    found(compile(&pattern, context)?.is_match(value))
}

fn template_pattern(template: &str, start: u8, end: u8, context: &Context<'_>) -> Result<String, Failure> {
    let mut pattern = String::from("^");
    let (mut level, mut from, mut plain) = (0, 0, 0);
    for (at, byte) in template.bytes().enumerate() {
        if byte == start {
            level += 1;
            if level == 1 {
                from = at;
            }
        } else if byte == end {
            level -= 1;
            if level == 0 {
                let part = &template[from + 1..at];
                compile(&format!("^{part}$"), context)?;
                pattern.push_str(&quote_meta(&template[plain..from]));
                pattern.extend(["(", part, ")"]);
                plain = at + 1;
            }
        }
        if level < 0 {
            break;
        }
    }
    if level != 0 {
        return Err(Failure::error(format!("unbalanced braces in {}", podline_cel::go::quote(template))));
    }
    pattern.push_str(&quote_meta(&template[plain..]));
    pattern.push('$');
    Ok(pattern)
}

/// Go's `regexp.QuoteMeta`.
fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn patterns_are_those_of_go() {
        for (name, operands, result) in [
            ("regex.match", r#"["a{,2}", "a{,2}"]"#, "true"),
            ("regex.match", r#"["a**", "a"]"#, "undefined"),
            ("regex.is_valid", r#"["(?P<a>x)(?P<a>y)"]"#, "true"),
            ("regex.is_valid", "[1]", "false"),
            ("regex.split", r#"["", "abc"]"#, r#"["a", "b", "c"]"#),
            ("regex.split", r#"["b*", "abba"]"#, r#"["a", "a"]"#),
            ("regex.find_n", r#"["a|", "aé", -1]"#, r#"["a", ""]"#),
            ("regex.find_all_string_submatch_n", r#"["(a)|(b)", "ab", -1]"#, r#"[["a", "a", ""], ["b", "", "b"]]"#),
            ("regex.replace", r#"["ab", "(?P<n>a)", "<$n$1x${1}x>"]"#, r#""<aax>b""#),
            ("regex.template_match", r#"["urn:{.*}:x", "urn:a.b:x", "{", "}"]"#, "true"),
            ("regex.template_match", r#"["a{b", "a", "{", "}"]"#, "undefined"),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }

    #[test]
    fn patterns_that_are_large_when_compiled_are_paid_for() {
        let answer = call("regex.match", r#"["(\\pL{1000})+\\pN{1000}(\\pS{1000}|x{999}){1}", "a"]"#);
        assert_eq!(answer, "needs more work or memory than a policy may use");
    }
}
