//! An object as it is stored, with the origin of each value.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::node::{Data, Map, Node};
use crate::place::{Display, NOWHERE, Place, Places, Step};

/// An object as the API server stores it.
#[derive(Clone, Debug)]
pub struct Stored {
    object: Value,
    /// One entry for each value of the object, parents first, in the order of keys and indexes.
    trail: Vec<Entry>,
    places: Arc<Places>,
    is_built_in: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    place: Place,
    /// How many entries follow for what is in the value. `RAW`: none, all of it stands in the manifest as it is here.
    size: u32,
}

const RAW: u32 = u32::MAX;

/// Where a value of a stored object comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    nearest: Vec<Step<'a>>,
    below: Vec<Step<'a>>,
}

impl<'a> Origin<'a> {
    /// Whether the value stands in the manifest, in this spelling or another one (`1024Mi` for `1Gi`).
    pub fn is_written(&self) -> bool {
        self.below.is_empty()
    }

    /// The path in the manifest of the value, or of the innermost value around it that is written.
    pub fn nearest(&self) -> &[Step<'a>] {
        &self.nearest
    }

    /// The path in the manifest at which the value stands, or would stand if somebody wrote it.
    pub fn path(&self) -> Vec<Step<'a>> {
        self.nearest.iter().chain(&self.below).copied().collect()
    }
}

impl fmt::Display for Origin<'_> {
    /// [`Origin::path`] in the notation of podline's reports: `spec.containers[0].image`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display(&self.path()).fmt(f)
    }
}

impl Stored {
    pub(crate) fn new(root: Node, places: Arc<Places>, is_built_in: bool) -> Self {
        let mut trail = Vec::new();
        let object = flatten(root, &mut trail);
        Self { object, trail, places, is_built_in }
    }

    /// Another object that was made of values of this one.
    pub(crate) fn with(&self, root: Node) -> Self {
        Self::new(root, Arc::clone(&self.places), self.is_built_in)
    }

    /// The object.
    pub fn object(&self) -> &Value {
        &self.object
    }

    /// Whether the API server holds the object in the Go type of its kind; else it is a custom resource, or treated as
    /// one.
    pub fn is_built_in(&self) -> bool {
        self.is_built_in
    }

    /// The object without what a cluster makes up for each one that is created: uid, times, managed fields.
    pub fn known(&self) -> Value {
        let mut object = self.object.clone();
        let mut remove = |parent, keys: &[&str]| {
            if let Some(Value::Object(map)) = object.get_mut(parent) {
                map.retain(|key, _| !keys.contains(&key.as_str()));
            }
        };
        remove("metadata", &["uid", "creationTimestamp", "managedFields"]);
        if self.is_built_in {
            remove("status", &["lastPhaseTransitionTime"]);
        }
        object
    }

    /// Where the value at a path of the object comes from. A path that leads nowhere has an origin too: the place
    /// where it would stand.
    pub fn origin<'a>(&'a self, path: &[Step<'a>]) -> Origin<'a> {
        let mut at = Some((0, &self.object));
        let mut nearest = Vec::new();
        let mut below: Vec<Step<'a>> = Vec::new();
        for step in path {
            let raw = at.filter(|(index, _)| self.trail.get(*index).is_some_and(|entry| entry.size == RAW));
            if let Some((index, value)) = raw {
                at = look_up(value, *step).map(|value| (index, value));
                match at {
                    Some(_) if below.is_empty() => nearest.push(*step),
                    _ => below.push(*step),
                }
                continue;
            }
            at = at.and_then(|(index, value)| self.child(index, value, *step));
            match at.map(|(index, _)| self.trail[index].place) {
                Some(place) if place != NOWHERE => {
                    nearest = self.places.path(place);
                    below.clear();
                }
                _ => below.push(*step),
            }
        }
        if below.len() == path.len()
            && let Some(root) = self.trail.first()
        {
            nearest = self.places.path(root.place);
        }
        Origin { nearest, below }
    }

    /// The fields of the manifest, or where they would stand, of which this object holds other values than the other one that
    /// was made of the same manifest.
    pub fn unlike<'a>(&'a self, other: &'a Stored) -> Vec<Vec<Step<'a>>> {
        let mut comparison = Comparison { of: self, at: 0, found: Vec::new() };
        comparison.compare(&self.object, Some(&other.object), &Origin { nearest: Vec::new(), below: Vec::new() });
        comparison.found
    }

    /// The entry and the value that a step leads to.
    fn child<'a>(&'a self, parent: usize, value: &'a Value, step: Step<'_>) -> Option<(usize, &'a Value)> {
        let child = look_up(value, step)?;
        let position = match (value, step) {
            (Value::Object(map), Step::Key(key)) => map.keys().position(|other| other == key)?,
            (_, Step::Index(index)) => index,
            _ => return None,
        };
        let mut index = parent + 1;
        for _ in 0..position {
            index += 1 + self.trail.get(index)?.below();
        }
        (index < self.trail.len()).then_some((index, child))
    }

    /// The object as a tree again.
    pub(crate) fn to_map(&self) -> Option<Map> {
        let mut trail = self.trail.iter();
        match grow(&self.object, &mut trail)?.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }
}

/// What differs of two objects.
struct Comparison<'a> {
    of: &'a Stored,
    /// The entry of what is compared next.
    at: usize,
    found: Vec<Vec<Step<'a>>>,
}

impl<'a> Comparison<'a> {
    /// Compares a value; `origin` is where it would stand if it is not written.
    fn compare(&mut self, value: &'a Value, other: Option<&'a Value>, origin: &Origin<'a>) {
        let Some(entry) = self.of.trail.get(self.at).copied() else { return };
        self.at += 1;
        let written =
            (entry.place != NOWHERE).then(|| Origin { nearest: self.of.places.path(entry.place), below: Vec::new() });
        let origin = written.as_ref().unwrap_or(origin);
        let step_below =
            |step| Origin { nearest: origin.nearest.clone(), below: [&origin.below[..], &[step]].concat() };
        match (value, other) {
            (Value::Object(map), Some(Value::Object(others))) if entry.size != RAW => {
                for (key, value) in map {
                    self.compare(value, others.get(key), &step_below(Step::Key(key)));
                }
                for key in others.keys().filter(|key| !map.contains_key(*key)) {
                    self.found.push(step_below(Step::Key(key)).path());
                }
            }
            (Value::Array(list), Some(Value::Array(others))) if entry.size != RAW => {
                for (index, value) in list.iter().enumerate() {
                    self.compare(value, others.get(index), &step_below(Step::Index(index)));
                }
                if others.len() > list.len() {
                    self.found.push(origin.path());
                }
            }
            (value, other) => {
                self.at += entry.below();
                if Some(value) != other {
                    self.found.push(origin.path());
                }
            }
        }
    }
}

impl Entry {
    fn below(self) -> usize {
        if self.size == RAW { 0 } else { self.size as usize }
    }
}

fn look_up<'a>(value: &'a Value, step: Step<'_>) -> Option<&'a Value> {
    match (value, step) {
        (Value::Object(map), Step::Key(key)) => map.get(key),
        (Value::Array(list), Step::Index(index)) => list.get(index),
        _ => None,
    }
}

/// Makes JSON of a tree, and notes the places.
fn flatten(node: Node, trail: &mut Vec<Entry>) -> Value {
    let at = trail.len();
    trail.push(Entry { place: node.place, size: 0 });
    let value = match node.data {
        Data::Null => Value::Null,
        Data::Bool(value) => value.into(),
        Data::Int(value) => value.into(),
        Data::String(text) => text.into_owned().into(),
        Data::List(list) => list.into_iter().map(|node| flatten(node, trail)).collect(),
        Data::Map(map) => {
            Value::Object(map.into_iter().map(|(key, node)| (key.into_owned(), flatten(node, trail))).collect())
        }
        Data::Raw(value) => {
            trail[at].size = RAW;
            return value;
        }
    };
    trail[at].size = u32::try_from(trail.len() - at - 1).unwrap_or(RAW);
    value
}

/// The tree that [`flatten`] made this of.
fn grow<'a>(value: &Value, trail: &mut impl Iterator<Item = &'a Entry>) -> Option<Node> {
    let entry = trail.next()?;
    let data = match value {
        _ if entry.size == RAW => Data::Raw(value.clone()),
        Value::Null => Data::Null,
        Value::Bool(value) => Data::Bool(*value),
        Value::Number(number) => Data::Int(number.as_i64()?),
        Value::String(text) => Data::from(text.clone()),
        Value::Array(list) => Data::List(list.iter().map(|item| grow(item, trail)).collect::<Option<_>>()?),
        Value::Object(map) => {
            let mut grown = Map::with_capacity(map.len());
            for (key, value) in map {
                grown.insert(key.clone(), grow(value, trail)?);
            }
            Data::Map(grown)
        }
    };
    Some(Node { place: entry.place, data })
}
