//! Hands a [`Tree`] to serde, as Go's JSON decoder would hand it to a typed object.
//!
//! Nothing stops at the first mistake: each value of a wrong type is noted with its place, stands for its zero value,
//! and decoding goes on. So one pass finds all of them. Null is the zero value everywhere, field names are
//! case-sensitive, and an integral float fits an integer, as in Go.

mod access;
mod rules;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use access::{Elements, Entries, Expected, OneOrMany};
pub use rules::{Format, Rules};

use super::path::{FieldPath, Segment};
use super::scalar::Scalar;
use super::tree::{Kind, NodeId, Tree};

/// Something about a document that its type does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The value that is wrong, or the key that is unknown.
    pub node: NodeId,
    /// Where it stands, from the root of what was decoded.
    pub path: FieldPath,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What a type does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A value of another type than the field's.
    WrongType {
        /// What the field takes: `a boolean`.
        expected: &'static str,
        /// What stands there: `a string`.
        found: &'static str,
    },
    /// A field that the type does not have.
    UnknownField {
        /// The fields that it has.
        known: &'static [&'static str],
    },
}

/// Decodes `root` (`None` is null).
///
/// Returns the value, with zero values where something was wrong, and all that was wrong in the order of the document.
/// The value is `None` only if a type refuses what is no fault of the document's types.
pub fn decode<'de, T: Deserialize<'de>>(
    tree: &Tree<'_>,
    root: Option<NodeId>,
    rules: &Rules,
) -> (Option<T>, Vec<Problem>) {
    decode_seed(tree, root, rules, PhantomData::<T>)
}

/// Decodes `root` by a seed, which may know its type at run time alone.
pub fn decode_seed<'de, S: DeserializeSeed<'de>>(
    tree: &Tree<'_>,
    root: Option<NodeId>,
    rules: &Rules,
    seed: S,
) -> (Option<S::Value>, Vec<Problem>) {
    let context = Context { tree, rules, path: RefCell::default(), problems: RefCell::default() };
    let value = seed.deserialize(Node { context: &context, id: root });
    let mut problems = context.problems.into_inner();
    if let (Err(_), true, Some(root)) = (&value, problems.is_empty(), root) {
        let kind = ProblemKind::WrongType { expected: "a value that the API's types can hold", found: "another" };
        problems.push(Problem { node: root, path: FieldPath::ROOT, kind });
    }
    (value.ok(), problems)
}

/// A step on the way to what is decoded: only what is wrong needs its path in words.
#[derive(Clone, Copy)]
enum Step {
    /// The value of a key.
    Key(NodeId),
    /// An element of a list.
    Index(usize),
}

struct Context<'a, 't> {
    tree: &'a Tree<'t>,
    rules: &'a Rules,
    path: RefCell<Vec<Step>>,
    problems: RefCell<Vec<Problem>>,
}

impl Context<'_, '_> {
    fn report(&self, node: NodeId, kind: ProblemKind) {
        let segment = |step: &Step| match *step {
            Step::Key(key) => Segment::Field(self.tree.key(key).unwrap_or_default().into_owned().into()),
            Step::Index(index) => Segment::Index(index),
        };
        let path = FieldPath::new(self.path.borrow().iter().map(segment).collect());
        self.problems.borrow_mut().push(Problem { node, path, kind });
    }

    /// Runs a step of decoding one level further down.
    fn below<R>(&self, step: Step, decode: impl FnOnce() -> R) -> R {
        self.enter(step);
        let result = decode();
        self.leave();
        result
    }

    /// Goes one level further down.
    fn enter(&self, step: Step) {
        self.path.borrow_mut().push(step);
    }

    /// Comes back from there.
    #[inline(never)]
    fn leave(&self) {
        self.path.borrow_mut().pop();
    }
}

/// A mistake that a type itself makes out. Ours are noted and never returned.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the type refuses the value")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Refused
    }
}

/// A value on its way to a type. Without an id it is null.
#[derive(Clone, Copy)]
struct Node<'a, 't> {
    context: &'a Context<'a, 't>,
    id: Option<NodeId>,
}

/// How a newtype is read.
enum Form {
    /// As what it is around.
    Plain,
    /// As a list, or one element of it.
    List,
    /// As a struct of which nothing is said.
    Switch,
    /// From this text.
    Text(String),
}

// What does not depend on the type that is decoded stands in functions of its own, which are not repeated in the code of
// every type: that would be a tenth of the program.
impl<'a, 't> Node<'a, 't> {
    /// The node, aliases followed; `None` for null.
    #[inline(never)]
    fn present(self) -> Option<NodeId> {
        let id = self.id?;
        (!self.context.tree.is_null(id)).then(|| self.context.tree.resolve(id))
    }

    #[cold]
    fn wrong(self, id: NodeId, expected: &'static str) {
        let tree = self.context.tree;
        let found = match tree.kind(tree.resolve(id)) {
            Kind::Mapping => "a mapping",
            Kind::Sequence => "a list",
            _ => tree.scalar(id).map_or("something unreadable", |value| value.type_name()),
        };
        self.context.report(self.id.unwrap_or(id), ProblemKind::WrongType { expected, found });
    }

    /// The scalar, if the value is one that `take` accepts; anything else but null is noted.
    fn take<R>(self, expected: &'static str, take: impl FnOnce(Scalar<'a>) -> Option<R>) -> Option<R> {
        let id = self.present()?;
        let tree = self.context.tree;
        let scalar = (tree.kind(id) == Kind::Scalar).then(|| tree.scalar(id).ok()).flatten();
        let taken = scalar.and_then(take);
        if taken.is_none() {
            self.wrong(id, expected);
        }
        taken
    }

    #[inline(never)]
    fn integer(self, expected: &'static str, min: i64, max: i64) -> i64 {
        let fits = |value: i64| (min..=max).contains(&value).then_some(value);
        self.take(expected, |scalar| match scalar {
            Scalar::Int(value) => fits(value),
            Scalar::Float(value) => integral(value).and_then(fits),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// The node, if it is a collection of this kind; anything else but null is noted.
    fn collection(self, kind: Kind, expected: &'static str) -> Option<NodeId> {
        let id = self.present()?;
        if self.context.tree.kind(id) == kind {
            return Some(id);
        }
        self.wrong(id, expected);
        None
    }

    fn is_true(self) -> bool {
        let scalar = self.present().and_then(|id| self.context.tree.scalar(id).ok());
        matches!(scalar, Some(Scalar::Bool(true)))
    }

    #[inline(never)]
    fn boolean(self) -> bool {
        let value = self.take("a boolean", |scalar| if let Scalar::Bool(value) = scalar { Some(value) } else { None });
        value.unwrap_or_default()
    }

    #[inline(never)]
    fn number(self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // as Go converts it
        let value = self.take("a number", |scalar| match scalar {
            Scalar::Int(value) => Some(value as f64),
            Scalar::UInt(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            _ => None,
        });
        value.unwrap_or_default()
    }

    #[inline(never)]
    fn text(self) -> Cow<'a, str> {
        self.take("a string", as_str).unwrap_or_default()
    }

    #[inline(never)]
    fn integer_or_text(self) -> Scalar<'a> {
        let expected = "a string or a 32-bit integer";
        let fits = |value: i64| i32::try_from(value).is_ok().then_some(Scalar::Int(value));
        let value = self.take(expected, |scalar| match scalar {
            Scalar::Int(value) => fits(value),
            Scalar::Float(value) => integral(value).and_then(fits),
            Scalar::Str(_) => Some(scalar),
            _ => None,
        });
        value.unwrap_or(Scalar::Int(0))
    }

    #[inline(never)]
    fn list(self) -> Elements<'a, 't> {
        let list = self.collection(Kind::Sequence, "a list");
        Elements { context: self.context, index: 0, rest: list.map(|id| self.context.tree.children(id)) }
    }

    #[inline(never)]
    fn mapping(self, known: Option<&'static [&'static str]>) -> Entries<'a, 't> {
        let id = self.collection(Kind::Mapping, "a mapping");
        let rest = id.map(|id| self.context.tree.entries(id)).unwrap_or_default();
        Entries { context: self.context, rest, known, current: None, expected: Expected::default() }
    }

    #[inline(never)]
    fn form(self, name: &str) -> Form {
        let rules = self.context.rules;
        if rules.lists.contains(&name) {
            return Form::List;
        }
        if rules.switches.contains(&name) && self.is_true() {
            return Form::Switch;
        }
        let Some(format) = rules.formats.iter().find(|format| format.name == name) else { return Form::Plain };
        let mut text = format.stand_in.unwrap_or_default().to_owned();
        if let Some(id) = self.present() {
            let tree = self.context.tree;
            let scalar = (tree.kind(id) == Kind::Scalar).then(|| tree.scalar(id).ok()).flatten();
            match (format.accepts)(scalar.as_ref(), tree.raw(id)) {
                true if format.stand_in.is_none() => tree.raw(id).clone_into(&mut text),
                true => {}
                false => self.wrong(id, format.expected),
            }
        }
        Form::Text(text)
    }
}

fn as_str(scalar: Scalar<'_>) -> Option<Cow<'_, str>> {
    if let Scalar::Str(text) = scalar { Some(text) } else { None }
}

/// A float that Go's JSON writes without point or exponent, as the integer that it is.
#[allow(clippy::cast_possible_truncation, clippy::float_cmp)] // exact by the test itself
fn integral(value: f64) -> Option<i64> {
    (value.trunc() == value && value.abs() < 9.2e18).then_some(value as i64)
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            let (min, max) = (i64::try_from(<$type>::MIN).unwrap_or(0), i64::try_from(<$type>::MAX).unwrap_or(i64::MAX));
            visitor.$visit(<$type>::try_from(self.integer($expected, min, max)).unwrap_or_default())
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'_, '_> {
    type Error = Refused;

    integers! {
        deserialize_i8 visit_i8 i8, "an 8-bit integer";
        deserialize_i16 visit_i16 i16, "a 16-bit integer";
        deserialize_i32 visit_i32 i32, "a 32-bit integer";
        deserialize_i64 visit_i64 i64, "an integer";
        deserialize_u8 visit_u8 u8, "an unsigned 8-bit integer";
        deserialize_u16 visit_u16 u16, "an unsigned 16-bit integer";
        deserialize_u32 visit_u32 u32, "an unsigned 32-bit integer";
        deserialize_u64 visit_u64 u64, "an unsigned integer";
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_bool(self.boolean())
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_f64(self.number())
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_str(&self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.present() {
            Some(_) => visitor.visit_some(self),
            None => visitor.visit_none(),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_seq(self.list())
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(self.mapping(None))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_map(self.mapping(Some(fields)))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Refused> {
        match self.form(name) {
            Form::Plain => visitor.visit_newtype_struct(self),
            Form::List => visitor.visit_newtype_struct(OneOrMany(self)),
            Form::Switch => visitor.visit_newtype_struct(Node { id: None, ..self }),
            Form::Text(text) => visitor.visit_newtype_struct(StrDeserializer::new(&text)),
        }
    }

    /// For types that take an integer or a string, which is what Kubernetes has of this kind.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.integer_or_text() {
            Scalar::Str(text) => visitor.visit_str(&text),
            Scalar::Int(value) => visitor.visit_i64(value),
            _ => visitor.visit_i64(0),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}
