//! What a document means, and what it would mean after changes: by these two a fix is proved.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::finding::Change;
use crate::yaml::path::{FieldPath, Segment};

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
