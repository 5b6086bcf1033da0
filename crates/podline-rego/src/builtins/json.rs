//! JSON in texts, and paths into values.
//!
//! Source: `v1/topdown/encoding.go`, `json.go`, `filterObject` in `v1/ast/term.go`.

use std::collections::BTreeMap;

use super::operands::{at, elements, found, object, text};
use crate::context::{Context, Failure, Halt, Outcome};
use crate::json::{ReadError, read, write, write_indented};
use crate::number::Number;
use crate::value::Value;

fn no_json(number: &Number) -> Failure {
    Failure::error(format!("json: invalid number literal {number}"))
}

/// Every part of it is written.
pub(super) fn pay(value: &Value, context: &Context<'_>) -> Result<(), Failure> {
    context.budget.steps(value.weight())?;
    context.budget.bytes(value.weight().saturating_mul(8))
}

pub(super) fn marshal(operands: &[Value], context: &Context<'_>) -> Outcome {
    pay(at(operands, 0)?, context)?;
    let text = write(at(operands, 0)?).map_err(|number| no_json(&number))?;
    context.budget.bytes(text.len())?;
    found(text)
}

pub(super) fn marshal_with_options(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (value, options) = (at(operands, 0)?, object(operands, 1)?);
    pay(value, context)?;
    let (mut indent, mut prefix, mut pretty, mut lines) = ("\t", "", None, false);
    for (key, option) in options.iter() {
        match (key.as_str(), option) {
            (Some("indent"), Value::String(text)) => (indent, lines) = (text, true),
            (Some("prefix"), Value::String(text)) => (prefix, lines) = (text, true),
            (Some("pretty"), Value::Bool(asked)) => pretty = Some(*asked),
            _ => return Err(Failure::error(format!("operand 2 object contained unknown key {key}"))),
        }
    }
    let text = if pretty.unwrap_or(lines) {
        // Each line costs the prefix and the indentation again.
        let plain = write(value).map_err(|number| no_json(&number))?;
        let lines = plain.bytes().filter(|byte| b",[]{}".contains(byte)).count();
        let depth = plain.bytes().filter(|byte| b"[{".contains(byte)).count();
        context.budget.bytes(lines.saturating_mul(prefix.len() + indent.len() * depth.min(crate::json::MAX_DEPTH)))?;
        let text = write_indented(value, prefix, indent).map_err(|number| no_json(&number))?;
        format!("{prefix}{text}")
    } else {
        write(value).map_err(|number| no_json(&number))?
    };
    context.budget.bytes(text.len())?;
    found(text)
}

fn parse(text: &str, context: &Context<'_>) -> Result<Value, Failure> {
    context.budget.bytes(text.len().saturating_mul(16))?;
    read(text).map_err(|error| match error {
        ReadError::Invalid(_) => Failure::error(error.to_string()),
        ReadError::TooDeep => Failure::Halt(Halt::Budget),
    })
}

pub(super) fn unmarshal(operands: &[Value], context: &Context<'_>) -> Outcome {
    parse(text(operands, 0)?, context).map(Some)
}

pub(super) fn is_valid(operands: &[Value], context: &Context<'_>) -> Outcome {
    let Ok(text) = text(operands, 0) else { return found(false) };
    match parse(text, context) {
        Ok(_) => found(true),
        Err(Failure::Error(_)) => found(false),
        Err(halt) => Err(halt),
    }
}

/// A path: `a/b~1c`, or a list of keys.
pub(super) fn path(value: &Value) -> Result<Vec<Value>, Failure> {
    match value {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => {
            let parts = text.trim_start_matches('/').split('/');
            Ok(parts.map(|part| part.replace("~1", "/").replace("~0", "~").into()).collect())
        }
        Value::Array(keys) => Ok(keys.to_vec()),
        _ => Err(Failure::error("operand 2 must hold string paths or arrays of path segments")),
    }
}

/// What paths lead to: everything below, or only some of it.
enum Tree {
    All,
    Some(BTreeMap<Value, Tree>),
}

/// A path through another that ends earlier does not count.
fn tree(paths: &[Value]) -> Result<Tree, Failure> {
    let mut root = BTreeMap::new();
    for value in paths {
        let path = path(value)?;
        let Some((last, before)) = path.split_last() else { continue };
        if let Some(node) = descend(&mut root, before) {
            node.insert(last.clone(), Tree::All);
        }
    }
    Ok(Tree::Some(root))
}

fn descend<'t>(mut node: &'t mut BTreeMap<Value, Tree>, path: &[Value]) -> Option<&'t mut BTreeMap<Value, Tree>> {
    for key in path {
        match node.entry(key.clone()).or_insert_with(|| Tree::Some(BTreeMap::new())) {
            Tree::All => return None,
            Tree::Some(below) => node = below,
        }
    }
    Some(node)
}

/// Elements of arrays are named by texts.
fn index(at: usize) -> Value {
    at.to_string().into()
}

pub(super) fn filter(operands: &[Value], _: &Context<'_>) -> Outcome {
    object(operands, 0)?;
    found(kept(at(operands, 0)?, &tree(elements(operands, 1)?)?))
}

fn kept(value: &Value, tree: &Tree) -> Value {
    let Tree::Some(below) = tree else { return value.clone() };
    mapped(value, |key, value| below.get(key).map(|tree| kept(value, tree)))
}

/// A collection with what each of its parts becomes, by its key or index; those that become nothing are left out.
fn mapped(value: &Value, part: impl Fn(&Value, &Value) -> Option<Value>) -> Value {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().filter_map(|(at, item)| part(&index(at), item)).collect::<Vec<_>>().into()
        }
        Value::Set(items) => Value::set(items.iter().filter_map(|item| part(item, item))),
        Value::Object(entries) => {
            Value::object(entries.iter().filter_map(|(key, value)| part(key, value).map(|value| (key.clone(), value))))
        }
        other => other.clone(),
    }
}

pub(super) fn remove(operands: &[Value], _: &Context<'_>) -> Outcome {
    object(operands, 0)?;
    found(left(at(operands, 0)?, &tree(elements(operands, 1)?)?))
}

fn left(value: &Value, tree: &Tree) -> Value {
    let Tree::Some(below) = tree else { return value.clone() };
    mapped(value, |key, value| match below.get(key) {
        None => Some(value.clone()),
        Some(Tree::All) => None,
        Some(tree) => Some(left(value, tree)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn values_are_written_and_cut_as_opa_does() {
        for (name, operands, result) in [
            (
                "json.remove",
                r#"[{"a": {"b": [1, 2]}, "c~d": 1, "e/f": 2}, ["a/b/0", "c~0d", "/e~1f"]]"#,
                r#"{"a": {"b": [2]}}"#,
            ),
            (
                "json.filter",
                r#"[{"a": {"b": [1, 2], "c": 1}, "d": 1}, ["a/b/1", "d/x"]]"#,
                r#"{"a": {"b": [2]}, "d": 1}"#,
            ),
            ("json.filter", r#"[{"a": 1}, [""]]"#, "{}"),
            ("json.marshal", r#"[{"b": [1.0, "<"], "a": null}]"#, r#""{\"a\":null,\"b\":[1.0,\"\\u003c\"]}""#),
            (
                "json.marshal_with_options",
                r#"[{"a": [1]}, {"indent": " ", "prefix": "> "}]"#,
                r#""> {\n>  \"a\": [\n>   1\n>  ]\n> }""#,
            ),
            ("json.marshal_with_options", r#"[1, {"x": 1}]"#, "undefined"),
            ("json.unmarshal", r#"["{\"a\": 1.0}"]"#, r#"{"a": 1.0}"#),
            ("json.unmarshal", r#"["[1,]"]"#, "undefined"),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
