//! What Go's standard library reads and writes, for other languages that Kubernetes' tools brought from Go.

mod json;
mod layout;
mod quote;

pub use crate::functions::{Reference, parse_url, query_escape, query_unescape};
pub use crate::regex::Regex;
pub use crate::time::{Civil, day_number, days_in};
pub use crate::zone::zone;
pub use json::write_json_text;
pub use layout::{format as format_time, parse as parse_time};
pub use quote::{is_digit, is_letter, is_printable, quote, quote_ascii, quote_char};

/// The nanoseconds of a text that Go's `time.ParseDuration` takes (`1h30m`, `-1.5s`).
pub fn parse_duration(text: &str) -> Option<i64> {
    crate::time::parse_duration(text)
}

/// A double as Go's `%v` writes it: `1`, `1.5`, `1e+06`.
pub fn double(value: f64) -> String {
    crate::text::double(value)
}

/// The host of any URL that Go's `url.Parse` takes, without port and brackets.
///
/// # Errors
/// In Go's words.
pub fn url_host(text: &str) -> Result<String, String> {
    crate::functions::url_host(text)
}
