//! YAML as JSON, as far as the fixtures need it: plain scalars are resolved as YAML 1.1 resolves them.

use std::collections::HashMap;

use libyaml_safer::{Event, EventData, Parser, ScalarStyle};
use serde_json::{Number, Value};

/// The documents of a stream; empty ones are left out.
pub fn documents(text: &str) -> Vec<Value> {
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    let mut reader = Reader { events: parser.map(|event| event.expect("sound YAML")), anchors: HashMap::new() };
    let mut documents = Vec::new();
    while let Some(event) = reader.events.next() {
        if let EventData::DocumentStart { .. } = event.data {
            documents.push(reader.value().expect("a document"));
        }
    }
    documents.retain(|document| !document.is_null());
    documents
}

/// The documents of a stream, or that it is no YAML.
#[allow(dead_code)] // not every test reads what may be unsound
pub fn try_documents(text: &str) -> Result<Vec<Value>, String> {
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    if parser.any(|event| event.is_err()) {
        return Err("error converting YAML to JSON".to_owned());
    }
    Ok(documents(text))
}

struct Reader<I> {
    events: I,
    anchors: HashMap<String, Value>,
}

impl<I: Iterator<Item = Event>> Reader<I> {
    /// The next value, or nothing at the end of a list or map.
    fn value(&mut self) -> Option<Value> {
        let event = self.events.next()?;
        let (anchor, value) = match event.data {
            EventData::Alias { anchor } => return self.anchors.get(&anchor).cloned(),
            EventData::Scalar { anchor, value, style, .. } => {
                (anchor, if style == ScalarStyle::Plain { plain(&value) } else { Value::String(value) })
            }
            EventData::SequenceStart { anchor, .. } => {
                (anchor, std::iter::from_fn(|| self.value()).collect::<Vec<_>>().into())
            }
            EventData::MappingStart { anchor, .. } => {
                let mut map = serde_json::Map::new();
                while let Some(key) = self.value() {
                    let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                    map.insert(key, self.value().expect("a value"));
                }
                (anchor, map.into())
            }
            _ => return None,
        };
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, value.clone());
        }
        Some(value)
    }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let digits = text.replace('_', "");
    if let Ok(int) = digits.parse::<i64>()
        && (digits.trim_start_matches(['-', '+']) == "0" || !digits.trim_start_matches(['-', '+']).starts_with('0'))
    {
        return Some(int.into());
    }
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)] {
        if let Some(int) = digits.strip_prefix(prefix).and_then(|rest| i64::from_str_radix(rest, radix).ok()) {
            return Some(int.into());
        }
    }
    let float: f64 = digits.parse().ok()?;
    #[allow(clippy::cast_possible_truncation)] // it is whole
    if float.fract() == 0.0 && float.abs() < 1e15 {
        return Some((float as i64).into());
    }
    Number::from_f64(float)
}
