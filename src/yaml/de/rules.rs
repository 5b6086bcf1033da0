//! What serde cannot know of the types that are decoded.

use crate::yaml::scalar::Scalar;

/// A newtype whose text has a format of its own.
#[derive(Clone, Copy)]
pub struct Format {
    /// The name of the newtype, as serde knows it.
    pub name: &'static str,
    /// What it takes, for messages.
    pub expected: &'static str,
    /// Whether it takes a value: a scalar and its text, or `None` for a collection.
    pub accepts: fn(Option<&Scalar<'_>>, &str) -> bool,
    /// What the type is given in its place: the value does not matter, or the type reads it differently. `None` hands
    /// over the text.
    pub stand_in: Option<&'static str>,
}

/// What serde cannot know of the types.
#[derive(Clone, Copy)]
pub struct Rules {
    /// The newtypes that are checked here and not by the type.
    pub formats: &'static [Format],
    /// The newtypes around a list that also take one element alone.
    pub lists: &'static [&'static str],
    /// The newtypes around a struct that also take `true`, for a struct of which nothing is said.
    pub switches: &'static [&'static str],
    /// The keys by which an object says its type. Some types compare them with their own; here they only have to be
    /// strings.
    pub type_keys: &'static [&'static str],
    /// The key that tells an object, which says its type, from what merely has fields of the same names.
    pub object_key: &'static str,
}
