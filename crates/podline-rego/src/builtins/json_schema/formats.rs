//! Formats of texts.
//!
//! Source: `internal/gojsonschema/format_checkers.go`.

use std::net::IpAddr;

use podline_cel::go::{Regex, parse_time, parse_url};

use crate::context::Failure;

/// Has a text the format? What is not known fits everything.
pub(super) fn fits(format: &str, text: &str) -> Result<bool, Failure> {
    let time = |layouts: &[&str]| layouts.iter().any(|layout| parse_time(layout, text).is_ok());
    let url = || parse_url(text).ok().filter(|_| !text.contains('\\'));
    Ok(match format {
        "date" => time(&["2006-01-02"]),
        "time" => time(&["15:04:05Z07:00", "15:04:05"]),
        "date-time" => time(&["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"]),
        "hostname" => is_host(text),
        "ipv4" => text.contains('.') && text.parse::<IpAddr>().is_ok(),
        "ipv6" => text.contains(':') && text.parse::<IpAddr>().is_ok(),
        "uri" | "iri" => url().is_some_and(|url| !url.scheme.is_empty()),
        "uri-reference" | "iri-reference" => url().is_some(),
        "uri-template" => url().is_some_and(|url| is_template(&url.path)),
        "uuid" => is_uuid(text),
        "regex" => text.is_empty() || Regex::new(text).is_ok(),
        "json-pointer" => is_pointer(text),
        "relative-json-pointer" => is_relative_pointer(text),
        // Mail addresses as Go's `mail.ParseAddress` reads them have names and comments.
        "email" | "idn-email" => return Err(Failure::undecided("json.match_schema with the format email")),
        _ => true,
    })
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() < 256 && text.split('.').all(label)
}

/// `^([^{]*({[^}]*})?)*$`: each brace that is opened is closed.
fn is_template(path: &str) -> bool {
    let mut rest = path;
    while let Some((_, behind)) = rest.split_once('{') {
        match behind.split_once('}') {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_pointer(text: &str) -> bool {
    let escaped = |token: &str| token.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.is_empty() || text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(escaped))
}

fn is_relative_pointer(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    !number.is_empty() && (number == "0" || !number.starts_with('0')) && (rest == "#" || is_pointer(rest))
}
