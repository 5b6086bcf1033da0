//! What a document means, and what it would mean after changes: by these two a fix is proved.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use crate::finding::Change;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::{Kind, NodeId, Style, Tree};

/// Documents nested deeper than this are not fixed. The deepest manifest ever seen had 14 levels.
const MAX_DEPTH: usize = 200;
/// Documents with more values than this, aliases carried out, are not fixed.
const MAX_VALUES: usize = 2_000_000;

/// What a node means, aliases and merges carried out; `None` where that is too much.
pub(super) fn meaning(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    let mut left = MAX_VALUES;
    value(tree, node, MAX_DEPTH, &mut left)
}

fn value(tree: &Tree<'_>, node: NodeId, depth: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    let node = tree.resolve(node);
    Some(match tree.kind(node) {
        Kind::Mapping => {
            let mut map = Map::new();
            for entry in tree.entries(node) {
                map.insert(tree.key(entry.key).ok()?.into_owned(), value(tree, entry.value, depth, left)?);
            }
            Value::Object(map)
        }
        Kind::Sequence => {
            Value::Array(tree.elements(node).map(|element| value(tree, element, depth, left)).collect::<Option<_>>()?)
        }
        Kind::Scalar | Kind::Alias => scalar(tree, node)?,
    })
}

fn scalar(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    if tree.style(node) == Style::JsonNumber {
        let number: Option<Number> = serde_json::from_str(tree.raw(node)).ok();
        // A number beyond any type is compared as it is written.
        return Some(number.map_or_else(|| Value::from(format!("number {}", tree.raw(node))), Value::Number));
    }
    Some(match tree.scalar(node).ok()? {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Int(value) => Value::from(value),
        Scalar::UInt(value) => Value::from(value),
        Scalar::Float(value) => {
            Number::from_f64(value).map_or_else(|| Value::from(format!("number {value}")), Value::Number)
        }
        Scalar::Str(text) => Value::from(text.as_ref()),
    })
}

/// Makes changes to a value, each below the path of its object. What becomes empty by a removal goes with it, as
/// [`Change`] says. Changes that lead nowhere do nothing: the comparison that follows shows them.
pub(super) fn change<'c>(value: &mut Value, changes: impl Iterator<Item = (&'c FieldPath, &'c Change)>) {
    let mut removed: BTreeSet<(Vec<Segment>, usize)> = BTreeSet::new();
    for (object, change) in changes {
        let path = object.join(&change.path);
        match &change.set {
            Some(set) => put(value, path.segments(), set),
            None => _ = removed.insert((path.segments().to_vec(), object.segments().len())),
        }
    }
    // From the last to the first, so that no index moves before its turn.
    for (path, root) in removed.into_iter().rev() {
        remove(value, &path, root);
    }
}

fn put(mut value: &mut Value, path: &[Segment], set: &Value) {
    for segment in path {
        value = match segment {
            Segment::Field(name) => {
                if value.is_null() {
                    *value = Value::Object(Map::new());
                }
                let Value::Object(map) = value else { return };
                map.entry(name.as_ref()).or_insert(Value::Null)
            }
            Segment::Index(index) => {
                if value.is_null() {
                    *value = Value::Array(Vec::new());
                }
                let Value::Array(elements) = value else { return };
                if *index >= elements.len() {
                    elements.push(Value::Null);
                }
                let end = elements.len() - 1;
                &mut elements[(*index).min(end)]
            }
        };
    }
    value.clone_from(set);
}

fn remove(value: &mut Value, path: &[Segment], root: usize) {
    let Some((last, above)) = path.split_last() else { return };
    let Some(parent) = step(value, above) else { return };
    match (parent, last) {
        (Value::Object(map), Segment::Field(name)) => _ = map.remove(name.as_ref()),
        (Value::Array(elements), Segment::Index(index)) if *index < elements.len() => _ = elements.remove(*index),
        _ => return,
    }
    let mut above = above;
    while let Some((Segment::Field(name), outer)) = above.split_last().filter(|_| above.len() > root) {
        let Some(Value::Object(map)) = step(value, outer) else { return };
        let is_empty = |value: &Value| match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(elements) => elements.is_empty(),
            _ => false,
        };
        if !map.get(name.as_ref()).is_some_and(is_empty) {
            return;
        }
        map.remove(name.as_ref());
        above = outer;
    }
}

fn step<'v>(mut value: &'v mut Value, path: &[Segment]) -> Option<&'v mut Value> {
    for segment in path {
        value = match segment {
            Segment::Field(name) => value.get_mut(name.as_ref())?,
            Segment::Index(index) => value.get_mut(*index)?,
        };
    }
    Some(value)
}
