//! The built-in kinds whose values nobody here reads: what of an object their types do not have, or not so.
//!
//! The types stand in a table (`podline_defaulting::schema`), since sixty more of the API's own would be a good part of
//! the program.

use std::fmt;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use podline_defaulting::schema::{self, Kind, Type};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::formats::RULES;
use super::object::Object;
use crate::yaml::de::{self, Problem};
use crate::yaml::tree::Tree;

/// What the type of an object's kind does not allow; `None` for a kind that the table does not have.
pub fn problems(tree: &Tree<'_>, object: &Object) -> Option<Vec<Problem>> {
    let of = schema::fields_of(&object.api_version, &object.kind)?;
    Some(de::decode_seed(tree, Some(object.node), RULES, Structure(of)).1)
}

/// A struct, whose fields are looked at and not kept.
#[derive(Clone, Copy)]
struct Structure(&'static Type);

impl<'de> DeserializeSeed<'de> for Structure {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_struct("", self.0.names, self)
    }
}

impl<'de> Visitor<'de> for Structure {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) = map.next_key_seed(Name(self.0.names))? {
            map.next_value_seed(Value(place.map_or(Kind::Any, |place| self.0.fields[place].kind)))?;
        }
        Ok(())
    }
}

/// The name of a field, as its place among all of them.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| *known == name))
    }
}

/// A value of a kind.
#[derive(Clone, Copy)]
struct Value(Kind);

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0 {
            Kind::Bool => bool::deserialize(deserializer).map(drop),
            Kind::Int32 => i32::deserialize(deserializer).map(drop),
            Kind::Int64 => i64::deserialize(deserializer).map(drop),
            Kind::IntOrString => IntOrString::deserialize(deserializer).map(drop),
            // Whether it is base64 is not asked: it may be a placeholder that is still to be encoded.
            Kind::String | Kind::Bytes => deserializer.deserialize_str(Text),
            Kind::Quantity => deserializer.deserialize_newtype_struct("Quantity", Text),
            Kind::Time => deserializer.deserialize_newtype_struct("Time", Text),
            Kind::MicroTime => deserializer.deserialize_newtype_struct("MicroTime", Text),
            Kind::Any => IgnoredAny::deserialize(deserializer).map(drop),
            Kind::Struct(place) => Structure(schema::structure(place)).deserialize(deserializer),
            Kind::List(_) => deserializer.deserialize_seq(self),
            Kind::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a mapping")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Kind::List(of) = self.0 else { return Ok(()) };
        while list.next_element_seed(Value(*of))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Kind::Map(of) = self.0 else { return Ok(()) };
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Value(*of))?;
        }
        Ok(())
    }
}

/// A text that nobody reads.
struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}
