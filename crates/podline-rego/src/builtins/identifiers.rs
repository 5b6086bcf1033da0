//! UUIDs and URIs.
//!
//! Source: `v1/topdown/uuid.go`, `uri.go`, `internal/uuid/uuid.go`, github.com/google/uuid.

use podline_cel::go::parse_url;

use super::operands::{found, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

/// The 100 nanoseconds from the start of the Gregorian calendar to 1970.
const GREGORIAN: i64 = 122_192_928_000_000_000;

/// The bytes of a UUID in any of its four spellings.
fn bytes(text: &str) -> Option<[u8; 16]> {
    let plain = match text.len() {
        32 | 36 => text,
        38 => text.get(1..)?.get(..36)?,
        45 => text.get(..9).filter(|urn| urn.eq_ignore_ascii_case("urn:uuid:")).and_then(|_| text.get(9..))?,
        _ => return None,
    };
    let dashed = plain.len() == 36;
    if dashed && [8, 13, 18, 23].iter().any(|at| plain.as_bytes()[*at] != b'-') {
        return None;
    }
    let mut digits = Vec::with_capacity(32);
    for (at, byte) in plain.bytes().enumerate() {
        if !(dashed && matches!(at, 8 | 13 | 18 | 23)) {
            digits.push(u8::try_from(char::from(byte).to_digit(16)?).ok()?);
        }
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(bytes)
}

pub(super) fn parse_uuid(operands: &[Value], _: &Context<'_>) -> Outcome {
    let Some(bytes) = bytes(text(operands, 0)?) else { return Ok(None) };
    let version = bytes[6] >> 4;
    let variant = match bytes[8] {
        0x80..=0xbf => "RFC4122",
        0xc0..=0xdf => "Microsoft",
        0xe0..=0xff => "Future",
        _ => "Reserved",
    };
    let mut fields: Vec<(Value, Value)> =
        vec![("version".into(), i64::from(version).into()), ("variant".into(), variant.into())];
    if matches!(version, 1 | 2) {
        fields.extend(of_time(&bytes));
    }
    if version == 2 {
        let id = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let domain = match bytes[9] {
            0 => "Person".to_owned(),
            1 => "Group".to_owned(),
            2 => "Org".to_owned(),
            other => format!("Domain{other}"),
        };
        fields.extend([("id".into(), i64::from(id).into()), ("domain".into(), domain.into())]);
    }
    found(Value::object(fields))
}

/// What versions 1 and 2 hold: a moment and the address of a machine.
fn of_time(bytes: &[u8; 16]) -> [(Value, Value); 4] {
    let number =
        |range: std::ops::Range<usize>| bytes[range].iter().fold(0i64, |all, byte| all << 8 | i64::from(*byte));
    let ticks = number(0..4) | number(4..6) << 32 | (number(6..8) & 0xfff) << 48;
    let since = ticks - GREGORIAN;
    // As Go divides: towards zero.
    let nanos = (since / 10_000_000).wrapping_mul(1_000_000_000).wrapping_add(since % 10_000_000 * 100);
    let node: Vec<String> = bytes[10..].iter().map(|byte| format!("{byte:02x}")).collect();
    let variables = match bytes[10] & 3 {
        3 => "local:multicast",
        1 => "global:multicast",
        2 => "local:unicast",
        _ => "global:unicast",
    };
    [
        ("time".into(), nanos.into()),
        ("nodeid".into(), node.join("-").into()),
        ("macvariables".into(), variables.into()),
        ("clocksequence".into(), (number(8..10) & 0x3fff).into()),
    ]
}

pub(super) fn parse_uri(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?;
    context.budget.bytes(text.len().saturating_mul(4))?;
    let url = parse_url(text).map_err(Failure::Error)?;
    let raw_path = if url.path.is_empty() { String::new() } else { url.raw_path };
    let parts = [
        ("scheme", url.scheme),
        ("hostname", url.hostname),
        ("port", url.port),
        ("path", url.path),
        ("raw_path", raw_path),
        ("raw_query", url.query),
        ("fragment", url.fragment),
    ];
    let there = parts.into_iter().filter(|(_, part)| !part.is_empty());
    found(Value::object(there.map(|(name, part)| (name.into(), part.into()))))
}

pub(super) fn uri_is_valid(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0).is_ok_and(|text| !text.is_empty() && parse_url(text).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn identifiers_are_taken_apart() {
        for (name, operands, result) in [
            (
                "uri.parse",
                r#"["http://u:p@[::1]:80/a%20b/%2F?q#f%20g"]"#,
                r#"{"fragment": "f g", "hostname": "::1", "path": "/a b//", "port": "80", "raw_path": "/a%20b/%2F", "raw_query": "q", "scheme": "http"}"#,
            ),
            ("uri.parse", r#"["mailto:a@b"]"#, r#"{"scheme": "mailto"}"#),
            ("uri.is_valid", r#"["http://h:x/"]"#, "false"),
            ("uri.is_valid", r#"[""]"#, "false"),
            (
                "uuid.parse",
                r#"["6ba7b810-9dad-11d1-80b4-00c04fd430c8"]"#,
                r#"{"clocksequence": 180, "macvariables": "global:unicast", "nodeid": "00-c0-4f-d4-30-c8", "time": 886630433151182400, "variant": "RFC4122", "version": 1}"#,
            ),
            ("uuid.parse", r#"["{6ba7b810-9dad-41d1-80b4-00c04fd430c8}"]"#, r#"{"variant": "RFC4122", "version": 4}"#),
            ("uuid.parse", r#"["6ba7b810"]"#, "undefined"),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
