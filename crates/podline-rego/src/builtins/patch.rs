//! `json.patch`.
//!
//! Source: `v1/topdown/json.go`, `internal/edittree/edittree.go`, with its slip: of an array that was changed, an
//! element that nobody has looked into is taken from its place in the array as it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::json::path;
use super::operands::{array, at, found};
use crate::context::{Context, Failure, Outcome};
use crate::value::{Array, Object, Value};

/// A value that is being changed.
enum Node {
    Leaf(Value),
    Object(BTreeMap<Value, Node>),
    Array { original: Arc<Array>, items: Vec<Item> },
    Set(BTreeMap<Value, Node>),
}

enum Item {
    /// As it was.
    Original(Value),
    Changed(Node),
}

fn fails<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::error(why))
}

impl Node {
    fn new(value: Value) -> Node {
        match value {
            Value::Object(entries) => {
                Node::Object(entries.iter().map(|(key, value)| (key.clone(), Node::Leaf(value.clone()))).collect())
            }
            Value::Set(items) => Node::Set(items.iter().map(|item| (item.clone(), Node::Leaf(item.clone()))).collect()),
            Value::Array(items) => {
                let current = items.iter().cloned().map(Item::Original).collect();
                Node::Array { original: items, items: current }
            }
            scalar => Node::Leaf(scalar),
        }
    }

    fn value(&self) -> Value {
        match self {
            Node::Leaf(value) => value.clone(),
            Node::Object(entries) => Value::object(entries.iter().map(|(key, node)| (key.clone(), node.value()))),
            Node::Set(items) => Value::set(items.values().map(Node::value)),
            Node::Array { items, .. } => {
                let items = items.iter().map(|item| match item {
                    Item::Original(value) => value.clone(),
                    Item::Changed(node) => node.value(),
                });
                items.collect::<Vec<_>>().into()
            }
        }
    }

    /// Opens a leaf that has something in it.
    fn open(&mut self) {
        if let Node::Leaf(value @ (Value::Object(_) | Value::Set(_) | Value::Array(_))) = self {
            *self = Node::new(value.clone());
        }
    }

    fn child(&mut self, key: &Value) -> Result<&mut Node, Failure> {
        self.open();
        match self {
            Node::Leaf(_) => fails("expected composite type"),
            Node::Object(entries) | Node::Set(entries) => {
                entries.get_mut(key).ok_or_else(|| Failure::error(format!("path {key} does not exist")))
            }
            Node::Array { original, items } => {
                let place = index(key, items.len())?;
                let item = items.get_mut(place).ok_or_else(|| Failure::error("index out of bounds"))?;
                if let Item::Original(_) = item {
                    let value = original.get(place).ok_or_else(|| Failure::error("path does not exist in array"))?;
                    *item = Item::Changed(Node::Leaf(value.clone()));
                }
                match item {
                    Item::Changed(node) => Ok(node),
                    Item::Original(_) => fails("path does not exist in array"),
                }
            }
        }
    }

    fn at(&mut self, path: &[Value]) -> Result<&mut Node, Failure> {
        path.iter().try_fold(self, Node::child)
    }

    fn insert(&mut self, key: &Value, value: Value) -> Result<(), Failure> {
        self.open();
        match self {
            Node::Leaf(_) => return fails("expected composite type"),
            Node::Object(entries) => drop(entries.insert(key.clone(), Node::Leaf(value))),
            Node::Set(items) if *key == value => drop(items.insert(key.clone(), Node::Leaf(value))),
            Node::Set(_) => return fails("set key does not equal value to be inserted"),
            Node::Array { items, .. } => {
                let place = index(key, items.len())?;
                if place > items.len() {
                    return fails("index for array insertion out of bounds");
                }
                items.insert(place, Item::Changed(Node::Leaf(value)));
            }
        }
        Ok(())
    }

    fn delete(&mut self, key: &Value) -> Result<(), Failure> {
        self.open();
        match self {
            Node::Leaf(_) => fails("expected composite type"),
            Node::Object(entries) | Node::Set(entries) => match entries.remove(key) {
                Some(_) => Ok(()),
                None => fails("cannot delete child key that does not exist"),
            },
            Node::Array { items, .. } => {
                let place = index(key, items.len())?;
                if place >= items.len() {
                    return fails("index for array delete out of bounds");
                }
                items.remove(place);
                Ok(())
            }
        }
    }
}

/// Of an element; `-` is behind the last.
fn index(key: &Value, length: usize) -> Result<usize, Failure> {
    let number = match key {
        Value::Number(number) => number.as_i64(),
        Value::String(text) if &**text == "-" => return Ok(length),
        Value::String(text) if text.starts_with('0') && &**text != "0" => None,
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.and_then(|number| usize::try_from(number).ok()).ok_or_else(|| Failure::error("invalid index"))
}

pub(super) fn patch(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut root = Some(Node::Leaf(at(operands, 0)?.clone()));
    for operation in array(operands, 1)? {
        let operation =
            operation.as_object().ok_or_else(|| Failure::error("must be an array of JSON-Patch objects"))?;
        apply(&mut root, operation, context)?;
    }
    found(there(&mut root)?.value())
}

/// The root, which may have been removed. OPA panics over most of what follows then.
fn there(root: &mut Option<Node>) -> Result<&mut Node, Failure> {
    root.as_mut().ok_or_else(|| Failure::error("the root was removed"))
}

fn apply(root: &mut Option<Node>, operation: &Object, context: &Context<'_>) -> Result<(), Failure> {
    let attribute = |name: &str| {
        operation.get_str(name).ok_or_else(|| Failure::error(format!("missing required attribute '{name}'")))
    };
    let target = attribute("path")?;
    let name = attribute("op")?.as_str().ok_or_else(|| Failure::error("attribute 'op' must be a string"))?;
    let target = path(target)?;
    context.budget.steps(8 + target.len())?;
    match name {
        "add" => insert(root, &target, attribute("value")?.clone(), context),
        "remove" => delete(root, &target, context),
        "replace" if target.is_empty() => {
            *root = Some(Node::Leaf(attribute("value")?.clone()));
            Ok(())
        }
        "replace" => {
            delete(root, &target, context)?;
            insert(root, &target, attribute("value")?.clone(), context)
        }
        "move" | "copy" => {
            let from = path(attribute("from")?)?;
            let value = there(root)?.at(&from)?.value();
            if name == "move" {
                delete(root, &from, context)?;
            }
            insert(root, &target, value, context)
        }
        "test" => {
            let value = there(root)?.at(&target)?.value();
            if value == *attribute("value")? { Ok(()) } else { fails("value from EditTree != patch value.") }
        }
        _ => fails("unrecognized op"),
    }
}

/// What is opened on the way is copied.
fn pay(node: &Node, context: &Context<'_>) -> Result<(), Failure> {
    let size = match node {
        Node::Leaf(Value::Object(entries)) => entries.len(),
        Node::Leaf(Value::Array(items)) => items.len(),
        Node::Leaf(Value::Set(items)) => items.len(),
        _ => 0,
    };
    context.budget.bytes(64 + size * 64)
}

fn insert(root: &mut Option<Node>, path: &[Value], value: Value, context: &Context<'_>) -> Result<(), Failure> {
    let Some((last, before)) = path.split_last() else {
        *root = Some(Node::Leaf(value));
        return Ok(());
    };
    let node = there(root)?.at(before)?;
    pay(node, context)?;
    node.insert(last, value)
}

fn delete(root: &mut Option<Node>, path: &[Value], context: &Context<'_>) -> Result<(), Failure> {
    let Some((last, before)) = path.split_last() else {
        there(root)?;
        *root = None;
        return Ok(());
    };
    let node = there(root)?.at(before)?;
    pay(node, context)?;
    node.delete(last)
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    #[test]
    fn operations_follow_each_other() {
        for (target, operations, result) in [
            (
                r#"{"a": [1, 2, 3]}"#,
                r#"[{"op": "add", "path": "/a/-", "value": 4}, {"op": "remove", "path": "a/0"}]"#,
                r#"{"a": [2, 3, 4]}"#,
            ),
            (r#"{"a": 1}"#, r#"[{"op": "move", "from": "/a", "path": "/b"}]"#, r#"{"b": 1}"#),
            (r#"{"a": 1}"#, r#"[{"op": "test", "path": "/a", "value": 1.0}]"#, r#"{"a": 1}"#),
            (r#"{"a": 1}"#, r#"[{"op": "test", "path": "/a", "value": 2}]"#, "undefined"),
            (r#"{"a": 1}"#, r#"[{"op": "add", "path": "/b/c", "value": 2}]"#, "undefined"),
            (r#"{"a": []}"#, r#"[{"op": "add", "path": "/a/00", "value": 2}]"#, "undefined"),
            (
                r#"{"a": {"b": 1}}"#,
                r#"[{"op": "copy", "from": "/a", "path": "/a/c"}]"#,
                r#"{"a": {"b": 1, "c": {"b": 1}}}"#,
            ),
            ("1", r#"[{"op": "remove", "path": ""}, {"op": "add", "path": "", "value": 2}]"#, "2"),
            ("1", r#"[{"op": "remove", "path": ""}]"#, "undefined"),
        ] {
            assert_eq!(call("json.patch", &format!("[{target}, {operations}]")), result, "{operations}");
        }
    }

    #[test]
    fn an_element_of_a_changed_array_is_taken_from_the_array_as_it_was() {
        let operations = r#"[{"op": "remove", "path": "/0"}, {"op": "add", "path": "/0/x", "value": 1}]"#;
        assert_eq!(
            call("json.patch", &format!(r#"[[{{"a": 1}}, {{"b": 2}}], {operations}]"#)),
            r#"[{"a": 1, "x": 1}]"#
        );
    }
}
