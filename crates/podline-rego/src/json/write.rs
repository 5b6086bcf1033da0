//! Writing JSON.

use std::collections::BTreeMap;

use podline_cel::go::write_json_text;

use super::key_text;
use crate::number::Number;
use crate::value::Value;

/// Writes a value without blanks, as Go's `json.Marshal` does: keys in order, `<`, `>` and `&` escaped. Sets are
/// arrays, keys that are no texts are their JSON.
///
/// # Errors
/// With the number that JSON cannot hold: `to_number` takes `+1`, which JSON does not.
pub fn write(value: &Value) -> Result<String, Number> {
    Writer { out: String::new(), indent: None, depth: 0 }.finish(value)
}

/// As [`write()`], with each element on a line of its own: after the prefix, and the indentation once a level.
///
/// # Errors
/// As for [`write()`].
pub fn write_indented(value: &Value, prefix: &str, indentation: &str) -> Result<String, Number> {
    Writer { out: String::new(), indent: Some((prefix, indentation)), depth: 0 }.finish(value)
}

struct Writer<'i> {
    out: String,
    indent: Option<(&'i str, &'i str)>,
    depth: usize,
}

impl Writer<'_> {
    fn finish(mut self, value: &Value) -> Result<String, Number> {
        self.value(value)?;
        Ok(self.out)
    }

    fn value(&mut self, value: &Value) -> Result<(), Number> {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Number(number) => {
                let text = number.spelling();
                if !is_json(&text) {
                    return Err(number.clone());
                }
                self.out.push_str(&text);
            }
            Value::String(text) => write_json_text(text, &mut self.out),
            Value::Array(items) => self.list(items)?,
            Value::Set(items) => self.list(items.as_slice())?,
            Value::Object(entries) => {
                let sorted: BTreeMap<_, _> = entries.iter().map(|(key, value)| (key_text(key), value)).collect();
                self.open('{');
                for (at, (key, value)) in sorted.iter().enumerate() {
                    self.separate(at);
                    write_json_text(key, &mut self.out);
                    self.out.push_str(if self.indent.is_some() { ": " } else { ":" });
                    self.value(value)?;
                }
                self.close('}', sorted.is_empty());
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value]) -> Result<(), Number> {
        self.open('[');
        for (at, item) in items.iter().enumerate() {
            self.separate(at);
            self.value(item)?;
        }
        self.close(']', items.is_empty());
        Ok(())
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if let Some((prefix, indentation)) = self.indent {
            self.out.push('\n');
            self.out.push_str(prefix);
            (0..self.depth).for_each(|_| self.out.push_str(indentation));
        }
    }
}

/// Is it a number as JSON spells them?
fn is_json(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read;

    #[test]
    fn values_are_written_as_go_writes_them() {
        let value = read(r#"{"b":[1.0,1e3,[],{}],"a":"<é\u2028\u0001>"}"#).expect("JSON");
        assert_eq!(write(&value).expect("numbers of JSON"), r#"{"a":"\u003cé\u2028\u0001\u003e","b":[1.0,1e3,[],{}]}"#);
        let lines = write_indented(&value, "", "  ").expect("numbers of JSON");
        assert_eq!(
            lines,
            "{\n  \"a\": \"\\u003cé\\u2028\\u0001\\u003e\",\n  \"b\": [\n    1.0,\n    1e3,\n    [],\n    {}\n  ]\n}"
        );
    }

    #[test]
    fn keys_that_are_no_texts_are_their_json_and_sets_are_arrays() {
        let value = Value::object([(1i64.into(), Value::set(["b".into(), "a".into()])), (Value::Null, true.into())]);
        assert_eq!(write(&value).expect("numbers of JSON"), r#"{"1":["a","b"],"null":true}"#);
    }

    #[test]
    fn numbers_that_json_cannot_hold_are_refused() {
        for text in ["+1", ".5", "1.", "0x1p4", "007"] {
            assert!(write(&Number::from_spelling(text).into()).is_err(), "{text}");
        }
    }
}
