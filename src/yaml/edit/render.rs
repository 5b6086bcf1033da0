//! Values as text, in the style of their place.

use serde_json::Value;

use super::super::scalar::{self, Scalar};
use super::super::tree::Style;

/// A value on one line: `{type: RuntimeDefault}`. `quote` is how strings around it are written: in double quotes as in
/// JSON, in single quotes, or without where that says the same. `compact` leaves out the blanks, as minified JSON does.
pub(super) fn flow(value: &Value, quote: Style, compact: bool) -> String {
    let blank = if compact { "" } else { " " };
    match value {
        Value::Object(keys) => {
            let entries = keys
                .iter()
                .map(|(key, value)| format!("{}:{blank}{}", string(key, quote), flow(value, quote, compact)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(&format!(",{blank}")))
        }
        Value::Array(elements) => {
            let elements = elements.iter().map(|value| flow(value, quote, compact));
            format!("[{}]", elements.collect::<Vec<_>>().join(&format!(",{blank}")))
        }
        Value::String(text) => string(text, quote),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A value over several lines between brackets and braces, as pretty JSON is. `indent` is that of the line on which it
/// begins, `step` what is added for each level.
pub(super) fn pretty(value: &Value, quote: Style, eol: &str, indent: &str, step: &str) -> String {
    let deeper = format!("{indent}{step}");
    let (open, close, members) = match value {
        Value::Object(keys) if !keys.is_empty() => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}", string(key, quote), pretty(value, quote, eol, &deeper, step))
            };
            ('{', '}', keys.iter().map(member).collect::<Vec<_>>())
        }
        Value::Array(elements) if !elements.is_empty() => {
            ('[', ']', elements.iter().map(|value| pretty(value, quote, eol, &deeper, step)).collect())
        }
        _ => return flow(value, quote, false),
    };
    let members = members.join(&format!(",{eol}{deeper}"));
    format!("{open}{eol}{deeper}{members}{eol}{indent}{close}")
}

/// How block style is written in a document.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub eol: &'static str,
    /// How much deeper a mapping stands than its key.
    pub indent: usize,
    /// How much deeper the dashes of a list stand than its key.
    pub dash_indent: usize,
}

impl Block {
    /// `key: value`, the key at the current place, further lines below it at `column`.
    pub fn entry(self, key: &str, value: &Value, column: usize) -> String {
        format!("{}:{}", string(key, Style::Plain), self.behind(value, column))
    }

    /// What stands behind a colon whose key is at `column`.
    pub fn behind(self, value: &Value, column: usize) -> String {
        if is_flow(value) { format!(" {}", flow(value, Style::Plain, false)) } else { self.below(value, column) }
    }

    /// A mapping or list that is not empty, on lines of its own below a key at `column`.
    pub fn below(self, value: &Value, column: usize) -> String {
        let column = column + if value.is_array() { self.dash_indent } else { self.indent };
        let line = |text: String| format!("{}{}{text}", self.eol, " ".repeat(column));
        match value {
            Value::Object(keys) => keys.iter().map(|(key, value)| line(self.entry(key, value, column))).collect(),
            Value::Array(elements) => elements.iter().map(|value| line(self.element(value, column))).collect(),
            _ => String::new(),
        }
    }

    /// `- value`, with the dash at `column`.
    pub fn element(self, value: &Value, column: usize) -> String {
        let inner = column + 2;
        match value {
            Value::Object(keys) if !keys.is_empty() => {
                let entries: Vec<String> = keys.iter().map(|(key, value)| self.entry(key, value, inner)).collect();
                format!("- {}", entries.join(&format!("{}{}", self.eol, " ".repeat(inner))))
            }
            _ => format!("- {}", flow(value, Style::Plain, false)),
        }
    }
}

/// A value as a YAML document in block style.
pub fn document(value: &Value) -> String {
    let style = Block { eol: "\n", indent: 2, dash_indent: 0 };
    let text = match value {
        Value::Object(keys) if !keys.is_empty() => {
            keys.iter().map(|(key, value)| style.entry(key, value, 0)).collect::<Vec<_>>().join("\n")
        }
        Value::Array(elements) if !elements.is_empty() => {
            elements.iter().map(|value| style.element(value, 0)).collect::<Vec<_>>().join("\n")
        }
        _ => flow(value, Style::Plain, false),
    };
    text + "\n"
}

/// Whether a value is written on one line even in block style.
pub(super) fn is_flow(value: &Value) -> bool {
    match value {
        Value::Object(keys) => keys.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => true,
    }
}

/// A string, without quotes where it stays a string so.
fn string(text: &str, quote: Style) -> String {
    let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let is_word = text.chars().all(is_simple) && text.starts_with(|c: char| c.is_ascii_alphabetic());
    match quote {
        Style::Plain | Style::Block if is_word && matches!(scalar::resolve(text), Scalar::Str(_)) => text.to_owned(),
        Style::SingleQuoted if is_word => format!("'{text}'"),
        _ => double_quoted(text),
    }
}

/// In double quotes, with escapes that JSON and YAML share.
fn double_quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    let needs_escape =
        |c: char| matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    let escaped =
        json.chars().map(|c| if needs_escape(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() });
    escaped.collect()
}
