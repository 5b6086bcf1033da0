//! Kyverno's functions of texts.

use std::cmp::Ordering;

use podline_cel::go::Regex;

use super::lists::as_text;
use super::{Call, Outcome};
use crate::error::Error;
use crate::text::clean_path;
use crate::value::Value;
use crate::wildcard;

pub(super) fn compare(call: &Call<'_>) -> Outcome {
    Ok(Value::Int(match call.text(0).cmp(call.text(1)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// By simple folding of each character.
pub(super) fn equal_fold(call: &Call<'_>) -> Outcome {
    let fold = |c: char| {
        let mut upper = c.to_uppercase();
        let c = if upper.len() == 1 { upper.next().unwrap_or(c) } else { c };
        let mut lower = c.to_lowercase();
        if lower.len() == 1 { lower.next().unwrap_or(c) } else { c }
    };
    Ok(call.text(0).chars().map(fold).eq(call.text(1).chars().map(fold)).into())
}

/// The first `count` occurrences; all if it is negative.
pub(super) fn replace(call: &Call<'_>) -> Outcome {
    let count = call.number(3);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as Go does")]
    let count = if count < 0.0 { usize::MAX } else { count as usize };
    replaced(call, count)
}

pub(super) fn replace_all(call: &Call<'_>) -> Outcome {
    replaced(call, usize::MAX)
}

fn replaced(call: &Call<'_>, count: usize) -> Outcome {
    let (text, old, new) = (call.text(0), call.text(1), call.text(2));
    let found = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    call.runtime.budget.bytes(text.len().saturating_add(found.min(count).saturating_mul(new.len())))?;
    Ok(text.replacen(old, new, count).into())
}

pub(super) fn to_upper(call: &Call<'_>) -> Outcome {
    call.built(call.text(0).chars().flat_map(|c| simple(c, c.to_uppercase())).collect())
}

pub(super) fn to_lower(call: &Call<'_>) -> Outcome {
    call.built(call.text(0).chars().flat_map(|c| simple(c, c.to_lowercase())).collect())
}

/// Go maps one character to one: what would become several (`ß`) stays.
fn simple(c: char, mapped: impl ExactSizeIterator<Item = char>) -> impl Iterator<Item = char> {
    let several = mapped.len() > 1;
    mapped.take(usize::from(!several)).chain(several.then_some(c))
}

pub(super) fn trim(call: &Call<'_>) -> Outcome {
    let cut = call.text(1);
    Ok(call.text(0).trim_matches(|c| cut.contains(c)).into())
}

pub(super) fn trim_prefix(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    Ok(text.strip_prefix(call.text(1)).unwrap_or(text).into())
}

/// An empty separator splits into characters.
pub(super) fn split(call: &Call<'_>) -> Outcome {
    let (text, separator) = (call.text(0), call.text(1));
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|c| c.to_string().into()).collect()
    } else {
        text.split(separator).map(Into::into).collect()
    };
    call.runtime.budget.bytes(text.len() + parts.len() * size_of::<Value>())?;
    Ok(Value::array(parts))
}

fn textual(call: &Call<'_>, at: usize) -> Result<String, Error> {
    as_text(call.value(at)).ok_or_else(|| call.error(format!("argument #{} is not of type String or Real", at + 1)))
}

/// Compiling costs what the pattern may grow to.
fn regex(call: &Call<'_>) -> Result<Regex, Error> {
    let pattern = call.text(0);
    call.runtime.budget.steps(1_000 + pattern.len())?;
    Regex::new(pattern).map_err(Error::new)
}

pub(super) fn regex_replace_all(call: &Call<'_>) -> Outcome {
    let (source, replacement) = (textual(call, 1)?, textual(call, 2)?);
    let regex = regex(call).map_err(|error| call.error(error))?;
    let budget = call.runtime.budget;
    let built = regex.replace_all(&source, &replacement, |bytes| budget.bytes(bytes).is_ok());
    built.map(Value::from).ok_or(Error::Budget)
}

pub(super) fn regex_replace_all_literal(call: &Call<'_>) -> Outcome {
    let (source, replacement) = (textual(call, 1)?, textual(call, 2)?);
    let regex = regex(call).map_err(|error| call.error(error))?;
    let budget = call.runtime.budget;
    let literal = replacement.replace('$', "$$");
    let built = regex.replace_all(&source, &literal, |bytes| budget.bytes(bytes).is_ok());
    built.map(Value::from).ok_or(Error::Budget)
}

pub(super) fn regex_match(call: &Call<'_>) -> Outcome {
    let source = textual(call, 1)?;
    Ok(regex(call)?.is_match(&source).into())
}

pub(super) fn pattern_match(call: &Call<'_>) -> Outcome {
    let (pattern, text) = (call.text(0), textual(call, 1)?);
    call.runtime.budget.steps(pattern.len().saturating_mul(text.len()) / 64)?;
    Ok(wildcard::matches(pattern, &text).into())
}

pub(super) fn to_boolean(call: &Call<'_>) -> Outcome {
    match call.text(0).to_lowercase().as_str() {
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        _ => Err(call.error(format!("lowercase argument must be 'true' or 'false' (provided: '{}')", call.text(0)))),
    }
}

/// Go's `filepath.Join` of one part: `a//b/../c` is `a/c`; nothing stays nothing.
pub(super) fn path_canonicalize(call: &Call<'_>) -> Outcome {
    let path = call.text(0);
    if path.is_empty() {
        return Ok("".into());
    }
    let cleaned = clean_path(path);
    Ok(if cleaned.is_empty() { ".".into() } else { cleaned.into() })
}

/// At most so many characters; less than none is none.
pub(super) fn truncate(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    let most = call.number(1).max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as Go does")]
    let most = most as usize;
    Ok(text.chars().take(most).collect::<String>().into())
}
