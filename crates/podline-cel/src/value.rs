//! What expressions work on.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::context::{Context, Why};
use crate::document::NodeRef;
use crate::error::Error;
use crate::time::Timestamp;
use crate::types::Type;

/// A CEL value. Copies share their content.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1`
    Int(i64),
    /// `1u`
    Uint(u64),
    /// `1.5`
    Double(f64),
    /// `'text'`
    String(Arc<str>),
    /// `b'bytes'`
    Bytes(Arc<[u8]>),
    /// A span of time in nanoseconds.
    Duration(i64),
    /// A moment.
    Timestamp(Timestamp),
    /// A list that an expression made.
    List(Arc<Vec<Traced>>),
    /// A map that an expression made.
    Map(Arc<MapValue>),
    /// A list or a map of a [`Document`](crate::Document).
    Node(NodeRef),
    /// A type, as `type(x)` gives it.
    Type(Arc<Type>),
    /// An optional value; none if empty.
    Optional(Option<Arc<Traced>>),
    /// Something with named fields that are found when they are asked for.
    Fields(Arc<dyn Fields>),
    /// A value of a library's own type.
    Opaque(Arc<dyn Opaque>),
}

/// A value, and the reads that it depends on (if they are traced).
#[derive(Clone, Debug)]
pub struct Traced {
    /// The value.
    pub value: Value,
    pub(crate) why: Why,
}

impl From<Value> for Traced {
    fn from(value: Value) -> Self {
        Traced { value, why: Why::NOTHING }
    }
}

/// Fields that are computed when an expression reads them, such as the variables of a policy.
pub trait Fields: fmt::Debug + Send + Sync {
    /// The name of its type.
    fn type_name(&self) -> &str;

    /// The field `name`, or nothing if there is none.
    ///
    /// # Errors
    /// If it cannot be computed.
    fn field(&self, name: &str, context: &mut Context<'_>) -> Option<Result<Traced, Error>>;
}

/// A value of a type that a library declares.
pub trait Opaque: Any + fmt::Debug + Send + Sync {
    /// The name of its type, as it was declared.
    fn type_name(&self) -> &str;

    /// Is it equal to `other`? Nothing if the two cannot be compared (`no such overload`).
    fn equals(&self, other: &Value) -> Option<bool>;

    /// What size costs are computed with, if it has one.
    fn size(&self) -> Option<u64> {
        None
    }

    /// What comparing it for equality costs at the server, if that is fixed.
    fn equality_cost(&self) -> Option<u64> {
        None
    }
}

/// A map that an expression made, in the order in which its keys came.
#[derive(Clone, Debug, Default)]
pub struct MapValue {
    entries: Vec<(Value, Traced)>,
    index: HashMap<Key, usize>,
}

/// What can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(u64),
    String(Arc<str>),
}

impl Key {
    fn of(value: &Value) -> Option<Key> {
        Some(match value {
            Value::Bool(value) => Key::Bool(*value),
            Value::Int(value) => Key::Int(*value),
            Value::Uint(value) => Key::Uint(*value),
            // 0.0 and -0.0 are one key, NaN is none.
            Value::Double(value) if !value.is_nan() => Key::Double((value + 0.0).to_bits()),
            Value::String(value) => Key::String(value.clone()),
            _ => return None,
        })
    }
}

impl MapValue {
    /// The entries in order.
    pub fn entries(&self) -> &[(Value, Traced)] {
        &self.entries
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Has it no entry?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sets what `key` has.
    pub fn set(&mut self, key: Value, value: Traced) {
        match Key::of(&key) {
            Some(known) => match self.index.get(&known) {
                Some(at) => self.entries[*at].1 = value,
                None => {
                    self.index.insert(known, self.entries.len());
                    self.entries.push((key, value));
                }
            },
            None => self.entries.push((key, value)),
        }
    }

    /// Takes out what `key` has.
    pub(crate) fn remove(&mut self, key: &Value) {
        if let Some(at) = Key::of(key).and_then(|known| self.index.remove(&known)) {
            self.entries.remove(at);
            self.index.values_mut().filter(|index| **index > at).for_each(|index| *index -= 1);
        }
    }

    /// What `key` has. Whole numbers are the same key whatever their type.
    pub fn get(&self, key: &Value) -> Option<&Traced> {
        let find = |key: Key| self.index.get(&key).map(|at| &self.entries[*at].1);
        find(Key::of(key)?).or_else(|| match key {
            Value::Int(value) => u64::try_from(*value).ok().and_then(|value| find(Key::Uint(value))),
            Value::Uint(value) => i64::try_from(*value).ok().and_then(|value| find(Key::Int(value))),
            Value::Double(value) => lossless_int(*value)
                .and_then(|value| find(Key::Int(value)))
                .or_else(|| lossless_uint(*value).and_then(|value| find(Key::Uint(value)))),
            _ => None,
        })
    }
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// The integer below a double; nothing if it does not fit (the limits themselves do not, as in cel-go).
#[allow(clippy::cast_possible_truncation)] // the range is checked
pub(crate) fn double_to_int(value: f64) -> Option<i64> {
    (value > -TWO_TO_63 && value < TWO_TO_63).then_some(value as i64)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the range is checked
pub(crate) fn double_to_uint(value: f64) -> Option<u64> {
    (0.0..TWO_TO_64).contains(&value).then_some(value as u64)
}

#[allow(clippy::cast_precision_loss, clippy::float_cmp)] // that is the question
pub(crate) fn lossless_int(value: f64) -> Option<i64> {
    double_to_int(value).filter(|int| *int as f64 == value)
}

#[allow(clippy::cast_precision_loss, clippy::float_cmp)] // that is the question
fn lossless_uint(value: f64) -> Option<u64> {
    double_to_uint(value).filter(|int| *int as f64 == value)
}

impl Value {
    /// A list of values.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Value {
        Value::List(Arc::new(values.into_iter().map(Traced::from).collect()))
    }

    /// Text.
    pub fn string(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// An optional value.
    pub fn some(value: impl Into<Traced>) -> Value {
        Value::Optional(Some(Arc::new(value.into())))
    }

    /// A value of a library's own type.
    pub fn opaque(value: impl Opaque) -> Value {
        Value::Opaque(Arc::new(value))
    }

    /// The library value it is, if it is a `T`.
    pub fn downcast<T: Opaque>(&self) -> Option<&T> {
        match self {
            Value::Opaque(value) => (&**value as &dyn Any).downcast_ref(),
            _ => None,
        }
    }

    /// The text it is, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The type it has, with `dyn` for what is in lists and maps.
    pub fn type_of(&self) -> Type {
        match self {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Uint(_) => Type::Uint,
            Value::Double(_) => Type::Double,
            Value::String(_) => Type::String,
            Value::Bytes(_) => Type::Bytes,
            Value::Duration(_) => Type::Duration,
            Value::Timestamp(_) => Type::Timestamp,
            Value::List(_) => Type::list(Type::Dyn),
            Value::Node(node) if node.is_list() => Type::list(Type::Dyn),
            Value::Map(_) | Value::Node(_) => Type::map(Type::Dyn, Type::Dyn),
            Value::Type(_) => Type::Type(None),
            Value::Optional(_) => Type::optional(Type::Dyn),
            Value::Fields(fields) => Type::structure(fields.type_name()),
            Value::Opaque(value) => Type::opaque(value.type_name()),
        }
    }

    /// The name of its type.
    pub fn type_name(&self) -> String {
        self.type_of().name().to_owned()
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub(crate) fn is_list(&self) -> bool {
        match self {
            Value::List(_) => true,
            Value::Node(node) => node.is_list(),
            _ => false,
        }
    }

    pub(crate) fn is_map(&self) -> bool {
        match self {
            Value::Map(_) | Value::Fields(_) => true,
            Value::Node(node) => !node.is_list(),
            _ => false,
        }
    }

    /// How many elements, entries, characters or bytes it has; nothing if it has no size.
    pub fn size(&self) -> Option<u64> {
        let size = match self {
            Value::String(text) if text.is_ascii() => text.len(),
            Value::String(text) => text.chars().count(),
            Value::Bytes(bytes) => bytes.len(),
            Value::List(list) => list.len(),
            Value::Map(map) => map.len(),
            Value::Node(node) => node.len(),
            Value::Opaque(value) => return value.size(),
            _ => return None,
        };
        Some(size as u64)
    }

    /// The element at `index` of a list.
    pub(crate) fn element(&self, index: usize, context: &mut Context<'_>) -> Option<Traced> {
        match self {
            Value::List(list) => list.get(index).cloned(),
            Value::Node(node) => node.element(index).map(|found| context.part(&found)),
            _ => None,
        }
    }

    /// All elements of a list, read one by one.
    pub(crate) fn elements(&self, context: &mut Context<'_>) -> Vec<Traced> {
        let count = if self.is_list() { self.size().unwrap_or(0) } else { 0 };
        (0..usize::try_from(count).unwrap_or(0)).filter_map(|index| self.element(index, context)).collect()
    }

    /// The keys of a map in order.
    pub(crate) fn keys(&self) -> Vec<Value> {
        match self {
            Value::Map(map) => map.entries().iter().map(|(key, _)| key.clone()).collect(),
            Value::Node(node) => node.keys().map(|key| Value::String(key.clone())).collect(),
            _ => Vec::new(),
        }
    }

    /// What a map has at `key`.
    ///
    /// # Errors
    /// If keys of that type cannot be looked up in it.
    pub(crate) fn lookup(&self, key: &Value, context: &mut Context<'_>) -> Result<Option<Traced>, Error> {
        match self {
            Value::Map(map) => Ok(map.get(key).cloned()),
            Value::Node(node) => match key {
                Value::String(name) => Ok(node.field(name).map(|found| context.part(&found))),
                _ if node.is_typed() => Err(Error::new(format!("unsupported map key type: {}", go_name(key)))),
                _ => Ok(None),
            },
            Value::Fields(fields) => match key {
                Value::String(name) => fields.field(name, context).transpose(),
                _ => Err(Error::new("no such overload")),
            },
            _ => Ok(None),
        }
    }
}

/// The Go type cel-go has for a value; some error texts name it.
pub(crate) fn go_name(value: &Value) -> String {
    match value {
        Value::Null => "types.Null",
        Value::Bool(_) => "types.Bool",
        Value::Int(_) => "types.Int",
        Value::Uint(_) => "types.Uint",
        Value::Double(_) => "types.Double",
        Value::String(_) => "types.String",
        Value::Bytes(_) => "types.Bytes",
        Value::Duration(_) => "types.Duration",
        Value::Timestamp(_) => "types.Timestamp",
        Value::List(_) => "*types.baseList",
        Value::Map(_) => "*types.baseMap",
        Value::Node(node) => return node.go_name().to_owned(),
        Value::Type(_) => "*types.Type",
        Value::Optional(_) => "*types.Optional",
        Value::Fields(_) => "*lazy.MapValue",
        Value::Opaque(value) => return format!("cel.{}", value.type_name().rsplit('.').next().unwrap_or_default()),
    }
    .to_owned()
}
