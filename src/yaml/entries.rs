//! What a mapping holds once merge keys and repeated keys are settled.
//!
//! Kubernetes' reader settles both in the order of the document: a later key replaces an earlier one as a whole,
//! and `<<` is applied where it stands, so that keys before it are overwritten by it and keys after it win.
//! Source: `decoder.mapping` and `decoder.merge` in `decode.go` of go.yaml.in/yaml/v2.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scalar::is_name;
use super::tree::{Children, IRREGULAR, Kind, NodeId, Tree};

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key as it is written; in a merged mapping it stands there.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
}

/// The entries of a mapping, one after the other.
pub enum Entries<'a, 't> {
    /// As they are written.
    Written(Children<'a, 't>),
    /// Those of a mapping in which something had to be settled.
    Settled(std::vec::IntoIter<Entry>),
}

impl Default for Entries<'_, '_> {
    fn default() -> Self {
        Self::Settled(Vec::new().into_iter())
    }
}

impl Iterator for Entries<'_, '_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match self {
            Self::Written(children) => Some(Entry { key: children.next()?, value: children.next()? }),
            Self::Settled(entries) => entries.next(),
        }
    }
}

impl<'t> Tree<'t> {
    /// The entries of a mapping (or of the mapping that an alias stands for), merged and without repeated keys.
    /// Other nodes have none.
    pub fn entries(&self, id: NodeId) -> Entries<'_, 't> {
        let id = self.resolve(id);
        if self.kind(id) != Kind::Mapping {
            return Entries::default();
        }
        if self.has_flag(id, IRREGULAR) {
            return Entries::Settled(self.settled(id).into_iter());
        }
        Entries::Written(self.children(id))
    }

    /// The value of a key of a mapping.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entry(id, key).map(|entry| entry.value)
    }

    /// A key of a mapping and its value.
    pub fn entry(&self, id: NodeId, key: &str) -> Option<Entry> {
        let id = self.resolve(id);
        if self.kind(id) != Kind::Mapping {
            return None;
        }
        let is_name = is_name(key);
        let is_it = |candidate: NodeId| {
            if is_name { self.is_key_named(candidate, key) } else { self.key(candidate).is_ok_and(|text| text == key) }
        };
        if self.has_flag(id, IRREGULAR) {
            return self.settled(id).into_iter().find(|entry| is_it(entry.key));
        }
        self.pairs(id).find(|&(candidate, _)| is_it(candidate)).map(|(key, value)| Entry { key, value })
    }

    /// The string at a key of a mapping, if there is one.
    pub fn get_str(&self, id: NodeId, key: &str) -> Option<Cow<'_, str>> {
        self.string(self.get(id, key)?)
    }

    /// The keys and values of a mapping, as far as they are strings.
    pub fn strings(&self, id: NodeId) -> impl Iterator<Item = (String, String)> + use<'_, 't> {
        let text = |entry: Entry| {
            let key = self.key(entry.key).ok()?.into_owned();
            Some((key, self.string(entry.value)?.into_owned()))
        };
        self.entries(id).filter_map(text)
    }

    /// The value of a scalar that is a string.
    pub fn string(&self, id: NodeId) -> Option<Cow<'_, str>> {
        match (self.kind(self.resolve(id)), self.scalar(id)) {
            (Kind::Scalar, Ok(super::scalar::Scalar::Str(text))) => Some(text),
            _ => None,
        }
    }

    /// The elements of a sequence (or of the sequence that an alias stands for). Other nodes have none.
    pub fn elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let id = self.resolve(id);
        let children = (self.kind(id) == Kind::Sequence).then(|| self.children(id));
        children.into_iter().flatten()
    }

    /// Applies the pairs of a mapping, and of all that it merges, in the order in which Kubernetes does.
    fn settled(&self, id: NodeId) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut position: HashMap<Cow<'_, str>, usize> = HashMap::new();
        // What is still to be applied, the next on top: a merge is put above the rest of its mapping.
        let mut pending = vec![self.children(id)];
        while let Some(children) = pending.last_mut() {
            let (Some(key), Some(value)) = (children.next(), children.next()) else {
                pending.pop();
                continue;
            };
            if self.is_merge_key(key) {
                let value = self.resolve(value);
                if self.kind(value) == Kind::Mapping {
                    pending.push(self.children(value));
                } else {
                    // The first of a list wins, so it is applied last: it must lie deepest.
                    pending.extend(self.elements(value).map(|element| self.children(self.resolve(element))));
                }
                continue;
            }
            let Ok(text) = self.key(key) else { continue };
            let entry = Entry { key, value };
            if let Some(&at) = position.get(&text) {
                entries[at] = entry;
            } else {
                position.insert(text, entries.len());
                entries.push(entry);
            }
        }
        entries
    }
}
