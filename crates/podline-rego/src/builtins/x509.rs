//! Certificates and keys: what is none is told from what may be some, of which the answer is not known.
//!
//! Source: `v1/topdown/crypto.go`.

use super::encoding::decode_standard;
use super::operands::{found, object, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

const BEGIN: &[u8] = b"-----BEGIN";

/// Is there a block of PEM in it, or does it begin as DER does?
fn may_be_some(bytes: &[u8]) -> bool {
    has_block(bytes) || bytes.first() == Some(&0x30)
}

fn has_block(bytes: &[u8]) -> bool {
    bytes.windows(BEGIN.len()).any(|window| window == BEGIN)
}

fn unknown() -> Failure {
    Failure::undecided("crypto.x509 with certificates or keys")
}

fn paid<'o>(operands: &'o [Value], place: usize, context: &Context<'_>) -> Result<&'o str, Failure> {
    let text = text(operands, place)?;
    context.budget.bytes(text.len().saturating_mul(2))?;
    context.budget.steps(text.len() / 8)?;
    Ok(text)
}

/// Fails where the text holds no certificate; where it is empty there are none.
fn certificates(text: &str) -> Result<(), Failure> {
    if text.as_bytes().starts_with(BEGIN) {
        return Err(unknown());
    }
    let bytes = decode_standard(text)?;
    if bytes.is_empty() {
        return Ok(());
    }
    if may_be_some(&bytes) { Err(unknown()) } else { Err(Failure::error("x509: malformed certificate")) }
}

pub(super) fn parse_certificates(operands: &[Value], context: &Context<'_>) -> Outcome {
    certificates(paid(operands, 0, context)?)?;
    found(Vec::new())
}

pub(super) fn verify_certificates(operands: &[Value], context: &Context<'_>) -> Outcome {
    match certificates(paid(operands, 0, context)?) {
        // A chain has two at least.
        Ok(()) | Err(Failure::Error(_)) => found(vec![false.into(), Vec::new().into()]),
        Err(halt) => Err(halt),
    }
}

pub(super) fn verify_with_options(operands: &[Value], context: &Context<'_>) -> Outcome {
    if object(operands, 1)?.is_empty()
        || certificates(paid(operands, 0, context)?).is_err_and(|failure| matches!(failure, Failure::Error(_)))
    {
        return verify_certificates(operands, context);
    }
    Err(unknown())
}

pub(super) fn parse_request(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = paid(operands, 0, context)?;
    if text.starts_with("-----BEGIN CERTIFICATE REQUEST-----") || may_be_some(&decode_standard(text)?) {
        return Err(unknown());
    }
    Err(Failure::error("x509: malformed certificate request"))
}

/// Is there a block of PEM, plainly or in base64?
fn holds_keys(text: &str) -> bool {
    has_block(text.as_bytes()) || decode_standard(text).is_ok_and(|bytes| has_block(&bytes))
}

pub(super) fn parse_rsa_key(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = paid(operands, 0, context)?;
    if text.is_empty() {
        return Err(Failure::error("input PEM data was empty"));
    }
    if text.as_bytes().starts_with(BEGIN) {
        return Err(unknown());
    }
    let inner = decode_standard(text)?;
    if has_block(&inner) || holds_keys(&String::from_utf8_lossy(&inner)) { Err(unknown()) } else { found(Value::Null) }
}

pub(super) fn parse_keys(operands: &[Value], context: &Context<'_>) -> Outcome {
    let text = paid(operands, 0, context)?;
    if text.is_empty() {
        return found(Value::Null);
    }
    if holds_keys(text) { Err(unknown()) } else { found(Vec::new()) }
}

pub(super) fn parse_pair(operands: &[Value], context: &Context<'_>) -> Outcome {
    let bytes = |place| {
        let text = paid(operands, place, context)?;
        if text.starts_with("-----BEGIN ") { Ok(text.as_bytes().to_vec()) } else { decode_standard(text) }
    };
    let (certificate, key) = (bytes(0)?, bytes(1)?);
    if may_be_some(&certificate) && may_be_some(&key) {
        return Err(unknown());
    }
    Err(Failure::error("tls: failed to find any PEM data"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    #[test]
    fn what_is_no_certificate_fails_and_what_may_be_one_is_not_known() {
        const UNKNOWN: &str = "crypto.x509 with certificates or keys asks what no file says";
        for (name, operands, result) in [
            ("crypto.x509.parse_certificates", r#"["x"]"#, "undefined"),
            ("crypto.x509.parse_certificates", r#"[""]"#, "[]"),
            ("crypto.x509.parse_certificates", r#"["MIIB"]"#, UNKNOWN),
            ("crypto.x509.parse_certificates", r#"["-----BEGIN CERTIFICATE-----"]"#, UNKNOWN),
            ("crypto.x509.parse_and_verify_certificates", r#"["x"]"#, "[false, []]"),
            ("crypto.x509.parse_and_verify_certificates_with_options", r#"["x", {"DNSName": "a"}]"#, "[false, []]"),
            ("crypto.x509.parse_certificate_request", r#"["aGk="]"#, "undefined"),
            ("crypto.x509.parse_rsa_private_key", r#"["aGk="]"#, "null"),
            ("crypto.x509.parse_keypair", r#"["x", "y"]"#, "undefined"),
            ("crypto.parse_private_keys", r#"["x"]"#, "[]"),
            ("crypto.parse_private_keys", r#"["-----BEGIN EC PRIVATE KEY-----"]"#, UNKNOWN),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
