//! Encodings of texts and bytes, hashes.
//!
//! Source: `v1/topdown/encoding.go`, `crypto.go`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use podline_cel::go::{query_escape, query_unescape};

use super::bytes::from_go;
use super::operands::{found, object, text, wrong_element};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

/// Go's: padded, and without a look at the bits behind the last byte.
const LAX: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LAX);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LAX);
const URL_UNPADDED: GeneralPurpose =
    GeneralPurpose::new(&alphabet::URL_SAFE, GeneralPurposeConfig::new().with_encode_padding(false));

/// The bytes of a text in base64; line ends do not count.
fn decode_base64(engine: &GeneralPurpose, text: &str) -> Result<Vec<u8>, Failure> {
    let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    engine.decode(text).map_err(|_| Failure::error("illegal base64 data"))
}

/// The bytes of a text in base64.
pub(super) fn decode_standard(text: &str) -> Result<Vec<u8>, Failure> {
    decode_base64(&STANDARD, text)
}

/// A text of the URL alphabet, with or without its padding.
pub(super) fn decode_url(text: &str) -> Result<Vec<u8>, Failure> {
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        0 => "",
        2 => "==",
        3 => "=",
        _ => return Err(Failure::error(format!("illegal base64url string: {text}"))),
    };
    decode_base64(&URL, &format!("{text}{padding}"))
}

/// In the URL alphabet without padding.
pub(super) fn encode_url(bytes: &[u8]) -> String {
    URL_UNPADDED.encode(bytes)
}

/// A text whose bytes count. Where it was decoded from bytes that are no UTF-8, they are lost.
fn exact(operands: &[Value], place: usize) -> Result<&str, Failure> {
    let text = text(operands, place)?;
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Failure::undecided("the encoding of bytes that are no UTF-8"));
    }
    Ok(text)
}

fn encode_by(operands: &[Value], context: &Context<'_>, engine: &GeneralPurpose) -> Outcome {
    let text = exact(operands, 0)?;
    context.budget.bytes(text.len().saturating_mul(2))?;
    found(engine.encode(text))
}

pub(super) fn base64_encode(operands: &[Value], context: &Context<'_>) -> Outcome {
    encode_by(operands, context, &STANDARD)
}

pub(super) fn base64_decode(operands: &[Value], context: &Context<'_>) -> Outcome {
    context.budget.bytes(text(operands, 0)?.len())?;
    found(from_go(decode_base64(&STANDARD, text(operands, 0)?)?))
}

pub(super) fn base64_is_valid(operands: &[Value], context: &Context<'_>) -> Outcome {
    let Ok(text) = text(operands, 0) else { return found(false) };
    context.budget.bytes(text.len())?;
    found(decode_base64(&STANDARD, text).is_ok())
}

pub(super) fn url_encode(operands: &[Value], context: &Context<'_>) -> Outcome {
    encode_by(operands, context, &URL)
}

pub(super) fn url_encode_unpadded(operands: &[Value], context: &Context<'_>) -> Outcome {
    encode_by(operands, context, &URL_UNPADDED)
}

pub(super) fn url_decode(operands: &[Value], context: &Context<'_>) -> Outcome {
    context.budget.bytes(text(operands, 0)?.len())?;
    found(from_go(decode_url(text(operands, 0)?)?))
}

/// In lower case.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(super) fn hex_encode(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = exact(operands, 0)?;
    context.budget.bytes(text.len().saturating_mul(4))?;
    found(hex(text.as_bytes()))
}

pub(super) fn hex_decode(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?;
    context.budget.bytes(text.len())?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    found(from_go(bytes.ok_or_else(|| Failure::error("encoding/hex: invalid string"))?))
}

pub(super) fn query_encode(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?;
    context.budget.bytes(text.len().saturating_mul(3))?;
    found(query_escape(text))
}

pub(super) fn query_decode(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = text(operands, 0)?;
    context.budget.bytes(text.len())?;
    found(query_unescape(text).map_err(Failure::Error)?)
}

/// `a=1&b=x&b=y`: names in order.
pub(super) fn query_encode_object(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut pairs = Vec::new();
    for (key, value) in object(operands, 0)?.iter() {
        let key = match key {
            Value::String(text) => text.to_string(),
            other => crate::json::write(other).unwrap_or_default(),
        };
        let values = value.elements().unwrap_or(std::slice::from_ref(value));
        for value in values {
            let value = value.as_str().ok_or_else(|| wrong_element(0, "string", value))?;
            context.budget.bytes(64 + 3 * (key.len() + value.len()))?;
            pairs.push((key.clone(), value));
        }
    }
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", query_escape(key), query_escape(value))).collect();
    found(pairs.join("&"))
}

pub(super) fn query_decode_object(operands: &[Value], context: &Context<'_>) -> Outcome {
    let query = text(operands, 0)?;
    context.budget.bytes(query.len().saturating_mul(8))?;
    let mut all: std::collections::BTreeMap<String, Vec<Value>> = std::collections::BTreeMap::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        if part.contains(';') {
            return Err(Failure::error("invalid semicolon separator in query"));
        }
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let key = query_unescape(key).map_err(Failure::Error)?;
        all.entry(key).or_default().push(query_unescape(value).map_err(Failure::Error)?.into());
    }
    found(Value::object(all.into_iter().map(|(key, values)| (key.into(), values.into()))))
}

fn hash<D: sha2::Digest>(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = exact(operands, 0)?;
    context.budget.steps(text.len() / 64)?;
    found(hex(&D::digest(text.as_bytes())))
}

pub(super) fn md5(operands: &[Value], context: &Context<'_>) -> Outcome {
    hash::<md5::Md5>(operands, context)
}

pub(super) fn sha1(operands: &[Value], context: &Context<'_>) -> Outcome {
    hash::<sha1::Sha1>(operands, context)
}

pub(super) fn sha256(operands: &[Value], context: &Context<'_>) -> Outcome {
    hash::<sha2::Sha256>(operands, context)
}

fn keyed<M: Mac + KeyInit>(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (text, key) = (exact(operands, 0)?, exact(operands, 1)?);
    context.budget.steps((text.len() + key.len()) / 64)?;
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).map_err(|error| Failure::error(error.to_string()))?;
    mac.update(text.as_bytes());
    found(hex(&mac.finalize().into_bytes()))
}

pub(super) fn hmac_md5(operands: &[Value], context: &Context<'_>) -> Outcome {
    keyed::<Hmac<md5::Md5>>(operands, context)
}

pub(super) fn hmac_sha1(operands: &[Value], context: &Context<'_>) -> Outcome {
    keyed::<Hmac<sha1::Sha1>>(operands, context)
}

pub(super) fn hmac_sha256(operands: &[Value], context: &Context<'_>) -> Outcome {
    keyed::<Hmac<sha2::Sha256>>(operands, context)
}

pub(super) fn hmac_sha512(operands: &[Value], context: &Context<'_>) -> Outcome {
    keyed::<Hmac<sha2::Sha512>>(operands, context)
}

pub(super) fn hmac_equal(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0)? == text(operands, 1)?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn encodings_are_those_of_go() {
        for (name, operands, result) in [
            ("base64.decode", r#"["YQ=\n="]"#, r#""a""#),
            ("base64.decode", r#"["YQ"]"#, "undefined"),
            ("base64url.decode", r#"["YQ"]"#, r#""a""#),
            ("urlquery.encode", r#"["*~é /"]"#, r#""%2A~%C3%A9+%2F""#),
            ("urlquery.decode", r#"["%zz"]"#, "undefined"),
            ("urlquery.decode_object", r#"["a=1&a=2&b&d=%20+"]"#, r#"{"a": ["1", "2"], "b": [""], "d": ["  "]}"#),
            ("urlquery.decode_object", r#"["a;b"]"#, "undefined"),
            ("urlquery.encode_object", r#"[{"b": ["y", "x"], "a": "c d&"}]"#, r#""a=c+d%26&b=y&b=x""#),
            ("hex.decode", r#"["6"]"#, "undefined"),
            (
                "crypto.hmac.sha256",
                r#"["a", "k"]"#,
                r#""78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e""#,
            ),
            ("crypto.md5", r#"["a"]"#, r#""0cc175b9c0f1b6a831c399e269772661""#),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_not_guessed() {
        const UNKNOWN: &str = "the encoding of bytes that are no UTF-8 asks what no file says";
        let decoded = call("base64.decode", r#"["/w=="]"#);
        assert_eq!(decoded, "\"\u{fffd}\"");
        assert_eq!(call("count", &format!("[{decoded}]")), "1");
        assert_eq!(call("crypto.sha256", &format!("[{decoded}]")), UNKNOWN);
        assert_eq!(call("base64.encode", &format!("[{decoded}]")), UNKNOWN);
    }
}
