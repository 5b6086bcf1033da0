//! Arrays, objects and sets: sorted, and each knows how large it is.

use std::ops::Deref;

use super::Value;

/// The elements of an array.
#[derive(Clone, Debug, Default)]
pub struct Array {
    items: Vec<Value>,
    pub(super) size: Size,
}

/// The entries of an object, in the order of their keys.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Value, Value)>,
    pub(super) size: Size,
}

/// The elements of a set, in order.
#[derive(Clone, Debug, Default)]
pub struct Set {
    items: Vec<Value>,
    pub(super) size: Size,
}

/// How large the parts of a value are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// How many values are in it, however deep; what is there twice counts twice, though it may be in memory once.
    pub(super) weight: usize,
    /// How deep they are nested.
    pub(super) depth: usize,
}

impl Size {
    fn of<'v>(values: impl Iterator<Item = &'v Value>) -> Size {
        values.fold(Size::default(), Size::with)
    }

    fn with(self, value: &Value) -> Size {
        Size { weight: self.weight.saturating_add(value.weight()), depth: self.depth.max(value.depth()) }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Object {}

impl PartialEq for Set {
    fn eq(&self, other: &Set) -> bool {
        self.items == other.items
    }
}

impl Eq for Set {}

impl From<Vec<Value>> for Array {
    fn from(items: Vec<Value>) -> Array {
        let size = Size::of(items.iter());
        Array { items, size }
    }
}

impl Deref for Array {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Object {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value under a key.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        match key {
            Value::String(key) => self.get_str(key),
            key => self.get_entry(key).map(|(_, value)| value),
        }
    }

    /// The value under a key that is a text.
    pub fn get_str(&self, key: &str) -> Option<&Value> {
        let at = self.entries.binary_search_by(|(known, _)| match known {
            Value::String(known) => (**known).cmp(key),
            other => other.rank().cmp(&3),
        });
        at.ok().and_then(|at| self.entries.get(at)).map(|(_, value)| value)
    }

    /// The key as it is spelled here, and its value.
    pub fn get_entry(&self, key: &Value) -> Option<(&Value, &Value)> {
        let at = self.entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        self.entries.get(at).map(|(key, value)| (key, value))
    }

    /// Sets the value under a key. An equal key keeps its spelling.
    pub fn insert(&mut self, key: Value, value: Value) {
        match self.entries.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(at) => {
                let (new, old) = (value.size(), self.entries[at].1.size());
                self.entries[at].1 = value;
                // Mostly it is as large as what it replaces.
                if (new.weight, new.depth) != (old.weight, old.depth) {
                    self.measure();
                }
            }
            Err(at) => {
                self.size = self.size.with(&key).with(&value);
                self.entries.insert(at, (key, value));
            }
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &Value) -> Option<Value> {
        let at = self.entries.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        let (_, value) = self.entries.remove(at);
        self.measure();
        Some(value)
    }

    fn measure(&mut self) {
        self.size = Size::of(self.entries.iter().flat_map(|(key, value)| [key, value]));
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Value, &Value)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }
}

/// Of equal keys the first keeps its spelling, and the last its value.
impl FromIterator<(Value, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Object {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(later, value), (earlier, kept)| {
            let same = later == earlier;
            if same {
                std::mem::swap(kept, value);
            }
            same
        });
        let size = Size::of(entries.iter().flat_map(|(key, value)| [key, value]));
        Object { entries, size }
    }
}

impl IntoIterator for Object {
    type Item = (Value, Value);
    type IntoIter = std::vec::IntoIter<(Value, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Set {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Is it a member?
    pub fn contains(&self, item: &Value) -> bool {
        self.get(item).is_some()
    }

    /// The member as it is spelled here.
    pub fn get(&self, item: &Value) -> Option<&Value> {
        self.items.get(self.items.binary_search(item).ok()?)
    }

    /// Adds a member. One that is there stays as it is.
    pub fn insert(&mut self, item: Value) {
        if let Err(at) = self.items.binary_search(&item) {
            self.size = self.size.with(&item);
            self.items.insert(at, item);
        }
    }

    /// The members in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.items.iter()
    }

    /// The members in order.
    pub fn as_slice(&self) -> &[Value] {
        &self.items
    }
}

impl<'s> IntoIterator for &'s Set {
    type Item = &'s Value;
    type IntoIter = std::slice::Iter<'s, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// Of equal members the first counts.
impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Set {
        let mut items: Vec<_> = items.into_iter().collect();
        items.sort();
        items.dedup();
        let size = Size::of(items.iter());
        Set { items, size }
    }
}
