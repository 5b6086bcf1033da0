//! YAML as `sigs.k8s.io/yaml` reads and writes it: version 1.1 by way of JSON.
//!
//! Source: `v1/topdown/encoding.go`; go.yaml.in/yaml/v2 `encode.go`, `resolve.go`, `sorter.go`.

mod order;
mod resolve;

use libyaml_safer::{Emitter, Encoding, Event, MappingStyle, ScalarStyle, SequenceStyle};

use super::json::pay;
use super::operands::{at, found, text};
use crate::context::{Context, Failure, Halt, Outcome};
use crate::json::MAX_DEPTH;
use crate::number::Number;
use crate::value::Value;

/// What is read from the first document.
fn read(text: &str, context: &Context<'_>) -> Result<Value, Failure> {
    let read = context.host.read_yaml.as_ref().ok_or_else(|| Failure::undecided("yaml.unmarshal"))?;
    context.budget.bytes(text.len().saturating_mul(32))?;
    let json = read(text).map_err(Failure::Error)?;
    let value = Value::from_json(&json);
    // By aliases it may be far larger than its text.
    context.budget.steps(value.weight())?;
    context.budget.bytes(value.weight().saturating_mul(32))?;
    if value.depth() > MAX_DEPTH { Err(Failure::Halt(Halt::Budget)) } else { Ok(value) }
}

pub(super) fn unmarshal(operands: &[Value], context: &Context<'_>) -> Outcome {
    read(text(operands, 0)?, context).map(Some)
}

pub(super) fn is_valid(operands: &[Value], context: &Context<'_>) -> Outcome {
    let Ok(text) = text(operands, 0) else { return found(false) };
    match read(text, context) {
        Ok(_) => found(true),
        Err(Failure::Error(_)) => found(false),
        Err(halt) => Err(halt),
    }
}

pub(super) fn marshal(operands: &[Value], context: &Context<'_>) -> Outcome {
    let value = at(operands, 0)?;
    pay(value, context)?;
    // Each part may stand on a line of its own, as deep as it is nested.
    context.budget.bytes(value.weight().saturating_mul(value.depth() * 2 + 16))?;
    let mut out = Vec::new();
    let mut emitter = Emitter::new();
    emitter.set_output_string(&mut out);
    emitter.set_unicode(true);
    let mut writer = Writer { emitter, context };
    writer.document(value)?;
    drop(writer);
    // Go's emitter does not end the document behind a text that keeps its last empty lines.
    if out.ends_with(b"\n...\n") {
        out.truncate(out.len() - 4);
    }
    found(super::bytes::from_go(out))
}

struct Writer<'w> {
    emitter: Emitter<'w>,
    context: &'w Context<'w>,
}

impl Writer<'_> {
    fn emit(&mut self, event: Event) -> Result<(), Failure> {
        self.emitter.emit(event).map_err(|error| Failure::error(error.to_string()))
    }

    fn document(&mut self, value: &Value) -> Result<(), Failure> {
        self.emit(Event::stream_start(Encoding::Utf8))?;
        self.emit(Event::document_start(None, &[], true))?;
        self.value(value)?;
        self.emit(Event::document_end(true))?;
        self.emit(Event::stream_end())
    }

    fn value(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::Null => self.scalar("null", ScalarStyle::Plain),
            Value::Bool(truth) => self.scalar(if *truth { "true" } else { "false" }, ScalarStyle::Plain),
            Value::Number(number) => self.scalar(&plain_number(number)?, ScalarStyle::Plain),
            Value::String(text) => self.text(text),
            Value::Array(items) => self.list(items),
            Value::Set(items) => self.list(items.as_slice()),
            Value::Object(entries) => {
                let mut sorted = Vec::with_capacity(entries.len());
                for (key, value) in entries.iter() {
                    sorted.push((key_text(key)?, value));
                }
                self.emit(Event::mapping_start(None, None, true, MappingStyle::Block))?;
                for (key, value) in order::sorted(sorted) {
                    self.text(&key)?;
                    self.value(value)?;
                }
                self.emit(Event::mapping_end())
            }
        }
    }

    fn list(&mut self, items: &[Value]) -> Result<(), Failure> {
        self.emit(Event::sequence_start(None, None, true, SequenceStyle::Block))?;
        items.iter().try_for_each(|item| self.value(item))?;
        self.emit(Event::sequence_end())
    }

    /// Quoted where it would be read as something else.
    fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.context.budget.bytes(text.len().saturating_mul(2))?;
        check(text)?;
        let style = if text.contains('\n') {
            ScalarStyle::Literal
        } else if resolve::is_text(text) {
            ScalarStyle::Plain
        } else {
            ScalarStyle::DoubleQuoted
        };
        self.scalar(text, style)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle) -> Result<(), Failure> {
        self.emit(Event::scalar(None, None, text, true, true, style))
    }
}

/// On its way through JSON and YAML to YAML, Go's library loses or changes what stands at the edges of Unicode.
fn check(text: &str) -> Result<(), Failure> {
    for c in text.chars() {
        match c {
            // The emitter at hand writes these in another way.
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{10000}'.. => {
                return Err(Failure::undecided("yaml.marshal of rare characters"));
            }
            '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(Failure::error("yaml: control characters are not allowed"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A key that is no text is its JSON.
fn key_text(key: &Value) -> Result<String, Failure> {
    match key {
        Value::String(text) => Ok(text.to_string()),
        other => crate::json::write(other).map_err(|number| Failure::error(format!("invalid number literal {number}"))),
    }
}

/// Whole numbers of 64 bits as they are, others as doubles.
fn plain_number(number: &Number) -> Result<String, Failure> {
    let spelling = crate::json::write(&Value::Number(number.clone()))
        .map_err(|number| Failure::error(format!("invalid number literal {number}")))?;
    if let Ok(whole) = spelling.parse::<i64>() {
        return Ok(whole.to_string());
    }
    if spelling.parse::<u64>().is_ok() {
        return Ok(spelling);
    }
    Ok(number.as_f64().map_or(spelling, podline_cel::go::double))
}

#[cfg(test)]
mod tests;
