//! The types by which OPA's compiler checks calls and references.
//!
//! A type that is not known is no type at all: `Option<Type>`, written `???`.
//!
//! Source: `v1/types/types.go`.

mod order;
mod read;
mod text;

use std::sync::Arc;

use crate::value::Value;

pub use read::read_function;
pub use text::text;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array<string, number>[any]`
    Array(Arc<Array>),
    /// `object<a: string>[string: any]`
    Object(Arc<Object>),
    /// `set[string]`
    Set(Arc<Option<Type>>),
    /// One of these, in order; of nothing: every type.
    Any(Arc<Vec<Type>>),
    /// A function.
    Function(Arc<Function>),
}

/// What arrays hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Array {
    /// The first elements.
    pub fixed: Vec<Option<Type>>,
    /// All further ones.
    pub rest: Option<Type>,
}

/// What objects hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The values of known keys, in the order of the keys.
    pub fixed: Vec<(Value, Option<Type>)>,
    /// The types of all other keys and of their values.
    pub rest: Option<(Option<Type>, Option<Type>)>,
}

/// What functions take and give.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// The arguments, with their names where they have some.
    pub arguments: Vec<(Option<String>, Option<Type>)>,
    /// What further arguments are, if there may be some.
    pub variadic: Option<Type>,
    /// The result. A function without one is called for its effect.
    pub result: Option<Type>,
}

impl Type {
    /// Every type.
    pub fn any() -> Type {
        Type::Any(Arc::new(Vec::new()))
    }

    /// One of some types; with none of them, every type.
    pub fn any_of(types: impl IntoIterator<Item = Type>) -> Type {
        let mut types: Vec<Type> = types.into_iter().collect();
        types.sort();
        Type::Any(Arc::new(types))
    }

    /// An array.
    pub fn array(fixed: Vec<Option<Type>>, rest: Option<Type>) -> Type {
        Type::Array(Arc::new(Array { fixed, rest }))
    }

    /// An object.
    pub fn object(mut fixed: Vec<(Value, Option<Type>)>, rest: Option<(Option<Type>, Option<Type>)>) -> Type {
        fixed.sort_by(|(a, _), (b, _)| a.cmp(b));
        Type::Object(Arc::new(Object { fixed, rest }))
    }

    /// A set.
    pub fn set(of: Option<Type>) -> Type {
        Type::Set(Arc::new(of))
    }

    /// The type of a value.
    pub fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Boolean,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::Array(items) => Type::array(items.iter().map(|item| Some(Type::of(item))).collect(), None),
            Value::Object(entries) => {
                Type::object(entries.iter().map(|(key, value)| (key.clone(), Some(Type::of(value)))).collect(), None)
            }
            Value::Set(items) => Type::set(items.iter().fold(None, |of, item| or(of, Some(Type::of(item))))),
        }
    }

    /// Is it every type?
    pub fn is_any(&self) -> bool {
        matches!(self, Type::Any(types) if types.is_empty())
    }

    /// Is the other this type, or one of those that this can be?
    pub fn contains(&self, other: &Type) -> bool {
        match self {
            Type::Any(types) => {
                !matches!(other, Type::Function(_)) && (types.is_empty() || types.binary_search(other).is_ok())
            }
            _ => self == other,
        }
    }
}

/// A type that is either of two.
pub fn or(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    let (a, b) = match (a, b) {
        (None, other) | (other, None) => return other,
        (Some(a), Some(b)) => (a, b),
    };
    match (&a, &b) {
        (Type::Function(a), Type::Function(b)) => either_function(a, b),
        (Type::Function(_), _) | (_, Type::Function(_)) => None,
        (Type::Any(first), Type::Any(second)) => Some(union(first, second)),
        (Type::Any(types), one) | (one, Type::Any(types)) => Some(union(types, std::slice::from_ref(one))),
        _ if a == b => Some(a),
        _ => Some(Type::any_of([a, b])),
    }
}

fn union(a: &[Type], b: &[Type]) -> Type {
    if a.is_empty() || b.is_empty() {
        return Type::any();
    }
    let mut types: Vec<Type> = a.iter().chain(b).cloned().collect();
    types.sort();
    types.dedup();
    Type::Any(Arc::new(types))
}

fn either_function(a: &Function, b: &Function) -> Option<Type> {
    if a.arguments.len() != b.arguments.len() || a.variadic.is_some() != b.variadic.is_some() {
        return None;
    }
    let arguments = a.arguments.iter().zip(&b.arguments);
    let arguments = arguments.map(|((_, a), (_, b))| (None, or(a.clone(), b.clone()))).collect();
    Some(Type::Function(Arc::new(Function {
        arguments,
        variadic: or(a.variadic.clone(), b.variadic.clone()),
        result: or(a.result.clone(), b.result.clone()),
    })))
}

/// The type under a constant key.
pub fn select(of: &Type, key: &Value) -> Option<Type> {
    match of {
        Type::Array(array) => {
            let Value::Number(at) = key else { return None };
            let at = usize::try_from(at.as_i64()?).ok()?;
            array.fixed.get(at).unwrap_or(&array.rest).clone()
        }
        Type::Object(object) => object.select(key),
        Type::Set(of) => {
            let of = of.as_ref().as_ref()?;
            let key = Type::of(key);
            match of {
                Type::Any(_) if of.contains(&key) => Some(key),
                of if *of == key => Some(of.clone()),
                _ => None,
            }
        }
        Type::Any(types) if types.is_empty() => Some(Type::any()),
        Type::Any(types) => types.iter().fold(None, |found, of| or(select(of, key), found)),
        _ => None,
    }
}

/// The type of the keys of a collection: of the members of a set.
pub fn keys(of: &Type) -> Option<Type> {
    match of {
        Type::Array(_) => Some(Type::Number),
        Type::Object(object) => {
            let fixed = object.fixed.iter().fold(None, |found, (key, _)| or(found, Some(Type::of(key))));
            match &object.rest {
                Some((key, _)) => or(fixed, key.clone()),
                None => fixed,
            }
        }
        Type::Set(of) => (**of).clone(),
        Type::Any(types) if types.is_empty() => Some(Type::any()),
        Type::Any(types) => types.iter().fold(None, |found, of| or(keys(of), found)),
        _ => None,
    }
}

/// The type of the values of a collection.
pub fn values(of: &Type) -> Option<Type> {
    match of {
        Type::Array(array) => {
            let fixed = array.fixed.iter().fold(None, |found, item| or(found, item.clone()));
            or(fixed, array.rest.clone())
        }
        Type::Object(object) => {
            let fixed = object.fixed.iter().fold(None, |found, (_, value)| or(found, value.clone()));
            match &object.rest {
                Some((_, value)) => or(fixed, value.clone()),
                None => fixed,
            }
        }
        Type::Set(of) => (**of).clone(),
        Type::Any(types) if types.is_empty() => Some(Type::any()),
        Type::Any(types) => types.iter().fold(None, |found, of| or(values(of), found)),
        _ => None,
    }
}

/// Is the type, or a part of it, unknown?
pub fn is_unknown(of: Option<&Type>) -> bool {
    let Some(of) = of else { return true };
    match of {
        Type::Function(function) => {
            function.arguments.iter().any(|(_, argument)| is_unknown(argument.as_ref()))
                || is_unknown(function.result.as_ref())
        }
        Type::Array(array) => {
            array.fixed.iter().any(|item| is_unknown(item.as_ref()))
                || array.rest.as_ref().is_some_and(|rest| is_unknown(Some(rest)))
        }
        Type::Object(object) => {
            object.fixed.iter().any(|(_, value)| is_unknown(value.as_ref()))
                || object
                    .rest
                    .as_ref()
                    .is_some_and(|(key, value)| is_unknown(key.as_ref()) || is_unknown(value.as_ref()))
        }
        Type::Set(of) => is_unknown(of.as_ref().as_ref()),
        _ => false,
    }
}

impl Object {
    /// The type under a constant key.
    pub fn select(&self, key: &Value) -> Option<Type> {
        if let Ok(at) = self.fixed.binary_search_by(|(known, _)| known.cmp(key)) {
            return self.fixed[at].1.clone();
        }
        let (keys, values) = self.rest.as_ref()?;
        if keys.as_ref()?.contains(&Type::of(key)) { values.clone() } else { None }
    }

    /// The type of objects that are as either: keys of both, with either type.
    #[must_use]
    pub fn merge(&self, other: &Object) -> Object {
        let rest = match (&self.rest, &other.rest) {
            (Some((a_key, a)), Some((b_key, b))) => {
                Some((or(a_key.clone(), b_key.clone()), merge_values(a.clone(), b.clone())))
            }
            (Some(rest), None) | (None, Some(rest)) => Some(rest.clone()),
            (None, None) => None,
        };
        let mut fixed = self.fixed.clone();
        for (key, value) in &other.fixed {
            match fixed.binary_search_by(|(known, _)| known.cmp(key)) {
                Ok(at) => fixed[at].1 = merge_values(fixed[at].1.take(), value.clone()),
                Err(at) => fixed.insert(at, (key.clone(), value.clone())),
            }
        }
        Object { fixed, rest }
    }
}

fn merge_values(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    match (&a, &b) {
        (Some(Type::Object(a)), Some(Type::Object(b))) => Some(Type::Object(Arc::new(a.merge(b)))),
        _ => or(a, b),
    }
}

impl Function {
    /// The type of an argument.
    pub fn argument(&self, at: usize) -> Option<&Type> {
        self.arguments.get(at).map_or(self.variadic.as_ref(), |(_, argument)| argument.as_ref())
    }

    /// The arguments as messages show them: `(x: number, y: number)`.
    pub fn signature(&self) -> String {
        let named = self.arguments.iter().map(|(name, argument)| match name {
            Some(name) => format!("{name}: {}", text(argument.as_ref())),
            None => text(argument.as_ref()),
        });
        let variadic = self.variadic.iter().map(|variadic| format!("{variadic}..."));
        format!("({})", named.chain(variadic).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_of_types_is_one_sorted_without_repeats() {
        let either = or(Some(Type::String), Some(Type::Null));
        assert_eq!(text(either.as_ref()), "any<null, string>");
        let more = or(either.clone(), Some(Type::Number));
        assert_eq!(text(more.as_ref()), "any<null, number, string>");
        assert_eq!(or(more.clone(), either), more);
        assert_eq!(or(Some(Type::any()), Some(Type::Null)), Some(Type::any()));
        assert_eq!(or(None, Some(Type::Null)), Some(Type::Null));
    }

    #[test]
    fn constant_keys_are_looked_up() {
        let value = Value::object([("a".into(), Value::array(vec![1i64.into()]))]);
        let of = Type::of(&value);
        assert_eq!(of.to_string(), "object<a: array<number>>");
        assert_eq!(text(select(&of, &"a".into()).as_ref()), "array<number>");
        assert_eq!(select(&of, &"b".into()), None);
        assert_eq!(keys(&of), Some(Type::String));
        assert_eq!(text(values(&of).as_ref()), "array<number>");
    }

    #[test]
    fn any_contains_what_it_lists() {
        let some = Type::any_of([Type::String, Type::Null]);
        assert!(some.contains(&Type::Null) && !some.contains(&Type::Number) && Type::any().contains(&Type::Number));
    }
}
