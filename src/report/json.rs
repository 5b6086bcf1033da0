//! The report for programs, as `podline schema report` describes it.

mod admission;
mod entries;
mod evaluation;
mod fragments;
#[cfg(feature = "cli")]
mod schema;
mod template;

use std::io::{self, Write};

pub use fragments::{Fragments, fragments};
#[cfg(feature = "cli")]
pub use schema::schema;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use super::escape;

/// The version of the report's format. What is only added to it does not change the number.
pub const SCHEMA: u64 = 2;

/// What a comparison counts.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
pub struct Counts {
    /// Findings that are new.
    pub new: usize,
    /// Findings that are gone.
    pub fixed: usize,
    /// Findings that may still be there: what they are about is no longer judged.
    pub unjudged: usize,
    /// Findings that are still there.
    pub unchanged: usize,
    /// Findings that a waiver covers now.
    pub waived: usize,
    /// Findings that a file of accepted findings holds.
    pub accepted: usize,
}

/// An entry of a report has about so many bytes.
const ENTRY: usize = 1024;

/// A value as JSON on one line, with unsafe characters as `\u` escapes.
pub fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    let mut bytes = Vec::with_capacity(ENTRY);
    let mut serializer = Serializer::with_formatter(&mut bytes, Escaping);
    // Writing plain data to memory cannot fail, and JSON is UTF-8.
    drop(value.serialize(&mut serializer));
    bytes.shrink_to_fit();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Compact JSON in which no character can trouble a terminal or a log.
#[derive(Clone, Copy, Debug)]
pub struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if escape::is_plain(fragment) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut from = 0;
        let must_go = |&(at, c): &(usize, char)| escape::must_go(fragment, at, c);
        for (at, c) in fragment.char_indices().filter(must_go) {
            writer.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        serde_json::ser::CompactFormatter.write_char_escape(writer, escape)
    }
}
