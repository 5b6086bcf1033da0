//! `$(…)`: references to other places of the same document.

use std::sync::Arc;

use podline_jmespath::{Value, text};

use super::Found;
use crate::kyverno::fault::Fault;
use crate::kyverno::operators::{Sign, sign};
use crate::kyverno::walk::without_anchors;

/// `^\$\(.[^\ ]*\)|[^\\]\$\(.[^\ ]*\)`: the matches.
fn find_references(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let hit = if at == 0 && text.starts_with("$(") { parens(text, 0).map(|end| (0, end, true)) } else { None };
        let hit = hit.or_else(|| {
            if c == '\\' { None } else { parens(text, next).map(|end| (at, end, text[at..].starts_with("$("))) }
        });
        match hit {
            Some((start, end, initial)) => {
                found.push(Found { whole: &text[start..end], initial });
                at = end;
            }
            None => at = next,
        }
    }
    found
}

/// The end of the reference that begins here: the last `)` before a blank.
fn parens(text: &str, start: usize) -> Option<usize> {
    let rest = text[start..].strip_prefix("$(")?;
    let first = rest.chars().next().filter(|c| *c != '\n')?.len_utf8();
    let run = rest[first..].find(' ').map_or(rest.len(), |at| first + at);
    let close = rest[first..run].rfind(')')?;
    Some(start + 2 + first + close + 1)
}

/// Replaces the references of a text.
pub(super) fn reference(document: &Value, text: &Arc<str>, path: &str) -> Result<Value, Fault> {
    if !text.contains("$(") {
        return Ok(Value::String(text.clone()));
    }
    let mut value = text.to_string();
    for one in find_references(text) {
        let name = one.variable();
        let resolved = resolve(document, name, path)
            .map_err(|fault| fault.wrap(|why| format!("failed to resolve {name} at path {path}: {why}")))?;
        match resolved {
            Value::Null => {
                return Err(Fault::Text(format!("got nil resolved variable {name} at path {path}: <nil>")));
            }
            Value::String(found) => {
                value = value.replacen(one.whole, &format!("{}{found}", one.prefix()), 1);
            }
            _ => {
                return Err(Fault::Text(format!(
                    "NotResolvedReferenceErr,reference {name} not resolved at path {path}"
                )));
            }
        }
    }
    Ok(Value::text(unescape_references(&value)))
}

/// `\$(x)` is `$(x)`.
fn unescape_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\$(") {
        let after = &rest[at + 3..];
        let first = after.chars().next().map_or(0, char::len_utf8);
        let run = after[first..].find([' ', ')']).map(|end| after.as_bytes()[first + end]);
        out.push_str(&rest[..at]);
        if first == 0 || run != Some(b')') {
            out.push('\\');
        }
        out.push_str("$(");
        rest = after;
    }
    out.push_str(rest);
    out
}

fn resolve(document: &Value, reference: &str, absolute: &str) -> Result<Value, Fault> {
    let path = reference.trim_matches(['$', '(', ')']);
    let operator = sign(path);
    let path = &path[operator.text().len()..];
    if path.is_empty() {
        return Err(Fault::new("expected path, found empty reference"));
    }
    let path = if path.starts_with('/') { path.to_owned() } else { text::clean_path(&format!("{absolute}/{path}")) };
    let mut found = Value::Null;
    find_at(document, "", &path, &mut found);
    if operator == Sign::Equal {
        return Ok(found);
    }
    let text = match &found {
        Value::String(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => format!("{number:.6}"),
        other => {
            let operator = operator.text();
            let value = text::format(other);
            return Err(Fault::Text(format!(
                "incorrect expression: operator {operator} does not match with value {value}"
            )));
        }
    };
    Ok(Value::text(format!("{}{text}", operator.text())))
}

/// The last leaf or key whose path, without anchors, is the one that is sought.
fn find_at(element: &Value, path: &str, wanted: &str, found: &mut Value) {
    match element {
        Value::Object(entries) => {
            for (key, value) in entries.iter() {
                if without_anchors(path) == wanted {
                    *found = Value::String(key.clone());
                }
                find_at(value, &format!("{path}/{}", key.replace('/', "\\/")), wanted, found);
            }
        }
        Value::Array(items) | Value::Maps(items) => {
            for (at, item) in items.iter().enumerate() {
                find_at(item, &format!("{path}/{at}"), wanted, found);
            }
        }
        leaf => {
            if without_anchors(path) == wanted {
                *found = leaf.clone();
            }
        }
    }
}
