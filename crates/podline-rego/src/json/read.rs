//! Reading JSON.

use std::fmt;

use crate::number::Number;
use crate::value::Value;

/// The most levels of arrays and objects. Go reads 10,000; values are walked by recursion here.
pub const MAX_DEPTH: usize = 512;

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is none, at a byte.
    Invalid(usize),
    /// It may be some, but is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Invalid(at) => write!(f, "invalid JSON at byte {at}"),
            ReadError::TooDeep => write!(f, "JSON nested deeper than {MAX_DEPTH} levels"),
        }
    }
}

/// Reads one value; nothing but blanks may follow it. Of equal keys the last counts.
///
/// # Errors
/// Where the text is no JSON, or is nested too deeply.
pub fn read(text: &str) -> Result<Value, ReadError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at == text.len() { Ok(value) } else { Err(ReadError::Invalid(reader.at)) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn invalid<T>(&self) -> Result<T, ReadError> {
        Err(ReadError::Invalid(self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Value, ReadError> {
        self.blanks();
        match self.peek() {
            Some(b'{') => self.nested(Reader::object),
            Some(b'[') => self.nested(Reader::array),
            Some(b'"') => Ok(self.string()?.into()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in [("null", Value::Null), ("true", true.into()), ("false", false.into())] {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                self.invalid()
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, ReadError>) -> Result<Value, ReadError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ReadError::TooDeep);
        }
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Value, ReadError> {
        let mut items = Vec::new();
        self.blanks();
        if self.skip(b']') {
            return Ok(items.into());
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.skip(b']') {
                return Ok(items.into());
            }
            if !self.skip(b',') {
                return self.invalid();
            }
        }
    }

    fn object(&mut self) -> Result<Value, ReadError> {
        let mut entries = Vec::new();
        self.blanks();
        if self.skip(b'}') {
            return Ok(Value::object(entries));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return self.invalid();
            }
            let key = self.string()?;
            self.blanks();
            if !self.skip(b':') {
                return self.invalid();
            }
            entries.push((key.into(), self.value()?));
            self.blanks();
            if self.skip(b'}') {
                return Ok(Value::object(entries));
            }
            if !self.skip(b',') {
                return self.invalid();
            }
        }
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.invalid() } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Value, ReadError> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            if !self.skip(b'+') {
                self.skip(b'-');
            }
            self.digits()?;
        }
        Ok(Number::from_spelling(&self.text[start..self.at]).into())
    }

    fn string(&mut self) -> Result<String, ReadError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) else {
                self.at = self.text.len();
                return self.invalid();
            };
            text.push_str(&rest[..end]);
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return self.invalid(),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ReadError> {
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.invalid(),
        };
        self.at += 1;
        Ok(c)
    }

    /// The digits after `\u`. A half of a pair alone is U+FFFD.
    fn unicode(&mut self) -> Result<char, ReadError> {
        let Some(first) = self.unit(self.at) else { return self.invalid() };
        self.at += 5;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if first < 0xdc00
            && self.peek() == Some(b'\\')
            && let Some(second @ 0xdc00..0xe000) = self.unit(self.at + 1)
        {
            self.at += 6;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// The four digits after a `u`.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 5)?.strip_prefix('u')?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_spelling_and_of_equal_keys_the_last_counts() {
        let value = read(r#" {"b": 1.0, "a": [1e3, -0, null], "b": "é\n\u00e9\ud83d\ude00\ud800"} "#).expect("JSON");
        assert_eq!(value.to_string(), "{\"a\": [1e3, -0, null], \"b\": \"é\\né😀\u{fffd}\"}");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "01", "1.", "+1", ".5", "[1,]", "{\"a\":1,}", "'a'", "nul", "1 2", "\"\n\"", "\"\\x\"", "\"a"]
        {
            assert!(matches!(read(text), Err(ReadError::Invalid(_))), "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), Err(ReadError::TooDeep));
    }
}
