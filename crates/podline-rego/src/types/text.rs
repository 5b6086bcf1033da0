//! Types as messages show them.

use std::fmt;

use super::{Function, Type};
use crate::value::Value;

/// A type as messages show it; what is not known is `???`.
pub fn text(of: Option<&Type>) -> String {
    of.map_or_else(|| "???".to_owned(), ToString::to_string)
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let angled = |f: &mut fmt::Formatter<'_>, parts: Vec<String>| {
            if parts.is_empty() { Ok(()) } else { write!(f, "<{}>", parts.join(", ")) }
        };
        match self {
            Type::Null => f.write_str("null"),
            Type::Boolean => f.write_str("boolean"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Array(array) => {
                f.write_str("array")?;
                angled(f, array.fixed.iter().map(|item| text(item.as_ref())).collect())?;
                array.rest.as_ref().map_or(Ok(()), |rest| write!(f, "[{rest}]"))
            }
            Type::Object(object) => {
                let key = |key: &Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                f.write_str("object")?;
                let fixed = object.fixed.iter();
                angled(f, fixed.map(|(name, of)| format!("{}: {}", key(name), text(of.as_ref()))).collect())?;
                match &object.rest {
                    Some((key, value)) => write!(f, "[{}: {}]", text(key.as_ref()), text(value.as_ref())),
                    None => Ok(()),
                }
            }
            Type::Set(of) => write!(f, "set[{}]", text(of.as_ref().as_ref())),
            Type::Any(types) => {
                f.write_str("any")?;
                angled(f, types.iter().map(ToString::to_string).collect())
            }
            Type::Function(function) => {
                let unnamed = Function {
                    arguments: function.arguments.iter().map(|(_, of)| (None, of.clone())).collect(),
                    variadic: function.variadic.clone(),
                    result: None,
                };
                write!(f, "{} => {}", unnamed.signature(), text(function.result.as_ref()))
            }
        }
    }
}
