//! Reads one YAML document into JSON, as Kubernetes does with plain scalars: enough of YAML 1.1 for manifests that are
//! no puzzles. No anchors, no tags, no merge keys.

use libyaml_safer::{EventData, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// Reads the first document.
pub fn read(text: &str) -> Value {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut events = std::iter::from_fn(|| Some(parser.parse().expect("YAML").data));
    let first = events
        .find(|event| !matches!(event, EventData::StreamStart { .. } | EventData::DocumentStart { .. }))
        .expect("a document");
    value(first, &mut events)
}

fn value(event: EventData, events: &mut impl Iterator<Item = EventData>) -> Value {
    match event {
        EventData::Scalar { value, style: ScalarStyle::Plain, .. } => plain(&value),
        EventData::Scalar { value, .. } => value.into(),
        EventData::SequenceStart { .. } => {
            let mut list = Vec::new();
            loop {
                match events.next().expect("an end") {
                    EventData::SequenceEnd => return list.into(),
                    event => list.push(value(event, events)),
                }
            }
        }
        EventData::MappingStart { .. } => {
            let mut map = Map::new();
            loop {
                match events.next().expect("an end") {
                    EventData::MappingEnd => return map.into(),
                    key => {
                        let key = value(key, events);
                        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                        let event = events.next().expect("a value");
                        map.insert(key, value(event, events));
                    }
                }
            }
        }
        other => panic!("cannot read {other:?}"),
    }
}

/// A plain scalar of YAML 1.1.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return false.into(),
        _ => {}
    }
    integer(&text.replace('_', "")).or_else(|| float(text)).unwrap_or_else(|| text.into())
}

fn integer(text: &str) -> Option<Value> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.strip_prefix('+').unwrap_or(text)), |rest| (-1, rest));
    let value = match digits.get(..2) {
        Some("0x") => i64::from_str_radix(&digits[2..], 16),
        Some("0o") => i64::from_str_radix(&digits[2..], 8),
        Some("0b") => i64::from_str_radix(&digits[2..], 2),
        Some(two) if two.starts_with('0') => i64::from_str_radix(digits, 8).or_else(|_| digits.parse()),
        _ => digits.parse(),
    };
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
    value.ok().filter(|_| is_number).map(|value| (sign * value).into())
}

fn float(text: &str) -> Option<Value> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && text.contains(|c: char| c.is_ascii_digit());
    text.parse::<f64>().ok().filter(|value| is_number && value.is_finite()).map(Value::from)
}
