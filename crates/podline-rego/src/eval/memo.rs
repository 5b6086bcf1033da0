//! What rules and functions said already.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use super::plan::GroupId;
use super::trace::{Reasons, address};
use crate::number::Number;
use crate::value::Value;

/// What rules say: their value if they have one, and why.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub value: Option<Value>,
    pub reasons: Reasons,
}

/// A value by its identity: collections by their address, so that nothing is walked. Equal collections that lie in
/// different places count as different, and a rule is evaluated for both; so what it says is blamed on the right one.
#[derive(Clone, Debug)]
pub(super) struct Identity(pub Value);

/// Results within one query, as long as `input` and `data` are the same.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub documents: HashMap<GroupId, Outcome>,
    /// Parts of partial rules, by the keys that were asked for.
    pub parts: HashMap<(GroupId, Vec<Option<Identity>>), Outcome>,
    pub calls: HashMap<(GroupId, Vec<Identity>), Outcome>,
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Value::Null => 0u8.hash(state),
            Value::Bool(value) => value.hash(state),
            Value::Number(Number::Int(number)) => number.hash(state),
            Value::Number(number) => number.spelling().hash(state),
            Value::String(text) => text.hash(state),
            collection => address(collection).hash(state),
        }
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Identity) -> bool {
        match (&self.0, &other.0) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.spelling() == b.spelling(),
            (Value::String(a), Value::String(b)) => a == b,
            (a, b) => address(a).is_some_and(|a| Some(a) == address(b)),
        }
    }
}

impl Eq for Identity {}
