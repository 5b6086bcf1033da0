//! The parts of lists and mappings, one after the other.

use std::borrow::Cow;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Context, Node, ProblemKind, Refused, Step, as_str};
use crate::yaml::entries::{self, Entry};
use crate::yaml::tree::{Children, Kind};

/// A list, or one element that stands for a list of it.
pub(super) struct OneOrMany<'a, 't>(pub Node<'a, 't>);

impl<'de> Deserializer<'de> for OneOrMany<'_, '_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0.present() {
            Some(id) if self.0.context.tree.kind(id) != Kind::Sequence => visitor.visit_seq(Alone(Some(self.0))),
            _ => self.0.deserialize_seq(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// An element that stands for a list of it.
struct Alone<'a, 't>(Option<Node<'a, 't>>);

impl<'de> SeqAccess<'de> for Alone<'_, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        self.0.take().map(|node| seed.deserialize(node)).transpose()
    }
}

pub(super) struct Elements<'a, 't> {
    pub context: &'a Context<'a, 't>,
    /// How many were given out.
    pub index: usize,
    /// Nothing for what is no list.
    pub rest: Option<Children<'a, 't>>,
}

impl<'a, 't> Elements<'a, 't> {
    /// The next element, one level further down.
    #[inline(never)]
    fn enter(&mut self) -> Option<Node<'a, 't>> {
        let id = self.rest.as_mut()?.next()?;
        self.context.enter(Step::Index(self.index));
        self.index += 1;
        Some(Node { context: self.context, id: Some(id) })
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some(node) = self.enter() else { return Ok(None) };
        let element = seed.deserialize(node);
        self.context.leave();
        element.map(Some)
    }

    /// Goes over all of them: lists ask once, at their beginning.
    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.clone().map_or(0, Iterator::count))
    }
}

/// Whether two names are the same. Most are told apart by their length and their first letter.
fn is_same(name: &str, key: &str) -> bool {
    name.len() == key.len() && name.as_bytes().first() == key.as_bytes().first() && name == key
}

pub(super) struct Entries<'a, 't> {
    pub context: &'a Context<'a, 't>,
    pub rest: entries::Entries<'a, 't>,
    /// The fields of a struct; a map takes any key.
    pub known: Option<&'static [&'static str]>,
    pub current: Option<Entry>,
    pub expected: Expected,
}

/// Which field of a struct is expected next, by its number: most objects are written in the order of the alphabet, and
/// so are the names of fields.
#[derive(Default)]
pub(super) struct Expected(usize);

impl Expected {
    /// Whether a key is one of the fields.
    fn is_one_of(&mut self, fields: &[&str], key: &str) -> bool {
        let (before, behind) = fields.split_at(self.0.min(fields.len()));
        let is_it = |field: &&str| is_same(field, key);
        let found = behind.iter().position(is_it).map(|at| at + before.len());
        let found = found.or_else(|| before.iter().position(is_it));
        self.0 = found.map_or(self.0, |at| at + 1);
        found.is_some()
    }
}

impl<'a, 't> Entries<'a, 't> {
    fn is_type_key(&self, key: &str) -> bool {
        let rules = self.context.rules;
        rules.type_keys.iter().any(|name| is_same(name, key))
            && self.known.is_some_and(|known| known.contains(&rules.object_key))
    }

    /// The next key that the type takes; what it does not know is noted.
    #[inline(never)]
    fn next_key(&mut self) -> Option<Cow<'a, str>> {
        let tree = self.context.tree;
        while let Some(entry) = self.rest.next() {
            let key = tree.key(entry.key).unwrap_or_default();
            let step = Step::Key(entry.key);
            if let Some(known) = self.known.filter(|known| !self.expected.is_one_of(known, &key)) {
                self.context.below(step, || self.context.report(entry.key, ProblemKind::UnknownField { known }));
                continue;
            }
            if self.is_type_key(&key) {
                let node = Node { context: self.context, id: Some(entry.value) };
                self.context.below(step, || node.take("a string", as_str));
                continue;
            }
            self.current = Some(entry);
            return Some(key);
        }
        None
    }

    /// The value of the key that was given out, one level further down.
    #[inline(never)]
    fn enter(&mut self) -> Option<Node<'a, 't>> {
        let entry = self.current.take()?;
        self.context.enter(Step::Key(entry.key));
        Some(Node { context: self.context, id: Some(entry.value) })
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        let Some(key) = self.next_key() else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(&key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let Some(node) = self.enter() else { return Err(Refused) };
        let value = seed.deserialize(node);
        self.context.leave();
        value
    }
}
