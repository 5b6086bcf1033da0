//! The tree that decoding, defaulting and admission work on. Each value keeps its place in the manifest.

use std::borrow::Cow;

use serde_json::Value;

use crate::place::{NOWHERE, Place};

/// The key of a map. Names of fields cost nothing.
pub(crate) type Key = Cow<'static, str>;

/// A value and where it stands in the manifest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// `NOWHERE` for a default.
    pub place: Place,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    String(Cow<'static, str>),
    List(Vec<Node>),
    Map(Map),
    /// JSON that no type describes. All of it stands in the manifest, at the same path below its place.
    Raw(Value),
}

/// A map, in the order of its keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Map(Vec<(Key, Node)>);

impl Map {
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_ref().cmp(key))
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.position(key).ok().map(|at| &self.0[at].1)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).ok().map(|at| &mut self.0[at].1)
    }

    pub fn has(&self, key: &str) -> bool {
        self.position(key).is_ok()
    }

    /// Sets a key, whatever it held.
    pub fn insert(&mut self, key: impl Into<Key>, node: Node) {
        let key = key.into();
        // Most maps are filled in order.
        if self.0.last().is_none_or(|(last, _)| *last < key) {
            self.0.push((key, node));
            return;
        }
        match self.position(&key) {
            Ok(at) => self.0[at].1 = node,
            Err(at) => self.0.insert(at, (key, node)),
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.position(key).ok().map(|at| self.0.remove(at).1)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Node)> {
        self.0.iter().map(|(key, node)| (key, node))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.0.iter_mut().map(|(_, node)| node)
    }

    /// Sets what is not there yet. A nil pointer that is written as null is not there.
    pub fn set_default(&mut self, key: &'static str, data: impl Into<Data>) {
        if self.get(key).is_none_or(|node| node.data == Data::Null) {
            self.insert(key, Node::new(data));
        }
    }

    /// The text of a field; "" if it is absent or no text.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", Node::as_text)
    }

    pub fn int(&self, key: &str) -> Option<i64> {
        match self.get(key)?.data {
            Data::Int(value) => Some(value),
            _ => None,
        }
    }

    pub fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key)?.data {
            Data::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The map in a field, if one is there.
    pub fn map(&self, key: &str) -> Option<&Map> {
        self.get(key)?.as_map()
    }

    pub fn map_mut(&mut self, key: &str) -> Option<&mut Map> {
        self.get_mut(key)?.as_map_mut()
    }

    /// The map in a field, made if it is absent or null.
    pub fn map_or_new(&mut self, key: &'static str) -> &mut Map {
        if self.map(key).is_none() {
            self.insert(key, Node::new(Map::default()));
        }
        let at = self.position(key).unwrap_or_default();
        match &mut self.0[at].1.data {
            Data::Map(map) => map,
            _ => unreachable!("it was just made"),
        }
    }

    /// The maps in a list; none if it is absent.
    pub fn maps(&self, key: &str) -> impl Iterator<Item = &Map> {
        self.list(key).iter().filter_map(Node::as_map)
    }

    pub fn maps_mut(&mut self, key: &str) -> impl Iterator<Item = &mut Map> {
        self.list_mut(key).iter_mut().filter_map(Node::as_map_mut)
    }

    /// The list in a field; empty if it is absent.
    pub fn list(&self, key: &str) -> &[Node] {
        match self.get(key).map(|node| &node.data) {
            Some(Data::List(list)) => list,
            _ => &[],
        }
    }

    pub fn list_mut(&mut self, key: &str) -> &mut [Node] {
        match self.get_mut(key).map(|node| &mut node.data) {
            Some(Data::List(list)) => list,
            _ => &mut [],
        }
    }

    /// Appends to a list, which is made if it is absent or null.
    pub fn push(&mut self, key: &'static str, item: impl Into<Data>) {
        let item = Node::new(item);
        match self.get_mut(key).map(|node| &mut node.data) {
            Some(Data::List(list)) => list.push(item),
            _ => self.insert(key, Node::new(vec![item])),
        }
    }
}

impl Node {
    /// A value that stands in no manifest.
    pub fn new(data: impl Into<Data>) -> Self {
        Self { place: NOWHERE, data: data.into() }
    }

    pub fn as_text(&self) -> &str {
        match &self.data {
            Data::String(text) => text,
            _ => "",
        }
    }

    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }
}

impl Data {
    /// Go's zero values, and what has no elements.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::String(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Raw(_) => false,
        }
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Data {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&'static str> for Data {
    fn from(text: &'static str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<Vec<Node>> for Data {
    fn from(list: Vec<Node>) -> Self {
        Self::List(list)
    }
}

impl From<Map> for Data {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

/// A list of values that stand in no manifest.
pub(crate) fn list<const N: usize>(items: [Data; N]) -> Data {
    Data::List(items.into_iter().map(Node::new).collect())
}

/// A map of values that stand in no manifest.
pub(crate) fn map<const N: usize>(entries: [(&'static str, Data); N]) -> Map {
    let mut map = Map::with_capacity(N);
    for (key, data) in entries {
        map.insert(key, Node::new(data));
    }
    map
}

impl IntoIterator for Map {
    type Item = (Key, Node);
    type IntoIter = std::vec::IntoIter<(Key, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
