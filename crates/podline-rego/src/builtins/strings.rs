//! Texts.
//!
//! Source: `v1/topdown/strings.go`.

use super::case;
use super::json::pay;
use super::operands::{array, found, int, object, text, texts, wrong_element};
use super::replacer::replace_all;
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

/// The text, if it is the same, or the new one.
fn changed(operands: &[Value], new: &str) -> Outcome {
    match operands.first() {
        Some(old) if old.as_str() == Some(new) => Ok(Some(old.clone())),
        _ => found(new),
    }
}

pub(super) fn concat(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (separator, parts) = (text(operands, 0)?, texts(operands, 1)?);
    let length: usize = parts.iter().map(|part| part.len() + separator.len()).sum();
    context.budget.bytes(length)?;
    found(parts.join(separator))
}

pub(super) fn contains(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0)?.contains(text(operands, 1)?))
}

pub(super) fn starts_with(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0)?.starts_with(text(operands, 1)?))
}

pub(super) fn ends_with(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0)?.ends_with(text(operands, 1)?))
}

/// A text, or an array or a set of some.
fn one_or_more(operands: &[Value], place: usize) -> Result<Vec<&str>, Failure> {
    match operands.get(place).and_then(Value::as_str) {
        Some(text) => Ok(vec![text]),
        None => texts(operands, place),
    }
}

fn any_match(operands: &[Value], context: &Context<'_>, matches: fn(&str, &str) -> bool) -> Outcome {
    let (all, wanted) = (one_or_more(operands, 0)?, one_or_more(operands, 1)?);
    context.budget.steps(all.len().saturating_mul(wanted.len()))?;
    found(all.iter().any(|text| wanted.iter().any(|wanted| matches(text, wanted))))
}

pub(super) fn any_prefix(operands: &[Value], context: &Context<'_>) -> Outcome {
    any_match(operands, context, |text, prefix| text.starts_with(prefix))
}

pub(super) fn any_suffix(operands: &[Value], context: &Context<'_>) -> Outcome {
    any_match(operands, context, |text, suffix| text.ends_with(suffix))
}

/// Where in characters a text is found, each time.
fn places(operands: &[Value]) -> Result<impl Iterator<Item = usize> + '_, Failure> {
    let (all, wanted) = (text(operands, 0)?, text(operands, 1)?);
    if wanted.is_empty() {
        return Err(Failure::error("empty search character"));
    }
    let starts = all.char_indices().enumerate();
    Ok(starts.filter(move |(_, (at, _))| all[*at..].starts_with(wanted)).map(|(place, _)| place))
}

pub(super) fn index_of(operands: &[Value], _: &Context<'_>) -> Outcome {
    match places(operands)?.next() {
        Some(place) => found(place),
        None => found(-1i64),
    }
}

/// All of them, also where they overlap.
pub(super) fn index_of_n(operands: &[Value], context: &Context<'_>) -> Outcome {
    context.budget.bytes(text(operands, 0)?.len().saturating_mul(16))?;
    found(places(operands)?.map(Value::from).collect::<Vec<_>>())
}

pub(super) fn count(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (all, wanted) = (text(operands, 0)?, text(operands, 1)?);
    found(all.matches(wanted).count())
}

/// From a place on, so many characters; all of them if it is a negative number.
pub(super) fn substring(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (whole, start, length) = (text(operands, 0)?, int(operands, 1)?, int(operands, 2)?);
    let start = usize::try_from(start).map_err(|_| Failure::error("negative offset"))?;
    let mut rest = whole.chars();
    if start > 0 {
        rest.nth(start - 1);
    }
    let rest = rest.as_str();
    let end = match usize::try_from(length) {
        Ok(length) => rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at),
        Err(_) => rest.len(),
    };
    changed(operands, &rest[..end])
}

pub(super) fn lower(operands: &[Value], _: &Context<'_>) -> Outcome {
    changed(operands, &text(operands, 0)?.chars().map(case::lower).collect::<String>())
}

pub(super) fn upper(operands: &[Value], _: &Context<'_>) -> Outcome {
    changed(operands, &text(operands, 0)?.chars().map(case::upper).collect::<String>())
}

/// By a text; by an empty one into characters.
pub(super) fn split(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (whole, by) = (text(operands, 0)?, text(operands, 1)?);
    context.budget.bytes(whole.len().saturating_mul(2))?;
    if by.is_empty() {
        context.budget.bytes(whole.len().saturating_mul(32))?;
        return found(whole.chars().map(|c| Value::text(c.to_string())).collect::<Vec<_>>());
    }
    context.budget.bytes(whole.matches(by).count().saturating_mul(40))?;
    found(whole.split(by).map(Value::from).collect::<Vec<_>>())
}

pub(super) fn replace(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (whole, old, new) = (text(operands, 0)?, text(operands, 1)?, text(operands, 2)?);
    found(replace_all(whole, &[(old, new)], context.budget)?)
}

/// Several at once: at each place the first key that is there.
pub(super) fn replace_n(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text_of = |value: &'_ Value| value.as_str().map(str::to_owned).ok_or_else(|| wrong_element(0, "string", value));
    let pairs = object(operands, 0)?.iter().map(|(old, new)| Ok((text_of(old)?, text_of(new)?)));
    let pairs = pairs.collect::<Result<Vec<_>, Failure>>()?;
    let pairs: Vec<_> = pairs.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    found(replace_all(text(operands, 1)?, &pairs, context.budget)?)
}

pub(super) fn reverse(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0)?.chars().rev().collect::<String>())
}

/// The characters of the second operand.
fn cutset(operands: &[Value]) -> Result<impl Fn(char) -> bool + '_, Failure> {
    let cutset = text(operands, 1)?;
    Ok(|c| cutset.contains(c))
}

pub(super) fn trim(operands: &[Value], context: &Context<'_>) -> Outcome {
    pay_for_cut(operands, context)?;
    let cut = cutset(operands)?;
    changed(operands, text(operands, 0)?.trim_start_matches(&cut).trim_end_matches(&cut))
}

pub(super) fn trim_left(operands: &[Value], context: &Context<'_>) -> Outcome {
    pay_for_cut(operands, context)?;
    changed(operands, text(operands, 0)?.trim_start_matches(cutset(operands)?))
}

pub(super) fn trim_right(operands: &[Value], context: &Context<'_>) -> Outcome {
    pay_for_cut(operands, context)?;
    changed(operands, text(operands, 0)?.trim_end_matches(cutset(operands)?))
}

fn pay_for_cut(operands: &[Value], context: &Context<'_>) -> Result<(), Failure> {
    context.budget.steps(text(operands, 0)?.len().saturating_mul(text(operands, 1)?.len()) / 64)
}

pub(super) fn trim_prefix(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (whole, prefix) = (text(operands, 0)?, text(operands, 1)?);
    changed(operands, whole.strip_prefix(prefix).unwrap_or(whole))
}

pub(super) fn trim_suffix(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (whole, suffix) = (text(operands, 0)?, text(operands, 1)?);
    changed(operands, whole.strip_suffix(suffix).unwrap_or(whole))
}

pub(super) fn trim_space(operands: &[Value], _: &Context<'_>) -> Outcome {
    changed(operands, text(operands, 0)?.trim())
}

/// `$"…"`: the parts one after the other, each a set of at most one value; of none it is `<undefined>`.
pub(super) fn template(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut out = String::new();
    for part in array(operands, 0)? {
        let value = match part {
            Value::Set(values) => values.iter().next(),
            other => Some(other),
        };
        if let Some(value) = value {
            pay(value, context)?;
        }
        let text = match value {
            None => "<undefined>".to_owned(),
            Some(Value::String(text)) => text.to_string(),
            Some(other) => other.to_string(),
        };
        context.budget.bytes(text.len())?;
        out.push_str(&text);
    }
    found(out)
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn texts_are_changed_as_opa_changes_them() {
        for (name, operands, result) in [
            ("indexof", r#"["aéb", "b"]"#, "2"),
            ("indexof", r#"["abc", ""]"#, "undefined"),
            ("indexof_n", r#"["aaa", "aa"]"#, "[0, 1]"),
            ("substring", r#"["aéb", 1, -1]"#, r#""éb""#),
            ("substring", r#"["abc", 5, 1]"#, r#""""#),
            ("substring", r#"["abc", -1, 1]"#, "undefined"),
            ("split", r#"["aéb", ""]"#, r#"["a", "é", "b"]"#),
            ("split", r#"["a,b,", ","]"#, r#"["a", "b", ""]"#),
            ("strings.count", r#"["aaaa", "aa"]"#, "2"),
            ("strings.count", r#"["é", ""]"#, "2"),
            ("trim", r#"["xaxbx", "x"]"#, r#""axb""#),
            ("trim_space", r#"["\u00a0a\u0085"]"#, r#""a""#),
            ("strings.any_prefix_match", r#"[["", "b"], ["a"]]"#, "false"),
            ("strings.any_suffix_match", r#"["abc", ["x", "bc"]]"#, "true"),
            ("strings.reverse", r#"["aé"]"#, r#""éa""#),
            ("concat", r#"["-", ["a", "b"]]"#, r#""a-b""#),
            ("strings.replace_n", r#"[{"a": "b", "b": "a"}, "ab"]"#, r#""ba""#),
            ("lower", r#"["İΣ"]"#, r#""iσ""#),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
