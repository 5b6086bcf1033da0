//! `{{ … }}` and `$(…)`.
//!
//! Source: kyverno `pkg/engine/variables/vars.go` and `regex/vars.go`, `pkg/engine/jsonutils/traverse.go`.

mod references;

use std::fmt::Write as _;
use std::sync::Arc;

use podline_jmespath::{Map, Value, text};

use super::context::Context;
use super::fault::Fault;
use references::reference;

/// The deepest nesting of a document, results of variables included, which are searched again.
const MAX_DEPTH: usize = 256;

/// Replaces references and variables in a document.
pub(super) fn substitute(context: &mut Context<'_>, document: &Value) -> Result<Value, Fault> {
    let resolved = references(document)?;
    traverse(&resolved, "", 0, context, &mut |text, path, context: &mut Context<'_>| variables(context, text, path))
}

/// Who answers variables.
pub(super) trait Resolve {
    /// The value of a variable.
    fn resolve(&mut self, name: &str) -> Result<Value, Fault>;

    /// Pays for bytes.
    fn pay(&self, bytes: usize) -> Result<(), Fault>;
}

impl Resolve for Context<'_> {
    fn resolve(&mut self, name: &str) -> Result<Value, Fault> {
        self.query(name)
    }

    fn pay(&self, bytes: usize) -> Result<(), Fault> {
        Context::pay(self, bytes)
    }
}

/// Replaces references and variables as the check of policies does, which knows no values.
pub(super) fn substitute_with(answers: &mut dyn Resolve, document: &Value) -> Result<Value, Fault> {
    let resolved = references(document)?;
    let mut answers = answers;
    traverse(&resolved, "", 0, &mut answers, &mut |text, path, resolver| variables(&mut **resolver, text, path))
}

/// Replaces references alone.
fn references(document: &Value) -> Result<Value, Fault> {
    if !mentions(document, "$(") {
        return Ok(document.clone());
    }
    traverse(document, "", 0, &mut (), &mut |text, path, ()| reference(document, text, path))
}

/// Does the text stand somewhere in the document?
fn mentions(document: &Value, wanted: &str) -> bool {
    match document {
        Value::String(text) => text.contains(wanted),
        Value::Array(items) | Value::Maps(items) => items.iter().any(|item| mentions(item, wanted)),
        Value::Object(entries) => entries.iter().any(|(key, item)| key.contains(wanted) || mentions(item, wanted)),
        _ => false,
    }
}

type Action<'a, C> = &'a mut dyn FnMut(&Arc<str>, &str, &mut C) -> Result<Value, Fault>;

/// Applies an action to every text and key. What an action returns is walked too.
fn traverse<C>(
    element: &Value,
    path: &str,
    depth: usize,
    context: &mut C,
    action: Action<'_, C>,
) -> Result<Value, Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Budget);
    }
    let element = match element {
        Value::String(text) => action(text, path, context)?,
        other => other.clone(),
    };
    match &element {
        Value::Object(entries) => {
            let mut object = Map::new();
            for (key, value) in entries.iter() {
                let renamed = match action(key, path, context)? {
                    Value::String(renamed) => renamed,
                    Value::Null => key.clone(),
                    _ => {
                        return Err(Fault::Text(format!(
                            "expected string after substituting variables in key \"{key}\""
                        )));
                    }
                };
                let below = format!("{path}/{}", key.replace('/', "\\/"));
                object.insert(renamed, traverse(value, &below, depth + 1, context, action)?);
            }
            Ok(Value::object(object))
        }
        Value::Array(items) | Value::Maps(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (at, item) in items.iter().enumerate() {
                list.push(traverse(item, &format!("{path}/{at}"), depth + 1, context, action)?);
            }
            Ok(Value::array(list))
        }
        _ => Ok(element),
    }
}

/// A variable in a text: the whole match, and whether a character stands before the braces.
struct Found<'t> {
    whole: &'t str,
    initial: bool,
}

impl<'t> Found<'t> {
    fn prefix(&self) -> &'t str {
        let first = self.whole.chars().next().map_or(0, char::len_utf8);
        if self.initial { "" } else { &self.whole[..first] }
    }

    fn variable(&self) -> &'t str {
        &self.whole[self.prefix().len()..]
    }
}

/// `(^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\})`, from left to right without overlap.
fn find_variables(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let Some((start, end, initial)) = find_from(text, from) else { break };
        found.push(Found { whole: &text[start..end], initial });
        from = end;
    }
    found
}

fn find_from(text: &str, from: usize) -> Option<(usize, usize, bool)> {
    if from == 0
        && let Some(end) = braces(text, 0)
    {
        return Some((0, end, true));
    }
    let mut at = from;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        if c != '\\'
            && let Some(end) = braces(text, next)
        {
            // The pattern's `RegexVariableInit` looks at the match alone, which may begin with a brace itself.
            let initial = braces(&text[at..end], 0).is_some();
            return Some((at, end, initial));
        }
        at = next;
    }
    None
}

/// The end of the variable that begins here.
fn braces(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !text[start..].starts_with("{{") {
        return None;
    }
    let mut at = start + 2;
    loop {
        match bytes.get(at)? {
            b'}' => return (bytes.get(at + 1) == Some(&b'}')).then_some(at + 2),
            b'{' => {
                let inner = bytes[at + 1..].iter().position(|byte| matches!(byte, b'{' | b'}'))?;
                if bytes[at + 1 + inner] == b'{' {
                    return None;
                }
                at += inner + 2;
            }
            _ => at += 1,
        }
    }
}

/// Does the text hold a variable?
pub(super) fn has_variable(text: &str) -> bool {
    find_from(text, 0).is_some()
}

/// The variables of a text, without braces and blanks, and whether they are shallow.
pub(super) fn names(text: &str) -> impl Iterator<Item = (String, bool)> {
    find_variables(text).into_iter().map(|found| trimmed(found.variable()))
}

fn trimmed(variable: &str) -> (String, bool) {
    let name = variable.replace("{{", "").replace("}}", "");
    let name = name.trim();
    match name.strip_prefix('-') {
        Some(name) => (name.trim().to_owned(), true),
        None => (name.to_owned(), false),
    }
}

/// Replaces the variables of a text until none is left.
fn variables(context: &mut dyn Resolve, text: &Arc<str>, path: &str) -> Result<Value, Fault> {
    if !text.contains("{{") {
        return Ok(Value::String(text.clone()));
    }
    let mut value = text.to_string();
    loop {
        let original = value.clone();
        let found = find_variables(&original);
        if found.is_empty() {
            break;
        }
        let mut shallow = false;
        for one in &found {
            let (mut name, is_shallow) = trimmed(one.variable());
            shallow = is_shallow;
            if name == "@" {
                name = at_path(path);
            }
            let at = |why: &str| format!("failed to resolve {name} at path {path}: {why}");
            let mut found = context.resolve(&name).map_err(|fault| fault.wrap(at))?;
            if original == one.variable() {
                return Ok(found);
            }
            if is_shallow && !found.is_null() {
                let text = found.as_str().ok_or_else(|| Fault::new("interface conversion: not a string"))?;
                found = Value::text(text.replace("{{", "\\{{"));
            }
            let replacement = match &found {
                Value::String(text) => text.to_string(),
                other => text::json(other),
            };
            context.pay(value.len() + replacement.len())?;
            let (prefix, old) = (one.prefix(), one.variable());
            value = value.replacen(&format!("{prefix}{old}"), &format!("{prefix}{replacement}"), 1);
        }
        if shallow {
            break;
        }
    }
    Ok(Value::text(value.replace("\\{{", "{{")))
}

/// What `@` stands for: the object's value at the same place.
fn at_path(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in split_path(path) {
        parts.push(part);
    }
    if let Some(at) = parts.iter().position(|part| part == "foreach") {
        parts.drain(..=at);
    }
    let parts = parts.get(2..).unwrap_or_default();
    let mut query = "request.object".to_owned();
    for part in parts {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            let _ = write!(query, "[{part}]");
        } else if part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            let _ = write!(query, ".{part}");
        } else {
            let _ = write!(query, ".\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""));
        }
    }
    query
}

/// The parts of a path; `\/` is no separator.
fn split_path(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'/') => {
                chars.next();
                if let Some(last) = parts.last_mut() {
                    last.push('/');
                }
            }
            '/' => parts.push(String::new()),
            c => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
