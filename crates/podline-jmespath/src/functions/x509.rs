//! `x509_decode`: a certificate or a request as the JSON of Go's `x509.Certificate`, RSA only.
//!
//! The names are those of Go's fields. Left out are constraints of names, policies and URIs, which policies do not ask
//! for: they are null, as an empty list is in Go.

mod der;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Call, Outcome};
use crate::error::Error;
use crate::value::{Map, Value};
use der::{Element, Reader};

const RSA: &str = "1.2.840.113549.1.1.1";

pub(super) fn decode(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    call.runtime.budget.bytes(text.len().saturating_mul(8))?;
    let (label, bytes) = pem(text).ok_or_else(|| Error::new("failed to decode PEM block"))?;
    match label.as_str() {
        "CERTIFICATE" => certificate(&bytes).unwrap_or_else(|| Err(Error::new("x509: malformed certificate"))),
        "CERTIFICATE REQUEST" => {
            request(&bytes).unwrap_or_else(|| Err(Error::new("x509: malformed certificate request")))
        }
        _ => Err(Error::new("PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST")),
    }
}

/// The first block of a PEM text: what it is, and its bytes.
fn pem(text: &str) -> Option<(String, Vec<u8>)> {
    let mut rest = text;
    loop {
        let at = rest.find("-----BEGIN ")?;
        let starts_line = at == 0 || rest.as_bytes()[at - 1] == b'\n';
        rest = &rest[at + "-----BEGIN ".len()..];
        let Some((label, body)) = rest.split_once("-----").filter(|_| starts_line) else { continue };
        let end = format!("-----END {label}-----");
        let Some((body, _)) = body.split_once(&end) else { continue };
        // Headers end at an empty line.
        let body = match body.trim_start().split_once("\n\n") {
            Some((headers, body)) if headers.contains(':') => body,
            _ => body,
        };
        let packed: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        if let Ok(bytes) = STANDARD.decode(packed) {
            return Some((label.to_owned(), bytes));
        }
    }
}

fn base64(bytes: &[u8]) -> Value {
    STANDARD.encode(bytes).into()
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::object(entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect())
}

fn int(number: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small, or as Go's JSON is read")]
    Value::Number(number as f64)
}

/// Nothing where the bytes are no certificate.
fn certificate(bytes: &[u8]) -> Option<Outcome> {
    let mut outer = Reader::new(bytes).sequence()?;
    let whole = outer.next()?;
    let mut inner = whole.sequence()?;
    let version = match inner.context(0) {
        Some(version) => Reader::new(version.content).next()?.small()? + 1,
        None => 1,
    };
    let serial = inner.next()?.integer()?;
    inner.next()?;
    let issuer = inner.next()?;
    let mut validity = inner.next()?.sequence()?;
    let (not_before, not_after) = (validity.next()?.time()?, validity.next()?.time()?);
    let subject = inner.next()?;
    let key = inner.next()?;
    let mut extensions = Vec::new();
    while let Some(element) = inner.next() {
        if element.tag == 0xa3 {
            extensions = self::extensions(Reader::new(element.content).sequence()?)?;
        }
    }
    let public = match public_key(&key)? {
        Ok(public) => public,
        Err(error) => return Some(Err(error)),
    };
    let algorithm = signature_algorithm(&outer.next()?)?;
    let signature = outer.next()?.bits()?;
    let mut fields = common(&whole, &key, &subject, public, &extensions)?;
    let more = object([
        ("Raw", base64(Reader::new(bytes).next()?.raw)),
        ("RawTBSCertificate", base64(whole.raw)),
        ("RawIssuer", base64(issuer.raw)),
        ("Signature", base64(signature)),
        ("SignatureAlgorithm", int(algorithm)),
        ("Version", int(version)),
        ("SerialNumber", Value::Number(serial.parse().unwrap_or(f64::INFINITY))),
        ("Issuer", name(&issuer)?),
        ("NotBefore", not_before.into()),
        ("NotAfter", not_after.into()),
    ]);
    fields.extend(more.as_object()?.clone());
    fields.extend(constraints(&extensions)?.as_object()?.clone());
    Some(Ok(Value::object(fields)))
}

fn request(bytes: &[u8]) -> Option<Outcome> {
    let mut outer = Reader::new(bytes).sequence()?;
    let whole = outer.next()?;
    let mut inner = whole.sequence()?;
    let version = inner.next()?.small()?;
    let subject = inner.next()?;
    let key = inner.next()?;
    let mut extensions = Vec::new();
    if let Some(attributes) = inner.context(0) {
        let mut attributes = Reader::new(attributes.content);
        while let Some(attribute) = attributes.next() {
            let mut attribute = attribute.sequence()?;
            if attribute.next()?.oid()? == "1.2.840.113549.1.9.14" {
                let set = attribute.next()?;
                extensions = self::extensions(Reader::new(set.content).sequence()?)?;
            }
        }
    }
    let public = match public_key(&key)? {
        Ok(public) => public,
        Err(error) => return Some(Err(error)),
    };
    let algorithm = signature_algorithm(&outer.next()?)?;
    let signature = outer.next()?.bits()?;
    let mut fields = common(&whole, &key, &subject, public, &extensions)?;
    let more = object([
        ("Raw", base64(Reader::new(bytes).next()?.raw)),
        ("RawTBSCertificateRequest", base64(whole.raw)),
        ("Signature", base64(signature)),
        ("SignatureAlgorithm", int(algorithm)),
        ("Version", int(version)),
    ]);
    fields.extend(more.as_object()?.clone());
    Some(Ok(Value::object(fields)))
}

/// What certificates and requests have in common.
fn common(
    _whole: &Element<'_>,
    key: &Element<'_>,
    subject: &Element<'_>,
    public: Value,
    extensions: &[Extension<'_>],
) -> Option<Map> {
    let names = alternative_names(extensions)?;
    let listed = extensions.iter().map(|extension| {
        object([
            ("Id", Value::array(extension.id.split('.').map(|part| int(part.parse().unwrap_or(0))).collect())),
            ("Critical", extension.critical.into()),
            ("Value", base64(extension.value)),
        ])
    });
    let listed: Vec<Value> = listed.collect();
    let fields = object([
        ("RawSubjectPublicKeyInfo", base64(key.raw)),
        ("RawSubject", base64(subject.raw)),
        ("PublicKeyAlgorithm", int(1)),
        ("PublicKey", public),
        ("Subject", name(subject)?),
        ("Extensions", list(listed)),
        ("ExtraExtensions", Value::Null),
        ("DNSNames", list(names.dns)),
        ("EmailAddresses", list(names.email)),
        ("IPAddresses", list(names.ip)),
        ("URIs", Value::Null),
    ]);
    fields.as_object().cloned()
}

/// Go's JSON of an empty list that was never made is null.
fn list(items: Vec<Value>) -> Value {
    if items.is_empty() { Value::Null } else { Value::array(items) }
}

/// The modulus and the exponent, or why there are none.
fn public_key(key: &Element<'_>) -> Option<Result<Value, Error>> {
    let mut parts = key.sequence()?;
    let algorithm = parts.next()?.sequence()?.next()?.oid()?;
    if algorithm != RSA {
        return Some(Err(Error::new("certificate should use rsa algorithm")));
    }
    let Some((modulus, exponent)) = parts.next().and_then(|key| {
        let mut numbers = Reader::new(key.bits()?).sequence()?;
        Some((numbers.next()?.integer()?, numbers.next()?.small()?))
    }) else {
        return Some(Err(Error::new("failed to parse subject public key info")));
    };
    Some(Ok(object([("N", modulus.into()), ("E", int(exponent))])))
}

/// The numbers of Go's `x509.SignatureAlgorithm`.
fn signature_algorithm(element: &Element<'_>) -> Option<i64> {
    Some(match element.sequence()?.next()?.oid()?.as_str() {
        "1.2.840.113549.1.1.4" => 2,
        "1.2.840.113549.1.1.5" => 3,
        "1.2.840.113549.1.1.11" => 4,
        "1.2.840.113549.1.1.12" => 5,
        "1.2.840.113549.1.1.13" => 6,
        "1.2.840.10045.4.1" => 9,
        "1.2.840.10045.4.3.2" => 10,
        "1.2.840.10045.4.3.3" => 11,
        "1.2.840.10045.4.3.4" => 12,
        "1.2.840.113549.1.1.10" => 13,
        "1.3.101.112" => 16,
        _ => 0,
    })
}

/// Lists in `pkix.Name` by their attribute.
const LISTS: [(&str, &str); 7] = [
    ("2.5.4.6", "Country"),
    ("2.5.4.10", "Organization"),
    ("2.5.4.11", "OrganizationalUnit"),
    ("2.5.4.7", "Locality"),
    ("2.5.4.8", "Province"),
    ("2.5.4.9", "StreetAddress"),
    ("2.5.4.17", "PostalCode"),
];

/// A `pkix.Name`.
fn name(element: &Element<'_>) -> Option<Value> {
    let mut fields = Map::new();
    let mut names = Vec::new();
    let mut sets = element.sequence()?;
    while let Some(set) = sets.next() {
        let mut pairs = Reader::new(set.content);
        while let Some(pair) = pairs.next() {
            let mut pair = pair.sequence()?;
            let id = pair.next()?.oid()?;
            let text: Value = pair.next()?.text().into();
            let numbers = id.split('.').map(|part| int(part.parse().unwrap_or(0))).collect();
            names.push(object([("Type", Value::array(numbers)), ("Value", text.clone())]));
            match id.as_str() {
                "2.5.4.3" => drop(fields.insert("CommonName".into(), text)),
                "2.5.4.5" => drop(fields.insert("SerialNumber".into(), text)),
                id => {
                    if let Some((_, field)) = LISTS.iter().find(|(known, _)| *known == id) {
                        let mut items = fields.get(*field).and_then(Value::as_slice).unwrap_or_default().to_vec();
                        items.push(text);
                        fields.insert((*field).into(), Value::array(items));
                    }
                }
            }
        }
    }
    for (_, field) in LISTS {
        fields.entry(field.into()).or_insert(Value::Null);
    }
    for field in ["CommonName", "SerialNumber"] {
        fields.entry(field.into()).or_insert_with(|| "".into());
    }
    fields.insert("Names".into(), list(names));
    fields.insert("ExtraNames".into(), Value::Null);
    Some(Value::object(fields))
}

struct Extension<'d> {
    id: String,
    critical: bool,
    value: &'d [u8],
}

fn extensions(mut all: Reader<'_>) -> Option<Vec<Extension<'_>>> {
    let mut found = Vec::new();
    while let Some(extension) = all.next() {
        let mut parts = extension.sequence()?;
        let id = parts.next()?.oid()?;
        let mut value = parts.next()?;
        let critical = value.tag == 1;
        if critical {
            value = parts.next()?;
        }
        found.push(Extension { id, critical, value: value.content });
    }
    Some(found)
}

fn extension<'e, 'd>(extensions: &'e [Extension<'d>], id: &str) -> Option<&'e Extension<'d>> {
    extensions.iter().find(|extension| extension.id == id)
}

#[derive(Default)]
struct Names {
    dns: Vec<Value>,
    email: Vec<Value>,
    ip: Vec<Value>,
}

fn alternative_names(extensions: &[Extension<'_>]) -> Option<Names> {
    let mut names = Names::default();
    let Some(found) = extension(extensions, "2.5.29.17") else { return Some(names) };
    let mut all = Reader::new(found.value).sequence()?;
    while let Some(element) = all.next() {
        let text = || Value::from(String::from_utf8_lossy(element.content).into_owned());
        match (element.tag, element.content) {
            (0x81, _) => names.email.push(text()),
            (0x82, _) => names.dns.push(text()),
            (0x87, [a, b, c, d]) => names.ip.push(format!("{a}.{b}.{c}.{d}").into()),
            (0x87, bytes) => {
                let bytes: [u8; 16] = bytes.try_into().ok()?;
                names.ip.push(std::net::Ipv6Addr::from(bytes).to_string().into());
            }
            _ => {}
        }
    }
    Some(names)
}

/// What only certificates have from their extensions.
fn constraints(extensions: &[Extension<'_>]) -> Option<Value> {
    let usage = extension(extensions, "2.5.29.15").and_then(|found| Reader::new(found.value).next()?.bit_string());
    let usage = usage.map_or(0, |bits| bits.iter().enumerate().map(|(at, bit)| i64::from(*bit) << at).sum());
    let (mut valid, mut authority, mut path, mut zero) = (false, false, 0, false);
    if let Some(found) = extension(extensions, "2.5.29.19") {
        let mut parts = Reader::new(found.value).sequence()?;
        (valid, path) = (true, -1);
        while let Some(part) = parts.next() {
            match part.tag {
                1 => authority = part.content.first().is_some_and(|byte| *byte != 0),
                _ => path = part.small()?,
            }
        }
        zero = path == 0;
    }
    let subject_key = match extension(extensions, "2.5.29.14") {
        Some(found) => base64(Reader::new(found.value).next()?.content),
        None => Value::Null,
    };
    let authority_key = extension(extensions, "2.5.29.35").and_then(|found| {
        let element = Reader::new(found.value).sequence()?.next()?;
        (element.tag == 0x80).then(|| base64(element.content))
    });
    let null = Value::Null;
    Some(object([
        ("KeyUsage", int(usage)),
        ("ExtKeyUsage", extended_usage(extensions)?),
        ("UnknownExtKeyUsage", null.clone()),
        ("UnhandledCriticalExtensions", null.clone()),
        ("BasicConstraintsValid", valid.into()),
        ("IsCA", authority.into()),
        ("MaxPathLen", int(path)),
        ("MaxPathLenZero", zero.into()),
        ("SubjectKeyId", subject_key),
        ("AuthorityKeyId", authority_key.unwrap_or_default()),
        ("OCSPServer", null.clone()),
        ("IssuingCertificateURL", null.clone()),
        ("CRLDistributionPoints", null.clone()),
        ("PolicyIdentifiers", null.clone()),
        ("Policies", null),
    ]))
}

/// The numbers of Go's `x509.ExtKeyUsage`.
fn extended_usage(extensions: &[Extension<'_>]) -> Option<Value> {
    let Some(found) = extension(extensions, "2.5.29.37") else { return Some(Value::Null) };
    let mut all = Reader::new(found.value).sequence()?;
    let mut usages = Vec::new();
    while let Some(element) = all.next() {
        let number = match element.oid()?.as_str() {
            "2.5.29.37.0" => 0,
            "1.3.6.1.5.5.7.3.1" => 1,
            "1.3.6.1.5.5.7.3.2" => 2,
            "1.3.6.1.5.5.7.3.3" => 3,
            "1.3.6.1.5.5.7.3.4" => 4,
            "1.3.6.1.5.5.7.3.8" => 8,
            "1.3.6.1.5.5.7.3.9" => 9,
            _ => continue,
        };
        usages.push(int(number));
    }
    Some(list(usages))
}
