//! Types of expressions, and how error texts spell them.

use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A CEL type. Two types are equal if cel-go's `IsExactType` says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Anything; checked only at evaluation.
    Dyn,
    /// What an expression with a type error has.
    Error,
    /// The type of `null`.
    Null,
    /// `true` and `false`.
    Bool,
    /// Signed 64 bit integers.
    Int,
    /// Unsigned 64 bit integers.
    Uint,
    /// IEEE 754 doubles.
    Double,
    /// Unicode text.
    String,
    /// Bytes.
    Bytes,
    /// `google.protobuf.Duration`.
    Duration,
    /// `google.protobuf.Timestamp`.
    Timestamp,
    /// A list and the type of its elements.
    List(Arc<Type>),
    /// A map, the types of its keys and values.
    Map(Arc<Type>, Arc<Type>),
    /// A type with declared fields (or, for Kubernetes' libraries, with methods only), by its name.
    Struct(Arc<str>),
    /// A type without fields, by its name, with its parameters: `optional_type(int)`, `net.IP`.
    Opaque(Arc<str>, Arc<[Type]>),
    /// The type of a type.
    Type(Option<Arc<Type>>),
    /// A type parameter of an overload, or a variable of the type checker.
    Param(Arc<str>),
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A map from `key` to `value`.
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Arc::new(key), Arc::new(value))
    }

    /// An optional `value`.
    pub fn optional(value: Type) -> Type {
        Type::Opaque(OPTIONAL.into(), Arc::from([value]))
    }

    /// A type with the fields that [`EnvBuilder::structure`](crate::EnvBuilder::structure) declares.
    pub fn structure(name: &str) -> Type {
        Type::Struct(name.into())
    }

    /// A type without fields and parameters.
    pub fn opaque(name: &str) -> Type {
        Type::Opaque(name.into(), Arc::from([]))
    }

    pub(crate) fn is_dyn(&self) -> bool {
        matches!(self, Type::Dyn)
    }

    pub(crate) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Type::Dyn | Type::Error)
    }

    /// What an optional holds.
    pub(crate) fn optional_of(&self) -> Option<&Type> {
        match self {
            Type::Opaque(name, parameters) if &**name == OPTIONAL => parameters.first(),
            _ => None,
        }
    }

    /// The name a value of this type gives to `type(value)`, without parameters.
    pub fn name(&self) -> &str {
        match self {
            Type::Dyn => "dyn",
            Type::Error => "error",
            Type::Null => "null_type",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Uint => "uint",
            Type::Double => "double",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Duration => "google.protobuf.Duration",
            Type::Timestamp => "google.protobuf.Timestamp",
            Type::List(_) => "list",
            Type::Map(..) => "map",
            Type::Struct(name) | Type::Opaque(name, _) | Type::Param(name) => name,
            Type::Type(_) => "type",
        }
    }

    /// The parameters in order.
    pub(crate) fn parameters(&self) -> Vec<&Type> {
        match self {
            Type::List(element) => vec![element],
            Type::Map(key, value) => vec![key, value],
            Type::Opaque(_, parameters) => parameters.iter().collect(),
            Type::Type(Some(of)) => vec![of],
            _ => Vec::new(),
        }
    }

    /// Equal but for the names of type parameters.
    pub(crate) fn equivalent(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Param(_), Type::Param(_)) => true,
            _ => {
                std::mem::discriminant(self) == std::mem::discriminant(other)
                    && self.name() == other.name()
                    && self.parameters().len() == other.parameters().len()
                    && self.parameters().iter().zip(other.parameters()).all(|(a, b)| a.equivalent(b))
            }
        }
    }

    /// As type errors spell it: `null` for the type of null, `timestamp`, `list(int)`.
    pub fn in_errors(&self) -> String {
        let mut text = String::new();
        spell(self, &mut text, true);
        text
    }
}

/// As cel-go's `Type.String` has it, which the API server puts into "must evaluate to bool but got …".
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        spell(self, &mut text, false);
        f.write_str(&text)
    }
}

/// Types can be shared, so that their text is far longer than they are: it is cut where nobody reads on.
const LONGEST: usize = 100_000;

fn spell(ty: &Type, text: &mut String, errors: bool) {
    if text.len() > LONGEST {
        return;
    }
    match ty {
        Type::Error if errors => text.push_str("!error!"),
        Type::Null if errors => text.push_str("null"),
        Type::Duration if errors => text.push_str("duration"),
        Type::Timestamp if errors => text.push_str("timestamp"),
        Type::Param(name) if !errors => {
            let _ = write!(text, "<{name}>");
        }
        _ => {
            text.push_str(ty.name());
            let parameters = ty.parameters();
            if parameters.is_empty() {
                return;
            }
            text.push('(');
            for (index, parameter) in parameters.into_iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                spell(parameter, text, errors);
            }
            text.push(')');
        }
    }
}

pub(crate) const OPTIONAL: &str = "optional_type";
