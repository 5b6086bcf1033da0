//! Values as JSON.

use serde_json::{Map, Number, Value as Json};

use crate::context::Context;
use crate::error::Error;
use crate::value::Value;

/// The deepest nesting that is written.
const MAX_DEPTH: usize = 200;

/// A value as JSON. Keys become texts; moments, spans and bytes are none.
///
/// # Errors
/// What JSON cannot hold.
pub fn to_json(value: &Value, context: &mut Context<'_>) -> Result<Json, Error> {
    write(value, context, 0)
}

fn write(value: &Value, context: &mut Context<'_>, depth: usize) -> Result<Json, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::cancelled("operation cancelled: the value nests too deeply"));
    }
    context.allocate(16)?;
    Ok(match value {
        Value::Null | Value::Optional(None) => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Uint(number) => (*number).into(),
        Value::Double(number) => {
            Number::from_f64(*number).map(Json::Number).ok_or_else(|| Error::new("unsupported value"))?
        }
        Value::String(text) => {
            context.allocate(text.len())?;
            (&**text).into()
        }
        Value::Optional(Some(inner)) => write(&inner.value, context, depth + 1)?,
        value if value.is_list() => {
            let elements = value.elements(context);
            let list: Result<Vec<Json>, Error> =
                elements.iter().map(|element| write(&element.value, context, depth + 1)).collect();
            list?.into()
        }
        value if value.is_map() && !matches!(value, Value::Fields(_)) => {
            let mut map = Map::new();
            for key in value.keys() {
                let entry = value.lookup(&key, context)?;
                let written = entry.map_or(Ok(Json::Null), |entry| write(&entry.value, context, depth + 1))?;
                map.insert(key.as_str().map_or_else(|| crate::text::format(&key), str::to_owned), written);
            }
            Json::Object(map)
        }
        other => return Err(Error::new(format!("type conversion error from '{}' to JSON", other.type_name()))),
    })
}
