//! Values as text, as OPA writes terms: `{"a": [1.0, set()]}`.
//!
//! Source: `v1/ast/term_appenders.go`.

use std::fmt;

use podline_cel::go::quote;

use crate::value::Value;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::String(text) => f.write_str(&quote(text)),
            Value::Array(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Value::Set(items) if items.is_empty() => f.write_str("set()"),
            Value::Set(items) => {
                f.write_str("{")?;
                list(f, items.as_slice())?;
                f.write_str("}")
            }
            Value::Object(entries) => {
                f.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{key}: {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Value]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::number::Number;
    use crate::value::Value;

    #[test]
    fn terms_are_written_as_opa_writes_them() {
        let number = |text| Value::Number(Number::from_spelling(text));
        let value = Value::object([
            (Value::Null, number("1.0")),
            (Value::set([]), Value::array(vec!["a<b\n\u{1}é".into(), true.into()])),
            (Value::array(vec![number("1e3")]), Value::set([2i64.into(), 1i64.into()])),
        ]);
        assert_eq!(value.to_string(), r#"{null: 1.0, [1e3]: {1, 2}, set(): ["a<b\n\x01é", true]}"#);
    }
}
