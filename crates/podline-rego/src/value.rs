//! Values of Rego, ordered as OPA orders them. Copies are cheap: texts and collections are shared.
//!
//! Source: `v1/ast/compare.go`: null < booleans < numbers < strings < arrays < objects < sets.

mod collections;

use std::cmp::Ordering;
use std::sync::Arc;

use crate::number::Number;
use collections::Size;
pub use collections::{Array, Object, Set};

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, with its spelling.
    Number(Number),
    /// A text.
    String(Arc<str>),
    /// A list.
    Array(Arc<Array>),
    /// Values by their keys, which may be of any type.
    Object(Arc<Object>),
    /// Values, each once.
    Set(Arc<Set>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// A list.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(items.into()))
    }

    /// An object. Of equal keys the last counts.
    pub fn object(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::Object(Arc::new(entries.into_iter().collect()))
    }

    /// A set.
    pub fn set(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Set(Arc::new(items.into_iter().collect()))
    }

    /// What `type_name` calls its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            Value::Set(_) => "set",
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The elements, if it is a set.
    pub fn as_set(&self) -> Option<&Set> {
        match self {
            Value::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The elements of an array or of a set.
    pub fn elements(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            Value::Set(items) => Some(items.as_slice()),
            _ => None,
        }
    }

    /// How many values it consists of, with itself. A value that stands in several places counts in each, so that
    /// little memory can be of great weight: whoever walks a value should know.
    pub fn weight(&self) -> usize {
        self.size().weight.saturating_add(1)
    }

    /// How deep it is nested: a value without parts 1.
    pub fn depth(&self) -> usize {
        self.size().depth + 1
    }

    fn size(&self) -> Size {
        match self {
            Value::Array(array) => array.size,
            Value::Object(object) => object.size,
            Value::Set(set) => set.size,
            _ => Size::default(),
        }
    }

    /// What a reference finds under a key: a value of an object, an element of an array by its whole number, a member
    /// of a set by itself.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        match (self, key) {
            (Value::Object(entries), key) => entries.get(key),
            (Value::Array(items), Value::Number(at)) => items.get(usize::try_from(at.as_i64()?).ok()?),
            (Value::Set(items), key) => items.get(key),
            _ => None,
        }
    }

    /// How OPA's comparison operators order two values: see [`Number::compare_as_opa`].
    pub fn compare_as_opa(&self, other: &Value) -> Ordering {
        compare(self, other, Number::compare_as_opa)
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::Array(_) => 4,
            Value::Object(_) => 5,
            Value::Set(_) => 6,
        }
    }
}

fn compare(a: &Value, b: &Value, numbers: fn(&Number, &Number) -> Ordering) -> Ordering {
    let all = |a: &[Value], b: &[Value]| {
        let unequal = a.iter().zip(b).map(|(a, b)| compare(a, b, numbers)).find(|order| order.is_ne());
        unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
    };
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => numbers(a, b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        // What is one in memory is equal: parts that are shared are not walked again and again.
        (Value::Array(a), Value::Array(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::Set(a), Value::Set(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::Object(a), Value::Object(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => all(a, b),
        (Value::Set(a), Value::Set(b)) => all(a.as_slice(), b.as_slice()),
        (Value::Object(a), Value::Object(b)) => {
            // Key by key, and only then value by value of equal keys, until one is different.
            let pairs = a.iter().zip(b.iter());
            let unequal = pairs
                .map(|((a_key, a), (b_key, b))| compare(a_key, b_key, numbers).then_with(|| compare(a, b, numbers)))
                .find(|order| order.is_ne());
            unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        _ => a.rank().cmp(&b.rank()),
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        compare(self, other, Number::cmp)
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value: `1` equals `1.0`.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        Value::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(Number::Int(number))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Number(Number::from(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::array(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_ordered_as_opa_orders_them() {
        let ordered: Vec<Value> = vec![
            Value::Null,
            false.into(),
            true.into(),
            (-1i64).into(),
            Number::from_spelling("1.5").into(),
            "".into(),
            "a".into(),
            Value::array(vec![]),
            Value::array(vec![Value::Null]),
            Value::object([]),
            Value::object([("a".into(), 1i64.into())]),
            Value::set([]),
            Value::set([1i64.into()]),
        ];
        for pair in ordered.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    #[test]
    fn equal_members_and_keys_are_one_and_the_first_spelling_stays() {
        let one = || Value::from(Number::from_spelling("1.0"));
        let set = Value::set([one(), 1i64.into()]);
        assert_eq!(set.to_string(), "{1.0}");
        let object = Value::object([(one(), "a".into()), (1i64.into(), "b".into())]);
        assert_eq!(object.to_string(), r#"{1.0: "b"}"#);
    }

    #[test]
    fn references_find_keys_elements_and_members() {
        let value = Value::object([("a".into(), Value::array(vec!["x".into()])), (1i64.into(), true.into())]);
        let object = value.as_object().expect("an object");
        assert_eq!(object.get_str("a"), value.get(&"a".into()));
        assert_eq!(object.get_str("b"), None);
        let list = object.get_str("a").expect("there");
        assert_eq!(list.get(&0i64.into()), Some(&"x".into()));
        assert_eq!(list.get(&Number::from_spelling("0.0").into()), None);
        assert_eq!(Value::set(["x".into()]).get(&"x".into()), Some(&"x".into()));
    }

    #[test]
    fn collections_know_their_weight_and_depth_though_parts_are_shared() {
        let mut value = Value::array(vec![Value::Null, Value::Null]);
        assert_eq!((value.weight(), value.depth()), (3, 2));
        for _ in 0..100 {
            value = Value::array(vec![value.clone(), value]);
        }
        assert_eq!((value.weight(), value.depth()), (usize::MAX, 102));

        let mut object = Object::default();
        object.insert("a".into(), Value::array(vec![Value::Null]));
        object.insert("b".into(), true.into());
        object.insert("a".into(), false.into());
        assert_eq!(object.remove(&"b".into()), Some(true.into()));
        assert_eq!(Value::Object(Arc::new(object)).weight(), 3);
        assert_eq!(Value::set([Value::set([]), Value::set([])]).weight(), 2);
    }
}
